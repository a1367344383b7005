"""A walk as git would go: nested .gitignore files, the deepest one deciding."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from rtlint.discover.files import join, printable, read_bytes, unreadable
from rtlint.discover.gitignore import GitIgnore
from rtlint.discover.listing import Listing, is_local, work_tree
from rtlint.facts.problem import Problem
from rtlint.facts.records import dataclass, field
from rtlint.facts.site import whole_file
from rtlint.roles import is_foreign

SKIPPED_FOLDERS = frozenset(
    {".git", "node_modules", ".venv", "venv", "__pycache__", ".hg", ".svn", ".tox", ".mypy_cache"}
)
"""Folders that are never entered, ignored or not: other people's packages and the insides of tools."""


@dataclass(frozen=True, slots=True)
class _Rules:
    """The .gitignore of one folder; `folder` is its path from the top of the work tree."""

    folder: str
    patterns: GitIgnore

    def verdict(self, path: str, *, folder: bool) -> bool | None:
        """Tell whether a path from the top is ignored; None when no pattern covers it."""
        return self.patterns.verdict(path[len(self.folder) + 1 :] if self.folder else path, folder=folder)


@dataclass(frozen=True, slots=True)
class _Folder:
    """A folder to be walked: its path from the root, the rules above it, and whether they ignore it."""

    path: str
    rules: tuple[_Rules, ...]
    hidden: bool


@dataclass(slots=True)
class _Walk:
    """One walk.

    Attributes:
        root: the folder.
        start: the path of the root from the top of its work tree; empty at the top.
        owned: whether the root lies in a work tree, so that repositories in it are other ones.
        only_local: whether only files are listed that count though git ignores them.
    """

    root: str
    start: str
    owned: bool
    only_local: bool
    listing: Listing = field(default_factory=Listing)
    deciders: list[str] = field(default_factory=list)

    def run(self, rules: tuple[_Rules, ...]) -> Listing:
        """List everything below the root, given the rules of the folders above it."""
        pending = [_Folder("", rules, hidden=False)]
        while pending:
            pending += self._enter(pending.pop())
        self.listing.deciders = self.deciders
        return self.listing

    def _enter(self, folder: _Folder) -> Iterator[_Folder]:
        """List the files of a folder, and return the folders in it that are worth a visit."""
        try:
            with os.scandir(join(self.root, folder.path)) as found:
                entries = {entry.name: entry for entry in found}
        except (OSError, ValueError) as error:
            self.listing.problems.append(unreadable(folder.path or ".", error))
            return
        self.listing.folders.append(folder.path)
        repository = folder.path != "" and ".git" in entries
        if repository and (folder.hidden or (self.owned and entries[".git"].is_dir(follow_symlinks=False))):
            return
        rules = () if repository else folder.rules
        if ".gitignore" in entries and not folder.hidden:
            rules = (*rules, *self._own_rules(folder.path))
        above = f"{folder.path}/" if folder.path else ""
        for name, entry in entries.items():
            path = above + name
            if entry.is_dir(follow_symlinks=False):
                hidden = folder.hidden or ignored(self._from_top(path), rules, folder=True)
                if name not in SKIPPED_FOLDERS and not (hidden and is_foreign(path)):
                    yield _Folder(path, rules, hidden)
            elif self.only_local and not is_local(path):
                continue
            elif entry.is_file(follow_symlinks=False) and name != ".git":
                hidden = folder.hidden or ignored(self._from_top(path), rules, folder=False)
                if not hidden or is_local(path):
                    self.listing.paths[path] = hidden

    def _from_top(self, path: str) -> str:
        return f"{self.start}/{path}" if self.start and path else path or self.start

    def _own_rules(self, path: str) -> tuple[_Rules, ...]:
        read = _gitignore(join(self.root, path))
        self.deciders.append(join(self.root, path, ".gitignore"))
        if isinstance(read, Problem):
            at = printable("/".join(part for part in (path, ".gitignore") if part))
            self.listing.problems.append(Problem(whole_file(at), read.code, read.message))
            return ()
        return (_Rules(_as_bytes(self._from_top(path)), read),)


def from_walk(root: str, *, only_local: bool = False) -> Listing:
    """List a folder without git: what is not ignored, and dotenv files that are.

    The .gitignore files above the folder count up to the top of the work tree, unless they ignore the folder itself:
    who names it wants it looked at. A repository inside a work tree is another one, save a submodule, whose `.git` is a
    file; below a folder that is in no work tree each repository is looked at, by its own rules.

    Args:
        root: the folder.
        only_local: whether to list dotenv files only.
    """
    real = Path(root).resolve()
    top = work_tree(root)
    parts = real.relative_to(top).parts if top else ()
    walk = _Walk(root, "/".join(parts), owned=top is not None, only_local=only_local)
    walk.deciders += [os.fspath(folder / ".git") for folder in real.parents if top is None]
    above: tuple[_Rules, ...] = ()
    folder = ""
    for part in parts:
        walk.deciders.append(join(os.fspath(top or real), folder, ".gitignore"))
        read = _gitignore(join(os.fspath(top or real), folder))
        above = above if isinstance(read, Problem) else (*above, _Rules(_as_bytes(folder), read))
        folder = f"{folder}/{part}" if folder else part
        if ignored(folder, above, folder=True):
            return walk.run(())
    return walk.run(above)


def _gitignore(folder: str) -> GitIgnore | Problem:
    """Read a .gitignore file; git does not follow a link there either: https://git-scm.com/docs/gitignore."""
    read = read_bytes(Path(folder), ".gitignore")
    if isinstance(read, Problem):
        return read
    try:
        return GitIgnore(read)
    except ValueError as error:
        return Problem(whole_file(".gitignore"), "RT905", f"the file is not obeyed: {error}")


def _as_bytes(path: str) -> str:
    return path if path.isascii() else os.fsencode(path).decode("latin-1")


def ignored(path: str, rules: tuple[_Rules, ...], *, folder: bool) -> bool:
    """Tell whether the deepest rule that covers a path from the top ignores it."""
    plain = _as_bytes(path)
    for rule in reversed(rules):
        verdict = rule.verdict(plain, folder=folder)
        if verdict is not None:
            return verdict
    return False
