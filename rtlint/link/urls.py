"""URLs and hosts, as far as settings hold them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from rtlint.patterns import regex

if TYPE_CHECKING:
    from ipaddress import IPv4Address, IPv6Address

_URL = regex(r"^(?:([a-zA-Z][\w+.-]*):)?//([^/?#]*)([^?#]*)")
_LOCAL_SUFFIXES = (".localhost", ".local", ".test", ".internal", ".lan", ".home.arpa")
"""Names that never leave the machine or the intranet: RFC 2606, RFC 6761, RFC 6762, RFC 8375."""


class Url(NamedTuple):
    """The parts of a URL or of a path; `host` is without port and credentials."""

    scheme: str
    host: str
    port: str
    path: str


def split(text: str) -> Url:
    """Take a text apart: an absolute URL, or a path (`scheme` and `host` are then empty)."""
    found = _URL.match(text)
    if not found:
        return Url("", "", "", re.split(r"[?#]", text, maxsplit=1)[0])
    authority = found.group(2).rpartition("@")[2]
    host, port = _host_port(authority)
    return Url((found.group(1) or "").lower(), host.lower(), port, found.group(3) or "/")


def _host_port(authority: str) -> tuple[str, str]:
    if authority.startswith("["):
        host, _, rest = authority[1:].partition("]")
        return host, rest.lstrip(":")
    host, _, port = authority.partition(":")
    return host, port


def scope(host: str) -> str:
    """Return local (this machine), private (intranet, container), public, or empty for no host.

    A name without a dot is a container or intranet name: public DNS has no hosts there (RFC 7085).
    """
    if not host:
        return ""
    if host in {"localhost", "0.0.0.0", "::1", "host.docker.internal"} or host.endswith(".localhost"):  # noqa: S104
        return "local"
    address = _address(host) if host[0].isdigit() or ":" in host else None
    if address is None:
        return "private" if "." not in host or host.endswith(_LOCAL_SUFFIXES) else "public"
    return "local" if address.is_loopback else "private" if address.is_private else "public"


def _address(host: str) -> IPv4Address | IPv6Address | None:
    """Return the address that a text is; None for a name."""
    import ipaddress

    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None
