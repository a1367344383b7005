"""What verdicts rest on."""

from __future__ import annotations

from pathlib import Path

from rtlint.discover import TreeState
from rtlint.facts.records import dataclass


@dataclass(frozen=True, slots=True)
class Ground:
    """What verdicts rest on.

    Attributes:
        root: the checked folder.
        state: the tree as it was before anything of it was read.
        note: tells whether the same files are listed; see `TreeState.note`.
        tree: the files of the tree and what they were read for, as `Remembering.tree` made it.
    """

    root: Path
    state: TreeState
    note: bytes
    tree: bytes
