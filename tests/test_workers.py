from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from rtlint.facts.files import SourceFile
from rtlint.pipeline.mentions import Mentions
from rtlint.pipeline.workers import processes, spread


def pack(found: int) -> bytes:
    return str(found).encode()


def done(own: dict[int, int], others: dict[int, bytes]) -> dict[int, int]:
    assert not own.keys() & others.keys()
    return own | {number: int(data) for number, data in others.items()}


@pytest.mark.parametrize("queues", [[range(0)], [range(1)], [range(40), range(40, 45)], [range(0), range(20_000)]])
@pytest.mark.parametrize("count", [1, 2, 5])
def test_each_piece_is_done_once(queues: list[range], count: int) -> None:
    wanted = {number: number * 2 for queue in queues for number in queue}
    assert done(*spread(queues, lambda number: number * 2, pack, count)) == wanted


def test_each_process_begins_with_another_queue() -> None:
    told, tell = os.pipe()
    begun, begin = os.pipe()

    def work(number: int) -> int:
        if number == 0:
            os.write(tell, b"!")
            os.read(begun, 1)  # The other process has begun with its own queue by then.
        elif os.getpid() != here:
            os.write(begin, b"!")
            os.read(told, 1)  # This one has begun, too.
        return os.getpid()

    here = os.getpid()
    own, others = spread([[0], [100]], work, pack, 2)
    assert own[0] == here
    assert int(others[100]) != here
    for number in (told, tell, begun, begin):
        os.close(number)


def test_the_work_of_a_process_that_dies_is_done_here() -> None:
    here = os.getpid()

    def deadly(number: int) -> int:
        if os.getpid() != here:
            os._exit(9)
        return number

    own, others = spread([range(30), range(30, 60)], deadly, pack, 2)
    assert own == {number: number for number in range(60)}
    assert not others


def test_an_error_in_another_process_is_raised_here() -> None:
    def failing(_number: int) -> int:
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        spread([range(4)], failing, pack, 2)


def test_what_another_process_sends_is_data_only(tmp_path: Path) -> None:
    here = os.getpid()
    mark = tmp_path / "ran"

    class Hostile:
        def __reduce__(self) -> tuple[object, ...]:
            return os.mkdir, (os.fspath(mark),)

    def packed(_found: object) -> bytes:
        return Hostile()  # type: ignore[return-value]

    own, others = spread([[], [1, 2]], lambda number: (number, os.getpid() == here), packed, 2)
    assert {number: at_home for number, (_, at_home) in own.items()} == {1: True, 2: True}
    assert not others
    assert not mark.exists()


def test_beside_other_threads_no_process_is_started(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> int:
        raise AssertionError("no process was to be started")

    monkeypatch.setattr(os, "fork", refuse)
    done = threading.Event()
    thread = threading.Thread(target=done.wait)
    thread.start()
    try:
        assert spread([range(4)], str, str.encode, 8) == ({number: str(number) for number in range(4)}, {})
    finally:
        done.set()
        thread.join()


@pytest.mark.parametrize("jobs", [1, 2, 3])
def test_names_are_found_by_however_many_processes(jobs: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rtlint.pipeline.workers.WORTH_BYTES", 1)
    texts = {f"src/{number}.go": b"A_KEY B_KEY_X" if number % 3 else b"B_KEY, A_KEYS" for number in range(90)}
    files = {path: SourceFile(path, "other_code", "app", False, len(text)) for path, text in texts.items()}
    assert processes(jobs, files.values()) == jobs
    found = Mentions(files, texts.get, jobs, lambda path: path.endswith(("0.go", "1.go")))(["A_KEY", "B_KEY", "C_KEY"])
    assert found["A_KEY"] == {path for path, text in texts.items() if b"B_KEY_X" in text}
    assert found["B_KEY"] == texts.keys() - found["A_KEY"]
    assert found["C_KEY"] == frozenset()
