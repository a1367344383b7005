"""What rtlint's own rule files come to: worked out once, and kept beside the bytecode for the same reason.

The rules and providers are YAML, the tables and views SQL. To read them takes as long as a whole run that remembers its
answer, and gives the same each time, until one of rtlint's files changes. Where nothing can be kept, or Python is told
to keep no bytecode (https://docs.python.org/3/using/cmdline.html#envvar-PYTHONDONTWRITEBYTECODE), it is worked out each
time.
"""

from __future__ import annotations

import contextlib
import marshal
import os
import sys
from collections.abc import Callable
from typing import Any

from rtlint.watched import program_state

_FOLDER = f"{os.path.dirname(os.path.abspath(__file__))}/__pycache__"  # noqa: PTH100, PTH120 - before pathlib is needed


def compiled(name: str, make: Callable[[], Any]) -> Any:
    """Return what is made of rtlint's own files, from what was kept where that holds.

    Args:
        name: what it is kept under.
        make: makes it, of built-in types only: texts, bytes, numbers, None, tuples, lists, sets, dicts.
    """
    path = f"{_FOLDER}/{name}.{sys.implementation.cache_tag}.compiled"
    state = program_state()
    with contextlib.suppress(OSError, ValueError, EOFError, TypeError):
        with open(path, "rb") as file:  # noqa: PTH123 - as above
            data = file.read()
        if data.startswith(state):
            return marshal.loads(data[len(state) :])  # noqa: S302 - as trusted as the bytecode in the same folder.
    made = make()
    if not sys.dont_write_bytecode:
        with contextlib.suppress(OSError):
            os.makedirs(_FOLDER, exist_ok=True)  # noqa: PTH103
            put(path, state + marshal.dumps(made), mode=0o644)
    return made


def put(path: str, data: bytes, *, mode: int = 0o600) -> None:
    """Write a file so that whoever reads it sees the old content or the new one; follow no link.

    Args:
        path: the file.
        data: its content.
        mode: who may read and write it, where it is new: this user alone.

    Raises:
        OSError: it can't be written.
    """
    draft = f"{path}.{os.getpid()}"
    number = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_NOFOLLOW", 0), mode)
    try:
        with os.fdopen(number, "wb") as file:
            file.write(data)
        os.replace(draft, path)  # noqa: PTH105
    except OSError:
        with contextlib.suppress(OSError):
            os.unlink(draft)  # noqa: PTH108
        raise
