"""The state of a tree: what the file system says of each of its files, without the contents.

Listing a tree costs more than looking at every file of it. What was listed stays listed for as long as no folder, no
.gitignore file and nothing of git's has changed: a folder's time changes whenever a name in it comes or goes
(https://pubs.opengroup.org/onlinepubs/9799919799/basedefs/V1_chap04.html#tag_04_12, "File Times Update").
"""

from __future__ import annotations

import os
import sys
import time
from array import array
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from rtlint.digests import blake2b
from rtlint.discover.files import printable
from rtlint.facts.records import dataclass, field
from rtlint.watched import WIDTH, framed, is_racy, joined, numbers_of_files, numbers_of_places, parted, unframed

if TYPE_CHECKING:
    from rtlint.discover.listing import Listing
    from rtlint.discover.tree import Tree


@dataclass(frozen=True, slots=True)
class TreeState:
    """What the file system says of a tree.

    Attributes:
        names: the files as the file system spells them.
        local: those that git ignores.
        numbers: `WIDTH` numbers for each file.
        started: when the tree was looked at, in ns.
        recalled: whether the listing came from a note.
        marks: kind and role of each file by the words of its path, where they are known already.
        note: returns what `tree_state` can be given to list the tree faster the next time, empty when that can't be
            known.
    """

    names: tuple[str, ...]
    local: frozenset[str]
    numbers: array[int]
    started: int
    recalled: bool
    note: Callable[[], bytes]
    marks: tuple[tuple[str, str], ...] = ()
    _paths: list[tuple[str, ...]] = field(default_factory=list)
    _digests: list[bytes] = field(default_factory=list)

    @property
    def digest(self) -> bytes:
        """A digest of names and numbers: equal ones mean equal contents, but for what `racy` warns of."""
        if not self._digests:
            digest = blake2b(joined(self.names), digest_size=32)
            digest.update(joined(sorted(self.local)))
            digest.update(self.numbers.tobytes())
            self._digests.append(digest.digest())
        return self._digests[0]

    @property
    def racy(self) -> bool:
        """Whether a file may change once more without its times telling: it was written just before the look."""
        return is_racy((*self.numbers[2::WIDTH], *self.numbers[3::WIDTH]), self.started)

    @property
    def paths(self) -> tuple[str, ...]:
        """The files as facts spell them, in the order of the names."""
        if not self._paths:
            self._paths.append(tuple(map(printable, self.names)))
        return self._paths[0]


def tree_state(root: Path, kept: bytes = b"") -> TreeState | None:
    """Return the state of the files that `discover` would list; None where something of it can't be looked at.

    Args:
        root: the folder.
        kept: the `listing` of an earlier state of the same folder.
    """
    started = time.time_ns()
    top = os.fspath(root)
    try:
        found = _recalled(top, kept, started) if kept else None
    except (OSError, OverflowError, ValueError):
        found = None
    try:
        return found or _looked_at(top, started)
    except OverflowError:
        return None


def _looked_at(root: str, started: int) -> TreeState | None:
    from rtlint.discover.discovery import listed
    from rtlint.discover.tree import Tree

    tree = Tree(root)
    names: list[str] = []
    local: list[str] = []
    numbers = array("q")
    listing = listed(root)
    for name, hidden, found in tree.files(listing):
        names.append(name)
        if hidden:
            local.append(name)
        numbers.extend((found.st_mode, found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino))
    if tree.problems:
        return None

    def note() -> bytes:
        return _noted(root, listing, tree, (names, local), started)

    return TreeState(tuple(names), frozenset(local), numbers, started, recalled=False, note=note)


def _noted(root: str, listing: Listing, tree: Tree, names: tuple[list[str], list[str]], started: int) -> bytes:
    if tree.submodules or listing.deciders is None:
        return b""
    deciders = sorted(set(listing.deciders))
    folders = sorted({*listing.folders, *tree.folders()})
    try:
        numbers = numbers_of_places(root, folders, deciders)
    except (OSError, ValueError, OverflowError):
        return b""
    if is_racy((*numbers[0::4], *numbers[1::4]), started):
        return b""
    return framed(joined(names[0]), joined(names[1]), joined(folders), joined(deciders), numbers.tobytes())


def _recalled(root: str, kept: bytes, started: int) -> TreeState | None:
    """Return the state of a tree whose listing is known; None when the listing may have changed."""
    known, hidden, folders, deciders, watched = unframed(kept)
    if numbers_of_places(root, parted(folders), parted(deciders)).tobytes() != watched:
        return None
    names = parted(known)
    numbers = numbers_of_files(root, names)
    return TreeState(tuple(names), frozenset(parted(hidden)), numbers, started, recalled=True, note=lambda: kept)


def sent(state: TreeState) -> bytes:
    """Return a state for `received`, with the marks of its files."""
    from rtlint.discover.discovery import marks_of

    marks = joined(map(" ".join, marks_of(state.paths)))
    started = state.started.to_bytes(8, "big")
    return framed(joined(state.names), joined(state.local), state.numbers.tobytes(), started, state.note(), marks)


def received(data: bytes) -> TreeState:
    """Return the state that another process has sent."""
    names, local, counted, started, note, marks = unframed(data)
    numbers = array("q")
    numbers.frombytes(counted)
    known: dict[str, tuple[str, str]] = {}
    for mark in parted(marks):
        if mark not in known:
            kind, role = mark.split()
            known[mark] = sys.intern(kind), sys.intern(role)
    return TreeState(
        tuple(parted(names)),
        frozenset(parted(local)),
        numbers,
        int.from_bytes(started, "big"),
        recalled=False,
        note=lambda: note,
        marks=tuple(map(known.__getitem__, parted(marks))),
    )
