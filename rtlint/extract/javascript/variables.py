"""Variables: every read of an environment variable, and the conditions that switches decide."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from tree_sitter import Node

from rtlint.extract.javascript.expressions import Builder
from rtlint.extract.javascript.parser import ancestors, bare, outer, walk
from rtlint.facts.expressions import Binary, EnvVar, Expr, Fallback, Member, Name, Not
from rtlint.facts.raw import EnvRead, FlagTest, RawFact
from rtlint.patterns import regex

_SCHEMAS = regex(r"(?:\.object|createEnv|cleanEnv|defineEnv)$")
_VARIABLE = regex(r"^[A-Z][A-Z0-9_]+$")
_DEMANDS = regex(
    r"(?:^|\.)(?:invariant|assert\w*|require(?:d|Env|Var)\w*|ensure\w*|expect\w*|must\w*|check\w*)$", re.IGNORECASE
)


class Guards:
    """What the conditions of a file test: names, and places in the text."""

    def __init__(self, builder: Builder, captures: Mapping[str, list[Node]]) -> None:
        self.names: set[str] = set()
        self.ranges: list[tuple[int, int]] = []
        for node in _tested(builder, captures):
            self.ranges.append((node.start_byte, node.end_byte))
            self.names |= {builder.source.text(item) for item in walk(node, limit=500) if item.type == "identifier"}

    def covers(self, node: Node) -> bool:
        """Tell whether a node stands inside a condition."""
        return any(start <= node.start_byte and node.end_byte <= end for start, end in self.ranges)


def _tested(builder: Builder, captures: Mapping[str, list[Node]]) -> Iterator[Node]:
    for kind, field in (("if", "condition"), ("ternary", "condition"), ("and", "left"), ("not", "argument")):
        for node in captures.get(kind, ()):
            found = node.child_by_field_name(field)
            if found is not None:
                yield found
    for call in captures.get("call", ()):
        arguments = call.child_by_field_name("arguments")
        if arguments is not None and _DEMANDS.search(builder.source.text(call.child_by_field_name("function"))):
            yield arguments


def env_reads(builder: Builder, captures: Mapping[str, list[Node]]) -> Iterator[RawFact]:
    """Yield every read of an environment variable; one without a name for a read under a computed name."""
    objects = [node for node in captures.get("env", ()) if builder.env_object(node)]
    guards = Guards(builder, captures if objects else {})
    for node in objects:
        yield from _read(builder, node, guards)
    for call in captures.get("call", ()):
        if _SCHEMAS.search(builder.source.text(call.child_by_field_name("function"))):
            yield from _declared(builder, call)


def _read(builder: Builder, node: Node, guards: Guards) -> Iterator[RawFact]:
    source, via = builder.source, builder.env_object(node)
    whole = outer(node)
    parent = whole.parent
    if parent is None or parent.type == "type_query":
        return
    variable = builder.env_variable(parent)
    if variable and parent.child_by_field_name("object") == whole:
        if not _is_written(parent):
            yield _fact(builder, parent, variable[0], via, guards)
    elif parent.type == "variable_declarator":
        yield from _from_declarator(builder, parent, via, guards)
    elif parent.type == "assignment_expression" and parent.child_by_field_name("left") == whole:
        return
    elif not _is_tested_only(parent, whole):
        yield EnvRead(source.site(node), "", via, fallback=False, guarded=False)


def _is_tested_only(parent: Node, whole: Node) -> bool:
    """Tell whether the object of all variables is only tested for (`import.meta.env && ...`, `typeof process.env`)."""
    return parent.type in {"unary_expression", "if_statement", "binary_expression"} or (
        parent.type == "ternary_expression" and parent.child_by_field_name("condition") == whole
    )


def _is_written(node: Node) -> bool:
    parent = node.parent
    return parent is not None and parent.type == "assignment_expression" and parent.child_by_field_name("left") == node


def _fact(builder: Builder, node: Node, name: str, via: str, guards: Guards) -> EnvRead:
    whole = outer(node)
    parent = whole.parent
    fallback = parent is not None and _has_fallback(builder, parent, whole)
    guarded = guards.covers(node) or _holder(builder, node) in guards.names
    return EnvRead(builder.source.site(node), name, via, fallback, guarded)


def _has_fallback(builder: Builder, parent: Node, node: Node) -> bool:
    if parent.type != "binary_expression" or parent.child_by_field_name("left") != node:
        return False
    return builder.source.text(parent.child_by_field_name("operator")) in {"||", "??"}


def _holder(builder: Builder, node: Node) -> str:
    """Return the name that a value is bound to, by itself or within its expression."""
    for parent in ancestors(node):
        if parent.type == "variable_declarator":
            return builder.source.text(parent.child_by_field_name("name"))
        if parent.type in {"statement_block", "program", "arguments", "object"}:
            return ""
    return ""


def _from_declarator(builder: Builder, parent: Node, via: str, guards: Guards) -> Iterator[RawFact]:
    """Yield the reads of `const {A, B = d} = import.meta.env` and of `const env = import.meta.env; env.A`."""
    target = parent.child_by_field_name("name")
    if target is None:
        return
    if target.type == "object_pattern":
        for child in target.named_children:
            yield from _from_pattern(builder, child, via, guards)
    elif target.type == "identifier":
        yield from _through(builder, parent, builder.source.text(target), via, guards)


def _from_pattern(builder: Builder, child: Node, via: str, guards: Guards) -> Iterator[RawFact]:
    source = builder.source
    if child.type == "rest_pattern":
        yield EnvRead(source.site(child), "", via, fallback=False, guarded=False)
        return
    key = child.child_by_field_name("key") or child.child_by_field_name("left") or child
    value = child.child_by_field_name("value")
    fallback = child.type == "object_assignment_pattern" or (value is not None and value.type == "assignment_pattern")
    local = source.text(value.child_by_field_name("left") or value if value is not None else key)
    yield EnvRead(source.site(child), source.text(key), via, fallback, local in guards.names)


def _through(builder: Builder, declarator: Node, name: str, via: str, guards: Guards) -> Iterator[RawFact]:
    scope = next((item for item in ancestors(declarator) if item.type in {"statement_block", "program"}), None)
    for node in walk(scope) if scope is not None else ():
        if node.type == "identifier" and builder.source.text(node) == name and node.parent != declarator:
            parent = outer(node).parent
            variable = builder.env_variable(parent) if parent is not None else None
            if parent is not None and variable:
                yield _fact(builder, parent, variable[0], via, guards)
            elif builder.env_object(node):
                yield EnvRead(builder.source.site(node), "", via, fallback=False, guarded=False)


def _declared(builder: Builder, call: Node) -> Iterator[RawFact]:
    """Yield the variables that a schema declares: `z.object({X: ...})`, `createEnv({client: {X: ...}})`."""
    arguments = call.child_by_field_name("arguments")
    for node in walk(arguments, limit=4_000) if arguments is not None else ():
        key = builder.key(node.child_by_field_name("key")) if node.type == "pair" else None
        if key and _VARIABLE.match(key):
            yield EnvRead(builder.source.site(node), key, "settings", fallback=False, guarded=True)


def flag_tests(builder: Builder, captures: Mapping[str, list[Node]]) -> Iterator[RawFact]:
    """Yield the operands of conditions that a variable or an imported name decides, by chain."""
    group = 0
    seen: set[int] = set()
    for node in captures.get("if", ()):
        if node.id not in seen:
            group += 1
            for arm, condition in enumerate(_chain(node, seen)):
                yield from _operands(builder, condition, group, arm)
    for node in captures.get("ternary", ()):
        if node.id not in seen:
            group += 1
            for arm, condition in enumerate(_ternary_chain(node, seen)):
                yield from _operands(builder, condition, group, arm)
    for node in captures.get("and", ()):
        if node.parent is not None and node.parent.type in {"expression_statement", "jsx_expression"}:
            group += 1
            yield from _operands(builder, node.child_by_field_name("left"), group, 0)


def _chain(node: Node | None, seen: set[int]) -> Iterator[Node | None]:
    while node is not None and node.type == "if_statement":
        seen.add(node.id)
        yield node.child_by_field_name("condition")
        alternative = node.child_by_field_name("alternative")
        inner = alternative.named_children if alternative is not None else []
        node = inner[0] if inner else None


def _ternary_chain(node: Node | None, seen: set[int]) -> Iterator[Node | None]:
    while node is not None and bare(node).type == "ternary_expression":
        node = bare(node)
        seen.add(node.id)
        yield node.child_by_field_name("condition")
        node = node.child_by_field_name("alternative")


def _operands(builder: Builder, condition: Node | None, group: int, arm: int) -> Iterator[RawFact]:
    if condition is None or not _may_be_decided(builder, condition):
        return
    pending: list[tuple[Expr, bool]] = [(builder.build(condition), False)]
    while pending:
        expr, negated = pending.pop(0)
        if isinstance(expr, Not):
            pending.append((expr.operand, not negated))
        elif isinstance(expr, Fallback) or (isinstance(expr, Binary) and expr.operator == "&&"):
            pending += [(expr.left, negated), (expr.right, negated)]
        elif _decided_by_name(expr):
            yield FlagTest(expr.at, group, arm, negated, expr)


_BOOLEAN = frozenset({"&&", "||", "??", "===", "!==", "==", "!="})


def _may_be_decided(builder: Builder, node: Node | None, hops: int = 0) -> bool:
    """Tell whether a name may decide a condition: most ask for what a function was given, and need not be built."""
    if node is None or hops > _MAX_HOPS:
        return node is not None
    node = bare(node)
    kind = node.type
    if kind == "identifier":
        return _may_lead_out(builder, node, hops)
    if kind in {"member_expression", "subscript_expression"}:
        return _may_be_decided(builder, node.child_by_field_name("object"), hops + 1)
    if kind == "unary_expression":
        return _may_be_decided(builder, node.child_by_field_name("argument"), hops + 1)
    if kind == "binary_expression":
        sides = (node.child_by_field_name("left"), node.child_by_field_name("right"))
        operator = node.child_by_field_name("operator")
        return (
            operator is not None
            and operator.type in _BOOLEAN
            and any(_may_be_decided(builder, side, hops + 1) for side in sides)
        )
    if kind == "call_expression":
        return builder.source.text(node.child_by_field_name("function")) == "Object.freeze"
    return kind in _KEYWORDS


_MAX_HOPS = 12
_KEYWORDS = frozenset({"this", "import", "meta_property"})


def _may_lead_out(builder: Builder, node: Node, hops: int) -> bool:
    """Tell whether a name may stand for one of the module's, or for a variable, and not for what a function holds."""
    name = builder.source.text(node)
    found = builder.scopes.find(name, node)
    if found is None or found.of_module or found.default is not None:
        return True
    if found.kind != "variable":
        return False
    value = found.node.child_by_field_name("value")
    return name in builder.reassigned or _may_be_decided(builder, value, hops + 1)


def _decided_by_name(expr: Expr) -> bool:
    """Tell whether a variable, an imported name or a name of the module decides the operand."""
    if isinstance(expr, Binary):
        return _decided_by_name(expr.left) or _decided_by_name(expr.right)
    if isinstance(expr, Member):
        return _decided_by_name(expr.object)
    return isinstance(expr, EnvVar | Name)
