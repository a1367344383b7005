"""Remembered answers: printed again only when nothing that they rest on has changed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from rtlint import answers
from rtlint.cli import main
from rtlint.watched import cache_folder

SCENARIO = Path(__file__).parent / "projects" / "scenario"
COMPOSE = "docker-compose.dev.yml"
PASSED_OVER = "apps/dashboard/src/sum.ts"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("RTLINT_NO_CACHE")
    monkeypatch.setenv("RTLINT_CACHE_DIR", str(tmp_path / "cache"))
    # The times of inodes can't be set, so that everything here was written just now.
    monkeypatch.setattr("rtlint.discover.state.is_racy", lambda *_: False)
    target = tmp_path / "project"
    shutil.copytree(SCENARIO, target)
    (target / PASSED_OVER).write_text("export const sum = (a: number, b: number) => a + b;\n", encoding="utf-8")
    monkeypatch.chdir(target)
    return target


def asked(*arguments: str) -> tuple[str, int]:
    """Work an answer out, and have it kept."""
    result = CliRunner().invoke(main, ["check", *arguments], obj=["check", *arguments])
    assert result.exit_code in {0, 1}, result.output
    return result.output, result.exit_code


def replayed(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[str, int] | None:
    code = answers.replay(["check", *arguments])
    return None if code is None else (capsys.readouterr().out, code)


def timeless(answer: tuple[str, int] | None) -> tuple[list[str], int] | None:
    """Return an answer without the line that says how long the run took."""
    if answer is None:
        return None
    return [line for line in answer[0].splitlines() if not line.endswith((" s", " s."))], answer[1]


@pytest.mark.parametrize(
    "arguments",
    [(), (".",), ("--output-format", "concise"), ("--output-format", "sarif"), ("--exit-zero",), ("--select", "RT5")],
    ids=" ".join,
)
def test_an_answer_is_printed_again(
    project: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]
) -> None:
    first = asked(*arguments)
    again = replayed(capsys, *arguments)
    assert again is not None
    assert timeless(again) == timeless(first)
    assert str(answers.CLOCK) not in again[0]


def test_another_question_has_no_answer(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked()
    assert answers.replay(["check", "-q"]) is None
    assert answers.replay(["env"]) is None
    monkeypatch.setenv("NO_COLOR", "1")
    assert answers.replay(["check"]) is None
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.chdir(tmp_path)
    assert answers.replay(["check"]) is None


@pytest.mark.parametrize("flag", ["--no-cache", "--changed", "--diff", "--fix"])
def test_what_depends_on_more_is_not_kept(project: Path, flag: str) -> None:
    if flag == "--changed":
        subprocess.run(["git", "init", "-q"], cwd=project, check=True)
        subprocess.run(["git", "add", "."], cwd=project, check=True)
        identity = ["-c", "user.name=a", "-c", "user.email=a@b.example"]
        subprocess.run(["git", *identity, "commit", "-qm", "a"], cwd=project, check=True)
    asked(flag)
    assert answers.replay(["check", flag]) is None


def edit(root: Path, path: str, old: str, new: str) -> None:
    text = (root / path).read_text(encoding="utf-8")
    assert old in text
    (root / path).write_text(text.replace(old, new), encoding="utf-8")


def rule(root: Path) -> None:
    (root / ".rtlint" / "rules").mkdir(parents=True)
    (root / ".rtlint" / "rules" / "own.yaml").write_text("code: RT999\n")


def other_in_its_place(root: Path) -> None:
    (root / "other.ts").write_text("new WebSocket('wss://a.example');\n")
    (root / "other.ts").replace(root / PASSED_OVER)


CHANGES: dict[str, Callable[[Path], object]] = {
    "a value": lambda root: edit(root, COMPOSE, "/api/pusher/auth", "/api/v1/pusher/auth"),
    "a comment in a file that is read": lambda root: edit(root, COMPOSE, "services:", "services: # all"),
    "a file that begins to matter": lambda root: (root / PASSED_OVER).write_text("new WebSocket('wss://a.example');\n"),
    "a file that names a variable": lambda root: (root / PASSED_OVER).write_text("// VITE_ENABLE_WEBSOCKET\n"),
    "a file that becomes UTF-16": lambda root: (root / PASSED_OVER).write_bytes("export const a = 1;".encode("utf-16")),
    "a new file": lambda root: (root / "apps/dashboard/src/raw.ts").write_text("new WebSocket('wss://a.example');\n"),
    "a file less": lambda root: (root / PASSED_OVER).unlink(),
    "a file in the place of another": other_in_its_place,
    "a configuration": lambda root: (root / "rtlint.toml").write_text('ignore = ["RT5"]\n'),
    "a configuration above": lambda root: (root.parent / "rtlint.toml").write_text('ignore = ["RT5"]\n'),
    "rules": rule,
    "a baseline": lambda root: (root / "rtlint-baseline.json").write_text('{"version": 1, "findings": []}\n'),
    "what is ignored": lambda root: (root / ".gitignore").write_text("apps/\n"),
    "a repository": lambda root: (root / ".git").mkdir(),
    "rtlint itself": lambda _root: os.utime(answers.__file__),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_is_seen(project: Path, name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    if name == "rtlint itself":
        copy = tmp_path / "copy.py"
        shutil.copy(answers.__file__, copy)
        monkeypatch.setattr("rtlint.watched.program_places", lambda: ([], [str(copy)]))
    asked()
    assert answers.replay(["check"]) is not None
    if name == "rtlint itself":
        os.utime(copy, ns=(1, 1))
    else:
        CHANGES[name](project)
    assert answers.replay(["check"]) is None


def test_a_changed_file_that_is_passed_over_changes_no_answer(
    project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = asked()
    (project / PASSED_OVER).write_text("export const sum = 1;\n", encoding="utf-8")
    assert timeless(replayed(capsys)) == timeless(first)
    monkeypatch.setattr("rtlint.answers.MAX_CHANGED", 0)
    assert replayed(capsys) is None


def test_a_link_in_the_place_of_a_file_is_not_followed(project: Path) -> None:
    asked()
    before = (project / PASSED_OVER).parent.stat()
    (project / PASSED_OVER).unlink()
    (project / PASSED_OVER).symlink_to("/etc/passwd")
    os.utime((project / PASSED_OVER).parent, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert answers.replay(["check"]) is None


def kept() -> Path:
    (found,) = Path(cache_folder() or "").glob("*.answer")
    return found


@pytest.mark.parametrize("size", [0, 1, 9, 100, 1000, 5000])
def test_a_damaged_answer_is_none(project: Path, size: int) -> None:
    asked()
    data = kept().read_bytes()
    for damaged in (data[:size], data[:size] + b"\xff" + data[size + 1 :], b"\0" * size, data + b"x"):
        kept().write_bytes(damaged)
        code = answers.replay(["check"])
        assert code in {None, 1}


def test_no_secret_is_in_an_answer(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / ".env").write_text("PUSHER_SECRET=9f8e7d6c5b4a39281706\nVITE_PUSHER_SECRET=9f8e7d6c5b4a39281706\n")
    text, _ = asked()
    assert "VITE_PUSHER_SECRET" in text
    assert b"9f8e7d6c5b4a39281706" not in kept().read_bytes()
    assert "9f8e7d6c5b4a39281706" not in (replayed(capsys) or ("", 0))[0]


def test_in_a_repository_what_git_lists_is_known(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    subprocess.run(["git", "init", "-q"], cwd=project, check=True)
    first = asked()
    assert timeless(replayed(capsys)) == timeless(first)
    (project / ".git" / "info").mkdir(exist_ok=True)
    (project / ".git" / "info" / "exclude").write_text("apps/\n")
    assert replayed(capsys) is None


def test_answers_do_not_pile_up(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rtlint.answers.MAX_ANSWERS", 2)
    for rule_code in ("RT1", "RT2", "RT3", "RT4"):
        asked("--select", rule_code)
    assert len(list(Path(cache_folder() or "").glob("*.answer"))) == 2
    assert answers.replay(["check", "--select", "RT4"]) is not None


def start_modules() -> set[str]:
    """Return what Python itself loads here before it runs anything."""
    command = [sys.executable, "-c", "import sys, runpy; print(*sys.modules)"]
    return set(subprocess.run(command, capture_output=True, text=True, check=True).stdout.split())


def test_the_program_itself_asks_for_an_answer(project: Path) -> None:
    command = [sys.executable, "-P", "-m", "rtlint", "check"]
    script = (
        "import os, sys, runpy\nsys.argv = ['rtlint', 'check']\nhere, leave = os.getpid(), os._exit\n"
        "os._exit = lambda code: sys.exit(code) if os.getpid() == here else leave(code)\n"
        "try:\n    runpy.run_module('rtlint', run_name='__main__')\n"
        "except SystemExit as end:\n    print('CODE', end.code, *sorted(sys.modules))\n"
    )
    # What was written just now is never trusted: let the folder's times be those of long ago as far as they can be set.
    patched = "import rtlint.discover.state as state\nstate.is_racy = lambda *_: False\n" + script
    environment = dict(os.environ)
    first = subprocess.run([sys.executable, "-P", "-c", patched], capture_output=True, text=True, env=environment)
    second = subprocess.run([sys.executable, "-P", "-c", script], capture_output=True, text=True, env=environment)
    loaded = second.stdout.splitlines()[-1].split()
    assert loaded[:2] == ["CODE", "1"]
    assert {"rtlint.judge", "rtlint.facts.records"} <= set(first.stdout.splitlines()[-1].split())
    assert not {"click", "dataclasses", "pathlib", "re", "sqlite3", "hashlib"} & (set(loaded) - start_modules())
    own = {name for name in loaded if name.partition(".")[0] == "rtlint"}
    assert own <= {"rtlint", "rtlint.__main__", "rtlint.start", "rtlint.answers", "rtlint.watched"}
    assert timeless((second.stdout, 0))[0][:-1] == timeless((first.stdout, 0))[0][:-1]  # type: ignore[index]
    assert subprocess.run(command, capture_output=True, env=environment).returncode == 1
