"""Parsing: bytes to a tree-sitter tree, and nodes to sites and texts."""

from __future__ import annotations

import sys
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import cache
from importlib import import_module
from importlib.machinery import PathFinder
from importlib.util import module_from_spec
from typing import Any

import tree_sitter
from tree_sitter import Node

from rtlint.extract.dotenv_text import line_starts
from rtlint.facts.site import Site
from rtlint.patterns import regex

_CONTINUATION = regex(rb"[\x80-\xbf]")
_BOM = b"\xef\xbb\xbf"
FUNCTIONS = frozenset(
    {
        "arrow_function",
        "function_declaration",
        "function_expression",
        "generator_function",
        "generator_function_declaration",
        "method_definition",
    }
)
_SCOPES = sorted(
    {"program", "statement_block", "switch_case", "switch_default", "class_static_block"}
    | {"for_statement", "for_in_statement", "catch_clause"}
    | FUNCTIONS
)
CAPTURES = """
(new_expression) @new
(call_expression) @call
(assignment_expression) @assign
((property_identifier) @env_name (#eq? @env_name "env"))
(if_statement) @if
(ternary_expression) @ternary
"&&" @and_sign
"!" @not_sign
(try_statement) @try
(comment) @comment
(augmented_assignment_expression) @augmented
(update_expression) @update
(ERROR) @error
(MISSING) @missing
""" + "".join(f"({name}) @scope\n" for name in _SCOPES)
_PARTS = {
    "env_name": ("env", "member_expression"),
    "and_sign": ("and", "binary_expression"),
    "not_sign": ("not", "unary_expression"),
}
"""Captures that stand for the node around them: patterns of several nodes take five times as long to be compiled."""

_JSX_CAPTURES = """
(jsx_opening_element) @element
(jsx_self_closing_element) @element
"""


@cache
def language(name: str) -> tree_sitter.Language:
    """Return a grammar: javascript (with JSX), typescript, tsx or html."""
    if name in {"javascript", "html"}:
        return tree_sitter.Language(grammars(f"tree_sitter_{name}").language())
    return tree_sitter.Language(getattr(grammars("tree_sitter_typescript"), f"language_{name}")())


def grammars(package: str) -> Any:
    """Return the compiled module of a package of grammars, or the package.

    The package itself loads what reads its queries for highlighting, which takes longer than the grammars do.
    """
    found = PathFinder.find_spec(package)
    inner = PathFinder.find_spec(f"{package}._binding", found.submodule_search_locations) if found else None
    if inner is None or inner.loader is None:
        return import_module(package)
    made = sys.modules[inner.name] = module_from_spec(inner)
    inner.loader.exec_module(made)
    return made


@cache
def _query(name: str) -> tree_sitter.Query:
    return tree_sitter.Query(language(name), CAPTURES if name == "typescript" else CAPTURES + _JSX_CAPTURES)


def make_ready() -> None:
    """Do what it takes to read TypeScript, once for all processes that are copies of this one."""
    for name in ("typescript", "tsx"):
        _query(name)


class Positions:
    """Turns byte offsets of a file into sites with columns in characters."""

    def __init__(self, path: str, data: bytes) -> None:
        self.path = path
        self.data = data
        self._ascii = data.isascii()
        self._inner = None if self._ascii else _continuations(data)
        self._starts = line_starts(data.split(b"\n"))

    def point(self, offset: int) -> tuple[int, int]:
        """Return line and column of a byte offset, both 1-based; a byte order mark takes no column."""
        row = bisect_right(self._starts, offset) - 1
        start = self._starts[row]
        if self._ascii:
            return row + 1, offset - start + 1
        if row == 0 and self.data.startswith(_BOM):
            start = min(len(_BOM), offset)
        if self._inner is None:
            return row + 1, len(self.data[start:offset].decode("utf-8", "replace")) + 1
        inner = bisect_left(self._inner, offset) - bisect_left(self._inner, start)
        return row + 1, offset - start - inner + 1

    def site(self, start: int, end: int) -> Site:
        """Return the site of a range of bytes."""
        if self._ascii:
            starts = self._starts
            row, last = bisect_right(starts, start), bisect_right(starts, end)
            return Site(self.path, row, start - starts[row - 1] + 1, last, end - starts[last - 1] + 1)
        return Site(self.path, *self.point(start), *self.point(end))


def _continuations(data: bytes) -> array[int] | None:
    """Return the offsets of the bytes that are no character's first; None for what is no UTF-8."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return array("q", [found.start() for found in _CONTINUATION.finditer(data)])


class Source:
    """A parsed script: a file, or the part of one between `<script>` and `</script>`."""

    def __init__(self, positions: Positions, grammar: str, ranges: Sequence[Any] | None = None) -> None:
        self.positions = positions
        self.path = positions.path
        self.data = positions.data
        self.grammar = grammar
        self.parts = tuple(
            (tuple(part.start_point), tuple(part.end_point), part.start_byte, part.end_byte) for part in ranges or ()
        )
        parser = tree_sitter.Parser(language(grammar))
        if ranges is not None:
            parser.included_ranges = list(ranges)
        self.tree = parser.parse(positions.data)
        self.root = self.tree.root_node
        self._captures: dict[str, list[Node]] | None = None

    def captures(self) -> dict[str, list[Node]]:
        """Return the nodes that any reader wants, by the names in `CAPTURES` and `_PARTS`, in the file's order."""
        if self._captures is None:
            self._captures = self._found()
        return self._captures

    def _found(self) -> dict[str, list[Node]]:
        cursor = tree_sitter.QueryCursor(_query(self.grammar))
        found = cursor.captures(self.root)
        for part, (name, around) in _PARTS.items():
            owners = (node.parent for node in found.pop(part, ()))
            found[name] = [owner for owner in owners if owner is not None and owner.type == around]
        changed = (
            *(node.child_by_field_name("left") for node in found.pop("augmented", ())),
            *(node.child_by_field_name("argument") for node in found.pop("update", ())),
        )
        found["reassigned"] = [node for node in changed if node is not None and node.type == "identifier"]
        return {
            name: sorted(nodes, key=lambda node: (node.start_byte, -node.end_byte)) for name, nodes in found.items()
        }

    def text(self, node: Node | None) -> str:
        """Return the source of a node; empty for None."""
        return self.data[node.start_byte : node.end_byte].decode("utf-8", "replace") if node is not None else ""

    def site(self, node: Node) -> Site:
        """Return the site of a node."""
        return self.positions.site(node.start_byte, node.end_byte)


def is_function(node: Node) -> bool:
    """Tell whether a node is a function of any form."""
    return node.type in FUNCTIONS


def ancestors(node: Node) -> Iterator[Node]:
    """Yield the nodes around a node, the nearest first."""
    found = node.parent
    while found is not None:
        yield found
        found = found.parent


def walk(node: Node, *, into_functions: bool = True, limit: int = 20_000) -> Iterator[Node]:
    """Yield a node and all nodes inside, in the file's order; without a stack of calls, at most `limit` nodes."""
    pending = [node]
    while pending and limit:
        limit -= 1
        current = pending.pop()
        yield current
        if into_functions or current is node or not is_function(current):
            pending.extend(reversed(current.named_children))


_TRANSPARENT = frozenset(
    {"parenthesized_expression", "as_expression", "satisfies_expression", "non_null_expression", "await_expression"}
)


WRAPPERS = _TRANSPARENT | {"type_assertion"}


def bare(node: Node) -> Node:
    """Return what is inside parentheses, `as T`, `satisfies T`, `x!`, `await x` and `<T>x`."""
    while node.type in _TRANSPARENT or node.type == "type_assertion":
        children = [child for child in node.named_children if child.type != "comment"]
        if not children:
            return node
        node = children[-1] if node.type == "type_assertion" else children[0]
    return node


def outer(node: Node) -> Node:
    """Return the widest node around a node that changes nothing of its value: the opposite of `bare`."""
    while node.parent is not None and node.parent.type in _TRANSPARENT:
        node = node.parent
    return node
