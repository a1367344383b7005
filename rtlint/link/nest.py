"""Backends of NestJS: an application for each `NestFactory.create`, with the controllers that its root module reaches.

A controller that no module is seen to list counts as served all the same where something about the modules is not
understood; the application is incomplete then.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rtlint.facts.expressions import Expr, Literal, Member, Name, New, ObjectLiteral
from rtlint.facts.nest import NestClass, NestGateway, NestRoute, NestSetup
from rtlint.facts.records import dataclass, field
from rtlint.facts.site import Site
from rtlint.link.backends import FoundBackend, FoundRoute, Sources
from rtlint.link.nest_modules import Key, Reach, entry, items, resolved
from rtlint.link.nest_paths import Exclude, as_served, combinations, registered, validated

_NEUTRAL = "VERSION_NEUTRAL"
_MAX_BASES = 8
_ROLES = ("app", "tooling")


def find_backends(sources: Sources) -> Iterable[FoundBackend]:
    """Yield the applications of NestJS."""
    program = _Program.of(sources)
    created = [setup for setup in program.setups if setup.call == "create"]
    for setup in created:
        yield _App(program, setup, created).found()
    if not created and program.routes:
        yield program.without_root()


@dataclass(frozen=True, slots=True)
class _Program:
    """The facts of NestJS in the repository."""

    sources: Sources
    controllers: dict[Key, NestClass]
    modules: dict[Key, NestClass]
    routes: dict[Key, list[NestRoute]]
    setups: list[NestSetup]
    gateways: list[NestGateway]

    @classmethod
    def of(cls, sources: Sources) -> _Program:
        """Collect the facts of the application's own files."""
        index = sources.index
        classes = list(index.of_role(NestClass, *_ROLES))
        routes: dict[Key, list[NestRoute]] = {}
        for route in index.of_role(NestRoute, *_ROLES):
            routes.setdefault((route.at.path, route.owner), []).append(route)
        return cls(
            sources,
            {(fact.at.path, fact.name): fact for fact in classes if fact.kind == "controller"},
            {(fact.at.path, fact.name): fact for fact in classes if fact.kind == "module"},
            routes,
            list(index.of_role(NestSetup, *_ROLES)),
            list(index.of_role(NestGateway, *_ROLES)),
        )

    def package(self, at: Site) -> str:
        """Return the folder of the package that a fact belongs to."""
        return self.sources.modules.package_directory(at.path)

    def without_root(self) -> FoundBackend:
        """Return the controllers of a repository that is seen to start no application, as one of unknown shape."""
        first = min(fact.at for found in self.routes.values() for fact in found)
        app = _App(self, NestSetup(first, "create", ()), [])
        return app.found()

    def handlers(self, key: Key) -> tuple[list[NestRoute], bool]:
        """Return the routes of a class with those that it inherits, and whether these are all."""
        found: list[NestRoute] = []
        hidden: set[str] = set()
        for _ in range(_MAX_BASES):
            own = self.routes.get(key, [])
            found += [route for route in own if route.handler not in hidden]
            hidden |= self._members(key)
            base = self._base(key)
            if not base:
                return found, True
            target = self.sources.modules.locate(key[0], base)
            if target is None or target not in self.routes:
                return found, False
            key = target
        return found, False

    def _base(self, key: Key) -> str:
        """Return what a class extends, as far as a decorator of it or of its methods was read."""
        fact = self.controllers.get(key)
        own = self.routes.get(key)
        return fact.base if fact is not None else own[0].base if own else ""

    def _members(self, key: Key) -> set[str]:
        module = self.sources.modules.module(key[0])
        start = f"{key[1]}#"
        return {name.removeprefix(start) for name in module.bindings if name.startswith(start)} if module else set()


@dataclass(frozen=True, slots=True)
class _Versions:
    """What `enableVersioning` says: the prefix of a version in paths, and the versions of routes without one."""

    prefix: str
    default: tuple[str | None, ...]


@dataclass(slots=True)
class _App:
    """One application."""

    program: _Program
    setup: NestSetup
    created: Sequence[NestSetup]
    complete: bool = True
    routes: list[FoundRoute] = field(default_factory=list)
    prefixes: list[tuple[str, Site | None]] = field(default_factory=list)
    excludes: list[Exclude] = field(default_factory=list)
    versions: _Versions | None = None

    def found(self) -> FoundBackend:
        """Return the application with its routes."""
        setups = self._setups()
        self.complete &= not any(setup.call in {"use", "opaque"} for setup in setups)
        self._read_prefix([setup for setup in setups if setup.call == "setGlobalPrefix"])
        self._read_versions([setup for setup in setups if setup.call == "enableVersioning"])
        self._serve_all()
        self._serve_gateways([setup for setup in setups if setup.call == "useWebSocketAdapter"])
        directory = self.program.package(self.setup.at)
        return FoundBackend(self.setup.at, "nest", directory, self.complete, tuple(dict.fromkeys(self.routes)))

    def _setups(self) -> list[NestSetup]:
        """Return the calls that shape this application: those of its file, and of its package if it is alone there."""
        here, package = self.setup.at.path, self.program.package(self.setup.at)
        beside = [setup for setup in self.created if self.program.package(setup.at) == package]
        same = [setup for setup in beside if setup.at.path == here]
        others = [
            one for one in self.program.setups if one.call != "create" and self.program.package(one.at) == package
        ]
        own = [setup for setup in others if setup.at.path == here]
        apart = {setup.at.path for setup in others} - {setup.at.path for setup in beside}
        self.complete &= len(same) == 1 and (len(beside) == 1 or not apart)
        return own + [setup for setup in others if setup.at.path in apart] if len(beside) <= 1 else own

    def _texts(self, path: str, expr: Expr | None) -> list[str] | None:
        """Return the texts that an expression or a list of them can be, empty for none; None when one is unknown."""
        texts: list[str] = []
        for place, item in items(self.program.sources, path, expr):
            where, value = resolved(self.program.sources, place, item)
            folded = None if isinstance(value, ObjectLiteral) else self.program.sources.fold(where, value)
            if folded is None:
                return None
            texts += sorted(folded)
        if isinstance(expr, Literal) and expr.value == "":
            texts = [""]
        return texts

    def _read_prefix(self, setups: list[NestSetup]) -> None:
        self.complete &= len(setups) < 2
        for setup in setups:
            first = setup.arguments[0] if setup.arguments else None
            texts = self._texts(setup.at.path, first)
            self.complete &= bool(texts)
            self.prefixes += [(text, setup.at) for text in texts or ()]
            options = setup.arguments[1] if len(setup.arguments) > 1 else None
            if options is not None:
                self._read_excludes(*resolved(self.program.sources, setup.at.path, options))
        self.prefixes = self.prefixes or [("", None)]

    def _read_excludes(self, path: str, options: Expr) -> None:
        self.complete &= isinstance(options, ObjectLiteral) and not options.spreads
        for place, item in items(self.program.sources, path, entry(options, "exclude")):
            where, value = resolved(self.program.sources, place, item)
            method, named = "*", value
            if isinstance(value, ObjectLiteral):
                method, named = _member(entry(value, "method"), "RequestMethod"), entry(value, "path") or value
            texts = self._texts(where, named)
            known = bool(texts) and bool(method) and all(as_served(text) is not None for text in texts or ())
            self.complete &= known
            self.excludes += [Exclude("*" if method == "ALL" else method, text) for text in texts or () if known]

    def _read_versions(self, setups: list[NestSetup]) -> None:
        self.complete &= len(setups) < 2
        for setup in setups:
            options = setup.arguments[0] if setup.arguments else None
            kind = "URI"
            where, value = resolved(self.program.sources, setup.at.path, options) if options else ("", None)
            if value is not None:
                self.complete &= isinstance(value, ObjectLiteral) and not value.spreads
                kind = _member(entry(value, "type"), "VersioningType") if entry(value, "type") else "URI"
            self.complete &= bool(kind)
            if kind == "URI":
                self.versions = _Versions(self._version_prefix(where, entry(value, "prefix")), ())
                default = self._versions_of(where, entry(value, "defaultVersion"))
                self.versions = _Versions(self.versions.prefix, tuple(default))

    def _version_prefix(self, path: str, expr: Expr | None) -> str:
        if expr is None:
            return "v"
        if isinstance(expr, Literal) and expr.value is False:
            return ""
        texts = self._texts(path, expr)
        self.complete &= texts is not None and len(texts) == 1
        return texts[0] if texts else "v"

    def _versions_of(self, path: str, expr: Expr | None) -> list[str | None]:
        """Return the versions that an expression gives; None among them is the neutral one."""
        found: list[str | None] = []
        for place, item in items(self.program.sources, path, expr):
            texts = [None] if isinstance(item, Name) and item.name == _NEUTRAL else self._texts(place, item)
            self.complete &= texts is not None
            found += texts or ()
        return found

    def _serve_all(self) -> None:
        program = self.program
        reach = Reach(program.sources, program.modules)
        if self.setup.arguments:
            reach.enter(self.setup.at.path, self.setup.arguments[0])
        self.complete &= reach.complete and bool(self.setup.arguments) and self._is_own_server()
        listed = list(dict.fromkeys(reach.controllers))
        for key, module in listed:
            self._serve_controller(key, reach.prefixes.get(module, []))
        for method, path in reach.served:
            self.routes += (FoundRoute(self.setup.at, method, path) for _ in self.prefixes)
        if not self.complete:
            self._serve_others({key for key, _ in listed})

    def _is_own_server(self) -> bool:
        """Tell whether the application gets no Express server of somebody else, which may have routes of its own."""
        for argument in self.setup.arguments[1:]:
            _, value = resolved(self.program.sources, self.setup.at.path, argument)
            plain = isinstance(value, New) and isinstance(value.callee, Name) and value.callee.name != "ExpressAdapter"
            empty = isinstance(value, New) and not value.arguments
            if not (isinstance(value, ObjectLiteral) or plain or empty):
                return False
        return True

    def _serve_others(self, listed: set[Key]) -> None:
        """Serve the controllers of the package that no module is seen to list."""
        package = self.program.package(self.setup.at)
        for key, fact in self.program.controllers.items():
            if key not in listed and self.program.package(fact.at) == package:
                self._serve_controller(key, [])

    def _serve_controller(self, key: Key, module_paths: Sequence[str]) -> None:
        fact = self.program.controllers.get(key)
        handlers, known = self.program.handlers(key)
        if fact is None:
            self.complete = False
            return
        options = fact.arguments[0] if fact.arguments else None
        where, value = resolved(self.program.sources, fact.at.path, options) if options else (fact.at.path, None)
        is_object = isinstance(value, ObjectLiteral)
        paths = self._texts(where, entry(value, "path") if is_object else value)
        version = fact.version or (entry(value, "version") if is_object else None)
        versions = self._versions_of(fact.at.path if fact.version else where, version)
        self.complete &= known and paths is not None and not (isinstance(value, ObjectLiteral) and value.spreads)
        for route in handlers if paths is not None else ():
            self._serve_route(route, module_paths, paths or ["/"], versions)

    def _serve_route(
        self, route: NestRoute, module_paths: Sequence[str], paths: Sequence[str], inherited: Sequence[str | None]
    ) -> None:
        given = self._texts(route.at.path, route.arguments[0]) if route.arguments else ["/"]
        if given is None:
            self.complete = False
            return
        own = [text if text.startswith("/") else f"/{text}" for text in given or ["/"]]
        versions = self._versions_of(route.at.path, route.version) or inherited
        for version in self._segments(versions):
            for parts in combinations(module_paths, paths, own):
                self._serve(route, version, parts)

    def _segments(self, versions: Sequence[str | None]) -> list[str]:
        """Return the segments of a route's versions, each with its slash; an empty one for none."""
        if self.versions is None:
            return [""]
        prefix, chosen = self.versions.prefix, versions or self.versions.default
        return ["" if one is None else f"/{prefix}{one}" for one in chosen] or [""]

    def _serve(self, route: NestRoute, version: str, parts: Sequence[str | None]) -> None:
        for prefix, at in self.prefixes:
            whole, applied = registered(version, parts, prefix, self.excludes, route.method)
            known = as_served(whole)
            self.complete &= known is not None
            mounted = at if applied else None
            self.routes += (FoundRoute(route.at, route.method, path, "http", mounted) for path in known or ())

    def _serve_gateways(self, setups: list[NestSetup]) -> None:
        """Serve the gateways that share the application's port under `@nestjs/platform-ws`; others talk Socket.IO."""
        adapters = [setup for setup in setups if self._is_plain_websocket(setup)]
        package = self.program.package(self.setup.at)
        for gateway in self.program.gateways if adapters else ():
            shared = gateway.port is None or (isinstance(gateway.port, Literal) and gateway.port.value == 0)
            if shared and self.program.package(gateway.at) == package:
                texts = self._texts(gateway.at.path, entry(gateway.options, "path"))
                self.complete &= texts is not None
                paths = [validated(text) or "/" for text in texts or ([""] if texts is not None else [])]
                self.routes += (FoundRoute(gateway.at, "GET", path, "ws") for path in paths)

    def _is_plain_websocket(self, setup: NestSetup) -> bool:
        value = setup.arguments[0] if setup.arguments else None
        module = self.program.sources.modules.module(setup.at.path)
        callee = value.callee if isinstance(value, New) else None
        found = module.imports.get(callee.name) if module and isinstance(callee, Name) else None
        return found is not None and found.source == "@nestjs/platform-ws"


def _member(expr: Expr | None, owner: str) -> str:
    """Return the member of an enumeration of NestJS that an expression names; empty for anything else."""
    named = isinstance(expr, Member) and isinstance(expr.object, Name) and expr.object.name == owner
    return expr.name if named and isinstance(expr, Member) else ""
