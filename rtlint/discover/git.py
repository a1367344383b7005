"""git, run so that nothing which the analysed repository configures is run."""

from __future__ import annotations

import os
import select
import time
from collections.abc import Callable, Sequence

GIT_SECONDS = 30
"""How long git may take for one answer."""


def run_git(root: str, *arguments: str) -> bytes | None:
    """Return what a git command prints; None where git is missing, fails or takes too long.

    Args:
        root: the folder that it runs in.
        arguments: the command and its options.
    """
    return run_git_at_once(root, arguments)[0]


def run_git_at_once(
    root: str, *commands: Sequence[str], meanwhile: Callable[[], object] = lambda: None
) -> list[bytes | None]:
    """Return what each of several git commands prints that run at the same time, as `run_git` does.

    `core.fsmonitor` names a program that plain `git ls-files` starts, and a partial clone may fetch what its index
    lacks by a command that its remote names: https://git-scm.com/docs/git-config, https://git-scm.com/docs/git.
    Commands that compare with the work tree would run filters that .gitattributes names, and are not to be asked for.

    Args:
        root: the folder that it runs in.
        commands: each with its options.
        meanwhile: is done while they run.
    """
    program = _git_program(root)
    if program is None:
        meanwhile()
        return [None] * len(commands)
    safe = ("--no-pager", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null")
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    environment |= {"GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1", "GIT_ALLOW_PROTOCOL": "", "LC_ALL": "C"}
    start = _started if hasattr(os, "posix_spawn") else _run
    answers = [start([program, *safe, "-C", root, *command], environment) for command in commands]
    meanwhile()
    return [answer() for answer in answers]


Answer = Callable[[], bytes | None]
"""Waits for what a program prints; None where it fails or takes too long."""


def _started(command: list[str], environment: dict[str, str]) -> Answer:
    """Start a program; `subprocess` does no more here, and takes 6 ms to load."""
    reader, writer = os.pipe()
    files = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_DUP2, writer, 1),
        (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
    ]
    try:
        pid = os.posix_spawn(command[0], command, environment, file_actions=files)
    except (OSError, ValueError):
        os.close(reader)
        return lambda: None
    finally:
        os.close(writer)
    return lambda: _printed(pid, reader, time.monotonic() + GIT_SECONDS)


def _printed(pid: int, reader: int, until: float) -> bytes | None:
    """Return what a process prints before a moment of the monotonic clock, if it ends well."""
    parts: list[bytes] = []
    readable = select.poll()  # `select.select` takes no number from 1,024 up, which a server may have reached.
    readable.register(reader, select.POLLIN)
    try:
        while readable.poll(max(0.0, until - time.monotonic()) * 1_000):
            part = os.read(reader, 1 << 20)
            if not part:
                break
            parts.append(part)
        else:
            os.kill(pid, 9)
    finally:
        os.close(reader)
        _, status = os.waitpid(pid, 0)
    return None if status else b"".join(parts)


def _run(command: list[str], environment: dict[str, str]) -> Answer:
    import subprocess

    def answer() -> bytes | None:
        try:
            done = subprocess.run(
                command,
                env=environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=GIT_SECONDS,
                check=False,
            )
        except (OSError, ValueError, subprocess.TimeoutExpired):
            return None
        return None if done.returncode else done.stdout

    return answer


def _git_program(root: str) -> str | None:
    """Return the path of git, if it is installed outside of the analysed folder.

    An entry of PATH that is relative, or lies in the folder, would run a program of the repository.
    """
    here = os.path.realpath(root)
    name = "git.exe" if os.name == "nt" else "git"
    for folder in os.get_exec_path():
        if not os.path.isabs(folder) or _is_below(os.path.realpath(folder), here):  # noqa: PTH117
            continue
        found = os.path.join(folder, name)  # noqa: PTH118 - `shutil.which` does no more, and takes 4 ms to load.
        if os.path.isfile(found) and os.access(found, os.X_OK):  # noqa: PTH113
            return found
    return None


def _is_below(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)
