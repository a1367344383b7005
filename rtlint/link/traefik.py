"""Traefik: routers and middlewares in the labels of compose services, as rules for paths.

Sources: https://doc.traefik.io/traefik/routing/routers/#rule, https://doc.traefik.io/traefik/middlewares/http/overview/.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from rtlint.facts.proxies import ComposeLabel, ProxyRule
from rtlint.facts.rewrites import Rewrite
from rtlint.link.index import Index
from rtlint.patterns import regex

_ROUTER = regex(r"traefik\.http\.routers\.([^.]+)\.(rule|middlewares|priority)", re.IGNORECASE)
_MIDDLEWARE = regex(r"traefik\.http\.middlewares\.([^.]+)\.(\w+)(?:\.(.+))?", re.IGNORECASE)
_PATH = regex(r"(!\s?)?(PathPrefix|PathRegexp|Path|Headers?|Method|Query|ClientIP)\w*\(([^)]*)\)")
MAX_RULE = 2_000
"""The longest rule that is read, in characters."""

_QUOTED = regex(r"[`\"']([^`\"']*)[`\"']")
_HARMLESS = frozenset(
    "redirectscheme headers compress ratelimit basicauth digestauth forwardauth ipallowlist ipwhitelist inflightreq "
    "buffering retry circuitbreaker contenttype redirectregex errors".split()
)
"""Middlewares that leave the path of what they let through alone."""


def traefik_rules(index: Index) -> list[ProxyRule]:
    """Return a rule for each path of each router, the strongest router first; a longer rule is stronger."""
    labels = list(index.of_role(ComposeLabel, "app"))
    middlewares = dict(_middlewares(labels))
    routers: dict[tuple[str, str], dict[str, ComposeLabel]] = {}
    for label in labels:
        found = _ROUTER.fullmatch(label.key)
        if found:
            routers.setdefault((label.at.path, found[1].lower()), {})[found[2].lower()] = label
    ordered = sorted((each for each in routers.values() if "rule" in each), key=_priority)
    return [rule for number, each in enumerate(ordered, 1) for rule in _rules(number, each, middlewares)]


def _priority(router: dict[str, ComposeLabel]) -> int:
    given = router["priority"].value if "priority" in router else ""
    return -int(given) if given.isdigit() and given != "0" else -len(router["rule"].value)


def _middlewares(labels: Iterable[ComposeLabel]) -> Iterator[tuple[str, tuple[Rewrite, ...]]]:
    for label in labels:
        found = _MIDDLEWARE.fullmatch(label.key)
        if found:
            yield found[1].lower(), _change(found[2].lower(), (found[3] or "").lower(), label.value)


def _change(kind: str, option: str, value: str) -> tuple[Rewrite, ...]:
    """Return what a middleware does to a path."""
    if kind == "stripprefix" and option in {"prefixes", "forceslash"}:
        return tuple(Rewrite("strip", prefix.strip()) for prefix in value.split(",")) if option == "prefixes" else ()
    if kind == "addprefix" and option == "prefix":
        return (Rewrite("prepend", "", value),)
    if kind == "replacepath" and option == "path":
        return (Rewrite("set", "", value),)
    return () if kind in _HARMLESS else (Rewrite("opaque"),)


def _rules(
    number: int, router: dict[str, ComposeLabel], middlewares: dict[str, tuple[Rewrite, ...]]
) -> Iterator[ProxyRule]:
    label = router["rule"]
    names = [name.strip() for name in router["middlewares"].value.split(",")] if "middlewares" in router else []
    opaque = (Rewrite("opaque"),)
    changes = [change for name in names for change in middlewares.get(name.partition("@")[0].lower(), opaque)]
    at = router["middlewares"].at if "middlewares" in router else label.at
    for matcher, pattern, complete in _paths(label.value):
        yield ProxyRule(
            at=label.at, tool="traefik", server=0, rule=number, parent=0, matcher=matcher, pattern=pattern,
            action="proxy", scheme="http", host=label.service, port="", websocket="yes", serves_files=False,
            complete=complete, target_at=at, rewrites=_own_strips(changes, pattern),
        )  # fmt: skip


def _own_strips(changes: list[Rewrite], pattern: str) -> tuple[Rewrite, ...]:
    """Return the changes that apply to the paths of a router; of several prefixes only one that fits is stripped."""
    fitting = [change for change in changes if change.kind != "strip" or pattern.startswith(change.pattern)]
    longer = [change for change in changes if change.kind == "strip" and change not in fitting]
    return tuple(fitting) if not longer or len(fitting) > 0 else (Rewrite("opaque"),)


def _paths(rule: str) -> Iterator[tuple[str, str, bool]]:
    """Yield matcher, pattern and whether the router's rule is understood, for each path in a rule."""
    found = list(_PATH.finditer(rule)) if len(rule) <= MAX_RULE else []
    if len(rule) > MAX_RULE or any(item[1] for item in found):
        yield "prefix", "/", False
        return
    paths = [item for item in found if item[2] in {"PathPrefix", "Path"}]
    complete = len(paths) == len(found) and "${" not in rule
    if "&&" in rule and len(paths) > 1:
        complete = False
    if not paths:
        yield "prefix", "/", complete
    for item in paths:
        for pattern in _QUOTED.findall(item[3]):
            literal = complete and not re.search(r"[{}*]", pattern)
            yield ("prefix" if item[2] == "PathPrefix" else "exact"), pattern, literal
