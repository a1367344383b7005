"""The files that take part in the real-time setup, by what they are."""

from __future__ import annotations

from rtlint.facts.derived import ClientSetting, Endpoint, ServedRoute, SettingSource, VariableRead, VariableSet
from rtlint.facts.raw import Subscription
from rtlint.facts.site import Site
from rtlint.findings import Report
from rtlint.pipeline.portrait.answers import Case

_PARTS = {
    "dotenv": "Environment files",
    "compose": "Containers",
    "dockerfile": "Containers",
    "dockerignore": "Containers",
    "nginx": "Proxies",
    "caddy": "Proxies",
    "hosting": "Proxies",
    "html": "Pages",
    "template": "Pages",
    "manifest": "Packages",
    "lockfile": "Packages",
}
_BACKEND, _CODE, _OTHER = "Backend routes", "Client code and configuration", "Other files"


def files_by_part(case: Case, report: Report) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return the files in which a client, a value, a route or a finding stands, by what they are."""
    routes = {fact.at.path for fact in case.all(ServedRoute)} & _called(case)
    paths = {site.path for site in _sites(case)} | routes
    paths |= {site.path for finding in report.findings for site in finding.places}
    groups: dict[str, set[str]] = {}
    for path in paths:
        file = case.found.analysis.files.get(path)
        if file is not None:
            part = _BACKEND if path in routes else _PARTS.get(file.kind, _CODE if file.kind != "other" else _OTHER)
            groups.setdefault(part, set()).add(path)
    return tuple((part, tuple(sorted(groups[part]))) for part in sorted(groups))


def _called(case: Case) -> set[str]:
    found = [site for fact in case.all(Endpoint) for site in (fact.nearest_at, fact.route_at)]
    return {site.path for site in found if site is not None}


def _sites(case: Case) -> list[Site]:
    clients = {client.id for client in case.clients}
    found = [client.at for client in case.clients]
    found += [fact.at for fact in case.all(ClientSetting) if fact.client in clients]
    found += [fact.at for fact in case.all(SettingSource) if fact.client in clients]
    found += [fact.at for fact in case.all(VariableRead) if fact.role == "app"]
    found += [fact.at for fact in case.all(VariableSet) if fact.role == "app"]
    found += [fact.at for fact in case.all(Subscription) if case.found.analysis.files[fact.at.path].role == "app"]
    return found
