"""The page's own address, which only the browser knows: as far as it is fixed, by what code makes of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rtlint.facts.expressions import Expr, Literal, Member, Name, Template

HOST = "the.page"
"""Stands for the host of the page itself; public, because pages are."""

_HOLDERS = frozenset({"window", "document", "self", "globalThis"})


def flat(expr: Expr) -> Iterable[Expr]:
    """Yield the parts of a text, those of nested texts in their place."""
    if not isinstance(expr, Template):
        yield expr
        return
    for part in expr.parts:
        yield from flat(part)


def is_host(expr: Expr) -> bool:
    """Tell whether an expression is `location.host` or `location.hostname`, of the window or by itself."""
    return _of_location(expr, "host", "hostname")


def is_origin(expr: Expr) -> bool:
    """Tell whether an expression is `location.origin`: scheme and host of the page."""
    return _of_location(expr, "origin")


def _of_location(expr: Expr, *names: str) -> bool:
    if not isinstance(expr, Member) or expr.name not in names:
        return False
    inner = expr.object
    if isinstance(inner, Member):
        return inner.name == "location" and isinstance(inner.object, Name) and inner.object.name in _HOLDERS
    return isinstance(inner, Name) and inner.name == "location"


def relative(expr: Template) -> Sequence[Expr]:
    """Return the parts of a text; `location.protocol + "//" + location.host` in front becomes the page's own origin."""
    parts = list(flat(expr))
    start = 1 if _of_location(parts[0], "protocol") else 0
    slashes = parts[start] if len(parts) > start + 1 else None
    if not isinstance(slashes, Literal) or slashes.value != "//" or not is_host(parts[start + 1]):
        return expr.parts
    return [Literal(expr.at, f"//{HOST}"), *parts[start + 2 :]]
