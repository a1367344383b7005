"""Transport switches: their state in each environment, and those that code treats as alternatives."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations

from rtlint.facts.derived import FlagConflict, FlagDrift
from rtlint.facts.expressions import EnvVar
from rtlint.facts.raw import EnvSet, FlagTest
from rtlint.facts.records import dataclass
from rtlint.facts.site import Site
from rtlint.link.clients import Made
from rtlint.link.environments import Place, set_outcomes
from rtlint.link.outcomes import Outcome, truth
from rtlint.link.program import Program
from rtlint.link.values import Folder
from rtlint.link.variables import Vocabulary
from rtlint.names import ENABLE_WORDS, is_switch, words

_ON = frozenset({"true", "1", "yes", "on", "enabled"})
_OFF = frozenset({"false", "0", "no", "off", "disabled", ""})


def state(name: str, text: str) -> str:
    """Return on, off, or an empty text for a value that is no switch's; a `disable` in the name turns it round."""
    value = text.strip().lower()
    if value not in _ON | _OFF:
        return ""
    on = (value in _ON) != ("disable" in words(name))
    return "on" if on else "off"


@dataclass(frozen=True, slots=True)
class _State:
    """The state that one source gives a switch; states of one scope (a compose project, a dotenv mode) go together."""

    scope: str
    holder: str
    name: str
    core: str
    state: str
    value: str
    fact: EnvSet
    winner: bool


def flag_drifts(program: Program, spoken: Vocabulary) -> Iterator[FlagDrift]:
    """Yield the switches that disagree within one environment.

    A weaker source of another kind that the winner overrules (one dotenv file over another is what such files are for),
    and the client's twin of a server's switch: the same words behind a bundler's prefix.
    """
    by_core: dict[tuple[str, str], list[_State]] = {}
    for found in _states(program, spoken):
        by_core.setdefault((found.scope, found.core), []).append(found)
    for states in by_core.values():
        for one in states:
            for other in states:
                if other.winner and one.state != other.state and (_overruled(one, other) or _twins(one, other)):
                    yield _drift(one, other)


def _overruled(one: _State, other: _State) -> bool:
    same = (one.name, one.holder) == (other.name, other.holder)
    return same and not one.winner and (one.fact.source != other.fact.source)


def _twins(one: _State, other: _State) -> bool:
    return one.winner and one.name != other.name and one.name > other.name


def _drift(one: _State, other: _State) -> FlagDrift:
    return FlagDrift(one.fact.at, one.name, one.value, one.holder, other.fact.at, other.name, other.value, other.holder)


def _states(program: Program, spoken: Vocabulary) -> Iterator[_State]:
    for place in program.environments.holders():
        for name in sorted({name for layer in place.layers for name in layer}):
            if is_switch(name) and spoken.covers(name):
                yield from _states_of(program, place, name)


def _states_of(program: Program, place: Place, name: str) -> Iterable[_State]:
    scope = place.service.files[0] if place.service else f"{place.package} {place.mode}"
    holder = place.service.name if place.service else place.package or "the root"
    core = " ".join(sorted(words(name)))
    for rank, source in enumerate(place.shadowed(name)):
        text = _text(program, place, source)
        if text is not None and state(name, text):
            yield _State(scope, holder, name, core, state(name, text), text, source, rank == 0)


def _text(program: Program, place: Place, source: EnvSet) -> str | None:
    outcomes = set_outcomes(source, Folder(program.modules, place).fold)
    return outcomes[0].text if len(outcomes) == 1 and outcomes[0].state == "known" else None


@dataclass(frozen=True, slots=True)
class _Arm:
    """A condition that one switch decides."""

    fact: FlagTest
    variable: EnvVar

    @property
    def transport(self) -> frozenset[str]:
        return frozenset(words(self.variable.name)) - ENABLE_WORDS


def flag_conflicts(program: Program, made: list[Made], spoken: Vocabulary) -> Iterator[FlagConflict]:
    """Yield pairs of alternatives that are both on or both off in one environment; one of them is a real-time one."""
    if not any(is_switch(fact.name) and spoken.covers(fact.name) for fact in program.index.of(EnvSet)):
        return
    for first, second in _alternatives(program, spoken):
        path = first.fact.at.path
        package = program.package_of(path)
        has_client = any(client.fact.package == package and client.fact.role == "app" for client in made)
        for place in program.environments.of(package):
            yield from _conflict(program, place, first, second, has_client)


def _alternatives(program: Program, spoken: Vocabulary) -> Iterator[tuple[_Arm, _Arm]]:
    """Yield the pairs of conditions of one chain that two switches of different transports decide."""
    groups: dict[tuple[str, int], list[_Arm]] = {}
    for fact in program.index.of_role(FlagTest, "app"):
        variables = program.variables_in(fact.at.path, fact.test)
        if len(variables) == 1:
            arm = _Arm(fact, next(iter(variables)))
            groups.setdefault((fact.at.path, fact.group), []).append(arm)
    for arms in groups.values():
        for first, second in combinations(arms, 2):
            names = (first.variable.name, second.variable.name)
            switches = all(map(is_switch, names)) and any(map(spoken.covers, names))
            if switches and first.transport != second.transport and _exclude(first.fact, second.fact):
                yield first, second


def _exclude(first: FlagTest, second: FlagTest) -> bool:
    """Tell whether two conditions can't both decide: they are arms of one chain, or one is asked to be off."""
    return first.arm != second.arm or first.negated != second.negated


def _conflict(program: Program, place: Place, first: _Arm, second: _Arm, has_client: bool) -> Iterable[FlagConflict]:
    one, other = _switch(program, place, first), _switch(program, place, second)
    if one is None or other is None or one[0] != other[0]:
        return
    yield FlagConflict(
        at=one[1],
        first=first.variable.name,
        second=second.variable.name,
        state="on" if one[0] else "off",
        environment=place.name,
        second_at=other[1],
        code_at=second.fact.at,
        has_client=has_client,
    )


def _switch(program: Program, place: Place, arm: _Arm) -> tuple[bool, Site] | None:
    """Return whether the condition holds in a place and what decides it; None where that is unknown or unset."""
    outcomes = program.folder(place).fold(arm.fact.at.path, arm.fact.test)
    sources = place.shadowed(arm.variable.name)
    truths = {_truth(outcome, arm) for outcome in outcomes}
    if len(truths) != 1 or not sources:
        return None
    value = truths.pop()
    return None if value is None else (value, sources[0].at)


def _truth(outcome: Outcome, arm: _Arm) -> bool | None:
    """Return whether the transport is on; a `disable` in the name turns the truth of the variable round."""
    value = truth(outcome)
    return value if value is None else value != ("disable" in words(arm.variable.name))
