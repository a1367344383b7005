"""The state of a tree: what the file system says of each of its files, without the contents.

Listing a tree costs more than looking at every file of it. What was listed stays listed for as long as no folder, no
.gitignore file and nothing of git's has changed: a folder's time changes whenever a name in it comes or goes
(https://pubs.opengroup.org/onlinepubs/9799919799/basedefs/V1_chap04.html#tag_04_12, "File Times Update").
"""

from __future__ import annotations

import hashlib
import os
import time
from array import array
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from rtlint.discover.files import printable
from rtlint.discover.listing import Listing, git_deciders
from rtlint.discover.tree import Tree
from rtlint.discover.walk import from_walk

WIDTH = 5
"""Numbers that are noted of a file: mode, size, times of content and inode in ns, inode."""

_RACY_NS = 20_000_000
_COARSE_NS = 2_000_000_000


@dataclass(frozen=True)
class TreeState:
    """What the file system says of a tree.

    Attributes:
        names: the files as the file system spells them.
        local: those that git ignores.
        numbers: `WIDTH` numbers for each file.
        started: when the tree was looked at, in ns.
        recalled: whether the listing came from a note.
        note: returns what `tree_state` can be given to list the tree faster the next time, empty when that can't be
            known; one that is not `thorough` gives up where it would take long.
    """

    names: tuple[str, ...]
    local: frozenset[str]
    numbers: array[int]
    started: int
    recalled: bool
    note: Callable[[bool], bytes]

    @cached_property
    def digest(self) -> bytes:
        """A digest of names and numbers: equal ones mean equal contents, but for what `racy` warns of."""
        digest = hashlib.blake2b(_joined(self.names), digest_size=32)
        digest.update(_joined(sorted(self.local)))
        digest.update(self.numbers.tobytes())
        return digest.digest()

    @property
    def racy(self) -> bool:
        """Whether a file may change once more without its times telling: it was written just before the look."""
        return is_racy((*self.numbers[2::WIDTH], *self.numbers[3::WIDTH]), self.started)

    def paths(self) -> list[str]:
        """Return the files as facts spell them, in the order of the names."""
        return list(map(printable, self.names))


def is_racy(times: Iterable[int], started: int) -> bool:
    """Tell whether something was changed so shortly before a moment that a further change could have the same time.

    Args:
        times: when things were changed, in ns.
        started: the moment, in ns.
    """
    newest = max(times, default=0)
    return newest > started - (_COARSE_NS if newest % 1_000_000_000 == 0 else _RACY_NS)


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
    except (OverflowError, ValueError):
        found = None
    try:
        return found or _looked_at(top, started)
    except OverflowError:
        return None


def _looked_at(root: str, started: int) -> TreeState | None:
    from rtlint.discover import listed

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

    def note(thorough: bool) -> bytes:
        return _noted(root, listing, tree, (names, local), started, thorough=thorough)

    return TreeState(tuple(names), frozenset(local), numbers, started, recalled=False, note=note)


def _noted(
    root: str, listing: Listing, tree: Tree, names: tuple[list[str], list[str]], started: int, *, thorough: bool
) -> bytes:
    if tree.submodules or not (thorough or listing.walked):
        return b""
    walked = listing if listing.walked else from_walk(root)
    deciders = sorted({*walked.deciders, *(() if listing.walked else git_deciders(root) or ())})
    folders = sorted({*walked.folders, *tree.folders()})
    numbers = _watched(root, folders, deciders)
    if numbers is None or is_racy((*numbers[0::4], *numbers[1::4]), started):
        return b""
    return _framed(_joined(names[0]), _joined(names[1]), _joined(folders), _joined(deciders), numbers.tobytes())


def _recalled(root: str, kept: bytes, started: int) -> TreeState | None:
    """Return the state of a tree whose listing is known; None when the listing may have changed."""
    joined, hidden, folders, deciders, watched = _unframed(kept)
    now = _watched(root, _parted(folders), _parted(deciders))
    if now is None or now.tobytes() != watched:
        return None
    names = _parted(joined)
    numbers = array("q")
    add, lstat = numbers.extend, os.lstat
    try:
        for name in names:
            found = lstat(f"{root}/{name}")
            add((found.st_mode, found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino))
    except (OSError, ValueError):
        return None
    return TreeState(tuple(names), frozenset(_parted(hidden)), numbers, started, recalled=True, note=lambda _: kept)


def _watched(root: str, folders: Iterable[str], deciders: Iterable[str]) -> array[int] | None:
    """Return what changes when a name in a folder comes or goes, or a decider is written; None for a lost folder."""
    numbers = array("q")
    try:
        for name in folders:
            found = os.lstat(f"{root}/{name}")
            numbers.extend((found.st_mtime_ns, found.st_ctime_ns, found.st_ino, found.st_mode))
    except (OSError, ValueError):
        return None
    for path in deciders:
        try:
            found = os.stat(path)  # noqa: PTH116 - git follows links to its own files, too.
        except (OSError, ValueError):
            numbers.extend((0, 0, 0, 0))
            continue
        numbers.extend((found.st_mtime_ns, found.st_ctime_ns, found.st_ino, found.st_size))
    return numbers


def _joined(names: Iterable[str]) -> bytes:
    return "\0".join(names).encode("utf-8", "surrogateescape")


def _parted(data: bytes) -> list[str]:
    return data.decode("utf-8", "surrogateescape").split("\0") if data else []


def _framed(*parts: bytes) -> bytes:
    return b"".join(len(part).to_bytes(8, "big") + part for part in parts)


def _unframed(data: bytes) -> Iterator[bytes]:
    place = 0
    while place < len(data):
        start = place + 8
        place = start + int.from_bytes(data[place:start], "big")
        yield data[start:place]
