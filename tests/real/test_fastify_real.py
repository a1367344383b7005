"""Generated applications of Fastify, Koa and Hono, as the frameworks answer and as rtlint does."""

from __future__ import annotations

import json
import random
import re
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from rtlint.facts.derived import Backend, ServedRoute
from rtlint.link.backends import FoundBackend
from rtlint.link.route_paths import find, glob
from tests.link.found import backends_of, table

pytestmark = pytest.mark.real

HERE = Path(__file__).parent
SEGMENTS = ["api", "v1", "pusher", "auth", "orders", "rt", "Users", ":id", "hooks"]
VERBS = ["get", "post", "put", "delete"]
REST = {
    "fastify": re.compile(r"(?!)"),
    "koa": re.compile(r"^(.*)\{rest:path\}$"),
    "hono": re.compile(r"^(.*)\{m:path\}/?$|^(.*\{n\}/?)$"),
}
"""Routes that rtlint takes for wider than they are: a rest that may not be empty, a parameter of digits."""
PACKAGES = {
    "fastify": ["fastify", "fastify-plugin"],
    "koa": ["koa", "@koa/router", "koa-mount", "koa-compose"],
    "hono": ["hono"],
}
HANDLER = {
    "fastify": "const h = async (request, reply) => { reply.type('text/plain'); return 'hit'; };",
    "koa": "const h = async (ctx, next) => { ctx.body = 'hit'; };",
    "hono": "const h = (c) => c.text('hit');",
}

Sources = dict[str, str]
Probe = tuple[str, str]


class Names:
    """Names of parameters that differ: routers refuse two of the same name in one path."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.count = 0

    def path(self, most: int = 3, end: Sequence[str] = ("",)) -> str:
        parts = [self.rng.choice(SEGMENTS) for _ in range(self.rng.randint(1, most))]
        shown = []
        for part in parts:
            self.count += 1
            shown.append(f":p{self.count}" if part == ":id" else part)
        return "/" + "/".join(shown) + self.rng.choice(list(end))

    def unique(self, end: Sequence[str] = ("",)) -> str:
        """Return a path that no other one is like."""
        self.count += 1
        return f"/u{self.count}{self.path(1)}{self.rng.choice(list(end))}"


def fastify_routes(names: Names, owner: str, *, root: Sequence[str] = ()) -> list[str]:
    """Return routes whose paths are unique, since Fastify refuses a second one; one of `root` may be among them."""
    rng, lines = names.rng, []
    bare = [rng.choice(list(root))] if root else []
    for path in [
        *bare,
        *(names.unique(["", "", "/", "/*", "/:a-:b", "/:n(^[0-9]+$)"]) for _ in range(rng.randint(1, 3))),
    ]:
        form, slash = rng.randrange(6), rng.choice(["both", "slash", "no-slash"])
        if form < 3:
            lines.append(f"{owner}.{rng.choice([*VERBS, 'all'])}('{path}', h);")
        elif form == 3:
            lines.append(f"{owner}.get('{path}', {{ prefixTrailingSlash: '{slash}' }}, h);")
        else:
            key, method = rng.choice(["url", "path"]), rng.choice(["'GET'", "['PUT', 'POST']", "'delete'"])
            full = path if path in {"", "/"} else f"/base{path}"
            options = f"method: {method}, {key}: '{full}', handler: h, prefixTrailingSlash: '{slash}'"
            lines.append(f"{owner}.route({{ {options} }});")
    return lines


NAMED = "module.exports.default = plugin;\nmodule.exports.named = plugin;"
FASTIFY_HEAD = [
    "const fp = require('fastify-plugin');",
    "const BASE = '/base';",
    HANDLER["fastify"],
]


def prefix_of(names: Names) -> str:
    """Return the options of a `register` with a prefix that no other one has."""
    given = names.unique(["", "", "/"])
    return names.rng.choice(
        [f"{{ prefix: '{given}' }}", f"{{ prefix: '{given[1:]}' }}", f"{{ prefix: BASE + '{given}' }}"]
    )


def fastify_plugin(names: Names, index: int, inside: Sequence[int]) -> str:
    """Return a module with a plugin, which registers others and one in place."""
    rng, form = names.rng, names.rng.randrange(4)
    body = fastify_routes(names, "instance", root=("/", "") if form < 2 else ())
    for inner in inside:
        loaded = rng.choice([f"require('./part{inner}.cjs')", f"import('./part{inner}.cjs')"])
        body.append(f"instance.register({loaded}, {prefix_of(names)});")
    if rng.random() < 0.4:
        own = " ".join(fastify_routes(names, "child", root=("/", "")))
        body.append(f"instance.register(async (child) => {{ {own} }}, {prefix_of(names)});")
    text = "\n  ".join(body)
    end = [
        f"module.exports = async function (instance, options) {{\n  {text}\n}};",
        f"async function plugin(instance) {{\n  {text}\n}}\nmodule.exports = plugin;",
        f"const plugin = async (instance) => {{\n  {text}\n}};\nmodule.exports = fp(plugin);",
        f"const plugin = fp(async (instance) => {{\n  {text}\n}});\nmodule.exports = plugin;\n{NAMED}",
    ][form]
    return "\n".join([*FASTIFY_HEAD, end]) + "\n"


def fastify_case(rng: random.Random, number: int) -> Sources:
    """Return modules with plugins that register each other, under an application with options."""
    names, count = Names(rng), rng.randint(1, 5)
    parents = [rng.randrange(-1, index) for index in range(count)]
    inside = [[inner for inner in range(count) if parents[inner] == index] for index in range(count)]
    sources = {f"case{number}/part{index}.cjs": fastify_plugin(names, index, inside[index]) for index in range(count)}
    options = rng.choice(["", "{ logger: false }", "{ routerOptions: { ignoreTrailingSlash: true } }"])
    lines = ["exports.build = async (seen) => {", f"const app = require('fastify')({options});"]
    lines += ["app.addHook('onRoute', seen);", *fastify_routes(names, "app", root="/")]
    for index in (index for index in range(count) if parents[index] < 0):
        lines.append(f"app.register(require('./part{index}.cjs'), {prefix_of(names)});")
    lines += rng.choice([[], ["extra(app);"]])
    extra = f"function extra(given) {{ {' '.join(fastify_routes(names, 'given'))} }}"
    sources[f"case{number}/main.cjs"] = "\n".join([*FASTIFY_HEAD, *lines, "return app;", "};", extra]) + "\n"
    return sources


def koa_part(names: Names, index: int) -> str:
    rng = names.rng
    prefix = f"{{ prefix: '{names.path(1)}' }}" if rng.random() < 0.5 else ""
    body = ["const Router = require('@koa/router');", f"const router = new Router({prefix});", HANDLER["koa"]]
    for _ in range(rng.randint(1, 3)):
        path = rng.choice([names.path(2, ["", "", "/"]), "/", names.path(1, ["/*rest"])])
        verb, name = rng.choice([*VERBS, "all", "del"]), rng.choice(["", "", "'name', "])
        body.append(f"router.{verb}({name}'{path}', h);")
    if rng.random() < 0.3:
        body.append(f"router.get(['{names.path(1)}', '{names.path(1)}'], h);")
    for inner in range(index):
        if rng.random() < 0.4:
            at = rng.choice(["", f"'{names.path(1)}', "])
            body.append(f"const r{inner} = require('./part{inner}.cjs');")
            body.append(f"router.use({at}r{inner}.routes(), r{inner}.allowedMethods());")
    if not prefix and rng.random() < 0.3:
        body.append(f"router.prefix('{names.path(1)}');")
    return "\n".join([*body, "module.exports = router;"]) + "\n"


def koa_case(rng: random.Random, number: int) -> Sources:
    """Return modules with routers, under an application with middleware and mounts."""
    names, count = Names(rng), rng.randint(1, 3)
    sources = {f"case{number}/part{index}.cjs": koa_part(names, index) for index in range(count)}
    lines = [
        "const Koa = require('koa');",
        "const mount = require('koa-mount');",
        "const compose = require('koa-compose');",
    ]
    lines += ["const app = new Koa();", "app.silent = true;", "app.use(async (ctx, next) => { await next(); });"]
    for index in range(count):
        lines.append(f"const part{index} = require('./part{index}.cjs');")
        form = rng.randrange(5)
        if form < 2:
            lines.append(f"app.use(part{index}.routes()).use(part{index}.allowedMethods());")
        elif form == 2:
            lines.append(f"app.use(mount('/m{index}', part{index}.routes()));")
        elif form == 3:
            lines.append(f"const in{index} = new Koa(); in{index}.use(part{index}.routes());")
            lines.append(f"app.use(mount('/n{index}', in{index}));")
        else:
            lines.append(f"app.use(compose([part{index}.routes(), part{index}.allowedMethods()]));")
    sources[f"case{number}/main.cjs"] = "\n".join([*lines, "exports.app = app;"]) + "\n"
    return sources


def hono_routes(names: Names, owner: str) -> list[str]:
    rng, lines = names.rng, []
    for _ in range(rng.randint(1, 3)):
        paths = [names.path(2, ["", "", "/"]), "/", names.path(1, ["/*", "/:o?", "/:n{[0-9]+}", "/:m{.+}"]), "plain"]
        first, second = rng.choice(paths), names.path(2)
        form = rng.randrange(4)
        if form < 2:
            lines.append(f"{owner}.{rng.choice([*VERBS, 'all'])}('{first}', h);")
        elif form == 2:
            lines.append(f"{owner}.get('{first}', h).post('{second}', h);")
        else:
            lines.append(f"{owner}.on(['PUT', 'DELETE'], ['{first}', '{second}'], h);")
    return lines


def hono_part(names: Names, index: int) -> str:
    rng = names.rng
    base = f".basePath('{names.path(1)}')" if rng.random() < 0.3 else ""
    chained = f".get('{names.path(1)}', h)" if rng.random() < 0.4 else ""
    body = ["const { Hono } = require('hono');", HANDLER["hono"], f"const part = new Hono(){base}{chained};"]
    for inner in range(index):
        if rng.random() < 0.4:
            body.append(f"part.route('{rng.choice(['/', names.path(1)])}', require('./part{inner}.cjs'));")
    return "\n".join([*body, *hono_routes(names, "part"), "module.exports = part;"]) + "\n"


def hono_case(rng: random.Random, number: int) -> Sources:
    """Return modules with applications that one application mounts."""
    names, count = Names(rng), rng.randint(1, 3)
    sources = {f"case{number}/part{index}.cjs": hono_part(names, index) for index in range(count)}
    made = rng.choice(["new Hono()", "new Hono({ strict: false })", "new Hono().basePath('/top')"])
    lines = ["const { Hono } = require('hono');", HANDLER["hono"], f"const app = {made};"]
    lines += ["app.use('*', async (c, next) => { await next(); });", *hono_routes(names, "app")]
    for index in range(count):
        if rng.random() < 0.8:
            lines.append(f"app.route('{rng.choice(['/', names.path(1), 'bare'])}', require('./part{index}.cjs'));")
    sources[f"case{number}/main.cjs"] = "\n".join([*lines, "exports.app = app;"]) + "\n"
    return sources


def probes_of(rng: random.Random, backend: FoundBackend) -> list[Probe]:
    """Return requests to every served path, to others like it, and to some that nobody serves."""
    names = Names(rng)
    served = [re.sub(r"\{[^}]*:path\}", "a/b", route.path) for route in backend.routes]
    paths = {re.sub(r"\{[^}]*\}", "7", path) for path in served} | {names.path(3).replace(":", "") for _ in range(6)}
    for path in sorted(paths):
        paths |= {path.rstrip("/") or "/", path.rstrip("/") + "/", path.upper(), path.rpartition("/")[0] or "/"}
        paths |= {re.sub(r"^/\w+", "", path) or "/"}
    # koa-mount compares its prefix with its case.
    ends = {
        found[found.lastindex or 1] for route in backend.routes if (found := REST[backend.framework].search(route.path))
    }
    loose = {
        path
        for path in paths
        if any(
            re.fullmatch(re.sub(r"\{\w+\}", "(?!7(?:/|$))[^/]+" if "{n}" in end else "[^/]+", end), path, re.IGNORECASE)
            for end in ends
        )
    }
    asked = (path for path in paths - loose if not re.match(r"//|/[MN]\d", path))
    return sorted((verb.upper(), path) for path in asked for verb in VERBS)


def asked(folder: Path, framework: str, cases: Sequence[Sources], probes: Sequence[list[Probe]]) -> list[Any]:
    for path, text in (item for case in cases for item in case.items()):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    (folder / "probes.json").write_text(json.dumps(probes))
    (folder / "node_modules").symlink_to(HERE / "node_modules")
    script = folder / "probe.cjs"
    script.write_text((HERE / "server_probe.cjs").read_text())
    command = ["node", str(script), str(folder), framework]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    found: list[Any] = json.loads(done.stdout)
    return found


def served(backend: FoundBackend, requests: Sequence[Probe]) -> list[bool]:
    made = Backend(1, backend.at, backend.framework, backend.directory, backend.complete)
    routes = [
        ServedRoute(1, route.at, route.method, route.protocol, route.path, glob(route.path), route.at)
        for route in backend.routes
    ]
    return [bool(find(routes, method, path, [made])) for method, path in requests]


def text_of(case: Sources) -> str:
    return "\n".join(f"# {path}\n{text}" for path, text in case.items())


def printed(tree: str) -> set[Probe]:
    """Return the routes of Fastify's printed tree: each line adds a piece of path to the line that it hangs on."""
    stack: list[tuple[int, str]] = []
    found: set[Probe] = set()
    for line in tree.splitlines():
        depth = re.search(r"[^\s│├└─]", line)
        if depth is None:
            continue
        piece, _, methods = line[depth.start() :].partition(" (")
        stack = [(column, text) for column, text in stack if column < depth.start()]
        whole = (stack[-1][1] if stack else "") + piece.removeprefix("(empty root node)")
        stack.append((depth.start(), whole))
        found |= {(method, whole) for method in methods.rstrip(")").split(", ") if method and method != "HEAD"}
    return found


def shape(found: set[Probe], *, either: bool) -> set[Probe]:
    """Return routes with parameters made alike and the usual verbs only; `either` cuts off slashes at the end."""
    plain = {(method, re.sub(r"\([^)]*\)", "", path)) for method, path in found}
    alike = {(method, re.sub(r"\{\w+:path\}|\*", "*", path)) for method, path in plain}
    alike = {(method, re.sub(r"\{[^}]*\}|:\w+", "{}", path)) for method, path in alike}
    wide = {(verb.upper(), path) for method, path in alike if method == "*" for verb in VERBS}
    usual = {pair for pair in alike | wide if pair[0].lower() in VERBS}
    return {(method, path.rstrip("/") or "/") for method, path in usual} if either else usual


Case = Callable[[random.Random, int], Sources]
FRAMEWORKS: list[tuple[str, Case, int]] = [
    ("fastify", fastify_case, 200),
    ("koa", koa_case, 100),
    ("hono", hono_case, 100),
]


@pytest.mark.parametrize(("framework", "generate", "count"), FRAMEWORKS)
def test_servers(framework: str, generate: Case, count: int, tmp_path: Path) -> None:
    missing = [name for name in PACKAGES[framework] if not (HERE / "node_modules" / name).is_dir()]
    if missing or not shutil.which("node"):
        pytest.skip(f"npm package {missing} is not installed: make test-real installs it")
    rng = random.Random(1)
    cases = [generate(rng, number) for number in range(count)]
    found = [backends_of(case) for case in cases]
    found = [[backend for backend in backends if backend.at.path.endswith("main.cjs")] for backends in found]
    found = [[min(backends, key=lambda backend: backend.at)] for backends in found]
    probes = [probes_of(rng, backend) for (backend,) in found]
    real = asked(tmp_path, framework, cases, probes)
    for case, (backend,), requests, (listed, answers, tree) in zip(cases, found, probes, real, strict=True):
        assert backend.complete, text_of(case)
        mine = served(backend, requests)
        wrong = [probe for probe, one, other in zip(requests, mine, answers, strict=True) if one != other]
        assert not wrong, f"{wrong}\n{text_of(case)}"
        if framework == "fastify":
            either = "ignoreTrailingSlash" in text_of(case)
            want, reported = (
                shape(table(backend), either=either),
                shape({(method, url) for method, url in listed}, either=either),
            )
            # The hook is not told of the second path, with a slash, that `/` under a prefix gets.
            assert reported <= want, text_of(case)
            assert all(path.endswith("/") and (method, path[:-1]) in reported for method, path in want - reported)
            # printRoutes prints a route with a wildcard as the wildcard alone.
            tree_of = {(method, path) for method, path in shape(printed(tree), either=either) if "*" not in path}
            assert tree_of == {(method, path) for method, path in want if "*" not in path}, f"{tree}\n{text_of(case)}"
