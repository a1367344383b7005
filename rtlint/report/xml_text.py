"""Text in XML 1.0: https://www.w3.org/TR/xml/#charsets."""

from __future__ import annotations

from xml.sax.saxutils import escape

from rtlint.report.visible import visible


def attribute(text: str) -> str:
    """Return a text as an attribute in double quotes; what XML forbids is made visible."""
    return '"' + _allowed(visible(text)).translate(_QUOTES) + '"'


def content(text: str) -> str:
    """Return a text between tags, its lines kept."""
    return "\n".join(escape(_allowed(visible(line))) for line in text.split("\n"))


_QUOTES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"})


def _allowed(text: str) -> str:
    """Replace the two code points above the controls that XML forbids."""
    return text.replace("\ufffe", "\ufffd").replace("\uffff", "\ufffd")
