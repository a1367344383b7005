"""The page's own address, which only the browser knows: as far as it is fixed, by what code makes of it."""

from __future__ import annotations

from collections.abc import Iterable

from rtlint.facts.expressions import Expr, Member, Name, Template

HOST = "the.page"
"""Stands for the host of the page itself; public, because pages are."""

_HOLDERS = frozenset({"window", "document", "self", "globalThis"})
_PARTS = {
    "host": (HOST,),
    "hostname": (HOST,),
    "origin": (f"//{HOST}",),
    "protocol": ("https:", "http:"),
}
_FAMILIES = (("wss:", "ws:"), ("https:", "http:"))


def flat(expr: Expr) -> Iterable[Expr]:
    """Yield the parts of a text, those of nested texts in their place."""
    if not isinstance(expr, Template):
        yield expr
        return
    for part in expr.parts:
        yield from flat(part)


def parts(expr: Member) -> tuple[str, ...]:
    """Return what a property of `location` can be: each scheme of pages, a name for the host; empty for others."""
    inner = expr.object
    if isinstance(inner, Member):
        ours = inner.name == "location" and isinstance(inner.object, Name) and inner.object.name in _HOLDERS
    else:
        ours = isinstance(inner, Name) and inner.name == "location"
    return _PARTS.get(expr.name, ()) if ours else ()


def is_location(expr: Expr) -> bool:
    """Tell whether an expression is the page's address: `location` or `location.href`."""
    if isinstance(expr, Member) and expr.name == "href":
        expr = expr.object
    if isinstance(expr, Member):
        return expr.name == "location" and isinstance(expr.object, Name) and expr.object.name in _HOLDERS
    return isinstance(expr, Name) and expr.name == "location"


def following(texts: Iterable[str]) -> dict[str, str]:
    """Return the texts that differ in their scheme only, secure or not, with the same text without a scheme.

    `ws://h` beside `wss://h` means that the scheme follows the page's: neither of them is what the program says.
    """
    known = set(texts)
    found: dict[str, str] = {}
    for secure, plain in _FAMILIES:
        for text in known:
            other = plain + text.removeprefix(secure)
            if text.startswith(f"{secure}//") and other in known:
                found[text] = found[other] = text.removeprefix(secure)
    return found
