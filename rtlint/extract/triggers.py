"""The prefilter: byte tokens that a file must hold to be worth parsing.

There is no second list: the tokens are those that the extractors look for, the packages and constructors of the
providers, and the triggers of the rules. Nothing is decoded; most files are passed over after a search per token.
"""

from __future__ import annotations

from functools import cache

from rtlint.extract.prefilter import PAGES, SCRIPTS, Trigger
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
    Trigger(
        rb"\bprocess\s*\??\.\s*env\b\s*(?:[^\s.?]|\?[^.]|\??\.\s*(?:%b)|$)" % _other_than(b"NODE_ENV"),
        ((b"process",), (b"env",)),
    ),
    Trigger(rb"\bimport\s*\.\s*meta\b\s*(?:[^\s.?]|\?[^.]|\??\.\s*env\b|$)", ((b"import",), (b"meta",))),
    Trigger(rb"\b(?:Bun|Deno)\s*\.\s*env\b", ((b"Bun", b"Deno"), (b"env",))),
)
"""Reads of variables. That of NODE_ENV is in every second file; where it decides something, an import leads there."""


@cache
def pattern_of(kind: str, extra: tuple[bytes, ...], *, routes: bool = True) -> bytes:
    """Return the pattern, in RE2's syntax, that a file of a kind holds if it may matter.

    Args:
        kind: one of `PREFILTERED`.
        extra: further tokens, from rules.
        routes: whether it may matter because of the routes that it serves.
    """
    words, triggers = _triggers(kind, routes)
    patterns = [trigger.pattern for trigger in triggers]
    return alternation((*words, *(extra if kind in SCRIPTS | PAGES else ())), [*patterns, *([_PAGE] * (kind in PAGES))])


def quick_look(
    kind: str, extra: tuple[bytes, ...], *, routes: bool = True
) -> list[tuple[tuple[tuple[bytes, ...], ...], tuple[bytes, ...]]]:
    """Return `needs` and `harmless` of all that can make a file of a kind matter; nothing where that isn't known.

    Args:
        kind: one of `PREFILTERED`.
        extra: further tokens, from rules.
        routes: whether it may matter because of the routes that it serves.
    """
    if kind in PAGES:
        return []
    words, triggers = _triggers(kind, routes)
    tokens = (*words, *(extra if kind in SCRIPTS else ()))
    return [((tokens,), ()), *((trigger.needs, trigger.harmless) for trigger in triggers)]


def _triggers(kind: str, routes: bool) -> tuple[tuple[bytes, ...], tuple[Trigger, ...]]:
    """Return the words and the patterns that make a file of a kind worth parsing."""
    if kind in SCRIPTS or kind in PAGES:
        words, triggers = _script_triggers()
        served, serving = _script_routes()
        return ((*words, *served), (*triggers, serving)) if routes else (words, triggers)
    if kind == "python":
        from rtlint.extract.python import ROUTES, TRIGGERS

        return (*TRIGGERS, *(ROUTES if routes else ()), b"rtlint:"), ()
    return {"php": _PHP, "ruby": _RUBY, "shell": (b"compose",)}[kind], ()


@cache
def _script_triggers() -> tuple[tuple[bytes, ...], tuple[Trigger, ...]]:
    from rtlint.extract.javascript.clients import TRIGGERS as CLIENTS
    from rtlint.extract.javascript.console import TRIGGERS as CONSOLE

    words = {*CLIENTS, b"$env/", b"rtlint:"}
    words |= {f"new {name}".encode() for name in all_constructors() if name[:1].isupper()}
    names = {name.encode() for name in package_names()}
    names |= {word.encode() for provider in load_providers().values() for word in provider.words if len(word) > 4}
    # `cable`, and not `applicable`.
    named = Trigger(rb"(?:^|[^A-Za-z])(?:%b)" % alternation(names), (tuple(sorted(names)),))
    return tuple(sorted(words)), (*CONSOLE, *_VARIABLES, named, Trigger(rb"\bio\(", ((b"io(",),)))


@cache
def _script_routes() -> tuple[tuple[bytes, ...], Trigger]:
    """Return what makes a script worth parsing because of the routes that it serves."""
    from rtlint.extract.javascript.nest import TRIGGERS as NEST
    from rtlint.extract.javascript.servers import LIKELY
    from rtlint.extract.javascript.servers import TRIGGERS as SERVERS

    return tuple(sorted({*NEST, *SERVERS, b"'express'", b'"express"'})), LIKELY
