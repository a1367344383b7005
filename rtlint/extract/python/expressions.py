"""Expressions of Python: syntax nodes to value expressions, and the reads of environment variables."""

from __future__ import annotations

import ast

from rtlint.facts.expressions import (
    ArrayLiteral,
    Binary,
    Call,
    Conditional,
    Entry,
    EnvVar,
    Expr,
    Fallback,
    Literal,
    Member,
    Name,
    Not,
    ObjectLiteral,
    Template,
    Unknown,
)
from rtlint.facts.raw import EnvRead
from rtlint.facts.site import Site

MAX_DEPTH = 60
_READERS = {
    "os.getenv": "os.environ",
    "getenv": "os.environ",
    "os.environ.get": "os.environ",
    "environ.get": "os.environ",
    "os.environ.setdefault": "os.environ",
    "config": "settings",
    "decouple.config": "settings",
    "env": "settings",
    "env.str": "settings",
    "env.bool": "settings",
    "env.int": "settings",
    "env.list": "settings",
    "env.url": "settings",
}
"""Functions that return a variable: the standard library, python-decouple, environs and django-environ."""

_OPERATORS = {ast.Eq: "===", ast.NotEq: "!==", ast.Is: "===", ast.IsNot: "!=="}


class Builder:
    """Builds value expressions for one file; columns of `ast` are UTF-8 bytes and become characters here."""

    def __init__(self, path: str, data: bytes) -> None:
        self.path = path
        self._ascii = data.isascii()
        self._lines = [] if self._ascii else data.removeprefix(b"\xef\xbb\xbf").split(b"\n")

    def _column(self, line: int, offset: int) -> int:
        if self._ascii or line > len(self._lines):
            return offset + 1
        return len(self._lines[line - 1][:offset].decode("utf-8", "replace")) + 1

    def site(self, node: ast.stmt | ast.expr) -> Site:
        """Return the site of a node; of a function or class, its first line."""
        line, end = node.lineno, node.end_lineno or node.lineno
        stop = node.end_col_offset or node.col_offset
        return Site(self.path, line, self._column(line, node.col_offset), end, self._column(end, stop))

    def build(self, node: ast.expr, depth: int = 0) -> Expr:
        """Return the value expression of a node."""
        at = self.site(node)
        if depth > MAX_DEPTH:
            return Unknown(at, "nested too deeply")
        variable = self.variable(node, depth)
        if variable is not None:
            return variable
        if isinstance(node, ast.Constant):
            plain = node.value is None or isinstance(node.value, str | int | float | bool)
            return Literal(at, node.value) if plain else Unknown(at, "constant")  # type: ignore[arg-type]
        if isinstance(node, ast.Name):
            return Name(at, node.id)
        if isinstance(node, ast.Attribute):
            return Member(at, self.build(node.value, depth + 1), node.attr)
        if isinstance(node, ast.Call):
            callee = self.build(node.func, depth + 1)
            return Call(at, callee, tuple(self.build(item, depth + 1) for item in node.args))
        return self._operation(node, at, depth + 1)

    def _operation(self, node: ast.expr, at: Site, depth: int) -> Expr:
        if isinstance(node, ast.JoinedStr):
            return Template(at, tuple(self._part(item, at, depth) for item in node.values))
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            return Template(at, (self.build(node.left, depth), self.build(node.right, depth)))
        if isinstance(node, ast.BoolOp):
            return self._boolean(node, at, depth)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            return Not(at, self.build(node.operand, depth))
        if isinstance(node, ast.IfExp):
            parts = (self.build(item, depth) for item in (node.test, node.body, node.orelse))
            return Conditional(at, *parts)
        if isinstance(node, ast.Compare) and len(node.ops) == 1 and type(node.ops[0]) in _OPERATORS:
            sides = self.build(node.left, depth), self.build(node.comparators[0], depth)
            return Binary(at, _OPERATORS[type(node.ops[0])], *sides)
        return self._structure(node, at, depth)

    def _structure(self, node: ast.expr, at: Site, depth: int) -> Expr:
        if isinstance(node, ast.List | ast.Tuple | ast.Set):
            return ArrayLiteral(at, tuple(self.build(item, depth) for item in node.elts))
        if isinstance(node, ast.Dict):
            entries, spreads = [], []
            for key, value in zip(node.keys, node.values, strict=True):
                if key is None:
                    spreads.append(self.build(value, depth))
                elif isinstance(key, ast.Constant):
                    entries.append(Entry(self.site(value), str(key.value), self.build(value, depth)))
            return ObjectLiteral(at, tuple(entries), tuple(spreads))
        return Unknown(at, type(node).__name__)

    def _part(self, node: ast.expr, at: Site, depth: int) -> Expr:
        """Return one part of an f-string; its parts have no places of their own before Python 3.12."""
        if isinstance(node, ast.FormattedValue):
            plain = node.conversion == -1 and node.format_spec is None
            return self.build(node.value, depth) if plain else Unknown(at, "formatted value")
        return Literal(at, str(node.value)) if isinstance(node, ast.Constant) else Unknown(at, "f-string")

    def _boolean(self, node: ast.BoolOp, at: Site, depth: int) -> Expr:
        values = [self.build(item, depth) for item in node.values]
        result = values[0]
        for value in values[1:]:
            result = (
                Fallback(at, "||", result, value) if isinstance(node.op, ast.Or) else Binary(at, "&&", result, value)
            )
        return result

    def variable(self, node: ast.expr, depth: int = 0) -> Expr | None:
        """Return the expression of a read of a variable under its written name, with its default; else None."""
        found = self._read(node)
        if found is None or not found[0]:
            return None
        name, via, default = found
        variable = EnvVar(self.site(node), name, via)
        if default is None:
            return variable
        return Fallback(self.site(node), "default", variable, self.build(default, depth + 1))

    def _read(self, node: ast.AST) -> tuple[str, str, ast.expr | None] | None:
        """Return name (empty for a computed one), interface and default of a read of a variable."""
        if isinstance(node, ast.Subscript) and _dotted(node.value) in {"os.environ", "environ"}:
            return _text(node.slice) or "", "os.environ", None
        if not isinstance(node, ast.Call) or _dotted(node.func) not in _READERS or not node.args:
            return None
        via = _READERS[_dotted(node.func)]
        name = _text(node.args[0])
        if via == "settings" and name is None:
            return None
        keywords = {keyword.arg: keyword.value for keyword in node.keywords}
        default = node.args[1] if len(node.args) > 1 else keywords.get("default")
        return name or "", via, default

    def env_read(self, node: ast.AST) -> EnvRead | None:
        """Return the fact of a read of an environment variable, or None for any other node."""
        found = self._read(node)
        if found is None or not isinstance(node, ast.expr):
            return None
        name, via, default = found
        writes = isinstance(node, ast.Subscript) and not isinstance(node.ctx, ast.Load)
        return None if writes else EnvRead(self.site(node), name, via, fallback=default is not None, guarded=False)

    def setting(self, node: ast.AnnAssign, name: str, default: ast.expr | None) -> Expr:
        """Return the expression of a field of settings."""
        variable = EnvVar(self.site(node), name, "settings")
        return variable if default is None else Fallback(self.site(node), "default", variable, self.build(default))


def _dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        inner = _dotted(node.value)
        return f"{inner}.{node.attr}" if inner else ""
    return ""


def _text(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None
