"""Code frames: the lines of a file with places in it underlined and labelled."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rtlint.facts.records import dataclass
from rtlint.facts.site import Site
from rtlint.report.visible import line_text, width

CONTEXT = 1
"""Lines shown before and behind a marked one."""

MAX_SPAN = 3
"""Lines of a range that are shown; a longer one is marked at its first line only."""


@dataclass(frozen=True, slots=True)
class Label:
    """A place with its label; `primary` ones are underlined by `^`, others by `-`."""

    at: Site
    text: str
    primary: bool = False


class Frames:
    """Renders frames.

    Args:
        source: returns the text of a file.
        mask: hides secrets, keeping lengths.
        paint: colours a text by the name of a role (`primary`, `secondary`, `gutter`, `path`).
        columns: width of the terminal.
    """

    def __init__(
        self, source: Callable[[str], str], mask: Callable[[str], str], paint: Callable[[str, str], str], columns: int
    ) -> None:
        self._source = source
        self._mask = mask
        self._paint = paint
        self._columns = columns

    def render(self, labels: Sequence[Label]) -> list[str]:
        """Return the frame of places that lie in one file, in the order of their lines."""
        first = labels[0].at
        lines = self._source(first.path).splitlines() or [""]
        ordered = sorted(labels, key=lambda label: (label.at.line, label.at.column))
        wanted = sorted({number for label in ordered for number in self._around(label.at, len(lines))})
        gutter = len(str(wanted[-1])) if wanted else 1
        path = line_text(first.path)
        head = f"{' ' * gutter}{self._paint('gutter', '-->')} "
        head += self._paint("path", f"{path}:{labels[0].at.line}:{labels[0].at.column}")
        body = [head, f"{' ' * gutter} {self._paint('gutter', '|')}"]
        previous = None
        for number in wanted:
            if previous is not None and number > previous + 1:
                body.append(self._paint("gutter", "..."))
            body += self._line(
                number, lines[number - 1], gutter, [label for label in ordered if label.at.line == number]
            )
            previous = number
        return body

    def _around(self, at: Site, count: int) -> range:
        return range(max(1, at.line - CONTEXT), min(count, at.line + CONTEXT) + 1)

    def _line(self, number: int, raw: str, gutter: int, labels: list[Label]) -> list[str]:
        masked = self._mask(raw)
        start = self._crop(masked, labels, gutter)
        room = max(self._columns - gutter - 4, 30)
        shown = ("…" if start else "") + line_text(masked[start:])
        if width(shown) > room:
            shown = shown[: room - 1] + "…"
        rows = [f"{self._paint('gutter', f'{number:>{gutter}} |')} {shown}".rstrip()]
        bar = f"{' ' * gutter} {self._paint('gutter', '|')}"
        rows += [f"{bar} {self._underline(masked, start, label, room)}" for label in labels]
        return rows

    def _crop(self, line: str, labels: list[Label], gutter: int) -> int:
        """Return the character that a long line is shown from, so that its first place is in view."""
        room = max(self._columns - gutter - 4, 30)
        if not labels or width(line_text(line)) <= room:
            return 0
        first = min(label.at.column for label in labels) - 1
        last = max((label.at.end_column for label in labels if label.at.end_line == label.at.line), default=first)
        start = max(0, first - room // 3)
        return max(start, min(first, last - room + 2))

    def _underline(self, line: str, start: int, label: Label, room: int) -> str:
        at = label.at
        last = at.end_column - 1 if at.end_line == at.line else len(line)
        before = line_text(line[start : at.column - 1])
        inside = line_text(line[max(at.column - 1, start) : max(last, at.column)])
        offset = width(before) + (1 if start else 0)
        length = max(1, min(width(inside), room - offset))
        marks = ("^" if label.primary else "-") * length
        role = "primary" if label.primary else "secondary"
        text = f" {line_text(self._mask(label.text))}" if label.text else ""
        return f"{' ' * offset}{self._paint(role, marks + text)}"
