"""BLAKE2, as `hashlib` has it: that module loads OpenSSL besides, which takes longer than all digests of a run."""

from __future__ import annotations

try:
    from _blake2 import blake2b
except ImportError:  # Only CPython has it under this name.
    from hashlib import blake2b

__all__ = ["blake2b"]
