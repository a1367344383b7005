"""reviewdog's diagnostics: https://github.com/reviewdog/reviewdog/tree/master/proto/rdf.

Columns are 1-based bytes of UTF-8, and the end is the first one behind the range.
"""

from __future__ import annotations

from typing import Any

from rtlint.facts.site import Site
from rtlint.findings import Finding, Report
from rtlint.report import Options
from rtlint.report.columns import Columns
from rtlint.report.json_text import dumped
from rtlint.report.visible import visible
from rtlint.report.words import shown_fix, whole_message

_SEVERITIES = {"error": "ERROR", "warning": "WARNING", "note": "INFO"}


def write(report: Report, _options: Options) -> str:
    """Return one DiagnosticResult."""
    columns = Columns(report.sources)
    document = {
        "source": {"name": "rtlint"},
        "diagnostics": [_diagnostic(report, columns, finding) for finding in report.findings],
    }
    return dumped(document)


def _diagnostic(report: Report, columns: Columns, finding: Finding) -> dict[str, Any]:
    places = [item for item in dict.fromkeys((*finding.chain, *finding.related)) if item.at != finding.at]
    found: dict[str, Any] = {
        "message": whole_message(report, finding),
        "location": _location(columns, finding.at),
        "severity": _SEVERITIES[finding.level],
        "code": {"value": finding.code},
        "relatedLocations": [
            {"message": visible(report.mask(item.label)), "location": _location(columns, item.at)} for item in places
        ],
    }
    fix = shown_fix(report, finding)
    # A suggestion is one range of the diagnostic's own file; several would be alternatives.
    if fix is not None and len(fix.edits) == 1 and fix.edits[0].at.path == finding.at.path:
        edit = fix.edits[0]
        found["suggestions"] = [{"range": _range(columns, edit.at), "text": edit.text}]
    return found


def _location(columns: Columns, site: Site) -> dict[str, Any]:
    return {"path": visible(site.path), "range": _range(columns, site)}


def _range(columns: Columns, site: Site) -> dict[str, Any]:
    return {
        "start": {"line": site.line, "column": columns.utf8(site.path, site.line, site.column)},
        "end": {"line": site.end_line, "column": columns.utf8(site.path, site.end_line, site.end_column)},
    }
