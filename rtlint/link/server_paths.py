"""How Fastify and Hono spell the parameters of a path; Koa's routers spell them as Express does.

Sources: https://github.com/delvedor/find-my-way#supported-path-formats, https://hono.dev/docs/api/routing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from rtlint.patterns import regex

_FASTIFY = regex(r"::|:(?P<name>[A-Za-z_]\w*)|\*")
_HONO = regex(r"^:(?P<name>[\w-]+)(?:\{(?P<pattern>.+)\})?(?P<optional>\?)?$")
_MAX_PATTERN = 200


def fastify_path(path: str) -> tuple[str, ...] | None:
    """Return a path of find-my-way as facts spell it; two for an optional last parameter, None for what is not read."""
    plain = _without_patterns(path)
    if plain is None or "{" in plain:
        return None
    if plain.endswith("?") and re.search(r":\w+\?$", plain):
        kept = plain[: plain.rindex("/:")] if "/:" in plain else ""
        both = (fastify_path(kept or "/"), fastify_path(plain[:-1]))
        return None if None in both else tuple(one for found in both if found for one in found)
    if "?" in plain or "*" in plain[:-1]:
        return None
    spelled = _FASTIFY.sub(_fastify_part, plain)
    return (spelled if spelled.startswith("/") else "/" + spelled,)


def any_slash(paths: Iterable[str]) -> tuple[str, ...]:
    """Return what answers for paths when one slash at the end is cut off from both them and the request."""
    found: list[str] = []
    for path in paths:
        bare = path.removesuffix("/")
        found += [f"{bare}/"] if not bare or bare.endswith("/") else [bare, f"{bare}/"]
    return tuple(dict.fromkeys(found))


def _fastify_part(found: re.Match[str]) -> str:
    if found[0] == "::":
        return ":"
    return f"{{{found['name']}}}" if found["name"] else "{rest:path}"


def _without_patterns(path: str) -> str | None:
    """Return a path without the patterns of its parameters (`:id([0-9]+)`); None when a bracket is not closed."""
    kept: list[str] = []
    depth = 0
    for letter in path:
        depth += letter == "("
        if depth == 0:
            kept.append(letter)
        depth -= letter == ")"
        if depth < 0:
            return None
    return "".join(kept) if depth == 0 else None


def hono_path(path: str) -> tuple[str, ...] | None:
    """Return a path of Hono as facts spell it: several for optional parts, None for what is not read."""
    found = [""]
    segments = path.removeprefix("/").split("/")
    for index, segment in enumerate(segments):
        last = index == len(segments) - 1
        spelled = _hono_segment(segment, last=last)
        if spelled is None or (not last and segment.endswith("?")):
            return None
        found = [before + ("" if one is None else "/" + one) for before in found for one in spelled]
    return tuple(dict.fromkeys(one or "/" for one in found))


def _hono_segment(segment: str, *, last: bool) -> tuple[str | None, ...] | None:
    """Return the spellings of a segment, None among them for nothing at all."""
    if segment == "*":
        return (None, "{rest:path}") if last else ("{any}",)
    found = _HONO.match(segment[:_MAX_PATTERN])
    if found is None:
        return None if re.search(r"[*{}]", segment) or segment.startswith(":") else (segment,)
    name = re.sub(r"\W", "_", found["name"])
    pattern = found["pattern"] or ""
    many = re.search(r"\.[*+]|/|\[\^", pattern) is not None
    spelled = f"{{{name}:path}}" if many else f"{{{name}}}"
    return (None, spelled) if found["optional"] else (spelled,)
