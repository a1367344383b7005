"""Changes: what is put into an object after it was made (`options.wsHost = ...`, `Object.assign(options, ...)`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from tree_sitter import Node

from rtlint.extract.javascript.parser import Source, ancestors, is_function
from rtlint.extract.javascript.scope import Definition
from rtlint.facts.expressions import (
    Call,
    Conditional,
    Entry,
    Expr,
    Fallback,
    Literal,
    Member,
    Name,
    New,
    ObjectLiteral,
    Unknown,
)

if TYPE_CHECKING:
    from rtlint.extract.javascript.expressions import Builder

_MAX_CHANGES = 16
_MAX_ASSIGNMENTS = 6
_MAX_DEPTH = 20
"""A name that is assigned more often, or deeper inside an expression, is no setting that is made in steps."""

_CHANGEABLE = (ObjectLiteral, Name, Member, Fallback, Conditional, Call, New)
_UNCERTAIN = frozenset(
    {"for_statement", "for_in_statement", "while_statement", "do_statement", "try_statement", "switch_case"}
)


class Changes:
    """The changes of objects in one file, and the assignments of names, by name."""

    def __init__(self, nodes: Mapping[str, list[Node]], values: Mapping[str, list[Node]] | None = None) -> None:
        self._nodes = nodes
        self._values = values or {}

    @classmethod
    def of(cls, source: Source, captures: Mapping[str, list[Node]]) -> Changes:
        """Collect `name.key = value`, `Object.assign(name, ...)` and `name = value`, `name += value`, `name++`."""
        found: dict[str, list[Node]] = {}
        values: dict[str, list[Node]] = {}
        for node in captures.get("assign", ()):
            left = node.child_by_field_name("left")
            inner = left.child_by_field_name("object") if left is not None else None
            if inner is not None and inner.type == "identifier":
                found.setdefault(source.text(inner), []).append(node)
            elif left is not None and left.type == "identifier":
                values.setdefault(source.text(left), []).append(node)
        for node in captures.get("reassigned", ()):
            if node.parent is not None:
                values.setdefault(source.text(node), []).append(node.parent)
        for node in captures.get("call", ()) if b"Object.assign" in source.data else ():
            first = _assigned_to(source, node)
            if first is not None:
                found.setdefault(source.text(first), []).append(node)
        return cls(found, values)

    def applied(self, builder: Builder, name: str, found: Definition, made: Expr, depth: int) -> Expr:
        """Return an object with the later changes of it; a change on a condition keeps what was there before."""
        if name not in self._nodes or not isinstance(made, _CHANGEABLE):
            return made
        changes = sorted(self._nodes[name], key=lambda node: node.start_byte)[:_MAX_CHANGES]
        for node in changes:
            if builder.scopes.find(name, node) == found and not (isinstance(made, New) and _is_scheme(builder, node)):
                made = _changed(builder, node, found, made, depth)
        return made

    def steps(self, name: str, use: Node) -> int:
        """Return how many assignments of a name stand before a place: what it holds there depends on no others."""
        return sum(node.start_byte < use.start_byte for node in self._values.get(name, ()))

    def assigned(self, builder: Builder, use: Node | None, name: str, found: Definition, depth: int) -> Expr | None:
        """Return what a name that is assigned more than once holds at a place; None when that can't be told.

        The assignments before the place count, each on the conditions that it stands under; one in a loop or in another
        function leaves the value unknown. Without a place all of them count.
        """
        every = self._values.get(name, [])
        if found.key or len(every) > _MAX_ASSIGNMENTS or depth > _MAX_DEPTH:
            return None
        value = found.node.child_by_field_name("value")
        made: Expr = Literal(builder.source.site(found.node), None)
        made = builder.build(value, depth) if value is not None else made
        nodes = [node for node in every if builder.scopes.find(name, node) == found]
        for node in sorted(nodes, key=lambda node: node.start_byte):
            conditions = _condition(builder, node, found, depth)
            if node.type != "assignment_expression" or any(isinstance(test, Unknown) for test, _ in conditions):
                return None
            if use is None or node.start_byte < use.start_byte:
                made = _on(builder, node, builder.build(node.child_by_field_name("right"), depth), made, conditions)
        return made


def _assigned_to(source: Source, call: Node) -> Node | None:
    """Return the name that `Object.assign(name, ...)` changes, where the call stands by itself."""
    parent, arguments = call.parent, call.child_by_field_name("arguments")
    if parent is None or parent.type != "expression_statement" or arguments is None:
        return None
    if source.text(call.child_by_field_name("function")) != "Object.assign" or not arguments.named_children:
        return None
    first = arguments.named_children[0]
    return first if first.type == "identifier" else None


def _is_scheme(builder: Builder, node: Node) -> bool:
    """Tell whether a change of a URL leaves alone what decides where it leads: another scheme, a query."""
    return _key(builder, node.child_by_field_name("left")) in {"protocol", "search", "hash"}


def _on(builder: Builder, node: Node, value: Expr, before: Expr, conditions: list[tuple[Expr, bool]]) -> Expr:
    """Return a value that replaces another one on some conditions, the innermost first."""
    at = builder.source.site(node)
    for test, positive in conditions:
        value = Conditional(at, test, value, before) if positive else Conditional(at, test, before, value)
    return value


def _changed(builder: Builder, node: Node, found: Definition, made: Expr, depth: int) -> ObjectLiteral:
    at = builder.source.site(node)
    if node.type == "call_expression":
        given = builder.arguments(node, depth)[1:]
        if _condition(builder, node, found, depth):
            given = (Unknown(at, "assigned on a condition"),)
        return ObjectLiteral(made.at, (), (made, *given))
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    key = _key(builder, left)
    if key is None:
        return ObjectLiteral(made.at, (), (made, Unknown(at, "computed member")))
    conditions = _condition(builder, node, found, depth)
    value = _on(builder, node, builder.build(right, depth), Member(at, made, key), conditions)
    return ObjectLiteral(made.at, (Entry(at, key, value),), (made,))


def _key(builder: Builder, left: Node | None) -> str | None:
    if left is None:
        return None
    if left.type == "member_expression":
        return builder.source.text(left.child_by_field_name("property"))
    index = left.child_by_field_name("index")
    return builder.string(index) if index is not None else None


def _condition(builder: Builder, node: Node, found: Definition, depth: int) -> list[tuple[Expr, bool]]:
    """Return the conditions between a change and the scope of the name, the innermost first."""
    conditions: list[tuple[Expr, bool]] = []
    inner = node
    for parent in ancestors(node):
        if parent == found.scope:
            break
        if parent.type == "if_statement":
            positive = parent.child_by_field_name("consequence") == inner
            conditions.append((builder.build(parent.child_by_field_name("condition"), depth), positive))
        elif parent.type in _UNCERTAIN or is_function(parent):
            conditions.append((Unknown(builder.source.site(parent), "assigned elsewhere"), True))
        inner = parent
    return conditions
