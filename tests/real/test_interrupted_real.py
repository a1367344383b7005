"""Runs that are killed, and runs at the same time: whatever happened before, a run gives the same bytes."""

from __future__ import annotations

import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.real

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-m", "rtlint", "check", "--output-format", "sarif"]
KILLS, AT_ONCE = 50, 8


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("RTLINT_NO_CACHE")
    monkeypatch.setenv("RTLINT_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    target = tmp_path / "project"
    shutil.copytree(ROOT / "tests" / "projects" / "scenario", target)
    return target


def output(project: Path, *options: str) -> bytes:
    return subprocess.run([*COMMAND, *options], cwd=project, check=False, capture_output=True).stdout


def test_after_fifty_killed_runs_a_run_gives_the_same_bytes(project: Path, tmp_path: Path) -> None:
    expected = output(project, "--no-cache")
    assert b"RT202" in expected
    rng = random.Random(7)
    for number in range(KILLS):
        if number % 5 == 0:
            shutil.rmtree(tmp_path / "cache", ignore_errors=True)
        started = subprocess.Popen(COMMAND, cwd=project, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(rng.uniform(0.0, 0.6))
        started.send_signal(signal.SIGKILL)
        started.wait()
        if number % 10 == 9:
            assert output(project) == expected
    assert output(project) == expected
    assert not list(project.glob(".rtlint*"))


def test_eight_runs_at_the_same_time_give_the_same_bytes(project: Path) -> None:
    expected = output(project, "--no-cache")
    for _ in range(2):
        runs = [subprocess.Popen(COMMAND, cwd=project, stdout=subprocess.PIPE) for _ in range(AT_ONCE)]
        assert {run.communicate()[0] for run in runs} == {expected}
    assert output(project) == expected
