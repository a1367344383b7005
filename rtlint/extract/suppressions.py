"""Inline suppressions: `rtlint: ignore[RT101, missing-key]: reason` in a comment of any language."""

from __future__ import annotations

from collections.abc import Iterator

from rtlint.facts.raw import Suppression
from rtlint.facts.site import Site
from rtlint.patterns import regex

_MARK = regex(r"\brtlint:[ \t]*ignore\[([^\[\]\r\n]*)\](?:[ \t]*:([^\r\n]*))?")
_CLOSERS = ("*/}", "*/", "--%>", "--}}", "-->", "%>", "#}")


def suppressions(comment_text: str, at: Site, target_line: int) -> Iterator[Suppression]:
    """Read the suppressions of one comment.

    Args:
        comment_text: the comment with or without its delimiters; text that is no suppression gives nothing.
        at: the site of the comment, which becomes the site of each fact.
        target_line: the line whose findings it silences, 1-based.

    Yields:
        One fact for each selector between the brackets; empty selectors are left out.
    """
    for mark in _MARK.finditer(comment_text):
        reason = _reason(mark[2] or "")
        for selector in mark[1].split(","):
            if selector.strip():
                yield Suppression(at, selector.strip(), reason, target_line)


def _reason(text: str) -> str:
    """Return the text behind the second colon without the delimiter that closes the comment."""
    text = text.strip()
    for closer in _CLOSERS:
        if text.endswith(closer):
            return text[: -len(closer)].rstrip()
    return text
