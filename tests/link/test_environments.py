"""Which value reaches a client in which environment: projects written out, asked through the views."""

from __future__ import annotations

from pathlib import Path

import pytest

from rtlint.judge import query
from rtlint.pipeline import Overrides, analyse, prepare

SCRIPTS = '"scripts": {"dev": "vite", "qa": "vite build --mode qa"}'
VITE = '{"name": "web", "dependencies": {"vite": "^7.0.0", "pusher-js": "^8.4.0"}, ' + SCRIPTS + "}"
NEXT = '{"name": "web", "dependencies": {"next": "^16.0.0", "pusher-js": "^8.4.0"}, "scripts": {"dev": "next dev"}}'
CLIENT = """\
import Pusher from 'pusher-js';
export const p = new Pusher(import.meta.env.VITE_KEY ?? 'fallback', { cluster: 'eu' });
"""
NEXT_CLIENT = CLIENT.replace("import.meta.env.VITE_KEY", "process.env.NEXT_PUBLIC_KEY")


def keys(root: Path, files: dict[str, str]) -> dict[str, str]:
    """Return the client's key by environment."""
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    analysis = analyse(root, prepare(root, Overrides()).config)
    rows = query(analysis.facts, "SELECT environment, value, state FROM app_setting WHERE name = 'key'")[1]
    return {environment: value if state == "known" else state for environment, value, state in rows}


def vite(**files: str) -> dict[str, str]:
    return {"package.json": VITE, "src/rt.ts": CLIENT, **files}


def test_dotenv_files_of_vite(tmp_path: Path) -> None:
    files = {".env": "VITE_KEY=base", ".env.local": "VITE_KEY=local", ".env.production": "VITE_KEY=prod"}
    assert keys(tmp_path, vite(**files)) == {"development mode": "local", "production mode": "prod", "qa mode": "local"}


def test_dotenv_files_of_next_in_their_other_order(tmp_path: Path) -> None:
    files = {".env.local": "NEXT_PUBLIC_KEY=local", ".env.production": "NEXT_PUBLIC_KEY=prod"}
    found = keys(tmp_path, {"package.json": NEXT, "src/rt.tsx": NEXT_CLIENT, **files})
    assert found == {"development mode": "local", "production mode": "local"}


def test_nothing_sets_it(tmp_path: Path) -> None:
    assert keys(tmp_path, vite()) == {"any environment": "fallback"}


def test_an_example_file_stands_in_where_nothing_else_is(tmp_path: Path) -> None:
    assert keys(tmp_path, vite(**{".env.example": "VITE_KEY=sample"})) == {"the example file": "sample"}


SERVICE = "service web of compose.yaml"


@pytest.mark.parametrize(
    ("service", "more", "expected"),
    [
        ("build: .\n    environment: {VITE_KEY: direct}", {}, "direct"),
        ("build: .\n    environment: [VITE_KEY=direct]", {}, "direct"),
        ("build: .\n    env_file: [a.env, b.env]", {"a.env": "VITE_KEY=a", "b.env": "VITE_KEY=b"}, "b"),
        ("build: .\n    env_file: a.env\n    environment: {VITE_KEY: direct}", {"a.env": "VITE_KEY=a"}, "direct"),
        ("build: {context: ., args: {VITE_KEY: argument}}", {}, "argument"),
        ("build: .\n    environment: {VITE_KEY: '${K:-default}'}", {}, "default"),
        ("build: .\n    environment: {VITE_KEY: '${K:-default}'}", {".env": "K=given"}, "given"),
        ("build: .\n    environment: {VITE_KEY: '${K}'}", {}, "fallback"),
        ("build: .\n    environment: [VITE_KEY]", {".env": "VITE_KEY=passed"}, "passed"),
        (
            "image: node\n    command: npm run dev\n    volumes: ['.:/app']\n    environment: {VITE_KEY: mounted}",
            {},
            "mounted",
        ),
        ("build: .\n    command: npm run dev", {".env.development": "VITE_KEY=dotenv"}, "dotenv"),
    ],
)
def test_compose(tmp_path: Path, service: str, more: dict[str, str], expected: str) -> None:
    files = vite(**{"compose.yaml": f"services:\n  web:\n    {service}\n", **more})
    assert keys(tmp_path, files)[SERVICE] == expected


def test_an_override_file_is_merged_and_other_files_stand_on_the_base(tmp_path: Path) -> None:
    files = {
        "compose.yaml": "services:\n  web:\n    build: .\n    environment: {VITE_KEY: base}\n",
        "compose.override.yaml": "services:\n  web:\n    environment: {VITE_KEY: override}\n",
        "compose.prod.yaml": "services:\n  web:\n    environment: {VITE_KEY: prod}\n",
    }
    found = keys(tmp_path, vite(**files))
    assert found == {"service web of compose.override.yaml": "override", "service web of compose.prod.yaml": "prod"}


@pytest.mark.parametrize(
    ("service", "runs"),
    [
        ("build: ./apps/web", True),
        ("build: {context: ., dockerfile: apps/web/Dockerfile}", True),
        ("image: node\n    volumes: ['./apps/web:/app']", True),
        ("image: node\n    volumes: ['.:/repo']\n    working_dir: /repo/apps/web", True),
        ("image: node\n    volumes: ['.:/repo']\n    command: pnpm --filter web dev", True),
        ("build: ./apps/api", False),
        ("image: node\n    volumes: ['./apps/api:/app']", False),
        ("image: postgres", False),
    ],
)
def test_which_package_runs_in_which_service(tmp_path: Path, service: str, runs: bool) -> None:
    files = {
        "package.json": '{"workspaces": ["apps/*"]}',
        "apps/web/package.json": VITE,
        "apps/web/src/rt.ts": CLIENT,
        "apps/api/package.json": '{"name": "api", "dependencies": {"express": "^5.0.0"}}',
        "compose.yaml": f"services:\n  one:\n    {service}\n    environment: {{VITE_KEY: here}}\n",
    }
    assert (keys(tmp_path, files).get("service one of compose.yaml") == "here") is runs
