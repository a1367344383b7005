"""Compose's variable interpolation: `$X`, `${X}` and the forms with an operator, as text, values and facts.

Source: https://github.com/compose-spec/compose-spec/blob/170098b/12-interpolation.md. Where the specification is silent
(which brace closes an expression, what a lone `$` is) this follows compose-go's template package, read at e70e961:
https://github.com/compose-spec/compose-go/blob/e70e961c3a/template/template.go.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping
from typing import TypeAlias

from rtlint.extract.dotenv_text import Placed
from rtlint.facts.expressions import (
    GIVEN_LATER,
    Binary,
    Conditional,
    EnvVar,
    Expr,
    Fallback,
    Literal,
    Template,
    Unknown,
)
from rtlint.facts.raw import Problem
from rtlint.facts.records import dataclass, field
from rtlint.facts.site import Site
from rtlint.patterns import regex

MAX_DEPTH = 40
"""How deep expressions may be nested; what lies deeper is not read and reported as RT905."""

_TOKEN = regex(r"\$(?:(?P<escaped>\$)|(?P<named>[A-Za-z_][A-Za-z0-9_]*)|(?P<braced>\{))")
_HEAD = regex(r"(?P<name>[A-Za-z_][A-Za-z0-9_]*)(?P<operator>:?[-?+])?")


class InvalidInterpolationError(ValueError):
    """A text has a `${` that begins no valid expression."""


class RequiredVariableError(ValueError):
    """A `${X:?error}` or `${X?error}` whose variable is missing. `str()` is the error text, or the name without one."""


@dataclass(frozen=True, slots=True)
class Reference:
    """One `$X` or `${...}` of a text, in the order of the text, outer ones first."""

    at: Site
    name: str
    operator: str
    default: str


@dataclass(frozen=True, slots=True)
class Interpolated:
    """What a text means: its value as an expression, the variables in it and what is wrong with it."""

    value: Expr
    references: tuple[Reference, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class _Text:
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class _Substitution:
    start: int
    end: int
    name: str
    operator: str
    operand_start: int
    operand: tuple[_Part, ...]


@dataclass(frozen=True, slots=True)
class _Invalid:
    start: int
    end: int
    text: str
    code: str
    message: str


_Part: TypeAlias = _Text | _Substitution | _Invalid


def parse(placed: Placed, via: str = "compose") -> Interpolated:
    """Read the variables of a value.

    Args:
        placed: the value, with its place in the file.
        via: the interface that the `EnvVar` expressions name: `compose` or `dotenv`.

    Returns:
        The value as an expression. `:?` and `?` make a missing variable unknown: compose stops when nobody gives it.
    """
    parts = _Parser(placed.text).parts(0, len(placed.text), 0)
    reader = _Reader(placed, via)
    value = reader.value(parts, 0, len(placed.text))
    return Interpolated(value, tuple(reader.references), tuple(reader.problems))


def interpolate(text: str, environ: Mapping[str, str]) -> str:
    """Replace the variables of a text; one that `environ` lacks and that has no default becomes empty.

    Raises:
        InvalidInterpolationError: the text has an expression that compose refuses.
        RequiredVariableError: a variable with `:?` or `?` is missing.
    """
    return _evaluate(_Parser(text).parts(0, len(text), 0), environ)


def has_only_defaults(text: str) -> bool:
    """Tell whether every variable that decides the text has a default, so that the text says what it usually is."""
    return _defaulted(_Parser(text).parts(0, len(text), 0))


def split_outside(text: str, separator: str) -> list[tuple[int, int]]:
    """Split a text at a character wherever that stands outside of `${...}`.

    Returns:
        The start and end index of each part; one part when the separator does not occur.
    """
    bounds = [0]
    for part in _Parser(text).parts(0, len(text), 0):
        if isinstance(part, _Text):
            bounds += [
                part.start + index + 1 for index, char in enumerate(text[part.start : part.end]) if char == separator
            ]
    ends = [bound - 1 for bound in bounds[1:]] + [len(text)]
    return list(zip(bounds, ends, strict=True))


class _Parser:
    """Splits a text into its parts in linear time for each level of nesting."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._closers: list[int] = []
        self._partner: dict[int, int] = {}
        if "${" in text:
            self._match_braces()

    def _match_braces(self) -> None:
        """Pair the braces of each line: compose-go's pattern does not reach over a line end."""
        opened: list[int] = []
        for found in re.finditer(r"[{}\n]", self._text):
            if found[0] == "{":
                opened.append(found.start())
            elif found[0] == "\n":
                opened.clear()
            else:
                self._closers.append(found.start())
                if opened:
                    self._partner[opened.pop()] = found.start()

    def parts(self, start: int, end: int, depth: int) -> tuple[_Part, ...]:
        parts: list[_Part] = []
        position = start
        while found := _TOKEN.search(self._text, position, end):
            parts.append(_Text(position, found.start(), self._text[position : found.start()]))
            parts.append(self._part(found, end, depth))
            position = parts[-1].end
        parts.append(_Text(position, end, self._text[position:end]))
        return tuple(part for part in parts if part.end > part.start)

    def _part(self, found: re.Match[str], end: int, depth: int) -> _Part:
        if found["escaped"]:
            return _Text(found.start(), found.end(), "$")
        if found["named"]:
            return _Substitution(found.start(), found.end(), found["named"], "", found.end(), ())
        return self._braced(found.start(), end, depth)

    def _braced(self, start: int, end: int, depth: int) -> _Part:
        head = _HEAD.match(self._text, start + 2, end)
        close = self._close(start + 1, end)
        if head is None or close is None or (head["operator"] is None and head.end() != close):
            return _Invalid(start, start + 2, "${", "RT901", "this `${` begins no valid interpolation")
        if depth >= MAX_DEPTH:
            return _Invalid(start, close + 1, "", "RT905", f"interpolation is nested deeper than {MAX_DEPTH} levels")
        operand = self.parts(head.end(), close, depth + 1)
        return _Substitution(start, close + 1, head["name"], head["operator"] or "", head.end(), operand)

    def _close(self, brace: int, end: int) -> int | None:
        """Return the `}` that pairs with a `{`; if the braces do not balance, the last one of the line."""
        partner = self._partner.get(brace)
        if partner is not None:
            return partner if partner < end else None
        line_end = self._text.find("\n", brace, end)
        index = bisect_left(self._closers, end if line_end < 0 else line_end) - 1
        return self._closers[index] if index >= 0 and self._closers[index] > brace else None


@dataclass(slots=True)
class _Reader:
    """Turns parts into an expression and notes what it passes."""

    placed: Placed
    via: str
    references: list[Reference] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def value(self, parts: tuple[_Part, ...], start: int, end: int) -> Expr:
        found = tuple(self._part(part) for part in _joined(parts))
        if not found:
            return Literal(self.placed.site(start, end), "")
        return found[0] if len(found) == 1 else Template(self.placed.site(start, end), found)

    def _part(self, part: _Part) -> Expr:
        at = self.placed.site(part.start, part.end)
        if isinstance(part, _Text):
            return Literal(at, part.text)
        if isinstance(part, _Invalid):
            self.problems.append(Problem(at, part.code, part.message))
            return Unknown(at, "invalid interpolation")
        return self._substitution(part, at)

    def _substitution(self, part: _Substitution, at: Site) -> Expr:
        operand_end = part.end - 1 if part.operator else part.operand_start
        default = self.placed.text[part.operand_start : operand_end]
        self.references.append(Reference(at, part.name, part.operator, default))
        variable = EnvVar(at, part.name, self.via)
        operand = self.value(part.operand, part.operand_start, operand_end)
        if part.operator in {":-", "-"}:
            return Fallback(at, part.operator, variable, operand)
        if part.operator in {":?", "?"}:
            return Fallback(at, part.operator.replace("?", "-"), variable, Unknown(at, GIVEN_LATER))
        if part.operator in {":+", "+"}:
            test = variable if part.operator == ":+" else Binary(at, "!==", variable, Literal(at, None))
            return Conditional(at, test, operand, Literal(at, ""))
        return variable


def _joined(parts: tuple[_Part, ...]) -> list[_Part]:
    """Merge neighbouring texts, which `$$` splits."""
    joined: list[_Part] = []
    for part in parts:
        last = joined[-1] if joined else None
        if isinstance(part, _Text) and isinstance(last, _Text):
            joined[-1] = _Text(last.start, part.end, last.text + part.text)
        else:
            joined.append(part)
    return joined


def _evaluate(parts: tuple[_Part, ...], environ: Mapping[str, str]) -> str:
    return "".join(_evaluate_part(part, environ) for part in parts)


def _evaluate_part(part: _Part, environ: Mapping[str, str]) -> str:
    if isinstance(part, _Text):
        return part.text
    if isinstance(part, _Invalid):
        raise InvalidInterpolationError(part.message)
    value = environ.get(part.name)
    present = bool(value) if part.operator.startswith(":") else value is not None
    if part.operator.endswith("+"):
        return _evaluate(part.operand, environ) if present else ""
    if present or not part.operator:
        return value or ""
    if part.operator.endswith("?"):
        raise RequiredVariableError(_evaluate(part.operand, environ) or part.name)
    return _evaluate(part.operand, environ)


def _defaulted(parts: tuple[_Part, ...]) -> bool:
    return all(
        isinstance(part, _Text)
        or (isinstance(part, _Substitution) and part.operator in {":-", "-"} and _defaulted(part.operand))
        for part in parts
    )
