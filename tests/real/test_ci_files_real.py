"""The files for CI servers, judged by the published schemas (check-jsonschema) and by zizmor; `init` by pre-commit."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from rtlint.cli import main

pytestmark = pytest.mark.real

ROOT = Path(__file__).parents[2]
SCENARIO = ROOT / "tests" / "projects" / "scenario"


def accepted(schema: str, file: Path) -> bool:
    """Tell whether check-jsonschema finds a file in order."""
    if importlib.util.find_spec("check_jsonschema") is None:
        pytest.skip("check-jsonschema is not installed: make test-real installs it")
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, str(file)]
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


@pytest.fixture
def project(tmp_path: Path) -> Path:
    target = tmp_path / "project"
    shutil.copytree(SCENARIO, target)
    return target


def test_the_action_keeps_githubs_schema(tmp_path: Path) -> None:
    assert accepted("vendor.github-actions", ROOT / "action.yml")
    broken = tmp_path / "action.yml"
    broken.write_text((ROOT / "action.yml").read_text().replace("using: composite", "using: magic"))
    assert not accepted("vendor.github-actions", broken)


def test_the_template_keeps_gitlabs_schema() -> None:
    assert accepted("vendor.gitlab-ci", ROOT / "templates" / "rtlint.gitlab-ci.yml")


def test_what_init_writes_is_valid(project: Path) -> None:
    assert CliRunner().invoke(main, ["init", str(project)]).exit_code == 0
    assert accepted("vendor.github-workflows", project / ".github" / "workflows" / "rtlint.yml")
    if importlib.util.find_spec("pre_commit") is None:
        pytest.skip("pre-commit is not installed: make test-real installs it")
    command = [sys.executable, "-m", "pre_commit", "validate-config", str(project / ".pre-commit-config.yaml")]
    assert subprocess.run(command, check=False).returncode == 0


def test_what_init_writes_for_gitlab_is_valid(project: Path) -> None:
    (project / ".gitlab-ci.yml").write_text("stages: [test]\n")
    assert CliRunner().invoke(main, ["init", str(project)]).exit_code == 0
    assert accepted("vendor.gitlab-ci", project / "rtlint.gitlab-ci.yml")


def test_zizmor_finds_no_injection_and_no_leaked_credentials(project: Path) -> None:
    """Whether actions are pinned by commit is a policy of the user's; everything else has to be in order."""
    program = shutil.which("zizmor", path=str(Path(sys.executable).parent))
    if program is None:
        pytest.skip("zizmor is not installed: make test-real installs it")
    assert CliRunner().invoke(main, ["init", str(project)]).exit_code == 0
    config = project / "zizmor.yml"
    config.write_text("rules:\n  unpinned-uses:\n    disable: true\n")
    for file in (ROOT / "action.yml", project / ".github" / "workflows" / "rtlint.yml"):
        command = [program, "--offline", "--no-progress", "--config", str(config), str(file)]
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
