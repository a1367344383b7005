"""The effective real-time configuration of each environment: what `rtlint env` shows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rtlint.facts.derived import Client, ClientSetting, Endpoint, VariableRead
from rtlint.facts.expressions import EnvVar
from rtlint.facts.raw import EnvRead
from rtlint.findings import EnvironmentView, SettingView
from rtlint.link.environments import Place
from rtlint.link.outcomes import Outcome
from rtlint.link.program import Program
from rtlint.link.values import Folder
from rtlint.providers import load_providers

ABSENT = "not given"
DEFAULT = "the library's default"


def overview(program: Program, facts: Iterable[object]) -> list[EnvironmentView]:
    """Return every environment of a package that has a real-time client or reads real-time variables.

    Args:
        program: the linked program.
        facts: its derived facts.
    """
    every = list(facts)
    clients = {fact.id: fact for fact in every if isinstance(fact, Client) and fact.role == "app"}
    settings = [fact for fact in every if isinstance(fact, ClientSetting) and fact.client in clients]
    endpoints = [fact for fact in every if isinstance(fact, Endpoint) and fact.client in clients]
    reads = [fact for fact in every if isinstance(fact, VariableRead) and fact.role == "app"]
    backend = [read for read in reads if _is_backend(program, read)]
    reads = [read for read in reads if read not in backend]
    packages = {client.package for client in clients.values()} | {read.package for read in reads}
    views = [
        EnvironmentView(
            name=place.name,
            kind=place.kind,
            package=place.package,
            clients=tuple(
                (f"{load_providers()[client.provider].title} client", client.at, tuple(rows))
                for client in clients.values()
                if (rows := list(_rows(place, client, settings, endpoints)))
            ),
            variables=tuple(_variables(program, place, [read for read in reads if read.package == place.package])),
        )
        for place in program.environments.places
        if place.package in packages
    ]
    return [*views, *_of_backends(program, backend)]


def _is_backend(program: Program, read: VariableRead) -> bool:
    """Tell whether a variable is read by code whose environments are those of the service that it runs in."""
    return program.index.files[read.at.path].kind in {"python", "php", "ruby"}


def _of_backends(program: Program, reads: Sequence[VariableRead]) -> Iterator[EnvironmentView]:
    """Yield what each service sets of the variables that backend code reads; which code runs there is not asked."""
    for place in program.environments.holders() if reads else ():
        own = [read for read in reads if place.service and any(read.name in layer for layer in place.layers)]
        if own and place.service:
            rows = tuple(_variables(program, place, own))
            yield EnvironmentView(
                f"service {place.name} of {place.service.files[0]}", place.kind, place.package, (), rows
            )


def _rows(
    place: Place, client: Client, settings: Sequence[ClientSetting], endpoints: Sequence[Endpoint]
) -> Iterator[SettingView]:
    for fact in settings:
        if fact.client == client.id and fact.environment == place.id and (fact.state != "absent" or fact.value):
            state = DEFAULT if fact.state == "absent" else fact.state
            yield SettingView(fact.name, fact.value, state, fact.option_at if fact.state == "absent" else fact.at)
    for request in endpoints:
        if request.client == client.id and request.environment == place.id:
            served = {"yes": "served", "no": "served by no route"}.get(request.served, "not known whether it is served")
            yield SettingView(f"{request.purpose} request", f"{request.method} {request.path}", served, request.at)


def _variables(program: Program, place: Place, reads: Sequence[VariableRead]) -> Iterator[SettingView]:
    via = {fact.at: fact.via for fact in program.index.of(EnvRead)}
    found: dict[str, VariableRead] = {}
    for read in reads:
        found.setdefault(read.name, read)
    for name in sorted(found):
        read = found[name]
        expr = EnvVar(read.at, name, via.get(read.at, "process.env"))
        yield _variable(name, Folder(program.modules, place).fold(read.at.path, expr), read)


def _variable(name: str, outcomes: Sequence[Outcome], read: VariableRead) -> SettingView:
    """Return what a variable is; several values are possible when a condition of the environment is not known."""
    states = {outcome.state for outcome in outcomes}
    if states != {"known"}:
        state = "unknown" if "unknown" in states else "unset"
        return SettingView(name, "", state, read.at)
    way = outcomes[0].way
    return SettingView(name, " or ".join(outcome.text for outcome in outcomes), "known", way[0].at if way else read.at)
