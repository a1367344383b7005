"""Findings as diagnostics."""

from __future__ import annotations

from collections.abc import Callable

from lsprotocol import types

from rtlint.facts.site import Site
from rtlint.findings import Finding, Report
from rtlint.report.visible import visible
from rtlint.server.positions import Encoding, lines_of

_SEVERITIES = {
    "error": types.DiagnosticSeverity.Error,
    "warning": types.DiagnosticSeverity.Warning,
    "note": types.DiagnosticSeverity.Information,
}
SOURCE = "rtlint"


class Converter:
    """Turns the findings of one report into diagnostics.

    Args:
        report: the report.
        encoding: the client's units.
        uri: returns the URI of a path.
    """

    def __init__(self, report: Report, encoding: Encoding, uri: Callable[[str], str]) -> None:
        self._report = report
        self._encoding = encoding
        self._uri = uri
        self._lines = {path: lines_of(text) for path, text in report.sources.items()}

    def by_uri(self) -> dict[str, list[types.Diagnostic]]:
        """Return the diagnostics of each file that has some."""
        found: dict[str, list[types.Diagnostic]] = {}
        for finding in self._report.findings:
            found.setdefault(self._uri(finding.at.path), []).append(self.diagnostic(finding))
        return found

    def diagnostic(self, finding: Finding) -> types.Diagnostic:
        """Return a finding as a diagnostic; the places of its evidence become related information."""
        places = [item for item in dict.fromkeys((*finding.chain, *finding.related)) if item.at != finding.at]
        return types.Diagnostic(
            range=self.range(finding.at),
            severity=_SEVERITIES[finding.level],
            code=finding.code,
            source=SOURCE,
            message=self._message(finding),
            related_information=[
                types.DiagnosticRelatedInformation(
                    location=types.Location(uri=self._uri(item.at.path), range=self.range(item.at)),
                    message=self._shown(item.label),
                )
                for item in places
            ],
        )

    def range(self, site: Site) -> types.Range:
        """Return a site as a range of the client."""
        return self._encoding.range(self._lines.get(site.path, [""]), site)

    def _message(self, finding: Finding) -> str:
        parts = [finding.message]
        if finding.symptom:
            parts.append(f"You will see: {finding.symptom}")
        if finding.remedy:
            parts.append(f"Fix: {finding.remedy}")
        return "\n".join(map(self._shown, parts))

    def _shown(self, text: str) -> str:
        return visible(self._report.mask(text))
