"""Clients: constructions, subscriptions, and the handlers of their events."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tree_sitter import Node

from rtlint.extract.javascript.calls import attributes
from rtlint.extract.javascript.expressions import Builder
from rtlint.extract.javascript.parser import ancestors, bare, is_function, outer, walk
from rtlint.facts.expressions import Expr, Literal, Name
from rtlint.facts.raw import Construction, EventHandler, RawFact, Subscription
from rtlint.providers import all_constructors, construction_methods, package_names

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
_ON = frozenset({"on", "once", "bind", "addEventListener", "addListener", "bind_global", "error"})
_ERROR_EVENTS = frozenset(
    "error close disconnect disconnected connect_error connect_failed connect_timeout reconnect_error reconnect_failed "
    "failed unavailable subscription_error pusher:subscription_error pusher:error pusher:subscription_failed "
    "closed".split()
)
_PROPERTIES = frozenset({"onerror", "onclose"})


def constructions(builder: Builder, captures: Mapping[str, list[Node]]) -> Iterator[RawFact]:
    """Yield what may make a real-time client: each `new X(...)`, and calls of the names that providers give."""
    imported = _imported_names(builder)
    for node in captures.get("new", ()):
        callee = node.child_by_field_name("constructor")
        if callee is not None and builder.source.text(callee) not in _ORDINARY:
            yield _construction(builder, node, callee, "new", builder.arguments(node))
    yield from _elements(builder, captures, imported)
    for node in captures.get("call", ()):
        callee = node.child_by_field_name("function")
        if callee is None:
            continue
        if builder.source.text(callee) == "Reflect.construct":
            yield from _reflected(builder, node)
        elif _may_make(builder, callee, imported):
            yield _construction(builder, node, callee, "call", builder.arguments(node))


def _elements(builder: Builder, captures: Mapping[str, list[Node]], imported: frozenset[str]) -> Iterator[RawFact]:
    """Yield the JSX elements of components that a provider's package gives, with their attributes as the options."""
    for node in captures.get("element", ()):
        name = node.child_by_field_name("name")
        if name is not None and builder.source.text(name) in imported:
            at = builder.source.site(node)
            callee = Name(builder.source.site(name), builder.source.text(name))
            yield Construction(at, "element", callee.name, callee, (attributes(builder, node),), "")


def _imported_names(builder: Builder) -> frozenset[str]:
    """Return the local names that come from a provider's package."""
    names = set()
    for name, found in builder.scopes.module().items():
        if found.kind in {"import", "variable"}:
            text = builder.source.text(found.node)
            if any(f'"{package}"' in text or f"'{package}'" in text for package in package_names()):
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


def handlers(builder: Builder, captures: Mapping[str, list[Node]]) -> Iterator[RawFact]:
    """Yield the handlers of errors and lost connections, and the catches around what may be a real-time object."""
    for node in captures.get("call", ()):
        yield from _registered(builder, node)
    for node in captures.get("assign", ()):
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is not None and left.type == "member_expression" and right is not None:
            name = builder.source.text(left.child_by_field_name("property"))
            body = function_body(builder, right)
            if name in _PROPERTIES and body is not None:
                receiver = builder.source.text(left.child_by_field_name("object"))
                yield _handler(builder, node, receiver, name[2:], "property", body)
    for node in captures.get("try", ()):
        yield from _caught(builder, node)


def _registered(builder: Builder, node: Node) -> Iterator[RawFact]:
    callee, arguments = node.child_by_field_name("function"), node.child_by_field_name("arguments")
    if callee is None or arguments is None or callee.type != "member_expression":
        return
    method = builder.source.text(callee.child_by_field_name("property"))
    given = [child for child in arguments.named_children if child.type != "comment"]
    receiver = builder.source.text(callee.child_by_field_name("object"))
    if method in {"catch", "error"} and len(given) == 1:
        body = function_body(builder, given[0])
        if body is not None:
            yield _handler(builder, node, receiver, method, "catch" if method == "catch" else "on", body)
    elif method in _ON and len(given) >= 2:
        event, body = builder.string(given[0]), function_body(builder, given[1])
        if event in _ERROR_EVENTS and body is not None:
            form = "bind" if method.startswith("bind") else "addEventListener" if method == "addEventListener" else "on"
            yield _handler(builder, node, receiver, event or "", form, body)


def _handler(builder: Builder, node: Node, receiver: str, event: str, form: str, body: Node) -> EventHandler:
    return EventHandler(builder.source.site(node), receiver[:200], event, form, emptiness(body))


def _caught(builder: Builder, node: Node) -> Iterator[RawFact]:
    body, handler = node.child_by_field_name("body"), node.child_by_field_name("handler")
    caught = handler.child_by_field_name("body") if handler is not None else None
    if body is None or handler is None or caught is None or emptiness(caught) == "code":
        return
    calls = [item for item in walk(body, into_functions=False) if item.type in {"call_expression", "new_expression"}]
    for call in calls[:20]:
        callee = call.child_by_field_name("function") or call.child_by_field_name("constructor")
        yield _handler(builder, handler, builder.source.text(callee), "catch", "catch", caught)


def emptiness(body: Node) -> str:
    """Return empty, comment or code for the body of a function or a catch."""
    if body.type not in {"statement_block", "class_body"}:
        return (
            "empty"
            if body.type in {"undefined", "null", "identifier"} and body.text in {b"undefined", b"null"}
            else "code"
        )
    inside = body.named_children
    if any(child.type not in {"comment", "empty_statement"} for child in inside):
        return "code"
    return "comment" if inside else "empty"


def function_body(builder: Builder, node: Node) -> Node | None:
    """Return the body of a function that is given in place, or under a name of the same file."""
    node = bare(node)
    if node.type == "identifier":
        found = builder.scopes.find(builder.source.text(node), node)
        if found is None:
            return None
        node = found.node if is_function(found.node) else found.node.child_by_field_name("value") or found.node
    return node.child_by_field_name("body") if is_function(node) else None


def enclosing_function(node: Node) -> Node | None:
    """Return the nearest function around a node."""
    return next((item for item in ancestors(node) if is_function(item)), None)
