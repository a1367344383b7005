"""Calls of the repository's own functions and components, with what they are given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

from tree_sitter import Node

from rtlint.extract.javascript.expressions import Builder
from rtlint.facts.expressions import Entry, Expr, Literal, Name, ObjectLiteral
from rtlint.facts.raw import CallSite, Import, RawFact
from rtlint.patterns import regex

_OWN = regex(r"^(?:\.|/|[@~#$](?=/)|@\w*/|src/|app/)|^[@~#]\w[\w-]*/")
"""Specifiers that may lead to a file of the repository: relative ones, the usual aliases, and scopes, which may be the
workspace's own."""

_MAX_CALLS = 2_000
_ELEMENTS = frozenset({"jsx_opening_element", "jsx_self_closing_element"})


def call_sites(builder: Builder, captures: Mapping[str, list[Node]], imports: list[Import]) -> Iterator[RawFact]:
    """Yield the calls of names that are imported from the repository or made here."""
    own = {fact.local for fact in imports if fact.local and fact.form != "type" and _OWN.match(fact.source)}
    own |= {name for name, found in builder.scopes.module().items() if found.kind in {"function", "variable"}}
    left = _MAX_CALLS
    for node in captures.get("call", ()):
        callee, arguments = node.child_by_field_name("function"), node.child_by_field_name("arguments")
        if callee is None or arguments is None or not left:
            continue
        root = builder.source.text(callee).partition(".")[0]
        if callee.type in {"identifier", "member_expression"} and root in own and _is_reached(builder, callee, root):
            left -= 1
            text = builder.source.text(callee)
            given = arguments_later(builder, node)
            yield CallSite(builder.source.site(node), text[:200], builder.build(callee), given)
    for node in captures.get("element", ()):
        name = builder.source.text(node.child_by_field_name("name"))
        if name in own and name[:1].isupper() and left:
            left -= 1
            at = builder.source.site(node)
            yield CallSite(at, name, Name(at, name), attributes_later(builder, node))


def arguments_later(builder: Builder, call: Node) -> tuple[Expr, ...]:
    """Return the arguments of a call or construction, to be read when somebody asks for them."""
    return builder.later("arguments", call, partial(builder.arguments, call))


def attributes_later(builder: Builder, element: Node) -> tuple[Expr, ...]:
    """Return what a component is given, to be read when somebody asks for it."""
    return builder.later("attributes", element, partial(given_to, builder, element))


def given_to(builder: Builder, element: Node) -> tuple[Expr, ...]:
    """Return the attributes of a JSX element as the one argument of its component."""
    return (attributes(builder, element),)


def _is_reached(builder: Builder, callee: Node, root: str) -> bool:
    found = builder.scopes.find(root, callee)
    return found is not None and found.of_module and (callee.type == "identifier" or found.kind == "import")


def attributes(builder: Builder, element: Node) -> Expr:
    """Return the attributes of a JSX element as the object that its component gets."""
    entries: list[Entry] = []
    spreads: list[Expr] = []
    for child in element.named_children:
        if child.type == "jsx_attribute" and child.named_children:
            entries.append(_attribute(builder, child))
        elif child.type == "jsx_expression" and child.named_children:
            inner = child.named_children[0]
            spreads.append(builder.build(inner.named_children[0] if inner.named_children else inner))
    return ObjectLiteral(builder.source.site(element), tuple(entries), tuple(spreads))


def _attribute(builder: Builder, node: Node) -> Entry:
    key, *values = node.named_children
    at = builder.source.site(node)
    value: Expr = Literal(at, True)
    if values:
        inner = values[0]
        held = inner.named_children if inner.type == "jsx_expression" else [inner]
        value = builder.build(held[0]) if held else Literal(at, None)
    return Entry(at, builder.source.text(key), value)
