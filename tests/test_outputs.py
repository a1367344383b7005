"""`--output-format FORMAT[=FILE]`, and what is printed where the terminal's encoding lacks a character."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from rtlint import FORMATS
from rtlint.cli import main

PACKAGE = '{"dependencies": {"pusher-js": "^8.4.0", "vite": "^7.0.0"}}\n'
SOCKET = "new WebSocket('wss://a.example/日本' + 'é'); // \x1b[31m\n"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "package.json").write_text(PACKAGE)
    (tmp_path / "日本.ts").write_text(SOCKET, encoding="utf-8")
    (tmp_path / "out").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path / "out"


def check(*outputs: str, charset: str = "utf-8", **environment: str) -> Result:
    arguments = [word for output in outputs for word in ("--output-format", output)]
    return CliRunner(charset=charset, env={"NO_COLOR": "1", **environment}).invoke(main, ["check", *arguments])


def test_each_format_goes_to_its_place(project: Path) -> None:
    result = check("json=out/a.json", "concise", "junit=out/b.xml")
    assert result.exit_code == 1
    assert result.output.startswith("日本.ts:1:1: warning: RT101 ")
    assert len(result.output.splitlines()) == 1
    assert json.loads((project / "a.json").read_text())["findings"][0]["code"] == "RT101"
    assert ET.fromstring((project / "b.xml").read_bytes()).tag == "testsuites"
    assert sorted(path.name for path in project.iterdir()) == ["a.json", "b.xml"]


def test_an_old_file_is_replaced_whole(project: Path) -> None:
    (project / "a.json").write_text("x" * 100_000)
    assert check("json=out/a.json").output == ""
    assert json.loads((project / "a.json").read_text())["version"] == 1


@pytest.mark.parametrize(
    ("outputs", "said"),
    [
        (("json", "github"), "two formats go to standard output"),
        (("json=out/x", "sarif=out/../out/x"), "two formats go to "),
        (("sarif=",), "the file of sarif is missing"),
        (("sarfi",), "did you mean 'sarif'?"),
        (("SARIF=out/x",), "did you mean 'sarif'?"),
        (("json,github",), "there is no format 'json,github'"),
    ],
)
def test_what_makes_no_sense_is_a_usage_error_and_writes_nothing(
    project: Path, outputs: tuple[str, ...], said: str
) -> None:
    result = check(*outputs)
    assert result.exit_code == 2
    assert said in result.output
    assert list(project.iterdir()) == []


@pytest.mark.parametrize("formats", [["json", "concise"], ["json=out/x"]])
def test_one_file_is_for_one_format(project: Path, formats: list[str]) -> None:
    arguments = [word for name in formats for word in ("--output-format", name)]
    result = CliRunner().invoke(main, ["check", "--output-file", "out/y", *arguments])
    assert result.exit_code == 2
    assert "--output-file goes with one --output-format" in result.output
    assert list(project.iterdir()) == []


def test_the_environment_names_formats_between_blanks(project: Path) -> None:
    variable = {"RTLINT_OUTPUT_FORMAT": "json=out/a.json concise"}
    assert check(**variable).output.startswith("日本.ts:1:1: ")
    assert (project / "a.json").exists()
    assert check("github", **variable).output.startswith("::warning file="), "an option outweighs the variable"
    assert check(RTLINT_OUTPUT_FORMAT="").output.startswith("warning[RT101]")
    assert check(RTLINT_OUTPUT_FORMAT="yaml").exit_code == 2


@pytest.mark.parametrize("place", ["out/no/x.json", "out", "out/loop/x"])
def test_a_file_that_can_not_be_written_is_no_crash(project: Path, place: str) -> None:
    (project / "loop").symlink_to("loop")
    result = check(f"json={place}", "concise")
    assert result.exit_code == 2
    assert result.output.startswith(f"rtlint: can't write {place}: ")
    assert [path.name for path in project.iterdir()] == ["loop"]


def test_links_that_lead_in_a_circle_are_replaced(project: Path) -> None:
    (project / "a").symlink_to("b")
    (project / "b").symlink_to("a")
    assert check("json=out/a").exit_code == 1
    assert json.loads((project / "a").read_text())["version"] == 1


def test_text_is_in_the_encoding_of_the_terminal(project: Path) -> None:
    shown = check(charset="cp1252").stdout_bytes
    assert b"\\u65e5\\u672c.ts:1:1" in shown
    assert b"\\u65e5\\u672c' + '\xe9'); // \\u241b[31m" in shown


@pytest.mark.parametrize("name", sorted(set(FORMATS) - {"text", "concise"}))
def test_what_programs_read_is_utf8_everywhere(project: Path, name: str) -> None:
    shown = check(name, f"{name}=out/file", charset="cp1252").stdout_bytes
    assert shown == (project / "file").read_bytes()
    assert "RT101" in shown.decode("utf-8")
