"""From findings to changed files: fixes are made in passes until nothing is left that can be made."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from rtlint.discover import read_bytes, real_name
from rtlint.errors import RtlintError
from rtlint.facts.records import dataclass, field
from rtlint.findings import Finding
from rtlint.fix.changes import compatible, edited
from rtlint.pipeline.files import replace_file
from rtlint.pipeline.overrides import Overrides
from rtlint.pipeline.verdicts import CheckResult, check

MAX_PASSES = 12
"""Passes after which the rest is left: a fix that never comes to an end is a defect of rtlint."""


@dataclass(slots=True)
class FixResult:
    """What fixes made of a folder.

    Attributes:
        result: the check of the fixed files.
        before: the contents of the changed files as they were, by path.
        after: their new contents.
        fixed: the findings that were fixed.
        failed: findings that are still there after their fix: each is a defect of rtlint.
    """

    result: CheckResult
    before: dict[str, bytes] = field(default_factory=dict)
    after: dict[str, bytes] = field(default_factory=dict)
    fixed: list[Finding] = field(default_factory=list)
    failed: list[Finding] = field(default_factory=list)


def fix(root: Path, overrides: Overrides, within: tuple[str, ...] = (), *, unsafe: bool = False) -> FixResult:
    """Make the fixes of a folder's findings, in memory; `write` puts them on the disk.

    In each pass the fixes are made that do not touch the same place; the next pass checks the result.

    Args:
        root: the folder.
        overrides: what the command line says.
        within: as in `check`; only findings with a place there are fixed.
        unsafe: whether fixes are made that may break what works.

    Raises:
        RtlintError: the configuration or a built-in rule is wrong.
    """
    done = FixResult(check(root, overrides, within))
    for _ in range(MAX_PASSES):
        wanted = [finding for finding in done.result.report.findings if _wanted(finding, unsafe, done.failed)]
        chosen = compatible(finding.fix for finding in wanted if finding.fix)
        made = [finding for finding in wanted if finding.fix in chosen]
        if not made:
            break
        _make(root, done, made)
        done.result = check(root, overrides, within, done.after)
        _sort(done, made)
    return done


def _wanted(finding: Finding, unsafe: bool, failed: list[Finding]) -> bool:
    fix = finding.fix
    return fix is not None and (fix.safe or unsafe) and not any(_same(finding, other) for other in failed)


def _same(first: Finding, second: Finding) -> bool:
    """Tell whether two findings are one before and after a change that may have moved it."""
    return (first.code, first.at.path, first.message, first.fix and first.fix.title) == (
        second.code,
        second.at.path,
        second.message,
        second.fix and second.fix.title,
    )


def _make(root: Path, done: FixResult, made: list[Finding]) -> None:
    edits = [edit for finding in made if finding.fix for edit in finding.fix.edits]
    contents = {path: done.after.get(path) or _present(root, path) for path in {edit.at.path for edit in edits}}
    for path, data in edited(edits, contents).items():
        done.before.setdefault(path, contents[path])
        done.after[path] = data


def _present(root: Path, path: str) -> bytes:
    found = read_bytes(root, path)
    if not isinstance(found, bytes):
        raise RtlintError(f"{path} can't be read any more: {found.message}")
    return found


def _sort(done: FixResult, made: list[Finding]) -> None:
    """Part what is gone from what its fix left, as often as it was there."""
    left = list(done.result.report.findings)
    for finding in made:
        same = next((other for other in left if _same(finding, other)), None)
        if same is None:
            done.fixed.append(finding)
        else:
            left.remove(same)
            done.failed.append(finding)


def write(root: Path, done: FixResult) -> list[str]:
    """Put changed files on the disk, each in one step, with its mode.

    Returns:
        The paths that were left alone because somebody else changed them meanwhile.

    Raises:
        RtlintError: a file can't be written.
    """
    skipped = []
    for path, data in sorted(done.after.items()):
        if read_bytes(root, path) != done.before[path]:
            skipped.append(path)
            continue
        try:
            replace_file(root / real_name(path), data)
        except OSError as error:
            raise RtlintError(f"can't write {path}: {error.strerror}") from error
    return skipped


def diff(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> str:
    """Return the changes as a unified diff, the form that `patch -p1` and `git apply` read."""
    import difflib

    parts: list[str] = []
    for path in sorted(after):
        old, new = (text.decode("utf-8", "replace").splitlines(keepends=True) for text in (before[path], after[path]))
        parts += difflib.unified_diff(old, new, f"a/{path}", f"b/{path}")
    return "".join(part if part.endswith("\n") else f"{part}\n\\ No newline at end of file\n" for part in parts)
