from __future__ import annotations

import pytest

from rtlint.facts.derived import Backend, ServedRoute
from rtlint.link.backends import FoundBackend
from rtlint.link.route_paths import find, glob
from rtlint.link.server_paths import fastify_path, hono_path
from tests.link.found import backends_of, table
from tests.link.routing import routes_of

FASTIFY = "const fastify = require('fastify');\nconst app = fastify({ logger: true });\n"
KOA = (
    "const Koa = require('koa');\nconst Router = require('@koa/router');\nconst app = new Koa();\n"
    "const router = new Router({ prefix: '/api' });\n"
)
UPGRADE = "server.on('upgrade', (req, s, h) => { if (req.url === '/live') go(); });"
HONO = "import { Hono } from 'hono';\nimport users from './users';\nconst app = new Hono();\n"


def only(head: str, body: str, **more: str) -> FoundBackend:
    sources = {"src/main.js": head + body, **{f"src/{name}.js": text for name, text in more.items()}}
    (found,) = [backend for backend in backends_of(sources) if backend.at.path == "src/main.js"]
    return found


def answers(backend: FoundBackend, path: str) -> bool:
    routes = [
        ServedRoute(1, one.at, one.method, one.protocol, one.path, glob(one.path), one.at) for one in backend.routes
    ]
    return bool(find(routes, "GET", path, [Backend(1, backend.at, backend.framework, "", True)]))


@pytest.mark.parametrize(
    ("body", "routes"),
    [
        ("app.get('/a/:id', h);", {("GET", "/a/{id}")}),
        ("app.route({ method: ['GET', 'post'], url: '/r', handler: h });", {("GET", "/r"), ("POST", "/r")}),
        ("app.get('/ws', { websocket: true }, (s) => 1);", {("WS", "/ws")}),
        ("app.route({ method: 'GET', url: '/w', handler: h, wsHandler: w });", {("GET", "/w"), ("WS", "/w")}),
        ("app.register(async (i) => { i.get('/', h); }, { prefix: '/p' });", {("GET", "/p"), ("GET", "/p/")}),
        ("app.register(require('./plugin'), { prefix: 'v1' });", {("PUT", "/v1/x")}),
        ("app.register(import('./plugin.js'));", {("PUT", "/x")}),
        ("app.register(require('./shared'), { prefix: '/not' });", {("GET", "/shared")}),
        ("app.register(require('@fastify/cors'), { origin: '*' }); app.all('/x', h);", {("*", "/x")}),
        ("const add = (n, server) => { server.get('/h', h); };\nadd(1, app);", {("GET", "/h")}),
        ("app.register(async (i) => { const t = i.withTypeProvider(); t.get('/t', h); });", {("GET", "/t")}),
    ],
)
def test_fastify(body: str, routes: set[tuple[str, str]]) -> None:
    shared = "const fp = require('fastify-plugin');\nmodule.exports = fp(async (i) => { i.get('/shared', h); });"
    found = only(FASTIFY, body, plugin="module.exports = async function (i, o) { i.put('/x', h); };", shared=shared)
    assert (found.framework, found.complete, table(found)) == ("fastify", True, routes)


@pytest.mark.parametrize(
    "body",
    [
        "app.register(require('@fastify/autoload'), { dir: 'x' });",
        "app.register(require('fastify-unheard-of'));",
        "app.register(plugins[name]);",
        "app.register(async (i) => {}, options);",
        "app.get(paths[0], h);",
        "routes.forEach((route) => app.route(route));",
        "setup(app);",
        "require('setup-everything')({ app });",
        "app.use(other);",
        "helper().app.get('/x', () => 1);",
    ],
)
def test_what_is_not_understood_in_fastify_makes_it_incomplete(body: str) -> None:
    assert not only(FASTIFY, body + "\napp.get('/known', h);").complete


@pytest.mark.parametrize(
    ("options", "complete"), [("{ caseSensitive: false }", False), ("options", False), ("{}", True)]
)
def test_options_of_fastify_that_change_the_matching(options: str, complete: bool) -> None:
    found = only("const app = require('fastify')(" + options + ");\n", "app.get('/a', h);")
    assert found.complete == complete


def test_the_prefix_of_a_plugin_is_where_its_routes_are_mounted() -> None:
    found = only(
        FASTIFY, "app.register(require('./p'), { prefix: '/v1' });", p="module.exports = (i) => { i.get('/x', h); };"
    )
    (route,) = found.routes
    assert (route.at.path, route.at.line, route.at.column) == ("src/p.js", 1, 27)
    assert route.mounted_at is not None
    assert (route.mounted_at.path, route.mounted_at.line, route.mounted_at.column) == ("src/main.js", 3, 1)


@pytest.mark.parametrize(
    ("body", "routes"),
    [
        ("router.get('/', h); app.use(router.routes());", {("GET", "/api")}),
        ("router.get('name', '/x', h); app.use(router.routes());", {("GET", "/api/x")}),
        ("router.get('/x', h);", set()),
        ("router.use('/u', require('./users').routes()); app.use(router.routes());", {("DELETE", "/api/u/y")}),
        ("app.use(require('koa-mount')('/m', require('./users').routes()));", {("DELETE", "/m/y")}),
        ("app.use(require('koa-bodyparser')()); app.use(async (c, next) => { await next(); });", set()),
    ],
)
def test_koa(body: str, routes: set[tuple[str, str]]) -> None:
    users = "const Router = require('koa-router');\nconst r = new Router();\nr.del('/y', h);\nmodule.exports = r;"
    found = only(KOA, body, users=users)
    assert (found.framework, found.complete, table(found)) == ("koa", True, routes)


@pytest.mark.parametrize(
    "body",
    ["app.use(async (c) => { c.body = 1; });", "app.use(routers[0].routes());", "app.use(require('koa-proxy')());"],
)
def test_what_is_not_understood_in_koa_makes_it_incomplete(body: str) -> None:
    assert not only(KOA, body).complete


@pytest.mark.parametrize(
    ("body", "routes"),
    [
        ("app.get('/a', h).post('b', h);", {("GET", "/a"), ("POST", "/b")}),
        ("app.on(['PUT'], ['/a', '/b/:id?'], h);", {("PUT", "/a"), ("PUT", "/b"), ("PUT", "/b/{id}")}),
        ("app.route('/users', users);", {("GET", "/users"), ("GET", "/users/{id}")}),
        ("const v1 = app.basePath('/v1'); v1.get('/x', h);", {("GET", "/v1/x")}),
        ("app.get('/ws', upgradeWebSocket((c) => ({})));", {("WS", "/ws")}),
        ("app.use('*', async (c, next) => { await next(); });", set()),
        ("app.mount('/old', other.fetch);", {("*", "/old"), ("*", "/old/{rest:path}")}),
    ],
)
def test_hono(body: str, routes: set[tuple[str, str]]) -> None:
    users = "import { Hono } from 'hono';\nexport default new Hono().get('/', h).get('/:id{[0-9]+}', h);"
    found = only(HONO, body, users=users)
    assert (found.framework, found.complete, table(found)) == ("hono", True, routes)


@pytest.mark.parametrize("body", ["app.route('/x', make());", "app.get(path, h);", "app.use((c) => c.text('x'));"])
def test_what_is_not_understood_in_hono_makes_it_incomplete(body: str) -> None:
    assert not only(HONO, body).complete


@pytest.mark.parametrize(
    ("body", "complete", "routes"),
    [
        ("new WebSocketServer({ path: '/ws', server });", True, {("WS", "/ws")}),
        ("new WebSocketServer({ port: 8080 });", True, {("WS", "/{rest:path}")}),
        ("new WebSocketServer({ path: where() });", False, set()),
        ("new WebSocketServer(options);", False, set()),
        ("new WebSocketServer({ noServer: true });", False, set()),
        (
            "new WebSocketServer({ noServer: true });\n" + UPGRADE,
            True,
            {("WS", "/live")},
        ),
    ],
)
def test_plain_websocket_servers(body: str, complete: bool, routes: set[tuple[str, str]]) -> None:
    found = only("import { WebSocketServer } from 'ws';\n", body)
    assert (found.framework, found.complete, table(found)) == ("ws", complete, routes)


def test_a_socket_route_of_express_ws_is_a_route_of_the_application() -> None:
    head = "const express = require('express');\nconst app = express();\nrequire('express-ws')(app);\n"
    (route,) = routes_of({"main.js": head + "app.ws('/live', (socket) => {});"}).routes
    assert (route.protocol, route.path, route.at.line, route.at.column) == ("ws", "/live", 4, 1)


@pytest.mark.parametrize(
    ("head", "body", "path", "served"),
    [
        (FASTIFY, "app.get('/a', h);", "/a/", False),
        (FASTIFY, "app.get('/a', h);", "/A", False),
        ("const app = require('fastify')({ ignoreTrailingSlash: true });\n", "app.get('/a', h);", "/a/", True),
        (KOA, "router.get('/a', h); app.use(router.routes());", "/API/a/", True),
        (KOA, "router.get('/a/', h); app.use(router.routes());", "/api/a", False),
        (HONO, "app.get('/a', h);", "/a/", False),
        ("import { Hono } from 'hono';\nconst app = new Hono({ strict: false });\n", "app.get('/a', h);", "/a/", True),
    ],
)
def test_slashes_and_case(head: str, body: str, path: str, served: bool) -> None:
    assert answers(only(head, body), path) == served


@pytest.mark.parametrize(
    ("path", "spelled"),
    [
        ("/a/:id(^\\d+$)/b", ("/a/{id}/b",)),
        ("/a/:x-:y", ("/a/{x}-{y}",)),
        ("/a/:id?", ("/a", "/a/{id}")),
        ("/a::b", ("/a:b",)),
        ("*", ("/{rest:path}",)),
        ("/a/:id(", None),
        ("/a/*/b", None),
    ],
)
def test_paths_of_fastify(path: str, spelled: tuple[str, ...] | None) -> None:
    assert fastify_path(path) == spelled


@pytest.mark.parametrize(
    ("path", "spelled"),
    [
        ("/a/:id{[0-9]+}", ("/a/{id}",)),
        ("/a/:rest{.+}", ("/a/{rest:path}",)),
        ("/a/*/b", ("/a/{any}/b",)),
        ("/a/*", ("/a", "/a/{rest:path}")),
        ("/a/x*", None),
        ("/a/:id?/b", None),
    ],
)
def test_paths_of_hono(path: str, spelled: tuple[str, ...] | None) -> None:
    assert hono_path(path) == spelled
