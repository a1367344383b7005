"""Helpers of the tests of finders: the backends that the finders see in sources in memory."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping

from rtlint.discover.kinds import kind_of
from rtlint.extract import extract
from rtlint.facts.derived import Backend, ServedRoute
from rtlint.facts.expressions import EnvVar, Expr
from rtlint.facts.files import FileFacts, SourceFile
from rtlint.link import fastify, file_routes, hono, koa, laravel, nest, rails, socket_servers
from rtlint.link.backends import FoundBackend, Sources
from rtlint.link.index import Index
from rtlint.link.modules import Modules
from rtlint.link.outcomes import Outcomes
from rtlint.link.values import Folder
from rtlint.roles import role_of


class NoVariables:
    def variable(self, expr: EnvVar, fold: object) -> Outcomes:
        return ()


def backends_of(sources: Mapping[str, str]) -> list[FoundBackend]:
    """Return what the finders see, but for Django's, with files read as a run reads them."""
    files = {path: SourceFile(path, kind_of(path), role_of(path), False, len(text)) for path, text in sources.items()}
    facts = {path: extract(file, sources[path].encode()) for path, file in files.items()}

    def load(path: str) -> FileFacts:
        facts[path] = extract(files[path], sources[path].encode(), force=True)
        return facts[path]

    modules = Modules(files, facts, load)
    folder = Folder(modules, NoVariables())

    def fold(path: str, expr: Expr) -> frozenset[str] | None:
        outcomes = folder.fold(path, expr)
        known = all(outcome.state == "known" for outcome in outcomes)
        return frozenset(outcome.text for outcome in outcomes) if known else None

    given = Sources(Index(files, facts), modules, fold)
    finders = (fastify, file_routes, hono, koa, laravel, nest, rails, socket_servers)
    return [found for finder in finders for found in finder.find_backends(given)]


def table(backend: FoundBackend) -> set[tuple[str, str]]:
    return {(route.method if route.protocol == "http" else "WS", route.path) for route in backend.routes}


def served(backend: FoundBackend, method: str, path: str) -> tuple[list[ServedRoute], str, str, list[Backend]]:
    """Return what `find` takes to tell whether a backend answers a request."""
    routes = [
        ServedRoute(1, route.at, route.method, route.protocol, route.path, "", route.at) for route in backend.routes
    ]
    return routes, method, path, [Backend(1, backend.at, backend.framework, backend.directory, backend.complete)]


def manifest(folder: str, *dependencies: str) -> dict[str, str]:
    """Return the package.json of a folder that depends on some packages."""
    listed = ", ".join(f'"{name}": "*"' for name in dependencies)
    return {posixpath.join(folder, "package.json"): f'{{"name": "app", "dependencies": {{{listed}}}}}'}
