"""Routes of Express: application and router objects, their routes, and what is mounted where."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from tree_sitter import Node

from rtlint.extract.javascript.clients import assigned
from rtlint.extract.javascript.expressions import Builder
from rtlint.facts.expressions import Call, Expr, Literal, Name, Unknown
from rtlint.facts.raw import Import, OpaqueRoutes, RawFact, Route, RouteMount, RouterObject
from rtlint.patterns import regex

_METHODS = {
    "get": "GET",
    "post": "POST",
    "put": "PUT",
    "patch": "PATCH",
    "delete": "DELETE",
    "options": "OPTIONS",
    "all": "*",
}
_TAKES_NO_ROUTES = regex(
    r"createServer$|listen$|^request$|supertest|serverless|Sentry|console\.|^(?:new )?Server$|expressWs|swagger|"
    r"inspect|^next$|promisify|createTerminus|gracefulShutdown|Lightship"
)
"""Functions that are given an application and add no routes to it."""

_MIDDLEWARE = regex(
    r"^(?:express\.(?:json|urlencoded|static|raw|text)|cors|helmet|morgan|compression|cookieParser|session|bodyParser\.\w+|"
    r"passport\.\w+|csrf|csurf|rateLimit|limiter|logger|pino\w*|favicon|serveStatic|timeout|auth\w*|require\w+|ensure\w+|"
    r"is[A-Z]\w+|error\w*|notFound\w*|validate\w*|\w*[mM]iddleware)$"
)


def routes(builder: Builder, captures: Mapping[str, list[Node]], imports: list[Import]) -> Iterator[RawFact]:
    """Yield the facts of Express; nothing for a file that has no part in it."""
    express = {fact.local: fact.imported for fact in imports if fact.source == "express" and fact.local}
    inline = any(fact.source == "express" for fact in imports)
    if not inline:
        return
    routers = dict(_routers(builder, captures, express))
    for name, fact in routers.items():
        if name:
            yield fact
    for node in captures.get("call", ()):
        yield from _call(builder, node, routers, {fact.local for fact in imports if fact.local})
        yield from _handed_over(builder, node, routers)


def _routers(
    builder: Builder, captures: Mapping[str, list[Node]], express: Mapping[str, str]
) -> Iterator[tuple[str, RouterObject]]:
    for node in captures.get("call", ()):
        text = re.sub(r"\s", "", builder.source.text(node.child_by_field_name("function")))
        name = assigned(builder, node)
        root = express.get(text) in {"default", "*"} or text == "require('express')" or text == 'require("express")'
        part = text.endswith(".Router") or express.get(text) == "Router"
        if name and (root or part):
            yield name, RouterObject(builder.source.site(node), name, "express", root and not part)


def _call(builder: Builder, node: Node, routers: Mapping[str, RouterObject], imported: set[str]) -> Iterator[RawFact]:
    callee, arguments = node.child_by_field_name("function"), node.child_by_field_name("arguments")
    if callee is None or callee.type != "member_expression" or arguments is None:
        return
    receiver, method = callee.child_by_field_name("object"), builder.source.text(callee.child_by_field_name("property"))
    owner, path = _owner(builder, receiver, routers)
    given = [item for item in arguments.named_children if item.type != "comment"]
    if not owner or not given:
        return
    at = builder.source.site(node)
    if path is None and method == "ws" and len(given) > 1:
        yield from (Route(at, owner, "GET", "ws", item) for item in _paths(builder, given[0]))
    elif path is not None and method in _METHODS:
        yield from (Route(at, owner, _METHODS[method], "http", item) for item in path)
    elif path is None and method in _METHODS and len(given) > 1:
        yield from (Route(at, owner, _METHODS[method], "http", item) for item in _paths(builder, given[0]))
    elif method == "use":
        yield from _use(builder, node, owner, given, routers, imported)


def _handed_over(builder: Builder, node: Node, routers: Mapping[str, RouterObject]) -> Iterator[RawFact]:
    """Yield that a router takes on unknown routes where it is given to a function: `require("./routes")(app)`."""
    arguments = node.child_by_field_name("arguments")
    callee = builder.source.text(node.child_by_field_name("function"))
    if arguments is None or _TAKES_NO_ROUTES.search(callee):
        return
    for item in arguments.named_children:
        name = _named(builder, item)
        if name in routers and not callee.endswith(".use"):
            yield OpaqueRoutes(builder.source.site(node), name, f"handed to {callee[:60]}")


def _named(builder: Builder, node: Node | None) -> str:
    """Return the name that a router has in facts: `this.app` of the class Server is `Server#app`."""
    text = builder.source.text(node)
    if node is not None and text.startswith("this."):
        return f"{builder.class_of(node)}#{text[5:]}"
    return text


def _owner(
    builder: Builder, receiver: Node | None, routers: Mapping[str, RouterObject]
) -> tuple[str, list[Expr] | None]:
    """Return the router that a method is called on, and the paths when it is called on `router.route(path)`."""
    text = _named(builder, receiver)
    if text in routers:
        return text, None
    while receiver is not None and receiver.type == "call_expression":
        callee = receiver.child_by_field_name("function")
        inner = callee.child_by_field_name("object") if callee is not None else None
        method = builder.source.text(callee.child_by_field_name("property")) if callee is not None else ""
        owner = _named(builder, inner)
        if owner in routers:
            arguments = receiver.child_by_field_name("arguments")
            first = arguments.named_children[0] if arguments is not None and arguments.named_children else None
            return owner, _paths(builder, first) if method == "route" and first is not None else None
        receiver = inner
    return "", None


def _paths(builder: Builder, node: Node) -> list[Expr]:
    if node.type == "array":
        return [builder.build(child) for child in node.named_children]
    return [builder.build(node)]


def _use(
    builder: Builder, node: Node, owner: str, given: list[Node], routers: Mapping[str, RouterObject], imported: set[str]
) -> Iterator[RawFact]:
    at = builder.source.site(node)
    has_path = len(given) > 1 and (
        given[0].type in {"string", "template_string", "array"} or not _is_handler(builder, given[0])
    )
    prefixes: list[Expr | None] = list(_paths(builder, given[0])) if has_path else [None]
    for handler in given[1:] if has_path else given:
        text = re.sub(r"\s", "", builder.source.text(handler))
        callee = (
            builder.source.text(handler.child_by_field_name("function")) if handler.type == "call_expression" else text
        )
        if _MIDDLEWARE.match(callee) or handler.type in {"arrow_function", "function_expression"}:
            continue
        child = _child(builder, handler, routers, imported)
        if child is not None:
            yield from (RouteMount(at, owner, child, prefix) for prefix in prefixes)
        elif has_path:
            yield OpaqueRoutes(at, owner, f"{callee[:60]} may serve routes")


def _is_handler(builder: Builder, node: Node) -> bool:
    return node.type in {"call_expression", "arrow_function", "function_expression"} or builder.source.text(
        node
    ).endswith("Router")


def _child(builder: Builder, node: Node, routers: Mapping[str, RouterObject], imported: set[str]) -> Expr | None:
    """Return the expression of a mounted router: a router of this file, an imported name, or a `require` of a file."""
    text = builder.source.text(node)
    if text in routers:
        return Name(builder.source.site(node), text)
    if node.type == "call_expression" and builder.source.text(node.child_by_field_name("function")) == "require":
        expr = builder.build(node)
        local = (
            isinstance(expr, Call)
            and isinstance(expr.arguments[0], Literal)
            and str(expr.arguments[0].value).startswith(".")
        )
        return expr if local else None
    root = re.split(r"[.(]", text)[0]
    if root in imported and node.type != "call_expression":
        return builder.build(node)
    return Unknown(builder.source.site(node), "router made by a call") if root in imported else None
