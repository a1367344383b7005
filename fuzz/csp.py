"""Fuzzes the readers of Content Security Policies, and the fix that adds a host to one."""

from __future__ import annotations

from collections.abc import Iterator

from fuzz.harness import files, run
from rtlint.facts.csp import CspMeta
from rtlint.facts.proxies import ProxyHeader
from tests.properties import POLICY_FRAGMENTS, check_policy, facts


def policies() -> Iterator[bytes]:
    """Yield the policies of pages and of headers that proxies add."""
    for kind, data in files():
        for fact in facts(kind, data).facts if kind in {"html", "nginx", "caddy"} else ():
            if isinstance(fact, CspMeta):
                yield fact.policy.encode()
            elif isinstance(fact, ProxyHeader):
                yield fact.value.encode()


if __name__ == "__main__":
    run(check_policy, policies(), POLICY_FRAGMENTS)
