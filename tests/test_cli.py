from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from rtlint.cli import main

PROJECTS = Path(__file__).parent / "projects"
PACKAGE = '{"dependencies": {"pusher-js": "^8.4.0", "vite": "^7.0.0"}}\n'
COMPOSE = "services:\n  web:\n    image: node:22\n    environment:\n      VITE_ENABLE_WEBSOCKET: 'false'\n"
SOCKET = "export const live = new WebSocket('wss://live.example.com');\n"


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Path]:
    (tmp_path / "package.json").write_text(PACKAGE)
    (tmp_path / "compose.yaml").write_text(COMPOSE)
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "live.ts").write_text(SOCKET)
    here = Path.cwd()
    os.chdir(tmp_path)
    yield tmp_path
    os.chdir(here)


def rtlint(*arguments: str, **environment: str) -> Result:
    return CliRunner(env={"NO_COLOR": "1", "FORCE_COLOR": "", **environment}).invoke(main, list(arguments))


def codes(*arguments: str) -> list[str]:
    result = rtlint("check", "--output-format", "json", *arguments)
    return [finding["code"] for finding in json.loads(result.output)["findings"]]


def test_exit_codes(project: Path) -> None:
    assert rtlint("check").exit_code == 1
    assert rtlint("check", "--exit-zero").exit_code == 0
    assert rtlint("check", "--select", "RT2").exit_code == 0
    assert rtlint("check", "--select", "RT405", "--fail-level", "error").exit_code == 0
    assert rtlint("check", "nowhere").exit_code == 2
    assert rtlint("check", "--no-such-option").exit_code == 2
    assert rtlint("check", "--output-format", "yaml").exit_code == 2


def test_select_and_ignore_take_codes_names_prefixes_and_lists(project: Path) -> None:
    assert codes() == ["RT405", "RT101"]
    assert codes("--select", "unread-flag") == ["RT405"]
    assert codes("--select", "RT1,RT4") == ["RT405", "RT101"]
    assert codes("--ignore", "RT101", "--ignore", "unread-flag") == []


def test_an_unknown_rule_is_an_error_with_the_nearest_name(project: Path) -> None:
    result = rtlint("check", "--select", "unread-flags")
    assert result.exit_code == 2
    assert "unread-flag" in result.output
    assert "Traceback" not in result.output


def test_paths_limit_what_is_reported_and_not_what_is_known(project: Path) -> None:
    assert codes("src/live.ts") == ["RT101"]
    assert codes("src", "compose.yaml") == ["RT405", "RT101"]


def test_configuration(project: Path) -> None:
    (project / "rtlint.toml").write_text("ignore = ['RT405']\n[levels]\nraw-websocket = 'note'\n")
    assert codes() == ["RT101"]
    assert rtlint("check").exit_code == 0
    (project / "rtlint.toml").write_text("[per-file-ignores]\n'*.yaml' = ['unread-flag']\n")
    assert codes() == ["RT101"]
    (project / "rtlint.toml").write_text("exclude = ['src/']\n")
    assert codes() == ["RT405"]
    (project / "rtlint.toml").write_text("[roles]\n'src/*.ts' = 'test'\n")
    assert codes() == ["RT405"]
    (project / "rtlint.toml").write_text("selct = []\n")
    result = rtlint("check")
    assert result.exit_code == 2
    assert "select" in result.output


def test_the_output_goes_to_a_file(project: Path) -> None:
    result = rtlint("check", "--output-format", "concise", "--output-file", "out.txt")
    assert result.output == ""
    assert "RT405" in (project / "out.txt").read_text()
    assert rtlint("check", "--output-file", "no/such/folder/x").exit_code == 2


def test_colours(project: Path) -> None:
    assert "\x1b[" not in rtlint("check").output
    assert "\x1b[" in rtlint("check", FORCE_COLOR="1", NO_COLOR="").output
    assert "\x1b[" not in rtlint("check", "--no-color", FORCE_COLOR="1").output


def test_quiet_and_verbose(project: Path) -> None:
    assert "files (" not in rtlint("check", "-q").output
    assert "was understood" in rtlint("check", "-v").output


def test_rules_and_rule(project: Path) -> None:
    assert "RT101  raw-websocket" in rtlint("rules").output
    assert rtlint("rule", "RT101").output == rtlint("rule", "raw-websocket").output
    result = rtlint("rule", "raw-websockets")
    assert result.exit_code == 2
    assert "raw-websocket" in result.output


def test_env_shows_each_setting_with_the_place_that_decides_it() -> None:
    shown = rtlint("env", "dashboard", "--root", str(PROJECTS / "scenario")).output
    assert "service dashboard of docker-compose.dev.yml (apps/dashboard/)" in shown
    assert re.search(r"authEndpoint +'/api/pusher/auth' +docker-compose\.dev\.yml:15:7", shown)
    assert re.search(r"channel-auth request +'POST /api/pusher/auth' \(served by no route\)", shown)
    assert re.search(r"VITE_PUSHER_ENABLED +unset", shown)


def test_env_as_data() -> None:
    result = rtlint("env", "--output-format", "json", "--root", str(PROJECTS / "repaired"))
    (place, *_) = json.loads(result.output)["environments"]
    settings = {row["name"]: row for row in place["clients"][0]["settings"]}
    assert settings["authEndpoint"]["value"] == "/api/v1/pusher/auth"
    assert settings["channel-auth request"]["state"] == "served"
    assert set(settings["authEndpoint"]["at"]) == {"path", "line", "column"}


def test_env_of_nothing(tmp_path: Path) -> None:
    assert rtlint("env", "--root", str(tmp_path)).output.startswith("No package here has a real-time client")
    missing = rtlint("env", "staging", "--root", str(PROJECTS / "scenario"))
    assert missing.exit_code == 2
    assert "service dashboard of docker-compose.dev.yml" in missing.output


def test_explain_masks_secrets(project: Path) -> None:
    (project / ".env").write_text("PUSHER_SECRET=0123456789abcdef\nVITE_PUSHER_KEY=a1b2c3\n")
    (project / "src" / "rt.ts").write_text("export const k = import.meta.env.VITE_PUSHER_KEY ?? 'd';\n")
    secret = rtlint("explain", "PUSHER_SECRET").output
    assert "0123456789abcdef" not in secret
    assert ".env:1:1" in secret
    known = rtlint("explain", "VITE_PUSHER_KEY").output
    assert "'a1b2c3'" in known
    assert "wins" in known
    assert "with a fallback" in known
    unknown = rtlint("explain", "VITE_PUSHER_KEYS")
    assert unknown.exit_code == 2
    assert "VITE_PUSHER_KEY" in unknown.output


def test_query_why_and_schema(project: Path) -> None:
    result = rtlint("query", "SELECT at, name, place FROM given_variable")
    assert result.output == "at\tname\tplace\ncompose.yaml:5:7\tVITE_ENABLE_WEBSOCKET\tweb\n"
    assert rtlint("query", "SELECT nothing FROM nowhere").exit_code == 2
    assert "result: 1 row in compose.yaml" in rtlint("why", "RT405", "compose.yaml").output
    assert rtlint("why", "RT405", "nowhere.yaml").exit_code == 2
    assert "CREATE VIEW given_variable" in rtlint("schema").output
    assert "CREATE TABLE" not in rtlint("schema").output
    assert "CREATE TABLE env_set" in rtlint("schema", "--tables").output


def test_an_internal_error_is_no_finding(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: object) -> None:
        raise ZeroDivisionError("oops")

    monkeypatch.setattr("rtlint.judge.judge", fail)
    result = rtlint("check")
    assert result.exit_code == 2
    assert "internal error: ZeroDivisionError: oops" in result.output


def test_transport_policy(project: Path) -> None:
    (project / "rtlint.toml").write_text("[transport]\nallow-raw-websocket = true\n")
    assert codes() == ["RT405"]
    (project / "rtlint.toml").write_text("[transport]\nmanaged = 'ably'\n")
    (project / "package.json").write_text('{"dependencies": {"vite": "^7.0.0"}}')
    assert "although this package has ably" in rtlint("check", "--select", "RT101").output


def test_hosts_of_ones_own_are_private(project: Path) -> None:
    (project / "src" / "live.ts").write_text("export const live = new WebSocket('ws://live.acme.example');\n")
    assert codes("--select", "RT103") == ["RT103"]
    (project / "rtlint.toml").write_text("[providers.websocket]\nhosts = ['live.acme.example']\n")
    assert codes("--select", "RT103") == []
