"""Lock files: package-lock.json, yarn.lock, pnpm-lock.yaml, poetry.lock and uv.lock.

They are large and machine-written, so they are read by their lines, and only for the packages of providers. What has
another shape than the tools write gives no facts. A package inside of another package's own node_modules is left out:
code of the repository never gets it.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from functools import cache

from rtlint.extract.dotenv_text import Lines, decode
from rtlint.facts.locks import LockedDependency
from rtlint.facts.raw import RawFact
from rtlint.patterns import regex
from rtlint.providers import load_providers
from rtlint.words import alternation, places


@cache
def _packages() -> frozenset[str]:
    """Return the packages of providers, of clients and of servers."""
    found = load_providers().values()
    return frozenset(name for item in found for name in (*item.packages, *item.server_packages))


@cache
def _names() -> str:
    """Return a pattern for the names of packages, the longest first."""
    return "|".join(re.escape(name) for name in sorted(_packages(), key=lambda name: (-len(name), name)))


@cache
def _pattern(template: str) -> re.Pattern[str]:
    return regex(template.replace("NAME", _names()), re.MULTILINE)


_VERSION = r"[0-9][0-9A-Za-z.+-]*"
_NPM = (
    r'^[ \t]*"(?P<folder>(?:[^"\n]*?/)?)node_modules/(?P<name>NAME)": \{'
    rf'\r?\n[ \t]*"version": "(?P<version>{_VERSION})"'
)
_NPM_1 = rf'^(?:    |\t\t)"(?P<name>NAME)": \{{\r?\n[ \t]*"version": "(?P<version>{_VERSION})"'
_YARN = rf'^"?(?P<ranges>(?P<name>NAME)@[^\n]*):\r?\n[ \t]+"?version"?:? "?(?P<version>{_VERSION})'
_PNPM = (
    r"^  '?(?P<folder>[^\s:'][^\n:']*)'?:[ \t]*\r?$"
    r"|^      '?(?P<name>NAME)'?:\r?\n        specifier: (?P<ranges>[^\n]*?)\r?\n"
    rf"        version: '?(?P<version>{_VERSION})"
)
_PYTHON = rf'^\[\[package\]\]\r?\nname = "(?P<name>NAME)"\r?\nversion = "(?P<version>{_VERSION})"'


def extract(path: str, data: bytes) -> list[RawFact]:
    """Read a lock file; its name says of which tool.

    Args:
        path: the path of the lock file.
        data: the file.

    Returns:
        A LockedDependency for each version of a provider's package; nothing for what can't be read.
    """
    name = posixpath.basename(path)
    if name == "pnpm-lock.yaml":
        importers, _, _ = data.partition(b"\npackages:")  # What is behind them is 95 % of the file.
        return list(_pnpm(Lines(path, decode(importers))))
    lines = Lines(path, decode(data))
    if name == "yarn.lock":
        return list(_yarn(lines))
    return list(_plain(lines, _PYTHON) if name.endswith(".lock") else _npm(lines))


@cache
def _named() -> bytes:
    """Return a pattern, in RE2's syntax, of what is in or just before each entry for a package."""
    return rb"(?:^|[\"/\n ])(?:%b)[\"@]" % alternation(name.encode() for name in _packages())


def _entries(lines: Lines, template: str) -> Iterator[re.Match[str]]:
    """Yield the entries that fit a template, which begin in the line of the name or in the one before.

    To look for the names alone first is ten times as fast; in a text that is not ASCII their places are other ones.
    """
    pattern, text = _pattern(template), lines.text
    if not text.isascii():
        yield from pattern.finditer(text)
        return
    end = 0
    for place in places(_named(), text.encode()):
        start = text.rfind("\n", 0, place + 1) + 1
        for begin in (text.rfind("\n", 0, max(start - 1, 0)) + 1, start):
            found = pattern.match(text, begin) if begin >= end else None
            if found:
                end = found.end()
                yield found


def _npm(lines: Lines) -> Iterator[RawFact]:
    """Read https://docs.npmjs.com/cli/v11/configuring-npm/package-lock-json, versions 1 to 3."""
    own = [match for match in _entries(lines, _NPM) if "node_modules/" not in match["folder"]]
    if not own:
        yield from _plain(lines, _NPM_1)
    for match in own:
        yield _locked(lines, match, match["folder"].rstrip("/"))


def _yarn(lines: Lines) -> Iterator[RawFact]:
    """Read yarn.lock of version 1 and of later ones: `name@range, name@range:` and the version below."""
    for match in _entries(lines, _YARN):
        wanted = (part.strip(' "') for part in match["ranges"].split(","))
        prefix = f"{match['name']}@"
        ranges = [part.removeprefix(prefix).removeprefix("npm:") for part in wanted if part.startswith(prefix)]
        if not any(part.startswith("workspace:") for part in ranges):
            yield _locked(lines, match, "", ranges)


def _pnpm(lines: Lines) -> Iterator[RawFact]:
    """Read the importers of pnpm-lock.yaml: https://github.com/pnpm/spec/blob/master/lockfile/9.0.md."""
    folder = "."
    for match in _pattern(_PNPM).finditer(lines.text):
        if match["folder"] is not None:
            folder = match["folder"]
        elif not folder.startswith("/") and "@" not in folder:
            yield _locked(lines, match, "" if folder == "." else folder, [match["ranges"].strip("'\"")])


def _plain(lines: Lines, template: str) -> Iterator[RawFact]:
    """Read entries of which each is a name and a version, for the whole folder."""
    for match in _entries(lines, template):
        yield _locked(lines, match, "")


def _locked(lines: Lines, match: re.Match[str], folder: str, ranges: Iterable[str] = ()) -> LockedDependency:
    directory = posixpath.normpath(posixpath.join(posixpath.dirname(lines.path), folder))
    at = lines.site(match.start("version"), match.end("version"))
    return LockedDependency(
        at, "" if directory == "." else directory, match["name"], ", ".join(ranges), match["version"]
    )
