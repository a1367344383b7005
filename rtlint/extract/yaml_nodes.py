"""YAML as a tree of nodes with exact places, safe to build from any input.

The tree is built from the event stream of PyYAML's C parser and not by `yaml.compose()`: that one recurses on the C
stack, and a file of 100,000 opening brackets ends the process. Aliases are shared nodes and are never copied, so the
tree can have cycles; whoever walks it spends from a `Budget`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import TypeAlias

import yaml

from rtlint.extract.dotenv_text import Lines, Placed, spelled, verbatim
from rtlint.extract.suppressions import suppressions
from rtlint.facts.raw import Problem, Suppression
from rtlint.facts.records import dataclass, field
from rtlint.facts.site import Site
from rtlint.patterns import regex

MAX_DEPTH = 100
MAX_NODES = 30_000
MAX_VISITS = 100_000
"""Bounds of a tree (levels, nodes) and of a walk over it (nodes, counting a shared one each time it is reached)."""

_NULLS = {"", "~", "null", "Null", "NULL"}
"""Plain scalars that stand for null: YAML 1.1, https://yaml.org/type/null.html."""


@dataclass(slots=True, eq=False)
class Scalar:
    """A scalar. `style` is empty for a plain one, else one of `'`, `"`, `|`, `>`; offsets are those of the text."""

    start: int
    end: int
    tag: str
    value: str
    style: str = ""

    @property
    def null(self) -> bool:
        """Whether it stands for no value."""
        return not self.style and not self.tag and self.value in _NULLS


@dataclass(slots=True, eq=False)
class Sequence:
    """A list; `end` is the end of its last item, or of its closing bracket."""

    start: int
    end: int
    tag: str
    items: list[Node] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Mapping:
    """A mapping with its pairs in the order of the file, merge keys and repeated keys among them."""

    start: int
    end: int
    tag: str
    pairs: list[tuple[Node, Node]] = field(default_factory=list)


Node: TypeAlias = Scalar | Sequence | Mapping


@dataclass(slots=True)
class Budget:
    """How many nodes a walk may still visit. `spent` tells whether it wanted more."""

    left: int = MAX_VISITS
    spent: bool = False

    def visit(self) -> bool:
        """Count one node and return whether it may be visited."""
        self.spent = self.spent or self.left <= 0
        self.left -= 1
        return not self.spent


@dataclass(frozen=True, slots=True)
class YamlFile:
    """What could be read of a file: up to the first error all of it. `scalars` are the ranges of those with a `#`."""

    lines: Lines
    documents: tuple[Node, ...]
    problems: tuple[Problem, ...]
    scalars: tuple[tuple[int, int], ...]

    def site(self, node: Node) -> Site:
        """Return the site of a node, quotes and brackets included."""
        return self.lines.site(node.start, node.end)

    def placed(self, node: Scalar) -> Placed:
        """Return the value of a scalar with the place of each character."""
        return _placed(self.lines, node)


_TOO_DEEP = f"YAML is nested deeper than {MAX_DEPTH} levels"
_PARSER_LIMIT = "exceeded maximum nesting depth"
"""What the C parser of PyYAML 6.0.4 and later says of a flow that is nested deeper than 1,000 levels; it gives no event
of it."""


def read(path: str, text: str) -> YamlFile:
    """Read a YAML file of any number of documents.

    Args:
        path: the path that the sites get.
        text: the decoded file without its byte order mark.

    Returns:
        The roots of the documents. Problems are RT901 where the file is no YAML or gives a key twice in a mapping, and
        RT905 where a bound cut something.
    """
    lines = Lines(path, text)
    builder = _Builder(lines)
    try:
        builder.build(text)
    except yaml.YAMLError as error:
        builder.problems.append(_syntax_problem(lines, error))
    builder.close_all()
    return YamlFile(lines, tuple(builder.documents), tuple(builder.problems), tuple(builder.scalars))


def _syntax_problem(lines: Lines, error: yaml.YAMLError) -> Problem:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    opening = getattr(error, "context_mark", None)
    in_flow = "flow" in (getattr(error, "context", None) or "")
    if mark and opening and in_flow and mark.index >= len(lines.text.rstrip()):
        # What is never closed is noticed at the end of the file; the reader wants to see where it begins.
        mark = opening
    # The reader, which has no marks, counts the bytes of the UTF-8 that it was given.
    read = lines.text.encode()[: getattr(error, "position", None) or 0].decode("utf-8", "ignore")
    offset = min(mark.index if mark else len(read), len(lines.text))
    reason = getattr(error, "problem", None) or getattr(error, "reason", None) or "it is no YAML"
    if str(reason) == _PARSER_LIMIT:
        return Problem(lines.site(offset, offset), "RT905", _TOO_DEEP)
    return Problem(lines.site(offset, offset), "RT901", str(reason))


def _offsets(marked: yaml.Event | yaml.Token) -> tuple[int, int]:
    """Return where an event or token begins and ends; the C parser always says, in code points of the text."""
    start, end = marked.start_mark, marked.end_mark
    return (start.index, end.index) if start and end else (0, 0)


class _Builder:
    """Turns events into nodes without recursion."""

    def __init__(self, lines: Lines) -> None:
        self.documents: list[Node] = []
        self.problems: list[Problem] = []
        self.scalars: list[tuple[int, int]] = []
        self._lines = lines
        self._anchors: dict[str, Node] = {}
        self._open: list[tuple[Sequence | Mapping, list[Node]]] = []
        self._count = 0

    def build(self, text: str) -> None:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            if isinstance(event, yaml.DocumentStartEvent):
                self._anchors = {}
            elif isinstance(event, yaml.CollectionEndEvent):
                self._close(event)
            elif isinstance(event, yaml.NodeEvent) and not self._add(event):
                return

    def _add(self, event: yaml.NodeEvent) -> bool:
        """Add the node of an event to the innermost open one; return whether reading may go on."""
        self._count += 1
        if self._count > MAX_NODES:
            return self._stop(event, f"the file has more than {MAX_NODES} YAML nodes")
        if isinstance(event, yaml.CollectionStartEvent) and len(self._open) >= MAX_DEPTH:
            return self._stop(event, _TOO_DEEP)
        node = self._node(event)
        self._place(node)
        if not isinstance(event, yaml.AliasEvent):
            if event.anchor:
                self._anchors[event.anchor] = node
            if isinstance(node, Sequence | Mapping):
                self._open.append((node, []))
        return True

    def _node(self, event: yaml.NodeEvent) -> Node:
        start, end = _offsets(event)
        if isinstance(event, yaml.AliasEvent):
            return self._anchors.get(event.anchor or "") or self._unknown_alias(event)
        tag: str = getattr(event, "tag", None) or ""
        if isinstance(event, yaml.ScalarEvent):
            if "#" in self._lines.text[start:end]:
                self.scalars.append((start, end))
            # The text of a block scalar ends behind its line, its last visible character before that.
            end = start + len(self._lines.text[start:end].rstrip())
            return Scalar(self._content(start, end), max(start, end), tag, event.value, event.style or "")
        kind = Sequence if isinstance(event, yaml.SequenceStartEvent) else Mapping
        return kind(start, end, tag)

    def _content(self, start: int, end: int) -> int:
        """Return where a scalar begins behind its anchor and tag."""
        found = _PROPERTIES.match(self._lines.text, start, end)
        return found.end() if found else start

    def _unknown_alias(self, event: yaml.AliasEvent) -> Node:
        at = self._lines.site(*_offsets(event))
        self.problems.append(Problem(at, "RT901", f"there is no anchor {event.anchor}"))
        return Scalar(*_offsets(event), "", "")

    def _place(self, node: Node) -> None:
        if not self._open:
            self.documents.append(node)
            return
        parent, waiting = self._open[-1]
        if isinstance(parent, Sequence):
            parent.items.append(node)
        elif waiting:
            parent.pairs.append((waiting.pop(), node))
        else:
            waiting.append(node)

    def _close(self, event: yaml.CollectionEndEvent) -> None:
        # A block collection's end mark is where the next token begins; a flow one's is its bracket.
        start, end = _offsets(event)
        self._leave(end if end > start else None)

    def close_all(self) -> None:
        """Close what is still open because reading ended early."""
        while self._open:
            self._leave()

    def _leave(self, end: int | None = None) -> None:
        node, _ = self._open.pop()
        children = node.items if isinstance(node, Sequence) else [child for pair in node.pairs for child in pair]
        own = [child.end for child in children if child.start >= node.start]
        node.end = end if end is not None else max(own, default=node.start)
        if isinstance(node, Mapping):
            self._repeated_keys(node)

    def _repeated_keys(self, node: Mapping) -> None:
        seen: set[str] = set()
        for key, _ in node.pairs:
            if isinstance(key, Scalar) and key.value != "<<":
                if key.value in seen:
                    at = self._lines.site(key.start, key.end)
                    self.problems.append(Problem(at, "RT901", f"key {key.value} is given twice"))
                seen.add(key.value)

    def _stop(self, event: yaml.NodeEvent, message: str) -> bool:
        """Say that the rest is not read. Going on would be no better: the scanner is quadratic in the nesting."""
        start, _ = _offsets(event)
        self.problems.append(Problem(self._lines.site(start, start), "RT905", message))
        return False


_PROPERTIES = regex(r"(?:[&!][^\s,\[\]{}]*\s+)+(?=\S)")


def entries(node: Node | None, budget: Budget, *, removed: bool = False) -> dict[str, tuple[Scalar, Node]]:
    """Return the pairs of a mapping by key, with what its merge keys bring in.

    Own keys win over merged ones, and an earlier mapping of a merged list over a later one
    (https://yaml.org/type/merge.html). A value tagged `!reset` is left out, as compose does
    (https://github.com/compose-spec/compose-spec/blob/170098b/13-merge.md), unless `removed` asks for it. Anything but
    a mapping has no pairs.
    """
    found: dict[str, tuple[Scalar, Node]] = {}
    if isinstance(node, Mapping):
        _collect(node, found, budget, [])
    return {key: pair for key, pair in found.items() if removed or pair[1].tag != "!reset"}


def _collect(node: Mapping, found: dict[str, tuple[Scalar, Node]], budget: Budget, path: list[Mapping]) -> None:
    if node in path or len(path) >= MAX_DEPTH or not budget.visit():
        return
    own = {key.value: (key, value) for key, value in node.pairs if isinstance(key, Scalar)}
    for name, pair in own.items():
        if name != "<<":
            found.setdefault(name, pair)
    for key, value in node.pairs:
        if isinstance(key, Scalar) and key.value == "<<":
            merged = value.items if isinstance(value, Sequence) else [value]
            for each in merged:
                if isinstance(each, Mapping):
                    _collect(each, found, budget, [*path, node])


def comments(file: YamlFile) -> Iterator[Suppression]:
    """Read the suppressions in the comments of a file.

    A comment at the end of a line silences that line, one on a line of its own the next line that is no comment.
    """
    text = file.lines.text
    if "rtlint:" not in text:
        return
    for number in sorted({file.lines.line(found.start()) for found in re.finditer("rtlint:", text)}):
        begin = file.lines.offset(number)
        written = text[begin : file.lines.offset(number + 1)].rstrip("\r\n")
        hashes = (begin + found.end() for found in _HASH.finditer(written))
        start = next((offset for offset in hashes if not _within(offset, file.scalars)), None)
        if start is not None:
            own_line = not text[begin:start].strip()
            target = file.lines.next_code_line(number) if own_line else number
            end = begin + len(written)
            yield from suppressions(text[start:end], file.lines.site(start, end), target)


_HASH = regex(r"(?<![^\s])(?=#)")


def _within(offset: int, ranges: tuple[tuple[int, int], ...]) -> bool:
    index = bisect_right(ranges, offset, key=lambda each: each[0]) - 1
    return index >= 0 and offset < ranges[index][1]


_FOLDS = r"(?<![ \t])[ \t]*(?:(?:\r\n|[\r\n])[ \t]*)+"
_FOLD = regex(_FOLDS)
_SINGLE = regex(rf"'(')|{_FOLDS}")
_ESCAPE = regex(rf"\\(?:x([0-9A-Fa-f]{{2}})|u([0-9A-Fa-f]{{4}})|U([0-9A-Fa-f]{{8}})|(\r\n|[\r\n])[ \t]*|(.))|{_FOLDS}")
_LETTERS = {
    "0": "\0", "a": "\a", "b": "\b", "t": "\t", "\t": "\t", "n": "\n", "v": "\v", "f": "\f", "r": "\r", "e": "\x1b",
    "N": "\x85", "_": "\xa0", "L": "\u2028", "P": "\u2029",
}  # fmt: skip
"""Escapes of double-quoted scalars: https://yaml.org/spec/1.1/#id872840."""


def _placed(lines: Lines, node: Scalar) -> Placed:
    start, end = node.start, node.end
    if node.style in {"'", '"'}:
        start, end = start + 1, max(end - 1, start + 1)
    source = lines.text[start:end]
    if source == node.value:
        return verbatim(lines, start, end)
    if node.style in {"|", ">"}:
        return _placed_block(lines, node)
    pattern = _ESCAPE if node.style == '"' else _SINGLE if node.style == "'" else _FOLD
    found = spelled(lines, _tokens(pattern, lines.text, start, end), start, end)
    # Line ends that only YAML knows fold differently; the place of the whole value is right even then.
    return found if found.text == node.value else Placed(lines, node.value, ((0, start),), end)


_BREAK = regex(r"\r\n|[\r\n]")


def _tokens(pattern: re.Pattern[str], text: str, start: int, end: int) -> Iterator[tuple[str, int]]:
    """Split the source of a quoted or plain scalar into what its parts stand for."""
    position = start
    for found in pattern.finditer(text, start, end):
        yield text[position : found.start()], position
        yield _meaning(found), found.start()
        position = found.end()
    yield text[position:end], position


def _meaning(found: re.Match[str]) -> str:
    """Return what an escape stands for, or a fold: one space, or one line feed fewer than there are line ends."""
    if not found[0].startswith(("\\", "'")):
        return "\n" * (len(_BREAK.findall(found[0])) - 1) or " "
    if found[0] == "''":
        return "'"
    two, four, eight, continued, letter = found.groups()
    if continued:
        return ""
    return _LETTERS.get(letter, letter) if letter else chr(min(int(two or four or eight, 16), 0x10FFFF))


def _placed_block(lines: Lines, node: Scalar) -> Placed:
    """Find each line of a block scalar in its value: what changes in between is white space only."""
    pieces: list[tuple[int, int]] = []
    position = 0
    header_end = lines.offset(lines.line(node.start) + 1)
    for line in range(lines.line(node.start) + 1, lines.line(node.end) + 1):
        start = lines.offset(line)
        written = lines.text[start : lines.offset(line + 1)].rstrip("\r\n")
        content = written.strip()
        index = node.value.find(content, position) if content else -1
        if index >= 0:
            pieces.append((index, start + written.index(content)))
            position = index + len(content)
    if pieces and pieces[0][0] > 0:
        pieces.insert(0, (0, header_end))
    return Placed(lines, node.value, tuple(pieces) or ((0, node.start),), node.end)
