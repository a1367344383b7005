from __future__ import annotations

import pytest

from rtlint.discover.kinds import kind_of
from rtlint.extract import extract
from rtlint.facts.files import SourceFile
from rtlint.link.index import Index
from rtlint.link.versions import version


def major(files: dict[str, str], directory: str = "", name: str = "pusher-js") -> int | None:
    sources = {path: SourceFile(path, kind_of(path), "app", False, len(text)) for path, text in files.items()}
    facts = {path: extract(sources[path], text.encode()) for path, text in files.items()}
    found = version(Index(sources, facts), directory, name)
    return found.major if found else None


def manifest(wanted: str) -> str:
    return f'{{"dependencies": {{"pusher-js": "{wanted}"}}}}'


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ("^8.4.0", 8),
        ("~7.0.1", 7),
        ("6.x", 6),
        ("8", 8),
        ("v8.0.0-beta.1", 8),
        ("npm:@acme/pusher-js@^5.0.0", 5),
        (">=7", None),
        ("*", None),
        ("latest", None),
        ("^7.0.0 || ^8.0.0", None),
        ("workspace:^1.0.0", None),
        ("github:pusher/pusher-js", None),
    ],
)
def test_the_range_of_the_manifest(wanted: str, expected: int | None) -> None:
    assert major({"package.json": manifest(wanted)}) == expected


def test_a_lock_file_beats_the_range() -> None:
    lock = 'pusher-js@^7.0.0 || ^8.0.0:\n  version "8.4.0"\n'
    assert major({"package.json": manifest("^7.0.0 || ^8.0.0"), "yarn.lock": lock}) == 8


def test_the_entry_of_the_range_counts_among_several() -> None:
    lock = 'pusher-js@>=4:\n  version "8.4.0"\n\npusher-js@4:\n  version "4.4.0"\n'
    files = {"a/package.json": manifest(">=4"), "b/package.json": manifest("4"), "yarn.lock": lock}
    assert [major(files, "a"), major(files, "b")] == [8, 4]


def test_several_versions_that_may_be_meant_leave_it_to_the_range() -> None:
    lock = 'pusher-js@8:\n  version "8.4.0"\n\npusher-js@4:\n  version "4.4.0"\n'
    assert major({"package.json": manifest(">=1"), "yarn.lock": lock}) is None


def test_a_nearer_lock_file_hides_one_above() -> None:
    lock = 'pusher-js@>=4:\n  version "8.4.0"\n'
    files = {"web/package.json": manifest(">=4"), "web/yarn.lock": "", "yarn.lock": lock}
    assert major(files, "web") is None


def test_a_package_that_is_no_dependency() -> None:
    assert major({"package.json": "{}"}) is None
