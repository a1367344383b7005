"""From a folder to its files, with their kinds and roles."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from rtlint.discover.files import printable
from rtlint.discover.kinds import kind_of
from rtlint.discover.listing import Listing, from_git
from rtlint.discover.state import TreeState
from rtlint.discover.tree import Tree
from rtlint.discover.walk import from_walk
from rtlint.facts.files import SourceFile
from rtlint.facts.problem import Problem
from rtlint.facts.records import dataclass
from rtlint.roles import compiled, is_ordinary, role_of
from rtlint.watched import WIDTH

if TYPE_CHECKING:
    from rtlint.config import Config


@dataclass(frozen=True, slots=True)
class Discovery:
    """The files below a root, sorted by path, and what could not be listed."""

    root: Path
    files: tuple[SourceFile, ...]
    problems: tuple[Problem, ...]


def discover(root: Path, config: Config, state: TreeState | None = None) -> Discovery:
    """List the files of a repository.

    With git: its index, its untracked files that are not ignored, and the submodules that are checked out. Without git,
    or where git does not answer: a walk that respects .gitignore files. Dotenv files that git ignores are listed too,
    marked as local, since they are what runs on this machine; those in build output and in other people's packages are
    not. Other repositories that merely lie in the work tree are left out, and so are links and `node_modules`.

    Args:
        root: the folder, which may lie below the top of a work tree. One that is ignored there is listed all the same.
        config: `exclude` and `roles` hold here.
        state: what the tree was found to be a moment ago, so that it is not looked at again.

    Returns:
        Files sorted by path. A folder or file that can't be looked at gives a problem of code RT903; one that is gone
        since git last looked gives nothing.
    """
    entries, problems = (_known(state), ()) if state is not None else _looked_at(root)
    excluded = compiled(config.exclude) if config.exclude else None
    files = []
    for path, local, size, mark in entries:
        if not (excluded and excluded.match_file(path)):
            kind, role = mark or mark_of(path)
            role = role_of(path, config.roles) if config.roles else role
            files.append(SourceFile(path, kind, role, local, size))
    files.sort(key=lambda file: file.path)
    return Discovery(root, tuple(files), tuple(sorted(problems, key=lambda problem: problem.at)))


def mark_of(path: str) -> tuple[str, str]:
    """Return the kind and the role of a file by the words of its path."""
    return kind_of(path), role_of(path)


def marks_of(paths: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield what `mark_of` returns for each path; it is the same for files with ordinary names and the same ending."""
    known: dict[tuple[str, str], tuple[str, str]] = {}
    for path in paths:
        folder, _, name = path.rpartition("/")
        if not is_ordinary(name):
            yield mark_of(path)
            continue
        alike = folder, name[name.rfind(".") :]
        mark = known.get(alike)
        if mark is None:
            mark = known[alike] = mark_of(path)
        yield mark


_Entry = tuple[str, bool, int, tuple[str, str] | None]
"""Path of a file, whether it is local, its size in bytes and its mark, where that is known."""


def _known(state: TreeState) -> Iterator[_Entry]:
    sizes = state.numbers[1::WIDTH]
    marks = state.marks or (None,) * len(sizes)
    named = zip(state.names, state.paths, sizes, marks, strict=True)
    return ((path, name in state.local, size, mark) for name, path, size, mark in named)


def _looked_at(root: Path) -> tuple[Iterable[_Entry], Iterable[Problem]]:
    tree = Tree(os.fspath(root))
    found = [(printable(name), local, status.st_size, None) for name, local, status in tree.files(listed(tree.root))]
    return found, tree.problems


def listed(root: str) -> Listing:
    """Return what is below a folder, as git lists it or, where there is none, as a walk finds it."""
    return from_git(root, lambda: from_walk(root, only_local=True)) or from_walk(root)
