"""Derived facts about the way of a socket: the paths that clients open, and what stands in between."""

from __future__ import annotations

from typing import Annotated

from rtlint.facts.columns import Column
from rtlint.facts.fact import At
from rtlint.facts.records import dataclass
from rtlint.facts.site import Site


@dataclass(frozen=True, slots=True)
class SocketEndpoint:
    """A path that a native WebSocket opens at the application's own backend, in one environment."""

    at: At
    client: Annotated[int, Column("The client.", "1", index=True)]
    environment: Annotated[int, Column("The environment.", "1")]
    path: Annotated[str, Column("The path.", "/ws/chat")]
    option_at: Annotated[Site, Column("The URL at the client.")]
    value_id: Annotated[int, Column("The URL with its provenance.", "7")]
    served: Annotated[str, Column("yes, no or unknown: whether a WebSocket route of the backends serves it.", "no")]
    nearest_path: Annotated[str, Column("The WebSocket route most like it, or empty.", "/ws/chat/{room}")]
    nearest_at: Annotated[Site | None, Column("Where that is served.")]
    served_path: Annotated[str, Column("nearest_path where the client would reach it under that path, else empty.")]


@dataclass(frozen=True, slots=True)
class ProxyWithoutUpgrade:
    """A proxy rule that takes the path of a client's socket and does not pass the handshake on."""

    at: At
    tool: Annotated[str, Column("nginx, vite, webpack, ...", "nginx")]
    path: Annotated[str, Column("The path that the client opens.", "/socket.io/")]
    client: Annotated[str, Column("Title of the client's provider.", "Socket.IO")]
    client_at: Annotated[Site, Column("Where the client is made.")]
    polling: Annotated[bool, Column("Whether the client falls back to polling.")]


@dataclass(frozen=True, slots=True)
class UnpublishedPort:
    """The port that a browser client is told to use on this machine, which no service publishes."""

    at: At
    port: Annotated[str, Column("The port.", "6001")]
    environment: Annotated[str, Column("Name of the environment.", "development mode")]
    service: Annotated[str, Column("The service that listens there.", "soketi")]
    service_at: Annotated[Site, Column("The service.")]
    published: Annotated[str, Column("The host port that it is published on instead, or empty.", "6002")]
    client_at: Annotated[Site, Column("Where the client is made.")]


@dataclass(frozen=True, slots=True)
class SocketPathMismatch:
    """A Socket.IO client that asks for another path than the only server of the repository has."""

    at: At
    path: Annotated[str, Column("The client's path.", "/socket.io/")]
    server_path: Annotated[str, Column("The server's path.", "/realtime/")]
    server_at: Annotated[Site, Column("Where the server's path is set.")]
    reason: Annotated[
        str, Column("path, or namespace (a path in the URL is a namespace, which the server lacks).", "path")
    ]
    environment: Annotated[str, Column("Name of the environment.", "development mode")]


@dataclass(frozen=True, slots=True)
class ProtocolMismatch:
    """A client whose protocol the server does not speak."""

    at: At
    reason: Annotated[
        str, Column("version (Engine.IO), native (a WebSocket to Socket.IO) or socketio (Socket.IO to a WebSocket).")
    ]
    client: Annotated[str, Column("The client, with its version where that decides.", "socket.io-client 2")]
    server: Annotated[str, Column("The server, with its version where that decides.", "socket.io 4")]
    server_at: Annotated[Site, Column("Where the server stands.")]


@dataclass(frozen=True, slots=True)
class OriginProblem:
    """An option of a Socket.IO server that keeps pages out."""

    at: At
    reason: Annotated[str, Column("origins (an option of version 2), scheme, credentials, or missing.")]
    origin: Annotated[str, Column("The origin in question.", "http://localhost:5173")]
    other_at: Annotated[Site | None, Column("The client, or the option that contradicts; empty where there is none.")]


@dataclass(frozen=True, slots=True)
class MixedClients:
    """Two competing real-time clients of one package."""

    at: At
    package: Annotated[str, Column("The dependency.", "socket.io-client")]
    other: Annotated[str, Column("The competing one.", "pusher-js")]
    other_at: Annotated[Site, Column("Where that is listed.")]
    used: Annotated[bool, Column("Whether code uses both; 0 when nothing imports `package`.")]


@dataclass(frozen=True, slots=True)
class UnstickyWorkers:
    """A command that starts a Socket.IO server in several processes, with nothing that keeps its sessions together."""

    at: At
    workers: Annotated[str, Column("How many, as written.", "4")]
    server: Annotated[str, Column("The server's package.", "flask-socketio")]
    server_at: Annotated[Site, Column("Where it is listed.")]
