"""Facts of files that were read before: a second run reads anew only what changed."""

from __future__ import annotations

from dataclasses import dataclass, field

from rtlint.extract import extract
from rtlint.facts.files import FileFacts, SourceFile


@dataclass(slots=True)
class Memory:
    """Keeps the facts of each file with the content that they came from, for as long as the process lives."""

    _known: dict[tuple[str, str, bool], tuple[bytes, tuple[bytes, ...], FileFacts]] = field(default_factory=dict)

    def extract(
        self, file: SourceFile, data: bytes, triggers: tuple[bytes, ...] = (), *, force: bool = False
    ) -> FileFacts:
        """Return the facts of a file as `rtlint.extract.extract` does, from memory where nothing changed."""
        key = (file.path, file.kind, force)
        known = self._known.get(key)
        if known is not None and known[0] == data and known[1] == triggers:
            return known[2]
        facts = extract(file, data, triggers, force=force)
        self._known[key] = (data, triggers, facts)
        return facts
