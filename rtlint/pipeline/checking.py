"""From a folder to a report."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from rtlint import __version__
from rtlint.config import Config, level_of
from rtlint.facts.site import Site
from rtlint.findings import LEVELS, Finding, Report
from rtlint.judge import judge
from rtlint.pipeline.analysis import Analysis, analyse, masker
from rtlint.pipeline.setup import Overrides, prepare
from rtlint.roles import matches
from rtlint.rules import Rule

_NEVER_CHANGED = frozenset({"vendored", "archive"})


@dataclass(frozen=True, slots=True)
class CheckResult:
    """A report, and whether it has a finding from the fail level up."""

    report: Report
    failed: bool


def check(
    root: Path,
    overrides: Overrides | None = None,
    within: tuple[str, ...] = (),
    overlay: Mapping[str, bytes] | None = None,
) -> CheckResult:
    """Check a folder.

    Args:
        root: the folder.
        overrides: what the command line says.
        within: paths below the root; only findings with a place in one of them count. Empty for all.
        overlay: contents that stand in for those of files on the disk, by path: unsaved text of an editor.

    Raises:
        RtlintError: the configuration or a built-in rule is wrong.
    """
    start = time.perf_counter()
    setup = prepare(root, overrides or Overrides())
    rules = setup.enabled()
    triggers = {token.encode() for rule in rules for token in rule.triggers}
    analysis = analyse(root, setup.config, triggers, overlay or {})
    found = judge(analysis.facts, rules, setup.failed)
    shown = [_leveled(setup.config, finding) for finding in found if _counts(setup.config, finding, within)]
    shown = [_fixable(finding, analysis) for finding in shown]
    report = _report(analysis, rules, shown, time.perf_counter() - start)
    lowest = LEVELS.index(setup.config.fail_level)
    return CheckResult(report, any(LEVELS.index(finding.level) >= lowest for finding in shown))


def _counts(config: Config, finding: Finding, within: tuple[str, ...]) -> bool:
    """Tell whether a finding is shown: not suppressed, not ignored for its file, and in one of the wanted paths."""
    if finding.suppressed:
        return False
    for pattern, selectors in config.per_file_ignores.items():
        ignored = any(selector in {"ALL", finding.name} or finding.code.startswith(selector) for selector in selectors)
        if ignored and matches(pattern, finding.at.path):
            return False
    return not within or any(
        site.path == path or site.path.startswith(path + "/") for site in finding.places for path in within
    )


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
