"""Writing files: in one step, so that a reader sees the old bytes or the new ones."""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from pathlib import Path

from rtlint.errors import RtlintError


def replace_file(target: Path, data: bytes) -> None:
    """Replace a file's content; its mode stays, and a link is replaced and not followed.

    Raises:
        OSError: it can't be done; then the file is as it was.
    """
    _put(target, data, stat.S_IMODE(target.stat(follow_symlinks=False).st_mode))


def write_file(target: Path, data: bytes) -> None:
    """Write a file that rtlint makes: a new one with the mode that the process gives files, or an old one replaced.

    What is no regular file (a pipe, /dev/stderr) is written to as it is.

    Raises:
        RtlintError: it can't be written.
    """
    try:
        if target.exists() and not target.is_file():
            target.write_bytes(data)
        elif target.exists():
            replace_file(target.resolve(), data)
        else:
            _put(target, data, 0o666 & ~_umask())
    except OSError as error:
        raise RtlintError(f"can't write {target}: {error.strerror}") from error


def _put(target: Path, data: bytes, mode: int) -> None:
    handle, name = tempfile.mkstemp(prefix=".rtlint-", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(mode)
        Path(name).replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise


def _umask() -> int:
    """Return the process' umask, which can only be read by setting it."""
    mask = os.umask(0o022)
    os.umask(mask)
    return mask
