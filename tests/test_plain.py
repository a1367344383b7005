"""Command lines that are read without click: they mean what click makes of them."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rtlint.cli import main, plain
from rtlint.cli.checking import CheckOptions

WORDS = "-q --quiet -v --verbose --no-color --no-cache --no-baseline --exit-zero a.ts . src".split()
OTHERS = [*"-vq -- --fix --jobs 2 gone.ts -h --output-format json --quite --select=RT1".split(), ""]


@pytest.fixture(scope="module", autouse=True)
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    folder = tmp_path_factory.mktemp("here")
    (folder / "a.ts").touch()
    (folder / "src").mkdir()
    with contextlib.chdir(folder):
        yield


def by_click(words: list[str]) -> CheckOptions:
    command = main.get_command(click.Context(main), "check")
    assert command is not None
    found = command.make_context("check", list(words), ignore_unknown_options=False).params
    return CheckOptions(**found)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(WORDS), max_size=6))
def test_a_plain_command_line_means_what_click_says(words: list[str]) -> None:
    assert plain.options_of(["check", *words]) == by_click(words)


@settings(deadline=None)
@given(st.lists(st.sampled_from([*WORDS, *OTHERS]), max_size=6))
def test_no_command_line_means_anything_else(words: list[str]) -> None:
    found = plain.options_of(["check", *words])
    if found is not None:
        assert found == by_click(words)


@pytest.mark.parametrize("word", OTHERS)
def test_what_is_not_plain_is_left_to_click(word: str) -> None:
    assert plain.options_of(["check", word]) is None or word == "2"


@pytest.mark.parametrize("arguments", [[], ["rule"], ["--version"], ["-q", "check"]])
def test_other_commands_are_left_to_click(arguments: list[str]) -> None:
    assert plain.options_of(arguments) is None


@pytest.mark.parametrize("name", ["RTLINT_OUTPUT_FORMAT", "_RTLINT_COMPLETE"])
def test_variables_that_click_reads_are_left_to_it(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "json")
    assert plain.options_of(["check"]) is None


@pytest.fixture
def project(tmp_path: Path) -> Path:
    page = "<!doctype html>\n<script>console.error = () => {};</script>\n"
    (tmp_path / "index.html").write_text(page, encoding="utf-8")
    (tmp_path / "rt.ts").write_text(
        "import Pusher from 'pusher-js';\nexport const pusher = new Pusher('k', { cluster: 'eu' });\n", encoding="utf-8"
    )
    return tmp_path


def command(*words: str) -> list[str]:
    return [sys.executable, "-P", "-m", "rtlint", "check", *words]


@pytest.mark.parametrize("words", [["--no-color", "-v"], ["--exit-zero", "-q"], ["rt.ts"]])
def test_both_ways_end_in_the_same(words: list[str], project: Path) -> None:
    """`--fail-level` makes a command line one for click."""
    plainly = subprocess.run(command("--no-cache", *words), cwd=project, capture_output=True, text=True)
    by_way_of_click = command("--no-cache", "--fail-level", "warning", *words)
    found = subprocess.run(by_way_of_click, cwd=project, capture_output=True, text=True)
    assert plainly.returncode == found.returncode == (0 if {"--exit-zero", "rt.ts"} & set(words) else 1)
    assert plainly.stderr == found.stderr == ""
    assert plainly.stdout.rpartition(",")[0] == found.stdout.rpartition(",")[0]


def test_errors_are_told_as_click_tells_them(project: Path) -> None:
    (project / "rtlint.toml").write_text("[nothing]\n", encoding="utf-8")
    both = [
        subprocess.run(command(*words), cwd=project, capture_output=True, text=True) for words in ([], ["--jobs", "2"])
    ]
    assert both[0].returncode == both[1].returncode == 2
    assert both[0].stderr == both[1].stderr
    assert both[0].stderr.startswith("rtlint: ")


def test_an_internal_error_is_no_finding(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def broken(*_: object) -> int:
        raise ValueError("odd")

    monkeypatch.setattr(plain, "run", broken)
    assert plain.check(["check"]) == 2
    assert "internal error: ValueError: odd" in capsys.readouterr().err
    monkeypatch.setenv("RTLINT_TRACEBACK", "1")
    with pytest.raises(ValueError, match="odd"):
        plain.check(["check"])


@pytest.mark.parametrize("error", [KeyboardInterrupt(), BrokenPipeError()])
def test_an_interrupted_check_ends_with_one(error: BaseException, project: Path) -> None:
    script = (
        "import sys\nfrom rtlint.cli import plain\n"
        f"def broken(*_):\n    raise {type(error).__name__}\n"
        "plain.run = broken\nsys.exit(plain.check(['check']))\n"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=project, capture_output=True, text=True)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr


def test_a_reader_that_goes_away_is_no_error(project: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(command("--no-cache"), cwd=project, stdout=writer, stderr=subprocess.PIPE, text=True)
    os.close(writer)
    assert done.returncode == 1
    assert done.stderr == ""
    assert done.returncode != signal.SIGPIPE
