"""What is remembered between runs: right results, whatever happens to the cache and to the files."""

from __future__ import annotations

import json
import os
import pickle
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rtlint.extract import extract
from rtlint.facts.files import FileFacts, SourceFile
from rtlint.findings import Finding
from rtlint.pipeline import Overrides, check
from rtlint.pipeline.cache import Cache, cache_folder

SCENARIO = Path(__file__).parent / "projects" / "scenario"
COMPOSE = "docker-compose.dev.yml"
AGED_NS = 1_700_000_000_123_456_789


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("RTLINT_NO_CACHE")
    monkeypatch.setenv("RTLINT_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def project(tmp_path: Path, folder: Path) -> Path:
    target = tmp_path / "project"
    shutil.copytree(SCENARIO, target)
    age(target)
    return target


def age(root: Path) -> None:
    """Make files look as if they had been written long ago: what was written just now is never trusted."""
    for path in root.rglob("*"):
        os.utime(path, ns=(AGED_NS, AGED_NS), follow_symlinks=False)


class Nothing:
    """Fails when anything is worked out."""

    def __call__(self, *_: object, **__: object) -> object:
        raise AssertionError("this was to be remembered")


@pytest.fixture
def remembered(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    def only_remembered() -> None:
        monkeypatch.setattr("rtlint.pipeline.checking.judged", Nothing())

    return only_remembered


@pytest.fixture(autouse=True)
def old_times(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the time of inode changes, which can't be set, not count as just now."""
    monkeypatch.setattr("rtlint.discover.state.is_racy", lambda *_: False)


def findings(root: Path, overrides: Overrides | None = None) -> tuple[Finding, ...]:
    return tuple(stripped(finding) for finding in check(root, overrides).report.findings)


def stripped(finding: Finding) -> Finding:
    from dataclasses import replace

    return replace(finding, proposals=())


def fresh(root: Path, overrides: Overrides | None = None) -> tuple[Finding, ...]:
    from dataclasses import replace

    return findings(root, replace(overrides or Overrides(), no_cache=True))


def test_a_tree_that_is_as_it_was_is_not_read_again(project: Path, remembered: Callable[[], None]) -> None:
    first = check(project)
    remembered()
    second = check(project)
    assert [stripped(item) for item in second.report.findings] == [stripped(item) for item in first.report.findings]
    assert second.report.sources == first.report.sources
    assert (second.report.files, second.report.read, second.failed) == (first.report.files, first.report.read, True)
    assert second.report.rules == first.report.rules


@pytest.mark.parametrize(
    "overrides", [Overrides(select=("RT2",)), Overrides(ignore=("RT501",)), Overrides(fail_level="error")]
)
def test_other_options_are_another_question(project: Path, overrides: Overrides) -> None:
    findings(project)
    assert findings(project, overrides) == fresh(project, overrides)


def edit(root: Path, path: str, old: str, new: str) -> None:
    text = (root / path).read_text(encoding="utf-8")
    assert old in text
    (root / path).write_text(text.replace(old, new), encoding="utf-8")


def own_rule(root: Path) -> None:
    (root / ".rtlint" / "rules").mkdir(parents=True)
    (root / ".rtlint" / "rules" / "own.yaml").write_text(
        "code: RT999\nname: own-rule\nlevel: note\nsummary: s\nexplanation: e\n"
        "query: SELECT at, name FROM given_variable\nmessage: '{name}'\n"
    )


CHANGES: dict[str, Callable[[Path], object]] = {
    "an edited value": lambda root: edit(root, COMPOSE, "/api/pusher/auth", "/api/v1/pusher/auth"),
    "an edited read": lambda root: edit(
        root, "apps/dashboard/src/config/index.ts", "VITE_PUSHER_ENABLED", "VITE_ENABLE_PUSHER"
    ),
    "a moved line": lambda root: edit(root, COMPOSE, "services:", "# new\nservices:"),
    "a mention": lambda root: (root / "Makefile").write_text("up:\n\tVITE_ENABLE_WEBSOCKET=1 docker compose up\n"),
    "a file more": lambda root: (root / "apps/dashboard/src/raw.ts").write_text(
        "new WebSocket('wss://a.example/x');\n"
    ),
    "a file less": lambda root: (root / "apps/dashboard/index.html").unlink(),
    "a configuration": lambda root: (root / "rtlint.toml").write_text('ignore = ["RT5"]\n'),
    "a rule of its own": own_rule,
    "a suppression": lambda root: edit(
        root, COMPOSE, "      VITE_ENABLE_PUSHER", "      # rtlint: ignore[RT306]\n      VITE_ENABLE_PUSHER"
    ),
    "an unreadable file": lambda root: (root / COMPOSE).write_bytes(b"\0" * 100),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_is_seen(project: Path, name: str) -> None:
    before = findings(project)
    CHANGES[name](project)
    after = findings(project)
    assert after == fresh(project)
    assert after != before
    assert findings(project) == after


def test_a_change_that_says_the_same_is_looked_at_and_nothing_else(
    project: Path, remembered: Callable[[], None]
) -> None:
    before = findings(project)
    code = project / "apps/dashboard/src/utils/logger.ts"
    code.write_text(code.read_text() + "\n// later\n")
    (project / "package.json").touch()
    remembered()
    assert findings(project) == before


def test_a_changed_file_that_gives_a_mention_is_no_such_change(project: Path) -> None:
    (project / "notes.txt").write_text("nothing\n")
    before = findings(project)
    (project / "notes.txt").write_text("VITE_ENABLE_WEBSOCKET\n")
    after = findings(project)
    assert after == fresh(project) != before


@pytest.fixture
def quiet(tmp_path: Path, folder: Path) -> Path:
    """Return a project in which nothing is real-time, with a file that is put off."""
    root = tmp_path / "quiet"
    root.mkdir()
    (root / "package.json").write_text('{"name": "x", "dependencies": {"express": "5.0.0", "vite": "7.0.0"}}')
    (root / "server.js").write_text("import express from 'express'\nconst app = express()\napp.listen(3000)\n")
    (root / "sum.ts").write_text("export const sum = 1\n")
    age(root)
    return root


QUIET: dict[str, Callable[[Path], object]] = {
    "another route": lambda root: edit(root, "server.js", "app.listen", "app.get('/', home)\napp.listen"),
    "no route": lambda root: (root / "server.js").write_text("export const nothing = 1\n"),
    "a route elsewhere": lambda root: (root / "sum.ts").write_text("import express from 'express'\nexpress()\n"),
    "a variable": lambda root: (root / "sum.ts").write_text("export const mode = import.meta.env.MODE\n"),
}


@pytest.mark.parametrize("name", QUIET)
def test_where_nothing_is_real_time_changed_routes_change_nothing(
    quiet: Path, name: str, remembered: Callable[[], None]
) -> None:
    assert findings(quiet) == ()
    QUIET[name](quiet)
    assert fresh(quiet) == ()
    remembered()
    assert findings(quiet) == ()


LOUD: dict[str, Callable[[Path], object]] = {
    "a socket": lambda root: (root / "server.js").write_text("new WebSocket('ws://' + location.host + '/live')\n"),
    "a client": lambda root: (root / "sum.ts").write_text(
        "import Pusher from 'pusher-js'\nnew Pusher('3f1c4b5d6e7f')\n"
    ),
    "UTF-16": lambda root: (root / "sum.ts").write_bytes("export const a = 1\n".encode("utf-16")),
}


@pytest.mark.parametrize("name", LOUD)
def test_where_nothing_was_real_time_what_is_so_now_is_seen(quiet: Path, name: str) -> None:
    before = findings(quiet)
    LOUD[name](quiet)
    after = findings(quiet)
    assert after == fresh(quiet) != before == ()


@pytest.fixture
def loud(quiet: Path) -> Path:
    """Return a project with a client, in which a script that only reads another variable is put off."""
    (quiet / "client.ts").write_text(
        "import Pusher from 'pusher-js'\nnew Pusher('3f1c4b5d6e7f8a9b0c1d', { cluster: 'eu',\n"
        "  authEndpoint: `${import.meta.env.VITE_API}/pusher/auth` }).subscribe('private-a')\n"
    )
    (quiet / "other.ts").write_text("export const mode = import.meta.env.VITE_MODE\n")
    age(quiet)
    return quiet


def test_beside_a_client_other_variables_may_change(loud: Path, remembered: Callable[[], None]) -> None:
    before = findings(loud)
    (loud / "other.ts").write_text("export const mode = import.meta.env.VITE_NAME + process.env.HOME\n")
    assert fresh(loud) == before
    remembered()
    assert findings(loud) == before


BESIDE: dict[str, Callable[[Path], object]] = {
    "a socket": lambda root: (root / "other.ts").write_text("new WebSocket('ws://example.com/live')\n"),
    "a client": lambda root: (root / "other.ts").write_text(
        "import Pusher from 'pusher-js'\nnew Pusher(process.env.PUSHER_KEY)\n"
    ),
    "the key": lambda root: (root / "client.ts").write_text("import Pusher from 'pusher-js'\nnew Pusher('your-key')\n"),
}


@pytest.mark.parametrize("name", BESIDE)
def test_beside_a_client_what_matters_is_seen(loud: Path, name: str) -> None:
    before = findings(loud)
    BESIDE[name](loud)
    after = findings(loud)
    assert after == fresh(loud) != before


@pytest.mark.parametrize(
    "text",
    ["app.post('/pusher/auth', auth)\n", "export const api = import.meta.env.VITE_API\n", "read(process.env)\n"],
)
def test_beside_a_client_a_script_is_worked_out_again_when_it_may_matter(
    loud: Path, text: str, remembered: Callable[[], None]
) -> None:
    findings(loud)
    (loud / "other.ts").write_text(text)
    remembered()
    with pytest.raises(AssertionError, match="remembered"):
        findings(loud)


def test_facts_of_unchanged_files_are_not_extracted_again(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    findings(project)
    read: list[str] = []

    def noted(file: SourceFile, *arguments: Any, **named: Any) -> FileFacts:
        read.append(file.path)
        return extract(file, *arguments, **named)

    monkeypatch.setattr("rtlint.pipeline.reading.extract", noted)
    monkeypatch.setattr("rtlint.pipeline.memory.extract", noted)
    edit(project, COMPOSE, "/api/pusher/auth", "/api/v1/pusher/auth")
    findings(project)
    assert set(read) == {COMPOSE}


def files_of(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if path.suffix == ".sqlite"]


DAMAGE: dict[str, Callable[[Path], object]] = {
    "no database": lambda path: path.write_bytes(b"not a database" * 1000),
    "empty": lambda path: path.write_bytes(b""),
    "cut": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    "spoilt": lambda path: path.write_bytes(path.read_bytes()[:4096] + b"\xff" * (path.stat().st_size - 4096)),
    "gone": lambda path: path.unlink(),
    "rows": lambda path: sql(path, "UPDATE verdicts SET data = x'00ff', tree = x'00ff'; UPDATE facts SET data = x'00'"),
    "tables": lambda path: sql(path, "DROP TABLE verdicts; DROP TABLE facts; CREATE TABLE verdicts (x)"),
}


def sql(path: Path, script: str) -> None:
    connection = sqlite3.connect(path)
    connection.executescript(script)
    connection.close()


@pytest.mark.parametrize("name", DAMAGE)
def test_a_damaged_cache_is_no_error(project: Path, folder: Path, name: str) -> None:
    expected = findings(project)
    for path in files_of(folder):
        for side in (Path(f"{path}-wal"), Path(f"{path}-shm")):
            side.unlink(missing_ok=True)
        DAMAGE[name](path)
    assert findings(project) == expected
    edit(project, COMPOSE, "/api/pusher/auth", "/api/v1/pusher/auth")
    assert findings(project) == fresh(project)


class Evil:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, ("canary",)


def test_nothing_in_a_cache_is_run(
    project: Path, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = findings(project)
    monkeypatch.chdir(tmp_path)
    for path in files_of(folder):
        connection = sqlite3.connect(path)
        with connection:
            connection.execute("UPDATE verdicts SET data = ?, tree = ?", (pickle.dumps(Evil()),) * 2)
            connection.execute("UPDATE facts SET data = ?", (pickle.dumps(Evil()),))
        connection.close()
    assert findings(project) == expected
    (project / "apps/dashboard/src/new.ts").write_text("export const a = 1;\n")
    assert findings(project) == expected
    assert not (tmp_path / "canary").exists()


def test_no_secret_is_kept(project: Path, folder: Path) -> None:
    value = "b7ae41f8d3c95e20a617"
    (project / ".env").write_text(f"PUSHER_SECRET={value}\nPOSTGRES_PASSWORD=short\n")
    (project / "apps/dashboard/src/leak.ts").write_text(
        f"import Pusher from 'pusher-js';\nnew Pusher('{value}', {{ cluster: 'eu' }});\nnew WebSocket('wss://x/{value}');\n"
    )
    first = check(project)
    check(project)
    kept = b"".join(path.read_bytes() for path in folder.iterdir())
    assert kept
    assert value.encode() not in kept
    assert value not in "".join(map(first.report.mask, first.report.sources.values()))


def test_remembered_verdicts_mask_secrets_too(project: Path, remembered: Callable[[], None]) -> None:
    value = "b7ae41f8d3c95e20a617"
    edit(project, COMPOSE, '"${PUSHER_SECRET:?set PUSHER_SECRET}"', f'"{value}"')
    check(project)
    remembered()
    report = check(project).report
    assert report.mask(f"x {value} y") == "x ******************** y"


def test_a_cache_that_cant_be_made_is_no_error(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = fresh(project)
    (tmp_path / "file").write_text("")
    for value in (str(tmp_path / "file"), "/proc/nowhere", "/dev/null/x"):
        monkeypatch.setenv("RTLINT_CACHE_DIR", value)
        assert not Cache.of(project).usable
        assert findings(project) == expected


def test_a_full_disk_is_no_error(project: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = fresh(project)

    def full(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(Cache, "keep_facts", lambda *_: None)
    real = Cache.of

    def opened(root: Path) -> Cache:
        cache = real(root)
        connection = cache._connection
        assert connection is not None
        connection.execute("PRAGMA max_page_count = 1")
        return cache

    monkeypatch.setattr(Cache, "of", opened)
    assert findings(project) == expected
    assert findings(project) == expected


def test_where_the_cache_lies(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("RTLINT_NO_CACHE", "RTLINT_CACHE_DIR", "XDG_CACHE_HOME", "HOME", "USERPROFILE"):
        monkeypatch.delenv(name, raising=False)
    assert cache_folder() is None
    monkeypatch.setenv("HOME", str(tmp_path))
    assert cache_folder() == tmp_path / ".cache" / "rtlint"
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    assert cache_folder() == tmp_path / ".cache" / "rtlint"
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert cache_folder() == tmp_path / "xdg" / "rtlint"
    monkeypatch.setenv("RTLINT_CACHE_DIR", str(tmp_path / "own"))
    assert cache_folder() == tmp_path / "own"
    monkeypatch.setenv("RTLINT_NO_CACHE", "1")
    assert cache_folder() is None


def started(project: Path, *options: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "rtlint", "check", "--output-format", "json", *options, str(project)]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)}
    return subprocess.Popen(command, stdout=subprocess.PIPE, env=environment)


def test_a_killed_run_leaves_nothing_wrong_behind(project: Path, folder: Path) -> None:
    """Each cold run is killed at another moment, between its start and what a whole run takes."""
    begun = time.perf_counter()
    wanted = json.loads(started(project, "--no-cache").communicate(timeout=60)[0])["findings"]
    whole = time.perf_counter() - begun
    for part in range(1, 4):
        shutil.rmtree(folder, ignore_errors=True)
        run = started(project)
        try:
            run.communicate(timeout=whole * part / 3)
        except subprocess.TimeoutExpired:
            run.kill()
            run.communicate()
        assert json.loads(started(project).communicate(timeout=60)[0])["findings"] == wanted
    assert len(wanted) == 9


def test_runs_at_the_same_time_agree(project: Path, folder: Path) -> None:
    runs = [started(project) for _ in range(4)]
    outputs = [json.loads(run.communicate(timeout=60)[0])["findings"] for run in runs]
    assert all(output == outputs[0] for output in outputs)
    assert len(outputs[0]) == 9
