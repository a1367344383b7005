"""The command line: commands and options, nothing else. One module for each group of commands.

A plain `rtlint check` is understood without click (`rtlint.cli.plain`), so `main` is loaded when it is asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rtlint.cli.group import main

__all__ = ["main"]


def __getattr__(name: str) -> object:
    """Return the command group with all commands (PEP 562)."""
    if name != "main":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from rtlint.cli import check, group, init, questions, report, server  # noqa: F401 - each adds its commands.

    return group.main
