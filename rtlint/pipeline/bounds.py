"""The bound on memory: a repository of any size is read as far as it fits, and what was left out is said."""

from __future__ import annotations

import sys

from rtlint.facts.files import FileFacts, SourceFile
from rtlint.facts.problem import Problem
from rtlint.facts.site import whole_file

MAX_MEMORY_BYTES = 2 << 30
"""Peak memory of one process from which no further file is read for facts. 100,000 files need a quarter of it."""


def peak_bytes() -> int:
    """Return the peak memory of this process; 0 where the system does not tell (Windows)."""
    try:
        import resource
    except ImportError:
        return 0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # Bytes on macOS, KiB elsewhere: https://man7.org/linux/man-pages/man2/getrusage.2.html.
    return peak if sys.platform == "darwin" else peak * 1024


_MESSAGE = f"the file was not read: rtlint holds more than {MAX_MEMORY_BYTES >> 20:,} MiB already"


def left_out(file: SourceFile) -> FileFacts | None:
    """Return what stands for a file that is not read because memory is short; None while it is not."""
    if peak_bytes() <= MAX_MEMORY_BYTES:
        return None
    return FileFacts(file.path, (Problem(whole_file(file.path), "RT905", _MESSAGE),))


def is_left_out(found: FileFacts) -> bool:
    """Tell whether facts are what `left_out` returned: the next run may have room for the file."""
    return found.facts == (Problem(whole_file(found.path), "RT905", _MESSAGE),)
