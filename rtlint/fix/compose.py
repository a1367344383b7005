"""Compose files: ports of a service."""

from __future__ import annotations

import re
from collections.abc import Mapping as Arguments

from rtlint.extract.yaml_nodes import Mapping, Node, Scalar, Sequence, read
from rtlint.facts.site import Site
from rtlint.findings import Edit
from rtlint.fix.source import Source


def publish_port(source: Source, at: Site, arguments: Arguments[str, str]) -> list[Edit] | None:
    """Publish `port` of the service at a place on the same port of the host.

    Left alone: a service whose ports come from a merged mapping, and a port that the file names already.
    """
    port = arguments["port"]
    if not port.isdigit() or re.search(rf"(?<!\d){port}:", source.text):
        return None
    service = _service(source, at)
    if service is None or not service.pairs:
        return None
    keys = {key.value: value for key, value in service.pairs if isinstance(key, Scalar)}
    ports = keys.get("ports")
    if ports is None:
        return None if "<<" in keys else _new_list(source, service, port)
    return _new_item(source, ports, port) if isinstance(ports, Sequence) and ports.items else None


def _service(source: Source, at: Site) -> Mapping | None:
    """Return the mapping of the service whose name stands at a site."""
    start, _ = source.range(at)
    pending: list[Node] = list(read(source.path, source.text).documents)
    depth = 0
    while pending and depth < 4:
        pairs = [pair for node in pending if isinstance(node, Mapping) for pair in node.pairs]
        for key, value in pairs:
            if key.start == start and isinstance(value, Mapping):
                return value
        pending = [value for _, value in pairs]
        depth += 1
    return None


def _new_list(source: Source, service: Mapping, port: str) -> list[Edit] | None:
    """Add the key `ports` behind the first one of the service."""
    if source.text[service.start : service.start + 1] == "{":
        return None
    end = _end_of_entry(source, service, 0)
    indent = source.indent(service.pairs[0][0].start)
    if source.text[source.line_start(service.start) : service.start].strip():
        return None
    before = "" if source.text[:end].endswith("\n") else "\n"
    return [source.edit(end, end, f'{before}{indent}ports:\n{indent}  - "{port}:{port}"\n')]


def _end_of_entry(source: Source, service: Mapping, number: int) -> int:
    """Return the beginning of the line behind an entry: where the next one begins, or the end of this one's value."""
    _, value = service.pairs[number]
    return source.next_line(max(value.end - 1, value.start))


def _new_item(source: Source, ports: Sequence, port: str) -> list[Edit] | None:
    """Add an item in the form and with the quotes of the last one."""
    last = ports.items[-1]
    if ports.start > last.start or source.text[source.line_start(last.start) : last.start].count("*"):
        return None
    if source.text[ports.start : ports.start + 1] == "[":
        quote = last.style if isinstance(last, Scalar) and last.style in {"'", '"'} else '"'
        return [source.edit(last.end, last.end, f", {quote}{port}:{port}{quote}")]
    style = last.style if isinstance(last, Scalar) and last.style in {"'", '"'} else '"'
    head = source.text[source.line_start(ports.items[0].start) : ports.items[0].start]
    if not re.fullmatch(r"\s*-\s+", head):
        return None
    end = source.next_line(max(last.end - 1, last.start))
    before = "" if source.text[:end].endswith("\n") else "\n"
    return [source.edit(end, end, f"{before}{head}{style}{port}:{port}{style}\n")]


def require_variable(source: Source, at: Site, arguments: Arguments[str, str]) -> list[Edit] | None:
    """Let compose stop when the variable `name`, interpolated at a place, is unset or blank: `${NAME:?error}`.

    Source: https://docs.docker.com/reference/compose-file/interpolation/.
    """
    name = arguments["name"]
    if source.text_at(at) not in {f"${{{name}}}", f"${name}"}:
        return None
    return [source.edit(*source.range(at), f"${{{name}:?set {name}}}")]
