"""Fuzzes the reader of dotenv files in all its dialects."""

from __future__ import annotations

import contextlib

from fuzz.harness import check_facts, check_kind, files, run
from rtlint.extract.dotenv import expand, extract, parse
from rtlint.extract.dotenv_text import decode
from rtlint.extract.interpolation import InvalidInterpolationError, RequiredVariableError
from rtlint.facts.files import FileFacts
from tests.properties import FRAGMENTS


def check(data: bytes) -> None:
    """Check the facts that `rtlint.extract` gives, and those of each dialect, whose values must be expandable."""
    check_kind("dotenv")(data)
    for dialect in ("node", "compose", "python"):
        check_facts(FileFacts(".env", tuple(extract(".env", data, dialect))), data)
        with contextlib.suppress(InvalidInterpolationError, RequiredVariableError):
            expand(parse(decode(data), dialect), {"A": "a"}, dialect)


if __name__ == "__main__":
    run(check, (data for kind, data in files() if kind == "dotenv"), FRAGMENTS)
