"""The routes of generated applications, as the frameworks themselves report them and as rtlint does."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.link.routing import routes_of, table

pytestmark = pytest.mark.real

HERE = Path(__file__).parent
SEGMENTS = ["api", "v1", "v2", "pusher", "auth", "orders", "rt", "users", "{id}", "hooks"]
VERBS = ["get", "post", "put", "delete"]
CASES = 200


def path_of(rng: random.Random, most: int = 3, style: str = "{}") -> str:
    parts = [rng.choice(SEGMENTS) for _ in range(rng.randint(1, most))]
    shown = [part if part != "{id}" else style.format(f"id{rng.randrange(10**9)}") for part in parts]
    return "/" + "/".join(shown)


def fastapi_case(rng: random.Random, number: int) -> dict[str, str]:
    """Return a package `caseN` with routers in files of their own, included in each other and in the application."""
    name = f"case{number}"
    count = rng.randint(1, 4)
    sources = {f"{name}/__init__.py": ""}
    for index in range(count):
        prefix = f"prefix={path_of(rng, 2, '{{{}}}')!r}" if rng.random() < 0.6 else ""
        body = [f"from fastapi import APIRouter\nrouter = APIRouter({prefix})"]
        for handler in range(rng.randint(1, 3)):
            body.append(f"@router.{rng.choice(VERBS)}({path_of(rng, 2, '{{{}}}')!r})\ndef h{handler}(): ...")
        if rng.random() < 0.3:
            body.append(f"@router.websocket({path_of(rng, 2, '{{{}}}')!r})\nasync def ws(): ...")
        for inner in range(index):
            if rng.random() < 0.4:
                given = f", prefix={path_of(rng, 1, '{{{}}}')!r}" if rng.random() < 0.5 else ""
                body.append(
                    f"from {name}.part{inner} import router as r{inner}\nrouter.include_router(r{inner}{given})"
                )
        sources[f"{name}/part{index}.py"] = "\n".join(body) + "\n"
    main = ["from fastapi import FastAPI", "app = FastAPI(openapi_url=None)", "API = '/const'"]
    for index in range(count):
        if rng.random() < 0.8:
            prefix = rng.choice(["", ", prefix=API", f", prefix={path_of(rng, 2, '{{{}}}')!r}", ", prefix=f'{API}/x'"])
            main.append(f"from {name} import part{index}\napp.include_router(part{index}.router{prefix})")
    if rng.random() < 0.4:
        main.append(
            "sub = FastAPI(openapi_url=None)\n@sub.get('/inside')\ndef inside(): ...\napp.mount('/mounted/', sub)"
        )
    sources[f"{name}/main.py"] = "\n".join(main) + "\n"
    return sources


DUMP_FASTAPI = """
import importlib, json, sys
sys.path.insert(0, '.')
from starlette.routing import Mount, WebSocketRoute, Route
def walk(routes, prefix=''):
    for route in routes:
        if isinstance(route, Mount):
            yield from walk(route.routes, prefix + route.path)
        elif hasattr(route, 'methods') and route.methods is not None:
            yield from ((method, prefix + route.path) for method in route.methods if method not in ('HEAD',))
        elif hasattr(route, 'path'):
            yield 'WS', prefix + route.path
apps = [importlib.import_module(f'case{n}.main').app for n in range(int(sys.argv[1]))]
print(json.dumps([sorted(set(walk(app.routes))) for app in apps]))
"""


def flask_case(rng: random.Random, number: int) -> dict[str, str]:
    """Return a module `caseN` with blueprints, nested ones among them."""
    body = ["from flask import Flask, Blueprint", "app = Flask(__name__, static_folder=None)"]
    count = rng.randint(1, 3)
    for index in range(count):
        own = f", url_prefix={path_of(rng, 2, '<{}>')!r}" if rng.random() < 0.6 else ""
        body.append(f"bp{index} = Blueprint('b{index}', __name__{own})")
        for handler in range(rng.randint(1, 2)):
            methods = rng.choice(["", ", methods=['POST']", ", methods=['GET', 'PUT']"])
            body.append(f"@bp{index}.route({path_of(rng, 2, '<int:{}>')!r}{methods})\ndef h{index}_{handler}(**k): ...")
    for index in range(1, count):
        if rng.random() < 0.4:
            given = f", url_prefix={path_of(rng, 1, '<{}>')!r}" if rng.random() < 0.5 else ""
            body.append(f"bp{index}.register_blueprint(bp{index - 1}{given}, name='n{index}')")
    for index in range(count):
        if rng.random() < 0.8:
            given = f", url_prefix={path_of(rng, 2, '<{}>')!r}" if rng.random() < 0.4 else ""
            body.append(f"app.register_blueprint(bp{index}{given})")
    body.append(f"@app.{rng.choice(VERBS)}({path_of(rng, 2, '<{}>')!r})\ndef top(**k): ...")
    return {f"case{number}.py": "\n".join(body) + "\n"}


DUMP_FLASK = """
import importlib, json, sys
sys.path.insert(0, '.')
def rules(app):
    for rule in app.url_map.iter_rules():
        yield from ((method, rule.rule) for method in rule.methods if method not in ('HEAD', 'OPTIONS'))
print(json.dumps([sorted(set(rules(importlib.import_module(f'case{n}').app))) for n in range(int(sys.argv[1]))]))
"""


def reported(folder: Path, script: str, cases: list[dict[str, str]]) -> list[set[tuple[str, str]]]:
    for case in cases:
        for path, text in case.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text)
    command = [sys.executable, "-W", "ignore", "-c", script, str(len(cases))]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True, timeout=300)
    return [{(method, path) for method, path in case} for case in json.loads(done.stdout)]


def shape(found: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """Return routes with their parameters made alike: `<int:id0>`, `{id0}` and `:id0` all become `{}`."""
    import re

    return {(method, re.sub(r"\{[^}]*\}|<[^>]*>|:\w+", "{}", path)) for method, path in found}


def test_fastapi() -> None:
    pytest.importorskip("fastapi", reason="FastAPI is not installed: make test-real installs it")
    import tempfile

    rng = random.Random(20261123)
    cases = [fastapi_case(rng, number) for number in range(CASES)]
    with tempfile.TemporaryDirectory() as folder:
        real = reported(Path(folder), DUMP_FASTAPI, cases)
    for case, want in zip(cases, real, strict=True):
        assert shape(table(routes_of(case))) == shape(want), "\n".join(f"# {p}\n{t}" for p, t in case.items())


def test_flask(tmp_path: Path) -> None:
    pytest.importorskip("flask", reason="Flask is not installed: make test-real installs it")
    rng = random.Random(20261124)
    cases = [flask_case(rng, number) for number in range(CASES)]
    for case, want in zip(cases, reported(tmp_path, DUMP_FLASK, cases), strict=True):
        assert shape(table(routes_of(case))) == shape(want), "\n".join(case.values())


def express_case(rng: random.Random, number: int) -> dict[str, str]:
    """Return modules `caseN/*.cjs` with routers that require and mount each other."""
    count = rng.randint(1, 3)
    sources = {}
    for index in range(count):
        body = [
            "const express = require('EXPRESS');",
            "const router = express.Router();",
            "const h = (q, s) => s.end('hit');",
        ]
        for _ in range(rng.randint(1, 3)):
            body.append(f"router.{rng.choice([*VERBS, 'all'])}('{path_of(rng, 2, ':{}')}', h);")
        if rng.random() < 0.4:
            body.append(f"router.route('{path_of(rng, 2, ':{}')}').get(h).post(h);")
        for inner in range(index):
            if rng.random() < 0.4:
                body.append(f"router.use('{path_of(rng, 1, ':{}')}', require('./part{inner}.cjs'));")
        body.append("module.exports = router;")
        sources[f"case{number}/part{index}.cjs"] = "\n".join(body) + "\n"
    main = ["const express = require('EXPRESS');", "const app = express();", "const BASE = '/base';"]
    for index in range(count):
        if rng.random() < 0.8:
            main.append(f"const part{index} = require('./part{index}.cjs');")
            main.append(f"app.use({rng.choice(['', 'BASE, ', repr(path_of(rng, 2, ':{}')) + ', '])}part{index});")
    main.append(f"app.{rng.choice(VERBS)}('{path_of(rng, 2, ':{}')}', (q, s) => s.end('hit'));")
    sources[f"case{number}/main.cjs"] = "\n".join([*main, "module.exports = app;"]) + "\n"
    return sources


@pytest.mark.parametrize("package", ["express", "express-4"])
def test_express(package: str, tmp_path: Path) -> None:
    """Every path that rtlint says is served is answered by Express, and no other path that it could mean."""
    modules = HERE / "node_modules"
    if not (modules / package).is_dir() or not shutil.which("node"):
        pytest.skip(f"npm package {package} is not installed: make test-real installs it")
    rng = random.Random(20261125)
    cases = [express_case(rng, number) for number in range(CASES)]
    probes = []
    for case in cases:
        found = {
            (method, path)
            for method, path in table(routes_of({p: t.replace("EXPRESS", "express") for p, t in case.items()}))
        }
        every = {path for _, path in found} | {path_of(rng, 4, "7{}") for _ in range(12)}
        probes.append(sorted({(verb.upper(), path) for path in every for verb in VERBS}))
        for path, text in case.items():
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text(text.replace("EXPRESS", str(modules / package)))
    (tmp_path / "probes.json").write_text(json.dumps(probes))
    command = ["node", str(HERE / "express_probe.cjs"), str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=300)
    for case, wanted, answers in zip(cases, probes, json.loads(done.stdout), strict=True):
        from rtlint.link.route_paths import find

        routes = routes_of({p: t.replace("EXPRESS", "express") for p, t in case.items()}).routes
        for (method, path), hit in zip(wanted, answers, strict=True):
            concrete = path.replace("{", "x").replace("}", "x")
            assert bool(find(routes, method, concrete)) == hit, f"{method} {concrete}\n" + "\n".join(case.values())
