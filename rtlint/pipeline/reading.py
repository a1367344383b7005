"""Reading: from the files of a repository to the facts of each, or to what is in the way."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from rtlint.discover import MAX_FILE_BYTES, read_bytes
from rtlint.extract import can_wait, extract, handles, matters
from rtlint.extract.prefilter import PAGES, SCRIPTS
from rtlint.facts.files import UNREAD_ROLES, FileFacts, SourceFile
from rtlint.facts.raw import Problem
from rtlint.facts.records import dataclass, field
from rtlint.facts.records import dataclass as record
from rtlint.pipeline.bounds import is_left_out, left_out
from rtlint.pipeline.memory import Memory
from rtlint.pipeline.pickles import Content, load_facts, pickled_facts
from rtlint.pipeline.progress import Progress
from rtlint.pipeline.workers import processes, spread

MAX_HELD_BYTES = 32 << 20
"""Contents that are kept in memory; those of further files are read again when they are asked for again."""


@dataclass(slots=True)
class Contents:
    """What is in files; what can't be read is kept as a problem.

    Args:
        root: the folder.
        known: contents that stand in for those on the disk, by path.
    """

    root: Path
    known: dict[str, bytes | None]
    problems: list[Problem] = field(default_factory=list)
    _held: int = 0

    def bytes(self, path: str) -> bytes | None:
        """Return the content of a file, or None when it can't be read."""
        if path in self.known:
            return self.known[path]
        found = read_bytes(self.root, path)
        if isinstance(found, Problem):
            self.refuse(path, found)
            return None
        if self._held + len(found) <= MAX_HELD_BYTES:
            self._held += len(found)
            self.known[path] = found
        return found

    def holds(self, path: str) -> bool:
        """Tell whether the content of a file is in memory."""
        return path in self.known

    def refuse(self, path: str, problem: Problem) -> None:
        """Take note that a file can't be read."""
        self.problems.append(problem)
        self.known[path] = None


@record(frozen=True, slots=True)
class _Look:
    """What a look into a file that may matter gave.

    Attributes:
        key: what memory knows its content by; empty for a file that can't be read, or was put off.
        facts: None where memory has them, or there are none to have.
        pickled: the same facts as bytes, where somebody needs them.
        problem: why it can't be read, where that is new.
    """

    key: bytes
    facts: FileFacts | None
    pickled: bytes = b""
    problem: Problem | None = None


_PUT_OFF = _Look(b"", None)
"""What a look into a file gives that can wait."""

_SENT_PUT_OFF = b"-"

_SCRIPTS = SCRIPTS | PAGES
_YAML = frozenset({"compose", "cable"})


def read_facts(
    files: Sequence[SourceFile],
    contents: Contents,
    memory: Memory,
    triggers: tuple[bytes, ...],
    progress: Progress,
    jobs: int,
    meanwhile: Iterable[Callable[[], object]] = (),
    *,
    complete: bool = True,
    parsed: bool = False,
) -> tuple[dict[str, FileFacts], list[SourceFile]]:
    """Return the facts of the files that hold something which may matter, by path, and the files that were put off.

    Args:
        files: every file of the repository.
        contents: reads them.
        memory: the facts of earlier runs, and then of this one.
        triggers: tokens of rules that make a file worth parsing.
        progress: is told how far the reading is.
        jobs: how many processes may read.
        meanwhile: pieces of work that are done here once the other processes are at work.
        parsed: whether all of the files are parsed, because they were put off before.
        complete: False to put off the files that can wait, until something real-time is found.
    """
    memory.begin(triggers, contents.bytes)
    wanted = [file for file in files if _is_read(file)]
    here = 0

    def look(number: int) -> _Look | None:
        nonlocal here
        progress("reading", min(here * count, len(wanted)), len(wanted))
        here += 1
        return _look(wanted[number], contents, memory, complete=complete)

    count = processes(jobs, wanted, parsed=parsed)
    # The scripts come first: this process may have to read more of them, because imports lead there. Large files come
    # before small ones, so that all processes end at the same time.
    largest = sorted(range(len(wanted)), key=lambda number: -wanted[number].size)
    scripts = [number for number in largest if wanted[number].kind in _SCRIPTS]
    others = [number for number in largest if wanted[number].kind not in _SCRIPTS]
    # What loads YAML is done by one process, which takes it first.
    others.sort(key=lambda number: wanted[number].kind not in _YAML)
    own, sent = spread((scripts, others), look, _packed, count, meanwhile)
    facts: dict[str, FileFacts] = {}
    later: list[SourceFile] = []
    for number, file in enumerate(wanted):
        found = own[number] if number in own else _unpacked(sent[number], contents.bytes)
        if found is None:
            continue
        if found is _PUT_OFF:
            later.append(file)
        elif found.key:
            facts[file.path] = _kept(file, found, contents, memory)
        elif found.problem and number in sent:
            contents.refuse(file.path, found.problem)
    return facts, later


def _is_read(file: SourceFile) -> bool:
    if file.role in UNREAD_ROLES or not handles(file.kind):
        return False
    return file.kind != "lockfile" or file.size <= MAX_FILE_BYTES  # Else the manifest's range has to do.


def _look(file: SourceFile, contents: Contents, memory: Memory, *, complete: bool) -> _Look | None:
    """Look into a file; None when nothing in it can matter."""
    data = contents.bytes(file.path)
    if data is None:
        problem = next((item for item in contents.problems if item.at.path == file.path), None)
        return _Look(b"", None, problem=problem)
    if not matters(file, data, memory.triggers):
        return None
    if not complete and can_wait(file, data, memory.triggers):
        return _PUT_OFF
    key = memory.key(file, data, force=False)
    if memory.knows(key):
        return _Look(key, None)
    facts = left_out(file) or extract(file, data, memory.triggers)
    return _Look(key, facts, pickled_facts(facts) if memory.keeps else b"")


def _packed(found: _Look | None) -> bytes:
    if found is None or found is _PUT_OFF:
        return _SENT_PUT_OFF if found else b""
    pickled = found.pickled or (pickled_facts(found.facts) if found.facts else b"")
    return pickle.dumps((found.key, pickled, found.problem), pickle.HIGHEST_PROTOCOL)


def _unpacked(data: bytes, content: Content) -> _Look | None:
    """Return what another process saw."""
    if data in {b"", _SENT_PUT_OFF}:
        return _PUT_OFF if data else None
    key, pickled, problem = load_facts(data)
    return _Look(key, load_facts(pickled, content) if pickled else None, pickled, problem)


def _kept(file: SourceFile, found: _Look, contents: Contents, memory: Memory) -> FileFacts:
    """Return the facts of a file, from memory or for it."""
    if found.facts is None:
        return memory.get(file, found.key, force=False) or _again(file, contents, memory)
    if not is_left_out(found.facts):
        memory.put(file, found.key, found.facts, force=False, pickled=found.pickled)
    return found.facts


def _again(file: SourceFile, contents: Contents, memory: Memory) -> FileFacts:
    """Return the facts of a file that memory could not give after all."""
    data = contents.bytes(file.path)
    return FileFacts(file.path, (), relevant=False) if data is None else memory.extract(file, data)
