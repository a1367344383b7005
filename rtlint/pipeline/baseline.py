"""Baselines: findings that a project knows of and does not want to hear about now.

An entry is recognised by its rule and the text of its line, without white space, and not by the line's number or the
file's name: it survives moved lines and renamed files, and ends when its line is edited.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from rtlint.errors import RtlintError
from rtlint.facts.records import dataclass, replace
from rtlint.findings import Finding
from rtlint.patterns import regex
from rtlint.pipeline.files import write_file

FILE_NAME = "rtlint-baseline.json"
FORMAT_VERSION = 1
MAX_BYTES = 32 << 20
_LINE_END = regex(r"\r\n|\n|\r")


@dataclass(frozen=True, slots=True)
class Entry:
    """Findings of one rule whose lines read the same.

    Attributes:
        code: the rule.
        path: the file where it stood when it was added; where it lies now does not matter.
        fingerprint: of the line.
        count: how many findings it stands for.
        message: for readers of the file only, with secrets masked.
    """

    code: str
    path: str
    fingerprint: str
    count: int
    message: str = ""


@dataclass(frozen=True, slots=True)
class Compared:
    """Findings that the baseline does not list, how many it does, and its entries that match nothing any more."""

    new: tuple[Finding, ...]
    known: int
    stale: tuple[Entry, ...]


class Fingerprints:
    """Fingerprints of findings.

    Args:
        sources: the text of each file, by path.
        mask: hides secrets; what is hashed is the masked line.
    """

    def __init__(self, sources: Mapping[str, str], mask: Any) -> None:
        self._sources = sources
        self._mask = mask
        self._lines: dict[str, list[str]] = {}

    def of(self, finding: Finding) -> str:
        """Return the fingerprint of a finding: 32 hexadecimal digits."""
        path, line = finding.at.path, finding.at.line
        if path not in self._lines:
            self._lines[path] = _LINE_END.split(self._sources.get(path, ""))
        lines = self._lines[path]
        text = "".join(self._mask(lines[line - 1] if line <= len(lines) else "").split())
        return hashlib.sha256(f"{finding.code}\0{text}".encode("utf-8", "surrogatepass")).hexdigest()[:32]


def compare(findings: Sequence[Finding], entries: Iterable[Entry], fingerprints: Fingerprints) -> Compared:
    """Compare findings with a baseline: each entry stands for so many findings as it counts, and no more.

    A finding is first looked for under its own path, then under any: its file may have been renamed.
    """
    left = Counter[tuple[str, str, str]]()
    for entry in entries:
        left[entry.code, entry.path, entry.fingerprint] += entry.count
    marked = [(finding, fingerprints.of(finding)) for finding in findings]
    rest = [each for each in marked if not _take(left, (each[0].code, each[0].at.path, each[1]))]
    new = [finding for finding, mark in rest if not _take_anywhere(left, finding.code, mark)]
    stale = tuple(Entry(*key, count) for key, count in sorted(left.items()) if count > 0)
    return Compared(tuple(new), len(findings) - len(new), stale)


def _take(left: Counter[tuple[str, str, str]], key: tuple[str, str, str]) -> bool:
    if left[key] <= 0:
        return False
    left[key] -= 1
    return True


def _take_anywhere(left: Counter[tuple[str, str, str]], code: str, mark: str) -> bool:
    place = next((each for each, count in left.items() if count > 0 and (each[0], each[2]) == (code, mark)), None)
    return place is not None and _take(left, place)


def added(entries: Iterable[Entry], findings: Iterable[Finding], fingerprints: Fingerprints, mask: Any) -> list[Entry]:
    """Return a baseline with further findings in it."""
    found = {(entry.code, entry.path, entry.fingerprint): entry for entry in entries}
    for finding in findings:
        key = (finding.code, finding.at.path, fingerprints.of(finding))
        known = found.get(key)
        found[key] = replace(known, count=known.count + 1) if known else Entry(*key, 1, mask(finding.message))
    return list(found.values())


def without(entries: Iterable[Entry], stale: Iterable[Entry]) -> list[Entry]:
    """Return a baseline without what matches nothing any more."""
    gone = {(entry.code, entry.path, entry.fingerprint): entry.count for entry in stale}
    lowered = (
        replace(entry, count=entry.count - gone.get((entry.code, entry.path, entry.fingerprint), 0))
        for entry in entries
    )
    return [entry for entry in lowered if entry.count > 0]


def read(path: Path) -> list[Entry] | None:
    """Read a baseline; None when there is no such file.

    Raises:
        RtlintError: the file can't be read or is no baseline; the text names the place.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise RtlintError(f"{path.name} can't be read: {error.strerror}") from error
    if len(data) > MAX_BYTES:
        raise RtlintError(f"{path.name} can't be read: it is larger than {MAX_BYTES >> 20} MiB")
    try:
        document = json.loads(data)
    except json.JSONDecodeError as error:
        raise RtlintError(f"{path.name}:{error.lineno}:{error.colno}: not valid JSON: {error.msg}") from error
    except (UnicodeDecodeError, RecursionError) as error:
        raise RtlintError(f"{path.name} is no baseline: it is no UTF-8, or nested too deeply") from error
    return list(_entries(path.name, document))


def _entries(name: str, document: Any) -> Iterator[Entry]:
    if not isinstance(document, dict) or document.get("version") != FORMAT_VERSION:
        raise RtlintError(f"{name} is no baseline of version {FORMAT_VERSION}: write it anew with --add-baseline")
    entries = document.get("entries")
    if not isinstance(entries, list):
        raise RtlintError(f"{name}: 'entries' must be a list")
    for number, item in enumerate(entries):
        entry = item if isinstance(item, dict) else {}
        texts = [entry.get(key) for key in ("code", "path", "fingerprint", "message")]
        count = entry.get("count", 1)
        if not all(isinstance(text, str) for text in texts) or type(count) is not int or not 0 < count < 1_000_000:
            raise RtlintError(f"{name}: entry {number + 1} needs code, path, fingerprint, message, and a count")
        code, path, fingerprint, message = map(str, texts)
        yield Entry(code, path, fingerprint, count, message)


def write(path: Path, entries: Iterable[Entry]) -> None:
    """Write a baseline in one step, one entry a line, so that changes of it are small.

    Raises:
        RtlintError: the file can't be written.
    """
    listed = sorted(entries, key=lambda entry: (entry.path, entry.code, entry.fingerprint))
    lines = ",\n".join("    " + json.dumps(_document(entry), ensure_ascii=True) for entry in listed)
    body = f"[\n{lines}\n  ]" if lines else "[]"
    write_file(path, f'{{\n  "version": {FORMAT_VERSION},\n  "entries": {body}\n}}\n'.encode())


def _document(entry: Entry) -> dict[str, Any]:
    return {
        "code": entry.code,
        "path": entry.path,
        "fingerprint": entry.fingerprint,
        "count": entry.count,
        "message": entry.message,
    }
