"""Backends of Hono: applications, what they mount, and the paths that `basePath` puts in front.

Sources: https://hono.dev/docs/api/hono, https://hono.dev/docs/api/routing, src/hono-base.ts, src/utils/url.ts.
"""

from __future__ import annotations

from collections.abc import Iterable

from rtlint.facts.expressions import Call, Expr, Literal, Member, Name, ObjectLiteral, Unknown
from rtlint.facts.servers import ServerCall
from rtlint.link.backends import FoundBackend, Sources
from rtlint.link.server_graph import Key, ServerGraph
from rtlint.link.server_paths import any_slash, hono_path
from rtlint.link.servers import Reach, Walk, walked

_VERBS = frozenset({"get", "post", "put", "patch", "delete", "options", "head", "all"})


def find_backends(sources: Sources) -> Iterable[FoundBackend]:
    """Yield the applications of Hono."""
    return walked(ServerGraph.of(sources), "hono", Hono)


def merged(base: str, path: str) -> str:
    """Return a path under a base: src/utils/url.ts, `mergePath`."""
    start = base if base.startswith("/") else f"/{base}"
    if path == "/":
        return start
    return start + ("" if start.endswith("/") else "/") + path.removeprefix("/")


class Hono(Walk):
    """The walk from one application."""

    __slots__ = ("_any_slash",)
    framework = "hono"

    def spell(self, path: str) -> tuple[str, ...] | None:
        """Return the spellings of a full path as facts have them; None when it can't be read."""
        found = hono_path(path)
        if found is None or not self._any_slash:
            return found
        # The slash of a request is cut off before the routes are looked at.
        return any_slash(one for one in found if one == "/" or not one.endswith("/"))

    def start(self) -> None:
        """Read the options, then walk."""
        self._any_slash = False
        for expr in self.made.arguments[:1]:
            self._read_options(self.graph.value(self.made.at.path, expr)[1])
        super().start()

    def _read_options(self, options: Expr) -> None:
        if not isinstance(options, ObjectLiteral) or options.spreads:
            self.complete = False
        for entry in options.entries if isinstance(options, ObjectLiteral) else ():
            if entry.key == "strict" and isinstance(entry.value, Literal):
                self._any_slash = entry.value.value is False
            elif entry.key in {"getPath", "strict"}:
                self.complete = False

    def call(self, call: ServerCall, reach: Reach) -> None:
        """Note what a method adds."""
        given = call.arguments
        if call.method in _VERBS and len(given) > 1:
            self._routes(call, [call.method], given[0], reach)
        elif call.method == "on" and len(given) > 2:
            methods = self.graph.texts(call.at.path, given[0])
            self._routes(call, methods or (), given[1], reach)
            self.complete &= methods is not None
        elif call.method == "basePath" and given:
            self._enter(call, (call.at, -1), reach)
        elif call.method == "route" and len(given) > 1:
            key = self.graph.key(call.at.path, given[1])
            self.complete &= key is not None
            if key is not None:
                self._enter(call, self.graph.origin(key), reach)
        else:
            self._other(call, reach)

    def _other(self, call: ServerCall, reach: Reach) -> None:
        given = call.arguments
        if call.method == "mount" and given:
            for text in self.texts(call.at, given[0]):
                self.serve(call.at, ["all"], merged(merged(reach.base or "/", text), "/*"), reach, "http")
        elif call.method == "use" and given:
            last = given[-1]
            self.complete &= not (isinstance(last, Unknown) and last.reason == "function without next")
        elif call.method == "doc" and given:
            self._routes(call, ["get"], given[0], reach)
        else:
            self.complete = False

    def _enter(self, call: ServerCall, key: Key, reach: Reach) -> None:
        for text in self.texts(call.at, call.arguments[0]):
            self.visit(key, reach.inside(merged(reach.base or "/", text), call.at))

    def _routes(self, call: ServerCall, methods: Iterable[str], path: Expr, reach: Reach) -> None:
        protocol = "ws" if any(self._is_upgrade(call.at.path, item) for item in call.arguments[1:]) else "http"
        for text in self.texts(call.at, path):
            self.serve(call.at, methods, merged(reach.base or "/", text), reach, protocol)

    def _is_upgrade(self, path: str, handler: Expr) -> bool:
        """Tell whether a handler is made by `upgradeWebSocket(...)`."""
        _, value = self.graph.value(path, handler)
        callee = value.callee if isinstance(value, Call) else None
        name = callee.name if isinstance(callee, Name | Member) else ""
        return name == "upgradeWebSocket"
