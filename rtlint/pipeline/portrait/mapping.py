"""The map: from each client over its settings and environments to the routes that answer it."""

from __future__ import annotations

from collections.abc import Sequence

from rtlint.facts.derived import Client, ClientSetting, Endpoint, Environment, Step
from rtlint.facts.raw import EnvSet
from rtlint.facts.records import dataclass, field
from rtlint.facts.site import Site
from rtlint.findings import EnvironmentView
from rtlint.pipeline.portrait.answers import Case
from rtlint.portraits import Edge, Map, Node
from rtlint.providers import load_providers

MAX_NODES = 60
"""Boxes beyond which a map is no picture any more; the table of settings has them all."""

_DRAWN = frozenset({"key", "cluster", "url", "host", "path"})


@dataclass(slots=True)
class _Drawing:
    case: Case
    nodes: list[Node] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)
    cut: int = 0

    def node(self, column: int, title: str, detail: str, at: Site | None, broken: bool = False) -> int | None:
        """Return the number of a node, a new one if there is none like it; None where the map is full."""
        wanted = Node(column, title, detail, at, broken)
        if wanted in self.nodes:
            return self.nodes.index(wanted)
        if len(self.nodes) >= MAX_NODES:
            self.cut += 1
            return None
        self.nodes.append(wanted)
        return len(self.nodes) - 1

    def edge(self, start: int | None, end: int | None, label: str = "", *, broken: bool = False) -> None:
        """Draw a line, once."""
        if start is not None and end is not None:
            wanted = Edge(start, end, label, broken)
            if wanted not in self.edges:
                self.edges.append(wanted)


def drawn(case: Case, environments: Sequence[EnvironmentView]) -> Map:
    """Return the map of a repository; empty where it has no environments."""
    drawing = _Drawing(case)
    if environments:
        for client in case.clients:
            _client(drawing, client)
    return Map(tuple(drawing.nodes), tuple(drawing.edges), drawing.cut)


def _client(drawing: _Drawing, client: Client) -> None:
    title = load_providers()[client.provider].title
    number = drawing.node(0, title, client.text, client.at)
    names = {fact.id: fact.name for fact in drawing.case.all(Environment)}
    settings = [fact for fact in drawing.case.all(ClientSetting) if fact.client == client.id and fact.kind in _DRAWN]
    requests = {
        (fact.environment, fact.option_at): fact for fact in drawing.case.all(Endpoint) if fact.client == client.id
    }
    for fact in settings:
        request = requests.get((fact.environment, fact.option_at))
        called = request is not None and request.path == fact.value
        if fact.state == "absent" and not called:
            continue
        option = drawing.node(1, fact.name, _variable(drawing.case, fact), fact.option_at)
        drawing.edge(number, option)
        broken = fact.state == "unset" or (fact.state == "known" and not fact.value)
        value = f"'{fact.value}'" if fact.value else fact.state if fact.state != "known" else "''"
        place = drawing.node(2, names.get(fact.environment, "any environment"), value, fact.at, broken)
        drawing.edge(option, place, "no value" if broken else "", broken=broken)
        if request is not None and (called or fact.state != "absent"):
            _request(drawing, place, request)


def _variable(case: Case, fact: ClientSetting) -> str:
    """Return the variable that sets a value, or where else it comes from."""
    if fact.state == "absent":
        return "the library's default"
    found = case.found.analysis.program.set_at(fact.at)
    return found.name if isinstance(found, EnvSet) else "in code"


def _request(drawing: _Drawing, place: int | None, request: Endpoint) -> None:
    broken = request.served == "no"
    asked = drawing.node(3, f"{request.method} {request.path}", request.purpose, request.option_at, broken)
    drawing.edge(place, asked)
    for proxy in _proxies(drawing.case, request):
        passed = drawing.node(4, f"{proxy.at.path}:{proxy.at.line}", proxy.label, proxy.at)
        drawing.edge(asked, passed)
        asked = passed
    if request.served == "yes" and request.route_at is not None:
        drawing.edge(asked, drawing.node(5, request.path, "served here", request.route_at))
    elif request.nearest_at is not None:
        route = drawing.node(5, request.nearest_path, "the nearest route", request.nearest_at)
        drawing.edge(asked, route, "not served" if broken else "not known", broken=broken)


def _proxies(case: Case, request: Endpoint) -> list[Step]:
    """Return the places of proxies that change the path on its way, in order: the steps behind its use."""
    steps = sorted((fact for fact in case.all(Step) if fact.value == request.value_id), key=lambda step: step.ordinal)
    used = [number for number, step in enumerate(steps) if step.at == request.option_at and step.label == "used here"]
    return steps[used[-1] + 1 :] if used else []
