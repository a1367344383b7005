"""Routes of FastAPI, Starlette and Flask, as the calls and decorators of one file state them.

A router that is made inside a function is named `function.router`: `create_app.app`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from rtlint.extract.python.expressions import Builder
from rtlint.facts.expressions import Expr, Name, Unknown
from rtlint.facts.raw import OpaqueRoutes, RawFact, Route, RouteMount, RouterObject

_OBJECTS = {
    "FastAPI": ("fastapi", True, ""),
    "APIRouter": ("fastapi", False, "prefix"),
    "Starlette": ("starlette", True, ""),
    "Router": ("starlette", False, ""),
    "Flask": ("flask", True, ""),
    "Quart": ("flask", True, ""),
    "Blueprint": ("flask", False, "url_prefix"),
}
"""Constructors, with framework, whether they make an application, and the keyword of their prefix."""

_VERBS = frozenset({"get", "post", "put", "patch", "delete", "options", "head", "trace"})


def routes(builder: Builder, tree: ast.Module) -> Iterator[RawFact]:
    """Yield the router objects, routes and mounts of a file."""
    reader = _Reader(builder)
    yield from reader.block(tree.body, "")
    yield from reader.opaque


class _Reader:
    """Walks the statements of a module and of its functions, and remembers which names hold routers."""

    def __init__(self, builder: Builder) -> None:
        self._builder = builder
        self._routers: dict[str, str] = {}
        self.opaque: list[RawFact] = []

    def block(self, body: list[ast.stmt], scope: str, loop: str = "") -> Iterator[RawFact]:
        """Yield the facts of some statements; `loop` is a reason why their routes are not known one by one."""
        for node in body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield from self._decorated(node, scope)
                yield from self.block(node.body, f"{scope}{node.name}.")
            elif isinstance(node, ast.For | ast.While | ast.AsyncFor):
                yield from self._looped(node, scope)
            elif isinstance(node, ast.If | ast.Try | ast.With | ast.AsyncWith | ast.ClassDef):
                yield from self.block(_inside(node), scope, loop)
            else:
                yield from self._statement(node, scope, loop)

    def _looped(self, node: ast.For | ast.While | ast.AsyncFor, scope: str) -> Iterator[RawFact]:
        """Unroll a loop over a literal list of names; the routes of any other loop are not known."""
        items = node.iter.elts if isinstance(node, ast.For) and isinstance(node.iter, ast.List | ast.Tuple) else None
        if items is None or not isinstance(node, ast.For) or not isinstance(node.target, ast.Name):
            yield from self.block(node.body, scope, "routes registered in a loop")
            return
        for item in items:
            for statement in node.body:
                yield from self._statement(_Replace(node.target.id, item).visit(_copy(statement)), scope, "")

    def _statement(self, node: ast.stmt, scope: str, loop: str) -> Iterator[RawFact]:
        value = node.value if isinstance(node, ast.Assign | ast.AnnAssign | ast.Expr | ast.Return) else None
        target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
        if not isinstance(value, ast.Call):
            return
        if isinstance(target, ast.Name):
            yield from self._object(target.id, value, scope)
        elif isinstance(node, ast.Expr):
            yield from self._call(value, scope, loop)

    def _object(self, name: str, call: ast.Call, scope: str) -> Iterator[RawFact]:
        known = _OBJECTS.get(_last(call.func))
        if known is None:
            return
        framework, root, keyword = known
        self._routers[scope + name] = framework
        prefix = self._keyword(call, keyword) if keyword else None
        yield RouterObject(self._builder.site(call), scope + name, framework, root, prefix)
        for item in call.keywords:
            if item.arg == "routes":
                yield from self._listed(item.value, scope + name)

    def _listed(self, node: ast.expr, router: str) -> Iterator[RawFact]:
        """Yield the routes of `Starlette(routes=[Route(...), Mount(...), WebSocketRoute(...)])`."""
        if not isinstance(node, ast.List | ast.Tuple):
            self.opaque.append(OpaqueRoutes(self._builder.site(node), router, "a list of routes made elsewhere"))
            return
        for item in node.elts:
            name = _last(item.func) if isinstance(item, ast.Call) else ""
            if not isinstance(item, ast.Call) or not item.args or name not in {"Route", "WebSocketRoute", "Mount"}:
                self.opaque.append(OpaqueRoutes(self._builder.site(item), router, "a route made elsewhere"))
            elif name == "Mount":
                yield from self._mount(item, router)
            else:
                yield from self._route(
                    item, router, item.args[0], "ws" if name == "WebSocketRoute" else "http", ["GET"]
                )

    def _call(self, call: ast.Call, scope: str, loop: str) -> Iterator[RawFact]:
        """Yield what a call of a method of a router does."""
        if not isinstance(call.func, ast.Attribute):
            return
        router, method = self._router(call.func.value, scope), call.func.attr
        if router is None:
            return
        wanted = {"include_router", "mount", "register_blueprint", "add_api_route", "add_url_rule", "add_route"}
        wanted |= {"add_api_websocket_route", "add_websocket_route"}
        if method not in wanted:
            return
        if loop:
            self.opaque.append(OpaqueRoutes(self._builder.site(call), router, loop))
        elif method in {"include_router", "register_blueprint"}:
            yield from self._include(call, router, method)
        elif method == "mount":
            yield from self._mount(call, router)
        elif call.args:
            default = ["GET"]
            yield from self._route(call, router, call.args[0], "ws" if "websocket" in method else "http", default)

    def _include(self, call: ast.Call, router: str, method: str) -> Iterator[RawFact]:
        child = call.args[0] if call.args else None
        if child is None:
            return
        keyword = "prefix" if method == "include_router" else "url_prefix"
        prefix = self._keyword(call, keyword)
        expr = self._child(child)
        yield RouteMount(
            self._builder.site(call), router, expr, prefix, method == "register_blueprint" and prefix is not None
        )

    def _mount(self, call: ast.Call, router: str) -> Iterator[RawFact]:
        keywords = {keyword.arg: keyword.value for keyword in call.keywords}
        path = call.args[0] if call.args else keywords.get("path")
        app = call.args[1] if len(call.args) > 1 else keywords.get("app")
        if path is None:
            return
        if app is None and "routes" in keywords:
            name = f"{router}~{call.lineno}"
            yield RouterObject(self._builder.site(call), name, "starlette", root=False)
            yield RouteMount(
                self._builder.site(call), router, Name(self._builder.site(call), name), self._builder.build(path)
            )
            yield from self._listed(keywords["routes"], name)
        elif app is not None and "StaticFiles" not in ast.dump(app):
            yield RouteMount(self._builder.site(call), router, self._child(app), self._builder.build(path))

    def _child(self, node: ast.expr) -> Expr:
        return (
            self._builder.build(node)
            if isinstance(node, ast.Name | ast.Attribute)
            else Unknown(self._builder.site(node), "call")
        )

    def _keyword(self, call: ast.Call, name: str) -> Expr | None:
        found = next((item.value for item in call.keywords if item.arg == name), None)
        if found is None and any(item.arg is None for item in call.keywords):
            return Unknown(self._builder.site(call), "keywords")
        missing = isinstance(found, ast.Constant) and found.value is None
        return None if found is None or missing else self._builder.build(found)

    def _decorated(self, node: ast.FunctionDef | ast.AsyncFunctionDef, scope: str) -> Iterator[RawFact]:
        for decorator in node.decorator_list:
            if not isinstance(decorator, ast.Call) or not isinstance(decorator.func, ast.Attribute):
                continue
            router, method = self._router(decorator.func.value, scope), decorator.func.attr
            keywords = {keyword.arg: keyword.value for keyword in decorator.keywords}
            path = decorator.args[0] if decorator.args else keywords.get("path", keywords.get("rule"))
            if router is None or path is None:
                continue
            if method in _VERBS:
                yield Route(self._builder.site(decorator), router, method.upper(), "http", self._builder.build(path))
            elif method in {"route", "api_route"}:
                yield from self._route(decorator, router, path, "http", ["GET"])
            elif method in {"websocket", "websocket_route"}:
                yield Route(self._builder.site(decorator), router, "GET", "ws", self._builder.build(path))

    def _route(
        self, call: ast.Call, router: str, path: ast.expr, protocol: str, default: list[str]
    ) -> Iterator[RawFact]:
        given = next((item.value for item in call.keywords if item.arg == "methods"), None)
        methods = default
        if isinstance(given, ast.List | ast.Tuple | ast.Set):
            methods = [str(item.value).upper() if isinstance(item, ast.Constant) else "*" for item in given.elts]
        elif given is not None and not (isinstance(given, ast.Constant) and given.value is None):
            methods = ["*"]
        for method in methods:
            yield Route(self._builder.site(call), router, method, protocol, self._builder.build(path))

    def _router(self, node: ast.expr, scope: str) -> str | None:
        """Return the router that an expression names: of this function, one around it, the module, or an import."""
        name = _dotted(node)
        if not name:
            return None
        parts = scope.split(".")[:-1]
        for depth in range(len(parts), -1, -1):
            full = ".".join([*parts[:depth], name])
            if full in self._routers:
                return full
        return name if _looks_like_router(name) else None


def _looks_like_router(name: str) -> bool:
    """Tell whether a name that this file does not bind to a router may hold an imported one or a parameter."""
    last = name.rpartition(".")[2].lower()
    return (
        last in {"app", "application", "api"} or last.endswith(("router", "blueprint", "_bp", "_app")) or last == "bp"
    )


class _Replace(ast.NodeTransformer):
    """Puts an item of a list in the place of the loop's variable."""

    def __init__(self, name: str, value: ast.expr) -> None:
        self._name = name
        self._value = value

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self._value if node.id == self._name else node


def _copy(node: ast.stmt) -> ast.stmt:
    import copy

    return copy.deepcopy(node)


def _inside(node: ast.If | ast.Try | ast.With | ast.AsyncWith | ast.ClassDef) -> list[ast.stmt]:
    body = list(node.body)
    if isinstance(node, ast.If | ast.Try):
        body += node.orelse
    if isinstance(node, ast.Try):
        body += [item for handler in node.handlers for item in handler.body] + node.finalbody
    return body


def _last(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Name):
        return node.id
    inner = _dotted(node.value) if isinstance(node, ast.Attribute) else ""
    return f"{inner}.{node.attr}" if isinstance(node, ast.Attribute) and inner else ""
