"""Reading pickled facts: what other processes and earlier runs have made can become facts and nothing else."""

from __future__ import annotations

import io
import pickle
from typing import Any

_FACTS = "rtlint.facts."


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        found = super().find_class(module, name) if module.startswith(_FACTS) else None
        if not isinstance(found, type) or found.__module__ != module:
            raise pickle.UnpicklingError(f"{module}.{name} is no fact")
        return found


def load_facts(data: bytes) -> Any:
    """Return what was pickled, when it consists of facts, texts, numbers, lists and mappings.

    Raises:
        Exception: whatever damaged bytes make of unpickling; nothing has been run.
    """
    return _Unpickler(io.BytesIO(data)).load()
