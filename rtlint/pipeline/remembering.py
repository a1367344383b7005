"""Facts that are kept on the disk, and what of verdicts and facts may be kept at all: nothing that holds a secret."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterable
from pathlib import Path

from rtlint.discover import TreeState, read_bytes
from rtlint.extract import extract
from rtlint.extract.prefilter import PREFILTERED, PUT_OFF, Waiting
from rtlint.extract.triggers import pattern_of, quick_look, waiting_beside, waiting_of
from rtlint.facts.files import FileFacts, SourceFile
from rtlint.facts.records import replace
from rtlint.masking import QUICK_LOOK, Masker, is_secret_value
from rtlint.patterns import regex
from rtlint.pipeline.analysis import secrets
from rtlint.pipeline.cache import Cache
from rtlint.pipeline.checking import Judged
from rtlint.pipeline.memory import Memory, key_of
from rtlint.pipeline.pickles import Content, digest_of, load_facts, pickled_facts
from rtlint.pipeline.verdicts import Verdicts
from rtlint.watched import program_state
from rtlint.words import searcher, searcher_of

_LONG = 12
_WORD = regex(r"[a-z]+|[A-Z]?[a-z]+")


Extracted = tuple[str, str, bool, bytes]
"""Kind and role of a file, whether an import led to it, and a digest of its facts; an empty one for secrets."""


class Remembering(Memory):
    """A memory that looks into a cache, and collects what is new for it.

    Args:
        cache: the cache.
    """

    keeps = True

    def __init__(self, cache: Cache) -> None:
        super().__init__()
        self._cache = cache
        self._program = program_state()
        self._new: dict[bytes, bytes] = {}
        self._used: list[bytes] = []
        self._digests: dict[str, list[Extracted]] = {}
        self._known: frozenset[bytes] = frozenset()
        self._holds_secret: Callable[[bytes], bool] = lambda _: True
        self._content: Content = lambda _: None

    def begin(self, triggers: tuple[bytes, ...], content: Content) -> None:
        """Look up which files are known."""
        super().begin(triggers, content)
        self._content = content
        self._known = self._cache.fact_keys()

    def key(self, file: SourceFile, data: bytes, *, force: bool) -> bytes:
        """Return what the facts of a file are known by."""
        return key_of(file, data, b"\0".join((*sorted(self.triggers), self._program)), force=force)

    def knows(self, key: bytes) -> bool:
        """Tell whether the cache has the facts with a key."""
        return key in self._known

    def get(self, file: SourceFile, key: bytes, *, force: bool) -> FileFacts | None:
        """Return the facts of a file, where its content is known."""
        kept = self._cache.fact(key) if self.knows(key) else None
        found = _loaded(kept, self._content) if kept is not None else None
        if found is not None and kept is not None:
            self._used.append(key)
            self._note(file, kept, force)
        return found

    def put(self, file: SourceFile, key: bytes, facts: FileFacts, *, force: bool, pickled: bytes = b"") -> None:
        """Take the facts of a file, to be kept at the end of the run."""
        if secrets(facts.facts):
            self._note(file, None, force)
            return
        kept = pickled or pickled_facts(facts)
        self._new[key] = kept
        self._note(file, kept, force)

    def _note(self, file: SourceFile, pickled: bytes | None, force: bool) -> None:
        """Note what a file gave; no digest is kept of a secret."""
        digest = digest_of(pickled) if pickled is not None else b""
        self._digests.setdefault(file.path, []).append((file.kind, file.role, force, digest))

    def tree(self, case: Judged, state: TreeState) -> bytes:
        """Return what the verdicts on a tree rest on, file by file, as it is kept.

        A file that the configuration leaves out has an empty kind.
        """
        mentioned = {name: tuple(sorted(paths)) for name, paths in case.analysis.mentioned.items()}
        files = [case.analysis.files.get(path) for path in state.paths]
        kinds = [file.kind if file else "" for file in files]
        roles = [file.role if file else "" for file in files]
        patterns = {kind: pattern_of(kind, self.triggers) for kind in PREFILTERED & set(kinds)}
        looks = {kind: quick_look(kind, self.triggers) for kind in patterns}
        late = self._late(case)
        kept = (state.names, state.local, kinds, roles, self._digests, mentioned, patterns, looks, late)
        return pickle.dumps(kept, pickle.HIGHEST_PROTOCOL)

    def _late(self, case: Judged) -> dict[str, Waiting]:
        """Return what tells which files of each kind were put off, and stay so when they change."""
        if not case.analysis.complete:
            return {kind: waiting_of(kind, self.triggers) for kind in PUT_OFF}
        names = case.analysis.reaching
        found = {kind: waiting_beside(kind, self.triggers, names) for kind in PUT_OFF} if names is not None else {}
        return {kind: waiting for kind, waiting in found.items() if waiting is not None}

    def keep(self, case: Judged) -> None:
        """Put what is new into the cache, but for what holds a secret."""
        self._holds_secret = _secrecy(case)
        new = {key: data for key, data in self._new.items() if not self._holds_secret(data)}
        self._cache.keep_facts(new, self._used)

    def dumped(self, found: Verdicts, case: Judged) -> bytes | None:
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
        return None if self._holds_secret(data) else data


def _loaded(data: bytes, content: Content) -> FileFacts | None:
    """Return kept facts; None where they can't be read."""
    try:
        found = load_facts(data, content)
    except Exception:  # noqa: BLE001 - whatever damaged bytes make of unpickling, the file is read anew.
        return None
    return found if isinstance(found, FileFacts) else None


def _secrecy(case: Judged) -> Callable[[bytes], bool]:
    """Return what tells whether pickled data hold a secret: by its form, or one that the repository sets.

    The secrets are those that are told from words: a password `plane` would be found in half of a project. The files
    that set secrets are never kept, whatever the secrets are.
    """
    values = case.analysis.secrets
    told = Masker(value for value in values if len(value) >= _LONG or not _WORD.fullmatch(value)).secrets
    known = searcher_of(text.encode("utf-8", "surrogatepass") for text in told)
    likely = searcher(QUICK_LOOK)

    def holds_secret(data: bytes) -> bool:
        return bool(known(data)) or (bool(likely(data)) and is_secret_value(data.decode("utf-8", "replace")))

    return holds_secret


def _secret_files(case: Judged) -> Iterable[tuple[str, str]]:
    """Return path and kind of each file that sets a secret."""
    for path in sorted({fact.at.path for sets in case.analysis.secrets.values() for fact in sets}):
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
            values |= secrets(extract(SourceFile(path, kind, "app", False, len(data)), data, force=True).facts).keys()
    return Masker(values).mask
