"""Values in Dockerfiles: quotes, escapes and `$X`, `${X:-default}`, as expressions.

Source: https://docs.docker.com/reference/dockerfile/#environment-replacement; where that is silent this follows
BuildKit: https://github.com/moby/buildkit/blob/v0.19.0/frontend/dockerfile/shell/lex.go.
"""

from __future__ import annotations

from rtlint.extract.dotenv_text import Placed
from rtlint.facts.expressions import Binary, Conditional, EnvVar, Expr, Fallback, Literal, Template, Unknown
from rtlint.facts.raw import Problem
from rtlint.facts.records import dataclass, field
from rtlint.patterns import regex

MAX_DEPTH = 40
"""How deep `${X:-${Y}}` may be nested; what lies deeper is not read and reported as RT905."""

_NAME = regex(r"[A-Za-z_][A-Za-z0-9_]*|[0-9]+|[@*#?!$-]")
_OPERATOR = regex(r":?[-+?]")


@dataclass(frozen=True, slots=True)
class Meant:
    """What a word means, and what is wrong with it."""

    value: Expr
    problems: tuple[Problem, ...]


def expression(placed: Placed, escape: str) -> Meant:
    """Read a word: quotes fall away, escapes stand for themselves, variables stay as `EnvVar` via `dockerfile`."""
    reader = _Reader(placed, escape)
    parts, _ = reader.parts(0, "", 0)
    return Meant(reader.joined(parts, 0, len(placed.text)), tuple(reader.problems))


@dataclass(slots=True)
class _Reader:
    placed: Placed
    escape: str
    problems: list[Problem] = field(default_factory=list)

    def joined(self, parts: list[Expr], start: int, end: int) -> Expr:
        """Return parts as one expression, neighbouring texts merged."""
        if not parts:
            return Literal(self.placed.site(start, end), "")
        if all(isinstance(part, Literal) for part in parts):
            return Literal(self.placed.site(start, end), "".join(str(getattr(part, "value", "")) for part in parts))
        return parts[0] if len(parts) == 1 else Template(self.placed.site(start, end), tuple(parts))

    def parts(self, position: int, stop: str, depth: int) -> tuple[list[Expr], int]:
        """Return the parts from a position to an unquoted `stop` (empty for the end), and where that stands."""
        text, found, quote = self.placed.text, _Parts(self.placed), ""
        while position < len(text):
            char = text[position]
            if char == stop and not quote:
                break
            if char == "'" and not quote:
                position = self._single(position, found)
            elif char == '"':
                quote = "" if quote else char
                position += 1
            elif char == "$":
                part, position = self._variable(position, depth)
                found.add(part)
            else:
                position = self._character(position, quote, found)
        if quote:
            self._wrong("RT901", "the quotation mark is never closed")
        return found.done(), position

    def _single(self, position: int, found: _Parts) -> int:
        """Read single quotes, in which nothing has a meaning."""
        end = self.placed.text.find("'", position + 1)
        if end < 0:
            self._wrong("RT901", "the quotation mark is never closed")
            end = len(self.placed.text)
        found.text(position + 1, end)
        return end + 1

    def _character(self, position: int, quote: str, found: _Parts) -> int:
        text = self.placed.text
        if text[position] == self.escape and position + 1 < len(text):
            if not quote or text[position + 1] in {'"', "$", self.escape}:
                found.text(position + 1, position + 2)
            else:
                found.text(position, position + 2)
            return position + 2
        if text[position] != self.escape or quote:
            found.text(position, position + 1)
        return position + 1

    def _variable(self, start: int, depth: int) -> tuple[Expr, int]:
        text = self.placed.text
        if text.startswith("{", start + 1):
            return self._braced(start, depth)
        name = _NAME.match(text, start + 1)
        if name is None:
            return Literal(self.placed.site(start, start + 1), "$"), start + 1
        return EnvVar(self.placed.site(start, name.end()), name[0], "dockerfile"), name.end()

    def _braced(self, start: int, depth: int) -> tuple[Expr, int]:
        text = self.placed.text
        name = _NAME.match(text, start + 2)
        if depth >= MAX_DEPTH:
            return self._broken(start, "RT905", f"variables are nested deeper than {MAX_DEPTH} levels")
        if name is None:
            return self._broken(start, "RT901", "this `${` begins no valid variable")
        if text.startswith("}", name.end()):
            at = self.placed.site(start, name.end() + 1)
            return EnvVar(at, name[0], "dockerfile"), name.end() + 1
        operator = _OPERATOR.match(text, name.end())
        inner, end = self.parts(operator.end() if operator else name.end(), "}", depth + 1)
        if end >= len(text):
            return self._broken(start, "RT901", "this `${` is never closed")
        at = self.placed.site(start, end + 1)
        if operator is None:
            return Unknown(at, "pattern of a variable"), end + 1
        operand = self.joined(inner, operator.end(), end)
        return _substitution(EnvVar(at, name[0], "dockerfile"), operator[0], operand), end + 1

    def _broken(self, start: int, code: str, message: str) -> tuple[Expr, int]:
        self._wrong(code, message)
        end = len(self.placed.text)
        return Unknown(self.placed.site(start, end), "broken variable"), end

    def _wrong(self, code: str, message: str) -> None:
        if not self.problems:
            self.problems.append(Problem(self.placed.whole(), code, message))


def _substitution(variable: EnvVar, operator: str, operand: Expr) -> Expr:
    """Return `${X:-d}` and its kin; `?` leaves the variable itself, because the build stops when it is missing."""
    if operator in {":-", "-"}:
        return Fallback(variable.at, operator, variable, operand)
    if operator in {":+", "+"}:
        present = Binary(variable.at, "!==", variable, Literal(variable.at, None))
        return Conditional(variable.at, variable if operator == ":+" else present, operand, Literal(variable.at, ""))
    return variable


class _Parts:
    """Collects the parts of a value; texts that follow each other become one."""

    def __init__(self, placed: Placed) -> None:
        self._placed = placed
        self._done: list[Expr] = []
        self._texts: list[str] = []
        self._start = self._end = 0

    def text(self, start: int, end: int) -> None:
        """Add a text that stands in the source as it is."""
        if not self._texts:
            self._start = start
        self._texts.append(self._placed.text[start:end])
        self._end = end

    def add(self, part: Expr) -> None:
        """Add another part."""
        self.done().append(part)

    def done(self) -> list[Expr]:
        """Return all parts so far."""
        if self._texts:
            self._done.append(Literal(self._placed.site(self._start, self._end), "".join(self._texts)))
            self._texts = []
        return self._done
