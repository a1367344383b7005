"""Injected scripts: strings that a program writes into a page as a script, as plugins of a bundler do.

A string counts as a script where it says so itself (`<script>...`) or where its place does: `children` of a tag that
Vite's `transformIndexHtml` returns (https://vite.dev/guide/api-plugin.html#transformindexhtml), `__html`, `innerHTML`
and the content of a JSX `<script>`. What `${...}` puts in is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import tree_sitter
from tree_sitter import Node

from rtlint.extract.javascript.changes import Changes
from rtlint.extract.javascript.console import suppression
from rtlint.extract.javascript.expressions import Builder
from rtlint.extract.javascript.parser import Source, ancestors, bare
from rtlint.extract.javascript.scope import Scopes
from rtlint.facts.raw import RawFact
from rtlint.patterns import regex

_SUPPRESSING = regex(
    rb"console\s*(?:\.\s*\w+|\[[^\]\n]{1,60}\])?\s*=[^=>]|\bonerror\s*=|addEventListener\s*\(\s*\\?['\"`](?:error|unhandled)"
    rb"|Property\s*\(\s*(?:window|console)\b|\.\s*(?:fetch|WebSocket|EventSource)\s*=[^=]"
)
_ELEMENT = regex(rb"<script\b[^<>]{0,300}>", re.IGNORECASE)
_END = regex(rb"<\\?/script", re.IGNORECASE)
_KEYS = frozenset({"children", "__html", "innerHTML", "textContent", "text"})
_TAGS = frozenset({"script", "Script"})
_FRAGMENTS = frozenset({"string_fragment", "escape_sequence"})
_STRINGS = frozenset({"template_string", "string"})
_GROUPS_OF_ONE = 1_000
_MAX_SCRIPTS = 20


def injected_scripts(source: Source) -> Iterator[RawFact]:
    """Yield what the injected scripts of a file suppress."""
    left = _MAX_SCRIPTS
    for node in _suspects(source):
        for start, end in _scripts(source, node):
            if left:
                left -= 1
                yield from _facts(source, _ranges(source, node, start, end), (_MAX_SCRIPTS - left) * _GROUPS_OF_ONE)


def _suspects(source: Source) -> list[Node]:
    """Return the strings that hold what suppresses, in the file's order."""
    found: dict[int, Node | None] = {}
    place = _SUPPRESSING.search(source.data)
    while place is not None:
        inner = source.root.descendant_for_byte_range(place.start(), place.start() + 1)
        for node in (inner, *ancestors(inner)) if inner is not None else ():
            if node.type in _STRINGS and node.id not in found:
                found[node.id] = node if _SUPPRESSING.search(node.text or b"") else None
        place = _SUPPRESSING.search(source.data, place.start() + 1)
    return sorted((node for node in found.values() if node), key=lambda node: (node.start_byte, -node.end_byte))


def _scripts(source: Source, node: Node) -> Iterator[tuple[int, int]]:
    """Yield the bytes of a string that are scripts."""
    start, end = node.start_byte + 1, node.end_byte - 1
    opened = list(_ELEMENT.finditer(source.data, start, end))
    for found in opened:
        closing = _END.search(source.data, found.end(), end)
        yield found.end(), closing.start() if closing else end
    if not opened and _is_script(source, node):
        yield start, end


def _is_script(source: Source, node: Node) -> bool:
    """Tell whether the place of a string makes a script of it."""
    while node.parent is not None and bare(node.parent) == node:
        node = node.parent
    parent = node.parent
    if parent is None:
        return False
    if parent.type == "pair":
        key = source.text(parent.child_by_field_name("key")).strip("'\"")
        around = source.text(parent.parent)[:4_000] if parent.parent is not None else ""
        return key in _KEYS and (key == "__html" or bool(re.search(r"tag['\"]?\s*:\s*['\"`]script", around)))
    if parent.type == "assignment_expression":
        left = source.text(parent.child_by_field_name("left"))
        owner, _, key = left.rpartition(".")
        return key in _KEYS and "script" in owner.lower()
    if parent.type == "jsx_expression" and parent.parent is not None:
        opening = parent.parent.child_by_field_name("open_tag")
        return opening is not None and source.text(opening.child_by_field_name("name")) in _TAGS
    return False


def _ranges(source: Source, node: Node, start: int, end: int) -> list[Any]:
    """Return the parts of a string that stand in it as they are, between two offsets."""
    found = []
    for part in node.named_children:
        first, last = max(part.start_byte, start), min(part.end_byte, end)
        if part.type in _FRAGMENTS and first < last:
            found.append(tree_sitter.Range(_point(source, first), _point(source, last), first, last))
    return found


def _point(source: Source, offset: int) -> tuple[int, int]:
    line_start = source.data.rfind(b"\n", 0, offset) + 1
    return source.positions.point(offset)[0] - 1, offset - line_start


def _facts(source: Source, ranges: list[Any], group: int) -> Iterator[RawFact]:
    if not ranges:
        return
    script = Source(source.positions, "javascript", ranges)
    captures = script.captures()
    builder = Builder(script, Scopes(script), frozenset(), Changes.of(script, captures))
    yield from suppression(builder, captures, group, injected=True)
