"""Dotenv files: what they set, in three dialects."""

from __future__ import annotations

from collections.abc import Iterator

from rtlint.extract.dotenv_dialects import Line, tokenize
from rtlint.extract.dotenv_expand import expand, expression
from rtlint.extract.dotenv_text import Lines, decode, unify_line_ends
from rtlint.extract.suppressions import suppressions
from rtlint.facts.expressions import EnvVar
from rtlint.facts.raw import EnvSet, Problem, RawFact

__all__ = ["Line", "expand", "extract", "parse", "tokenize"]


def extract(path: str, data: bytes, dialect: str = "node") -> list[RawFact]:
    """Read a dotenv file.

    Args:
        path: the path that the sites get.
        data: the file.
        dialect: who reads it: `node` (Vite and the other users of npm's dotenv), `compose` or `python`.

    Returns:
        An `EnvSet` for every assignment, a `Problem` RT901 for every line that its reader skips or misreads, and the
        suppressions in its comments, in the order of the file.

    Raises:
        KeyError: there is no such dialect.
    """
    text = unify_line_ends(decode(data))
    lines = Lines(path, text)
    return [fact for line in tokenize(text, dialect, path) for fact in _facts(line, lines, dialect)]


def parse(text: str, dialect: str) -> dict[str, str]:
    """Return the values of a dotenv file before their variables are replaced; `expand` does that.

    Args:
        text: the decoded file.
        dialect: `node`, `compose` or `python`.

    Returns:
        The value of each name, the last one if it is set again; names without a value and broken lines are left out.
        In the compose dialect a `$` that begins no variable, such as one in single quotes, is written `$$`.

    Raises:
        KeyError: there is no such dialect.
    """
    return {line.name: line.value for line in tokenize(text.removeprefix("\ufeff"), dialect) if line.value is not None}


def _facts(line: Line, lines: Lines, dialect: str) -> Iterator[RawFact]:
    if line.problem:
        yield Problem(line.at, "RT901", line.problem)
    if line.placed is not None:
        meant = expression(line.placed, dialect)
        yield EnvSet(line.at, line.name, "dotenv", "", line.value_at, meant.value)
        yield from meant.problems
    elif dialect == "compose" and line.name and not line.problem:
        yield EnvSet(line.at, line.name, "dotenv", "", line.at, EnvVar(line.at, line.name, "dotenv"))
    if line.comment:
        own_line = not line.name
        number = line.comment_at.line
        yield from suppressions(line.comment, line.comment_at, lines.next_code_line(number) if own_line else number)
