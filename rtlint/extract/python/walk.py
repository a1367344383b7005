"""Walking through code: every call with the scope that it runs in, loops over literals unrolled."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from rtlint.extract.python.scopes import Function, Scope, Scopes, blocks, unpacked

_MAX_ROUNDS = 200
_MAX_NODES = 400_000
_MUTATORS = frozenset({"append", "extend", "insert", "add", "update", "setdefault", "remove", "pop", "clear"})
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.GeneratorExp)


class Place(NamedTuple):
    """A call where it runs.

    Attributes:
        call: the call.
        scope: its scope.
        target: the function or class that it decorates, or the handler that its result is called with.
    """

    call: ast.Call
    scope: Scope
    target: ast.AST | None


class LimitError(Exception):
    """The loops of a file unroll to more code than is worth reading."""


class Walker:
    """Goes through a file once.

    Args:
        tree: the file.
        scopes: its scopes.
    """

    def __init__(self, tree: ast.Module, scopes: Scopes) -> None:
        self._tree = tree
        self._scopes = scopes
        self._budget = _MAX_NODES
        self._changed: frozenset[str] | None = None

    def calls(self) -> Iterator[Place]:
        """Yield every call of the file in order; one in an unrolled loop comes once for each round.

        Raises:
            LimitError: there are too many.
        """
        pending: list[tuple[Iterator[ast.stmt], Scope]] = [(iter(self._tree.body), self._scopes.module)]
        while pending:
            body, scope = pending[-1]
            statement = next(body, None)
            if statement is None:
                pending.pop()
                continue
            self._spend()
            if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                yield from self._definition(statement, scope)
                if scope.round == 0:
                    pending.append((iter(statement.body), self._scopes.of(statement)))
            elif isinstance(statement, ast.For | ast.AsyncFor):
                yield from self._expression(statement.iter, scope)
                pending.append((iter(statement.orelse), scope))
                found = self._rounds(statement.target, statement.iter, scope)
                pending += [(iter(statement.body), one) for one in reversed(found)]
            else:
                for expression in _own_expressions(statement):
                    yield from self._expression(expression, scope)
                pending += reversed([(iter(block), scope) for block in blocks(statement)])

    def _spend(self) -> None:
        self._budget -= 1
        if self._budget < 0:
            raise LimitError

    def _definition(self, statement: Function | ast.ClassDef, scope: Scope) -> Iterator[Place]:
        for decorator in statement.decorator_list:
            if isinstance(decorator, ast.Call):
                yield Place(decorator, scope, statement)
        for base in statement.bases if isinstance(statement, ast.ClassDef) else ():
            yield from self._expression(base, scope)

    def _expression(self, expression: ast.expr, scope: Scope) -> Iterator[Place]:
        pending: list[tuple[ast.AST, Scope]] = [(expression, scope)]
        while pending:
            node, inner = pending.pop()
            self._spend()
            if isinstance(node, _COMPREHENSIONS) and len(node.generators) == 1:
                loop = node.generators[0]
                pending.append((loop.iter, inner))
                pending += reversed([(node.elt, one) for one in self._rounds(loop.target, loop.iter, inner)])
                continue
            children = child_nodes(node)
            if isinstance(node, ast.Call):
                applied = node.func if isinstance(node.func, ast.Call) and node.args else None
                yield Place(applied or node, inner, node.args[0] if applied else None)
                children = [child for child in children if child is not applied]
            pending += reversed([(child, inner) for child in children])

    def _rounds(self, target: ast.expr, iterable: ast.expr, scope: Scope) -> list[Scope]:
        """Return one scope for each round of a loop over a literal, or a single one in which the names are unknown."""
        found: list[Scope] = []
        items = self._items(iterable, scope)
        for number, item in enumerate(items or ()):
            bound = {name.id: value for name, value in unpacked(target, item) if isinstance(name, ast.Name)}
            if None in bound.values():
                items = None
                break
            found.append(_round(scope, bound, number))
        if items is not None:
            return found
        names = (name.id for name, _ in unpacked(target, None) if isinstance(name, ast.Name))
        unknown = _round(scope, dict.fromkeys(names), 0)
        unknown.unrolled = False
        return [unknown]

    def _items(self, iterable: ast.expr, scope: Scope) -> list[ast.expr] | None:
        """Return what a loop goes through: a literal list, tuple or set, or the items of a literal dict."""
        if isinstance(iterable, ast.Call):
            function = iterable.func
            items = isinstance(function, ast.Attribute) and function.attr == "items" and not iterable.args
            return (
                _pairs(self._literal(function.value, scope)) if items and isinstance(function, ast.Attribute) else None
            )
        value = self._literal(iterable, scope)
        if not isinstance(value, ast.List | ast.Tuple | ast.Set) or len(value.elts) > _MAX_ROUNDS:
            return None
        return None if any(isinstance(item, ast.Starred) for item in value.elts) else list(value.elts)

    def _literal(self, node: ast.expr, scope: Scope) -> ast.expr | None:
        """Return what a name stands for, unless something adds to it; any other expression as it is."""
        if not isinstance(node, ast.Name):
            return node
        if self._changed is None:
            self._changed = frozenset(_mutated(self._tree))
        found = scope.find(node.id)
        return found.single(node.id) if found and node.id not in self._changed else None


def _mutated(tree: ast.Module) -> Iterator[str]:
    """Yield the names of which the file calls a method that changes a list or dict, or sets an item."""
    for node in ast.walk(tree):
        owner: ast.expr | None = None
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _MUTATORS:
            owner = node.func.value
        elif isinstance(node, ast.Subscript) and not isinstance(node.ctx, ast.Load):
            owner = node.value
        if isinstance(owner, ast.Name):
            yield owner.id


def child_nodes(node: ast.AST) -> list[ast.AST]:
    """Return the nodes directly inside a node, as `ast.iter_child_nodes` does, in half the time."""
    found: list[ast.AST] = []
    for name in node._fields:
        value = getattr(node, name, None)
        if value.__class__ is list:
            found += [item for item in value if isinstance(item, ast.AST)]
        elif isinstance(value, ast.AST):
            found.append(value)
    return found


def _own_expressions(statement: ast.stmt) -> Iterator[ast.expr]:
    for child in child_nodes(statement):
        if isinstance(child, ast.expr):
            yield child
        elif isinstance(child, ast.withitem):
            yield child.context_expr


def _round(scope: Scope, bound: Mapping[str, ast.expr | None], number: int) -> Scope:
    inner = Scope(scope.name, "loop", scope, round=number)
    inner.values = {name: [value] for name, value in bound.items()}
    return inner


def _pairs(node: ast.expr | None) -> list[ast.expr] | None:
    if not isinstance(node, ast.Dict) or len(node.keys) > _MAX_ROUNDS:
        return None
    pairs: list[ast.expr] = []
    for key, item in zip(node.keys, node.values, strict=True):
        if key is None:
            return None
        pairs.append(ast.Tuple(elts=[key, item], ctx=ast.Load()))
    return pairs
