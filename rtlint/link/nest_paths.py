"""Paths of NestJS: how prefixes, versions, modules, controllers and methods make the path that is registered.

Source: packages/core/router/route-path-factory.ts and legacy-route-converter.ts of https://github.com/nestjs/nest.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import product

from rtlint.facts.derived import ServedRoute
from rtlint.facts.records import dataclass
from rtlint.facts.site import Site
from rtlint.link.route_paths import glob, matches, spelled


@dataclass(frozen=True, slots=True)
class Exclude:
    """A path that the global prefix leaves alone; `method` is `*` for every route."""

    method: str
    path: str


def appended(base: str, part: str | None) -> str:
    """Return `base` with a part behind it; None adds nothing, an empty part drops a slash at the end of `base`."""
    if part is None:
        return base
    return _without_end(base) + with_slash(part)


def with_slash(path: str) -> str:
    """Return a path with a slash in front, unless it is empty or an optional group that brings one."""
    return path if not path or path.startswith(("/", "{/")) else f"/{path}"


def _without_end(path: str) -> str:
    return path.removesuffix("/")


def registered(
    version: str, parts: Sequence[str | None], prefix: str, excludes: Iterable[Exclude], method: str
) -> tuple[str, bool]:
    """Return the path that is registered with the router, and whether the global prefix is in it.

    Args:
        version: the version's segment with its slash, or empty.
        parts: the paths of module, controller and method; None for one that is not given.
        prefix: the global prefix as written.
        excludes: what the prefix leaves alone.
        method: that of the route.
    """
    plain, path = "", version
    for part in parts:
        plain, path = appended(plain, part), appended(path, part)
    before = validated(prefix) if prefix else ""
    applied = bool(before) and not any(_covers(exclude, plain, method) for exclude in excludes)
    whole = with_slash((before if applied else "") + path or "/")
    return (whole if whole == "/" else _without_end(whole)), applied


def validated(path: str) -> str:
    """Return a prefix with one slash in front of each part: `validatePath` of packages/common/utils/shared.utils.ts."""
    parts = [part for part in path.split("/") if part]
    return "/" + "/".join(parts) if parts else ""


def _covers(exclude: Exclude, path: str, method: str) -> bool:
    if exclude.method not in {"*", method}:
        return False
    known = as_served(with_slash(exclude.path))
    return known is not None and any(_matches(one, with_slash(path) or "/") for one in known)


def _matches(pattern: str, path: str) -> bool:
    at = Site("", 1, 1, 1, 1)
    return matches(ServedRoute(0, at, "*", "http", pattern, glob(pattern), at), "GET", path, "express")


def as_served(path: str) -> tuple[str, ...] | None:
    """Return a registered path as facts spell it; None when it can't be read."""
    return spelled("express", path.replace("(.*)", "*"))


def combinations(*parts: Sequence[str | None]) -> Iterable[tuple[str | None, ...]]:
    """Return every choice of one path from each part; a part without paths is None."""
    return product(*(part or (None,) for part in parts))
