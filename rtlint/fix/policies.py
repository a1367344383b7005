"""Content Security Policies: hosts in `connect-src`.

Source: https://www.w3.org/TR/CSP3/#directive-connect-src; `default-src` stands in where it is missing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from rtlint.facts.site import Site
from rtlint.findings import Edit
from rtlint.fix.source import Source

_DIRECTIVE = re.compile(r"(?<![\w-])(?P<name>connect-src|default-src)(?P<sources>[^;\"\n{}]*)", re.IGNORECASE)
_SOURCE = re.compile(r"[\w.:/*-]+")
_NONE = re.compile(r"\s*'none'\s*", re.IGNORECASE)


def allow_host(source: Source, at: Site, arguments: Mapping[str, str]) -> list[Edit] | None:
    """Add `host` (or several, parted by blanks) to connect-src of the policy at a place."""
    hosts = arguments["host"].split()
    start, end = source.range(at)
    found = {match["name"].lower(): match for match in _DIRECTIVE.finditer(source.text, start, end)}
    if not found or not all(_SOURCE.fullmatch(host) for host in hosts):
        return None
    directive = found.get("connect-src") or found["default-src"]
    listed = directive["sources"]
    if "$" in listed or ("'" not in listed and '"' in listed):
        return None
    place = directive.start("sources") + len(listed.rstrip())
    if directive["name"].lower() == "connect-src":
        if _NONE.fullmatch(listed):
            return [source.edit(directive.start("sources"), place, " " + " ".join(hosts))]
        return [source.edit(place, place, "".join(f" {host}" for host in hosts))]
    own = "" if _NONE.fullmatch(listed) else listed.rstrip()
    return [source.edit(place, place, f"; connect-src{own} {' '.join(hosts)}")]
