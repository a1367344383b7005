"""Django REST framework: routers, what is registered on them, and the view sets with their extra actions.

Sources: https://www.django-rest-framework.org/api-guide/routers/, https://www.django-rest-framework.org/api-guide/viewsets/.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from rtlint.extract.python.expressions import Builder
from rtlint.extract.python.origins import last, origin, package
from rtlint.extract.python.scopes import Scope, assigned, statements
from rtlint.extract.python.walk import LimitError, Walker
from rtlint.facts.django import UrlRegistration, UrlRouter, ViewSetAction, ViewSetClass
from rtlint.facts.expressions import Expr, Literal, Name
from rtlint.facts.raw import RawFact

_FORMS = {"DefaultRouter": "default", "SimpleRouter": "simple"}
_LOOKUPS = frozenset({"lookup_value_regex", "lookup_value_converter"})


def rest_framework(builder: Builder, tree: ast.Module) -> Iterator[RawFact]:
    """Yield the routers, registrations and view sets of a file."""
    routers = list(_routers(builder, tree))
    yield from routers
    if routers or "register" in builder.source.text:
        yield from _registrations(builder, tree, {router.name for router in routers})
    for name, node in builder.scopes.module.classes.items():
        yield from _view_set(builder, name, node)


def _routers(builder: Builder, tree: ast.Module) -> Iterator[UrlRouter]:
    for statement in statements(tree.body):
        for name, value in assigned(statement):
            for made in (value.body, value.orelse) if isinstance(value, ast.IfExp) else (value,):
                dotted = origin(made.func, builder.scopes.module) if isinstance(made, ast.Call) else ""
                if isinstance(made, ast.Call) and package(dotted) == "rest_framework" and last(dotted) in _FORMS:
                    yield _router(builder, name, made, last(dotted))


def _router(builder: Builder, name: str, made: ast.Call, kind: str) -> UrlRouter:
    given = {item.arg: item.value for item in made.keywords}
    slash = given.pop("trailing_slash", made.args[0] if made.args and kind == "SimpleRouter" else None)
    form = "" if given or len(made.args) > (kind == "SimpleRouter") else _FORMS[kind]
    built = builder.build(slash, builder.scopes.module) if slash is not None else None
    return UrlRouter(builder.source.site(made), name, form, built)


def _registrations(builder: Builder, tree: ast.Module, routers: set[str]) -> Iterator[UrlRegistration]:
    """Yield what is registered, and what a router is handed to, which may register anything."""
    try:
        for place in Walker(tree, builder.scopes).calls():
            call, scope = place.call, place.scope
            function = call.func
            if isinstance(function, ast.Attribute) and function.attr == "register":
                yield from _registration(builder, call, function.value, scope)
            handed = (node for node in call.args if isinstance(node, ast.Name) and _is_router(node.id, routers))
            for node in handed:
                yield UrlRegistration(builder.source.site(call), builder.build(node, scope), None, None)
            if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Attribute):
                owner = function.value
                if owner.attr == "registry":
                    yield UrlRegistration(builder.source.site(call), builder.build(owner.value, scope), None, None)
    except LimitError:
        for name in sorted(routers):
            at = builder.source.site(tree.body[0])
            yield UrlRegistration(at, Name(at, name), None, None)


def _is_router(name: str, routers: set[str]) -> bool:
    return name in routers or name.endswith("router")


def _registration(builder: Builder, call: ast.Call, owner: ast.expr, scope: Scope) -> Iterator[UrlRegistration]:
    given = {item.arg: item.value for item in call.keywords}
    prefix = call.args[0] if call.args else given.get("prefix")
    viewset = call.args[1] if len(call.args) > 1 else given.get("viewset")
    parts = [builder.build(item, scope) if item is not None else None for item in (prefix, viewset)]
    yield UrlRegistration(builder.source.site(call), builder.build(owner, scope), parts[0], parts[1])


def _view_set(builder: Builder, name: str, node: ast.ClassDef) -> Iterator[RawFact]:
    inner, module = builder.scopes.of(node), builder.scopes.module
    bases = tuple(builder.build(base, module) for base in node.bases)
    if node.bases:
        lookup = bool(_LOOKUPS & inner.values.keys())
        yield ViewSetClass(builder.source.site(node), name, lookup, bases)
    for method in inner.functions.values():
        for decorator in method.decorator_list:
            if isinstance(decorator, ast.Call) and origin(decorator.func, module).endswith("decorators.action"):
                yield _action(builder, name, method, decorator)


def _action(
    builder: Builder, owner: str, method: ast.FunctionDef | ast.AsyncFunctionDef, call: ast.Call
) -> ViewSetAction:
    given = {item.arg: item.value for item in call.keywords}
    at, detail, path = builder.source.site(call), given.get("detail"), given.get("url_path")
    if len(call.args) > 1:
        detail = call.args[1]
    spelled: Expr = Literal(at, method.name)
    if path is not None and not (isinstance(path, ast.Constant) and path.value is None):
        spelled = builder.build(path, builder.scopes.module)
    if not isinstance(detail, ast.Constant) or None in given:
        spelled = builder.unknown(call, "kind of action")
    return ViewSetAction(at, owner, isinstance(detail, ast.Constant) and bool(detail.value), spelled)
