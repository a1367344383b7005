from __future__ import annotations

import pytest

from rtlint.link.urls import Url, scope, split


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/pusher/auth?x=1", Url("", "", "", "/pusher/auth")),
        ("https://api.example.com:8443/a/b#c", Url("https", "api.example.com", "8443", "/a/b")),
        ("//cdn.example.com/x", Url("", "cdn.example.com", "", "/x")),
        ("ws://user:secret@[::1]:6001", Url("ws", "::1", "6001", "/")),
        ("pusher/auth", Url("", "", "", "pusher/auth")),
        ("", Url("", "", "", "")),
    ],
)
def test_split(text: str, expected: Url) -> None:
    assert split(text) == expected


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("localhost", "local"),
        ("127.0.0.1", "local"),
        ("::1", "local"),
        ("soketi", "private"),
        ("10.0.0.8", "private"),
        ("app.test", "private"),
        ("ws-eu.pusher.com", "public"),
        ("8.8.8.8", "public"),
        ("", ""),
    ],
)
def test_scope(host: str, expected: str) -> None:
    assert scope(host) == expected
