"""Changes: which fixes can be made together, and texts with their edits made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from rtlint.findings import Edit, Fix
from rtlint.fix.source import BOM, Source, open_source


def compatible(fixes: Iterable[Fix]) -> list[Fix]:
    """Return the fixes that can be made in one go, the first of two that touch the same place winning.

    Two equal edits are one; two that insert at the same place are in each other's way.
    """
    chosen: list[Fix] = []
    taken: dict[str, list[Edit]] = {}
    for fix in fixes:
        if all(_free(edit, taken.get(edit.at.path, ())) for edit in fix.edits):
            chosen.append(fix)
            for edit in fix.edits:
                taken.setdefault(edit.at.path, []).append(edit)
    return chosen


def _free(edit: Edit, taken: Sequence[Edit]) -> bool:
    """Tell whether an edit is one of those that are made anyway, or touches none of them."""
    return edit in taken or not any(_touch(edit, other) for other in taken)


def _touch(first: Edit, second: Edit) -> bool:
    starts = [(edit.at.line, edit.at.column) for edit in (first, second)]
    ends = [(edit.at.end_line, edit.at.end_column) for edit in (first, second)]
    return starts[0] == starts[1] or (starts[0] < ends[1] and starts[1] < ends[0])


def edited(edits: Iterable[Edit], contents: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the new contents of the files that edits touch.

    Args:
        edits: edits that do not touch each other; equal ones count once.
        contents: the present contents by path. A file that is none for fixes (see `open_source`) is left out.
    """
    by_path: dict[str, list[Edit]] = {}
    for edit in dict.fromkeys(edits):
        by_path.setdefault(edit.at.path, []).append(edit)
    found = {}
    for path, own in by_path.items():
        source = open_source(path, contents[path])
        if source is not None:
            bom = BOM if contents[path].startswith(BOM) else b""
            found[path] = bom + _edited(source, own).encode()
    return found


def _edited(source: Source, edits: list[Edit]) -> str:
    text = source.text
    for edit in sorted(edits, key=lambda edit: edit.at, reverse=True):
        start, end = source.range(edit.at)
        text = text[:start] + edit.text + text[end:]
    return text
