"""The prefilter: byte tokens that a file must hold to be worth parsing.

There is no second list: the tokens are those that the extractors look for, the packages and constructors of the
providers, and the triggers of the rules. Nothing is decoded; most files are passed over after a search per token.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from rtlint.providers import all_constructors, load_providers, package_names
from rtlint.words import Search, searcher_of

_CONFIG_FILE = re.compile(
    r"(?:^|/)(?:vite|next|nuxt|svelte|astro|webpack|rspack|vue|quasar|remix|react-router|electron\.vite)\.config(?:\.[\w-]+)*\.[cm]?[jt]s$"
    r"|(?:^|/)(?:setupProxy\.[cm]?[jt]s|proxy\.conf(?:ig)?\.[cm]?js)$"
)
_FRAMEWORK_FILE = re.compile(
    r"(?:^|/)(?:routes|Routes|bootstrap|config)/[^/]+\.php$|ServiceProvider\.php$"
    r"|(?:^|/)config/(?:routes\.rb|routes/.+\.rb|application\.rb|environments/[^/]+\.rb)$"
)
"""Files of Laravel and of Rails that matter whatever words are in them."""

_PHP = (b"Route::", b"Broadcast::", b"$router->", b"loadRoutesFrom", b"ServiceProvider", b"env(", b"$_ENV", b"rtlint:")
_RUBY = (b"action_cable", b"rtlint:")
Trigger = tuple[bytes, re.Pattern[bytes] | None]


@cache
def _script_triggers() -> tuple[Trigger, ...]:
    from rtlint.extract.javascript.clients import TRIGGERS as CLIENTS
    from rtlint.extract.javascript.console import TRIGGERS as CONSOLE
    from rtlint.extract.javascript.nest import TRIGGERS as NEST
    from rtlint.extract.javascript.servers import LIKELY
    from rtlint.extract.javascript.servers import TRIGGERS as SERVERS

    tokens = {*CLIENTS, b"import.meta", b"process.env", b"$env/", b"'express'", b'"express"', b"rtlint:"}
    tokens |= {name.encode() for name in package_names()}
    tokens |= {f"new {name}".encode() for name in all_constructors() if name[:1].isupper()}
    tokens |= {b"io(", *NEST, *SERVERS}
    tokens |= {word.encode() for provider in load_providers().values() for word in provider.words if len(word) > 4}
    confirmed = [(token, re.compile(pattern) if pattern else None) for token, pattern in (*CONSOLE, LIKELY)]
    return (*((token, None) for token in sorted(tokens)), *confirmed)


@cache
def _python_triggers() -> tuple[Trigger, ...]:
    from rtlint.extract.python import TRIGGERS

    return tuple((token, None) for token in (*TRIGGERS, b"rtlint:"))


def is_config(path: str) -> bool:
    """Tell whether a file is the configuration of a build tool: its options matter whatever words are in it."""
    return bool(_CONFIG_FILE.search(path))


def is_framework_file(path: str) -> bool:
    """Tell whether a file registers routes, or configures a framework, by where it stands."""
    return bool(_FRAMEWORK_FILE.search(path))


def relevant(kind: str, data: bytes, extra: Iterable[bytes] = ()) -> bool:
    """Tell whether a file of a kind may hold anything that matters.

    Args:
        kind: python, php, ruby, shell, or one of the kinds that hold scripts.
        data: the content.
        extra: further tokens, from rules.
    """
    if kind in {"php", "ruby"}:
        return any(token in data for token in (_PHP if kind == "php" else _RUBY))
    if kind == "shell":
        return b"compose" in data
    search, confirmed = _search(kind, tuple(extra))
    if kind in {"html", "template"} and b"<script" not in data and b"%" not in data and b"http-equiv" not in data:
        return False
    if kind in {"html", "template"} and b"ontent-" in data and b"ecurity-" in data and b"http-equiv" in data:
        return True
    if search(data) or any(token in data and pattern.search(data) for token, pattern in confirmed):
        return True
    return kind in {"html", "template"} and re.search(rb"%[A-Z][A-Z0-9_]{2,}%", data) is not None


@cache
def _search(kind: str, extra: tuple[bytes, ...]) -> tuple[Search, tuple[tuple[bytes, re.Pattern[bytes]], ...]]:
    """Return what finds the tokens of a kind, and the tokens that a pattern has to confirm."""
    triggers = _python_triggers() if kind == "python" else _script_triggers()
    tokens = [token for token, pattern in triggers if pattern is None]
    confirmed = tuple((token, pattern) for token, pattern in triggers if pattern is not None)
    return searcher_of([*tokens, *(extra if kind != "python" else ())]), confirmed
