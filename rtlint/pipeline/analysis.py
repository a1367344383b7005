"""From a folder to facts: discover, extract, link."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from rtlint.config import Config
from rtlint.discover import TreeState, discover
from rtlint.extract import can_wait_beside
from rtlint.extract.prefilter import declares_itself
from rtlint.facts.expressions import Literal
from rtlint.facts.files import FileFacts, SourceFile
from rtlint.facts.groups import flat
from rtlint.facts.raw import EnvSet
from rtlint.facts.records import dataclass, replace
from rtlint.findings import Unresolved
from rtlint.masking import Masker, is_secret_name, is_secret_value
from rtlint.pipeline.bounds import left_out
from rtlint.pipeline.memory import Memory
from rtlint.pipeline.mentions import Mentions
from rtlint.pipeline.progress import Progress, silent
from rtlint.pipeline.reading import Contents, read_facts

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
        complete: whether the files were read that matter only beside something real-time.
        reaching: the variables that reach clients, by which it was decided which of them matter; None where nothing
            was decided by it.
        secrets: the values that are secrets, with the places that set them.
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
    complete: bool
    reaching: frozenset[str] | None
    secrets: Mapping[str, list[EnvSet]]


def analyse(
    root: Path,
    config: Config,
    triggers: Iterable[bytes] = (),
    overlay: Mapping[str, bytes] | None = None,
    progress: Progress = silent,
    memory: Memory | None = None,
    jobs: int = 1,
    state: TreeState | None = None,
    meanwhile: Iterable[Callable[[], object]] = (),
    *,
    complete: bool = True,
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
        meanwhile: pieces of work that are done here while other processes read.
        complete: False to read files that matter only beside something real-time (`rtlint.extract.can_wait`) where
            there is something real-time.
    """
    start = time.perf_counter()
    discovery = discover(root, config, state)
    files = {file.path: file for file in discovery.files}
    contents = Contents(root, dict(overlay or {}))
    memory = memory or Memory()
    wanted = tuple(triggers)
    facts, later = read_facts(
        discovery.files,
        contents,
        memory,
        wanted,
        progress,
        jobs,
        meanwhile,
        complete=complete,
    )

    reaching: list[frozenset[str]] = []

    def read_later(names: frozenset[str]) -> bool:
        """Read what was put off, but for what can wait all the same, and tell whether there was any."""
        reaching.append(names)
        needed = [file for file in later if not _can_go_on_waiting(file, names)]
        facts.update(read_facts(needed, contents, memory, wanted, progress, jobs, parsed=True)[0])
        return bool(needed)

    def _can_go_on_waiting(file: SourceFile, names: frozenset[str]) -> bool:
        data = contents.bytes(file.path)
        return data is not None and can_wait_beside(file, data, wanted, names)

    progress("linking", 0, 0)
    named = Mentions(files, contents.bytes, jobs, contents.holds)
    linked = _link(files, facts, contents, memory, config, named, None if complete else read_later)
    raw = [fact for path in sorted(facts) for fact in (flat(facts[path].facts) if complete else facts[path].facts)]
    problems = sorted((*discovery.problems, *contents.problems), key=lambda problem: problem.at)
    everything = (*discovery.files, *problems, *raw, *linked.facts)
    read = sum(found.relevant for found in facts.values())
    seconds = time.perf_counter() - start
    return Analysis(
        root,
        files,
        everything,
        linked.unresolved,
        read,
        seconds,
        contents.bytes,
        linked.program,
        named.found,
        complete or bool(reaching) or not later,
        None if complete else next(iter(reaching), None),
        secrets(raw),
    )


def _link(
    files: Mapping[str, SourceFile],
    facts: dict[str, FileFacts],
    contents: Contents,
    memory: Memory,
    config: Config,
    named: Mentions,
    read_later: Callable[[frozenset[str]], bool] | None,
) -> Linked:
    def load(path: str, kind: str = "") -> FileFacts | None:
        data = contents.bytes(path) if path in files else None
        if data is None:
            return None
        file = replace(files[path], kind=kind or files[path].kind)
        facts[path] = left_out(file) or memory.extract(file, data, force=True)
        return facts[path]

    def declares(path: str, name: str) -> bool:
        data = contents.bytes(path) if path in files else None
        return data is not None and declares_itself(data, name)

    return load_link()(files, facts, load, named, _policy(config), read_later, declares)


def load_link() -> Callable[..., Linked]:
    """Load what links, and return it."""
    from rtlint.link import link

    return link


def _policy(config: Config) -> Policy:
    from rtlint.link.policy import Policy

    return Policy(
        managed=config.transport.managed,
        hosts=frozenset(host for policy in config.providers.values() for host in policy.hosts),
        clusters={name: policy.clusters for name, policy in config.providers.items()},
    )


def masker(analysis: Analysis) -> Masker:
    """Return what hides the secrets of a repository: values of variables that are secrets by name or by their form."""
    return Masker(analysis.secrets)


def secrets(facts: Iterable[object]) -> dict[str, list[EnvSet]]:
    """Return the values that are secrets by the name of their variable or by their form, with the places of each."""
    values: dict[str, list[EnvSet]] = {}
    for fact in facts:
        if type(fact) is EnvSet:  # A run asks for every fact that there is.
            text = fact.value.value if isinstance(fact.value, Literal) else None
            if text and isinstance(text, str) and (is_secret_name(fact.name) or is_secret_value(text)):
                values.setdefault(text, []).append(fact)
    return values
