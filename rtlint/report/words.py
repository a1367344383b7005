"""What several formats say of a finding or a run, in one wording."""

from __future__ import annotations

from collections import Counter

from rtlint.findings import LEVELS, Finding, Fix, Report
from rtlint.report.visible import visible


def whole_message(report: Report, finding: Finding, separator: str = "\n") -> str:
    """Return the message with what the user will see and what to change, secrets masked and nothing invisible.

    Line breaks of the repository are shown as what they are: only a separator can begin a line, `Fix:` for one.
    """
    parts = [finding.message]
    if finding.symptom:
        parts.append(f"You will see: {finding.symptom}")
    if finding.remedy:
        parts.append(f"Fix: {finding.remedy}")
    return separator.join(visible(report.mask(part)) for part in parts)


def strongest_first(report: Report) -> list[Finding]:
    """Return the findings by level, the strongest first, and as they are sorted within one."""
    return sorted(report.findings, key=lambda finding: -LEVELS.index(finding.level))


def counted(report: Report) -> str:
    """Return the numbers of findings by level in words: `2 errors, 1 warning`, or `no findings`."""
    counts = Counter(finding.level for finding in report.findings)
    parts = [f"{counts[level]} {level}{plural(counts[level])}" for level in reversed(LEVELS) if counts[level]]
    return ", ".join(parts) or "no findings"


def plural(count: int) -> str:
    """Return the ending of a noun for a number."""
    return "" if count == 1 else "s"


def shown_fix(report: Report, finding: Finding) -> Fix | None:
    """Return the fix of a finding for programs: none where its edits would show a secret, or be spoilt by the mask."""
    fix = finding.fix
    if fix is None or any(report.mask(text) != text for text in (fix.title, *(edit.text for edit in fix.edits))):
        return None
    return fix
