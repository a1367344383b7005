"""The files of a listing, as the file system shows them."""

from __future__ import annotations

import os
import posixpath
import stat
from collections.abc import Iterator

from rtlint.discover.files import is_folder, join, unreadable
from rtlint.discover.listing import Listing
from rtlint.discover.walk import SKIPPED_FOLDERS
from rtlint.facts.problem import Problem
from rtlint.facts.records import dataclass, field


@dataclass(slots=True)
class Tree:
    """Looks at the files of a listing, never through a link.

    Attributes:
        root: the folder.
        problems: what could not be looked at.
        submodules: the submodules that were entered.
    """

    root: str
    problems: list[Problem] = field(default_factory=list)
    submodules: list[str] = field(default_factory=list)
    _folders: dict[str, bool] = field(default_factory=lambda: {"": True})

    def files(self, listing: Listing) -> Iterator[tuple[str, bool, os.stat_result]]:
        """Return the files of a listing and of the submodules in it: name, whether it is local, what lstat says."""
        self.problems += listing.problems
        self._folders.update(dict.fromkeys(listing.folders, True))  # The walk has entered them, and enters no link.
        for name, local in listing.paths.items():
            found = self._stat(name)
            if found is not None:
                yield name, local, found
            elif self._is_submodule(name):
                from rtlint.discover.discovery import listed

                self.submodules.append(name)
                yield from self.files(listed(join(self.root, name)).moved(name))

    def folders(self) -> Iterator[str]:
        """Return the folders that files were looked at in, and those around them."""
        return (folder for folder, fits in self._folders.items() if fits)

    def _stat(self, name: str) -> os.stat_result | None:
        """Return what is known of a file without opening it; None for what is gone, a folder, a link or behind one."""
        folder = name[: max(name.rfind("/"), 0)]
        if not (self._folders.get(folder) or self._is_below(folder)):
            return None
        try:
            found = os.lstat(f"{self.root}/{name}")
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
