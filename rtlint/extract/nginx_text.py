"""nginx's syntax: words, blocks and comments, as `ngx_conf_read_token` of src/core/ngx_conf_file.c reads them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rtlint.extract.dotenv_text import Lines
from rtlint.facts.raw import Problem
from rtlint.facts.records import dataclass, field
from rtlint.facts.site import Site
from rtlint.patterns import regex

MAX_DEPTH = 40
MAX_DIRECTIVES = 20_000

_TOKEN = regex(
    r"""\s++|\#[^\n]*+
    |"(?P<double>(?:[^"\\]|\\.)*+)"
    |'(?P<single>(?:[^'\\]|\\.)*+)'
    |(?P<mark>[{};])
    |(?P<word>(?!["'])(?:\$\{[^}\s]*+\}?|\\.|[^\s;{\\])++)
    |(?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = regex(r"""\\([\\"'tnr])""")
_LETTERS = {"t": "\t", "n": "\n", "r": "\r"}
_LUA = regex(r"_by_lua_block$")
_BRACES = regex(r"[{}]")
TEMPLATE = regex(r"\{%|\{\{|<%")
"""Tags of Jinja, Go and ERB templates, which no longer are nginx's syntax."""

_OWN_BLOCKS = frozenset({"server", "location", "http", "upstream", "events"})


@dataclass(frozen=True, slots=True)
class Word:
    """A word without its quotes and escapes, and its range in the text."""

    text: str
    start: int
    end: int


@dataclass(slots=True)
class Directive:
    """A directive with its arguments; `block` is None where a semicolon ends it."""

    words: list[Word]
    block: list[Directive] | None = None

    @property
    def name(self) -> str:
        """The directive's name."""
        return self.words[0].text

    @property
    def args(self) -> list[str]:
        """The texts of the arguments."""
        return [word.text for word in self.words[1:]]

    def site(self, lines: Lines) -> Site:
        """Return the site of the directive without its block."""
        return lines.site(self.words[0].start, self.words[-1].end)


@dataclass(slots=True)
class _Reader:
    lines: Lines
    top: list[Directive] = field(default_factory=list)
    problem: Problem | None = None
    _open: list[Directive] = field(default_factory=list)
    _count: int = 0

    def read(self) -> None:
        text = self.lines.text
        position, words = 0, list[Word]()
        while position < len(text) and self.problem is None:
            found = _TOKEN.match(text, position)
            if found is None or found["other"]:
                self._stop(position, "a quote or a backslash is never closed")
                return
            position = found.end()
            if found["mark"]:
                position = self._mark(found["mark"], words, position)
                words = []
            elif found.lastgroup:
                words.append(Word(unescape(found[found.lastgroup]), found.start(), found.end()))
        if self.problem is None and (self._open or words):
            at = self._open[-1].words[0].start if self._open else words[0].start
            self._stop(at, "the block is never closed" if self._open else "the directive has no semicolon")

    def _mark(self, mark: str, words: list[Word], position: int) -> int:
        if mark == "}":
            if not self._open or words:
                self._stop(position - 1, "unexpected `}`")
            else:
                self._open.pop()
        elif not words:
            self._stop(position - 1, f"unexpected `{mark}`")
        else:
            return self._directive(Directive(words), mark, position)
        return position

    def _directive(self, directive: Directive, mark: str, position: int) -> int:
        self._count += 1
        inner = self._open[-1].block if self._open else self.top
        (self.top if inner is None else inner).append(directive)
        if self._count > MAX_DIRECTIVES or len(self._open) >= MAX_DEPTH:
            self._stop(directive.words[0].start, "the configuration is too large or nested too deeply", "RT905")
        elif mark == "{":
            directive.block = []
            if _LUA.search(directive.name):
                return self._behind_lua(position)
            self._open.append(directive)
        return position

    def _behind_lua(self, position: int) -> int:
        """Return the place behind a block of Lua, by its braces alone."""
        depth = 1
        for found in _BRACES.finditer(self.lines.text, position):
            depth += 1 if found[0] == "{" else -1
            if depth == 0:
                return found.end()
        return len(self.lines.text)

    def _stop(self, offset: int, message: str, code: str = "RT901") -> None:
        self.problem = Problem(self.lines.site(offset, min(offset + 1, len(self.lines.text))), code, message)


def parse(lines: Lines) -> tuple[list[Directive], Problem | None]:
    """Return the directives of a configuration, and what kept the rest from being read.

    A file that is no configuration of nginx though its name says so (one of supervisord) gives no problem.
    """
    reader = _Reader(lines)
    reader.read()
    known = any(item.name in _OWN_BLOCKS and item.block is not None for item in walk(reader.top))
    return reader.top, reader.problem if known else None


def walk(directives: list[Directive]) -> Iterator[Directive]:
    """Yield every directive, in no particular order, without a stack of calls."""
    pending = list(directives)
    while pending:
        item = pending.pop()
        yield item
        pending += item.block or []


def unescape(text: str) -> str:
    """Return a word without the backslashes that nginx takes away; it leaves those before other characters."""
    return _ESCAPE.sub(lambda found: _LETTERS.get(found[1], found[1]), text) if "\\" in text else text
