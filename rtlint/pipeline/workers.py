"""Work that is spread over several processes, where it is worth their start."""

from __future__ import annotations

import gc
import os
import pickle
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from rtlint.pipeline.pickles import load_facts

_TICKET_BYTES = 4
_MAX_TICKETS = 1_000
"""With 4 bytes each, what the smallest pipe holds: https://man7.org/linux/man-pages/man7/pipe.7.html."""

_SHARES = 16
"""A ticket is for this part of what is left, so that tickets get smaller and all processes end at the same time."""

T = TypeVar("T")


def spread(
    queues: Sequence[Sequence[int]],
    work: Callable[[int], T],
    pack: Callable[[T], bytes],
    count: int,
    meanwhile: Callable[[], object] = lambda: None,
) -> tuple[dict[int, T], dict[int, bytes]]:
    """Do numbered pieces of work in several processes, each of them once.

    Args:
        queues: the numbers. Each process begins with another queue, so that not each of them needs what all of the
            pieces need, and goes on with the others when its own is empty.
        work: does one piece.
        pack: turns the result of a piece that another process did into bytes.
        count: how many processes are to work, this one among them.
        meanwhile: is done here once the others are at work.

    Returns:
        The results of what was done here, and the packed results of the rest. A process that dies gives nothing: its
        pieces are done here.
    """
    lines = [_Queue(queue) for queue in queues]
    workers = [_Worker(_turned(lines, number), work, pack) for number in range(1, count if _may_fork() else 1)]
    meanwhile()
    own = {number: work(number) for line in lines for number in line}
    for line in lines:
        line.close()
    others: dict[int, bytes] = {}
    for worker in workers:
        others |= worker.results()
    lost = (number for queue in queues for number in queue if number not in own and number not in others)
    return own | {number: work(number) for number in lost}, others


def _may_fork() -> bool:
    """Tell whether a copy of this process can be made: not where there is no fork, nor beside other threads."""
    return hasattr(os, "fork") and threading.active_count() == 1


def _turned(lines: list[_Queue], number: int) -> list[_Queue]:
    first = number % max(1, len(lines))
    return lines[first:] + lines[:first]


class _Queue:
    """Numbers that several processes take in turn, each number by one of them.

    A ticket stands for some neighbouring numbers. The tickets stand in a pipe, from which each process reads: the
    kernel lets one read at a time.
    """

    def __init__(self, numbers: Sequence[int]) -> None:
        self._numbers = numbers
        self._starts = [*_starts(len(numbers)), len(numbers)]
        self._reader, writer = os.pipe()
        tickets = range(len(self._starts) - 1)
        os.write(writer, b"".join(ticket.to_bytes(_TICKET_BYTES, "big") for ticket in tickets))
        os.close(writer)

    def __iter__(self) -> Iterator[int]:
        while found := os.read(self._reader, _TICKET_BYTES):
            ticket = int.from_bytes(found, "big")
            yield from self._numbers[self._starts[ticket] : self._starts[ticket + 1]]

    def close(self) -> None:
        """Let go of the pipe."""
        os.close(self._reader)


def _starts(total: int) -> Iterator[int]:
    start = 0
    while start < total:
        yield start
        start += max(1, total // _MAX_TICKETS + 1, (total - start) // _SHARES)


class _Worker:
    """A copy of this process that does some of the work and ends."""

    def __init__(self, lines: list[_Queue], work: Callable[[int], T], pack: Callable[[T], bytes]) -> None:
        reader, writer = os.pipe()
        gc.freeze()  # What is there will not be looked at, and not be copied for it.
        self._pid = os.fork()
        if self._pid == 0:
            os.close(reader)
            _run(writer, lines, work, pack)
        os.close(writer)
        self._reader = reader

    def results(self) -> dict[int, bytes]:
        """Wait for the process, and return what it did."""
        with os.fdopen(self._reader, "rb") as pipe:
            data = pipe.read()
        os.waitpid(self._pid, 0)
        try:
            found: dict[int, bytes] = load_facts(data)
        except (pickle.UnpicklingError, EOFError, IndexError):
            return {}
        return found


def _run(writer: int, lines: list[_Queue], work: Callable[[int], T], pack: Callable[[T], bytes]) -> None:
    """Do the work, send what came of it, and end without what a process does at its end: that is the other one's."""
    code = 1
    try:
        found = {number: pack(work(number)) for line in lines for number in line}
        with os.fdopen(writer, "wb") as pipe:
            pipe.write(pickle.dumps(found, pickle.HIGHEST_PROTOCOL))
        code = 0
    finally:
        os._exit(code)
