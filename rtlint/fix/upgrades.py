"""Proxies: what passes a WebSocket handshake on.

Source: https://nginx.org/en/docs/http/websocket.html; for development servers the option `ws`,
https://vite.dev/config/server-options#server-proxy.
"""

from __future__ import annotations

from collections.abc import Mapping

from rtlint.extract.nginx_text import Directive, parse, walk
from rtlint.facts.site import Site
from rtlint.findings import Edit
from rtlint.fix.options import add_pair
from rtlint.fix.scripts import script_at
from rtlint.fix.source import Source

_NEEDED = {
    "proxy_http_version": "proxy_http_version 1.1;",
    "proxy_set_header Upgrade": "proxy_set_header Upgrade $http_upgrade;",
    "proxy_set_header Connection": 'proxy_set_header Connection "upgrade";',
}


def pass_upgrade(source: Source, at: Site, _arguments: Mapping[str, str]) -> list[Edit] | None:
    """Let the proxy rule at a place pass the handshake on: a location of nginx, or a rule of a development server."""
    return _in_nginx(source, at) if arguments_of_nginx(source) else _in_script(source, at)


def arguments_of_nginx(source: Source) -> bool:
    """Tell whether a file is no script."""
    return not source.path.endswith((".ts", ".js", ".mjs", ".cjs", ".mts", ".cts", ".json", ".vue"))


def _in_nginx(source: Source, at: Site) -> list[Edit] | None:
    directives, problem = parse(source.lines)
    found = next((item for item in walk(directives) if item.block and item.site(source.lines) == at), None)
    if problem or found is None or found.block is None:
        return None
    own = {_key(item): item for item in found.block}
    passing = own.get("proxy_pass")
    if passing is None or _would_lose_headers(directives, found, own):
        return None
    edits = [_corrected(source, own[key], line) for key, line in _NEEDED.items() if key in own and not _right(own[key])]
    missing = [line for key, line in _NEEDED.items() if key not in own]
    end = source.line_end(passing.words[-1].end)
    if not source.alone(passing.words[0].start, passing.words[-1].end + 1):
        return None
    indent = source.indent(passing.words[0].start)
    if missing:
        edits.append(source.edit(end, end, "".join(f"\n{indent}{line}" for line in missing)))
    return edits


def _key(directive: Directive) -> str:
    header = directive.name == "proxy_set_header" and directive.args
    return f"{directive.name} {directive.args[0].title()}" if header else directive.name


def _right(directive: Directive) -> bool:
    """Tell whether a directive passes the handshake on as it stands."""
    value = directive.args[-1] if directive.args else ""
    if directive.name == "proxy_http_version":
        return value == "1.1"
    return "$" in value or value.lower() == "upgrade"


def _corrected(source: Source, directive: Directive, line: str) -> Edit:
    return source.edit(directive.words[0].start, directive.words[-1].end, line.rstrip(";"))


def _would_lose_headers(directives: list[Directive], location: Directive, own: Mapping[str, Directive]) -> bool:
    """Tell whether a first `proxy_set_header` would end the inheritance of those from outer levels.

    Source: https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_set_header.
    """
    if any(key.startswith("proxy_set_header") for key in own):
        return False
    outer = [item for item in walk(directives) if item.block and location in item.block]
    while outer:
        block = outer[0].block or []
        if any(item.name in {"proxy_set_header", "include"} for item in block):
            return True
        outer = [item for item in walk(directives) if item.block and outer[0] in item.block]
    return any(item.name in {"proxy_set_header", "include"} for item in directives)


def _in_script(source: Source, at: Site) -> list[Edit] | None:
    start, end = source.range(at)
    script = script_at(source, start)
    if script is None:
        return None
    for node in script.around(source, start, end):
        value = node.child_by_field_name("value") if node.type == "pair" else node
        if value is not None and value.type == "object":
            return add_pair(source, script, value, "ws", "true")
        if value is not None and value.type == "string" and node.type == "pair":
            first, last = script.range(value)
            return [source.edit(first, last, f"{{ target: {source.text[first:last]}, ws: true }}")]
        if script.range(node) != (start, end):
            return None
    return None
