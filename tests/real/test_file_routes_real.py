"""Generated trees of route files: what SvelteKit's and React Router's own readers serve, and what rtlint says."""

from __future__ import annotations

import json
import random
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from rtlint.facts.derived import Backend, ServedRoute
from rtlint.link.backends import FoundBackend
from rtlint.link.route_paths import find, glob
from tests.link.found import backends_of, manifest

pytestmark = pytest.mark.real

HERE = Path(__file__).parent
CASES = 100
WORDS = ["api", "pusher", "auth", "users", "rt"]

Tree = dict[str, str]


def svelte_case(rng: random.Random) -> Tree:
    tree = manifest("", "@sveltejs/kit") | {
        "src/params/word.js": "export const match = () => true",
        "src/routes/end/+server.js": "export const GET = 1, POST = 1",
    }
    for number in range(rng.randint(1, 5)):
        # Each has a word of its own in front, for the router refuses trees in which two routes conflict.
        forms = ["[id]", "[[maybe]]", "(group)", "[id=word]", "pre-[id]", "[x+2d]x", "[...rest]", *WORDS]
        parts = [
            re.sub(r"\b(id|maybe|rest)\b", rf"\g<1>{index}", rng.choice(forms)) for index in range(rng.randint(0, 3))
        ]
        if sum("..." in part or "[[" in part for part in parts) > 1:
            parts = [part for part in parts if "..." not in part]
        parts = [
            part for index, part in enumerate(parts) if "[[" not in part or not "".join(parts[:index]).count("...")
        ]
        folder = "/".join(["src/routes", f"w{number}", *parts])
        leaf = rng.choice(["+server.ts", "+server.js", "+page.svelte", "+layout.svelte"])
        tree[f"{folder}/{leaf}"] = "export const GET = () => 1;" if "server" in leaf else "<p>x</p>"
    return tree


def remix_case(rng: random.Random) -> Tree:
    source = (
        "import { flatRoutes } from '@react-router/fs-routes';\nexport default flatRoutes() satisfies RouteConfig;\n"
    )
    tree = manifest("", "@react-router/dev") | {"app/root.tsx": "", "app/routes.ts": source}
    taken: set[tuple[str, ...]] = set()
    for number in range(rng.randint(2, 7)):
        forms = ["$id", "_pathless", "($lang)", "(opt)", "trailing_", "a[.]json", *WORDS]
        parts = [rng.choice(forms) for _ in range(rng.randint(0, 3))]
        start = [f"w{rng.randrange(3)}"] if rng.random() < 0.8 else ["_auth", f"w{number}"]
        last = rng.choice([[], [], ["_index"], ["$"]])
        name = ".".join([*start, *parts, *last])
        # React Router drops all but one of the routes with the same path, and what is below the others.
        path = tuple(part.rstrip("_") for part in (*start, *parts, *last) if part == "_index" or part[0] != "_")
        if path in taken:
            continue
        taken.add(path)
        file = f"{name}.tsx" if rng.random() < 0.7 else f"{name}/route.tsx"
        tree[f"app/routes/{file}"] = "export async function action() {}\nexport default function Page() {}\n"
    return tree


def probes_of(rng: random.Random, backend: FoundBackend) -> list[str]:
    found = {re.sub(r"\{\w+:path\}", "a/b", route.path) for route in backend.routes}
    paths = {re.sub(r"\{\w+\}", "7", path) for path in found}
    for path in sorted(paths):
        parts = path.split("/")
        paths |= {path.rpartition("/")[0] or "/", f"{path.rstrip('/')}/more", "/".join([*parts[:-1], "other"])}
        paths |= {"/".join([*parts[:2], rng.choice(WORDS), *parts[2:]]), "/".join([*parts[:2], *parts[3:]])}
    return sorted(paths | {f"/{rng.choice(WORDS)}/{rng.choice(WORDS)}" for _ in range(5)})


def serves(backend: FoundBackend, path: str) -> bool:
    known = Backend(1, backend.at, backend.framework, backend.directory, backend.complete)
    routes = [ServedRoute(1, one.at, "*", "http", one.path, glob(one.path), one.at) for one in backend.routes]
    return bool(find(routes, "GET", path, [known]))


@pytest.mark.parametrize(
    ("kind", "generate", "package"),
    [("svelte", svelte_case, "@sveltejs/kit"), ("remix", remix_case, "@react-router/fs-routes")],
)
def test_file_routes(kind: str, generate: Callable[[random.Random], Tree], package: str, tmp_path: Path) -> None:
    modules = HERE / "node_modules"
    if not (modules / package).is_dir() or not shutil.which("node"):
        pytest.skip(f"npm package {package} is not installed: make test-real installs it")
    rng = random.Random(1)
    trees = [generate(rng) for _ in range(CASES)]
    found = [backends_of(tree)[0] for tree in trees]
    asked = [probes_of(rng, backend) for backend in found]
    for number, (tree, probes) in enumerate(zip(trees, asked, strict=True)):
        for path, text in (tree | {"probes.json": json.dumps(probes)}).items():
            file = tmp_path / f"case{number}" / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
    (tmp_path / "cases.json").write_text(json.dumps([f"case{number}" for number in range(CASES)]))
    command = ["node", str(HERE / "file_routes_probe.mjs"), kind, str(tmp_path), str(modules)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    for tree, backend, probes, answers in zip(trees, found, asked, json.loads(done.stdout), strict=True):
        wrong = [(path, real) for path, real in zip(probes, answers, strict=True) if serves(backend, path) != real]
        assert backend.complete
        assert not wrong, f"{wrong}\n{sorted(tree)}\n{sorted({route.path for route in backend.routes})}"
    assert {answer for answers in json.loads(done.stdout) for answer in answers} == {True, False}
