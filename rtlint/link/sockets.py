"""The way of a socket: the path that a client opens, the proxies that take it, and the route that answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rtlint.facts.raw import ComposePort, Subscription
from rtlint.facts.records import dataclass
from rtlint.facts.site import Site
from rtlint.facts.sockets import ProxyWithoutUpgrade, SocketEndpoint, SocketPathMismatch, UnpublishedPort
from rtlint.link import page, urls
from rtlint.link.clients import Made, Setting, settings
from rtlint.link.endpoints import Backends
from rtlint.link.environments import Place
from rtlint.link.index import within
from rtlint.link.outcomes import Outcome
from rtlint.link.program import Program
from rtlint.link.proxies import Proxies
from rtlint.link.services import Service
from rtlint.providers import load_providers

_BY_URL = frozenset({"websocket", "centrifuge", "action-cable", "signalr", "phoenix"})
_LOCAL = frozenset({"localhost", "127.0.0.1", "0.0.0.0", "::1"})  # noqa: S104


@dataclass(frozen=True, slots=True)
class Request:
    """A socket that a client opens in one environment: to the page's own host, or to another one.

    `partial` says that only the beginning of the path is known.
    """

    client: Made
    place: Place
    url: urls.Url
    option_at: Site
    outcome: Outcome
    partial: bool = False

    @property
    def own(self) -> bool:
        """Whether it goes to the page's own host and port."""
        return self.url.host in {"", page.HOST} and not self.url.port


def requests(program: Program, made: list[Made]) -> Iterator[Request]:
    """Yield the sockets of the browser's clients in every environment, as far as they are known."""
    for client in made:
        if client.fact.role == "app" and client.fact.runtime == "browser":
            for place in program.environments.of(client.fact.package):
                found = {item.option.name: item for item in settings(program.folder(place), client)}
                yield from _requests(client, place, found)


def _requests(client: Made, place: Place, found: dict[str, Setting]) -> Iterator[Request]:
    name = client.provider.name
    if name in _BY_URL or name == "socket.io":
        for outcome in found["url"].outcomes:
            if outcome.state == "known":
                url = urls.split(outcome.text)
                path = _path(name, url.path, found)
                if path is not None:
                    yield Request(client, place, url._replace(path=path), found["url"].at, outcome)
            elif name == "websocket" and outcome.start:
                url = urls.split(outcome.start)
                if url.path.count("/") > 1 and url.path.startswith("/"):
                    yield Request(client, place, url, found["url"].at, outcome, partial=True)
    if name == "socket.io" and _to_the_page(found["url"]):
        path = _path(name, "", found)
        if path is not None:
            at = client.construction.at
            yield Request(client, place, urls.Url("", "", "", path), at, Outcome("", "known"))


def _to_the_page(url: Setting) -> bool:
    """Tell whether a client without a URL goes to the page's own host, at least in some cases."""
    return not url.given or any(outcome.state == "unset" for outcome in url.outcomes)


def _path(provider: str, path: str, found: dict[str, Setting]) -> str | None:
    """Return the path that is really opened; None when it is not known."""
    if provider == "socket.io":
        texts = {outcome.text for outcome in found["path"].outcomes if outcome.state == "known"}
        return f"/{texts.pop().strip('/')}/" if len(texts) == 1 and len(found["path"].outcomes) == 1 else None
    if provider == "phoenix":
        return f"{path.rstrip('/')}/websocket" if path.startswith("/") else None
    return path if path.startswith("/") else None


def socket_endpoints(program: Program, found: Iterable[Request], backends: Backends) -> Iterator[SocketEndpoint]:
    """Yield the native WebSockets, each with whether a WebSocket route serves it."""
    for request in found:
        if request.client.provider.name == "websocket":
            judge = backends.socket_below if request.partial else backends.socket
            verdict = judge(request.client.fact.package, request.place, request.url)
            yield SocketEndpoint(
                at=request.outcome.way[0].at if request.outcome.way else request.option_at,
                client=request.client.fact.id,
                environment=request.place.id,
                path=request.url.path + ("..." if request.partial else ""),
                option_at=request.option_at,
                value_id=program.values.add(request.outcome.then(request.option_at, "used here")),
                served=verdict.served,
                nearest_path=verdict.nearest.path if verdict.nearest else "",
                nearest_at=verdict.nearest.at if verdict.nearest else None,
                served_path=""
                if request.partial
                else backends.reachable(request.client.fact.package, request.place, "WS", request.url, verdict),
            )


def proxies_without_upgrade(program: Program, found: Iterable[Request]) -> Iterator[ProxyWithoutUpgrade]:
    """Yield the proxy rules that take a socket's path to the page's own host and pass no handshake on."""
    proxies = Proxies(program)
    for request in found:
        if not request.own or request.partial:
            continue
        rules = proxies.passing(request.client.fact.package, request.place, request.url.path)
        if rules and all(rule.websocket == "no" for rule in rules):
            for rule in rules:
                yield ProxyWithoutUpgrade(
                    at=rule.at,
                    tool=rule.tool,
                    path=request.url.path,
                    client=request.client.provider.title,
                    client_at=request.client.fact.at,
                    polling=request.client.provider.name == "socket.io",
                )


def unpublished_ports(program: Program, made: list[Made]) -> Iterator[UnpublishedPort]:
    """Yield the ports of this machine that a client is told to use, where a real-time service listens on it unseen."""
    servers = [
        (service, provider.port)
        for service in program.environments.services
        for provider in load_providers().values()
        if provider.port and provider.images and service.image.startswith(provider.images)
    ]
    for client in made:
        if client.fact.role == "app" and client.fact.runtime == "browser" and servers:
            for place in program.environments.of(client.fact.package):
                if place.production != "yes":
                    yield from _unpublished(program, client, place, servers)


def _unpublished(
    program: Program, client: Made, place: Place, servers: list[tuple[Service, str]]
) -> Iterator[UnpublishedPort]:
    target = _target(client, place, program)
    for service, listens in _near(client, place, servers):
        if target is None or target[0] != listens or service.network_mode == "host":
            continue
        beside = [other for other in program.environments.services if other.files[0] == service.files[0]]
        if any(port.published == target[0] for other in beside for port in other.ports):
            continue
        yield UnpublishedPort(
            at=target[1],
            port=target[0],
            environment=place.name,
            service=service.name,
            service_at=service.fact.at,
            published=_published(service.ports, listens),
            client_at=client.fact.at,
        )


def _near(client: Made, place: Place, servers: list[tuple[Service, str]]) -> list[tuple[Service, str]]:
    """Return the servers of the client's own compose project, else of the nearest folder above the client."""
    if place.service:
        return [item for item in servers if item[0].files[0] == place.service.files[0]]
    above = [item for item in servers if within(client.path, item[0].directory)]
    nearest = max((len(service.directory) for service, _ in above), default=0)
    return [item for item in above if len(item[0].directory) == nearest]


def _published(ports: list[ComposePort], target: str) -> str:
    return next((port.published for port in ports if port.target == target), "")


def _target(client: Made, place: Place, program: Program) -> tuple[str, Site] | None:
    """Return the port on this machine that a client connects to, and the place that decides it."""
    found = {item.option.name: item for item in settings(program.folder(place), client)}
    if "wsHost" in found:
        host, secure = _known(found["wsHost"]), _known(found["forceTLS"])
        port = found["wssPort"] if secure == "true" else found["wsPort"] if secure == "false" else None
        text = _known(port) if port else None
        if port is None or host not in _LOCAL or not text:
            return None
        way = port.outcomes[0].way
        return text, way[0].at if way else port.at
    url = found.get("url")
    text = _known(url) if url else None
    split = urls.split(text or "")
    if url is None or split.host not in _LOCAL or not split.port:
        return None
    return split.port, url.outcomes[0].way[0].at if url.outcomes[0].way else url.at


def _known(found: Setting) -> str | None:
    """Return the only value of a setting; None when there are several or it is not known."""
    known = len(found.outcomes) == 1 and found.outcomes[0].state == "known"
    return found.outcomes[0].text if known else None


def socket_path_mismatches(program: Program, made: list[Made], found: list[Request]) -> Iterator[SocketPathMismatch]:
    """Yield the Socket.IO clients whose path, or namespace, the only Socket.IO server of the repository lacks."""
    servers = [client for client in made if client.provider.name == "socket.io-server" and client.fact.role == "app"]
    paths = {path for server in servers if (path := _server_path(program, server)) is not None}
    if len(paths) != 1 or any(_server_path(program, server) is None for server in servers):
        return
    server_path, server_at = paths.pop()
    proxies = Proxies(program)
    namespaces = _namespaces(program)
    for request in found:
        if request.client.provider.name == "socket.io" and _is_ours(request):
            yield from _compared(program, request, (server_path, server_at), proxies, namespaces)


def _is_ours(request: Request) -> bool:
    return request.own or urls.scope(request.url.host) in {"local", "private"}


def _compared(
    program: Program, request: Request, server: tuple[str, Site], proxies: Proxies, namespaces: frozenset[str] | None
) -> Iterator[SocketPathMismatch]:
    at = request.outcome.way[0].at if request.outcome.way else request.option_at
    arrivals = proxies.arrivals(request.client.fact.package, request.place, request.url.path, absolute=not request.own)
    arriving = {f"/{path.strip('/')}/" for path in arrivals.paths or ()}
    if arrivals.known and server[0] not in arriving:
        option = _option_at(program, request)
        yield SocketPathMismatch(option or at, request.url.path, server[0], server[1], "path", request.place.name)
    namespace = urls.split(request.outcome.text).path.rstrip("/")
    if namespaces is not None and namespace and namespace not in namespaces and namespace == server[0].rstrip("/"):
        yield SocketPathMismatch(at, namespace, server[0], server[1], "namespace", request.place.name)


def _option_at(program: Program, request: Request) -> Site | None:
    found = next(item for item in settings(program.folder(request.place), request.client) if item.option.name == "path")
    return found.at if found.given else None


def _server_path(program: Program, server: Made) -> tuple[str, Site] | None:
    """Return the path of a server with its place; None when it is not known."""
    folder = program.leaf_folder(server.fact.package)
    found = next((item for item in settings(folder, server) if item.option.name == "path"), None)
    text = _known(found) if found else None
    return (f"/{text.strip('/')}/", found.at) if found and text else None


def _namespaces(program: Program) -> frozenset[str] | None:
    """Return the namespaces that servers open; None when one of them is not known."""
    found: set[str] = set()
    for fact in program.index.of_role(Subscription, "app"):
        if fact.method == "of":
            outcomes = program.leaves("", fact.at.path, fact.channel)
            if any(outcome.state != "known" for outcome in outcomes):
                return None
            found |= {outcome.text.rstrip("/") for outcome in outcomes}
    return frozenset(found)
