"""Hover, definition and references of variables."""

from __future__ import annotations

from collections.abc import Callable

from rtlint.facts.site import Site
from rtlint.link.explain import Explanation
from rtlint.report.markdown import code
from rtlint.report.visible import visible


def hover_text(found: Explanation, mask: Callable[[str], str]) -> str:
    """Return a variable's value in each environment, as a Markdown table.

    Args:
        found: what is known of the variable.
        mask: hides secrets.
    """
    lines = [f"**{_span(found.name)}**", "", "| environment | value | set at |", "| --- | --- | --- |"]
    for place in found.environments:
        winner = place.sources[0] if place.sources else None
        value = "*unset*" if winner is None else "*not known*" if winner.value is None else _span(mask(winner.value))
        at = _span(f"{winner.at.path}:{winner.at.line}") if winner else ""
        hidden = len(place.sources) - 1
        more = f" (hides {hidden} more)" if hidden > 0 else ""
        lines.append(f"| {_span(mask(place.environment))} | {value} | {at}{more} |")
    if not found.environments:
        lines = [lines[0], "", "No environment of this repository sets it."]
    reads = len(found.reads)
    lines += ["", f"Read by code in {reads} place{'' if reads == 1 else 's'}."]
    return "\n".join(lines)


def _span(text: str) -> str:
    return code(visible(text)) or "*empty*"


def set_places(found: Explanation) -> list[Site]:
    """Return where a variable is set, the places that win first."""
    winners = [place.sources[0].at for place in found.environments if place.sources]
    hidden = [source.at for place in found.environments for source in place.sources[1:]]
    return list(dict.fromkeys((*winners, *hidden, *(source.at for source in found.others))))


def all_places(found: Explanation) -> list[Site]:
    """Return every place that sets, hands on or reads a variable."""
    return list(dict.fromkeys((*set_places(found), *found.interpolations, *(at for at, _ in found.reads))))
