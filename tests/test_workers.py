from __future__ import annotations

import os
import threading

import pytest

from rtlint.extract import extract
from rtlint.facts.files import FileFacts, SourceFile
from rtlint.pipeline.workers import WORTH_BYTES, extract_all

CODE = b"import Pusher from 'pusher-js';\nexport const a = new Pusher('a1b2c3d4', { cluster: 'eu' });\n"


def tasks(count: int) -> list[tuple[SourceFile, bytes]]:
    data = CODE + b"// filler\n" * (WORTH_BYTES // 10 // count * 3)
    return [(SourceFile(f"a{number}.ts", "javascript", "app", False, len(data)), data) for number in range(count)]


def facts(made: list[tuple[FileFacts, bytes]]) -> list[FileFacts]:
    return [found for found, _ in made]


def test_several_processes_give_what_one_gives() -> None:
    work = tasks(9)
    one = extract_all(work, extract, 1)
    assert facts(extract_all(work, extract, 3)) == facts(one)
    assert [found.path for found in facts(one)] == [file.path for file, _ in work]
    assert all(found.facts for found in facts(one))


def test_the_work_of_a_worker_that_dies_is_done_here() -> None:
    here = os.getpid()

    def deadly(file: SourceFile, data: bytes) -> FileFacts:
        if os.getpid() != here:
            os._exit(9)
        return extract(file, data)

    work = tasks(6)
    assert facts(extract_all(work, deadly, 2)) == facts(extract_all(work, extract, 1))


def test_an_error_in_a_worker_is_raised_here() -> None:
    def failing(_file: SourceFile, _data: bytes) -> FileFacts:
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        extract_all(tasks(4), failing, 2)


def test_little_work_and_other_threads_start_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> int:
        raise AssertionError("no process was to be started")

    monkeypatch.setattr(os, "fork", refuse)
    small = [(SourceFile("a.ts", "javascript", "app", False, len(CODE)), CODE)]
    assert len(extract_all(small, extract, 8)) == 1
    done = threading.Event()
    thread = threading.Thread(target=done.wait)
    thread.start()
    try:
        assert len(extract_all(tasks(4), extract, 8)) == 4
    finally:
        done.set()
        thread.join()
    assert extract_all([], extract, 4) == []
