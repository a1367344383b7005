"""Speed without a clock: the steps of SQLite's virtual machine that each rule takes on the sample project."""

from __future__ import annotations

from pathlib import Path

import pytest

from rtlint.database import Database
from rtlint.pipeline import Overrides, analyse, prepare
from rtlint.rules import Rule, builtin_rules

BUDGET = 20
"""Thousands of steps for one rule: about five times what the dearest one takes."""

_SAMPLE = Path(__file__).parent.parent / "projects" / "scenario"


@pytest.fixture(scope="module")
def database() -> Database:
    return Database(analyse(_SAMPLE, prepare(_SAMPLE, Overrides()).config).facts)


@pytest.mark.parametrize(
    "rule", [rule for rule in builtin_rules() if not rule.made_by_engine], ids=lambda rule: rule.code
)
def test_a_rule_keeps_to_its_budget(rule: Rule, database: Database) -> None:
    assert database.run(rule.query).steps <= BUDGET
