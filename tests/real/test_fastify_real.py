"""The routes of generated Fastify applications: what `printRoutes` lists and what `inject` answers, and rtlint's."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from rtlint.link.backends import FoundBackend
from rtlint.link.route_paths import find
from tests.link.found import backends_of, served

pytestmark = pytest.mark.real

HERE = Path(__file__).parent
CASES = 200
SEGMENTS = ["api", "v1", "pusher", "auth", "orders", "Users", ":id"]
VERBS = ["get", "post", "put", "delete", "patch"]


class Names:
    """Gives each route a path of its own: Fastify refuses to start with a route that is there already."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._count = 0

    def path(self, most: int = 2) -> str:
        self._count += 1
        parts = [self._rng.choice(SEGMENTS) for _ in range(self._rng.randint(0, most))]
        kept = [part if part != ":id" else f":id{self._count}{index}" for index, part in enumerate(parts)]
        return "/" + "/".join([*kept, f"r{self._count}"]) + self._rng.choice(["", "", "", "/"])

    def prefix(self) -> str:
        self._count += 1
        return f"/{self._rng.choice(SEGMENTS[:6])}{self._count}" + self._rng.choice(["", "", "/"])


def body(rng: random.Random, names: Names, name: str, depth: int, files: list[str], own: bool = False) -> list[str]:
    """Return the statements of a plugin: routes in every form, and plugins inside it."""
    lines = []
    for _ in range(rng.randint(1, 3)):
        verb, path = rng.choice(VERBS), names.path()
        lines.append(
            rng.choice(
                [
                    f"{name}.{verb}('{path}', h)",
                    f"{name}.{verb}('{path}', {{ schema: {{}} }}, h)",
                    f"{name}.route({{ method: '{verb.upper()}', url: '{path}', handler: h }})",
                    f"{name}.route({{ method: ['GET', 'POST'], path: '{path}', handler: h }})",
                    f"{name}.{verb}(BASE + '{path}', h)",
                    f"{name}.all('{path}', h)",
                ]
            )
        )
    if rng.random() < 0.4:
        lines.append(f"{name}.get('/', h)" if own else f"{name}.get('{names.path()}/*', h)")
    for _ in range(rng.randint(0, 2) if depth < 3 else 0):
        options = rng.choice(
            ["", f", {{ prefix: '{names.prefix()}' }}", f", {{ prefix: PREFIX + '{names.prefix()}' }}"]
        )
        kind, prefixed = rng.random(), bool(options)
        if kind < 0.4:
            inner = body(rng, names, "scope", depth + 1, files, prefixed)
            lines.append(f"{name}.register(async function (scope, opts) {{\n" + "\n".join(inner) + f"\n}}{options})")
        elif kind < 0.6:
            inner = body(rng, names, "child", depth + 1, files, prefixed)
            lines.append(f"{name}.register((child, opts, done) => {{\n" + "\n".join(inner) + f"\ndone()\n}}{options})")
        elif kind < 0.7:
            inner = body(rng, names, "shared", depth + 1, files)
            lines.append(f"{name}.register(fp(async (shared) => {{\n" + "\n".join(inner) + f"\n}}){options})")
        else:
            files.append("")
            number = len(files)
            statements = "\n".join(body(rng, names, "fastify", depth + 1, files, prefixed))
            form = rng.choice(["module.exports = async function (fastify, opts) {\n%s\n}", PLUGIN, NAMED])
            files[number - 1] = HEAD + form % statements
            lines.append(
                f"{name}.register(require('./plugin{number}')" + (".routes" if form is NAMED else "") + f"{options})"
            )
    return lines


HEAD = "const fp = require('fastify-plugin')\nconst BASE = '/base'\nconst PREFIX = '/pre'\nconst h = async () => 'ok'\n"
PLUGIN = "async function routes(fastify, options) {\n%s\n}\nmodule.exports = routes"
NAMED = "exports.routes = async (fastify) => {\n%s\n}"


def written(rng: random.Random) -> dict[str, str]:
    names, files = Names(rng), list[str]()
    lines = body(rng, names, "app", 0, files)
    sources = {f"plugin{number}.js": text for number, text in enumerate(files, 1)}
    options = rng.choice(["", "{ logger: false }"])
    sources["app.js"] = (
        f"const Fastify = require('fastify')\n{HEAD}const app = Fastify({options})\n" + "\n".join(lines) + "\n"
    )
    sources["app.js"] += "module.exports = { app }\n"
    sources["package.json"] = '{"name": "app", "dependencies": {"fastify": "^5.0.0"}}'
    return sources


def listed(printed: str) -> set[tuple[str, str]]:
    """Read the tree that `printRoutes` draws."""
    found, stack = set[tuple[str, str]](), list[str]()
    for line in printed.splitlines():
        match = re.match(r"^((?:│   |    )*)(?:├── |└── )(.*?)(?: \(([A-Z, ]+)\))?$", line)
        if match is None:
            continue
        depth = len(match[1]) // 4
        stack = [*stack[:depth], match[2]]
        path = re.sub(r":\w+(?:\|:\w+)*", "{id}", "".join(stack)).replace("*", "{rest:path}")
        for method in (match[3] or "").split(", "):
            if method not in {"", "HEAD"}:
                found.add((method, path))
    return found


EVERY = ("GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE")


def ours(backend: FoundBackend, theirs: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """Return the routes; `all` has the methods that Fastify lists for the path."""
    found = set()
    for route in backend.routes:
        shown = re.sub(r"\{\w+\}", "{id}", route.path)
        methods = [method for method, path in theirs if path == shown] if route.method == "*" else [route.method]
        found |= {(method, shown) for method in methods}
    return found


def test_generated_applications(tmp_path: Path) -> None:
    modules = HERE / "node_modules"
    if shutil.which("node") is None or not (modules / "fastify").exists():
        pytest.skip("fastify is not installed: run `make test-real`")
    (tmp_path / "node_modules").symlink_to(modules)
    rng = random.Random(1)
    cases, probes = [], []
    for number in range(CASES):
        sources = written(rng)
        (tmp_path / f"case{number}").mkdir()
        for path, text in sources.items():
            (tmp_path / f"case{number}" / path).write_text(text)
        (backend,) = backends_of(sources)
        paths = [re.sub(r"\{\w+:path\}", "x/y", route.path) for route in backend.routes][:6]
        paths = [re.sub(r"\{\w+\}", "7", path) for path in paths]
        requests = [
            (rng.choice(["GET", "POST"]), variant) for path in paths for variant in (path, path + "/", path.upper())
        ]
        cases.append((sources, backend, requests))
        probes.append([f"case{number}", requests])
    (tmp_path / "probes.json").write_text(json.dumps(probes))
    done = subprocess.run(
        ["node", HERE / "fastify_probe.cjs", tmp_path, tmp_path / "probes.json"],
        capture_output=True,
        env={"PATH": os.environ["PATH"]},
    )
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    for (sources, backend, requests), (printed, answers) in zip(cases, json.loads(done.stdout), strict=True):
        theirs = listed(printed)
        assert backend.complete, sources
        assert ours(backend, theirs) == theirs, (sources, printed)
        for (method, path), answered in zip(requests, answers, strict=True):
            assert bool(find(*served(backend, method, path))) == answered, (method, path, printed)
