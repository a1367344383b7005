"""Servers on Node.js: applications and routers of Fastify, Koa and Hono, and WebSocket servers of ws.

What a method means is the framework's: link decides when it knows whose object a function's parameter is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from tree_sitter import Node

from rtlint.extract.javascript.clients import assigned
from rtlint.extract.javascript.expressions import Builder
from rtlint.extract.javascript.functions import parameters, position
from rtlint.extract.javascript.handlers import function_body
from rtlint.extract.javascript.parser import bare, is_function, walk
from rtlint.extract.javascript.scope import Definition
from rtlint.extract.prefilter import Trigger
from rtlint.facts.expressions import Expr, Name, Unknown
from rtlint.facts.raw import Import, RawFact
from rtlint.facts.records import dataclass
from rtlint.facts.servers import ServerCall, ServerHandover, ServerObject, UpgradeHandler
from rtlint.patterns import regex

_MAKERS = {
    ("fastify", "default"): "fastify",
    ("fastify", "fastify"): "fastify",
    ("fastify", "*"): "fastify",
    ("koa", "default"): "koa",
    ("@koa/router", "default"): "koa-router",
    ("@koa/router", "Router"): "koa-router",
    ("koa-router", "default"): "koa-router",
    ("hono", "Hono"): "hono",
    ("hono/quick", "Hono"): "hono",
    ("hono/tiny", "Hono"): "hono",
    ("@hono/zod-openapi", "OpenAPIHono"): "hono",
    ("ws", "WebSocketServer"): "ws",
    ("ws", "Server"): "ws",
}
"""What makes a server, by package and export."""

PACKAGES = frozenset(package for package, _ in _MAKERS)
TRIGGERS = tuple(quote + name.encode() + quote for name in sorted(PACKAGES) for quote in (b"'", b'"'))
_APPS = ("app", "server", "fastify", "router", "api")
_ADDING = ("get", "post", "put", "patch", "delete", "all", "route", "register", "use")
LIKELY = Trigger(
    rb"\b(?:%b)\.(?:%b)\(\s*['\"`{/]" % ("|".join(_APPS).encode(), "|".join(_ADDING).encode()),
    (tuple(f"{app}.{verb}(".encode() for app in _APPS for verb in _ADDING),),
)
"""Routes on an application that comes from another file."""

_VERBS = frozenset({"get", "post", "put", "patch", "delete", "del", "options", "head", "all"})
_LEAST = {**dict.fromkeys(_VERBS, 2), "on": 3, "mount": 2, "redirect": 2, "openapi": 1, "doc": 1, "register": 1}
_LEAST |= {"use": 1, "route": 1, "basePath": 1, "prefix": 1}
_SAME = (
    _VERBS
    | frozenset("on mount openapi register use route prefix withTypeProvider after ready onError notFound".split())
    | frozenset("setErrorHandler setNotFoundHandler decorate decorateRequest decorateReply addHook addSchema".split())
    | frozenset("setValidatorCompiler setSerializerCompiler addContentTypeParser param".split())
)
"""Methods that return the object that they are called on."""

_OWN = regex(r"^(?:\.|/|[@~#$](?=/)|@[\w-]+/|src/|app/)")
_NAMES = frozenset({"identifier", "shorthand_property_identifier"})
_MAX_HOPS = 30
_MAX_CALLS = 5_000
_MAX_PATHS = 40


@dataclass(frozen=True, slots=True)
class _File:
    """One script, with what its names import.

    Attributes:
        names: package and export of each imported name.
        local: the names that may come from files of the repository.
        framework: whether the file imports one of the frameworks.
    """

    builder: Builder
    names: Mapping[str, tuple[str, str]]
    local: frozenset[str]
    framework: bool

    @classmethod
    def of(cls, builder: Builder, imports: list[Import]) -> _File:
        """Return the file of some imports."""
        names = {fact.local: (fact.source, fact.imported) for fact in imports if fact.local}
        local = {name for name, (source, _) in names.items() if _OWN.match(source) and source not in PACKAGES}
        framework = any(fact.source in PACKAGES for fact in imports)
        return cls(builder, names, frozenset(local), framework)

    def maker(self, node: Node) -> str:
        """Return what a call or construction makes; empty for anything else."""
        callee = node.child_by_field_name("function") or node.child_by_field_name("constructor")
        text = re.sub(r"\s", "", self.builder.source.text(bare(callee))) if callee is not None else ""
        if text in self.names:
            return self._maker(*self.names[text], node)
        required = re.match(r"require\(['\"]([^'\"]+)['\"]\)(?:\.(\w+))?$", text)
        if required:
            return self._maker(required[1], required[2] or "default", node)
        root, _, member = text.partition(".")
        package, imported = self.names.get(root, ("", ""))
        return self._maker(package, member, node) if imported in {"default", "*"} and member else ""

    def _maker(self, package: str, imported: str, node: Node) -> str:
        found = _MAKERS.get((package, "default" if (package, imported) == ("koa", "*") else imported), "")
        called = node.type == "call_expression"
        return found if called == (found == "fastify") or (called and found == "koa-router") else ""


def server_objects(
    builder: Builder, captures: Mapping[str, list[Node]], imports: list[Import]
) -> Iterator[ServerObject]:
    """Yield the servers that a file makes."""
    file = _File.of(builder, imports)
    for node in (*captures.get("call", ()), *captures.get("new", ())) if file.framework else ():
        maker = file.maker(node)
        if maker:
            yield ServerObject(builder.source.site(node), maker, assigned(builder, node), builder.arguments(node))


def servers(builder: Builder, captures: Mapping[str, list[Node]], imports: list[Import]) -> Iterator[RawFact]:
    """Yield the methods that are called on servers and on what may be one, and where these go."""
    file = _File.of(builder, imports)
    calls, made = captures.get("call", []), captures.get("new", [])
    for node in calls[:_MAX_CALLS]:
        yield from _called(file, node)
    for node in (*calls[:_MAX_CALLS], *made[:_MAX_CALLS]):
        yield from _handed_over(file, node)
    if any(fact.source == "ws" for fact in imports):
        for node in calls:
            yield from _upgrade(builder, node)


def _called(file: _File, node: Node) -> Iterator[RawFact]:
    source = file.builder.source
    callee = bare(node.child_by_field_name("function") or node)
    method = source.text(callee.child_by_field_name("property")) if callee.type == "member_expression" else ""
    given = _given(node)
    if method not in _LEAST or (len(given) < _LEAST[method] and not file.framework):
        return
    receiver = callee.child_by_field_name("object")
    owner = _reference(file, receiver) if receiver is not None else None
    if owner is None and file.framework and receiver is not None and _is_route(file, method, receiver, given):
        owner = Unknown(source.site(receiver), "receiver")
    if owner is not None:
        yield ServerCall(source.site(node), method, owner, tuple(_argument(file.builder, item) for item in given))


def _given(node: Node) -> list[Node]:
    arguments = node.child_by_field_name("arguments")
    if arguments is None or arguments.type != "arguments":
        return []
    return [item for item in arguments.named_children if item.type != "comment"]


def _is_route(file: _File, method: str, receiver: Node, given: list[Node]) -> bool:
    """Tell whether a call on an object that is not understood looks like a route: a path and a function."""
    root = re.match(r"\w*", file.builder.source.text(receiver))
    path = file.builder.string(given[0]) if given else None
    foreign = root is not None and root[0] in file.names and root[0] not in file.local
    return (
        not foreign
        and method in _VERBS
        and len(given) > 1
        and (path or "").startswith("/")
        and is_function(bare(given[-1]))
    )


def _argument(builder: Builder, node: Node) -> Expr:
    inner = bare(node)
    if not is_function(inner):
        return builder.build(node)
    last = "function" if len(parameters(inner)) > 1 else "function without next"
    return Unknown(builder.source.site(inner), last)


def _reference(file: _File, node: Node) -> Expr | None:
    """Return what a receiver is, as `ServerCall.owner` says it; None for what is no server of these frameworks."""
    for _ in range(_MAX_HOPS):
        node = bare(node)
        if node.type in {"call_expression", "new_expression"}:
            inner = _inner(file, node)
            if inner is None or isinstance(inner, Unknown):
                return inner
            node = inner
        elif node.type in _NAMES:
            found = file.builder.scopes.find(file.builder.source.text(node), node)
            value = _value(file, node, found) if found is not None else None
            if not isinstance(value, Node):
                return value
            node = value
        elif node.type == "member_expression" and file.builder.source.text(node).startswith("this."):
            name = file.builder.source.text(node)[5:]
            return Name(file.builder.source.site(node), f"{file.builder.class_of(node)}#{name}")
        else:
            return None
    return None


def _inner(file: _File, node: Node) -> Node | Unknown | None:
    """Return what a call is made on when it returns just that; what it makes when it makes something."""
    at = file.builder.source.site(node)
    if file.maker(node):
        return Unknown(at, "object")
    callee = bare(node.child_by_field_name("function") or node)
    if node.type != "call_expression" or callee.type != "member_expression":
        return None
    method = file.builder.source.text(callee.child_by_field_name("property"))
    if method == "basePath":
        return Unknown(at, "object")
    return callee.child_by_field_name("object") if method in _SAME else None


def _value(file: _File, node: Node, found: Definition) -> Node | Expr | None:
    """Return what a name is bound to, or the name itself where link must find out."""
    name = file.builder.source.text(node)
    at = file.builder.source.site(node)
    if found.kind == "parameter":
        index = position(found.scope, name, file.builder.source)
        plain = index is not None and not found.key
        return Unknown(file.builder.source.site(found.scope), f"parameter {index}") if plain else None
    if found.kind == "import" or name in file.names:
        return Name(at, name) if name in file.local else None
    value = found.node.child_by_field_name("value") if found.kind == "variable" and not found.key else None
    if value is not None and _leads_on(bare(value)):
        return value
    return Name(at, name) if found.kind == "variable" and file.framework and found.of_module else None


def _leads_on(value: Node) -> bool:
    return value.type in {"call_expression", "new_expression", "identifier"}


_HANDED = frozenset({*_NAMES, "member_expression"})
_SERVERISH = regex(
    r"(?:app|application|server|router|routes?|api|fastify|koa|hono|express|instance|scope)\d*$", re.IGNORECASE
)
"""What people call a server or router that comes from another file."""


def _handed_over(file: _File, node: Node) -> Iterator[RawFact]:
    source = file.builder.source
    callee = node.child_by_field_name("function") or node.child_by_field_name("constructor")
    if callee is None or file.maker(node):
        return
    text = source.text(callee)
    method = text.rpartition(".")[2]
    for index, item in enumerate(_given(node)):
        for place, part in ((index, item), *((-1, value) for value in _parts(bare(item)))):
            inner = bare(part)
            likely = inner.type in _HANDED and (file.framework or _SERVERISH.search(source.text(inner)))
            owner = _reference(file, inner) if likely else None
            if owner is not None and (method not in _SAME or callee.type == "identifier"):
                yield ServerHandover(source.site(node), text[:200], place, file.builder.build(callee), owner)


def _parts(node: Node) -> Iterator[Node]:
    """Yield the values of an object that is given: `setup({ app })`."""
    for child in node.named_children if node.type == "object" else ():
        value = child.child_by_field_name("value") if child.type == "pair" else None
        if value is not None:
            yield value
        elif child.type == "shorthand_property_identifier":
            yield child


def _upgrade(builder: Builder, node: Node) -> Iterator[RawFact]:
    callee, given = node.child_by_field_name("function"), _given(node)
    method = builder.source.text(callee.child_by_field_name("property")) if callee is not None else ""
    if method not in {"on", "once", "addListener"} or len(given) < 2 or builder.string(given[0]) != "upgrade":
        return
    body = function_body(builder, given[1])
    paths = list(_compared(builder, body))[:_MAX_PATHS] if body is not None else []
    looks = body is None or re.search(r"\burl\b|pathname|\.path\b", builder.source.text(body)) is not None
    partial = body is not None and re.search(r"startsWith|\.test\(|\.match\(|includes\(", builder.source.text(body))
    known = (bool(paths) or not looks) and not partial
    yield UpgradeHandler(builder.source.site(node), known, tuple(builder.build(path) for path in paths))


_PATH = regex(r"(?:^|[.\s])(?:pathname|path|url)$")


def _compared(builder: Builder, body: Node) -> Iterator[Node]:
    """Yield what the request's path is compared with."""
    for node in walk(body):
        if node.type == "binary_expression":
            operator = builder.source.text(node.child_by_field_name("operator"))
            left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
            if operator in {"===", "==", "!==", "!="} and left is not None and right is not None:
                sides = ((left, right), (right, left))
                yield from (other for one, other in sides if _PATH.search(builder.source.text(one)))
        elif node.type == "switch_statement":
            subject = builder.source.text(node.child_by_field_name("value")).strip("()")
            if _PATH.search(subject):
                yield from _cases(node)


def _cases(node: Node) -> Iterator[Node]:
    body = node.child_by_field_name("body")
    for case in body.named_children if body is not None else ():
        value = case.child_by_field_name("value")
        if value is not None:
            yield value
