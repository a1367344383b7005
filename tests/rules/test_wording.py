"""Rules for rules: what a reader of a finding may expect of its words."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from rtlint.providers import load_providers, rules_directory
from rtlint.rules import Rule, builtin_rules

RULES = pytest.mark.parametrize("rule", builtin_rules(examples=True), ids=lambda rule: rule.code)


@RULES
def test_a_rule_has_three_examples_with_names_of_their_own(rule: Rule) -> None:
    names = [example.name for example in rule.examples]
    assert len(names) >= 3
    assert len(set(names)) == len(names)


@RULES
def test_one_example_at_least_is_silent_for_the_rule(rule: Rule) -> None:
    marked = [rule.code in "".join(example.files.values()) + "".join(example.expect) for example in rule.examples]
    assert True in marked
    assert False in marked


@RULES
def test_messages_are_clauses_that_start_small_and_end_without_a_stop(rule: Rule) -> None:
    for message in rule.messages.values():
        assert not message.endswith((".", "!", ":"))
        assert not re.match(r"[A-Z][a-z]", message)
        assert len(message) <= 160


@RULES
def test_a_finding_says_what_the_user_will_see_and_what_to_change(rule: Rule) -> None:
    assert rule.symptom
    assert rule.remedy
    assert "You will see" in rule.explanation
    assert rule.references
    assert all(reference.startswith("https://") for reference in rule.references)


@RULES
def test_the_file_is_named_after_the_rule(rule: Rule) -> None:
    assert Path(rule.path).stem == rule.name


def test_codes_follow_the_folders() -> None:
    folders = {
        "transport": "1",
        "endpoints": "2",
        "keys": "3",
        "flags": "4",
        "suppression": "5",
        "network": "6",
        "analysis": "9",
    }
    for rule in builtin_rules(examples=True):
        assert folders[Path(rule.path).parts[0]] == rule.code[2]


@pytest.mark.parametrize("name", sorted(load_providers()))
def test_every_fact_about_a_provider_has_a_source_and_a_day(name: str) -> None:
    provider = load_providers()[name]
    assert re.fullmatch(r"\d{4}-\d{2}-\d{2}", provider.checked)
    assert provider.sources
    assert all(error.source.startswith("https://") for error in provider.errors)


@RULES
def test_examples_are_the_last_key_so_that_a_run_need_not_read_them(rule: Rule) -> None:
    text = (rules_directory() / rule.path).read_text(encoding="utf-8")
    keys = re.findall(r"^(\w+):", text, re.MULTILINE)
    assert keys[-1] == "examples"
    short = next(found for found in builtin_rules() if found.code == rule.code)
    assert short.examples == ()
    assert replace(short, examples=rule.examples) == rule
