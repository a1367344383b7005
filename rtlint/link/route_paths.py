"""Paths of routes: how frameworks write parameters, and how they match."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from rtlint.facts.derived import ServedRoute
from rtlint.names import distance

_PARAMETERS = {
    "express": re.compile(r":(\w+)(?:\([^)]*\))?[?+*]?|\*(\w*)|\{\*?(\w+)\}"),
    "flask": re.compile(r"<(?:(\w+)(?:\([^>]*\))?:)?(\w+)>"),
}
_BRACES = re.compile(r"\{(\w*)(?::(\w+))?\}")


def shown(framework: str, path: str) -> str:
    """Return a path with its parameters as `{name}`, those that take slashes as `{name:path}`."""
    if framework == "flask":
        return _PARAMETERS["flask"].sub(lambda m: f"{{{m[2]}:path}}" if m[1] == "path" else f"{{{m[2]}}}", path)
    if framework == "express":
        return _PARAMETERS["express"].sub(
            lambda m: f"{{{m[1]}}}" if m[1] else f"{{{m[2] or m[3] or 'rest'}:path}}", path
        )
    return _BRACES.sub(lambda m: f"{{{m[1]}:path}}" if m[2] == "path" else f"{{{m[1]}}}", path)


def glob(path: str) -> str:
    """Return a shown path as a GLOB of SQLite: parameters are `*`, and what GLOB takes for a wildcard is bracketed."""
    parts = _BRACES.split(path)
    literal = [re.sub(r"([*?\[])", r"[\1]", part) for part in parts[::3]]
    return "*".join(literal)


@lru_cache(maxsize=4096)
def _pattern(path: str) -> re.Pattern[str]:
    parts = re.split(r"(\{\w*(?::\w+)?\})", path.rstrip("/") or "/")
    body = "".join(
        (".+" if part.endswith(":path}") else "[^/]+") if part.startswith("{") else re.escape(part) for part in parts
    )
    return re.compile(body + "/?", re.IGNORECASE)


def find(routes: Iterable[ServedRoute], method: str, path: str) -> tuple[ServedRoute, ...]:
    """Return the routes that serve a request.

    A trailing slash too many or too few counts as served, and so does another case: Express takes both, Starlette and
    Flask redirect the first. What they refuse beyond that is rarer than a wrong alarm would be costly.
    """
    return tuple(
        route for route in routes if route.method in {method, "*"} and _pattern(route.path).fullmatch(path or "/")
    )


def nearest(routes: Iterable[ServedRoute], path: str) -> ServedRoute | None:
    """Return the served route most like a path, or None when none is alike enough to be what was meant.

    Alike means: it ends with the same segment, or with one that differs by a slip; fewest segments to insert, drop or
    replace come first.
    """
    wanted = [part for part in path.split("/") if part]
    rated = sorted(
        ((score, route.path, route) for route in routes if (score := _score(wanted, route.path)) is not None),
        key=lambda item: item[:2],
    )
    return rated[0][2] if rated else None


def _score(wanted: list[str], path: str) -> int | None:
    have = [part for part in path.split("/") if part]
    if not wanted or not have or have[-1].startswith("{"):
        return None
    if wanted[-1].lower() != have[-1].lower() and not _slip(wanted[-1], have[-1]):
        return None
    changes = _edits(wanted, have)
    common = len(set(wanted) & set(have))
    return changes if changes <= max(2, common) else None


def _slip(one: str, other: str) -> bool:
    """Tell whether two segments differ by one slip, or by two where they are long."""
    shorter = min(len(one), len(other))
    return shorter >= 4 and distance(one, other) <= (2 if shorter >= 6 else 1)


def _edits(left: list[str], right: list[str]) -> int:
    """Return the number of segments to insert, drop or replace."""
    row = list(range(len(right) + 1))
    for i, one in enumerate(left, 1):
        previous, row = row, [i]
        for j, other in enumerate(right, 1):
            same = one.lower() == other.lower() or other.startswith("{")
            row.append(min(previous[j] + 1, row[j - 1] + 1, previous[j - 1] + (not same)))
    return row[-1]
