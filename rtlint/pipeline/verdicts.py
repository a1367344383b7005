"""What the rules say of a folder, and what of it a run reports.

This module is all that a run needs whose verdicts are remembered: it imports neither extractors nor rules.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from rtlint import __version__
from rtlint.errors import RtlintError
from rtlint.facts.records import dataclass, replace
from rtlint.facts.site import Site
from rtlint.findings import LEVELS, Finding, Report, RuleInfo, Unresolved
from rtlint.pipeline.overrides import Overrides
from rtlint.pipeline.progress import Progress, silent

if TYPE_CHECKING:
    from rtlint.pipeline import baseline
    from rtlint.pipeline.ground import Ground


@dataclass(frozen=True, slots=True)
class CheckResult:
    """A report, whether it has a finding from the fail level up, and what it rests on, where that is known.

    Attributes:
        baseline: where the baseline lies, or would.
    """

    report: Report
    failed: bool
    ground: Ground | None = None
    baseline: Path | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Verdicts:
    """What the rules say of a folder, before baseline, paths and changes leave anything out.

    Attributes:
        findings: sorted; what a comment or the configuration silences is left out.
        rules: the rules that ran.
        unresolved: what was not understood.
        files: number of files known.
        read: number of files that were parsed.
        fail_level: the lowest level that fails.
        baseline_file: the configured baseline, relative to the folder.
        content: returns the content of a file, None when it can't be read.
        mask: hides secrets.
        ground: what they rest on, where the cache was used.
    """

    findings: tuple[Finding, ...]
    rules: tuple[RuleInfo, ...]
    unresolved: tuple[Unresolved, ...]
    files: int
    read: int
    fail_level: str
    baseline_file: str
    content: Callable[[str], bytes | None]
    mask: Callable[[str], str]
    ground: Ground | None = None

    def text(self, path: str) -> str:
        """Return the text of a file without its byte order mark."""
        return (self.content(path) or b"").removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace")

    def fingerprints(self) -> baseline.Fingerprints:
        """Return what gives findings their fingerprints."""
        from rtlint.pipeline import baseline

        paths = {finding.at.path for finding in self.findings}
        return baseline.Fingerprints({path: self.text(path) for path in paths}, self.mask)

    def compared(self, entries: list[baseline.Entry]) -> baseline.Compared:
        """Compare the findings with a baseline; entries of rules that did not run are not stale."""
        from rtlint.pipeline import baseline

        if not entries:
            return baseline.Compared(self.findings, 0, ())
        found = baseline.compare(self.findings, entries, self.fingerprints())
        ran = {rule.code for rule in self.rules}
        return replace(found, stale=tuple(entry for entry in found.stale if entry.code in ran))

    def baseline_path(self, root: Path, overrides: Overrides) -> Path:
        """Return where the baseline lies."""
        return overrides.baseline or root / self.baseline_file

    def baseline_entries(self, root: Path, overrides: Overrides) -> list[baseline.Entry] | None:
        """Return the entries of the baseline that holds; None when there is none.

        Raises:
            RtlintError: it is none, or the one that the command line names is missing.
        """
        if overrides.no_baseline:
            return None
        path = self.baseline_path(root, overrides)
        if overrides.baseline is None and not os.path.lexists(path):
            return None
        from rtlint.pipeline import baseline

        entries = baseline.read(path)
        if entries is None and overrides.baseline is not None:
            raise RtlintError(f"there is no baseline {path}")
        return entries


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
    found = _remembered(root, overrides, progress) if not overlay and not overrides.no_cache else None
    if found is None:
        from rtlint.pipeline.checking import judged

        found = judged(root, overrides, overlay, progress).verdicts()
    return concluded(root, found, overrides, within, start)


def _remembered(root: Path, overrides: Overrides, progress: Progress) -> Verdicts | None:
    """Return the verdicts on a tree, from the cache when it is as it was; None when there is no cache to use."""
    from rtlint.pipeline.cache import Cache

    with Cache.of(root) as cache:
        return cache.verdicts(root, overrides, progress) if cache.usable else None


def concluded(
    root: Path, found: Verdicts, overrides: Overrides, within: tuple[str, ...] = (), start: float | None = None
) -> CheckResult:
    """Return what of the verdicts counts: not in the baseline, and in the wanted paths and changed lines.

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
    entries = found.baseline_entries(root, overrides)
    compared = found.compared(entries) if entries else None
    shown = tuple(_chosen(root, found, compared.new if compared else found.findings, overrides, within))
    paths = {site.path for finding in shown for site in _sites(finding)}
    report = Report(
        findings=shown,
        rules=found.rules,
        sources={path: found.text(path) for path in sorted(paths)},
        files=found.files,
        read=found.read,
        seconds=time.perf_counter() - start,
        version=__version__,
        mask=found.mask,
        unresolved=found.unresolved,
        baselined=compared.known if compared else 0,
        stale=sum(entry.count for entry in compared.stale) if compared else 0,
    )
    lowest = LEVELS.index(found.fail_level)
    failed = any(LEVELS.index(finding.level) >= lowest for finding in shown)
    return CheckResult(report, failed, found.ground, found.baseline_path(root, overrides))


def _chosen(
    root: Path, found: Verdicts, findings: Iterable[Finding], overrides: Overrides, within: tuple[str, ...]
) -> Iterable[Finding]:
    """Return the findings with a place in the wanted paths and, where only changes count, in a changed line."""
    changes = None
    if overrides.changed is not None:
        from rtlint.pipeline.changed import changes_since

        changes = changes_since(root, overrides.changed, found.content)
    for finding in findings:
        inside = not within or any(
            site.path == path or site.path.startswith(path + "/") for site in finding.places for path in within
        )
        if inside and (changes is None or any(changes.touch(site) for site in finding.places)):
            yield finding


def _sites(finding: Finding) -> Iterable[Site]:
    edits = finding.fix.edits if finding.fix else ()
    return (*finding.places, *(edit.at for edit in edits))
