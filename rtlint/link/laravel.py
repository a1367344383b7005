"""Laravel: the backend of each application, with the routes of the files and service providers that it really loads.

A route file that nothing registers serves nothing, nor does a provider that the configuration does not list: both are
why `/broadcasting/auth` is missing in so many applications.

Sources: https://laravel.com/docs/12.x/routing, https://laravel.com/docs/10.x/providers,
https://laravel.com/docs/12.x/broadcasting, Illuminate/Routing/RouteGroup.php (`formatPrefix`), Route.php (`prefix`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rtlint.facts.expressions import Expr, Literal, Name
from rtlint.facts.php import LaravelConfig, LaravelLoad, LaravelRoute, OpaqueLaravelRoutes, PhpClass
from rtlint.facts.raw import Package
from rtlint.facts.records import dataclass
from rtlint.facts.site import Site
from rtlint.link.backends import FoundBackend, FoundRoute, Sources
from rtlint.link.index import within
from rtlint.link.laravel_files import ROOT_FILES, below, file_of, is_inside, provider_names, resolved
from rtlint.patterns import regex

_FRAMEWORK = "laravel/framework"
_MAX_VISITS = 5_000
_MAX_PATHS = 20
_PARAMETER = regex(r"\{([A-Za-z_]\w*)(?::[\w.]+)?(\?)?\}")
_UNREAD_PACKAGES = frozenset(
    "dingo/api nwidart/laravel-modules internachi/modular spatie/laravel-route-attributes "
    "lorisleiva/laravel-actions mcamara/laravel-localization statamic/cms".split()
)
"""Packages that take routes from places which rtlint does not read, or change the paths of all of them."""

_PACKAGE_PATHS = {
    "laravel/sanctum": ("sanctum/csrf-cookie",),
    "laravel/telescope": ("telescope/{rest:path}",),
    "laravel/horizon": ("horizon/{rest:path}",),
    "laravel/pulse": ("pulse/{rest:path}",),
    "laravel/passport": ("oauth/{rest:path}",),
    "laravel/nova": ("nova/{rest:path}", "nova-api/{rest:path}", "nova-vendor/{rest:path}"),
    "laravel/fortify": (
        "login",
        "logout",
        "register",
        "forgot-password",
        "reset-password/{rest:path}",
        "two-factor-challenge",
        "email/{rest:path}",
        "user/{rest:path}",
    ),
    "laravel/jetstream": ("user/{rest:path}", "teams/{rest:path}", "current-team"),
    "livewire/livewire": ("livewire/{rest:path}",),
    "filament/filament": ("admin/{rest:path}", "filament/{rest:path}"),
    "nuwave/lighthouse": ("graphql",),
    "rebing/graphql-laravel": ("graphql",),
    "beyondcode/laravel-websockets": ("laravel-websockets/{rest:path}",),
}
"""The paths that packages serve by themselves, under the prefixes that they come with."""


def find_backends(sources: Sources) -> Iterator[FoundBackend]:
    """Yield a backend for each package that depends on Laravel and has the files of an application."""
    for package in sources.index.packages("composer"):
        depends = sources.index.dependencies(package.directory)
        if _FRAMEWORK in depends and any(below(package.directory, name) in sources.index.files for name in ROOT_FILES):
            yield _Walk(_Application(sources, package)).backend()


class _Application:
    """The facts of one application.

    Attributes:
        sources: what a finder may look at.
        package: its composer.json.
        root: its folder.
    """

    def __init__(self, sources: Sources, package: Package) -> None:
        self.sources, self.package, self.root = sources, package, package.directory
        index = sources.index
        self.dependencies = frozenset(index.dependencies(self.root))
        self.routes: dict[tuple[str, str], list[LaravelRoute]] = {}
        self.loads: dict[tuple[str, str], list[LaravelLoad]] = {}
        self.opaque: set[tuple[str, str]] = set()
        self.classes: dict[str, PhpClass] = {}
        for route in index.of_role(LaravelRoute, "app", "tooling"):
            self.routes.setdefault((route.at.path, route.owner), []).append(route)
        for load in index.of_role(LaravelLoad, "app", "tooling"):
            self.loads.setdefault((load.at.path, load.owner), []).append(load)
        for fact in index.of_role(OpaqueLaravelRoutes, "app", "tooling"):
            self.opaque.add((fact.at.path, fact.owner))
        for found in index.of_role(PhpClass, "app", "tooling"):
            if within(found.at.path, self.root):
                self.classes.setdefault(found.name, found)
        self.config: dict[str, LaravelConfig] = {}
        for leaf in index.of_role(LaravelConfig, "app", "tooling"):
            if is_inside(self.root, leaf.at.path):
                self.config[leaf.key] = leaf

    def texts(self, path: str, expr: Expr) -> frozenset[str] | None:
        """Return the texts that an expression can be; None when one is unknown."""
        found = self.sources.fold(path, resolved(expr, self.config))
        return found if found is not None and len(found) <= _MAX_PATHS else None

    def providers(self) -> tuple[list[str], bool]:
        """Return the service providers that the configuration lists, and whether these are all of them."""
        leaves = [self.config[key] for key in ("app.providers", "providers") if key in self.config]
        names: list[str] = []
        bootstrap = (below(self.root, "bootstrap/app.php"), "")
        known = bool(leaves) or bootstrap in self.loads or bootstrap in self.routes
        for leaf in leaves:
            listed, whole = provider_names(leaf.value)
            names += listed
            known = known and whole
        return names, known and not self.config.keys() & {"app", "app.*", "app.providers.*", "providers.*"}

    def has_unlisted(self, visited: set[tuple[str, str]]) -> bool:
        """Tell whether a provider outside of app/ registers routes unseen: packages here list their own."""
        seen = {path for path, _ in visited}
        holding = {*self.routes, *self.loads, *self.opaque}
        return any(
            path not in seen and within(path, self.root) and path.endswith("ServiceProvider.php")
            for path, owner in holding
            if owner and not within(path, below(self.root, "app"))
        )


@dataclass(frozen=True, slots=True)
class _Reach:
    """How the walk has come to a statement: the prefix so far, and the place of the first one."""

    prefix: str
    mounted: Site | None


class _Walk:
    """One walk through what an application loads."""

    def __init__(self, app: _Application) -> None:
        self._app = app
        self._complete = not (app.dependencies & _UNREAD_PACKAGES)
        self._routes: list[FoundRoute] = []
        self._visits = 0
        self._seen: set[tuple[str, str]] = set()

    def backend(self) -> FoundBackend:
        """Return what the application serves."""
        app, start = self._app, _Reach("", None)
        self._visit(below(app.root, "bootstrap/app.php"), "", start, ())
        names, known = app.providers()
        self._complete = self._complete and known
        for name in dict.fromkeys(names):
            self._provider(name, start)
        self._complete = self._complete and not app.has_unlisted(self._seen)
        for dependency in sorted(app.dependencies & _PACKAGE_PATHS.keys()):
            found = app.sources.index.dependencies(app.root)[dependency]
            self._routes += (FoundRoute(found.at, "*", "/" + path) for path in _PACKAGE_PATHS[dependency])
        return FoundBackend(app.package.at, "laravel", app.root, self._complete, tuple(self._routes))

    def _provider(self, name: str, reach: _Reach) -> None:
        """Walk through the methods that the framework calls; a provider from outside counts by its package."""
        found = self._app.classes.get(name)
        for method in ("register", "boot", "map") if found is not None else ():
            self._method(name, method, reach, ())

    def _method(self, name: str, method: str, reach: _Reach, around: tuple[tuple[str, str], ...]) -> None:
        """Walk through a method of a class, or of what it inherits from in the repository."""
        pending, seen = [name], set()
        while pending:
            current = pending.pop(0)
            found = self._app.classes.get(current)
            if found is None or current in seen:
                continue
            seen.add(current)
            short = current.rpartition("\\")[2]
            owner = f"{short}.{method}"
            if self._holds(found.at.path, owner):
                self._visit(found.at.path, owner, reach, around, name)
                return
            pending += found.bases

    def _holds(self, path: str, owner: str) -> bool:
        key = (path, owner)
        return key in self._app.routes or key in self._app.loads or key in self._app.opaque

    def _visit(self, path: str, owner: str, reach: _Reach, around: tuple[tuple[str, str], ...], cls: str = "") -> None:
        """Walk through the statements of a file or of a method; `cls` is the class that the method runs in."""
        key, app = (path, owner), self._app
        self._visits += 1
        self._seen.add(key)
        if key in around:
            return
        if self._visits > _MAX_VISITS or key in app.opaque or (path, "*") in app.opaque:
            self._complete = False
        if self._visits > _MAX_VISITS:
            return
        for route in app.routes.get(key, ()):
            self._serve(route, reach)
        for load in app.loads.get(key, ()):
            for inner in self._prefixed(path, load.prefixes, reach):
                self._load(load, inner, (*around, key), cls)

    def _prefixed(self, path: str, prefixes: tuple[Expr, ...], reach: _Reach) -> list[_Reach]:
        """Return where groups lead: one for each text that their prefixes can be."""
        found = [reach]
        for prefix in prefixes:
            texts = self._texts(path, prefix)
            found = [
                _Reach(_joined(one.prefix, text), one.mounted or (prefix.at if text.strip("/") else None))
                for one in found
                for text in texts
            ]
        return found[:_MAX_PATHS]

    def _texts(self, path: str, expr: Expr) -> list[str]:
        if isinstance(expr, Literal) and expr.value is None:
            return [""]
        found = self._app.texts(path, expr)
        self._complete = self._complete and found is not None
        return sorted(found or ())

    def _load(self, load: LaravelLoad, reach: _Reach, around: tuple[tuple[str, str], ...], cls: str) -> None:
        if load.form == "method" and isinstance(load.target, Name):
            if cls:
                self._method(cls, load.target.name, reach, around)
        elif load.form == "provider":
            names, known = provider_names(load.target)
            self._complete = self._complete and known
            for name in names if len(around) < _MAX_PATHS else ():
                self._provider(name, reach)
        else:
            self._file(load, reach, around, cls)

    def _file(self, load: LaravelLoad, reach: _Reach, around: tuple[tuple[str, str], ...], cls: str) -> None:
        """Walk through a file of routes; one that is not there registers nothing, or can't be told."""
        path = file_of(load.target, load.at.path, self._app.root)
        if path is None:
            self._complete = False
        elif path in self._app.sources.index.files:
            self._visit(path, "", reach, around, cls)

    def _serve(self, route: LaravelRoute, reach: _Reach) -> None:
        path = route.at.path
        leads = self._texts(path, route.lead) if route.lead is not None else [""]
        for inner in self._prefixed(path, route.prefixes, reach):
            for text in self._texts(path, route.path):
                for lead in leads:
                    spelled = _spelled(_joined(lead, _joined(inner.prefix, text)), route.wild)
                    self._complete = self._complete and spelled is not None
                    mounted = inner.mounted or (route.lead.at if route.lead is not None else None)
                    self._routes += (FoundRoute(route.at, route.method, one, "http", mounted) for one in spelled or ())


def _joined(prefix: str, path: str) -> str:
    """Return a path below a prefix, without slashes around it: `Router::prefix`."""
    return f"{prefix.strip('/')}/{path.strip('/')}".strip("/")


def _spelled(path: str, wild: tuple[str, ...]) -> tuple[str, ...] | None:
    """Return a URI as `ServedRoute` spells it, without optional parameters at its end too; None if it can't be read."""
    segments, paths = path.split("/") if path else [], []
    while True:
        whole = "/" + "/".join(_PARAMETER.sub(lambda found: _parameter(found[1], wild), part) for part in segments)
        paths.append(whole)
        last = _PARAMETER.fullmatch(segments[-1]) if segments else None
        if last is None or not last[2]:
            break
        segments = segments[:-1]
    rest = re.sub(r"\{\w+(?::path)?\}", "", paths[0])
    return tuple(paths) if not {"{", "}"} & set(rest) else None


def _parameter(name: str, wild: tuple[str, ...]) -> str:
    return f"{{{name}:path}}" if name in wild or "*" in wild else f"{{{name}}}"
