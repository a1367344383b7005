"""One line for each finding: `path:line:column: level: CODE message`, as editors and problem matchers read it."""

from __future__ import annotations

from rtlint.findings import Report
from rtlint.report import Options
from rtlint.report.visible import visible


def write(report: Report, _options: Options) -> str:
    """Return the findings, one a line; Vim reads them with `%f:%l:%c: %t%*[^:]: %m`."""
    lines = [
        f"{visible(finding.at.path)}:{finding.at.line}:{finding.at.column}: {finding.level}: {finding.code} "
        f"{visible(report.mask(finding.message))}"
        for finding in report.findings
    ]
    return "".join(f"{line}\n" for line in lines)
