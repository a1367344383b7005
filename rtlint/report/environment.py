"""The answer of `rtlint env`, as text or JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence

from rtlint.facts.site import Site
from rtlint.findings import EnvironmentView, SettingView

_PLAIN_STATE = "known"


def write_text(found: Iterable[EnvironmentView], show: Callable[[str], str]) -> str:
    """Return the environments as tables, one row for each setting, with the place that decides it.

    Args:
        found: the environments.
        show: makes a text of the repository fit to print: secrets masked, control characters visible.
    """
    blocks = []
    for place in found:
        where = f"{show(place.package)}/" if place.package else "the root package"
        lines = [f"{show(place.name)} ({where})"]
        for title, at, rows in place.clients:
            lines += ["", f"  {title}  {_at(at, show)}", *_table(rows, show)]
        if place.variables:
            lines += ["", "  Variables", *_table(place.variables, show)]
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks) + "\n"


def write_json(found: Iterable[EnvironmentView], show: Callable[[str], str]) -> str:
    """Return the environments as JSON, for scripts; lines and columns are 1-based, columns in characters."""
    environments = [
        {
            "name": show(place.name),
            "kind": place.kind,
            "package": show(place.package),
            "clients": [
                {"client": title, "at": _json_site(at, show), "settings": [_json(row, show) for row in rows]}
                for title, at, rows in place.clients
            ],
            "variables": [_json(row, show) for row in place.variables],
        }
        for place in found
    ]
    return json.dumps({"environments": environments}, indent=2, ensure_ascii=False) + "\n"


def _table(rows: Sequence[SettingView], show: Callable[[str], str]) -> list[str]:
    cells = [(show(row.name), _value(row, show), _at(row.at, show)) for row in rows]
    widths = [max((len(cell[column]) for cell in cells), default=0) for column in range(2)]
    return [f"    {name:<{widths[0]}}  {value:<{widths[1]}}  {at}" for name, value, at in cells]


def _value(row: SettingView, show: Callable[[str], str]) -> str:
    text = f"'{show(row.value)}'" if row.value or row.state == _PLAIN_STATE else ""
    note = row.state if row.state != _PLAIN_STATE else ""
    return f"{text} ({note})" if text and note else text or note


def _at(site: Site, show: Callable[[str], str]) -> str:
    return f"{show(site.path)}:{site.line}:{site.column}"


def _json_site(site: Site, show: Callable[[str], str]) -> dict[str, object]:
    return {"path": show(site.path), "line": site.line, "column": site.column}


def _json(row: SettingView, show: Callable[[str], str]) -> dict[str, object]:
    value = show(row.value) if row.value or row.state == _PLAIN_STATE else None
    return {"name": show(row.name), "value": value, "state": row.state, "at": _json_site(row.at, show)}
