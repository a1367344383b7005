# ruff: noqa: E501
from __future__ import annotations

import pytest

from rtlint.facts.site import Site
from tests.link.found import backends_of, manifest, table

MAIN = "import Fastify from 'fastify';\nconst app = Fastify();\n"


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"app.ts": MAIN + "app.get<{ Params: P }>('/a/:id', h);"}, {("GET", "/a/{id}")}),
        ({"app.ts": MAIN + "app.get('/ws', { websocket: true }, h);"}, {("WS", "/ws")}),
        (
            {
                "app.ts": MAIN + "import auth from './auth';\napp.register(auth, { prefix: '/api' });",
                "auth.ts": "import type { FastifyPluginAsync } from 'fastify';\n"
                "const auth: FastifyPluginAsync = async (server) => { server.post('/pusher/auth', h); };\nexport default auth;",
            },
            {("POST", "/api/pusher/auth")},
        ),
        (
            {
                "app.ts": MAIN + "app.register(import('./auth'), { prefix: '/api' });",
                "auth.ts": "export default async function (fastify: FastifyInstance) { fastify.post('/auth', h) }",
            },
            {("POST", "/api/auth")},
        ),
        (
            {
                "app.ts": MAIN + "import { auth } from './auth';\napp.register(auth, { prefix: '/api' });",
                "auth.ts": "import fp from 'fastify-plugin';\nexport const auth = fp(async (fastify) => { fastify.post('/auth', h) })",
            },
            {("POST", "/auth")},
        ),
        (
            {"app.ts": MAIN + "app.register(cors);\nimport cors from '@fastify/cors';\napp.get('/a', h)"},
            {("GET", "/a")},
        ),
        (
            {"app.ts": "import { fastify } from 'fastify';\nconst s = fastify({ logger: true });\ns.get('/a', h)"},
            {("GET", "/a")},
        ),
    ],
)
def test_forms(files: dict[str, str], expected: set[tuple[str, str]]) -> None:
    (backend,) = backends_of({**manifest("", "fastify"), **files})
    assert (backend.complete, table(backend)) == (True, expected)


@pytest.mark.parametrize(
    "files",
    [
        {"app.ts": MAIN + "app.register(autoload, { dir: 'routes' });\nimport autoload from '@fastify/autoload';"},
        {"app.ts": MAIN + "app.route(options)"},
        {"app.ts": MAIN + "app.get(path, h)"},
        {
            "app.ts": MAIN + "app.register(auth, options);\nimport auth from './auth';",
            "auth.ts": "export default async (fastify) => {}",
        },
        {"app.ts": MAIN + "app.register(auth, { prefix: unknown() });\nimport auth from './auth';", "auth.ts": ""},
    ],
)
def test_what_is_not_understood_leaves_the_backend_incomplete(files: dict[str, str]) -> None:
    (backend,) = backends_of({**manifest("", "fastify"), **files})
    assert not backend.complete


def test_the_prefix_that_shapes_a_path_is_its_place() -> None:
    files = {"app.ts": MAIN + "app.register(async (api) => { api.get('/x', h) }, { prefix: '/api' })"}
    (backend,) = backends_of({**manifest("", "fastify"), **files})
    (route,) = backend.routes
    assert route.at == Site("app.ts", 3, 31, 3, 47)
    assert route.mounted_at == Site("app.ts", 3, 1, 3, 70)


def test_other_calls_of_the_same_names_are_no_routes() -> None:
    files = {"app.ts": "import axios from 'axios';\nconst api = axios.create();\napi.get('/a');\nform.register('name')"}
    assert backends_of({**manifest("", "axios"), **files}) == []
