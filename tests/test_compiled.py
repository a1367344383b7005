"""What is kept of rtlint's own rule files."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from rtlint import compiled as module
from rtlint import database, judge, providers, rules, watched
from rtlint.compiled import compiled


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(module, "_FOLDER", str(tmp_path / "kept"))
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    return tmp_path / "kept"


def counted() -> tuple[Callable[[], object], list[int]]:
    calls: list[int] = []

    def make() -> object:
        calls.append(1)
        return {"a": [1, ("é", b"\0", None, True)]}

    return make, calls


def test_what_was_made_is_kept(folder: Path) -> None:
    make, calls = counted()
    assert compiled("x", make) == compiled("x", make) == {"a": [1, ("é", b"\0", None, True)]}
    assert len(calls) == 1
    assert [path.name for path in folder.iterdir()] == [f"x.{sys.implementation.cache_tag}.compiled"]


@pytest.mark.parametrize("damage", [lambda data: b"", lambda data: data[:-3], lambda data: data[:16] + b"garbage"])
def test_what_is_damaged_is_made_anew(damage: Callable[[bytes], bytes], folder: Path) -> None:
    make, calls = counted()
    compiled("x", make)
    (kept,) = folder.iterdir()
    whole = kept.read_bytes()
    kept.write_bytes(damage(whole))
    compiled("x", make)
    assert len(calls) == 2
    assert kept.read_bytes() == whole


def test_a_changed_program_makes_it_anew(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make, calls = counted()
    compiled("x", make)
    monkeypatch.setattr(module, "program_state", lambda: b"another program!")
    compiled("x", make)
    compiled("x", make)
    assert len(calls) == 2


def test_the_state_of_the_program_is_that_of_its_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rule = tmp_path / "a.yaml"
    rule.write_text("a", encoding="utf-8")
    monkeypatch.setattr(watched, "program_places", lambda: ([], [str(rule)]))
    states = []
    for text in ("a", "a", "other"):
        rule.write_text(text, encoding="utf-8") if text == "other" else None
        monkeypatch.setattr(watched, "_program_state", [])
        states.append(watched.program_state())
    assert states[0] == states[1] != states[2]


def test_nothing_is_kept_where_python_keeps_no_bytecode(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    make, calls = counted()
    assert compiled("x", make) == compiled("x", make)
    assert len(calls) == 2
    assert not folder.exists()


def test_a_folder_that_can_not_be_written_is_no_error(folder: Path) -> None:
    folder.write_text("a file in its place", encoding="utf-8")
    make, calls = counted()
    assert compiled("x", make) == compiled("x", make)
    assert len(calls) == 2


def test_what_is_kept_says_the_same_as_the_files(folder: Path) -> None:
    """Each is made, kept and read again."""
    for _ in range(2):
        for cached in (rules.builtin_rules, providers.load_providers, database._described, database._empty):
            cached.cache_clear()
        found = rules.builtin_rules()
        whole = {rule.code: rule for rule in rules.builtin_rules(examples=True)}
        assert [rule.code for rule in found] == sorted(whole)
        assert all(rule.query == whole[rule.code].query for rule in found)
        assert all(rule.messages == whole[rule.code].messages for rule in found)
        assert "pusher" in providers.load_providers()
        own = [rule for rule in found if not rule.made_by_engine]
        assert judge.tables(own) == frozenset().union(*(database.tables_read(rule.query) for rule in own))
    assert {path.name.partition(".")[0] for path in folder.iterdir()} == {"rules", "providers", "database", "tables"}


def test_a_database_can_be_laid_out_without_an_image(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Plain:
        """A connection of an SQLite that can't take images."""

        def __init__(self) -> None:
            self.scripts: list[str] = []

        def executescript(self, text: str) -> None:
            self.scripts.append(text)

    monkeypatch.setattr(sqlite3, "connect", lambda *_, **__: Plain())
    made: object = database._laid_out()
    assert isinstance(made, Plain)
    assert [script.count("CREATE TABLE site") for script in made.scripts] == [1, 0]
