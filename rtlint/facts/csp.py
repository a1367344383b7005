"""Content Security Policies, and the connections that they forbid."""

from __future__ import annotations

from typing import Annotated

from rtlint.facts.columns import Column
from rtlint.facts.fact import At, RawFact
from rtlint.facts.records import dataclass
from rtlint.facts.site import Site


@dataclass(frozen=True, slots=True)
class CspMeta(RawFact):
    """A policy in a page: `<meta http-equiv="Content-Security-Policy">`."""

    at: At
    policy: Annotated[str, Column("The policy as written.", "default-src 'self'")]


@dataclass(frozen=True, slots=True)
class BlockedConnection:
    """A host that a client connects to and that the policy of its page does not list."""

    at: At
    directive: Annotated[str, Column("connect-src, or default-src where that stands in for it.", "connect-src")]
    host: Annotated[str, Column("What the client connects to.", "wss://ws-eu.pusher.com")]
    client: Annotated[str, Column("Title of the client's provider.", "Pusher Channels")]
    client_at: Annotated[Site, Column("Where the client is made.")]
    environment: Annotated[str, Column("Name of the environment.", "production mode")]
