"""Derived facts about switches: values that the code does not take as they are meant."""

from __future__ import annotations

from typing import Annotated

from rtlint.facts.columns import Column
from rtlint.facts.fact import At
from rtlint.facts.records import dataclass
from rtlint.facts.site import Site


@dataclass(frozen=True, slots=True)
class MisreadFlag:
    """A value of a real-time switch that means one state and that the code takes for the other."""

    at: At
    name: Annotated[str, Column("The variable.", "VITE_PUSHER_ENABLED")]
    value: Annotated[str, Column("Its value as set.", "1")]
    meant: Annotated[str, Column("What it means: on or off.", "on")]
    reason: Annotated[str, Column("compared (with another spelling) or truthy (any text counts as on).", "compared")]
    expected: Annotated[str, Column("The spelling that the code compares with, or empty.", "true")]
    environment: Annotated[str, Column("Name of the environment.", "production mode")]
    environment_kind: Annotated[str, Column("Its kind.", "dotenv")]
    code_at: Annotated[Site, Column("The comparison or condition.")]


@dataclass(frozen=True, slots=True)
class FlagWithoutKey:
    """A real-time switch that is on where the key of the client is not set."""

    at: At
    name: Annotated[str, Column("The switch.", "VITE_ENABLE_PUSHER")]
    value: Annotated[str, Column("Its value as set.", "true")]
    key: Annotated[str, Column("The variable of the key.", "VITE_PUSHER_KEY")]
    key_state: Annotated[str, Column("blank or unset.", "blank")]
    key_at: Annotated[Site, Column("Where it is blank; where code reads it when it is unset.")]
    client: Annotated[str, Column("Title of the client's provider.", "Pusher Channels")]
    client_at: Annotated[Site, Column("Where the client is made.")]
    environment: Annotated[str, Column("Name of the environment.", "production mode")]
