"""Exposure: which variables a bundler lets the browser see.

Sources: https://vite.dev/config/shared-options#envprefix,
https://nextjs.org/docs/app/guides/environment-variables#bundling-environment-variables-for-the-browser,
https://create-react-app.dev/docs/adding-custom-environment-variables/,
https://cli.vuejs.org/guide/mode-and-env.html, https://www.gatsbyjs.com/docs/how-to/local-development/environment-variables/,
https://laravel-mix.com/docs/6.0/environment-variables.
"""

from __future__ import annotations

from collections.abc import Iterable

from rtlint.facts.expressions import ArrayLiteral, Expr, Literal
from rtlint.facts.raw import ConfigOption, Directive, EnvRead
from rtlint.facts.records import dataclass
from rtlint.link.program import Program
from rtlint.patterns import regex


@dataclass(frozen=True, slots=True)
class Bundler:
    """How a bundler treats the variables of browser code.

    Attributes:
        title: how people call it.
        packages: the packages by which a manifest shows that it is used.
        interface: the object that it replaces.
        prefixes: the prefixes of names that it replaces.
        own: further names that it replaces by itself.
    """

    title: str
    packages: tuple[str, ...]
    interface: str
    prefixes: tuple[str, ...]
    own: frozenset[str] = frozenset()


_NODE = frozenset({"NODE_ENV"})
BUNDLERS = (
    Bundler("Next.js", ("next",), "process.env", ("NEXT_PUBLIC_",), _NODE | {"NEXT_RUNTIME", "__NEXT_ROUTER_BASEPATH"}),
    Bundler(
        "Create React App",
        ("react-scripts", "@craco/craco"),
        "process.env",
        ("REACT_APP_",),
        _NODE | {"PUBLIC_URL", "WDS_SOCKET_HOST", "WDS_SOCKET_PATH", "WDS_SOCKET_PORT", "FAST_REFRESH"},
    ),
    Bundler("Vue CLI", ("@vue/cli-service",), "process.env", ("VUE_APP_",), _NODE | {"BASE_URL"}),
    Bundler("Gatsby", ("gatsby",), "process.env", ("GATSBY_",), _NODE),
    Bundler("Laravel Mix", ("laravel-mix",), "process.env", ("MIX_",), _NODE),
    Bundler(
        "Vite",
        ("vite",),
        "import.meta.env",
        ("VITE_",),
        frozenset({"MODE", "DEV", "PROD", "SSR", "BASE_URL", "LEGACY", "VITEST"}),
    ),
)

_RENDERERS = frozenset(
    "nuxt astro @sveltejs/kit @remix-run/dev @remix-run/react @react-router/dev @tanstack/react-start @tanstack/start "
    "vinxi solid-start @solidjs/start vike vite-plugin-ssr @builder.io/qwik-city @analogjs/platform electron "
    "@redwoodjs/core vite-ssg @inertiajs/server".split()
)
"""Frameworks on Vite whose code runs on a server too, or that have prefixes of their own."""

_REPLACERS = frozenset(
    "vite-plugin-environment vite-plugin-env-compatible vite-plugin-node-polyfills vite-plugin-process-env "
    "rollup-plugin-node-polyfills dotenv-webpack babel-plugin-transform-inline-environment-variables "
    "react-app-rewired customize-cra next-runtime-env next-public-env @import-meta-env/unplugin "
    "vite-plugin-runtime-env import-meta-env".split()
)
"""Packages that replace further variables, each in its own way."""

_BROWSER_CODE = regex(r"\.(?:tsx|jsx|vue|svelte)$|(?:^|/)(?:src|resources)/")


class Exposure:
    """Judges reads of variables; configurations are looked up once."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._client = {fact.at.path for fact in program.index.of(Directive) if fact.text == "use client"}
        self._options: dict[str, list[ConfigOption]] = {}
        for option in program.index.of(ConfigOption):
            self._options.setdefault(program.package_of(option.at.path), []).append(option)

    def of(self, read: EnvRead) -> tuple[str, Bundler | None]:
        """Return yes, no or unknown: whether the bundler of the package gives the variable to browser code.

        Also the bundler, where just one is in charge.
        """
        path = read.at.path
        bundler = self._bundler(self._program.package_of(path))
        if bundler is None or self._program.runtime(path) != "browser" or not _BROWSER_CODE.search(path):
            return "unknown", bundler
        if bundler.title == "Next.js" and path not in self._client:
            return "unknown", bundler
        if self._is_replaced(bundler, read):
            return "yes", bundler
        return ("no" if self._is_plain(read) else "unknown"), bundler

    def _bundler(self, package: str) -> Bundler | None:
        """Return the bundler of a package; None for several, and for frameworks with rules of their own."""
        own = self._program.index.dependencies(package)
        found = [bundler for bundler in BUNDLERS if any(name in own for name in bundler.packages)]
        others = [bundler for bundler in found if bundler.title != "Vite"]
        if not _RENDERERS.isdisjoint(own) or not _REPLACERS.isdisjoint(own) or len(others) > 1:
            return None
        return others[0] if others else found[0] if found else None

    def _is_replaced(self, bundler: Bundler, read: EnvRead) -> bool:
        package = self._program.package_of(read.at.path)
        prefixes = bundler.prefixes if bundler.title != "Vite" else self._prefixes(package, bundler)
        if prefixes is None or self._program.modules.constant(read.at.path, f"{read.via}.{read.name}"):
            return True
        if any(option.key in {f"env.{read.name}", f"define.{read.via}"} for option in self._options.get(package, ())):
            return True
        return read.via == bundler.interface and (read.name in bundler.own or read.name.startswith(prefixes))

    def _is_plain(self, read: EnvRead) -> bool:
        """Tell whether nothing else is known that may replace the variable."""
        own = self._options.get(self._program.package_of(read.at.path), ())
        configured = any(option.key.startswith("define.") and option.key.endswith(".env") for option in own)
        return read.via in {"import.meta.env", "process.env"} and not configured and not _has_unknown(own)

    def _prefixes(self, package: str, bundler: Bundler) -> tuple[str, ...] | None:
        """Return Vite's `envPrefix`; None when it can't be read."""
        for option in self._options.get(package, ()):
            if option.key == "envPrefix":
                found = _texts(option.value)
                return tuple(found) if found else None
        return bundler.prefixes


def _texts(value: Expr) -> list[str]:
    items: Iterable[Expr] = value.items if isinstance(value, ArrayLiteral) else (value,)
    return [item.value for item in items if isinstance(item, Literal) and isinstance(item.value, str)]


def _has_unknown(options: Iterable[ConfigOption]) -> bool:
    """Tell whether `define` or `env` of a configuration is made by code that is not read."""
    known = list(options)
    for name in ("define", "env"):
        whole = [option for option in known if option.key == name]
        inside = any(option.key.startswith(f"{name}.") for option in known)
        if whole and not inside:
            return True
    return False
