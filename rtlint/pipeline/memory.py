"""Facts of files that were read before: a second run reads anew only what changed."""

from __future__ import annotations

from rtlint.digests import blake2b
from rtlint.extract import extract
from rtlint.facts.files import FileFacts, SourceFile
from rtlint.facts.records import dataclass, field
from rtlint.pipeline.pickles import Content


class Memory:
    """Remembers nothing; others do."""

    triggers: tuple[bytes, ...] = ()
    keeps = False
    """Whether `put` makes use of pickled facts."""

    def begin(self, triggers: tuple[bytes, ...], content: Content) -> None:  # noqa: ARG002
        """Be told, before anything is asked, which further tokens make a file worth parsing, and what reads files."""
        self.triggers = triggers

    def key(self, file: SourceFile, data: bytes, *, force: bool) -> bytes:  # noqa: ARG002
        """Return what the facts of a file are known by: all that they depend on.

        Args:
            file: the file.
            data: its content.
            force: whether it is parsed though the prefilter finds no token.
        """
        return b"-"

    def knows(self, key: bytes) -> bool:  # noqa: ARG002
        """Tell whether `get` is likely to return the facts with a key. May be asked in other processes."""
        return False

    def get(self, file: SourceFile, key: bytes, *, force: bool) -> FileFacts | None:  # noqa: ARG002
        """Return the facts of a file; None when they are not known."""
        return None

    def put(self, file: SourceFile, key: bytes, facts: FileFacts, *, force: bool, pickled: bytes = b"") -> None:
        """Take the facts of a file; `pickled` are the same facts as `pickled_facts` makes them, where that was done."""

    def extract(self, file: SourceFile, data: bytes, *, force: bool = False) -> FileFacts:
        """Return the facts of a file as `rtlint.extract.extract` does, from memory where they are known."""
        key = self.key(file, data, force=force)
        known = self.get(file, key, force=force) if self.knows(key) else None
        if known is not None:
            return known
        facts = extract(file, data, self.triggers, force=force)
        self.put(file, key, facts, force=force)
        return facts


def key_of(file: SourceFile, data: bytes, others: bytes, *, force: bool) -> bytes:
    """Return what tells the facts of one content of a file from others: content, path, kind, and what else decides."""
    digest = blake2b(data, digest_size=20)
    digest.update(repr((file.path, file.kind, force)).encode("utf-8", "surrogateescape"))
    digest.update(others)
    return digest.digest()


@dataclass(slots=True)
class LivingMemory(Memory):
    """Keeps the facts of each file as it was last read, for as long as the process lives."""

    triggers: tuple[bytes, ...] = ()
    _keys: dict[tuple[str, str, bool], bytes] = field(default_factory=dict)
    _facts: dict[bytes, FileFacts] = field(default_factory=dict)

    def key(self, file: SourceFile, data: bytes, *, force: bool) -> bytes:
        """Return what the facts of a file are known by."""
        return key_of(file, data, b"\0".join(sorted(self.triggers)), force=force)

    def knows(self, key: bytes) -> bool:
        """Tell whether the facts with a key are kept."""
        return key in self._facts

    def get(self, file: SourceFile, key: bytes, *, force: bool) -> FileFacts | None:  # noqa: ARG002
        """Return the facts of a file whose content is as it was."""
        return self._facts.get(key)

    def put(
        self,
        file: SourceFile,
        key: bytes,
        facts: FileFacts,
        *,
        force: bool,
        pickled: bytes = b"",  # noqa: ARG002
    ) -> None:
        """Keep the facts of a file in place of those that it had."""
        place = (file.path, file.kind, force)
        self._facts.pop(self._keys.get(place, b""), None)
        self._keys[place] = key
        self._facts[key] = facts
