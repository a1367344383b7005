"""Trees that one process lists while another still loads."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from rtlint.config import Config
from rtlint.discover import received, sent, tree_state
from rtlint.discover.discovery import discover, mark_of, marks_of
from rtlint.pipeline import Overrides, ahead
from rtlint.pipeline.cache import Cache
from rtlint.pipeline.copies import Copy
from rtlint.pipeline.progress import silent
from rtlint.watched import database_of

FILES = {
    "index.html": "<!doctype html>\n<script>console.error = () => {};</script>\n",
    "src/rt.ts": "import Pusher from 'pusher-js';\nexport const pusher = new Pusher('k', { cluster: 'eu' });\n",
    "src/äö\\.test.ts": "1\n",
    ".env": "VITE_X=1\n",
    ".gitignore": ".env\n",
    "docker-compose.yml": "services: {}\n",
}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    root = tmp_path / "project"
    for name, text in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(root)
    monkeypatch.delenv("RTLINT_NO_CACHE")
    monkeypatch.setenv("RTLINT_CACHE_DIR", str(tmp_path / "cache"))
    yield root
    for left in (root, tmp_path):
        ahead.state_of(left)


def test_a_folder_is_listed_as_it_would_be_here(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rtlint.discover.state.is_racy", lambda *_: False)
    here = tree_state(project)
    ahead.begin(["check", "-q"])
    assert ahead.is_begun(project)
    found = ahead.state_of(project)
    assert found is not None
    assert here is not None
    assert (found.names, found.local, found.numbers) == (here.names, here.local, here.numbers)
    assert found.digest == here.digest
    assert found.note() == here.note() != b""
    assert list(found.marks) == [mark_of(path) for path in here.paths]
    assert discover(project, Config(), found).files == discover(project, Config()).files
    assert not ahead.is_begun(project)
    assert ahead.state_of(project) is None


def test_a_state_comes_back_as_it_was_sent(project: Path) -> None:
    state = tree_state(project)
    assert state is not None
    found = received(sent(state))
    assert (found.names, found.local, found.numbers, found.started) == (
        state.names,
        state.local,
        state.numbers,
        state.started,
    )
    (project / ".env").unlink()
    empty = project.parent / "empty"
    empty.mkdir()
    nothing = tree_state(empty)
    assert nothing is not None
    assert received(sent(nothing)).names == ()
    assert received(sent(nothing)).marks == ()


def test_files_that_are_alike_are_told_once() -> None:
    folders = ("", "src", "docs", "a/tests", "nginx", "vendor/x")
    names = "a.ts b.ts B.TS c.tsx d.test.ts e.stories.tsx f.PNG g.conf test_h.py Dockerfile caddyfile.js .env i".split()
    paths = [f"{folder}/{name}".lstrip("/") for folder in folders for name in names]
    assert list(marks_of(paths)) == list(map(mark_of, paths))


def test_roles_of_the_configuration_go_before_those_of_names(project: Path) -> None:
    state = tree_state(project)
    assert state is not None
    config = Config(roles={"src/**": "docs"}, exclude=(".env",))
    found = discover(project, config, received(sent(state))).files
    assert found == discover(project, config).files
    assert {file.path: file.role for file in found}["src/rt.ts"] == "docs"


@pytest.mark.parametrize("arguments", [["check", "-q", "{}"], ["check", "--select", "RT1", "{}"]])
def test_the_folder_may_be_named(arguments: list[str], project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project.parent)
    ahead.begin([argument.format(project) for argument in arguments])
    assert ahead.is_begun(project)


@pytest.mark.parametrize("arguments", [[], ["rule", "RT101"], ["check", "--jobs", "1"], ["check", "--jobs=1"]])
def test_nothing_is_begun_for_other_runs(arguments: list[str], project: Path) -> None:
    ahead.begin(arguments)
    assert not ahead.is_begun(project)


def test_nothing_is_begun_where_something_is_remembered(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    database = Path(database_of(os.environ["RTLINT_CACHE_DIR"], os.path.realpath(project)))
    database.parent.mkdir()
    database.touch()
    ahead.begin(["check"])
    assert not ahead.is_begun(project)
    ahead.begin(["check", "--no-cache"])
    assert ahead.is_begun(project)
    ahead.state_of(project)
    monkeypatch.setenv("RTLINT_NO_CACHE", "1")
    ahead.begin(["check"])
    assert ahead.is_begun(project)


def test_nothing_is_begun_beside_threads(project: Path) -> None:
    done = threading.Event()
    thread = threading.Thread(target=done.wait)
    thread.start()
    try:
        ahead.begin(["check"])
    finally:
        done.set()
        thread.join()
    assert not ahead.is_begun(project)


def test_work_is_done_while_a_folder_is_listed(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    waits, go = os.pipe()
    done: list[int] = []
    real = ahead._listed

    def slow(root: str) -> bytes:
        os.read(waits, 1)
        return real(root)

    def last() -> None:
        done.append(2)
        os.write(go, b"!")

    monkeypatch.setattr(ahead, "_listed", slow)
    ahead.begin(["check"])
    assert ahead.state_of(project, (lambda: done.append(1), last)) is not None
    assert done == [1, 2]
    os.close(waits)
    os.close(go)


def test_no_more_work_is_done_once_it_is_listed() -> None:
    copy = Copy(lambda: b"found")
    while not copy.is_done():
        pass
    assert copy.result() == b"found"


@pytest.mark.parametrize("end", [lambda _: os._exit(9), lambda _: b""])
def test_a_folder_is_listed_here_when_the_other_process_fails(
    end: Callable[[str], bytes], project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ahead, "_listed", end)
    ahead.begin(["check"])
    with Cache.of(project) as cache:
        found = cache.verdicts(project, Overrides(), silent)
    assert found is not None
    assert found.files == len(FILES)
    assert [finding.code for finding in found.findings]


def run(project: Path, *arguments: str) -> tuple[int, str]:
    command = [sys.executable, "-P", "-m", "rtlint", "check", "--output-format", "json", *arguments]
    found = subprocess.run(command, cwd=project, capture_output=True, text=True)
    assert found.stderr == ""
    return found.returncode, re.sub(r'"seconds": [\d.]+', "", found.stdout)


def test_the_program_finds_the_same_whichever_way_it_lists(project: Path) -> None:
    first = run(project)
    assert first[0] == 1
    assert run(project) == run(project, "--no-cache") == run(project, "--jobs", "1") == first


def test_what_is_left_open_is_found_by_the_next_run(project: Path) -> None:
    """A run that ends at once leaves SQLite's log beside the database."""
    for path in project.rglob("*"):
        os.utime(path, ns=(1_700_000_000_123_456_789, 1_700_000_000_123_456_789))
    first = run(project)
    assert list(Path(os.environ["RTLINT_CACHE_DIR"]).glob("*.sqlite-wal"))
    for text in ("new Pusher('k2', {});\n", "1;\n"):
        (project / "src/rt.ts").write_text("import Pusher from 'pusher-js';\n" + text, encoding="utf-8")
        assert run(project) == run(project, "--no-cache")
        assert run(project) == run(project)
    assert first[0] == 1


def test_an_end_writes_all_that_was_said(project: Path) -> None:
    command = [sys.executable, "-P", "-m", "rtlint", "check", "-q"]
    said = subprocess.run(command, cwd=project, capture_output=True)
    assert said.returncode == 1
    assert b"RT501" in said.stdout


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has it")
@pytest.mark.parametrize("before", [0, 2])
def test_output_that_can_not_be_written_is_no_finding(before: int, project: Path) -> None:
    """Exit code 1 means findings, whether the answer was remembered or not."""
    for path in project.rglob("*"):
        os.utime(path, ns=(1_700_000_000_123_456_789, 1_700_000_000_123_456_789))
    for _ in range(before):
        run(project)
    command = [sys.executable, "-P", "-m", "rtlint", "check", "--output-format", "json"]
    with Path("/dev/full").open("wb") as nowhere:
        done = subprocess.run(command, cwd=project, stdout=nowhere, stderr=subprocess.PIPE, text=True)
    assert done.returncode > 1
    assert "No space left" in done.stderr
