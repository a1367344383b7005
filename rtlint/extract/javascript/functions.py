"""Functions: what one returns, as an expression, and by which name its calls are found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tree_sitter import Node

from rtlint.extract.javascript.parser import Source, bare, outer, walk
from rtlint.facts.expressions import Binary, Conditional, Expr, Literal, Unknown

if TYPE_CHECKING:
    from rtlint.extract.javascript.expressions import Builder

_MAX_STATEMENTS = 60
_MAX_ACCESSOR = 3
_MAX_BYTES = 2_000
"""A function longer than this does more than to return a setting."""

_CLASSES = frozenset({"class_declaration", "abstract_class_declaration"})
_EXITS = frozenset({"return_statement", "throw_statement"})


def pattern_name(index: int) -> str:
    """Return the name that stands for a parameter which is a pattern: no identifier of JavaScript looks like it."""
    return f"#{index}"


def is_getter(method: Node) -> bool:
    """Tell whether a method is `get name() {...}`."""
    return any(child.type == "get" for child in method.children)


def is_short(method: Node) -> bool:
    """Tell whether a method of an object is short enough to be an accessor; longer ones do the program's work."""
    body = method.child_by_field_name("body")
    return body is not None and body.named_child_count <= _MAX_ACCESSOR


def parameters(function: Node) -> list[Node]:
    """Return the parameters of a function, comments and TypeScript's `this` left out."""
    single, several = function.child_by_field_name("parameter"), function.child_by_field_name("parameters")
    if single is not None:
        return [single]
    return [child for child in several.named_children if child.type != "comment"] if several is not None else []


def position(function: Node, name: str, source: Source) -> int | None:
    """Return the position of the parameter that binds a name, from 0; None behind a rest parameter."""
    for index, parameter in enumerate(parameters(function)):
        pattern = parameter.child_by_field_name("pattern") or parameter
        names = [source.text(node) for node in walk(pattern, limit=200) if node.type in _BINDING]
        if name in names:
            return None if pattern.type == "rest_pattern" else index
    return None


_BINDING = frozenset({"identifier", "shorthand_property_identifier_pattern"})


def owner_of(function: Node, source: Source) -> str:
    """Return the name by which calls reach a function: its own in the module's scope, or that of its class.

    Empty for methods other than the constructor and for functions inside functions: their calls are not known.
    """
    if function.type == "method_definition":
        body = function.parent
        holder = body.parent if body is not None else None
        made = source.text(function.child_by_field_name("name")) == "constructor"
        return _name(holder, source) if made and holder is not None and holder.type in _CLASSES else ""
    if function.type in {"function_declaration", "generator_function_declaration"}:
        return _name(function, source) if _of_module(function) else ""
    whole = outer(function)
    parent = whole.parent
    if parent is not None and parent.type == "arguments":
        parent = outer(parent.parent).parent if parent.parent is not None else None
    if parent is None:
        return ""
    if parent.type == "variable_declarator" and parent.parent is not None and _of_module(parent.parent):
        return _name(parent, source)
    return "default" if parent.type == "export_statement" else ""


def promised(function: Node, source: Source) -> Node | None:
    """Return the `import(...)` whose module a function is given: `import("x").then((module) => ...)`."""
    arguments = function.parent
    call = arguments.parent if arguments is not None and arguments.type == "arguments" else None
    callee = call.child_by_field_name("function") if call is not None else None
    if callee is None or source.text(callee.child_by_field_name("property")) != "then":
        return None
    loaded = callee.child_by_field_name("object")
    loads = loaded is not None and source.text(loaded.child_by_field_name("function")) == "import"
    return loaded if loads else None


def _name(node: Node, source: Source) -> str:
    return source.text(node.child_by_field_name("name")) or "default"


def _of_module(declaration: Node) -> bool:
    parent = declaration.parent
    while parent is not None and parent.type == "export_statement":
        parent = parent.parent
    return parent is not None and parent.type == "program"


def returned(builder: Builder, function: Node, depth: int) -> Expr | None:
    """Return what a function returns; None when it can't be told, as for generators and returns inside loops."""
    body = function.child_by_field_name("body")
    if body is None or function.type.startswith("generator") or body.end_byte - body.start_byte > _MAX_BYTES:
        return None
    if body.type != "statement_block":
        return builder.build(body, depth)
    steps = _Steps(builder, depth)
    result = steps.block(body.named_children)
    nothing = Literal(builder.source.site(body), None)
    return None if steps.lost else result or nothing


class _Steps:
    """Follows the statements of one function.

    Attributes:
        lost: whether something decides the result that is not followed.
    """

    def __init__(self, builder: Builder, depth: int) -> None:
        self._builder = builder
        self._depth = depth
        self._left = _MAX_STATEMENTS
        self.lost = False

    def block(self, statements: Sequence[Node]) -> Expr | None:
        """Return the result of some statements and those behind them; None when they only throw."""
        for position, statement in enumerate(statements):
            self._left -= 1
            if self._left < 0:
                self.lost = True
                return None
            rest = statements[position + 1 :]
            if statement.type == "return_statement":
                return self._value(statement)
            if statement.type == "throw_statement":
                return None
            if statement.type in _BRANCHES and _exits(statement):
                return _BRANCHES[statement.type](self, statement, rest)
            if statement.type not in _QUIET and _exits(statement):
                self.lost = True
                return None
        return Literal(self._builder.source.site(statements[-1]), None) if statements else None

    def _value(self, statement: Node) -> Expr:
        given = [child for child in statement.named_children if child.type != "comment"]
        return self._builder.build(given[0], self._depth) if given else self._nothing(statement)

    def _nothing(self, node: Node) -> Expr:
        return Literal(self._builder.source.site(node), None)

    def if_statement(self, statement: Node, rest: Sequence[Node]) -> Expr | None:
        """Return a condition whose arms are the branch and what follows; a branch that throws is no result."""
        then = self.block([*_inside(statement.child_by_field_name("consequence")), *rest])
        alternative = statement.child_by_field_name("alternative")
        inner = alternative.named_children if alternative is not None else []
        otherwise = self.block([*(_inside(inner[0]) if inner else []), *rest])
        test = statement.child_by_field_name("condition")
        return self._either(statement, self._builder.build(test, self._depth), then, otherwise)

    def _either(self, node: Node, test: Expr, then: Expr | None, otherwise: Expr | None) -> Expr | None:
        if then is None or otherwise is None:
            return then or otherwise
        return Conditional(self._builder.source.site(node), test, then, otherwise)

    def try_statement(self, statement: Node, rest: Sequence[Node]) -> Expr | None:
        """Return either what the block returns or what the catch does: nobody knows which."""
        handler = statement.child_by_field_name("handler")
        caught = handler.child_by_field_name("body") if handler is not None else None
        tried = self.block([*_inside(statement.child_by_field_name("body")), *rest])
        other = self.block([*_inside(caught), *rest]) if caught is not None else None
        return self._either(statement, Unknown(self._builder.source.site(statement), "try"), tried, other)

    def switch_statement(self, statement: Node, rest: Sequence[Node]) -> Expr | None:
        """Return the cases as a chain of comparisons; a case without an end goes on with the next."""
        body = statement.child_by_field_name("body")
        cases = [child for child in body.named_children if child.type.startswith("switch_")] if body is not None else []
        value = self._builder.build(statement.child_by_field_name("value"), self._depth)
        result = self.block(list(rest))
        for number in range(len(cases) - 1, -1, -1):
            found = self.block([*(part for case in cases[number:] for part in _case(case)), *rest])
            test = cases[number].child_by_field_name("value")
            if test is None:
                result = found
                continue
            at = self._builder.source.site(cases[number])
            same = Binary(at, "===", value, self._builder.build(test, self._depth))
            result = self._either(cases[number], same, found, result)
        return result


_BRANCHES = {
    "if_statement": _Steps.if_statement,
    "try_statement": _Steps.try_statement,
    "switch_statement": _Steps.switch_statement,
}
_QUIET = frozenset(
    {"lexical_declaration", "variable_declaration", "function_declaration", "class_declaration", "expression_statement"}
)


def _case(case: Node) -> list[Node]:
    value = case.child_by_field_name("value")
    return [
        child for child in case.named_children if child != value and child.type not in {"comment", "break_statement"}
    ]


def _inside(node: Node | None) -> list[Node]:
    """Return the statements of a block, or a statement by itself."""
    if node is None:
        return []
    node = bare(node)
    return list(node.named_children) if node.type == "statement_block" else [node]


def _exits(statement: Node) -> bool:
    """Tell whether a return or throw of the same function stands in a statement."""
    return any(node.type in _EXITS for node in walk(statement, into_functions=False, limit=2_000))
