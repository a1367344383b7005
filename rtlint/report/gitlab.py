"""GitLab's Code Quality report: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format."""

from __future__ import annotations

import hashlib
from typing import Any

from rtlint.findings import Finding, Report
from rtlint.report import Options
from rtlint.report.fingerprint import line_hashes
from rtlint.report.json_text import dumped
from rtlint.report.visible import visible
from rtlint.report.words import whole_message

_SEVERITIES = {"error": "major", "warning": "minor", "note": "info"}


def write(report: Report, _options: Options) -> str:
    """Return a JSON list of issues; their fingerprints stay the same when lines move."""
    hashes = {path: line_hashes(text) for path, text in report.sources.items()}
    seen: dict[str, int] = {}
    issues = []
    for finding in report.findings:
        own = hashes.get(finding.at.path, [])
        line = own[finding.at.line - 1] if finding.at.line <= len(own) else ""
        identity = f"{finding.code}\0{finding.at.path}\0{line}"
        seen[identity] = seen.get(identity, 0) + 1
        issues.append(_issue(report, finding, f"{identity}\0{seen[identity]}"))
    return dumped(issues)


def _issue(report: Report, finding: Finding, identity: str) -> dict[str, Any]:
    return {
        "description": whole_message(report, finding, ". "),
        "check_name": f"{finding.code} {finding.name}",
        "fingerprint": hashlib.sha256(identity.encode("utf-8", "surrogatepass")).hexdigest(),
        "severity": _SEVERITIES[finding.level],
        "location": {
            "path": visible(finding.at.path),
            "lines": {"begin": finding.at.line, "end": finding.at.end_line},
        },
    }
