"""The prefilter: byte tokens that a file must hold to be worth parsing.

There is no second list: the tokens are those that the extractors look for, the packages and constructors of the
providers, and the triggers of the rules. Nothing is decoded; most files are passed over after a search per token.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from rtlint.extract.prefilter import PAGES, SCRIPTS, Trigger, Waiting
from rtlint.extract.python_words import TRIGGERS as PYTHON
from rtlint.names import REALTIME_WORDS, SYNONYMS
from rtlint.providers import all_constructors, global_constructors, load_providers, package_names
from rtlint.words import alternation


def _other_than(word: bytes) -> bytes:
    """Return a pattern of what begins with anything but a word: RE2 knows no negative look-ahead."""
    parts = (b"%b(?:[^%c]|$)" % (word[:length], word[length]) for length in range(len(word)))
    return b"|".join((*parts, word + rb"\w"))


_PYTHON_READS = (b"environ", b"getenv", b"BaseSettings", b"decouple")
_PHP_READS = (b"env(", b"$_ENV")
_PHP = (b"Route::", b"Broadcast::", b"$router->", b"loadRoutesFrom", b"ServiceProvider", *_PHP_READS)
_RUBY = (b"action_cable",)
_PAGE = rb"%[A-Z][A-Z0-9_]{2,}%|(?i:content-security-policy)"
"""What makes a page worth reading even without a script that matters: a variable of Vite's, a policy."""

_VARIABLES = (
    Trigger(
        rb"\bprocess\s*\??\.\s*env\b\s*(?:[^\s.?]|\?[^.]|\??\.\s*(?:%b)|$)" % _other_than(b"NODE_ENV"),
        ((b"process",), (b"env",)),
    ),
    Trigger(rb"\bimport\.meta\b\s*(?:[^\s.?]|\?[^.]|\??\.\s*env\b|$)", ((b"import.meta",),)),
    Trigger(rb"\b(?:Bun|Deno)\s*\.\s*env\b", ((b"Bun", b"Deno"), (b"env",))),
)
"""Reads of variables. That of NODE_ENV is in every second file; where it decides something, an import leads there."""


_COMPUTED = (
    Trigger(
        rb"\bprocess\s*\??\.\s*env\b\s*(?:[^\s.?\[]|\?[^.]|(?:\?\.)?\s*\[\s*[^\s'\"`]|$)",
        ((b"process",), (b"env",)),
    ),
    Trigger(
        rb"\bimport\.meta\b\s*(?:[^\s.?]|\?[^.]|\??\.\s*env\b\s*(?:[^\s.?\[]|\?[^.]|(?:\?\.)?\s*\[\s*[^\s'\"`]|$)|$)",
        ((b"import.meta",),),
    ),
    _VARIABLES[2],
)
"""Reads of variables under names that do not stand there, and uses of the object of all of them."""


@cache
def pattern_of(kind: str, extra: tuple[bytes, ...]) -> bytes:
    """Return the pattern, in RE2's syntax, that a file of a kind holds if it may matter.

    Args:
        kind: one of `PREFILTERED`.
        extra: further tokens, from rules.
    """
    return _pattern(kind, extra, *_triggers(kind))


@cache
def waiting_of(kind: str, extra: tuple[bytes, ...]) -> Waiting:
    """Return the patterns that tell which files of a kind can wait: see `rtlint.extract.can_wait`.

    Args:
        kind: one of `PUT_OFF`.
        extra: further tokens, from rules.
    """
    words, triggers = _own(kind)
    reads = {"python": alternation(_PYTHON_READS), "php": alternation(_PHP_READS), "ruby": b""}
    read = reads[kind] if kind in reads else alternation((b"$env/",), [found.pattern for found in _VARIABLES])
    return _pattern(kind, extra, (*words, b"rtlint:"), triggers), read, _spoken()


@cache
def waiting_beside(kind: str, extra: tuple[bytes, ...], names: frozenset[str]) -> Waiting | None:
    """Return the patterns that tell which files of a kind can wait though something real-time is there; None for none.

    A script that does nothing but to read variables can, unless it reads one that reaches a client, or reads one under
    a computed name, which may be any.

    Args:
        kind: one of `PUT_OFF`.
        extra: further tokens, from rules.
        names: the variables that reach clients.
    """
    if kind not in SCRIPTS:
        return None
    words, triggers = _own(kind)
    later, others = _later(kind)
    patterns = (*triggers, *(trigger for trigger in others if trigger not in _VARIABLES), *_COMPUTED)
    own = _pattern(kind, extra, (*words, *later, b"rtlint:"), patterns)
    read = waiting_of(kind, extra)[1]
    return own, read, alternation([name.encode() for name in names], [_spoken()])


def _pattern(kind: str, extra: tuple[bytes, ...], words: tuple[bytes, ...], triggers: tuple[Trigger, ...]) -> bytes:
    patterns = [trigger.pattern for trigger in triggers]
    return alternation((*words, *(extra if kind in SCRIPTS | PAGES else ())), [*patterns, *([_PAGE] * (kind in PAGES))])


def quick_look(kind: str, extra: tuple[bytes, ...]) -> list[tuple[tuple[tuple[bytes, ...], ...], tuple[bytes, ...]]]:
    """Return `needs` and `harmless` of all that can make a file of a kind matter; nothing where that isn't known.

    Args:
        kind: one of `PREFILTERED`.
        extra: further tokens, from rules.
    """
    if kind in PAGES:
        return []
    words, triggers = _triggers(kind)
    tokens = (*words, *(extra if kind in SCRIPTS else ()))
    return [((tokens,), ()), *((trigger.needs, trigger.harmless) for trigger in triggers)]


def _triggers(kind: str) -> tuple[tuple[bytes, ...], tuple[Trigger, ...]]:
    """Return the words and the patterns that make a file of a kind worth parsing."""
    if kind == "shell":
        return (b"compose",), ()
    words, triggers = _own(kind)
    later, others = _later(kind)
    return (*words, *later, b"rtlint:"), (*triggers, *others)


def _own(kind: str) -> tuple[tuple[bytes, ...], tuple[Trigger, ...]]:
    """Return what makes a file worth parsing by itself."""
    return _of_clients() if kind in SCRIPTS or kind in PAGES else ((), ())


def _later(kind: str) -> tuple[tuple[bytes, ...], tuple[Trigger, ...]]:
    """Return what makes a file worth parsing where something real-time is in the repository: variables and routes."""
    if kind in SCRIPTS or kind in PAGES:
        return _of_servers()
    if kind == "python":
        return PYTHON, ()
    return {"php": _PHP, "ruby": _RUBY}[kind], ()


@cache
def _of_clients() -> tuple[tuple[bytes, ...], tuple[Trigger, ...]]:
    from rtlint.extract.javascript.clients import TRIGGERS as CLIENTS
    from rtlint.extract.javascript.console import TRIGGERS as CONSOLE

    words = {*CLIENTS, *(f"new {name}".encode() for name in all_constructors() if name[:1].isupper())}
    words |= {name.partition("(")[0].encode() for name in global_constructors() if "." in name}
    return tuple(sorted(words)), (*CONSOLE, _named(package_names()), Trigger(rb"\bio\(", ((b"io(",),)))


def _named(names: Iterable[str]) -> Trigger:
    """Return what finds names that begin a word: `cable`, and not `applicable`."""
    encoded = sorted(name.encode() for name in names)
    return Trigger(rb"(?:^|[^A-Za-z])(?:%b)" % alternation(encoded), (tuple(encoded),))


@cache
def _of_servers() -> tuple[tuple[bytes, ...], tuple[Trigger, ...]]:
    """Return what speaks of real-time, of variables and of routes."""
    from rtlint.extract.javascript.nest import TRIGGERS as NEST
    from rtlint.extract.javascript.servers import LIKELY
    from rtlint.extract.javascript.servers import TRIGGERS as SERVERS

    words = _named(word for provider in load_providers().values() for word in provider.words if len(word) > 4)
    return tuple(sorted({*NEST, *SERVERS, b"$env/", b"'express'", b'"express"'})), (*_VARIABLES, LIKELY, words)


@cache
def _spoken() -> bytes:
    """Return what finds the words by which a variable is a real-time one, as `rtlint.names.words` parts them."""
    known = {word for provider in load_providers().values() for word in provider.words} | REALTIME_WORDS
    known |= {name for name, meant in SYNONYMS.items() if meant in known}
    variables = {name for provider in load_providers().values() for name in provider.variables}
    own = [word.encode() for word in known]
    loud = alternation(word.upper() for word in own)
    named = alternation([*(word.capitalize() for word in own), *(name.encode() for name in variables)])
    return rb"(?:^|[^A-Z])(?:%b)|(?:^|[^A-Za-z])(?:%b)|%b" % (loud, alternation(own), named)
