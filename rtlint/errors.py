"""Errors that end a run with exit code 2 and one line on the terminal."""

from __future__ import annotations


class RtlintError(Exception):
    """Something that the user, or whoever packaged rtlint, has to mend; the text says what and where."""
