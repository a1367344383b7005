"""Changes: what is put into an object after it was made (`options.wsHost = ...`, `Object.assign(options, ...)`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from tree_sitter import Node

from rtlint.extract.javascript.parser import Source, ancestors, is_function
from rtlint.extract.javascript.scope import Definition
from rtlint.facts.expressions import Conditional, Entry, Expr, Member, ObjectLiteral, Unknown

if TYPE_CHECKING:
    from rtlint.extract.javascript.expressions import Builder

_MAX_CHANGES = 40
_UNCERTAIN = frozenset(
    {"for_statement", "for_in_statement", "while_statement", "do_statement", "try_statement", "switch_case"}
)


class Changes:
    """The changes of objects in one file, by the name of the object."""

    def __init__(self, nodes: Mapping[str, list[Node]]) -> None:
        self._nodes = nodes

    @classmethod
    def of(cls, source: Source, captures: Mapping[str, list[Node]]) -> Changes:
        """Collect `name.key = value` and `Object.assign(name, ...)`."""
        found: dict[str, list[Node]] = {}
        for node in captures.get("assign", ()):
            left = node.child_by_field_name("left")
            inner = left.child_by_field_name("object") if left is not None else None
            if inner is not None and inner.type == "identifier":
                found.setdefault(source.text(inner), []).append(node)
        for node in captures.get("call", ()):
            first = _assigned_to(source, node)
            if first is not None:
                found.setdefault(source.text(first), []).append(node)
        return cls(found)

    def applied(self, builder: Builder, name: str, found: Definition, made: Expr, depth: int) -> Expr:
        """Return an object with the later changes of it; a change on a condition keeps what was there before."""
        if not isinstance(made, ObjectLiteral):
            return made
        changes = sorted(self._nodes.get(name, ()), key=lambda node: node.start_byte)[:_MAX_CHANGES]
        for node in changes:
            if builder.scopes.find(name, node) == found:
                made = _changed(builder, node, found, made, depth)
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


def _changed(builder: Builder, node: Node, found: Definition, made: ObjectLiteral, depth: int) -> ObjectLiteral:
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
    value = builder.build(right, depth)
    for test, positive in _condition(builder, node, found, depth):
        before = Member(at, made, key)
        value = Conditional(at, test, value, before) if positive else Conditional(at, test, before, value)
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
