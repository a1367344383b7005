"""Facts about proxies: where a request goes on its way from the browser, and what becomes of its path and its Upgrade.

One model holds servers (nginx, Caddy), routers in compose labels (Traefik), development servers (Vite, webpack, ...)
and hosts (Vercel, Netlify); `tool` says whose order and spelling of patterns count.
"""

from __future__ import annotations

from typing import Annotated

from rtlint.facts.columns import Column
from rtlint.facts.expressions import Expr
from rtlint.facts.fact import At, RawFact
from rtlint.facts.records import dataclass
from rtlint.facts.rewrites import Rewrite
from rtlint.facts.site import Site


@dataclass(frozen=True, slots=True)
class ProxyServer(RawFact):
    """A server of a proxy's configuration: nginx's `server`, a site of Caddy, or the top of a file (number 0).

    Rules refer to it by file and number. Locations at the top of a file belong to whoever includes it.
    """

    at: At
    tool: Annotated[str, Column("nginx or caddy.", "nginx")]
    server: Annotated[int, Column("Its number within the file, from 1; 0 for the top of the file.", "1")]
    names: Annotated[str, Column("Host names, with spaces between.", "example.com www.example.com")]
    ports: Annotated[str, Column("Ports that it listens on, with spaces between.", "80 443")]
    complete: Annotated[bool, Column("Whether everything in it that sends requests somewhere is understood.")]
    action: Annotated[str, Column("What it does before any rule: none, or return.", "return")] = "none"
    rewrites: tuple[Rewrite, ...] = ()


@dataclass(frozen=True, slots=True)
class ProxyUpstream(RawFact):
    """A named group of servers: nginx's `upstream`."""

    at: At
    name: Annotated[str, Column("Its name.", "backend", index=True)]
    servers: Annotated[str, Column("Addresses, with spaces between.", "api:8000 api2:8000")]


@dataclass(frozen=True, slots=True)
class ProxyRule(RawFact):
    """A rule that sends some paths somewhere: nginx's `location`, Caddy's `handle`, a key of Vite's `server.proxy`.

    `uri` is the path in nginx's `proxy_pass`, None for none; `target` the expression that the host comes from where
    code decides it; `fallback` nginx's last argument of `try_files`, or where its `error_page` leads.
    """

    at: At
    tool: Annotated[str, Column("nginx, caddy, traefik, vite, webpack, next, vercel, ...", "nginx")]
    server: Annotated[int, Column("Number of the server within the file; 0 where there is none.", "1")]
    rule: Annotated[int, Column("Its number within the file, in the order of the file, from 1.", "3")]
    parent: Annotated[int, Column("The rule around it; 0 for none.", "0")]
    matcher: Annotated[
        str, Column("exact, prefix, prefix-stop (`^~`), regex, regex-i, glob, pattern, named.", "prefix")
    ]
    pattern: Annotated[str, Column("What paths are compared with.", "/api/")]
    action: Annotated[str, Column("proxy, files, return, fastcgi, or none.", "proxy")]
    scheme: Annotated[str, Column("Scheme of the target, or empty.", "http")]
    host: Annotated[str, Column("Host or upstream of the target; empty when it is not known.", "api")]
    port: Annotated[str, Column("Port of the target, or empty.", "8000")]
    websocket: Annotated[str, Column("Whether it passes a WebSocket's handshake on: yes, no or unknown.", "no")]
    serves_files: Annotated[bool, Column("Whether it answers with files, at least for some paths.")]
    complete: Annotated[bool, Column("Whether everything that decides the target and its path is understood.")]
    target_at: Annotated[Site, Column("Where the target stands; the rule itself when it has none.")]
    uri: str | None = None
    rewrites: tuple[Rewrite, ...] = ()
    fallback: str = ""
    target: Expr | None = None


@dataclass(frozen=True, slots=True)
class ProxyHeader(RawFact):
    """A header that a proxy adds to responses: nginx's `add_header`, Caddy's `header`."""

    at: At
    server: Annotated[int, Column("Number of the server within the file; 0 outside of one.", "1")]
    rule: Annotated[int, Column("Number of the rule within the file; 0 outside of one.", "3")]
    name: Annotated[str, Column("The header, as written.", "Content-Security-Policy", index=True)]
    value: Annotated[str, Column("Its value.", "default-src 'self'")]
    always: Annotated[bool, Column("Whether error responses have it too.")]


@dataclass(frozen=True, slots=True)
class ProxyInclude(RawFact):
    """Another file that a configuration takes in."""

    at: At
    server: Annotated[int, Column("Number of the server that it stands in; 0 outside of one.", "1")]
    rule: Annotated[int, Column("Number of the rule that it stands in; 0 outside of one.", "0")]
    pattern: Annotated[str, Column("The path as written, with its wildcards.", "/etc/nginx/conf.d/*.conf")]


@dataclass(frozen=True, slots=True)
class ComposeLabel(RawFact):
    """A label of a compose service."""

    at: At
    service: Annotated[str, Column("The service.", "api", index=True)]
    key: Annotated[str, Column("The label's name.", "traefik.enable", index=True)]
    value: Annotated[str, Column("Its value as written.", "true")]
