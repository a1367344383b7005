"""How click reads `--output-format FORMAT[=FILE]`."""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn

import click

from rtlint import FORMATS
from rtlint.cli.outputs import Output


class OutputType(click.ParamType):  # type: ignore[type-arg,unused-ignore]
    """The value of `--output-format`: a format, or a format and a file."""

    name = "FORMAT[=FILE]"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Output:
        """Return the output that a value names."""
        if isinstance(value, Output):
            return value
        name, equals, file = str(value).partition("=")
        if name not in FORMATS:
            self._unknown(name, param, ctx)
        if equals and not file:
            self.fail(f"the file of {name} is missing", param, ctx)
        return Output(name, Path(file) if file else None)

    def _unknown(self, name: str, param: click.Parameter | None, ctx: click.Context | None) -> NoReturn:
        import difflib

        near = difflib.get_close_matches(name.lower(), FORMATS, n=1)
        hint = f", did you mean '{near[0]}'?" if near else ""
        self.fail(f"there is no format {name!r}{hint}; there are {', '.join(FORMATS)}", param, ctx)
