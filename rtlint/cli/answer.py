"""Keeping what a run has printed, for `rtlint.answers`."""

from __future__ import annotations

import codecs
import os
import sys
from typing import TYPE_CHECKING

from rtlint.cli.outputs import FOR_PEOPLE, Output
from rtlint.cli.telling import EXIT_FINDINGS

if TYPE_CHECKING:
    from rtlint.pipeline import CheckResult
    from rtlint.report import Options


def keep_answer(
    arguments: list[str], outputs: tuple[Output, ...], result: CheckResult, options: Options, *, exit_zero: bool
) -> None:
    """Keep what was printed, when all of it went to standard output and the cache knows what it rests on.

    Args:
        arguments: the command line.
        outputs: where the report went.
        result: of the run.
        options: those that it was printed with.
        exit_zero: whether findings don't count for the exit code.
    """
    ground, report = result.ground, result.report
    if ground is None or len(outputs) != 1 or outputs[0].file or report.stale:
        return
    if outputs[0].format not in FOR_PEOPLE and codecs.lookup(sys.stdout.encoding).name != "utf-8":
        return
    from rtlint.answers import CLOCK
    from rtlint.facts.records import replace
    from rtlint.pipeline.answering import Answer, keep
    from rtlint.report import write

    text = write(outputs[0].format, replace(report, seconds=CLOCK), options)
    told = write(outputs[0].format, replace(report, seconds=0.0), options)
    if f"{CLOCK:.2f}" in told:
        return
    code = EXIT_FINDINGS if result.failed and not exit_zero else 0
    deciders = (os.path.abspath(result.baseline),) if result.baseline else ()  # noqa: PTH100 - links stay.
    keep(arguments, Answer(text, code, frozenset(report.sources), deciders), ground)
