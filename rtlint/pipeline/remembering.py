"""Facts that are kept on the disk, and what of verdicts and facts may be kept at all: nothing that holds a secret."""

from __future__ import annotations

import hashlib
import pickle
import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from rtlint.discover import TreeState, read_bytes
from rtlint.extract import extract
from rtlint.facts.files import FileFacts, SourceFile
from rtlint.facts.raw import EnvSet
from rtlint.masking import Masker, is_secret_value
from rtlint.pipeline.analysis import secrets
from rtlint.pipeline.cache import Cache, fact_key, program_state
from rtlint.pipeline.checking import Judged
from rtlint.pipeline.memory import Memory
from rtlint.pipeline.pickles import load_facts
from rtlint.pipeline.verdicts import Verdicts

_LONG = 12
_WORD = re.compile(r"[a-z]+|[A-Z]?[a-z]+")


Extracted = tuple[str, str, bool, bytes]
"""Kind and role of a file, whether an import led to it, and a digest of its facts; an empty one for secrets."""


def as_kept(found: FileFacts) -> bytes:
    """Return the facts of a file as bytes; none for a file that does not matter."""
    return pickle.dumps(found, pickle.HIGHEST_PROTOCOL) if found.relevant else b""


class Remembering(Memory):
    """A memory that looks into a cache, and collects what is new for it.

    Args:
        cache: the cache.
    """

    def __init__(self, cache: Cache) -> None:
        super().__init__()
        self._cache = cache
        self._program = program_state()
        self._new: dict[bytes, bytes] = {}
        self._used: list[bytes] = []
        self._digests: dict[str, list[Extracted]] = {}
        self._triggers: tuple[bytes, ...] = ()

    def get(self, file: SourceFile, data: bytes, triggers: tuple[bytes, ...], *, force: bool) -> FileFacts | None:
        """Return the facts of a file, where its content is known."""
        key = self._key(file, data, triggers, force)
        kept = self._cache.facts([key]).get(key)
        found = _loaded(file, kept) if kept is not None else None
        if found is not None:
            self._used.append(key)
            self._note(file, kept, force)
        return found

    def put(self, file: SourceFile, data: bytes, triggers: tuple[bytes, ...], facts: FileFacts, *, force: bool) -> None:
        """Take the facts of a file, to be kept at the end of the run."""
        self._triggers = triggers or self._triggers
        if secrets(facts.facts):
            self._note(file, None, force)
            return
        kept = as_kept(facts)
        self._new[self._key(file, data, triggers, force)] = kept
        self._note(file, kept, force)

    def _key(self, file: SourceFile, data: bytes, triggers: tuple[bytes, ...], force: bool) -> bytes:
        return fact_key(file, data, b"\0".join(sorted(triggers)), self._program, force=force)

    def _note(self, file: SourceFile, data: bytes | None, force: bool) -> None:
        """Note what a file gave; no digest is kept of a secret."""
        digest = hashlib.blake2b(data, digest_size=16).digest() if data is not None else b""
        self._digests.setdefault(file.path, []).append((file.kind, file.role, force, digest))

    def tree(self, case: Judged, state: TreeState) -> bytes:
        """Return what the verdicts on a tree rest on, file by file, as it is kept."""
        mentioned = {name: tuple(sorted(paths)) for name, paths in case.analysis.mentioned.items()}
        roles = {path: (file.kind, file.role) for path, file in case.analysis.files.items()}
        kept = (dict(state.entries), self._digests, mentioned, self._triggers, roles)
        return pickle.dumps(kept, pickle.HIGHEST_PROTOCOL)

    def keep(self, case: Judged) -> None:
        """Put what is new into the cache, but for what holds a secret."""
        mask = _strict_mask(case)
        new = {key: data for key, data in self._new.items() if not _is_secret(data, mask)}
        self._cache.keep_facts(new, self._used)


def _loaded(file: SourceFile, data: bytes) -> FileFacts | None:
    """Return kept facts; no bytes stand for a file that does not matter. None where they can't be read."""
    if not data:
        return FileFacts(file.path, (), relevant=False)
    try:
        found = load_facts(data)
    except Exception:  # noqa: BLE001 - whatever damaged bytes make of unpickling, the file is read anew.
        return None
    return found if isinstance(found, FileFacts) else None


def _strict_mask(case: Judged) -> Callable[[str], str]:
    """Return a mask of the secrets that are told from words: a password `plane` would be found in half of a project.

    The files that set secrets are never kept, whatever the secrets are.
    """
    values = secrets(case.analysis.facts)
    return Masker(value for value in values if len(value) >= _LONG or not _WORD.fullmatch(value)).mask


def _is_secret(data: bytes, mask: Callable[[str], str]) -> bool:
    text = data.decode("utf-8", "replace")
    return mask(text) != text or is_secret_value(text)


def dumped(found: Verdicts, case: Judged) -> bytes | None:
    """Return verdicts as they are kept; None for such that hold a secret."""
    data = pickle.dumps(
        (
            tuple(replace(finding, proposals=()) for finding in found.findings),
            found.rules,
            found.unresolved,
            found.files,
            found.read,
            found.fail_level,
            found.baseline_file,
            tuple(_secret_files(case)),
        ),
        pickle.HIGHEST_PROTOCOL,
    )
    return None if _is_secret(data, _strict_mask(case)) else data


def _secret_files(case: Judged) -> Iterable[tuple[str, str]]:
    """Return path and kind of each file that sets a secret."""
    paths = {fact.at.path for fact in case.analysis.facts if isinstance(fact, EnvSet) and secrets([fact])}
    for path in sorted(paths):
        yield path, case.analysis.files[path].kind


def mask_of(root: Path, files: Iterable[tuple[str, str]]) -> Callable[[str], str]:
    """Return what hides the secrets that some files set.

    Args:
        root: the checked folder.
        files: path and kind of each file.
    """
    values: set[str] = set()
    for path, kind in files:
        data = read_bytes(root, path)
        if isinstance(data, bytes):
            values |= secrets(extract(SourceFile(path, kind, "app", False, len(data)), data, force=True).facts)
    return Masker(values).mask
