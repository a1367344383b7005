"""Connections: where each client of a hosted or self-hosted service connects to, environment by environment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from functools import cache

from rtlint.facts.connections import Connection
from rtlint.facts.expressions import Literal
from rtlint.facts.raw import EnvSet
from rtlint.facts.records import dataclass, replace
from rtlint.facts.site import Site
from rtlint.link import versions
from rtlint.link.clients import Made, Setting, settings
from rtlint.link.containers import broadcaster
from rtlint.link.environments import Place
from rtlint.link.index import within
from rtlint.link.outcomes import FALLBACK, Outcome, Waypoint
from rtlint.link.program import Program
from rtlint.link.versions import Version
from rtlint.patterns import regex
from rtlint.providers import Connector, Dial, Provider, inherited, load_providers

_HOSTED_KEY = regex(r"[0-9a-f]{20}")
"""Keys of Pusher's cloud, in every sample seen; self-hosted servers take any text."""

_NEAR = frozenset({"local", "private"})


@dataclass(frozen=True, slots=True)
class Part:
    """One setting of a connection: what it is, and the place that decides it."""

    state: str
    text: str
    at: Site
    value_id: int
    value: object = None


@dataclass(frozen=True, slots=True)
class Server:
    """A server of the project's own, and what says that an environment uses it."""

    title: str
    at: Site


def connections(program: Program, made: list[Made]) -> Iterator[Connection]:
    """Yield the connection of every client of app code in every environment of its package, as far as it is known.

    Where one client of an environment is given a host, the project's own server is taken to be for that one.
    """
    found: dict[tuple[str, int], list[Connection]] = {}
    for client in made:
        owner = next((provider for provider in inherited(client.provider) if provider.dial), None)
        if owner and owner.dial and client.fact.role == "app":
            library = _library(program, client, owner)
            for place in program.environments.of(client.fact.package):
                rows = found.setdefault((client.fact.kind, place.id), [])
                rows += _Reader(program, client, place, owner.dial).connection(library)
    for rows in found.values():
        reached = any(row.host_state in {"known", "unknown"} for row in rows)
        yield from (replace(row, server="", server_at=None) for row in rows) if reached else rows


def _library(program: Program, made: Made, owner: Provider) -> Version | None:
    found = (versions.version(program.index, made.fact.package, name) for name in owner.packages)
    return next(filter(None, found), None)


class _Reader:
    """Reads the settings of one client in one environment."""

    def __init__(self, program: Program, made: Made, place: Place, dial: Dial) -> None:
        self._program, self._made, self._place, self._dial = program, made, place, dial
        self._settings: Mapping[str, Setting] = {
            found.option.name: found for found in settings(program.folder(place), made)
        }
        family = inherited(made.provider)
        self._connector = next((provider.connector for provider in family if provider.connector), None)

    def connection(self, library: Version | None) -> Iterator[Connection]:
        """Yield the connection; nothing when another client is used, or it is not known which."""
        dial, chosen = self._dial, self._chosen()
        if self._connector and not chosen:
            return
        host, cluster = self._part(dial.host), self._cluster(chosen)
        port, tls_port = self._part(dial.port), self._part(dial.tls_port)
        server = self._server(chosen)
        yield Connection(
            client=self._made.fact.id,
            environment=self._place.id,
            tls=self._tls(library),
            host_state=host.state,
            host=host.text,
            host_option=dial.host,
            host_at=host.at,
            host_value_id=host.value_id,
            host_is=_misplaced(dial, host.text, self._clusters()),
            cluster_state=cluster.state,
            cluster=cluster.text,
            cluster_at=cluster.at,
            cluster_value_id=cluster.value_id,
            cluster_public=cluster.text in self._clusters(),
            cluster_required=bool(library and dial.cluster_since and library.major >= dial.cluster_since),
            port_state=port.state,
            port=port.text,
            port_at=port.at,
            port_value_id=port.value_id,
            tls_port_state=tls_port.state,
            tls_port=tls_port.text,
            tls_port_at=tls_port.at,
            tls_port_value_id=tls_port.value_id,
            server=server.title if server else "",
            server_at=server.at if server else None,
            library_at=library.at if library else None,
        )

    def _chosen(self) -> str:
        """Return the value of the option that chooses the client below; empty when it is another, or not known."""
        connector = self._connector
        if connector is None or self._replaced(connector):
            return ""
        text = self._part(connector.option).text
        return text if text in connector.speaks else ""

    def _replaced(self, connector: Connector) -> bool:
        return self._part(connector.replaced_by).state != "absent"

    def _part(self, name: str) -> Part:
        """Return a setting; several values are unknown, and so is a variable that nothing in the repository sets."""
        site = self._made.fact.at
        found = self._settings.get(name)
        if found is None or not found.given:
            text = found.outcomes[0].text if found and found.outcomes else ""
            return Part(
                "absent", text, site, self._stored(Outcome(text, "known", (Waypoint(site, "made here"),)), site)
            )
        if len(found.outcomes) != 1:
            return Part("unknown", "", found.at, self._stored(Outcome(None, "unknown"), found.at))
        outcome = found.outcomes[0]
        at = outcome.way[0].at if outcome.way else found.at
        state = self._state(found, outcome)
        text = outcome.text if state == "known" else ""
        return Part(state, text, at, self._stored(outcome, found.at), outcome.value)

    def _stored(self, outcome: Outcome, at: Site) -> int:
        return self._program.values.add(outcome.then(at, "used here"))

    def _state(self, found: Setting, outcome: Outcome) -> str:
        blank = outcome.state == "known" and outcome.value == ""
        default = not blank or any(point.label == FALLBACK for point in outcome.way)
        state = "blank" if blank else outcome.state
        if state == "blank" and self._place.kind == "example":
            return "unknown"
        vague = state == "unset" or (blank and default)
        return "unknown" if vague and not self._set_elsewhere(found) else state

    def _set_elsewhere(self, found: Setting) -> bool:
        """Tell whether this environment leaves out what others of its kind set, though it has the client's key."""
        key = self._settings.get("key")
        described = key is not None and all(outcome.state == "known" for outcome in key.outcomes)
        if not described or self._place.kind in {"example", "default"} or found.written is None:
            return False
        names = {variable.name for variable in self._program.variables_in(*found.written)}
        given = self._program.index.of_role(EnvSet, "app")
        return names <= {fact.name for fact in given if self._place.kind != "dotenv" or fact.source == "dotenv"}

    def _cluster(self, chosen: str) -> Part:
        part = self._part(self._dial.cluster)
        filled = self._connector and chosen in self._connector.fills_cluster
        return Part("filled", "", part.at, part.value_id) if filled else part

    def _clusters(self) -> frozenset[str]:
        own = self._program.policy.clusters.get(self._dial.cloud, ())
        return frozenset((*load_providers()[self._dial.cloud].clusters, *own))

    def _tls(self, library: Version | None) -> str:
        """Return whether TLS is on, by the option and by what the version in use makes of it when it is not given."""
        part = self._part(self._dial.tls)
        if part.state == "unknown" or not self._dial.tls:
            return "unknown"
        if isinstance(part.value, bool):
            return "yes" if part.value else "no"
        return "yes" if library and library.major >= self._dial.tls_since else "unknown"

    def _server(self, chosen: str) -> Server | None:
        """Return the server of the project's own that this client is meant to reach here."""
        if self._connector and chosen in self._connector.own_server:
            option = self._settings[self._connector.option]
            return Server(load_providers()[chosen].title, option.at)
        if self._place.kind == "example" or chosen not in {"", self._dial.cloud}:
            return None
        selected = self._variable(*_selectors())
        if selected and self._text(selected) not in _selectors()[selected.name]:
            return None
        if selected:
            provider = _selectors()[selected.name][self._text(selected)]
            return Server(provider.title, selected.at) if provider.kind == "server" else self._named()
        return None if self._hosted() else self._container()

    def _hosted(self) -> bool:
        """Tell whether key and cluster may be the cloud's; `mt1` is what templates are filled with."""
        key, cluster = self._part("key"), self._part(self._dial.cluster)
        first = load_providers()[self._dial.cloud].clusters[0]
        chosen = cluster.text in self._clusters() and cluster.text != first
        return chosen or key.state != "known" or bool(_HOSTED_KEY.fullmatch(key.text))

    def _variable(self, *names: str) -> EnvSet | None:
        """Return what sets the first of some variables that this environment has."""
        layers = self._place.layers
        return next((layer[name] for name in names for layer in layers if name in layer), None)

    def _text(self, fact: EnvSet) -> str:
        return str(fact.value.value) if isinstance(fact.value, Literal) else ""

    def _named(self) -> Server | None:
        """Return the server that the backend publishes to by the provider's own variable: not the provider's cloud."""
        fact = self._variable(self._dial.publish_host) if self._dial.publish_host else None
        host = self._text(fact) if fact else ""
        return Server(f"the server '{host}'", fact.at) if fact and self._program.scope(host) in _NEAR else None

    def _container(self) -> Server | None:
        """Return a container of the environment's own compose project that runs such a server."""
        package = self._made.fact.package
        for service in self._program.environments.services:
            here = self._place.service
            near = set(service.files) & set(here.files) if here else within(package, service.directory)
            title = broadcaster(service) if near else ""
            if title:
                return Server(title, service.fact.at)
        return None


@cache
def _selectors() -> dict[str, dict[str, Provider]]:
    """Return, for each variable with which a framework selects a provider, the providers by its values."""
    found: dict[str, dict[str, Provider]] = {}
    for provider in load_providers().values():
        for assignment in provider.selected_by:
            name, _, value = assignment.partition("=")
            found.setdefault(name, {})[value] = provider
    return found


def _misplaced(dial: Dial, host: str, clusters: frozenset[str]) -> str:
    """Return what a host really is when no client of this kind can connect to it."""
    if host in clusters:
        return "the name of a cluster"
    return next((what for pattern, what in dial.wrong_hosts if fnmatchcase(host, pattern)), "")
