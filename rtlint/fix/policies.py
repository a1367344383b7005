"""Content Security Policies: hosts in `connect-src`.

Source: https://www.w3.org/TR/CSP3/#directive-connect-src; `default-src` stands in where it is missing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from rtlint.facts.site import Site
from rtlint.findings import Edit
from rtlint.fix.source import Source
from rtlint.patterns import regex

_QUOTED = regex(r"(?P<quote>[\"'`])(?P<text>.*?)(?P=quote)", re.DOTALL)
_DIRECTIVE = regex(r"(?P<name>[^\s;]+)(?P<sources>[^;]*)")
_SOURCE = regex(r"[\w.:/*-]+")
_FILLED_IN = regex(r"[${}]")
_ESCAPED = regex(r"\\|&[#\w]+;")
"""Signs of a policy whose semicolons may be no separators."""


def allow_host(source: Source, at: Site, arguments: Mapping[str, str]) -> list[Edit] | None:
    """Add `host` (or several, parted by blanks) to connect-src of the policy at a place."""
    hosts = arguments["host"].split()
    found = _directives(source, at)
    directive = found.get("connect-src") or found.get("default-src")
    if directive is None or not all(_SOURCE.fullmatch(host) for host in hosts):
        return None
    listed = directive["sources"]
    if _FILLED_IN.search(listed):
        return None
    own = [] if listed.lower().split() == ["'none'"] else listed.split()
    place = directive.start("sources") + len(listed.rstrip())
    if directive["name"].lower() == "default-src":
        return [source.edit(place, place, " ".join(["; connect-src", *own, *hosts]))]
    begin = place if own else directive.start("sources")
    return [source.edit(begin, place, "".join(f" {host}" for host in hosts))]


def _directives(source: Source, at: Site) -> dict[str, re.Match[str]]:
    """Return the directives of the policy at a place by name, of a repeated one the first; none if it has escapes."""
    for quoted in _QUOTED.finditer(source.text, *source.range(at)):
        found: dict[str, re.Match[str]] = {}
        for directive in _DIRECTIVE.finditer(source.text, *quoted.span("text")):
            found.setdefault(directive["name"].lower(), directive)
        if not found.keys().isdisjoint(("connect-src", "default-src")):
            return {} if _ESCAPED.search(quoted["text"]) else found
    return {}
