"""JSON as expressions: the exports of a file that a script imports."""

from __future__ import annotations

from rtlint.extract.dotenv_text import Lines, decode
from rtlint.extract.manifests_json import JsonArray, JsonNode, JsonObject, parse
from rtlint.facts.expressions import ArrayLiteral, Entry, Expr, Literal, ObjectLiteral, Scalar
from rtlint.facts.raw import Export, RawFact

MAX_BYTES = 1 << 20
"""Larger files are data and no configuration."""

_WORDS: dict[str, Scalar] = {"true": True, "false": False, "null": None}


def extract(path: str, data: bytes) -> list[RawFact]:
    """Return the default export of a JSON file and its keys as named exports; nothing for one that is broken."""
    if len(data) > MAX_BYTES:
        return []
    lines = Lines(path, decode(data))
    root, error = parse(lines.text)
    if root is None or error is not None:
        return []
    value = expression(lines, root)
    facts: list[RawFact] = [Export(value.at, "default", "", "", value)]
    if isinstance(value, ObjectLiteral):
        facts += [Export(entry.at, entry.key, "", "", entry.value) for entry in value.entries]
    return facts


def expression(lines: Lines, node: JsonNode) -> Expr:
    """Return a JSON value as an expression. Its depth is bounded by the parser."""
    at = lines.site(node.start, node.end)
    if isinstance(node, JsonObject):
        entries = [
            Entry(lines.site(key.start, max(value.end, key.end)), name, expression(lines, value))
            for name, (key, value) in node.members.items()
        ]
        return ObjectLiteral(at, tuple(entries))
    if isinstance(node, JsonArray):
        return ArrayLiteral(at, tuple(expression(lines, item) for item in node.items))
    return Literal(at, node.text if node.string else _scalar(node.text))


def _scalar(text: str) -> Scalar:
    if text in _WORDS:
        return _WORDS[text]
    return float(text) if any(sign in text for sign in ".eE") else int(text)
