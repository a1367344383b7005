"""Configuration: `rtlint.toml`, or `[tool.rtlint]` in pyproject.toml, nearest to the checked root.

Everything is validated here by hand: an unknown key, rule, level or provider is an error that names the nearest word.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

from rtlint.config_files import FILE_NAME, SHARED_FILE_NAME, folders
from rtlint.errors import RtlintError
from rtlint.facts.records import dataclass, field, replace
from rtlint.findings import LEVELS
from rtlint.roles import ROLES, is_pattern

OFF, ALL = "off", "ALL"
MAX_CONFIG_BYTES = 1 << 20
"""A longer file is no configuration that anybody wrote."""

_MIN_PREFIX = 2


class ConfigError(RtlintError):
    """The configuration is wrong; the text names file and key."""


@dataclass(frozen=True, slots=True)
class ProviderPolicy:
    """What a project says of a provider: clusters of its own, hosts that are its own servers."""

    clusters: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TransportPolicy:
    """What a team has settled on: whether native sockets are allowed, and which client is the managed one."""

    allow_raw_websocket: bool = False
    managed: str = ""


@dataclass(frozen=True, slots=True)
class Config:
    """The configuration of a run.

    Attributes:
        select: run only these rules (codes, names, prefixes such as `RT2`); empty for all.
        ignore: leave these out.
        levels: level by code or name; `off` leaves a rule out.
        exclude: gitignore-style patterns of files that are not looked at.
        per_file_ignores: selectors by gitignore-style pattern.
        roles: roles by gitignore-style pattern.
        fail_level: lowest level that gives exit code 1.
        providers: policy by provider name.
        transport: the team's transport policy.
        baseline: the baseline file, relative to the checked folder.
        path: the file it came from, or None.
    """

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    levels: Mapping[str, str] = field(default_factory=dict)
    exclude: tuple[str, ...] = ()
    per_file_ignores: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    roles: Mapping[str, str] = field(default_factory=dict)
    fail_level: str = "warning"
    providers: Mapping[str, ProviderPolicy] = field(default_factory=dict)
    transport: TransportPolicy = TransportPolicy()
    baseline: str = "rtlint-baseline.json"
    path: Path | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """The words that a configuration may use: rules as (code, name), and providers."""

    rules: frozenset[tuple[str, str]]
    providers: frozenset[str]

    def selectors(self) -> set[str]:
        """Return every code and name."""
        return {word for rule in self.rules for word in rule}


@dataclass(frozen=True, slots=True)
class Key:
    """A key of the configuration: its type, default and meaning, for checks, the JSON schema and the docs."""

    name: str
    type: str
    default: str
    meaning: str


CONFIG_KEYS = (
    Key("select", "list of rules", "all rules", "Run these rules only: codes, names, or prefixes such as `RT2`."),
    Key("ignore", "list of rules", "none", "Leave these rules out."),
    Key("levels", "table of rule = level", "each rule's own", "`error`, `warning`, `note`, or `off`."),
    Key("exclude", "list of patterns", "none", "Files that are not looked at, as in .gitignore."),
    Key("per-file-ignores", "table of pattern = list of rules", "none", "Rules that do not report in these files."),
    Key("roles", "table of pattern = role", "by path", "The role of files: " + ", ".join(ROLES) + "."),
    Key("fail-level", "level", "warning", "Lowest level that gives exit code 1."),
    Key("providers", "table of provider tables", "none", "`clusters` and `hosts` of one's own, by provider."),
    Key("baseline", "file", "rtlint-baseline.json", "The baseline, relative to the checked folder."),
    Key("transport", "table", "none", "`allow-raw-websocket` (true or false) and `managed` (a provider)."),
)
"""Every key of the top level."""


def nearest_name(word: str, known: Iterable[str]) -> str | None:
    """Return the known word most like `word`, or None: for "did you mean" in errors.

    The same parts in another order come first (`mismatch-auth-endpoint`): by letters such words are far apart.
    """
    import difflib

    by_case = {name.lower(): name for name in known}
    parts = _parts(word)
    swapped = next((name for low, name in by_case.items() if _parts(low) == parts), None)
    if swapped is not None:
        return swapped
    close = difflib.get_close_matches(word.lower(), by_case, n=1, cutoff=0.6)
    return by_case[close[0]] if close else None


def _parts(word: str) -> list[str]:
    return sorted(word.lower().replace("_", "-").split("-"))


def load_config(root: Path, known: Known) -> Config:
    """Return the configuration that holds in a folder: of the nearest file at or above it, up to the git top.

    Args:
        root: the checked folder; a relative one is taken from the current folder.
        known: the rules and providers that the file may name.

    Raises:
        ConfigError: the file is no TOML, or says something that rtlint does not know.
    """
    for folder in folders(root):
        found = _table(folder)
        if found is not None:
            path, table = found
            return replace(_Reader(path, known).config(table), path=path)
    return Config()


def _table(folder: Path) -> tuple[Path, object] | None:
    """Return the configuration in a folder as it was parsed, and the file it stands in; None when there is none."""
    own, shared = folder / FILE_NAME, folder / SHARED_FILE_NAME
    if own.is_file():
        return own, _parse(own, _read(own))
    text = _read(shared) if shared.is_file() else ""
    tools = _parse(shared, text).get("tool") if "rtlint" in text else None
    return (shared, tools["rtlint"]) if isinstance(tools, dict) and "rtlint" in tools else None


def _read(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_CONFIG_BYTES + 1)
        if len(data) > MAX_CONFIG_BYTES:
            raise ConfigError(f"{path.name} can't be read: it is larger than {MAX_CONFIG_BYTES >> 20} MiB")
        return data.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8"
        raise ConfigError(f"{path.name} can't be read: {reason}") from error


def _parse(path: Path, text: str) -> dict[str, Any]:
    """Parse TOML; the parser's message ends with line and column."""
    import tomllib

    try:
        return tomllib.loads(text)
    except ValueError as error:
        raise ConfigError(f"{path.name} is not valid TOML: {error}") from error
    except RecursionError as error:
        raise ConfigError(f"{path.name} is not valid TOML: its values are nested too deeply") from error


class _Reader:
    """Reads one configuration table, and complains with the file's name and the key."""

    def __init__(self, path: Path, known: Known) -> None:
        self._where = path.name if path.name == FILE_NAME else f"[tool.rtlint] of {path.name}"
        self._known = known

    def config(self, value: object) -> Config:
        readers: dict[str, Callable[[object, str], Any]] = {
            "select": self._selectors,
            "ignore": self._selectors,
            "levels": self._levels,
            "exclude": self._patterns,
            "per-file-ignores": self._per_file,
            "roles": self._roles,
            "fail-level": lambda level, key: self._one_of(level, LEVELS, key, "level"),
            "providers": self._providers,
            "transport": self._transport,
            "baseline": self._file,
        }
        if not isinstance(value, dict):
            raise ConfigError(f"{self._where} must be a table, not {_shown(value)}")
        self._only(value, readers, "")
        return Config(**{key.replace("-", "_"): readers[key](item, key) for key, item in value.items()})

    def _wrong(self, key: str, value: object, wanted: str) -> ConfigError:
        return ConfigError(f"'{key}' in {self._where} must be {wanted}, not {_shown(value)}")

    def _only(self, table: Mapping[str, object], allowed: Collection[str], where: str) -> None:
        for key in table:
            if key not in allowed:
                raise ConfigError(f"unknown key '{where}{key}' in {self._where}{_hint(key, allowed, 'keys')}")

    def _one_of(self, value: object, allowed: Collection[str], key: str, kind: str) -> str:
        if not isinstance(value, str):
            raise self._wrong(key, value, f"a {kind}")
        if value not in allowed:
            raise ConfigError(
                f"unknown {kind} '{value}' for '{key}' in {self._where}{_hint(value, allowed, kind + 's')}"
            )
        return value

    def _table(self, value: object, key: str) -> dict[str, object]:
        if not isinstance(value, dict):
            raise self._wrong(key, value, "a table")
        return value

    def _texts(self, value: object, key: str) -> tuple[str, ...]:
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self._wrong(key, value, "a list of strings")
        return tuple(value)

    def _pattern(self, text: str, key: str, *, negation: bool = False) -> str:
        if not is_pattern(text, negation=negation):
            raise ConfigError(f"'{text}' for '{key}' in {self._where} is no pattern that can cover a file")
        return text

    def _patterns(self, value: object, key: str) -> tuple[str, ...]:
        return tuple(self._pattern(text, key, negation=True) for text in self._texts(value, key))

    def _selectors(self, value: object, key: str) -> tuple[str, ...]:
        return tuple(self._selector(selector, key) for selector in self._texts(value, key))

    def _selector(self, selector: str, key: str) -> str:
        problem = unknown_selector(selector, self._known)
        if problem:
            raise ConfigError(f"'{key}' in {self._where} names {problem}")
        return selector

    def _levels(self, value: object, key: str) -> dict[str, str]:
        return {
            self._selector(rule, key): self._one_of(level, (*LEVELS, OFF), f"{key}.{rule}", "level")
            for rule, level in self._table(value, key).items()
        }

    def _per_file(self, value: object, key: str) -> dict[str, tuple[str, ...]]:
        return {
            self._pattern(pattern, key): self._selectors(rules, f"{key}.{pattern}")
            for pattern, rules in self._table(value, key).items()
        }

    def _roles(self, value: object, key: str) -> dict[str, str]:
        return {
            self._pattern(pattern, key): self._one_of(role, ROLES, f"{key}.{pattern}", "role")
            for pattern, role in self._table(value, key).items()
        }

    def _providers(self, value: object, key: str) -> dict[str, ProviderPolicy]:
        return {
            self._one_of(name, self._known.providers, key, "provider"): self._policy(policy, f"{key}.{name}")
            for name, policy in self._table(value, key).items()
        }

    def _file(self, value: object, key: str) -> str:
        if not isinstance(value, str) or not value:
            raise self._wrong(key, value, "a file name")
        if value.startswith(("/", "\\")) or ".." in value.replace("\\", "/").split("/"):
            raise self._wrong(key, value, "a path below the checked folder")
        return value

    def _policy(self, value: object, key: str) -> ProviderPolicy:
        table = self._table(value, key)
        self._only(table, ("clusters", "hosts"), f"{key}.")
        return ProviderPolicy(**{part: self._texts(item, f"{key}.{part}") for part, item in table.items()})

    def _transport(self, value: object, key: str) -> TransportPolicy:
        table = self._table(value, key)
        self._only(table, ("allow-raw-websocket", "managed"), f"{key}.")
        allow = table.get("allow-raw-websocket", False)
        if not isinstance(allow, bool):
            raise self._wrong(f"{key}.allow-raw-websocket", allow, "true or false")
        if "managed" not in table:
            return TransportPolicy(allow)
        managed = self._one_of(table["managed"], self._known.providers, f"{key}.managed", "provider")
        return TransportPolicy(allow, managed)


def _shown(value: object) -> str:
    """Return a value as the user wrote it, cut short; of tables and lists only what they are."""
    if isinstance(value, dict | list):
        return "a table" if isinstance(value, dict) else "a list"
    text = json.dumps(value, default=str, ensure_ascii=False)
    return text if len(text) <= 40 else f"{text[:40]}..."


def _hint(word: str, known: Collection[str], kind: str) -> str:
    """Return the end of an error: the nearest word, or all of them where they are few."""
    nearest = nearest_name(word, known)
    if nearest:
        return f", did you mean '{nearest}'?"
    return f"; the {kind} are {', '.join(sorted(known))}" if len(known) <= 20 else ""


def unknown_selector(selector: str, known: Known) -> str:
    """Say what is wrong with a selector, or return an empty text: it is a code, a name, a prefix of codes, or `ALL`."""
    words = known.selectors()
    prefix = len(selector) >= _MIN_PREFIX and any(code.startswith(selector) for code, _ in known.rules)
    if selector in words or prefix or selector == ALL:
        return ""
    return f"the unknown rule '{selector}'{_hint(selector, words, 'rules')}"


def _covers(selector: str, code: str, name: str) -> bool:
    return selector in {ALL, name} or code.startswith(selector)


def selects(config: Config, code: str, name: str) -> bool:
    """Tell whether a rule runs: selected, or nothing is; not ignored, which beats selected; and not switched off."""
    chosen = not config.select or any(_covers(selector, code, name) for selector in config.select)
    ignored = any(_covers(selector, code, name) for selector in config.ignore)
    return chosen and not ignored and level_of(config, code, name, "error") != OFF


def level_of(config: Config, code: str, name: str, default: str) -> str:
    """Return the level that the configuration gives a rule: `off`, or one of `LEVELS`; else the default.

    The most exact selector decides: name, then code, then the longest prefix; `ALL` is the weakest.
    """
    fitting = [selector for selector in config.levels if _covers(selector, code, name)]
    best = max(fitting, key=lambda selector: (selector == name, selector != ALL, len(selector)), default=None)
    return config.levels[best] if best is not None else default


def override(
    config: Config,
    known: Known,
    select: tuple[str, ...] = (),
    ignore: tuple[str, ...] = (),
    fail_level: str | None = None,
) -> Config:
    """Return the configuration with what the command line says on top of it.

    Args:
        config: the configuration.
        known: the rules that selectors may name.
        select: takes the place of `select`.
        ignore: is added to `ignore`.
        fail_level: takes the place of `fail-level`.

    Raises:
        ConfigError: a selector names no rule, or the level is none.
    """
    if fail_level is not None and fail_level not in LEVELS:
        raise ConfigError(f"unknown level '{fail_level}' for --fail-level{_hint(fail_level, LEVELS, 'levels')}")
    for option, selectors in (("--select", select), ("--ignore", ignore)):
        for selector in selectors:
            problem = unknown_selector(selector, known)
            if problem:
                raise ConfigError(f"{option} names {problem}")
    return replace(
        config,
        select=select or config.select,
        ignore=(*config.ignore, *ignore),
        fail_level=fail_level or config.fail_level,
    )


def config_schema(known: Known) -> dict[str, Any]:
    """Return a JSON schema (draft 2020-12) of the configuration, for editors: https://json-schema.org/specification."""
    texts = {"type": "array", "items": {"type": "string"}}
    providers = {"enum": sorted(known.providers)}
    policy = {"type": "object", "properties": {"clusters": texts, "hosts": texts}, "additionalProperties": False}
    transport = {"allow-raw-websocket": {"type": "boolean"}, "managed": providers}
    shapes: dict[str, Any] = {
        "select": texts,
        "ignore": texts,
        "levels": {"type": "object", "additionalProperties": {"enum": [*LEVELS, OFF]}},
        "exclude": texts,
        "per-file-ignores": {"type": "object", "additionalProperties": texts},
        "roles": {"type": "object", "additionalProperties": {"enum": list(ROLES)}},
        "fail-level": {"enum": list(LEVELS)},
        "providers": {"type": "object", "propertyNames": providers, "additionalProperties": policy},
        "baseline": {"type": "string", "minLength": 1},
        "transport": {"type": "object", "properties": transport, "additionalProperties": False},
    }
    properties = {key.name: shapes[key.name] | {"description": key.meaning} for key in CONFIG_KEYS}
    dialect = "https://json-schema.org/draft/2020-12/schema"
    return {"$schema": dialect, "type": "object", "properties": properties, "additionalProperties": False}
