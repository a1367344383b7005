"""The network around the socket: the hot-reload port of a development server that runs in a container."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator

from rtlint.facts.derived import DevSocket
from rtlint.facts.raw import ComposePort, ConfigOption, Package
from rtlint.link.program import Program
from rtlint.link.services import Service, dev_server, together

_PORT = ("server.ws.port", "server.hmr.port")
_CLIENT_PORT = ("server.ws.clientPort", "server.hmr.clientPort")
_OFF = ("server.hmr", "server.ws")


def dev_sockets(program: Program) -> Iterator[DevSocket]:
    """Yield the hot-reload sockets with an explicit port, for each service that runs the development server.

    Vite tells the browser `clientPort`, else `port`, and listens on `port`, else on the server's own port
    (https://vite.dev/config/server-options#server-hmr; Vite 8 renames `hmr` to `ws`).
    """
    for package in program.index.packages():
        for service in program.environments.services:
            if program.environments.runs(service, package) and dev_server(program.index, service, package):
                yield from _socket(program, package, service)


def _socket(program: Program, package: Package, service: Service) -> Iterable[DevSocket]:
    options = _options(program, package)
    if any(options.get(key, (None, ""))[1] == "false" for key in _OFF):
        return
    port, client_port = _first(options, _PORT), _first(options, _CLIENT_PORT)
    told = client_port or port
    if told is None:
        return
    own = options.get("server.port", (None, "5173"))[1]
    listens = port[1] if port else own
    published, host_port = _published(service.ports, listens, told[1])
    if published != "yes" and _elsewhere(program, service, told[1]):
        return
    yield DevSocket(
        at=told[0].at,
        port=told[1],
        service=service.name,
        service_at=service.fact.at,
        published=published,
        host_port=host_port,
        host_network=service.network_mode == "host",
    )


def _options(program: Program, package: Package) -> dict[str, tuple[ConfigOption, str]]:
    """Return the known options of the bundler configuration beside the package's manifest."""
    found = {}
    for option in program.index.of(ConfigOption):
        if posixpath.dirname(option.at.path) == package.directory and "vite" in posixpath.basename(option.at.path):
            outcomes = program.leaves(package.directory, option.at.path, option.value)
            if len(outcomes) == 1 and outcomes[0].state == "known":
                found[option.key] = (option, outcomes[0].text)
    return found


def _first(options: dict[str, tuple[ConfigOption, str]], keys: tuple[str, ...]) -> tuple[ConfigOption, str] | None:
    return next((options[key] for key in keys if key in options), None)


def _published(ports: list[ComposePort], listens: str, told: str) -> tuple[str, str]:
    """Return whether the port that the browser is told leads to the one that the server listens on."""
    hosts = [port.published for port in ports if port.target == listens and port.protocol == "tcp"]
    if told in hosts or any(not port.target or port.published == "" for port in ports):
        return "yes", told
    return ("elsewhere", hosts[0]) if hosts else ("no", "")


def _elsewhere(program: Program, service: Service, port: str) -> bool:
    """Tell whether another service of the same project publishes the port: a proxy in front of the dev server."""
    others = [other for other in program.environments.services if together(service, other) and other is not service]
    return any(item.published == port for other in others for item in other.ports)
