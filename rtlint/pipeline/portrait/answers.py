"""The statements about a setup, and whether the facts prove them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

from rtlint.facts.derived import Client, ClientSetting, DevSocket, Endpoint, Suppressor, VariableRead
from rtlint.facts.expressions import Literal, Template
from rtlint.facts.page import LossyPatch, PageTrap
from rtlint.facts.raw import Problem, Subscription
from rtlint.facts.records import dataclass
from rtlint.facts.site import Site
from rtlint.findings import Evidence, Finding, Report
from rtlint.link.index import within
from rtlint.patterns import regex
from rtlint.pipeline.checking import Judged
from rtlint.portraits import NO, NONE, UNKNOWN, YES, Answer
from rtlint.providers import load_providers

T = TypeVar("T")

_ESSENTIAL = frozenset({"key", "cluster", "url"})
_FLAG_RULES = ("RT306", "RT401", "RT402", "RT403", "RT404", "RT405")
_HIDING_RULES = ("RT501", "RT502", "RT503", "RT504")
_MANY = 5
_ECHO = regex(r"(?i)echo|pusher|centrifuge|socket|realtime")


@dataclass(slots=True)
class Case:
    """What is known of a repository: its facts, its findings, and the packages that have a client."""

    found: Judged
    findings: tuple[Finding, ...]
    facts: tuple[object, ...]
    clients: list[Client]
    folders: list[str]

    @classmethod
    def of(cls, found: Judged, report: Report) -> Case:
        """Make the case of what the rules say."""
        facts = found.analysis.facts
        clients = [fact for fact in facts if isinstance(fact, Client) and fact.role == "app" and _connects(fact)]
        folders = sorted({client.package for client in clients})
        return cls(found, report.findings, facts, clients, folders)

    def all(self, kind: type[T]) -> list[T]:
        """Return the facts of a kind."""
        return [fact for fact in self.facts if isinstance(fact, kind)]

    def package_of(self, site: Site) -> str:
        """Return the package that a place lies in."""
        return self.found.analysis.program.package_of(site.path)

    def of_package(self, folder: str) -> list[Client]:
        """Return the clients of a package."""
        return [client for client in self.clients if client.package == folder]

    def findings_of(self, folder: str, codes: Iterable[str]) -> list[Finding]:
        """Return the findings of some rules with a place in a package."""
        wanted, files = set(codes), self._files_of(folder)
        return [
            finding
            for finding in self.findings
            if finding.code in wanted
            and any(self.package_of(site) == folder or site.path in files for site in finding.places)
        ]

    def _files_of(self, folder: str) -> set[str]:
        """Return the files that set something of a package, compose files above it among them."""
        numbers = {client.id for client in self.of_package(folder)}
        return {fact.at.path for fact in self.all(ClientSetting) if fact.client in numbers}

    def clients_in_words(self, folder: str) -> str:
        """Return the titles of a package's clients."""
        titles = dict.fromkeys(load_providers()[client.provider].title for client in self.of_package(folder))
        return ", ".join(titles)


def _connects(client: Client) -> bool:
    return client.kind in {"managed", "socket"} and client.runtime != "server"


def answers(case: Case, folder: str) -> Iterator[Answer]:
    """Yield the answers for a package."""
    yield _installed(case, folder)
    yield _configured(case, folder)
    yield _constructed(case, folder)
    yield _subscribed(case, folder)
    yield _served(case, folder)
    yield _agree(case, folder)
    yield _visible(case, folder)
    yield _native(case, folder)
    yield _dev_sockets(case, folder)


def _installed(case: Case, folder: str) -> Answer:
    question = "The client is installed"
    managed = [client for client in case.of_package(folder) if client.kind == "managed"]
    if not managed:
        return Answer(question, NONE, "Only the browser's own WebSocket is used, which needs no package.")
    reachable = case.found.analysis.program.index.reachable_dependencies(folder)
    listed, missing = [], []
    for provider in dict.fromkeys(client.provider for client in managed):
        data = load_providers()[provider]
        packages = [reachable[name] for name in data.packages if name in reachable]
        if packages:
            listed += [Evidence(item.at, f"{item.name} {item.version}".strip()) for item in packages]
        else:
            missing.append(data.title)
    if missing:
        text = f"No manifest lists a package of {', '.join(missing)}: it may come from a script tag or a CDN."
        return Answer(question, UNKNOWN, text, tuple(listed))
    return Answer(question, YES, f"{', '.join(item.label for item in listed)} is a dependency.", tuple(listed))


def _configured(case: Case, folder: str) -> Answer:
    question = "It is configured in every environment"
    numbers = {client.id for client in case.of_package(folder) if client.kind == "managed"}
    settings = [fact for fact in case.all(ClientSetting) if fact.client in numbers and fact.kind in _ESSENTIAL]
    names = {place.id: place.name for place in case.found.analysis.program.environments.of(folder)}
    # What is known and has no text may be a list of addresses; only an empty key is surely none.
    empty = [fact for fact in settings if fact.state == "known" and not fact.value]
    missing = [fact for fact in settings if fact.state == "unset" or (fact in empty and fact.kind == "key")]
    settings = [fact for fact in settings if fact not in empty]
    if missing:
        listed = dict.fromkeys(f"{fact.name} in {names.get(fact.environment, 'some environment')}" for fact in missing)
        places = tuple(dict.fromkeys(Evidence(fact.at, f"{fact.name} is empty or unset") for fact in missing))
        codes = _codes(case.findings_of(folder, ("RT301", "RT302", "RT303", "RT311", "RT404")))
        return Answer(question, NO, f"There is no value for {_some(list(listed))}.", places[:_MANY], codes)
    known = [fact for fact in settings if fact.state == "known"]
    if not known:
        return Answer(question, UNKNOWN, "Where key or address come from can't be read from the repository.")
    places = tuple(dict.fromkeys(Evidence(fact.at, f"{fact.name} is set") for fact in known))
    open_ones = dict.fromkeys(fact.name for fact in settings if fact.state == "unknown")
    if open_ones:
        return Answer(question, UNKNOWN, f"{', '.join(open_ones)} can't be read from the repository.", places[:_MANY])
    what = ", ".join(dict.fromkeys(fact.name for fact in known))
    return Answer(
        question, YES, f"{what} {_is(what)} set in every environment that the repository shows.", places[:_MANY]
    )


def _constructed(case: Case, folder: str) -> Answer:
    clients = case.of_package(folder)
    places = tuple(Evidence(client.at, f"{client.text} is made") for client in clients)
    files = len({client.at.path for client in clients})
    count = f"{len(clients)} place{_s(len(clients))} in {files} file{_s(files)}"
    return Answer("It is constructed", YES, f"Yes, in {count}.", places[:_MANY])


def _subscribed(case: Case, folder: str) -> Answer:
    question = "Code subscribes to channels"
    found = [
        fact
        for fact in case.all(Subscription)
        if case.package_of(fact.at) == folder
        and case.found.analysis.files[fact.at.path].role == "app"
        and _is_channel(fact)
    ]
    if not found:
        return Answer(
            question, UNKNOWN, "No subscription was recognised; the client may receive events in another way."
        )
    channels = dict.fromkeys(_channel(fact) for fact in found)
    places = tuple(Evidence(fact.at, f"subscribes to {_channel(fact)}") for fact in found)
    return Answer(question, YES, f"To {_some(list(channels))}.", places[:_MANY])


def _is_channel(fact: Subscription) -> bool:
    """Tell whether a call surely subscribes to a channel: strings are joined and observables subscribed to as well."""
    named = isinstance(fact.channel, Literal | Template)
    return named and ("subscri" in fact.method.lower() or bool(_ECHO.search(fact.receiver)))


def _channel(fact: Subscription) -> str:
    """Return the channel as far as it is written out."""
    if isinstance(fact.channel, Literal):
        return str(fact.channel.value)
    if isinstance(fact.channel, Template):
        return "".join(str(part.value) if isinstance(part, Literal) else "..." for part in fact.channel.parts)
    return "a channel with a computed name"


def _served(case: Case, folder: str) -> Answer:
    question = "The backend serves the auth endpoint"
    clients = {client.id: client for client in case.of_package(folder)}
    found = [fact for fact in case.all(Endpoint) if fact.client in clients and fact.purpose == "channel-auth"]
    if not found:
        return Answer(question, NONE, "No request to authorize a channel is made.")
    missing = [fact for fact in found if fact.served == "no"]
    needed = any(clients[fact.client].protected != "no" for fact in found)
    if missing and not needed:
        return Answer(question, NONE, "No private or presence channel is subscribed to, so that no request is made.")
    if missing:
        first = missing[0]
        near = f"; the nearest route is {first.nearest_path}" if first.nearest_path else ""
        places = [Evidence(first.at, f"{first.method} {first.path} is called")]
        places += [Evidence(first.nearest_at, f"{first.nearest_path} is served")] if first.nearest_at else []
        codes = _codes(case.findings_of(folder, ("RT201", "RT202")))
        return Answer(question, NO, f"No route serves {first.method} {first.path}{near}.", tuple(places), codes)
    places = [Evidence(fact.at, f"{fact.method} {fact.path} is called") for fact in found]
    unknown = [fact for fact in found if fact.served == "unknown"]
    if unknown:
        text = f"Whether {unknown[0].path} is served can't be told: the routes, or the way there, are not fully known."
        return Answer(question, UNKNOWN, text, tuple(dict.fromkeys(places))[:_MANY])
    paths = dict.fromkeys(f"{fact.method} {fact.path}" for fact in found)
    routes = [Evidence(fact.route_at, "the route that serves it") for fact in found if fact.route_at]
    return Answer(question, YES, f"{', '.join(paths)} is served.", tuple(dict.fromkeys((*places, *routes)))[:_MANY])


def _agree(case: Case, folder: str) -> Answer:
    question = "The switches agree"
    found = case.findings_of(folder, _FLAG_RULES)
    if found:
        places = tuple(Evidence(finding.at, finding.message) for finding in found)
        return Answer(question, NO, found[0].message + ".", places[:_MANY], _codes(found))
    switches = [
        fact for fact in case.all(VariableRead) if fact.package == folder and fact.switch and fact.role == "app"
    ]
    if not switches:
        return Answer(question, NONE, "No variable switches real-time on or off.")
    names = dict.fromkeys(fact.name for fact in switches)
    places = tuple(Evidence(fact.at, f"{fact.name} is read") for fact in switches)
    if not all(fact.given == "yes" for fact in switches):
        open_ones = dict.fromkeys(fact.name for fact in switches if fact.given != "yes")
        return Answer(question, UNKNOWN, f"{_some(list(open_ones))}: nothing here sets it.", places[:_MANY])
    return Answer(question, YES, f"{_some(list(names))}: set under the name that the code reads.", places[:_MANY])


def _visible(case: Case, folder: str) -> Answer:
    question = "Its errors are visible"
    found = case.findings_of(folder, _HIDING_RULES)
    hidden = [finding for finding in found if finding.level != "note"]
    if hidden:
        places = tuple(Evidence(finding.at, finding.message) for finding in hidden)
        return Answer(question, NO, hidden[0].message + ".", places[:_MANY], _codes(hidden))
    kinds: list[Suppressor | PageTrap | LossyPatch]
    kinds = [*case.all(Suppressor), *case.all(PageTrap), *case.all(LossyPatch)]
    harmless = [fact for fact in kinds if fact.role == "app" and case.package_of(fact.at) == folder]
    broken = [fact for fact in case.all(Problem) if case.package_of(fact.at) == folder]
    if broken:
        places = tuple(Evidence(fact.at, fact.message) for fact in broken)
        return Answer(question, UNKNOWN, "Some files could not be read completely.", places[:_MANY])
    read = _own_files(case, folder)
    if harmless:
        places = tuple(Evidence(fact.at, "passes errors on") for fact in harmless)
        return Answer(question, YES, "What replaces console or handlers passes every error on.", places[:_MANY])
    text = f"None of the {read} application files replaces the console, cancels error events or patches the network."
    return Answer(question, YES, text)


def _own_files(case: Case, folder: str) -> int:
    files = case.found.analysis.files.values()
    scripts = {"javascript", "vue", "svelte", "html", "template"}
    return sum(file.role == "app" and file.kind in scripts and within(file.path, folder) for file in files)


def _native(case: Case, folder: str) -> Answer:
    question = "All sockets of the application go through the client"
    sockets = [client for client in case.of_package(folder) if client.kind == "socket"]
    if not sockets:
        return Answer(
            question, YES, f"None of the {_own_files(case, folder)} application files opens a native WebSocket."
        )
    places = tuple(Evidence(client.at, f"{client.text} opens a native socket") for client in sockets)
    managed = any(client.kind == "managed" for client in case.of_package(folder))
    codes = _codes(case.findings_of(folder, ("RT101", "RT103", "RT205")))
    count = f"{len(sockets)} native WebSocket{_s(len(sockets))}"
    if not managed:
        return Answer(question, NONE, f"{count}, and no managed client beside.", places[:_MANY], codes)
    return Answer(question, NO, f"{count} beside the managed client.", places[:_MANY], codes)


def _dev_sockets(case: Case, folder: str) -> Answer:
    question = "The development server's own sockets can connect"
    found = [fact for fact in case.all(DevSocket) if case.package_of(fact.at) == folder]
    if not found:
        return Answer(question, NONE, "No port for hot reload is configured.")
    closed = [fact for fact in found if fact.published != "yes" and not fact.host_network]
    places = [Evidence(fact.at, f"hot reload on port {fact.port}") for fact in found]
    places += [Evidence(fact.service_at, f"service {fact.service}") for fact in found]
    ports = ", ".join(dict.fromkeys(f"ws://localhost:{fact.port}" for fact in found))
    codes = _codes(case.findings_of(folder, ("RT602",)))
    if closed:
        text = (
            f"{ports} is hot reload, and service {closed[0].service} does not publish the port: it fails, and only it."
        )
        return Answer(question, NO, text, tuple(dict.fromkeys(places))[:_MANY], codes)
    return Answer(
        question, YES, f"{ports} is hot reload, and its port is published.", tuple(dict.fromkeys(places))[:_MANY]
    )


def _codes(findings: Iterable[Finding]) -> tuple[str, ...]:
    return tuple(sorted({finding.code for finding in findings}))


def _some(words: list[str]) -> str:
    more = len(words) - _MANY
    return ", ".join(words[:_MANY]) + (f" and {more} more" if more > 0 else "")


def _is(words: str) -> str:
    return "are" if "," in words else "is"


def _s(count: int) -> str:
    return "" if count == 1 else "s"
