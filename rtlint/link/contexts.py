"""Build contexts: which files of the repository an image gets to see."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING

from rtlint.facts.docker import ContextExclusion, DockerCopy
from rtlint.link.index import Index, within
from rtlint.roles import compiled, matches

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec


class Context:
    """The folder that an image is built from.

    Args:
        index: the facts.
        folder: the folder, empty for the root.
        dockerfile: the Dockerfile's path; `NAME.dockerignore` beside it stands in for the context's own.
    """

    def __init__(self, index: Index, folder: str, dockerfile: str) -> None:
        self.folder = folder
        own = f"{dockerfile}.dockerignore"
        path = own if own in index.files else posixpath.join(folder, ".dockerignore")
        self._patterns = [_anchored(item.pattern) for item in index.in_file(path, ContextExclusion)]

    @cached_property
    def _excluded(self) -> GitIgnoreSpec:
        return compiled(self._patterns)

    def holds(self, path: str) -> bool:
        """Tell whether a file lies in the context and no pattern keeps it out."""
        return within(path, self.folder) and not self._excluded.match_file(self._relative(path))

    def copied(self, path: str, copies: Iterable[DockerCopy]) -> bool:
        """Tell whether any of some COPY instructions takes a file, or may do so by a variable."""
        sources = (source for copy in copies if not copy.from_stage for source in copy.sources)
        return self.holds(path) and any(_covers(source, self._relative(path)) for source in sources)

    def _relative(self, path: str) -> str:
        return path[len(self.folder) :].lstrip("/") if self.folder else path


def _anchored(pattern: str) -> str:
    """Return a pattern as git would write it: Docker's begin at the context, whether or not they hold a slash.

    Source: https://docs.docker.com/build/concepts/context/#syntax.
    """
    negated = pattern.startswith("!")
    bare = posixpath.normpath(pattern[negated:].strip().lstrip("/") or ".")
    return "" if bare == "." else f"{'!' * negated}/{bare}"


def _covers(source: str, path: str) -> bool:
    bare = posixpath.normpath(source.lstrip("/") or ".")
    if "$" in source or bare == "." or within(path, bare):
        return True
    return any(char in bare for char in "*?[") and matches("/" + bare, path)
