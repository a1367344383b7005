"""`--output-format FORMAT[=FILE]`, as often as wanted."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from rtlint.cli.telling import echo
from rtlint.facts.records import dataclass

if TYPE_CHECKING:
    from rtlint.findings import Report
    from rtlint.report import Options

FOR_PEOPLE = frozenset({"text", "concise"})
"""The formats that are printed in the encoding of the terminal; what programs read is UTF-8 everywhere."""


@dataclass(frozen=True, slots=True)
class Output:
    """A format, and the file that it goes to; None for standard output."""

    format: str
    file: Path | None = None


def chosen(outputs: tuple[Output, ...], output_file: Path | None) -> tuple[Output, ...]:
    """Return where the report goes, in which formats: text to standard output when nothing else is said.

    Raises:
        click.UsageError: two formats have one place.
    """
    outputs = outputs or (Output("text"),)
    if output_file is not None:
        if len(outputs) > 1 or outputs[0].file:
            raise _usage_error("--output-file goes with one --output-format that names no file")
        return (Output(outputs[0].format, output_file),)
    # Path.resolve() raises on a loop of links.
    places = [os.path.realpath(output.file) if output.file else None for output in outputs]
    if len(set(places)) < len(places):
        shared = next(place for place in places if places.count(place) > 1)
        raise _usage_error(f"two formats go to {shared or 'standard output'}: give one a file, as in sarif=FILE")
    return outputs


def _usage_error(text: str) -> Exception:
    import click

    return click.UsageError(text)


def emit(outputs: tuple[Output, ...], report: Report, options: Options) -> None:
    """Write a report in every format, files first.

    Raises:
        RtlintError: a file can't be written.
    """
    from rtlint.facts.records import replace
    from rtlint.report import write

    for output in sorted(outputs, key=lambda output: output.file is None):
        if output.file is None:
            text = write(output.format, report, options)
            echo(text if output.format in FOR_PEOPLE else _encoded(text))
        else:
            from rtlint.pipeline.files import write_file

            text = write(output.format, report, replace(options, color=False, links=False))
            write_file(output.file, _encoded(text))


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "backslashreplace")


def on_terminal(outputs: tuple[Output, ...]) -> bool:
    """Tell whether a report goes to a terminal that knows colours."""
    return any(output.file is None for output in outputs) and sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
