"""Facts of files that were read before: a second run reads anew only what changed."""

from __future__ import annotations

from dataclasses import dataclass, field

from rtlint.extract import extract
from rtlint.facts.files import FileFacts, SourceFile


class Memory:
    """Remembers nothing; others do."""

    def get(
        self,
        file: SourceFile,  # noqa: ARG002
        data: bytes,  # noqa: ARG002
        triggers: tuple[bytes, ...],  # noqa: ARG002
        *,
        force: bool,  # noqa: ARG002
    ) -> FileFacts | None:
        """Return the facts of a file with this content, None when they are not known.

        Args:
            file: the file.
            data: its content.
            triggers: further tokens that make a file worth parsing.
            force: whether it is parsed though the prefilter finds no token.
        """
        return None

    def put(
        self,
        file: SourceFile,
        data: bytes,
        triggers: tuple[bytes, ...],
        facts: FileFacts,
        *,
        force: bool,
        pickled: bytes = b"",
    ) -> None:
        """Take the facts of a file; `pickled` are the same facts as `pickled_facts` makes them, where that was done."""

    def extract(
        self, file: SourceFile, data: bytes, triggers: tuple[bytes, ...] = (), *, force: bool = False
    ) -> FileFacts:
        """Return the facts of a file as `rtlint.extract.extract` does, from memory where they are known."""
        known = self.get(file, data, triggers, force=force)
        if known is not None:
            return known
        facts = extract(file, data, triggers, force=force)
        self.put(file, data, triggers, facts, force=force)
        return facts


@dataclass(slots=True)
class LivingMemory(Memory):
    """Keeps the facts of each file with the content that they came from, for as long as the process lives."""

    _known: dict[tuple[str, str, bool], tuple[bytes, tuple[bytes, ...], FileFacts]] = field(default_factory=dict)

    def get(self, file: SourceFile, data: bytes, triggers: tuple[bytes, ...], *, force: bool) -> FileFacts | None:
        """Return the facts of a file whose content is as it was."""
        known = self._known.get((file.path, file.kind, force))
        return known[2] if known is not None and known[0] == data and known[1] == triggers else None

    def put(
        self,
        file: SourceFile,
        data: bytes,
        triggers: tuple[bytes, ...],
        facts: FileFacts,
        *,
        force: bool,
        pickled: bytes = b"",  # noqa: ARG002
    ) -> None:
        """Keep the facts of a file in place of those that it had."""
        self._known[file.path, file.kind, force] = (data, triggers, facts)
