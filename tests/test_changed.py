from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from rtlint.cli import main
from rtlint.pipeline.changed import changed_lines

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")

IDENTITY = {
    "GIT_AUTHOR_NAME": "a",
    "GIT_AUTHOR_EMAIL": "a@example.com",
    "GIT_COMMITTER_NAME": "a",
    "GIT_COMMITTER_EMAIL": "a@example.com",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
}
PACKAGE = '{"dependencies": {"pusher-js": "^8.4.0", "vite": "^7.0.0"}}\n'
SOCKET = "export const live = new WebSocket('wss://live.example.com/{}');\n"


def git(root: Path, *arguments: str) -> str:
    environment = {**os.environ, **IDENTITY}
    command = ["git", "-c", "init.defaultBranch=main", *arguments]
    return subprocess.run(command, cwd=root, env=environment, check=True, capture_output=True, text=True).stdout


def commit(root: Path, message: str = "x") -> None:
    git(root, "add", "-A")
    git(root, "commit", "-q", "--no-verify", "-m", message)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "repo"
    (root / "src").mkdir(parents=True)
    (root / "package.json").write_text(PACKAGE)
    (root / "src" / "old.ts").write_text("// one\n" + SOCKET.format("old") + "// three\n")
    git(tmp_path, "init", "-q", "repo")
    commit(root)
    return root


def rtlint(*arguments: str | Path) -> Result:
    return CliRunner(env={"NO_COLOR": "1", "FORCE_COLOR": ""}).invoke(main, ["check", *map(str, arguments)])


def places(root: Path, *arguments: str) -> list[str]:
    found = json.loads(rtlint(root, "--output-format", "json", *arguments).stdout)["findings"]
    return [f"{finding['at']['path']}:{finding['at']['line']}" for finding in found]


def test_nothing_changed_reports_nothing(project: Path) -> None:
    assert places(project) == ["src/old.ts:2"]
    assert places(project, "--changed") == []


@pytest.mark.parametrize("stage", [False, True])
def test_new_files_count_staged_or_not(project: Path, stage: bool) -> None:
    (project / "src" / "new.ts").write_text(SOCKET.format("new"))
    if stage:
        git(project, "add", "-A")
    assert places(project, "--changed") == ["src/new.ts:1"]


def test_changed_lines_count_and_their_neighbours_do_not(project: Path) -> None:
    (project / "src" / "old.ts").write_text("// one, edited\n" + SOCKET.format("old") + "// three\n")
    assert places(project, "--changed") == []
    (project / "src" / "old.ts").write_text("// one\n" + SOCKET.format("edited") + "// three\n")
    assert places(project, "--changed") == ["src/old.ts:2"]


def test_a_finding_beside_a_removed_line_counts(project: Path) -> None:
    (project / "src" / "old.ts").write_text("// one\n" + SOCKET.format("old"))
    assert places(project, "--changed") == ["src/old.ts:2"]


def test_a_place_of_the_evidence_is_enough(project: Path) -> None:
    (project / "src" / "live.ts").write_text(
        "import Pusher from 'pusher-js';\n"
        "if (import.meta.env.VITE_PUSHER_ENABLED) new Pusher('a1b2c3d4', { cluster: 'eu' });\n"
    )
    commit(project)
    (project / ".env").write_text("VITE_ENABLE_PUSHER=true\n")
    assert places(project, "--changed", "--select", "RT306") == [".env:1"]
    commit(project)
    text = (project / "src" / "live.ts").read_text()
    (project / "src" / "live.ts").write_text(text.replace("if (import", "if ( import"))
    assert places(project, "--changed", "--select", "RT306") == [".env:1"]


def test_a_renamed_file_is_no_new_one(project: Path) -> None:
    git(project, "mv", "src/old.ts", "src/renamed.ts")
    assert places(project, "--changed") == []
    (project / "lib").mkdir()
    git(project, "mv", "src/renamed.ts", "lib/renamed.ts")
    commit(project)
    (project / "src").mkdir(exist_ok=True)
    git(project, "mv", "lib/renamed.ts", "src/renamed.ts")
    text = (project / "src" / "renamed.ts").read_text()
    (project / "src" / "renamed.ts").write_text(text.replace("// one", "// edited"))
    assert places(project, "--changed") == []


def test_line_ends_are_no_change(project: Path) -> None:
    data = (project / "src" / "old.ts").read_bytes()
    (project / "src" / "old.ts").write_bytes(data.replace(b"\n", b"\r\n"))
    assert places(project, "--changed") == []


def test_a_branch_is_compared_with_where_the_work_left_it(project: Path) -> None:
    git(project, "checkout", "-q", "-b", "work")
    (project / "src" / "work.ts").write_text(SOCKET.format("work"))
    commit(project)
    git(project, "checkout", "-q", "main")
    (project / "src" / "old.ts").write_text("// gone on main\n")
    commit(project)
    git(project, "checkout", "-q", "work")
    assert places(project, "--changed=main") == ["src/work.ts:1"]
    assert places(project, "--changed") == []


def test_a_folder_below_the_top_of_the_repository(project: Path) -> None:
    app = project / "apps" / "web"
    app.mkdir(parents=True)
    (app / "package.json").write_text(PACKAGE)
    (app / "a.ts").write_text(SOCKET.format("a"))
    commit(project)
    (app / "b.ts").write_text(SOCKET.format("b"))
    assert places(app, "--changed") == ["b.ts:1"]


@pytest.mark.parametrize("reference", ["nowhere", "main --upload-pack=touch", "HEAD:src", ""])
def test_what_is_no_commit_is_an_error(project: Path, reference: str) -> None:
    result = rtlint(project, f"--changed={reference}")
    assert result.exit_code == 2
    assert "git knows no commit" in result.stderr


def test_without_git_it_is_an_error(tmp_path: Path) -> None:
    result = rtlint(tmp_path, "--changed")
    assert result.exit_code == 2
    assert "needs a git work tree" in result.stderr


def test_nothing_that_the_repository_configures_is_run(project: Path, tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    script = tmp_path / "evil"
    script.write_text(f"#!/bin/sh\ntouch {canary}\ncat\n")
    script.chmod(0o755)
    (project / ".gitattributes").write_text("*.ts filter=evil diff=evil\n")
    with (project / ".git" / "config").open("a") as config:
        config.write(
            f"[core]\n\tfsmonitor = {script}\n\tpager = {script}\n\thooksPath = {tmp_path}\n"
            f'[filter "evil"]\n\tclean = {script}\n\tsmudge = {script}\n\tprocess = {script}\n'
            f'[diff]\n\texternal = {script}\n[diff "evil"]\n\ttextconv = {script}\n\tcommand = {script}\n'
            f"[alias]\n\tcat-file = !{script}\n"
        )
    (project / "src" / "new.ts").write_text(SOCKET.format("new"))
    (project / "src" / "old.ts").write_text(SOCKET.format("changed"))
    assert places(project, "--changed") == ["src/new.ts:1", "src/old.ts:1"]
    assert not canary.exists()


def test_changed_lines() -> None:
    assert changed_lines(b"a\nb\nc\n", b"a\nb\nc\n") == frozenset()
    assert changed_lines(b"a\nb\nc\n", b"a\nx\nc\nd\n") == frozenset({2, 4})
    assert changed_lines(b"a\nb\nc\n", b"a\nc\n") == frozenset({1, 2})
    assert changed_lines(b"a\n" * 20_001, b"a\n") is None
