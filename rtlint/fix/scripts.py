"""Scripts as fixes see them: the syntax tree around a place."""

from __future__ import annotations

import re
from collections.abc import Iterator

import tree_sitter
from tree_sitter import Node

from rtlint.extract.html import TYPESCRIPT
from rtlint.extract.javascript import GRAMMARS
from rtlint.extract.javascript.parser import ancestors, language
from rtlint.fix.source import Source
from rtlint.patterns import regex

_MARKUP = regex(r"\.(?:html?|vue|svelte|php|ejs|erb|twig|jinja2?|j2|hbs)$")


class Script:
    """A parsed script; offsets are those of the source, in characters.

    Attributes:
        root: the outermost node.
        element: the range of the `<script>` element that it stands in; None for a file.
    """

    def __init__(self, source: Source, data: bytes, root: Node, element: tuple[int, int] | None) -> None:
        self.root = root
        self.element = element
        self._data = data
        self._ascii = len(data) == len(source.text)

    def offset(self, byte: int) -> int:
        """Return the offset of a byte."""
        return byte if self._ascii else len(self._data[:byte].decode("utf-8", "replace"))

    def byte(self, source: Source, offset: int) -> int:
        """Return the byte of an offset."""
        return offset if self._ascii else len(source.text[:offset].encode())

    def range(self, node: Node) -> tuple[int, int]:
        """Return the offsets of a node."""
        return self.offset(node.start_byte), self.offset(node.end_byte)

    def text(self, node: Node | None) -> str:
        """Return the source of a node; empty for None."""
        return self._data[node.start_byte : node.end_byte].decode("utf-8", "replace") if node is not None else ""

    def around(self, source: Source, start: int, end: int) -> Iterator[Node]:
        """Yield the nodes that a range lies in, the smallest first."""
        node = self.root.descendant_for_byte_range(self.byte(source, start), self.byte(source, end))
        if node is not None:
            yield node
            yield from ancestors(node)


def script_at(source: Source, offset: int) -> Script | None:
    """Return the script that an offset lies in; None where there is none, or its syntax is broken."""
    data = source.text.encode()
    suffix = source.path[source.path.rfind(".") :]
    if not _MARKUP.search(source.path):
        if not re.search(r"\.[cm]?[jt]sx?$", source.path):
            return None
        root = tree_sitter.Parser(language(GRAMMARS.get(suffix, "javascript"))).parse(data).root_node
        return None if root.has_error else Script(source, data, root, None)
    return _in_markup(source, data, offset)


def _in_markup(source: Source, data: bytes, offset: int) -> Script | None:
    page = tree_sitter.Parser(language("html")).parse(data).root_node
    whole = Script(source, data, page, None)
    node = page.descendant_for_byte_range(whole.byte(source, offset), whole.byte(source, offset))
    element = next((item for item in ancestors(node) if item.type == "script_element"), None) if node else None
    body = next((item for item in element.named_children if item.type == "raw_text"), None) if element else None
    if element is None or body is None:
        return None
    parser = tree_sitter.Parser(language(_grammar(whole.text(element.named_children[0]))))
    parser.included_ranges = [tree_sitter.Range(body.start_point, body.end_point, body.start_byte, body.end_byte)]
    root = parser.parse(data).root_node
    return None if root.has_error else Script(source, data, root, whole.range(element))


def _grammar(tag: str) -> str:
    found = re.search(r"lang\s*=\s*[\"']?(\w+)", tag)
    return TYPESCRIPT.get(found[1], "javascript") if found else "javascript"
