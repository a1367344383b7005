"""Listing a tree ahead: one process looks at the files while another still loads what reads them.

In a run that remembers nothing, loading takes as long as listing does, and each needs nothing of the other.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from rtlint.pipeline.copies import Copy, may_copy
from rtlint.watched import cache_folder, database_of

if TYPE_CHECKING:
    from rtlint.discover import TreeState

    Look = Callable[[Path, Iterable[Callable[[], object]]], TreeState | None]
    """Returns the state of a folder; may do pieces of work while it waits for it."""

_begun: dict[str, Copy] = {}
"""What lists a folder, by its real path."""


def begin(arguments: list[str]) -> None:
    """Begin to list the folder that a command line is likely to be about, where nothing of it is remembered.

    Args:
        arguments: the command line, without the name of the program.
    """
    if arguments[:1] != ["check"] or not may_copy() or any(word.startswith("--jobs") for word in arguments):
        return
    folder = None if "--no-cache" in arguments else cache_folder()
    root = os.path.realpath(arguments[-1] if os.path.isdir(arguments[-1]) else ".")  # noqa: PTH112 - without pathlib
    if folder is None or not os.path.lexists(database_of(folder, root)):
        _begun[root] = Copy(lambda: _listed(root))


def is_begun(root: Path) -> bool:
    """Tell whether a folder is being listed."""
    return os.path.realpath(root) in _begun


def state_of(root: Path, meanwhile: Iterable[Callable[[], object]] = ()) -> TreeState | None:
    """Return the state of a tree that is being listed, once; None when it is not, or can't be had.

    Args:
        root: the folder.
        meanwhile: pieces of work that have to be done some time: one after the other is, until the state is there.
    """
    copy = _begun.pop(os.path.realpath(root), None)
    if copy is None:
        return None
    for piece in meanwhile:
        if copy.is_done():
            break
        piece()
    sent = copy.result()
    if not sent:
        return None
    from rtlint.discover import received

    return received(sent)


def _listed(root: str) -> bytes:
    from rtlint.discover import sent, tree_state

    found = tree_state(Path(root))
    return sent(found) if found else b""
