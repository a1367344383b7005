from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from rtlint.cli import main

NAME = "rtlint-baseline.json"
PACKAGE = '{"dependencies": {"pusher-js": "^8.4.0", "vite": "^7.0.0"}}\n'
SOCKET = "export const live = new WebSocket('wss://live.example.com/a');\n"
OTHER = "export const other = new WebSocket('wss://live.example.com/b');\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "package.json").write_text(PACKAGE)
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "live.ts").write_text(SOCKET)
    return tmp_path


def rtlint(*arguments: str | Path) -> Result:
    return CliRunner(env={"NO_COLOR": "1", "FORCE_COLOR": ""}).invoke(main, ["check", *map(str, arguments)])


def codes(root: Path, *arguments: str) -> list[str]:
    found = rtlint(root, "--output-format", "json", *arguments)
    return [finding["code"] for finding in json.loads(found.stdout)["findings"]]


def entries(root: Path) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads((root / NAME).read_text())["entries"]
    return found


def test_what_is_in_the_baseline_is_not_reported(project: Path) -> None:
    assert rtlint(project).exit_code == 1
    assert rtlint(project, "--add-baseline").stdout == f"{NAME}: 1 added, 1 listed\n"
    clean = rtlint(project)
    assert clean.exit_code == 0
    assert ", 1 in the baseline, " in clean.stdout
    assert codes(project, "--no-baseline") == ["RT101"]


def test_a_new_finding_is_reported_and_can_be_added(project: Path) -> None:
    rtlint(project, "--add-baseline")
    (project / "src" / "live.ts").write_text(SOCKET + OTHER)
    assert codes(project) == ["RT101"]
    assert rtlint(project, "--add-baseline").stdout == f"{NAME}: 1 added, 2 listed\n"
    assert codes(project) == []


def test_entries_survive_moved_lines_and_renamed_files(project: Path) -> None:
    rtlint(project, "--add-baseline")
    (project / "src" / "live.ts").unlink()
    (project / "lib").mkdir()
    (project / "lib" / "socket.ts").write_text("// moved\n\n\n  " + SOCKET.replace(" = ", "  =  "))
    assert codes(project) == []
    assert rtlint(project).stderr == ""


def test_an_edited_line_ends_its_entry(project: Path) -> None:
    rtlint(project, "--add-baseline")
    (project / "src" / "live.ts").write_text(SOCKET.replace("live.example", "edge.example"))
    assert codes(project) == ["RT101"]
    assert "1 of the findings in the baseline is no more" in rtlint(project).stderr


def test_a_copy_of_a_known_finding_is_new(project: Path) -> None:
    rtlint(project, "--add-baseline")
    (project / "src" / "copy.ts").write_text(SOCKET)
    assert codes(project) == ["RT101"]
    rtlint(project, "--add-baseline")
    assert codes(project) == []
    (project / "src" / "live.ts").write_text(SOCKET * 3)
    assert codes(project) == ["RT101", "RT101"]


def test_prune_takes_out_what_is_no_more_and_adds_nothing(project: Path) -> None:
    rtlint(project, "--add-baseline")
    (project / "src" / "live.ts").write_text(OTHER)
    assert rtlint(project, "--prune").stdout == f"{NAME}: 1 taken out, 0 listed\n"
    assert entries(project) == []
    assert codes(project) == ["RT101"]
    assert rtlint(project, "--add-baseline", "--prune").stdout == f"{NAME}: 1 added, 0 taken out, 1 listed\n"


def test_rules_that_do_not_run_are_left_as_they_are(project: Path) -> None:
    rtlint(project, "--add-baseline")
    assert rtlint(project, "--select", "RT5").stderr == ""
    rtlint(project, "--select", "RT5", "--prune")
    assert len(entries(project)) == 1


def test_the_file_is_stable_and_holds_no_secret(project: Path) -> None:
    value = "b7ae41f8d3c95e20a617"
    (project / "src" / "live.ts").write_text(SOCKET.replace("/a", f"/a?secret={value}") + OTHER)
    (project / ".env").write_text(f"PUSHER_SECRET={value}\n")
    rtlint(project, "--add-baseline")
    text = (project / NAME).read_text()
    assert value not in text
    assert text.count("\n    {") == len(entries(project))
    (project / NAME).unlink()
    rtlint(project, "--add-baseline")
    assert (project / NAME).read_text() == text


def test_the_baseline_is_no_part_of_the_analysed_project(project: Path) -> None:
    (project / "compose.yaml").write_text(
        "services:\n  web:\n    build: .\n    environment:\n      VITE_ENABLE_WEBSOCKET: 'false'\n"
    )
    before = codes(project)
    assert "RT405" in before
    rtlint(project, "--add-baseline")
    assert "VITE_ENABLE_WEBSOCKET" in (project / NAME).read_text()
    rtlint(project, "--output-format", f"sarif={project}/out.sarif", "--output-format", f"gitlab={project}/q.json")
    assert codes(project) == []
    assert codes(project, "--no-baseline") == before


def test_the_file_can_lie_elsewhere(project: Path) -> None:
    (project / "rtlint.toml").write_text('baseline = "ci/known.json"\n')
    (project / "ci").mkdir()
    rtlint(project, "--add-baseline")
    assert (project / "ci" / "known.json").exists()
    assert codes(project) == []
    other = project / "other.json"
    rtlint(project, "--add-baseline", "--baseline", str(other))
    assert other.exists()
    missing = rtlint(project, "--baseline", str(project / "nowhere.json"))
    assert missing.exit_code == 2
    assert "there is no baseline" in missing.stderr


@pytest.mark.parametrize("value", ['"/etc/x"', '"../x"', '""', "1"])
def test_the_configured_file_lies_below_the_root(project: Path, value: str) -> None:
    (project / "rtlint.toml").write_text(f"baseline = {value}\n")
    assert rtlint(project).exit_code == 2


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", f"{NAME}:1:2: not valid JSON"),
        ("[]", "is no baseline of version 1"),
        ('{"version": 2, "entries": []}', "is no baseline of version 1"),
        ('{"version": 1, "entries": {}}', "'entries' must be a list"),
        ('{"version": 1, "entries": [{"code": "RT101"}]}', "entry 1 needs code, path, fingerprint, message"),
        (
            '{"version": 1, "entries": [{"code": "", "path": "", "fingerprint": "", "message": "", "count": -1}]}',
            "entry 1",
        ),
        ("[" * 100_000, "is no baseline"),
        ("\udcff", "is no baseline"),
    ],
)
def test_a_broken_baseline_is_an_error_with_its_place(project: Path, text: str, message: str) -> None:
    (project / NAME).write_bytes(text.encode("utf-8", "surrogateescape"))
    for arguments in ([], ["--add-baseline"], ["--prune"]):
        result = rtlint(project, *arguments)
        assert result.exit_code == 2
        assert message in result.stderr


def test_a_link_is_not_written_through(project: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside") / "x.json"
    (project / NAME).symlink_to(outside)
    result = rtlint(project, "--add-baseline")
    assert result.exit_code == 2
    assert not outside.exists()


def test_a_part_of_the_findings_is_no_baseline(project: Path) -> None:
    assert rtlint("--add-baseline", project / "src" / "live.ts", project / "package.json").exit_code == 2
    assert rtlint(project, "--add-baseline", "--changed").exit_code == 2
    assert rtlint(project, "--prune").exit_code == 2, "there is nothing to prune"
