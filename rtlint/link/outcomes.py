"""Outcomes: the values that an expression can take, each with its way, and how operators combine them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import islice, product
from typing import NamedTuple, TypeAlias

from rtlint.facts.expressions import (
    ArrayLiteral,
    Binary,
    Call,
    EnvObject,
    Expr,
    Function,
    Member,
    Name,
    New,
    ObjectLiteral,
    Regex,
    Scalar,
)
from rtlint.facts.records import dataclass, replace
from rtlint.facts.site import Site
from rtlint.link import builtins

MAX_OUTCOMES = 16

PASSED = "passed on here"
SET = "set here"
FALLBACK = "the fallback is here"
READ = "read here"


class Waypoint(NamedTuple):
    """One place on the way of a value, with what happens there."""

    at: Site
    label: str


@dataclass(frozen=True, slots=True)
class Structure:
    """Something that is no scalar, with the scope that its names belong to.

    A `Call` is the result of a schema, whose members have defaults; `New` is an instance of a class.
    """

    path: str
    expr: ObjectLiteral | ArrayLiteral | Function | Regex | EnvObject | New | Call
    frame: Frame | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """One value that an expression can take.

    `state` is known, unset (a variable that the environment lacks, or undefined) or unknown; only a known outcome has a
    meaningful `value`. `way` leads from the place that sets the value to the expression. `start` is the known text that
    an unknown text begins with.
    """

    value: Scalar | Structure | builtins.Items
    state: str
    way: tuple[Waypoint, ...] = ()
    reason: str = ""
    start: str = ""

    @property
    def text(self) -> str:
        """The value as JavaScript would print it; empty for a structure."""
        return "" if isinstance(self.value, Structure | builtins.Items) else builtins.text(self.value)

    def then(self, at: Site, label: str) -> Outcome:
        """Return the same outcome with one more place at the end of its way."""
        return replace(self, way=(*self.way, Waypoint(at, label)))


Frame: TypeAlias = Mapping[str, tuple[Outcome, ...]]
Outcomes: TypeAlias = tuple[Outcome, ...]


def unknown(reason: str, at: Site | None = None) -> Outcomes:
    """Return the single outcome of something that is not understood."""
    return (Outcome(None, "unknown", (Waypoint(at, reason),) if at else (), reason),)


def dotted(expr: Expr) -> str:
    """Return `a.b` for a name or a member of one, else an empty text."""
    if isinstance(expr, Name):
        return expr.name
    return f"{expr.object.name}.{expr.name}" if isinstance(expr, Member) and isinstance(expr.object, Name) else ""


def truth(outcome: Outcome) -> bool | None:
    """Return whether JavaScript takes the value for true; None when it is unknown."""
    if outcome.state == "unknown":
        return None
    return outcome.state == "known" and (
        isinstance(outcome.value, Structure | builtins.Items) or builtins.truthy(outcome.value)
    )


def as_fallback(outcome: Outcome) -> Outcome:
    """Mark a constant that only stands in for a missing value."""
    if len(outcome.way) != 1 or outcome.way[0].label != SET:
        return outcome
    return replace(outcome, way=(Waypoint(outcome.way[0].at, FALLBACK),))


def is_missing(outcome: Outcome, operator: str) -> bool:
    """Tell whether a fallback of this operator replaces the outcome."""
    if outcome.state != "known":
        return outcome.state == "unset"
    if operator == "||":
        return truth(outcome) is False
    return operator == ":-" and outcome.value == ""


def conjunction(left: Outcome, right: Outcome) -> Outcome:
    """Return `left && right`."""
    return right if truth(left) else left


def comparison(expr: Binary, left: Outcome, right: Outcome) -> Outcome:
    """Return the result of a comparison; unknown when a side is."""
    way = left.way or right.way
    if (
        "unknown" in (left.state, right.state)
        or isinstance(left.value, Structure | builtins.Items)
        or isinstance(right.value, Structure | builtins.Items)
    ):
        return Outcome(None, "unknown", way, "comparison with something unknown")
    result = builtins.compare(expr.operator, left.value, right.value)
    return Outcome(result, "unknown" if result is None else "known", way, "" if result is not None else "comparison")


def joined(parts: tuple[Outcome, ...], at: Site) -> Outcome:
    """Return the text that some parts make; unknown when one of them is."""
    way = tuple(
        dict.fromkeys(point for part in parts for point in part.way if part.state != "known" or len(part.way) > 1)
    )
    odd = next((part for part in parts if part.state != "known" or isinstance(part.value, Structure)), None)
    if odd is not None:
        reason = odd.reason or "a text with a part that is not set"
        known = "".join(part.text for part in parts[: parts.index(odd)])
        return Outcome(None, "unknown", odd.way, reason, known + odd.start)
    return Outcome("".join(part.text for part in parts), "known", way or (Waypoint(at, SET),))


class _NotPlain:
    """Says that an object can't be handed to a function of this module's kind."""


_NOT_PLAIN = _NotPlain()


def _plain(value: object) -> object:
    """Return what a known function takes: a scalar, a list of texts or a pattern."""
    if not isinstance(value, Structure):
        return value
    return builtins.Pattern(value.expr.pattern, value.expr.flags) if isinstance(value.expr, Regex) else _NOT_PLAIN


def applied(function: Callable[..., Scalar], arguments: tuple[Outcomes, ...], at: Site) -> Iterable[Outcome]:
    """Call a known pure function on every combination of known scalar arguments."""
    for chosen in islice(product(*arguments), MAX_OUTCOMES):
        way = chosen[0].way if chosen else (Waypoint(at, SET),)
        plain = [found for outcome in chosen if (found := _plain(outcome.value)) is not _NOT_PLAIN]
        if len(plain) < len(chosen) or any(outcome.state == "unknown" for outcome in chosen):
            yield Outcome(None, "unknown", way, "call with something unknown")
            continue
        try:
            result = function(*plain)
        except (TypeError, ValueError):
            yield Outcome(None, "unknown", way, "call")
            continue
        yield Outcome(result, "unset" if result is None else "known", way)


def distinct(outcomes: Iterable[Outcome]) -> Outcomes:
    """Keep one outcome for each value and source, at most `MAX_OUTCOMES`."""
    seen: dict[object, Outcome] = {}
    for outcome in outcomes:
        value = id(outcome.value.expr) if isinstance(outcome.value, Structure) else (type(outcome.value), outcome.value)
        seen.setdefault((value, outcome.state, outcome.way[:1]), outcome)
        if len(seen) > MAX_OUTCOMES:
            return unknown("too many possible values", outcome.way[-1].at if outcome.way else None)
    return tuple(seen.values())
