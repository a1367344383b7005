"""Values of switches: those that the code takes for the other state, and switches that are on without a key."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rtlint.facts.expressions import Binary, Call, Conditional, EnvVar, Expr, Fallback, Literal, Name, Not
from rtlint.facts.raw import Binding, EnvRead, EnvSet, FlagTest
from rtlint.facts.records import dataclass, field
from rtlint.facts.site import Site
from rtlint.facts.switches import FlagWithoutKey, MisreadFlag
from rtlint.link.clients import Made, settings
from rtlint.link.environments import Place, set_outcomes
from rtlint.link.flags import state
from rtlint.link.program import Program, children
from rtlint.link.variables import Vocabulary
from rtlint.names import ENABLE_WORDS, is_realtime, is_switch, words
from rtlint.providers import inherited

_EXPLICIT = frozenset({"compose", "docker"})
"""Kinds of environments that say everything they set: what they lack is missing."""

_CONVERTING = frozenset({"Boolean", "bool"})
_MAX_DEPTH = 12
_MAX_PARTS = 2_000


@dataclass(slots=True)
class _Uses:
    """How code takes one variable: the texts it compares with, for both outcomes, and where it only asks for any."""

    equal: dict[str, Site] = field(default_factory=dict)
    unequal: dict[str, Site] = field(default_factory=dict)
    truthy: list[Site] = field(default_factory=list)
    reads: set[Site] = field(default_factory=set)


def misread_flags(program: Program, spoken: Vocabulary) -> Iterator[MisreadFlag]:
    """Yield the values of real-time switches that no comparison of the code takes as they are meant.

    Only a variable whose every read is a comparison with a text, or a condition, is judged: any other read may be a
    parser that knows more spellings.
    """
    if not any(is_switch(fact.name) and spoken.covers(fact.name) for fact in program.index.of(EnvSet)):
        return
    uses = _uses(program)
    every = _reads(program)
    for (package, name), found in uses.items():
        if is_switch(name) and spoken.covers(name) and every.get((package, name), set()) <= found.reads:
            for place in program.environments.of(package):
                source = next(iter(place.shadowed(name)), None)
                text = _text(program, place, source) if source else None
                if source is not None and text is not None:
                    yield from _misread(name, found, place, source, text)


def _misread(name: str, uses: _Uses, place: Place, source: EnvSet, text: str) -> Iterator[MisreadFlag]:
    meant = state("", text)
    compared = uses.equal if meant == "on" else uses.unequal
    opposite = uses.unequal if meant == "on" else uses.equal
    if not meant or not text:
        return
    known = {spelling for spelling in compared if state("", spelling) == meant}
    if known and text not in compared and not opposite and not uses.truthy:
        expected = min(known)
        at = compared[expected]
        yield MisreadFlag(source.at, name, text, meant, "compared", expected, place.name, place.kind, at)
    elif meant == "off" and uses.truthy and not uses.equal and not uses.unequal:
        at = uses.truthy[0]
        yield MisreadFlag(source.at, name, text, meant, "truthy", "", place.name, place.kind, at)


def _reads(program: Program) -> dict[tuple[str, str], set[Site]]:
    """Return the places where app code reads each variable, by package."""
    found: dict[tuple[str, str], set[Site]] = {}
    for fact in program.index.of_role(EnvRead, "app", "tooling"):
        found.setdefault((program.package_of(fact.at.path), fact.name), set()).add(fact.at)
    return found


def _uses(program: Program) -> dict[tuple[str, str], _Uses]:
    found: dict[tuple[str, str], _Uses] = {}
    for test in program.index.of_role(FlagTest, "app"):
        _note(program, test.at.path, test.test, found, condition=True)
    for binding in program.index.of_role(Binding, "app"):
        _note(program, binding.at.path, binding.value, found, condition=False)
    return found


def _note(program: Program, path: str, expr: Expr, found: dict[tuple[str, str], _Uses], *, condition: bool) -> None:
    """Note how an expression takes variables; `condition` says that only its truth counts."""
    seen: set[tuple[int, bool]] = set()
    pending = [(expr, condition)]
    while pending and len(seen) < _MAX_PARTS:
        part, tested = pending.pop()
        if (id(part), tested) in seen:
            continue
        seen.add((id(part), tested))
        variable = _variable(program, path, part) if tested else None
        if variable is not None:
            _of(program, path, variable, found).truthy.append(part.at)
        elif isinstance(part, Binary) and part.operator in {"===", "==", "!==", "!="}:
            _compared(program, path, part, found)
        else:
            pending += _inside(part, tested)


def _inside(expr: Expr, condition: bool) -> Iterable[tuple[Expr, bool]]:
    """Return the expressions inside another one, each with whether only its truth counts."""
    if isinstance(expr, Not):
        return [(expr.operand, True)]
    if isinstance(expr, Conditional):
        return [(expr.test, True), (expr.then, condition), (expr.otherwise, condition)]
    if isinstance(expr, Binary) and expr.operator == "&&":
        return [(expr.left, True), (expr.right, condition)]
    if isinstance(expr, Call) and isinstance(expr.callee, Name) and expr.callee.name in _CONVERTING:
        return [(argument, True) for argument in expr.arguments]
    return [(child, condition and isinstance(expr, Fallback)) for child in children(expr)]


def _compared(program: Program, path: str, expr: Binary, found: dict[tuple[str, str], _Uses]) -> None:
    for side, other in ((expr.left, expr.right), (expr.right, expr.left)):
        variable = _variable(program, path, side)
        if variable is not None and isinstance(other, Literal) and isinstance(other.value, str):
            uses = _of(program, path, variable, found)
            (uses.equal if expr.operator in {"===", "=="} else uses.unequal).setdefault(other.value, expr.at)


def _of(program: Program, path: str, variable: EnvVar, found: dict[tuple[str, str], _Uses]) -> _Uses:
    uses = found.setdefault((program.package_of(path), variable.name), _Uses())
    uses.reads.add(variable.at)
    return uses


def _variable(program: Program, path: str, expr: Expr, depth: int = 0) -> EnvVar | None:
    """Return the variable that an expression is: by itself, behind a name, or with a constant for a missing one."""
    if isinstance(expr, EnvVar) and expr.name:
        return expr
    if isinstance(expr, Fallback) and isinstance(expr.right, Literal):
        return _variable(program, path, expr.left, depth)
    if isinstance(expr, Name) and depth < _MAX_DEPTH:
        target = program.modules.definition(path, expr.name)
        return _variable(program, *target, depth + 1) if target else None
    return None


def _text(program: Program, place: Place, source: EnvSet) -> str | None:
    outcomes = set_outcomes(source, program.folder(place).fold)
    return outcomes[0].text.strip() if len(outcomes) == 1 and outcomes[0].state == "known" else None


def flags_without_key(program: Program, made: list[Made]) -> Iterator[FlagWithoutKey]:
    """Yield the switches that are on in an environment where the key of the client that they switch is not set."""
    sets = {fact.name for fact in program.index.of(EnvSet) if is_switch(fact.name)}
    asked = [client for client in made if client.fact.role == "app" and any(_speaks_of(client, name) for name in sets)]
    tested = _tested_switches(program) if asked else {}
    for client in asked:
        for place in program.environments.of(client.fact.package):
            yield from _without_key(program, client, place, tested.get(client.fact.package, set()))


def _tested_switches(program: Program) -> dict[str, set[str]]:
    """Return the switches that conditions of each package ask for."""
    found: dict[str, set[str]] = {}
    for fact in program.index.of_role(FlagTest, "app"):
        names = {item.name for item in program.variables_in(fact.at.path, fact.test) if is_switch(item.name)}
        found.setdefault(program.package_of(fact.at.path), set()).update(names)
    return found


def _without_key(program: Program, client: Made, place: Place, switches: set[str]) -> Iterator[FlagWithoutKey]:
    on = [found for name in sorted(switches) if (found := _on(program, client, place, name))]
    missing = _missing_key(program, client, place) if on else None
    if missing is None:
        return
    variable, key_state, key_at = missing
    for source, text in on:
        explicit = place.kind in _EXPLICIT and source.source != "dotenv"
        if key_state == "blank" or explicit:
            yield FlagWithoutKey(
                at=source.at,
                name=source.name,
                value=text,
                key=variable,
                key_state=key_state,
                key_at=key_at,
                client=client.provider.title,
                client_at=client.fact.at,
                environment=place.name,
            )


def _on(program: Program, client: Made, place: Place, name: str) -> tuple[EnvSet, str] | None:
    """Return the source of a switch that is on in a place and speaks of the client's transport."""
    source = next(iter(place.shadowed(name)), None)
    text = _text(program, place, source) if source else None
    if source is None or text is None or state(name, text) != "on":
        return None
    return (source, text) if _speaks_of(client, name) else None


def _speaks_of(client: Made, name: str) -> bool:
    """Tell whether a switch speaks of a client's transport."""
    ours = {word for provider in inherited(client.provider) for word in provider.words}
    return is_realtime(name) or not ours.isdisjoint(set(words(name)) - ENABLE_WORDS)


def _missing_key(program: Program, client: Made, place: Place) -> tuple[str, str, Site] | None:
    """Return the key's variable, whether it is blank or unset, and where; None for a key that is there or unknown."""
    for found in settings(program.folder(place), client):
        if found.option.kind != "key" or not found.given or found.written is None:
            continue
        variables = sorted(program.variables_in(*found.written), key=lambda item: item.name)
        states = {outcome.state if outcome.text else "blank" for outcome in found.outcomes}
        if len(variables) != 1 or not states <= {"unset", "blank"} or not _clear(found.outcomes):
            continue
        source = next(iter(place.shadowed(variables[0].name)), None)
        if source is None:
            return variables[0].name, "unset", variables[0].at
        # What compose interpolates may come from the shell.
        return (variables[0].name, "blank", source.at) if _text(program, place, source) == "" else None
    return None


def _clear(outcomes: Sequence[object]) -> bool:
    """Tell whether just one thing can happen."""
    return len(outcomes) == 1
