"""discover: from a folder to the files that rtlint may look at, with their kinds and roles.

Nothing is opened here but .gitignore files. Symbolic links are never followed: what they lead to inside the folder is
listed under its own path, and what lies outside is none of rtlint's business.
"""

from __future__ import annotations

import os
import posixpath
import re
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rtlint.facts.files import SourceFile
from rtlint.facts.raw import Problem
from rtlint.facts.site import whole_file
from rtlint.roles import role_of

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

    from rtlint.config import Config

MAX_FILE_BYTES = 2 << 20
"""Larger files are not read: hand-written sources and configuration stay far below."""

_KINDS = (
    (
        "dotenv",
        re.compile(
            r"^(?:\.env(?:\.(?!d\.[cm]?ts$)[\w.-]+)?|[\w.-]+\.env(?:\.(?:example|sample|template|dist|local))?)$"
        ),
    ),
    ("compose", re.compile(r"^(?:docker-)?compose(?:[.-][\w.-]+)?\.ya?ml(?:\.(?:example|sample|template|dist))?$")),
    ("dockerfile", re.compile(r"^(?:[Dd]ockerfile(?:[.-][\w.-]+)?|[\w.-]+\.[Dd]ockerfile|Containerfile)$")),
    (
        "manifest",
        re.compile(r"^(?:package\.json|pyproject\.toml|composer\.json|requirements[\w.-]*\.txt|pnpm-workspace\.yaml)$"),
    ),
    ("tsconfig", re.compile(r"^(?:ts|js)config(?:\.[\w.-]+)?\.json$")),
    ("template", re.compile(r"\.(?:blade\.php|ejs|erb|twig|jinja2?|j2|hbs)$")),
    ("vendored", re.compile(r"\.d\.[cm]?ts$|\.min\.js$")),
    ("javascript", re.compile(r"\.(?:js|jsx|mjs|cjs|ts|tsx|mts|cts)$")),
    ("vue", re.compile(r"\.vue$")),
    ("svelte", re.compile(r"\.svelte$")),
    ("html", re.compile(r"\.html?$")),
    ("python", re.compile(r"\.pyw?$")),
    ("php", re.compile(r"\.php$")),
    ("nginx", re.compile(r"^(?=.*nginx).*\.conf(?:\.template|\.j2)?$|^[\w.-]+\.nginx$")),
    ("caddy", re.compile(r"^Caddyfile")),
    ("yaml", re.compile(r"\.ya?ml$")),
)
_OTHER_CODE = re.compile(r"\.(?:rb|go|rs|java|kt|kts|cs|ex|exs|scala|swift|dart|c|cc|cpp|lua|pl)$")
_SKIPPED_FOLDERS = frozenset(
    {".git", "node_modules", ".venv", "venv", "__pycache__", ".hg", ".svn", ".tox", ".mypy_cache"}
)


@dataclass(frozen=True, slots=True)
class Discovery:
    """The files below a root, sorted by path, and what could not be listed."""

    root: Path
    files: tuple[SourceFile, ...]
    problems: tuple[Problem, ...]


def kind_of(path: str) -> str:
    """Return the kind of a file by its name: javascript, compose, dotenv, ...; `other` for the rest."""
    name = posixpath.basename(path)
    found = next((kind for kind, expression in _KINDS if expression.search(name)), "")
    if not found and "nginx" in path and name.endswith((".conf", ".conf.template")):
        return "nginx"
    return found or ("other_code" if _OTHER_CODE.search(name) else "other")


def discover(root: Path, config: Config) -> Discovery:
    """List the files of a repository.

    With git, its index and its untracked files that are not ignored; without, a walk that respects .gitignore files.
    Dotenv files that git ignores are listed too, marked as local: they are what runs on this machine.

    Args:
        root: the folder, which may lie below the top of a work tree.
        config: `exclude` and `roles` hold here.
    """
    paths = _from_git(root)
    if paths is None:
        paths = _from_walk(root)
    excluded = _spec(config.exclude)
    files = []
    for path, local in sorted(paths.items()):
        if not (excluded and excluded.match_file(path)):
            size = _size(root / path)
            if size is not None:
                files.append(SourceFile(path, kind_of(path), role_of(path, config.roles), local, size))
    return Discovery(root, tuple(files), ())


def _size(path: Path) -> int | None:
    """Return the size in bytes; None for what is gone, a link or a folder. Devices and pipes have size 0."""
    try:
        found = os.lstat(path)
    except (OSError, ValueError):
        return None
    return None if stat.S_ISLNK(found.st_mode) or stat.S_ISDIR(found.st_mode) else found.st_size


def _from_git(root: Path) -> dict[str, bool] | None:
    """Return what git lists, by path, with whether it is local; None where git does not answer."""
    listed = _git(root, "--cached", "--others", "--exclude-standard")
    if listed is None:
        return None
    local = _git(root, "--others", "--ignored", "--exclude-standard", "--", ":(glob)**/.env*", ":(glob)**/*.env") or []
    found = dict.fromkeys((path for path in local if not _skipped(path) and kind_of(path) == "dotenv"), True)
    return found | dict.fromkeys(listed, False)


def _git(root: Path, *options: str) -> list[str] | None:
    """Run `git ls-files` so that nothing which the repository configures is run.

    `core.fsmonitor` names a program that plain `git ls-files` starts: https://git-scm.com/docs/git-config#Documentation/git-config.txt-corefsmonitor.
    """
    import subprocess

    safe = ("-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "core.quotePath=false")
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    environment |= {"GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
    command = ["git", *safe, "ls-files", "-z", *options]
    try:
        done = subprocess.run(command, cwd=root, env=environment, capture_output=True, check=False, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return None
    if done.returncode:
        return None
    return [os.fsdecode(name) for name in done.stdout.split(b"\0") if name]


def _skipped(path: str) -> bool:
    return not _SKIPPED_FOLDERS.isdisjoint(path.split("/")[:-1])


def _from_walk(root: Path) -> dict[str, bool]:
    """Walk the folder as git would: nested .gitignore files, the deepest one deciding."""
    return dict(_walk(root, "", []))


def _walk(root: Path, folder: str, specs: list[tuple[str, GitIgnoreSpec]]) -> Iterator[tuple[str, bool]]:
    own = _gitignore(root / folder)
    specs = [*specs, (folder, own)] if own else specs
    try:
        entries = sorted(os.scandir(root / folder), key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        path = f"{folder}/{entry.name}" if folder else entry.name
        if entry.is_symlink():
            continue
        if entry.is_dir():
            if entry.name not in _SKIPPED_FOLDERS and not _ignored(path + "/", specs):
                yield from _walk(root, path, specs)
        elif not _ignored(path, specs):
            yield path, False
        elif kind_of(path) == "dotenv":
            yield path, True


def _gitignore(folder: Path) -> GitIgnoreSpec | None:
    try:
        text = (folder / ".gitignore").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    return _spec(text.splitlines())


def _ignored(path: str, specs: list[tuple[str, GitIgnoreSpec]]) -> bool:
    for folder, spec in reversed(specs):
        verdict = spec.check_file(path[len(folder) :].lstrip("/")).include
        if verdict is not None:
            return verdict
    return False


def _spec(lines: Iterable[str]) -> GitIgnoreSpec | None:
    wanted = list(lines)
    if not wanted:
        return None
    from pathspec import GitIgnoreSpec

    return GitIgnoreSpec.from_lines(wanted)


def read_bytes(root: Path, path: str) -> bytes | Problem:
    """Return the content of a listed file, or what is in the way.

    A file over `MAX_FILE_BYTES` is a problem of code RT905 and is not read; one that is no regular file, or can't be
    opened, is RT903. The file is opened without following links.
    """
    target = root / path
    try:
        found = os.lstat(target)
        if not stat.S_ISREG(found.st_mode):
            return Problem(whole_file(path), "RT903", "this is no regular file")
        if found.st_size > MAX_FILE_BYTES:
            size = f"{found.st_size / (1 << 20):.1f} MiB"
            return Problem(whole_file(path), "RT905", f"the file is {size} large and was not read; the limit is 2 MiB")
        descriptor = os.open(target, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
        with os.fdopen(descriptor, "rb") as file:
            return file.read(MAX_FILE_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        return Problem(whole_file(path), "RT903", f"the file can't be read: {reason}")
