"""Checkstyle's XML: https://checkstyle.org/writingreporters.html; severities are error, warning and info."""

from __future__ import annotations

from itertools import groupby

from rtlint.findings import Finding, Report
from rtlint.report import Options
from rtlint.report.words import whole_message
from rtlint.report.xml_text import attribute

_SEVERITIES = {"error": "error", "warning": "warning", "note": "info"}


def write(report: Report, _options: Options) -> str:
    """Return the document; columns count characters."""
    files = "".join(
        f"  <file name={attribute(path)}>\n{''.join(_error(report, finding) for finding in own)}  </file>\n"
        for path, own in groupby(report.findings, lambda item: item.at.path)
    )
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<checkstyle version="4.3">\n{files}</checkstyle>\n'


def _error(report: Report, finding: Finding) -> str:
    return (
        f'    <error line="{finding.at.line}" column="{finding.at.column}" severity="{_SEVERITIES[finding.level]}" '
        f'message={attribute(whole_message(report, finding, ". "))} source="rtlint.{finding.code}.{finding.name}"/>\n'
    )
