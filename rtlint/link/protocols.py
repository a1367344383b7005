"""Protocols: clients and servers that do not speak the same one, origins that are kept out, clients that compete.

Compatibility of Socket.IO: https://socket.io/docs/v4/client-installation/#version-compatibility,
https://github.com/miguelgrinberg/Flask-SocketIO/blob/9ed6bbd/docs/intro.rst.
"""

from __future__ import annotations

from collections.abc import Iterator

from rtlint.facts.expressions import ArrayLiteral
from rtlint.facts.raw import ConfigOption, Dependency, Import, Package
from rtlint.facts.records import dataclass
from rtlint.facts.site import Site
from rtlint.facts.sockets import MixedClients, OriginProblem, ProtocolMismatch
from rtlint.link import urls
from rtlint.link.clients import Made, Setting, settings
from rtlint.link.outcomes import Outcome, Structure
from rtlint.link.program import Program
from rtlint.link.route_paths import opens
from rtlint.link.sockets import Request
from rtlint.link.values import Folder
from rtlint.link.versions import version
from rtlint.patterns import regex
from rtlint.providers import load_providers

_PYTHON_SERVERS = ("flask-socketio", "python-socketio")
_SERVERS = ("socket.io", *_PYTHON_SERVERS, "fastapi-socketio", "nestjs-socketio", "@nestjs/platform-socket.io")
_CDN = regex(r"(?:socket\.io[/@]|cdn\.socket\.io/)v?(\d+)\.\d+")
_DEV_PORTS = {"vite": "5173", "react-scripts": "3000", "@angular/cli": "4200"}
_TRANSPORTS = frozenset(
    {"pusher", "laravel-echo", "socket.io", "ably", "signalr", "centrifuge", "action-cable", "phoenix", "partykit"}
)
"""Providers of which a project needs one: the others do more than to transport messages."""


@dataclass(frozen=True, slots=True)
class _Speaker:
    """A side of Socket.IO: a title, its Engine.IO protocols, and the place."""

    title: str
    protocols: frozenset[int]
    at: Site


def protocol_mismatches(program: Program, made: list[Made], found: list[Request]) -> Iterator[ProtocolMismatch]:
    """Yield clients and servers of the repository that do not understand each other."""
    yield from _versions(program, made)
    yield from _kinds(program, made, found)


def _versions(program: Program, made: list[Made]) -> Iterator[ProtocolMismatch]:
    servers = list(_servers(program, made))
    for client in _clients(program, made):
        if servers and not any(client.protocols & server.protocols for server in servers):
            server = servers[0]
            yield ProtocolMismatch(client.at, "version", client.title, server.title, server.at)


def _engine(major: int) -> frozenset[int]:
    return frozenset({3 if major == 2 else 4 if major in {3, 4} else 2 if major == 1 else 0} - {0})


def _clients(program: Program, made: list[Made]) -> Iterator[_Speaker]:
    """Yield the clients of Socket.IO whose version is known, by package, and those of script tags."""
    packages = {client.fact.package for client in made if client.provider.name == "socket.io" and _is_browser(client)}
    for package in sorted(packages):
        known = version(program.index, package, "socket.io-client")
        if known and _engine(known.major):
            yield _Speaker(f"socket.io-client {known.major}", _engine(known.major), known.at)
    for fact in program.index.of_role(Import, "app"):
        tag = _CDN.search(fact.source) if fact.form == "script" else None
        if tag and _engine(int(tag[1])):
            yield _Speaker(f"socket.io-client {tag[1]}", _engine(int(tag[1])), fact.at)


def _is_browser(client: Made) -> bool:
    return client.fact.role == "app" and client.fact.runtime == "browser"


def _servers(program: Program, made: list[Made]) -> Iterator[_Speaker]:
    """Yield the servers of Socket.IO; one whose version is not known speaks everything."""
    lenient = any(_allows_old(program, server) for server in made if server.provider.name == "socket.io-server")
    for fact in program.index.of_role(Dependency, "app", "tooling"):
        if fact.name == "socket.io":
            known = version(program.index, fact.directory, "socket.io")
            spoken = _engine(known.major) if known else frozenset({2, 3, 4})
            old = frozenset({3}) if lenient and known and known.major >= 3 else frozenset()
            yield _Speaker(f"socket.io {known.major if known else ''}".strip(), spoken | old, fact.at)
        elif fact.name in _PYTHON_SERVERS:
            known = version(program.index, fact.directory, fact.name)
            spoken = frozenset({3, 4}) if known is None else frozenset({4 if known.major >= 5 else 3})
            yield _Speaker(f"{fact.name} {known.major if known else ''}".strip(), spoken, fact.at)
        elif fact.name in _SERVERS:
            yield _Speaker(fact.name, frozenset({2, 3, 4}), fact.at)


def _allows_old(program: Program, server: Made) -> bool:
    found = _options(program.leaf_folder(server.fact.package), server)["allowEIO3"]
    return found.given and not all(outcome.state == "known" and outcome.value is False for outcome in found.outcomes)


def _options(folder: Folder, made: Made) -> dict[str, Setting]:
    return {found.option.name: found for found in settings(folder, made)}


def _kinds(program: Program, made: list[Made], found: list[Request]) -> Iterator[ProtocolMismatch]:
    """Yield native sockets to Socket.IO's path, and Socket.IO clients of a route that is a native socket."""
    servers = [client for client in made if client.provider.name == "socket.io-server" and client.fact.role == "app"]
    listed = [fact for fact in program.index.of_role(Dependency, "app", "tooling") if fact.name in _SERVERS]
    for request in found:
        name, path = request.client.provider.name, request.url.path
        near = request.own or urls.scope(request.url.host) in {"local", "private"}
        spoken = "EIO=" in request.outcome.text  # Who writes this parameter implements the protocol.
        if name == "websocket" and near and path.rstrip("/") == "/socket.io" and listed and not spoken:
            at = servers[0].fact.at if servers else listed[0].at
            yield ProtocolMismatch(request.option_at, "native", "a native WebSocket", "Socket.IO", at)
        namespace = urls.split(request.outcome.text).path
        if name == "socket.io" and near and not listed and len(namespace) > 1:
            sockets = (route for route in program.routes.routes if route.protocol == "ws")
            for route in (item for item in sockets if opens([item], namespace, program.routes.backends)):
                yield ProtocolMismatch(request.option_at, "socketio", "Socket.IO", "a WebSocket route", route.at)


def origin_problems(program: Program, made: list[Made], found: list[Request]) -> Iterator[OriginProblem]:
    """Yield the options of Socket.IO servers that keep out pages which are meant to connect."""
    for server in made:
        if server.provider.name == "socket.io-server" and server.fact.role == "app":
            options = _options(program.leaf_folder(server.fact.package), server)
            known = version(program.index, server.fact.package, "socket.io")
            if known and known.major >= 3 and options["origins"].given:
                yield OriginProblem(options["origins"].at, "origins", "", None)
            origins = [one for outcome in options["cors.origin"].outcomes for one in _listed(program, server, outcome)]
            yield from _written(origins, options)
    yield from _other_ports(program, made, found)


def _listed(program: Program, server: Made, outcome: Outcome) -> list[Outcome]:
    """Return the origins of one value: a text, or the items of a list."""
    structure = outcome.value
    if not isinstance(structure, Structure) or not isinstance(structure.expr, ArrayLiteral):
        return [outcome]
    folder = program.leaf_folder(server.fact.package)
    return [one for item in structure.expr.items for one in folder.fold(structure.path, item, structure.frame)]


def _written(origins: list[Outcome], options: dict[str, Setting]) -> Iterator[OriginProblem]:
    credentials = options["cors.credentials"]
    allowed = credentials.given and all(one.state == "known" and one.value is True for one in credentials.outcomes)
    for origin in origins:
        if origin.state != "known" or not isinstance(origin.value, str) or not origin.way:
            continue
        if origin.text == "*" and allowed and len(origins) == 1:
            yield OriginProblem(origin.way[0].at, "credentials", "*", credentials.at)
        elif origin.text not in {"*", "null", ""} and "://" not in origin.text:
            yield OriginProblem(origin.way[0].at, "scheme", origin.text, None)


def _other_ports(program: Program, made: list[Made], found: list[Request]) -> Iterator[OriginProblem]:
    """Yield servers that allow no origin, where a page of a development server connects from another port."""
    servers = [client for client in made if client.provider.name == "socket.io-server" and client.fact.role == "app"]
    if len(servers) != 1:
        return
    options = _options(program.leaf_folder(servers[0].fact.package), servers[0])
    if options["cors.origin"].given or options["origins"].given:
        return
    for request in found:
        port = _dev_port(program, request.client.fact.package)
        local = request.url.host in {"localhost", "127.0.0.1"} and request.url.port
        other = bool(local and port) and port != request.url.port
        if request.client.provider.name == "socket.io" and other and not _only_sockets(program, request):
            origin = f"http://{request.url.host}:{port}"
            yield OriginProblem(servers[0].fact.at, "missing", origin, request.client.fact.at)


def _only_sockets(program: Program, request: Request) -> bool:
    """Tell whether the client may leave out polling, which alone asks for the origin's permission."""
    return _options(program.folder(request.place), request.client)["transports"].given


def _dev_port(program: Program, package: str) -> str:
    """Return the port of the package's development server; empty when it is not known."""
    own = program.index.dependencies(package)
    ports = [port for name, port in _DEV_PORTS.items() if name in own]
    for option in program.index.of(ConfigOption):
        if option.key == "server.port" and program.package_of(option.at.path) == package:
            outcomes = program.leaves(package, option.at.path, option.value)
            return outcomes[0].text if len(outcomes) == 1 and outcomes[0].state == "known" else ""
    return ports[0] if len(ports) == 1 else ""


def mixed_clients(program: Program, made: list[Made]) -> Iterator[MixedClients]:
    """Yield the competing clients of each package: one that nothing uses beside one that is used, or two that are."""
    for package in program.index.of_role(Package, "app"):
        own = program.index.dependencies(package.directory)
        listed = {
            name: own[name]
            for provider in load_providers().values()
            if provider.name in _TRANSPORTS
            for name in provider.packages
            if name in own and own[name].scope == "dependencies"
        }
        groups = {name: _group(name) for name in listed}
        if len(set(groups.values())) > 1:
            yield from _competing(program, made, package.directory, listed, groups)


def _group(name: str) -> str:
    """Return the provider that a package stands for; Echo and the library that it drives are one."""
    found = next(item.name for item in load_providers().values() if name in item.packages and item.name in _TRANSPORTS)
    return "pusher" if found == "laravel-echo" else found


def _competing(
    program: Program, made: list[Made], directory: str, listed: dict[str, Dependency], groups: dict[str, str]
) -> Iterator[MixedClients]:
    used = {
        name
        for name in listed
        for fact in program.index.of(Import)
        if (fact.source == name or fact.source.startswith(f"{name}/")) and program.package_of(fact.at.path) == directory
    }
    echo = any(name.startswith(("laravel-echo", "@laravel/echo")) for name in listed)
    unused = [name for name in listed if name not in used]
    named = program.mentions(unused) if unused else {}
    for name in unused:
        elsewhere = [path for path in named.get(name, ()) if not path.endswith(("package.json", ".lock"))]
        other = next((item for item in sorted(used) if groups[item] != groups[name]), "")
        if other and not elsewhere and not (echo and groups[name] in {"socket.io", "ably", "pusher"}):
            yield MixedClients(listed[name].at, name, other, listed[other].at, used=False)
    yield from _both(made, directory, listed, groups, used, echo=echo)


def _both(
    made: list[Made],
    directory: str,
    listed: dict[str, Dependency],
    groups: dict[str, str],
    used: set[str],
    *,
    echo: bool,
) -> Iterator[MixedClients]:
    """Yield the second of two clients that browser code of one package makes."""
    running = {_provider(client) for client in made if client.fact.package == directory and _is_browser(client)}
    names = [name for name in sorted(used) if groups[name] in running]
    first = names[0] if names else ""
    for name in names[1:]:
        if groups[name] != groups[first] and not echo:
            yield MixedClients(listed[name].at, name, first, listed[first].at, used=True)


def _provider(client: Made) -> str:
    return "pusher" if client.provider.name == "laravel-echo" else client.provider.name
