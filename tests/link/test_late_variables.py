"""Variables that only the running container of a finished bundle is given."""

from __future__ import annotations

from pathlib import Path

import pytest

from rtlint.judge import query
from rtlint.pipeline import Overrides, analyse, prepare
from tests.link.test_images import LATE, NEXT, VITE, compose, image

CLIENT = """\
import Pusher from 'pusher-js';
export const p = new Pusher(import.meta.env.VITE_KEY, { cluster: 'eu' });
"""


def late(root: Path, files: dict[str, str]) -> list[tuple[str, str, str, str]]:
    """Return name, service, bundler and reason of each late variable."""
    base = {"package.json": VITE, "src/rt.ts": CLIENT, "Dockerfile": image(), "compose.yaml": compose("build: .", LATE)}
    for path, text in {**base, **files}.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    analysis = analyse(root, prepare(root, Overrides()).config)
    rows = query(analysis.facts, "SELECT name, service, bundler, reason FROM late_variable_of_bundle ORDER BY name")[1]
    return [tuple(str(column) for column in row) for row in rows]  # type: ignore[misc]


FOUND = [("VITE_KEY", "web", "Vite", "late")]


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"run.env": "VITE_KEY=late", "compose.yaml": compose("build: .", "env_file: run.env")},
        {"compose.yaml": compose("build: .", "environment: [VITE_KEY]")},
        {"compose.yaml": compose("build: .", "image: acme/web:1", LATE)},
        {".env.example": "VITE_KEY=", ".dockerignore": ".env*"},
        {"other/start.sh": "echo $VITE_KEY", "other/package.json": '{"name": "other"}'},
    ],
)
def test_late(tmp_path: Path, files: dict[str, str]) -> None:
    assert late(tmp_path, files) == FOUND


@pytest.mark.parametrize(
    "files",
    [
        {"start.sh": "sed s/__KEY__/$VITE_KEY/ app.js"},
        {"index.html": "<script>window.__ENV__ = {}</script>"},
        {"start.sh": "envsubst < a > b"},
        {"server/index.ts": "import http from 'node:http';\nexport const k = process.env.VITE_KEY;\n"},
        {"server/index.ts": "import http from 'node:http';\nexport const k = (n: string) => process.env[n];\n"},
        {"src/rt.ts": "import Pusher from 'pusher-js';\nexport const p = new Pusher('a', { cluster: 'eu' });\n"},
        {".env.example": "VITE_KEY="},
        {".env": "VITE_KEY=dotenv"},
        {"package.json": VITE.replace('"vite"', '"esbuild"')},
        {"compose.yaml": compose("image: acme/web:1", LATE)},
        {"Dockerfile": image("ARG VITE_KEY")},
        {"Dockerfile": image("ENV VITE_KEY=x")},
        {"Dockerfile": image() + "CMD sed -i s/a/b/ /x && nginx"},
    ],
)
def test_not_late(tmp_path: Path, files: dict[str, str]) -> None:
    assert late(tmp_path, files) == []


def test_why_an_argument_or_a_dotenv_file_does_not_help(tmp_path: Path) -> None:
    argument = compose("build: {context: ., args: {VITE_KEY: a}}", LATE)
    assert late(tmp_path / "a", {"compose.yaml": argument}) == [("VITE_KEY", "web", "Vite", "undeclared")]
    ignored = {".env": "VITE_KEY=dotenv", ".dockerignore": ".env"}
    assert late(tmp_path / "b", ignored) == [("VITE_KEY", "web", "Vite", "ignored")]


def test_next(tmp_path: Path) -> None:
    files = {
        "package.json": NEXT,
        "Dockerfile": "FROM node:22\nCOPY . .\nRUN npm run build\nCMD npm start\n",
        "src/rt.ts": CLIENT.replace("import.meta.env.VITE_", "process.env.NEXT_PUBLIC_"),
        "compose.yaml": compose("build: .", "environment: {NEXT_PUBLIC_KEY: late}"),
    }
    assert late(tmp_path / "a", files) == [("NEXT_PUBLIC_KEY", "web", "Next.js", "late")]
    route = {"app/route.ts": files["src/rt.ts"].replace("pusher-js", "pusher")}
    on_server = {path: text for path, text in files.items() if path != "src/rt.ts"} | {"src/rt.ts": ""}
    assert late(tmp_path / "b", {**on_server, **route}) == []
