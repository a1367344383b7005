"""Rails: the backend of each config/routes.rb, with the files that it draws.

Sources: https://guides.rubyonrails.org/routing.html, actioncable/lib/action_cable/engine.rb (`mount_path`).
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from rtlint.facts.expressions import Literal
from rtlint.facts.rails import CableSetting, OpaqueRailsRoutes, RailsDraw, RailsRoute
from rtlint.facts.site import Site, whole_file
from rtlint.link.backends import FoundBackend, FoundRoute, Sources
from rtlint.link.index import Index, within

_ROUTES = "config/routes.rb"
_CABLE = "/cable"
_OWN = "/rails/{rest:path}"
"""What Rails serves itself: Active Storage, Action Mailbox and the pages of development."""

_MAX_FILES = 200


def find_backends(sources: Sources) -> Iterator[FoundBackend]:
    """Yield a backend for each config/routes.rb of an application."""
    index = sources.index
    for path in sorted(index.files):
        if (path == _ROUTES or path.endswith("/" + _ROUTES)) and index.role(path) in {"app", "tooling"}:
            yield _backend(index, path)


def _backend(index: Index, path: str) -> FoundBackend:
    root = posixpath.dirname(posixpath.dirname(path))
    at = whole_file(path)
    routes, complete = _drawn(index, path, root)
    settings = [fact for fact in index.of_role(CableSetting, "app", "tooling") if within(fact.at.path, root)]
    mounts = [fact for fact in settings if fact.key == "mount_path"]
    routes += [FoundRoute(at, "*", _OWN), *_cables(index, root, at, mounts)]
    prefixed = any(fact.key == "relative_url_root" for fact in settings)
    return FoundBackend(at, "rails", root, complete and not prefixed, tuple(routes))


def _drawn(index: Index, path: str, root: str) -> tuple[list[FoundRoute], bool]:
    """Return the routes of a file and of those that it draws, and whether they are all."""
    routes, complete = [], True
    pending = [(path, "")]
    seen: set[tuple[str, str]] = set()
    while pending and len(seen) < _MAX_FILES:
        current, prefix = pending.pop()
        if (current, prefix) in seen:
            continue
        seen.add((current, prefix))
        complete = complete and current in index.files and not index.in_file(current, OpaqueRailsRoutes)
        for route in index.in_file(current, RailsRoute):
            whole = (prefix + route.path).rstrip("/") or "/"
            routes.append(FoundRoute(route.at, route.method, whole, route.protocol, route.mounted_at))
        draws = index.in_file(current, RailsDraw)
        pending += [(posixpath.join(root, "config/routes", f"{draw.name}.rb"), prefix + draw.prefix) for draw in draws]
    return routes, complete and not pending


def _cables(index: Index, root: str, at: Site, mounts: list[CableSetting]) -> Iterator[FoundRoute]:
    """Yield where the framework mounts Action Cable's server: at `mount_path`, else at /cable if it is set up."""
    for fact in mounts:
        if isinstance(fact.value, Literal) and isinstance(fact.value.value, str):
            yield FoundRoute(fact.at, "GET", "/" + fact.value.value.strip("/"), "ws")
    if not mounts and posixpath.join(root, "config/cable.yml") in index.files:
        yield FoundRoute(at, "GET", _CABLE, "ws")
