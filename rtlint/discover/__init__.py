r"""discover: from a folder to the files that rtlint may look at, with their kinds and roles.

Nothing is opened here but .gitignore files. Symbolic links are never followed: what they lead to inside the folder is
listed under its own path, and what lies outside is none of rtlint's business.

Paths are texts that can be printed and stored: a byte of a file name that is no UTF-8 is written `\xNN`, a backslash
`\\`. `read_bytes` takes them back to the real name.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from rtlint.discover.files import MAX_FILE_BYTES, read_bytes, real_name
from rtlint.discover.state import TreeState, received, sent, tree_state
from rtlint.watched import WIDTH

if TYPE_CHECKING:
    from rtlint.discover.discovery import Discovery, discover
    from rtlint.discover.kinds import kind_of

__all__ = [
    "MAX_FILE_BYTES",
    "WIDTH",
    "Discovery",
    "TreeState",
    "discover",
    "kind_of",
    "read_bytes",
    "real_name",
    "received",
    "sent",
    "tree_state",
]

_LATE = {"Discovery": "discovery", "discover": "discovery", "kind_of": "kinds"}


def __getattr__(name: str) -> object:
    """Return a public name of a module that a run with a known listing does without (PEP 562)."""
    if name not in _LATE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_LATE[name]}"), name)
