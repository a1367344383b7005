"""What containers can reach: names that only they resolve, and servers that listen on their own loopback."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator
from itertools import chain

from rtlint.facts.containers import ContainerName, NeighbourBroadcaster, ViteServer
from rtlint.facts.expressions import Call, Unknown
from rtlint.facts.raw import ConfigOption, Export, Package
from rtlint.facts.site import Site
from rtlint.link import urls
from rtlint.link.index import within
from rtlint.link.program import Program
from rtlint.link.services import Service, expanded, together, uses
from rtlint.patterns import regex
from rtlint.providers import load_providers

_VITE = regex(r"(?:^|[\s;&|])(?:npx\s+)?vite(?:\s+(?:dev|serve))?(?=\s+-|\s*$)")
_HOST = regex(r"(?:^|\s)--host(?=[\s=]|$)")
_PORT = regex(r"--port[= ](\d+)")
_ELSEWHERE = regex(r"[$]|(?:^|\s)(?:--config|-c|--configLoader|--mode|-m)(?=[\s=]|$)")
_REPLACING = ("laravel-vite-plugin", "@sveltejs/kit", "vite-plugin-ruby", "vite-plugin-rails")
"""Packages that set the host of the server themselves under conditions of their own, or may: nothing is known then."""


def container_names(program: Program) -> Iterator[ContainerName]:
    """Yield, for each package, the names without a dot that compose gives to services of the projects around it."""
    for package in program.index.packages():
        for service in program.environments.services:
            if within(package.directory, service.directory):
                for name in dict.fromkeys((service.name, *service.aliases)):
                    if urls.scope(name) == "private" and "." not in name:
                        yield ContainerName(service.fact.at, package.directory, name, service.name)


def neighbour_broadcasters(program: Program) -> Iterator[NeighbourBroadcaster]:
    """Yield the real-time servers in other containers than the one of each compose environment."""
    titles = ((other, broadcaster(other)) for other in program.environments.services)
    found = [(other, title) for other, title in titles if title]
    for place in program.environments.places:
        if place.service is None or place.service.network_mode:
            continue
        for other, title in found:
            if _apart(place.service, other):
                yield NeighbourBroadcaster(other.fact.at, place.id, other.name, title)


def broadcaster(service: Service) -> str:
    """Return the title of the real-time server that a service runs, by its image or its command, or empty."""
    repository = service.image.partition("@")[0]
    found = load_providers().values()
    named = (item.title for item in found for image in item.images if _is_image(repository, image))
    started = (item.title for item in found for command in item.commands if command in service.command)
    return next(chain(named, started), "")


def _is_image(text: str, image: str) -> bool:
    return text == image or text.startswith(image + ":")


def _apart(service: Service, other: Service) -> bool:
    """Tell whether two services of one project have a loopback each."""
    return other.name != service.name and together(service, other) and not other.network_mode


def vite_servers(program: Program) -> Iterator[ViteServer]:
    """Yield the Vite servers in containers with a published port.

    Vite listens on localhost unless `--host` or `server.host` says otherwise
    (https://vite.dev/config/server-options#server-host).
    """
    for package in program.index.packages():
        for service in program.environments.services:
            if program.environments.runs(service, package):
                command = expanded(program.index, service.command, package.directory)
                if _VITE.search(command):
                    yield from _server(program, package, service, command)


def _server(program: Program, package: Package, service: Service, command: str) -> Iterable[ViteServer]:
    options = _Options(program, package)
    flag = _PORT.search(command)
    port = flag.group(1) if flag else options.text("server.port", "5173")
    mapped = next((item for item in service.ports if item.target == port and item.protocol == "tcp"), None)
    if mapped is None:
        return
    at, reachable = _reachable(program, package, service, command, options)
    yield ViteServer(at, service.name, port, mapped.published, reachable)


def _reachable(
    program: Program, package: Package, service: Service, command: str, options: _Options
) -> tuple[Site, str]:
    """Return the place that decides the host, and whether the server listens beyond the container's loopback."""
    if _HOST.search(command) or service.network_mode:
        return service.fact.at, "yes"
    if (
        not options.understood
        or _ELSEWHERE.search(command)
        or service.entrypoint
        or uses(program.index, package, *_REPLACING)
    ):
        return service.fact.at, "unknown"
    host = options.text("server.host", "localhost")
    reachable = "no" if host == "false" or (urls.scope(host) == "local" and host != "0.0.0.0") else "yes"  # noqa: S104
    return options.at("server.host", service.fact.at), reachable if host else "unknown"


class _Options:
    """The options of the Vite configuration beside a package's manifest."""

    def __init__(self, program: Program, package: Package) -> None:
        self._program, self._package = program, package
        beside = program.index.in_folder(package.directory)
        files = [path for path in beside if posixpath.basename(path).startswith("vite.config.")]
        self._found = {option.key: option for path in files for option in program.index.in_file(path, ConfigOption)}
        merged = any(_merges(export) for path in files for export in program.index.in_file(path, Export))
        self.understood = not files or (bool(self._found) and not merged and not self._hidden())

    def _hidden(self) -> bool:
        """Tell whether options of the server may stand where rtlint can't see them."""
        server = self._found.get("server")
        return bool({"...", "server...."} & self._found.keys()) or (
            server is not None and not isinstance(server.value, Unknown)
        )

    def at(self, key: str, default: Site) -> Site:
        """Return where an option stands."""
        return self._found[key].at if key in self._found else default

    def text(self, key: str, default: str) -> str:
        """Return the one known value of an option, its default when it is not given, empty when it is unknown."""
        option = self._found.get(key)
        if option is None:
            return default
        outcomes = self._program.leaves(self._package.directory, option.at.path, option.value)
        return outcomes[0].text if len(outcomes) == 1 and outcomes[0].state == "known" else ""


def _merges(export: Export) -> bool:
    """Tell whether a configuration is put together by a call, as `mergeConfig` does."""
    return isinstance(export.value, Call) and len(export.value.arguments) > 1
