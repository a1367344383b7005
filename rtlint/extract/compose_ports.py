"""The `ports` of a compose service, in the short and the long syntax.

Source: https://github.com/compose-spec/compose-spec/blob/170098b/05-services.md, section ports.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from rtlint.extract import interpolation
from rtlint.extract.dotenv_text import Placed
from rtlint.extract.yaml_nodes import Budget, Mapping, Node, Scalar, YamlFile, entries
from rtlint.facts.expressions import Expr
from rtlint.facts.raw import ComposePort, Problem
from rtlint.facts.records import dataclass
from rtlint.facts.site import Site
from rtlint.patterns import regex

MAX_RANGE = 1000
"""How many ports of one entry are listed; a longer range is cut and reported as RT905."""

_NUMBER = regex(r"\d{1,5}")
_RANGE = regex(r"(\d{1,5})-(\d{1,5})")


@dataclass(frozen=True, slots=True)
class _Port:
    """One side of an entry: its text with defaults (None when a variable has none) and its expression, if any."""

    text: str | None = ""
    value: Expr | None = None


def ports(file: YamlFile, service: str, node: Node, budget: Budget) -> Iterator[ComposePort | Problem]:
    """Read one entry of `ports`; what is no port at all gives nothing.

    Args:
        file: the file that the entry stands in.
        service: the service.
        node: the entry.
        budget: what the walk may visit.
    """
    if isinstance(node, Scalar):
        yield from _short(file, service, node)
    elif isinstance(node, Mapping):
        found = {key: value for key, (_, value) in entries(node, budget).items() if isinstance(value, Scalar)}
        published, target = (
            _side(file.placed(found[key])) if key in found else _Port() for key in ("published", "target")
        )
        protocol = _side(file.placed(found["protocol"])).text if "protocol" in found else "tcp"
        address = _side(file.placed(found["host_ip"])).text if "host_ip" in found else ""
        yield from _facts(file.site(node), service, published, target, protocol or "", address or "")


def _short(file: YamlFile, service: str, node: Scalar) -> Iterator[ComposePort | Problem]:
    """Read `[HOST:]CONTAINER[/PROTOCOL]`, where HOST is `[IP:](port | range)`."""
    placed = file.placed(node)
    before, *protocol = interpolation.split_outside(placed.text, "/")
    sides = [_side(placed.part(*bounds)) for bounds in interpolation.split_outside(placed.text[: before[1]], ":")]
    sides = list(chain.from_iterable(_resplit(side) for side in sides))
    published = sides[-2] if len(sides) > 1 else _Port()
    named = _side(placed.part(*protocol[0])).text or "" if protocol else "tcp"
    address = ":".join(side.text or "" for side in sides[:-2]).strip("[]")
    yield from _facts(file.site(node), service, published, sides[-1], named, address)


def _resplit(side: _Port) -> list[_Port]:
    """Take a side apart whose variable has a default with colons of its own (`${PORTS:-80:8080}`)."""
    if side.text is None or ":" not in side.text:
        return [side]
    return [_Port(text) for text in side.text.split(":")]


def _side(placed: Placed) -> _Port:
    text = placed.text.strip()
    if "$" not in text:
        return _Port(text)
    value = interpolation.parse(placed).value
    return _Port(interpolation.interpolate(text, {}) if interpolation.has_only_defaults(text) else None, value)


def _facts(
    at: Site, service: str, published: _Port, target: _Port, protocol: str, address: str
) -> Iterator[ComposePort | Problem]:
    hosts, containers = _numbers(published.text), _numbers(target.text)
    if not containers and target.value is None:
        return
    if len(hosts) > MAX_RANGE or len(containers) > MAX_RANGE:
        yield Problem(at, "RT905", f"the range has more than {MAX_RANGE} ports")
    # A range of the host for one port of the container means any of them, ranges of one length mean pairs.
    count = min(max(len(hosts), len(containers), 1), MAX_RANGE)
    for index in range(count):
        host = hosts[index] if index < len(hosts) else ""
        container = containers[min(index, len(containers) - 1)] if containers else ""
        yield ComposePort(at, service, host, container, protocol, published.value, target.value, address)


def _numbers(text: str | None) -> list[str]:
    """Return the ports that a text names: one, a range, or none when it is no port."""
    if not text:
        return []
    if _NUMBER.fullmatch(text):
        return [text]
    bounds = _RANGE.fullmatch(text)
    return [str(port) for port in range(int(bounds[1]), int(bounds[2]) + 1)] if bounds else []
