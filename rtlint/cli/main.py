"""The command group, and what its commands share."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path

import click

from rtlint import __version__
from rtlint.errors import RtlintError

EXIT_FINDINGS, EXIT_ERROR = 1, 2


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
        # What a repository says may have characters that the encoding of the output lacks (cp1252 on Windows).
        if isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout.reconfigure(errors="backslashreplace")
        try:
            return super().invoke(ctx)
        except RtlintError as error:
            click.echo(f"rtlint: {error}", err=True)
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise
        except Exception as error:
            # A crash must not look like findings: exit code 1 means those.
            if os.environ.get("RTLINT_TRACEBACK"):
                raise
            click.echo(f"rtlint: internal error: {type(error).__name__}: {error}", err=True)
            click.echo("Set RTLINT_TRACEBACK=1 to see where; please report it with the file that causes it.", err=True)
        return ctx.exit(EXIT_ERROR)


@click.group(cls=Main, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, "--version", prog_name="rtlint")
def main() -> None:
    """Tell whether the real-time setup of a repository is true.

    rtlint compares what client code, environment files, compose services and backend routes say of each other.
    """
