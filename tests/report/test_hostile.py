"""A repository that means harm: whatever its names and contents are, no format lets them through.

GitHub's runner takes `::` at the beginning of a line (blanks before it are skipped) and `##[` anywhere in it for a
command, Azure's agent `##vso[` and `##[` anywhere in a line. tests/report/readers.py reads each format as they do.
"""

from __future__ import annotations

import itertools
import json
import re
import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from rtlint.cli import main
from rtlint.findings import LEVELS, Report
from rtlint.pipeline import check
from rtlint.report import FORMATS, Options, write
from rtlint.report.visible import visible
from tests.report.readers import EXACT_PATHS, READERS, STRONGEST_FIRST

EVIL = (
    "::error file=x::forged",
    "##vso[task.setvariable variable=x]y",
    "##[error]forged",
    "\x1b]8;;http://evil.example\x07link\x1b]8;;\x07",
    "\x1b[31mred\x1b[2J",
    "<script>alert(1)</script>",
    "]]><x/>&lt;",
    "![img](http://evil.example) [a](1) `b` | **c** @everyone",
    "\u202eright to left\u202c",
    "\u2066isolate\u2069\u200b\ufeff",
    "a\r\n::warning::forged",
    "\x00\x07\x08\x0b\x7f\x85\u2028\ufffe",
    "%0A::error::forged",
    "100%; ]",
)
NAMES = (
    "::error file=a::b",
    "##vso[task.complete]",
    "##[group]x",
    "a\n::error::b",
    "\x1b[31m",
    "<b>",
    "\u202ex",
    "`|`",
)
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("hostile")
    (root / "package.json").write_text('{"dependencies": {"pusher-js": "^8.4.0", "vite": "^7.0.0"}}')
    for number, evil in enumerate(EVIL):
        folder = root / "src" / str(number)
        folder.mkdir(parents=True)
        quoted = json.dumps(evil)
        (folder / "live.ts").write_text(
            "import Pusher from 'pusher-js';\n"
            f"export const live = new Pusher('a1b2c3d4', {{ cluster: {quoted}, enabledTransport: {quoted} }});\n"
            f"new WebSocket({quoted} + '/x'); // {evil.splitlines()[0]}\n"
            f"new WebSocket('ws://live.example.com/' + {quoted});\n"
            "if (import.meta.env.VITE_PUSHER_ENABLED) live.connect();\n",
            encoding="utf-8",
            errors="surrogatepass",
        )
    for name in NAMES:
        (root / f"{name}.ts").write_text("new WebSocket('wss://a.example/x');\nconsole.error = () => {};\n")
    (root / os_bytes(b"bad\xff\xfe.ts")).write_text("new WebSocket('wss://a.example/x');\n")
    lines = [f"      VITE_ENABLE_PUSHER: {json.dumps(evil)}" for evil in EVIL[:1]]
    lines += [f"      VITE_USE_WEBSOCKET_{number}: {json.dumps(evil)}" for number, evil in enumerate(EVIL)]
    environment = "\n".join(lines)
    head = "services:\n  web:\n    build: .\n    environment:\n      VITE_PUSHER_KEY: ${VITE_PUSHER_KEY}\n"
    (root / "compose.yaml").write_text(f"{head}{environment}\n", encoding="utf-8")
    return root


def os_bytes(name: bytes) -> str:
    import os

    return os.fsdecode(name)


@pytest.fixture(scope="module")
def found(hostile: Path) -> Report:
    report = check(hostile).report
    assert len({finding.code for finding in report.findings}) >= 6
    assert len(report.findings) > 60
    # Every level has its own way through some writers.
    levels = itertools.cycle(LEVELS)
    return replace(report, findings=tuple(replace(finding, level=next(levels)) for finding in report.findings))


@pytest.mark.parametrize("name", FORMATS)
def test_nothing_steers_a_terminal_or_hides(found: Report, name: str) -> None:
    text = write(name, found, Options(verbose=1))
    assert not [hex(ord(char)) for char in CONTROL.findall(text)]
    assert not [char for char in text if unicodedata.category(char) in {"Cs", "Cf"} and char != "\u00ad"]


@pytest.mark.parametrize("name", FORMATS)
def test_only_its_own_commands_reach_a_log(found: Report, name: str) -> None:
    """GitHub's runner and Azure's agent take no line for a command but those of their own format."""
    lines = write(name, found, Options(verbose=1)).split("\n")
    github = [line for line in lines if line.strip().startswith("::") or "##[" in line]
    azure = [line for line in lines if "##vso[" in line]
    expected = len(found.findings)
    notes = sum(finding.level == "note" for finding in found.findings)
    assert len(github) == (expected if name == "github" else 0)
    assert len(azure) == (expected - notes if name == "azure" else 0)


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_says_what_the_findings_say_and_nothing_else(found: Report, name: str) -> None:
    rows = READERS[name](write(name, found, Options()))
    findings = list(found.findings)
    if name in STRONGEST_FIRST:
        findings.sort(key=lambda finding: ("error", "warning", "note").index(finding.level))
    expected = [
        (finding.at.path if name in EXACT_PATHS else visible(finding.at.path), finding.at.line, finding.code)
        for finding in findings
    ]
    assert [row[:3] for row in rows] == expected
    for row, finding in zip(rows, findings, strict=True):
        message = finding.message if name == "json" else visible(finding.message)
        if name in {"junit", "checkstyle"}:
            message = message.replace("\ufffe", "\ufffd")
        assert row.message.startswith(message)


@pytest.mark.parametrize(
    "arguments", [["env"], ["explain", "VITE_PUSHER_ENABLED"], ["query", "SELECT at, value FROM given_variable"]]
)
def test_other_commands_are_as_harmless(hostile: Path, arguments: list[str]) -> None:
    output = CliRunner().invoke(main, [*arguments, "--root", str(hostile)]).output
    assert output
    assert not CONTROL.search(output.replace("\n", ""))
    assert not [
        line for line in output.split("\n") if line.strip().startswith("::") or "##[" in line or "##vso[" in line
    ]


def test_a_diff_is_harmless_and_offers_what_it_can(hostile: Path) -> None:
    output = CliRunner().invoke(main, ["check", "--diff", "--unsafe-fixes", str(hostile)]).output
    assert "-console.error" in output
    assert not CONTROL.search(output.replace("\n", ""))
    assert "##[" not in output
    assert "##vso[" not in output
