"""Listings: the paths below a folder as git tells them."""

from __future__ import annotations

import os
import posixpath
from dataclasses import dataclass, field, replace
from pathlib import Path

from rtlint.discover.files import printable
from rtlint.discover.kinds import kind_of
from rtlint.facts.raw import Problem
from rtlint.facts.site import Site
from rtlint.roles import is_foreign

GIT_SECONDS = 30
"""How long git may take to list a work tree before the folder is walked without it."""

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
    """Run `git ls-files` so that nothing which the repository configures is run.

    `core.fsmonitor` names a program that plain `git ls-files` starts, and a partial clone may fetch what its index
    lacks by a command that its remote names: https://git-scm.com/docs/git-config, https://git-scm.com/docs/git.
    """
    import subprocess

    program = _git_program(root)
    if program is None:
        return None
    safe = ("--no-pager", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null")
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    environment |= {"GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1", "GIT_ALLOW_PROTOCOL": "", "LC_ALL": "C"}
    try:
        done = subprocess.run(
            [program, *safe, "ls-files", "-z", *options],
            cwd=root,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=GIT_SECONDS,
        )
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None
    return None if done.returncode else [os.fsdecode(name) for name in done.stdout.split(b"\0") if name]


def _git_program(root: str) -> str | None:
    """Return the path of git, if it is installed outside of the analysed folder.

    An entry of PATH that is relative, or lies in the folder, would run a program of the repository.
    """
    import shutil

    here = Path(root).resolve()
    folders = [folder for folder in os.get_exec_path() if Path(folder).is_absolute()]
    outside = [folder for folder in folders if not Path(folder).resolve().is_relative_to(here)]
    found = shutil.which("git", path=os.pathsep.join(outside))
    return found if found and Path(found).is_absolute() else None
