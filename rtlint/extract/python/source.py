"""A Python file as text, lines and syntax tree."""

from __future__ import annotations

import ast
import io
import sys
import tokenize
import warnings
from collections.abc import Iterator

from rtlint.extract.suppressions import suppressions
from rtlint.facts.raw import Problem, Suppression
from rtlint.facts.site import Site, whole_file
from rtlint.patterns import regex

_VERSION = f"{sys.version_info.major}.{sys.version_info.minor}"
"""The Python that reads the file: what a later one has added to the grammar is no error of the file's."""

_LINE_END = regex(r"\r\n?")


def decode(data: bytes) -> str:
    """Return the text of a Python file, its line ends as line feeds.

    The encoding is that of the byte order mark or the coding line, else UTF-8 (PEP 263); what can't be decoded becomes
    U+FFFD.
    """
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        text = data.decode(encoding, "replace")
    except (SyntaxError, LookupError, UnicodeError):
        text = data.decode("utf-8", "replace")
    return _LINE_END.sub("\n", text.removeprefix("\ufeff"))


class Source:
    """The text of one file and the places in it.

    Args:
        path: the file, for the sites.
        data: its bytes.
    """

    def __init__(self, path: str, data: bytes) -> None:
        self.path = path
        self.text = decode(data)
        self._lines = self.text.split("\n")
        self._ascii = self.text.isascii()

    def parse(self) -> ast.Module | Problem:
        """Return the syntax tree, or why there is none."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return ast.parse(self.text)
        except SyntaxError as error:
            message = error.msg[:1].lower() + error.msg[1:]
            return Problem(self._place(error), "RT901", f"not valid Python {_VERSION}: {message}")
        except (RecursionError, MemoryError):
            return Problem(whole_file(self.path), "RT905", "the code is nested too deeply to be read")
        except ValueError as error:
            return Problem(whole_file(self.path), "RT901", f"not valid Python: {error}")

    def _place(self, error: SyntaxError) -> Site:
        line = min(max(error.lineno or 1, 1), len(self._lines))
        column = min(max(error.offset or 1, 1), len(self._lines[line - 1]) + 1)
        return Site(self.path, line, column, line, column)

    def site(self, node: ast.expr | ast.stmt | ast.alias | ast.arg | ast.keyword) -> Site:
        """Return the site of a node; `ast` counts columns in bytes of UTF-8."""
        end_line, end = node.end_lineno or node.lineno, node.end_col_offset or node.col_offset
        return Site(
            self.path,
            node.lineno,
            self._column(node.lineno, node.col_offset),
            end_line,
            self._column(end_line, end),
        )

    def _column(self, line: int, offset: int) -> int:
        if self._ascii or not 0 < line <= len(self._lines):
            return offset + 1
        return len(self._lines[line - 1].encode("utf-8", "replace")[:offset].decode("utf-8", "replace")) + 1

    def suppressions(self) -> Iterator[Suppression]:
        """Yield the suppressions in comments: one behind code is for its line, one on its own for the next line."""
        try:
            for token in tokenize.generate_tokens(io.StringIO(self.text).readline):
                if token.type == tokenize.COMMENT and "rtlint:" in token.string:
                    (line, start), (end_line, end) = token.start, token.end
                    alone = not token.line[:start].strip()
                    at = Site(self.path, line, start + 1, end_line, end + 1)
                    yield from suppressions(token.string, at, line + 1 if alone else line)
        except (tokenize.TokenError, SyntaxError):
            return
