"""From a folder to verdicts: every stage runs."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from rtlint.config import Config, level_of
from rtlint.discover import TreeState
from rtlint.extract import preparations
from rtlint.facts.records import dataclass, replace
from rtlint.findings import Finding
from rtlint.pipeline.ahead import state_of
from rtlint.pipeline.analysis import Analysis, analyse, load_link, masker
from rtlint.pipeline.memory import Memory
from rtlint.pipeline.overrides import Overrides
from rtlint.pipeline.progress import Progress, silent
from rtlint.pipeline.setup import Setup, prepare
from rtlint.pipeline.verdicts import Verdicts
from rtlint.roles import matches
from rtlint.rules import Rule

if TYPE_CHECKING:
    from rtlint.pipeline.ahead import Look

_AT_THE_END = ("rtlint.report.text", "rtlint.pipeline.answering")
"""Modules that most runs need when they have found out everything: they are loaded while there is nothing to do."""

_NEVER_CHANGED = frozenset({"vendored", "archive"})


@dataclass(slots=True)
class Judged:
    """What the rules say of a folder, with everything that is known of it.

    Attributes:
        state: what the folder was found to be before anything of it was read, where somebody asked for it.
    """

    setup: Setup
    rules: list[Rule]
    analysis: Analysis
    findings: list[Finding]
    state: TreeState | None

    def verdicts(self) -> Verdicts:
        """Return what a run reports from; the fixes of findings are worked out."""
        return Verdicts(
            findings=tuple(_fixable(finding, self.analysis) for finding in self.findings),
            rules=tuple(rule.info for rule in self.rules),
            unresolved=self.analysis.unresolved,
            files=len(self.analysis.files),
            read=self.analysis.read,
            fail_level=self.setup.config.fail_level,
            baseline_file=self.setup.config.baseline,
            content=self.analysis.content,
            mask=masker(self.analysis).mask,
        )


def judged(
    root: Path,
    overrides: Overrides,
    overlay: Mapping[str, bytes] | None = None,
    progress: Progress = silent,
    memory: Memory | None = None,
    look: Look = state_of,
    *,
    complete: bool = False,
) -> Judged:
    """Run the rules over a folder; what a comment or the configuration silences is left out.

    Args:
        root: the folder.
        overrides: what the command line says.
        overlay: contents that stand in for those of files on the disk, by path.
        progress: is told how far the run is.
        memory: the facts of earlier runs, and then of this one.
        look: returns the state of the folder; is called as late as can be.
        complete: whether files that matter only beside something real-time are read where nothing is. Rules of the
            repository itself may ask for what is in them.

    Raises:
        RtlintError: the configuration or a built-in rule is wrong.
    """
    setup = prepare(root, overrides)
    rules = setup.enabled()
    triggers = tuple(sorted({token.encode() for rule in rules for token in rule.triggers}))
    complete = complete or not all(rule.trusted for rule in rules)

    def prepare_judge() -> None:
        from rtlint.judge import make_ready

        make_ready(rules)

    needed = (load_link, prepare_judge)
    first, *others = preparations(triggers)
    state = look(root, (first, *needed, *(partial(import_module, name) for name in _AT_THE_END), *others))
    analysis = analyse(
        root,
        setup.config,
        triggers,
        overlay or {},
        progress,
        memory,
        overrides.jobs,
        state,
        needed,
        complete=complete,
    )
    from rtlint.judge import judge

    found = judge(analysis.facts, rules, setup.failed)
    counted = [_leveled(setup.config, finding) for finding in found if not _silenced(setup.config, finding)]
    return Judged(setup, rules, analysis, counted, state)


def _silenced(config: Config, finding: Finding) -> bool:
    """Tell whether a comment silences a finding, or the configuration does for its file."""
    for pattern, selectors in config.per_file_ignores.items():
        ignored = any(selector in {"ALL", finding.name} or finding.code.startswith(selector) for selector in selectors)
        if ignored and matches(pattern, finding.at.path):
            return True
    return finding.suppressed


def _leveled(config: Config, finding: Finding) -> Finding:
    return replace(finding, level=level_of(config, finding.code, finding.name, finding.level))


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
