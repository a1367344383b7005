"""Workflow commands of GitHub Actions, which become annotations.

Source: https://docs.github.com/actions/using-workflows/workflow-commands-for-github-actions and the escapes of
https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts. GitHub shows ten annotations of a kind a
step, so errors come first.
"""

from __future__ import annotations

from rtlint.findings import Finding, Report
from rtlint.report import Options
from rtlint.report.visible import visible
from rtlint.report.words import counted, plural, strongest_first, whole_message

_KINDS = {"error": "error", "warning": "warning", "note": "notice"}


def write(report: Report, options: Options) -> str:
    """Return one command a line for each finding, and a summary for the log."""
    lines = [_command(report, finding) for finding in strongest_first(report)]
    if not options.quiet:
        lines.append(f"rtlint: {counted(report)} in {report.files} file{plural(report.files)}")
    return "".join(f"{line}\n" for line in lines)


def _command(report: Report, finding: Finding) -> str:
    at = finding.at
    properties = {"file": visible(at.path), "line": str(at.line), "endLine": str(at.end_line)}
    if at.line == at.end_line:
        properties |= {"col": str(at.column), "endColumn": str(at.end_column)}
    properties["title"] = f"{finding.code} {finding.name}"
    listed = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{_KINDS[finding.level]} {listed}::{_data(whole_message(report, finding))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
