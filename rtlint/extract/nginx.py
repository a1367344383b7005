"""nginx: servers, upstreams and locations, with what each location makes of a request.

Sources: https://nginx.org/en/docs/http/ngx_http_core_module.html#location,
https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_pass,
https://nginx.org/en/docs/http/ngx_http_rewrite_module.html, https://nginx.org/en/docs/http/websocket.html. Includes are
facts and are not followed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from rtlint.extract.dotenv_text import Lines, decode
from rtlint.extract.nginx_text import TEMPLATE, Directive, parse, walk
from rtlint.facts.proxies import ProxyHeader, ProxyInclude, ProxyRule, ProxyServer, ProxyUpstream
from rtlint.facts.raw import RawFact
from rtlint.facts.records import dataclass, field, replace
from rtlint.facts.rewrites import Rewrite
from rtlint.facts.site import whole_file
from rtlint.patterns import regex

_MATCHERS = {"=": "exact", "~": "regex", "~*": "regex-i", "^~": "prefix-stop"}
_URL = regex(
    r"(?P<scheme>[a-z]+)://(?P<host>(?:(?!\$\{?(?:request_uri|uri|document_uri)\b)[^/?])+)(?P<uri>[/?$].*)?", re.DOTALL
)
_UNIX = regex(r"(?P<scheme>https?)://unix:[^:]+(?::(?P<uri>/.*))?", re.DOTALL)
_VARIABLE = regex(r"\$(?:\{(\w+)\}|(\w+))")
_PLACEHOLDER = regex(r"[A-Z][A-Z0-9_]*")
_HARMLESS_IN_IF = frozenset({"return", "set", "add_header", "expires", "access_log", "error_log", "charset"})
_OPAQUE = regex(r"(?:content|rewrite|access|server_rewrite|balancer)_by_lua|^js_content$|^perl$|^post_action$|^njs_")
_PASSES = {"proxy_pass": "proxy", "grpc_pass": "proxy", "fastcgi_pass": "fastcgi"}
_OTHER_PASSES = frozenset({"uwsgi_pass", "scgi_pass", "memcached_pass"})
_FILES = frozenset({"root", "alias", "try_files", "index", "autoindex"})


def extract(path: str, data: bytes) -> list[RawFact]:
    """Read a configuration of nginx, or a part of one that others include.

    Returns:
        Its servers, rules, upstreams, headers and includes; a Problem where it can't be read. A template of another
        language than envsubst's gives an incomplete server and nothing else.
    """
    text = decode(data)
    if TEMPLATE.search(text):
        return [ProxyServer(whole_file(path), "nginx", 0, "", "", complete=False)]
    lines = Lines(path, text)
    directives, problem = parse(lines)
    reader = _Reader(lines, _maps(directives))
    reader.level(directives, _Level())
    reader.facts.sort(key=lambda fact: (fact.at.line, fact.at.column))
    if problem is None:
        return reader.facts
    broken = ProxyServer(problem.at, "nginx", 0, "", "", complete=False)
    return [*reader.facts, broken, problem]


def _maps(directives: list[Directive]) -> frozenset[str]:
    """Return the variables that a `map $http_upgrade $x` sets."""
    maps = (item.args for item in walk(directives) if item.name == "map")
    return frozenset(args[1] for args in maps if len(args) == 2 and args[0] == "$http_upgrade")


@dataclass(frozen=True, slots=True)
class _Level:
    """What a block inherits from those around it; headers by name in lower case, variables as `set` gives them."""

    server: int = 0
    rule: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    version: str = ""
    included: bool = False
    variables: Mapping[str, str] = field(default_factory=dict)


class _Reader:
    def __init__(self, lines: Lines, maps: frozenset[str]) -> None:
        self.facts: list[RawFact] = []
        self._lines = lines
        self._maps = maps
        self._servers = 0
        self._rules = 0

    def level(self, block: list[Directive], outer: _Level) -> None:
        """Read the directives of one block, then the blocks in it."""
        level = _inherited(block, outer)
        for item in block:
            self._simple(item, level)
            if item.name == "server" and item.block is not None:
                self._server(item, level)
            elif item.name == "location" and item.block is not None:
                self._location(item, level)
            elif item.name == "upstream" and item.block is not None:
                self._upstream(item)
            elif item.name == "http" and item.block is not None:
                self.level(item.block, level)
        if not outer.server and not outer.rule and any(item.name in {"location", "proxy_set_header"} for item in block):
            self._top(block)

    def _top(self, block: list[Directive]) -> None:
        """Report what stands outside of any server: the part of one that includes the file."""
        own = [item for item in block if item.name == "location" or item.block is None]
        at = own[0].site(self._lines)
        self.facts.append(ProxyServer(at, "nginx", 0, "", "", _complete(own), _answers(own), _rewrites(own)))

    def _simple(self, item: Directive, level: _Level) -> None:
        at = item.site(self._lines)
        if item.name == "include" and item.args:
            self.facts.append(ProxyInclude(at, level.server, level.rule, item.args[0]))
        if item.name == "add_header" and len(item.args) >= 2:
            header = ProxyHeader(at, level.server, level.rule, item.args[0], item.args[1], "always" in item.args[2:])
            self.facts.append(header)

    def _upstream(self, item: Directive) -> None:
        servers = [inner.args[0] for inner in item.block or () if inner.name == "server" and inner.args]
        if item.args:
            self.facts.append(ProxyUpstream(item.site(self._lines), item.args[0], " ".join(servers)))

    def _server(self, item: Directive, level: _Level) -> None:
        self._servers += 1
        block = item.block or []
        names = " ".join(name for inner in block if inner.name == "server_name" for name in inner.args)
        ports = " ".join(dict.fromkeys(_port(inner) for inner in block if inner.name == "listen" and inner.args))
        at = item.site(self._lines)
        self.facts.append(
            ProxyServer(
                at, "nginx", self._servers, names, ports or "80", _complete(block), _answers(block), _rewrites(block)
            )
        )
        self.level(block, replace(level, server=self._servers))

    def _location(self, item: Directive, outer: _Level) -> None:
        self._rules += 1
        rule = self._rules
        matcher, pattern = _matcher(item.args)
        block = item.block or []
        level = _inherited(block, outer)
        passed = next((inner for inner in block if inner.name in _PASSES and len(inner.args) == 1), None)
        target = _target(passed, level, matcher)
        redirect, files = _fallback(block), any(inner.name in _FILES for inner in block)
        action = _PASSES[passed.name] if passed else "none"
        self.facts.append(
            ProxyRule(
                at=item.site(self._lines),
                tool="nginx",
                server=level.server,
                rule=rule,
                parent=outer.rule,
                matcher=matcher,
                pattern=pattern,
                action="return" if _answers(block) == "return" else action if passed else "files",
                scheme=target.scheme,
                host=target.host,
                port=target.port,
                websocket=self._websocket(level) if action == "proxy" else "no",
                serves_files=files or not passed,
                complete=_complete(block) and target.known and redirect is not None and matcher != "unknown",
                target_at=passed.site(self._lines) if passed else item.site(self._lines),
                uri=target.uri,
                rewrites=_rewrites(block),
                fallback=redirect or "",
            )
        )
        self.level(block, replace(outer, rule=rule))

    def _websocket(self, level: _Level) -> str:
        """Tell whether the handshake's headers are passed on, which are hop by hop and need to be named.

        `proxy_http_version` has become 1.1 by default in nginx 1.29.7, so that its absence decides nothing.
        """
        upgrade, connection = level.headers.get("upgrade", ""), level.headers.get("connection", "")
        mapped = connection in self._maps or connection.replace("{", "").replace("}", "") in self._maps
        plain = connection.lower() == "upgrade" or connection == "$http_connection" or mapped
        if upgrade and plain and level.version != "1.0":
            return "yes" if level.version else "unknown"
        variable = "$" in connection
        return "unknown" if level.included or (upgrade and variable) else "no"


@dataclass(frozen=True, slots=True)
class _Target:
    """Where a location passes to; `known` tells whether its path is understood."""

    scheme: str = ""
    host: str = ""
    port: str = ""
    uri: str | None = None
    known: bool = True


def _inherited(block: list[Directive], outer: _Level) -> _Level:
    """Return the level of a block: its `proxy_set_header`s replace all those outside, if it has any."""
    own = {
        item.args[0].lower(): item.args[1] for item in block if item.name == "proxy_set_header" and len(item.args) == 2
    }
    versions = [item.args[0] for item in block if item.name == "proxy_http_version" and item.args]
    sets = {item.args[0].lstrip("$"): item.args[1] for item in block if item.name == "set" and len(item.args) == 2}
    return replace(
        outer,
        headers=own or outer.headers,
        version=versions[-1] if versions else outer.version,
        included=outer.included or any(item.name == "include" for item in block),
        variables={**outer.variables, **sets},
    )


def _port(item: Directive) -> str:
    """Return the port of a `listen`: 80 where it names an address only."""
    address = item.args[0]
    port = address.rpartition(":")[2] if ":" in address and not address.endswith("]") else address
    return "" if address.startswith("unix:") else port if port.isdigit() or "$" in port else "80"


def _matcher(args: list[str]) -> tuple[str, str]:
    """Return how a location matches, and what: `= /x`, `^~/x`, `~ regex`, `@name`."""
    if len(args) == 2:
        return _MATCHERS.get(args[0], "unknown"), args[1]
    text = args[0] if len(args) == 1 else ""
    for sign in ("^~", "~*", "=", "~"):
        if text.startswith(sign):
            return _MATCHERS[sign], text.removeprefix(sign)
    return ("named" if text.startswith("@") else "prefix" if text else "unknown"), text


def _target(item: Directive | None, level: _Level, matcher: str) -> _Target:
    """Read the argument of a `proxy_pass`, with what `set` gave its variables.

    A `uri` that nginx passes as it is, because there are variables in the argument, begins with `=`.
    """
    if item is None or item.name != "proxy_pass":
        return _Target()
    text = _VARIABLE.sub(lambda found: level.variables.get(found[1] or found[2], found[0]), item.args[0])
    found = _UNIX.fullmatch(text) or _URL.fullmatch(text)
    if found is None:
        return _Target(known=False)
    host, uri = found.groupdict().get("host") or "", found["uri"]
    name, _, port = host.rpartition(":") if re.search(r":[^\]:]*$", host) else (host, "", "")
    runtime = _runtime(item.args[0])
    known = not uri or (uri.startswith(("/", "$")) and (runtime or not matcher.startswith("regex")))
    name, port = (text if "$" not in text else "" for text in (name.lower(), port))
    return _Target(found["scheme"], name, port, "=" + uri if uri and runtime else uri, known)


def _runtime(text: str) -> bool:
    """Tell whether a text has variables of nginx, not only placeholders of envsubst in upper case."""
    return any(not _PLACEHOLDER.fullmatch(found[1] or found[2]) for found in _VARIABLE.finditer(text))


def _fallback(block: list[Directive]) -> str | None:
    """Return where requests go that match no file: a named location or a path; None where it is not understood."""
    tried = [item.args[-1] for item in block if item.name == "try_files" and item.args]
    pages = [item.args for item in block if item.name == "error_page" and len(item.args) > 1]
    if any(args[-1].startswith("@") for args in pages):
        return None
    if not tried or tried[-1].startswith("="):
        return ""
    return tried[-1]


def _rewrites(block: list[Directive]) -> tuple[Rewrite, ...]:
    """Return the rewrites of a block, in their order; `break` ends them."""
    found: list[Rewrite] = []
    for item in block:
        if item.name == "rewrite" and len(item.args) in {2, 3}:
            flag = item.args[2] if len(item.args) == 3 else ""
            found.append(Rewrite("nginx", item.args[0], item.args[1], flag))
        elif item.name == "break":
            break
    return tuple(found)


def _answers(block: list[Directive]) -> str:
    """Tell whether a block answers every request by itself."""
    return "return" if any(item.name == "return" for item in block) else "none"


def _complete(block: list[Directive]) -> bool:
    """Tell whether nothing in a block sends requests somewhere in a way that is not read."""
    for item in block:
        if _OPAQUE.search(item.name) or item.name in _OTHER_PASSES:
            return False
        inner = item.block or []
        if item.name == "if" and any(each.name not in _HARMLESS_IN_IF for each in inner):
            return False
        if item.name == "limit_except" and any(each.name in _PASSES for each in inner):
            return False
        if item.name == "return" and any(each.name == "rewrite" for each in block):
            return False
    return True
