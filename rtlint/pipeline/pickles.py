"""Reading pickled facts: what other processes and earlier runs have made can become facts and nothing else."""

from __future__ import annotations

import io
import pickle
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from rtlint.digests import blake2b
from rtlint.facts.later import Read, Script

if TYPE_CHECKING:
    from rtlint.facts.files import FileFacts

_FACTS = "rtlint.facts."
Content = Callable[[str], bytes | None]


class _Unpickler(pickle.Unpickler):
    def __init__(self, data: bytes, content: Content) -> None:
        super().__init__(io.BytesIO(data))
        self._content = content

    def find_class(self, module: str, name: str) -> Any:
        found = super().find_class(module, name) if module.startswith(_FACTS) else None
        if not isinstance(found, type) or found.__module__ != module:
            raise pickle.UnpicklingError(f"{module}.{name} is no fact")
        return partial(found, open=self._open) if found is Script else found

    def _open(self, script: Script) -> Read:
        from rtlint.extract.javascript.later import reader

        return reader(script, partial(self._content, script.path))


def load_facts(data: bytes, content: Content = lambda _: None) -> Any:
    """Return what was pickled, when it consists of facts, texts, numbers, lists and mappings.

    Args:
        data: the bytes.
        content: returns the bytes of a file, from which expressions are read when they are asked for.

    Raises:
        Exception: whatever damaged bytes make of unpickling; nothing has been run.
    """
    return _Unpickler(data, content).load()


def pickled_facts(found: FileFacts) -> bytes:
    """Return the facts of a file as bytes for `load_facts`."""
    return pickle.dumps(found, pickle.HIGHEST_PROTOCOL)


def digest_of(pickled: bytes) -> bytes:
    """Return what tells pickled facts from others."""
    return blake2b(pickled, digest_size=16).digest()


class _TreeUnpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        raise pickle.UnpicklingError(f"{module}.{name} is no part of a tree")


def load_tree(data: bytes) -> Any:
    """Return what `Remembering.tree` pickled: nothing but built-in texts, numbers, lists and mappings.

    Raises:
        Exception: whatever damaged bytes make of unpickling; nothing has been run.
    """
    return _TreeUnpickler(io.BytesIO(data)).load()
