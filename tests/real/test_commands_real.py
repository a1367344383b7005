"""Commands of CI servers, compared with those that the servers' own libraries write and read."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from rtlint.facts.site import Site
from rtlint.findings import LEVELS, Finding
from rtlint.report import Options, write
from rtlint.report.visible import visible
from tests.report.sample import report

pytestmark = pytest.mark.real

HERE = Path(__file__).parent
CASES = 300
PIECES = (
    "%", "%25", "%0A", "%0D", "%3A", "%AZP25", "%5D", "%3B", ":", "::", ",", ";", "]", "[", "=", "##[", "##vso[", "\r",
    "\n", "\t", "é", "😀", "a", "b c", "::error::", "\x1b[31m", "\u202e", "/", "'", '"', "\\",
)  # fmt: skip


def generated(rng: random.Random) -> Finding:
    def text() -> str:
        return "x" + "".join(rng.choice(PIECES) for _ in range(rng.randint(0, 7)))

    line, column = rng.randint(1, 9), rng.randint(1, 9)
    at = Site(text(), line, column, line + rng.choice([0, 0, 2]), column + rng.randint(0, 9))
    return Finding("RT405", "unread-flag", rng.choice(LEVELS), at, text(), rng.choice(["", text()]), text())


def case(finding: Finding) -> dict[str, Any]:
    said = [finding.message, finding.symptom and f"You will see: {finding.symptom}", f"Fix: {finding.remedy}"]
    at = finding.at
    return {
        "level": finding.level,
        "path": visible(at.path),
        "from": [at.line, at.column],
        "to": [at.end_line, at.end_column],
        "title": f"{finding.code} {finding.name}",
        "text": "\n".join(visible(part) for part in said if part),
    }


def asked(server: str, package: str, cases: list[dict[str, Any]]) -> str:
    if not (HERE / "node_modules" / package).is_dir() or not shutil.which("node"):
        pytest.skip(f"npm package {package} is not installed: make test-real installs it")
    command = ["node", str(HERE / "commands_probe.mjs"), server]
    done = subprocess.run(command, input=json.dumps(cases), capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


def parts(line: str) -> tuple[str, list[str], str]:
    """Take a command apart: the order of its properties means nothing."""
    head, _, data = line.removeprefix("::").partition("::")
    name, _, properties = head.partition(" ")
    return name, sorted(properties.split(",")), data


def test_githubs_library_writes_the_same_commands() -> None:
    rng = random.Random(1)
    findings = [generated(rng) for _ in range(CASES)]
    real = asked("github", "@actions/core", [case(finding) for finding in findings]).split("\n")[:-1]
    ours = [write("github", report(finding), Options(quiet=True)).removesuffix("\n") for finding in findings]
    assert [parts(line) for line in ours] == [parts(line) for line in real]


def test_azures_library_writes_the_same_commands_and_reads_them() -> None:
    rng = random.Random(1)
    findings = [finding for finding in (generated(rng) for _ in range(2 * CASES)) if finding.level != "note"]
    ours = [write("azure", report(finding), Options()).removesuffix("\n") for finding in findings]
    cases = [case(finding) for finding in findings]
    output = asked(
        "azure", "azure-pipelines-task-lib", [one | {"ours": line} for one, line in zip(cases, ours, strict=True)]
    )
    answers = json.loads(output)
    assert len(answers) > CASES
    assert ours == [written for written, _ in answers]
    # The library, unlike the agent, drops blanks at the end of a property.
    assert [read for _, read in answers] == [[one["path"].rstrip(), one["text"]] for one in cases]
