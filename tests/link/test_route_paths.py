from __future__ import annotations

import sqlite3

import pytest

from rtlint.facts.derived import Backend, ServedRoute
from rtlint.facts.site import Site
from rtlint.link.route_paths import find, glob, nearest


def route(path: str, method: str = "POST") -> ServedRoute:
    at = Site("a.py", 1, 1, 1, 1)
    return ServedRoute(1, at, method, "http", path, glob(path), at)


@pytest.mark.parametrize(
    ("served", "asked", "matches"),
    [
        ("/pusher/auth", "/pusher/auth", True),
        ("/pusher/auth", "/pusher/auth/", True),
        ("/pusher/auth/", "/pusher/auth", True),
        ("/users/{id}/auth", "/users/7/auth", True),
        ("/users/{id}/auth", "/users/7/8/auth", False),
        ("/files/{rest:path}", "/files/a/b", True),
        ("/pusher/auth", "/api/pusher/auth", False),
        ("/a.b", "/axb", False),
    ],
)
def test_find(served: str, asked: str, matches: bool) -> None:
    assert bool(find([route(served)], "POST", asked)) is matches


def test_the_method_counts() -> None:
    assert not find([route("/x", "GET")], "POST", "/x")
    assert find([route("/x", "*")], "POST", "/x")


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/api/pusher/auth", "/api/v1/pusher/auth"),
        ("/api/v1/pusher/auht", "/api/v1/pusher/auth"),
        ("/broadcasting/auth", "/broadcasting/auth2"),
        ("/totally/else", None),
    ],
)
def test_nearest(path: str, expected: str | None) -> None:
    served = [route("/api/v1/pusher/auth"), route("/api/v1/orders"), route("/broadcasting/auth2"), route("/{any}")]
    found = nearest(served, path)
    assert (found.path if found else None) == expected


def test_glob_brackets_its_own_wildcards() -> None:
    assert glob("/a*/[x]/{id}") == "/a[*]/[[]x]/*"


def backend(framework: str) -> Backend:
    return Backend(1, Site("a", 1, 1, 1, 1), framework, "", routes_complete=True)


@pytest.mark.parametrize(
    ("framework", "path", "asked", "matches"),
    [
        ("fastapi", "/x", "/x/", True),
        ("fastapi", "/x/", "/x", True),
        ("fastapi", "/X", "/x", False),
        ("fastapi", "/x", "/x//", True),
        ("flask", "/x", "/x/", False),
        ("flask", "/x/", "/x", True),
        ("flask", "/X", "/x", False),
        ("flask", "/f/{p:path}", "/f/", False),
        ("starlette", "/f/{p:path}", "/f", True),
        ("express", "/x", "/x/", True),
        ("express", "/X/{id}", "/x/7", True),
        ("express", "/{id}", "/", False),
        ("", "/X", "/x/", True),
    ],
)
def test_find_follows_the_framework(framework: str, path: str, asked: str, matches: bool) -> None:
    assert bool(find([route(path)], "POST", asked, [backend(framework)])) is matches


def test_starlette_redirects_only_where_nothing_fits_the_path_itself() -> None:
    known = [route("/x", "GET"), route("/x/", "POST")]
    assert find(known, "POST", "/x", [backend("starlette")]) == ()
    assert find(known, "POST", "/x", [backend("flask")]) == (known[1],)


def test_head_and_options_are_implied() -> None:
    assert find([route("/x", "GET")], "HEAD", "/x")
    assert not find([route("/x", "POST")], "HEAD", "/x")
    assert find([route("/x", "POST")], "OPTIONS", "/x")


def test_a_path_of_many_parameters_is_matched_in_linear_time() -> None:
    assert not find([route("/" + "{a}" * 40 + "x")], "POST", "/" + "a" * 5_000)


@pytest.mark.parametrize(
    ("path", "routes", "expected"),
    [
        ("/api/pusher/auth", ["/api/pusher", "/v1/api/pusher/auth", "/api/pusher/x"], "/v1/api/pusher/auth"),
        ("/api/v1/pusher/auth", ["/pusher/auth", "/api/pusher/auth"], "/api/pusher/auth"),
        ("/api/pusher/auth", ["/api/{provider}/auth", "/api/pushers/auth"], "/api/pushers/auth"),
        ("/api/pusher/auth", ["/{rest:path}", "/", "/health"], None),
        ("/api/pusher/auth", ["/api/orders/{id}", "/api/users"], None),
        ("/pusher/auth", ["/api/v1/realtime/pusher/auth"], None),
        ("/", ["/", "/x"], None),
    ],
)
def test_nearest_prefers(path: str, routes: list[str], expected: str | None) -> None:
    found = nearest([route(item) for item in routes], path)
    assert (found.path if found else None) == expected


@pytest.mark.parametrize(
    ("path", "matching", "other"),
    [
        ("/a*b/{id}", "/a*b/7", "/axb/7"),
        ("/[x]?/{rest:path}", "/[x]?/a/b", "/x?/a"),
        ("/]/{a}-{b}", "/]/1-2", "/]/12"),
        ("/plain", "/plain", "/Plain"),
    ],
)
def test_sqlite_reads_the_globs_as_they_are_meant(path: str, matching: str, other: str) -> None:
    query = sqlite3.connect(":memory:").execute("SELECT ? GLOB ?, ? GLOB ?", (matching, glob(path), other, glob(path)))
    assert query.fetchone() == (1, 0)
