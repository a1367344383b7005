"""Files that matter only for the routes which they serve are read where something may call these."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rtlint.facts.derived import ServedRoute
from rtlint.facts.files import SourceFile
from rtlint.pipeline import Overrides, check, query
from rtlint.pipeline.checking import Judged, judged
from rtlint.pipeline.memory import Memory
from rtlint.pipeline.reading import Contents, read_facts

PAGE = "import { ready } from './ready'\nexport const start = () => ready(import.meta.env.MODE)\n"
CLIENT = "import Pusher from 'pusher-js'\nconst p = new Pusher('3f1c4b5d6e7f8a9b0c1d', { cluster: 'eu', "
CLIENT += "authEndpoint: '/api/pusher/auth' })\np.subscribe('private-orders')\n"
FASTAPI = "from fastapi import FastAPI\napp = FastAPI()\n\n@app.post('/api/v1/pusher/auth')\ndef auth(): ...\n"
EXPRESS = (
    "import express from 'express'\nconst app = express()\napp.post('/health', (q, r) => r.end())\napp.listen(3000)\n"
)
RULE = """\
code: RT999
name: a-route
level: note
summary: A route.
explanation: A route.
query: |
  SELECT at, path FROM called_endpoint
message: "{path}"
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "package.json").write_text(
        json.dumps({"name": "x", "dependencies": {"express": "5.0.0", "vite": "7.0.0"}})
    )
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "page.ts").write_text(PAGE)
    (tmp_path / "src" / "ready.ts").write_text("export const ready = (mode: string) => mode\n")
    (tmp_path / "server").mkdir()
    (tmp_path / "server" / "main.py").write_text(FASTAPI)
    (tmp_path / "server" / "index.js").write_text(EXPRESS)
    return tmp_path


def routes(found: Judged) -> set[str]:
    return {fact.path for fact in found.analysis.facts if isinstance(fact, ServedRoute)}


def test_without_clients_nobody_asks_for_routes(project: Path) -> None:
    found = judged(project, Overrides())
    assert (found.analysis.routes, routes(found)) == (False, set())
    whole = judged(project, Overrides(), routes=True)
    assert (whole.analysis.routes, routes(whole)) == (True, {"/api/v1/pusher/auth", "/health"})
    assert whole.analysis.read == found.analysis.read + 2
    assert whole.findings == found.findings == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("src/realtime.ts", CLIENT),
        ("src/socket.ts", "export const s = new WebSocket('wss://example.org/live')\n"),
        (".env", "VITE_WEBSOCKET_URL=wss://example.org/live\n"),
        ("src/flag.ts", "export const on = import.meta.env.VITE_ENABLE_WEBSOCKET === 'true'\n"),
        ("compose.yaml", "services:\n  web:\n    environment: {A: '${SOCKET_URL}'}\n"),
    ],
)
def test_whatever_is_real_time_asks_for_them(project: Path, name: str, text: str) -> None:
    (project / name).write_text(text)
    found = judged(project, Overrides())
    assert (found.analysis.routes, routes(found)) == (True, {"/api/v1/pusher/auth", "/health"})
    assert found.findings == judged(project, Overrides(), routes=True).findings


def test_a_client_is_held_against_routes_that_were_put_off(project: Path) -> None:
    (project / "src" / "realtime.ts").write_text(CLIENT)
    assert "RT202" in {finding.code for finding in check(project).report.findings}


def test_questions_and_own_rules_see_all_routes(project: Path) -> None:
    columns, rows = query(project, "SELECT path FROM served_route ORDER BY path")
    assert (columns, rows) == (("path",), [("/api/v1/pusher/auth",), ("/health",)])
    (project / ".rtlint" / "rules").mkdir(parents=True)
    (project / ".rtlint" / "rules" / "own.yaml").write_text(RULE)
    assert routes(judged(project, Overrides())) == {"/api/v1/pusher/auth", "/health"}


def test_a_file_that_matters_otherwise_is_read_at_once(project: Path) -> None:
    (project / "server" / "env.py").write_text(FASTAPI + "import os\nmode = os.environ['MODE']\n")
    (project / "server" / "silenced.js").write_text(EXPRESS + "// rtlint: ignore[RT101]: none\n")
    (project / "server" / "wide.js").write_bytes(EXPRESS.encode("utf-16"))
    names = [path.relative_to(project).as_posix() for path in sorted(project.rglob("*.*")) if path.is_file()]
    kinds = {".py": "python", ".js": "javascript", ".ts": "javascript", ".json": "manifest"}
    files = [SourceFile(name, kinds[Path(name).suffix], "app", False, 1) for name in names]
    facts, later = read_facts(files, Contents(project, {}), Memory(), (), lambda *_: None, 1, routes=False)
    assert [file.path for file in later] == ["server/index.js", "server/main.py"]
    assert {path for path, found in facts.items() if found.relevant} >= {
        "server/env.py",
        "server/silenced.js",
        "server/wide.js",
        "package.json",
    }
