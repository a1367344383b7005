"""Whether verdicts hold although files have changed: when each changed file says the same as before.

A file says the same when the extractor makes the same facts of it, in every way in which it was read, and when it names
the same of the names that were looked for in all files. Then nothing that link and the rules are given is different.
"""

from __future__ import annotations

import hashlib
import io
import pickle
from pathlib import Path
from typing import Any

from rtlint.discover import TreeState, read_bytes

MAX_CHANGED = 64
"""Changed files beyond which everything is worked out anew."""


class _Unpickler(pickle.Unpickler):
    """Makes nothing but built-in texts, numbers, lists and mappings."""

    def find_class(self, module: str, name: str) -> Any:
        raise pickle.UnpicklingError(f"{module}.{name} is no part of a tree")


def after_changes(root: Path, tree: bytes, state: TreeState) -> bytes | None:
    """Return what is known of a tree brought up to date, when its verdicts hold; else None.

    Args:
        root: the checked folder.
        tree: what the verdicts rest on, as `Remembering.tree` made it.
        state: the tree as it is now.
    """
    try:
        entries, digests, mentioned, triggers, roles = _Unpickler(io.BytesIO(tree)).load()
        if entries.keys() != state.entries.keys():
            return None
        changed = [path for path, entry in state.entries.items() if entries[path] != entry]
        if len(changed) > MAX_CHANGED:
            return None
        known = _Known(digests, mentioned, triggers, roles)
        if not all(known.says_the_same(root, path, state.entries[path]) for path in changed):
            return None
    except Exception:  # noqa: BLE001 - whatever damaged bytes lead to, the verdicts are worked out anew.
        return None
    kept = (dict(state.entries), digests, mentioned, triggers, roles)
    return pickle.dumps(kept, pickle.HIGHEST_PROTOCOL)


class _Known:
    """What is known of the files of a tree."""

    def __init__(self, digests: Any, mentioned: Any, triggers: Any, roles: Any) -> None:
        self._digests = digests
        self._mentioned = mentioned
        self._triggers = triggers
        self._roles = roles

    def says_the_same(self, root: Path, path: str, entry: tuple[object, ...]) -> bool:
        """Tell whether a changed file gives the same facts and names as before."""
        data = read_bytes(root, path)
        if not isinstance(data, bytes):
            return False
        kind, role = self._roles[path]
        return self._same_names(path, kind, role, data, entry) and all(
            self._same_facts(path, data, bool(entry[0]), *each) for each in self._digests.get(path, ())
        )

    def _same_facts(
        self, path: str, data: bytes, local: bool, kind: str, role: str, force: bool, digest: bytes
    ) -> bool:
        from rtlint.extract import extract
        from rtlint.facts.files import SourceFile
        from rtlint.pipeline.remembering import as_kept

        file = SourceFile(path, kind, role, local, len(data))
        found = extract(file, data, self._triggers, force=force)
        return hashlib.blake2b(as_kept(found), digest_size=16).digest() == digest

    def _same_names(self, path: str, kind: str, role: str, data: bytes, entry: tuple[object, ...]) -> bool:
        if not self._mentioned:
            return True
        from rtlint.facts.files import SourceFile
        from rtlint.pipeline.mentions import mentioned_in, pattern_of

        before = {name for name, paths in self._mentioned.items() if path in paths}
        file = SourceFile(path, kind, role, bool(entry[0]), len(data))
        return mentioned_in(file, pattern_of(self._mentioned), lambda _: data) == before
