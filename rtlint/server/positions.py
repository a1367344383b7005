"""Positions: rtlint's (1-based, columns in characters) and those of a client (0-based, in units of its encoding).

Source: https://microsoft.github.io/language-server-protocol/specifications/lsp/3.17/specification/#positionEncodingKind.
"""

from __future__ import annotations

from collections.abc import Sequence

from lsprotocol import types

from rtlint.facts.site import Site
from rtlint.patterns import regex

_LINE_END = regex(r"\r\n|\n|\r")
_BYTES = {"utf-8": ("utf-8", 1), "utf-16": ("utf-16-le", 2), "utf-32": ("utf-32-le", 4)}


def lines_of(text: str) -> list[str]:
    """Return the lines of a text without their ends, as the protocol counts them."""
    return _LINE_END.split(text)


class Encoding:
    """The units in which a client counts columns: utf-8, utf-16 or utf-32."""

    def __init__(self, name: str) -> None:
        self._codec, self._size = _BYTES.get(name, _BYTES["utf-16"])

    def units(self, text: str) -> int:
        """Return the length of a text in the client's units."""
        return len(text.encode(self._codec, "surrogatepass")) // self._size

    def position(self, lines: Sequence[str], line: int, column: int) -> types.Position:
        """Return a client's position of a line and column of rtlint."""
        text = lines[line - 1] if 0 < line <= len(lines) else ""
        return types.Position(line=max(line - 1, 0), character=self.units(text[: column - 1]))

    def range(self, lines: Sequence[str], site: Site) -> types.Range:
        """Return a client's range of a site."""
        return types.Range(
            start=self.position(lines, site.line, site.column),
            end=self.position(lines, site.end_line, site.end_column),
        )

    def column(self, text: str, character: int) -> int:
        """Return the column, 1-based, of a client's character in a line; behind its end for one that lies there."""
        units = 0
        for number, char in enumerate(text):
            if units >= character:
                return number + 1
            units += self.units(char)
        return len(text) + 1
