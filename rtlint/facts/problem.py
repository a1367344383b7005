"""What kept rtlint from reading a file."""

from __future__ import annotations

from typing import Annotated

from rtlint.facts.columns import Column
from rtlint.facts.fact import At, RawFact
from rtlint.facts.records import dataclass


@dataclass(frozen=True, slots=True)
class Problem(RawFact):
    """Something that kept rtlint from reading a file, or a part of it, as it is meant to be read."""

    at: At
    code: Annotated[str, Column("The rule that reports it.", "RT901", index=True)]
    message: Annotated[str, Column("What is wrong, as a clause without a full stop.", "the string is never closed")]
