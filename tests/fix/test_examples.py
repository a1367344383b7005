"""Every fix of every rule, on the rule's own examples: made, the finding is gone, and nothing else is touched."""

from __future__ import annotations

import difflib
from collections import Counter
from pathlib import Path

import pytest

from rtlint.findings import FIX_OPERATIONS, Finding
from rtlint.fix import OPERATIONS, operation
from rtlint.pipeline import Overrides, check
from rtlint.pipeline.fixing import FixResult, fix
from rtlint.rules import Rule, builtin_rules
from tests.rules.examples import Case, cases, expected

FIXABLE = [
    case for case in cases() if case.rule.fixes and case.rule.code in {mark[0] for mark in expected(case.example)}
]
ALL = Overrides()


def lay_out(case: Case, folder: Path, newline: str = "\n") -> None:
    for path, text in case.example.files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text.replace("\n", newline).encode())


def changed_lines(before: bytes, after: bytes) -> set[int]:
    """Return the lines of the old text, 1-based, that a differ of the standard library finds changed."""
    old, new = before.decode().splitlines(keepends=True), after.decode().splitlines(keepends=True)
    found = set()
    for tag, first, last, _, _ in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            found |= set(range(first + 1, max(last, first + 1) + 1))
    return found


def identity(finding: Finding) -> tuple[str, str, str]:
    return finding.code, finding.at.path, finding.message


@pytest.mark.parametrize("case", FIXABLE, ids=str)
def test_a_fixed_finding_is_gone_and_nothing_new_comes(case: Case, tmp_path: Path) -> None:
    lay_out(case, tmp_path)
    before = check(tmp_path, ALL).report.findings
    done = fix(tmp_path, ALL, unsafe=True)
    assert not done.failed
    left = done.result.report.findings
    assert not [finding for finding in left if finding.fix], "a fix was offered and not made"
    assert {finding.code for finding in left} <= {finding.code for finding in before}
    again = fix_again(tmp_path, done)
    assert not again.after, "fixing twice changes something"


@pytest.mark.parametrize("case", FIXABLE, ids=str)
def test_line_ends_stay_as_they_are(case: Case, tmp_path: Path) -> None:
    lay_out(case, tmp_path, newline="\r\n")
    for path, data in fix(tmp_path, ALL, unsafe=True).after.items():
        assert b"\n" not in data.replace(b"\r\n", b""), path


def fix_again(folder: Path, done: FixResult) -> FixResult:
    for path, data in done.after.items():
        (folder / path).write_bytes(data)
    return fix(folder, ALL, unsafe=True)


@pytest.mark.parametrize("case", FIXABLE, ids=str)
def test_one_fix_changes_its_own_lines_only(case: Case, tmp_path: Path) -> None:
    from rtlint.fix.changes import edited

    lay_out(case, tmp_path)
    findings = [finding for finding in check(tmp_path, ALL).report.findings if finding.code == case.rule.code]
    for finding in findings:
        if finding.fix is None:
            continue
        contents = {edit.at.path: (tmp_path / edit.at.path).read_bytes() for edit in finding.fix.edits}
        after = edited(finding.fix.edits, contents)
        assert after.keys() == contents.keys()
        for path, data in after.items():
            own = {
                line
                for edit in finding.fix.edits
                if edit.at.path == path
                for line in range(edit.at.line, edit.at.end_line + 1)
            }
            assert changed_lines(contents[path], data) <= own | {line + 1 for line in own}
        left = Counter(map(identity, check(tmp_path, ALL, overlay=after).report.findings))
        assert left[identity(finding)] < Counter(map(identity, findings))[identity(finding)]


@pytest.mark.parametrize(
    "rule", [rule for rule in builtin_rules(examples=True) if rule.fixes], ids=lambda rule: rule.code
)
def test_every_fix_of_a_rule_is_shown_by_one_of_its_examples(rule: Rule, tmp_path: Path) -> None:
    made = set()
    reported = (item for item in rule.examples if rule.code in {mark[0] for mark in expected(item)})
    for number, example in enumerate(reported):
        folder = tmp_path / str(number)
        lay_out(Case(rule, example), folder)
        for finding in check(folder, ALL).report.findings:
            made |= {item.operation for item in finding.proposals if finding.fix and item.title == finding.fix.title}
    assert made >= {template.operation for template in rule.fixes}


def test_the_names_of_operations_are_those_that_rules_may_use() -> None:
    assert set(OPERATIONS) == FIX_OPERATIONS
    assert all(operation(name).__doc__ for name in OPERATIONS)
    used = {template.operation for rule in builtin_rules() for template in rule.fixes}
    assert used == FIX_OPERATIONS
