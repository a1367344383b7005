from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from rtlint.facts.site import Site
from rtlint.findings import Finding
from rtlint.report import FORMATS, Options, write
from rtlint.report.fingerprint import line_hashes
from rtlint.report.sarif import uri
from tests.report.sample import FLAG, MISMATCH, report

PLAIN = Options()
DOCS = Path(__file__).parents[2] / "docs" / "output-formats.md"


def sarif(*findings: Finding) -> dict[str, object]:
    run: dict[str, object] = json.loads(write("sarif", report(*findings), PLAIN))["runs"][0]
    return run


def test_concise_is_one_line_that_editors_read() -> None:
    lines = write("concise", report(MISMATCH, FLAG), PLAIN).splitlines()
    assert lines[1] == "docker-compose.yml:5:7: warning: RT405 ************ is read by nothing"
    assert all(re.fullmatch(r"[^:]+:\d+:\d+: (error|warning|note): RT\d{3} .+", line) for line in lines)


def keys(value: object) -> set[str]:
    if isinstance(value, dict):
        return set(value) | {key for item in value.values() for key in keys(item)}
    return {key for item in value for key in keys(item)} if isinstance(value, list) else set()


def test_json_holds_every_place_and_every_key_is_documented() -> None:
    document = json.loads(write("json", report(MISMATCH, FLAG), PLAIN))
    assert document["version"] == 1
    assert document["summary"] == {"errors": 1, "warnings": 1, "notes": 0, "files": 12, "read": 3, "seconds": 0.123}
    first = document["findings"][0]
    assert first["at"] == {"path": "docker-compose.yml", "line": 4, "column": 7, "end_line": 4, "end_column": 52}
    assert [step["label"] for step in first["chain"]] == ["set here", "read here"]
    documented = set(re.findall(r"`(\w+)`", DOCS.read_text()))
    assert keys(document) <= documented


@pytest.mark.parametrize("name", FORMATS)
def test_secrets_are_in_no_format(name: str) -> None:
    assert "s3cr3t-value" not in write(name, report(MISMATCH, FLAG), PLAIN)


@pytest.mark.parametrize("name", FORMATS)
def test_two_equal_runs_give_equal_bytes(name: str) -> None:
    assert write(name, report(MISMATCH, FLAG), PLAIN) == write(name, report(MISMATCH, FLAG), PLAIN)


def test_sarif_columns_are_utf16_and_the_chain_is_a_code_flow() -> None:
    run = json.loads(write("sarif", report(MISMATCH), PLAIN))["runs"][0]
    result = run["results"][0]
    assert run["columnKind"] == "utf16CodeUnits"
    assert result["ruleIndex"] == 0
    related = result["relatedLocations"][0]
    assert related["physicalLocation"]["region"]["startColumn"] == 41
    assert f"[read here]({related['id']})" in result["message"]["text"]
    flow = result["codeFlows"][0]["threadFlows"][0]["locations"]
    assert [step["location"]["message"]["text"] for step in flow] == ["set here", "read here"]


def test_sarif_rules_have_what_github_asks_for() -> None:
    for rule in json.loads(write("sarif", report(), PLAIN))["runs"][0]["tool"]["driver"]["rules"]:
        assert rule["shortDescription"]["text"]
        assert 0 < len(rule["fullDescription"]["text"]) <= 1024
        assert rule["help"]["text"]
        assert rule["properties"]["problem.severity"] in {"error", "warning", "recommendation"}


def test_sarif_escapes_what_would_be_a_link() -> None:
    finding = Finding("RT405", "unread-flag", "warning", Site("docker-compose.yml", 1, 1, 1, 2), "see [x](1) and \\")
    text = json.loads(write("sarif", report(finding), PLAIN))["runs"][0]["results"][0]["message"]["text"]
    assert text == "see \\[x\\](1) and \\\\."


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("a b/ü.ts", "a%20b/%C3%BC.ts"),
        ("x#y?.ts", "x%23y%3F.ts"),
        ("app/[id]/page.tsx", "app/%5Bid%5D/page.tsx"),
        ("a:b", "a%3Ab"),
    ],
)
def test_sarif_paths_are_relative_uris(path: str, expected: str) -> None:
    assert uri(path) == expected


def test_fingerprints_move_with_their_lines_and_count_equal_ones() -> None:
    before, after = line_hashes("a = 1\nb = 2\n"), line_hashes("# new\na = 1\nb = 2\n")
    assert after[1:3] == before[:2]
    assert [value.rpartition(":")[2] for value in line_hashes("x\n" * 200)[:3]] == ["1", "2", "3"]
    assert line_hashes("a  =\t1\r\n") == line_hashes("a=1\n")
