"""The tokenizers of the three dotenv dialects: the same file means different things to Vite, Compose and Python.

node: dotenv 17.2.3 of npm, which Vite 7 vendors (https://github.com/motdotla/dotenv/blob/v17.2.3/lib/main.js, `LINE`
and `parse`). Its one regular expression is taken apart here so that the work stays linear.
compose: compose-go at e70e961 (https://github.com/compose-spec/compose-go/blob/e70e961c3a/dotenv/parser.go).
python: python-dotenv 1.2 (https://github.com/theskumar/python-dotenv/blob/main/src/dotenv/parser.py).

The tokenizers work on text whose line ends are line feeds: dotenv replaces the others first, and so do Python's text
files.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator

from rtlint.extract.dotenv_text import Lines, Placed, between, spelled, unify_line_ends, verbatim
from rtlint.facts.records import dataclass
from rtlint.facts.site import Site
from rtlint.patterns import regex

NO_ASSIGNMENT = "the line is no NAME=value"
NEVER_CLOSED = "the quoted value is never closed"


@dataclass(frozen=True, slots=True)
class Line:
    """One entry, comment or broken line of a dotenv file.

    Attributes:
        at: the whole entry, comment or broken line.
        name: the variable; empty for a comment and for a line that can't be read.
        value: the value without quotes and escapes, with its variables still in it; None where there is none.
        raw: the value as written, with its quotes.
        quote: the quote character around the value, or empty.
        name_at: where the name stands; `at` when there is none.
        value_at: where the value stands, without its quotes; `at` when it is empty or missing.
        problem: what is wrong with the line, or empty.
        comment: the comment from its `#` on, or empty.
        comment_at: where the comment stands; `at` when there is none.
        placed: the value with the place of each character; None where there is no value.
    """

    at: Site
    name: str
    value: str | None
    raw: str
    quote: str
    name_at: Site
    value_at: Site
    problem: str
    comment: str
    comment_at: Site
    placed: Placed | None


def tokenize(text: str, dialect: str, path: str = "") -> Iterator[Line]:
    """Read the lines of a dotenv file.

    Args:
        text: the decoded file without its byte order mark, with any line ends.
        dialect: `node`, `compose` or `python`.
        path: the path that the sites get.

    Yields:
        Entries, comments and broken lines in the order of the file; blank lines are left out.

    Raises:
        KeyError: there is no such dialect.
    """
    return _DIALECTS[dialect](Lines(path, unify_line_ends(text)))


def _comment(lines: Lines, start: int, end: int) -> Line:
    at = lines.site(start, end)
    return Line(at, "", None, "", "", at, at, "", lines.text[start:end], at, None)


def _broken(lines: Lines, offset: int, problem: str) -> Line:
    at = lines.whole_line(offset)
    return Line(at, "", None, "", "", at, at, problem, "", at, None)


@dataclass(slots=True)
class _Entry:
    """An entry while it is read: offsets instead of sites."""

    name: tuple[int, int]
    raw: tuple[int, int] = (0, 0)
    placed: Placed | None = None
    quote: str = ""
    problem: str = ""
    comment: tuple[int, int] | None = None

    def line(self, lines: Lines) -> Line:
        """Return the finished line."""
        at = lines.site(self.name[0], max(self.name[1], self.raw[1]))
        value_at = self.placed.whole() if self.placed and self.placed.text else at
        comment = self.comment or (0, 0)
        return Line(
            at,
            lines.text[slice(*self.name)],
            self.placed.text if self.placed else None,
            lines.text[slice(*self.raw)],
            self.quote,
            lines.site(*self.name),
            value_at,
            self.problem,
            lines.text[slice(*comment)],
            lines.site(*comment) if self.comment else at,
            self.placed,
        )


# What JavaScript's \s and String.prototype.trim take for white space: ECMA-262, WhiteSpace and LineTerminator.
_JS_SPACE = "\t\n\v\f\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
_JS_TRIM = "".join(chr(code) for code in range(0x2000, 0x200B)) + re.sub(r"\u2000-\u200a", "", _JS_SPACE)
_JS_LINE_ENDS = "\n\u2028\u2029"
_NODE_SPACES = regex(f"[{_JS_SPACE}]*")
_NODE_HEAD = regex(f"(?:export[{_JS_SPACE}]+)?([A-Za-z0-9_.-]+)(?:[{_JS_SPACE}]*=|:[{_JS_SPACE}])")
_NODE_PLAIN = regex(r"[^#\n]*")
_NODE_COMMENT = regex(f"#[^{_JS_LINE_ENDS}]*")
_NODE_BREAK = regex(r"\\([nr])")
_NODE_REST = regex(f"[^{_JS_LINE_ENDS}]*")


def _node(lines: Lines) -> Iterator[Line]:
    text, position = lines.text, 0
    while (position := _end(_NODE_SPACES, text, position)) < len(text):
        rest = _end(_NODE_REST, text, position)
        head = _NODE_HEAD.match(text, position)
        if text[position] == "#":
            yield _comment(lines, position, rest)
            position = rest
        elif head is None:
            yield _broken(lines, position, NO_ASSIGNMENT)
            position = rest
        else:
            entry = _node_quoted(lines, head) or _node_plain(lines, head)
            yield entry.line(lines)
            position = max(entry.raw[1], head.end())
            position = _end(_NODE_REST, text, position) if entry.comment is None else entry.comment[1]


def _end(pattern: re.Pattern[str], text: str, position: int) -> int:
    """Return where a pattern that always matches stops matching."""
    found = pattern.match(text, position)
    return found.end() if found else position


def _node_quoted(lines: Lines, head: re.Match[str]) -> _Entry | None:
    """Read a value in quotes: the farthest closing quote with nothing but white space and a comment behind it."""
    text = lines.text
    start = _end(_NODE_SPACES, text, head.end())
    quote = text[start : start + 1]
    if quote not in {"'", '"', "`"}:
        return None
    for close in reversed(_node_closers(text, start, quote)):
        behind = _end(_NODE_SPACES, text, close + 1)
        comment = _NODE_COMMENT.match(text, behind)
        if comment or behind == len(text) or any(end in text[close + 1 : behind] for end in _JS_LINE_ENDS):
            same_line = comment and not any(end in text[close + 1 : behind] for end in _JS_LINE_ENDS)
            placed = _node_value(lines, quote, start + 1, close)
            inline = comment.span() if comment and same_line else None
            return _Entry(head.span(1), (start, close + 1), placed, quote, comment=inline)
    return None


def _node_closers(text: str, start: int, quote: str) -> list[int]:
    """Return each place where a value that opens at `start` may close: quotes behind a backslash, and one without."""
    closers: list[int] = []
    found = text.find(quote, start + 1)
    while found >= 0:
        closers.append(found)
        if found == start + 1 or text[found - 1] != "\\":
            break
        found = text.find(quote, found + 1)
    return closers


def _node_plain(lines: Lines, head: re.Match[str]) -> _Entry:
    """Read what stands up to a `#` or the end of the line; quotes that are the first and last of it are taken off."""
    text = lines.text
    behind = _end(_NODE_PLAIN, text, head.end())
    written = text[head.end() : behind]
    start = min(head.end() + len(written) - len(written.lstrip(_JS_TRIM)), behind)
    end = start + len(written.strip(_JS_TRIM))
    comment = _NODE_COMMENT.match(text, behind)
    first = text[start : start + 1] if end > start else ""
    quote = first if first in {"'", '"', "`"} else ""
    closed = bool(quote) and end - start > 1 and text[end - 1] == quote
    placed = _node_value(lines, quote, start + closed, end - closed)
    problem = NEVER_CLOSED if quote and text.find(quote, start + 1, _end(_NODE_REST, text, start)) < 0 else ""
    span = comment.span() if comment else None
    return _Entry(head.span(1), (start, end), placed, quote if closed else "", problem, span)


def _node_value(lines: Lines, quote: str, start: int, end: int) -> Placed:
    if quote != '"' or "\\" not in lines.text[start:end]:
        return verbatim(lines, start, end)
    breaks = {"n": "\n", "r": "\r"}
    found = [(at.start(), at.end(), breaks[at[1]]) for at in _NODE_BREAK.finditer(lines.text, start, end)]
    return spelled(lines, between(found, lines.text, start, end), start, end)


# What Go's unicode.IsSpace takes for white space, and compose-go's isSpace, which lacks the line feed.
_GO_SPACE = "\t\n\v\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_GO_TRIM = "".join(chr(code) for code in range(0x2000, 0x200B)) + re.sub(r"\u2000-\u200a", "", _GO_SPACE)
_COMPOSE_BLANK = "\t\v\f\r \u0085\u00a0"
_COMPOSE_SPACES = regex(f"[{_GO_SPACE}]*")
_COMPOSE_BLANKS = regex(f"[{_COMPOSE_BLANK}]*")
_COMPOSE_EXPORT = regex(f"export[\t\n\f\r ]+[{_COMPOSE_BLANK}]*")
_COMPOSE_KEY = regex(rf"([\w.\[\]\-{_COMPOSE_BLANK}]*)([=:\n]|\Z)")
_COMPOSE_COMMENT = regex(rf"[{_COMPOSE_BLANK}]*(#[^\n]*)")
_COMPOSE_QUOTED = {quote: regex(rf"(?:\\.|[^\\{quote}])*+{quote}", re.DOTALL) for quote in "'\""}
_COMPOSE_LITERAL = regex(r"\\(')|(\$)")
_COMPOSE_ESCAPE = regex(r'\\(?:([abfnrtv$"\\])|0([0-7]{3})(?!\d)|0(\d{0,3}))')
_COMPOSE_LETTERS = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "$": "$$"}


def _compose(lines: Lines) -> Iterator[Line]:
    text, position = lines.text, 0
    while (position := _end(_COMPOSE_SPACES, text, position)) < len(text):
        line_end = text.find("\n", position)
        line_end = len(text) if line_end < 0 else line_end
        key_start = _end(_COMPOSE_EXPORT, text, position)
        key = _COMPOSE_KEY.match(text, key_start)
        name = key[1].rstrip(_GO_TRIM) if key else ""
        if text[position] == "#":
            yield _comment(lines, position, line_end)
            position = line_end
        elif key is None or not name or " " in name:
            yield _broken(lines, position, NO_ASSIGNMENT)
            position = line_end
        else:
            entry = _Entry((key_start, key_start + len(name)))
            position = _compose_value(lines, entry, key.end()) if key[2] in {"=", ":"} else key.end()
            yield entry.line(lines)


def _compose_value(lines: Lines, entry: _Entry, position: int) -> int:
    """Read the value behind the separator into the entry and return where reading goes on."""
    text = lines.text
    start = _end(_COMPOSE_BLANKS, text, position)
    line_end = text.find("\n", start)
    line_end = len(text) if line_end < 0 else line_end
    entry.quote = text[start : start + 1] if text[start : start + 1] in {"'", '"'} else ""
    close = _compose_close(text, start, entry.quote) if entry.quote else None
    if close is not None:
        entry.placed = _compose_quoted(lines, entry.quote, start + 1, close)
        entry.raw = (start, close + 1)
        comment = _COMPOSE_COMMENT.match(text, close + 1)
        entry.comment = comment.span(1) if comment else None
        return comment.end() if comment else close + 1
    if entry.quote:
        entry.quote, entry.problem, entry.raw = "", NEVER_CLOSED, (start, line_end)
        return line_end
    comment_at = text.find(" #", start, line_end)
    end = start + len(text[start : line_end if comment_at < 0 else comment_at].rstrip(_GO_TRIM))
    entry.placed, entry.raw = verbatim(lines, start, end), (start, end)
    entry.comment = (comment_at + 1, line_end) if comment_at >= 0 else None
    return line_end


def _compose_close(text: str, start: int, quote: str) -> int | None:
    found = _COMPOSE_QUOTED[quote].match(text, start + 1)
    return found.end() - 1 if found else None


def _compose_quoted(lines: Lines, quote: str, start: int, end: int) -> Placed:
    """Resolve escapes. A `$` that is none of a variable comes out as `$$`, which is how compose-go does it, too."""
    text = lines.text
    found: list[tuple[int, int, str]] = []
    pattern = _COMPOSE_ESCAPE if quote == '"' else _COMPOSE_LITERAL
    for escape in pattern.finditer(text, start, end):
        replaced = _compose_escape(escape) if quote == '"' else "'" if escape[1] else "$$"
        found.append((escape.start(), escape.end(), replaced))
    return spelled(lines, between(found, text, start, end), start, end)


def _compose_escape(escape: re.Match[str]) -> str:
    """Return what one escape stands for; a broken octal number loses its 0 (`expandEscapes` of compose-go)."""
    letter, octal, rest = escape.groups()
    if letter:
        return _COMPOSE_LETTERS.get(letter, letter)
    if octal:
        return chr(int(octal, 8)) if int(octal, 8) < 256 else "\\" + octal
    return "\\" + rest


_PYTHON_SPACES = regex(r"\s*")
_PYTHON_BLANKS = regex(r"[^\S\n]*")
_PYTHON_KEY = regex(r"(?:export[^\S\n]+)?+(?:'([^']+)'|(?!#|')([^=\#\s]+))[^\S\n]*(=[^\S\n]*)?")
_PYTHON_QUOTED = {
    "'": regex(r"'((?:\\.|[^'\\])*+)'", re.DOTALL),
    '"': regex(r'"((?:\\.|[^"\\])*+)"', re.DOTALL),
}
_PYTHON_ESCAPE = {"'": regex(r"\\[\\']"), '"': regex(r"\\[\\'\"abfnrtv]")}
_PYTHON_END = regex(r"[^\S\n]*(#[^\n]*)?(?:\n|\Z)")
_PYTHON_INLINE = regex(r"(?<!\s)\s+(#.*)")
_REST = regex(r"[^\n]*")


def _python(lines: Lines) -> Iterator[Line]:
    text, position = lines.text, 0
    while (position := _end(_PYTHON_SPACES, text, position)) < len(text):
        rest = _end(_REST, text, position)
        key = _PYTHON_KEY.match(text, position)
        if text[position] == "#":
            yield _comment(lines, position, rest)
            position = rest
            continue
        entry = _Entry(key.span(1 if key[1] else 2)) if key else _Entry((position, position))
        after = _python_value(lines, entry, key) if key else position
        behind = _PYTHON_END.match(text, after) if key and after >= 0 else None
        if behind is None:
            yield _broken(lines, position, NEVER_CLOSED if after < 0 else NO_ASSIGNMENT)
            position = _end(_REST, text, max(after, position))
        else:
            entry.comment = behind.span(1) if behind[1] else entry.comment
            yield entry.line(lines)
            position = behind.end()


def _python_value(lines: Lines, entry: _Entry, key: re.Match[str]) -> int:
    """Read the value behind the `=`, if there is one, and return where it ends; -1 when a quote is never closed."""
    text, start = lines.text, key.end()
    first = text[start : start + 1]
    if not key[3]:
        return start
    entry.placed, entry.raw = verbatim(lines, start, start), (start, start)
    if first in _PYTHON_QUOTED:
        found = _PYTHON_QUOTED[first].match(text, start)
        if found is None:
            return -1
        entry.quote, entry.raw, entry.placed = first, found.span(), _python_quoted(lines, first, *found.span(1))
        return found.end()
    line_end = _end(_REST, text, start)
    if first == "#" and len(key[3]) > 1:
        return start
    comment = _PYTHON_INLINE.search(text, start, line_end)
    end = start + len(text[start : comment.start() if comment else line_end].rstrip())
    entry.placed, entry.raw = verbatim(lines, start, end), (start, end)
    entry.comment = comment.span(1) if comment else None
    return line_end


def _python_quoted(lines: Lines, quote: str, start: int, end: int) -> Placed:
    found = [
        (escape.start(), escape.end(), codecs.decode(escape[0], "unicode-escape"))
        for escape in _PYTHON_ESCAPE[quote].finditer(lines.text, start, end)
    ]
    return spelled(lines, between(found, lines.text, start, end), start, end)


_DIALECTS: dict[str, Callable[[Lines], Iterator[Line]]] = {"node": _node, "compose": _compose, "python": _python}
