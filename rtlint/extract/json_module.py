"""JSON that a script imports: the exports of a module."""

from __future__ import annotations

from rtlint.extract.javascript.parser import Positions
from rtlint.extract.manifests_json import JsonArray, JsonNode, JsonObject, parse
from rtlint.facts.expressions import ArrayLiteral, Entry, Expr, Literal, ObjectLiteral, Scalar
from rtlint.facts.raw import Export, RawFact
from rtlint.facts.site import Site

MAX_BYTES = 1 << 20
"""Larger files are data and no configuration."""


def extract(path: str, data: bytes) -> list[RawFact]:
    """Return the default export of a JSON file and its keys as named exports; nothing for one that is broken."""
    text = data.decode("utf-8-sig", "replace")
    if len(data) > MAX_BYTES:
        return []
    root, error = parse(text)
    if root is None or error is not None:
        return []
    places = Positions(path, text.encode())
    offsets = _Offsets(text, places)
    value = _expression(root, offsets)
    facts: list[RawFact] = [Export(value.at, "default", "", "", value)]
    if isinstance(value, ObjectLiteral):
        facts += [Export(entry.at, entry.key, "", "", entry.value) for entry in value.entries]
    return facts


class _Offsets:
    """Turns offsets in characters into sites."""

    def __init__(self, text: str, places: Positions) -> None:
        self._places = places
        self._text = text
        self._ascii = text.isascii()

    def site(self, start: int, end: int) -> Site:
        return self._places.site(self._bytes(start), self._bytes(end))

    def _bytes(self, offset: int) -> int:
        return offset if self._ascii else len(self._text[:offset].encode())


def _expression(node: JsonNode, offsets: _Offsets) -> Expr:
    at = offsets.site(node.start, node.end)
    if isinstance(node, JsonObject):
        pairs = ((offsets.site(key.start, value.end), key.text, value) for key, value in node.members.values())
        return ObjectLiteral(at, tuple(Entry(site, key, _expression(value, offsets)) for site, key, value in pairs))
    if isinstance(node, JsonArray):
        return ArrayLiteral(at, tuple(_expression(item, offsets) for item in node.items))
    return Literal(at, node.text if node.string else _scalar(node.text))


def _scalar(text: str) -> Scalar:
    words: dict[str, Scalar] = {"true": True, "false": False, "null": None}
    if text in words:
        return words[text]
    return float(text) if any(sign in text for sign in ".eE") else int(text)
