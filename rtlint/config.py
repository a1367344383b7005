"""Configuration: `rtlint.toml`, or `[tool.rtlint]` in pyproject.toml, nearest to the checked root.

Everything is validated here by hand: an unknown key, rule, level or provider is an error that names the nearest word.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from rtlint.errors import RtlintError
from rtlint.findings import LEVELS

ROLES = ("app", "test", "tooling", "docs", "example", "vendored", "archive")
OFF = "off"
FILE_NAME = "rtlint.toml"


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
    Key("transport", "table", "none", "`allow-raw-websocket` (true or false) and `managed` (a provider)."),
)
"""Every key of the top level."""


def nearest_name(word: str, known: Iterable[str]) -> str | None:
    """Return the known word most like `word`, or None: for "did you mean" in errors."""
    import difflib

    by_case = {name.lower(): name for name in known}
    close = difflib.get_close_matches(word.lower(), by_case, n=1, cutoff=0.6)
    if close:
        return by_case[close[0]]
    parts = sorted(word.lower().replace("_", "-").split("-"))
    return next((name for low, name in by_case.items() if sorted(low.replace("_", "-").split("-")) == parts), None)


def load_config(root: Path, known: Known) -> Config:
    """Return the configuration that holds in a folder: of the nearest file at or above it, up to the git top.

    Raises:
        ConfigError: the file is no TOML, or says something that rtlint does not know.
    """
    for folder in (root, *root.parents):
        for path, table in _tables(folder):
            return replace(_Reader(path, known).config(table), path=path)
        if (folder / ".git").exists():
            break
    return Config()


def _tables(folder: Path) -> Iterable[tuple[Path, Mapping[str, Any]]]:
    own = folder / FILE_NAME
    if own.is_file():
        yield own, _parse(own)
    shared = folder / "pyproject.toml"
    if shared.is_file() and b"tool.rtlint" in shared.read_bytes():
        tools = _parse(shared).get("tool", {})
        if "rtlint" in tools:
            yield shared, tools["rtlint"]


def _parse(path: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path.name} can't be read: {error}") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path.name} is not valid TOML: {error}") from error


class _Reader:
    """Reads one configuration table, and complains with the file's name and the key."""

    def __init__(self, path: Path, known: Known) -> None:
        self._path = path
        self._known = known

    def config(self, table: Mapping[str, Any]) -> Config:
        self._only(table, [key.name for key in CONFIG_KEYS], "")
        readers: dict[str, Callable[[Any, str], Any]] = {
            "select": self._selectors,
            "ignore": self._selectors,
            "levels": self._levels,
            "exclude": self._texts,
            "per-file-ignores": self._per_file,
            "roles": self._roles,
            "fail-level": lambda value, key: self._one_of(value, LEVELS, key),
            "providers": self._providers,
            "transport": self._transport,
        }
        values = {key.replace("-", "_"): readers[key](value, key) for key, value in table.items()}
        return Config(**values)

    def _fail(self, message: str) -> ConfigError:
        return ConfigError(f"{self._path.name}: {message}")

    def _only(self, table: Mapping[str, Any], allowed: Collection[str], where: str) -> None:
        for key in table:
            if key not in allowed:
                raise self._fail(f"unknown key '{where}{key}'{_hint(key, allowed)}")

    def _one_of(self, value: Any, allowed: Collection[str], key: str) -> str:
        if not isinstance(value, str) or value not in allowed:
            hint = _hint(str(value), allowed) or f"; it is one of {', '.join(sorted(allowed))}"
            raise self._fail(f"'{key}' is {value!r}{hint}")
        return value

    def _table(self, value: Any, key: str) -> Mapping[str, Any]:
        if not isinstance(value, dict):
            raise self._fail(f"'{key}' must be a table")
        return value

    def _texts(self, value: Any, key: str) -> tuple[str, ...]:
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self._fail(f"'{key}' must be a list of strings")
        return tuple(value)

    def _selectors(self, value: Any, key: str) -> tuple[str, ...]:
        selectors = self._texts(value, key)
        for selector in selectors:
            self._selector(selector, key)
        return selectors

    def _selector(self, selector: str, key: str) -> str:
        problem = unknown_selector(selector, self._known)
        if problem:
            raise self._fail(f"'{key}' names {problem}")
        return selector

    def _levels(self, value: Any, key: str) -> dict[str, str]:
        table = self._table(value, key)
        return {
            self._selector(rule, key): self._one_of(level, (*LEVELS, OFF), f"{key}.{rule}")
            for rule, level in table.items()
        }

    def _per_file(self, value: Any, key: str) -> dict[str, tuple[str, ...]]:
        return {pattern: self._selectors(rules, key) for pattern, rules in self._table(value, key).items()}

    def _roles(self, value: Any, key: str) -> dict[str, str]:
        table = self._table(value, key)
        return {pattern: self._one_of(role, ROLES, f"{key}.{pattern}") for pattern, role in table.items()}

    def _providers(self, value: Any, key: str) -> dict[str, ProviderPolicy]:
        found = {}
        for name, policy in self._table(value, key).items():
            self._one_of(name, self._known.providers, key)
            where = f"{key}.{name}"
            self._only(self._table(policy, where), ("clusters", "hosts"), where + ".")
            found[name] = ProviderPolicy(
                **{part: self._texts(item, f"{where}.{part}") for part, item in policy.items()}
            )
        return found

    def _transport(self, value: Any, key: str) -> TransportPolicy:
        table = self._table(value, key)
        self._only(table, ("allow-raw-websocket", "managed"), key + ".")
        allow = table.get("allow-raw-websocket", False)
        if not isinstance(allow, bool):
            raise self._fail(f"'{key}.allow-raw-websocket' must be true or false")
        managed = table.get("managed", "")
        return TransportPolicy(allow, self._one_of(managed, self._known.providers, f"{key}.managed") if managed else "")


def _hint(word: str, known: Iterable[str]) -> str:
    nearest = nearest_name(word, known)
    return f", did you mean '{nearest}'?" if nearest else ""


def unknown_selector(selector: str, known: Known) -> str:
    """Say what is wrong with a selector, or return an empty text: it is a code, a name, a prefix of codes, or `ALL`."""
    words = known.selectors()
    prefix = selector.startswith("RT") and any(code.startswith(selector) for code, _ in known.rules)
    if selector in words or prefix or selector == "ALL":
        return ""
    return f"the unknown rule '{selector}'{_hint(selector, words)}"


def _covers(selector: str, code: str, name: str) -> bool:
    return selector in {"ALL", name} or code.startswith(selector)


def selects(config: Config, code: str, name: str) -> bool:
    """Tell whether a rule runs: selected or none selected, not ignored, and not switched off."""
    chosen = not config.select or any(_covers(selector, code, name) for selector in config.select)
    ignored = any(_covers(selector, code, name) for selector in config.ignore)
    return chosen and not ignored and level_of(config, code, name, "error") != OFF


def level_of(config: Config, code: str, name: str, default: str) -> str:
    """Return the level that the configuration gives a rule, the most exact selector deciding; else the default."""
    fitting = [selector for selector in config.levels if _covers(selector, code, name)]
    best = max(fitting, key=lambda selector: (selector == name, len(selector)), default=None)
    return config.levels[best] if best is not None else default


def override(
    config: Config,
    known: Known,
    select: tuple[str, ...] = (),
    ignore: tuple[str, ...] = (),
    fail_level: str | None = None,
) -> Config:
    """Return the configuration with what the command line says on top of it.

    Raises:
        ConfigError: a selector names no rule.
    """
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
    """Return a JSON schema (draft 2020-12) of the configuration, for editors."""
    texts = {"type": "array", "items": {"type": "string"}}
    level = {"enum": [*LEVELS, OFF]}
    policy = {"type": "object", "properties": {"clusters": texts, "hosts": texts}, "additionalProperties": False}
    managed = {"allow-raw-websocket": {"type": "boolean"}, "managed": {"enum": sorted(known.providers)}}
    shapes: dict[str, Any] = {
        "select": texts,
        "ignore": texts,
        "levels": {"type": "object", "additionalProperties": level},
        "exclude": texts,
        "per-file-ignores": {"type": "object", "additionalProperties": texts},
        "roles": {"type": "object", "additionalProperties": {"enum": list(ROLES)}},
        "fail-level": {"enum": list(LEVELS)},
        "providers": {"type": "object", "additionalProperties": policy},
        "transport": {"type": "object", "properties": managed, "additionalProperties": False},
    }
    properties = {key.name: shapes[key.name] | {"description": key.meaning} for key in CONFIG_KEYS}
    return {"type": "object", "properties": properties, "additionalProperties": False}
