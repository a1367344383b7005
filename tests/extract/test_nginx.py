from __future__ import annotations

import pytest

from rtlint.extract.nginx import extract
from rtlint.facts.proxies import ProxyHeader, ProxyInclude, ProxyRule, ProxyServer, ProxyUpstream
from rtlint.facts.raw import Problem
from rtlint.facts.rewrites import Rewrite
from rtlint.facts.site import Site

UPGRADE = 'proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade";'


def rules(text: str) -> list[ProxyRule]:
    return [fact for fact in extract("nginx.conf", text.encode()) if isinstance(fact, ProxyRule)]


def of_location(text: str) -> ProxyRule:
    return rules(f"server {{ {text} }}")[0]


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("/api/", ("prefix", "/api/")),
        ("= /api", ("exact", "/api")),
        ("^~ /api", ("prefix-stop", "/api")),
        ("~ ^/api/(.*)$", ("regex", "^/api/(.*)$")),
        (r"~* \.(js|css)$", ("regex-i", r"\.(js|css)$")),
        ('~ "^/a{2}$"', ("regex", "^/a{2}$")),
        ("=/api", ("exact", "/api")),
        ("@name", ("named", "@name")),
    ],
)
def test_matchers(head: str, expected: tuple[str, str]) -> None:
    found = of_location(f"location {head} {{ root /srv; }}")
    assert (found.matcher, found.pattern) == expected


@pytest.mark.parametrize(
    ("passed", "expected"),
    [
        ("http://api:8000", ("http", "api", "8000", None, True)),
        ("https://Api.example.com/v1/", ("https", "api.example.com", "", "/v1/", True)),
        ("http://[::1]:80/", ("http", "[::1]", "80", "/", True)),
        ("http://unix:/run/app.sock:/base/", ("http", "", "", "/base/", True)),
        ("http://${API_HOST}:${API_PORT}/", ("http", "", "", "/", True)),
        ("http://$backend:3000", ("http", "", "3000", None, True)),
        ("http://api$request_uri", ("http", "api", "", "=$request_uri", True)),
        ("${API_URL}", ("", "", "", None, False)),
        ("$backend", ("", "", "", None, False)),
    ],
)
def test_targets(passed: str, expected: tuple[object, ...]) -> None:
    found = of_location(f"location / {{ proxy_pass {passed}; }}")
    assert (found.scheme, found.host, found.port, found.uri, found.complete) == expected


def test_a_variable_that_is_set_counts_with_its_value() -> None:
    found = of_location('location / { set $up "http://api:8000"; proxy_pass $up; }')
    assert (found.host, found.port, found.uri, found.complete) == ("api", "8000", None, True)


@pytest.mark.parametrize(
    ("server", "location", "expected"),
    [
        ("", UPGRADE, "yes"),
        (UPGRADE, "", "yes"),
        (UPGRADE, "proxy_set_header Host $host;", "no"),
        ("", UPGRADE.replace("proxy_http_version 1.1;", ""), "unknown"),
        ("", UPGRADE.replace("1.1", "1.0"), "no"),
        ("", UPGRADE.replace('"upgrade"', "$connection_upgrade"), "yes"),
        ("", UPGRADE.replace('"upgrade"', "$other"), "unknown"),
        ("", UPGRADE.replace('"upgrade"', '"keep-alive"'), "no"),
        ("", "include proxy_params;", "unknown"),
        ("", "", "no"),
    ],
)
def test_websocket(server: str, location: str, expected: str) -> None:
    mapped = "map $http_upgrade $connection_upgrade { default upgrade; '' close; }"
    found = rules(f"{mapped} server {{ {server} location / {{ {location} proxy_pass http://api; }} }}")
    assert found[0].websocket == expected


@pytest.mark.parametrize(
    "inside",
    [
        "if ($host = a) { rewrite ^ /x; }",
        "rewrite_by_lua_block { local a = {} }",
        "limit_except GET { proxy_pass http://other; }",
        "error_page 404 = @other;",
        "uwsgi_pass app:3031;",
    ],
)
def test_what_is_not_understood(inside: str) -> None:
    assert not of_location(f"location / {{ {inside} proxy_pass http://api; }}").complete


def test_all_facts_with_their_sites() -> None:
    text = """upstream back { server api:8000; server api2; }
server {
  listen 8080; listen [::]:443 ssl; server_name a.example.com b;
  add_header Content-Security-Policy "default-src 'self'" always;
  include conf.d/*.inc;
  location /ü/ { # a comment with { and "
    rewrite ^/ü/(.*)$ /$1 break;
    proxy_pass http://back;
    location /ü/in { root /srv; }
  }
}
"""
    found = extract("deploy/nginx.conf", text.encode())
    by_type = {type(fact): fact for fact in reversed(found)}
    upstream, server, rule = by_type[ProxyUpstream], by_type[ProxyServer], by_type[ProxyRule]
    assert isinstance(upstream, ProxyUpstream)
    assert isinstance(server, ProxyServer)
    assert isinstance(rule, ProxyRule)
    assert (upstream.name, upstream.servers) == ("back", "api:8000 api2")
    assert (server.names, server.ports, server.server) == ("a.example.com b", "8080 443", 1)
    assert server.at == Site("deploy/nginx.conf", 2, 1, 2, 7)
    assert by_type[ProxyHeader] == ProxyHeader(
        Site("deploy/nginx.conf", 4, 3, 4, 65), 1, 0, "Content-Security-Policy", "default-src 'self'", always=True
    )
    assert by_type[ProxyInclude] == ProxyInclude(Site("deploy/nginx.conf", 5, 3, 5, 23), 1, 0, "conf.d/*.inc")
    assert rule.at == Site("deploy/nginx.conf", 6, 3, 6, 15)
    assert rule.target_at == Site("deploy/nginx.conf", 8, 5, 8, 27)
    assert rule.rewrites == (Rewrite("nginx", "^/ü/(.*)$", "/$1", "break"),)
    inner = [fact for fact in found if isinstance(fact, ProxyRule)][1]
    assert (inner.parent, inner.action) == (rule.rule, "files")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("server { location / { proxy_pass http://a;", "RT901"),
        ("server { } }", "RT901"),
        ("server { listen 'open; }", "RT901"),
        ("server { location / ; }" * 12_000, "RT905"),
        ("server {" * 100, "RT905"),
        ("[program:nginx]\ncommand=nginx -g 'daemon off;'\n", ""),
        ("{% for x in y %} server { {% endfor %}", ""),
        ("", ""),
        ("}{;\\", ""),
        ("\ufffd\x01\xff;{", ""),
    ],
)
def test_hostile(text: str, code: str) -> None:
    found = extract("nginx.conf", text.encode())
    assert [fact.code for fact in found if isinstance(fact, Problem)] == ([code] if code else [])


@pytest.mark.parametrize("piece", ["\\", "$", "${", '"\\', "'", "a{", "#", " ", "~*"])
def test_repeated_text_comes_to_an_end(piece: str) -> None:
    assert not [fact for fact in extract("nginx.conf", piece.encode() * 200_000) if isinstance(fact, ProxyRule)]
