"""A place in a file of the analysed repository."""

from __future__ import annotations

from typing import NamedTuple


class Site(NamedTuple):
    """A range in one file.

    Attributes:
        path: relative to the checked root, with `/` between its parts.
        line: first line, 1-based.
        column: first column, 1-based, in characters (Unicode code points) of the decoded line.
        end_line: last line, 1-based.
        end_column: the column behind the last character, 1-based (so an empty range has end_column == column).
    """

    path: str
    line: int
    column: int
    end_line: int
    end_column: int


def whole_file(path: str) -> Site:
    """Return the site that stands for a file as such: its first character."""
    return Site(path, 1, 1, 1, 1)
