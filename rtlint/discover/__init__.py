r"""discover: from a folder to the files that rtlint may look at, with their kinds and roles.

Nothing is opened here but .gitignore files. Symbolic links are never followed: what they lead to inside the folder is
listed under its own path, and what lies outside is none of rtlint's business.

Paths are texts that can be printed and stored: a byte of a file name that is no UTF-8 is written `\xNN`, a backslash
`\\`. `read_bytes` takes them back to the real name.
"""

from __future__ import annotations

import hashlib
import os
import posixpath
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from rtlint.discover.files import MAX_FILE_BYTES, is_folder, join, printable, read_bytes, real_name, unreadable
from rtlint.discover.kinds import kind_of
from rtlint.discover.listing import Listing, from_git
from rtlint.discover.walk import SKIPPED_FOLDERS, from_walk
from rtlint.facts.files import SourceFile
from rtlint.facts.problem import Problem
from rtlint.roles import compiled, role_of

if TYPE_CHECKING:
    from rtlint.config import Config

__all__ = ["MAX_FILE_BYTES", "Discovery", "TreeState", "discover", "kind_of", "read_bytes", "real_name", "tree_state"]


@dataclass(frozen=True, slots=True)
class Discovery:
    """The files below a root, sorted by path, and what could not be listed."""

    root: Path
    files: tuple[SourceFile, ...]
    problems: tuple[Problem, ...]


def discover(root: Path, config: Config) -> Discovery:
    """List the files of a repository.

    With git: its index, its untracked files that are not ignored, and the submodules that are checked out. Without git,
    or where git does not answer: a walk that respects .gitignore files. Dotenv files that git ignores are listed too,
    marked as local, since they are what runs on this machine; those in build output and in other people's packages are
    not. Other repositories that merely lie in the work tree are left out, and so are links and `node_modules`.

    Args:
        root: the folder, which may lie below the top of a work tree. One that is ignored there is listed all the same.
        config: `exclude` and `roles` hold here.

    Returns:
        Files sorted by path. A folder or file that can't be looked at gives a problem of code RT903; one that is gone
        since git last looked gives nothing.
    """
    tree = _Tree(os.fspath(root))
    excluded = compiled(config.exclude) if config.exclude else None
    files = []
    for name, local, found in tree.files(_listed(tree.root)):
        path = printable(name)
        if not (excluded and excluded.match_file(path)):
            files.append(SourceFile(path, kind_of(path), role_of(path, config.roles), local, found.st_size))
    files.sort(key=lambda file: file.path)
    return Discovery(root, tuple(files), tuple(sorted(tree.problems, key=lambda problem: problem.at)))


@dataclass(frozen=True, slots=True)
class TreeState:
    """What the file system says of a tree, without the contents.

    Attributes:
        digest: of every file's name, size, times and number; equal digests mean equal contents, but for what was
            written at the very moment that the times show.
        newest: the newest of the times, in ns of the clock that files get their times from.
        entries: what the digest is of, by path.
    """

    digest: bytes
    newest: int
    entries: Mapping[str, tuple[object, ...]]


def tree_state(root: Path) -> TreeState | None:
    """Return the state of the files that `discover` would list; None where something of it can't be looked at."""
    tree = _Tree(os.fspath(root))
    newest = 0
    digest = hashlib.blake2b(digest_size=32)
    entries: dict[str, tuple[object, ...]] = {}
    for name, local, found in tree.files(_listed(tree.root)):
        newest = max(newest, found.st_mtime_ns, found.st_ctime_ns)
        entry = (local, found.st_mode, found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)
        entries[printable(name)] = entry
        digest.update(repr((name, entry)).encode("utf-8", "surrogateescape"))
    return None if tree.problems else TreeState(digest.digest(), newest, entries)


@dataclass(slots=True)
class _Tree:
    """Looks at the files of a listing, never through a link."""

    root: str
    problems: list[Problem] = field(default_factory=list)
    _folders: dict[str, bool] = field(default_factory=lambda: {"": True})

    def files(self, listing: Listing) -> Iterator[tuple[str, bool, os.stat_result]]:
        """Return the files of a listing and of the submodules in it: name, whether it is local, what lstat says."""
        self.problems += listing.problems
        for name, local in listing.paths.items():
            found = self._stat(name)
            if found is not None:
                yield name, local, found
            elif self._is_submodule(name):
                yield from self.files(_listed(join(self.root, name)).moved(name))

    def _stat(self, name: str) -> os.stat_result | None:
        """Return what is known of a file without opening it; None for what is gone, a folder, a link or behind one."""
        if not self._is_below(posixpath.dirname(name)):
            return None
        try:
            found = os.lstat(join(self.root, name))
        except (FileNotFoundError, NotADirectoryError):
            return None
        except (OSError, ValueError) as error:
            self.problems.append(unreadable(name, error))
            return None
        return None if stat.S_ISLNK(found.st_mode) or stat.S_ISDIR(found.st_mode) else found

    def _is_submodule(self, name: str) -> bool:
        """Tell whether a listed name is a submodule that is checked out; git lists other repositories with a slash."""
        return not name.endswith("/") and self._is_below(name) and os.path.lexists(join(self.root, name, ".git"))

    def _is_below(self, folder: str) -> bool:
        """Tell whether a folder really lies in the root: an index may name `src/x` where `src` is a link, or `../x`."""
        unknown = []
        while folder not in self._folders:
            unknown.append(folder)
            folder = posixpath.dirname(folder) if folder != "/" else ""
        fits = self._folders[folder]
        for path in reversed(unknown):
            name = posixpath.basename(path)
            fits = fits and name not in {"", ".", "..", *SKIPPED_FOLDERS} and is_folder(join(self.root, path))
            self._folders[path] = fits
        return fits


def _listed(root: str) -> Listing:
    return from_git(root) or from_walk(root)
