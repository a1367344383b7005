"""The prefilter: byte tokens that a file must hold to be worth parsing.

There is no second list: the tokens are those that the extractors look for, the packages and constructors of the
providers, and the triggers of the rules. Nothing is decoded; most files are passed over after a search per token.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from rtlint.providers import all_constructors, load_providers, package_names
from rtlint.words import alternation, searcher

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
_PAGE = rb"%[A-Z][A-Z0-9_]{2,}%|(?i:content-security-policy)"
"""What makes a page worth reading even without a script that matters: a variable of Vite's, a policy."""

_VARIABLES = (rb"\bprocess\s*(?:\?\.|\.)\s*env\b", rb"\b(?:Bun|Deno)\s*\.\s*env\b")
_SCRIPTS = frozenset({"javascript", "vue", "svelte"})
_PAGES = frozenset({"html", "template"})


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
    return found_by(kind, data, pattern_of(kind, tuple(extra)))


def found_by(kind: str, data: bytes, pattern: bytes) -> bool:
    """Tell whether a file may hold anything that matters, as `relevant` does.

    Args:
        kind: as there.
        data: the content.
        pattern: what `pattern_of` returned for the kind.
    """
    if kind in _PAGES and b"<script" not in data and b"%" not in data and b"http-equiv" not in data:
        return False
    return searcher(pattern)(data) is not None


@cache
def pattern_of(kind: str, extra: tuple[bytes, ...]) -> bytes:
    """Return the pattern, in RE2's syntax, that a file of a kind holds if it may matter; `extra` as in `relevant`."""
    if kind in _SCRIPTS or kind in _PAGES:
        words, patterns = _script_triggers()
        return alternation((*words, *extra), (*patterns, _PAGE) if kind in _PAGES else patterns)
    if kind == "python":
        from rtlint.extract.python import TRIGGERS

        return alternation((*TRIGGERS, b"rtlint:"))
    return alternation({"php": _PHP, "ruby": _RUBY, "shell": (b"compose",)}[kind])


@cache
def _script_triggers() -> tuple[frozenset[bytes], tuple[bytes, ...]]:
    """Return the words and the patterns that make a script worth parsing."""
    from rtlint.extract.javascript.clients import TRIGGERS as CLIENTS
    from rtlint.extract.javascript.console import TRIGGERS as CONSOLE
    from rtlint.extract.javascript.nest import TRIGGERS as NEST
    from rtlint.extract.javascript.servers import LIKELY
    from rtlint.extract.javascript.servers import TRIGGERS as SERVERS

    words = {*CLIENTS, b"import.meta", b"$env/", b"'express'", b'"express"', b"rtlint:"}
    words |= {name.encode() for name in package_names()}
    words |= {f"new {name}".encode() for name in all_constructors() if name[:1].isupper()}
    words |= {b"io(", *NEST, *SERVERS}
    words |= {word.encode() for provider in load_providers().values() for word in provider.words if len(word) > 4}
    return frozenset(words), (*CONSOLE, *_VARIABLES, LIKELY)
