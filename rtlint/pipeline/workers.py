"""Work that is spread over several processes, where it is worth their start."""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

from rtlint.facts.files import SourceFile
from rtlint.pipeline.copies import Copy, may_copy
from rtlint.pipeline.pickles import load_facts

_TICKET_BYTES = 4
_MAX_TICKETS = 1_000
"""With 4 bytes each, what the smallest pipe holds: https://man7.org/linux/man-pages/man7/pipe.7.html."""

_SHARES = 16
"""A ticket is for this part of what is left, so that tickets get smaller and all processes end at the same time."""

WORTH_BYTES = 1_000_000
"""Bytes of files to be looked at below which one process is as fast as two."""

WORTH_PARSED_BYTES = 50_000
"""The same where all files are parsed: those that were put off."""

T = TypeVar("T")


def processes(jobs: int, files: Iterable[SourceFile], *, parsed: bool = False) -> int:
    """Return how many processes are worth their start for files that are looked into, `jobs` at most.

    Args:
        jobs: how many may work.
        files: the files.
        parsed: whether each of them is parsed, too.
    """
    worth = WORTH_PARSED_BYTES if parsed else WORTH_BYTES
    return max(1, min(jobs, sum(file.size for file in files) // worth + 1))


def spread(
    queues: Sequence[Sequence[int]],
    work: Callable[[int], T],
    pack: Callable[[T], bytes],
    count: int,
    meanwhile: Iterable[Callable[[], object]] = (),
) -> tuple[dict[int, T], dict[int, bytes]]:
    """Do numbered pieces of work in several processes, each of them once.

    Args:
        queues: the numbers. Each process begins with another queue, so that not each of them needs what all of the
            pieces need, and goes on with the others when its own is empty.
        work: does one piece.
        pack: turns the result of a piece that another process did into bytes.
        count: how many processes are to work, this one among them.
        meanwhile: pieces of work that are done here once the others are at work.

    Returns:
        The results of what was done here, and the packed results of the rest. A process that dies gives nothing: its
        pieces are done here.
    """
    lines = [_Queue(queue) for queue in queues]
    workers = [Copy(_share(_turned(lines, number), work, pack)) for number in range(1, count if may_copy() else 1)]
    for piece in meanwhile:
        piece()
    own = {number: work(number) for line in lines for number in line}
    for line in lines:
        line.close()
    others: dict[int, bytes] = {}
    for worker in workers:
        others |= _unpacked(worker.result())
    lost = (number for queue in queues for number in queue if number not in own and number not in others)
    return own | {number: work(number) for number in lost}, others


def _share(lines: list[_Queue], work: Callable[[int], T], pack: Callable[[T], bytes]) -> Callable[[], bytes]:
    """Return what another process is to do: all that it can get hold of."""

    def done() -> bytes:
        found = {number: pack(work(number)) for line in lines for number in line}
        return pickle.dumps(found, pickle.HIGHEST_PROTOCOL)

    return done


def _unpacked(sent: bytes) -> dict[int, bytes]:
    """Return what another process did; nothing when it has died."""
    try:
        found: dict[int, bytes] = load_facts(sent)
    except (pickle.UnpicklingError, EOFError, IndexError):
        return {}
    return found


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
