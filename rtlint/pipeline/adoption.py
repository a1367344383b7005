"""Changing the baseline: what is added to it, and what is taken out."""

from __future__ import annotations

from pathlib import Path

from rtlint.errors import RtlintError
from rtlint.facts.records import dataclass
from rtlint.pipeline import baseline
from rtlint.pipeline.checking import judged
from rtlint.pipeline.overrides import Overrides


@dataclass(frozen=True, slots=True)
class BaselineChange:
    """What became of a baseline: findings added and taken out, and how many it lists now."""

    path: Path
    added: int
    pruned: int
    total: int


def update_baseline(root: Path, overrides: Overrides, *, add: bool, prune: bool) -> BaselineChange:
    """Add the present findings to the baseline, take out what is no more, or both.

    Args:
        root: the folder.
        overrides: what the command line says; rules that do not run are left as they are in the baseline.
        add: whether findings that it does not list are added.
        prune: whether entries that match nothing are taken out.

    Raises:
        RtlintError: the baseline can't be read or written, or there is none to prune.
    """
    found = judged(root, overrides).verdicts()
    path = found.baseline_path(root, overrides)
    entries = baseline.read(path) if add else found.baseline_entries(root, overrides)
    if entries is None and not add:
        raise RtlintError(f"there is no baseline {path.name} to prune")
    compared = found.compared(entries or [])
    kept = baseline.without(entries or [], compared.stale) if prune else list(entries or [])
    if add:
        kept = baseline.added(kept, compared.new, found.fingerprints(), found.mask)
    if kept != (entries or []) or entries is None:
        if path.is_symlink():
            raise RtlintError(f"{path.name} is a link: the baseline is not written through it")
        baseline.write(path, kept)
    return BaselineChange(
        path,
        len(compared.new) if add else 0,
        sum(entry.count for entry in compared.stale) if prune else 0,
        sum(entry.count for entry in kept),
    )
