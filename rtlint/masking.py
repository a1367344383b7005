"""Masking: secrets are named and never printed."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from rtlint.names import public_prefix
from rtlint.patterns import regex

_SECRET = frozenset("secret secrets password passwd passphrase pass pwd token tokens salt apisecret appsecret".split())
_SECRET_PAIRS = frozenset(
    tuple(pair.split("_"))
    for pair in "private_key service_role service_key signing_key encryption_key master_key auth_key admin_key "
    "ably_key".split()
)
_SERVER_PAIRS = frozenset({("api", "key"), ("access", "key")})
"""Secret on a server; behind a bundler's public prefix the same words name what every visitor may see."""

_PUBLIC_PAIRS = frozenset({("public", "key"), ("anon", "key"), ("publishable", "key"), ("site", "key")})
_PUBLIC_BROKERS = frozenset({"pusher", "reverb", "soketi"})
"""Brokers of Pusher's protocol, whose app key is used on the client side: https://pusher.com/glossary/."""

_ABOUT = frozenset(
    "url uri endpoint path file name ttl expiry expires expiration expire in lifetime length min max header field type "
    "algorithm alg enabled required policy host port issuer audience count limit timeout rounds prefix".split()
)
"""Last words of names that speak about a secret and do not hold it: `TOKEN_URL`, `PASSWORD_MIN_LENGTH`."""

_SHELL = frozenset({"PWD", "OLDPWD"})
_WORD = regex(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_EDGE, _END = r"(?<![\w.@/-])", r"(?![\w.-])"
_SECRET_VALUES = regex(
    rf"(?P<supabase>\bsb_secret_[\w-]{{8,}})|(?P<key>\bsk_(?:[a-z]+_)?[\w-]{{16,}})"
    rf"|(?P<ably>{_EDGE}[\w-]{{5,8}}\.[\w-]{{5,8}}:[\w-]{{16,}}{_END})"
    r"|(?P<private>-----BEGIN [A-Z ]{0,40}PRIVATE KEY)"
)
_URL_PASSWORD = regex(r"://[^\s/@:?#]*:([^\s/@]+)@")
_TOKEN = regex(r"(?<![\w-])eyJ[\w-]+\.([\w-]+)\.[\w-]*")
QUICK_LOOK = (
    rb"sb_secret_|sk_[A-Za-z0-9]|[A-Za-z0-9_-]{5}\.[A-Za-z0-9_-]{5,8}:[A-Za-z0-9_-]{16}|PRIVATE KEY"
    rb"|://[^\s/@:?#]*:[^\s/@]+@|eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]"
)
"""A pattern, in RE2's syntax, that is in every text with a secret of `is_secret_value`."""

_REFERENCE = regex(r"\$\{.*\}", re.DOTALL)
_PLAIN = frozenset(
    "a abc abcd add admin an and any app bar change changeme ci default demo dev development dummy enter env "
    "example fake false foo goes guest here id insert key local localhost me mock my no none not null of off on "
    "or pass password paste placeholder postgres prod production public pusher redis replace replaceme reverb "
    "root sample secret set soketi some staging string super supersecret tbd test testing the this to todo "
    "token true undefined unset use user value with x yes your".split()
)
_MIN_LENGTH, _MIN_DIGITS = 4, 6


def is_secret_name(name: str) -> bool:
    """Tell whether a variable's name says that its value is a secret.

    Judged by whole words, in any case style. Public by design, and so no secrets: Pusher keys and clusters, publishable
    and anonymous keys, API keys behind a bundler's public prefix (misconfigurations.md 29 and 5.5).
    """
    prefix = public_prefix(name)
    words = [word.lower() for word in _WORD.findall(name[len(prefix) :])]
    if not words or name in _SHELL or words[-1] in _ABOUT:
        return False
    pairs = set(pairwise(words))
    if pairs & _PUBLIC_PAIRS or "publishable" in words:
        return False
    own_api_key = not prefix and _PUBLIC_BROKERS.isdisjoint(words) and bool(pairs & _SERVER_PAIRS or "apikey" in words)
    laravel_key = name == "APP_KEY"
    return not _SECRET.isdisjoint(words) or bool(pairs & _SECRET_PAIRS) or own_api_key or laravel_key


def is_secret_value(text: str) -> bool:
    """Tell whether a value is, or contains, a secret by its form.

    Secret keys of Supabase (`sb_secret_`), of Liveblocks and others (`sk_`), Ably keys (`appId.keyId:secret`), private
    keys, URLs with a password, and JSON Web Tokens of Supabase's `service_role`. Texts that only stand for a secret are
    none. Sources: https://supabase.com/docs/guides/api/api-keys, misconfigurations.md 29 and 5.5,
    https://github.com/IkehAkinyemi/Liveblocks-multiplayer-form (a Liveblocks key as its setup shows it).
    """
    if any(found.lastgroup == "private" or _looks_random(found.group()) for found in _SECRET_VALUES.finditer(text)):
        return True
    passwords = (found.group(1) for found in _URL_PASSWORD.finditer(text))
    return any(not is_stand_in(password) for password in passwords) or any(map(_is_service_role, _TOKEN.findall(text)))


def _looks_random(text: str) -> bool:
    """Tell a generated key from words in its place: it mixes digits or capitals into its letters."""
    key = re.split(r"sb_secret_|sk_(?:[a-z]+_)?|:", text)[-1]
    return not is_stand_in(key) and re.search(r"\d|[a-z][A-Z]|[A-Z][a-z]", key) is not None


def _is_service_role(payload: str) -> bool:
    """Tell whether the payload of a JSON Web Token gives the role that passes over row-level security."""
    try:
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (ValueError, RecursionError):
        return False
    return isinstance(claims, dict) and claims.get("role") == "service_role"


def is_stand_in(value: str) -> bool:
    """Tell whether a value in a secret's place is none: too short, all of plain words, one character over and over.

    Masking `changeme`, `postgres` or `true` would blacken half of a report and protect nobody.
    """
    text = value.strip()
    if len(text) < _MIN_LENGTH or len(set(text)) < 3 or _REFERENCE.fullmatch(text):
        return True
    if text.isdigit():
        return len(text) < _MIN_DIGITS
    words = re.findall(r"[^\W_]+", text.lower())
    return all(word in _PLAIN or set(word) == {"x"} for word in words)


class Masker:
    """Replaces secrets in texts by asterisks of the same length, so that columns stay where they are.

    Of a URL only the password is a secret: the host is what a finding is about. Each line of a longer secret is masked
    by itself, since sources are shown line by line. What `is_stand_in` says to be no secret is left alone.
    """

    def __init__(self, values: Iterable[str]) -> None:
        """Take the secrets as they stand in the repository."""
        parts = {part for value in values for part in _parts(value)}
        self._secrets = sorted(part for part in parts if not is_stand_in(part))

    @property
    def secrets(self) -> tuple[str, ...]:
        """What is masked."""
        return tuple(self._secrets)

    def mask(self, text: str) -> str:
        """Return the text without any secret in it; the time is linear in the text for each secret."""
        spans = sorted(span for secret in self._secrets for span in _occurrences(secret, text))
        if not spans:
            return text
        pieces: list[str] = []
        done = 0
        for start, end in spans:
            if end > done:
                pieces += (text[done:start], "*" * (end - max(start, done)))
                done = end
        return "".join((*pieces, text[done:]))


def _parts(value: str) -> Iterator[str]:
    """Return what must not be shown of a value: the passwords of its URLs, else its lines, escaped line ends or not."""
    passwords = _URL_PASSWORD.findall(value)
    if passwords:
        yield from passwords
        return
    for line in value.splitlines():
        yield line.strip()
        yield from (part.strip() for part in re.split(r"\\[nr]", line))


def _occurrences(secret: str, text: str) -> Iterator[tuple[int, int]]:
    """Return where a secret stands, each time from behind the last one."""
    start = text.find(secret)
    while start >= 0:
        end = start + len(secret)
        yield start, end
        start = text.find(secret, end)
