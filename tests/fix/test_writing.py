"""Fixes on the disk: in one step, with mode and line ends kept, and never over somebody else's change."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from rtlint.cli import main
from rtlint.errors import RtlintError
from rtlint.pipeline import Overrides
from rtlint.pipeline.files import replace_file
from rtlint.pipeline.fixing import MAX_PASSES, diff, fix, write

PACKAGE = '{"dependencies": {"pusher-js": "^8.4.0", "vite": "^7.0.0"}}\n'
COMPOSE = "services:\r\n  web:\r\n    build: .\r\n    environment:\r\n      VITE_ENABLE_PUSHER: 'true' # on\r\n"
CODE = (
    "import Pusher from 'pusher-js';\n"
    "if (import.meta.env.VITE_PUSHER_ENABLED === 'true') new Pusher('a1b2c3d4', { cluster: 'eu' });\n"
)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "package.json").write_bytes(PACKAGE.encode())
    (tmp_path / "compose.yaml").write_bytes(COMPOSE.encode())
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "live.ts").write_bytes(CODE.encode())
    return tmp_path


def rtlint(*arguments: str) -> Result:
    return CliRunner(env={"NO_COLOR": "1", "FORCE_COLOR": ""}).invoke(main, list(arguments))


def test_a_fixed_file_keeps_mode_and_line_ends(project: Path) -> None:
    compose = project / "compose.yaml"
    compose.chmod(0o640)
    result = rtlint("check", "--fix", str(project))
    assert result.exit_code == 0
    assert "fixed compose.yaml:5: RT306 rename VITE_ENABLE_PUSHER to VITE_PUSHER_ENABLED" in result.stderr
    assert compose.read_bytes() == COMPOSE.replace("VITE_ENABLE_PUSHER", "VITE_PUSHER_ENABLED").encode()
    assert stat.S_IMODE(compose.stat().st_mode) == 0o640
    assert sorted(path.name for path in project.iterdir()) == ["compose.yaml", "package.json", "src"]


def test_diff_shows_and_changes_nothing(project: Path) -> None:
    result = rtlint("check", "--diff", str(project))
    assert result.exit_code == 1
    assert "--- a/compose.yaml\n+++ b/compose.yaml\n" in result.stdout
    assert "-      VITE_ENABLE_PUSHER: 'true' # on" in result.stdout
    assert "+      VITE_PUSHER_ENABLED: 'true' # on" in result.stdout
    assert (project / "compose.yaml").read_bytes() == COMPOSE.encode()
    rtlint("check", "--fix", str(project))
    clean = rtlint("check", "--diff", str(project))
    assert (clean.exit_code, clean.output) == (0, "")


def test_unsafe_fixes_are_made_on_request_only(project: Path) -> None:
    quiet = project / "src" / "quiet.js"
    quiet.write_text("console.error = () => {};\n")
    (project / "src" / "live.ts").write_text("import './quiet.js';\n" + CODE)
    assert "RT501" in rtlint("check", "--fix", str(project)).stdout
    assert quiet.read_text() == "console.error = () => {};\n"
    assert "RT501" not in rtlint("check", "--fix", "--unsafe-fixes", str(project)).stdout
    assert quiet.read_text() == ""


def test_a_file_that_changed_meanwhile_is_left_alone(project: Path) -> None:
    done = fix(project, Overrides())
    (project / "compose.yaml").write_text("services: {}\n")
    assert write(project, done) == ["compose.yaml"]
    assert (project / "compose.yaml").read_text() == "services: {}\n"


def test_a_link_is_not_written_through(project: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    done = fix(project, Overrides())
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "compose.yaml"
    elsewhere.write_bytes(COMPOSE.encode())
    (project / "compose.yaml").unlink()
    (project / "compose.yaml").symlink_to(elsewhere)
    assert write(project, done) == ["compose.yaml"]
    assert elsewhere.read_bytes() == COMPOSE.encode()


def test_a_file_that_cant_be_written_is_an_error(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    done = fix(project, Overrides())
    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(RtlintError, match=r"can't write compose\.yaml: No space left on device"):
        write(project, done)
    assert (project / "compose.yaml").read_bytes() == COMPOSE.encode()
    assert not list(project.glob(".rtlint-*"))


def test_replacing_a_file_that_is_gone_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        replace_file(tmp_path / "a", b"")


def test_a_fix_that_leaves_its_finding_is_told_and_not_repeated(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from rtlint.fix import entries

    def useless(source: object, at: object, arguments: object) -> object:
        return [source.edit(0, 0, "# again\n")]  # type: ignore[attr-defined]

    monkeypatch.setattr(entries, "rename", useless)
    done = fix(project, Overrides())
    assert [finding.code for finding in done.failed] == ["RT306"]
    assert not done.fixed
    assert done.after["compose.yaml"].count(b"# again") == 1 < MAX_PASSES
    assert "please report this as a bug of rtlint" in rtlint("check", "--diff", str(project)).stderr


def test_a_diff_of_a_file_without_a_last_line_end() -> None:
    assert diff({"a": b"x"}, {"a": b"y\n"}) == "--- a/a\n+++ b/a\n@@ -1 +1 @@\n-x\n\\ No newline at end of file\n+y\n"


def test_secrets_are_masked_in_a_diff(project: Path) -> None:
    (project / ".env").write_text("PUSHER_SECRET=b7ae41f8d3c95e20a617\nVITE_ENABLE_PUSHER=true\n")
    output = rtlint("check", "--diff", str(project)).stdout
    assert "b7ae41f8d3c95e20a617" not in output
    assert "+VITE_PUSHER_ENABLED=true" in output
