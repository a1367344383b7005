"""The command group, and what its commands share."""

from __future__ import annotations

from pathlib import Path

import click

from rtlint import __version__
from rtlint.cli.telling import EXIT_ERROR, accept_any_text, tell

ROOT = click.option(
    "--root",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=Path(),
    help="The folder to analyse. [default: the current folder]",
)


class Main(click.Group):
    """The command group: what goes wrong inside it ends with exit code 2 and one line, never with a traceback."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command."""
        accept_any_text()
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, it is told.
            tell(error)
        return ctx.exit(EXIT_ERROR)


@click.group(cls=Main, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, "--version", prog_name="rtlint")
def main() -> None:
    """Tell whether the real-time setup of a repository is true.

    rtlint compares what client code, environment files, compose services and backend routes say of each other.
    """
