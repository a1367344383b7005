"""What one chain of calls on `Route`, `Broadcast` or `Auth` registers."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tree_sitter import Node

from rtlint.extract.php.chains import Chain, Step
from rtlint.extract.php.expressions import Builder
from rtlint.facts.expressions import ArrayLiteral, Expr, Literal, ObjectLiteral
from rtlint.facts.php import LaravelRoute, OpaqueLaravelRoutes
from rtlint.facts.raw import RawFact
from rtlint.facts.records import dataclass, field
from rtlint.facts.site import Site
from rtlint.patterns import regex

_VERBS = {name: (name.upper(),) for name in "get post put patch delete options".split()}
_VERBS |= {"any": ("*",), "redirect": ("*",), "permanentRedirect": ("*",), "view": ("GET",)}
_ATTRIBUTES = frozenset(
    "as can controller domain middleware missing name namespace prefix scopeBindings where whereAlpha "
    "whereAlphaNumeric whereIn whereNumber whereUlid whereUuid withoutMiddleware withoutScopedBindings "
    "withTrashed block defaults setDefaults secure only except names parameters parameter shallow scoped creatable "
    "destroyable middlewareFor withoutMiddlewareFor".split()
)
_NO_ROUTES = frozenset(
    "aliasMiddleware bind current currentRouteAction currentRouteName currentRouteNamed currentRouteUses "
    "getBindingCallback getCurrentRequest getCurrentRoute getMiddleware getPatterns getRoutes has hasGroupStack "
    "hasMiddlewareGroup hasMacro input is macro matched middlewareGroup mixin model pattern patterns "
    "prependMiddlewareToGroup pushMiddlewareToGroup removeMiddlewareFromGroup resourceParameters setRoutes "
    "singularResourceParameters substituteBindings substituteImplicitBindings uses".split()
)
_RESOURCE = {
    "index": (("GET",), ""),
    "create": (("GET",), "/create"),
    "store": (("POST",), ""),
    "show": (("GET",), "/{id}"),
    "edit": (("GET",), "/{id}/edit"),
    "update": (("PUT", "PATCH"), "/{id}"),
    "destroy": (("DELETE",), "/{id}"),
}
_SINGLETON = {
    "show": (("GET",), ""),
    "edit": (("GET",), "/edit"),
    "update": (("PUT", "PATCH"), ""),
    "create": (("GET",), "/create"),
    "store": (("POST",), ""),
    "destroy": (("DELETE",), ""),
}
_FORMS = frozenset({"create", "edit"})
_CREATED = frozenset({"create", "store", "destroy"})
_RESOURCES = frozenset({"resource", "apiResource", "singleton", "apiSingleton"})
_SLASHLESS = regex(r"[\w\s\[\]\\+*?|(){},^$-]*")
_AUTH = (
    "login logout register password/reset password/reset/{token} password/email password/confirm email/verify "
    "email/verify/{id}/{hash} email/resend".split()
)
"""What `Auth::routes()` registers, of laravel/ui's src/AuthRouteMethods.php; options take some of them out."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a statement stands: the method, and the prefixes of the groups around it."""

    owner: str
    prefixes: tuple[Expr, ...]


@dataclass(slots=True)
class Registration:
    """What a chain registers.

    Attributes:
        facts: its routes.
        group: what is handed to `group` at its end: a closure or a file.
        prefixes: the prefix of that group, if it has one.
    """

    facts: list[RawFact] = field(default_factory=list)
    group: Node | None = None
    prefixes: tuple[Expr, ...] = ()


def opaque(builder: Builder, node: Node, scope: Scope, reason: str) -> OpaqueLaravelRoutes:
    """Return the fact that a place registers what is not known."""
    return OpaqueLaravelRoutes(builder.tree.site(node), scope.owner, reason)


def registration(builder: Builder, chain: Chain, scope: Scope) -> Registration:
    """Return what a chain on `Route` registers."""
    found = Registration()
    grouping = chain.step("group")
    prefix = _prefix(builder, chain)
    if grouping is not None and grouping.given:
        own = _group_prefix(builder, grouping) if len(grouping.given) > 1 else ()
        found.group = grouping.given[-1][1]
        found.prefixes = own or ((prefix,) if prefix is not None else ())
        return found
    step = next((step for step in chain.steps if step.name in _REGISTERING), None)
    if step is not None and sum(item.name == "prefix" for item in chain.steps) > 1:
        found.facts.append(opaque(builder, chain.node, scope, "two prefixes"))
    elif step is not None:
        found.facts += _REGISTERING[step.name](_Statement(builder, chain, step, scope, prefix))
    if chain.steps[0].name == "pattern" and not _is_harmless_pattern(builder, chain.steps[0]):
        found.facts.append(opaque(builder, chain.node, scope, "a global pattern"))
    elif step is None and chain.steps[0].name not in _NO_ROUTES | _ATTRIBUTES:
        found.facts.append(opaque(builder, chain.node, scope, f"Route::{chain.steps[0].name}"))
    return found


def _prefix(builder: Builder, chain: Chain) -> Expr | None:
    """Return the prefix that a chain gives: the last call wins."""
    step = chain.step("prefix")
    return builder.build(step.given[0][1]) if step is not None and step.given else None


def _group_prefix(builder: Builder, step: Step) -> tuple[Expr, ...]:
    """Return the prefix among the attributes of `Route::group([...], ...)`."""
    return _attribute(builder.build(step.given[0][1]), "prefix")


def _attribute(attributes: Expr, name: str) -> tuple[Expr, ...]:
    """Return an entry of an array of attributes; the array itself where it can't be told, nothing for none."""
    if isinstance(attributes, ArrayLiteral) or (isinstance(attributes, Literal) and attributes.value is None):
        return ()
    if not isinstance(attributes, ObjectLiteral):
        return (attributes,)
    values = [entry.value for entry in attributes.entries if entry.key == name]
    return attributes.spreads[:1] or tuple(values[-1:])


def _is_harmless_pattern(builder: Builder, step: Step) -> bool:
    given = [builder.build(value) for _, value in step.given]
    return len(given) == 2 and not _may_match_slash(given[1])


def _may_match_slash(pattern: Expr) -> bool:
    text = pattern.value if isinstance(pattern, Literal) else None
    return not (isinstance(text, str) and "\\W" not in text and "\\S" not in text and _SLASHLESS.fullmatch(text))


@dataclass(frozen=True, slots=True)
class _Statement:
    """A call that registers routes, in its chain; `lead` is the prefix that the chain gives it."""

    builder: Builder
    chain: Chain
    step: Step
    scope: Scope
    lead: Expr | None

    @property
    def at(self) -> Site:
        """Where the routes stand: the chain up to the call that registers them."""
        return self.builder.tree.site(self.step.node)

    def argument(self, place: int) -> Expr:
        """Return an argument; one that is missing is unknown."""
        given = self.step.given
        return self.builder.build(given[place][1]) if place < len(given) else self.builder.build(None)

    def route(self, method: str, path: Expr, wild: tuple[str, ...] = ()) -> LaravelRoute:
        """Return a route of this statement."""
        return LaravelRoute(self.at, self.scope.owner, method, path, self.scope.prefixes, self.lead, wild)


def _verb(statement: _Statement) -> Iterator[RawFact]:
    wild = tuple(_wild(statement))
    for method in _VERBS[statement.step.name]:
        yield statement.route(method, statement.argument(0), wild)


def _match(statement: _Statement) -> Iterator[RawFact]:
    methods, wild = statement.argument(0), tuple(_wild(statement))
    items = methods.items if isinstance(methods, ArrayLiteral) else (methods,)
    known = all(isinstance(item, Literal) for item in items)
    for method in [str(item.value).upper() for item in items if isinstance(item, Literal)] if known else ["*"]:
        yield statement.route(method, statement.argument(1), wild)


def _wild(statement: _Statement) -> Iterator[str]:
    """Yield the parameters that a pattern of their own lets match a slash."""
    for step in statement.chain.steps:
        given = [statement.builder.build(value) for _, value in step.given]
        if step.name != "where" or not given:
            continue
        pairs = [(entry.key, entry.value) for entry in given[0].entries] if isinstance(given[0], ObjectLiteral) else []
        if len(given) == 2 and isinstance(given[0], Literal):
            pairs = [(str(given[0].value), given[1])]
        yield from (name for name, pattern in pairs if _may_match_slash(pattern))
        if not pairs:
            yield "*"


def _fallback(statement: _Statement) -> Iterator[RawFact]:
    yield statement.route("GET", Literal(statement.at, "{fallbackPlaceholder}"), ("*",))


def _resource(statement: _Statement) -> Iterator[RawFact]:
    """Yield the routes of `Route::resource('photos.comments', ...)` and of singletons."""
    name = statement.argument(0)
    if not isinstance(name, Literal) or statement.chain.step("shallow") or "shallow" in _options(statement):
        yield opaque(statement.builder, statement.chain.node, statement.scope, "a resource")
        return
    yield from _actions(statement, statement.step.name, str(name.value))


def _resources(statement: _Statement) -> Iterator[RawFact]:
    """Yield the routes of `Route::resources(['photos' => ...])`."""
    listed, form = statement.argument(0), statement.step.name.removesuffix("s")
    if not isinstance(listed, ObjectLiteral) or listed.spreads:
        yield opaque(statement.builder, statement.chain.node, statement.scope, "resources")
        return
    for entry in listed.entries:
        yield from _actions(statement, form, entry.key)


def _actions(statement: _Statement, form: str, name: str) -> Iterator[RawFact]:
    single = form in {"singleton", "apiSingleton"}
    actions = dict(_SINGLETON if single else _RESOURCE)
    chosen = set(actions) - (_FORMS if form.startswith("api") else set())
    if single and not statement.chain.step("creatable"):
        chosen -= _CREATED - ({"destroy"} if statement.chain.step("destroyable") else set())
    chosen = _limited(statement, chosen)
    parts = [part for part in name.strip("/").split(".") if part]
    base = "/".join(f"{part}/{{parent{place}}}" for place, part in enumerate(parts[:-1]))
    base = "/".join(part for part in (base, parts[-1] if parts else "") if part)
    for action, (methods, end) in actions.items():
        for method in methods if action in chosen else ():
            yield statement.route(method, Literal(statement.at, base + end))


def _limited(statement: _Statement, chosen: set[str]) -> set[str]:
    """Return the actions that `only` and `except` leave, given as calls or as options; unread ones leave all."""
    options = _options(statement)
    for name in ("only", "except"):
        step = statement.chain.step(name)
        values = [statement.builder.build(value) for _, value in step.given] if step else []
        value = values[0] if len(values) == 1 else options.get(name)
        names = _names(ArrayLiteral(statement.at, tuple(values)) if len(values) > 1 else value)
        if names is not None:
            chosen = chosen & names if name == "only" else chosen - names
    return chosen


def _options(statement: _Statement) -> dict[str, Expr]:
    options = statement.argument(2)
    return {entry.key: entry.value for entry in options.entries} if isinstance(options, ObjectLiteral) else {}


def _names(value: Expr | None) -> set[str] | None:
    items = value.items if isinstance(value, ArrayLiteral) else (value,)
    texts = {item.value for item in items if isinstance(item, Literal) and isinstance(item.value, str)}
    return texts if len(texts) == len(items) else None


_REGISTERING: dict[str, Callable[[_Statement], Iterator[RawFact]]] = {
    **dict.fromkeys(_VERBS, _verb),
    "match": _match,
    "fallback": _fallback,
    **dict.fromkeys(_RESOURCES, _resource),
    **{f"{name}s": _resources for name in _RESOURCES},
}


def _broadcast(builder: Builder, chain: Chain, scope: Scope) -> Iterator[RawFact]:
    """Yield the routes of `Broadcast::routes(attributes)` and `Broadcast::userRoutes(attributes)`."""
    step = chain.steps[0]
    path = _BROADCAST_PATHS.get(step.name)
    if path is None:
        return
    own = _attribute(builder.build(step.given[0][1]), "prefix") if step.given else ()
    at = builder.tree.site(chain.node)
    for method in ("GET", "POST"):
        yield LaravelRoute(at, scope.owner, method, Literal(at, path), (*scope.prefixes, *own))


_BROADCAST_PATHS = {
    "routes": "/broadcasting/auth",
    "channelRoutes": "/broadcasting/auth",
    "userRoutes": "/broadcasting/user-auth",
}


def _auth(builder: Builder, chain: Chain, scope: Scope) -> Iterator[RawFact]:
    """Yield the routes of `Auth::routes()`."""
    if chain.steps[0].name == "routes":
        at = builder.tree.site(chain.node)
        yield from (LaravelRoute(at, scope.owner, "*", Literal(at, path), scope.prefixes) for path in _AUTH)


BROADCASTS: dict[str, Callable[[Builder, Chain, Scope], Iterator[RawFact]]] = {"Broadcast": _broadcast, "Auth": _auth}
"""Facades other than `Route` that register routes."""
