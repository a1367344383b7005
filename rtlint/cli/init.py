"""`rtlint init`."""

from __future__ import annotations

from pathlib import Path

import click

from rtlint.cli.group import main


@main.command()
@click.argument("path", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would be written, and write nothing.")
def init(path: Path | None, dry_run: bool) -> None:
    """Write a configuration, a pre-commit hook and a CI job for the project in PATH.

    Nothing is asked and nothing is overwritten: where a file is there already, what to add to it is printed.
    """
    from rtlint.pipeline.onboarding import onboard

    done = onboard((path or Path()).resolve(), write=not dry_run)
    for piece in done.pieces:
        verb = ("would write" if dry_run else "wrote") if piece.written else "left alone"
        click.echo(f"{verb} {piece.path}")
        if piece.advice:
            click.echo("".join(f"    {line}\n" for line in piece.advice.splitlines()), nl=False)
    if done.findings:
        click.echo(f"\nA first run has {done.findings} finding{'' if done.findings == 1 else 's'}: see `rtlint check`.")
        click.echo("To start with those of later changes only: rtlint check --add-baseline")
    else:
        click.echo("\nA first run has no findings.")
