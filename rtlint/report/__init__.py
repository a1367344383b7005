"""report: findings to bytes. One module per format; a writer formats and decides nothing."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from rtlint import FORMATS as FORMATS
from rtlint.facts.records import dataclass
from rtlint.findings import Report


@dataclass(frozen=True, slots=True)
class Options:
    """How to write.

    Attributes:
        color: whether to use ANSI colours.
        links: whether to use OSC 8 links.
        width: columns of the terminal.
        verbose: more than 0 to list what was not understood.
        quiet: True to leave the summary out.
    """

    color: bool = False
    links: bool = False
    width: int = 100
    verbose: int = 0
    quiet: bool = False


def write(format_name: str, report: Report, options: Options) -> str:
    """Return a report in one of `FORMATS`.

    Raises:
        KeyError: there is no such format.
    """
    writer: Callable[[Report, Options], str] = import_module(f"rtlint.report.{FORMATS[format_name]}").write
    return writer(report, options)
