"""Helpers: the facts of a script, and the text at a site."""

from __future__ import annotations

from typing import TypeVar

from rtlint.extract.html import extract as extract_html
from rtlint.extract.javascript import extract
from rtlint.facts.groups import flat
from rtlint.facts.raw import RawFact
from rtlint.facts.site import Site

Kind = TypeVar("Kind")


def facts(source: str | bytes, path: str = "a.ts") -> list[RawFact]:
    data = source.encode() if isinstance(source, str) else source
    return list(flat(extract_html(path, data) if path.endswith(".html") else extract(path, data)))


def of(kind: type[Kind], source: str | bytes, path: str = "a.ts") -> list[Kind]:
    return [fact for fact in facts(source, path) if isinstance(fact, kind)]


def at(source: str, site: Site) -> str:
    """Return the text at a site of a single line."""
    assert site.line == site.end_line
    return source.split("\n")[site.line - 1][site.column - 1 : site.end_column - 1]
