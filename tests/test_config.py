from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from rtlint.config import (
    CONFIG_KEYS,
    MAX_CONFIG_BYTES,
    Config,
    ConfigError,
    Known,
    ProviderPolicy,
    TransportPolicy,
    config_schema,
    level_of,
    load_config,
    nearest_name,
    override,
    selects,
    unknown_selector,
)
from rtlint.findings import LEVELS
from rtlint.roles import ROLES

KNOWN = Known(
    frozenset(
        {("RT101", "raw-websocket"), ("RT201", "auth-endpoint-mismatch"), ("RT202", "auth-endpoint-unserved")}
        | {("ACME001", "acme-client")}
    ),
    frozenset({"pusher", "ably", "socket.io"}),
)
FULL = """
select = ["RT2", "raw-websocket", "ALL"]
ignore = ["RT202"]
exclude = ["legacy/", "!legacy/keep.ts"]
fail-level = "error"
[levels]
RT101 = "error"
auth-endpoint-mismatch = "off"
[per-file-ignores]
"apps/admin/**" = ["RT101"]
[roles]
"tools/**" = "test"
[providers.pusher]
clusters = ["acme-1"]
hosts = ["sockets.acme.example"]
[providers."socket.io"]
[transport]
allow-raw-websocket = true
managed = "pusher"
"""


def load(folder: Path, text: str, name: str = "rtlint.toml") -> Config:
    (folder / name).write_text(text, encoding="utf-8")
    return load_config(folder, KNOWN)


def error(folder: Path, text: str, name: str = "rtlint.toml") -> str:
    with pytest.raises(ConfigError) as raised:
        load(folder, text, name)
    return str(raised.value)


def test_every_key(tmp_path: Path) -> None:
    assert load(tmp_path, FULL) == Config(
        select=("RT2", "raw-websocket", "ALL"),
        ignore=("RT202",),
        levels={"RT101": "error", "auth-endpoint-mismatch": "off"},
        exclude=("legacy/", "!legacy/keep.ts"),
        per_file_ignores={"apps/admin/**": ("RT101",)},
        roles={"tools/**": "test"},
        fail_level="error",
        providers={"pusher": ProviderPolicy(("acme-1",), ("sockets.acme.example",)), "socket.io": ProviderPolicy()},
        transport=TransportPolicy(allow_raw_websocket=True, managed="pusher"),
        path=tmp_path / "rtlint.toml",
    )


def test_an_empty_file_holds_the_defaults(tmp_path: Path) -> None:
    assert load(tmp_path, "") == Config(path=tmp_path / "rtlint.toml")


class TestWhere:
    def test_pyproject(self, tmp_path: Path) -> None:
        config = load(tmp_path, '[tool.rtlint]\nselect = ["RT2"]', "pyproject.toml")
        assert (config.select, config.path) == (("RT2",), tmp_path / "pyproject.toml")
        assert load(tmp_path, '[tool]\nrtlint = {select = ["RT1"]}', "pyproject.toml").select == ("RT1",)

    def test_rtlint_toml_beats_pyproject_in_one_folder(self, tmp_path: Path) -> None:
        load(tmp_path, '[tool.rtlint]\nselect = ["RT2"]', "pyproject.toml")
        assert load(tmp_path, 'select = ["RT1"]').select == ("RT1",)

    def test_the_nearest_folder_wins(self, tmp_path: Path) -> None:
        inner = tmp_path / "apps/web"
        inner.mkdir(parents=True)
        load(tmp_path, 'select = ["RT1"]')
        assert load(inner, '[tool.rtlint]\nselect = ["RT2"]', "pyproject.toml").select == ("RT2",)
        assert load_config(tmp_path / "apps", KNOWN).select == ("RT1",)

    @pytest.mark.parametrize(
        "text",
        ["", "[tool.ruff]", '[project]\ndependencies = ["rtlint"]', 'tool = "rtlint"', "[tool]\nruff = 'rtlint'"],
    )
    def test_a_pyproject_of_others_is_passed_over(self, tmp_path: Path, text: str) -> None:
        inner = tmp_path / "web"
        inner.mkdir()
        load(tmp_path, 'select = ["RT1"]')
        assert load(inner, text, "pyproject.toml").select == ("RT1",)

    def test_a_broken_pyproject_that_never_names_rtlint_is_passed_over(self, tmp_path: Path) -> None:
        assert load(tmp_path, "= = =", "pyproject.toml").path is None

    @pytest.mark.parametrize("make_file", [True, False])
    def test_the_search_ends_at_the_top_of_the_work_tree(self, tmp_path: Path, make_file: bool) -> None:
        top = tmp_path / "top"
        (top / "web").mkdir(parents=True)
        (top / ".git").write_text("gitdir: x", encoding="utf-8") if make_file else (top / ".git").mkdir()
        load(tmp_path, 'select = ["RT1"]')
        assert load_config(top / "web", KNOWN) == Config()
        load(top, 'select = ["RT2"]')
        assert load_config(top / "web", KNOWN).select == ("RT2",)

    def test_a_relative_root(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (tmp_path / "web").mkdir()
        load(tmp_path, 'select = ["RT1"]')
        monkeypatch.chdir(tmp_path / "web")
        assert load_config(Path(), KNOWN).select == ("RT1",)


class TestErrors:
    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("selct = []", "unknown key 'selct' in rtlint.toml, did you mean 'select'?"),
            ("fail_level = 'note'", "unknown key 'fail_level' in rtlint.toml, did you mean 'fail-level'?"),
            ("select = 'RT2'", "'select' in rtlint.toml must be a list of strings, not \"RT2\""),
            ("select = [1]", "'select' in rtlint.toml must be a list of strings, not a list"),
            ("exclude = true", "'exclude' in rtlint.toml must be a list of strings, not true"),
            ("exclude = ['!']", "'!' for 'exclude' in rtlint.toml is no pattern that can cover a file"),
            ("roles = {'!a' = 'app'}", "'!a' for 'roles' in rtlint.toml is no pattern that can cover a file"),
            (
                "ignore = ['RT2', 'raw-websockets']",
                "'ignore' in rtlint.toml names the unknown rule 'raw-websockets', did you mean 'raw-websocket'?",
            ),
            (
                "select = ['']",
                "'select' in rtlint.toml names the unknown rule ''; the rules are ACME001, RT101, RT201, ",
            ),
            ("levels = ['RT2']", "'levels' in rtlint.toml must be a table, not a list"),
            ("levels.RT2 = false", "'levels.RT2' in rtlint.toml must be a level, not false"),
            (
                "levels.RT2 = 'warn'",
                "unknown level 'warn' for 'levels.RT2' in rtlint.toml, did you mean 'warning'?",
            ),
            ("levels.RT7 = 'off'", "'levels' in rtlint.toml names the unknown rule 'RT7'"),
            (
                "fail-level = 'off'",
                "unknown level 'off' for 'fail-level' in rtlint.toml; the levels are error, note, warning",
            ),
            (
                "per-file-ignores = {'a' = ['RT9']}",
                "'per-file-ignores.a' in rtlint.toml names the unknown rule 'RT9'",
            ),
            ("per-file-ignores = {'a' = 'RT2'}", "'per-file-ignores.a' in rtlint.toml must be a list of strings"),
            ("roles = {'a' = 'tests'}", "unknown role 'tests' for 'roles.a' in rtlint.toml, did you mean 'test'?"),
            (
                "providers.puhser = {}",
                "unknown provider 'puhser' for 'providers' in rtlint.toml, did you mean 'pusher'?",
            ),
            ("providers = []", "'providers' in rtlint.toml must be a table, not a list"),
            ("providers.pusher = 1", "'providers.pusher' in rtlint.toml must be a table, not 1"),
            (
                "providers.pusher.cluster = []",
                "unknown key 'providers.pusher.cluster' in rtlint.toml, did you mean 'clusters'?",
            ),
            (
                "providers.pusher.hosts = 'a'",
                "'providers.pusher.hosts' in rtlint.toml must be a list of strings, not \"a\"",
            ),
            (
                "transport.allow-raw-websocket = 1",
                "'transport.allow-raw-websocket' in rtlint.toml must be true or false",
            ),
            ("transport.managed = 3", "'transport.managed' in rtlint.toml must be a provider, not 3"),
            ("transport.managed = 'pushr'", "unknown provider 'pushr' for 'transport.managed' in rtlint.toml, did you"),
            ("transport.mangaed = ''", "unknown key 'transport.mangaed' in rtlint.toml, did you mean 'managed'?"),
            ("select = 1979-05-27", "'select' in rtlint.toml must be a list of strings, not \"1979-05-27\""),
        ],
    )
    def test_what_is_not_known(self, tmp_path: Path, text: str, message: str) -> None:
        assert error(tmp_path, text).startswith(message)

    def test_pyproject_is_named_with_its_table(self, tmp_path: Path) -> None:
        text = "[tool.rtlint]\nselct = []"
        wanted = "unknown key 'selct' in [tool.rtlint] of pyproject.toml, did you mean 'select'?"
        assert error(tmp_path, text, "pyproject.toml") == wanted

    @pytest.mark.parametrize("text", ["tool.rtlint = 1", "[[tool.rtlint]]\nselect = []"])
    def test_pyproject_with_something_else_than_a_table(self, tmp_path: Path, text: str) -> None:
        assert error(tmp_path, text, "pyproject.toml").startswith(
            "[tool.rtlint] of pyproject.toml must be a table, not "
        )

    def test_invalid_toml_has_a_place(self, tmp_path: Path) -> None:
        message = error(tmp_path, "select = []\nignore = [,]")
        assert message.startswith("rtlint.toml is not valid TOML: ")
        assert "line 2, column 11" in message

    @pytest.mark.parametrize("text", ["a = " + "[" * 5000, "a = " + "9" * 5000])
    def test_toml_that_breaks_the_parser(self, tmp_path: Path, text: str) -> None:
        assert error(tmp_path, text).startswith("rtlint.toml is not valid TOML: ")

    def test_very_deep_tables(self, tmp_path: Path) -> None:
        text = f"[select{'.a' * 3000}]"
        assert error(tmp_path, text) == "'select' in rtlint.toml must be a list of strings, not a table"

    def test_long_values_are_cut(self, tmp_path: Path) -> None:
        assert len(error(tmp_path, f"select = '{'x' * 5000}'")) < 120

    def test_bytes_that_are_no_utf8(self, tmp_path: Path) -> None:
        (tmp_path / "rtlint.toml").write_bytes(b"select = ['\xff']")
        with pytest.raises(ConfigError, match=r"^rtlint\.toml can't be read: it is not UTF-8$"):
            load_config(tmp_path, KNOWN)

    def test_a_huge_file(self, tmp_path: Path) -> None:
        with (tmp_path / "rtlint.toml").open("wb") as file:
            file.truncate(MAX_CONFIG_BYTES + 1)
        with pytest.raises(ConfigError, match="it is larger than 1 MiB"):
            load_config(tmp_path, KNOWN)

    def test_a_file_that_can_not_be_opened(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (tmp_path / "rtlint.toml").touch()

        def refuse(*_: object, **__: object) -> None:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(Path, "open", refuse)
        with pytest.raises(ConfigError, match=r"^rtlint\.toml can't be read: Permission denied$"):
            load_config(tmp_path, KNOWN)

    def test_a_byte_order_mark_and_windows_line_ends(self, tmp_path: Path) -> None:
        (tmp_path / "rtlint.toml").write_bytes(b"\xef\xbb\xbfselect = ['RT2']\r\nignore = []\r\n")
        assert load_config(tmp_path, KNOWN).select == ("RT2",)

    def test_a_folder_in_place_of_the_file_is_passed_over(self, tmp_path: Path) -> None:
        (tmp_path / "rtlint.toml").mkdir()
        assert load(tmp_path, "[tool.rtlint]\nselect = ['RT2']", "pyproject.toml").select == ("RT2",)


@pytest.mark.parametrize(
    ("config", "code", "name", "runs"),
    [
        (Config(), "RT101", "raw-websocket", True),
        (Config(select=("RT1",)), "RT101", "raw-websocket", True),
        (Config(select=("RT2",)), "RT101", "raw-websocket", False),
        (Config(select=("raw-websocket",)), "RT101", "raw-websocket", True),
        (Config(select=("raw",)), "RT101", "raw-websocket", False),
        (Config(select=("ALL",)), "RT101", "raw-websocket", True),
        (Config(ignore=("RT101",)), "RT101", "raw-websocket", False),
        (Config(ignore=("raw-websocket",)), "RT101", "raw-websocket", False),
        (Config(ignore=("RT10",)), "RT110", "x", True),
        (Config(select=("RT101",), ignore=("RT1",)), "RT101", "raw-websocket", False),
        (Config(levels={"RT1": "off"}), "RT101", "raw-websocket", False),
        (Config(levels={"RT1": "off", "RT101": "note"}), "RT101", "raw-websocket", True),
    ],
)
def test_selection(config: Config, code: str, name: str, runs: bool) -> None:
    assert selects(config, code, name) is runs


@pytest.mark.parametrize(
    ("levels", "level"),
    [
        ({}, "warning"),
        ({"RT2": "error"}, "warning"),
        ({"RT101": "error"}, "error"),
        ({"RT101": "error", "RT1": "note"}, "error"),
        ({"raw-websocket": "note", "RT101": "error"}, "note"),
        ({"ALL": "error", "RT": "note"}, "note"),
        ({"RT1": "off"}, "off"),
    ],
)
def test_the_most_exact_selector_gives_the_level(levels: dict[str, str], level: str) -> None:
    assert level_of(Config(levels=levels), "RT101", "raw-websocket", "warning") == level


class TestOverride:
    def test_select_and_level_replace_and_ignore_adds(self) -> None:
        config = Config(select=("RT1",), ignore=("RT101",), fail_level="error")
        changed = override(config, KNOWN, ("RT2",), ("RT202",), "note")
        assert changed == Config(select=("RT2",), ignore=("RT101", "RT202"), fail_level="note")

    def test_nothing_given_changes_nothing(self) -> None:
        config = Config(select=("RT1",), ignore=("RT101",), fail_level="error", exclude=("a",))
        assert override(config, KNOWN) == config

    def test_unknown_words(self) -> None:
        with pytest.raises(ConfigError, match=r"^--select names the unknown rule 'RT301'"):
            override(Config(), KNOWN, select=("RT301",))
        with pytest.raises(ConfigError, match=r"^--ignore names the unknown rule 'raw-websoket', did you mean"):
            override(Config(), KNOWN, ignore=("raw-websoket",))
        with pytest.raises(ConfigError, match=r"^unknown level 'warn' for --fail-level, did you mean 'warning'"):
            override(Config(), KNOWN, fail_level="warn")


@pytest.mark.parametrize("selector", ["RT101", "raw-websocket", "RT2", "RT", "ALL", "ACME", "ACME001"])
def test_selectors_that_are_known(selector: str) -> None:
    assert unknown_selector(selector, KNOWN) == ""


@pytest.mark.parametrize("selector", ["", "R", "RT9", "rt101", "raw", "all", "RT1011"])
def test_selectors_that_are_not_known(selector: str) -> None:
    assert unknown_selector(selector, KNOWN).startswith(f"the unknown rule '{selector}'")


@pytest.mark.parametrize(
    ("word", "nearest"),
    [
        ("raw-websockt", "raw-websocket"),
        ("RAW-WEBSOCKET", "raw-websocket"),
        ("raw_websocket", "raw-websocket"),
        ("mismatch-endpoint-auth", "auth-endpoint-mismatch"),
        ("unserved-auth-endpoint", "auth-endpoint-unserved"),
        ("rt101", "RT101"),
        ("colour", None),
        ("", None),
    ],
)
def test_nearest_name(word: str, nearest: str | None) -> None:
    assert nearest_name(word, sorted(KNOWN.selectors())) == nearest


def test_nearest_name_of_nothing() -> None:
    assert nearest_name("a", []) is None


class TestKeys:
    def test_the_table_names_every_field_once(self) -> None:
        fields = [field.name.replace("_", "-") for field in dataclasses.fields(Config) if field.name != "path"]
        assert sorted(key.name for key in CONFIG_KEYS) == sorted(fields)

    def test_the_schema_has_every_key_with_its_meaning(self) -> None:
        properties = config_schema(KNOWN)["properties"]
        assert {name: shape["description"] for name, shape in properties.items()} == {
            key.name: key.meaning for key in CONFIG_KEYS
        }

    def test_the_schema_knows_the_words(self) -> None:
        properties: dict[str, Any] = config_schema(KNOWN)["properties"]
        assert properties["fail-level"]["enum"] == list(LEVELS)
        assert properties["roles"]["additionalProperties"]["enum"] == list(ROLES)
        assert properties["providers"]["propertyNames"]["enum"] == ["ably", "pusher", "socket.io"]


@pytest.mark.real
class TestSchema:
    """The schema against a validator that nobody here wrote: it takes and refuses what `load_config` does."""

    def valid(self, text: str) -> bool:
        import tomllib

        jsonschema = pytest.importorskip("jsonschema", reason="jsonschema is not installed")
        validator = jsonschema.Draft202012Validator(config_schema(KNOWN))
        validator.check_schema(config_schema(KNOWN))
        return bool(validator.is_valid(tomllib.loads(text)))

    def test_what_is_right(self) -> None:
        assert self.valid(FULL)
        assert self.valid("")

    @pytest.mark.parametrize(
        "text",
        [
            "selct = []",
            "select = 'RT2'",
            "levels.RT2 = 'warn'",
            "fail-level = 'off'",
            "per-file-ignores = {'a' = 'RT2'}",
            "roles = {'a' = 'tests'}",
            "providers.puhser = {}",
            "providers.pusher.cluster = []",
            "transport.allow-raw-websocket = 1",
            "transport.managed = 'pushr'",
            "transport.mangaed = ''",
        ],
    )
    def test_what_is_wrong(self, tmp_path: Path, text: str) -> None:
        assert not self.valid(text)
        assert error(tmp_path, text)
