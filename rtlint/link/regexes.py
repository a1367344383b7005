"""Regular expressions of the analysed program, run under RE2: https://github.com/google/re2, linear in the text."""

from __future__ import annotations

import re
from typing import Any

MAX_MEMORY = 8 << 20
"""Bytes that one compiled expression may take."""


def compiled(pattern: str, flags: str) -> Any | None:
    """Compile the body of a JavaScript expression; None for look-around, back-references and what is too large."""
    import re2

    options = re2.Options()
    options.case_sensitive = "i" not in flags
    options.dot_nl = "s" in flags
    options.log_errors = False
    options.max_mem = MAX_MEMORY
    try:
        return re2.compile(_translated(pattern), options)
    except re2.error:
        return None


def _translated(pattern: str) -> str:
    r"""Rewrite what JavaScript and RE2 spell differently: `\/`, `\uXXXX` and `\-` outside of classes."""
    pattern = re.sub(r"\\u([0-9a-fA-F]{4})", r"\\x{\1}", pattern)
    return re.sub(r"\\([/\-\"'`#&,:;<=>@_~!%])", r"\1", pattern)
