"""What the command line says on top of the configuration."""

from __future__ import annotations

from pathlib import Path

from rtlint.facts.records import dataclass


@dataclass(frozen=True, slots=True)
class Overrides:
    """What the command line says on top of the configuration file.

    Attributes:
        select: rules that run, in place of the configured ones.
        ignore: rules that do not run.
        fail_level: lowest level that fails.
        baseline: the baseline, in place of the configured one.
        no_baseline: whether no baseline holds.
        jobs: how many processes may parse files.
        no_cache: whether nothing is remembered, and nothing that was.
        changed: a commit; only findings with a place in what changed since then count.
    """

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    fail_level: str | None = None
    baseline: Path | None = None
    no_baseline: bool = False
    changed: str | None = None
    no_cache: bool = False
    jobs: int = 1
