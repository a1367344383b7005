"""Error traps: window-wide handlers that keep an error from being seen."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

from rtlint.extract.javascript.clients import enclosing_function
from rtlint.extract.javascript.expressions import Builder
from rtlint.extract.javascript.parser import ancestors, is_function, walk
from rtlint.extract.javascript.replacements import plain
from rtlint.facts.records import dataclass
from rtlint.patterns import regex

_WINDOW = regex(r"^(?:window|globalThis|self|top)$")
_HANDLER = regex(r"^(?:(?:window|globalThis|self|top)(?:\.|\[['\"`]))?on(error|unhandledrejection)(?:['\"`]\])?$")
_JQUERY = regex(r"^(?:\$|jQuery)\((?:window|self)\)\.(on|bind|error)$")
_TARGET = regex(r"\.(?:target|srcElement)\b|\btarget\b|\btagName\b|instanceof\s+HTML")
_EVENTS = frozenset({"error", "unhandledrejection"})
_EFFECTS = ("preventDefault", "stopImmediatePropagation", "stopPropagation")
_BRANCHES = frozenset({"if_statement", "ternary_expression", "switch_statement", "catch_clause"})
_BLOCKS = frozenset({"statement_block", "switch_case", "switch_default", "program"})
_REPORTING = regex(
    r"report|capture|track|notify|sentry|bugsnag|rollbar|datadog|logger|log[A-Z_]|^log$|console\.(?:error|warn)|sendBeacon|"
    r"toast|dispatch|emit|setError|record|postMessage|newrelic|appInsights|noticeError|(?:show|display|render)\w*Error",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Trap:
    """What a window-wide handler does to an event.

    Attributes:
        effect: the call or the return that keeps it back, in words.
        conditional: whether only some events are kept back.
        reports: whether the error was passed on where it is kept back.
    """

    effect: str
    conditional: bool
    reports: bool


def trap_of_assignment(builder: Builder, left: Node, right: Node) -> tuple[str, Node, str] | None:
    """Return the event, the handler, and the result by which it cancels the event, for `window.onerror = ...`.

    It is `true` in `window.onerror` only, `false` in every other `on...` handler:
    https://html.spec.whatwg.org/multipage/webappapis.html#the-event-handler-processing-algorithm.
    """
    found = _HANDLER.match(plain(builder.source.text(left)))
    bare_name = found is not None and left.type == "identifier"
    if found is None or (bare_name and builder.scopes.find(builder.source.text(left), left) is not None):
        return None
    return found.group(1), right, "true" if found.group(1) == "error" else "false"


def trap_of_call(builder: Builder, node: Node, given: list[Node]) -> tuple[str, Node, str] | None:
    """Return the event, the handler, and the result by which it cancels the event, for a listener on the window.

    What a listener returns counts for nothing, unless jQuery calls it: https://api.jquery.com/on/#event-handler.
    """
    text = builder.source.text(node.child_by_field_name("function"))
    jquery = _JQUERY.match(text)
    if jquery is not None and jquery.group(1) == "error" and len(given) == 1:
        return "error", given[0], "false"
    target, _, method = text.rpartition(".")
    listens = method == "addEventListener" and (not target or _WINDOW.match(target))
    if len(given) < 2 or not (listens or jquery):
        return None
    event = (builder.string(given[0]) or "").partition(".")[0]
    if event not in _EVENTS:
        return None
    return (event, given[-1], "false") if jquery else (event, given[1], "")


def error_trap(builder: Builder, function: Node, cancelling: str) -> Trap | None:
    """Return how a handler keeps the event back; None when it does not."""
    effects = [
        (name, node)
        for name, node in _effects(builder, function, cancelling)
        if not _of_a_resource(builder, node, function)
    ]
    unreported = [(name, node) for name, node in effects if not _reports(builder, node, function)]
    if not effects:
        return None
    name, node = (unreported or effects)[0]
    return Trap(name, not unconditional(node, function), not unreported)


def _effects(builder: Builder, function: Node, cancelling: str) -> Iterator[tuple[str, Node]]:
    """Yield what keeps an event back, with its node."""
    body = function.child_by_field_name("body")
    if cancelling and body is not None and builder.source.text(body) == cancelling:
        yield f"return {cancelling}", body
    for item in walk(function):
        name = _effect(builder, item)
        if name:
            yield name, item
        returned = item.named_children[0] if item.type == "return_statement" and item.named_children else None
        own = cancelling and returned is not None and enclosing_function(item) == function
        if own and builder.source.text(returned) == cancelling:
            yield f"return {cancelling}", item


def _of_a_resource(builder: Builder, effect: Node, function: Node) -> bool:
    """Tell whether an effect stands under a test of the event's target: an image or script that did not load."""
    for item in ancestors(effect):
        if item == function:
            return False
        if item.type == "if_statement" and _TARGET.search(builder.source.text(item.child_by_field_name("condition"))):
            return True
    return False


def _effect(builder: Builder, item: Node) -> str:
    if item.type == "call_expression":
        name = builder.source.text(item.child_by_field_name("function")).rpartition(".")[2]
        return name if name in _EFFECTS else ""
    if item.type == "assignment_expression":
        left = builder.source.text(item.child_by_field_name("left"))
        cancels = builder.source.text(item.child_by_field_name("right")) == "false"
        return "returnValue = false" if cancels and left.endswith(".returnValue") else ""
    return ""


def _reports(builder: Builder, effect: Node, function: Node) -> bool:
    """Tell whether the error is passed on wherever it is kept back: by a call that reports, or a rethrow."""
    for item in walk(function):
        if item.type == "throw_statement" and _on_the_way(item, effect, function):
            return True
        if item.type == "call_expression":
            name = builder.source.text(item.child_by_field_name("function"))
            quiet = name.startswith(("console.log", "console.debug"))
            if _REPORTING.search(name) and not quiet and _on_the_way(item, effect, function):
                return True
    return False


def _on_the_way(report: Node, effect: Node, function: Node) -> bool:
    """Tell whether a path that reaches the effect also reaches the report.

    The report's block must hold the effect; behind the effect, no branch around the effect may have left before.
    """
    block = _block(report, function)
    around = []
    for item in ancestors(effect):
        if item == block:
            break
        around.append(item)
        if item == function:
            return False
    if report.start_byte < effect.start_byte:
        return True
    inner = [item for item in around if item.type in _BLOCKS]
    return not any(child.type == "return_statement" for item in inner for child in item.named_children)


def _block(node: Node, function: Node) -> Node:
    """Return the handler's own block that a node stands in, by itself or in a callback."""
    found = function
    for item in ancestors(node):
        if item == function:
            return found
        if is_function(item):
            found = function
        elif item.type in _BLOCKS and found == function:
            found = item
    return found


def unconditional(node: Node, function: Node) -> bool:
    """Tell whether a node of a function runs at every call: in no branch, and behind no early return."""
    for item in ancestors(node):
        if item == function:
            break
        if item.type in _BRANCHES or (item.type == "binary_expression" and b"&&" in (item.text or b"")):
            return False
        if is_function(item):
            return False
    early = (item for item in walk(function) if item.type == "return_statement")
    return not any(item.start_byte < node.start_byte and _in_branch(item, function) for item in early)


def _in_branch(node: Node, function: Node) -> bool:
    for item in ancestors(node):
        if item == function:
            return False
        if item.type in _BRANCHES:
            return True
    return False
