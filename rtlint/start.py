"""Where a run of `rtlint` starts: with an answer that is remembered, else with the command line."""

from __future__ import annotations

import gc
import os
import sys

from rtlint.answers import replay

GC_THRESHOLD = 100_000
"""New objects between two searches for cycles: facts have none, and the default of 700 costs a tenth of a run."""


def main() -> None:
    """Do what the command line says, and end the process with the exit code of the command."""
    arguments = sys.argv[1:]
    code = replay(arguments)
    if code is not None:
        sys.exit(code)
    gc.set_threshold(GC_THRESHOLD)
    from rtlint.pipeline.ahead import begin
    from rtlint.pipeline.ending import end_at_once

    begin(arguments)
    at_once = arguments[:1] == ["check"] and "--watch" not in arguments
    if at_once:
        end_at_once()
    from rtlint.cli.plain import check

    try:
        code = check(arguments)
        if code is None:
            from rtlint.cli import main as command

            command(prog_name="rtlint", obj=arguments)
        sys.exit(code)
    except SystemExit as end:
        if at_once and isinstance(end.code, int):
            _leave(end.code)
        raise
    finally:
        gc.freeze()  # Else the end of the process would search everything for cycles.


def _leave(code: int) -> None:
    """End the process without giving back, object by object, what it holds; mypy ends in the same way.

    Where output can't be written, the process ends as usual, and Python says so.
    """
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except (OSError, ValueError):
        return
    os._exit(code)
