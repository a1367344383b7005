"""Expressions: syntax nodes to value expressions. Names of functions are replaced by what they stand for."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from typing import Any

from rtlint.extract.python import variables
from rtlint.extract.python.origins import origin
from rtlint.extract.python.scopes import Function as FunctionNode
from rtlint.extract.python.scopes import Scope, Scopes, parameters, statements
from rtlint.extract.python.source import Source
from rtlint.facts.expressions import (
    ArrayLiteral,
    Binary,
    Call,
    Conditional,
    Entry,
    EnvVar,
    Expr,
    Fallback,
    Function,
    Literal,
    Member,
    Name,
    Not,
    ObjectLiteral,
    Template,
    Unknown,
)
from rtlint.patterns import regex

MAX_DEPTH = 60
MAX_STEPS = 20_000
MAX_TOTAL = 300_000
_FIELD = regex(r"\{\{|\}\}|\{(\w*)(?:!s)?\}|%s|%%")
_CACHES = frozenset({"functools.lru_cache", "functools.cache", "functools.lru_cache()"})
"""Decorators that leave a function's result alone."""

_COMPARISONS = {ast.Eq: "===", ast.NotEq: "!==", ast.Is: "===", ast.IsNot: "!=="}


class Builder:
    """Builds value expressions for the nodes of one file.

    Attributes:
        kept: qualified names of functions' own routers: they stay names, and are not replaced by their value.
        exhausted: whether the file held more than `MAX_TOTAL` steps of work, so that the rest is unknown.
    """

    def __init__(self, source: Source, scopes: Scopes) -> None:
        self.source = source
        self.scopes = scopes
        self.kept: frozenset[str] = frozenset()
        self.exhausted = False
        self._steps = 0
        self._total = 0
        self._functions: list[Scope] = []
        self._resolving: set[tuple[int, str]] = set()

    def build(self, node: ast.expr, scope: Scope, depth: int = 0) -> Expr:
        """Return the expression of a node; `Unknown` with a reason for what is not understood."""
        if depth == 0:
            self._steps = 0
        self._steps += 1
        self._total += 1
        if self._total > MAX_TOTAL:
            self.exhausted = True
        if depth > MAX_DEPTH or self._steps > MAX_STEPS or self.exhausted:
            return self.unknown(node, "nested too deeply")
        read = variables.use(node, scope)
        if read is not None:
            return self._variable(node, read, scope, depth + 1)
        rule = _RULES.get(type(node))
        if rule is None:
            return self.unknown(node, _phrase(node))
        return rule(self, node, scope, depth + 1)

    def unknown(self, node: ast.expr | ast.stmt, reason: str) -> Unknown:
        """Return the expression for what is not understood."""
        return Unknown(self.source.site(node), reason)

    def _variable(self, node: ast.expr, read: variables.Use, scope: Scope, depth: int) -> Expr:
        if not read.name:
            return self.unknown(node, "computed variable name")
        variable = EnvVar(self.source.site(node), read.name, variables.VIA)
        if read.default is None or (isinstance(read.default, ast.Constant) and read.default.value is None):
            return variable
        return Fallback(self.source.site(node), "default", variable, self.build(read.default, scope, depth))

    def _constant(self, node: ast.Constant, _scope: Scope, _depth: int) -> Expr:
        value = node.value
        if value is None or isinstance(value, str | bool | int | float):
            return Literal(self.source.site(node), value)
        return self.unknown(node, "..." if value is ... else type(value).__name__)

    def _name(self, node: ast.Name, scope: Scope, depth: int) -> Expr:
        at, found = self.source.site(node), scope.find(node.id)
        if found is None or found.kind == "module":
            return Name(at, node.id)
        qualified = found.qualified(node.id)
        if found.kind != "loop" and (node.id in found.imports or qualified in self.kept):
            return Name(at, qualified)
        if node.id in found.parameters:
            return Name(at, node.id) if found in self._functions else self.unknown(node, "parameter")
        if node.id in found.functions or node.id in found.classes:
            return Name(at, qualified)
        return self._local(node, found, depth)

    def _local(self, node: ast.Name, found: Scope, depth: int) -> Expr:
        """Replace a name of a function by the expression that it is bound to there."""
        value, key = found.single(node.id), (id(found), node.id)
        if value is None:
            several = len(found.values.get(node.id, [])) > 1
            return self.unknown(node, "loop variable" if not several else "assigned more than once")
        if key in self._resolving:
            return self.unknown(node, "name that refers to itself")
        self._resolving.add(key)
        try:
            return self.build(value, found.around(), depth)
        finally:
            self._resolving.discard(key)

    def _attribute(self, node: ast.Attribute, scope: Scope, depth: int) -> Expr:
        at = self.source.site(node)
        owner = self.instance(node, scope)
        if owner:
            return Name(at, owner)
        return Member(at, self.build(node.value, scope, depth), node.attr)

    def instance(self, node: ast.expr, scope: Scope) -> str:
        """Return `Class#x` for `self.x` in a method, else an empty text."""
        if not isinstance(node, ast.Attribute) or not isinstance(node.value, ast.Name):
            return ""
        found = scope.find(node.value.id)
        owner = found.owner() if found and scope.is_self(node.value.id) else None
        return f"{owner.name}#{node.attr}" if owner else ""

    def _subscript(self, node: ast.Subscript, scope: Scope, depth: int) -> Expr:
        key = variables.text(node.slice, scope)
        if not key:
            return self.unknown(node, "computed member")
        return Member(self.source.site(node), self.build(node.value, scope, depth), key)

    def _joined(self, node: ast.JoinedStr, scope: Scope, depth: int) -> Expr:
        parts: list[Expr] = []
        for value in node.values:
            if isinstance(value, ast.FormattedValue):
                plain = value.format_spec is None and value.conversion in {-1, ord("s")}
                parts.append(
                    self.build(value.value, scope, depth) if plain else self.unknown(value.value, "formatted value")
                )
            else:
                parts.append(self.build(value, scope, depth))
        return Template(self.source.site(node), tuple(parts))

    def _operation(self, node: ast.BinOp, scope: Scope, depth: int) -> Expr:
        if isinstance(node.op, ast.Mod) and isinstance(node.left, ast.Constant) and isinstance(node.left.value, str):
            values = node.right.elts if isinstance(node.right, ast.Tuple) else [node.right]
            return self._filled(node, node.left.value, values, scope, depth)
        if not isinstance(node.op, ast.Add):
            return self.unknown(node, "arithmetic")
        left, right = self.build(node.left, scope, depth), self.build(node.right, scope, depth)
        sides = [side.value for side in (left, right) if isinstance(side, Literal)]
        if any(not isinstance(value, str) for value in sides) or isinstance(left, ArrayLiteral):
            return self.unknown(node, "arithmetic")
        return Template(self.source.site(node), (left, right))

    def _filled(self, node: ast.expr, pattern: str, values: list[ast.expr], scope: Scope, depth: int) -> Expr:
        """Return the text that `"%s" % x` or `"{}".format(x)` makes."""
        at, percent = self.source.site(node), isinstance(node, ast.BinOp)
        parts: list[Expr] = []
        position, used = 0, 0
        for field in _FIELD.finditer(pattern):
            if field[0].startswith("%") != percent:
                continue
            parts.append(Literal(at, pattern[position : field.start()]))
            position = field.end()
            if field[0] in {"{{", "}}", "%%"}:
                parts.append(Literal(at, field[0][0]))
                continue
            index = int(field[1]) if field[1] and field[1].isdecimal() else used
            used += 1
            if index >= len(values) or (field[1] and not field[1].isdecimal()):
                return self.unknown(node, "formatted text")
            parts.append(self.build(values[index], scope, depth))
        rest = pattern[position:]
        if ("%" if percent else "{") in rest:
            return self.unknown(node, "formatted text")
        return Template(at, (*parts, Literal(at, rest)))

    def _boolean(self, node: ast.BoolOp, scope: Scope, depth: int) -> Expr:
        at = self.source.site(node)
        values = [self.build(value, scope, depth) for value in node.values]
        result = values[-1]
        for value in reversed(values[:-1]):
            result = (
                Fallback(at, "||", value, result) if isinstance(node.op, ast.Or) else Binary(at, "&&", value, result)
            )
        return result

    def _unary(self, node: ast.UnaryOp, scope: Scope, depth: int) -> Expr:
        if isinstance(node.op, ast.Not):
            return Not(self.source.site(node), self.build(node.operand, scope, depth))
        value = node.operand.value if isinstance(node.operand, ast.Constant) else None
        if isinstance(node.op, ast.USub) and isinstance(value, int | float) and not isinstance(value, bool):
            return Literal(self.source.site(node), -value)
        return self.unknown(node, "operator")

    def _compare(self, node: ast.Compare, scope: Scope, depth: int) -> Expr:
        operator = _COMPARISONS.get(type(node.ops[0])) if len(node.ops) == 1 else None
        if operator is None:
            return self.unknown(node, "comparison")
        left = self.build(node.left, scope, depth)
        return Binary(self.source.site(node), operator, left, self.build(node.comparators[0], scope, depth))

    def _conditional(self, node: ast.IfExp, scope: Scope, depth: int) -> Expr:
        test, then, otherwise = (self.build(item, scope, depth) for item in (node.test, node.body, node.orelse))
        return Conditional(self.source.site(node), test, then, otherwise)

    def _dict(self, node: ast.Dict, scope: Scope, depth: int) -> Expr:
        entries: list[Entry] = []
        spreads: list[Expr] = []
        for key, value in zip(node.keys, node.values, strict=True):
            if key is None:
                spreads.append(self.build(value, scope, depth))
                continue
            name, first, last = variables.text(key, scope), self.source.site(key), self.source.site(value)
            if not name:
                spreads.append(self.unknown(key, "computed key"))
                continue
            at = first._replace(end_line=last.end_line, end_column=last.end_column)
            entries.append(Entry(at, name, self.build(value, scope, depth)))
        return ObjectLiteral(self.source.site(node), tuple(entries), tuple(spreads))

    def _sequence(self, node: ast.List | ast.Tuple | ast.Set, scope: Scope, depth: int) -> Expr:
        return ArrayLiteral(self.source.site(node), tuple(self.build(item, scope, depth) for item in node.elts))

    def _call(self, node: ast.Call, scope: Scope, depth: int) -> Expr:
        function, at = node.func, self.source.site(node)
        if origin(function, scope) == "typing.cast" and len(node.args) == 2:
            return self.build(node.args[1], scope, depth)
        if isinstance(function, ast.Name) and function.id == "dict" and not node.args and scope.find("dict") is None:
            return self._keywords(node, scope, depth)
        if isinstance(function, ast.Attribute) and function.attr == "format" and not node.keywords:
            pattern = variables.text(function.value, scope)
            if pattern:
                return self._filled(node, pattern, node.args, scope, depth)
        arguments = tuple(self.build(argument, scope, depth) for argument in node.args)
        return Call(at, self.build(function, scope, depth), arguments)

    def _keywords(self, node: ast.Call, scope: Scope, depth: int) -> Expr:
        entries, spreads = [], []
        for item in node.keywords:
            value = self.build(item.value, scope, depth)
            if item.arg is None:
                spreads.append(value)
            else:
                entries.append(Entry(self.source.site(item), item.arg, value))
        return ObjectLiteral(self.source.site(node), tuple(entries), tuple(spreads))

    def _walrus(self, node: ast.NamedExpr, scope: Scope, depth: int) -> Expr:
        return self.build(node.value, scope, depth)

    def _lambda(self, node: ast.Lambda, scope: Scope, depth: int) -> Expr:
        inner = Scope(scope.name, "function", scope, parameters=parameters(node.args))
        return self._function(node, node.args, inner, node.body, depth)

    def function(self, node: FunctionNode, scope: Scope) -> Function:
        """Return a function with what it returns, which is unknown unless it always returns one expression."""
        inner = self.scopes.of(node)
        self._steps = 0
        reason = self._obstacle(node, scope)
        result = None if reason else _result(node)
        found = self._function(node, node.args, inner, result, 0)
        if result is None:
            return Function(found.at, found.parameters, found.defaults, self.unknown(node, reason or "function"))
        return found

    def _obstacle(self, node: FunctionNode, scope: Scope) -> str:
        if isinstance(node, ast.AsyncFunctionDef):
            return "coroutine"
        plain = all(origin(decorator, scope) in _CACHES for decorator in node.decorator_list)
        return "" if plain else "decorated function"

    def _function(
        self,
        node: FunctionNode | ast.Lambda,
        arguments: ast.arguments,
        inner: Scope,
        result: ast.expr | None,
        depth: int,
    ) -> Function:
        outer = inner.parent or inner
        positional = [*arguments.posonlyargs, *arguments.args]
        missing = len(positional) - len(arguments.defaults)
        given: list[ast.expr | None] = [*([None] * missing), *arguments.defaults, *arguments.kw_defaults]
        names = tuple(item.arg for item in [*positional, *arguments.kwonlyargs])
        defaults = tuple(self.build(value, outer, depth + 1) if value is not None else None for value in given)
        self._functions.append(inner)
        try:
            built = self.build(result, inner, depth + 1) if result is not None else self.unknown(node, "function")
            return Function(self.source.site(node), names, defaults, built)
        finally:
            self._functions.pop()


def _result(node: FunctionNode) -> ast.expr | None:
    """Return the expression that a function returns whenever it returns; None when there are several or none."""
    returns = [item for item in statements(node.body) if isinstance(item, ast.Return)]
    if len(returns) != 1 or node.body[-1] is not returns[0] or any(map(_yields, node.body)):
        return None
    return returns[0].value


def _yields(statement: ast.stmt) -> bool:
    return any(isinstance(node, ast.Yield | ast.YieldFrom) for node in own_nodes(statement))


def own_nodes(statement: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes of a statement, not those inside functions and classes that it defines."""
    pending = [statement]
    while pending:
        node = pending.pop()
        yield node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            pending += ast.iter_child_nodes(node)


def _phrase(node: ast.expr) -> str:
    """Return how a reason calls a kind of expression: `list comprehension` for `ListComp`."""
    words = {"ListComp": "list comprehension", "DictComp": "dict comprehension", "SetComp": "set comprehension"}
    name = type(node).__name__
    return words.get(name, re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower())


_RULES: dict[type[ast.expr], Callable[[Builder, Any, Scope, int], Expr]] = {
    ast.Constant: Builder._constant,
    ast.Name: Builder._name,
    ast.Attribute: Builder._attribute,
    ast.Subscript: Builder._subscript,
    ast.JoinedStr: Builder._joined,
    ast.BinOp: Builder._operation,
    ast.BoolOp: Builder._boolean,
    ast.UnaryOp: Builder._unary,
    ast.Compare: Builder._compare,
    ast.IfExp: Builder._conditional,
    ast.Dict: Builder._dict,
    ast.List: Builder._sequence,
    ast.Tuple: Builder._sequence,
    ast.Set: Builder._sequence,
    ast.Call: Builder._call,
    ast.NamedExpr: Builder._walrus,
    ast.Lambda: Builder._lambda,
}
