"""Facts that are read from their script when somebody asks for facts of their kind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated

from rtlint.facts.fact import RawFact
from rtlint.facts.later import DEFERRABLE
from rtlint.facts.raw import CallSite, FlagTest
from rtlint.facts.records import dataclass
from rtlint.facts.servers import ServerCall, ServerHandover, UpgradeHandler
from rtlint.facts.site import Site

GROUPS: dict[str, tuple[type[RawFact], ...]] = {
    "conditions": (FlagTest,),
    "calls": (CallSite,),
    "servers": (ServerCall, ServerHandover, UpgradeHandler),
}
"""The kinds of facts in each group. Few repositories have anything that asks for them, and most scripts hold many."""

GROUPED: dict[type, str] = {kind: name for name, kinds in GROUPS.items() for kind in kinds}
"""The group of each kind of facts that is in one."""


@dataclass(frozen=True, slots=True)
class FactGroup(RawFact):
    """The facts of some kinds in one script; `name` is one of `GROUPS`, `at` the script's file."""

    at: Site
    name: str
    facts: Annotated[tuple[RawFact, ...], DEFERRABLE]


def flat(facts: Iterable[RawFact], *names: str) -> Iterator[RawFact]:
    """Yield facts, those in groups of the given names among them, or in all groups where none is given."""
    for fact in facts:
        if fact.__class__ is not FactGroup:
            yield fact
        elif isinstance(fact, FactGroup) and (not names or fact.name in names):
            yield from fact.facts
