"""Dockerfiles as instructions: directives, comments, continuation lines, flags and heredocs.

Source: https://docs.docker.com/reference/dockerfile/; where that is silent (what a comment inside of an instruction is,
which backslash continues a line) this follows BuildKit's parser:
https://github.com/moby/buildkit/blob/v0.19.0/frontend/dockerfile/parser/parser.go.
"""

from __future__ import annotations

from collections.abc import Iterator

from rtlint.extract.dotenv_text import Lines, Placed, spelled
from rtlint.facts.records import dataclass
from rtlint.patterns import regex

_DIRECTIVE = regex(r"^#[ \t]*([A-Za-z][A-Za-z0-9]*)[ \t]*=[ \t]*(\S.*)$")
_BLANKS = " \t\v\f\r"
_HEREDOC = regex(r"\d*<<(-?)([^<]*)")
_WITH_HEREDOCS = frozenset({"RUN", "COPY", "ADD", "ONBUILD"})


@dataclass(frozen=True, slots=True)
class Heredoc:
    """The text behind a `<<NAME`. `expands` says whether variables in it count for COPY and ADD."""

    name: str
    text: str
    expands: bool


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction.

    Attributes:
        keyword: its name in upper case.
        start: offset of its first character.
        flags: its `--name=value` words, without quotes.
        rest: what follows them, continuation lines joined.
        heredocs: the texts behind it.
        problem: what is wrong with it, or empty.
    """

    keyword: str
    start: int
    flags: tuple[str, ...]
    rest: Placed
    heredocs: tuple[Heredoc, ...]
    problem: str = ""

    @property
    def end(self) -> int:
        """The offset behind its last character, heredocs not included."""
        return self.rest.end


@dataclass(frozen=True, slots=True)
class Comment:
    """A line that is a comment, from its `#` on."""

    start: int
    end: int


class Source:
    """The lines of a Dockerfile, read once from the first to the last.

    Attributes:
        escape: the escape character, a backslash or a backtick.
        lines: the text.
        comments: the comment lines passed so far.
    """

    def __init__(self, lines: Lines) -> None:
        self.lines = lines
        self.comments: list[Comment] = []
        self._spans = _spans(lines.text)
        self._next = 0
        self.escape = self._directives()

    def _directives(self) -> str:
        """Return the escape character that the directives at the top choose."""
        escape, seen = "\\", set()
        for start, end in self._spans:
            found = _DIRECTIVE.match(self.lines.text[start:end].strip())
            if found is None or found[1].lower() in seen:
                break
            seen.add(found[1].lower())
            if found[1].lower() == "escape" and found[2].strip() in {"\\", "`"}:
                escape = found[2].strip()
        return escape

    def instructions(self) -> Iterator[Instruction]:
        """Yield the instructions in their order."""
        while (span := self._take()) is not None:
            placed = self._logical(*span)
            if placed.text.strip():
                yield self._instruction(placed)

    def _take(self) -> tuple[int, int] | None:
        """Return the next line that is no comment; None at the end."""
        while self._next < len(self._spans):
            start, end = self._spans[self._next]
            self._next += 1
            text = self.lines.text[start:end].lstrip()
            if not text.startswith("#"):
                return start, end
            self.comments.append(Comment(end - len(text), end))
        return None

    def _logical(self, start: int, end: int) -> Placed:
        """Return a line with those that continue it; comments and blank lines among them do not count."""
        text = self.lines.text
        start = min(end, start + len(text[start:end]) - len(text[start:end].lstrip()))
        tokens, last = [], end
        span: tuple[int, int] | None = (start, end)
        while span is not None:
            line = text[span[0] : span[1]]
            kept = _continued(line, self.escape)
            tokens.append((line if kept is None else line[:kept], span[0]))
            last = span[0] + len(line.rstrip() if kept is None else line[:kept])
            if kept is None or (len(tokens) == 1 and not line[:kept]):
                break
            span = self._take()
            while span is not None and not text[span[0] : span[1]].strip():
                span = self._take()
        return spelled(self.lines, tokens, start, max(start, last))

    def _instruction(self, placed: Placed) -> Instruction:
        text = placed.text
        space = _first_of(text, _BLANKS, 0)
        flags, begin = _flags(text, _skip(text, space))
        finish = max(begin, len(text.rstrip()))
        keyword = text[:space].upper()
        rest = placed.part(begin, finish) if finish > begin else Placed(self.lines, "", ((0, placed.end),), placed.end)
        heredocs: tuple[Heredoc, ...] = ()
        problem = ""
        if keyword in _WITH_HEREDOCS and "<<" in rest.text and not is_list(rest.text):
            heredocs, problem = self._heredocs(rest.text)
        return Instruction(keyword, placed.source(0), flags, rest, heredocs, problem)

    def _heredocs(self, line: str) -> tuple[tuple[Heredoc, ...], str]:
        """Return the heredocs that a line begins, and what is wrong with the last one."""
        found: list[Heredoc] = []
        for start, end in words(line, self.escape, spaces=" \t\n"):
            mark = _HEREDOC.fullmatch(line, start, end)
            name = plain(mark[2], self.escape) if mark else ""
            if mark and name and not any(char.isspace() for char in mark[2]):
                body = self._body(name, tabs=bool(mark[1]))
                if body is None:
                    return tuple(found), f"the heredoc {name} is never closed"
                found.append(Heredoc(name, body, expands=name == mark[2]))
        return tuple(found), ""

    def _body(self, name: str, *, tabs: bool) -> str | None:
        first = self._next
        while self._next < len(self._spans):
            start, end = self._spans[self._next]
            self._next += 1
            line = self.lines.text[start:end]
            if (line.lstrip("\t") if tabs else line) == name:
                return "\n".join(self.lines.text[slice(*span)] for span in self._spans[first : self._next - 1])
        return None


def _spans(text: str) -> list[tuple[int, int]]:
    """Return start and end of each line; a carriage return at its end belongs to the line end."""
    spans, start = [], 0
    while start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        spans.append((start, end - (1 if text[start:end].endswith("\r") else 0)))
        start = end + 1
    return spans


def _continued(line: str, escape: str) -> int | None:
    """Return where the text of a continued line ends, at its last escape character; None for one that ends here."""
    bare = line.rstrip(" \t")
    if not bare.endswith(escape) or bare[:-1].endswith(escape):
        return None
    return len(bare) - 1


def is_list(text: str) -> bool:
    """Tell whether the arguments of an instruction are in the JSON form, by their first character."""
    return text.startswith("[")


def words(text: str, escape: str, begin: int = 0, spaces: str = "") -> Iterator[tuple[int, int]]:
    """Yield start and end of each word: quotes and escapes keep white space inside of one.

    Args:
        text: the arguments.
        escape: the escape character.
        begin: where to start.
        spaces: the characters that part words; empty for all white space.
    """
    position = begin
    while True:
        position = _skip(text, position, spaces)
        if position >= len(text):
            return
        end = word_end(text, position, escape, spaces)
        yield position, end
        position = end


def word_end(text: str, position: int, escape: str, spaces: str = "") -> int:
    """Return where the word at a position ends."""
    quote = ""
    while position < len(text):
        char = text[position]
        if not quote and (char in spaces if spaces else char.isspace()):
            break
        if char == escape and quote != "'":
            position += 1
        elif char == quote:
            quote = ""
        elif not quote and char in "'\"":
            quote = char
        position += 1
    return min(position, len(text))


def plain(word: str, escape: str) -> str:
    """Return a word without its quotes and escapes."""
    kept, quote, position = [], "", 0
    while position < len(word):
        char = word[position]
        if char == escape and quote != "'" and position + 1 < len(word):
            position += 1
            kept.append(word[position])
        elif char == quote:
            quote = ""
        elif not quote and char in "'\"":
            quote = char
        else:
            kept.append(char)
        position += 1
    return "".join(kept)


def _flags(text: str, begin: int) -> tuple[tuple[str, ...], int]:
    """Return the `--` words that begin the arguments, and where the rest starts; flags escape with a backslash."""
    found: list[str] = []
    while text.startswith("--", begin):
        end = word_end(text, begin, "\\")
        word = plain(text[begin:end], "\\")
        begin = _skip(text, end)
        if word == "--":
            break
        found.append(word)
    return tuple(found), begin


def _skip(text: str, position: int, spaces: str = "") -> int:
    while position < len(text) and (text[position] in spaces if spaces else text[position].isspace()):
        position += 1
    return position


def _first_of(text: str, characters: str, position: int) -> int:
    while position < len(text) and text[position] not in characters:
        position += 1
    return position
