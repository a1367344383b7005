"""`rtlint check`."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rtlint import FORMATS
from rtlint.cli.answer import keep_answer
from rtlint.cli.main import EXIT_FINDINGS, main
from rtlint.cli.outputs import Output, OutputType, chosen, emit, on_terminal
from rtlint.cli.progress import progress_line

if TYPE_CHECKING:
    from rtlint.report import Options


WIDTH = 100
"""Columns of a page where there is no terminal to ask."""

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
def check(
    paths: tuple[Path, ...],
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    outputs: tuple[Output, ...],
    output_file: Path | None,
    fail_level: str | None,
    fix: bool,
    unsafe_fixes: bool,
    diff: bool,
    changed: str | None,
    add_baseline: bool,
    prune: bool,
    baseline: Path | None,
    no_baseline: bool,
    watch: bool,
    no_cache: bool,
    jobs: int | None,
    exit_zero: bool,
    no_color: bool,
    verbose: int,
    quiet: bool,
) -> None:
    """Check a repository and report findings.

    With one folder as PATH, that folder is the repository. With files or several paths the current folder is, and only
    findings with a place in one of the paths are reported.

    Exit codes: 0 clean, 1 findings from the fail level up (with --diff: there is something to change), 2 usage,
    configuration or internal error.
    """
    from rtlint import pipeline
    from rtlint.pipeline.progress import silent

    outputs = chosen(outputs, output_file)
    root, within = _root(paths)
    overrides = pipeline.Overrides(
        select=_listed(select),
        ignore=_listed(ignore),
        fail_level=fail_level,
        baseline=baseline,
        no_baseline=no_baseline,
        changed=changed,
        no_cache=no_cache,
        jobs=jobs or os.cpu_count() or 1,
    )
    if add_baseline or prune:
        from rtlint.cli.baseline import change_baseline

        change_baseline(root, overrides, within, add=add_baseline, prune=prune)
        return
    if diff:
        from rtlint.cli.fixing import print_diff

        sys.exit(print_diff(root, overrides, within, unsafe=unsafe_fixes))

    def run() -> bool:
        line = progress_line(quiet=quiet)
        try:
            if fix:
                from rtlint.cli.fixing import make_fixes

                result = make_fixes(root, overrides, within, unsafe=unsafe_fixes)
            else:
                result = pipeline.check(root, overrides, within, progress=line or silent)
        finally:
            if line:
                line.clear()
        options = _options(no_color, outputs, verbose, quiet)
        emit(outputs, result.report, options)
        if not (fix or watch or changed or no_cache):
            keep_answer(outputs, result, options, exit_zero=exit_zero)
        if result.report.stale:
            from rtlint.cli.baseline import say_stale

            say_stale(result.report, quiet=quiet)
        return result.failed

    if watch:
        from rtlint.cli.watch import changes_of, repeat

        repeat(run, changes_of(root))
    elif run() and not exit_zero:
        sys.exit(EXIT_FINDINGS)


def _root(paths: tuple[Path, ...]) -> tuple[Path, tuple[str, ...]]:
    """Return the folder to analyse, and the paths in it that findings must touch (none: all findings count)."""
    given = [path.resolve() for path in paths] or [Path.cwd()]
    if len(given) == 1 and given[0].is_dir():
        return given[0], ()
    here = Path.cwd()
    if not all(path.is_relative_to(here) for path in given):
        here = Path(os.path.commonpath([path if path.is_dir() else path.parent for path in given]))
    return here, tuple(path.relative_to(here).as_posix() for path in given)


def _listed(values: tuple[str, ...]) -> tuple[str, ...]:
    """Take comma-separated and repeated values apart."""
    return tuple(part.strip() for value in values for part in value.split(",") if part.strip())


def _options(no_color: bool, outputs: tuple[Output, ...], verbose: int, quiet: bool) -> Options:
    """Decide on colours as https://no-color.org and https://force-color.org say: an empty variable counts as unset."""
    from rtlint.report import Options

    terminal = on_terminal(outputs)
    color = bool(os.environ.get("FORCE_COLOR")) or (terminal and not os.environ.get("NO_COLOR"))
    color = color and not no_color
    width = _columns()
    return Options(color=color, links=color and terminal, width=width, verbose=verbose, quiet=quiet)


def _columns() -> int:
    """Return the width of the terminal, as `shutil.get_terminal_size` does, whose module costs more than its answer."""
    told = os.environ.get("COLUMNS", "")
    if told.isdigit() and int(told):
        return int(told)
    try:
        return os.get_terminal_size(sys.__stdout__.fileno()).columns or WIDTH if sys.__stdout__ else WIDTH
    except (OSError, ValueError):
        return WIDTH
