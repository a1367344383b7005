"""The report in a real browser: Chromium from Debian, driven by puppeteer-core, judged by axe."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from rtlint.pipeline.portrait import portray
from rtlint.report import page

pytestmark = pytest.mark.real

HERE = Path(__file__).parent
PROJECTS = HERE.parent / "projects"


@pytest.fixture(scope="module")
def looks(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    chromium, node = shutil.which("chromium"), shutil.which("node")
    if chromium is None or node is None or not (HERE / "node_modules" / "puppeteer-core").exists():
        pytest.skip("Chromium, Node.js or puppeteer-core is not installed: make test-real installs them")
    folder = tmp_path_factory.mktemp("pages")
    files = []
    for name in ("scenario", "repaired"):
        files.append(folder / f"{name}.html")
        files[-1].write_text(page.write(portray(PROJECTS / name)), encoding="utf-8")
    command = [node, str(HERE / "report_probe.cjs"), chromium, str(folder), *map(str, files)]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=180, cwd=HERE)
    assert done.returncode == 0, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)
    assert len(found) == 6
    assert all((folder / f"{Path(item['file']).stem}-{item['screen']}.png").stat().st_size > 20_000 for item in found)
    return found


def test_the_console_says_nothing(looks: list[dict[str, Any]]) -> None:
    assert [item for item in looks if item["said"]] == []


def test_axe_finds_no_violation(looks: list[dict[str, Any]]) -> None:
    assert [(item["file"], item["screen"], item["violations"]) for item in looks if item["violations"]] == []


def test_the_page_is_no_wider_than_the_screen(looks: list[dict[str, Any]]) -> None:
    assert [item for item in looks if item["scroll"] > item["width"]] == []


def test_the_first_stop_of_the_keyboard_leads_past_the_header(looks: list[dict[str, Any]]) -> None:
    assert {item["focused"] for item in looks} == {"Skip to the content"}
