"""`rtlint check`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from rtlint import FORMATS
from rtlint.cli.checking import CheckOptions, run
from rtlint.cli.group import main
from rtlint.cli.output_type import OutputType

CHANGED_HELP = (
    "Report only findings with a place in a line that changed since REF: since the last commit when REF is left out, "
    "else since the work left REF. The whole repository is read all the same."
)
BASELINE_HELP = "The baseline. [default: rtlint-baseline.json in the checked folder, or what the configuration says]"


@main.command()
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path), metavar="[PATH]...")
@click.option("--select", multiple=True, metavar="RULE", help="Run these rules only: codes, names, prefixes like RT2.")
@click.option("--ignore", multiple=True, metavar="RULE", help="Leave these rules out.")
@click.option(
    "--output-format",
    "outputs",
    type=OutputType(),
    multiple=True,
    envvar="RTLINT_OUTPUT_FORMAT",
    show_envvar=True,
    help=f"How findings are written, and where to; may be repeated. Formats: {', '.join(FORMATS)}. [default: text]",
)
@click.option(
    "--output-file", type=click.Path(dir_okay=False, path_type=Path), help="Write there instead of to the screen."
)
@click.option(
    "--fail-level",
    type=click.Choice(["note", "warning", "error"]),
    help="Lowest level that gives exit code 1. [default: warning, or what the configuration says]",
)
@click.option("--fix", is_flag=True, help="Make the safe fixes, and report what is left.")
@click.option("--unsafe-fixes", is_flag=True, help="With --fix or --diff: also fixes that may break what works.")
@click.option("--diff", is_flag=True, help="Print what --fix would change, and change nothing.")
@click.option("--changed", is_flag=False, flag_value="HEAD", metavar="[REF]", help=CHANGED_HELP)
@click.option(
    "--add-baseline", is_flag=True, help="Write the present findings to the baseline; later runs leave them out."
)
@click.option("--prune", is_flag=True, help="Take out of the baseline what matches no finding any more.")
@click.option("--baseline", type=click.Path(dir_okay=False, path_type=Path), help=BASELINE_HELP)
@click.option("--no-baseline", is_flag=True, help="Report what the baseline lists, too.")
@click.option("--watch", is_flag=True, help="Report again each time a file changes. Needs the package watchfiles.")
@click.option("--no-cache", is_flag=True, help="Remember nothing between runs, and use nothing that was.")
@click.option("--jobs", type=click.IntRange(1), help="How many processes may parse files. [default: one a processor]")
@click.option("--exit-zero", is_flag=True, help="Exit with 0 though there are findings.")
@click.option("--no-color", is_flag=True, help="No colours and no links, as with NO_COLOR; FORCE_COLOR turns them on.")
@click.option("-v", "--verbose", count=True, help="Also list the places that were not understood.")
@click.option("-q", "--quiet", is_flag=True, help="Print findings only, no summary.")
def check(**given: Any) -> None:
    """Check a repository and report findings.

    With one folder as PATH, that folder is the repository. With files or several paths the current folder is, and only
    findings with a place in one of the paths are reported.

    Exit codes: 0 clean, 1 findings from the fail level up (with --diff: there is something to change), 2 usage,
    configuration or internal error.
    """
    code = run(CheckOptions(**given), click.get_current_context().obj)
    if code:
        sys.exit(code)
