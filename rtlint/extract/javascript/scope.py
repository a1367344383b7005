"""Names: what an identifier stands for at its place, within one file."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator

from tree_sitter import Node

from rtlint.extract.javascript.parser import Source, ancestors, is_function
from rtlint.facts.records import dataclass


@dataclass(frozen=True, slots=True)
class Definition:
    """What declares a name.

    Attributes:
        kind: variable, parameter, loop, catch, function, class, enum or import.
        node: the declarator, the function, the class, ...
        key: for a destructured name the key it takes from the object; empty otherwise.
        default: the default value of a destructured name or parameter, or None.
        scope: the node of the scope: `program` for a name of the module.
    """

    kind: str
    node: Node
    scope: Node
    key: str = ""
    default: Node | None = None

    @property
    def of_module(self) -> bool:
        """Whether the name belongs to the module's own scope."""
        return self.scope.type == "program"


class Scopes:
    """Finds the definition of names; each scope is read once.

    The scopes of a file lie in each other. They are numbered in the file's order, so that the one around a place is
    found by its bytes: to climb from node to node takes time that grows with the square of the depth.
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        self._nodes = source.captures().get("scope", [])
        self._starts = [node.start_byte for node in self._nodes]
        self._ends = [node.end_byte for node in self._nodes]
        self._parents = list(_parents(self._ends))
        self._names: list[dict[str, Definition] | None] = [None] * len(self._nodes)
        self._root: dict[str, Definition] | None = None

    def find(self, name: str, at: Node) -> Definition | None:
        """Return the definition that a name has at a node, or None for a global."""
        number = self._around(at)
        while number >= 0:
            known = self._of(number)
            if name in known:
                return known[name]
            number = self._parents[number]
        return None

    def _of(self, number: int) -> dict[str, Definition]:
        """Return the names of a scope."""
        known = self._names[number]
        if known is None:
            known = self._names[number] = self._definitions(self._nodes[number])
        return known

    def _around(self, node: Node) -> int:
        """Return the number of the innermost scope that a node stands in; -1 for none."""
        start, end = node.start_byte, node.end_byte
        number = bisect_right(self._starts, start) - 1
        while number >= 0:
            last = self._ends[number]
            if last > end or (last == end and (self._starts[number] < start or self._is_inside(node, number))):
                break
            number = self._parents[number]
        return number

    def _is_inside(self, node: Node, number: int) -> bool:
        """Tell whether a node stands in a scope that has the same bytes."""
        scope = self._nodes[number].id
        return node.id != scope and any(parent.id == scope for parent in ancestors(node))

    def module(self) -> dict[str, Definition]:
        """Return the names of the module's own scope."""
        if self._nodes and self._nodes[0].id == self._source.root.id:
            return self._of(0)
        if self._root is None:  # A script that is none has no program around it.
            self._root = self._definitions(self._source.root)
        return self._root

    def _definitions(self, scope: Node) -> dict[str, Definition]:
        found: dict[str, Definition] = {}
        for name, definition in self._read(scope):
            found.setdefault(name, definition)
        return found

    def _read(self, scope: Node) -> Iterator[tuple[str, Definition]]:
        if is_function(scope):
            yield from self._parameters(scope)
        elif scope.type == "catch_clause":
            yield from self._pattern(scope.child_by_field_name("parameter"), "catch", scope, scope)
        elif scope.type == "for_statement":
            yield from self._declared(scope.child_by_field_name("initializer"), scope, "loop")
        elif scope.type == "for_in_statement":
            yield from self._pattern(scope.child_by_field_name("left"), "loop", scope, scope)
        else:
            for statement in scope.named_children:
                yield from self._declared(_declaration(statement), scope, "variable")

    def _parameters(self, function: Node) -> Iterator[tuple[str, Definition]]:
        single = function.child_by_field_name("parameter")
        several = function.child_by_field_name("parameters")
        for parameter in [single] if single else several.named_children if several else []:
            pattern = parameter.child_by_field_name("pattern") or parameter
            value = parameter.child_by_field_name("value")
            for name, found in self._pattern(pattern, "parameter", function, function):
                yield (
                    name,
                    found if found.default or not value else Definition("parameter", function, function, "", value),
                )

    def _declared(self, node: Node | None, scope: Node, kind: str) -> Iterator[tuple[str, Definition]]:
        if node is None:
            return
        if node.type in {"lexical_declaration", "variable_declaration"}:
            for declarator in node.named_children:
                if declarator.type == "variable_declarator":
                    yield from self._pattern(declarator.child_by_field_name("name"), kind, declarator, scope)
        elif node.type in _DECLARATIONS:
            name = node.child_by_field_name("name")
            if name is not None:
                yield self._source.text(name), Definition(_DECLARATIONS[node.type], node, scope)
        elif node.type == "import_statement":
            yield from ((name, Definition("import", node, scope)) for name in self._imported(node))

    def _imported(self, node: Node) -> Iterable[str]:
        clause = next((child for child in node.named_children if child.type == "import_clause"), None)
        for child in clause.named_children if clause else ():
            if child.type == "identifier":
                yield self._source.text(child)
            elif child.type == "namespace_import":
                yield self._source.text(child.named_children[-1])
            elif child.type == "named_imports":
                for item in child.named_children:
                    yield self._source.text(item.child_by_field_name("alias") or item.child_by_field_name("name"))

    def _pattern(self, node: Node | None, kind: str, owner: Node, scope: Node) -> Iterator[tuple[str, Definition]]:
        if node is None:
            return
        if node.type in {"identifier", "shorthand_property_identifier_pattern"}:
            yield self._source.text(node), Definition(kind, owner, scope)
        elif node.type == "object_pattern":
            for child in node.named_children:
                yield from self._property(child, kind, owner, scope)
        elif node.type == "assignment_pattern":
            default = node.child_by_field_name("right")
            for name, found in self._pattern(node.child_by_field_name("left"), kind, owner, scope):
                yield name, Definition(found.kind, found.node, scope, found.key, default)
        elif node.type in {"array_pattern", "rest_pattern"}:
            for child in node.named_children:
                for name, _ in self._pattern(child, kind, owner, scope):
                    yield name, Definition("pattern", owner, scope)

    def _property(self, node: Node, kind: str, owner: Node, scope: Node) -> Iterator[tuple[str, Definition]]:
        """Yield the names of one property of `{a, b: c, d = 1, e: f = 2, ...rest}`."""
        if node.type == "shorthand_property_identifier_pattern":
            name = self._source.text(node)
            yield name, Definition(kind, owner, scope, name)
        elif node.type == "object_assignment_pattern":
            name = self._source.text(node.child_by_field_name("left"))
            yield name, Definition(kind, owner, scope, name, node.child_by_field_name("right"))
        elif node.type == "pair_pattern":
            key, value = node.child_by_field_name("key"), node.child_by_field_name("value")
            for name, found in self._pattern(value, kind, owner, scope):
                known = key is not None and key.type == "property_identifier" and not found.key
                if known:
                    yield name, Definition(kind, owner, scope, self._source.text(key), found.default)
                else:
                    yield name, Definition("pattern", owner, scope)
        elif node.type == "rest_pattern":
            yield from self._pattern(node, kind, owner, scope)


def _parents(ends: Iterable[int]) -> Iterator[int]:
    """Yield the number of the scope around each scope, -1 for none; the scopes are given by their ends, in order."""
    around: list[tuple[int, int]] = []
    for number, end in enumerate(ends):
        while around and around[-1][0] < end:
            around.pop()
        yield around[-1][1] if around else -1
        around.append((end, number))


_DECLARATIONS = {
    "function_declaration": "function",
    "generator_function_declaration": "pattern",
    "class_declaration": "class",
    "abstract_class_declaration": "class",
    "enum_declaration": "enum",
}


def _declaration(statement: Node) -> Node | None:
    if statement.type == "export_statement":
        return statement.child_by_field_name("declaration")
    return statement
