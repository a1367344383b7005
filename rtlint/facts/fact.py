"""What every raw fact is: something that one file says, at a place of it."""

from __future__ import annotations

from typing import Annotated

from rtlint.facts.columns import Column
from rtlint.facts.site import Site

At = Annotated[Site, Column("Where it stands.")]


class RawFact:
    """What one file says. Each subclass is a frozen dataclass, and one table; `at` is the primary site of the fact."""

    __slots__ = ()
    at: Site
