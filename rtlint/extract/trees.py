"""Trees of PHP and Ruby files: nodes to sites and texts, comments to suppressions, errors to problems."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import tree_sitter
from tree_sitter import Node

from rtlint.extract.javascript.parser import Positions, grammars, walk
from rtlint.extract.suppressions import suppressions
from rtlint.facts.raw import Problem, Suppression
from rtlint.facts.site import Site

MAX_NODES = 400_000
_BROKEN_SHARE = 5
"""A file is called unparsable when more than one part in this many lies in nodes that the grammar can't place."""


@cache
def _language(name: str) -> tree_sitter.Language:
    made = grammars(f"tree_sitter_{name}")
    return tree_sitter.Language(made.language_php() if name == "php" else made.language())


class Tree:
    """A parsed file.

    Attributes:
        path: the file's path.
        root: the outermost node.
        broken: whether the grammar could not place a part of the file.
    """

    def __init__(self, path: str, data: bytes, grammar: str) -> None:
        self.path = path
        self._positions = Positions(path, data)
        self._parsed = tree_sitter.Parser(_language(grammar)).parse(data)
        self.root = self._parsed.root_node
        self.broken = self.root.has_error
        self._data = data

    def text(self, node: Node | None) -> str:
        """Return the source of a node; empty for None."""
        return self._data[node.start_byte : node.end_byte].decode("utf-8", "replace") if node is not None else ""

    def site(self, node: Node) -> Site:
        """Return the site of a node."""
        return self._positions.site(node.start_byte, node.end_byte)

    def walk(self) -> Iterator[Node]:
        """Yield all nodes in the file's order, up to a bound."""
        return walk(self.root, limit=MAX_NODES)

    def suppressions(self) -> Iterator[Suppression]:
        """Yield the suppressions in comments; one alone on its line speaks of the next line."""
        if b"rtlint:" not in self._data:
            return
        for node in self.walk():
            if node.type == "comment":
                start = self._data.rfind(b"\n", 0, node.start_byte) + 1
                end = self.site(node).end_line
                alone = not self._data[start : node.start_byte].strip(b" \t\xef\xbb\xbf")
                yield from suppressions(self.text(node), self.site(node), end + 1 if alone else end)

    def problems(self, name: str) -> Iterator[Problem]:
        """Yield a problem for a file that is not of its language, by the language's name."""
        if not self.broken:
            return
        errors = [node for node in self.walk() if node.is_error]
        broken = sum(node.end_byte - node.start_byte for node in errors)
        size = max(self.root.end_byte - self.root.start_byte, 1)
        if self.root.is_error or broken * _BROKEN_SHARE > size:
            first = errors[0] if errors else self.root
            at = self._positions.site(first.start_byte, min(first.end_byte, first.start_byte + 1))
            yield Problem(at, "RT901", f"not valid {name} from line {at.line} on")
