"""Fastify: routes and plugins, by the instance that they are registered on.

Sources: https://fastify.dev/docs/latest/Reference/Routes/, https://fastify.dev/docs/latest/Reference/Plugins/.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from tree_sitter import Node

from rtlint.extract.javascript.expressions import Builder
from rtlint.extract.javascript.functions import owner_of, position
from rtlint.extract.javascript.parser import bare, is_function
from rtlint.facts.expressions import ArrayLiteral, Expr, Literal, Member, ObjectLiteral
from rtlint.facts.fastify import FastifyOpaque, FastifyRegister, FastifyRoute, FastifyScope
from rtlint.facts.raw import Import, RawFact

METHODS = {
    "get": "GET", "post": "POST", "put": "PUT", "patch": "PATCH", "delete": "DELETE",
    "head": "HEAD", "options": "OPTIONS", "trace": "TRACE", "all": "*",
}  # fmt: skip
_INSTANCE = re.compile(r"^(?:_?(?:fastify|app|server|instance|api|f|childServer|scope|plugin)\w*)$", re.IGNORECASE)
_MAKERS = re.compile(
    r"^(?:fastify|Fastify|require\((?:'fastify'|\"fastify\")\)(?:\.default)?|fastify\.default|Fastify\.\w+)$"
)
_COMPARING = re.compile(
    r"ignoreTrailingSlash|ignoreDuplicateSlashes|caseSensitive|routerOptions|rewriteUrl|constraints"
)
_MAX_CHAIN = 60


def fastify(builder: Builder, captures: Mapping[str, list[Node]], imports: list[Import]) -> Iterator[RawFact]:
    """Yield the facts of Fastify; nothing for a file without a sign of it."""
    uses = any(fact.source.startswith(("fastify", "@fastify/")) for fact in imports)
    reader = _Reader(builder, {fact.local for fact in imports if fact.source == "fastify" and fact.local}, uses)
    for node in captures.get("call", ()) if uses else ():
        reader.register(node)
    for node in captures.get("call", ()):
        callee = node.child_by_field_name("function")
        if callee is None or callee.type != "member_expression":
            continue
        method = builder.source.text(callee.child_by_field_name("property"))
        if method in METHODS or method in {"route", "register"}:
            yield from reader.call(node, callee, method)
    yield from reader.apps(captures)


class _Reader:
    """Reads the calls of one file, and remembers the scopes that they belong to."""

    def __init__(self, builder: Builder, makers: set[str], uses: bool) -> None:
        self._builder = builder
        self._source = builder.source
        self._makers = makers
        self._uses = uses
        self._said: set[str] = set()
        self._registered: set[str] = set()

    def register(self, node: Node) -> None:
        """Remember the function that a call may register as a plugin: its first parameter is an instance."""
        callee, arguments = node.child_by_field_name("function"), node.child_by_field_name("arguments")
        called = self._source.text(callee.child_by_field_name("property")) if callee is not None else ""
        if called == "register" and arguments is not None and arguments.named_children:
            self._registered.add(self._inline(self._unwrapped(arguments.named_children[0])[0]))

    def call(self, node: Node, callee: Node, method: str) -> Iterator[RawFact]:
        """Yield what a call registers, and the scope that it belongs to when it is new."""
        found = self._scope(callee.child_by_field_name("object"))
        arguments = node.child_by_field_name("arguments")
        given = [item for item in arguments.named_children if item.type != "comment"] if arguments is not None else []
        if found is None or not given:
            return
        scope, fact = found
        if scope not in self._said:
            self._said.add(scope)
            yield fact
        if method == "register":
            yield self._register(node, scope, given)
        elif method == "route":
            yield from self._route(node, scope, given[0])
        else:
            protocol = self._protocol(given[1]) if len(given) > 1 else "http"
            path = self._builder.build(given[0])
            yield FastifyRoute(self._source.site(node), scope, METHODS[method], protocol, path)

    def apps(self, captures: Mapping[str, list[Node]]) -> Iterator[RawFact]:
        """Yield the applications that nothing is registered on in this file: another one may be given them."""
        for node in captures.get("call", ()):
            if self._makes(node):
                parent = node.parent
                while parent is not None and parent.type in {
                    "await_expression",
                    "parenthesized_expression",
                    "as_expression",
                }:
                    parent = parent.parent
                if (
                    parent is not None
                    and parent.type == "variable_declarator"
                    and str(parent.start_byte) not in self._said
                ):
                    self._said.add(str(parent.start_byte))
                    yield self._app(parent, node)

    def _makes(self, node: Node) -> bool:
        text = re.sub(r"\s|<[^()]*>", "", self._source.text(node.child_by_field_name("function")))
        return text in self._makers or (bool(_MAKERS.match(text)) and text.startswith("require"))

    def _scope(self, receiver: Node | None) -> tuple[str, FastifyScope] | None:
        """Return the scope that a receiver is an instance of: the application, or the function that is given it."""
        for _ in range(_MAX_CHAIN):
            if receiver is None or bare(receiver).type != "call_expression" or self._makes(bare(receiver)):
                break
            callee = bare(receiver).child_by_field_name("function")
            receiver = callee.child_by_field_name("object") if callee is not None else None
        receiver = bare(receiver) if receiver is not None else None
        if receiver is None or receiver.type != "identifier":
            return None
        name = self._source.text(receiver)
        found = self._builder.scopes.find(name, receiver)
        if found is None:
            return None
        if found.kind == "parameter" and not found.key and position(found.scope, name, self._source) == 0:
            return self._plugin(found.scope, name)
        value = found.node.child_by_field_name("value") if found.kind == "variable" else None
        value = bare(value) if value is not None else None
        while value is not None and value.type == "call_expression" and not self._makes(value):
            callee = value.child_by_field_name("function")
            value = callee.child_by_field_name("object") if callee is not None else None
        made = value if value is not None and value.type == "call_expression" else None
        return (str(found.node.start_byte), self._app(found.node, made)) if made is not None else None

    def _app(self, declarator: Node, made: Node) -> FastifyScope:
        name = self._source.text(declarator.child_by_field_name("name"))
        lenient = bool(_COMPARING.search(self._source.text(made.child_by_field_name("arguments"))))
        return FastifyScope(self._source.site(made), str(declarator.start_byte), "app", name, lenient)

    def _plugin(self, function: Node, name: str) -> tuple[str, FastifyScope] | None:
        typed = "Fastify" in self._source.text(function.child_by_field_name("parameters"))[:200]
        if (
            str(function.start_byte) not in self._registered
            and not typed
            and not (_INSTANCE.match(name) and (self._uses or name.lower().startswith("fastify")))
        ):
            return None
        key = str(function.start_byte)
        return key, FastifyScope(self._source.site(function), key, "plugin", self._exported(function), lenient=False)

    def _exported(self, function: Node) -> str:
        """Return the name of a plugin in its module, `default` for `module.exports`; fp(...) is looked through."""
        known = owner_of(function, self._source)
        if known:
            return known
        node = function.parent
        if node is not None and node.type == "arguments" and node.parent is not None:
            node = node.parent.parent
        left = node.child_by_field_name("left") if node is not None and node.type == "assignment_expression" else None
        text = self._source.text(left)
        return "default" if text == "module.exports" else text.removeprefix("exports.") if "exports." in text else ""

    def _register(self, node: Node, scope: str, given: list[Node]) -> FastifyRegister:
        plugin, shared = self._unwrapped(given[0])
        options = self._builder.build(given[1]) if len(given) > 1 else None
        prefix: Expr | None = None
        if isinstance(options, ObjectLiteral) and not options.spreads:
            prefix = next((entry.value for entry in options.entries if entry.key == "prefix"), None)
        elif options is not None:
            prefix = Member(options.at, options, "prefix")
        inline = self._inline(plugin)
        expr = self._builder.build(plugin)
        return FastifyRegister(self._source.site(node), scope, inline, shared, expr, prefix)

    def _unwrapped(self, node: Node) -> tuple[Node, bool]:
        """Return the plugin inside `fp(plugin)`."""
        node = bare(node)
        callee = self._source.text(node.child_by_field_name("function")) if node.type == "call_expression" else ""
        arguments = node.child_by_field_name("arguments")
        if callee in {"fp", "fastifyPlugin", "plugin"} and arguments is not None and arguments.named_children:
            return bare(arguments.named_children[0]), True
        return node, False

    def _inline(self, node: Node) -> str:
        """Return the scope of a function that stands in place or under a name of this file."""
        if is_function(node):
            return str(node.start_byte)
        if node.type != "identifier":
            return ""
        found = self._builder.scopes.find(self._source.text(node), node)
        if found is None or found.kind == "import":
            return ""
        value = found.node if is_function(found.node) else found.node.child_by_field_name("value")
        value = self._unwrapped(value)[0] if value is not None else None
        return str(value.start_byte) if value is not None and is_function(value) else ""

    def _route(self, node: Node, scope: str, options: Node) -> Iterator[RawFact]:
        at = self._source.site(node)
        value = self._builder.build(options)
        entries = {entry.key: entry.value for entry in value.entries} if isinstance(value, ObjectLiteral) else {}
        path = entries.get("url") or entries.get("path")
        methods = list(_texts(entries.get("method")))
        if path is None or not methods:
            yield FastifyOpaque(at, scope, "a route whose options are not written out")
            return
        flag = entries.get("websocket")
        protocol = "ws" if isinstance(flag, Literal) and flag.value is True else "http"
        yield from (FastifyRoute(at, scope, method.upper(), protocol, path) for method in methods)

    def _protocol(self, options: Node) -> str:
        value = self._builder.build(options) if bare(options).type == "object" else None
        entries = value.entries if isinstance(value, ObjectLiteral) else ()
        marks = [entry.value for entry in entries if entry.key == "websocket"]
        return "ws" if marks and isinstance(marks[-1], Literal) and marks[-1].value is True else "http"


def _texts(value: Expr | None) -> Iterator[str]:
    for item in value.items if isinstance(value, ArrayLiteral) else (value,):
        if isinstance(item, Literal) and isinstance(item.value, str):
            yield item.value
