"""HTML, server templates, Vue and Svelte components: their scripts, script tags and `%VARIABLES%`."""

from __future__ import annotations

from collections.abc import Iterator
from html import unescape

import tree_sitter
from tree_sitter import Node

from rtlint.extract.javascript import script
from rtlint.extract.javascript.parser import Positions, language
from rtlint.extract.suppressions import suppressions
from rtlint.facts.csp import CspMeta
from rtlint.facts.raw import EnvRead, Import, RawFact
from rtlint.patterns import regex

TRIGGERS = (b"<script",)
_SCRIPT_TYPES = frozenset({"", "module", "text/javascript", "application/javascript", "text/babel"})
_VARIABLE = regex(rb"%([A-Z][A-Z0-9_]{2,})%")
_REFERENCE = regex(r"&(?:#\d+|#[xX][\da-fA-F]+|[a-zA-Z][a-zA-Z\d]*);")
TYPESCRIPT = {"ts": "typescript", "typescript": "typescript", "tsx": "tsx", "jsx": "javascript"}


def extract(path: str, data: bytes) -> list[RawFact]:
    """Return the facts of a page or component; sites are places in the whole file."""
    return list(_facts(path, data))


def _facts(path: str, data: bytes) -> Iterator[RawFact]:
    positions = Positions(path, data)
    root = tree_sitter.Parser(language("html")).parse(data).root_node
    for node in _elements(root):
        if node.type == "script_element":
            yield from _script(positions, node)
        elif node.type == "element":
            yield from _policy(positions, node)
        else:
            yield from _comment(positions, node)
    if path.endswith((".html", ".htm")):
        for found in _VARIABLE.finditer(data):
            at = positions.site(found.start(), found.end())
            yield EnvRead(at, found.group(1).decode(), "html", fallback=False, guarded=False)


def _elements(root: Node) -> Iterator[Node]:
    pending = [root]
    while pending:
        node = pending.pop()
        if node.type in {"script_element", "comment"}:
            yield node
            continue
        if node.type == "element" and node.named_children and b"http-equiv" in _tag(node):
            yield node
        pending.extend(reversed(node.named_children))


def _tag(element: Node) -> bytes:
    """Return the start tag of an element, in lower case."""
    return (element.named_children[0].text or b"")[:400].lower()


def _policy(positions: Positions, node: Node) -> Iterator[RawFact]:
    """Yield the Content Security Policy of a `<meta http-equiv>`: https://www.w3.org/TR/CSP3/#meta-element."""
    attributes = _attributes(positions, node)
    if attributes.get("http-equiv", "").lower() == "content-security-policy" and attributes.get("content"):
        tag = node.named_children[0]
        yield CspMeta(positions.site(tag.start_byte, tag.end_byte), attributes["content"])


def _script(positions: Positions, node: Node) -> Iterator[RawFact]:
    attributes = _attributes(positions, node)
    if "src" in attributes:
        yield Import(positions.site(node.start_byte, node.start_byte + 7), attributes["src"], "", "", "script")
    body = next((child for child in node.named_children if child.type == "raw_text"), None)
    if body is None or attributes.get("type", "").strip().lower() not in _SCRIPT_TYPES:
        return
    grammar = TYPESCRIPT.get(attributes.get("lang", ""), "javascript")
    part = tree_sitter.Range(body.start_point, body.end_point, body.start_byte, body.end_byte)
    yield from script(positions, grammar, [part])


def _attributes(positions: Positions, node: Node) -> dict[str, str]:
    """Return the values of an element's attributes by their names in lower case; of a repeated one the first counts."""
    found: dict[str, str] = {}
    tag = node.named_children[0] if node.named_children else None
    for child in tag.named_children if tag is not None else ():
        if child.type == "attribute":
            text = positions.data[child.start_byte : child.end_byte].decode("utf-8", "replace")
            name, _, value = text.partition("=")
            found.setdefault(name.strip().lower(), _value(value.strip()))
    return found


def _value(written: str) -> str:
    """Return what an attribute's value stands for: without its quotes, with its character references resolved."""
    if written.startswith(("'", '"')):
        written = written[1:].removesuffix(written[0])
    return _REFERENCE.sub(lambda found: unescape(found[0]), written)


def _comment(positions: Positions, node: Node) -> Iterator[RawFact]:
    text = positions.data[node.start_byte : node.end_byte].decode("utf-8", "replace")
    if "rtlint:" in text:
        at = positions.site(node.start_byte, node.end_byte)
        before = positions.data[positions.data.rfind(b"\n", 0, node.start_byte) + 1 : node.start_byte]
        yield from suppressions(text, at, at.end_line if before.strip() else at.end_line + 1)
