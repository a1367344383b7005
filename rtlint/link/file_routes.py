"""Backends whose routes are files: Next.js, Nuxt, SvelteKit, Remix (React Router's framework mode) and Astro.

A package counts when its manifest depends on the framework and some file of it answers more than page views: an
application of pages alone says nothing about who answers its requests.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator

from rtlint.facts.expressions import Call, Name
from rtlint.facts.raw import Package
from rtlint.facts.records import dataclass, field
from rtlint.facts.site import whole_file
from rtlint.link.backends import FoundBackend, FoundRoute, Sources
from rtlint.link.file_configs import Config, config_of
from rtlint.link.file_paths import astro_path, next_path, nitro_path, nuxt_page, remix_path, svelte_path
from rtlint.link.modules import Modules
from rtlint.patterns import regex

_SCRIPT = regex(r"\.[cm]?[jt]sx?$")
_DECLARATION = regex(r"\.d\.[cm]?ts$")
_TEST = regex(r"\.(?:test|spec|stories)\.[cm]?[jt]sx?$")
_SERVER = regex(r"^(?:server/)?(?:server|index|main|app)\.[cm]?[jt]s$|^server\.[cm]?[jt]s$")
_NITRO_METHOD = regex(r"\.(connect|delete|get|head|options|patch|post|put|trace)(?:\.(?:dev|prod|prerender))?$")
_VERBS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_FLAT_ROUTES = frozenset({"@react-router/fs-routes", "@remix-run/fs-routes"})
_MAX_HOPS = 6


@dataclass(slots=True)
class _App:
    """One application while its files are read.

    Attributes:
        folder: that of its package.
        files: its files, by path from the folder.
        endpoints: whether a file answers more than page views.
    """

    sources: Sources
    folder: str
    files: list[str]
    config: Config
    routes: list[FoundRoute] = field(default_factory=list)
    complete: bool = True
    endpoints: bool = False

    def below(self, root: str) -> Iterator[tuple[str, list[str]]]:
        """Yield the files in a folder of the application with the parts of their paths below it."""
        start = root + "/" if root else ""
        for file in self.files:
            if file.startswith(start) and not _DECLARATION.search(file):
                yield file, file[len(start) :].split("/")

    def serve(self, file: str, paths: Iterable[str], methods: Iterable[str], *, page: bool = False) -> None:
        """Note that a file answers some methods on some paths."""
        self.endpoints |= not page
        at = whole_file(posixpath.join(self.folder, file))
        for path in paths:
            whole = (self.config.base + path).rstrip("/") or "/"
            self.routes += (FoundRoute(at, method, whole) for method in methods)

    def exported(self, file: str) -> frozenset[str]:
        """Return the names that a file exports; what can't be followed makes the application incomplete."""
        names, known = _exported(self.sources.modules, posixpath.join(self.folder, file), _MAX_HOPS)
        self.complete &= known
        return names

    def has(self, pattern: str) -> bool:
        """Tell whether some file's path fits a pattern from its start."""
        return any(re.match(pattern, file) for file in self.files)


def find_backends(sources: Sources) -> Iterable[FoundBackend]:
    """Yield the applications of frameworks whose routes are files."""
    for package in sources.index.packages():
        dependencies = sources.index.dependencies(package.directory)
        for name, (needed, read) in _FRAMEWORKS.items():
            if needed & dependencies.keys():
                yield from _backend(sources, package, name, read)
                break


def _backend(sources: Sources, package: Package, name: str, read: Callable[[_App], None]) -> Iterator[FoundBackend]:
    folder = package.directory
    start = folder + "/" if folder else ""
    inside = (path for path in sources.index.below(folder) if "node_modules/" not in path)
    app = _App(sources, folder, sorted(path[len(start) :] for path in inside), config_of(sources, folder, name))
    read(app)
    if app.endpoints:
        custom = any(_SERVER.match(file) for file in app.files) and name not in {"nuxt", "astro"}
        complete = app.complete and app.config.understood and not custom
        yield FoundBackend(package.at, name, folder, complete, tuple(app.routes))


def _exported(modules: Modules, path: str, hops: int) -> tuple[frozenset[str], bool]:
    """Return the names that a module exports, those of `export *` included, and whether these are all."""
    module = modules.module(path) if hops else None
    if module is None:
        return frozenset(), False
    names, known = set(module.exports), True
    for star in module.stars:
        target = modules.resolve(path, star.source)
        inner, inner_known = _exported(modules, target, hops - 1) if target else (frozenset(), False)
        names |= inner
        known &= inner_known
    return frozenset(names), known


def _next(app: _App) -> None:
    extensions = app.config.extensions
    for root in _first_of(app, "pages"):
        for file, parts in app.below(root):
            _next_page(app, file, parts, extensions)
    for root in _first_of(app, "app"):
        for file, parts in app.below(root):
            stem, paths = _stem(parts[-1], extensions), next_path(parts[:-1], app=True)
            if stem == "route" and paths:
                app.serve(file, paths, sorted(app.exported(file) & _VERBS))
            elif stem == "page" and paths:
                app.serve(file, paths, ["GET"], page=True)


def _first_of(app: _App, name: str) -> list[str]:
    """Return the folder that Next.js reads: `src/pages` counts only without `pages`."""
    return [root for root in (name, f"src/{name}") if any(file.startswith(root + "/") for file in app.files)][:1]


def _next_page(app: _App, file: str, parts: list[str], extensions: tuple[str, ...]) -> None:
    stem = _stem(parts[-1], extensions)
    if stem is None or (len(parts) == 1 and stem.startswith("_")):
        return
    segments = [*parts[:-1], *([stem] if stem != "index" else [])]
    endpoint = segments[:1] == ["api"]
    app.serve(file, next_path(segments, app=False) or (), ["*" if endpoint else "GET"], page=not endpoint)


def _stem(name: str, extensions: Iterable[str]) -> str | None:
    """Return a file's name without its extension; None for one that does not count."""
    ends = sorted(("." + extension for extension in extensions), key=len, reverse=True)
    return next((name[: -len(end)] for end in ends if name.endswith(end) and len(name) > len(end)), None)


def _nuxt(app: _App) -> None:
    source = app.config.source
    for server in dict.fromkeys((posixpath.join(source, "server"), "server")):
        for folder, prefix in (("api", "/api"), ("routes", "")):
            for file, parts in app.below(f"{server}/{folder}"):
                if _SCRIPT.search(file) and not _TEST.search(file):
                    _nitro(app, file, parts, prefix)
    for pages in dict.fromkeys((posixpath.join(source, "pages"), "pages", "app/pages")):
        for file, parts in app.below(pages):
            if file.endswith((".vue", ".ts", ".tsx", ".js", ".jsx")):
                stem = posixpath.splitext(parts[-1])[0]
                app.serve(file, nuxt_page([*parts[:-1], stem]), ["GET"], page=True)
    app.complete &= not app.has(r"(?:app/|src/)?modules/|layers/")


def _nitro(app: _App, file: str, parts: list[str], prefix: str) -> None:
    stem = _SCRIPT.sub("", parts[-1])
    method = _NITRO_METHOD.search(stem)
    segments = [*parts[:-1], _NITRO_METHOD.sub("", stem)]
    paths = [(prefix + path).rstrip("/") or "/" for path in nitro_path(segments)]
    app.serve(file, paths, [method[1].upper() if method else "*"])


def _svelte(app: _App) -> None:
    for file, parts in app.below(app.config.source or "src/routes"):
        paths = svelte_path(parts[:-1])
        if re.match(r"\+server\.[jt]s$", parts[-1]):
            names = app.exported(file)
            app.serve(file, paths, sorted(names & _VERBS) + (["*"] if "fallback" in names else []))
        elif re.match(r"\+page(?:@[^.]*)?\.svelte$|\+page(?:\.server)?\.[jt]s$", parts[-1]):
            app.serve(file, paths, ["GET"], page=True)
            if ".server." in parts[-1] and "actions" in app.exported(file):
                app.serve(file, paths, ["POST"])
    app.complete &= not any("reroute" in app.exported(file) for file in app.files if _is_hooks(file))


def _is_hooks(file: str) -> bool:
    return bool(re.fullmatch(r"src/hooks(?:/index)?\.[jt]s", file))


def _remix(app: _App) -> None:
    if app.config.browser_only:
        return
    configured = [file for file in app.files if re.fullmatch(r"app/routes\.[jt]sx?", file)]
    framework = "@react-router/dev" in app.sources.index.dependencies(app.folder)
    if (configured or framework) and not any(_is_flat(app, file) for file in configured):
        app.endpoints, app.complete = True, False
        return
    for file, parts in app.below("app/routes"):
        stem = _remix_stem(parts)
        paths = remix_path(stem) if stem else None
        if paths:
            _remix_route(app, file, paths)


def _is_flat(app: _App, file: str) -> bool:
    """Tell whether app/routes.ts does nothing but read the flat files, without options."""
    module = app.sources.modules.module(posixpath.join(app.folder, file))
    export = module.exports.get("default") if module else None
    value = export.value if export else None
    if module is None or not isinstance(value, Call) or value.arguments or not isinstance(value.callee, Name):
        return False
    found = module.imports.get(value.callee.name)
    return found is not None and found.source in _FLAT_ROUTES and found.imported == "flatRoutes"


def _remix_stem(parts: list[str]) -> str:
    """Return a route's name: that of a file, or of a folder with a `route` (or `index`) in it; else empty."""
    name, extension = posixpath.splitext(parts[-1])
    if extension not in {".js", ".jsx", ".ts", ".tsx", ".md", ".mdx"} or parts[0].startswith("."):
        return ""
    if len(parts) == 1:
        return name
    return parts[0] if len(parts) == 2 and name in {"route", "index"} else ""


def _remix_route(app: _App, file: str, paths: Iterable[str]) -> None:
    names = app.exported(file) if _SCRIPT.search(file) else frozenset({"default"})
    known = list(paths)
    if names & {"loader", "default"}:
        app.serve(file, known, ["GET"], page="default" in names)
    if "action" in names:
        app.serve(file, known, ["POST", "PUT", "PATCH", "DELETE"])


def _astro(app: _App) -> None:
    for file, parts in app.below(posixpath.join(app.config.source or "src", "pages")):
        stem, extension = posixpath.splitext(parts[-1])
        paths = astro_path([*parts[:-1], stem])
        if paths and extension in {".ts", ".js", ".mts", ".mjs"}:
            names = app.exported(file)
            app.serve(file, paths, sorted(names & _VERBS) + (["*"] if "ALL" in names else []))
        elif paths and extension in {".astro", ".md", ".mdx", ".html"}:
            app.serve(file, paths, ["GET"], page=True)


_FRAMEWORKS: dict[str, tuple[frozenset[str], Callable[[_App], None]]] = {
    "next": (frozenset({"next"}), _next),
    "nuxt": (frozenset({"nuxt", "nuxt3", "nuxt-nightly"}), _nuxt),
    "sveltekit": (frozenset({"@sveltejs/kit"}), _svelte),
    "remix": (frozenset({"@remix-run/dev", "@react-router/dev"}), _remix),
    "astro": (frozenset({"astro"}), _astro),
}
"""For each framework the packages that bring it, and the reader of its files."""
