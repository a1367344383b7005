"""discover: from a folder to the files that rtlint may look at, with their kinds and roles.

Nothing is opened here but .gitignore files. Symbolic links are never followed: what they lead to inside the folder is
listed under its own path, and what lies outside is none of rtlint's business.

Paths are texts that can be printed and stored: a byte of a file name that is no UTF-8 is written `\\xNN`, a backslash
`\\\\`. `read_bytes` takes them back to the real name.
"""

from __future__ import annotations

import os
import posixpath
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from rtlint.facts.files import SourceFile
from rtlint.facts.raw import Problem
from rtlint.facts.site import whole_file
from rtlint.roles import compiled, is_foreign, role_of

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

    from rtlint.config import Config

MAX_FILE_BYTES = 2 << 20
"""Larger files are not read: hand-written sources and configuration stay far below."""

GIT_SECONDS = 30
"""How long git may take to list a work tree before the folder is walked without it."""

_SAMPLE = r"(?:\.(?:example|sample|template|tmpl|dist))?"
_BY_NAME = re.compile(
    rf"(?P<dotenv>\.env(?:\..+)?|\.env[_-](?:example|sample|template|tmpl|dist|local|dev\w*|prod\w*|stag\w*|test\w*)"
    rf"|.+\.env(?:\.local)?{_SAMPLE}|(?:dot)?env\.(?:example|sample|template|tmpl|dist))"
    rf"|(?P<compose>(?:docker-)?compose(?:[._-].+)?\.ya?ml{_SAMPLE})"
    r"|(?P<dockerfile>(?:docker|container)file(?:[._-].+)?|.+\.(?:docker|container)file)"
    r"|(?P<manifest>package\.json|pyproject\.toml|composer\.json|pnpm-workspace\.yaml|requirements.*\.(?:txt|in))"
    r"|(?P<tsconfig>[jt]sconfig(?:[._-].+)?\.json)"
    r"|(?P<caddy>caddyfile(?:\..+)?)"
    rf"|(?P<nginx>.*nginx.*\.conf(?:\.j2)?{_SAMPLE}|.+\.nginx)"
    r"|(?P<other>.+\.d\.[cm]?ts|.+\.min\.[cm]?js)"
)
"""Kinds that the whole name decides, in lower case."""

_FOREIGN_ENDINGS = {
    "dotenv": frozenset(
        "js mjs cjs jsx ts mts cts tsx json yaml yml toml md py rb php go sh ps1 swp vault keys enc gpg age asc".split()
    ),
    "dockerfile": frozenset("dockerignore md js mjs cjs ts mts cts py go rb json yaml yml toml j2 erb".split()),
}
"""Last parts of names that look like a kind and are another format: `.env.ts`, `Dockerfile.dockerignore`."""

_ENDINGS = {
    "javascript": "js jsx mjs cjs ts tsx mts cts",
    "vue": "vue",
    "svelte": "svelte",
    "html": "html htm",
    "python": "py pyw",
    "php": "php",
    "yaml": "yaml yml",
    "other_code": "rb go rs java kt kts cs ex exs scala swift dart c cc cpp lua pl",
}
_BY_ENDING = {ending: kind for kind, endings in _ENDINGS.items() for ending in endings.split()}
_TEMPLATES = frozenset("ejs erb twig jinja jinja2 j2 hbs".split())
_NOT_HTML = frozenset(
    "js mjs cjs jsx ts tsx css scss json yml yaml toml ini cfg conf env sh sql py rb xml txt md svg service tf".split()
)
"""Formats that are templated too, and then are no HTML: `app.js.erb`, `docker-compose.yml.j2`."""

_SKIPPED_FOLDERS = frozenset(
    {".git", "node_modules", ".venv", "venv", "__pycache__", ".hg", ".svn", ".tox", ".mypy_cache"}
)
_UNPRINTABLE = re.compile("[\\\\\ud800-\udfff]")
_ESCAPE = re.compile(r"\\(?:(\\)|x([0-9a-f]{2})|u([0-9a-f]{4}))")


@dataclass(frozen=True, slots=True)
class Discovery:
    """The files below a root, sorted by path, and what could not be listed."""

    root: Path
    files: tuple[SourceFile, ...]
    problems: tuple[Problem, ...]


@dataclass(slots=True)
class _Listing:
    """Paths as the file system spells them, each with whether it is local, and what could not be listed."""

    paths: dict[str, bool] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def add(self, other: _Listing, folder: str) -> None:
        """Take over what was listed in a folder below."""
        self.paths.update({f"{folder}/{path}": local for path, local in other.paths.items()})
        for problem in other.problems:
            path = posixpath.normpath(f"{printable(folder)}/{problem.at.path}")
            self.problems.append(Problem(whole_file(path), problem.code, problem.message))


def kind_of(path: str) -> str:
    """Return the kind of a file by its name: javascript, compose, dotenv, ...; `other` for the rest.

    Type declarations and minified files are `other`: nobody wrote them to run as they stand.
    """
    name = posixpath.basename(path).lower()
    stem, _, ending = name.rpartition(".")
    special = _BY_NAME.fullmatch(name)
    if special and special.lastgroup and ending not in _FOREIGN_ENDINGS.get(special.lastgroup, ()):
        return special.lastgroup
    if name.endswith(".blade.php") or (ending in _TEMPLATES and stem.rpartition(".")[2] not in _NOT_HTML):
        return "template"
    if name.endswith((".conf", ".conf.template")) and "nginx" in path.lower():
        return "nginx"
    if ending in {"txt", "in"} and posixpath.basename(posixpath.dirname(path)) == "requirements":
        return "manifest"
    return _BY_ENDING.get(ending, "other")


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


def discover(root: Path, config: Config) -> Discovery:
    """List the files of a repository.

    With git: its index, its untracked files that are not ignored, and the submodules that are checked out. Without git,
    or where git does not answer: a walk that respects .gitignore files. Dotenv files that git ignores are listed too,
    marked as local, since they are what runs on this machine; those in build output and in other people's packages are
    not. Other repositories that merely lie in the work tree are left out, and so are links, `node_modules` and the like.

    Args:
        root: the folder, which may lie below the top of a work tree. One that is ignored there is listed all the same.
        config: `exclude` and `roles` hold here.

    Returns:
        Files sorted by path. A folder or file that can't be looked at gives a problem of code RT903; one that is gone
        since git last looked gives nothing.
    """
    listing = _listed(os.fspath(root))
    excluded = compiled(config.exclude) if config.exclude else None
    tree = _Tree(os.fspath(root), listing.problems)
    files = []
    for name, local in listing.paths.items():
        path = printable(name)
        if excluded and excluded.match_file(path):
            continue
        size = tree.size(name)
        if size is not None:
            files.append(SourceFile(path, kind_of(path), role_of(path, config.roles), local, size))
    files.sort(key=lambda file: file.path)
    problems = sorted(listing.problems, key=lambda problem: problem.at)
    return Discovery(root, tuple(files), tuple(problems))


@dataclass(slots=True)
class _Tree:
    """Looks at the files of a listing, never through a link."""

    root: str
    problems: list[Problem]
    _folders: dict[str, bool] = field(default_factory=lambda: {"": True})

    def size(self, name: str) -> int | None:
        """Return the size in bytes; None for what is gone, a folder, a link or behind one."""
        if not self._is_below(posixpath.dirname(name)):
            return None
        try:
            found = os.lstat(os.path.join(self.root, name))  # noqa: PTH118
        except (FileNotFoundError, NotADirectoryError):
            return None
        except (OSError, ValueError) as error:
            self.problems.append(_unreadable(name, error))
            return None
        return None if stat.S_ISLNK(found.st_mode) or stat.S_ISDIR(found.st_mode) else found.st_size

    def _is_below(self, folder: str) -> bool:
        """Tell whether a folder really lies in the root: an index may name `src/x` where `src` is a link, or `../x`."""
        if folder not in self._folders:
            parent, name = posixpath.split(folder)
            fits = name not in {"", ".", ".."} and name not in _SKIPPED_FOLDERS and folder != "/"
            self._folders[folder] = fits and self._is_below(parent) and _is_folder(os.path.join(self.root, folder))  # noqa: PTH118
        return self._folders[folder]


def _is_folder(path: str) -> bool:
    try:
        return stat.S_ISDIR(os.lstat(path).st_mode)
    except (OSError, ValueError):
        return False


def _unreadable(name: str, error: OSError | ValueError) -> Problem:
    reason = getattr(error, "strerror", None) or str(error)
    return Problem(whole_file(printable(name)), "RT903", f"it can't be looked at: {reason}")


def _listed(root: str) -> _Listing:
    return _from_git(root) or _from_walk(root)


def _from_git(root: str) -> _Listing | None:
    """Return what git lists; None where it does not answer, or lists nothing, as in a folder that it ignores."""
    listed = _git(root, "--cached", "--others", "--exclude-standard")
    if not listed:
        return None
    patterns = (":(glob,icase)**/*.env*", ":(glob,icase)**/*env.*", ":(glob,icase)**/.env*")
    hidden = _git(root, "--others", "--ignored", "--exclude-standard", "--", *patterns)
    if hidden is None:
        return None
    listing = _Listing({name: True for name in hidden if _is_local(name)} | dict.fromkeys(listed, False))
    for name in listed:
        if _is_submodule(root, name):
            listing.add(_listed(os.path.join(root, name)), name)  # noqa: PTH118
    return listing


def _is_submodule(root: str, name: str) -> bool:
    """Tell whether a listed path is a checked-out submodule; git ends those of other repositories with a slash."""
    if name.endswith("/") or "." in posixpath.basename(name) or not _is_folder(os.path.join(root, name)):  # noqa: PTH118
        return False
    return os.path.lexists(os.path.join(root, name, ".git"))  # noqa: PTH118


def _is_local(name: str) -> bool:
    return kind_of(name) == "dotenv" and not is_foreign(posixpath.dirname(name))


def _git(root: str, *options: str) -> list[str] | None:
    """Run `git ls-files` so that nothing which the repository configures is run.

    `core.fsmonitor` names a program that plain `git ls-files` starts, and a partial clone may fetch what its index lacks
    by any command that its remote names: https://git-scm.com/docs/git-config, https://git-scm.com/docs/git.
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
            [program, *safe, "ls-files", "-z", *options],
            cwd=root,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=GIT_SECONDS,
        )
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None
    return None if done.returncode else [os.fsdecode(name) for name in done.stdout.split(b"\0") if name]


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


@dataclass(frozen=True, slots=True)
class _Rules:
    """The .gitignore of one folder; `folder` is its path from the top of the work tree."""

    folder: str
    spec: GitIgnoreSpec

    def verdict(self, path: str) -> bool | None:
        """Tell whether a path from the top is ignored; None when no pattern covers it."""
        below = path[len(self.folder) + 1 :] if self.folder else path
        return self.spec.check_file(below).include


@dataclass(frozen=True, slots=True)
class _Folder:
    """A folder to be walked: its path from the root, the rules above it, and whether they ignore it."""

    path: str
    rules: tuple[_Rules, ...]
    hidden: bool


@dataclass(slots=True)
class _Walk:
    """A walk as git would go: nested .gitignore files, the deepest one deciding.

    Attributes:
        root: the folder.
        start: the path of the root from the top of its work tree; empty at the top.
        owned: whether the root lies in a work tree, so that repositories in it are other ones.
    """

    root: str
    start: str
    owned: bool
    listing: _Listing = field(default_factory=_Listing)

    def run(self, rules: tuple[_Rules, ...]) -> _Listing:
        """List everything below the root, given the rules of the folders above it."""
        pending = [_Folder("", rules, hidden=False)]
        while pending:
            pending += self._enter(pending.pop())
        return self.listing

    def _enter(self, folder: _Folder) -> Iterator[_Folder]:
        """List the files of a folder, and return the folders in it that are worth a visit."""
        try:
            with os.scandir(os.path.join(self.root, folder.path)) as found:  # noqa: PTH118
                entries = {entry.name: entry for entry in found}
        except (OSError, ValueError) as error:
            self.listing.problems.append(_unreadable(folder.path or ".", error))
            return
        repository = folder.path != "" and ".git" in entries
        if repository and (folder.hidden or (self.owned and entries[".git"].is_dir(follow_symlinks=False))):
            return
        rules = () if repository else folder.rules
        if ".gitignore" in entries and not folder.hidden:
            rules = (*rules, *self._own_rules(folder.path))
        for name, entry in entries.items():
            path = f"{folder.path}/{name}" if folder.path else name
            if entry.is_dir(follow_symlinks=False):
                hidden = folder.hidden or _ignored(self._from_top(path) + "/", rules)
                if name not in _SKIPPED_FOLDERS and not (hidden and is_foreign(path)):
                    yield _Folder(path, rules, hidden)
            elif entry.is_file(follow_symlinks=False) and name != ".git":
                self._file(path, folder.hidden or _ignored(self._from_top(path), rules))

    def _file(self, path: str, hidden: bool) -> None:
        if not hidden or _is_local(path):
            self.listing.paths[path] = hidden

    def _from_top(self, path: str) -> str:
        return "/".join(part for part in (self.start, path) if part)

    def _own_rules(self, path: str) -> tuple[_Rules, ...]:
        read = _gitignore(os.path.join(self.root, path))  # noqa: PTH118
        if isinstance(read, Problem):
            at = printable("/".join(part for part in (path, ".gitignore") if part))
            self.listing.problems.append(Problem(whole_file(at), read.code, read.message))
            return ()
        return (_Rules(_as_bytes(self._from_top(path)), read),)


def _from_walk(root: str) -> _Listing:
    """Walk the folder without git; where the folders above ignore it, their rules do not count."""
    real = Path(root).resolve()
    top = next((folder for folder in (real, *real.parents) if os.path.lexists(folder / ".git")), None)
    start = real.relative_to(top).as_posix() if top else "."
    walk = _Walk(root, "" if start == "." else start, owned=top is not None)
    above: tuple[_Rules, ...] = ()
    folder = ""
    for part in walk.start.split("/") if top and walk.start else ():
        read = _gitignore(os.fspath(top / folder))
        above = above if isinstance(read, Problem) else (*above, _Rules(_as_bytes(folder), read))
        folder = f"{folder}/{part}" if folder else part
        if _ignored(folder + "/", above):
            return walk.run(())
    return walk.run(above)


def _gitignore(folder: str) -> GitIgnoreSpec | Problem:
    """Read a .gitignore file; git does not follow a link there either: https://git-scm.com/docs/gitignore."""
    read = read_bytes(Path(folder), ".gitignore")
    if isinstance(read, Problem):
        return read
    return compiled(
        line.removesuffix("\r") for line in read.removeprefix(b"\xef\xbb\xbf").decode("latin-1").split("\n")
    )


def _as_bytes(path: str) -> str:
    """Return a path with one character for each byte: git matches bytes, whatever they encode."""
    return path if path.isascii() else os.fsencode(path).decode("latin-1")


def _ignored(path: str, rules: tuple[_Rules, ...]) -> bool:
    """Tell whether the deepest rule that covers a path from the top ignores it."""
    plain = _as_bytes(path)
    verdicts = (rule.verdict(plain) for rule in reversed(rules))
    return next((verdict for verdict in verdicts if verdict is not None), False)


def read_bytes(root: Path, path: str) -> bytes | Problem:
    """Return the content of a file that `discover` listed, or what is in the way.

    A file over `MAX_FILE_BYTES` is a problem of code RT905 and is not read. One that is no regular file is RT903 and is
    not opened; so is one that can't be opened. Links are not followed.

    Args:
        root: the checked folder.
        path: the path below it, as `discover` spells it.
    """
    target = os.path.join(root, real_name(path))  # noqa: PTH118
    try:
        found = os.lstat(target)
        if not stat.S_ISREG(found.st_mode):
            return Problem(whole_file(path), "RT903", "this is no regular file")
        if found.st_size > MAX_FILE_BYTES:
            return _too_large(path, found.st_size)
        flags = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
        with os.fdopen(os.open(target, flags), "rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        return Problem(whole_file(path), "RT903", f"the file can't be read: {reason}")
    return data if len(data) <= MAX_FILE_BYTES else _too_large(path, len(data))


def _too_large(path: str, size: int) -> Problem:
    limit = f"{MAX_FILE_BYTES >> 20} MiB"
    return Problem(
        whole_file(path), "RT905", f"the file has {size / (1 << 20):.1f} MiB and was not read; the limit is {limit}"
    )
