"""pre-commit installs and runs the hook of this repository, on a project with the defect and on its repaired twin."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

pytestmark = pytest.mark.real

ROOT = Path(__file__).parents[2]
PROJECTS = ROOT / "tests" / "projects"

if shutil.which("git") is None:
    pytest.skip("git is not installed", allow_module_level=True)
pytest.importorskip("pre_commit", reason="pre-commit is not installed")


def git(folder: Path, *arguments: str) -> str:
    """Run git without the user's own configuration, and return what it prints."""
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    command = ["git", "-c", "user.name=rtlint", "-c", "user.email=rtlint@example.com", *arguments]
    return subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True, text=True).stdout


def pre_commit(folder: Path, home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PRE_COMMIT_HOME": str(home), "PRE_COMMIT_COLOR": "never"}
    command = [sys.executable, "-m", "pre_commit", *arguments]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)


def commit_all(folder: Path) -> None:
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "all")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder in which pre-commit keeps the hooks that a configuration names, each installed once."""
    return tmp_path_factory.mktemp("pre-commit")


@pytest.fixture(scope="module")
def hooks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a git repository with the files of this one as they are now: tracked, or new and not ignored."""
    target = tmp_path_factory.mktemp("rtlint")
    listed = git(ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0")
    for name in listed:
        if name and (ROOT / name).is_file() and "node_modules" not in Path(name).parts:
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)
    commit_all(target)
    return target


def run_hook(runner: str, project: str, hooks: Path, home: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    shutil.copytree(PROJECTS / project, folder, dirs_exist_ok=True)
    commit_all(folder)
    arguments = ["try-repo", str(hooks), "rtlint", "--all-files", "--verbose"]
    return pre_commit(folder, home, *arguments) if runner == "pre-commit" else prek(folder, home, *arguments)


def prek(folder: Path, home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run prek, pre-commit's reimplementation: https://github.com/j178/prek."""
    program = shutil.which("prek", path=str(Path(sys.executable).parent))
    if program is None:
        pytest.skip("prek is not installed: make test-real installs it")
    environment = {**os.environ, "PREK_HOME": str(home / "prek"), "PREK_COLOR": "never", "NO_COLOR": "1"}
    return subprocess.run([program, *arguments], cwd=folder, env=environment, capture_output=True, text=True)


runners = pytest.mark.parametrize("runner", ["pre-commit", "prek"])


def test_the_manifest_is_valid(home: Path) -> None:
    result = pre_commit(ROOT, home, "validate-manifest", ".pre-commit-hooks.yaml")
    assert result.returncode == 0, result.stdout + result.stderr


@runners
def test_the_hook_fails_on_a_broken_setup(runner: str, hooks: Path, home: Path, tmp_path: Path) -> None:
    result = run_hook(runner, "scenario", hooks, home, tmp_path)
    assert result.returncode == 1, result.stdout + result.stderr
    assert "error[RT202] auth-endpoint-unserved" in result.stdout


@runners
def test_the_hook_passes_on_the_repaired_setup(runner: str, hooks: Path, home: Path, tmp_path: Path) -> None:
    result = run_hook(runner, "repaired", hooks, home, tmp_path)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "Passed" in result.stdout


@pytest.mark.parametrize(
    ("name", "runs"), [(".env.production", True), ("src/rt.mts", True), ("notes.txt", False), ("photo.png", False)]
)
def test_the_hook_runs_for_the_files_that_matter(
    name: str, runs: bool, hooks: Path, home: Path, tmp_path: Path
) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("\n", encoding="utf-8")
    revision = git(hooks, "rev-parse", "HEAD").strip()
    config = {"repos": [{"repo": str(hooks), "rev": revision, "hooks": [{"id": "rtlint"}]}]}
    (tmp_path / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
    commit_all(tmp_path)
    result = pre_commit(tmp_path, home, "run", "--all-files")
    assert result.returncode == 0, result.stdout + result.stderr
    assert ("Skipped" in result.stdout) is not runs
