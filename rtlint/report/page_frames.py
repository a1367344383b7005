"""Source lines in the report, with the range that a finding is about marked."""

from __future__ import annotations

from html import escape

from rtlint.findings import Evidence, Report
from rtlint.patterns import regex
from rtlint.report.visible import line_text, visible

_AROUND = 1
_MAX_LINES = 8
_MAX_CHARS = 400
_LINE_END = regex(r"\r\n|\n|\r")


def frame(report: Report, item: Evidence, *, primary: bool) -> str:
    """Return a place with its line, one line before and one behind it; long ones are cut."""
    lines = _LINE_END.split(report.mask(report.sources.get(item.at.path, "")))
    first, last = max(item.at.line - _AROUND, 1), min(item.at.end_line + _AROUND, len(lines))
    last = min(last, first + _MAX_LINES)
    rows = [_row(lines, item, number, primary) for number in range(first, last + 1) if number <= len(lines)]
    place = f"{visible(item.at.path)}:{item.at.line}:{item.at.column}"
    label = f' <span class="label">{escape(visible(report.mask(item.label)))}</span>' if item.label else ""
    body = "\n".join(rows)
    return (
        f'<div class="frame"><p class="place">{escape(place)}{label}</p>'
        f'<pre tabindex="0" role="group" aria-label="Source lines">{body}</pre></div>\n'
    )


def _row(lines: list[str], item: Evidence, number: int, primary: bool) -> str:
    text = lines[number - 1]
    start = item.at.column - 1 if number == item.at.line else 0
    end = item.at.end_column - 1 if number == item.at.end_line else len(text)
    if not item.at.line <= number <= item.at.end_line:
        start = end = 0
    parts = (text[:start], text[start:end], text[end:_MAX_CHARS])
    before, marked, behind = (escape(line_text(part[:_MAX_CHARS])) for part in parts)
    kind = "" if primary else ' class="other"'
    inner = f"<mark{kind}>{marked}</mark>" if marked else ""
    return f'<span class="number">{number:>4} </span>{before}{inner}{behind}'
