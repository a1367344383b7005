"""Removal: of entries and of comments that silence nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping

from rtlint.facts.site import Site
from rtlint.findings import Edit
from rtlint.fix.entries import entry
from rtlint.fix.options import pair_at, without_item
from rtlint.fix.source import Source
from rtlint.patterns import regex

_SELECTORS = regex(r"ignore\[([^\]]*)\]")
_BRACED = regex(r"\{\s*$")


def remove_entry(source: Source, at: Site, arguments: Mapping[str, str]) -> list[Edit] | None:
    """Remove the entry at a place: the pair of an object literal, a keyword argument, or a line of its own."""
    if source.path.endswith(".py"):
        from rtlint.fix.python import remove_keyword

        return remove_keyword(source, at, arguments)
    pair = pair_at(source, at)
    if pair is not None:
        script, node = pair
        others = [script.range(item) for item in (node.parent.named_children if node.parent else ()) if item != node]
        return [without_item(source, script.range(node), others)]
    found = entry(source, at)
    return _without_line(source, at) if found is not None and found.key is not None else None


def _without_line(source: Source, at: Site) -> list[Edit] | None:
    """Remove a line that holds nothing else, and the key above it when nothing else stands below that."""
    start, end = source.range(at)
    head = source.text[source.line_start(start) : start].strip()
    tail = source.text[end : source.line_end(end)].strip()
    if head not in {"", "-"} or (tail and not tail.startswith("#")):
        return None
    first = source.line_start(start)
    if source.path.endswith((".yml", ".yaml")) and not _has_sibling(source, start):
        above = source.lines.offset(max(source.lines.line(start) - 1, 1))
        if not re.fullmatch(r"\s*[\w-]+:\s*", source.text[above:first]) or not _has_sibling(source, above):
            return None
        first = above
    return [source.edit(first, source.next_line(end), "")]


def _has_sibling(source: Source, offset: int) -> bool:
    """Tell whether the line before or behind has the same indentation, blank lines and comments left out."""
    number, indent = source.lines.line(offset), source.indent(offset)
    near = (_code_line(source, number + step, step) for step in (-1, 1))
    return any(begin is not None and source.indent(begin) == indent for begin in near)


def _code_line(source: Source, number: int, step: int) -> int | None:
    """Return where the next line that is neither blank nor a comment begins; None when there is none."""
    while number >= 1 and source.lines.offset(number) < len(source.text):
        begin = source.lines.offset(number)
        text = source.text[begin : source.line_end(begin)].strip()
        if text and not text.startswith("#"):
            return begin
        number += step
    return None


def remove_suppression(source: Source, at: Site, arguments: Mapping[str, str]) -> list[Edit] | None:
    """Remove `selector` from the suppressing comment at a place, or the comment when it names nothing else."""
    start, end = source.range(at)
    found = _SELECTORS.search(source.text, start, end)
    if found is None:
        return None
    selectors = [part.strip() for part in found[1].split(",")]
    left = [selector for selector in selectors if selector != arguments["selector"]]
    if len(left) == len(selectors):
        return None
    if left:
        return [source.edit(found.start(1), found.end(1), ", ".join(left))]
    return [source.without(*_with_braces(source, start, end))]


def _with_braces(source: Source, start: int, end: int) -> tuple[int, int]:
    """Return the range with the braces around a comment of JSX, which would be left empty."""
    before = _BRACED.search(source.text[source.line_start(start) : start])
    behind = re.match(r"\s*\}", source.text[end:])
    if source.text.startswith("/*", start) and before and behind:
        return source.line_start(start) + before.start(), end + behind.end()
    return start, end
