"""Whole sample repositories: every finding that they deserve, at its line, and no other.

`tests/projects/NAME.expected.json` names the folders that make up a project, laid over one another in order, and the
findings. A finding is given by code, path and the text of its line, so that the samples carry no marks.
"""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from rtlint.cli import main

PROJECTS = Path(__file__).parent / "projects"
CONCISE = re.compile(r"(?P<path>[^:]+):(?P<line>\d+):\d+: (?:error|warning|note): (?P<code>RT\d{3}) ")
NAMES = sorted(path.name.removesuffix(".expected.json") for path in PROJECTS.glob("*.expected.json"))


def lay_out(name: str, target: Path) -> dict[str, Any]:
    """Copy the project to `target` and return its expectations."""
    expected: dict[str, Any] = json.loads((PROJECTS / f"{name}.expected.json").read_text(encoding="utf-8"))
    for folder in expected["folders"]:
        shutil.copytree(PROJECTS / folder, target, dirs_exist_ok=True)
    return expected


def findings(root: Path, output: str) -> list[tuple[str, str, str]]:
    """Return (code, path, stripped text of the line) of each line of the concise report."""
    found = []
    for line in output.splitlines():
        place = CONCISE.match(line)
        assert place, f"not a concise finding: {line}"
        text = (root / place["path"]).read_text(encoding="utf-8").splitlines()[int(place["line"]) - 1]
        found.append((place["code"], place["path"], text.strip()))
    return sorted(found)


@pytest.mark.parametrize("name", NAMES)
def test_a_project_gets_the_findings_it_deserves_and_no_other(name: str, tmp_path: Path) -> None:
    expected = lay_out(name, tmp_path)
    result = CliRunner().invoke(main, ["check", "--quiet", "--output-format", "concise", str(tmp_path)])
    wanted = sorted((item["code"], item["path"], item["text"]) for item in expected["findings"])
    assert findings(tmp_path, result.output) == wanted
    assert result.exit_code == bool(wanted)


def test_the_console_override_names_the_pusher_errors_that_it_hides(tmp_path: Path) -> None:
    lay_out("scenario", tmp_path)
    result = CliRunner().invoke(main, ["check", "-q", "--select", "RT501", "--output-format", "concise", str(tmp_path)])
    assert "Pusher Channels" in result.output


def test_the_literal_project_differs_from_the_scenario_in_its_endpoint_only() -> None:
    assert differing("scenario", "scenario-literal") == [
        "apps/dashboard/src/config/index.ts",
        "apps/dashboard/src/vite-env.d.ts",
    ]


def test_the_repaired_project_differs_from_the_scenario_in_its_setup_only() -> None:
    assert differing("scenario", "repaired") == ["apps/dashboard/index.html", "docker-compose.dev.yml"]


def differing(one: str, other: str) -> list[str]:
    """Return the paths whose content differs between two sample folders."""
    contents = [
        {path.relative_to(PROJECTS / name).as_posix(): path.read_bytes() for path in files(PROJECTS / name)}
        for name in (one, other)
    ]
    return sorted(
        path for path in contents[0].keys() | contents[1].keys() if contents[0].get(path) != contents[1].get(path)
    )


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
