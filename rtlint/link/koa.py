"""Backends of Koa: routers of @koa/router and koa-router, nested in each other or mounted by koa-mount.

Sources: https://github.com/koajs/router/blob/master/API.md, lib/layer.js (`setPrefix`), https://github.com/koajs/mount.
"""

from __future__ import annotations

from collections.abc import Iterable

from rtlint.facts.expressions import ArrayLiteral, Call, Expr, Function, Literal, Member, Name, ObjectLiteral, Unknown
from rtlint.facts.servers import ServerCall
from rtlint.link.backends import FoundBackend, Sources
from rtlint.link.route_paths import spelled
from rtlint.link.server_graph import Key, ServerGraph
from rtlint.link.servers import Reach, Walk, walked
from rtlint.patterns import regex

_VERBS = frozenset({"get", "post", "put", "patch", "delete", "del", "options", "head", "all"})
_MAY_SERVE = regex(r"proxy|graphql|apollo|swagger|trpc|connect|^koa-route$|better-router|joi-router")
_MAX_WRAPS = 8


def find_backends(sources: Sources) -> Iterable[FoundBackend]:
    """Yield the applications of Koa."""
    return walked(ServerGraph.of(sources), "koa", Koa)


def _joined(base: str, path: str) -> str:
    """Return a path under a prefix: lib/layer.js, `setPrefix`."""
    return base if base and path == "/" else base + path


class Koa(Walk):
    """The walk from one application."""

    __slots__ = ()
    framework = "koa"

    def spell(self, path: str) -> tuple[str, ...] | None:
        """Return the spellings of a full path as facts have them; None when it can't be read."""
        return spelled("express", path)

    def entered(self, key: Key, reach: Reach) -> Reach | None:
        """Return the reach inside of a router, with its own prefix."""
        made = self.graph.objects.get(key[0])
        given: list[tuple[str, Expr]] = []
        if made is not None and made.maker == "koa-router" and made.arguments:
            path, options = self.graph.value(made.at.path, made.arguments[0])
            if not isinstance(options, ObjectLiteral) or options.spreads:
                self.complete = False
                return None
            given += ((path, entry.value) for entry in options.entries if entry.key == "prefix")
            self.complete &= not any(entry.key in {"host", "exclusive"} for entry in options.entries)
        calls = [call for call in self.graph.calls(key) if call.method == "prefix"]
        given += ((call.at.path, call.arguments[0]) for call in calls if call.arguments)
        if not given:
            return reach
        found = self.graph.texts(*given[0])
        if found is None or len(found) != 1 or len(given) > 1:
            self.complete = False
            return None
        place = calls[0].at if calls else made.at if made is not None else key[0]
        return reach.inside(reach.base + (found[0].removesuffix("/") if calls else found[0]), place)

    def call(self, call: ServerCall, reach: Reach) -> None:
        """Note what a method adds."""
        if call.method in _VERBS and len(call.arguments) > 1:
            self._route(call, reach)
        elif call.method == "use":
            self._use(call, reach)
        elif call.method == "redirect" and call.arguments:
            self._serve(call, "all", call.arguments[0], reach)
        elif call.method in _VERBS | {"register", "mount"}:
            self.complete = False

    def _route(self, call: ServerCall, reach: Reach) -> None:
        """Note a route; the first of two texts is its name."""
        _, second = self.graph.value(call.at.path, call.arguments[1])
        named = len(call.arguments) > 2 and isinstance(second, Literal | ArrayLiteral)
        self._serve(call, call.method, call.arguments[1 if named else 0], reach)

    def _serve(self, call: ServerCall, method: str, path: Expr, reach: Reach) -> None:
        verb = {"del": "delete"}.get(method, method)
        for text in self.texts(call.at, path):
            self.serve(call.at, [verb], _joined(reach.base, text), reach)

    def _use(self, call: ServerCall, reach: Reach) -> None:
        prefixes, handlers = [""], call.arguments
        _, first = self.graph.value(call.at.path, handlers[0]) if handlers else ("", None)
        if len(handlers) > 1 and self._is_path(call.at.path, handlers[0], first):
            prefixes, handlers = self.texts(call.at, handlers[0]), handlers[1:]
        is_router = self._is_router(call)
        for prefix in prefixes:
            inner = reach.inside(reach.base + prefix, call.at)
            for handler in handlers:
                self._mount(call, call.at.path, handler, inner, is_router=is_router)

    def _is_path(self, path: str, expr: Expr, value: Expr | None) -> bool:
        """Tell whether the first argument of `use` is a path: handlers are functions, calls, or lists of those."""
        if isinstance(value, ArrayLiteral):
            return all(isinstance(item, Literal) for item in value.items)
        if isinstance(value, Call | Function) or (isinstance(value, Unknown) and value.reason.startswith("function")):
            return False
        return self.graph.texts(path, expr) is not None or not isinstance(expr, Name | Call)

    def _is_router(self, call: ServerCall) -> bool:
        key = self.graph.key(call.at.path, call.owner)
        made = self.graph.objects.get(key[0]) if key is not None else None
        return made is not None and made.maker == "koa-router"

    def _mount(self, call: ServerCall, path: str, handler: Expr, reach: Reach, *, is_router: bool) -> None:
        """Note what a middleware serves."""
        for _ in range(_MAX_WRAPS):
            if self._is_mounted(path, handler, reach, call):
                return
            package = self.graph.package(path, handler)
            if package or isinstance(handler, Unknown):
                ends = isinstance(handler, Unknown) and handler.reason != "function"
                self.complete &= not _MAY_SERVE.search(package) and (is_router or not ends)
                return
            if self.graph.function(path, handler) is not None:
                return
            following = self._returned(path, handler)
            if following is None:
                self.complete = False
                return
            path, handler = following
        self.complete = False

    def _is_mounted(self, path: str, handler: Expr, reach: Reach, call: ServerCall) -> bool:
        """Walk into `router.routes()`, `mount(prefix, app)` and `compose([...])`; False for anything else."""
        if not isinstance(handler, Call):
            return False
        method = handler.callee.name if isinstance(handler.callee, Member) else ""
        owner = self.graph.key(path, handler.callee.object) if isinstance(handler.callee, Member) else None
        if owner is not None and method in {"routes", "middleware", "allowedMethods"}:
            if method != "allowedMethods":
                self.visit(owner, reach)
            return True
        package = self.graph.package(path, handler.callee)
        if package == "koa-compose" and handler.arguments and isinstance(handler.arguments[0], ArrayLiteral):
            for item in handler.arguments[0].items:
                self._mount(call, path, item, reach, is_router=False)
            return True
        if package != "koa-mount" or not handler.arguments:
            return False
        self._mount_at(call, path, handler.arguments, reach)
        return True

    def _mount_at(self, call: ServerCall, path: str, given: tuple[Expr, ...], reach: Reach) -> None:
        found = self.graph.texts(path, given[0]) if len(given) > 1 else ["/"]
        self.complete &= found is not None
        for prefix in found or ():
            inner = reach.inside(reach.base + prefix.removesuffix("/"), call.at)
            key = self.graph.key(path, given[-1])
            made = self.graph.objects.get(key[0]) if key is not None else None
            if key is not None and made is not None and made.maker == "koa":
                self.visit(key, inner)
            else:
                self._mount(call, path, given[-1], inner, is_router=False)

    def _returned(self, path: str, handler: Expr) -> tuple[str, Expr] | None:
        """Return what a name is bound to, or what a function of the repository returns; None when it is not known."""
        where, value = self.graph.value(path, handler)
        if value != handler:
            return where, value
        if not isinstance(handler, Call):
            return None
        where, value = self.graph.value(path, handler.callee)
        return (where, value.result) if isinstance(value, Function) else None
