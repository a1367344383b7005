"""The prefilter: byte tokens that a file must hold to be worth parsing.

There is no second list: the tokens are those that the extractors look for, the packages and constructors of the
providers, and the triggers of the rules. Nothing is decoded; most files are passed over after a search per token.
"""

from __future__ import annotations

from functools import cache

from rtlint.extract.prefilter import PAGES, SCRIPTS
from rtlint.providers import all_constructors, load_providers, package_names
from rtlint.words import alternation


def _other_than(word: bytes) -> bytes:
    """Return a pattern of what begins with anything but a word: RE2 knows no negative look-ahead."""
    parts = (b"%b(?:[^%c]|$)" % (word[:length], word[length]) for length in range(len(word)))
    return b"|".join((*parts, word + rb"\w"))


_PHP = (b"Route::", b"Broadcast::", b"$router->", b"loadRoutesFrom", b"ServiceProvider", b"env(", b"$_ENV", b"rtlint:")
_RUBY = (b"action_cable", b"rtlint:")
_PAGE = rb"%[A-Z][A-Z0-9_]{2,}%|(?i:content-security-policy)"
"""What makes a page worth reading even without a script that matters: a variable of Vite's, a policy."""

_VARIABLES = (
    rb"\bprocess\s*\??\.\s*env\b\s*(?:[^\s.?]|\?[^.]|\??\.\s*(?:%b)|$)" % _other_than(b"NODE_ENV"),
    rb"\bimport\s*\.\s*meta\b\s*(?:[^\s.?]|\?[^.]|\??\.\s*env\b|$)",
    rb"\b(?:Bun|Deno)\s*\.\s*env\b",
)
"""Reads of variables. That of NODE_ENV is in every second file; where it decides something, an import leads there."""


@cache
def pattern_of(kind: str, extra: tuple[bytes, ...]) -> bytes:
    """Return the pattern, in RE2's syntax, that a file of a kind holds if it may matter.

    Args:
        kind: one of `PREFILTERED`.
        extra: further tokens, from rules.
    """
    if kind in SCRIPTS or kind in PAGES:
        words, patterns = _script_triggers()
        return alternation((*words, *extra), (*patterns, _PAGE) if kind in PAGES else patterns)
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

    words = {*CLIENTS, b"$env/", b"'express'", b'"express"', b"rtlint:"}
    words |= {f"new {name}".encode() for name in all_constructors() if name[:1].isupper()}
    words |= {b"io(", *NEST, *SERVERS}
    names = set(package_names())
    names |= {word for provider in load_providers().values() for word in provider.words if len(word) > 4}
    named = rb"(?:^|[^A-Za-z])(?:%b)" % alternation(name.encode() for name in names)  # `cable`, and not `applicable`.
    return frozenset(words), (*CONSOLE, *_VARIABLES, LIKELY, named)
