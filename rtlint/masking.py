"""Masking: secrets are named and never printed."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable

_SECRET_WORDS = re.compile(
    r"(?:^|_)(?:SECRETS?|PASSWORD|PASSWD|PWD|PASSPHRASE|TOKEN|PRIVATE|CREDENTIALS?|SERVICE_ROLE|SERVICE_KEY|SIGNING_KEY|"
    r"ENCRYPTION_KEY|APP_KEY_BASE|SALT|DSN|DATABASE_URL|REDIS_URL|MONGO_URL|MONGODB_URI|ABLY_API_KEY|ABLY_KEY)(?:_|$)"
)
_PUBLIC_WORDS = re.compile(
    r"PUBLIC_KEY|PUBLISHABLE|ANON_KEY|TOKEN_(?:URL|ENDPOINT|TTL|EXPIR\w*|NAME)|PASSWORD_(?:MIN|MAX|RESET)"
)
_SECRET_VALUES = re.compile(
    r"sb_secret_\w+|\bsk_(?:live|test|prod|dev)?_?\w{16,}|\b[\w-]{5,}\.[\w-]{5,}:[\w-]{16,}|-----BEGIN [A-Z ]*PRIVATE KEY|"
    r"://[^\s/@:]+:[^\s/@]+@"
)
_PLAIN = frozenset(
    {
        "true",
        "false",
        "null",
        "none",
        "secret",
        "password",
        "changeme",
        "change-me",
        "token",
        "your-secret",
        "root",
        "admin",
    }
)
_MIN_LENGTH = 4


def is_secret_name(name: str) -> bool:
    """Tell whether a variable's name says that its value is a secret.

    Public by design: Pusher keys and clusters, publishable and anonymous keys (misconfigurations.md 29).
    """
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).upper().replace("-", "_").replace(".", "_")
    return bool(_SECRET_WORDS.search(words)) and not _PUBLIC_WORDS.search(words)


def is_secret_value(text: str) -> bool:
    """Tell whether a value is a secret by its form: Supabase, Liveblocks and Ably keys, private keys, URL passwords.

    Sources: https://supabase.com/docs/guides/api/api-keys, https://ably.com/docs/auth.
    """
    return bool(_SECRET_VALUES.search(text)) or _is_service_role(text)


def _is_service_role(text: str) -> bool:
    """Tell whether a text is a JSON Web Token of Supabase's `service_role`, which passes over row-level security."""
    parts = text.strip().split(".")
    if len(parts) != 3 or not text.startswith("eyJ"):
        return False
    try:
        payload = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except ValueError:
        return False
    return isinstance(payload, dict) and payload.get("role") == "service_role"


class Masker:
    """Replaces secrets in texts by asterisks of the same length, so that columns stay where they are.

    Values shorter than four characters and words that stand in for secrets everywhere (`changeme`) are left alone: they
    would mask half of the output and tell nobody anything.
    """

    def __init__(self, values: Iterable[str]) -> None:
        lines = {line.strip() for value in values for line in value.splitlines()}
        wanted = sorted((v for v in lines if len(v) >= _MIN_LENGTH and v.lower() not in _PLAIN), key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, wanted))) if wanted else None

    def mask(self, text: str) -> str:
        """Return the text without any secret in it."""
        if self._pattern is None:
            return text
        return self._pattern.sub(lambda found: "*" * len(found.group()), text)
