"""A line on the terminal that tells how far a long run is."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from typing import TextIO

from rtlint.facts.records import dataclass, field

AFTER_SECONDS = 2.0
"""A run that takes no longer is not worth a line."""
_EVERY_SECONDS = 0.1


@dataclass(slots=True)
class ProgressLine:
    """Writes one line over and over, and takes it away at the end.

    Args:
        stream: the terminal.
        clock: seconds of a clock that only goes forward.
    """

    stream: TextIO
    clock: Callable[[], float] = time.monotonic
    _start: float = field(init=False)
    _last: float = 0.0
    _width: int = 0

    def __post_init__(self) -> None:
        self._start = self.clock()

    def __call__(self, doing: str, done: int, total: int) -> None:
        """Say what is being done, once the run has taken long enough."""
        now = self.clock()
        if now - self._start >= AFTER_SECONDS and now - self._last >= _EVERY_SECONDS:
            self._last = now
            self._put(f"{doing} {done} of {total} files" if total else doing)

    def _put(self, text: str) -> None:
        self.stream.write("\r" + text.ljust(self._width))
        self.stream.flush()
        self._width = len(text)

    def clear(self) -> None:
        """Take the line away."""
        if self._width:
            self.stream.write("\r" + " " * self._width + "\r")
            self.stream.flush()
            self._width = 0


def progress_line(*, quiet: bool) -> ProgressLine | None:
    """Return a line for this run; None where nobody watches: no terminal, a CI server, or `--quiet`."""
    watched = sys.stderr.isatty() and os.environ.get("TERM") != "dumb" and not os.environ.get("CI")
    return ProgressLine(sys.stderr) if watched and not quiet else None
