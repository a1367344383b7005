from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from rtlint.cli.progress import AFTER_SECONDS, ProgressLine, progress_line
from rtlint.pipeline import check

PACKAGE = '{"dependencies": {"pusher-js": "^8.4.0"}}\n'


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_short_run_says_nothing() -> None:
    stream = io.StringIO()
    line = ProgressLine(stream, lambda: 0.0)
    line("reading", 1, 10)
    line.clear()
    assert stream.getvalue() == ""


def test_a_long_run_says_how_far_it_is_and_cleans_up() -> None:
    stream, now = io.StringIO(), [0.0]
    line = ProgressLine(stream, lambda: now[0])
    now[0] = AFTER_SECONDS
    line("reading", 1200, 5389)
    line("reading", 1201, 5389)
    now[0] += 1
    line("linking", 0, 0)
    line.clear()
    assert stream.getvalue() == "\rreading 1200 of 5389 files\rlinking" + " " * 19 + "\r" + " " * 7 + "\r"


def test_the_pipeline_tells_of_every_file(tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text(PACKAGE)
    (tmp_path / "a.ts").write_text("")
    told: list[tuple[str, int, int]] = []
    check(tmp_path, progress=lambda *step: told.append(step))
    assert told == [("reading", 0, 2), ("reading", 1, 2), ("linking", 0, 0)]


@pytest.mark.parametrize(
    ("environment", "quiet", "watched"),
    [({}, False, True), ({"CI": "true"}, False, False), ({"TERM": "dumb"}, False, False), ({}, True, False)],
)
def test_only_a_watched_terminal_gets_a_line(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], quiet: bool, watched: bool
) -> None:
    monkeypatch.setattr(sys, "stderr", Terminal())
    for name in ("CI", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert (progress_line(quiet=quiet) is not None) is watched


def test_no_terminal_no_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    assert progress_line(quiet=False) is None
