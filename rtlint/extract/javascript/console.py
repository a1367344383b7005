"""Suppression: console methods, window-wide error handlers and network APIs that a script replaces."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from tree_sitter import Node

from rtlint.extract.javascript.clients import enclosing_function
from rtlint.extract.javascript.expressions import Builder
from rtlint.extract.javascript.filters import filters
from rtlint.extract.javascript.parser import ancestors, bare, is_function, walk
from rtlint.facts.raw import ConsolePatch, ErrorTrap, GlobalPatch, MessageFilter, RawFact

TRIGGERS = (
    (
        b"console",
        rb"console\s*(?:\.\s*\w+|\[[^\]\n]{1,60}\])?\s*=[^=>]|(?:assign|definePropert\w+)\s*\(\s*(?:window\.)?console\b",
    ),
    (b"unhandledrejection", None),
    (b"onerror", rb"\bonerror\s*=|addEventListener"),
    (b"addEventListener", rb"addEventListener\s*\(\s*['\"`](?:error|unhandledrejection)"),
    (b"XMLHttpRequest", rb"XMLHttpRequest\s*(?:\.\s*prototype\s*\.\s*\w+\s*)?="),
    (b"fetch", rb"(?:window|globalThis|self)\s*\.\s*fetch\s*=[^=]"),
)
"""Tokens, each with the expression that must also match: `console` alone is everywhere."""

_CONSOLE = re.compile(r"^(?:(?:window|globalThis|self|global|top)\??\.)?console$")
_MISSING = re.compile(
    r"!\s*\(?(?:window\.)?console\b|typeof\s+(?:window\.)?console\b|console\s*={2,3}\s*(?:undefined|null)"
)
_WINDOW = re.compile(r"^(?:window|globalThis|self|top)$")
_NETWORK = frozenset({"WebSocket", "fetch", "XMLHttpRequest", "EventSource"})
_TRAP_EVENTS = frozenset({"error", "unhandledrejection"})
_EFFECTS = ("preventDefault", "stopImmediatePropagation", "stopPropagation")
_BRANCHES = frozenset({"if_statement", "ternary_expression", "switch_statement", "catch_clause"})
_REPORTING = re.compile(
    r"report|capture|track|notify|sentry|bugsnag|rollbar|datadog|logger|log[A-Z_]|^log$|console\.(?:error|warn)|sendBeacon|"
    r"toast|dispatch|emit|setError|record",
    re.IGNORECASE,
)


def suppression(builder: Builder, captures: Mapping[str, list[Node]]) -> Iterator[RawFact]:
    """Yield console patches, error traps and patched network APIs, with the filters that decide what vanishes."""
    reader = _Reader(builder)
    for node in captures.get("assign", ()):
        yield from reader.assignment(node)
    for node in captures.get("call", ()):
        yield from reader.call(node)


class _Reader:
    """Numbers the groups of one file: what one function or script patches belongs together."""

    def __init__(self, builder: Builder) -> None:
        self._builder = builder
        self._groups: dict[int, int] = {}
        self._filtered: set[tuple[int, MessageFilter]] = set()

    def _group(self, node: Node) -> int:
        owner = enclosing_function(node)
        while owner is not None and _is_callback(owner):
            owner = enclosing_function(owner)
        key = owner.id if owner is not None else 0
        return self._groups.setdefault(key, len(self._groups) + 1)

    def assignment(self, node: Node) -> Iterator[RawFact]:
        """Yield what an assignment replaces."""
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is None or right is None:
            return
        text = self._builder.source.text(left)
        method = self._console_method(left, text)
        if method:
            yield from self._patch(node, method, right)
        elif _is_window_handler(text):
            yield from self._handler(node, text.rpartition(".on")[2] or text[2:], right, inline=True)
        else:
            target = re.sub(r"^(?:window|globalThis|self)\.", "", text).split(".prototype.")[0]
            if target in _NETWORK and ("." in text) and self._builder.source.text(right) not in _NETWORK:
                yield GlobalPatch(self._builder.source.site(node), target, self._forwarding(right))

    def _console_method(self, left: Node, text: str) -> str:
        if _CONSOLE.match(text):
            return "*"
        inner = (
            left.child_by_field_name("object") if left.type in {"member_expression", "subscript_expression"} else None
        )
        if inner is None or not _CONSOLE.match(self._builder.source.text(inner)):
            return ""
        if self._builder.scopes.find("console", left) is not None:
            return ""
        if left.type == "member_expression":
            return self._builder.source.text(left.child_by_field_name("property"))
        index = left.child_by_field_name("index")
        return (self._builder.string(index) if index is not None else None) or "*"

    def call(self, node: Node) -> Iterator[RawFact]:
        """Yield what a call replaces or traps."""
        callee, arguments = node.child_by_field_name("function"), node.child_by_field_name("arguments")
        text = self._builder.source.text(callee)
        given = [item for item in arguments.named_children if item.type != "comment"] if arguments is not None else []
        if text in {"Object.assign", "Object.defineProperty", "Object.defineProperties"} and len(given) >= 2:
            if _CONSOLE.match(self._builder.source.text(given[0])):
                yield from self._defined(node, given)
        elif text.split(".")[-1] == "addEventListener" and len(given) >= 2:
            target = text.rpartition(".")[0]
            event = self._builder.string(given[0])
            if event in _TRAP_EVENTS and (not target or _WINDOW.match(target)):
                yield from self._handler(node, event or "", given[1], inline=False)

    def _defined(self, node: Node, given: list[Node]) -> Iterator[RawFact]:
        if bare(given[1]).type == "object":
            for child in bare(given[1]).named_children:
                key = self._builder.key(child.child_by_field_name("key") or child.child_by_field_name("name"))
                if key:
                    yield from self._patch(node, key, child.child_by_field_name("value") or child)
        else:
            yield from self._patch(node, self._builder.string(given[1]) or "*", given[-1])

    def _patch(self, node: Node, method: str, value: Node) -> Iterator[RawFact]:
        function = self._function(value)
        if self._restores(value) or method == "prototype" or self._fills_in(node):
            return
        group = self._group(node)
        forwards = self._forwarding(value)
        yield ConsolePatch(self._builder.source.site(node), group, method, forwards)
        if function is not None and forwards == "some":
            yield from self._filters(function, group)

    def _filters(self, function: Node, group: int) -> Iterator[RawFact]:
        for found in filters(self._builder, function, group):
            if (group, found) not in self._filtered:
                self._filtered.add((group, found))
                yield found

    def _function(self, value: Node, depth: int = 0) -> Node | None:
        """Return the function that a value is, by itself, under a name, or as the result of a call of this file."""
        value = bare(value)
        if is_function(value):
            return value
        if value.type == "object":
            pair = next((item for item in value.named_children if item.type in {"pair", "method_definition"}), None)
            inner = pair.child_by_field_name("value") if pair is not None else None
            return (
                pair if pair is not None and is_function(pair) else self._function(inner, depth + 1) if inner else None
            )
        target = value.child_by_field_name("function") if value.type == "call_expression" else value
        if target is None or target.type != "identifier" or depth > 3:
            return None
        found = self._builder.scopes.find(self._builder.source.text(target), target)
        if found is None:
            return None
        return found.node if is_function(found.node) else self._declared_function(found.node, depth)

    def _declared_function(self, declarator: Node, depth: int) -> Node | None:
        value = declarator.child_by_field_name("value")
        return self._function(value, depth + 1) if value is not None else None

    def _restores(self, value: Node) -> bool:
        """Tell whether the value is the original method again: saved under a name, or `console.x` itself."""
        value = bare(value)
        text = self._builder.source.text(value)
        if value.type == "binary_expression":
            return bool(re.match(r"(?:window\.)?console\b", text))
        if value.type == "identifier":
            found = self._builder.scopes.find(text, value)
            saved = self._builder.source.text(found.node.child_by_field_name("value")) if found is not None else ""
            return bool(re.match(r"(?:window\.)?console\b", saved)) or (found is None)
        return value.type in {"member_expression", "subscript_expression"} or bool(re.match(r"[\w.]+\.bind\(", text))

    def _fills_in(self, node: Node) -> bool:
        """Tell whether the assignment stands under a test that the console, or the method, is missing: a polyfill."""
        conditions = (item.child_by_field_name("condition") for item in ancestors(node) if item.type == "if_statement")
        return any(_MISSING.search(self._builder.source.text(condition)) for condition in conditions)

    def _forwarding(self, value: Node) -> str:
        """Return all, some or none: which calls of the replacement reach an original."""
        function = self._function(value)
        if function is None:
            return "none" if bare(value).type in {"object", "undefined", "null"} else "all"
        calls = [
            item
            for item in walk(function)
            if item.type in {"call_expression", "new_expression"} and self._is_original(item)
        ]
        if not calls:
            return "none"
        return "all" if any(_unconditional(item, function) for item in calls) else "some"

    def _is_original(self, call: Node) -> bool:
        """Tell whether a call reaches a console method or a saved original."""
        callee = call.child_by_field_name("function") or call.child_by_field_name("constructor")
        text = self._builder.source.text(callee)
        if text in {"Reflect.apply", "Reflect.construct"}:
            return True
        root = re.split(r"[.\[?(]", text)[0]
        if _CONSOLE.match(root) or text.startswith(("window.console", "super")):
            return True
        return bool(callee is not None and root and self._is_saved(root, callee, text))

    def _is_saved(self, root: str, at: Node, text: str) -> bool:
        found = self._builder.scopes.find(root, at)
        if found is None:
            return text in _NETWORK or bool(re.match(r"(?:orig|original|native|real|old|_)", root, re.IGNORECASE))
        saved = self._builder.source.text(found.node.child_by_field_name("value"))
        return bool(re.search(r"\bconsole\b|\bWebSocket\b|\bfetch\b|XMLHttpRequest|EventSource", saved)) or (
            found.kind == "parameter" and bool(re.match(r"(?:orig|original|native|method|fn|old)", root, re.IGNORECASE))
        )

    def _handler(self, node: Node, event: str, value: Node, *, inline: bool) -> Iterator[RawFact]:
        function = self._function(value)
        event = "unhandledrejection" if event == "unhandledrejection" else "error"
        effect = self._effect(function, event, inline) if function is not None else None
        if function is None or effect is None:
            return
        site, conditional = self._builder.source.site(node), not _unconditional(effect[1], function)
        yield ErrorTrap(site, self._group(function), event, effect[0], conditional, self._reports(function))
        if conditional:
            yield from self._filters(function, self._group(function))

    def _effect(self, function: Node, event: str, inline: bool) -> tuple[str, Node] | None:
        """Return how a handler keeps the event back, with the node that does so.

        `return true` cancels in `window.onerror` only, `return false` in every other `on...` handler:
        https://html.spec.whatwg.org/multipage/webappapis.html#the-event-handler-processing-algorithm.
        """
        wanted = "true" if event == "error" else "false"
        body = function.child_by_field_name("body")
        if inline and body is not None and self._builder.source.text(body) == wanted:
            return f"return {wanted}", body
        for item in walk(function):
            if item.type == "call_expression":
                name = self._builder.source.text(item.child_by_field_name("function")).rpartition(".")[2]
                if name in _EFFECTS:
                    return name, item
            returned = item.named_children[0] if item.type == "return_statement" and item.named_children else None
            own = inline and returned is not None and enclosing_function(item) == function
            if own and self._builder.source.text(returned) == wanted:
                return f"return {wanted}", item
        return None

    def _reports(self, function: Node) -> bool:
        """Tell whether the handler passes the error on before it keeps it back: a call that reports, or a rethrow."""
        for item in walk(function):
            if item.type == "throw_statement":
                return True
            if item.type == "call_expression":
                name = self._builder.source.text(item.child_by_field_name("function"))
                if (
                    _REPORTING.search(name)
                    and not name.startswith("console.log")
                    and not name.startswith("console.debug")
                ):
                    return True
        return False


def _is_window_handler(text: str) -> bool:
    return bool(re.match(r"^(?:(?:window|globalThis|self|top)\.)?(?:onerror|onunhandledrejection)$", text))


def _is_callback(function: Node) -> bool:
    """Tell whether a function is the callback of a loop: `names.forEach((name) => { console[name] = ... })`."""
    parent = function.parent
    call = parent.parent if parent is not None and parent.type == "arguments" else None
    callee = call.child_by_field_name("function") if call is not None else None
    return callee is not None and (callee.text or b"").endswith((b".forEach", b".map"))


def _unconditional(node: Node, function: Node) -> bool:
    """Tell whether a node of a function runs at every call: in no branch, and behind no early return."""
    for item in ancestors(node):
        if item == function:
            break
        if item.type in _BRANCHES or (item.type == "binary_expression" and b"&&" in (item.text or b"")):
            return False
        if is_function(item) and item != function and not _returned(item, function):
            return False
    early = (item for item in walk(function, into_functions=True) if item.type == "return_statement")
    return not any(item.start_byte < node.start_byte and _in_branch(item, function) for item in early)


def _returned(inner: Node, function: Node) -> bool:
    """Tell whether the inner function is what the outer one returns: a factory of wrappers."""
    parent = inner.parent
    return parent is not None and (parent.type == "return_statement" or parent == function)


def _in_branch(node: Node, function: Node) -> bool:
    for item in ancestors(node):
        if item == function:
            return False
        if item.type in _BRANCHES:
            return True
    return False
