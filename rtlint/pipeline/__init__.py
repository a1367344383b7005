"""The flow from a folder to a report: discover, extract, link, judge. Here the stages meet.

Names are loaded when they are asked for: a run whose verdicts are remembered needs few of the modules.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rtlint.pipeline.analysis import Analysis, analyse, masker
    from rtlint.pipeline.mentions import mentions
    from rtlint.pipeline.overrides import Overrides
    from rtlint.pipeline.questions import environments, explain, query, schema, why
    from rtlint.pipeline.setup import Setup, known_rule, known_rules, prepare
    from rtlint.pipeline.verdicts import CheckResult, check

_MODULES = {
    "Analysis": "analysis",
    "CheckResult": "verdicts",
    "Overrides": "overrides",
    "Setup": "setup",
    "analyse": "analysis",
    "check": "verdicts",
    "environments": "questions",
    "explain": "questions",
    "known_rule": "setup",
    "known_rules": "setup",
    "masker": "analysis",
    "mentions": "mentions",
    "prepare": "setup",
    "query": "questions",
    "schema": "questions",
    "why": "questions",
}

__all__ = [
    "Analysis",
    "CheckResult",
    "Overrides",
    "Setup",
    "analyse",
    "check",
    "environments",
    "explain",
    "known_rule",
    "known_rules",
    "masker",
    "mentions",
    "prepare",
    "query",
    "schema",
    "why",
]


def __getattr__(name: str) -> object:
    """Return a public name of a module of this package (PEP 562)."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
