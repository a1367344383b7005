"""What discover says about a file, and what extract gives back for it."""

from __future__ import annotations

from typing import Annotated

from rtlint.facts.columns import Column
from rtlint.facts.fact import RawFact
from rtlint.facts.records import dataclass

UNREAD_ROLES = frozenset({"vendored", "archive", "docs"})
"""Roles of files that are not read for facts: nobody runs them as a part of the project."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file of the repository that rtlint may look at."""

    path: Annotated[str, Column("Path from the checked root, with `/`.", "apps/web/src/rt.ts", index=True)]
    kind: Annotated[str, Column("javascript, html, python, dotenv, compose, manifest, tsconfig, php, ...", "compose")]
    role: Annotated[str, Column("app, test, tooling, docs, example, vendored or archive.", "app")]
    local: Annotated[bool, Column("Whether git ignores it: it exists on this machine only.")]
    size: Annotated[int, Column("Size in bytes.", "1834")]


@dataclass(frozen=True, slots=True)
class FileFacts:
    """All raw facts of one file. `relevant` is False when the prefilter saw that nothing in it can matter."""

    path: str
    facts: tuple[RawFact, ...]
    relevant: bool = True
