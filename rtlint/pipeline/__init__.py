"""The flow from a folder to a report: discover, extract, link, judge. Here the stages meet."""

from rtlint.pipeline.analysis import Analysis, analyse, masker, mentions
from rtlint.pipeline.checking import CheckResult, check
from rtlint.pipeline.questions import environments, explain, query, schema, why
from rtlint.pipeline.setup import Overrides, Setup, known_rule, known_rules, prepare

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
