"""What the configuration of Next.js, Nuxt, SvelteKit, Remix and Astro says about the paths that files serve."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Mapping

from rtlint.facts.expressions import ArrayLiteral, Call, Expr, Function, Literal, Member, Name, ObjectLiteral
from rtlint.facts.raw import ConfigOption
from rtlint.facts.records import dataclass
from rtlint.link.backends import Sources
from rtlint.link.modules import Module
from rtlint.patterns import regex

NEXT_EXTENSIONS = ("tsx", "ts", "jsx", "js")
"""https://nextjs.org/docs/app/api-reference/config/next-config-js/pageExtensions."""

_NAMES = {
    "next": r"next\.config\.[cm]?[jt]s",
    "nuxt": r"nuxt\.config\.[cm]?[jt]s",
    "sveltekit": r"svelte\.config\.[cm]?[jt]s",
    "remix": r"(?:remix|react-router|vite)\.config\.[cm]?[jt]s",
    "astro": r"astro\.config\.[cm]?[jt]s",
}
_BASES = {"next": "basePath", "nuxt": "app.baseURL", "sveltekit": "kit.paths.base", "astro": "base"}
_SOURCES = {"nuxt": "srcDir", "sveltekit": "kit.files.routes", "astro": "srcDir"}
_OPAQUE = {
    "next": regex(r"i18n|rewrites|redirects|output"),
    "nuxt": regex(
        r"extends|serverDir|serverHandlers|devServerHandlers|routeRules|buildDir|layers|pages|router\..*"
        r"|nitro\.(?:handlers|routeRules|baseURL|devProxy|scanDirs|srcDir|plugins|serverDir|preset).*"
    ),
    "sveltekit": regex(r"kit\.files\.src|kit\.router.*"),
    "remix": regex(r"routes|appDirectory|ignoredRouteFiles|basename|prerender|presets|ssr"),
    "astro": regex(r"redirects.*|i18n|root|publicDir"),
}
"""Options that add, move or drop routes in a way that is not read here."""

_QUIET_NUXT = frozenset(
    "@nuxt/ui @nuxt/image @nuxt/icon @nuxt/fonts @nuxt/eslint @nuxt/devtools @nuxt/test-utils @nuxt/scripts "
    "@nuxtjs/tailwindcss @nuxtjs/color-mode @nuxtjs/i18n @nuxtjs/google-fonts @nuxtjs/eslint-module @pinia/nuxt "
    "@pinia-plugin-persistedstate/nuxt pinia-plugin-persistedstate/nuxt @vueuse/nuxt @vueuse/motion/nuxt "
    "@unocss/nuxt shadcn-nuxt nuxt-icon dayjs-nuxt @vite-pwa/nuxt @element-plus/nuxt vuetify-nuxt-module".split()
)
"""Modules of Nuxt that add no routes an application calls by itself."""

_VITE_PLUGINS = frozenset({"@remix-run/dev", "@react-router/dev/vite"})
_MAX_DEPTH = 6


@dataclass(frozen=True, slots=True)
class Config:
    """What is known of an application's configuration.

    Attributes:
        base: the path in front of every route, without a slash at its end.
        source: the folder that the routes' folders are looked for in; empty for the framework's own choice.
        extensions: of files that are pages, for Next.js.
        understood: whether all of it is known that decides paths.
        browser_only: whether nothing of the application runs on a server (React Router's `ssr: false`).
    """

    base: str = ""
    source: str = ""
    extensions: tuple[str, ...] = NEXT_EXTENSIONS
    understood: bool = True
    browser_only: bool = False


def config_of(sources: Sources, folder: str, framework: str) -> Config:
    """Return the configuration of a framework's application in a folder; its defaults where there is no file."""
    start = folder + "/" if folder else ""
    named = regex(re.escape(start) + _NAMES[framework])
    paths = [path for path in sources.index.below(folder) if named.fullmatch(path)]
    found = [_Reader(sources, framework, path).config() for path in paths]
    known = all(config.understood for config in found) and (len(found) < 2 or framework == "remix")
    first = found[0] if found else Config()
    return Config(first.base, first.source, first.extensions, known, any(config.browser_only for config in found))


class _Reader:
    """Reads one configuration file."""

    def __init__(self, sources: Sources, framework: str, path: str) -> None:
        self._sources = sources
        self._framework = framework
        self._path = path
        facts = sources.modules.facts(path)
        self._options = {fact.key: fact.value for fact in facts if isinstance(fact, ConfigOption)}
        self._module = sources.modules.module(path) or Module(path)

    def config(self) -> Config:
        """Return what the file says."""
        vite = posixpath.basename(self._path).startswith("vite.")
        if vite:
            return Config(understood=self._understands_plugin())
        base = self._text(_BASES.get(self._framework, ""))
        source = self._text(_SOURCES.get(self._framework, ""))
        extensions = self._extensions()
        opaque = any(_OPAQUE[self._framework].fullmatch(key) for key in self._options)
        known = None not in (base, source, extensions) and not opaque and self._is_plain() and self._adds_nothing()
        shown, rendered = (base or "").strip("/"), self._options.get("ssr") if self._framework == "remix" else None
        return Config(
            f"/{shown}" if shown else "",
            posixpath.normpath(source).strip("/") if source and source.strip("./") else "",
            extensions or NEXT_EXTENSIONS,
            known,
            isinstance(rendered, Literal) and rendered.value is False,
        )

    def _text(self, key: str) -> str | None:
        """Return the text of an option, empty without it; None when it is unknown or may be several."""
        if key not in self._options:
            return ""
        if isinstance(self._options[key], Literal):
            return str(self._options[key].value or "")  # type: ignore[union-attr]
        found = self._sources.fold(self._path, self._options[key])
        return next(iter(found)) if found is not None and len(found) == 1 else None

    def _extensions(self) -> tuple[str, ...] | None:
        value = self._options.get("pageExtensions")
        if value is None or self._framework != "next":
            return NEXT_EXTENSIONS
        items = value.items if isinstance(value, ArrayLiteral) else ()
        texts = [item.value for item in items if isinstance(item, Literal) and isinstance(item.value, str)]
        return tuple(texts) if texts and len(texts) == len(items) else None

    def _is_plain(self) -> bool:
        """Tell whether the exported object is known with all its keys; wrappers of plug-ins are looked through."""
        export = self._module.exports.get("default")
        if export is None:
            return False
        bound = self._module.bindings.get(export.local)
        return _is_known(export.value or (bound.value if bound else None), self._module, 0)

    def _adds_nothing(self) -> bool:
        """Tell whether the modules of Nuxt and the integrations of Astro are known to add no routes."""
        key = {"nuxt": "modules", "astro": "integrations"}.get(self._framework, "")
        value = self._options.get(key)
        if value is None:
            return True
        return isinstance(value, ArrayLiteral) and all(self._is_quiet(item) for item in value.items)

    def _is_quiet(self, item: Expr) -> bool:
        if isinstance(item, ArrayLiteral) and item.items:
            item = item.items[0]
        if self._framework == "nuxt":
            return isinstance(item, Literal) and item.value in _QUIET_NUXT
        callee = item.callee if isinstance(item, Call) else None
        found = self._module.imports.get(callee.name) if isinstance(callee, Name) else None
        return found is not None and found.source.startswith("@astrojs/") and found.source != "@astrojs/starlight"

    def _understands_plugin(self) -> bool:
        """Tell whether Remix's plug-in of Vite is given nothing that decides paths; without plug-in the file is silent.

        A base of Vite moves the assets alone; the routes' one is the plug-in's `basename`.
        """
        value = self._options.get("plugins")
        if value is None:
            return "plugins" not in self._options and self._is_plain()
        if not isinstance(value, ArrayLiteral):
            return False
        return all(self._quiet_plugin(item) for item in value.items)

    def _quiet_plugin(self, item: Expr) -> bool:
        callee = item.callee if isinstance(item, Call) else None
        found = self._module.imports.get(callee.name) if isinstance(callee, Name) else None
        if found is None or found.source not in _VITE_PLUGINS or not isinstance(item, Call):
            return True
        return all(_has_only(argument, {"future", "serverModuleFormat"}) for argument in item.arguments)


def _has_only(value: Expr, keys: Iterable[str]) -> bool:
    allowed = frozenset(keys)
    return (
        isinstance(value, ObjectLiteral) and not value.spreads and all(entry.key in allowed for entry in value.entries)
    )


def _is_known(value: Expr | None, module: Module, depth: int) -> bool:
    if depth > _MAX_DEPTH or value is None:
        return False
    if isinstance(value, ObjectLiteral):
        return all(_is_known(spread, module, depth + 1) for spread in value.spreads)
    if isinstance(value, Function):
        return _is_known(value.result, module, depth + 1)
    if isinstance(value, Name):
        bound = _bound(module.bindings, value.name)
        return _is_known(bound, module, depth + 1)
    if isinstance(value, Call) and isinstance(value.callee, Name | Member | Call):
        return any(_is_known(argument, module, depth + 1) for argument in value.arguments)
    return False


def _bound(bindings: Mapping[str, object], name: str) -> Expr | None:
    found = bindings.get(name)
    value: Expr | None = getattr(found, "value", None)
    return value
