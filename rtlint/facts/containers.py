"""Derived facts about containers: who answers to which name, and who must listen beyond its own loopback."""

from __future__ import annotations

from typing import Annotated

from rtlint.facts.columns import Column
from rtlint.facts.records import dataclass
from rtlint.facts.site import Site


@dataclass(frozen=True, slots=True)
class ContainerName:
    """A name that only other containers of a compose project can resolve."""

    at: Annotated[Site, Column("The service.")]
    package: Annotated[str, Column("Folder of a package in or below the compose file's folder.", "apps/web")]
    name: Annotated[str, Column("The service's name, its container's name or an alias.", "soketi", index=True)]
    service: Annotated[str, Column("The service.", "soketi")]


@dataclass(frozen=True, slots=True)
class NeighbourBroadcaster:
    """A real-time server in another container than the service that an environment describes."""

    at: Annotated[Site, Column("The service with the real-time server.")]
    environment: Annotated[int, Column("The environment.", "1", index=True)]
    service: Annotated[str, Column("The service with the real-time server.", "soketi")]
    title: Annotated[str, Column("Title of the real-time server.", "Soketi")]


@dataclass(frozen=True, slots=True)
class ViteServer:
    """A Vite development server in a container that publishes its port."""

    at: Annotated[Site, Column("The option that names its host; else the service.")]
    service: Annotated[str, Column("The service.", "web")]
    port: Annotated[str, Column("The port in the container.", "5173")]
    published: Annotated[str, Column("The port on the host; empty when Docker chooses it.", "5173")]
    reachable: Annotated[str, Column("yes, no or unknown: whether it listens beyond the container's loopback.", "no")]
