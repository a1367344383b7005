"""Clients: constructions and subscriptions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

from tree_sitter import Node

from rtlint.extract.javascript.calls import arguments_later, attributes_later
from rtlint.extract.javascript.expressions import Builder
from rtlint.extract.javascript.parser import ancestors, bare, is_function, outer
from rtlint.facts.expressions import Expr, Literal, Name
from rtlint.facts.raw import Construction, RawFact, Subscription
from rtlint.providers import all_constructors, construction_methods, package_names
from rtlint.words import Search, searcher_of

TRIGGERS = (b"WebSocket", b"connect_error", b"subscription_error")

_ORDINARY = frozenset(
    "Error TypeError RangeError Map Set WeakMap WeakSet Date URL URLSearchParams Promise RegExp Array Object FormData "
    "Headers Request Response AbortController Event CustomEvent Proxy Uint8Array Blob File FileReader TextEncoder "
    "TextDecoder MutationObserver ResizeObserver IntersectionObserver Intl BigInt Number String Boolean Function "
    "Image Worker".split()
)
_SUBSCRIBING = frozenset(
    {"subscribe", "channel", "private", "encryptedPrivate", "join", "privateChannel", "presenceChannel", "listen", "of"}
)


def constructions(builder: Builder, captures: Mapping[str, list[Node]]) -> Iterator[RawFact]:
    """Yield what may make a real-time client: each `new X(...)`, and calls of the names that providers give."""
    imported = _imported_names(builder)
    for node in captures.get("new", ()):
        callee = node.child_by_field_name("constructor")
        if callee is not None and builder.source.text(callee) not in _ORDINARY:
            yield _construction(builder, node, callee, "new", arguments_later(builder, node))
    yield from _elements(builder, captures, imported)
    for node in captures.get("call", ()):
        callee = node.child_by_field_name("function")
        if callee is None:
            continue
        if builder.source.text(callee) == "Reflect.construct":
            yield from _reflected(builder, node)
        elif _may_make(builder, callee, imported):
            yield _construction(builder, node, callee, "call", arguments_later(builder, node))


def _elements(builder: Builder, captures: Mapping[str, list[Node]], imported: frozenset[str]) -> Iterator[RawFact]:
    """Yield the JSX elements of components that a provider's package gives, with their attributes as the options."""
    for node in captures.get("element", ()):
        name = node.child_by_field_name("name")
        if name is not None and builder.source.text(name) in imported:
            at = builder.source.site(node)
            callee = Name(builder.source.site(name), builder.source.text(name))
            yield Construction(at, "element", callee.name, callee, attributes_later(builder, node), "")


@cache
def _package() -> Search:
    """Return what finds a provider's package in quotes."""
    return searcher_of(quote + name.encode() + quote for name in package_names() for quote in (b"'", b'"'))


def _imported_names(builder: Builder) -> frozenset[str]:
    """Return the local names that come from a provider's package."""
    names = set()
    if not _package()(builder.source.data):
        return frozenset()
    for name, found in builder.scopes.module().items():
        text = builder.source.data[found.node.start_byte : found.node.end_byte]
        if found.kind in {"import", "variable"} and _package()(text):
            names.add(name)
    return frozenset(names)


def _may_make(builder: Builder, callee: Node, imported: frozenset[str]) -> bool:
    """Tell whether a called name may be a provider's function, or a method that gives a channel to a name."""
    text = builder.source.text(callee)
    if callee.type == "identifier":
        return text in imported or (text in all_constructors() and builder.scopes.find(text, callee) is None)
    if callee.type != "member_expression":
        return False
    method = builder.source.text(callee.child_by_field_name("property"))
    root = text.split(".")[0].split("?")[0]
    return root in imported or method in _SUBSCRIBING or method in construction_methods()


def _construction(builder: Builder, node: Node, callee: Node, form: str, arguments: tuple[Expr, ...]) -> Construction:
    return Construction(
        builder.source.site(node),
        form,
        builder.source.text(callee)[:200],
        builder.build(callee),
        arguments,
        assigned(builder, node),
    )


def _reflected(builder: Builder, node: Node) -> Iterator[RawFact]:
    """Yield the construction of `Reflect.construct(X, [arguments])`."""
    found = node.child_by_field_name("arguments")
    given = [child for child in found.named_children if child.type != "comment"] if found is not None else []
    if len(given) >= 2:
        items = bare(given[1]).named_children if bare(given[1]).type == "array" else []
        yield _construction(builder, node, given[0], "new", tuple(builder.build(item) for item in items))


def assigned(builder: Builder, node: Node) -> str:
    """Return what receives a value: `socket`, `Class#socket` for a field of an instance, or an empty text."""
    parent = outer(node).parent
    while parent is not None and parent.type in {"binary_expression", "assignment_expression", "ternary_expression"}:
        if parent.type == "assignment_expression":
            return _target(builder, parent.child_by_field_name("left"))
        parent = outer(parent).parent
    if parent is None:
        return ""
    if parent.type == "variable_declarator":
        return builder.source.text(parent.child_by_field_name("name"))
    if parent.type in {"public_field_definition", "field_definition"}:
        name = parent.child_by_field_name("name") or parent.child_by_field_name("property")
        return f"{builder.class_of(parent)}#{builder.source.text(name)}"
    return ""


def _target(builder: Builder, left: Node | None) -> str:
    text = builder.source.text(left)
    if left is not None and text.startswith("this."):
        return f"{builder.class_of(left)}#{text[5:]}"
    return text


def subscriptions(builder: Builder, captures: Mapping[str, list[Node]]) -> Iterator[RawFact]:
    """Yield the channels that code subscribes to."""
    for node in captures.get("call", ()):
        callee = node.child_by_field_name("function")
        if callee is None or callee.type != "member_expression":
            continue
        method = builder.source.text(callee.child_by_field_name("property"))
        arguments = builder.arguments(node) if method in _SUBSCRIBING else ()
        if method == "of" and not _is_namespace(arguments):
            continue
        if arguments:
            receiver = builder.source.text(callee.child_by_field_name("object"))[:200]
            yield Subscription(builder.source.site(node), receiver, method, arguments[0])


def _is_namespace(arguments: tuple[Expr, ...]) -> bool:
    """Tell whether the argument of `io.of(...)` is a namespace and not an item of `Array.of(...)`."""
    first = arguments[0] if arguments else None
    return isinstance(first, Literal) and isinstance(first.value, str) and first.value.startswith("/")


def enclosing_function(node: Node) -> Node | None:
    """Return the nearest function around a node."""
    return next((item for item in ancestors(node) if is_function(item)), None)
