"""Helpers of the route tests: facts of sources in memory, folded with the real folder."""

from __future__ import annotations

from collections.abc import Mapping

from rtlint.extract.javascript import extract as extract_javascript
from rtlint.extract.python import extract as extract_python
from rtlint.facts.expressions import EnvVar, Expr
from rtlint.facts.files import FileFacts
from rtlint.link.modules import Modules
from rtlint.link.outcomes import Outcomes
from rtlint.link.routes import Routes, served_routes
from rtlint.link.values import Folder


class NoVariables:
    def variable(self, expr: EnvVar, fold: object) -> Outcomes:
        return ()


def routes_of(sources: Mapping[str, str]) -> Routes:
    """Return what the applications in some sources serve, as rtlint sees it."""
    facts = {}
    for path, text in sources.items():
        extract = extract_python if path.endswith(".py") else extract_javascript
        facts[path] = FileFacts(path, tuple(extract(path, text.encode())))
    modules = Modules(sources, facts, lambda path: None)
    folder = Folder(modules, NoVariables())

    def fold(path: str, expr: Expr) -> frozenset[str] | None:
        outcomes = folder.fold(path, expr)
        known = all(outcome.state == "known" for outcome in outcomes)
        return frozenset(outcome.text for outcome in outcomes) if known else None

    return served_routes(facts, modules, fold)


def table(routes: Routes) -> set[tuple[str, str]]:
    return {(route.method if route.protocol == "http" else "WS", route.path) for route in routes.routes}
