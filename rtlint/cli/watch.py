"""`rtlint check --watch`: the report again each time a file changes."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import click

from rtlint.errors import RtlintError

_CLEAR = "\x1b[2J\x1b[3J\x1b[H"
_UNWATCHED = ("node_modules", ".git", ".rtlint_cache", ".venv", "__pycache__", "dist", "build")


def changes_of(root: Path) -> Iterable[object]:
    """Yield each time something below a folder changes, quick changes together; ends with Ctrl-C.

    Raises:
        RtlintError: the package that watches files is not installed.
    """
    try:
        from watchfiles import DefaultFilter, watch
    except ImportError as error:
        raise RtlintError("--watch needs the package watchfiles: pip install 'rtlint[watch]'") from error
    found: Iterable[object] = watch(
        root, watch_filter=DefaultFilter(ignore_dirs=_UNWATCHED), raise_interrupt=False, step=100
    )
    return found


def repeat(run: Callable[[], object], changes: Iterable[object]) -> None:
    """Run once, and again after each change; an error is told and does not end the watching."""
    _once(run)
    for _ in changes:
        if sys.stdout.isatty():
            click.echo(_CLEAR, nl=False)
        _once(run)


def _once(run: Callable[[], object]) -> None:
    try:
        run()
    except RtlintError as error:
        click.echo(f"rtlint: {error}", err=True)
    click.echo("Watching for changes; Ctrl-C ends.", err=True)
