"""The answer of `rtlint explain`, as text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from rtlint.facts.site import Site


class _Source(Protocol):
    @property
    def at(self) -> Site: ...
    @property
    def value(self) -> str | None: ...


class _InEnvironment(Protocol):
    @property
    def environment(self) -> str: ...
    @property
    def sources(self) -> Sequence[_Source]: ...


class _Explanation(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def environments(self) -> Sequence[_InEnvironment]: ...
    @property
    def reads(self) -> Sequence[tuple[Site, str]]: ...
    @property
    def interpolations(self) -> Sequence[Site]: ...
    @property
    def others(self) -> Sequence[_Source]: ...


def write(found: _Explanation, show: Callable[[str], str]) -> str:
    """Return the story of one variable.

    Args:
        found: what link knows about it.
        show: makes a text of the repository fit to print: secrets masked, control characters visible.
    """
    lines = [found.name, ""]
    for place in found.environments:
        lines += [f"In {show(place.environment)}:", *_sources(place.sources, show), ""]
    lines += _section("Read by code", (f"{_at(site, show)}  {absence}" for site, absence in found.reads))
    lines += _section("Handed on by compose", (_at(site, show) for site in found.interpolations))
    lines += _section("Also set, outside of these environments", _values(found.others, show))
    return "\n".join(lines).rstrip() + "\n"


def _sources(sources: Sequence[_Source], show: Callable[[str], str]) -> list[str]:
    if not sources:
        return ["  not set"]
    verdicts = ["wins", *["overridden"] * (len(sources) - 1)]
    values = list(_values(sources, show))
    width = max(map(len, values))
    return [f"  {value:<{width}}  {verdict}" for value, verdict in zip(values, verdicts, strict=True)]


def _values(sources: Iterable[_Source], show: Callable[[str], str]) -> Iterable[str]:
    for source in sources:
        text = "not known" if source.value is None else f"'{show(source.value)}'"
        yield f"{_at(source.at, show)}  {text}"


def _section(title: str, rows: Iterable[str]) -> list[str]:
    found = list(rows)
    return [f"{title}:", *(f"  {row}" for row in found), ""] if found else [f"{title}: nowhere", ""]


def _at(site: Site, show: Callable[[str], str]) -> str:
    return f"{show(site.path)}:{site.line}:{site.column}"
