"""The routes of generated applications, as the frameworks themselves report and answer them, and as rtlint does."""

from __future__ import annotations

import json
import random
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from rtlint.link.routes import Routes, find
from tests.link.routing import routes_of, table

pytestmark = pytest.mark.real

HERE = Path(__file__).parent
SEGMENTS = ["api", "v1", "v2", "pusher", "auth", "orders", "rt", "Users", "{id}", "hooks"]
VERBS = ["get", "post", "put", "delete"]
CASES = 200

Sources = dict[str, str]
Probe = tuple[str, str]


def path_of(rng: random.Random, most: int = 3, style: str = "{}") -> str:
    parts = [rng.choice(SEGMENTS) for _ in range(rng.randint(1, most))]
    shown = [part if part != "{id}" else style.format(f"id{rng.randrange(10**9)}") for part in parts]
    return "/" + "/".join(shown)


def braced(rng: random.Random, most: int = 2) -> str:
    return path_of(rng, most, "{{{}}}")


def fastapi_part(rng: random.Random, name: str, index: int) -> str:
    """Return a module with a router: its own prefix, routes of every form, and some of the routers before it."""
    prefix = braced(rng) if rng.random() < 0.6 else ""
    body = ["from fastapi import APIRouter", "from starlette.responses import PlainTextResponse"]
    body.append(f"router = APIRouter({f'prefix={prefix!r}' if prefix else ''})")
    for handler in range(rng.randint(1, 3)):
        path = "" if prefix and rng.random() < 0.2 else braced(rng) + rng.choice(["", "", "/"])
        form = rng.randrange(4)
        if form < 2:
            body.append(f"@router.{rng.choice(VERBS)}({path!r})\ndef h{handler}(): ...")
        elif form == 2:
            body.append(f"@router.api_route({path!r}, methods=['PUT', 'post'])\ndef h{handler}(): ...")
        else:
            body.append(f"def h{handler}(): ...\nrouter.add_api_route({path!r}, h{handler}, methods=['DELETE'])")
    if rng.random() < 0.3:
        body.append(f"@router.websocket({braced(rng)!r})\nasync def ws(): ...")
    if rng.random() < 0.2:
        body.append(f"def plain(request): return PlainTextResponse('')\nrouter.add_route({braced(rng)!r}, plain)")
    if rng.random() < 0.2:
        body.append(f"from fastapi import FastAPI\nsub = FastAPI(openapi_url=None)\nrouter.mount('/in{index}/', sub)")
        body.append(f"@sub.get({braced(rng)!r})\ndef inside(): ...")
    for inner in range(index):
        if rng.random() < 0.4:
            given = f", prefix={braced(rng, 1)!r}" if rng.random() < 0.5 else ""
            body.append(
                f"from {name}.api.part{inner} import router as r{inner}\nrouter.include_router(r{inner}{given})"
            )
    return "\n".join(body) + "\n"


def imported(rng: random.Random, name: str, index: int) -> tuple[str, str]:
    """Return an import statement and the expression for the router of a part."""
    return rng.choice(
        [
            (f"from {name}.api import part{index}", f"part{index}.router"),
            (f"from .api import part{index} as p{index}", f"p{index}.router"),
            (f"from {name}.api.part{index} import router as r{index}", f"r{index}"),
            (f"from .api import public{index}", f"public{index}"),
            (f"import {name}.api.part{index} as m{index}", f"m{index}.router"),
            (f"import {name}.api.part{index}", f"{name}.api.part{index}.router"),
        ]
    )


FASTAPI_MOUNTS = [
    "sub = FastAPI(openapi_url=None)\n@sub.get('/inside')\ndef inside(): ...\napp.mount('/mounted/', sub)",
    "app.mount('/listed', Starlette(routes=[Route('/one', plain, methods=['POST']), Mount('/two', routes=more)]))",
    "inner = APIRouter(prefix='/own')\n@inner.put('/x')\ndef x(): ...\napp.mount('/asgi', inner)",
]


def fastapi_case(rng: random.Random, number: int) -> Sources:
    """Return a package `caseN` with routers in files of their own, included in each other and in the application."""
    name, count = f"case{number}", rng.randint(1, 4)
    sources = {f"{name}/__init__.py": "", f"{name}/config.py": CONFIG, f"{name}/helper.py": HELPER}
    sources[f"{name}/api/__init__.py"] = "".join(
        f"from .part{index} import router as public{index}\n" for index in range(count)
    )
    for index in range(count):
        sources[f"{name}/api/part{index}.py"] = fastapi_part(rng, name, index)
    found = [imported(rng, name, index) for index in range(count) if rng.random() < 0.8]
    prefixes = ["''", "API", repr(braced(rng)), "f'{API}/x'", "settings.BASE", "settings.BASE + '/y'"]
    if rng.random() < 0.3:
        pairs = ", ".join(f"({router}, {rng.choice(prefixes)})" for _, router in found)
        lines = [line for line, _ in found] + [f"for one, at in [{pairs}]:\n    app.include_router(one, prefix=at)"]
    else:
        lines = []
        for line, router in found:
            given = rng.choice(["", *(f", prefix={prefix}" for prefix in prefixes)])
            lines += [line, f"app.include_router({router}{given})"]
        lines += rng.choice([[], [], ["add('x', app)"], ["add(to=app)"]])
    lines += [mount for mount in FASTAPI_MOUNTS if rng.random() < 0.3]
    body = "\n".join(["app = FastAPI(openapi_url=None)", *lines])
    if rng.random() < 0.3:
        indented = "\n".join("    " + line for line in body.splitlines())
        body = f"def create():\n{indented}\n    return app\napp = create()"
    sources[f"{name}/main.py"] = FASTAPI_HEAD + body + "\n"
    return sources


CONFIG = "class Settings:\n    BASE = '/settings'\n\n\nsettings = Settings()\nAPI = '/const'\n"
HELPER = """from fastapi import APIRouter, FastAPI
late = APIRouter(prefix='/late')
@late.post('/x')
def x(): ...
def add(what='', to: FastAPI | None = None):
    to.include_router(late, prefix='/added')
    @to.get('/direct')
    def direct(): ...
"""
FASTAPI_HEAD = """from fastapi import APIRouter, FastAPI
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route
from .config import API, settings
from .helper import add
def plain(request): return PlainTextResponse('')
more = [Route('/three', plain), Route('/four/{x}', plain, methods=['DELETE'])]
"""

RUN_FASTAPI = """
import asyncio, importlib, json, sys
import fastapi.routing
from starlette.routing import Mount, WebSocketRoute
sys.path.insert(0, '.')
contexts = getattr(fastapi.routing, 'iter_route_contexts', None)

def walk(routes, prefix=''):
    for route in contexts(routes) if contexts else routes:
        inner = getattr(route, 'starlette_route', None) or getattr(route, '_effective_route', route)
        inner = getattr(inner, 'starlette_route', None) or inner
        if isinstance(inner, Mount):
            yield from walk(inner.routes, prefix + inner.path)
        elif getattr(inner, 'methods', None):
            yield from ((method, prefix + inner.path) for method in inner.methods if method != 'HEAD')
        else:
            yield 'WS', prefix + inner.path

async def answer(app, method, path, redirected=False):
    sent = []
    async def receive():
        return {'type': 'http.request', 'body': b'', 'more_body': False}
    async def send(message):
        sent.append(message)
    await app({'type': 'http', 'asgi': {'version': '3.0'}, 'http_version': '1.1', 'method': method, 'path': path,
               'raw_path': path.encode(), 'query_string': b'', 'root_path': '', 'scheme': 'http', 'app': app,
               'headers': [(b'host', b'h')], 'server': ('h', 80), 'client': ('c', 1)}, receive, send)
    if sent[0]['status'] == 307 and not redirected:
        where = dict(sent[0]['headers'])[b'location'].decode()
        return await answer(app, method, where.removeprefix('http://h'), True)
    return sent[0]['status'] not in (404, 405)

async def main():
    result = []
    for number, probes in enumerate(json.load(open('probes.json'))):
        app = importlib.import_module(f'case{number}.main').app
        answers = [await answer(app, method, path) for method, path in probes]
        result.append([sorted(set(walk(app.routes))), answers])
    print(json.dumps(result))

asyncio.run(main())
"""


def flask_case(rng: random.Random, number: int) -> Sources:
    """Return a module `caseN` with blueprints, nested ones among them."""
    body = ["from flask import Flask, Blueprint", "from flask.views import MethodView", "import other"]
    body.append("class View(MethodView):\n    def get(self, **k): return ''\n    def post(self, **k): return ''")
    count = rng.randint(1, 3)
    for index in range(count):
        own = f", url_prefix={path_of(rng, 2, '<{}>')!r}" if rng.random() < 0.6 else ""
        body.append(f"bp{index} = Blueprint('b{index}', __name__{own})")
        for handler in range(rng.randint(1, 2)):
            path = path_of(rng, 2, rng.choice(["<{}>", "<string:{}>"])) + rng.choice(["", "", "/"])
            options = rng.choice(["", ", methods=['POST']", ", methods=['GET', 'PUT']", ", strict_slashes=False"])
            body.append(f"@bp{index}.route({path!r}{options})\ndef h{index}_{handler}(**k): return ''")
        if rng.random() < 0.3:
            path = path_of(rng, 2, "<path:{}>")
            body.append(f"bp{index}.add_url_rule({path!r}, view_func=View.as_view('view'))")
    for index in range(1, count):
        if rng.random() < 0.4:
            given = f", url_prefix={path_of(rng, 1, '<{}>')!r}" if rng.random() < 0.5 else ""
            body.append(f"bp{index}.register_blueprint(bp{index - 1}{given}, name='n{index}')")
    top = [f"@app.{rng.choice(VERBS)}({path_of(rng, 2, '<{}>')!r})\ndef top(**k): return ''"]
    for index in range(count):
        if rng.random() < 0.8:
            given = f", url_prefix={path_of(rng, 2, '<{}>')!r}" if rng.random() < 0.4 else ""
            top.append(f"app.register_blueprint(bp{index}{given})")
    if rng.random() < 0.4:
        top.append("from other import elsewhere\nelsewhere(app)")
    made = ["app = Flask(__name__, static_folder=None)", *top]
    if rng.random() < 0.4:
        inside = "\n".join("    " + line for line in "\n".join(made).splitlines())
        made = [f"def create_app():\n{inside}\n    return app", "app = create_app()"]
    return {f"case{number}.py": "\n".join([*body, *made]) + "\n", "other.py": OTHER}


OTHER = """from flask import Blueprint
late = Blueprint('late', __name__, url_prefix='/late/')
@late.route('/x/<y>')
def x(y): return ''
def elsewhere(flask_app):
    flask_app.register_blueprint(late)
"""

RUN_FLASK = """
import importlib, json, sys
sys.path.insert(0, '.')

def rules(app):
    for rule in app.url_map.iter_rules():
        yield from ((method, rule.rule) for method in rule.methods if method not in ('HEAD', 'OPTIONS'))
        if not rule.strict_slashes and not rule.rule.endswith('/'):
            yield from ((method, rule.rule + '/') for method in rule.methods if method not in ('HEAD', 'OPTIONS'))

result = []
for number, probes in enumerate(json.load(open('probes.json'))):
    app = importlib.import_module(f'case{number}').app
    client = app.test_client()
    answers = [client.open(path, method=method).status_code not in (404, 405) for method, path in probes]
    result.append([sorted(set(rules(app))), answers])
print(json.dumps(result))
"""


def probes_of(rng: random.Random, routes: Routes) -> list[Probe]:
    """Return requests to every served path, to others like it, and to some that nobody serves."""
    served = [re.sub(r"\{[^}]*:path\}", "a/b", route.path) for route in routes.routes]
    paths = {re.sub(r"\{[^}]*\}", "7", path) for path in served} | {path_of(rng, 4, "7{}") for _ in range(8)}
    whole = {path.rstrip("/") for path in paths}
    for path in sorted(paths):
        paths |= {path.rstrip("/") or "/", path.rstrip("/") + "/", path.upper(), path.rpartition("/")[0] or "/"}
    # A mount keeps requests from other routes that would answer them; rtlint does not look at the order.
    kept = (path for path in paths if not re.search(r"/in\d", path.lower()) or path.rstrip("/") in whole)
    return sorted((verb.upper(), path) for path in kept for verb in VERBS)


def shape(found: set[Probe]) -> set[Probe]:
    """Return routes with their parameters made alike: `<int:id0>`, `{id0}` and `:id0` all become `{}`."""
    return {(method, re.sub(r"\{[^}]*\}|<[^>]*>|:\w+", "{}", path)) for method, path in found}


def run(folder: Path, cases: Sequence[Sources], probes: Sequence[list[Probe]], *command: str) -> list[Any]:
    for case in cases:
        for path, text in case.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text)
    (folder / "probes.json").write_text(json.dumps(probes))
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    found: list[Any] = json.loads(done.stdout)
    return found


def text_of(case: Sources) -> str:
    return "\n".join(f"# {path}\n{text}" for path, text in case.items())


def compare(case: Sources, routes: Routes, probes: list[Probe], answers: Sequence[object]) -> None:
    """Check that rtlint takes exactly those requests for served that the framework answers."""
    http = [route for route in routes.routes if route.protocol == "http"]
    found = [bool(find(http, method, path, routes.backends)) for method, path in probes]
    wrong = [probe for probe, mine, real in zip(probes, found, answers, strict=True) if mine != real]
    assert not wrong, f"{wrong}\n{text_of(case)}"


@pytest.mark.parametrize("framework", ["fastapi", "flask"])
def test_python(framework: str, tmp_path: Path) -> None:
    pytest.importorskip(framework, reason=f"{framework} is not installed: make test-real installs it")
    generate, script = {"fastapi": (fastapi_case, RUN_FASTAPI), "flask": (flask_case, RUN_FLASK)}[framework]
    rng = random.Random(20261123)
    cases = [generate(rng, number) for number in range(CASES)]
    found = [routes_of(case) for case in cases]
    probes = [probes_of(rng, routes) for routes in found]
    real = run(tmp_path, cases, probes, sys.executable, "-W", "ignore", "-c", script)
    for case, routes, asked, (reported, answers) in zip(cases, found, probes, real, strict=True):
        want = {(str(pair[0]), str(pair[1])) for pair in reported}
        assert shape(table(routes)) == shape(want), text_of(case)
        assert [backend.routes_complete for backend in routes.backends] == [True], text_of(case)
        compare(case, routes, asked, answers)


def express_part(rng: random.Random, index: int, package: str) -> str:
    body = ["const { Router } = require('express');", "const router = Router();"]
    body.append("const h = (request, response) => response.end('hit');")
    optional = {"express": "/opt{/:maybe}", "express-4": "/opt/:maybe?"}[package]
    rest = {"express": "/rest/*all", "express-4": "/rest/*"}[package]
    for _ in range(rng.randint(1, 3)):
        path = rng.choice([path_of(rng, 2, ":{}"), path_of(rng, 2, ":{}") + "/", optional, rest, "/"])
        body.append(f"router.{rng.choice([*VERBS, 'all'])}('{path}', h);")
    if rng.random() < 0.4:
        body.append(f"router.route('{path_of(rng, 2, ':{}')}').get(h).post(h);")
    for inner in range(index):
        if rng.random() < 0.4:
            body.append(f"const inner{inner} = require('./part{inner}.cjs'){'.router' * (inner % 2)};")
            body.append(f"router.use('{path_of(rng, 1, ':{}')}', inner{inner});")
    body.append("module.exports = { router };" if index % 2 else "module.exports = router;")
    return "\n".join(body) + "\n"


def express_case(rng: random.Random, number: int, package: str) -> Sources:
    """Return modules `caseN/*.cjs` with routers that require and mount each other."""
    count = rng.randint(1, 3)
    sources = {f"case{number}/part{index}.cjs": express_part(rng, index, package) for index in range(count)}
    main = ["const express = require('express');", "const app = express();", "const BASE = '/base';"]
    for index in range(count):
        if rng.random() < 0.8:
            name = f"{{ router: part{index} }}" if index % 2 else f"part{index}"
            main.append(f"const {name} = require('./part{index}.cjs');")
            prefix = rng.choice(["", "BASE, ", "'/slash/', ", repr(path_of(rng, 2, ":{}")) + ", "])
            main.append(f"app.use({prefix}part{index});")
    main.append(f"app.{rng.choice(VERBS)}('{path_of(rng, 2, ':{}')}', (request, response) => response.end('hit'));")
    sources[f"case{number}/main.cjs"] = "\n".join([*main, "module.exports = app;"]) + "\n"
    return sources


@pytest.mark.parametrize("package", ["express", "express-4"])
def test_express(package: str, tmp_path: Path) -> None:
    modules = HERE / "node_modules"
    if not (modules / package).is_dir() or not shutil.which("node"):
        pytest.skip(f"npm package {package} is not installed: make test-real installs it")
    (tmp_path / "node_modules").mkdir()
    (tmp_path / "node_modules" / "express").symlink_to(modules / package)
    rng = random.Random(20261125)
    cases = [express_case(rng, number, package) for number in range(CASES)]
    found = [routes_of(case) for case in cases]
    probes = [probes_of(rng, routes) for routes in found]
    real = run(tmp_path, cases, probes, "node", str(HERE / "express_probe.cjs"), str(tmp_path))
    for case, routes, asked, answers in zip(cases, found, probes, real, strict=True):
        assert [backend.routes_complete for backend in routes.backends] == [True], text_of(case)
        compare(case, routes, asked, answers)
