"""What is read from a script when somebody asks for it, and how the script is opened for that."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any, cast

import tree_sitter
from tree_sitter import Node

from rtlint.digests import blake2b
from rtlint.extract.javascript.calls import call_sites, given_to
from rtlint.extract.javascript.changes import Changes
from rtlint.extract.javascript.classes import getter
from rtlint.extract.javascript.expressions import Builder
from rtlint.extract.javascript.modules import declared, enum, imported
from rtlint.extract.javascript.parser import Positions, Source
from rtlint.extract.javascript.scope import Scopes
from rtlint.extract.javascript.servers import servers
from rtlint.extract.javascript.variables import flag_tests
from rtlint.facts.expressions import Unknown
from rtlint.facts.groups import FactGroup
from rtlint.facts.later import Later, Read, Script
from rtlint.facts.raw import Import, RawFact
from rtlint.facts.site import whole_file

_MAX_OPEN = 16
"""Scripts that are kept open: link asks for the expressions of one script after those of another."""

_MAX_OPENED, _MAX_PARSED_BYTES = 4, 4 << 20
"""How often a script is opened, and the bytes that are parsed of it beyond that: a large one can't be asked for each of
its expressions after it was closed for others."""

_MAX_COMMENTS = 20
_Captures = dict[str, list[Node]]

_GROUPS: dict[str, tuple[tuple[str, ...], Callable[[Builder, _Captures, list[Import]], Iterable[RawFact]]]] = {
    "conditions": (("if", "ternary", "and"), lambda builder, captures, _: flag_tests(builder, captures)),
    "calls": (("call", "element"), call_sites),
    "servers": (("call", "new"), servers),
}
"""How the facts of each group are read, and the captures without which there are none."""

_FORMS: dict[str, Callable[[Builder, Node, str], Any]] = {
    "expression": lambda builder, node, _: builder.build(node),
    "arguments": lambda builder, node, _: builder.arguments(node),
    "attributes": lambda builder, node, _: given_to(builder, node),
    "declared": lambda builder, _, name: declared(builder, name, builder.scopes.module()[name]),
    "enum": lambda builder, node, _: enum(builder, node),
    "getter": lambda builder, node, _: getter(builder, node),
}
"""How an expression is read from its node and the name that it is bound to."""


def groups(script: Script, captures: _Captures) -> Iterator[FactGroup]:
    """Yield the groups of facts that are read from a script when somebody asks for one of their kinds."""
    for name, (needs, _) in _GROUPS.items():
        if any(captures.get(need) for need in needs):
            facts = cast("tuple[RawFact, ...]", Later(script, name, "", 0, 0, ""))
            yield FactGroup(whole_file(script.path), name, facts)


def opened(source: Source) -> tuple[Builder, dict[str, list[Node]]]:
    """Return what builds the expressions of a script, and the nodes that readers want."""
    captures = source.captures()
    reassigned = frozenset(_reassigned(source, captures))
    return Builder(source, Scopes(source), reassigned, Changes.of(source, captures)), captures


def _reassigned(source: Source, captures: dict[str, list[Node]]) -> Iterator[str]:
    """Yield the names that are assigned after their declaration, somewhere in the file."""
    for node in captures.get("reassigned", ()):
        yield source.text(node)
    for node in captures.get("assign", ()):
        left = node.child_by_field_name("left")
        if left is not None and left.type == "identifier":
            yield source.text(left)


def script_of(source: Source) -> Script:
    """Return what expressions of a script are read from later."""
    data = source.data
    return Script(source.path, source.grammar, source.parts, _digest(data), lambda script: reader(script, lambda: data))


_open: OrderedDict[Script, Read] = OrderedDict()
"""The scripts that are open, the one that was asked last at the end."""


def reader(script: Script, content: Callable[[], bytes | None]) -> Read:
    """Return what reads the expressions of a script.

    Args:
        script: the script.
        content: returns the content of its file, None when it can't be read any more.
    """
    if script in _open:
        _open.move_to_end(script)
        return _open[script]
    _open[script] = _reader(script, content())
    while len(_open) > _MAX_OPEN:
        _open.popitem(last=False)
    return _open[script]


def _digest(data: bytes) -> bytes:
    """Return what tells the code of a file from another one's: comments at its end change no expression."""
    end = len(data.rstrip())
    for _ in range(_MAX_COMMENTS):
        start = data.rfind(b"\n", 0, end) + 1
        if not data[start:end].lstrip().startswith(b"//"):
            break
        end = len(data[:start].rstrip())
    return blake2b(data[:end], digest_size=8).digest()


def _reader(script: Script, data: bytes | None) -> Read:
    if data is None or _digest(data) != script.digest:
        return partial(_unknown, "changed during the run")
    script.opened += 1
    if script.opened > _MAX_OPENED + _MAX_PARSED_BYTES // max(len(data), 1):
        return partial(_unknown, "in a file that is asked too often")
    ranges = [tree_sitter.Range(*part) for part in script.parts] or None
    builder, captures = opened(Source(Positions(script.path, data), script.grammar, ranges))
    imports: list[Import] = []

    def read(later: Later) -> Any:
        builder.begin(script)
        found = facts(later.form) if later.form in _GROUPS else expression(later)
        script.spent = builder.spent
        return found

    def facts(name: str) -> tuple[RawFact, ...]:
        if not imports:
            imports.extend(imported(builder, captures.get("call", ())))
        return tuple(_GROUPS[name][1](builder, captures, imports))

    def expression(later: Later) -> Any:
        return _FORMS[later.form](builder, _node(builder.source.root, later), later.name)

    return read


def _unknown(reason: str, later: Later) -> Any:
    """Return what stands for something that can't be read."""
    if later.form in _GROUPS:
        return ()
    unknown = Unknown(whole_file(later.script.path), reason)
    return (unknown,) if later.form in {"arguments", "attributes"} else unknown


def _node(root: Node, later: Later) -> Node:
    """Return the node of an expression: of nodes with the same bytes, the innermost of its type."""
    found = root.descendant_for_byte_range(later.start, later.end)
    while found is not None and found.type != later.kind:
        found = found.parent
    return found if found is not None else root
