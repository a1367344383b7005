"""Content Security Policies: whether a page may connect to the hosts that its clients use.

Source: https://www.w3.org/TR/CSP3/#match-url-to-source-list. Where browsers differ from it, or among themselves, the
lenient reading holds: `'self'` and a host without a scheme cover sockets too. `https:` does not cover `wss:`
(https://github.com/forem/forem/issues/8792).
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator

from rtlint.facts.csp import BlockedConnection, CspMeta
from rtlint.facts.proxies import ProxyHeader
from rtlint.facts.records import dataclass
from rtlint.facts.site import Site
from rtlint.link import page, urls
from rtlint.link.clients import Made, Setting, settings
from rtlint.link.environments import Place
from rtlint.link.program import Program
from rtlint.patterns import regex
from rtlint.providers import inherited

_TEMPLATE = regex(r"[{}<>$%]")
"""Signs of a policy that a template or a proxy fills in."""

_SECURE = {"ws": "wss", "http": "https"}
_BY_URL = frozenset({"websocket", "socket.io", "signalr", "centrifuge", "action-cable", "phoenix", "supabase"})


@dataclass(frozen=True, slots=True)
class _Policy:
    """The part of a policy that decides about connections; `packages` are those whose pages have it, None for all."""

    at: Site
    directive: str
    sources: tuple[str, ...]
    packages: frozenset[str] | None


def blocked_connections(program: Program, made: list[Made]) -> Iterator[BlockedConnection]:
    """Yield what the browser's clients connect to and the policies of their pages forbid."""
    browser = [client for client in made if client.fact.role == "app" and client.fact.runtime == "browser"]
    packages = {client.fact.package for client in browser}
    for policy in _policies(program):
        if policy.packages is None and len(packages) > 1:
            continue  # Nobody knows whose pages the server sends.
        for client in browser:
            if policy.packages is None or client.fact.package in policy.packages:
                yield from _blocked(program, policy, client)


def _policies(program: Program) -> Iterator[_Policy]:
    for fact in program.index.of_role(CspMeta, "app"):
        yield from _parsed(fact.at, fact.policy, frozenset({program.package_of(fact.at.path)}))
    for header in program.index.of_role(ProxyHeader, "app"):
        if header.name.lower() == "content-security-policy":
            yield from _parsed(header.at, header.value, None)


def directives(policy: str) -> dict[str, tuple[str, ...]]:
    """Return what each directive of a policy lists; of a directive that is given twice the first counts.

    Source: https://www.w3.org/TR/CSP3/#parse-serialized-policy.
    """
    found: dict[str, tuple[str, ...]] = {}
    for part in policy.split(";"):
        words = part.split()
        if words:
            found.setdefault(words[0].lower(), tuple(words[1:]))
    return found


def connection_directive(found: Container[str]) -> str:
    """Return the one of a policy's directives that decides about connections; empty if none does."""
    return next((name for name in ("connect-src", "default-src") if name in found), "")


def _parsed(at: Site, text: str, packages: frozenset[str] | None) -> Iterator[_Policy]:
    found = directives(text)
    name = connection_directive(found)
    if name and not any(_TEMPLATE.search(source) for source in found[name]):
        yield _Policy(at, name, found[name], packages)


def _blocked(program: Program, policy: _Policy, client: Made) -> Iterator[BlockedConnection]:
    for place in program.environments.of(client.fact.package):
        found = {item.option.name: item for item in settings(program.folder(place), client)}
        for target in _targets(client, found, place):
            if not any(covers(source, target) for source in policy.sources):
                shown = f"{target.scheme}://{target.host}" + (f":{target.port}" if target.port else "")
                yield BlockedConnection(
                    policy.at, policy.directive, shown, client.provider.title, client.fact.at, place.name
                )


def _targets(client: Made, found: dict[str, Setting], place: Place) -> Iterable[urls.Url]:
    """Return what a client connects to, as far as it is surely another host than the page's."""
    if any(provider.name == "pusher" for provider in inherited(client.provider)):
        return _pusher(found)
    url = found.get("url")
    if client.provider.name not in _BY_URL or url is None or place.production == "no":
        return ()
    return [
        _as_socket(split)
        for outcome in url.outcomes
        if outcome.state == "known" and (split := urls.split(outcome.text)).scheme and split.host != page.HOST
    ]


def _as_socket(url: urls.Url) -> urls.Url:
    return url._replace(scheme={"http": "ws", "https": "wss"}.get(url.scheme, url.scheme))


def _pusher(found: dict[str, Setting]) -> list[urls.Url]:
    """Return the socket of Pusher's cloud, or of a host of one's own: docs of pusher-js, `getWebsocketHost`."""
    host, cluster = found["wsHost"], found["cluster"]
    own = [outcome for outcome in host.outcomes if outcome.state != "unset"] if host.given else []
    if any(outcome.state != "known" for outcome in own):
        return []
    texts = [outcome.text for outcome in own if outcome.text]
    if texts:
        secure = {outcome.text for outcome in found["forceTLS"].outcomes if outcome.state == "known"}
        return [urls.Url("wss", text, "", "/") for text in texts if secure == {"true"}]
    known = [outcome.text for outcome in cluster.outcomes if outcome.state == "known" and outcome.text]
    selected = found.get("broadcaster")
    cloud = selected is None or [outcome.text for outcome in selected.outcomes] == ["pusher"]
    return [urls.Url("wss", f"ws-{name}.pusher.com", "", "/") for name in known if cloud]


def covers(source: str, target: urls.Url) -> bool:
    """Tell whether a source expression may cover a connection."""
    text = source.lower()
    if text == "*" or text == f"{target.scheme}:":
        return True
    if text.endswith(":") or text.startswith("'"):
        return text == "ws:" and target.scheme == "wss"
    scheme, separator, rest = text.partition("://")
    if not separator:
        scheme, rest = "", text
    host, _, port = rest.partition("/")[0].partition(":")
    fits = not scheme or scheme == target.scheme or _SECURE.get(scheme) == target.scheme
    named = target.host.endswith(host[1:]) if host.startswith("*.") else host in {target.host, "*"}
    return fits and named and (port in {"", "*", target.port} or (port == "443" and not target.port))
