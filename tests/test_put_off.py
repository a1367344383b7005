"""Files that matter only beside something real-time are read where something is."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from rtlint.extract import can_wait, can_wait_beside, matters
from rtlint.extract.prefilter import declares_itself
from rtlint.facts.derived import ServedRoute
from rtlint.facts.files import SourceFile
from rtlint.facts.groups import FactGroup
from rtlint.facts.raw import EnvRead, Import
from rtlint.names import REALTIME_WORDS, SYNONYMS, is_realtime, words
from rtlint.pipeline import Overrides, check, query
from rtlint.pipeline.checking import Judged, judged
from rtlint.pipeline.memory import Memory
from rtlint.pipeline.reading import Contents, read_facts
from rtlint.providers import global_constructors, load_providers, package_names

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
    assert (found.analysis.complete, routes(found)) == (False, set())
    whole = judged(project, Overrides(), complete=True)
    assert (whole.analysis.complete, routes(whole)) == (True, {"/api/v1/pusher/auth", "/health"})
    assert whole.analysis.read == found.analysis.read + 3
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
    assert (found.analysis.complete, routes(found)) == (True, {"/api/v1/pusher/auth", "/health"})
    assert found.findings == judged(project, Overrides(), complete=True).findings


def test_a_client_is_held_against_routes_that_were_put_off(project: Path) -> None:
    (project / "src" / "realtime.ts").write_text(CLIENT)
    assert "RT202" in {finding.code for finding in check(project).report.findings}


@pytest.mark.parametrize("name", sorted(global_constructors()))
def test_what_makes_a_client_never_waits(name: str) -> None:
    data = f"const client = new {name}(url)\nconst other = {name}('url')\n".encode()
    file = SourceFile("src/a.js", "javascript", "app", False, len(data))
    assert matters(file, data)
    assert not can_wait(file, data)


@pytest.mark.parametrize("name", sorted(package_names()))
def test_what_imports_a_package_never_waits(name: str) -> None:
    data = f"import made from '{name}'\n".encode()
    file = SourceFile("src/a.js", "javascript", "app", False, len(data))
    assert matters(file, data)
    assert not can_wait(file, data)


def test_questions_and_own_rules_see_all_routes(project: Path) -> None:
    columns, rows = query(project, "SELECT path FROM served_route ORDER BY path")
    assert (columns, rows) == (("path",), [("/api/v1/pusher/auth",), ("/health",)])
    (project / ".rtlint" / "rules").mkdir(parents=True)
    (project / ".rtlint" / "rules" / "own.yaml").write_text(RULE)
    assert routes(judged(project, Overrides())) == {"/api/v1/pusher/auth", "/health"}


def test_a_file_that_matters_otherwise_is_read_at_once(project: Path) -> None:
    at_once: dict[str, str | bytes] = {
        "server/env.py": FASTAPI + "import os\nurl = os.environ['WEBSOCKET_URL']\n",
        "server/silenced.js": EXPRESS + "// rtlint: ignore[RT101]: none\n",
        "server/wide.js": EXPRESS.encode("utf-16"),
        "server/broadcasting.php": "<?php return ['default' => env('BROADCAST_DRIVER')];\n",
        "src/loud.ts": "console.error = () => {}\n",
        "vite.config.ts": "export default { build: { outDir: 'x' } }\n",
    }
    for name, text in at_once.items():
        (project / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    waiting = {
        "config/app.php": "<?php return ['name' => env('APP_NAME')];\n",
        "routes/web.php": "<?php Route::get('/', 'Home');\n",
        "server/mode.py": "import os\nmode = os.environ['MODE']\n",
        "server/index.js": EXPRESS,
        "server/main.py": FASTAPI,
        "src/words.ts": "export const PUSHER_AUTH = '/api/pusher/auth'\n",
        "src/broadcast.ts": "export const broadcast = (text: string) => channel.broadcast(text)\n",
        "src/page.ts": PAGE,
        "src/aws.ts": "export const id = process.env.AWS_ID\n",
    }
    for name, text in waiting.items():
        (project / name).parent.mkdir(exist_ok=True)
        (project / name).write_text(text)
    kinds = {".py": "python", ".js": "javascript", ".ts": "javascript", ".json": "manifest", ".php": "php"}
    names = sorted({*at_once, *waiting, "package.json", "src/ready.ts"})
    files = [SourceFile(name, kinds[Path(name).suffix], "app", False, 1) for name in names]
    facts, later = read_facts(files, Contents(project, {}), Memory(), (), lambda *_: None, 1, complete=False)
    assert [file.path for file in later] == sorted(waiting)
    assert {path for path, found in facts.items() if found.relevant} == {*at_once, "package.json"}


KNOWN = frozenset(word for provider in load_providers().values() for word in provider.words)
STYLES: dict[str, Callable[[list[str]], str]] = {
    "loud": lambda parts: "_".join(part.upper() for part in parts),
    "quiet": "_".join,
    "camel": lambda parts: parts[0] + "".join(part.capitalize() for part in parts[1:]),
    "pascal": lambda parts: "".join(part.capitalize() for part in parts),
    "glued": lambda parts: "".join(part.upper() for part in parts[:-1]) + parts[-1].capitalize(),
    "numbered": "2".join,
}


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("word", sorted(KNOWN | REALTIME_WORDS | SYNONYMS.keys()))
def test_no_real_time_variable_can_wait(word: str, style: str) -> None:
    for parts in ([word], [word, "url"], ["app", word], ["vite", "my", word, "key"], ["web", word], [word, "io"]):
        name = STYLES[style](parts)
        spoken = is_realtime(name) or bool(KNOWN & set(words(name)))
        data = f"export const a = process.env.{name}\n".encode()
        file = SourceFile("src/a.ts", "javascript", "app", False, len(data))
        assert not (spoken and can_wait(file, data)), name


@pytest.mark.parametrize("name", sorted({name for found in load_providers().values() for name in found.variables}))
def test_no_documented_variable_can_wait(name: str) -> None:
    data = f"import os\na = os.environ['{name}']\n".encode()
    assert not can_wait(SourceFile("a.py", "python", "app", False, len(data)), data)


@pytest.mark.parametrize("name", ["AWS_ID", "NEWS_URL", "API_BASE_URL", "PROBABLY", "VITE_APPLICABLE", "ASSET_HOST"])
def test_other_variables_can(name: str) -> None:
    data = f"export const a = process.env.{name}\n".encode()
    assert can_wait(SourceFile("src/a.ts", "javascript", "app", False, len(data)), data)


BESIDE = {
    "src/other.ts": ("export const id = process.env.AWS_ID\n", True),
    "src/other_vite.ts": ("export const id = import.meta.env.VITE_ID ?? import.meta.url\n", True),
    "src/reaching.ts": ("export const host = import.meta.env.VITE_API_HOST\n", False),
    "src/computed.ts": ("export const get = (name: string) => process.env[name]\n", False),
    "src/optional.ts": ("export const get = (name: string) => import.meta.env?.[name]\n", False),
    "src/whole.ts": ("const { A } = process.env\n", False),
    "src/passed.ts": ("read(import.meta.env)\n", False),
    "src/quoted.ts": ("export const id = process.env['AWS_ID']\n", True),
    "src/routes.ts": ("app.get('/', home)\nexport const id = process.env.AWS_ID\n", False),
    "src/spoken.ts": ("export const PUSHER_AUTH = '/api/pusher/auth'\n", False),
    "src/silenced.ts": ("export const id = process.env.AWS_ID // rtlint: ignore[RT301]: none\n", False),
    "vite.config.ts": ("export default { define: { x: process.env.AWS_ID } }\n", False),
}


@pytest.mark.parametrize("name", BESIDE)
def test_beside_a_client_scripts_that_only_read_other_variables_go_on_waiting(name: str) -> None:
    text, waits = BESIDE[name]
    file = SourceFile(name, "javascript", "app", False, len(text))
    assert can_wait_beside(file, text.encode(), (), frozenset({"VITE_API_HOST"})) == waits


@pytest.mark.parametrize("kind", ["python", "php", "ruby"])
def test_beside_a_client_what_serves_routes_does_not_wait(kind: str) -> None:
    assert not can_wait_beside(SourceFile("a", kind, "app", False, 1), b"os.environ['AWS_ID']")


def test_a_script_that_goes_on_waiting_changes_no_finding(project: Path) -> None:
    host = "import.meta.env.VITE_API_HOST"
    client = CLIENT.replace("'/api/pusher/auth'", f"`https://${{{host}}}/api/pusher/auth`")
    (project / "src" / "realtime.ts").write_text(client)
    (project / "src" / "host.ts").write_text(f"export const host = {host}\n")
    (project / "src" / "other.ts").write_text("export const id = import.meta.env.VITE_ID\n")
    found = judged(project, Overrides())
    assert (found.analysis.complete, found.analysis.reaching) == (True, frozenset({"VITE_API_HOST"}))
    whole = judged(project, Overrides(), complete=True)
    assert found.findings == whole.findings != []
    assert {path for path, text in _texts(project).items() if path in _read(whole) - _read(found)} == {
        "src/other.ts",
        "src/page.ts",
    }


def _texts(project: Path) -> dict[str, str]:
    return {path.relative_to(project).as_posix(): path.read_text() for path in project.rglob("*") if path.is_file()}


def _read(found: Judged) -> set[str]:
    return {fact.at.path for fact in found.analysis.facts if isinstance(fact, EnvRead | FactGroup | Import)}


DECLARED: list[tuple[str, str, bool]] = [
    ("export class Store {}\n", "Store", True),
    ("class Store {}\nexport { Store }\n", "Store", True),
    ("export default class {}\n", "default", True),
    ("export default abstract class Store {}\n", "default", True),
    ("export async function connect() {}\n", "connect", True),
    ("class Store {}\nmodule.exports = Store;\n", "default", True),
    ("function make() {}\nexport default make\n", "default", True),
    ("export { Pusher } from './lib'\n", "Pusher", False),
    ("import Store from './store'\nexport default Store\n", "default", False),
    ("export const Store = make()\n", "Store", False),
    ("export * from './store'\n", "Store", False),
    ("  class Store {}\n", "Store", False),
    ("export class Stores {}\n", "Store", False),
    ("export default make(class Store {})\n", "default", False),
    ("class Store {}\n", "*", False),
    ("", "default", False),
]


@pytest.mark.parametrize(("text", "name", "itself"), DECLARED)
def test_what_a_script_declares_itself_is_seen_without_parsing(text: str, name: str, itself: bool) -> None:
    assert declares_itself(text.encode(), name) == itself


def test_a_class_of_the_repository_is_no_reason_to_read_its_file(project: Path) -> None:
    (project / "src" / "realtime.ts").write_text(CLIENT + "import { Store } from './store'\nnew Store()\n")
    (project / "src" / "store.ts").write_text("import { deep } from './deep'\nexport class Store { a = deep }\n")
    found = judged(project, Overrides())
    assert "src/realtime.ts" in _read(found)
    assert "src/store.ts" not in _read(found)


def test_a_client_behind_a_file_that_hands_it_on_is_found(project: Path) -> None:
    (project / "src" / "realtime.ts").write_text(CLIENT.replace("'pusher-js'", "'./lib'"))
    (project / "src" / "lib.ts").write_text("export { default } from 'pusher-js'\n")
    assert "RT202" in {finding.code for finding in check(project).report.findings}
