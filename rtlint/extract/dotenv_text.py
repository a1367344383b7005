"""Text with positions: decoded files, their lines, and values that stand in them in another spelling."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence, Sized
from itertools import accumulate, pairwise

from rtlint.facts.records import dataclass
from rtlint.facts.site import Site
from rtlint.patterns import regex

_LINE_END = regex(r"\r\n|\r|\n")


def decode(data: bytes) -> str:
    """Return the text of a file: UTF-8 without its byte order mark, U+FFFD for every byte that can't be read."""
    return data.decode("utf-8", "replace").removeprefix("\ufeff")


def unify_line_ends(text: str) -> str:
    """Return the text with a line feed for every line end; lines and columns of all other characters stay the same."""
    return _LINE_END.sub("\n", text) if "\r" in text else text


def line_starts(lines: Iterable[Sized]) -> list[int]:
    """Return where each line begins, given what is between the line feeds of a text."""
    return [0, *accumulate(len(line) + 1 for line in lines)][:-1]


class Lines:
    """Turns offsets of a decoded text (in characters, from 0) into sites."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text
        if "\r" in text:
            self._starts = [0, *(end.end() for end in _LINE_END.finditer(text))]
        else:
            self._starts = line_starts(text.split("\n"))

    def line(self, offset: int) -> int:
        """Return the line, 1-based, that the offset lies in."""
        return bisect_right(self._starts, offset)

    def offset(self, line: int) -> int:
        """Return the offset at which a line, 1-based, begins; the end of the text for a line behind the last one."""
        return self._starts[line - 1] if line <= len(self._starts) else len(self.text)

    def site(self, start: int, end: int) -> Site:
        """Return the site from the offset `start` to the offset `end`, which is the first one behind it."""
        first = self.line(start)
        last = self.line(max(start, end))
        return Site(self.path, first, start - self.offset(first) + 1, last, max(start, end) - self.offset(last) + 1)

    def whole_line(self, offset: int) -> Site:
        """Return the site of the line that the offset lies in, without the white space at its ends."""
        line = self.line(offset)
        start = self.offset(line)
        text = self.text[start : self.offset(line + 1)]
        return self.site(start + len(text) - len(text.lstrip()), start + len(text.rstrip()))

    def next_code_line(self, line: int, comment: str = "#") -> int:
        """Return the first line behind `line` that is neither blank nor a comment; `line + 1` if there is none."""
        for number in range(line + 1, len(self._starts) + 1):
            text = self.text[self.offset(number) : self.offset(number + 1)].strip()
            if text and not text.startswith(comment):
                return number
        return line + 1


@dataclass(frozen=True, slots=True)
class Placed:
    """A value, and where each of its characters stands in the text.

    Attributes:
        lines: the text that the value was read from.
        text: the value, after quotes, escapes and folding are resolved.
        pieces: (index in `text`, offset in the source) for the start of every run that both have in common; the first
            index is 0.
        end: the offset behind the last character of the value.
    """

    lines: Lines
    text: str
    pieces: tuple[tuple[int, int], ...]
    end: int

    def source(self, index: int) -> int:
        """Return the offset in the source of the character at `index`."""
        start, offset = self.pieces[bisect_right(self.pieces, index, key=lambda piece: piece[0]) - 1]
        return min(offset + index - start, self.end)

    def site(self, start: int, end: int) -> Site:
        """Return the site of `text[start:end]`."""
        return self.lines.site(self.source(start), self._behind(end))

    def _behind(self, index: int) -> int:
        """Return the offset behind the character before `index`, an escape counting as a whole."""
        return self.end if index >= len(self.text) else self.source(index)

    def part(self, start: int, end: int) -> Placed:
        """Return `text[start:end]` as a value of its own."""
        inner = ((index - start, offset) for index, offset in self.pieces if start < index < end)
        return Placed(self.lines, self.text[start:end], ((0, self.source(start)), *inner), self._behind(end))

    def whole(self) -> Site:
        """Return the site of the whole value."""
        return self.site(0, len(self.text))


def verbatim(lines: Lines, start: int, end: int) -> Placed:
    """Return a value that stands in the text as it is."""
    return Placed(lines, lines.text[start:end], ((0, start),), end)


def spelled(lines: Lines, tokens: Iterable[tuple[str, int]], start: int, end: int) -> Placed:
    """Return a value that was put together from tokens.

    Args:
        lines: the text that the tokens come from.
        tokens: what each token stands for and its offset; a token for a text of more than one character stands there
            letter by letter.
        start: the offset of the value's first character, which is its place when it is empty.
        end: the offset behind the value.
    """
    texts: list[str] = []
    pieces: list[tuple[int, int]] = []
    length = 0
    for text, offset in tokens:
        if text and not (pieces and offset - pieces[-1][1] == length - pieces[-1][0]):
            pieces.append((length, offset))
        texts.append(text)
        length += len(text)
    return Placed(lines, "".join(texts), tuple(pieces) or ((0, start),), end)


def between(found: Sequence[tuple[int, int, str]], text: str, start: int, end: int) -> Iterable[tuple[str, int]]:
    """Split `text[start:end]` into tokens for `spelled`: the replaced ranges and what lies between them.

    Args:
        found: (start, end, replacement) of each replaced range, in order.
        text: the source.
        start: where the value begins in it.
        end: where it ends.
    """
    marks = [(start, start, ""), *found, (end, end, "")]
    for (_, before, _), (begin, _, replacement) in pairwise(marks):
        yield text[before:begin], before
        yield replacement, begin
