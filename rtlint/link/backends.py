"""Backends whose routes do not hang on router objects: each framework has a finder of its own.

`rtlint/link/routes.py` walks the frameworks that mount router objects (FastAPI, Flask, Express). Others build their
routes from lists (Django), route files (Laravel, Rails), classes (Nest) or folders (Next.js, SvelteKit): each has a
module in this package with a finder, which is named in `FINDERS`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib import import_module
from typing import TypeAlias

from rtlint.facts.derived import Backend, ServedRoute
from rtlint.facts.expressions import Expr
from rtlint.facts.records import dataclass, field
from rtlint.facts.site import Site
from rtlint.link.index import Index
from rtlint.link.modules import Modules
from rtlint.link.route_paths import glob
from rtlint.link.routes import Routes


@dataclass(frozen=True, slots=True)
class FoundRoute:
    """A route as a finder reports it.

    Attributes:
        at: where the route stands.
        method: GET, POST, ...; `*` for any.
        path: the full path; `{name}` is one segment or a part of one, `{name:path}` any rest.
        protocol: http or ws.
        mounted_at: the prefix or mount nearest to the root that shapes the path; None for the route itself.
    """

    at: Site
    method: str
    path: str
    protocol: str = "http"
    mounted_at: Site | None = None


@dataclass(frozen=True, slots=True)
class FoundBackend:
    """An application as a finder reports it.

    Attributes:
        at: where it is made or configured.
        framework: its name in lower case, which decides how `route_paths.matches` compares paths.
        directory: the folder that its code lies in.
        complete: whether every route, prefix and mount of it is known. Only then may a rule call a path unserved.
        routes: what it serves.
    """

    at: Site
    framework: str
    directory: str
    complete: bool
    routes: tuple[FoundRoute, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Sources:
    """What a finder may look at.

    Attributes:
        index: the facts of all files; `index.files` lists every file, read or not.
        modules: resolves imports of JavaScript, and reads files that were passed over.
        fold: returns the texts that an expression of a file can be; None when one is unknown.
    """

    index: Index
    modules: Modules
    fold: Callable[[str, Expr], frozenset[str] | None]


Finder: TypeAlias = Callable[[Sources], Iterable[FoundBackend]]

FINDERS: tuple[str, ...] = (
    "django",
    "fastify",
    "file_routes",
    "hono",
    "koa",
    "laravel",
    "nest",
    "rails",
    "socket_servers",
)
"""The modules of this package that have a `find_backends(sources)`."""


def with_found(routes: Routes, sources: Sources) -> Routes:
    """Return the routes with those of every finder added; backends are numbered on."""
    backends, served = list(routes.backends), list(routes.routes)
    for name in FINDERS:
        finder: Finder = import_module(f"rtlint.link.{name}").find_backends
        for found in finder(sources):
            number = len(backends) + 1
            backends.append(Backend(number, found.at, found.framework, found.directory, found.complete))
            unique = dict.fromkeys(found.routes)
            served += [_served(number, route) for route in unique]
    return Routes(tuple(backends), tuple(served))


def _served(number: int, route: FoundRoute) -> ServedRoute:
    at = route.mounted_at or route.at
    return ServedRoute(number, route.at, route.method.upper(), route.protocol, route.path, glob(route.path), at)
