"""A plain `rtlint check`, the question that hooks and people ask most, read without click.

click takes 25 ms to load, an eighth of what a hook may take. What is not as plain as this is left to it: options with
values, wrong ones, help, completion.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from rtlint.answers import print_nowhere
from rtlint.cli.checking import CheckOptions, run
from rtlint.cli.telling import EXIT_ERROR, EXIT_FINDINGS, accept_any_text, tell

_FLAGS = {
    "-q": "quiet",
    "--quiet": "quiet",
    "--no-color": "no_color",
    "--no-cache": "no_cache",
    "--no-baseline": "no_baseline",
    "--exit-zero": "exit_zero",
}
_COUNTED = {"-v": "verbose", "--verbose": "verbose"}
_LEFT_TO_CLICK = ("RTLINT_OUTPUT_FORMAT", "_RTLINT_COMPLETE")
"""Variables that click reads."""


def options_of(arguments: list[str]) -> CheckOptions | None:
    """Return the options of a plain check; None for a command line that click has to read.

    Args:
        arguments: the command line, without the name of the program.
    """
    if arguments[:1] != ["check"] or any(name in os.environ for name in _LEFT_TO_CLICK):
        return None
    given: dict[str, Any] = {}
    paths: list[Path] = []
    for word in arguments[1:]:
        if word in _FLAGS:
            given[_FLAGS[word]] = True
        elif word in _COUNTED:
            given[_COUNTED[word]] = given.get(_COUNTED[word], 0) + 1
        elif word and not word.startswith("-") and os.access(word, os.R_OK):
            paths.append(Path(word))
        else:
            return None
    return CheckOptions(paths=tuple(paths), **given)


def check(arguments: list[str]) -> int | None:
    """Do a plain check and return the exit code, as the command of click does; None for what is not plain."""
    options = options_of(arguments)
    if options is None:
        return None
    accept_any_text()
    try:
        return run(options, arguments)
    except KeyboardInterrupt:
        sys.stderr.write("\nAborted!\n")
        return EXIT_FINDINGS
    except BrokenPipeError:
        print_nowhere()
        return EXIT_FINDINGS
    except Exception as error:  # noqa: BLE001 - whatever it is, it is told.
        tell(error)
        return EXIT_ERROR
