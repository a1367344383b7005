"""Whole environments, mode by mode, against the loaders that define them: Vite's loadEnv and Next.js' loadEnvConfig.

The dialect itself is compared in test_dotenv_real.py; here it is the files, their order and what refers to what.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
from pathlib import Path

import pytest

from rtlint.facts.expressions import EnvVar
from rtlint.facts.site import Site
from rtlint.link.values import Folder
from rtlint.pipeline import Overrides, analyse, prepare

pytestmark = pytest.mark.real

HERE = Path(__file__).parent
CASES = 220
NAMES = ("VITE_A", "VITE_B", "NEXT_PUBLIC_C", "KEY", "HOST")
PLAIN = ("one", "two words", "wss://h:6001/x", "", "0")
REFERRING = (*PLAIN, "${KEY}", "$HOST/x", "${NONE:-d}", "$KEY-${HOST}", "$NONE")
MODES = {"vite": ("development", "production", "staging"), "next": ("development", "production")}

LOADERS = {
    "vite": (
        "vite/dist/node/index.js",
        "const results = [];\nfor (const [folder, mode] of cases) results.push(module.loadEnv(mode, folder, ''));",
    ),
    "next": (
        "@next/env/dist/index.js",
        """
const results = [];
const quiet = { info() {}, error() {} };
for (const [folder, mode] of cases) {
  module.resetEnv();
  for (const name of Object.keys(process.env)) delete process.env[name];
  module.updateInitialEnv({});
  const before = new Set(Object.keys(process.env));
  const { combinedEnv } = module.loadEnvConfig(folder, mode === 'development', quiet, true);
  results.push(Object.fromEntries(Object.entries(combinedEnv).filter(([name]) => !before.has(name))));
}""",
    ),
}
PROGRAM = """
import { readFileSync } from 'node:fs';
const [entry, requests] = process.argv.slice(1);
const loaded = await import(entry);
const module = loaded.loadEnv || loaded.loadEnvConfig ? loaded : loaded.default;
const cases = JSON.parse(readFileSync(requests, 'utf-8'));
for (const name of Object.keys(process.env)) delete process.env[name];
%s
process.stdout.write(JSON.stringify(results));
"""


def line(rng: random.Random) -> str:
    """Return an assignment; only names that nothing refers to have references, so that there are no cycles."""
    name = rng.choice(NAMES)
    return f"{name}={rng.choice(PLAIN[:3] if name in {'KEY', 'HOST'} else REFERRING)}"


def written(rng: random.Random, folder: Path, tool: str) -> None:
    folder.mkdir()
    manifest = {"name": "web", "dependencies": {tool: "*"}, "scripts": {"b": "vite build --mode staging"}}
    (folder / "package.json").write_text(json.dumps(manifest))
    for mode in ("", *(f".{mode}" for mode in MODES[tool])):
        for local in ("", ".local"):
            if rng.random() < (0.9 if not mode and not local else 0.4):
                lines = [line(rng) for _ in range(rng.randint(1, 5))]
                (folder / f".env{mode}{local}").write_text("\n".join(lines) + "\n")
    if not (folder / ".env").exists():
        (folder / ".env").write_text("HOST=h\n")


def ours(folder: Path) -> dict[str, dict[str, str]]:
    """Return every variable by mode, as link sees it."""
    program = analyse(folder, prepare(folder, Overrides()).config).program
    found: dict[str, dict[str, str]] = {}
    for place in program.environments.of(""):
        folder_of_values = Folder(program.modules, place)
        values = {}
        for name in NAMES:
            outcomes = folder_of_values.fold("a.ts", EnvVar(Site("a.ts", 1, 1, 1, 1), name, "process.env"))
            if any(outcome.state != "unset" for outcome in outcomes):
                values[name] = "|".join(one.text if one.state == "known" else one.state for one in outcomes)
        found[place.mode] = values
    return found


@pytest.mark.parametrize("tool", sorted(LOADERS))
def test_every_variable_in_every_mode(tool: str, tmp_path: Path) -> None:
    entry, body = LOADERS[tool]
    module = HERE / "node_modules" / entry
    if shutil.which("node") is None:
        pytest.skip("node is not installed")
    if not module.exists():
        pytest.skip(f"{entry} is not installed: run `make test-real`")
    rng = random.Random(7)
    folders = [tmp_path / str(number) for number in range(CASES)]
    for folder in folders:
        written(rng, folder, tool)
    cases = [(str(folder), mode) for folder in folders for mode in MODES[tool]]
    (tmp_path / "cases.json").write_text(json.dumps(cases))
    done = subprocess.run(
        ["node", "--input-type=module", "--eval", PROGRAM % body, module.as_uri(), str(tmp_path / "cases.json")],
        capture_output=True,
        env={"PATH": os.environ["PATH"]},
    )
    assert done.returncode == 0, done.stderr.decode()
    theirs = {tuple(case): result for case, result in zip(cases, json.loads(done.stdout), strict=True)}
    wrong = []
    for folder in folders:
        found = ours(folder)
        for mode in MODES[tool]:
            # A lone reference to what nothing sets is unset here and an empty text there.
            expected = {name: value for name, value in theirs[str(folder), mode].items() if name in NAMES and value}
            if {name: value for name, value in found[mode].items() if value} != expected:
                files = {path.name: path.read_text() for path in folder.glob(".env*")}
                wrong.append((mode, files, found[mode], expected))
    assert not wrong, f"{len(wrong)} of {len(cases)}, the first: {wrong[0]}"
