"""The way of a request: which paths may arrive at a backend when a browser asks for one.

A development server applies the proxy rules of its package; elsewhere the reverse proxies of the repository stand in
front. Where they disagree, or one is not understood, the answer is unknown.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator
from fnmatch import fnmatchcase
from functools import partial

from rtlint.facts.proxies import ProxyInclude, ProxyRule, ProxyServer, ProxyUpstream
from rtlint.facts.records import dataclass, replace
from rtlint.facts.rewrites import Rewrite
from rtlint.facts.site import Site
from rtlint.link import nginx, urls
from rtlint.link.environments import Place
from rtlint.link.nginx import Arrived
from rtlint.link.outcomes import Waypoint
from rtlint.link.path_rules import joined, matches, rewritten
from rtlint.link.program import Program
from rtlint.link.traefik import traefik_rules

_ALWAYS = frozenset({"next", "nuxt"})
_DEV = _ALWAYS | {"vite", "webpack", "vue-cli", "cra", "angular", "nuxt-dev"}
"""Tools whose rules apply in production too, and those whose rules apply on a development server."""

_HOSTS = frozenset({"vercel", "netlify"})
_OTHER_HOSTS = frozenset({"firebase.json", "staticwebapp.config.json"})
"""Configuration of hosts that can send a path elsewhere and are not read."""

_HARMLESS = (
    "mime.types",
    "fastcgi_params",
    "fastcgi.conf",
    "proxy_params",
    "*ssl*",
    "*gzip*",
    "*security*",
    "*headers*",
)
_MAX_INCLUDES = 8
_STRIPPING = 3
"""The version of http-proxy-middleware from which a mount strips its prefix: its MIGRATION.md."""

Front = Callable[[str], Arrived | None]
"""Returns what becomes of a path; None where there is no rule for it."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A path as a backend may see it, with its target's host and port (empty where not known) and the way to it."""

    path: str
    host: str = ""
    port: str = ""
    way: tuple[Waypoint, ...] = ()


@dataclass(frozen=True, slots=True)
class Arrivals:
    """The paths that may arrive; `known` tells whether there can be no others."""

    known: bool
    arrivals: tuple[Arrival, ...] = ()

    @property
    def paths(self) -> frozenset[str] | None:
        """The paths alone; None where they are not known."""
        return frozenset(item.path for item in self.arrivals) if self.known else None


UNKNOWN = Arrivals(known=False)


class Proxies:
    """The proxies of a repository."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._index = program.index
        self._upstreams = {(fact.at.path, fact.name): fact for fact in self._index.of_role(ProxyUpstream, "app")}
        self._rules = [
            fact for fact in self._index.of(ProxyRule) if self._index.role(fact.at.path) in {"app", "tooling"}
        ]
        self._fronts = [*self._servers(), *self._ordered_fronts()]
        files = self._index.files.items()
        self._opaque = any(path[path.rfind("/") + 1 :] in _OTHER_HOSTS and file.role == "app" for path, file in files)

    def arrivals(self, package: str, place: Place | None, path: str, *, absolute: bool = False) -> Arrivals:
        """Return what may arrive at a backend.

        Args:
            package: the folder of the package whose client asks.
            place: where it runs; None for anywhere.
            path: the path that the browser asks for.
            absolute: whether the client names a host itself, so that no development server of its own is in between.
        """
        modes = _modes(place)
        found = [self._in_front(package, path, direct=absolute)] if "production" in modes else []
        if "development" in modes and not absolute:
            found.append(self._development(package, place, path))
        elif not found or absolute:
            found.append(Arrivals(known=True, arrivals=(Arrival(path),)))
        if not all(item.known for item in found):
            return UNKNOWN
        return Arrivals(known=True, arrivals=tuple(dict.fromkeys(item for each in found for item in each.arrivals)))

    def passing(self, package: str, place: Place | None, path: str) -> list[ProxyRule]:
        """Return the rules that surely pass a path of the page's own host on, in the modes of a place."""
        modes = _modes(place)
        found = [front(path) for front in self._fronts] if "production" in modes else []
        if "development" in modes:
            found.append(self._first(self._of_package(package, _DEV), path))
        return [item.rule for item in found if item and item.state == "proxied" and item.rule]

    def _development(self, package: str, place: Place | None, path: str) -> Arrivals:
        """Apply the rules of the package's development server."""
        service = place.service.name if place and place.service else ""
        if not service or not self._serves(service):
            return self._by_package(package, path)
        front = self._in_front(package, path, direct=True)
        if not front.known or front.arrivals[0].host != service:
            return front
        return self._by_package(package, front.arrivals[0].path)

    def _by_package(self, package: str, path: str) -> Arrivals:
        first = self._first(self._of_package(package, _DEV), path)
        return self._answer([first] if first else [], path)

    def _in_front(self, package: str, path: str, *, direct: bool) -> Arrivals:
        """Apply the reverse proxies; files that they serve are no sign that a path does not arrive in another way."""
        if self._opaque:
            return UNKNOWN
        found = [arrived for front in self._fronts if (arrived := front(path)) and arrived.state != "ended"]
        own = None if direct else self._first(self._of_package(package, _ALWAYS), path)
        answer = self._answer([*found, own] if own else found, path)
        # What a development server changes, something in production has to change too: here nothing is seen to.
        unseen = not found and own is None and not direct and self._by_package(package, path).paths != answer.paths
        return UNKNOWN if unseen else answer

    def _answer(self, found: list[Arrived], path: str) -> Arrivals:
        sent = [arrived for arrived in found if arrived.state != "ended"]
        if (
            any(arrived.state != "proxied" or "//" in arrived.path for arrived in sent)
            or len({arrived.path for arrived in sent}) > 1
        ):
            return UNKNOWN
        arrivals = [self._arrival(arrived, path) for arrived in sent] or [Arrival(path)]
        public = any(urls.scope(arrival.host) == "public" for arrival in arrivals)
        return UNKNOWN if public else Arrivals(known=True, arrivals=tuple(arrivals[:1]))

    def _arrival(self, arrived: Arrived, path: str) -> Arrival:
        rule = arrived.rule
        if rule is None:
            return Arrival(arrived.path)
        host, port = rule.host, rule.port
        upstream = self._upstreams.get((rule.at.path, host))
        if upstream is not None:
            host, _, port = upstream.servers.partition(" ")[0].partition(":")
        way = _way(rule.target_at, arrived.path) if arrived.path != path else ()
        return Arrival(arrived.path, host, port, way)

    def _serves(self, service: str) -> bool:
        """Tell whether a reverse proxy of the repository passes something on to a compose service."""
        upstreams = (address for fact in self._upstreams.values() for address in fact.servers.split())
        hosts = {rule.host for rule in self._rules if rule.tool in {"nginx", "caddy"}}
        return service in hosts | {address.partition(":")[0] for address in upstreams}

    def _of_package(self, package: str, tools: frozenset[str]) -> list[ProxyRule]:
        rules = [rule for rule in self._rules if rule.tool in tools]
        return [rule for rule in rules if self._program.package_of(rule.at.path) == package]

    def _first(self, rules: Iterable[ProxyRule], path: str) -> Arrived | None:
        """Return what the first rule that matches makes of a path."""
        for rule in rules:
            hit = matches(rule, path)
            if hit is None or (hit and not rule.complete):
                return Arrived("unknown", rule=rule)
            if hit:
                return self._sent(rule, path)
        return None

    def _sent(self, rule: ProxyRule, path: str) -> Arrived:
        if rule.action != "proxy":
            return Arrived("ended", rule=rule)
        target = self._target(rule)
        if target is None:
            return Arrived("unknown", rule=rule)
        changes = [self._mounted(rule, change) if change.kind == "mount" else change for change in rule.rewrites]
        if rule.target is not None:
            changes = [replace(each, replacement=target.path) if each.kind == "pattern" else each for each in changes]
        result = rewritten(changes, path)
        socket = target.scheme in {"ws", "wss"} and rule.tool not in {"nginx", "caddy", "traefik"}
        websocket = "yes" if socket else rule.websocket
        known = replace(rule, host=target.host, port=target.port, websocket=websocket)
        filled = any(each.kind == "pattern" for each in changes)
        prefix = target.path if rule.target is not None and not filled else ""
        if result is None:
            return Arrived("unknown", rule=rule)
        return Arrived("proxied", joined(prefix, result), known)

    def _target(self, rule: ProxyRule) -> urls.Url | None:
        """Return the target of a rule, folded where code decides it; None where its path is not known."""
        if rule.target is None:
            return urls.Url(rule.scheme, rule.host, rule.port, "")
        package = self._program.package_of(rule.at.path)
        outcomes = self._program.leaves(package, rule.at.path, rule.target)
        found = {urls.split(item.text) for item in outcomes if item.state == "known"}
        if any(item.state == "unknown" for item in outcomes) or len({url.path.rstrip("/") for url in found}) != 1:
            return None
        return min(found)

    def _mounted(self, rule: ProxyRule, change: Rewrite) -> Rewrite:
        """Return what a mount of http-proxy-middleware does: version 3 no longer sees the prefix that Express takes."""
        known = self._index.reachable_dependencies(self._program.package_of(rule.at.path)).get("http-proxy-middleware")
        major = re.match(r"[\^~=v]*(\d+)", known.version) if known else None
        if major is None:
            return Rewrite("opaque")
        return Rewrite("strip", change.pattern) if int(major[1]) >= _STRIPPING else Rewrite("regex", "^", "")

    def _ordered_fronts(self) -> Iterator[Front]:
        """Yield the proxies that take the first rule which matches: sites of Caddy, Traefik, hosts."""
        groups: dict[tuple[str, str, int], list[ProxyRule]] = {}
        for rule in (*self._rules, *traefik_rules(self._index)):
            if rule.tool in _HOSTS | {"caddy", "traefik"}:
                groups.setdefault((rule.tool, rule.at.path, rule.server), []).append(rule)
        for fact in self._index.of_role(ProxyServer, "app"):
            if fact.tool == "caddy" and not fact.complete and (fact.tool, fact.at.path, fact.server) not in groups:
                yield lambda _path: nginx.UNKNOWN
        for rules in groups.values():
            yield partial(self._first, rules)

    def _servers(self) -> Iterator[Front]:
        """Yield the servers of nginx with what they include."""
        for fact in self._index.of_role(ProxyServer, "app"):
            own = [rule for rule in self._rules if rule.at.path == fact.at.path and rule.server == fact.server]
            if fact.tool == "nginx" and (fact.server or not fact.complete):
                server = nginx.Server(tuple(own), fact.rewrites, fact.complete, fact.action == "return")
                yield partial(nginx.route, self._with_includes(fact, server))

    def _with_includes(self, fact: ProxyServer, server: nginx.Server) -> nginx.Server:
        """Return a server with the locations of the files that it includes."""
        found = [item for item in self._index.in_file(fact.at.path, ProxyInclude) if item.server == fact.server]
        for number, item in enumerate(found[:_MAX_INCLUDES], 1):
            server = self._included(server, item, number * 100_000)
        return server if len(found) <= _MAX_INCLUDES else replace(server, complete=False)

    def _included(self, server: nginx.Server, item: ProxyInclude, offset: int) -> nginx.Server:
        name = posixpath.basename(item.pattern)
        paths = [path for path in self._index.facts if fnmatchcase(posixpath.basename(path), name)]
        paths = [path for path in paths if self._index.files[path].kind == "nginx" and path != item.at.path]
        if not paths:
            harmless = any(fnmatchcase(name, pattern) for pattern in _HARMLESS)
            return server if harmless else replace(server, complete=False)
        tops = [top for path in paths for top in self._index.in_file(path, ProxyServer)]
        nested = any(self._index.in_file(path, ProxyInclude) for path in paths)
        if len(paths) > 1 or nested or any(top.server or top.rewrites or top.action != "none" for top in tops):
            return replace(server, complete=False)
        complete = server.complete and all(top.complete for top in tops)
        rules = [rule for rule in self._rules if rule.at.path == paths[0]]
        moved = [
            replace(rule, rule=rule.rule + offset, parent=rule.parent + offset if rule.parent else item.rule)
            for rule in rules
        ]
        return replace(server, rules=(*server.rules, *moved), complete=complete)


def _way(at: Site, path: str) -> tuple[Waypoint, ...]:
    return (Waypoint(at, f"rewritten here to {path}"),)


def _modes(place: Place | None) -> frozenset[str]:
    """Return the modes that a place may stand for: development (a development server), production, or both."""
    if place is None or not place.mode:
        return frozenset({"development", "production"})
    if place.mode == "production" or place.production == "yes":
        return frozenset({"production"})
    return frozenset({"development"}) if place.mode == "development" else frozenset({"development", "production"})
