"""Where a run of `rtlint` starts: with an answer that is remembered, else with the command line."""

from __future__ import annotations

import sys

from rtlint.answers import replay


def main() -> None:
    """Do what the command line says, and end the process with the exit code of the command."""
    arguments = sys.argv[1:]
    code = replay(arguments)
    if code is not None:
        sys.exit(code)
    from rtlint.cli import main as command

    command(prog_name="rtlint", obj=arguments)
