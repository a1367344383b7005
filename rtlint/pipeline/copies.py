"""Copies of this process, which do a part of the work.

A run makes its first copy before it loads anything else, so this module imports next to nothing.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable


def may_copy() -> bool:
    """Tell whether a copy of this process can be made: not where there is no fork, nor beside other threads."""
    threading = sys.modules.get("threading")
    return hasattr(os, "fork") and (threading is None or threading.active_count() == 1)


class Copy:
    """A copy of this process that works something out, sends it, and ends.

    It ends without what a process does at its end, such as writing out what is buffered: that is this one's to do.

    Args:
        work: what is done in the copy.
    """

    def __init__(self, work: Callable[[], bytes]) -> None:
        self._reader, writer = os.pipe()
        gc.freeze()  # What is there will not be looked at, and not be copied for it.
        self._pid = os.fork()
        if self._pid == 0:
            os.close(self._reader)
            _send(writer, work)
        os.close(writer)

    def is_done(self) -> bool:
        """Tell whether something was sent already, or the copy has died."""
        import select

        readable = select.poll()
        readable.register(self._reader, select.POLLIN)
        return bool(readable.poll(0))

    def result(self) -> bytes:
        """Wait for what was worked out, and return it; nothing when the copy has died."""
        with os.fdopen(self._reader, "rb") as pipe:
            sent = pipe.read()
        _, status = os.waitpid(self._pid, 0)
        return b"" if status else sent


def _send(writer: int, work: Callable[[], bytes]) -> None:
    code = 1
    try:
        with os.fdopen(writer, "wb") as pipe:
            pipe.write(work())
        code = 0
    finally:
        os._exit(code)
