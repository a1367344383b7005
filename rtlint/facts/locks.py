"""Facts about lock files, and the versions of libraries that follow from them."""

from __future__ import annotations

from typing import Annotated

from rtlint.facts.columns import Column
from rtlint.facts.fact import At, RawFact
from rtlint.facts.records import dataclass


@dataclass(frozen=True, slots=True)
class LockedDependency(RawFact):
    """The version of a real-time package that a lock file fixes."""

    at: At
    directory: Annotated[str, Column("Folder of the package that gets this version; that of the lock file for all.")]
    name: Annotated[str, Column("The package.", "pusher-js", index=True)]
    ranges: Annotated[str, Column("The ranges that the entry answers, parted by `, `; empty for any.", "^8.4.0")]
    version: Annotated[str, Column("The version.", "8.4.0")]
