"""The examples of rule files: writing them out, reading their marks, and comparing with what the rules say.

A mark stands in a comment at the end of a line: `RT201` for a finding at this line, `RT201 client_at` for an evidence
place of one (the label is the evidence column, or `chain`). Several marks follow each other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from rtlint.database import Database
from rtlint.findings import Finding
from rtlint.judge import judge
from rtlint.pipeline import Analysis, Overrides, analyse, prepare
from rtlint.rules import CHAIN, Example, Rule, RuleError, builtin_rules

_COMMENT = re.compile(r"(?://|#|<!--|/\*|\{/\*)\s*(RT\d{3}\b.*?)\s*(?:-->|\*/\}?)?\s*$")
_MARK = re.compile(r"RT\d{3}(?: (?:chain|[a-z]\w*_at|value_id)\b)?")
Mark = tuple[str, str, str, int]
"""Code, label (empty for the finding itself), path, line."""


@dataclass(frozen=True)
class Case:
    rule: Rule
    example: Example

    def __str__(self) -> str:
        return f"{self.rule.code}-{self.example.name}"


def cases() -> list[Case]:
    return [Case(rule, example) for rule in builtin_rules(examples=True) for example in rule.examples]


@cache
def analysed(case_name: str, folder: Path) -> tuple[Analysis, tuple[RuleError, ...]]:
    case = next(case for case in cases() if str(case) == case_name)
    for path, text in case.example.files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text.encode())
    setup = prepare(folder, Overrides())
    triggers = {token.encode() for rule in setup.rules for token in rule.triggers}
    return analyse(folder, setup.config, triggers, complete=False), setup.failed


def expected(example: Example) -> set[Mark]:
    found = set()
    for path, text in example.files.items():
        for number, line in enumerate(text.splitlines(), 1):
            comment = _COMMENT.search(line)
            for mark in _MARK.findall(comment.group(1)) if comment else ():
                code, _, label = mark.partition(" ")
                found.add((code, label, path, number))
    for line in example.expect:
        words = line.split()
        path, _, text = words[-1].rpartition(":")
        found.add((words[0], words[1] if len(words) == 3 else "", path, int(text)))
    return found


def reported(findings: Iterable[Finding], rules: Iterable[Rule]) -> set[Mark]:
    by_code = {rule.code: rule for rule in rules}
    found = set()
    for finding in findings:
        if finding.suppressed:
            continue
        found.add((finding.code, "", finding.at.path, finding.at.line))
        found |= {(finding.code, CHAIN, step.at.path, step.at.line) for step in finding.chain}
        labels = _labels(by_code[finding.code])
        for item in finding.related:
            found.add((finding.code, labels.get(item.label, item.label), item.at.path, item.at.line))
    return found


def _labels(rule: Rule) -> dict[str, str]:
    return {label.replace("{{", "{").replace("}}", "}"): column for column, label in rule.evidence.items()}


def difference(example: Example, got: set[Mark], codes: set[str] | None = None) -> list[str]:
    """Return what is noisy (reported without a mark) or missing (marked and not reported)."""
    want = expected(example)
    if codes is not None:
        got = {mark for mark in got if mark[0] in codes}
        want = {mark for mark in want if mark[0] in codes}
    noisy = [f"noisy: {code} {label} at {path}:{line}" for code, label, path, line in sorted(got - want)]
    missing = [f"missing: {code} {label} at {path}:{line}" for code, label, path, line in sorted(want - got)]
    return noisy + missing


def run(case: Case, folder: Path) -> list[str]:
    analysis, failed = analysed(str(case), folder)
    rules = [*builtin_rules(examples=True), *(rule for rule in prepare(folder, Overrides()).rules if not rule.trusted)]
    return difference(case.example, reported(judge(analysis.facts, rules, failed), rules))


__all__ = ["Case", "Database", "cases", "difference", "run"]
