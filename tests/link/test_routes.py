from __future__ import annotations

import textwrap

import pytest

from rtlint.facts.derived import ServedRoute
from rtlint.facts.site import Site
from rtlint.link.route_paths import find, glob, nearest
from tests.link.routing import routes_of, table


def lines(**sources: str) -> dict[str, str]:
    """Return sources by path: `a__b_py` stands for a/b.py."""
    return {
        name.replace("__", "/")
        .replace("_py", ".py")
        .replace("_js", ".js")
        .replace("INIT", "__init__"): textwrap.dedent(text)
        for name, text in sources.items()
    }


def test_fastapi_prefixes_add_up_along_the_includes() -> None:
    found = routes_of(
        lines(
            app__main_py="""
                from fastapi import FastAPI
                from app.api import router as api
                app = FastAPI()
                app.include_router(api, prefix="/api")
            """,
            app__api__INIT_py="""
                from fastapi import APIRouter
                from . import realtime
                router = APIRouter(prefix="/v1")
                router.include_router(realtime.router, prefix="/rt")
            """,
            app__api__realtime_py="""
                from fastapi import APIRouter
                router = APIRouter(prefix="/pusher")
                @router.post("/auth")
                def auth(): ...
                @router.websocket("/ws/{room}")
                async def ws(): ...
            """,
        )
    )
    assert table(found) == {("POST", "/api/v1/rt/pusher/auth"), ("WS", "/api/v1/rt/pusher/ws/{room}")}
    assert found.backends[0].routes_complete


def test_a_router_that_is_never_included_serves_nothing() -> None:
    found = routes_of(
        lines(
            main_py="""
                from fastapi import FastAPI, APIRouter
                app = FastAPI()
                lost = APIRouter()
                @lost.get("/lost")
                def lost_route(): ...
                @app.get("/kept")
                def kept(): ...
            """
        )
    )
    assert table(found) == {("GET", "/kept")}


@pytest.mark.parametrize(
    "line",
    [
        "app.include_router(load(), prefix='/x')",
        "app.include_router(router, prefix=settings.prefix)",
        "for r in discover():\n    app.include_router(r)",
    ],
)
def test_what_is_not_known_makes_the_list_incomplete(line: str) -> None:
    source = f"from fastapi import FastAPI, APIRouter\napp = FastAPI()\nrouter = APIRouter()\n{line}\n"
    assert [backend.routes_complete for backend in routes_of({"main.py": source}).backends] == [False]


def test_a_loop_over_a_literal_list_is_unrolled() -> None:
    source = """
        from fastapi import FastAPI, APIRouter
        app = FastAPI()
        a, b = APIRouter(), APIRouter()
        one = APIRouter(prefix="/one")
        two = APIRouter(prefix="/two")
        @one.get("/x")
        def x(): ...
        @two.get("/y")
        def y(): ...
        for router in [one, two]:
            app.include_router(router, prefix="/api")
    """
    assert table(routes_of(lines(main_py=source))) == {("GET", "/api/one/x"), ("GET", "/api/two/y")}


def test_a_factory_makes_the_application() -> None:
    source = """
        from flask import Flask, Blueprint
        bp = Blueprint("rt", __name__, url_prefix="/own")
        @bp.route("/auth", methods=["POST"])
        def auth(): ...
        def create_app():
            app = Flask(__name__)
            app.register_blueprint(bp, url_prefix="/given")
            return app
    """
    assert table(routes_of(lines(main_py=source))) == {("POST", "/given/auth")}


def test_express_routers_mount_by_require_and_import() -> None:
    found = routes_of(
        lines(
            server__index_js="""
                const express = require('express');
                const app = express();
                const { admin } = require('./admin');
                app.use(express.json());
                app.use('/api', require('./realtime'));
                app.use(['/a', '/b'], admin);
                app.route('/both').get(h).post(h);
                app.get('/users/:id', h);
            """,
            server__realtime_js="""
                const router = require('express').Router();
                router.post('/pusher/auth', h);
                module.exports = router;
            """,
            server__admin_js="""
                import { Router } from 'express';
                export const admin = Router();
                admin.all('/x', h);
            """,
        )
    )
    assert table(found) == {
        ("POST", "/api/pusher/auth"),
        ("*", "/a/x"),
        ("*", "/b/x"),
        ("GET", "/both"),
        ("POST", "/both"),
        ("GET", "/users/{id}"),
    }


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
