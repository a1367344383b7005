"""extract: (path, bytes) to facts. One module per language; a pure function of one file."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache, partial
from importlib import import_module

from rtlint.extract.prefilter import PREFILTERED, PUT_OFF, is_minified, may_matter, waits
from rtlint.facts.fact import RawFact
from rtlint.facts.files import FileFacts, SourceFile
from rtlint.facts.problem import Problem
from rtlint.facts.site import whole_file

_MODULES = {
    "javascript": "javascript",
    "vue": "javascript",
    "svelte": "javascript",
    "html": "html",
    "template": "html",
    "python": "python",
    "php": "php",
    "ruby": "ruby",
    "cable": "cable",
    "shell": "compose_commands",
    "dotenv": "dotenv",
    "compose": "compose",
    "manifest": "manifests",
    "tsconfig": "manifests",
    "lockfile": "lockfiles",
    "nginx": "nginx",
    "caddy": "caddy",
    "hosting": "hosting",
    "dockerfile": "dockerfile",
    "dockerignore": "dockerignore",
}
"""The module of this package that reads each kind of file."""

UTF_16 = (b"\xff\xfe", b"\xfe\xff")
"""Byte order marks: PowerShell's `>` and Notepad write such files."""

_COMMON = ("javascript", "manifest", "compose", "dotenv", "dockerfile", "tsconfig", "lockfile", "html", "python")
"""Kinds that most repositories have a file of."""

_IMPORTED = {"json": "json_module", "yaml": "compose"}
"""The modules for kinds that are read only when another file leads there: an import, `extends` of a compose file."""


def handles(kind: str) -> bool:
    """Tell whether files of a kind are read at all."""
    return kind in _MODULES


def preparations(triggers: tuple[bytes, ...]) -> Iterable[Callable[[], object]]:
    """Return pieces of work that reading needs in most repositories, for a process that has nothing else to do.

    The first one is for scripts, which every process reads.

    Args:
        triggers: further tokens that make a file worth parsing.
    """
    modules = dict.fromkeys(_MODULES[kind] for kind in _COMMON)
    return [partial(_prepare_scripts, triggers), *(partial(import_module, f"{__name__}.{name}") for name in modules)]


def _prepare_scripts(triggers: tuple[bytes, ...]) -> None:
    from rtlint.extract.javascript.parser import make_ready
    from rtlint.extract.triggers import pattern_of, waiting_of
    from rtlint.words import searcher

    for pattern in (pattern_of("javascript", triggers), *waiting_of("javascript", triggers)):
        searcher(pattern)
    make_ready()


def extract(file: SourceFile, data: bytes, triggers: Iterable[bytes] = (), *, force: bool = False) -> FileFacts:
    """Return the facts of one file.

    Args:
        file: the file, with its kind.
        data: its content.
        triggers: further tokens that make a file worth parsing.
        force: parse it though the prefilter finds no token, because an import leads there.
    """
    if not matters(file, data, triggers, force=force):
        return FileFacts(file.path, (), relevant=False)
    if b"\0" in data[:8192]:
        text = "the file is UTF-16, which the tools that it is for don't read: save it as UTF-8"
        message = text if data.startswith(UTF_16) else "the file is binary, though its name says otherwise"
        return FileFacts(file.path, (Problem(whole_file(file.path), "RT903", message),))
    return FileFacts(file.path, tuple(_reader(file.kind)(file.path, data)))


def matters(file: SourceFile, data: bytes, triggers: Iterable[bytes] = (), *, force: bool = False) -> bool:
    """Tell whether a file is worth parsing; the arguments are those of `extract`.

    Minified scripts are not, even if they are called something else than `.min.js`: nobody wrote them as they stand.
    """
    kind = file.kind
    if kind not in _MODULES:
        return force and kind in _IMPORTED
    if kind == "javascript" and is_minified(file.path, data):
        return False
    if force or kind not in PREFILTERED or data.startswith(UTF_16):
        return True
    if file.role == "test" and b"rtlint:" not in data:
        return False  # No rule speaks of what tests do.
    return may_matter(file.path, data, _pattern_of(kind, tuple(triggers)))


@cache
def _pattern_of(kind: str, triggers: tuple[bytes, ...]) -> bytes:
    """Return the pattern without an import statement for each file, which takes a microsecond of the twenty."""
    from rtlint.extract.triggers import pattern_of

    return pattern_of(kind, triggers)


def can_wait(file: SourceFile, data: bytes, triggers: Iterable[bytes] = ()) -> bool:
    """Tell whether a file that matters does so only beside something real-time elsewhere in the repository.

    It serves routes, which nobody but a real-time client is asked about, or reads variables, none of them a real-time
    one by its name, or it speaks of real-time and neither makes a client nor reads such a variable.

    Args:
        file: the file, with its kind.
        data: its content.
        triggers: further tokens that make a file worth parsing.
    """
    if file.kind not in PUT_OFF or data.startswith(UTF_16):
        return False
    from rtlint.extract.triggers import waiting_of

    return waits(file.path, data, waiting_of(file.kind, tuple(triggers)))


def can_wait_beside(
    file: SourceFile, data: bytes, triggers: Iterable[bytes] = (), names: frozenset[str] = frozenset()
) -> bool:
    """Tell whether a file that was put off can go on waiting though something real-time is in the repository.

    Args:
        file: the file, with its kind.
        data: its content.
        triggers: further tokens that make a file worth parsing.
        names: the variables that reach clients.
    """
    from rtlint.extract.triggers import waiting_beside

    waiting = waiting_beside(file.kind, tuple(triggers), names)
    return waiting is not None and not data.startswith(UTF_16) and waits(file.path, data, waiting)


def _reader(kind: str) -> Callable[[str, bytes], Iterable[RawFact]]:
    module = import_module(f"rtlint.extract.{_MODULES.get(kind) or _IMPORTED[kind]}")
    reader: Callable[[str, bytes], Iterable[RawFact]] = module.extract
    return reader
