"""What the file system says of files and folders, as numbers by which two states of a tree are told apart.

This module and `rtlint.answers` are all that a run with a remembered answer loads, so they import next to nothing.
"""

from __future__ import annotations

import os
import sys
from array import array
from collections.abc import Iterable, Iterator, Sequence

WIDTH = 5
"""Numbers that are noted of a file: mode, size, times of content and inode in ns, inode."""

_RACY_NS = 20_000_000
_COARSE_NS = 2_000_000_000


def cache_folder() -> str | None:
    """Return the folder of the cache; None where the user has none, or wants none (`RTLINT_NO_CACHE`).

    `RTLINT_CACHE_DIR`, else `rtlint` in `XDG_CACHE_HOME`, else in `~/.cache`
    (https://specifications.freedesktop.org/basedir-spec/latest/).
    """
    if os.environ.get("RTLINT_NO_CACHE"):
        return None
    own = os.environ.get("RTLINT_CACHE_DIR")
    if own:
        return own
    shared = os.environ.get("XDG_CACHE_HOME", "")
    if os.path.isabs(shared):  # noqa: PTH117 - pathlib alone takes longer to load than the answer takes to find.
        return f"{shared}/rtlint"
    home = os.environ.get("HOME") or os.environ.get("USERPROFILE")
    return f"{home}/.cache/rtlint" if home else None


PRIME = (1 << 61) - 1
"""What the rest is taken of that names a file of the cache: a digest takes longer to load."""

DATABASE_FORMAT = 3
"""Raised when what is kept in databases changes its form."""


def database_of(folder: str, root: str) -> str:
    """Return the database of what is remembered of a folder; should two share one, neither takes what is the other's.

    Args:
        folder: that of the cache.
        root: the real path of the checked folder.
    """
    name = f"{int.from_bytes(os.fsencode(root), 'big') % PRIME:016x}"
    return f"{folder}/{name}.{DATABASE_FORMAT}.sqlite"


def numbers_of_files(root: str, names: Iterable[str]) -> array[int]:
    """Return `WIDTH` numbers for each file.

    Raises:
        OSError: one of them is gone.
        OverflowError: a number has more than 63 bits.
    """
    numbers = array("q")
    add, lstat = numbers.extend, os.lstat
    for name in names:
        found = lstat(f"{root}/{name}")
        add((found.st_mode, found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino))
    return numbers


def numbers_of_places(root: str, folders: Iterable[str], deciders: Iterable[str]) -> array[int]:
    """Return four numbers for each folder and decider: two times, which change when a name in a folder comes or goes.

    https://pubs.opengroup.org/onlinepubs/9799919799/basedefs/V1_chap04.html, "File Times Update".

    Args:
        root: what the folders are below.
        folders: folders, by their paths from the root.
        deciders: files and folders that need not be there, by their absolute paths.

    Raises:
        OSError: a folder is gone.
        OverflowError: a number has more than 63 bits.
    """
    numbers = array("q")
    for name in folders:
        found = os.lstat(f"{root}/{name}")
        numbers.extend((found.st_mtime_ns, found.st_ctime_ns, found.st_ino, found.st_mode))
    for path in deciders:
        try:
            found = os.stat(path)  # noqa: PTH116 - who reads these follows links, too.
        except (OSError, ValueError):
            numbers.extend((0, 0, 0, 0))
            continue
        numbers.extend((found.st_mtime_ns, found.st_ctime_ns, found.st_ino, found.st_size))
    return numbers


def changed(before: bytes, now: bytes) -> list[int]:
    """Return the places of the files whose numbers differ, given the bytes of all numbers."""
    width = WIDTH * array("q").itemsize
    if len(before) != len(now):
        return list(range(len(now) // width))
    starts = range(0, len(now), width)
    return [start // width for start in starts if before[start : start + width] != now[start : start + width]]


def is_racy(times: Sequence[int], started: int) -> bool:
    """Tell whether something was changed so shortly before a moment that a further change could have the same time.

    Args:
        times: when things were changed, in ns.
        started: the moment, in ns.
    """
    newest = max(times, default=0)
    return newest > started - (_COARSE_NS if newest % 1_000_000_000 == 0 else _RACY_NS)


def program_places() -> tuple[list[str], list[str]]:
    """Return the folders and the files of rtlint itself, by their absolute paths."""
    top = os.path.dirname(os.path.abspath(__file__))  # noqa: PTH100, PTH120
    pending = [top]
    if not os.path.isdir(f"{top}/_rules"):  # noqa: PTH112
        pending.append(f"{os.path.dirname(top)}/rules")  # noqa: PTH120
    folders: list[str] = []
    files: list[str] = []
    while pending:
        folder = pending.pop()
        folders.append(folder)
        with os.scandir(folder) as entries:
            for entry in sorted(entries, key=lambda entry: entry.name):
                if entry.is_dir(follow_symlinks=False):
                    if entry.name != "__pycache__":
                        pending.append(entry.path)
                elif entry.name.endswith((".py", ".sql", ".yaml", ".css")):
                    files.append(entry.path)
    return folders, files


def program_state() -> bytes:
    """Return what tells one state of rtlint's own files from another: 16 bytes, of their sizes and times."""
    if not _program_state:
        from rtlint.digests import blake2b

        digest = blake2b(sys.version.encode(), digest_size=16)
        for path in program_places()[1]:
            digest.update(stat_of(path))
        _program_state.append(digest.digest())
    return _program_state[0]


_program_state: list[bytes] = []
"""The state when it was first asked for: what is loaded later is as old as what is loaded already, or breaks anyway."""


def stat_of(path: str) -> bytes:
    """Return what tells one state of a file from another, or that it is not there."""
    try:
        found = os.stat(path)  # noqa: PTH116
    except OSError:
        return f"{path}\0".encode("utf-8", "surrogateescape")
    return repr((path, found.st_size, found.st_mtime_ns, found.st_ino)).encode("utf-8", "surrogateescape")


def joined(names: Iterable[str]) -> bytes:
    """Return names, none of them empty, as bytes for `parted`."""
    return "\0".join(names).encode("utf-8", "surrogateescape")


def parted(data: bytes) -> list[str]:
    """Return the names that `joined` put together."""
    return data.decode("utf-8", "surrogateescape").split("\0") if data else []


def framed(*parts: bytes) -> bytes:
    """Return parts as one piece for `unframed`."""
    return b"".join(len(part).to_bytes(8, "big") + part for part in parts)


def unframed(data: bytes) -> Iterator[bytes]:
    """Yield the parts that `framed` put together."""
    place = 0
    while place < len(data):
        start = place + 8
        place = start + int.from_bytes(data[place:start], "big")
        yield data[start:place]
