"""Backends of Fastify, Koa and Hono: the walk from each application through everything that is mounted on it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from rtlint.facts.expressions import Expr
from rtlint.facts.records import dataclass, field, replace
from rtlint.facts.servers import ServerCall, ServerHandover, ServerObject
from rtlint.facts.site import Site
from rtlint.link.backends import FoundBackend, FoundRoute
from rtlint.link.server_graph import Key, ServerGraph
from rtlint.patterns import regex

_MAX_DEPTH = 40
_MAX_VISITS = 3_000
_ADDS_NO_ROUTES = regex(
    r"^(?:node:)?(?:http|https|http2|util|assert)$|^koa-mount$|^koa-compose$|^@hono/node-|^hono/(?:vercel|aws-lambda|"
    r"lambda-edge|cloudflare|netlify|bun|deno|testing|dev|service-worker)|supertest|serverless|lambda|sentry|newrelic|"
    r"^dd-trace$|^pino|close-with-grace|graceful|terminus|^@fastify/middie$|prom-client|opentelemetry"
)
"""Packages whose functions are given an application and add no routes to it."""

_HARMLESS = regex(r"^(?:console\.\w+|Bun\.serve|Deno\.serve|JSON\.stringify|Object\.\w+|next|resolve)$")


@dataclass(frozen=True, slots=True)
class Reach:
    """How the walk came to a server or router.

    Attributes:
        base: the path in front of everything that it serves, as the framework spells it.
        at: the prefix or mount nearest to the root that shapes `base`, if any.
        stack: what lies on the way.
    """

    base: str
    at: Site | None
    stack: frozenset[Key]

    def inside(self, base: str, at: Site) -> Reach:
        """Return the reach of what is mounted at `at`, under a base."""
        return replace(self, base=base, at=self.at or (at if base != self.base else None))


@dataclass(slots=True)
class Walk:
    """The walk from one application; each framework says what its methods do.

    Attributes:
        framework: its name.
        reached: the servers and routers that the application mounts.
    """

    graph: ServerGraph
    made: ServerObject
    complete: bool = True
    routes: list[FoundRoute] = field(default_factory=list)
    reached: set[Key] = field(default_factory=set)
    _visits: int = 0

    framework: ClassVar[str] = ""

    def spell(self, path: str) -> tuple[str, ...] | None:
        """Return the spellings of a full path as facts have them; None when it can't be read."""
        raise NotImplementedError

    def start(self) -> None:
        """Walk through the application."""
        self.visit((self.made.at, -1), Reach("", None, frozenset()))

    def found(self) -> FoundBackend:
        """Return the backend."""
        modules = self.graph.sources.modules
        directory = modules.package_directory(self.made.at.path)
        lost = any(modules.package_directory(path) == directory for path in self.graph.lost)
        routes = tuple(dict.fromkeys(self.routes))
        return FoundBackend(self.made.at, self.framework, directory, self.complete and not lost, routes)

    def visit(self, key: Key, reach: Reach) -> None:
        """Note the routes of a server, a router or a function's parameter."""
        self._visits += 1
        if key in reach.stack or len(reach.stack) > _MAX_DEPTH or self._visits > _MAX_VISITS:
            self.complete = False
            return
        self.reached.add(key)
        inner = self.entered(key, replace(reach, stack=reach.stack | {key}))
        if inner is None:
            return
        for call in self.graph.calls(key):
            self.call(call, inner)
        for handover in self.graph.handovers(key):
            self._hand_over(handover, inner)

    def entered(self, key: Key, reach: Reach) -> Reach | None:
        """Return the reach inside of a server, with its own prefix; None when that is not known."""
        return reach if key in reach.stack else None

    def call(self, call: ServerCall, reach: Reach) -> None:
        """Note what a method adds."""
        raise NotImplementedError

    def _hand_over(self, given: ServerHandover, reach: Reach) -> None:
        path = given.at.path
        function = self.graph.function(path, given.callee)
        if function is not None and given.position >= 0:
            self.visit((function, given.position), reach)
        elif not _HARMLESS.match(given.text) and not _ADDS_NO_ROUTES.search(self.graph.package(path, given.callee)):
            self.complete = False

    def serve(self, at: Site, methods: Iterable[str] | None, path: str, reach: Reach, protocol: str = "http") -> None:
        """Note a route with its full path."""
        spelled = self.spell(path)
        if spelled is None or methods is None:
            self.complete = False
            return
        for method in methods:
            self.routes += (
                FoundRoute(at, "*" if method in {"all", "ALL"} else method.upper(), one, protocol, reach.at)
                for one in spelled
            )

    def texts(self, at: Site, expr: Expr | None) -> list[str]:
        """Return the texts that an expression or a list of them can be; none, and incomplete, when one is unknown."""
        found = self.graph.texts(at.path, expr) if expr is not None else None
        self.complete &= found is not None
        return found or []


def walked(graph: ServerGraph, maker: str, walk: type[Walk]) -> Iterable[FoundBackend]:
    """Yield the applications of a framework that no other one mounts."""
    walks = [
        walk(graph, made) for made in sorted(graph.objects.values(), key=lambda made: made.at) if made.maker == maker
    ]
    for one in walks:
        one.start()
    for one in walks:
        key = (one.made.at, -1)
        if not any(key in other.reached for other in walks if other is not one):
            yield one.found()
