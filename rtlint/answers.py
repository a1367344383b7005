"""Answers: what `rtlint check` printed, for the same question about a tree in which nothing that matters has changed.

A hook asks the same question at every commit. Everything that an answer rests on is noted with it: the command line,
rtlint's own files, every folder and file of the tree. When all of that is as it was, or only files have changed that
the prefilter passes over, the answer is printed again; in all other cases, and whenever anything here goes wrong,
rtlint starts as usual. No secret is in an answer, since what is printed is masked.

This module and `rtlint.watched` are all that such a run loads: with nothing else, Python starts in 10 ms.
"""

from __future__ import annotations

import os
import sys
import time

from rtlint import watched

FORMAT = 1
"""Raised when what is kept changes its form."""

MAX_ANSWERS = 64
"""Answers that are kept for all folders together; the oldest give way."""

MAX_CHANGED = 16
"""Changed files beyond which the tree is looked at anew."""

MAX_FILE_BYTES = 2 << 20
"""As `rtlint.discover.MAX_FILE_BYTES`."""

UTF_16 = (b"\xff\xfe", b"\xfe\xff")
"""As `rtlint.extract.UTF_16`."""

LEFT_OUT, UNREAD, PREFILTERED, READ = 0, 1, 2, 255
"""Classes of files: those that the configuration leaves out, those that are only searched for names, those of the first
prefiltered kind (others follow), and those that were read for facts or name something."""

CLOCK = 71346.31
"""Stands in a kept answer for the seconds that the run took, as texts of two decimals show them."""

_VARIABLES = (
    "CI COLUMNS FORCE_COLOR HOME NO_COLOR PATH PYTHONIOENCODING PYTHONUTF8 RTLINT_CACHE_DIR RTLINT_NO_CACHE "
    "RTLINT_OUTPUT_FORMAT TERM USERPROFILE XDG_CACHE_HOME XDG_CONFIG_HOME"
).split()
"""Variables that decide what is printed."""


def replay(arguments: list[str]) -> int | None:
    """Print the answer to a question that was asked before, and return the exit code; None when there is none.

    Args:
        arguments: the command line, without the name of the program.
    """
    started = time.perf_counter()
    folder = watched.cache_folder() if arguments[:1] == ["check"] else None
    if folder is None or os.name == "nt":  # There, click translates colours.
        return None
    try:
        question = asked(arguments)
        with open(place_of(folder, question), "rb") as file:  # noqa: PTH123 - without pathlib
            found = _answer(question, file.read())
    except Exception:  # noqa: BLE001 - whatever a damaged file leads to, the answer is worked out.
        return None
    if found is None:
        return None
    text, code = found
    _print(text.replace(f"{CLOCK:.2f}", f"{time.perf_counter() - started:.2f}"))
    return code


def asked(arguments: list[str]) -> bytes:
    """Return what a question consists of, beside the tree and rtlint itself."""
    variables = [(name, os.environ[name]) for name in _VARIABLES if name in os.environ]
    terminal = sys.stdout.isatty() and tuple(os.get_terminal_size(sys.stdout.fileno()))
    said = (FORMAT, sys.version, arguments, os.getcwd(), variables, terminal)  # noqa: PTH109
    return repr(said).encode("utf-8", "surrogateescape")


def own_places() -> list[str]:
    """Return the folders and files of rtlint itself."""
    folders, files = watched.program_places()
    return [*folders, *files]


def place_of(folder: str, question: bytes) -> str:
    """Return the file that the answer to a question is kept in; two questions may share one, which names its own."""
    return f"{folder}/{int.from_bytes(question, 'big') % watched.PRIME:016x}.answer"


def _answer(question: bytes, kept: bytes) -> tuple[str, int] | None:
    """Return what is to be printed and the exit code, when nothing that matters has changed."""
    own, root, program, *rest = watched.unframed(kept)
    note, deciders, decided, numbers, classes, patterns, text, code = rest
    places = watched.numbers_of_places
    if own != question or places("/", (), own_places()).tobytes() != program:
        return None
    top = os.fsdecode(root)
    names, _, folders, listers, listing = watched.unframed(note)
    if places(top, watched.parted(folders), watched.parted(listers)).tobytes() != listing:
        return None
    if places("/", (), watched.parted(deciders)).tobytes() != decided:
        return None
    files = watched.parted(names)
    changed = watched.changed(numbers, watched.numbers_of_files(top, files).tobytes())
    if len(changed) > MAX_CHANGED or not all(
        _is_nothing(f"{top}/{files[at]}", classes[at], patterns) for at in changed
    ):
        return None
    return text.decode("utf-8", "surrogatepass"), code[0]


def _is_nothing(path: str, kind: int, patterns: bytes) -> bool:
    """Tell whether a changed file was passed over, and still is."""
    if kind in {LEFT_OUT, READ}:
        return kind == LEFT_OUT
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
    with os.fdopen(os.open(path, flags), "rb") as file:
        data = file.read(MAX_FILE_BYTES + 1)
    names, *searches = watched.unframed(patterns)
    if len(data) > MAX_FILE_BYTES or any(name in data for name in watched.unframed(names)):
        return False
    if kind == UNREAD:
        return True
    if data[:2] in UTF_16:
        return False
    pattern, *looks = watched.unframed(searches[kind - PREFILTERED])
    if looks and not any(_is_likely(data, look) for look in looks):
        return True
    from rtlint.words import searcher

    return not searcher(pattern)(data)


def _is_likely(data: bytes, look: bytes) -> bool:
    """Tell whether a text may hold what a pattern finds; see `needs` and `harmless` of `rtlint.extract`'s triggers."""
    harmless, *needs = (list(watched.unframed(part)) for part in watched.unframed(look))
    if not all(any(text in data for text in texts) for texts in needs):
        return False
    return not harmless or data.count(needs[0][0]) != sum(map(data.count, harmless))


def _print(text: str) -> None:
    """Print to standard output as `click.echo` does; a reader that went away is no error of ours."""
    try:
        sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
        sys.stdout.write(text)
        sys.stdout.flush()
    except OSError as error:
        print_nowhere()
        if isinstance(error, BrokenPipeError):
            raise SystemExit(1) from None
        sys.stderr.write(f"rtlint: can't write: {error.strerror}\n")
        raise SystemExit(2) from None


def print_nowhere() -> None:
    """Let what is still to be printed vanish: the reader went away, or can take no more."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
