"""Listings: the paths below a folder as git tells them."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Callable
from pathlib import Path

from rtlint.discover.files import printable
from rtlint.discover.git import run_git_at_once
from rtlint.discover.kinds import kind_of
from rtlint.facts.problem import Problem
from rtlint.facts.records import dataclass, field, replace
from rtlint.facts.site import Site
from rtlint.roles import is_foreign


@dataclass(slots=True)
class Listing:
    """What is below a folder.

    Attributes:
        paths: the files as the file system spells them, each with whether it is local.
        problems: what could not be listed.
        folders: every folder that was entered.
        deciders: the files that decide what is listed, or would if they were there, by their absolute paths; None where
            they are not known.
    """

    paths: dict[str, bool] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    folders: list[str] = field(default_factory=list)
    deciders: list[str] | None = field(default_factory=list)

    def moved(self, folder: str) -> Listing:
        """Return the same listing as seen from above the folder that it is of."""
        paths = {f"{folder}/{path}": local for path, local in self.paths.items()}
        return Listing(paths, [replace(problem, at=_moved(problem.at, folder)) for problem in self.problems])


def _moved(at: Site, folder: str) -> Site:
    return at._replace(path=posixpath.normpath(f"{printable(folder)}/{at.path}"))


def is_local(name: str) -> bool:
    """Tell whether a file that git ignores is listed all the same: a dotenv file that is no build output."""
    return "env" in name.lower() and kind_of(name) == "dotenv" and not is_foreign(posixpath.dirname(name))


def from_git(root: str, walk: Callable[[], Listing]) -> Listing | None:
    """Return what git lists; None where it does not answer, or lists nothing, as in a folder that it ignores.

    Dotenv files that git ignores are found by a walk, which knows what not to enter: asked for ignored files, git looks
    into every package that is installed.

    Args:
        root: the folder.
        walk: lists the dotenv files of the folder without git.
    """
    top = work_tree(root)
    if top is None:
        return None
    walked = Listing()

    def look() -> None:
        nonlocal walked
        walked = walk()

    asked = ("ls-files", "-z", "--cached", "--others", "--exclude-standard")
    found, settings = run_git_at_once(root, asked, ("config", "--list", "--show-origin", "-z"), meanwhile=look)
    listed = _names(found)
    if not listed:
        return None
    seen = set(listed)
    paths = {name: True for name in walked.paths if name not in seen and is_local(name)}
    deciders = _git_deciders(root, top, settings)
    known = None if deciders is None or walked.deciders is None else [*walked.deciders, *deciders]
    return Listing(paths | dict.fromkeys(listed, False), [], walked.folders, known)


def _names(found: bytes | None) -> list[str] | None:
    return None if found is None else [os.fsdecode(name) for name in found.split(b"\0") if name]


def work_tree(root: str) -> Path | None:
    """Return the folder with the repository that a folder lies in, by its `.git`; None outside of one."""
    real = Path(root).resolve()
    return next((folder for folder in (real, *real.parents) if os.path.lexists(folder / ".git")), None)


def _git_deciders(root: str, top: Path, settings: bytes | None) -> list[str] | None:
    """Return the files that decide what git lists, beside .gitignore files; None where they can't be known.

    These are the index, the repository's own excludes, each configuration file that git reads, and the excludes that
    these name: https://git-scm.com/docs/gitignore, https://git-scm.com/docs/git-config#FILES.
    """
    if settings is None or not (top / ".git").is_dir():
        return None
    folder = top / ".git"
    home = Path(os.environ.get("HOME") or "/")
    shared = Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config") / "git"
    found = [folder / "index", folder / "config", folder / "config.worktree", folder / "info" / "exclude"]
    found += [home / ".gitconfig", shared / "config", shared / "ignore", Path("/etc/gitconfig")]
    words = settings.split(b"\0")
    for origin, setting in zip(words[0::2], words[1::2], strict=False):
        if origin.startswith(b"file:"):
            found.append(Path(root, os.fsdecode(origin.removeprefix(b"file:"))))
        key, _, value = setting.partition(b"\n")
        if key.lower() == b"core.excludesfile":
            found.append(Path(root, os.path.expanduser(os.fsdecode(value))))  # noqa: PTH111 - as git does: `~name`, too.
    return [os.fspath(path) for path in found]
