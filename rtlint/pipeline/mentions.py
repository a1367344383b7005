"""Where names stand in the text of files, whatever the files are."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from rtlint.discover import MAX_FILE_BYTES
from rtlint.facts.files import SourceFile
from rtlint.facts.records import dataclass, field
from rtlint.patterns import regex
from rtlint.pipeline.workers import processes, spread
from rtlint.words import Search, searcher_of

_NO_MENTION_ROLES = frozenset({"docs", "vendored", "archive"})
_TYPE_DECLARATIONS = (".d.ts", ".d.mts", ".d.cts")
_BINARY = regex(
    r"\.(?:png|jpe?g|gif|webp|avif|ico|svg|pdf|zip|gz|tgz|woff2?|ttf|otf|eot|mp[34]|webm|wasm|so|dll|map|lock|css|scss|less)$|"
    r"(?:package-lock\.json|pnpm-lock\.yaml)$",
    re.IGNORECASE,
)
"""Files whose text can't use a variable."""
_OWN_FILE = regex(r"(?:^|/)(?:rtlint\.toml$|rtlint-baseline\.json$|\.rtlint/)|\.sarif$")
_REPORT = regex(r"\.(?:json|xml|md|html)$")
_OWN_REPORT = regex(
    rb'"name": "rtlint"|<testsuites name="rtlint"|source="rtlint\.RT'
    rb'|"check_name": "RT\d{3} |"fingerprint": "[0-9a-f]{32}"'
)
"""rtlint's own files: what they say of a variable is no use of it."""
_WORD = rb"[A-Za-z0-9_]"


@dataclass(slots=True)
class Mentions:
    """Looks for names in the text of all files, and remembers what it found.

    Args:
        files: every file, by path.
        content: returns the content of a file, None when it can't be read.
        jobs: how many processes may look.
        held: tells whether the content of a file is in memory, so that this process is the one to look into it.
    """

    files: Mapping[str, SourceFile]
    content: Callable[[str], bytes | None]
    jobs: int = 1
    held: Callable[[str], bool] = lambda _: True
    found: dict[str, frozenset[str]] = field(default_factory=dict)

    def __call__(self, names: Iterable[str]) -> dict[str, frozenset[str]]:
        """Return, for each name, the files whose text names it as a whole word.

        Documentation, archives and type declarations do not count: they describe a variable and do not use it.
        """
        wanted = set(names)
        new = wanted - self.found.keys()
        if new:
            places: dict[str, set[str]] = {name: set() for name in new}
            for path, names in self._named(new):
                for name in names:
                    places[name].add(path)
            self.found |= {name: frozenset(paths) for name, paths in places.items()}
        return {name: self.found[name] for name in wanted}

    def _named(self, names: Iterable[str]) -> Iterator[tuple[str, Iterable[str]]]:
        """Yield each file that names one of some names, with those that it names."""
        pattern = pattern_of(names)
        files = list(self.files.values())
        held = [number for number, file in enumerate(files) if self.held(file.path)]
        others = [number for number, file in enumerate(files) if not self.held(file.path)]
        count = processes(self.jobs, files)
        own, sent = spread(
            (held, others),
            lambda number: mentioned_in(files[number], pattern, self.content),
            lambda found: "\0".join(found).encode(),
            count,
        )
        yield from ((files[number].path, found) for number, found in own.items() if found)
        yield from ((files[number].path, data.decode().split("\0")) for number, data in sent.items() if data)


Wanted = tuple[Search, re.Pattern[bytes]]
"""What tells quickly whether a text holds one of some names, and what finds them as whole words."""


def pattern_of(names: Iterable[str]) -> Wanted:
    """Return what finds some names as whole words."""
    words = sorted(name.encode() for name in names)
    pattern = regex(rb"(?<!%b)(?:%b)(?!%b)" % (_WORD, b"|".join(map(re.escape, words)), _WORD))
    return searcher_of(words), pattern


def mentioned_in(file: SourceFile, wanted: Wanted, content: Callable[[str], bytes | None]) -> frozenset[str]:
    """Return the names that the text of a file uses; none for files whose mentions do not count."""
    silent = file.role in _NO_MENTION_ROLES or file.size > MAX_FILE_BYTES or _BINARY.search(file.path)
    if silent or file.path.endswith(_TYPE_DECLARATIONS) or _OWN_FILE.search(file.path):
        return frozenset()
    search, pattern = wanted
    data = content(file.path)
    found = set(pattern.findall(data)) if data and search(data) else set()
    if not found or (_REPORT.search(file.path) and data and _OWN_REPORT.search(data)):
        return frozenset()
    return frozenset(name.decode() for name in found)


def mentions(
    files: Mapping[str, SourceFile], content: Callable[[str], bytes | None], names: Iterable[str]
) -> dict[str, frozenset[str]]:
    """Return, for each name, the files whose text names it as a whole word: see `Mentions`."""
    return Mentions(files, content)(names)
