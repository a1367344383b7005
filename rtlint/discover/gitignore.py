"""The rules of one .gitignore file, by git's own semantics and in linear time.

The file comes from the analysed repository, so its patterns run under RE2. Paths and patterns are texts with one
character for each byte, since git matches bytes. Sources: https://git-scm.com/docs/gitignore, and `wildmatch.c` and
`parse_path_pattern` in `dir.c` of https://github.com/git/git.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from rtlint.patterns import regex

_MAX_PATTERN = 4096
"""A longer pattern covers no path that Linux could open."""

_CLASSES: dict[str, Callable[[str], bool]] = {
    "alnum": str.isalnum,
    "alpha": str.isalpha,
    "blank": lambda char: char in " \t",
    "cntrl": lambda char: char < " " or char == "\x7f",
    "digit": str.isdigit,
    "graph": lambda char: "!" <= char <= "~",
    "lower": str.islower,
    "print": lambda char: " " <= char <= "~",
    "punct": lambda char: "!" <= char <= "~" and not char.isalnum(),
    "space": str.isspace,
    "upper": str.isupper,
    "xdigit": lambda char: char in "0123456789abcdefABCDEF",
}
_NAMED_CLASS = regex(r"\[:([a-z]*):\]")
_STARS = regex(r"\*\*+")


class GitIgnore:
    """The patterns of one file."""

    def __init__(self, data: bytes) -> None:
        """Take the content of the file; lines that are no patterns cover nothing.

        Raises:
            ValueError: the patterns are too large to be matched.
        """
        import re2

        options = re2.Options()
        options.log_errors = False
        options.encoding = re2.Options.Encoding.LATIN1
        self._set: Any = re2.Set.FullMatchSet(options)
        self._meanings: list[tuple[bool, bool]] = []
        lines = data.removeprefix(b"\xef\xbb\xbf").decode("latin-1").split("\n")
        for ignores, folders_only, expression in filter(None, map(_parsed, lines)):
            self._set.Add(expression.encode("latin-1"))
            self._meanings.append((ignores, folders_only))
        try:
            self._set.Compile()
        except re2.error as error:
            raise ValueError("its patterns are too large") from error

    def verdict(self, path: str, *, folder: bool) -> bool | None:
        """Tell whether the last pattern that covers a path ignores it or takes it back; None when none covers it.

        Args:
            path: the path from the folder of the file, without a slash at its end.
            folder: whether it is a folder.
        """
        covering: list[int] = self._set.Match(path.encode("latin-1"))
        for number in sorted(covering, reverse=True) if covering else ():
            ignores, folders_only = self._meanings[number]
            if folder or not folders_only:
                return ignores
        return None


def _parsed(line: str) -> tuple[bool, bool, str] | None:
    """Return whether a line ignores, whether it covers folders only, and its expression; None for no pattern."""
    text = _trimmed(line.removesuffix("\r"))
    if text.startswith("#"):
        return None
    ignores = not text.startswith("!")
    text = text if ignores else text[1:]
    folders_only = text.endswith("/")
    text = text.removesuffix("/")
    if not text or len(text) > _MAX_PATTERN:
        return None
    expression = _expression(text.removeprefix("/") if "/" in text else f"**/{text}")
    return None if expression is None else (ignores, folders_only, expression)


def _trimmed(line: str) -> str:
    r"""Cut spaces off the end, save one behind a backslash."""
    bare = line.rstrip(" ")
    backslashes = len(bare) - len(bare.rstrip("\\"))
    return bare + " " if backslashes % 2 and len(bare) < len(line) else bare


def _expression(pattern: str) -> str | None:
    """Translate a pattern to a regular expression over whole paths; None when it can cover nothing."""
    pieces = ["(?s)"]
    place = 0
    while place < len(pattern):
        char = pattern[place]
        if char == "*":
            piece, place = _star(pattern, place)
        elif char == "?":
            piece, place = "[^/]", place + 1
        elif char == "[":
            chosen, place = _class(pattern, place + 1)
            if not chosen:
                return None
            piece = "[" + "".join(f"\\x{ord(one):02x}" for one in sorted(chosen)) + "]"
        else:
            place += char == "\\"
            if place == len(pattern):
                return None
            piece, place = re.escape(pattern[place]), place + 1
        pieces.append(piece)
    return "".join(pieces)


def _star(pattern: str, start: int) -> tuple[str, int]:
    """Translate a run of stars: two or more that fill a part of the path reach over slashes."""
    stars = _STARS.match(pattern, start)
    if stars is None:
        return "[^/]*", start + 1
    end = stars.end()
    if (start and pattern[start - 1] != "/") or (end < len(pattern) and pattern[end] != "/"):
        return "[^/]*", end
    return ("(?:.*/)?", end + 1) if end < len(pattern) else (".*", end)


def _class(pattern: str, start: int) -> tuple[set[str], int]:
    """Return the characters of a bracket expression and the place behind it; none of them when it is never closed."""
    negated = pattern[start : start + 1] in {"!", "^"}
    place = first = start + negated
    chosen: set[str] = set()
    while place < len(pattern) and (pattern[place] != "]" or place == first):
        named = _NAMED_CLASS.match(pattern, place)
        if named:
            test = _CLASSES.get(named[1])
            if test is None:
                return set(), len(pattern)
            chosen |= {char for char in map(chr, range(128)) if test(char)}
            place = named.end()
            continue
        low, place = _member(pattern, place)
        high = low
        if pattern[place : place + 1] == "-" and pattern[place + 1 : place + 2] not in {"", "]"}:
            high, place = _member(pattern, place + 1)
        chosen |= {chr(code) for code in range(ord(low), ord(high) + 1)}
    if place >= len(pattern):
        return set(), place
    every = set(map(chr, range(1, 256)))
    return (every - chosen if negated else chosen) - {"/"}, place + 1


def _member(pattern: str, place: int) -> tuple[str, int]:
    """Return a character of a bracket expression and the place behind it; a backslash makes the next one plain."""
    place += pattern[place] == "\\" and place + 1 < len(pattern)
    return pattern[place], place + 1
