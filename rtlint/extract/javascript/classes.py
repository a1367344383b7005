"""Classes: fields, what the constructor assigns, getters and methods, as bindings of the module.

`Class.x` is static, `Class#x` belongs to an instance. A member that anything but its declaration and the constructor
assigns is unknown.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from tree_sitter import Node

from rtlint.extract.javascript.expressions import Builder
from rtlint.extract.javascript.functions import is_getter, parameters
from rtlint.extract.javascript.parser import walk
from rtlint.facts.expressions import Expr, Function, Parameter, Unknown
from rtlint.facts.raw import Binding

_FIELDS = frozenset({"public_field_definition", "field_definition"})
_ASSIGNMENTS = frozenset({"assignment_expression", "augmented_assignment_expression"})


def members(builder: Builder, name: str, node: Node) -> Iterator[Binding]:
    """Yield the members of a class as bindings."""
    body = node.child_by_field_name("body")
    if body is None:
        return
    elsewhere = _assigned_elsewhere(builder, body)
    found: dict[str, Binding] = {}
    for child in body.named_children:
        for binding in _of_child(builder, name, child):
            found[binding.name] = binding
    for key, binding in found.items():
        changed = key.partition("#")[2] in elsewhere
        yield Binding(binding.at, key, Unknown(binding.at, "assigned more than once")) if changed else binding


def _of_child(builder: Builder, name: str, child: Node) -> Iterator[Binding]:
    if child.type in _FIELDS:
        value = child.child_by_field_name("value")
        key = child.child_by_field_name("name") or child.child_by_field_name("property")
        if value is not None:
            expr = builder.later("expression", value, lambda: builder.build(value))
            yield Binding(builder.source.site(child), _member(builder, name, child, key), expr)
    elif child.type == "method_definition":
        yield from _method(builder, name, child)


def _member(builder: Builder, name: str, child: Node, key: Node | None) -> str:
    static = any(part.type == "static" for part in child.children)
    return f"{name}{'.' if static else '#'}{builder.source.text(key)}"


def _method(builder: Builder, name: str, child: Node) -> Iterator[Binding]:
    key = child.child_by_field_name("name")
    if builder.source.text(key) == "constructor":
        yield from _properties(builder, name, child)
        yield from _assigned(builder, name, child)
        return
    if is_getter(child):
        value = builder.later("getter", child, lambda: getter(builder, child))
    else:
        value = builder.later("expression", child, lambda: builder.build(child))
    yield Binding(builder.source.site(child), _member(builder, name, child, key), value)


def getter(builder: Builder, method: Node) -> Expr:
    """Return what a getter stands for."""
    value = builder.build(method)
    return value.result if isinstance(value, Function) else Unknown(value.at, "getter")


def _properties(builder: Builder, name: str, constructor: Node) -> Iterator[Binding]:
    """Yield TypeScript's parameter properties: `constructor(private readonly key: string)`."""
    for index, parameter in enumerate(parameters(constructor)):
        pattern = parameter.child_by_field_name("pattern")
        marked = any(part.type in {"accessibility_modifier", "readonly"} for part in parameter.children)
        if marked and pattern is not None and pattern.type == "identifier":
            at = builder.source.site(parameter)
            yield Binding(at, f"{name}#{builder.source.text(pattern)}", Parameter(at, name, index))


def _assigned(builder: Builder, name: str, constructor: Node) -> Iterator[Binding]:
    """Yield what the constructor assigns to `this`, as far as no condition decides whether it does."""
    for node in _to_this(constructor):
        parent = node.parent
        direct = parent is not None and parent.parent == constructor.child_by_field_name("body")
        key = _key(builder, node)
        right = node.child_by_field_name("right") if direct else None
        value = builder.later("expression", right, partial(builder.build, right)) if right is not None else None
        at = builder.source.site(node)
        yield Binding(at, f"{name}#{key}", value or Unknown(at, "assigned on a condition"))


def _to_this(function: Node) -> Iterator[Node]:
    for node in walk(function):
        left = node.child_by_field_name("left") if node.type in _ASSIGNMENTS else None
        inner = left.child_by_field_name("object") if left is not None and left.type == "member_expression" else None
        if inner is not None and inner.type == "this":
            yield node


def _key(builder: Builder, assignment: Node) -> str:
    left = assignment.child_by_field_name("left")
    return builder.source.text(left.child_by_field_name("property") if left is not None else None)


def _assigned_elsewhere(builder: Builder, body: Node) -> set[str]:
    methods = [child for child in body.named_children if child.type == "method_definition"]
    others = [item for item in methods if builder.source.text(item.child_by_field_name("name")) != "constructor"]
    return {_key(builder, node) for method in others for node in _to_this(method)}
