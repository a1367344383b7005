"""Command lines that start compose: in Makefiles, justfiles, shell scripts and package.json's scripts.

Source: https://docs.docker.com/reference/cli/docker/compose/, options of `docker compose` itself.
"""

from __future__ import annotations

import posixpath
import re
import shlex
from collections.abc import Iterator

from rtlint.extract.dotenv_text import Lines, decode, unify_line_ends
from rtlint.facts.compose import ComposeCommand
from rtlint.facts.raw import RawFact
from rtlint.facts.site import Site
from rtlint.patterns import regex

_START = regex(r"(?<![\w./-])docker(?: |-)compose[ \t]")
_CHANGES_FOLDER = regex(r"(?:^|[\s;&|(@])(?:cd|pushd)\s")
_CONTINUED = regex(r"\\\n")
_END = regex(r"[;&|<>()#\n]")
_MAX_COMMANDS = 200
_MAX_LENGTH = 4_000
"""How many commands of one file are read, and how many characters of each."""

_VALUES = {
    "-f": "files", "--file": "files", "--env-file": "env_files", "--profile": "profiles",
    "--project-directory": "project_directory", "-p": "", "--project-name": "", "--ansi": "", "--progress": "",
    "--parallel": "", "-H": "", "--host": "", "-c": "", "--context": "", "--log-level": "",
}  # fmt: skip
"""Options with a value, and what it says; the others are switches."""


def extract(path: str, data: bytes) -> list[RawFact]:
    """Read the commands of a Makefile, a justfile or a shell script."""
    text = unify_line_ends(decode(data))
    lines = Lines(path, text)
    return [
        fact
        for found, _ in zip(_START.finditer(text), range(_MAX_COMMANDS), strict=False)
        if not _elsewhere(text[text.rfind("\n", 0, found.start()) + 1 : found.start()])
        for fact in _command(text[found.end() :], lines.site(found.start(), found.end() - 1), posixpath.dirname(path))
    ]


def commands(command: str, at: Site, directory: str) -> Iterator[ComposeCommand]:
    """Read one entry of package.json's scripts.

    Args:
        command: the command line.
        at: where it stands.
        directory: the folder that it runs in.
    """
    for found, _ in zip(_START.finditer(command), range(_MAX_COMMANDS), strict=False):
        if not _elsewhere(command[: found.start()]):
            yield from _command(command[found.end() :], at, directory)


def _elsewhere(before: str) -> bool:
    """Tell whether what stands before a command makes it a comment, or start in another folder."""
    return before.lstrip("\t @").startswith("#") or bool(_CHANGES_FOLDER.search(before))


def _command(text: str, at: Site, directory: str) -> Iterator[ComposeCommand]:
    """Read the options behind `docker compose`; a command that a variable decides gives nothing."""
    line = _CONTINUED.sub(" ", text[:_MAX_LENGTH])
    end = _END.search(line)
    found = _options(line[: end.start()] if end else line)
    if found is not None and any(found.values()):
        home = found["project_directory"]
        files, env_files, profiles = (tuple(found[name]) for name in ("files", "env_files", "profiles"))
        yield ComposeCommand(at, directory, files, env_files, profiles, home[-1] if home else "")


def _options(line: str) -> dict[str, list[str]] | None:
    """Return the values of the options before the subcommand; None where the line can't be read."""
    found: dict[str, list[str]] = {"files": [], "env_files": [], "profiles": [], "project_directory": []}
    try:
        words = shlex.split(line)
    except ValueError:
        words = line.split()
    waiting = iter(words)
    for word in waiting:
        if not word.startswith("-"):
            return None if "$" in word or "`" in word else found
        name, separator, value = word.partition("=")
        if name not in _VALUES and word[:2] == "-f":
            name, separator, value = "-f", "=", word[2:]
        if name in _VALUES:
            value = (value if separator else next(waiting, "")).strip("\"'")
            if not value or re.search(r"[$`?{]", value) or ("*" in value and name != "--profile"):
                return None
            found.get(_VALUES[name], []).append(value)
    return found
