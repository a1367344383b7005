"""SARIF 2.1.0, as GitHub code scanning and editors read it.

Sources: https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/sarif-v2.1.0-errata01-os-complete.html and
https://docs.github.com/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from rtlint.facts.site import Site
from rtlint.findings import Edit, Evidence, Finding, Fix, Report, RuleInfo
from rtlint.report import Options
from rtlint.report.columns import Columns
from rtlint.report.fingerprint import line_hashes
from rtlint.report.json_text import dumped
from rtlint.report.visible import visible
from rtlint.report.words import shown_fix

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_SEVERITY = {"error": "error", "warning": "warning", "note": "recommendation"}
_MAX_TEXT = 1024


def write(report: Report, _options: Options) -> str:
    """Return one run in one log, indented by two, with nothing in it that differs between two equal runs."""
    writer = _Writer(report)
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [writer.run()]}
    return dumped(log)


class _Writer:
    def __init__(self, report: Report) -> None:
        self._report = report
        self._index = {rule.code: number for number, rule in enumerate(report.rules)}
        self._columns = Columns(report.sources)
        self._hashes = {path: line_hashes(text) for path, text in report.sources.items()}

    def run(self) -> dict[str, Any]:
        driver = {
            "name": "rtlint",
            "version": self._report.version,
            "semanticVersion": self._report.version,
            "rules": [_rule(rule) for rule in self._report.rules],
        }
        return {
            "tool": {"driver": driver},
            "automationDetails": {"id": "rtlint/"},
            "originalUriBaseIds": {"%SRCROOT%": {"description": {"text": "The checked folder."}}},
            "columnKind": "utf16CodeUnits",
            "results": [self._result(finding) for finding in self._report.findings],
        }

    def _result(self, finding: Finding) -> dict[str, Any]:
        places = list(dict.fromkeys((*finding.chain, *finding.related)))
        places = [item for item in places if item.at != finding.at]
        result: dict[str, Any] = {"ruleId": finding.code}
        if finding.code in self._index:
            result["ruleIndex"] = self._index[finding.code]
        result |= {
            "level": finding.level,
            "message": {"text": self._message(finding, places)},
            "locations": [{"physicalLocation": self._physical(finding.at)}],
            "partialFingerprints": {"primaryLocationLineHash": self._fingerprint(finding.at)},
        }
        if places:
            result["relatedLocations"] = [
                {"id": number, "physicalLocation": self._physical(item.at), "message": {"text": self._mask(item.label)}}
                for number, item in enumerate(places, 1)
            ]
        fix = shown_fix(self._report, finding)
        if fix is not None:
            result["fixes"] = [self._fix(fix)]
        if len(finding.chain) > 1:
            result["codeFlows"] = [{"threadFlows": [{"locations": self._flow(finding.chain)}]}]
        return result

    def _fix(self, fix: Fix) -> dict[str, Any]:
        """Return a fix as section 3.55 wants it: one change a file, with its replacements."""
        by_path: dict[str, list[Edit]] = {}
        for edit in fix.edits:
            by_path.setdefault(edit.at.path, []).append(edit)
        return {
            "description": {"text": _escaped(self._mask(fix.title)) + "."},
            "artifactChanges": [
                {
                    "artifactLocation": {"uri": uri(path), "uriBaseId": "%SRCROOT%"},
                    "replacements": [
                        {"deletedRegion": self._region(edit.at), "insertedContent": {"text": edit.text}}
                        for edit in edits
                    ],
                }
                for path, edits in by_path.items()
            ],
        }

    def _message(self, finding: Finding, places: Sequence[Evidence]) -> str:
        """Return the message, with a link to each related place as `[label](id)`."""
        text = _escaped(self._mask(finding.message)) + "."
        if finding.symptom:
            text += f" You will see {_escaped(self._mask(finding.symptom))}."
        links = [f"[{_escaped(self._mask(item.label))}]({number})" for number, item in enumerate(places, 1)]
        return text + (f" See: {', '.join(links)}." if links else "")

    def _flow(self, chain: Sequence[Evidence]) -> list[dict[str, Any]]:
        return [
            {
                "location": {"physicalLocation": self._physical(item.at), "message": {"text": self._mask(item.label)}},
                "executionOrder": number,
            }
            for number, item in enumerate(chain, 1)
        ]

    def _mask(self, text: str) -> str:
        return visible(self._report.mask(text))

    def _physical(self, site: Site) -> dict[str, Any]:
        return {
            "artifactLocation": {"uri": uri(site.path), "uriBaseId": "%SRCROOT%"},
            "region": self._region(site),
        }

    def _region(self, site: Site) -> dict[str, Any]:
        return {
            "startLine": site.line,
            "startColumn": self._columns.utf16(site.path, site.line, site.column),
            "endLine": site.end_line,
            "endColumn": self._columns.utf16(site.path, site.end_line, site.end_column),
        }

    def _fingerprint(self, site: Site) -> str:
        hashes = self._hashes.get(site.path, [])
        return hashes[site.line - 1] if site.line <= len(hashes) else ""


def uri(path: str) -> str:
    """Return a path as a relative URI: RFC 3986 percent-encoding, `/` kept."""
    return quote(path.encode("utf-8", "surrogateescape"), safe="/~!$&'()*+,;=@")


def _escaped(text: str) -> str:
    """Escape what a SARIF message takes for a link, section 3.11.6."""
    return re.sub(r"([\[\]\\])", r"\\\1", text)


def _rule(rule: RuleInfo) -> dict[str, Any]:
    plain = re.sub(r"`", "", rule.explanation).strip()
    found: dict[str, Any] = {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": rule.summary[:_MAX_TEXT] + "."},
        "fullDescription": {"text": _cut(plain)},
        "help": {"text": plain or rule.summary, "markdown": _markdown(rule)},
        "defaultConfiguration": {"level": rule.level},
        "properties": {
            "tags": ["correctness", "real-time"],
            "precision": "high",
            "problem.severity": _SEVERITY[rule.level],
        },
    }
    return found


def _cut(text: str) -> str:
    return text if len(text) <= _MAX_TEXT else text[: _MAX_TEXT - 3].rstrip() + "..."


def _markdown(rule: RuleInfo) -> str:
    references = "\n".join(f"- <{reference}>" for reference in rule.references)
    return f"## {rule.name}\n\n{rule.explanation.strip()}\n\n{references}".strip()
