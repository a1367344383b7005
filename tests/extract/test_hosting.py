from __future__ import annotations

import pytest

from rtlint.extract.hosting import extract
from rtlint.facts.proxies import ProxyRule
from rtlint.facts.raw import Problem
from rtlint.facts.site import Site


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("_redirects", "# x\n/a/* http://api/:splat 200 # y\n", [("/a/*", True, Site("_redirects", 2, 1, 2, 27))]),
        ("_redirects", "/a/* http://api/:splat\n", [("/a/*", False, Site("_redirects", 1, 1, 1, 23))]),
        ("_redirects", "/a/* http://api/:splat 200 Country=de\n", [("/a/*", False, Site("_redirects", 1, 1, 1, 38))]),
        ("_redirects", "/* /index.html 200\n", []),
        (
            "netlify.toml",
            '[[redirects]]\nfrom = "/a/*"\nto = "http://api/:splat"\nstatus = 200\n',
            [("/a/*", True, Site("netlify.toml", 2, 1, 2, 14))],
        ),
        (
            "vercel.json",
            '{"rewrites": [{"source": "/a/:p*", "destination": "https://api/:p*"}]}',
            [("/a/:p*", True, Site("vercel.json", 1, 15, 1, 69))],
        ),
        (
            "web/proxy.conf.json",
            '{ // all\n  "/a": {"target": "http://api", "ws": true},\n}',
            [("/a", True, Site("web/proxy.conf.json", 2, 3, 2, 45))],
        ),
    ],
)
def test_rules(path: str, text: str, expected: list[tuple[str, bool, Site]]) -> None:
    found = [fact for fact in extract(path, text.encode()) if isinstance(fact, ProxyRule)]
    assert [(rule.pattern, rule.complete, rule.at) for rule in found] == expected


@pytest.mark.parametrize(
    ("path", "text", "code"),
    [
        ("vercel.json", "{", "RT901"),
        ("vercel.json", "[" * 5_000, "RT905"),
        ("vercel.json", "[1, null]", ""),
        ("netlify.toml", "[[redirects", "RT901"),
        ("netlify.toml", "a = " + "[" * 5_000, "RT901"),
        ("netlify.toml", "redirects = [1]", ""),
        ("_redirects", "\ufffd\x01 \n\n/x", ""),
        ("proxy.conf.json", "", "RT901"),
    ],
)
def test_hostile(path: str, text: str, code: str) -> None:
    found = extract(path, text.encode())
    assert [fact.code for fact in found if isinstance(fact, Problem)] == ([code] if code else [])
