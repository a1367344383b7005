"""Python files, rewritten by libcst: everything but the changed part keeps its form."""

from __future__ import annotations

from collections.abc import Mapping

import libcst
from libcst.metadata import MetadataWrapper, PositionProvider

from rtlint.facts.site import Site
from rtlint.findings import Edit
from rtlint.fix.source import Source


class _Change(libcst.CSTTransformer):
    """Changes the literal or keyword argument at one place.

    Args:
        at: the place; columns of libcst are 0-based, in characters.
        literal: makes a new literal of one, or gives None to leave it.
        keyword: whether the keyword argument whose value stands there is removed.
    """

    METADATA_DEPENDENCIES = (PositionProvider,)

    def __init__(self, at: Site, old: str, new: str, *, keyword: bool) -> None:
        super().__init__()
        self._start, self._end = (at.line, at.column - 1), (at.end_line, at.end_column - 1)
        self._old, self._new, self._keyword = old, new, keyword
        self.changes = 0

    def _inside(self, node: libcst.CSTNode) -> bool:
        place = self.get_metadata(PositionProvider, node)
        return self._start <= (place.start.line, place.start.column) and self._end >= (place.end.line, place.end.column)

    def leave_SimpleString(  # noqa: N802
        self, original_node: libcst.SimpleString, updated_node: libcst.SimpleString
    ) -> libcst.SimpleString:
        """Put the new text in place of the old one, in the quotes that are there."""
        value = original_node.evaluated_value
        if (
            self._keyword
            or not isinstance(value, str)
            or not self._inside(original_node)
            or "\\" in original_node.value
        ):
            return updated_node
        changed = self._changed(value)
        if changed is None or changed == value or original_node.quote in changed:
            return updated_node
        self.changes += 1
        return updated_node.with_changes(
            value=f"{original_node.prefix}{original_node.quote}{changed}{original_node.quote}"
        )

    def _changed(self, value: str) -> str | None:
        import re

        from rtlint.fix.values import whole

        if not self._old:
            return self._new
        found = list(re.finditer(whole(self._old), value))
        return value[: found[0].start()] + self._new + value[found[0].end() :] if len(found) == 1 else None

    def leave_Arg(  # noqa: N802
        self, original_node: libcst.Arg, updated_node: libcst.Arg
    ) -> libcst.Arg | libcst.RemovalSentinel:
        """Remove the keyword argument that stands at the place, or whose value does."""
        if not self._keyword or original_node.keyword is None:
            return updated_node
        inside = self._inside(original_node) or self._inside(original_node.value)
        if not inside or not self._covers(original_node):
            return updated_node
        self.changes += 1
        return libcst.RemoveFromParent()

    def _covers(self, node: libcst.Arg) -> bool:
        """Tell whether the place is the argument or its value, and not the call around several of them."""
        places = [self.get_metadata(PositionProvider, item) for item in (node, node.value)]
        return any((place.start.line, place.start.column) == self._start for place in places)


def set_value(source: Source, at: Site, arguments: Mapping[str, str]) -> list[Edit] | None:
    """Give the literal at a place the text `value`."""
    return None if "raw" in arguments else _edits(source, _Change(at, "", arguments["value"], keyword=False))


def replace(source: Source, at: Site, arguments: Mapping[str, str]) -> list[Edit] | None:
    """Put `new` in place of `old` in the literal at a place."""
    return _edits(source, _Change(at, arguments["old"], arguments["new"], keyword=False))


def remove_keyword(source: Source, at: Site, _arguments: Mapping[str, str]) -> list[Edit] | None:
    """Remove the keyword argument at a place."""
    return _edits(source, _Change(at, "", "", keyword=True))


def _edits(source: Source, change: _Change) -> list[Edit] | None:
    try:
        module = MetadataWrapper(libcst.parse_module(source.text))
    except (libcst.ParserSyntaxError, RecursionError):
        return None
    changed = module.visit(change).code
    return [_difference(source, changed)] if change.changes == 1 else None


def _difference(source: Source, changed: str) -> Edit:
    """Return the one edit that turns the source into the changed text."""
    before = source.text
    start = next(
        (i for i, (a, b) in enumerate(zip(before, changed, strict=False)) if a != b), min(len(before), len(changed))
    )
    tail = 0
    while tail < min(len(before), len(changed)) - start and before[-1 - tail] == changed[-1 - tail]:
        tail += 1
    end = len(before) - tail
    return Edit(source.lines.site(start, end), changed[start : len(changed) - tail])
