"""Values: folding an expression, for one environment, into every value that it can take, each with its way.

What can't be folded is unknown and stays so: no operator turns an unknown into something known. The bounds (depth,
number of outcomes, number of steps) end every recursion; what exceeds them is unknown as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import islice, product
from typing import NamedTuple, Protocol, TypeAlias

from rtlint.facts.expressions import (
    ArrayLiteral,
    Binary,
    Call,
    Conditional,
    EnvVar,
    Expr,
    Fallback,
    Function,
    Literal,
    Member,
    Name,
    Not,
    ObjectLiteral,
    Scalar,
    Template,
    Unknown,
)
from rtlint.facts.site import Site
from rtlint.link import builtins
from rtlint.link.modules import Module

MAX_DEPTH = 40
MAX_OUTCOMES = 16
MAX_STEPS = 20_000

SET = "set here"
FALLBACK = "the fallback is here"
READ = "read here"


class Waypoint(NamedTuple):
    """One place on the way of a value, with what happens there."""

    at: Site
    label: str


@dataclass(frozen=True, slots=True)
class Structure:
    """An object, array or function, with the scope that its names belong to."""

    path: str
    expr: ObjectLiteral | ArrayLiteral | Function
    frame: Frame | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """One value that an expression can take.

    `state` is known, unset (a variable that the environment lacks, or undefined) or unknown; only a known outcome has a
    meaningful `value`. `way` leads from the place that sets the value to the expression.
    """

    value: Scalar | Structure
    state: str
    way: tuple[Waypoint, ...] = ()
    reason: str = ""

    @property
    def text(self) -> str:
        """The value as JavaScript would print it; empty for a structure."""
        return "" if isinstance(self.value, Structure) else builtins.text(self.value)

    def then(self, at: Site, label: str) -> Outcome:
        """Return the same outcome with one more place at the end of its way."""
        return replace(self, way=(*self.way, Waypoint(at, label)))


Frame: TypeAlias = Mapping[str, tuple[Outcome, ...]]
Outcomes: TypeAlias = tuple[Outcome, ...]


class Environment(Protocol):
    """Where the variables come from."""

    def variable(self, expr: EnvVar, fold: Callable[[str, Expr], Outcomes]) -> Outcomes:
        """Return the values that a variable has; empty when nothing sets it."""


class Scope(Protocol):
    """How names lead from file to file."""

    def module(self, path: str) -> Module | None:
        """Return the names of a file."""

    def resolve(self, path: str, specifier: str) -> str | None:
        """Return the file that an import leads to."""


def unknown(reason: str, at: Site | None = None) -> Outcomes:
    """Return the single outcome of something that is not understood."""
    return (Outcome(None, "unknown", (Waypoint(at, reason),) if at else (), reason),)


class Folder:
    """Folds expressions for one environment.

    Args:
        scope: resolves names and imports.
        environment: gives variables their values.
        every: whether to return every source that may decide the value, instead of those that win: both sides of a
            fallback and of a condition.
    """

    def __init__(self, scope: Scope, environment: Environment, *, every: bool = False) -> None:
        self._scope = scope
        self._environment = environment
        self._every = every
        self._steps = 0
        self._visiting: set[tuple[str, str]] = set()
        self._memo: dict[tuple[str, int], tuple[Expr, Outcomes]] = {}

    def fold(self, path: str, expr: Expr, frame: Frame | None = None, depth: int = 0) -> Outcomes:
        """Return the distinct outcomes of an expression that stands in the file `path`."""
        key = (path, id(expr))
        if frame is None and key in self._memo:
            return self._memo[key][1]
        if depth == 0:
            self._steps = 0
        self._steps += 1
        if depth > MAX_DEPTH or self._steps > MAX_STEPS:
            return unknown("too deep", expr.at)
        outcomes = _distinct(_RULES[type(expr)](self, path, expr, frame, depth + 1))
        if frame is None and not self._visiting:
            self._memo[key] = (expr, outcomes)
        return outcomes

    def _literal(self, _path: str, expr: Literal, _frame: Frame | None, _depth: int) -> Iterable[Outcome]:
        state = "unset" if expr.value is None else "known"
        return (Outcome(expr.value, state, (Waypoint(expr.at, SET),)),)

    def _structure(
        self, path: str, expr: ObjectLiteral | ArrayLiteral | Function, frame: Frame | None, _depth: int
    ) -> Iterable[Outcome]:
        return (Outcome(Structure(path, expr, frame), "known", (Waypoint(expr.at, SET),)),)

    def _unknown(self, _path: str, expr: Unknown, _frame: Frame | None, _depth: int) -> Iterable[Outcome]:
        return unknown(expr.reason, expr.at)

    def _variable(self, _path: str, expr: EnvVar, _frame: Frame | None, depth: int) -> Iterable[Outcome]:
        key = ("$" + expr.via, expr.name)
        if key in self._visiting:
            return unknown("variable that refers to itself", expr.at)
        self._visiting.add(key)
        found = self._environment.variable(expr, lambda path, inner: self.fold(path, inner, None, depth))
        self._visiting.discard(key)
        if not found:
            return (Outcome(None, "unset", (Waypoint(expr.at, f"reads {expr.name}, which nothing here sets"),)),)
        return (outcome.then(expr.at, READ) for outcome in found)

    def _name(self, path: str, expr: Name, frame: Frame | None, depth: int) -> Iterable[Outcome]:
        if frame and expr.name in frame:
            return frame[expr.name]
        return self._export(path, expr.name, expr.at, depth)

    def _export(self, path: str, name: str, at: Site, depth: int) -> Outcomes:
        """Fold what a name of the module scope of `path` is bound to."""
        module = self._scope.module(path)
        key = (path, name)
        if module is None or key in self._visiting:
            return unknown("name that can't be followed", at)
        self._visiting.add(key)
        try:
            if name in module.bindings:
                return self.fold(path, module.bindings[name].value, None, depth)
            if name in module.imports:
                found = module.imports[name]
                return self.exported(path, found.source, found.imported, at, depth)
            return unknown(f"{name} is bound nowhere", at)
        finally:
            self._visiting.discard(key)

    def exported(self, path: str, source: str, name: str, at: Site, depth: int = 1) -> Outcomes:
        """Fold what the module that `source` leads to from `path` gives under `name`."""
        target = self._scope.resolve(path, source)
        module = self._scope.module(target) if target else None
        if target is None or module is None or depth > MAX_DEPTH:
            return unknown(f"comes from {source}", at)
        if name in module.exports:
            found = module.exports[name]
            if found.source:
                return self.exported(target, found.source, found.local, at, depth + 1)
            if found.value is not None:
                return self.fold(target, found.value, None, depth + 1)
            return self._export(target, found.local, at, depth + 1)
        for star in module.stars:
            outcomes = self.exported(target, star.source, name, at, depth + 1)
            if any(outcome.state != "unknown" for outcome in outcomes):
                return outcomes
        return self._export(target, name, at, depth + 1) if name in module.bindings else unknown("not exported", at)

    def _member(self, path: str, expr: Member, frame: Frame | None, depth: int) -> Iterable[Outcome]:
        namespace = self._namespace(path, expr)
        if namespace:
            return self.exported(path, namespace, expr.name, expr.at, depth)
        outcomes = self.fold(path, expr.object, frame, depth)
        return (found for outcome in outcomes for found in self.entry(outcome, expr.name, expr.at, depth))

    def _namespace(self, path: str, expr: Member) -> str:
        """Return the specifier when the object is `import * as name`, or a default import that is an object."""
        module = self._scope.module(path) if isinstance(expr.object, Name) else None
        found = module.imports.get(expr.object.name) if module and isinstance(expr.object, Name) else None
        return found.source if found and found.imported == "*" else ""

    def entry(self, outcome: Outcome, name: str, at: Site, depth: int = 1) -> Outcomes:
        """Fold one key of an object; a key that it surely lacks is unset."""
        if outcome.state == "unset":
            return (Outcome(None, "unset", (Waypoint(at, f"has no {name}"),)),)
        structure = outcome.value
        if not isinstance(structure, Structure) or not isinstance(structure.expr, ObjectLiteral):
            return unknown(outcome.reason or "member of something unknown", at)
        own = [entry for entry in structure.expr.entries if entry.key == name]
        if own:
            return self.fold(structure.path, own[-1].value, structure.frame, depth)
        return self._spread(structure, structure.expr.spreads, name, at, depth)

    def _spread(self, structure: Structure, spreads: tuple[Expr, ...], name: str, at: Site, depth: int) -> Outcomes:
        for spread in reversed(spreads):
            found = tuple(
                inner
                for outcome in self.fold(structure.path, spread, structure.frame, depth)
                for inner in self.entry(outcome, name, at, depth + 1)
            )
            if any(outcome.state != "unset" for outcome in found):
                return found
        return (Outcome(None, "unset", (Waypoint(at, f"has no {name}"),)),)

    def _template(self, path: str, expr: Template, frame: Frame | None, depth: int) -> Iterable[Outcome]:
        parts = [self.fold(path, part, frame, depth) for part in expr.parts]
        for chosen in islice(product(*parts), MAX_OUTCOMES):
            yield _joined(chosen, expr.at)

    def _fallback(self, path: str, expr: Fallback, frame: Frame | None, depth: int) -> Iterable[Outcome]:
        left = self.fold(path, expr.left, frame, depth)
        kept = [outcome for outcome in left if not _missing(outcome, expr.operator)]
        if kept and len(kept) == len(left) and not self._every:
            return kept
        return [*kept, *(_as_fallback(outcome) for outcome in self.fold(path, expr.right, frame, depth))]

    def _conditional(self, path: str, expr: Conditional, frame: Frame | None, depth: int) -> Iterable[Outcome]:
        tests = {truth(outcome) for outcome in self.fold(path, expr.test, frame, depth)}
        both = self._every or None in tests
        for wanted, branch in ((True, expr.then), (False, expr.otherwise)):
            if both or wanted in tests:
                yield from self.fold(path, branch, frame, depth)

    def _binary(self, path: str, expr: Binary, frame: Frame | None, depth: int) -> Iterable[Outcome]:
        left = self.fold(path, expr.left, frame, depth)
        right = self.fold(path, expr.right, frame, depth)
        if expr.operator == "&&":
            return (_and(one, other) for one, other in islice(product(left, right), MAX_OUTCOMES))
        return (_compare(expr, one, other) for one, other in islice(product(left, right), MAX_OUTCOMES))

    def _not(self, path: str, expr: Not, frame: Frame | None, depth: int) -> Iterable[Outcome]:
        for outcome in self.fold(path, expr.operand, frame, depth):
            truthy = truth(outcome)
            yield Outcome(not truthy, "known", outcome.way) if truthy is not None else outcome

    def _call(self, path: str, expr: Call, frame: Frame | None, depth: int) -> Iterable[Outcome]:
        arguments = tuple(self.fold(path, argument, frame, depth) for argument in expr.arguments)
        known = builtins.FUNCTIONS.get(_dotted(expr.callee))
        if known:
            return _apply(known, arguments, expr.at)
        if isinstance(expr.callee, Member) and expr.callee.name in builtins.METHODS:
            receiver = self.fold(path, expr.callee.object, frame, depth)
            return _apply(builtins.METHODS[expr.callee.name], (receiver, *arguments), expr.at)
        callees = self.fold(path, expr.callee, frame, depth)
        return (found for callee in callees for found in self._invoke(callee, arguments, expr.at, depth))

    def _invoke(self, callee: Outcome, arguments: tuple[Outcomes, ...], at: Site, depth: int) -> Outcomes:
        structure = callee.value
        if not isinstance(structure, Structure) or not isinstance(structure.expr, Function):
            return unknown("call of something unknown", at)
        function = structure.expr
        frame: dict[str, Outcomes] = dict(structure.frame or {})
        for index, (name, default) in enumerate(zip(function.parameters, function.defaults, strict=True)):
            given = arguments[index] if index < len(arguments) else ()
            if default is not None and all(outcome.state == "unset" for outcome in given):
                given = self.fold(structure.path, default, structure.frame, depth)
            frame[name] = given or (Outcome(None, "unset", (Waypoint(at, f"{name} is not given"),)),)
        return self.fold(structure.path, function.result, frame, depth)


_RULES: dict[type, Callable[..., Iterable[Outcome]]] = {
    Literal: Folder._literal,
    EnvVar: Folder._variable,
    Name: Folder._name,
    Member: Folder._member,
    Template: Folder._template,
    Fallback: Folder._fallback,
    Conditional: Folder._conditional,
    Binary: Folder._binary,
    Not: Folder._not,
    ObjectLiteral: Folder._structure,
    ArrayLiteral: Folder._structure,
    Function: Folder._structure,
    Call: Folder._call,
    Unknown: Folder._unknown,
}


def _dotted(expr: Expr) -> str:
    """Return `a.b` for a name or a member of one, else an empty text."""
    if isinstance(expr, Name):
        return expr.name
    return f"{expr.object.name}.{expr.name}" if isinstance(expr, Member) and isinstance(expr.object, Name) else ""


def truth(outcome: Outcome) -> bool | None:
    """Return whether JavaScript takes the value for true; None when it is unknown."""
    if outcome.state == "unknown":
        return None
    return outcome.state == "known" and (isinstance(outcome.value, Structure) or builtins.truthy(outcome.value))


def _as_fallback(outcome: Outcome) -> Outcome:
    """Mark a constant that only stands in for a missing value."""
    if len(outcome.way) != 1 or outcome.way[0].label != SET:
        return outcome
    return replace(outcome, way=(Waypoint(outcome.way[0].at, FALLBACK),))


def _missing(outcome: Outcome, operator: str) -> bool:
    """Tell whether a fallback of this operator replaces the outcome."""
    if outcome.state != "known":
        return outcome.state == "unset"
    if operator == "||":
        return truth(outcome) is False
    return operator == ":-" and outcome.value == ""


def _and(left: Outcome, right: Outcome) -> Outcome:
    return right if truth(left) else left


def _compare(expr: Binary, left: Outcome, right: Outcome) -> Outcome:
    way = left.way or right.way
    if (
        "unknown" in (left.state, right.state)
        or isinstance(left.value, Structure)
        or isinstance(right.value, Structure)
    ):
        return Outcome(None, "unknown", way, "comparison with something unknown")
    result = builtins.compare(expr.operator, left.value, right.value)
    return Outcome(result, "unknown" if result is None else "known", way, "" if result is not None else "comparison")


def _joined(parts: tuple[Outcome, ...], at: Site) -> Outcome:
    way = tuple(
        dict.fromkeys(point for part in parts for point in part.way if part.state != "known" or len(part.way) > 1)
    )
    odd = next((part for part in parts if part.state != "known" or isinstance(part.value, Structure)), None)
    if odd is not None:
        reason = odd.reason or "a text with a part that is not set"
        return Outcome(None, "unknown", odd.way, reason)
    return Outcome("".join(part.text for part in parts), "known", way or (Waypoint(at, SET),))


def _apply(function: Callable[..., Scalar], arguments: tuple[Outcomes, ...], at: Site) -> Iterable[Outcome]:
    """Call a known pure function on every combination of known scalar arguments."""
    for chosen in islice(product(*arguments), MAX_OUTCOMES):
        way = chosen[0].way if chosen else (Waypoint(at, SET),)
        plain = [outcome.value for outcome in chosen if not isinstance(outcome.value, Structure)]
        if len(plain) < len(chosen) or any(outcome.state == "unknown" for outcome in chosen):
            yield Outcome(None, "unknown", way, "call with something unknown")
            continue
        try:
            result = function(*plain)
        except (TypeError, ValueError):
            yield Outcome(None, "unknown", way, "call")
            continue
        yield Outcome(result, "unset" if result is None else "known", way)


def _distinct(outcomes: Iterable[Outcome]) -> Outcomes:
    """Keep one outcome for each value and source, at most `MAX_OUTCOMES`."""
    seen: dict[object, Outcome] = {}
    for outcome in outcomes:
        value = id(outcome.value.expr) if isinstance(outcome.value, Structure) else (type(outcome.value), outcome.value)
        seen.setdefault((value, outcome.state, outcome.way[:1]), outcome)
        if len(seen) > MAX_OUTCOMES:
            return unknown("too many possible values", outcome.way[-1].at if outcome.way else None)
    return tuple(seen.values())
