"""Endpoints: the requests that clients make to the application's own backend, and whether a route serves them."""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cached_property

from rtlint.facts.derived import Endpoint, EndpointSource, ServedRoute, SettingSource
from rtlint.facts.records import dataclass, replace
from rtlint.facts.site import Site
from rtlint.link import page, urls
from rtlint.link.clients import Made, Setting, setting
from rtlint.link.environments import Place
from rtlint.link.index import within
from rtlint.link.outcomes import Outcome, Waypoint
from rtlint.link.program import Program
from rtlint.link.proxies import Arrival, Proxies
from rtlint.link.route_paths import opens
from rtlint.link.routes import find, nearest
from rtlint.link.values import Folder
from rtlint.providers import Option, Request

_OTHER_BACKENDS = frozenset(
    {
        "go.mod",
        "Gemfile",
        "pom.xml",
        "build.gradle",
        "build.gradle.kts",
        "manage.py",
        "mix.exs",
        "composer.json",
        "Cargo.toml",
    }
)
_READ_BACKENDS = {"composer.json": "laravel", "Gemfile": "rails", "manage.py": "django"}
"""Of these files, those beside which the routes of a framework are read."""

_OTHER_SERVERS = {
    "next": "next",
    "nuxt": "nuxt",
    "@nestjs/core": "nest",
    "fastify": "fastify",
    "koa": "koa",
    "hono": "hono",
    "@sveltejs/kit": "sveltekit",
    "@remix-run/node": "remix",
    "astro": "astro",
    "@hapi/hapi": "",
}
"""Packages that serve requests, with the framework of the backend that is found where their routes are read."""


_SIGNS = ("root_path", "root-path", "SCRIPT_NAME", "APPLICATION_ROOT", "stripprefix", "stripPrefix", "rewrite-target")


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a path is served: yes, no or unknown, with the served route most like it, and where proxies change it.

    `route` is the one that serves it.
    """

    served: str
    nearest: ServedRoute | None
    way: tuple[Waypoint, ...] = ()
    route: ServedRoute | None = None


class Backends:
    """Answers whether the repository's backends serve a request.

    `no` needs a closed world: every mount of every backend is resolved, what the proxies in between make of the path is
    known, and either no backend of a kind that rtlint does not read is in the repository, or a route much like the
    wanted one is served.
    """

    def __init__(self, program: Program) -> None:
        self._program = program

    @cached_property
    def _served(self) -> list[ServedRoute]:
        return [route for route in self._program.routes.routes if route.protocol == "http"]

    @cached_property
    def _sockets(self) -> list[ServedRoute]:
        return [route for route in self._program.routes.routes if route.protocol == "ws"]

    @cached_property
    def _known(self) -> bool:
        backends = self._program.routes.backends
        return bool(backends) and all(backend.routes_complete for backend in backends)

    @cached_property
    def _others(self) -> bool:
        return _has_other_backends(self._program)

    @cached_property
    def _proxies(self) -> Proxies:
        return Proxies(self._program)

    def verdict(self, package: str, place: Place | None, method: str, url: urls.Url) -> Verdict:
        """Judge a request of a package: another host's routes are not known, nor is a path relative to the page.

        Every path that may arrive has to give the same answer.
        """
        own = url.host in {"", page.HOST}
        if (not own and urls.scope(url.host) == "public") or not url.path.startswith("/"):
            return Verdict("unknown", None)
        found = self._proxies.arrivals(package, place, url.path, absolute=not own)
        if not found.known:
            return Verdict("unknown", nearest(self._served, url.path))
        verdicts = [self._at_backend(method, arrival) for arrival in found.arrivals]
        agreed = len({verdict.served for verdict in verdicts}) == 1
        return verdicts[0] if agreed else replace(verdicts[0], served="unknown")

    def socket(self, package: str, place: Place | None, url: urls.Url) -> Verdict:
        """Judge the path of a WebSocket as `verdict` does; `no` needs a route of the same protocol that is like it."""
        own = url.host in {"", page.HOST}
        if (not own and urls.scope(url.host) == "public") or not url.path.startswith("/"):
            return Verdict("unknown", None)
        found = self._proxies.arrivals(package, place, url.path, absolute=not own)
        closest = nearest(self._sockets, url.path)
        served = {opens(self._sockets, item.path, self._program.routes.backends) for item in found.arrivals}
        if not found.known or len(served) != 1:
            return Verdict("unknown", closest)
        if served.pop():
            return Verdict("yes", None)
        return Verdict("no" if self._known and closest is not None and not self._others else "unknown", closest)

    def socket_below(self, package: str, place: Place | None, url: urls.Url) -> Verdict:
        """Judge a WebSocket of whose path only the beginning is known: `no` when no route can begin so."""
        own = url.host in {"", page.HOST}
        if not own and urls.scope(url.host) == "public":
            return Verdict("unknown", None)
        found = self._proxies.arrivals(package, place, f"{url.path}0", absolute=not own)
        closest = nearest(self._sockets, f"{url.path}0")
        starts = [item.path[:-1] for item in found.arrivals if item.path.endswith("0")]
        complete = found.known and self._known and not self._others and len(starts) == len(found.arrivals)
        possible = any(_may_start(route.path, start) for route in self._sockets for start in starts)
        return Verdict("no" if complete and closest is not None and not possible else "unknown", closest)

    def reachable(self, package: str, place: Place | None, method: str, url: urls.Url, wanted: Verdict) -> str:
        """Return the path of the nearest route when a request of that very path would be served, else an empty text.

        A path with parameters can't be called as it is; nor may a proxy on the way make another path of it.

        Args:
            package: the package of the client.
            place: its environment.
            method: HTTP method; `WS` for a socket.
            url: what is called now.
            wanted: the verdict on that.
        """
        path = wanted.nearest.path if wanted.nearest else ""
        if wanted.served != "no" or not path or "{" in path:
            return ""
        other = url._replace(path=path)
        judged = self.socket(package, place, other) if method == "WS" else self.verdict(package, place, method, other)
        return path if judged.served == "yes" else ""

    def _at_backend(self, method: str, arrival: Arrival) -> Verdict:
        """Judge a path as it arrives."""
        found = find(self._served, method, arrival.path, self._program.routes.backends)
        if found:
            return Verdict("yes", None, arrival.way, found[0])
        closest = nearest(self._served, arrival.path)
        certain = self._known and not self._stripped(arrival.path) and (closest is not None or not self._others)
        return Verdict("no" if certain else "unknown", closest, arrival.way)

    def _stripped(self, path: str) -> bool:
        """Tell whether a prefix in front of a served path may be taken off on the way.

        A sign of it is one of `_SIGNS` anywhere in the repository: a backend that is told its prefix (FastAPI's and
        uvicorn's root_path, WSGI's SCRIPT_NAME), a middleware of Traefik, an Ingress.
        """
        longer = any(path.endswith(route.path) and path != route.path and len(route.path) > 1 for route in self._served)
        return longer and any(self._program.mentions(_SIGNS).values())


def _may_start(route: str, start: str) -> bool:
    """Tell whether a path that begins with `start` can fit a route."""
    fixed, parameter, _ = route.lower().partition("{")
    begun = start.lower()
    return fixed.startswith(begun) or (bool(parameter) and begun.startswith(fixed))


def _has_other_backends(program: Program) -> bool:
    """Tell whether the repository has a backend of a kind whose routes are not read."""
    read = [(backend.directory, backend.framework.partition("-")[0]) for backend in program.routes.backends]

    def is_read(folder: str, framework: str) -> bool:
        return any(name == framework and (within(path, folder) or within(folder, path)) for path, name in read)

    for path, file in program.index.files.items():
        folder, name = posixpath.split(path)
        if file.role == "app" and name in _OTHER_BACKENDS and not is_read(folder, _READ_BACKENDS.get(name, "")):
            return True
    folders = [package.directory for package in program.index.packages()]
    return any(
        server in program.index.dependencies(folder) and not is_read(folder, framework)
        for folder in folders
        for server, framework in _OTHER_SERVERS.items()
    )


def _deciding(folder: Folder, made: Made, request: Request) -> Setting | None:
    """Return the option that decides the request's path; None where a handler of one's own makes the request.

    pusher-js reads `channelAuthorization` alone when it is there (src/core/config.ts, buildChannelAuth).
    """
    options = {option.name: option for option in made.options()}
    if any(_present(folder, made, name) for name in request.disabled_by):
        return None
    for name in request.options:
        found = setting(folder, made, options[name])
        if found.given or _present(folder, made, name.partition(".")[0] if "." in name else name):
            return found
    return setting(folder, made, options[request.options[-1]])


def _present(folder: Folder, made: Made, name: str) -> bool:
    """Tell whether an option may be there: given, or not known to be absent."""
    return setting(folder, made, _bare_option(name)).given


def _bare_option(name: str) -> Option:
    return Option(name, "other", None, ())


def endpoints(program: Program, made: Made, backends: Backends) -> Iterator[Endpoint]:
    """Yield the requests of a client in every environment, as far as their path is known."""
    for request in _requests(made):
        for place in program.environments.of(made.fact.package):
            found = _deciding(program.folder(place), made, request)
            for outcome in _paths(found, request):
                yield _endpoint(program, made, place, request, found, outcome, backends)


def _requests(made: Made) -> Iterable[Request]:
    return made.provider.requests if made.fact.runtime != "server" else ()


def _paths(found: Setting | None, request: Request) -> Iterable[Outcome]:
    """Return the known paths; the library's default stands in for a blank one."""
    for outcome in found.outcomes if found else ():
        if outcome.state == "known" and outcome.text:
            yield outcome
        elif outcome.state != "unknown" and request.blank:
            yield Outcome(request.blank, "known", outcome.way)


def _endpoint(
    program: Program,
    made: Made,
    place: Place,
    request: Request,
    found: Setting | None,
    outcome: Outcome,
    backends: Backends,
) -> Endpoint:
    option_at = found.at if found else made.construction.at
    url = urls.split(outcome.text)
    verdict = backends.verdict(made.fact.package, place, request.method, url)
    way = outcome.then(option_at, "used here")
    way = replace(way, way=(*way.way, *verdict.way))
    return Endpoint(
        client=made.fact.id,
        environment=place.id,
        purpose=request.purpose,
        method=request.method,
        path=url.path,
        at=outcome.way[0].at if outcome.way else option_at,
        option_at=option_at,
        value_id=program.values.add(way),
        served=verdict.served,
        nearest_path=verdict.nearest.path if verdict.nearest else "",
        nearest_at=verdict.nearest.at if verdict.nearest else None,
        served_path=backends.reachable(made.fact.package, place, request.method, url, verdict),
        route_at=verdict.route.at if verdict.route else None,
    )


def endpoint_sources(
    program: Program, made: Made, sources: list[SettingSource], backends: Backends
) -> Iterator[EndpointSource]:
    """Yield the sources of a client's endpoint, each compared with the others."""
    for request in _requests(made):
        deciding = _deciding(program.leaf_folder(made.fact.package), made, request)
        own = [source for source in sources if deciding and source.name == deciding.option.name]
        own = [source for source in own if urls.split(source.value).path.startswith("/")]
        counts = Counter(urls.split(source.value).path for source in own)
        package, method = made.fact.package, request.method
        verdicts = {path: backends.verdict(package, None, method, urls.Url("", "", "", path)) for path in counts}
        for source in own:
            yield _compared(made, request, source, own, counts, verdicts)


def _compared(
    made: Made,
    request: Request,
    source: SettingSource,
    own: list[SettingSource],
    counts: Counter[str],
    verdicts: dict[str, Verdict],
) -> EndpointSource:
    path = urls.split(source.value).path
    others = [other for other in own if urls.split(other.value).path != path]
    others.sort(key=lambda other: _weight(urls.split(other.value).path, other, counts, verdicts))
    other_path = urls.split(others[0].value).path if others else ""
    route = verdicts[path].nearest
    return EndpointSource(
        client=made.fact.id,
        purpose=request.purpose,
        at=source.at,
        path=path,
        read=source.read,
        served=verdicts[path].served,
        value_id=source.value_id,
        agreeing=counts[path],
        other_path=other_path,
        other_agreeing=counts[other_path] if others else 0,
        other_at=_first_site(others),
        route_at=route.at if route else None,
        served_path=other_path if others and verdicts[other_path].served == "yes" else "",
    )


def _weight(
    path: str, source: SettingSource, counts: Counter[str], verdicts: dict[str, Verdict]
) -> tuple[bool, int, bool, Site]:
    """Order sources: a served path first, then the most common, then one that code reads."""
    return verdicts[path].served != "yes", -counts[path], not source.read, source.at


def _first_site(sources: list[SettingSource]) -> Site | None:
    return sources[0].at if sources else None
