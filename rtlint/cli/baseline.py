"""What `--add-baseline` and `--prune` of `rtlint check` do."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rtlint.findings import Report
    from rtlint.pipeline import Overrides


def change_baseline(root: Path, overrides: Overrides, within: tuple[str, ...], *, add: bool, prune: bool) -> None:
    """Change the baseline of a folder and say what was done.

    Raises:
        click.UsageError: only a part of the findings was asked for.
        RtlintError: the baseline can't be read or written.
    """
    if within or overrides.changed is not None:
        raise click.UsageError("--add-baseline and --prune work on the whole repository: leave paths and --changed out")
    from rtlint.pipeline.adoption import update_baseline

    done = update_baseline(root, overrides, add=add, prune=prune)
    parts = [f"{done.added} added"] if add else []
    parts += [f"{done.pruned} taken out"] if prune else []
    click.echo(f"{done.path.name}: {', '.join(parts)}, {done.total} listed")


def say_stale(report: Report, *, quiet: bool) -> None:
    """Say on standard error that entries of the baseline match nothing any more."""
    if report.stale and not quiet:
        verb = "is" if report.stale == 1 else "are"
        click.echo(
            f"rtlint: {report.stale} of the findings in the baseline {verb} no more: "
            f"`rtlint check --prune` takes {'it' if report.stale == 1 else 'them'} out",
            err=True,
        )
