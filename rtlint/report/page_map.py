"""The map as an inline SVG: columns of boxes, joined by lines. What is broken is dashed and says so in words."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

from rtlint.portraits import Map, Node
from rtlint.report.page_words import COLUMNS

_WIDTH, _HEIGHT = 200, 48
_GAP, _ROW = 72, 64
_TOP, _SIDE = 44, 12
_TITLE_CHARS, _DETAIL_CHARS = 23, 30


def svg(found: Map, show: Callable[[str], str]) -> str:
    """Return the picture of a map.

    Args:
        found: the map.
        show: makes a text of the repository fit to show.
    """
    places = _layout(found)
    width = _SIDE * 2 + len(COLUMNS) * _WIDTH + (len(COLUMNS) - 1) * _GAP
    height = max((y for _, y in places), default=0) + _HEIGHT + _SIDE
    heads = "".join(
        f'<text class="detail" x="{_SIDE + number * (_WIDTH + _GAP)}" y="24">{name}</text>'
        for number, name in enumerate(COLUMNS)
    )
    broken = sum(edge.broken for edge in found.edges)
    summary = (
        f"{len(found.nodes)} boxes and {len(found.edges)} lines, {broken} of them broken. The list below says the same."
    )
    return (
        f'<svg viewBox="0 0 {width} {height}" role="img" aria-labelledby="map-title map-desc">'
        f'<title id="map-title">From clients to routes</title><desc id="map-desc">{summary}</desc>'
        f"{heads}{_lines(found, places)}{_boxes(found, places, show)}</svg>"
    )


def _layout(found: Map) -> list[tuple[int, int]]:
    """Return the upper left corner of each node: its column, and below those that came before it in the column."""
    rows = [0] * len(COLUMNS)
    places: list[tuple[int, int]] = []
    sources = {edge.end: edge.start for edge in reversed(found.edges)}
    for number, node in enumerate(found.nodes):
        before = sources.get(number)
        level = (places[before][1] - _TOP) // _ROW if before is not None and before < number else 0
        row = max(rows[node.column], level)
        rows[node.column] = row + 1
        places.append((_SIDE + node.column * (_WIDTH + _GAP), _TOP + row * _ROW))
    return places


def _lines(found: Map, places: list[tuple[int, int]]) -> str:
    drawn = []
    for edge in found.edges:
        x1, y1 = places[edge.start][0] + _WIDTH, places[edge.start][1] + _HEIGHT // 2
        x2, y2 = places[edge.end][0], places[edge.end][1] + _HEIGHT // 2
        middle = (x1 + x2) // 2
        kind = ' class="broken"' if edge.broken else ""
        drawn.append(f'<path{kind} d="M{x1} {y1}C{middle} {y1} {middle} {y2} {x2} {y2}"/>')
        if edge.label:
            label = f'<text class="label" x="{middle}" y="{(y1 + y2) // 2 - 6}" text-anchor="middle">'
            drawn.append(f"{label}{escape(edge.label)}</text>")
    return "".join(drawn)


def _boxes(found: Map, places: list[tuple[int, int]], show: Callable[[str], str]) -> str:
    return "".join(_box(node, *place, show) for node, place in zip(found.nodes, places, strict=True))


def _box(node: Node, x: int, y: int, show: Callable[[str], str]) -> str:
    where = f" ({show(node.at.path)}:{node.at.line})" if node.at else ""
    full = escape(f"{show(node.title)}: {show(node.detail)}{where}")
    kind = ' class="broken"' if node.broken else ""
    return (
        f'<g><title>{full}</title><rect{kind} x="{x}" y="{y}" width="{_WIDTH}" height="{_HEIGHT}" rx="6"/>'
        f'<text x="{x + 10}" y="{y + 20}">{escape(_cut(show(node.title), _TITLE_CHARS))}</text>'
        f'<text class="detail" x="{x + 10}" y="{y + 37}">{escape(_cut(show(node.detail), _DETAIL_CHARS))}</text></g>'
    )


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
