"""Code actions: the fixes of findings, all safe ones at once, and comments that silence a rule."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from lsprotocol import types

from rtlint.findings import Edit, Finding, Fix
from rtlint.fix.changes import compatible
from rtlint.fix.suppression import suppression
from rtlint.server.diagnostics import Converter
from rtlint.server.positions import Encoding, lines_of
from rtlint.server.project import Project, Snapshot

FIX_ALL = f"{types.CodeActionKind.SourceFixAll.value}.rtlint"
Versions = Callable[[str], int | None]
"""Returns the version of an open document by URI, None for one that is not open."""


class Actions:
    """The code actions of one project.

    Args:
        project: the project.
        snapshot: its newest result.
        encoding: the client's units.
        versions: versions of open documents.
        with_versions: whether the client takes `documentChanges`.
    """

    def __init__(
        self, project: Project, snapshot: Snapshot, encoding: Encoding, versions: Versions, with_versions: bool
    ) -> None:
        self._project = project
        self._snapshot = snapshot
        self._encoding = encoding
        self._versions = versions
        self._with_versions = with_versions

    def of(self, path: str, wanted: types.Range, kinds: Sequence[str] | None) -> list[types.CodeAction]:
        """Return the actions for the findings that touch a range of a file.

        Args:
            path: the file.
            wanted: the range.
            kinds: the kinds that the client asks for; None for all.
        """
        report = self._snapshot.report
        if report is None:
            return []
        converter = Converter(report, self._encoding, self._project.uri)
        here = [
            (finding, converter.diagnostic(finding))
            for finding in report.findings
            if finding.at.path == path and _touch(converter.range(finding.at), wanted)
        ]
        found: list[types.CodeAction] = []
        if _asked(types.CodeActionKind.QuickFix.value, kinds):
            found += self._quick_fixes(here)
        if _asked(FIX_ALL, kinds):
            found += self._fix_all(report.findings)
        return found

    def _quick_fixes(self, here: list[tuple[Finding, types.Diagnostic]]) -> Iterator[types.CodeAction]:
        for finding, diagnostic in here:
            if finding.fix is not None:
                hint = "" if finding.fix.safe else " (may break what works)"
                yield self._action(f"rtlint: {self._title(finding.fix)}{hint}", finding.fix.edits, [diagnostic], True)
        for finding, diagnostic in here:
            edit = self._suppression(finding)
            if edit is not None:
                yield self._action(f"rtlint: ignore {finding.code} here, with a reason", [edit], [diagnostic], False)

    def _title(self, fix: Fix) -> str:
        from rtlint.report.visible import visible

        report = self._snapshot.report
        return visible(report.mask(fix.title) if report else fix.title)

    def _suppression(self, finding: Finding) -> Edit | None:
        analysis = self._snapshot.found.analysis if self._snapshot.found else None
        file = analysis.files.get(finding.at.path) if analysis else None
        data = analysis.content(finding.at.path) if analysis else None
        if file is None or data is None:
            return None
        return suppression(file, data, finding.at.line, finding.code)

    def _fix_all(self, findings: Iterable[Finding]) -> Iterator[types.CodeAction]:
        fixes = compatible(finding.fix for finding in findings if finding.fix and finding.fix.safe)
        edits = list(dict.fromkeys(edit for fix in fixes for edit in fix.edits))
        if edits:
            yield self._action("rtlint: make all safe fixes", edits, None, False, FIX_ALL)

    def _action(
        self,
        title: str,
        edits: Iterable[Edit],
        diagnostics: list[types.Diagnostic] | None,
        preferred: bool,
        kind: str = types.CodeActionKind.QuickFix.value,
    ) -> types.CodeAction:
        return types.CodeAction(
            title=title,
            kind=kind,
            diagnostics=diagnostics,
            is_preferred=preferred,
            edit=self._workspace_edit(edits),
        )

    def _workspace_edit(self, edits: Iterable[Edit]) -> types.WorkspaceEdit:
        by_path: dict[str, list[types.TextEdit]] = {}
        for edit in edits:
            by_path.setdefault(edit.at.path, []).append(
                types.TextEdit(range=self._encoding.range(self._lines(edit.at.path), edit.at), new_text=edit.text)
            )
        if not self._with_versions:
            return types.WorkspaceEdit(changes={self._project.uri(path): own for path, own in by_path.items()})
        changes = []
        for path, own in by_path.items():
            uri = self._project.uri(path)
            identifier = types.OptionalVersionedTextDocumentIdentifier(uri=uri, version=self._versions(uri))
            changes.append(types.TextDocumentEdit(text_document=identifier, edits=list(own)))
        return types.WorkspaceEdit(document_changes=list(changes))

    def _lines(self, path: str) -> list[str]:
        data = self._snapshot.found.analysis.content(path) if self._snapshot.found else None
        return lines_of((data or b"").removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace"))


def _asked(kind: str, kinds: Sequence[str] | None) -> bool:
    """Tell whether a kind is one of those asked for, or below one: `source` covers `source.fixAll.rtlint`."""
    return kinds is None or any(kind == wanted or kind.startswith(f"{wanted}.") for wanted in kinds)


def _touch(first: types.Range, second: types.Range) -> bool:
    def key(position: types.Position) -> tuple[int, int]:
        return position.line, position.character

    return key(first.start) <= key(second.end) and key(second.start) <= key(first.end)
