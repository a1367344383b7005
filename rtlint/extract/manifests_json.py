"""JSON with places: strict, or with the comments and trailing commas that TypeScript allows in its configuration."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import partial
from typing import TypeAlias

from rtlint.facts.records import dataclass, field
from rtlint.patterns import regex

MAX_DEPTH = 100
"""How deep values may be nested."""

_BLANKS = regex(r"[ \t\r\n]*")
_BLANKS_AND_COMMENTS = regex(r"(?:[ \t\r\n]+|//[^\r\n]*|/\*(?:[^*]|\*(?!/))*+\*/)*+")
_STRING = regex(r'"((?:[^"\\\x00-\x1f]|\\.)*+)"')
_NUMBER = regex(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?")
_WORD = regex(r"true|false|null")


class JsonError(ValueError):
    """A text is no JSON, or is nested too deep. `code` is RT901 or RT905, `offset` the place, in characters from 0."""

    def __init__(self, message: str, offset: int, code: str = "RT901") -> None:
        super().__init__(message)
        self.offset = offset
        self.code = code


@dataclass(slots=True)
class JsonScalar:
    """A string, number, boolean or null; `text` is the string itself, or the other value as written."""

    start: int
    end: int
    text: str
    string: bool


@dataclass(slots=True)
class JsonArray:
    """An array."""

    start: int
    end: int
    items: list[JsonNode] = field(default_factory=list)


@dataclass(slots=True)
class JsonObject:
    """An object: each key with its place, and its value. Of a repeated key the last one is kept, as JSON.parse does."""

    start: int
    end: int
    members: dict[str, tuple[JsonScalar, JsonNode]] = field(default_factory=dict)

    def add(self, key: JsonScalar, value: JsonNode) -> None:
        """Add a pair."""
        self.members[key.text] = (key, value)

    def get(self, name: str) -> JsonNode | None:
        """Return the value of a key."""
        return self.members[name][1] if name in self.members else None


JsonNode: TypeAlias = JsonScalar | JsonArray | JsonObject


def parse(text: str, *, relaxed: bool = False) -> tuple[JsonNode | None, JsonError | None]:
    """Parse a JSON text.

    Args:
        text: the decoded file without its byte order mark.
        relaxed: whether comments and trailing commas are allowed.

    Returns:
        What could be read, which is a part of the file when there is an error, and the error.
    """
    parser = _Parser(text, _BLANKS_AND_COMMENTS if relaxed else _BLANKS, relaxed)
    try:
        parser.document()
    except JsonError as error:
        return parser.root, error
    return parser.root, None


def texts(node: JsonNode | None) -> list[JsonScalar]:
    """Return the strings of an array; nothing for anything else."""
    items = node.items if isinstance(node, JsonArray) else []
    return [item for item in items if isinstance(item, JsonScalar) and item.string]


def text_of(node: JsonNode | None) -> str:
    """Return a string; empty for anything else."""
    return node.text if isinstance(node, JsonScalar) and node.string else ""


class _Parser:
    def __init__(self, text: str, blanks: re.Pattern[str], relaxed: bool) -> None:
        self.root: JsonNode | None = None
        self._text = text
        self._blanks = blanks
        self._relaxed = relaxed
        self._position = 0

    def document(self) -> None:
        self._skip()
        self._value(0, self._keep_root)
        self._skip()
        if self._position < len(self._text):
            raise JsonError("there is text behind the value", self._position)

    def _skip(self) -> None:
        found = self._blanks.match(self._text, self._position)
        self._position = found.end() if found else self._position

    def _peek(self) -> str:
        return self._text[self._position : self._position + 1]

    def _keep_root(self, node: JsonNode) -> None:
        self.root = node

    def _value(self, depth: int, keep: Callable[[JsonNode], None]) -> None:
        """Read a value. A container is handed over before it is filled, so that an error loses only the rest."""
        start = self._position
        if depth > MAX_DEPTH:
            raise JsonError(f"JSON is nested deeper than {MAX_DEPTH} levels", start, "RT905")
        if self._peek() == "{":
            members = JsonObject(start, start)
            keep(members)
            self._fill_object(members, depth)
        elif self._peek() == "[":
            items = JsonArray(start, start)
            keep(items)
            self._fill_array(items, depth)
        else:
            keep(self._scalar())

    def _scalar(self) -> JsonScalar:
        if self._peek() == '"':
            return self._string()
        found = _NUMBER.match(self._text, self._position) or _WORD.match(self._text, self._position)
        if found is None:
            raise JsonError("a value is missing" if self._peek() else "the file ends too early", self._position)
        self._position = found.end()
        return JsonScalar(found.start(), found.end(), found[0], string=False)

    def _string(self) -> JsonScalar:
        found = _STRING.match(self._text, self._position)
        if found is None:
            raise JsonError("the string is never closed", self._position)
        try:
            text = str(json.loads(found[0])) if "\\" in found[1] else found[1]
        except ValueError:
            raise JsonError("the string has an escape that JSON lacks", self._position) from None
        self._position = found.end()
        return JsonScalar(found.start(), found.end(), text, string=True)

    def _fill_array(self, node: JsonArray, depth: int) -> None:
        while self._next(node, "]"):
            self._value(depth + 1, node.items.append)

    def _fill_object(self, node: JsonObject, depth: int) -> None:
        while self._next(node, "}"):
            if self._peek() != '"':
                raise JsonError("a key in double quotes is missing", self._position)
            key = self._string()
            self._skip()
            self._take(":")
            self._skip()
            self._value(depth + 1, partial(node.add, key))

    def _next(self, node: JsonArray | JsonObject, closer: str) -> bool:
        """Go to the next item or behind the closing bracket; return whether there is an item."""
        opened = self._position == node.start
        if opened:
            self._position += 1
        self._skip()
        if not opened and self._peek() != closer:
            self._take(",")
            self._skip()
            if self._peek() == closer and not self._relaxed:
                raise JsonError("there is a comma behind the last item", self._position)
        if self._peek() != closer:
            return True
        self._position += 1
        node.end = self._position
        return False

    def _take(self, wanted: str) -> None:
        if self._peek() != wanted:
            raise JsonError(f"`{wanted}` is missing" if self._peek() else "the file ends too early", self._position)
        self._position += 1
