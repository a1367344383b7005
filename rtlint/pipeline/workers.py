"""Extraction in several processes, where the work is worth their start."""

from __future__ import annotations

import gc
import os
import pickle
import threading
from collections.abc import Callable, Iterator, Sequence

from rtlint.facts.files import FileFacts, SourceFile
from rtlint.pipeline.pickles import load_facts, pickled_facts

WORTH_BYTES = 400_000
"""Bytes of files to be parsed below which one process is as fast as two."""

_TICKET_BYTES = 4
_MAX_TICKETS = 1_000
"""With 4 bytes each, what the smallest pipe holds: https://man7.org/linux/man-pages/man7/pipe.7.html."""

Task = tuple[SourceFile, bytes]
Extract = Callable[[SourceFile, bytes], FileFacts]


def extract_all(
    tasks: Sequence[Task], extract: Extract, jobs: int, meanwhile: Callable[[], None] = lambda: None
) -> list[tuple[FileFacts, bytes]]:
    """Return the facts of files, in their order, worked out by several processes where that pays.

    Each comes with the bytes in which another process sent it, empty for those that were made here.

    Args:
        tasks: files with their contents.
        extract: reads one file.
        jobs: how many processes may work, this one among them.
        meanwhile: is done here once the others are at work.
    """
    count = _worth(tasks, jobs) if _may_fork() else 1
    queue = _Queue(sorted(range(len(tasks)), key=lambda number: -len(tasks[number][1])))
    workers = [_Worker(queue, tasks, extract) for _ in range(count - 1)]
    meanwhile()
    found = {number: (extract(*tasks[number]), b"") for number in queue}
    queue.close()
    for worker in workers:
        found |= worker.results()
    return [found[number] if number in found else (extract(*task), b"") for number, task in enumerate(tasks)]


def _may_fork() -> bool:
    """Tell whether a copy of this process can be made: not where there is no fork, nor beside other threads."""
    return hasattr(os, "fork") and threading.active_count() == 1


def _worth(tasks: Sequence[Task], jobs: int) -> int:
    """Return how many processes the work is worth."""
    return max(1, min(jobs, sum(len(data) for _, data in tasks) // WORTH_BYTES + 1))


class _Queue:
    """Numbers that several processes take one after the other, each number by one of them.

    They stand in a pipe, from which each process reads: the kernel lets one read at a time.

    Args:
        numbers: what is to be taken; where the pipe can't hold all of them, several are taken together.
    """

    def __init__(self, numbers: Sequence[int]) -> None:
        self._numbers = numbers
        self._each = len(numbers) // _MAX_TICKETS + 1
        self._reader, writer = os.pipe()
        tickets = range(-(-len(numbers) // self._each))
        os.write(writer, b"".join(ticket.to_bytes(_TICKET_BYTES, "big") for ticket in tickets))
        os.close(writer)

    def __iter__(self) -> Iterator[int]:
        while ticket := os.read(self._reader, _TICKET_BYTES):
            start = int.from_bytes(ticket, "big") * self._each
            yield from self._numbers[start : start + self._each]

    def close(self) -> None:
        """Let go of the pipe."""
        os.close(self._reader)


class _Worker:
    """A copy of this process that reads some files and ends.

    A worker that dies gives nothing, and its files are read by this process.
    """

    def __init__(self, queue: _Queue, tasks: Sequence[Task], extract: Extract) -> None:
        reader, writer = os.pipe()
        gc.freeze()  # What is there will not be looked at, and not be copied for it.
        self._pid = os.fork()
        if self._pid == 0:
            os.close(reader)
            _work(writer, queue, tasks, extract)
        os.close(writer)
        self._reader = reader

    def results(self) -> dict[int, tuple[FileFacts, bytes]]:
        """Wait for the worker, and return the facts by the numbers of the tasks."""
        with os.fdopen(self._reader, "rb") as pipe:
            data = pipe.read()
        os.waitpid(self._pid, 0)
        try:
            sent: list[tuple[int, bytes]] = load_facts(data)
            return {number: (load_facts(pickled), pickled) for number, pickled in sent}
        except (pickle.UnpicklingError, EOFError, IndexError):
            return {}


def _work(writer: int, queue: _Queue, tasks: Sequence[Task], extract: Extract) -> None:
    """Read files, send their facts, and end without what a process does at its end: that is the other one's."""
    code = 1
    try:
        found = [(number, pickled_facts(extract(*tasks[number]))) for number in queue]
        with os.fdopen(writer, "wb") as pipe:
            pipe.write(pickle.dumps(found, pickle.HIGHEST_PROTOCOL))
        code = 0
    finally:
        os._exit(code)
