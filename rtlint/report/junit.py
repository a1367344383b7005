"""JUnit's XML, as test reports of CI servers read it. There is no schema; ruff's and Biome's form is followed.

One suite a file and one failing case a finding. Notes are cases that pass, with their text. A clean run has one passing
case, since servers take a report without cases for a run that failed.
"""

from __future__ import annotations

from itertools import groupby

from rtlint.findings import Finding, Report
from rtlint.report import Options
from rtlint.report.visible import visible
from rtlint.report.words import whole_message
from rtlint.report.xml_text import attribute, content

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


def write(report: Report, _options: Options) -> str:
    """Return the document; columns count characters."""
    failures = sum(finding.level != "note" for finding in report.findings)
    total = len(report.findings) or 1
    suites = [_suite(report, path, list(own)) for path, own in groupby(report.findings, lambda item: item.at.path)]
    body = "".join(suites) or _clean()
    return f'{_HEAD}<testsuites name="rtlint" tests="{total}" failures="{failures}" errors="0">\n{body}</testsuites>\n'


def _clean() -> str:
    return (
        '  <testsuite name="rtlint" tests="1" failures="0" errors="0">\n'
        '    <testcase name="No findings" classname="rtlint"/>\n'
        "  </testsuite>\n"
    )


def _suite(report: Report, path: str, findings: list[Finding]) -> str:
    failures = sum(finding.level != "note" for finding in findings)
    head = f'  <testsuite name={attribute(path)} tests="{len(findings)}" failures="{failures}" errors="0">\n'
    return head + "".join(_case(report, finding) for finding in findings) + "  </testsuite>\n"


def _case(report: Report, finding: Finding) -> str:
    at = finding.at
    text = content(f"{visible(at.path)}:{at.line}:{at.column}: {whole_message(report, finding)}")
    if finding.level == "note":
        inner = f"<system-out>{text}</system-out>"
    else:
        message = attribute(report.mask(finding.message))
        inner = f'<failure type="{finding.level}" message={message}>{text}</failure>'
    return (
        f'    <testcase name="org.rtlint.{finding.code}.{finding.name}" classname={attribute(at.path)} '
        f'line="{at.line}" column="{at.column}">{inner}</testcase>\n'
    )
