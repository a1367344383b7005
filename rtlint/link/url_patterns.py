"""Django's patterns as facts spell paths: `path("<int:pk>/")` and the simple ones among regular expressions.

Sources: https://docs.djangoproject.com/en/5.2/topics/http/urls/#path-converters, django/urls/resolvers.py
(`RegexPattern.match`), https://docs.python.org/3/library/re.html#regular-expression-syntax.
"""

from __future__ import annotations

import re
from itertools import product

_CONVERTER = re.compile(r"<(?:([^<>:]+):)?([^<>:]+)>")
_ONE_SEGMENT = frozenset({"str", "int", "slug", "uuid"})
_LITERAL = re.compile(r"[\w/~%@,:;=!&'\" -]")
_CLASS = re.compile(r"\[\^?\]?(?:\\.|[^\]\\])*\]")
_RANGE = re.compile(r"([^\\])-([^\]\\])")
_COUNT = re.compile(r"\{(\d*)(,?)\d*\}")
_GROUP = re.compile(r"\((?:\?P<([A-Za-z_]\w*)>|\?:|(?!\?))")
_MAX_SPELLINGS = 16
_MAX_DEPTH = 8


class _UnreadError(Exception):
    """A regular expression holds something that no path of ours can say."""


def of_path(pattern: str) -> tuple[str, ...] | None:
    """Return how facts spell the pattern of `path()`; None when it can't be said."""
    literals = _CONVERTER.split(pattern)[::3]
    if any(set(literal) & set("{}<>") for literal in literals):
        return None
    return (_CONVERTER.sub(_parameter, pattern),)


def _parameter(found: re.Match[str]) -> str:
    name = re.sub(r"\W", "_", found[2])
    return f"{{{name}}}" if (found[1] or "str") in _ONE_SEGMENT else f"{{{name}:path}}"


def of_regex(pattern: str, *, endpoint: bool) -> tuple[str, ...] | None:
    """Return how facts spell the pattern of `re_path()`, a spelling for each alternative; None when it can't be said.

    Args:
        pattern: the regular expression.
        endpoint: whether a view stands there. Then one that ends with `$` matches the whole path; any other is searched
            for, so that text may stand before it, and behind it.
    """
    body = re.sub(r"^\^|\\Z$", "", pattern)
    closed = bool(re.search(r"(?<!\\)(?:\\\\)*\$$", body))
    if closed and not endpoint:
        return None
    reader = _Regex(body[:-1] if closed else body)
    try:
        found = reader.alternatives(0)
    except _UnreadError:
        return None
    if reader.position < len(reader.text):
        return None
    before = "" if pattern.startswith("^") or (closed and endpoint) else "{before:path}"
    after = "{after:path}" if endpoint and not closed and not pattern.endswith(r"\Z") else ""
    whole = pattern.startswith("^") and len(found) > 1 and reader.split
    return None if whole else tuple(f"{before}{one}{after}" for one in found)


class _Regex:
    """Reads a regular expression from left to right."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        self.split = False
        self._named = 0

    def alternatives(self, depth: int) -> list[str]:
        """Return the spellings up to the end or the closing bracket."""
        if depth > _MAX_DEPTH:
            raise _UnreadError
        found = self._sequence(depth)
        while self._take("|"):
            self.split = self.split or depth == 0
            found += self._sequence(depth)
        if len(found) > _MAX_SPELLINGS:
            raise _UnreadError
        return list(dict.fromkeys(found))

    def _sequence(self, depth: int) -> list[str]:
        found = [""]
        while self.position < len(self.text) and self.text[self.position] not in "|)":
            found = ["".join(pair) for pair in product(found, self._atom(depth))]
            if len(found) > _MAX_SPELLINGS:
                raise _UnreadError
        return found

    def _atom(self, depth: int) -> list[str]:
        """Return the spellings of one character, class or group with what repeats it."""
        char = self.text[self.position]
        if char == "(":
            return self._group(depth)
        kind = self._kind()
        if kind:
            return self._repeated(self._parameter(kind), kind)
        self.position += 1
        literal = char
        if char == "\\":
            literal = self.text[self.position : self.position + 1]
            self.position += 1
        if (char == "\\" and (literal.isalnum() or literal in "{}" or not literal)) or (
            char != "\\" and not _LITERAL.fullmatch(char)
        ):
            raise _UnreadError
        return self._optional([literal])

    def _kind(self) -> str:
        """Return `one` or `path` for a class of characters that stands here, and step over it; empty for none."""
        char, following = self.text[self.position], self.text[self.position + 1 : self.position + 2]
        found = _CLASS.match(self.text, self.position) if char == "[" else None
        if char == ".":
            self.position += 1
            return "path"
        if char == "\\" and following and following in "dwDWSs":
            self.position += 2
            return "path" if following in "DWS" else "one"
        if found is None:
            return ""
        self.position = found.end()
        return "path" if _takes_slash(found[0]) else "one"

    def _parameter(self, kind: str) -> str:
        self._named += 1
        return f"{{p{self._named}:path}}" if kind == "path" else f"{{p{self._named}}}"

    def _repeated(self, parameter: str, kind: str) -> list[str]:
        """Return a parameter, and without it where it may be missing."""
        empty = self._take("*") or self._take("?")
        if not empty and not self._take("+"):
            count = _COUNT.match(self.text, self.position)
            if count is not None:
                self.position = count.end()
                empty = not count[1] or int(count[1][:9]) == 0
        self._take("?")
        return ["", parameter] if empty and kind != "path" else [parameter]

    def _optional(self, found: list[str]) -> list[str]:
        if self._take("?"):
            self._take("?")
            return list(dict.fromkeys(["", *found]))
        if self.text[self.position : self.position + 1] in {"*", "+", "{"}:
            raise _UnreadError
        return found

    def _group(self, depth: int) -> list[str]:
        opened = _GROUP.match(self.text, self.position)
        if opened is None:
            raise _UnreadError
        self.position = opened.end()
        found = self.alternatives(depth + 1)
        if not self._take(")"):
            raise _UnreadError
        named = (
            [re.sub(r"^\{\w+", "{" + opened[1], one) if _is_parameter(one) else one for one in found]
            if opened[1]
            else found
        )
        return self._optional(named)

    def _take(self, char: str) -> bool:
        taken = self.text.startswith(char, self.position)
        self.position += len(char) if taken else 0
        return taken


def _is_parameter(spelled: str) -> bool:
    return re.fullmatch(r"\{\w+(?::path)?\}", spelled) is not None


def _takes_slash(text: str) -> bool:
    """Tell whether a class of characters may match a slash."""
    body = text[1:-1]
    if body.startswith("^"):
        return "/" not in body
    ranges = any(low <= "/" <= high for low, high in _RANGE.findall(body))
    return "/" in body or ranges or re.search(r"\\[DWS]", body) is not None
