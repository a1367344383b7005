from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result

from rtlint.cli import main
from rtlint.pipeline.onboarding import GITLAB_JOB, HOOK_FILES

ROOT = Path(__file__).parent.parent
PACKAGE = '{"dependencies": {"pusher-js": "^8.4.0", "vite": "^7.0.0"}}\n'
CODE = (
    "import Pusher from 'pusher-js';\nnew Pusher('a1b2c3d4', { cluster: 'eu' });\nnew WebSocket('wss://a.example/x');\n"
)
WRITTEN = [".github/workflows/rtlint.yml", ".pre-commit-config.yaml", "rtlint.toml"]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "package.json").write_text(PACKAGE)
    (tmp_path / "live.ts").write_text(CODE)
    return tmp_path


def rtlint(*arguments: str | Path) -> Result:
    return CliRunner(env={"NO_COLOR": "1", "FORCE_COLOR": ""}).invoke(main, list(map(str, arguments)))


def files(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_it_writes_configuration_hook_and_job(project: Path) -> None:
    before = files(project)
    result = rtlint("init", project)
    assert result.exit_code == 0
    assert sorted(set(files(project)) - set(before)) == WRITTEN
    assert tomllib.loads((project / "rtlint.toml").read_text())["transport"] == {"managed": "pusher"}
    (hook,) = yaml.safe_load((project / ".pre-commit-config.yaml").read_text())["repos"][0]["hooks"]
    assert (hook["entry"], hook["pass_filenames"]) == ("rtlint check", False)
    job = yaml.safe_load((project / ".github/workflows/rtlint.yml").read_text())["jobs"]["rtlint"]
    assert job["steps"][-1]["run"] == "rtlint check --output-format github"
    assert "A first run has 1 finding" in result.stdout
    assert rtlint("check", project).exit_code == 1


def test_a_dry_run_writes_nothing(project: Path) -> None:
    before = files(project)
    assert rtlint("init", "--dry-run", project).stdout.count("would write") == 3
    assert files(project) == before


def test_nothing_is_overwritten(project: Path) -> None:
    (project / "rtlint.toml").write_text("# mine\n")
    (project / ".pre-commit-config.yaml").write_text("repos: []\n")
    (project / ".github" / "workflows").mkdir(parents=True)
    (project / ".github" / "workflows" / "rtlint.yml").write_text("# mine\n")
    before = files(project)
    result = rtlint("init", project)
    assert files(project) == before
    assert result.stdout.count("left alone") == 3
    assert "add this to the list of repos" in result.stdout
    assert "id: rtlint" in result.stdout


def test_a_hook_that_is_there_needs_no_advice(project: Path) -> None:
    rtlint("init", project)
    assert "add this" not in rtlint("init", project).stdout


def test_a_configuration_in_pyproject_is_enough(project: Path) -> None:
    (project / "pyproject.toml").write_text('[tool.rtlint]\nignore = ["RT4"]\n')
    assert "left alone pyproject.toml" in rtlint("init", project).stdout
    assert not (project / "rtlint.toml").exists()


def test_gitlab_gets_a_file_to_include(project: Path) -> None:
    (project / ".gitlab-ci.yml").write_text("stages: [test]\n")
    result = rtlint("init", project)
    assert "wrote rtlint.gitlab-ci.yml" in result.stdout
    assert "- local: rtlint.gitlab-ci.yml" in result.stdout
    job = yaml.safe_load((project / "rtlint.gitlab-ci.yml").read_text())["rtlint"]
    assert job["artifacts"]["reports"]["codequality"] == "rtlint-codequality.json"
    assert not (project / ".github").exists()


def test_other_ci_servers_get_advice(project: Path) -> None:
    (project / "Jenkinsfile").write_text("node {}\n")
    result = rtlint("init", project)
    assert "left alone Jenkinsfile" in result.stdout
    assert "rtlint check --output-format junit=rtlint.xml" in result.stdout


def test_nothing_is_written_behind_a_link(project: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside")
    (project / ".github").symlink_to(outside)
    (project / "rtlint.toml").symlink_to(outside / "rtlint.toml")
    result = rtlint("init", project)
    assert result.exit_code == 2
    assert "behind a link" in result.stderr
    assert not list(outside.iterdir())


def test_without_clients_there_is_no_transport_policy(tmp_path: Path) -> None:
    result = rtlint("init", tmp_path)
    assert "A first run has no findings." in result.stdout
    assert tomllib.loads((tmp_path / "rtlint.toml").read_text()) == {}


def test_the_hook_runs_for_the_files_of_the_manifest() -> None:
    (manifest,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    assert manifest["files"] == HOOK_FILES


def test_the_template_for_gitlab_is_the_job_that_init_writes() -> None:
    from rtlint import __version__

    template = (ROOT / "templates" / "rtlint.gitlab-ci.yml").read_text()
    assert yaml.safe_load(template) == yaml.safe_load(GITLAB_JOB.format(version=__version__))
