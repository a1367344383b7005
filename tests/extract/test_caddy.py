from __future__ import annotations

import pytest

from rtlint.extract.caddy import extract
from rtlint.facts.proxies import ProxyHeader, ProxyRule, ProxyServer
from rtlint.facts.raw import Problem
from rtlint.facts.rewrites import Rewrite
from rtlint.facts.site import Site


def rules(text: str) -> list[ProxyRule]:
    return [fact for fact in extract("Caddyfile", text.encode()) if isinstance(fact, ProxyRule)]


def test_a_site_in_the_order_of_caddy() -> None:
    text = """{
  email a@example.com
}
(common) {
  header Content-Security-Policy "default-src 'self'"
}
example.com, :8080 {
  import common
  reverse_proxy /ws/* live:6001
  handle {
    root * /srv
    try_files {path} /index.html
    file_server
  }
  handle_path /api/v1/* {
    reverse_proxy http://{$HOST}:8000 {
      header_up Host {host}
    }
  }
  @api path /api/* /auth
  handle @api {
    uri strip_prefix /api
    rewrite * /v2{uri}
    reverse_proxy api
  }
}
"""
    found = extract("Caddyfile", text.encode())
    server = next(fact for fact in found if isinstance(fact, ProxyServer))
    assert (server.names, server.ports, server.complete) == ("example.com :8080", "443 8080", True)
    assert [(rule.pattern, rule.action, rule.host, rule.port, rule.complete) for rule in rules(text)] == [
        ("/api/v1/*", "proxy", "", "8000", True),
        ("/api/*", "proxy", "api", "", True),
        ("/auth", "proxy", "api", "", True),
        ("*", "files", "", "", True),
        ("/ws/*", "proxy", "live", "6001", True),
    ]
    assert rules(text)[0].rewrites == (Rewrite("strip", "/api/v1/"),)
    assert rules(text)[1].rewrites == (Rewrite("prepend", "", "/v2"), Rewrite("strip", "/api"))
    assert rules(text)[0].at == Site("Caddyfile", 15, 3, 15, 24)
    assert [(fact.name, fact.value) for fact in found if isinstance(fact, ProxyHeader)] == [
        ("Content-Security-Policy", "default-src 'self'")
    ]


@pytest.mark.parametrize(
    "text",
    [
        "a.com {\n  route {\n    reverse_proxy api\n  }\n}",
        "a.com {\n  import other.caddy\n  reverse_proxy api\n}",
        "a.com {\n  rewrite /a /b\n  reverse_proxy api\n}",
        "a.com {\n  @m header X y\n  reverse_proxy @m api\n}",
        "a.com {\n  handle /a/* {\n    rewrite * /b{path}\n    reverse_proxy api\n  }\n}",
        "a.com {\n  reverse_proxy api {\n    rewrite /x\n  }\n}",
    ],
)
def test_what_is_not_understood(text: str) -> None:
    facts = extract("Caddyfile", text.encode())
    assert not all(fact.complete for fact in facts if isinstance(fact, ProxyServer | ProxyRule))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a.com {\n  handle {\n", "RT901"),
        ("}\n", "RT901"),
        ("a {\n" * 60, "RT905"),
        ("", ""),
        ('"open', ""),
        ("\x00\ufffd {}", ""),
        ("example.com\nreverse_proxy api:8000\n", ""),
    ],
)
def test_hostile(text: str, code: str) -> None:
    found = extract("Caddyfile", text.encode())
    assert [fact.code for fact in found if isinstance(fact, Problem)] == ([code] if code else [])


def test_a_nested_block_without_a_name_is_no_crash() -> None:
    """Found by tests/test_properties.py."""
    for text in ("a b\n{", "a {\n{\n}\n}\n", "{\n{\n}\n}\n", "a\n{\nreverse_proxy b:1\n}\n"):
        extract("Caddyfile", text.encode())
