"""git, run so that nothing which the analysed repository configures is run."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import subprocess

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
    import subprocess

    program = _git_program(root)
    if program is None:
        meanwhile()
        return [None] * len(commands)
    safe = ("--no-pager", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null")
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    environment |= {"GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1", "GIT_ALLOW_PROTOCOL": "", "LC_ALL": "C"}
    running: list[subprocess.Popen[bytes] | None] = []
    for command in commands:
        try:
            started = subprocess.Popen(
                [program, *safe, *command],
                cwd=root,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        except (OSError, ValueError):
            running.append(None)
        else:
            running.append(started)
    meanwhile()
    return [None if process is None else _answer(process) for process in running]


def _answer(process: subprocess.Popen[bytes]) -> bytes | None:
    import subprocess

    with process:
        try:
            output, _ = process.communicate(timeout=GIT_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            return None
    return None if process.returncode else output


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
