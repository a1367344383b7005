"""Texts of the repository in Markdown: https://github.github.com/gfm/."""

from __future__ import annotations

from rtlint.patterns import regex

_TICKS = regex(r"`+")


def code(text: str) -> str:
    """Return a text as a code span in which nothing has a meaning, fit for a table; nothing for a blank one.

    Args:
        text: a text without line ends.
    """
    if not text.strip():
        return ""
    shown = text.replace("|", "\uff5c")
    ticks = "`" * (max((len(found) for found in _TICKS.findall(shown)), default=0) + 1)
    blank = " " if shown.startswith("`") or shown.endswith("`") else ""
    return f"{ticks}{blank}{shown}{blank}{ticks}"
