"""From a folder to facts: discover, extract, link."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from rtlint.config import Config
from rtlint.discover import MAX_FILE_BYTES, Discovery, TreeState, discover, read_bytes
from rtlint.extract import extract, handles, matters
from rtlint.facts.expressions import Literal
from rtlint.facts.files import UNREAD_ROLES, FileFacts, SourceFile
from rtlint.facts.raw import EnvSet, Problem
from rtlint.findings import Unresolved
from rtlint.masking import Masker, is_secret_name, is_secret_value
from rtlint.pipeline.bounds import is_left_out, left_out
from rtlint.pipeline.memory import Memory
from rtlint.pipeline.mentions import Mentions
from rtlint.pipeline.progress import Progress, silent
from rtlint.pipeline.workers import extract_all

if TYPE_CHECKING:
    from rtlint.link import Linked
    from rtlint.link.policy import Policy
    from rtlint.link.program import Program


@dataclass(slots=True)
class Analysis:
    """What is known of a repository before any rule runs.

    Attributes:
        root: the checked folder.
        files: every file, by path.
        facts: raw and derived facts.
        unresolved: what was not understood.
        read: the number of files that were parsed.
        seconds: wall time so far.
        content: returns the bytes of a file, None when it can't be read.
        program: the linked program, for `rtlint explain`.
        mentioned: the names that were looked for in all files, with those that have them.
    """

    root: Path
    files: Mapping[str, SourceFile]
    facts: tuple[object, ...]
    unresolved: tuple[Unresolved, ...]
    read: int
    seconds: float
    content: Callable[[str], bytes | None]
    program: Program
    mentioned: Mapping[str, frozenset[str]]


MAX_HELD_BYTES = 32 << 20
"""Contents that are kept in memory; those of further files are read again when they are asked for again."""


@dataclass(slots=True)
class _Reader:
    """Reads files, and keeps what went wrong."""

    root: Path
    _bytes: dict[str, bytes | None]
    problems: list[Problem] = field(default_factory=list)
    _held: int = 0

    def bytes(self, path: str) -> bytes | None:
        """Return the content of a file, or None when it can't be read."""
        if path in self._bytes:
            return self._bytes[path]
        found = read_bytes(self.root, path)
        if isinstance(found, Problem):
            self.problems.append(found)
            self._bytes[path] = None
            return None
        if self._held + len(found) <= MAX_HELD_BYTES:
            self._held += len(found)
            self._bytes[path] = found
        return found


def analyse(
    root: Path,
    config: Config,
    triggers: Iterable[bytes] = (),
    overlay: Mapping[str, bytes] | None = None,
    progress: Progress = silent,
    memory: Memory | None = None,
    jobs: int = 1,
    state: TreeState | None = None,
) -> Analysis:
    """Find out everything that rules may ask about a folder.

    Args:
        root: the folder.
        config: the configuration that holds there.
        triggers: tokens of rules that make a file worth parsing, beside those of extractors and providers.
        overlay: contents that stand in for those on the disk, by path.
        progress: is told how far the reading is.
        memory: the facts of earlier runs, and then of this one.
        jobs: how many processes may parse files.
        state: what the folder was found to be a moment ago.
    """
    start = time.perf_counter()
    discovery = discover(root, config, state)
    files = {file.path: file for file in discovery.files}
    reader = _Reader(root, dict(overlay or {}))
    memory = memory or Memory()
    facts = _extract_all(discovery, reader, memory, tuple(triggers), progress, jobs)
    progress("linking", 0, 0)
    named = Mentions(files, reader.bytes)
    linked = _link(files, facts, reader, memory, config, named)
    raw = (fact for path in sorted(facts) for fact in facts[path].facts)
    everything = (*discovery.files, *discovery.problems, *reader.problems, *raw, *linked.facts)
    read = sum(found.relevant for found in facts.values())
    seconds = time.perf_counter() - start
    return Analysis(
        root, files, everything, linked.unresolved, read, seconds, reader.bytes, linked.program, named.found
    )


def _extract_all(
    discovery: Discovery,
    reader: _Reader,
    memory: Memory,
    triggers: tuple[bytes, ...],
    progress: Progress,
    jobs: int,
) -> dict[str, FileFacts]:
    facts: dict[str, FileFacts] = {}
    tasks: list[tuple[SourceFile, bytes]] = []
    total = len(discovery.files)
    for number, file in enumerate(discovery.files):
        progress("reading", number, total)
        huge = file.kind == "lockfile" and file.size > MAX_FILE_BYTES  # The manifest's range has to do then.
        if huge or file.role in UNREAD_ROLES or not handles(file.kind):
            continue
        data = reader.bytes(file.path)
        if data is None:
            continue
        if not matters(file, data, triggers):
            facts[file.path] = FileFacts(file.path, (), relevant=False)
            continue
        known = memory.get(file, data, triggers, force=False)
        if known is not None:
            facts[file.path] = known
        else:
            tasks.append((file, data))
    progress("parsing", 0, len(tasks))
    made = extract_all(tasks, lambda file, data: left_out(file) or extract(file, data, triggers), jobs, _load_the_rest)
    for (file, data), (found, pickled) in zip(tasks, made, strict=True):
        if not is_left_out(found):
            memory.put(file, data, triggers, found, force=False, pickled=pickled)
        facts[file.path] = found
    return facts


def _load_the_rest() -> None:
    """Import what the later stages need, while other processes extract."""
    for name in ("rtlint.link", "rtlint.judge"):
        import_module(name)


def _link(
    files: Mapping[str, SourceFile],
    facts: dict[str, FileFacts],
    reader: _Reader,
    memory: Memory,
    config: Config,
    named: Mentions,
) -> Linked:
    def load(path: str, kind: str = "") -> FileFacts | None:
        data = reader.bytes(path) if path in files else None
        if data is None:
            return None
        file = replace(files[path], kind=kind or files[path].kind)
        facts[path] = left_out(file) or memory.extract(file, data, force=True)
        return facts[path]

    from rtlint.link import link

    return link(files, facts, load, named, _policy(config))


def _policy(config: Config) -> Policy:
    from rtlint.link.policy import Policy

    return Policy(
        managed=config.transport.managed,
        hosts=frozenset(host for policy in config.providers.values() for host in policy.hosts),
        clusters={name: policy.clusters for name, policy in config.providers.items()},
    )


def masker(analysis: Analysis) -> Masker:
    """Return what hides the secrets of a repository: values of variables that are secrets by name or by their form."""
    return Masker(secrets(analysis.facts))


def secrets(facts: Iterable[object]) -> set[str]:
    """Return the values among facts that are secrets by the name of their variable or by their form."""
    values = set()
    for fact in facts:
        literal = fact.value if isinstance(fact, EnvSet) else None
        text = literal.value if isinstance(literal, Literal) and isinstance(literal.value, str) else ""
        if isinstance(fact, EnvSet) and text and (is_secret_name(fact.name) or is_secret_value(text)):
            values.add(text)
    return values
