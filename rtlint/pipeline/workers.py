"""Extraction in several processes, where the work is worth their start."""

from __future__ import annotations

import os
import pickle
import threading
from collections.abc import Callable, Sequence

from rtlint.facts.files import FileFacts, SourceFile
from rtlint.pipeline.pickles import load_facts, pickled_facts

WORTH_BYTES = 400_000
"""Bytes of files to be parsed below which one process is as fast as two."""

Task = tuple[SourceFile, bytes]
Extract = Callable[[SourceFile, bytes], FileFacts]


def extract_all(tasks: Sequence[Task], extract: Extract, jobs: int) -> list[tuple[FileFacts, bytes]]:
    """Return the facts of files, in their order, worked out by several processes where that pays.

    Each comes with the bytes in which another process sent it, empty for those that were made here.

    Args:
        tasks: files with their contents.
        extract: reads one file.
        jobs: how many processes may work, this one among them.
    """
    parts = _parts(tasks, jobs if _may_fork() else 1)
    workers = [_Worker(part, tasks, extract) for part in parts[1:]]
    found = {number: (extract(*tasks[number]), b"") for number in parts[0]}
    for worker in workers:
        found |= worker.results()
    return [found[number] if number in found else (extract(*task), b"") for number, task in enumerate(tasks)]


def _may_fork() -> bool:
    """Tell whether a copy of this process can be made: not where there is no fork, nor beside other threads."""
    return hasattr(os, "fork") and threading.active_count() == 1


def _parts(tasks: Sequence[Task], jobs: int) -> list[list[int]]:
    """Return the numbers of the tasks, parted so that each part has about as many bytes; the largest files first."""
    total = sum(len(data) for _, data in tasks)
    count = max(1, min(jobs, total // WORTH_BYTES + 1))
    parts: list[list[int]] = [[] for _ in range(count)]
    sizes = [0] * count
    for number in sorted(range(len(tasks)), key=lambda number: -len(tasks[number][1])):
        smallest = sizes.index(min(sizes))
        parts[smallest].append(number)
        sizes[smallest] += len(tasks[number][1])
    return parts


class _Worker:
    """A copy of this process that reads some files and ends.

    A worker that dies gives nothing, and its files are read by this process.
    """

    def __init__(self, part: Sequence[int], tasks: Sequence[Task], extract: Extract) -> None:
        reader, writer = os.pipe()
        self._pid = os.fork()
        if self._pid == 0:
            os.close(reader)
            _work(writer, part, tasks, extract)
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


def _work(writer: int, part: Sequence[int], tasks: Sequence[Task], extract: Extract) -> None:
    """Read files, send their facts, and end without what a process does at its end: that is the other one's."""
    code = 1
    try:
        found = [(number, pickled_facts(extract(*tasks[number]))) for number in part]
        with os.fdopen(writer, "wb") as pipe:
            pipe.write(pickle.dumps(found, pickle.HIGHEST_PROTOCOL))
        code = 0
    finally:
        os._exit(code)
