"""Workers: several processes behind one address, between which a Socket.IO session must not jump.

Source: https://socket.io/docs/v4/using-multiple-nodes/: polling needs sticky sessions, broadcasting an adapter.
"""

from __future__ import annotations

from collections.abc import Iterator

from rtlint.facts.raw import Dependency, Script
from rtlint.facts.site import Site
from rtlint.facts.sockets import UnstickyWorkers
from rtlint.link.clients import Made, settings
from rtlint.link.program import Program
from rtlint.patterns import regex

_COMMAND = regex(
    r"\bgunicorn\b[^;&|]*\s(?:-w|--workers)[ =]?(\d+)|\bpm2(?:-runtime)?\b[^;&|]*\s(?:-i|--instances)[ =]?(max|-?\d+)"
)
_SERVERS = frozenset({"socket.io", "python-socketio", "flask-socketio"})
_KNOWN = frozenset(
    "@socket.io/sticky @socket.io/pm2 @socket.io/cluster-adapter @socket.io/redis-adapter socket.io-redis "
    "@socket.io/redis-streams-adapter @socket.io/postgres-adapter @socket.io/mongo-adapter sticky-session".split()
)
"""Packages by which a server shows that it runs in several processes on purpose."""

_SIGNS = ("ip_hash", "message_queue", "client_manager", "hash_bits", "sticky", "AsyncRedisManager", "RedisManager")


def unsticky_workers(program: Program, made: list[Made]) -> Iterator[UnstickyWorkers]:
    """Yield the commands that start a Socket.IO server in several processes, where nothing keeps sessions together."""
    names = {fact.name: fact for fact in program.index.of_role(Dependency, "app", "tooling")}
    server = next((names[name] for name in sorted(_SERVERS) if name in names), None)
    if server is None or not _KNOWN.isdisjoint(names) or _sockets_only(program, made):
        return
    found = [(at, workers) for at, command in _commands(program) if (workers := _workers(command))]
    if found and not any(program.mentions(_SIGNS).values()):
        for at, workers in found:
            yield UnstickyWorkers(at, workers, server.name, server.at)


def _commands(program: Program) -> Iterator[tuple[Site, str]]:
    for service in program.environments.services:
        yield service.fact.at, service.command
    for script in program.index.of_role(Script, "app", "tooling"):
        yield script.at, script.command


def _workers(command: str) -> str:
    """Return how many processes a command starts; empty for one."""
    found = _COMMAND.search(command)
    number = (found.group(1) or found.group(2)) if found else ""
    return number if number not in {"", "0", "1"} else ""


def _sockets_only(program: Program, made: list[Made]) -> bool:
    """Tell whether clients may leave out polling: then a session is one socket, which stays where it is."""
    clients = [client for client in made if client.provider.name == "socket.io" and client.fact.role == "app"]
    return any(
        found.option.name == "transports" and found.given
        for client in clients
        for found in settings(program.leaf_folder(client.fact.package), client)
    )
