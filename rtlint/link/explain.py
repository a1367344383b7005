"""One variable's whole story: every place that sets, overrides and reads it, environment by environment."""

from __future__ import annotations

from collections.abc import Iterable

from rtlint.facts.raw import EnvRead, EnvSet, Interpolation
from rtlint.facts.records import dataclass
from rtlint.facts.site import Site
from rtlint.link.environments import Place, set_outcomes
from rtlint.link.outcomes import Waypoint
from rtlint.link.program import Program
from rtlint.link.values import Folder


@dataclass(frozen=True, slots=True)
class Source:
    """A place that sets the variable in one environment; `value` is None when it is not known."""

    at: Site
    value: str | None
    way: tuple[Waypoint, ...]


@dataclass(frozen=True, slots=True)
class InEnvironment:
    """The variable in one environment: its sources, the one that wins first; none when it is unset there."""

    environment: str
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything that is known about a variable.

    Attributes:
        name: the variable.
        environments: the places that the packages run in which read it, and all that set it.
        reads: where code reads it; `(site, what deals with its absence)`.
        interpolations: where compose files hand it on.
        others: sources that belong to no environment (example files, services without a known package).
    """

    name: str
    environments: tuple[InEnvironment, ...]
    reads: tuple[tuple[Site, str], ...]
    interpolations: tuple[Site, ...]
    others: tuple[Source, ...]


def explain(program: Program, name: str) -> Explanation:
    """Collect what is known about a variable; an unknown name gives an explanation without any place."""
    reads = [fact for fact in program.index.of(EnvRead) if fact.name == name]
    packages = {program.package_of(fact.at.path) for fact in reads}
    places = [
        place
        for place in program.environments.places
        if place.package in packages or any(name in layer for layer in place.every())
    ]
    found = tuple(InEnvironment(place.name, tuple(_sources(program, place, name))) for place in places)
    used = {source.at for place in found for source in place.sources}
    rest = [fact for fact in program.index.of(EnvSet) if fact.name == name and fact.at not in used]
    return Explanation(
        name=name,
        environments=found,
        reads=tuple((fact.at, _absence(fact)) for fact in reads),
        interpolations=tuple(fact.at for fact in program.index.of(Interpolation) if fact.name == name),
        others=tuple(_source(program, Place(0, "", "", ""), fact) for fact in rest),
    )


def _sources(program: Program, place: Place, name: str) -> Iterable[Source]:
    return (_source(program, place, fact) for fact in place.shadowed(name))


def _source(program: Program, place: Place, fact: EnvSet) -> Source:
    outcomes = set_outcomes(fact, Folder(program.modules, place).fold)
    known = [outcome for outcome in outcomes if outcome.state == "known"]
    if len(known) != 1 or len(outcomes) != 1:
        return Source(fact.at, None, ())
    return Source(fact.at, known[0].text, known[0].way)


def _absence(fact: EnvRead) -> str:
    return "with a fallback" if fact.fallback else "tested before use" if fact.guarded else "without a fallback"


def names(program: Program) -> tuple[str, ...]:
    """Return every variable that the repository reads or sets, sorted."""
    index = program.index
    found = {fact.name for fact in index.of(EnvRead)}
    found |= {fact.name for fact in index.of(EnvSet)} | {fact.name for fact in index.of(Interpolation)}
    return tuple(sorted(found - {""}))
