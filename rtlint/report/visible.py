"""Text of the repository, made fit for a terminal."""

from __future__ import annotations

import re
import unicodedata

from rtlint.patterns import regex

_UNSAFE = regex(
    "[\x00-\x08\x0a-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
"""C0 and C1 controls but the tab, bidirectional controls, invisible characters and lone surrogates."""

_COMMAND = regex(r"^(\s*):(?=:)|(##(?:vso)?)\[")
"""What CI servers take for a command in a log: `::` at the beginning of a line, `##[` and `##vso[` anywhere."""

TAB_WIDTH = 4


def visible(text: str) -> str:
    """Return a text in which nothing can steer a terminal: controls are shown as what they are, a tab as a blank."""
    return harmless(_UNSAFE.sub(_symbol, text).replace("\t", " "))


def harmless(line: str) -> str:
    """Return a line in which no CI server finds a command that is not meant for it."""
    return _COMMAND.sub(_escaped_mark, line) if ":" in line or "##" in line else line


def _escaped_mark(found: re.Match[str]) -> str:
    return f"{found[2]}\\u005b" if found[2] else f"{found[1]}\\u003a"


def _symbol(found: re.Match[str]) -> str:
    code = ord(found.group())
    if code < 0x20:
        return chr(0x2400 + code)
    return "\u2421" if code == 0x7F else f"\\u{code:04x}"


def line_text(text: str) -> str:
    """Return a source line for a frame: controls visible, tabs expanded to a fixed width."""
    return harmless(_UNSAFE.sub(_symbol, text).replace("\t", " " * TAB_WIDTH))


def width(text: str) -> int:
    """Return the number of terminal columns of a text: wide East Asian characters and emoji take two, marks none."""
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text
    )
