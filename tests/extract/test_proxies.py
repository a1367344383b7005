from __future__ import annotations

import pytest

from rtlint.extract.proxies import extract
from rtlint.facts.raw import PathRewrite


def prefixes(text: str, path: str = "nginx.conf") -> list[str]:
    return [fact.prefix for fact in extract(path, text.encode()) if isinstance(fact, PathRewrite)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("location /api/ {\n proxy_pass http://api:8000/;\n}", ["/api/"]),
        ("location /api/ { proxy_pass http://api:8000/v1/; }", ["/api/"]),
        ("location /api/ {\n proxy_pass http://api:8000;\n}", []),
        ("location /api/ {\n proxy_pass http://api$request_uri;\n}", []),
        ("location /api/ {\n # proxy_pass http://api/;\n}", []),
        ("location ~ ^/x/(.*) {\n rewrite ^/x/(.*) /$1 break;\n}", ["/"]),
        ("location / { try_files $uri /index.html; }", []),
        ("\x00\xff{{{", []),
    ],
)
def test_nginx(text: str, expected: list[str]) -> None:
    assert prefixes(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("example.com {\n  handle_path /api/* {\n    reverse_proxy api:8000\n  }\n}", ["/api/"]),
        ("uri strip_prefix /api", ["/api"]),
        ("reverse_proxy /api/* api:8000", []),
    ],
)
def test_caddy(text: str, expected: list[str]) -> None:
    assert prefixes(text, "Caddyfile") == expected
