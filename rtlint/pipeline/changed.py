"""What changed since a commit, line by line: for `--changed`.

git is only asked for commits, trees and blobs. Comparing is done here, because `git diff` over a work tree runs filters
that the repository configures.
"""

from __future__ import annotations

import difflib
import hashlib
import os
import posixpath
from collections.abc import Callable
from pathlib import Path

from rtlint.discover import real_name
from rtlint.discover.git import run_git
from rtlint.errors import RtlintError
from rtlint.facts.records import dataclass, field
from rtlint.facts.site import Site

HEAD = "HEAD"
_MAX_LINES = 20_000
"""Lines of a file beyond which it counts as changed as a whole."""


@dataclass(slots=True)
class Changes:
    """The lines that changed since a commit; files are compared when they are asked about.

    Args:
        root: the checked folder.
        base: the commit.
        content: returns the present content of a file.
    """

    root: str
    base: str
    content: Callable[[str], bytes | None]
    _lines: dict[str, frozenset[int] | None] = field(default_factory=dict)
    _tree: dict[str, str] | None = None

    def touch(self, site: Site) -> bool:
        """Tell whether a line of a site changed; where lines went, the lines beside them count as changed."""
        if site.path not in self._lines:
            self._lines[site.path] = self._changed(site.path)
        lines = self._lines[site.path]
        return lines is None or any(line in lines for line in range(site.line, site.end_line + 1))

    def _changed(self, path: str) -> frozenset[int] | None:
        """Return the changed lines of a file, 1-based; None where all of it is new."""
        present = self.content(path) or b""
        before = self._blob(os.fsencode(real_name(path)))
        if before is None:
            before = self._before_renaming(path, present)
        return None if before is None else changed_lines(before, present)

    def _blob(self, path: bytes) -> bytes | None:
        return run_git(self.root, "cat-file", "blob", f"{self.base}:./{os.fsdecode(path)}")

    def _before_renaming(self, path: str, present: bytes) -> bytes | None:
        """Return what a new file was under another name: one with the same content, or a gone one of the same name."""
        tree = self._files()
        own = {_hash(present, "sha1"), _hash(present, "sha256")}
        same = next((name for name, number in tree.items() if number in own), None)
        if same is None:
            name = posixpath.basename(real_name(path))
            gone = [old for old in tree if posixpath.basename(old) == name and not Path(self.root, old).exists()]
            same = gone[0] if len(gone) == 1 else None
        return self._blob(os.fsencode(same)) if same is not None else None

    def _files(self) -> dict[str, str]:
        if self._tree is None:
            listed = run_git(self.root, "ls-tree", "-r", "-z", self.base) or b""
            entries = (os.fsdecode(entry).partition("\t") for entry in listed.split(b"\0") if entry)
            self._tree = {name: head.split()[-1] for head, _, name in entries}
        return self._tree


def _hash(data: bytes, algorithm: str) -> str:
    """Return the name that git gives a blob: https://git-scm.com/book/en/v2/Git-Internals-Git-Objects."""
    return hashlib.new(algorithm, b"blob %d\0%b" % (len(data), data), usedforsecurity=False).hexdigest()


def changed_lines(before: bytes, after: bytes) -> frozenset[int] | None:
    """Return the lines of the new text, 1-based, that differ from the old one, line ends aside; None for all."""
    old, new = before.splitlines(), after.splitlines()
    if len(old) > _MAX_LINES or len(new) > _MAX_LINES:
        return None
    found: set[int] = set()
    for tag, _, _, first, last in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "delete":
            found |= {first, first + 1}
        elif tag != "equal":
            found |= set(range(first + 1, last + 1))
    return frozenset(found)


def changes_since(root: Path, reference: str, content: Callable[[str], bytes | None]) -> Changes:
    """Return what changed since the point where the work left a commit; for HEAD, since the last commit.

    Args:
        root: the checked folder.
        reference: a branch, tag or commit.
        content: returns the present content of a file.

    Raises:
        RtlintError: git does not answer, or knows no such commit.
    """
    folder = os.fspath(root)
    if run_git(folder, "rev-parse", "--is-inside-work-tree") is None:
        raise RtlintError("--changed needs a git work tree, and git itself")
    commit = _answer(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{reference}^{{commit}}")
    if commit is None:
        raise RtlintError(f"--changed: git knows no commit {reference!r}; a shallow clone may lack it")
    base = commit if reference == HEAD else _answer(folder, "merge-base", "--end-of-options", commit, HEAD)
    if base is None:
        raise RtlintError(f"--changed: {reference!r} and HEAD have no common commit; a shallow clone may lack it")
    return Changes(folder, base, content)


def _answer(folder: str, *arguments: str) -> str | None:
    found = run_git(folder, *arguments)
    return found.decode("ascii", "replace").strip() if found else None
