"""Routers: the objects that routes hang on, and the names under which the code reaches them."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from rtlint.extract.python.expressions import Builder
from rtlint.extract.python.frameworks import (
    Kind,
    constructor,
    is_router_annotation,
    is_routing_class,
    looks_like_router,
)
from rtlint.extract.python.origins import origin
from rtlint.extract.python.scopes import Scope, Scopes, statements, targets

_MAX_DEPTH = 20


class Routers:
    """The router objects of a file.

    Attributes:
        kinds: what each name holds; a list of routes counts as a part of a Starlette application.
        made: the calls that make them, several where branches or later code assign a name anew.
        lists: the lists of routes, by name.
        aliases: functions' own names that routes hang on though something else than a constructor made them.
    """

    def __init__(self, builder: Builder, tree: ast.Module) -> None:
        self._builder = builder
        self.kinds: dict[str, Kind] = {}
        self.made: dict[str, list[tuple[ast.Call, Scope]]] = {}
        self.lists: dict[str, list[tuple[ast.expr, Scope]]] = {}
        self.aliases: dict[str, tuple[ast.expr, Scope]] = {}
        for scope, body in _bodies(tree, builder.scopes):
            for statement in statements(body):
                for target, value in targets(statement):
                    if value is not None:
                        self._assigned(target, value, scope)
        builder.kept = frozenset(self.kinds)

    def _assigned(self, target: ast.expr, value: ast.expr, scope: Scope) -> None:
        name = self.key(target, scope)
        if not name:
            return
        kind = constructor(value, scope)
        if kind is not None and isinstance(value, ast.Call):
            self.kinds.setdefault(name, kind)
            self.made.setdefault(name, []).append((value, scope))
        elif _is_route_list(value, scope):
            self.kinds.setdefault(name, Kind("starlette", root=False))
            self.lists.setdefault(name, []).append((value, scope))

    def key(self, node: ast.expr, scope: Scope, depth: int = 0) -> str:
        """Return the name under which facts speak of a router: qualified for one of a function, `Class#x` for `self.x`.

        Empty for an expression that is neither a name nor a member of one.
        """
        if depth > _MAX_DEPTH:
            return ""
        if isinstance(node, ast.Name):
            return self._name(node, scope, depth)
        if not isinstance(node, ast.Attribute):
            return ""
        owner = self._builder.instance(node, scope)
        if owner:
            return owner
        base = self.key(node.value, scope, depth + 1)
        if base in self.kinds and node.attr in {"router", "routes"}:
            return base
        return f"{base}.{node.attr}" if base else ""

    def _name(self, node: ast.Name, scope: Scope, depth: int) -> str:
        found = scope.find(node.id)
        if found is None or found.kind == "module":
            return node.id
        value = found.single(node.id)
        if found.kind == "loop":
            return self.key(value, found.around(), depth + 1) if value is not None else ""
        name = found.qualified(node.id)
        if name not in self.kinds and value is not None and constructor(value, found) is None:
            if isinstance(value, ast.Name | ast.Attribute):
                return self.key(value, found, depth + 1)
            if isinstance(value, ast.Call):
                self.aliases[name] = (value, found)
        return name

    def may_be_router(self, node: ast.expr, scope: Scope) -> bool:
        """Tell whether an expression is a router, or a name from elsewhere that may well be one."""
        if self.key(node, scope) in self.kinds:
            return True
        if isinstance(node, ast.Attribute):
            return looks_like_router(node.attr)
        if not isinstance(node, ast.Name):
            return False
        found = scope.find(node.id)
        parameter = found.parameters.get(node.id) if found else None
        if parameter is not None and is_router_annotation(parameter.annotation, found or scope):
            return True
        return looks_like_router(node.id) and found is not None and node.id not in found.functions


def _bodies(tree: ast.Module, scopes: Scopes) -> Iterator[tuple[Scope, list[ast.stmt]]]:
    """Yield every scope with its body."""
    pending: list[tuple[Scope, list[ast.stmt]]] = [(scopes.module, tree.body)]
    while pending:
        scope, body = pending.pop()
        yield scope, body
        opening = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
        pending += [(scopes.of(item), item.body) for item in statements(body) if isinstance(item, opening)]


def _is_route_list(value: ast.expr, scope: Scope) -> bool:
    """Tell whether an expression is a list with at least one route of Starlette's classes in it."""
    if isinstance(value, ast.BinOp) and isinstance(value.op, ast.Add):
        return _is_route_list(value.left, scope) or _is_route_list(value.right, scope)
    items = value.elts if isinstance(value, ast.List | ast.Tuple) else []
    return any(isinstance(item, ast.Call) and is_routing_class(origin(item.func, scope)) for item in items)
