"""Derived facts about keys and secrets."""

from __future__ import annotations

from typing import Annotated

from rtlint.facts.columns import Column
from rtlint.facts.fact import At
from rtlint.facts.records import dataclass
from rtlint.facts.site import Site


@dataclass(frozen=True, slots=True)
class ExposedSecret:
    """A real-time secret that everybody can read: in a browser bundle, or in a file of the repository."""

    at: At
    name: Annotated[str, Column("The variable, or the client's option.", "VITE_PUSHER_SECRET")]
    how: Annotated[
        str, Column("prefix (the bundler hands it out), client (browser code uses it) or committed.", "prefix")
    ]
    prefix: Annotated[str, Column("The public prefix, or empty.", "VITE_")]
    real: Annotated[bool, Column("Whether the value is none that only stands for a secret; 1 when it is not known.")]


@dataclass(frozen=True, slots=True)
class KeyMismatch:
    """The client and the server of one environment use different keys or clusters."""

    at: At
    name: Annotated[str, Column("The option.", "key")]
    value: Annotated[str, Column("The client's value.", "a1b2c3d4")]
    value_id: Annotated[int, Column("It with its provenance.", "7")]
    server_value: Annotated[str, Column("The server's value.", "e5f6a7b8")]
    server_at: Annotated[Site, Column("Where the server's value is set.")]
    environment: Annotated[str, Column("Name of the client's environment.", "production mode")]


@dataclass(frozen=True, slots=True)
class IncompleteCredentials:
    """An environment that gives a server a part of a provider's credentials."""

    at: At
    provider: Annotated[str, Column("Title of the provider.", "Pusher Channels")]
    given: Annotated[str, Column("A variable that is set.", "PUSHER_APP_ID")]
    missing: Annotated[str, Column("The one that code reads and that is not set there.", "PUSHER_APP_SECRET")]
    read_at: Annotated[Site, Column("Where code reads it.")]
    environment: Annotated[str, Column("Name of the environment.", "service api of compose.yaml")]


@dataclass(frozen=True, slots=True)
class ExampleGap:
    """A real-time variable that code reads and that no example file of its package lists."""

    at: At
    name: Annotated[str, Column("The variable.", "VITE_PUSHER_KEY")]
    example: Annotated[str, Column("The example file nearest to the package.", "apps/web/.env.example")]
    example_at: Annotated[Site, Column("Its first entry.")]
    set_at: Annotated[Site, Column("Where it is set.")]


@dataclass(frozen=True, slots=True)
class ShadowedValue:
    """A blank value that hides the one which a weaker source sets."""

    at: At
    name: Annotated[str, Column("The variable.", "VITE_PUSHER_KEY")]
    hidden_at: Annotated[Site, Column("The source that it hides.")]
    environment: Annotated[str, Column("Name of the environment.", "service web of compose.yaml")]
