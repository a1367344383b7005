"""Every condition of every query earns its place: without it, some example of the rule says something else."""

from __future__ import annotations

from pathlib import Path

import pytest

from rtlint.database import Database
from rtlint.dialect import and_terms
from rtlint.facts.raw import Suppression
from rtlint.judge import findings_of
from rtlint.rules import Rule, builtin_rules
from tests.rules.examples import Case, analysed, cases, difference, reported

_RULES = [rule for rule in builtin_rules(examples=True) if and_terms(rule.query)]


@pytest.fixture(scope="module")
def databases(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Database]:
    return {}


def _silenced(facts: tuple[object, ...]) -> bool:
    return any(isinstance(fact, Suppression) for fact in facts)


def _agrees(case: Case, query: str, folder: Path, databases: dict[str, Database]) -> bool:
    """Tell whether a query gives what the marks of an example of its rule say."""
    analysis, _ = analysed(str(case), folder)
    if _silenced(analysis.facts):
        return True
    if str(case) not in databases:
        databases[str(case)] = Database(analysis.facts)
    found = findings_of(databases[str(case)], analysis.facts, case.rule, query)
    return not difference(case.example, reported(found, [case.rule]), {case.rule.code})


@pytest.mark.parametrize("rule", _RULES, ids=lambda rule: rule.code)
def test_each_term_is_killed_by_an_example(
    rule: Rule, tmp_path_factory: pytest.TempPathFactory, databases: dict[str, Database]
) -> None:
    folders = {str(case): tmp_path_factory.getbasetemp() / f"m{number}" for number, case in enumerate(cases())}
    own = [case for case in cases() if case.rule == rule]
    survivors = []
    for start, end in and_terms(rule.query):
        mutant = f"{rule.query[:start]} 1 {rule.query[end:]}"
        if all(_agrees(case, mutant, folders[str(case)], databases) for case in own):
            survivors.append(rule.query[start:end])
    assert survivors == []
