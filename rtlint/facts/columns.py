"""How a field of a fact becomes a documented column of a table."""

from __future__ import annotations

from rtlint.facts.records import dataclass


@dataclass(frozen=True, slots=True)
class Column:
    """What `rtlint schema` says about one column.

    Attach it with `Annotated[type, Column(...)]`. A field without one is not a column: it exists in Python only.

    Attributes:
        doc: one sentence of meaning, with the unit where there is one.
        example: a value as it would stand in the table.
        index: whether the table gets an index over this column.
    """

    doc: str
    example: str = ""
    index: bool = False
