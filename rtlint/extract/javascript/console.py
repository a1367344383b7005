"""Suppression: console methods, window-wide error handlers and network APIs that a script replaces."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache

from tree_sitter import Node

from rtlint.extract.javascript.clients import enclosing_function
from rtlint.extract.javascript.error_traps import error_trap, trap_of_assignment, trap_of_call
from rtlint.extract.javascript.expressions import Builder
from rtlint.extract.javascript.filters import filters, listed
from rtlint.extract.javascript.network_patches import network_patches
from rtlint.extract.javascript.parser import ancestors, bare, is_function, walk
from rtlint.extract.javascript.replacements import CONSOLE, Replacements, arguments, plain
from rtlint.extract.prefilter import Trigger
from rtlint.facts.raw import ConsolePatch, ErrorTrap, MessageFilter, RawFact
from rtlint.patterns import regex
from rtlint.words import Search, alternation, searcher

_CALLS = tuple(b"console.%b(" % name for name in (b"error", b"log", b"warn", b"info", b"debug", b"table", b"trace"))
TRIGGERS: tuple[Trigger, ...] = (
    Trigger(
        rb"\bconsole\b\s*(?:[\[=,;)}\]|&!:]|\b(?:as|satisfies)\b|\?[^.]|\??\.\s*\w+\s*(?:[^\w\s(?]|\?[^.]|\?\.\s*[^(])|$)",
        ((b"console",),),
        _CALLS,
    ),
    Trigger(rb"unhandledrejection", ((b"unhandledrejection",),)),
    Trigger(rb"\bonerror\b['\"`]?\]?\s*=", ((b"onerror",),)),
    Trigger(
        rb"addEventListener['\"`]?\]?\s*\(\s*\\?['\"`](?:error|unhandledrejection)",
        ((b"addEventListener",), (b"error", b"unhandledrejection")),
    ),
    Trigger(
        rb"\(window\)\s*\.\s*(?:on|bind|error)\s*\(\s*['\"`]?(?:error|unhandledrejection|function|\()",
        ((b"(window)",),),
    ),
    Trigger(
        rb"(?:XMLHttpRequest|EventSource)\s*(?:\.\s*prototype\b|['\"`]?\]?\s*=[^=])",
        ((b"XMLHttpRequest", b"EventSource"),),
    ),
    Trigger(
        rb"(?:definePropert\w+|Object\.assign|Reflect\.set)\s*\(\s*[^()]{0,80}\b(?:XMLHttpRequest|EventSource|fetch|console)\b",
        (
            (b"XMLHttpRequest", b"EventSource", b"fetch", b"console"),
            (b"definePropert", b"Object.assign", b"Reflect.set"),
        ),
    ),
    Trigger(
        rb"(?:window|globalThis|self)\s*(?:\.\s*|\[\s*['\"`])fetch(?:['\"`]\s*\])?\s*=[^=]",
        ((b"fetch",), (b"window", b"globalThis", b"self")),
    ),
)
"""What scripts hold that may keep errors from being seen.

A console that is merely called hides nothing; every other use of one may lead to a replaced method.
"""


@cache
def _search() -> Search:
    return searcher(alternation((b"WebSocket",), [trigger.pattern for trigger in TRIGGERS]))


def may_suppress(data: bytes) -> bool:
    """Tell whether a script may keep errors from being seen: else there is no need to look at each call."""
    return bool(_search()(data))


_MISSING = regex(r"!\s*\(?(?:window\.)?console\b|typeof\s+(?:window\.)?console\b|console\s*={2,3}\s*(?:undefined|null)")
_WINDOW = regex(r"^(?:window|globalThis|self|top)$")
_DEFINING = frozenset(
    {"Object.assign", "Object.defineProperty", "Object.defineProperties", "Reflect.set", "Reflect.defineProperty"}
)
_RESTORING = regex(r"(?:window\.|globalThis\.|self\.)?console\b")
_METHODS = frozenset(
    "assert clear count countReset debug dir dirxml error group groupCollapsed groupEnd info log table time timeEnd "
    "timeLog trace warn".split()
)
"""https://console.spec.whatwg.org/"""


def suppression(
    builder: Builder, captures: Mapping[str, list[Node]], first_group: int = 1, *, injected: bool = False
) -> Iterator[RawFact]:
    """Yield console patches, error traps and patched network APIs, with the filters that decide what vanishes.

    Args:
        builder: of the script.
        captures: its nodes.
        first_group: the number of its first group, so that the scripts of one file don't share any.
        injected: whether the script stands in a string, from which a program writes it into a page.
    """
    reader = _Reader(builder, first_group, injected)
    for node in captures.get("assign", ()):
        yield from reader.assignment(node)
    for node in captures.get("call", ()):
        yield from reader.call(node)
    yield from network_patches(builder, captures, injected=injected)


class _Reader:
    """Numbers the groups of one script: what one function or script patches belongs together."""

    def __init__(self, builder: Builder, first_group: int, injected: bool) -> None:
        self._builder = builder
        self._text = builder.source.text
        self._replacements = Replacements(builder)
        self._first = first_group
        self._injected = injected
        self._groups: dict[int, int] = {}
        self._filtered: set[tuple[int, MessageFilter]] = set()

    def _group(self, node: Node) -> int:
        owner = enclosing_function(node)
        while owner is not None and _is_callback(owner):
            owner = enclosing_function(owner)
        key = owner.id if owner is not None else 0
        return self._groups.setdefault(key, len(self._groups) + self._first)

    def assignment(self, node: Node) -> Iterator[RawFact]:
        """Yield what an assignment replaces."""
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is None or right is None:
            return
        if self._is_console(left):
            yield from self._whole(node, right)
            return
        methods = self._methods(left)
        for method in methods:
            yield from self._patch(node, method, right)
        if not methods:
            yield from self._trapped(node, trap_of_assignment(self._builder, left, right))

    def _is_console(self, node: Node | None) -> bool:
        """Tell whether a node is the page's console, by its name or under an alias of this file."""
        if node is None:
            return False
        node = bare(node)
        text = plain(self._text(node))
        if CONSOLE.match(text):
            return self._builder.scopes.find("console", node) is None or "." in text
        if node.type == "subscript_expression":
            index = node.child_by_field_name("index")
            owner = self._text(node.child_by_field_name("object"))
            return bool(_WINDOW.match(owner)) and index is not None and self._builder.string(index) == "console"
        if node.type != "identifier" or (node.parent and node.parent.child_by_field_name("left") == node):
            return False
        held = self._replacements.resolved(node)
        return held != node and held.type != "identifier" and bool(CONSOLE.match(self._text(held)))

    def _methods(self, left: Node) -> list[str]:
        """Return the console methods that the left side of an assignment names; `*` for those that can't be told."""
        inner = (
            left.child_by_field_name("object") if left.type in {"member_expression", "subscript_expression"} else None
        )
        if inner is None or not self._is_console(inner):
            return []
        if left.type == "member_expression":
            return [self._text(left.child_by_field_name("property"))]
        index = left.child_by_field_name("index")
        if index is None:
            return ["*"]
        single = self._builder.string(index)
        several = [name for name in listed(self._builder, index) if name in _METHODS]
        return [single] if single else several or ["*"]

    def _whole(self, node: Node, value: Node) -> Iterator[RawFact]:
        """Yield what a new console replaces: all methods, or those that differ from a copy of the old one."""
        made = self._replacements.resolved(value)
        if made.type == "object":
            spread = [child for child in made.named_children if child.type == "spread_element"]
            own = self._replacements.members(made)
            if any(self._is_copied(child.named_children[0]) for child in spread if child.named_children):
                for key, replaced in own.items():
                    yield from self._patch(node, key, replaced)
            elif not spread:
                yield from self._patch(node, "*", next(iter(own.values()), made))
            return
        yield from self._patch(node, "*", value)

    def _is_copied(self, node: Node) -> bool:
        return self._is_console(bare(node)) or bool(_RESTORING.match(self._text(self._replacements.resolved(node))))

    def call(self, node: Node) -> Iterator[RawFact]:
        """Yield what a call replaces or traps."""
        text, given = self._text(node.child_by_field_name("function")), arguments(node)
        if text in _DEFINING and len(given) >= 2:
            yield from self._defined(node, given, text)
        else:
            yield from self._trapped(node, trap_of_call(self._builder, node, given))

    def _defined(self, node: Node, given: list[Node], function: str) -> Iterator[RawFact]:
        if self._is_console(given[0]):
            if len(given) == 2:
                for key, value in self._replacements.members(given[1]).items():
                    yield from self._patch(node, key, self._described(value) if "define" in function else value)
            else:
                for method in (
                    [self._builder.string(given[1])] if self._builder.string(given[1]) else self._names(given)
                ):
                    yield from self._patch(node, method or "*", self._described(given[2]))
        elif _WINDOW.match(self._text(given[0])) and self._builder.string(given[1]) == "console" and len(given) > 2:
            yield from self._whole(node, self._described(given[2]))

    def _names(self, given: list[Node]) -> list[str]:
        return [name for name in listed(self._builder, given[1]) if name in _METHODS] or ["*"]

    def _described(self, value: Node) -> Node:
        """Return the value of a property's descriptor: `value`, or what a getter returns."""
        members = self._replacements.members(value)
        if "value" in members or "get" not in members:
            return members.get("value", value)
        return _result(members["get"]) or members["get"]

    def _patch(self, node: Node, method: str, value: Node) -> Iterator[RawFact]:
        if method == "prototype" or self._fills_in(node) or self._restores(value):
            return
        group, forwards = self._group(node), self._replacements.forwarding(value)
        yield ConsolePatch(self._builder.source.site(node), group, method, forwards, self._injected)
        function = self._replacements.function(value)
        if function is not None and forwards == "some":
            yield from self._filters(function, group)

    def _filters(self, function: Node, group: int) -> Iterator[RawFact]:
        originals = frozenset(item.id for item in self._replacements.paths(function).originals)
        for found in filters(self._builder, function, group, originals):
            if (group, found) not in self._filtered:
                self._filtered.add((group, found))
                yield found

    def _restores(self, value: Node) -> bool:
        """Tell whether the value is the original method again: saved under a name, or `console.x` itself."""
        value = bare(value)
        text = self._text(value)
        if self._replacements.is_nothing(value):
            return False
        if value.type == "binary_expression":
            return bool(_RESTORING.match(text))
        if value.type == "identifier":
            found = self._builder.scopes.find(text, value)
            saved = self._text(found.node.child_by_field_name("value")) if found is not None else ""
            return bool(_RESTORING.match(saved)) or found is None
        if value.type == "member_expression" and text.startswith("this."):
            return self._replacements.function(value) is None
        return value.type in {"member_expression", "subscript_expression"} or bool(
            re.match(r"[\w.]+\.bind\(", text) and self._replacements.function(value) is None
        )

    def _fills_in(self, node: Node) -> bool:
        """Tell whether the assignment stands under a test that the console, or the method, is missing: a polyfill."""
        conditions = (item.child_by_field_name("condition") for item in ancestors(node) if item.type == "if_statement")
        return any(_MISSING.search(self._text(condition)) for condition in conditions)

    def _trapped(self, node: Node, handler: tuple[str, Node, str] | None) -> Iterator[RawFact]:
        if handler is None:
            return
        event, value, cancelling = handler
        function = self._replacements.function(value)
        found = error_trap(self._builder, function, cancelling) if function is not None else None
        if function is None or found is None:
            return
        group = self._groups.setdefault(function.id, len(self._groups) + self._first)
        site = self._builder.source.site(node)
        yield ErrorTrap(site, group, event, found.effect, found.conditional, found.reports, self._injected)
        if found.conditional:
            yield from self._filters(function, group)


def _result(getter: Node) -> Node | None:
    """Return what a getter returns, where it is a single value."""
    body = getter.child_by_field_name("body")
    if body is None or body.type != "statement_block":
        return body
    found = [item for item in walk(body, into_functions=False) if item.type == "return_statement"]
    return found[0].named_children[0] if len(found) == 1 and found[0].named_children else None


def _is_callback(function: Node) -> bool:
    """Tell whether a function is the callback of a loop: `names.forEach((name) => { console[name] = ... })`."""
    parent = function.parent
    call = parent.parent if parent is not None and parent.type == "arguments" else None
    callee = call.child_by_field_name("function") if call is not None else None
    return callee is not None and is_function(function) and (callee.text or b"").endswith((b".forEach", b".map"))
