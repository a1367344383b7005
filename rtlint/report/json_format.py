"""JSON for programs: every finding with all its places. `docs/output-formats.md` documents each key."""

from __future__ import annotations

from collections import Counter
from typing import Any

from rtlint.facts.site import Site
from rtlint.findings import LEVELS, Evidence, Finding, Fix, Report
from rtlint.report import Options
from rtlint.report.json_text import dumped
from rtlint.report.words import shown_fix

FORMAT_VERSION = 1
"""Raised when a key is removed or changes its meaning; new keys do not raise it."""


def write(report: Report, _options: Options) -> str:
    """Return one JSON object, indented by two."""
    counts = Counter(finding.level for finding in report.findings)
    document = {
        "version": FORMAT_VERSION,
        "tool": {"name": "rtlint", "version": report.version},
        "summary": {
            **{f"{level}s": counts[level] for level in reversed(LEVELS)},
            "files": report.files,
            "read": report.read,
            "seconds": round(report.seconds, 3),
        },
        "findings": [_finding(report, finding) for finding in report.findings],
        "unresolved": [{"at": _site(item.at), "reason": report.mask(item.reason)} for item in report.unresolved],
    }
    return dumped(document)


def _finding(report: Report, finding: Finding) -> dict[str, Any]:
    return {
        "code": finding.code,
        "name": finding.name,
        "level": finding.level,
        "message": report.mask(finding.message),
        "symptom": report.mask(finding.symptom),
        "remedy": report.mask(finding.remedy),
        "at": _site(finding.at),
        "chain": [_evidence(report, item) for item in finding.chain],
        "related": [_evidence(report, item) for item in finding.related],
        "fix": _fix(shown_fix(report, finding)),
    }


def _fix(fix: Fix | None) -> dict[str, Any] | None:
    if fix is None:
        return None
    edits = [{"at": _site(edit.at), "text": edit.text} for edit in fix.edits]
    return {"title": fix.title, "safe": fix.safe, "edits": edits}


def _evidence(report: Report, item: Evidence) -> dict[str, Any]:
    return {"at": _site(item.at), "label": report.mask(item.label)}


def _site(site: Site) -> dict[str, Any]:
    return {
        "path": site.path,
        "line": site.line,
        "column": site.column,
        "end_line": site.end_line,
        "end_column": site.end_column,
    }
