"""Helpers of the Django tests: the backends of sources in memory."""

from __future__ import annotations

from collections.abc import Mapping

from rtlint.discover.kinds import kind_of
from rtlint.extract.python import extract
from rtlint.facts.expressions import EnvVar, Expr
from rtlint.facts.files import FileFacts, SourceFile
from rtlint.link.backends import Sources, with_found
from rtlint.link.index import Index
from rtlint.link.modules import Modules
from rtlint.link.outcomes import Outcomes
from rtlint.link.routes import Routes
from rtlint.link.values import Folder


class _NoVariables:
    def variable(self, expr: EnvVar, fold: object) -> Outcomes:
        return ()


def routes_in(sources: Mapping[str, str]) -> Routes:
    """Return what the backends in some Python sources serve."""
    files = {path: SourceFile(path, kind_of(path), "app", False, len(text)) for path, text in sources.items()}
    facts = {path: FileFacts(path, tuple(extract(path, text.encode()))) for path, text in sources.items()}
    modules = Modules(files, facts, lambda path: None)
    folder = Folder(modules, _NoVariables())

    def fold(path: str, expr: Expr) -> frozenset[str] | None:
        outcomes = folder.fold(path, expr)
        known = all(outcome.state == "known" for outcome in outcomes)
        return frozenset(outcome.text for outcome in outcomes) if known else None

    return with_found(Routes((), ()), Sources(Index(files, facts), modules, fold))
