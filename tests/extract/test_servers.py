from __future__ import annotations

import pytest

from rtlint.facts.expressions import Literal, Name, Unknown
from rtlint.facts.servers import ServerCall, ServerHandover, ServerObject, UpgradeHandler
from tests.extract.scripts import at, facts, of


@pytest.mark.parametrize(
    ("source", "maker", "name"),
    [
        ("import Fastify from 'fastify';\nconst app = Fastify({ logger: true });", "fastify", "app"),
        ("const app = require('fastify')();", "fastify", "app"),
        ("import { fastify } from 'fastify';\nclass S { app = fastify(); }", "fastify", "S#app"),
        ("const Koa = require('koa');\nexport default new Koa();", "koa", ""),
        ("import Router from '@koa/router';\nconst r = new Router();", "koa-router", "r"),
        ("const r = require('koa-router')();", "koa-router", "r"),
        ("import { Hono } from 'hono';\nconst app = new Hono<Env>();", "hono", "app"),
        ("import WebSocket from 'ws';\nconst w = new WebSocket.Server({ port: 1 });", "ws", "w"),
        ("import { WebSocketServer } from 'ws';\nconst w = new WebSocketServer({ port: 1 });", "ws", "w"),
    ],
)
def test_what_makes_a_server(source: str, maker: str, name: str) -> None:
    (found,) = of(ServerObject, source)
    assert (found.maker, found.name) == (maker, name)
    assert at(source, found.at).endswith(")")


@pytest.mark.parametrize(
    "source",
    [
        "import Fastify from './fastify';\nconst app = Fastify();",
        "import WebSocket from 'ws';\nconst client = new WebSocket('ws://x');",
        "import { Hono } from 'other';\nnew Hono();",
    ],
)
def test_what_makes_none(source: str) -> None:
    assert not of(ServerObject, source)


def test_a_call_on_an_application_names_the_place_that_makes_it() -> None:
    source = "import { Hono } from 'hono';\nconst app = new Hono();\nconst all = app.get('/é', h).post('/b', h);"
    calls = of(ServerCall, source)
    assert {call.method for call in calls} == {"get", "post"}
    (made,) = of(ServerObject, source)
    assert all(isinstance(call.owner, Unknown) and call.owner.at == made.at for call in calls)
    assert {at(source, call.at) for call in calls} == {"app.get('/é', h).post('/b', h)", "app.get('/é', h)"}


def test_a_plugin_names_its_function_and_the_position() -> None:
    source = "module.exports = async function (one, app) { app.get('/x', async () => 1); };"
    (call,) = of(ServerCall, source, "a.js")
    assert isinstance(call.owner, Unknown)
    assert call.owner.reason == "parameter 1"
    assert at(source, call.owner.at).startswith("async function (one, app)")
    first, handler = call.arguments
    assert isinstance(first, Literal)
    assert first.value == "/x"
    assert isinstance(handler, Unknown)
    assert handler.reason == "function without next"


def test_an_imported_application_is_a_name() -> None:
    (call,) = of(ServerCall, "import { app } from './app';\napp.get('/x', h);")
    assert call.owner == Name(call.owner.at, "app")


@pytest.mark.parametrize(
    "source",
    [
        "import axios from 'axios';\naxios.get('/x', y);",
        "const m = new Map();\nm.get('/x', 1);",
        "get('/x', h);",
        "window.api.get('/x', h);",
    ],
)
def test_other_objects_have_no_calls(source: str) -> None:
    assert not of(ServerCall, source)


def test_a_route_on_something_unknown_is_kept_beside_a_framework() -> None:
    (call,) = of(ServerCall, "import fastify from 'fastify';\nserver().app.get('/x', () => 1);")
    assert isinstance(call.owner, Unknown)
    assert call.owner.reason == "receiver"


def test_where_an_application_goes() -> None:
    source = "import Koa from 'koa';\nconst app = new Koa();\nsetup(1, app);\nother({ app });\nnew Routes(app);"
    assert [(fact.text, fact.position) for fact in of(ServerHandover, source)] == [
        ("setup", 1),
        ("other", -1),
        ("Routes", 0),
    ]


@pytest.mark.parametrize(
    ("body", "known", "paths"),
    [
        (
            "const { pathname } = new URL(req.url, b); if (pathname === '/a') go(); else if ('/b' == pathname) go();",
            1,
            2,
        ),
        ("switch (req.url) { case '/a': go(); break; default: no(); }", 1, 1),
        ("wss.handleUpgrade(req, s, h, done);", 1, 0),
        ("if (req.url.startsWith('/a')) go();", 0, 0),
        ("if (allowed(req.url)) go();", 0, 0),
    ],
)
def test_upgrade_handlers(body: str, known: int, paths: int) -> None:
    source = f"import {{ WebSocketServer }} from 'ws';\nserver.on('upgrade', (req, s, h) => {{ {body} }});"
    (found,) = of(UpgradeHandler, source)
    assert (found.known, len(found.paths)) == (bool(known), paths)


@pytest.mark.parametrize("data", [b"", b"\xff\xfe'fastify'", b"import f from 'fastify'; f(" + b"(" * 3_000])
def test_broken_files_are_survived(data: bytes) -> None:
    facts(data)


def test_a_long_chain_is_survived() -> None:
    facts("import { Hono } from 'hono';\nnew Hono()" + ".get('/x', h)" * 400)
