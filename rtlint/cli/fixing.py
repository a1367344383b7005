"""What `--fix` and `--diff` of `rtlint check` do."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from rtlint.cli.telling import EXIT_FINDINGS

if TYPE_CHECKING:
    from rtlint.findings import Finding
    from rtlint.pipeline import CheckResult, Overrides
    from rtlint.pipeline.fixing import FixResult


def make_fixes(root: Path, overrides: Overrides, within: tuple[str, ...], *, unsafe: bool) -> CheckResult:
    """Fix what can be fixed, write the files, say on standard error what was done, and return what is left.

    Raises:
        RtlintError: a file can't be written.
    """
    from rtlint import pipeline
    from rtlint.pipeline import fixing

    done = fixing.fix(root, overrides, within, unsafe=unsafe)
    skipped = fixing.write(root, done)
    left_alone = set(skipped)
    for finding in done.fixed:
        if not left_alone & {edit.at.path for edit in (finding.fix.edits if finding.fix else ())}:
            _say(f"fixed {_shown(done.result, finding)}")
    for path in skipped:
        _say(f"{_safe(path)} was changed by somebody else meanwhile and was left alone")
    _say_failed(done)
    return pipeline.check(root, overrides, within) if skipped else done.result


def print_diff(root: Path, overrides: Overrides, within: tuple[str, ...], *, unsafe: bool) -> int:
    """Print what `make_fixes` would change as a unified diff; return the exit code."""
    from rtlint.pipeline import fixing

    done = fixing.fix(root, overrides, within, unsafe=unsafe)
    _say_failed(done)
    mask = done.result.report.mask
    click.echo("\n".join(map(_safe, mask(fixing.diff(done.before, done.after)).split("\n"))), nl=False)
    return EXIT_FINDINGS if done.after else 0


def _say_failed(done: FixResult) -> None:
    for finding in done.failed:
        _say(f"the fix of {_shown(done.result, finding)} left its finding: please report this as a bug of rtlint")


def _shown(result: CheckResult, finding: Finding) -> str:
    title = finding.fix.title if finding.fix else ""
    return _safe(result.report.mask(f"{finding.at.path}:{finding.at.line}: {finding.code} {title}"))


def _safe(text: str) -> str:
    from rtlint.report.visible import line_text

    return line_text(text)


def _say(text: str) -> None:
    click.echo(text, err=True)
