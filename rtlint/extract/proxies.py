"""nginx and Caddy: where a proxy changes the path on its way to the backend.

Only that is read here: a `proxy_pass` with a path of its own replaces the location's prefix, one without keeps the path
(https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_pass); `rewrite` does what its pattern says. Caddy's
`handle_path`, `uri` and `rewrite` do the same (https://caddyserver.com/docs/caddyfile/directives).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rtlint.facts.raw import PathRewrite, RawFact
from rtlint.facts.site import Site

_LOCATION = re.compile(r"\blocation\s+(?:(=|\^~|~\*?)\s+)?(\S+)\s*\{")
_PROXY_PASS = re.compile(
    r"\bproxy_pass\s+[^;\s]*?//[^/;\s]+(/[^;\s]*)\s*;|\bproxy_pass\s+[^;]*\$request_uri|\brewrite\s+\S+\s+\S+"
)
_CADDY = re.compile(r"^\s*(?:handle_path\s+(\S+)|uri\s+(?:strip_prefix|replace|path_regexp)\s+(\S+)|rewrite\s+(\S+))")


def extract(path: str, data: bytes) -> list[RawFact]:
    """Return the places of a proxy's configuration that change paths."""
    lines = data.decode("utf-8", "replace").splitlines()
    return list(_caddy(path, lines) if "caddy" in path.lower() else _nginx(path, lines))


def _nginx(path: str, lines: list[str]) -> Iterator[RawFact]:
    prefix = "/"
    for number, line in enumerate(lines, 1):
        code = line.partition("#")[0]
        location = _LOCATION.search(code)
        if location:
            prefix = location.group(2) if location.group(2).startswith("/") else "/"
        found = _PROXY_PASS.search(code)
        if found and "$request_uri" not in found.group():
            yield PathRewrite(Site(path, number, found.start() + 1, number, found.end() + 1), prefix)


def _caddy(path: str, lines: list[str]) -> Iterator[RawFact]:
    for number, line in enumerate(lines, 1):
        found = _CADDY.search(line.partition("#")[0])
        if found:
            prefix = next((part for part in found.groups() if part and part.startswith("/")), "/").rstrip("*")
            yield PathRewrite(Site(path, number, found.start() + 1, number, found.end() + 1), prefix or "/")
