from __future__ import annotations

from pathlib import Path

import pytest

from rtlint.link.merging import services
from rtlint.link.services import Service
from rtlint.pipeline import Overrides, analyse, prepare


def merged(root: Path, files: dict[str, str]) -> dict[tuple[str, ...], Service]:
    """Return the services by name and files."""
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    program = analyse(root, prepare(root, Overrides()).config).program
    return {(service.name, *service.files): service for service in services(program.index)}


BASE = "services:\n  web:\n    image: base\n    command: one\n  db:\n    image: postgres\n"


def test_an_override_wins_and_keeps_the_rest(tmp_path: Path) -> None:
    override = "services:\n  web:\n    image: other\n"
    found = merged(tmp_path, {"compose.yaml": BASE, "compose.override.yaml": override})
    web = found["web", "compose.override.yaml", "compose.yaml"]
    assert (web.image, web.command) == ("other", "one")
    assert ("db", "compose.yaml") in found


def test_compose_file_names_the_stack(tmp_path: Path) -> None:
    files = {
        ".env": "COMPOSE_FILE=a.yaml:compose-b.yaml\n",
        "compose-a.yaml": BASE,
        "compose-b.yaml": "services:\n  web:\n    image: b\n",
    }
    files[".env"] = "COMPOSE_FILE=compose-a.yaml:compose-b.yaml\n"
    web = merged(tmp_path, files)["web", "compose-b.yaml", "compose-a.yaml"]
    assert (web.image, web.command) == ("b", "one")


def test_a_file_that_is_not_there_leaves_the_usual_stack(tmp_path: Path) -> None:
    found = merged(tmp_path, {".env": "COMPOSE_FILE=compose.yaml:missing.yaml\n", "compose.yaml": BASE})
    assert ("web", "compose.yaml") in found


@pytest.mark.parametrize(
    ("extends", "image"),
    [
        ("db", "postgres"),
        ("{service: db}", "postgres"),
        ("{service: base, file: parts/common.yml}", "common"),
        ("{service: base, file: ../outside.yml}", ""),
        ("{service: missing}", ""),
        ("loop", ""),
    ],
)
def test_extends(tmp_path: Path, extends: str, image: str) -> None:
    text = f"services:\n  loop:\n    extends: web\n  web:\n    extends: {extends}\n  db:\n    image: postgres\n"
    common = "services:\n  base:\n    image: common\n"
    found = merged(tmp_path, {"compose.yaml": text, "parts/common.yml": common})
    assert found["web", "compose.yaml"].image == image
