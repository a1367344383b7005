"""Logging commands of Azure Pipelines.

Source: https://learn.microsoft.com/azure/devops/pipelines/scripts/logging-commands. There are errors and warnings only;
notes are plain lines.
"""

from __future__ import annotations

from rtlint.findings import Finding, Report
from rtlint.report import Options
from rtlint.report.visible import visible
from rtlint.report.words import strongest_first, whole_message


def write(report: Report, _options: Options) -> str:
    """Return one command a line for each finding."""
    return "".join(f"{_line(report, finding)}\n" for finding in strongest_first(report))


def _line(report: Report, finding: Finding) -> str:
    at = finding.at
    if finding.level == "note":
        text = visible(report.mask(finding.message))
        return f"note: {visible(at.path)}:{at.line}:{at.column}: {finding.code} {text}"
    properties = {
        "type": finding.level,
        "sourcepath": visible(at.path),
        "linenumber": str(at.line),
        "columnnumber": str(at.column),
        "code": finding.code,
    }
    listed = "".join(f"{key}={_property(value)};" for key, value in properties.items())
    return f"##vso[task.logissue {listed}]{_data(whole_message(report, finding))}"


def _data(text: str) -> str:
    return text.replace("%", "%AZP25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace("]", "%5D").replace(";", "%3B")
