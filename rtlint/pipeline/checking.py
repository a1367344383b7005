"""From a folder to a report."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from rtlint import __version__
from rtlint.config import Config, level_of
from rtlint.errors import RtlintError
from rtlint.facts.site import Site
from rtlint.findings import LEVELS, Finding, Report
from rtlint.judge import judge
from rtlint.pipeline import baseline
from rtlint.pipeline.analysis import Analysis, analyse, masker
from rtlint.pipeline.memory import Memory
from rtlint.pipeline.progress import Progress, silent
from rtlint.pipeline.setup import Overrides, Setup, prepare
from rtlint.roles import matches
from rtlint.rules import Rule

_NEVER_CHANGED = frozenset({"vendored", "archive"})


@dataclass(frozen=True, slots=True)
class CheckResult:
    """A report, and whether it has a finding from the fail level up."""

    report: Report
    failed: bool


@dataclass(slots=True)
class Judged:
    """What the rules say of a folder, before baseline, paths and changes leave anything out."""

    setup: Setup
    rules: list[Rule]
    analysis: Analysis
    findings: list[Finding]

    def fingerprints(self) -> baseline.Fingerprints:
        """Return what gives findings their fingerprints."""
        sources = {path: _text(self.analysis, path) for path in {finding.at.path for finding in self.findings}}
        return baseline.Fingerprints(sources, masker(self.analysis).mask)

    def compared(self, entries: list[baseline.Entry]) -> baseline.Compared:
        """Compare the findings with a baseline; entries of rules that did not run are not stale."""
        found = baseline.compare(self.findings, entries, self.fingerprints())
        ran = {rule.code for rule in self.rules}
        return replace(found, stale=tuple(entry for entry in found.stale if entry.code in ran))


def judged(
    root: Path,
    overrides: Overrides,
    overlay: Mapping[str, bytes] | None = None,
    progress: Progress = silent,
    memory: Memory | None = None,
) -> Judged:
    """Run the rules over a folder; what a comment or the configuration silences is left out.

    Args:
        root: the folder.
        overrides: what the command line says.
        overlay: as in `check`.
        progress: as in `check`.
        memory: the facts of earlier runs, and then of this one.

    Raises:
        RtlintError: the configuration or a built-in rule is wrong.
    """
    setup = prepare(root, overrides)
    rules = setup.enabled()
    triggers = {token.encode() for rule in rules for token in rule.triggers}
    analysis = analyse(root, setup.config, triggers, overlay or {}, progress, memory)
    found = judge(analysis.facts, rules, setup.failed)
    counted = [_leveled(setup.config, finding) for finding in found if not _silenced(setup.config, finding)]
    return Judged(setup, rules, analysis, counted)


def check(
    root: Path,
    overrides: Overrides | None = None,
    within: tuple[str, ...] = (),
    overlay: Mapping[str, bytes] | None = None,
    progress: Progress = silent,
) -> CheckResult:
    """Check a folder.

    Args:
        root: the folder.
        overrides: what the command line says.
        within: paths below the root; only findings with a place in one of them count. Empty for all.
        overlay: contents that stand in for those of files on the disk, by path: unsaved text of an editor.
        progress: is told how far the run is.

    Raises:
        RtlintError: the configuration, the baseline or a built-in rule is wrong, or git can't tell what changed.
    """
    start = time.perf_counter()
    overrides = overrides or Overrides()
    found = judged(root, overrides, overlay, progress)
    return concluded(root, found, overrides, within, start)


def concluded(
    root: Path, found: Judged, overrides: Overrides, within: tuple[str, ...] = (), start: float | None = None
) -> CheckResult:
    """Return what of the findings counts: not in the baseline, and in the wanted paths and changed lines.

    Args:
        root: the folder.
        found: what the rules say of it.
        overrides: what the command line says.
        within: as in `check`.
        start: when the run began, on the clock of `time.perf_counter`.

    Raises:
        RtlintError: the baseline is wrong, or git can't tell what changed.
    """
    start = time.perf_counter() if start is None else start
    compared = found.compared(read_baseline(root, found.setup.config, overrides) or [])
    shown = [_fixable(finding, found.analysis) for finding in _chosen(root, found, compared.new, overrides, within)]
    report = replace(
        _report(found.analysis, found.rules, shown, time.perf_counter() - start),
        baselined=compared.known,
        stale=sum(entry.count for entry in compared.stale),
    )
    lowest = LEVELS.index(found.setup.config.fail_level)
    return CheckResult(report, any(LEVELS.index(finding.level) >= lowest for finding in shown))


def baseline_path(root: Path, config: Config, overrides: Overrides) -> Path:
    """Return where the baseline of a folder lies."""
    return overrides.baseline or root / config.baseline


def read_baseline(root: Path, config: Config, overrides: Overrides) -> list[baseline.Entry] | None:
    """Return the entries of the baseline that holds; None when there is none.

    Raises:
        RtlintError: it is none, or the one that the command line names is missing.
    """
    if overrides.no_baseline:
        return None
    path = baseline_path(root, config, overrides)
    entries = baseline.read(path)
    if entries is None and overrides.baseline is not None:
        raise RtlintError(f"there is no baseline {path}")
    return entries


def _chosen(
    root: Path, found: Judged, findings: Iterable[Finding], overrides: Overrides, within: tuple[str, ...]
) -> Iterable[Finding]:
    """Return the findings with a place in the wanted paths and, where only changes count, in a changed line."""
    changes = None
    if overrides.changed is not None:
        from rtlint.pipeline.changed import changes_since

        changes = changes_since(root, overrides.changed, found.analysis.content)
    for finding in findings:
        inside = not within or any(
            site.path == path or site.path.startswith(path + "/") for site in finding.places for path in within
        )
        if inside and (changes is None or any(changes.touch(site) for site in finding.places)):
            yield finding


def _silenced(config: Config, finding: Finding) -> bool:
    """Tell whether a comment silences a finding, or the configuration does for its file."""
    for pattern, selectors in config.per_file_ignores.items():
        ignored = any(selector in {"ALL", finding.name} or finding.code.startswith(selector) for selector in selectors)
        if ignored and matches(pattern, finding.at.path):
            return True
    return finding.suppressed


def _fixable(finding: Finding, analysis: Analysis) -> Finding:
    """Return a finding with the fix that its rule proposes, where the text allows it."""
    if not finding.proposals:
        return finding
    from rtlint.fix import resolve

    return replace(finding, fix=resolve(finding.proposals, lambda path: _content(analysis, path)))


def _content(analysis: Analysis, path: str) -> bytes | None:
    """Return the content of a file of the project that people write; others are not changed."""
    file = analysis.files.get(path)
    return None if file is None or file.role in _NEVER_CHANGED else analysis.content(path)


def _leveled(config: Config, finding: Finding) -> Finding:
    return replace(finding, level=level_of(config, finding.code, finding.name, finding.level))


def _report(analysis: Analysis, rules: list[Rule], found: list[Finding], seconds: float) -> Report:
    paths = {site.path for finding in found for site in _sites(finding)}
    sources = {path: _text(analysis, path) for path in sorted(paths)}
    return Report(
        findings=tuple(found),
        rules=tuple(rule.info for rule in rules),
        sources=sources,
        files=len(analysis.files),
        read=analysis.read,
        seconds=seconds,
        version=__version__,
        mask=masker(analysis).mask,
        unresolved=analysis.unresolved,
    )


def _sites(finding: Finding) -> Iterable[Site]:
    edits = finding.fix.edits if finding.fix else ()
    return (*finding.places, *(edit.at for edit in edits))


def _text(analysis: Analysis, path: str) -> str:
    data = analysis.content(path)
    return (data or b"").removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace")
