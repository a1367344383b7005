"""Modules: imports, and the names that a module, its classes and their constructors bind."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from rtlint.extract.python.expressions import Builder
from rtlint.extract.python.scopes import Function, Scope, statements, targets
from rtlint.extract.python.settings import is_settings, settings
from rtlint.facts.expressions import Expr, Name
from rtlint.facts.raw import Binding, Import, RawFact


def imports(builder: Builder) -> Iterator[Import]:
    """Yield what the file imports. A name that a function imports is the function's: `create_app.bp`."""
    for scope in builder.scopes:
        for local, found in scope.imports.items():
            for item in found:
                at = builder.source.site(item.node)
                yield Import(at, item.source, item.name, scope.qualified(local), "python")
        for source, node in scope.stars:
            yield Import(builder.source.site(node), source, "*", "", "python")


def bindings(builder: Builder, tree: ast.Module) -> Iterator[RawFact]:
    """Yield the names of the module's scope and of its classes."""
    module = builder.scopes.module
    for name, at, value in _values(builder, tree.body, module):
        yield Binding(builder.source.site(at), name, value)
    for name, function in module.functions.items():
        if name not in module.values:
            yield Binding(builder.source.site(function), name, builder.function(function, module))
    for name, node in module.classes.items():
        yield Binding(builder.source.site(node), name, builder.unknown(node, "class"))
        yield from settings(builder, name, module) if is_settings(name, module) else _members(builder, name, node)


def _values(builder: Builder, body: list[ast.stmt], scope: Scope) -> Iterator[tuple[str, ast.expr, Expr]]:
    """Yield the names that a scope assigns, each once, with the place of its first assignment."""
    seen: set[str] = set()
    for statement in statements(body):
        for target, value in targets(statement):
            if isinstance(target, ast.Name) and target.id not in seen:
                seen.add(target.id)
                yield target.id, target, _value(builder, target, value, scope)


def _value(builder: Builder, target: ast.Name, value: ast.expr | None, scope: Scope) -> Expr:
    if scope.single(target.id) is not None and value is not None:
        return builder.build(value, scope)
    several = len(scope.values.get(target.id, [])) > 1
    return builder.unknown(target, "assigned more than once" if several else "loop variable")


def _members(builder: Builder, name: str, node: ast.ClassDef) -> Iterator[Binding]:
    """Yield the attributes of a class as `Class.x`, and those that its constructor alone assigns as `Class#x`."""
    scope = builder.scopes.of(node)
    for member, at, value in _values(builder, node.body, scope):
        yield Binding(builder.source.site(at), f"{name}.{member}", value)
    assigned: dict[str, list[tuple[ast.Attribute, Expr]]] = {}
    for method in scope.functions.values():
        for target, found in _attributes(builder, method):
            assigned.setdefault(target.attr, []).append((target, found))
    for member, places in assigned.items():
        first, expr = places[0]
        if len(places) > 1:
            expr = builder.unknown(first, "assigned more than once")
        yield Binding(builder.source.site(first), f"{name}#{member}", expr)


def _attributes(builder: Builder, method: Function) -> Iterator[tuple[ast.Attribute, Expr]]:
    """Yield what a method assigns to attributes of its object; only the constructor's values are known."""
    scope = builder.scopes.of(method)
    for statement in statements(method.body):
        for target, value in targets(statement):
            if isinstance(target, ast.Attribute) and builder.instance(target, scope):
                own = value is not None and method.name == "__init__"
                known = builder.build(value, scope) if own and value is not None else None
                yield target, known or builder.unknown(target, "assigned in a method")


def alias(builder: Builder, name: str, value: ast.expr, scope: Scope) -> Binding | None:
    """Return the binding of a function's own name that routes hang on; None when it is bound to itself."""
    built = builder.build(value, scope)
    at = builder.source.site(value)
    return None if isinstance(built, Name) and built.name == name else Binding(at, name, built)
