"""Keeping answers: what the next run with the same question can print without being worked out again."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from rtlint import answers, watched
from rtlint.compiled import put
from rtlint.config_files import candidates
from rtlint.extract import handles
from rtlint.extract.prefilter import PREFILTERED
from rtlint.facts.files import UNREAD_ROLES
from rtlint.facts.records import dataclass
from rtlint.pipeline.ground import Ground
from rtlint.pipeline.pickles import load_tree


@dataclass(frozen=True, slots=True)
class Answer:
    """What was printed, and what else it depends on.

    Attributes:
        text: with `answers.CLOCK` in the place of the seconds.
        code: the exit code.
        shown: the files of which something was printed.
        deciders: files beside the tree, by their absolute paths, whether they exist or not.
    """

    text: str
    code: int
    shown: frozenset[str]
    deciders: tuple[str, ...]


def keep(arguments: list[str], answer: Answer, ground: Ground) -> None:
    """Keep an answer; where that can't be done, nothing is said of it.

    Args:
        arguments: the command line, without the name of the program.
        answer: the answer.
        ground: what it rests on.
    """
    folder = watched.cache_folder()
    if folder is None or not ground.note or ground.state.racy:
        return
    with contextlib.suppress(Exception):
        classes, patterns = _classes(ground, answer.shown)
        deciders = sorted({*answer.deciders, *map(os.path.abspath, _configuration(ground.root))})
        question = answers.asked(arguments)
        kept = watched.framed(
            question,
            os.fsencode(os.path.abspath(ground.root)),  # noqa: PTH100 - links in it stay, as in the other paths.
            watched.numbers_of_places("/", (), answers.own_places()).tobytes(),
            ground.note,
            watched.joined(deciders),
            watched.numbers_of_places("/", (), deciders).tobytes(),
            ground.state.numbers.tobytes(),
            classes,
            patterns,
            answer.text.encode("utf-8", "surrogatepass"),
            bytes([answer.code]),
        )
        put(answers.place_of(folder, question), kept)
        _prune(Path(folder))


def _configuration(root: Path) -> Iterable[Path]:
    """Yield what configures a folder: configurations, and the folder's own rules with the folders that they are in."""
    yield from candidates(root)
    rules = root / ".rtlint" / "rules"
    yield from (root / ".rtlint", rules)
    with contextlib.suppress(OSError):
        yield from rules.glob("*.yaml")


def _classes(ground: Ground, shown: frozenset[str]) -> tuple[bytes, bytes]:
    """Return the class of each file, and the patterns that changed files are searched for."""
    names, _, kinds, roles, read, mentioned, patterns, looks, _ = load_tree(ground.tree)
    if names != ground.state.names:
        raise ValueError("the verdicts are those of other files")
    matter = {*read, *shown, *(path for paths in mentioned.values() for path in paths)}
    prefiltered = sorted(patterns)

    @cache
    def passed_over(kind: str, role: str) -> int:
        if role in UNREAD_ROLES or not handles(kind):
            return answers.UNREAD
        return answers.PREFILTERED + prefiltered.index(kind) if kind in PREFILTERED else answers.READ

    classes = bytearray(
        answers.LEFT_OUT if kind == "" else answers.READ if path in matter else passed_over(kind, role)
        for path, kind, role in zip(ground.state.paths, kinds, roles, strict=True)
    )
    named = watched.framed(*(name.encode() for name in mentioned))
    searches = (watched.framed(patterns[kind], *map(_look, looks[kind])) for kind in prefiltered)
    return bytes(classes), watched.framed(named, *searches)


def _look(look: tuple[tuple[tuple[bytes, ...], ...], tuple[bytes, ...]]) -> bytes:
    needs, harmless = look
    return watched.framed(watched.framed(*harmless), *(watched.framed(*texts) for texts in needs))


def _prune(folder: Path) -> None:
    """Take away the oldest answers beyond a limit."""
    kept = list(folder.glob("*.answer"))
    if len(kept) > answers.MAX_ANSWERS:
        for path in sorted(kept, key=lambda path: path.stat().st_mtime_ns)[: -answers.MAX_ANSWERS]:
            path.unlink(missing_ok=True)
