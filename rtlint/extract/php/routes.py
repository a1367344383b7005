"""Statements that register routes in Laravel: chains of calls on `Route`, files and methods that bring in more.

Sources: https://laravel.com/docs/12.x/routing, Illuminate/Routing/Router.php, RouteRegistrar.php,
ResourceRegistrar.php, Illuminate/Broadcasting/BroadcastManager.php (`routes`, `userRoutes`),
Illuminate/Foundation/Configuration/ApplicationBuilder.php (`withRouting`, `withBroadcasting`).
"""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from rtlint.extract.php.chains import Chain, Step, closure_body, unrolled
from rtlint.extract.php.expressions import Builder
from rtlint.extract.php.registrations import BROADCASTS, Scope, opaque, registration
from rtlint.facts.expressions import ArrayLiteral, Expr, Literal, Name
from rtlint.facts.php import LaravelLoad, LaravelRoute, OpaqueLaravelRoutes, PhpClass
from rtlint.facts.raw import RawFact

_CLASSES = frozenset({"class_declaration", "trait_declaration"})
_CALLS = frozenset({"member_call_expression", "nullsafe_member_call_expression", "scoped_call_expression"})
_LOADS = frozenset({"require_expression", "require_once_expression", "include_expression", "include_once_expression"})
_MAX_DEPTH = 30
_WITH_ROUTING = ("using", "web", "api", "commands", "channels", "pages", "health", "apiPrefix", "then")
_ROUTER_METHODS = frozenset("get post put patch delete options any match group prefix middleware resource".split())


def routes(builder: Builder) -> Iterator[RawFact]:
    """Yield classes and everything that registers routes, in no order."""
    yield from _Reader(builder).read()
    if builder.tree.broken:
        yield OpaqueLaravelRoutes(builder.tree.site(builder.tree.root), "*", "a syntax error")


class _Reader:
    """Reads the statements of a file, each within its owner and its groups."""

    def __init__(self, builder: Builder) -> None:
        self.builder = builder
        self._text = builder.tree.text

    def read(self) -> Iterator[RawFact]:
        """Yield the facts of the whole file."""
        yield from self._block(self.builder.tree.root, Scope("", ()), 0)

    def _block(self, root: Node, scope: Scope, depth: int) -> Iterator[RawFact]:
        """Yield the facts of the statements inside a node."""
        if depth > _MAX_DEPTH:
            yield OpaqueLaravelRoutes(self.builder.tree.site(root), scope.owner, "deep nesting")
            return
        pending = [root]
        while pending:
            node = pending.pop()
            if node.type in _CLASSES:
                yield from self._class(node, depth)
            elif node.type in _LOADS:
                target = self.builder.build(next(iter(node.named_children), None))
                yield LaravelLoad(self.builder.tree.site(node), scope.owner, "file", target, scope.prefixes)
            elif node.type in _CALLS:
                yield from self._call(node, scope, depth, pending)
            elif node.type not in {"function_definition", "comment"}:
                pending.extend(node.named_children)

    def _class(self, node: Node, depth: int) -> Iterator[RawFact]:
        name = self._text(node.child_by_field_name("name"))
        body = node.child_by_field_name("body")
        members = body.named_children if body is not None else []
        listed = [child for child in node.named_children if child.type == "base_clause"]
        listed += [child for child in members if child.type == "use_declaration"]
        bases = [
            self.builder.class_name(self._text(child))
            for clause in listed
            for child in clause.named_children
            if child.type in {"name", "qualified_name"}
        ]
        yield PhpClass(self.builder.tree.site(node), self.builder.class_name("\\" + self._full(name)), tuple(bases))
        for member in members:
            inside = member.child_by_field_name("body")
            if member.type == "method_declaration" and inside is not None:
                owner = f"{name}.{self._text(member.child_by_field_name('name'))}"
                yield from self._block(inside, Scope(owner, ()), depth + 1)

    def _full(self, name: str) -> str:
        return f"{self.builder.namespace}\\{name}" if self.builder.namespace else name

    def _call(self, node: Node, scope: Scope, depth: int, pending: list[Node]) -> Iterator[RawFact]:
        """Yield what a chain of calls registers; what it holds besides is left to the walk."""
        chain = unrolled(self.builder, node)
        facade = self.builder.facade(chain.scope) if chain.scope else ""
        root = self._text(chain.root)
        if facade == "Route" or (not chain.scope and _is_router(root)):
            yield from self._routes(chain, scope, depth)
            return
        if facade in BROADCASTS:
            yield from BROADCASTS[facade](self.builder, chain, scope)
            return
        if facade == "App" or root in {"$this", "$this->app", "app()"}:
            yield from self._provider(chain, scope)
        if chain.step("withRouting") or chain.step("withBroadcasting") or chain.step("withProviders"):
            yield from self._application(chain, scope, depth)
            return
        if not chain.scope and root.startswith("$") and _ends_in_group(chain, root):
            yield opaque(self.builder, chain.node, scope, "a router in a variable")
            return
        pending.extend(value for step in chain.steps for _, value in step.given)
        if chain.root is not None:
            pending.extend(chain.root.named_children)

    def _routes(self, chain: Chain, scope: Scope, depth: int) -> Iterator[RawFact]:
        """Yield the routes of a chain on `Route`, those of the group at its end among them."""
        found = registration(self.builder, chain, scope)
        yield from found.facts
        if found.group is None:
            return
        inner = Scope(scope.owner, (*scope.prefixes, *found.prefixes))
        body = closure_body(found.group)
        if body is not None:
            yield from self._block(body, inner, depth + 1)
        else:
            yield from self._files(found.group, inner)

    def _files(self, node: Node, scope: Scope) -> Iterator[RawFact]:
        """Yield the files that a group, or an option of `withRouting`, names: one or a list."""
        value = self.builder.build(node)
        for item in value.items if isinstance(value, ArrayLiteral) else (value,):
            if not (isinstance(item, Literal) and item.value is None):
                yield LaravelLoad(item.at, scope.owner, "file", item, scope.prefixes)

    def _provider(self, chain: Chain, scope: Scope) -> Iterator[RawFact]:
        """Yield what a service provider brings in: files, its own methods, other providers."""
        step, root = chain.steps[0], self._text(chain.root)
        if step.name == "loadRoutesFrom" and step.given:
            yield from self._files(step.given[0][1], scope)
        elif step.name == "register" and step.given and root != "$this":
            yield from self._providers(self.builder.build(step.given[0][1]), scope)
        elif root == "$this":
            at = self.builder.tree.site(chain.node)
            yield LaravelLoad(at, scope.owner, "method", Name(at, step.name), scope.prefixes)

    def _providers(self, value: Expr, scope: Scope) -> Iterator[RawFact]:
        for item in value.items if isinstance(value, ArrayLiteral) else (value,):
            yield LaravelLoad(item.at, scope.owner, "provider", item, ())

    def _application(self, chain: Chain, scope: Scope, depth: int) -> Iterator[RawFact]:
        """Yield what bootstrap/app.php of Laravel 11 and later sets up."""
        for step in chain.steps:
            if step.name == "withRouting":
                yield from self._with_routing(step, scope, depth)
            elif step.name == "withBroadcasting":
                yield from self._with_broadcasting(step.named(("channels", "attributes")), chain.node, scope)
            elif step.name == "withProviders" and step.given:
                yield from self._providers(self.builder.build(step.given[0][1]), scope)

    def _with_routing(self, step: Step, scope: Scope, depth: int) -> Iterator[RawFact]:
        given = step.named(_WITH_ROUTING)
        prefix = given.get("apiPrefix")
        api: Expr = (
            self.builder.build(prefix) if prefix is not None else Literal(self.builder.tree.site(step.node), "api")
        )
        for name, inner in (("web", scope), ("api", Scope(scope.owner, (api,)))):
            if name in given:
                yield from self._files(given[name], inner)
        for name in ("using", "then"):
            body = closure_body(given[name]) if name in given else None
            if body is not None:
                yield from self._block(body, scope, depth + 1)
            elif name in given and given[name].type != "null":
                yield opaque(self.builder, given[name], scope, "routing by a callback")
        health = self.builder.build(given["health"]) if "health" in given else None
        if health is not None and not (isinstance(health, Literal) and health.value is None):
            yield LaravelRoute(health.at, scope.owner, "GET", health)
        if "pages" in given:
            at = self.builder.tree.site(given["pages"])
            yield LaravelRoute(at, scope.owner, "GET", Literal(at, "{page}"), wild=("*",))
        if "channels" in given and given["channels"].type != "null":
            yield from self._with_broadcasting({"channels": given["channels"]}, given["channels"], scope)

    def _with_broadcasting(self, given: dict[str, Node], node: Node, scope: Scope) -> Iterator[RawFact]:
        attributes = given.get("attributes")
        yield from BROADCASTS["Broadcast"](self.builder, _broadcast(node, attributes), scope)
        if "channels" in given:
            yield from self._files(given["channels"], scope)


def _broadcast(node: Node, attributes: Node | None) -> Chain:
    """Return the chain `Broadcast::routes(attributes)` that a setting stands for."""
    given = [("", attributes)] if attributes is not None else []
    return Chain(node, None, "Broadcast", [Step(node, "routes", given)])


def _is_router(root: str) -> bool:
    return root in {
        "$router",
        "$this->router",
        "app('router')",
        "$this->app['router']",
        "$app['router']",
        "$app->router",
    }


def _ends_in_group(chain: Chain, root: str) -> bool:
    """Tell whether a chain on a variable may register routes: it ends in `group`, or the variable is named so."""
    named = root in {"$route", "$routes", "$registrar", "$api"}
    return chain.steps[-1].name == "group" or (named and bool(_ROUTER_METHODS & {step.name for step in chain.steps}))
