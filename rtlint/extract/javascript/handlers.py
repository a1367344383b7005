"""Handlers of errors and lost connections, and the catches around what may be a real-time object."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tree_sitter import Node

from rtlint.extract.javascript.expressions import Builder
from rtlint.extract.javascript.parser import bare, is_function, walk
from rtlint.extract.javascript.replacements import arguments
from rtlint.facts.raw import EventHandler, RawFact
from rtlint.patterns import regex

_ON = frozenset({"on", "once", "bind", "addEventListener", "addListener", "bind_global", "receive"})
_ERROR_EVENTS = frozenset(
    "error close disconnect disconnected connect_error connect_failed connect_timeout reconnect_error reconnect_failed "
    "failed suspended unavailable subscription_error pusher:subscription_error pusher:error "
    "pusher:subscription_failed closed".split()
)
_PROPERTIES = frozenset({"onerror", "onclose"})
_METHODS = {"error": "error", "onError": "error", "onerror": "error", "onClose": "close", "onclose": "close"}
"""Methods that take nothing but a handler: of Echo's channels, Phoenix's and Socket's, SignalR's connections."""

_REFUSALS = frozenset({"error", "timeout"})
"""The answers to a push of Phoenix that mean failure: https://phoenix.hexdocs.pm/js/."""

_CALLBACKS = frozenset({"rejected", "disconnected"})
"""Callbacks of an Action Cable subscription: https://guides.rubyonrails.org/action_cable_overview.html."""

_NOOP = regex(r"^(?:[\w$]+\.)?noop$|^Function\.prototype$")
_NOTHING = frozenset({b"undefined", b"null", b"void 0"})
_MAX_CAUGHT = 20


def handlers(builder: Builder, captures: Mapping[str, list[Node]]) -> Iterator[RawFact]:
    """Yield the handlers of errors and lost connections, and the catches around what may be a real-time object."""
    for node in captures.get("call", ()):
        yield from _registered(builder, node)
    for node in captures.get("assign", ()):
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is not None and left.type == "member_expression" and right is not None:
            name, does = builder.source.text(left.child_by_field_name("property")), _does(builder, right)
            if name in _PROPERTIES and does:
                yield _handler(builder, node, left.child_by_field_name("object"), name[2:], "property", does)
    for node in captures.get("try", ()):
        yield from _caught(builder, node)


def _registered(builder: Builder, node: Node) -> Iterator[RawFact]:
    callee, given = node.child_by_field_name("function"), arguments(node)
    if callee is None or callee.type != "member_expression" or not given:
        return
    method, receiver = builder.source.text(callee.child_by_field_name("property")), callee.child_by_field_name("object")
    event, form, handler = _event(builder, method, given)
    does = _does(builder, handler) if handler is not None else ""
    if event and does:
        yield _handler(builder, node, receiver, event, form, does)
    elif method == "create" and len(given) == 2 and builder.source.text(receiver).endswith("subscriptions"):
        yield from _callbacks(builder, receiver, given[1])


def _event(builder: Builder, method: str, given: list[Node]) -> tuple[str, str, Node | None]:
    """Return the event that a call registers a handler for, the form, and the handler."""
    if method == "catch" and len(given) == 1:
        return "catch", "catch", given[0]
    if method == "then" and len(given) == 2:
        return "catch", "catch", given[1]
    if method in _METHODS and len(given) == 1:
        return _METHODS[method], "on", given[0]
    if method not in _ON or len(given) < 2:
        return "", "", None
    first = bare(given[0])
    named = [builder.string(item) for item in (first.named_children if first.type == "array" else [first])]
    wanted = _REFUSALS if method == "receive" else _ERROR_EVENTS
    event = next((name for name in named if name in wanted), "") or ""
    form = "bind" if method.startswith("bind") else "addEventListener" if method == "addEventListener" else "on"
    return event, form, given[1]


def _callbacks(builder: Builder, receiver: Node | None, mixin: Node) -> Iterator[RawFact]:
    for child in bare(mixin).named_children if bare(mixin).type == "object" else ():
        name = builder.source.text(child.child_by_field_name("key") or child.child_by_field_name("name"))
        value = child if is_function(child) else child.child_by_field_name("value")
        does = _does(builder, value) if value is not None else ""
        if name in _CALLBACKS and does:
            yield _handler(builder, child, receiver, name, "callback", does)


def _handler(builder: Builder, node: Node, receiver: Node | None, event: str, form: str, does: str) -> EventHandler:
    text = builder.source.text(receiver)[:200]
    return EventHandler(builder.source.site(node), text, builder.build(receiver), event, form, does)


def _caught(builder: Builder, node: Node) -> Iterator[RawFact]:
    body, handler = node.child_by_field_name("body"), node.child_by_field_name("handler")
    caught = handler.child_by_field_name("body") if handler is not None else None
    if body is None or handler is None or caught is None or emptiness(caught) == "code":
        return
    calls = [item for item in walk(body, into_functions=False) if item.type in {"call_expression", "new_expression"}]
    for call in calls[:_MAX_CAUGHT]:
        callee = call.child_by_field_name("function") or call.child_by_field_name("constructor")
        yield _handler(builder, handler, callee, "catch", "catch", emptiness(caught))


def _does(builder: Builder, handler: Node) -> str:
    """Return what a handler does: empty, comment or code; an empty text when it is no function of this file."""
    body = function_body(builder, handler)
    if body is not None:
        return emptiness(body)
    return "empty" if _NOOP.match(builder.source.text(handler)) else ""


def emptiness(body: Node) -> str:
    """Return empty, comment or code for the body of a function or a catch."""
    if body.type not in {"statement_block", "class_body"}:
        return "empty" if body.text in _NOTHING else "code"
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
