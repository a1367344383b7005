"""git, run so that nothing which the analysed repository configures is run."""

from __future__ import annotations

import os
from pathlib import Path

GIT_SECONDS = 30
"""How long git may take for one answer."""


def run_git(root: str, *arguments: str) -> bytes | None:
    """Return what a git command prints; None where git is missing, fails or takes too long.

    `core.fsmonitor` names a program that plain `git ls-files` starts, and a partial clone may fetch what its index
    lacks by a command that its remote names: https://git-scm.com/docs/git-config, https://git-scm.com/docs/git.
    Commands that compare with the work tree would run filters that .gitattributes names, and are not to be asked for.

    Args:
        root: the folder that it runs in.
        arguments: the command and its options.
    """
    import subprocess

    program = _git_program(root)
    if program is None:
        return None
    safe = ("--no-pager", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null")
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    environment |= {"GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1", "GIT_ALLOW_PROTOCOL": "", "LC_ALL": "C"}
    try:
        done = subprocess.run(
            [program, *safe, *arguments],
            cwd=root,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=GIT_SECONDS,
        )
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None
    return None if done.returncode else done.stdout


def _git_program(root: str) -> str | None:
    """Return the path of git, if it is installed outside of the analysed folder.

    An entry of PATH that is relative, or lies in the folder, would run a program of the repository.
    """
    import shutil

    here = Path(root).resolve()
    folders = [folder for folder in os.get_exec_path() if Path(folder).is_absolute()]
    outside = [folder for folder in folders if not Path(folder).resolve().is_relative_to(here)]
    found = shutil.which("git", path=os.pathsep.join(outside))
    return found if found and Path(found).is_absolute() else None
