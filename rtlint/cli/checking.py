"""What `rtlint check` does, whatever has read its command line; nothing of it needs click."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from rtlint.cli.answer import keep_answer
from rtlint.cli.outputs import Output, chosen, emit, on_terminal
from rtlint.cli.progress import progress_line
from rtlint.cli.telling import EXIT_FINDINGS
from rtlint.facts.records import dataclass

if TYPE_CHECKING:
    from rtlint.pipeline import CheckResult, Overrides
    from rtlint.report import Options

WIDTH = 100
"""Columns of a page where there is no terminal to ask."""


@dataclass(frozen=True, slots=True)
class CheckOptions:
    """The options of `rtlint check`, under the names that they have there."""

    paths: tuple[Path, ...] = ()
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    outputs: tuple[Output, ...] = ()
    output_file: Path | None = None
    fail_level: str | None = None
    fix: bool = False
    unsafe_fixes: bool = False
    diff: bool = False
    changed: str | None = None
    add_baseline: bool = False
    prune: bool = False
    baseline: Path | None = None
    no_baseline: bool = False
    watch: bool = False
    no_cache: bool = False
    jobs: int | None = None
    exit_zero: bool = False
    no_color: bool = False
    verbose: int = 0
    quiet: bool = False


def run(options: CheckOptions, arguments: list[str] | None) -> int:
    """Check, and return the exit code.

    Args:
        options: the options.
        arguments: the command line, under which the answer is kept; None to keep none.

    Raises:
        RtlintError: the configuration, the baseline or a rule is wrong, or a file can't be written.
        click.UsageError: options contradict each other.
    """
    from rtlint import pipeline

    outputs = chosen(options.outputs, options.output_file)
    root, within = _root(options.paths)
    overrides = pipeline.Overrides(
        select=_listed(options.select),
        ignore=_listed(options.ignore),
        fail_level=options.fail_level,
        baseline=options.baseline,
        no_baseline=options.no_baseline,
        changed=options.changed,
        no_cache=options.no_cache,
        jobs=options.jobs or os.cpu_count() or 1,
    )
    if options.add_baseline or options.prune:
        from rtlint.cli.baseline import change_baseline

        change_baseline(root, overrides, within, add=options.add_baseline, prune=options.prune)
        return 0
    if options.diff:
        from rtlint.cli.fixing import print_diff

        return print_diff(root, overrides, within, unsafe=options.unsafe_fixes)

    def once() -> bool:
        result = _result(options, root, overrides, within)
        written = _options(outputs, options)
        emit(outputs, result.report, written)
        if arguments is not None and not (options.fix or options.watch or options.changed or options.no_cache):
            keep_answer(arguments, outputs, result, written, exit_zero=options.exit_zero)
        if result.report.stale:
            from rtlint.cli.baseline import say_stale

            say_stale(result.report, quiet=options.quiet)
        return result.failed

    if options.watch:
        from rtlint.cli.watch import changes_of, repeat

        repeat(once, changes_of(root))
        return 0
    return EXIT_FINDINGS if once() and not options.exit_zero else 0


def _result(options: CheckOptions, root: Path, overrides: Overrides, within: tuple[str, ...]) -> CheckResult:
    from rtlint import pipeline
    from rtlint.pipeline.progress import silent

    line = progress_line(quiet=options.quiet)
    try:
        if options.fix:
            from rtlint.cli.fixing import make_fixes

            return make_fixes(root, overrides, within, unsafe=options.unsafe_fixes)
        return pipeline.check(root, overrides, within, progress=line or silent)
    finally:
        if line:
            line.clear()


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


def _options(outputs: tuple[Output, ...], options: CheckOptions) -> Options:
    """Decide on colours as https://no-color.org and https://force-color.org say: an empty variable counts as unset."""
    from rtlint.report import Options

    terminal = on_terminal(outputs)
    color = bool(os.environ.get("FORCE_COLOR")) or (terminal and not os.environ.get("NO_COLOR"))
    color = color and not options.no_color
    width = _columns()
    return Options(color=color, links=color and terminal, width=width, verbose=options.verbose, quiet=options.quiet)


def _columns() -> int:
    """Return the width of the terminal, as `shutil.get_terminal_size` does, whose module costs more than its answer."""
    told = os.environ.get("COLUMNS", "")
    if told.isdigit() and int(told):
        return int(told)
    try:
        return os.get_terminal_size(sys.__stdout__.fileno()).columns or WIDTH if sys.__stdout__ else WIDTH
    except (OSError, ValueError):
        return WIDTH
