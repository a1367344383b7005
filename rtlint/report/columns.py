"""Columns in the units of a format: rtlint counts characters (Unicode code points), 1-based."""

from __future__ import annotations

from collections.abc import Mapping

from rtlint.patterns import regex

_LINE_END = regex(r"\r\n|\n|\r")


class Columns:
    """Turns columns of characters into other units.

    Args:
        sources: the text of each file, by path.
    """

    def __init__(self, sources: Mapping[str, str]) -> None:
        self._sources = sources
        self._lines: dict[str, list[str]] = {}

    def _before(self, path: str, line: int, column: int) -> str:
        if path not in self._lines:
            self._lines[path] = _LINE_END.split(self._sources.get(path, ""))
        lines = self._lines[path]
        return lines[line - 1][: column - 1] if line <= len(lines) else ""

    def utf16(self, path: str, line: int, column: int) -> int:
        """Return a column in UTF-16 code units, 1-based."""
        return column + sum(1 for char in self._before(path, line, column) if ord(char) > 0xFFFF)

    def utf8(self, path: str, line: int, column: int) -> int:
        """Return a column in bytes of UTF-8, 1-based."""
        before = self._before(path, line, column)
        return column + len(before.encode("utf-8", "surrogatepass")) - len(before)
