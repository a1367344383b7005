"""A file as fixes see it: its text with exact places, and what new text has to look like."""

from __future__ import annotations

from rtlint.extract.dotenv_text import Lines
from rtlint.facts.site import Site
from rtlint.findings import Edit
from rtlint.patterns import regex

BOM = b"\xef\xbb\xbf"
_LONE_RETURN = regex(r"\r(?!\n)")


class Source:
    """The text of a file; offsets count characters from 0, without the byte order mark.

    Attributes:
        path: the file's path.
        text: its text, line ends as in the file.
        lines: offsets to sites.
        newline: how its lines end.
    """

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text
        self.lines = Lines(path, text)
        self.newline = "\r\n" if "\r\n" in text else "\n"

    def covers(self, site: Site) -> bool:
        """Tell whether a site lies in this text."""
        start, end = self.range(site)
        return site.path == self.path and 0 <= start <= end <= len(self.text) and self.lines.site(start, end) == site

    def range(self, site: Site) -> tuple[int, int]:
        """Return the offsets of a site's first character and of the one behind its last."""
        return (
            self.lines.offset(site.line) + site.column - 1,
            self.lines.offset(site.end_line) + site.end_column - 1,
        )

    def text_at(self, site: Site) -> str:
        """Return what a site covers."""
        start, end = self.range(site)
        return self.text[start:end]

    def edit(self, start: int, end: int, text: str) -> Edit:
        """Return the edit that puts a text in place of a range; line feeds become the file's own line ends."""
        return Edit(self.lines.site(start, end), text.replace("\n", self.newline))

    def line_start(self, offset: int) -> int:
        """Return where the line of an offset begins."""
        return self.lines.offset(self.lines.line(offset))

    def line_end(self, offset: int) -> int:
        """Return the offset behind the last character of a line, its line end left out."""
        end = self.lines.offset(self.lines.line(offset) + 1)
        return self.line_start(offset) + len(self.text[self.line_start(offset) : end].rstrip("\r\n"))

    def next_line(self, offset: int) -> int:
        """Return where the line behind that of an offset begins, the end of the text behind the last one."""
        return self.lines.offset(self.lines.line(offset) + 1)

    def indent(self, offset: int) -> str:
        """Return the white space at the beginning of the line of an offset."""
        start = self.line_start(offset)
        line = self.text[start : self.line_end(offset)]
        return line[: len(line) - len(line.lstrip(" \t"))]

    def alone(self, start: int, end: int) -> bool:
        """Tell whether nothing but white space shares the lines of a range."""
        return not self.text[self.line_start(start) : start].strip() and not self.text[end : self.line_end(end)].strip()

    def without(self, start: int, end: int) -> Edit:
        """Return the edit that removes a range: its whole lines if nothing shares them, else with the blanks before."""
        if self.alone(start, end):
            return self.edit(self.line_start(start), self.next_line(end), "")
        before = self.text[self.line_start(start) : start]
        return self.edit(start - (len(before) - len(before.rstrip(" \t"))), end, "")


def open_source(path: str, data: bytes) -> Source | None:
    """Return a file for fixes; None for one that is no UTF-8, binary, or has line ends of a lone carriage return."""
    try:
        text = data.removeprefix(BOM).decode("utf-8")
    except UnicodeDecodeError:
        return None
    return None if "\0" in text or _LONE_RETURN.search(text) else Source(path, text)
