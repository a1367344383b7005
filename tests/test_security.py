"""The promises of SECURITY.md, each on a repository that tries to break it."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from rtlint.cli import main
from rtlint.pipeline import check
from rtlint.pipeline.cache import Cache
from rtlint.report import FORMATS

ROOT = Path(__file__).parent.parent
SCENARIO = ROOT / "tests" / "projects" / "scenario"
SECRET = "b7ae41f8d3c95e20a617"  # noqa: S105
PACKAGE = '{"dependencies": {"pusher-js": "^8.4.0", "vite": "^7.0.0"}, "scripts": {"dev": "vite"}}\n'


@pytest.fixture
def project(tmp_path: Path) -> Path:
    target = tmp_path / "project"
    shutil.copytree(SCENARIO, target)
    return target


def test_every_promise_names_a_test_that_exists() -> None:
    text = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(test_\w+)`", text))
    assert named == {name for name in globals() if name.startswith("test_")} - {
        "test_every_promise_names_a_test_that_exists"
    }
    assert all((ROOT / path).exists() for path in re.findall(r"`(tests/[\w/.]+)`", text))


def test_no_code_of_the_repository_runs(project: Path, tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    python = f"open({str(canary)!r}, 'w').write('x')\n"
    script = f"require('fs').writeFileSync({str(canary)!r}, 'x');\n"
    for name in ("conftest.py", "setup.py", "sitecustomize.py", "yaml.py", "click.py", "settings.py", "manage.py"):
        (project / name).write_text(python)
    for name in ("vite.config.js", "next.config.js", "webpack.config.js", "eslint.config.js", "rtlint.config.js"):
        (project / name).write_text(script)
    (project / "compose.yaml").write_text("!!python/object/apply:os.system ['touch canary']\n")
    (project / "rtlint.toml").write_text("# nothing\n")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "rtlint", "check", "--output-format", "json", "."]
    done = subprocess.run(command, cwd=project, env=environment, capture_output=True, check=False)
    assert json.loads(done.stdout)["findings"]
    assert not canary.exists()
    assert not (project / "canary").exists()


def test_git_runs_nothing_of_the_repository(project: Path, tmp_path: Path) -> None:
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    canary = tmp_path / "canary"
    evil = tmp_path / "evil"
    evil.write_text(f"#!/bin/sh\ntouch {canary}\ncat\n")
    evil.chmod(0o755)
    subprocess.run(["git", "init", "-q"], cwd=project, check=True)
    subprocess.run(["git", "add", "-A"], cwd=project, check=True)
    (project / ".gitattributes").write_text("* filter=evil diff=evil\n")
    hook = project / ".git" / "hooks" / "post-index-change"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\ntouch {canary}\n")
    hook.chmod(0o755)
    shutil.copy(evil, project / "git")
    with (project / ".git" / "config").open("a") as config:
        config.write(
            f"[core]\n\tfsmonitor = {evil}\n\tpager = {evil}\n\tsshCommand = {evil}\n[diff]\n\texternal = {evil}\n"
            f'[filter "evil"]\n\tclean = {evil}\n\tprocess = {evil}\n[alias]\n\tls-files = !{evil}\n'
        )
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "PATH": f".{os.pathsep}{project}{os.pathsep}{os.environ['PATH']}",
    }
    for arguments in (["check"], ["check", "--changed"], ["report"], ["env"]):
        command = [sys.executable, "-m", "rtlint", *arguments]
        subprocess.run(command, cwd=project, env=environment, capture_output=True, check=False)
    assert not canary.exists()


def test_no_program_but_git_and_no_connection(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[str] = []
    real, spawn = subprocess.Popen.__init__, os.posix_spawn

    def noted(self: Any, args: list[str], *rest: Any, **named: Any) -> None:
        started.append(Path(args[0]).name)
        real(self, args, *rest, **named)

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a connection was made")

    def spawned(path: str, *rest: Any, **named: Any) -> int:
        started.append(Path(path).name)
        return spawn(path, *rest, **named)

    monkeypatch.setattr(subprocess.Popen, "__init__", noted)
    monkeypatch.setattr(os, "posix_spawn", spawned)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(os, "system", refuse)
    assert check(project).report.findings
    CliRunner().invoke(main, ["report", str(project)])
    assert set(started) <= {"git"}


def test_nothing_outside_of_the_folder_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.env").write_text("VITE_PUSHER_KEY=outside-value\n")
    (outside / "base.yml").write_text("services:\n  web:\n    environment:\n      VITE_PUSHER_KEY: outside-value\n")
    (outside / "evil.ts").write_text("export const key = 'outside-value';\n")
    (outside / "tsconfig.json").write_text('{"compilerOptions": {"paths": {"@/*": ["./*"]}}}')
    root = tmp_path / "root"
    (root / "src").mkdir(parents=True)
    (root / "package.json").write_text(PACKAGE)
    (root / "tsconfig.json").write_text(
        '{"extends": "../outside/tsconfig.json", "compilerOptions": {"paths": {"@/*": ["../outside/*"]}}}'
    )
    (root / "compose.yaml").write_text(
        f"include: [../outside/base.yml, {outside}/base.yml]\nservices:\n  web:\n    build: ../outside\n"
        "    extends: {file: ../outside/base.yml, service: web}\n"
        f"    env_file: [../outside/secret.env, {outside}/secret.env]\n"
    )
    (root / "src" / "a.ts").write_text(
        "import Pusher from 'pusher-js';\nimport { key } from '../../outside/evil';\n"
        "import { key as other } from '@/evil';\n"
        f"import {{ key as third }} from '{outside}/evil';\nnew Pusher(key || other || third, {{ cluster: 'eu' }});\n"
    )
    (root / "src" / "link.ts").symlink_to(outside / "evil.ts")
    (root / "up").symlink_to(tmp_path)
    opened: list[str] = []
    real = os.open

    def noted(path: object, *rest: object, **named: object) -> int:
        opened.append(str(path))
        return real(path, *rest, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "open", noted)
    for arguments in (["check", "--output-format", "json", "-v"], ["report"], ["check", "--fix", "--unsafe-fixes"]):
        assert "outside-value" not in CliRunner().invoke(main, [*arguments, str(root)]).stdout
    assert any("a.ts" in path for path in opened)
    assert not [path for path in opened if path.startswith(str(outside))]


def test_only_regular_files_are_opened(project: Path) -> None:
    if not hasattr(os, "mkfifo"):
        pytest.skip("this system has no pipes with names")
    os.mkfifo(project / "pipe.ts")
    os.mkfifo(project / ".env")
    os.mkfifo(project / ".gitignore")
    os.mkfifo(project / "compose.override.yaml")
    (project / "zero.ts").symlink_to("/dev/zero")
    with socket.socket(socket.AF_UNIX) as server:
        here = Path.cwd()
        os.chdir(project)
        try:
            server.bind("socket.ts")
        finally:
            os.chdir(here)
        found = {(item.code, item.at.path) for item in check(project).report.findings}
    assert ("RT202", "docker-compose.dev.yml") in found


def test_expressions_of_the_repository_take_linear_time(tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text(PACKAGE)
    (tmp_path / "quiet.js").write_text(
        "import Pusher from 'pusher-js';\nconst real = console.error;\n"
        "console.error = (m) => {\n"
        "  if (/(a+)+$/.test(m) || /^(\\w+\\s?)*$/.test(m) || /(.*)*x/.test(m)) return;\n  real(m);\n};\n"
    )
    patterns = "\n".join(["(a*)*" * 20, "*" * 200, "[" * 100, "**/" * 100])
    (tmp_path / "ignored").mkdir()
    (tmp_path / "ignored" / ".gitignore").write_text(patterns)
    (tmp_path / "nginx.conf").write_text("server { location ~ ^(a+)+$ { proxy_pass http://a; } }\n")
    (tmp_path / "app.js").write_text(
        "const app = require('express')();\napp.post(/^(a+)+$/, (q, r) => r.end());\napp.listen(1);\n"
    )
    assert check(tmp_path).report.files == 4


@pytest.mark.parametrize(
    "sql",
    [
        "ATTACH DATABASE '/etc/passwd' AS x",
        "SELECT readfile('/etc/passwd')",
        "SELECT load_extension('/tmp/x.so')",
        "PRAGMA table_info(site)",
        "CREATE TABLE x (y)",
        "DELETE FROM site",
        "SELECT writefile('x', 'y')",
        "SELECT name FROM sqlite_master",
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n",
    ],
)
def test_rules_of_the_repository_can_only_select(project: Path, sql: str) -> None:
    (project / ".rtlint" / "rules").mkdir(parents=True)
    (project / ".rtlint" / "rules" / "own.yaml").write_text(
        f'code: RT999\nname: own-rule\nlevel: note\nsummary: s\nexplanation: e\nquery: "{sql}"\nmessage: m\n'
    )
    report = check(project).report
    assert "RT904" in {finding.code for finding in report.findings}
    assert "RT202" in {finding.code for finding in report.findings}
    result = CliRunner().invoke(main, ["query", sql, "--root", str(project)])
    assert result.exit_code == 2


def test_odd_files_end_nothing(project: Path) -> None:
    (project / "huge.ts").write_bytes(b"new WebSocket('wss://a');\n" * 200_000)
    (project / "deep.ts").write_text("new WebSocket(" + "(" * 20_000 + ")" * 20_000 + ");\n")
    (project / "deep.yaml").write_text("[" * 50_000)
    (project / "compose.deep.yaml").write_text("a: " * 5_000)
    (project / "binary.ts").write_bytes(b"\0new WebSocket('wss://a')")
    (project / "bomb.yml").write_text(
        "a: &a [x]\n"
        + "".join(f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join([f'*{chr(97 + n)}'] * 9)}]\n" for n in range(9))
    )
    shutil.copy(project / "bomb.yml", project / "docker-compose.bomb.yml")
    (project / "loop-a.ts").write_text("export * from './loop-b';\nnew WebSocket(x);\n")
    (project / "loop-b.ts").write_text("export * from './loop-a';\nexport const x = x;\n")
    codes = {finding.code for finding in check(project).report.findings}
    assert {"RT202", "RT905", "RT903"} <= codes


def test_a_check_writes_nothing_into_the_repository(project: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in project.rglob("*")}
    for arguments in (["check"], ["check", "--diff", "--unsafe-fixes"], ["report"], ["env"], ["init", "--dry-run"]):
        CliRunner().invoke(
            main, [*arguments, str(project)] if arguments[0] != "env" else ["env", "--root", str(project)]
        )
    assert {path: path.stat().st_mtime_ns for path in project.rglob("*")} == before


def test_secrets_are_in_no_output_and_not_remembered(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("RTLINT_NO_CACHE")
    monkeypatch.setenv("RTLINT_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setattr("rtlint.discover.state.is_racy", lambda *_: False)
    (project / ".env").write_text(f"PUSHER_SECRET={SECRET}\nVITE_PUSHER_SECRET={SECRET}\nVITE_ENABLE_PUSHER={SECRET}\n")
    (project / "docker-compose.yml").write_text(
        f"services:\n  web:\n    build: .\n    environment:\n      PUSHER_SECRET: {SECRET}\n"
    )
    runs = [["check", "-v", "--output-format", name] for name in FORMATS]
    runs += [["check", "--diff", "--unsafe-fixes"], ["report"], ["report", "--format", "markdown"]]
    outputs = [CliRunner().invoke(main, [*run, str(project)]).output for run in runs]
    asked = (["env"], ["explain", "PUSHER_SECRET"], ["query", "SELECT at, name, value FROM given_variable"])
    outputs += [CliRunner().invoke(main, [*run, "--root", str(project)]).output for run in asked]
    assert all(outputs)
    assert [output for output in outputs if SECRET in output] == []
    with Cache.of(project) as cache:
        assert cache.usable
    kept = b"".join(path.read_bytes() for path in (tmp_path / "cache").iterdir())
    assert len(kept) > 10_000
    assert SECRET.encode() not in kept
