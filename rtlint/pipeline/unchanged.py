"""Whether verdicts hold although files have changed: when each changed file says the same as before.

A file says the same when the extractor makes the same facts of it, in every way in which it was read, and when it names
the same of the names that were looked for in all files. Then nothing that link and the rules are given is different.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rtlint.discover import TreeState, read_bytes
from rtlint.discover.files import printable
from rtlint.extract import UTF_16, handles
from rtlint.extract.prefilter import PREFILTERED, may_matter, waits
from rtlint.facts.files import UNREAD_ROLES, SourceFile
from rtlint.pipeline.pickles import load_tree
from rtlint.watched import changed

MAX_CHANGED = 64
"""Changed files beyond which everything is worked out anew."""


def verdicts_hold(root: Path, tree: bytes, numbers: bytes, state: TreeState) -> bool:
    """Tell whether verdicts hold for a tree of which some files have changed.

    Args:
        root: the checked folder.
        tree: what the verdicts rest on, as `Remembering.tree` made it.
        numbers: those of the tree as it was.
        state: the tree as it is now.
    """
    try:
        names, local, *known = load_tree(tree)
        if names != state.names or local != state.local:
            return False
        places = changed(numbers, state.numbers.tobytes())
        return len(places) <= MAX_CHANGED and _Known(root, state, *known).say_the_same(places)
    except Exception:  # noqa: BLE001 - whatever damaged bytes lead to, the verdicts are worked out anew.
        return False


class _Known:
    """What is known of the files of a tree."""

    def __init__(
        self,
        root: Path,
        state: TreeState,
        kinds: Any,
        roles: Any,
        digests: Any,
        mentioned: Any,
        patterns: Any,
        _looks: Any,
        late: Any,
    ) -> None:
        self._root = root
        self._state = state
        self._kinds = kinds
        self._roles = roles
        self._digests = digests
        self._mentioned = mentioned
        self._patterns = patterns
        self._late = late

    def say_the_same(self, numbers: list[int]) -> bool:
        """Tell whether changed files, by their places among the names, give the same facts and names as before."""
        return all(self._kinds[number] == "" or self._says_the_same(number) for number in numbers)

    def _says_the_same(self, number: int) -> bool:
        name = self._state.names[number]
        path = printable(name)
        data = read_bytes(self._root, path)
        if not isinstance(data, bytes):
            return False
        local = name in self._state.local
        file = SourceFile(path, self._kinds[number], self._roles[number], local, len(data))
        return self._same_names(file, data) and self._same_reading(file, data)

    def _same_reading(self, file: SourceFile, data: bytes) -> bool:
        """Tell whether a file is read, or passed over, with the same result."""
        read = self._digests.get(file.path, ())
        passed_over = not any(not force for _, _, force, _ in read)
        if passed_over and handles(file.kind) and file.role not in UNREAD_ROLES and self._matters(file, data):
            return False
        return all(self._same_facts(file, data, *each) for each in read)

    def _matters(self, file: SourceFile, data: bytes) -> bool:
        """Tell whether a file that was passed over, or put off, is to be read now."""
        if file.kind not in PREFILTERED or data.startswith(UTF_16):
            return True
        if not may_matter(file.path, data, self._patterns[file.kind]):
            return False
        return file.kind not in self._late or not waits(file.path, data, self._late[file.kind])

    def _same_facts(self, file: SourceFile, data: bytes, kind: str, role: str, force: bool, digest: bytes) -> bool:
        from rtlint.extract import extract
        from rtlint.pipeline.pickles import digest_of, pickled_facts

        wanted = SourceFile(file.path, kind, role, file.local, file.size)
        if not force and kind in PREFILTERED and not may_matter(file.path, data, self._patterns[kind]):
            return False
        return digest_of(pickled_facts(extract(wanted, data, force=True))) == digest

    def _same_names(self, file: SourceFile, data: bytes) -> bool:
        if not self._mentioned:
            return True
        from rtlint.pipeline.mentions import mentioned_in, pattern_of

        before = {name for name, paths in self._mentioned.items() if file.path in paths}
        return mentioned_in(file, pattern_of(self._mentioned), lambda _: data) == before
