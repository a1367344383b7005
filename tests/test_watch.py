from __future__ import annotations

import builtins
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from rtlint.cli import main
from rtlint.cli.watch import changes_of, repeat
from rtlint.errors import RtlintError

PACKAGE = '{"dependencies": {"pusher-js": "^8.4.0", "vite": "^7.0.0"}}\n'
SOCKET = "new WebSocket('wss://a.example/x');\n"


def test_it_runs_at_the_start_and_after_each_change(capsys: pytest.CaptureFixture[str]) -> None:
    runs: list[int] = []

    def run() -> None:
        runs.append(1)
        if len(runs) == 2:
            raise RtlintError("the configuration is wrong")

    repeat(run, [object(), object()])
    assert len(runs) == 3
    assert capsys.readouterr().err.count("Watching for changes; Ctrl-C ends.\n") == 3


def test_check_watches_and_ends_with_zero(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "package.json").write_text(PACKAGE)
    code = tmp_path / "live.ts"
    code.write_text(SOCKET)

    def change(_root: Path) -> Any:
        code.write_text("")
        yield object()

    monkeypatch.setattr("rtlint.cli.watch.changes_of", change)
    result = CliRunner(env={"NO_COLOR": "1"}).invoke(main, ["check", "--watch", str(tmp_path)])
    assert result.exit_code == 0
    assert result.stdout.index("1 warning in 2 files") < result.stdout.index("No findings in 2 files")


def test_the_package_that_watches_is_named_when_it_is_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any, **named: Any) -> Any:
        if name == "watchfiles":
            raise ImportError(name)
        return real(name, *rest, **named)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(RtlintError, match=r"pip install 'rtlint\[watch\]'"):
        changes_of(tmp_path)
