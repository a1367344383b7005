"""The package: what the wheel holds, and what a start of the program loads."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
import yaml

from rtlint import __version__
from rtlint.providers import rules_directory

ROOT = Path(__file__).parent.parent

HEAVY = frozenset({"yaml", "sqlite3", "re2", "pathspec", "subprocess", "asyncio", "tomllib", "json"})
"""Modules that a start without work has no use for; those of tree-sitter are tested by their prefix."""

RUNTIME = frozenset({"click", "re2", "_re2", "pathspec", "typing_extensions", "yaml", "_yaml", "tree_sitter", "rtlint"})
"""Top-level packages from outside of the standard library that a run of `rtlint check` may load.

pathspec takes typing_extensions where it is installed.
"""

PROJECT = {
    "rtlint.toml": 'exclude = ["generated/"]\n',
    ".gitignore": "dist/\n",
    "package.json": '{"dependencies": {"pusher-js": "^8.4.0", "vite": "^7.0.0"}}\n',
    ".env": "VITE_PUSHER_KEY=a1b2c3d4\n",
    "compose.yaml": "services:\n  web:\n    image: node:22\n    environment:\n      VITE_ENABLE_PUSHER: 'true'\n",
    "index.html": "<!doctype html>\n<script>console.error = () => {};</script>\n",
    "src/rt.ts": "import Pusher from 'pusher-js';\n"
    "export const pusher = new Pusher(import.meta.env.VITE_PUSHER_KEY, { cluster: 'eu' });\n",
    "routes/web.php": "<?php\nRoute::get('/', fn () => 1);\n",
    "config/routes.rb": "Rails.application.routes.draw { root 'home#index' }\n",
    "api/main.py": "from fastapi import FastAPI\napp = FastAPI()\n@app.post('/pusher/auth')\ndef auth(): ...\n",
}


PATHS = f"import sys\nsys.path[:0] = {[path for path in sys.path if path]!r}\n"
"""Makes an interpreter without start-up hooks find what this one does."""


def loaded_by(arguments: list[str], folder: Path) -> set[str]:
    """Return the names of all modules that a run of the program has loaded at its end."""
    script = (
        "import sys\nbefore = set(sys.modules)\nfrom rtlint.cli import main\n"
        f"try:\n    main({arguments!r})\nexcept SystemExit as end:\n    assert end.code in (0, 1, None), end.code\n"
        "print('LOADED', *sorted(set(sys.modules) - before))\n"
    )
    # -I: neither the environment nor the current folder decides what is imported.
    command = [sys.executable, "-I", "-c", script]
    output = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert output.returncode == 0, output.stderr
    last = output.stdout.splitlines()[-1].split()
    assert last[0] == "LOADED"
    return set(last[1:])


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name, text in PROJECT.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["check", "--help"]])
def test_a_start_without_work_loads_nothing_heavy(arguments: list[str], tmp_path: Path) -> None:
    loaded = loaded_by(arguments, tmp_path)
    assert not {name for name in loaded if name in HEAVY or name.startswith(("tree_sitter", "libcst"))}
    ours = {name for name in loaded if name.startswith("rtlint") and not name.startswith("rtlint.cli")}
    assert ours == {"rtlint", "rtlint.errors", "rtlint.facts", "rtlint.facts.records"}


def test_a_check_loads_only_what_it_needs(project: Path) -> None:
    loaded = loaded_by(["check", "--no-color"], project)
    assert "rtlint.pipeline" in loaded
    assert "tree_sitter_typescript._binding" in loaded
    foreign = {name.partition(".")[0] for name in loaded} - set(sys.stdlib_module_names) - RUNTIME
    assert not {name for name in foreign if not is_runtime(name)}
    assert not loaded & {"asyncio", "http.client", "socket", "ssl", "unittest", "click.testing"}


def test_a_plain_check_loads_nothing_that_it_can_do_without(project: Path) -> None:
    (project / "rtlint.toml").unlink()  # Patterns are read by pathspec, and pyproject.toml by tomllib.
    (project / "pyproject.toml").unlink(missing_ok=True)
    script = (
        "import sys\nfrom rtlint.cli import plain\ncode = plain.check(['check', '-q'])\n"
        "assert code in (0, 1), code\nprint('LOADED', *sorted(sys.modules))\n"
    )
    output = subprocess.run(
        [sys.executable, "-I", "-S", "-c", PATHS + script], cwd=project, capture_output=True, text=True
    )
    assert output.returncode == 0, output.stderr
    loaded = set(output.stdout.splitlines()[-1].split()[1:])
    assert "rtlint.judge" in loaded
    heavy = set("click dataclasses inspect hashlib shutil tempfile uuid difflib tomllib".split())
    assert not sorted(loaded & heavy)
    assert len(loaded) <= 380, len(loaded)


def test_a_check_of_a_tree_that_is_as_it_was_loads_neither_extractors_nor_rules(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("RTLINT_NO_CACHE")
    monkeypatch.setenv("RTLINT_CACHE_DIR", str(tmp_path.parent / f"{tmp_path.name}-cache"))
    # What was written at the very moment of a run is never trusted: by the second one the files are old enough.
    for _ in range(2):
        loaded_by(["check", "--no-color"], project)
    loaded = loaded_by(["check", "--no-color"], project)
    assert "rtlint.pipeline.cache" in loaded
    ours = {name for name in loaded if name.startswith("rtlint.")}
    assert not {
        name for name in ours if name.startswith(("rtlint.extract", "rtlint.link", "rtlint.judge", "rtlint.rules"))
    }
    assert len(ours) <= 45, sorted(ours)
    assert not {name for name in loaded if name.startswith(("yaml", "tree_sitter", "libcst", "pathspec"))}


def is_runtime(name: str) -> bool:
    """Tell whether a top-level name is a grammar, what a compiled extension brings along, or an editable install's."""
    return name.startswith(("tree_sitter_", "_cython", "cython_runtime", "_cffi", "__editable__"))


def test_every_declared_dependency_is_used(project: Path) -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    names = {item.partition(">")[0].strip() for item in declared}
    modules = {"google-re2": "re2", "PyYAML": "yaml"}
    # RE2 is loaded only when the analysed project has a regular expression to run.
    loaded = loaded_by(["check"], project) | loaded_by(["check"], with_filter(project))
    loaded = {name.partition(".")[0] for name in loaded}
    # libcst is loaded only when a Python file is fixed.
    assert "import libcst" in (ROOT / "rtlint/fix/python.py").read_text(encoding="utf-8")
    assert not {name for name in names - {"libcst"} if modules.get(name, name.replace("-", "_")) not in loaded}


def with_filter(project: Path) -> Path:
    patch = "const real = console.error;\nconsole.error = (m) => { if (/WebSocket/.test(m)) return; real(m); };\n"
    (project / "src/quiet.js").write_text(patch, encoding="utf-8")
    return project


def test_rules_are_found_from_a_checkout() -> None:
    assert rules_directory() == ROOT / "rules"
    assert (rules_directory() / "providers" / "pusher.yaml").is_file()


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("hatchling", reason="hatchling is not installed: no wheel can be built")
    target = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(target)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (built,) = target.glob("*.whl")
    return built


def test_the_wheel_holds_every_rule_and_no_test(wheel: Path) -> None:
    held = set(zipfile.ZipFile(wheel).namelist())
    rules = {
        f"rtlint/_rules/{path.relative_to(ROOT / 'rules').as_posix()}" for path in (ROOT / "rules").rglob("*.yaml")
    }
    assert len(rules) > 20
    assert {name for name in held if name.startswith("rtlint/_rules/")} == rules
    assert {"rtlint/py.typed", "rtlint/views.sql", "rtlint/schema.sql"} <= held
    assert not {name for name in held if name.startswith(("tests/", "docs/"))}
    assert __version__ in wheel.name


def test_the_unpacked_wheel_runs_by_itself(wheel: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path)
    script = "import rtlint, sys; from rtlint.cli import main; sys.stderr.write(rtlint.__file__); main(['rules'])"
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    run = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    assert run.stderr == str(tmp_path / "rtlint" / "__init__.py")
    assert "RT201  auth-endpoint-mismatch" in run.stdout


def test_the_hook_manifest_runs_the_check_once_over_everything() -> None:
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert hook["entry"] == "rtlint check"
    assert hook["pass_filenames"] is False
    assert hook["require_serial"] is True
