"""NestJS: the decorators of controllers, modules, gateways and their methods, and the calls that set it up.

Sources: https://docs.nestjs.com/controllers, https://docs.nestjs.com/techniques/versioning,
https://docs.nestjs.com/websockets/gateways, packages/common/decorators/http/request-mapping.decorator.ts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tree_sitter import Node

from rtlint.extract.javascript.expressions import Builder
from rtlint.extract.javascript.parser import ancestors, bare
from rtlint.facts.expressions import Expr, ObjectLiteral
from rtlint.facts.nest import NestClass, NestGateway, NestRoute, NestSetup
from rtlint.facts.raw import Import, RawFact
from rtlint.facts.records import dataclass
from rtlint.facts.site import Site

TRIGGERS = (b"@nestjs/",)

_METHODS = {name.capitalize(): name.upper() for name in "get post put patch delete options head search".split()}
_METHODS |= {"All": "*", "Sse": "GET"}
_WEBDAV = frozenset("Propfind Proppatch Mkcol Copy Move Lock Unlock".split())
_METHODS |= {name: name.upper() for name in _WEBDAV}
_CLASSES = {"Controller": "controller", "Module": "module"}
_SETUP = frozenset({"setGlobalPrefix", "enableVersioning", "useWebSocketAdapter"})
_TYPES = frozenset({"class_declaration", "abstract_class_declaration", "class"})


@dataclass(frozen=True, slots=True)
class _Decorated:
    """What a decorator stands on: a class, and a method of it with the name, or none."""

    node: Node
    method: Node | None


def nest(builder: Builder, captures: Mapping[str, list[Node]], imports: list[Import]) -> Iterator[RawFact]:
    """Yield the facts of NestJS; nothing for a file that imports nothing of it."""
    names = {fact.local: fact.imported for fact in imports if fact.local and fact.source.startswith("@nestjs/")}
    if not names:
        return
    versions = dict(_versions(builder, captures, names))
    for node in captures.get("call", ()):
        callee = builder.source.text(node.child_by_field_name("function"))
        imported = names.get(callee, "")
        if imported in _METHODS or imported in _CLASSES or imported == "WebSocketGateway":
            yield _decorator(builder, node, imported, versions)
        elif "." in callee:
            yield from _setup(builder, node, names)


def _versions(
    builder: Builder, captures: Mapping[str, list[Node]], names: Mapping[str, str]
) -> Iterator[tuple[int, Expr]]:
    """Yield what `@Version(...)` gives, by the id of the method that it stands on."""
    for node in captures.get("call", ()):
        if names.get(builder.source.text(node.child_by_field_name("function"))) == "Version":
            target, given = _target(node), builder.arguments(node)
            if target is not None and given:
                yield (target.method or target.node).id, given[0]


def _decorator(builder: Builder, node: Node, imported: str, versions: Mapping[int, Expr]) -> RawFact:
    """Return the fact of a call of a decorator; one that decorates no class of the module is opaque."""
    target, at, given = _target(node), builder.source.site(node), builder.arguments(node)
    name = builder.source.text(target.node.child_by_field_name("name")) if target is not None else ""
    if target is None or not name or not _is_of_module(target.node):
        return NestSetup(at, "opaque", given)
    base = _base(builder, target.node)
    if imported == "WebSocketGateway":
        return _gateway(at, name, given)
    if imported in _CLASSES:
        return NestClass(at, _CLASSES[imported], name, base, given, versions.get(target.node.id))
    if target.method is None:
        return NestSetup(at, "opaque", given)
    handler = builder.source.text(target.method.child_by_field_name("name"))
    return NestRoute(at, name, base, handler, _METHODS[imported], given, versions.get(target.method.id))


def _gateway(at: Site, name: str, given: tuple[Expr, ...]) -> NestGateway:
    options = given[-1] if given and isinstance(given[-1], ObjectLiteral) else None
    port = given[0] if given and given[0] is not options else None
    return NestGateway(at, name, port, given[1] if len(given) > 1 else options)


def _target(call: Node) -> _Decorated | None:
    """Return what a call decorates.

    Decorators stand inside the class or in the `export` around it, and before a method's definition or inside it.
    """
    decorator = call.parent
    owner = decorator.parent if decorator is not None and decorator.type == "decorator" else None
    if decorator is None or owner is None:
        return None
    if owner.type in _TYPES:
        return _Decorated(owner, None)
    if owner.type == "export_statement":
        found = owner.child_by_field_name("declaration") or owner.child_by_field_name("value")
        return _Decorated(found, None) if found is not None and found.type in _TYPES else None
    method = owner if owner.type == "method_definition" else _next_method(decorator)
    around = next((node for node in ancestors(decorator) if node.type in _TYPES), None)
    return _Decorated(around, method) if around is not None and method is not None else None


def _next_method(decorator: Node) -> Node | None:
    following = decorator.next_named_sibling
    while following is not None and following.type in {"decorator", "comment"}:
        following = following.next_named_sibling
    return following if following is not None and following.type == "method_definition" else None


def _is_of_module(node: Node) -> bool:
    parent = node.parent
    if parent is not None and parent.type == "export_statement":
        parent = parent.parent
    return parent is not None and parent.type == "program"


def _base(builder: Builder, node: Node) -> str:
    """Return what a class extends, as written without type arguments; empty for nothing."""
    heritage = next((child for child in node.named_children if child.type == "class_heritage"), None)
    if heritage is None:
        return ""
    clause = next((child for child in heritage.named_children if child.type == "extends_clause"), None)
    if clause is not None:
        return builder.source.text(clause.child_by_field_name("value"))
    implements = any(child.type == "implements_clause" for child in heritage.named_children)
    return "" if implements else builder.source.text(heritage).removeprefix("extends").strip()


def _setup(builder: Builder, node: Node, names: Mapping[str, str]) -> Iterator[RawFact]:
    callee = node.child_by_field_name("function")
    # With type arguments the grammar takes `await f<T>()` for a call of `await f`.
    callee = bare(callee) if callee is not None else None
    if callee is None or callee.type != "member_expression":
        return
    owner = builder.source.text(callee.child_by_field_name("object"))
    method = builder.source.text(callee.child_by_field_name("property"))
    at, given = builder.source.site(node), builder.arguments(node)
    if names.get(owner) == "NestFactory" and method == "create":
        yield NestSetup(at, "create", given)
    elif method in _SETUP:
        yield NestSetup(at, method, given)
    elif method == "use" and "NestFactory" in names.values() and _mounts(node):
        yield NestSetup(at, "use", given)


def _mounts(node: Node) -> bool:
    arguments = node.child_by_field_name("arguments")
    given = arguments.named_children if arguments is not None else []
    return len(given) > 1 and given[0].type in {"string", "template_string", "array", "identifier"}
