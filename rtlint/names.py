"""Names of variables, taken apart into words: how two of them can be one idea spelt twice."""

from __future__ import annotations

from functools import lru_cache

from rtlint.patterns import regex

PUBLIC_PREFIXES = (
    "VITE_",
    "NEXT_PUBLIC_",
    "REACT_APP_",
    "VUE_APP_",
    "NUXT_PUBLIC_",
    "EXPO_PUBLIC_",
    "GATSBY_",
    "NG_APP_",
    "MIX_",
    "PUBLIC_",
)
"""Prefixes by which bundlers choose what a browser may see; misconfigurations.md 5.8 has the source of each."""

SYNONYMS = {
    "enabled": "enable",
    "enabling": "enable",
    "use": "enable",
    "active": "enable",
    "disabled": "disable",
    "websockets": "websocket",
    "ws": "websocket",
    "wss": "websocket",
    "sockets": "socket",
    "uri": "url",
    "addr": "address",
    "hostname": "host",
    "apikey": "key",
    "pw": "password",
    "auth": "auth",
    "authorization": "auth",
    "authentication": "auth",
    "region": "cluster",
}
"""Words of names, and what they count as."""
_COMPOUNDS = {("web", "socket"): "websocket", ("web", "sockets"): "websocket", ("socket", "io"): "socketio"}
REALTIME_WORDS = frozenset({"websocket", "socket", "socketio", "realtime", "signalr", "sse", "actioncable"})
"""Words that speak of real-time transport whatever the provider is."""

_OTHER_SOCKETS = frozenset(
    "docker podman mysql mariadb postgres postgresql pg unix fpm php file redis supervisor ssh dbus x11 s3 aws kms "
    "encryption minio".split()
)
"""Words beside which `socket` is a file and `sse` an encryption."""


def is_realtime(name: str) -> bool:
    """Tell whether a name speaks of real-time transport by itself."""
    found = set(words(name))
    return bool(found & REALTIME_WORDS) and not found & _OTHER_SOCKETS


ENABLE_WORDS = frozenset({"enable", "disable"})
"""Words that make a name a switch, after synonyms are folded."""

_PART = regex(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


def public_prefix(name: str) -> str:
    """Return the bundler prefix that `name` starts with, or an empty text."""
    return next((prefix for prefix in PUBLIC_PREFIXES if name.startswith(prefix)), "")


@lru_cache(maxsize=4096)
def words(name: str) -> tuple[str, ...]:
    """Return the words of a name without its bundler prefix: lower-cased, compounds joined, synonyms folded."""
    bare = name[len(public_prefix(name)) :]
    parts = [part.lower() for part in _PART.findall(bare)]
    joined: list[str] = []
    for part in parts:
        compound = _COMPOUNDS.get((joined[-1], part)) if joined else None
        if compound:
            joined[-1] = compound
        else:
            joined.append(part)
    return tuple(SYNONYMS.get(part, part) for part in joined)


def is_switch(name: str) -> bool:
    """Tell whether a name is that of an on/off switch."""
    return bool(ENABLE_WORDS.intersection(words(name)))


def distance(left: str, right: str, limit: int = 3) -> int:
    """Return the optimal string alignment distance (insert, delete, replace, swap neighbours), at most `limit`."""
    if abs(len(left) - len(right)) >= limit:
        return limit
    rows = [list(range(len(right) + 1))]
    for i, char in enumerate(left, 1):
        row = [i]
        for j, other in enumerate(right, 1):
            best = min(rows[-1][j] + 1, row[j - 1] + 1, rows[-1][j - 1] + (char != other))
            if i > 1 and j > 1 and char == right[j - 2] and left[i - 2] == other:
                best = min(best, rows[-2][j - 2] + 1)
            row.append(best)
        rows.append(row)
    return min(rows[-1][-1], limit)


def twin_reason(read: str, given: str) -> str:
    """Say why two different names may be meant as one, or return an empty text.

    The reasons: the same words in another order, the same words behind another framework's prefix, a synonym, a typo.
    A difference in a digit alone is no typo (`REDIS_1`, `REDIS_2`).
    """
    read_words, given_words = words(read), words(given)
    if sorted(read_words) == sorted(given_words):
        return _same_words(read, given)
    extra = set(read_words) ^ set(given_words)
    if extra and extra <= _FILLERS and public_prefix(read) == public_prefix(given):
        return f"the same words but for '{extra.pop()}'"
    return "one is a typo of the other" if _is_typo(read_words, given_words) else ""


def _is_typo(read: tuple[str, ...], given: tuple[str, ...]) -> bool:
    """Tell whether just one word differs, by one slip (two in a word of six letters or more)."""
    if len(read) != len(given):
        return False
    different = [(one, other) for one, other in zip(read, given, strict=True) if one != other]
    if len(different) != 1 or min(map(len, different[0])) < 4 or not "".join(different[0]).isalpha():
        return False
    one, other = different[0]
    return distance(one, other) <= (2 if min(len(one), len(other)) >= 6 else 1)


_FILLERS = frozenset({"app"})
"""Words that some templates put into a name and others leave out: `PUSHER_APP_KEY`, `PUSHER_KEY`."""


def _same_words(read: str, given: str) -> str:
    if public_prefix(read) != public_prefix(given):
        return "the same words behind another prefix"
    return "the same words but for a synonym" if words(read) == words(given) else "the same words in another order"
