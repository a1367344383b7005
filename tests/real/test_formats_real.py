"""CI formats, read by the tools that people read them with, or judged by the published description of the format."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from rtlint.pipeline import check
from rtlint.report import Options, write

pytestmark = pytest.mark.real

SCENARIO = Path(__file__).parent.parent / "projects" / "scenario"

GITLAB: dict[str, Any] = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "additionalProperties": False,
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "minLength": 1},
            "fingerprint": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "pattern": "^(?!\\./|/)"},
                    "lines": {"type": "object", "required": ["begin"], "properties": {"begin": {"type": "integer"}}},
                },
            },
        },
    },
}
"""https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format; GitLab publishes no schema."""

_POSITION = {
    "type": "object",
    "required": ["line"],
    "additionalProperties": False,
    "properties": {"line": {"type": "integer"}, "column": {"type": "integer"}},
}
_RANGE = {"type": "object", "additionalProperties": False, "properties": {"start": _POSITION, "end": _POSITION}}
_LOCATION = {
    "type": "object",
    "required": ["path"],
    "additionalProperties": False,
    "properties": {"path": {"type": "string"}, "range": _RANGE},
}
RDJSON: dict[str, Any] = {
    "type": "object",
    "required": ["diagnostics"],
    "additionalProperties": False,
    "properties": {
        "source": {"type": "object", "properties": {"name": {"type": "string"}, "url": {"type": "string"}}},
        "severity": {"enum": ["ERROR", "WARNING", "INFO"]},
        "diagnostics": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["message", "location"],
                "additionalProperties": False,
                "properties": {
                    "message": {"type": "string"},
                    "location": _LOCATION,
                    "severity": {"enum": ["ERROR", "WARNING", "INFO"]},
                    "code": {
                        "type": "object",
                        "additionalProperties": False,
                        "properties": {"value": {"type": "string"}, "url": {"type": "string"}},
                    },
                    "suggestions": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "additionalProperties": False,
                            "properties": {"range": _RANGE, "text": {"type": "string"}},
                        },
                    },
                    "relatedLocations": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "additionalProperties": False,
                            "properties": {"message": {"type": "string"}, "location": _LOCATION},
                        },
                    },
                },
            },
        },
    },
}
"""proto/rdf/reviewdog.proto of github.com/reviewdog/reviewdog; its own JSON schema allows any further property."""


def written(name: str) -> str:
    return write(name, check(SCENARIO).report, Options())


def test_junitparser_reads_what_was_found() -> None:
    junitparser = pytest.importorskip("junitparser", reason="junitparser is not installed: make test-real installs it")
    found = junitparser.JUnitXml.fromstring(written("junit").encode())
    findings = check(SCENARIO).report.findings
    cases = [case for suite in found for case in suite]
    assert (found.tests, found.failures, found.errors) == (len(findings), len(findings), 0)
    assert [case.classname for case in cases] == [finding.at.path for finding in findings]
    assert all(isinstance(case.result[0], junitparser.Failure) for case in cases)
    assert [case.result[0].message for case in cases] == [finding.message for finding in findings]


@pytest.mark.parametrize(("name", "schema"), [("gitlab", GITLAB), ("rdjson", RDJSON)])
def test_the_published_description_is_kept(name: str, schema: dict[str, Any]) -> None:
    jsonschema = pytest.importorskip("jsonschema", reason="jsonschema is not installed: make test-real installs it")
    document = json.loads(written(name))
    jsonschema.Draft202012Validator(schema).validate(document)
    first = document[0] if name == "gitlab" else document["diagnostics"][0]
    first["severity"] = "dreadful"
    assert list(jsonschema.Draft202012Validator(schema).iter_errors(document))
