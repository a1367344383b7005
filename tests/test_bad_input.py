"""Whatever lies in a repository: a diagnostic with a place, no traceback, and the other files are still checked."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from rtlint.findings import Finding
from rtlint.pipeline import check

SOCKET = "export const live = new WebSocket('wss://live.example.com');\n"


def findings(root: Path) -> list[Finding]:
    return list(check(root).report.findings)


def codes(root: Path) -> list[str]:
    return sorted(finding.code for finding in findings(root))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "package.json").write_text('{"dependencies": {"pusher-js": "^8.4.0", "vite": "^7.0.0"}}')
    (tmp_path / "live.ts").write_text(SOCKET)
    return tmp_path


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("compose.yaml", b"services: [a: b\n", "RT901"),
        ("compose.yml", b"services:\n\tweb: {}\n", "RT901"),
        (".env", b"no line of dotenv\n", "RT901"),
        ("web/package.json", b'{"name": }', "RT901"),
        ("pyproject.toml", b"[project\nname=1", "RT901"),
        ("tsconfig.json", b"{ paths: ", "RT901"),
        ("broken.ts", b"import P from 'pusher-js'; function (((", "RT901"),
        ("broken.py", b"from fastapi import FastAPI\ndef (:\n", "RT901"),
        ("routes/web.php", b"<?php Route::get('/x', [[[ ((( {{{ ;;; class ) function", "RT901"),
        ("config/routes.rb", b"Rails.application.routes.draw do (((( get [[ '", "RT901"),
        ("config/cable.yml", b"production: [a: b\n", "RT901"),
        ("config/deep.php", b"<?php return " + b"[" * 3_000 + b"1" + b"]" * 3_000 + b";", ""),
        ("config/chain.php", b"<?php return Route::a()" + b"->b()" * 20_000 + b";", ""),
        ("binary.ts", b"\x00\x01WebSocket\x00", "RT903"),
        ("binary.env", b"A=\x00\n", "RT903"),
        ("bomb.yaml", b"", ""),
        (
            "compose.dev.yaml",
            b"a: &a [1,2,3,4,5,6,7,8,9]\n"
            + b"".join(b"%c: &%c [%s]\n" % (n, n, b",".join([b"*%c" % (n - 1)] * 9)) for n in range(98, 110))
            + b"services: {web: {image: x, environment: *m}}\n",
            "RT905",
        ),
        ("huge.ts", b"WebSocket //" + b"x" * (3 << 20), "RT905"),
        ("latin1.ts", "const é = 'ü'; new WebSocket('wss://ü.example.com');".encode("latin-1"), "RT101"),
        ("crlf.ts", b"\xef\xbb\xbfexport const a = 1;\r\nnew WebSocket('wss://x.example.com');\r\n", "RT101"),
        ("empty.ts", b"", ""),
        ("compose.empty.yaml", b"", ""),
        ("deep.ts", b"WebSocket; f(" + b"(" * 30_000 + b"1" + b")" * 30_000 + b")", ""),
        (
            "tileset.tsx",
            b'<?xml version="1.0"?>\n<tileset name="WebSocket"><image source="a.png"/></tileset>\n',
            "RT905",
        ),
        ("movie.ts", (b"\x47\x40\x11\x10WebSocket" + b"\xff" * 175) * 50, "RT901"),
        ("powershell.ts", "\ufeffnew WebSocket('wss://x.example.com');\n".encode("utf-16-le"), "RT903"),
        ("powershell.env", "\ufeffVITE_PUSHER_KEY=a1b2c3\n".encode("utf-16-le"), "RT903"),
        ("compose.big-endian.yml", "\ufeffservices: {}\n".encode("utf-16-be"), "RT903"),
        ("mark.ts", b"\xef\xbb\xbf", ""),
        ("old-mac.ts", b"// one\rnew WebSocket('wss://x.example.com');\r", "RT101"),
        ("old-mac.env", b"A=1\rB=2\r", ""),
        ("compose.list.yml", b"services:\n  - web\n", "RT901"),
        ("compose.text.yml", b"services: web\n", "RT901"),
        ("compose.nothing.yml", b"services:\nvolumes:\n", ""),
        ("compose.keys.yml", b"services:\n  ? [c]\n  : image: y\n  1: {image: z}\n  null: {}\n", ""),
        ("compose.cycle.yml", b"include: [compose.cycle.yml]\nservices: {a: {extends: {service: a}}}\n", ""),
        ("compose.documents.yml", b"---\nservices: {a: {image: x}}\n---\nservices: {b: {image: y}}\n", ""),
        ("list/package.json", b'["pusher-js"]', ""),
        ("odd/package.json", b'{"dependencies": 5, "scripts": [1], "workspaces": {"packages": 3}}', ""),
        ("deep/package.json", b'{"a":' * 20_000, "RT905"),
        ("deep.json", b"[" * 100_000, ""),
        ("deep.py", b"import os\nx = " + b"(" * 5_000 + b"os.environ" + b")" * 5_000, "RT901"),
        ("comments/tsconfig.json", b'{// a\n"compilerOptions": {"paths": {"@/*": ["./src/*",],},}, /* b */ }\n', ""),
        ("cycle/tsconfig.json", b'{"extends": "./tsconfig.json"}', ""),
        ("quotes.env", b"A='one\ntwo'\nexport B=\"x\\\ny\"\nC=`z`\n", ""),
        ("blanks.env", b"D E=1\n=x\n", "RT901"),
        ("open.env", b"A='never closed\nB=2\n", "RT901"),
        ("cycle.env", b"A=${B}\nB=${A}\nC=${C:-${C:-${C}}}\n", ""),
        ("none.vue", b"<template><div/></template>\n", ""),
        (
            "two.vue",
            b"<script>let a</script>\n<script setup lang='ts'>new WebSocket('wss://b.example')</script>\n",
            "RT101",
        ),
        ("open.vue", b"<script>new WebSocket('wss://a.example.com')\n", ""),
        ("open.html", b"<script>new WebSocket('wss://a.example.com'\n<!-- never closed\n", ""),
        ("bundle.js", b"var a=new WebSocket('wss://a.example.com');" * 3_000, ""),
        ("odd.Dockerfile", b"# escape=`\nFROM node\nRUN <<EOF\necho 'a\nEOF\nNONSENSE x\n", "RT901"),
        ("nginx.conf", b"http { server { location / { proxy_pass http://a; \n", "RT901"),
        ("yarn.lock", b"\xff\xfe\x00bad", "RT903"),
        ("vercel.json", b'{"rewrites": {"a": 1}, "headers": [[]]}', ""),
        ("netlify.toml", b"redirects = 3\n", ""),
        ("Caddyfile", b"{\n}\n}\n:80 {\nreverse_proxy\n", "RT901"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_one_odd_file(project: Path, name: str, content: bytes, code: str) -> None:
    target = project / name
    target.parent.mkdir(exist_ok=True)
    target.write_bytes(content)
    found = findings(project)
    assert ("live.ts", "RT101") in {(finding.at.path, finding.code) for finding in found}
    odd = [finding for finding in found if finding.at.path == name]
    assert {finding.code for finding in odd} == ({code} if code else set())
    for finding in odd:
        lines = content.decode("utf-8", "replace").splitlines() or [""]
        assert 1 <= finding.at.line <= len(lines) + 1
        assert finding.at.column >= 1


def test_a_file_of_100_megabytes_is_not_read(project: Path) -> None:
    with (project / "large.ts").open("wb") as file:
        file.truncate(100 << 20)
    assert codes(project) == ["RT101", "RT905"]


def test_links_pipes_and_loops(project: Path) -> None:
    (project / "loop").symlink_to(project)
    (project / "out").symlink_to("/etc")
    (project / "self").symlink_to("self")
    (project / "linked.ts").symlink_to(project / "live.ts")
    os.mkfifo(project / "pipe.ts")
    assert codes(project) in (["RT101", "RT903"], ["RT101"])


def test_an_empty_folder(tmp_path: Path) -> None:
    assert findings(tmp_path) == []


def test_git_configuration_of_the_repository_runs_nothing(project: Path) -> None:
    subprocess.run(["git", "init", "-q"], cwd=project, check=True)
    canary = project / "canary"
    script = project / "monitor.sh"
    script.write_text(f"#!/bin/sh\ntouch '{canary}'\n")
    script.chmod(0o755)
    for key in ("core.fsmonitor", "core.sshCommand", "core.pager", "diff.external"):
        subprocess.run(["git", "config", key, str(script)], cwd=project, check=True)
    assert "RT101" in codes(project)
    assert not canary.exists()


def test_a_dotenv_file_that_git_ignores_is_read_and_vendored_code_is_not(project: Path) -> None:
    subprocess.run(["git", "init", "-q"], cwd=project, check=True)
    (project / ".gitignore").write_text(".env\nnode_modules\n")
    (project / ".env").write_text("VITE_ENABLE_WEBSOCKET=true\n")
    (project / "node_modules" / "x").mkdir(parents=True)
    (project / "node_modules" / "x" / "index.js").write_text(SOCKET)
    assert codes(project) == ["RT101", "RT405"]


@pytest.mark.parametrize("name", ["config.json", "style.css", "page.php", "data.yaml"])
def test_an_import_of_a_file_that_is_no_script(project: Path, name: str) -> None:
    (project / name).write_text('{"key": "a1b2c3"}')
    client = "export const p = new Pusher(config.key, { cluster: 'eu' });\n"
    (project / "rt.ts").write_text(f"import Pusher from 'pusher-js';\nimport config from './{name}';\n{client}")
    assert codes(project) == ["RT101"]


def test_when_memory_is_short_files_are_left_out_and_this_is_said(
    project: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("RTLINT_NO_CACHE")
    monkeypatch.setenv("RTLINT_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
    monkeypatch.setattr("rtlint.discover.state.is_racy", lambda *_: False)
    with monkeypatch.context() as short:
        short.setattr("rtlint.pipeline.bounds.MAX_MEMORY_BYTES", 1)
        found = findings(project)
    assert {(finding.code, finding.at.path) for finding in found} == {("RT905", "live.ts"), ("RT905", "package.json")}
    assert "was not read: rtlint holds more than" in found[0].message
    (project / "new.txt").touch()
    assert codes(project) == ["RT101"]
