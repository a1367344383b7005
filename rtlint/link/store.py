"""The values that facts refer to by number, with the way that each one took."""

from __future__ import annotations

from rtlint.facts.derived import Step, Value
from rtlint.link.outcomes import Outcome, Waypoint


class ValueStore:
    """Numbers outcomes; equal ones share a number."""

    def __init__(self) -> None:
        self._ids: dict[tuple[str, str, tuple[Waypoint, ...]], int] = {}

    def add(self, outcome: Outcome) -> int:
        """Return the number of an outcome."""
        key = (outcome.text if outcome.state == "known" else "", outcome.state, outcome.way)
        return self._ids.setdefault(key, len(self._ids) + 1)

    def facts(self) -> list[Value | Step]:
        """Return every value with its steps."""
        found: list[Value | Step] = []
        for (text, state, way), number in self._ids.items():
            found.append(Value(number, text, state == "known"))
            points = list(dict.fromkeys(way))
            found += [Step(number, ordinal, point.at, point.label) for ordinal, point in enumerate(points)]
        return found
