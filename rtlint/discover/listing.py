"""Listings: the paths below a folder as git tells them."""

from __future__ import annotations

import os
import posixpath
from dataclasses import dataclass, field, replace

from rtlint.discover.files import printable
from rtlint.discover.git import run_git
from rtlint.discover.kinds import kind_of
from rtlint.facts.problem import Problem
from rtlint.facts.site import Site
from rtlint.roles import is_foreign

_LOCAL = (":(glob)**/*.[eE][nN][vV]*", ":(glob)**/*[eE][nN][vV].*")
"""What a dotenv file's name looks like; `icase` covers nothing below the top of a work tree (git 2.39)."""


@dataclass(slots=True)
class Listing:
    """Paths as the file system spells them, each with whether it is local, and what could not be listed."""

    paths: dict[str, bool] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def moved(self, folder: str) -> Listing:
        """Return the same listing as seen from above the folder that it is of."""
        paths = {f"{folder}/{path}": local for path, local in self.paths.items()}
        return Listing(paths, [replace(problem, at=_moved(problem.at, folder)) for problem in self.problems])


def _moved(at: Site, folder: str) -> Site:
    return at._replace(path=posixpath.normpath(f"{printable(folder)}/{at.path}"))


def is_local(name: str) -> bool:
    """Tell whether a file that git ignores is listed all the same: a dotenv file that is no build output."""
    return kind_of(name) == "dotenv" and not is_foreign(posixpath.dirname(name))


def from_git(root: str) -> Listing | None:
    """Return what git lists; None where it does not answer, or lists nothing, as in a folder that it ignores."""
    listed = _git(root, "--cached", "--others", "--exclude-standard")
    if not listed:
        return None
    hidden = _git(root, "--others", "--ignored", "--exclude-standard", "--", *_LOCAL)
    if hidden is None:
        return None
    return Listing({name: True for name in hidden if is_local(name)} | dict.fromkeys(listed, False))


def _git(root: str, *options: str) -> list[str] | None:
    found = run_git(root, "ls-files", "-z", *options)
    return None if found is None else [os.fsdecode(name) for name in found.split(b"\0") if name]
