"""Names of files, and what is in them: never through a link, never more than a limit."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path

from rtlint.facts.problem import Problem
from rtlint.facts.site import whole_file
from rtlint.patterns import regex

MAX_FILE_BYTES = 2 << 20
"""Larger files are not read: hand-written sources and configuration stay far below."""

_FLAGS = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
_UNPRINTABLE = regex("[\\\\\ud800-\udfff]")
_ESCAPE = regex(r"\\(?:(\\)|x([0-9a-f]{2})|u([0-9a-f]{4}))")


def printable(name: str) -> str:
    """Return a path in which every character can be encoded: undecodable bytes and backslashes are escaped."""
    return name if name.isascii() and "\\" not in name else _UNPRINTABLE.sub(_escaped, name)


def _escaped(found: re.Match[str]) -> str:
    code = ord(found.group())
    if code == ord("\\"):
        return "\\\\"
    return f"\\x{code - 0xDC00:02x}" if 0xDC80 <= code <= 0xDCFF else f"\\u{code:04x}"


def real_name(path: str) -> str:
    """Return the path as the file system spells it: the inverse of `printable`."""
    return _ESCAPE.sub(_unescaped, path) if "\\" in path else path


def _unescaped(found: re.Match[str]) -> str:
    backslash, byte, unit = found.groups()
    return backslash or (chr(0xDC00 + int(byte, 16)) if byte else chr(int(unit, 16)))


def join(folder: str, *names: str) -> str:
    """Return a path below a folder; plain strings, since every file of a repository passes here."""
    return os.path.join(folder, *names)  # noqa: PTH118


def is_folder(path: str) -> bool:
    """Tell whether a path is a folder, and no link to one."""
    try:
        return stat.S_ISDIR(os.lstat(path).st_mode)
    except (OSError, ValueError):
        return False


def unreadable(name: str, error: OSError | ValueError) -> Problem:
    """Return the problem of a file or folder that can't be looked at, RT903."""
    reason = getattr(error, "strerror", None) or str(error)
    return Problem(whole_file(printable(name)), "RT903", f"it can't be looked at: {reason}")


def read_bytes(root: Path, path: str) -> bytes | Problem:
    """Return the content of a file that `discover` listed, or what is in the way.

    A file over `MAX_FILE_BYTES` is a problem of code RT905 and is not read. One that is no regular file is RT903 and is
    not opened; so is one that can't be opened. Links are not followed.

    Args:
        root: the checked folder.
        path: the path below it, as `discover` spells it.
    """
    target = f"{os.fspath(root)}/{real_name(path)}"
    try:
        found = os.lstat(target)
        size = found.st_size
        if not stat.S_ISREG(found.st_mode):
            return Problem(whole_file(path), "RT903", "this is no regular file")
        if size > MAX_FILE_BYTES:
            return _too_large(path, size)
        number = os.open(target, _FLAGS)
        try:
            data = os.read(number, size + 1)
            if len(data) != size:
                data = _rest(number, data)
        finally:
            os.close(number)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        return Problem(whole_file(path), "RT903", f"the file can't be read: {reason}")
    return data if len(data) <= MAX_FILE_BYTES else _too_large(path, len(data))


def _rest(number: int, data: bytes) -> bytes:
    """Return the content of a file that is not as long as it was said to be, at most a byte more than the limit."""
    while len(data) <= MAX_FILE_BYTES:
        more = os.read(number, MAX_FILE_BYTES + 1 - len(data))
        if not more:
            break
        data += more
    return data


def _too_large(path: str, size: int) -> Problem:
    message = f"the file has {size / (1 << 20):.1f} MiB and was not read; the limit is {MAX_FILE_BYTES >> 20} MiB"
    return Problem(whole_file(path), "RT905", message)
