"""Modules of NestJS: which controllers the root module reaches, and under which paths RouterModule puts them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from rtlint.facts.expressions import (
    ArrayLiteral,
    Call,
    Conditional,
    Expr,
    Function,
    Literal,
    Member,
    Name,
    ObjectLiteral,
)
from rtlint.facts.nest import NestClass
from rtlint.facts.records import dataclass, field
from rtlint.link.backends import Sources
from rtlint.link.nest_paths import validated

Key = tuple[str, str]
"""A class: its file and its name there."""

_MAX_DEPTH = 12
_MAX_MODULES = 2_000
_WITHOUT_ROUTES = frozenset(
    "nestjs-pino nestjs-cls nest-winston nestjs-i18n nestjs-zod nest-keycloak-connect nestjs-throttler-storage-redis "
    "@nestjs-modules/mailer @nestjs-modules/ioredis @liaoliaots/nestjs-redis @songkeys/nestjs-redis "
    "@sentry/nestjs @sentry/nestjs/setup @golevelup/nestjs-rabbitmq @mikro-orm/nestjs nestjs-prisma nestjs-real-ip "
    "nestjs-form-data nestjs-sentry @nest-lab/throttler-storage-redis nestjs-config nestjs-redis nestjs-s3".split()
)
"""Packages whose modules add no routes, beside those of NestJS itself."""


def entry(value: Expr | None, key: str) -> Expr | None:
    """Return the value of a key of an object literal; None where there is none."""
    found = [item.value for item in value.entries if item.key == key] if isinstance(value, ObjectLiteral) else []
    return found[-1] if found else None


def resolved(sources: Sources, path: str, expr: Expr) -> tuple[str, Expr]:
    """Return what a name stands for, and its file; the expression itself when it is no name or leads outside."""
    for _ in range(_MAX_DEPTH):
        found = sources.modules.definition(path, expr.name) if isinstance(expr, Name) else None
        if found is None:
            break
        path, expr = found
    return path, expr


def items(sources: Sources, path: str, expr: Expr | None, depth: int = 0) -> Iterator[tuple[str, Expr]]:
    """Yield the items of a list with their files: through names of lists and both arms of conditions."""
    if expr is None or depth > _MAX_DEPTH:
        return
    where, value = resolved(sources, path, expr)
    if isinstance(value, ArrayLiteral):
        for item in value.items:
            yield from items(sources, where, item, depth + 1)
    elif isinstance(value, Conditional):
        yield from items(sources, where, value.then, depth + 1)
        yield from items(sources, where, value.otherwise, depth + 1)
    elif not (isinstance(value, Literal) and not value.value):
        yield path, expr


@dataclass(slots=True)
class Reach:
    """What an application's root module reaches.

    Attributes:
        controllers: pairs of controller and the module that lists it.
        prefixes: the paths that RouterModule gives to modules.
        served: what modules of packages serve: method and path.
        complete: whether every import and every controller is understood.
    """

    sources: Sources
    modules: Mapping[Key, NestClass]
    controllers: list[tuple[Key, Key]] = field(default_factory=list)
    prefixes: dict[Key, list[str]] = field(default_factory=dict)
    served: list[tuple[str, str]] = field(default_factory=list)
    complete: bool = True
    _seen: set[Key] = field(default_factory=set)

    def enter(self, path: str, expr: Expr, depth: int = 0) -> None:
        """Follow one item of `imports`, or the argument of `NestFactory.create`."""
        expr = _unwrapped(expr)
        call = expr if isinstance(expr, Call) else None
        owner = call.callee.object if call is not None and isinstance(call.callee, Member) else expr
        key = self.key(path, owner)
        if key is not None and key in self.modules and depth < _MAX_DEPTH * 4:
            self._module(key, depth)
            if call is not None:
                self._dynamic(key, call, depth)
        elif isinstance(expr, ObjectLiteral):
            self._object(path, expr, depth)
        elif not self._external(path, owner, call):
            self.complete = False

    def key(self, path: str, expr: Expr) -> Key | None:
        """Return the class of the repository that an expression names."""
        return self.sources.modules.locate(path, expr.name) if isinstance(expr, Name) else None

    def _module(self, key: Key, depth: int) -> None:
        if key in self._seen:
            return
        self._seen.add(key)
        given = self.modules[key].arguments
        self._listed(key[0], given[0] if given else None, key, depth)
        self.complete &= len(self._seen) < _MAX_MODULES

    def _listed(self, path: str, expr: Expr | None, key: Key, depth: int) -> None:
        """Follow the lists of a module's options."""
        where, options = resolved(self.sources, path, expr) if expr is not None else (path, None)
        if options is not None and not isinstance(options, ObjectLiteral):
            self.complete = False
        if isinstance(options, ObjectLiteral) and options.spreads:
            self.complete = False
        for place, item in items(self.sources, where, entry(options, "controllers")):
            found = self.key(place, item)
            if found is None:
                self.complete = False
            else:
                self.controllers.append((found, key))
        for place, item in items(self.sources, where, entry(options, "imports")):
            self.enter(place, item, depth + 1)

    def _dynamic(self, key: Key, call: Call, depth: int) -> None:
        """Follow the object that a static method of a module of the repository returns (`X.forRoot()`)."""
        name = call.callee.name if isinstance(call.callee, Member) else ""
        module = self.sources.modules.module(key[0])
        bound = module.bindings.get(f"{key[1]}.{name}") if module else None
        value = bound.value.result if bound is not None and isinstance(bound.value, Function) else None
        if isinstance(value, ObjectLiteral):
            self._listed(key[0], value, key, depth)
        else:
            self.complete = False

    def _object(self, path: str, value: ObjectLiteral, depth: int) -> None:
        """Follow a dynamic module that is written in place: `{module: X, controllers: [...]}`."""
        named = entry(value, "module")
        key = self.key(path, named) if named is not None else None
        if key is None or key not in self.modules:
            self.complete = False
            return
        self._module(key, depth)
        self._listed(path, value, key, depth)

    def _external(self, path: str, owner: Expr, call: Call | None) -> bool:
        """Note what a module of a package serves; False when it is not known."""
        module = self.sources.modules.module(path)
        found = module.imports.get(owner.name) if module and isinstance(owner, Name) else None
        if found is None:
            return False
        given = call.arguments if call is not None else ()
        if found.imported == "RouterModule":
            return bool(given) and self._route_tree(path, given[0], "", 0)
        if found.imported == "GraphQLModule":
            return self._graphql(path, given)
        if found.imported == "ServeStaticModule":
            self.served.append(("GET", "/{rest:path}"))
            return True
        return found.source.startswith("@nestjs/") or found.source in _WITHOUT_ROUTES

    def _graphql(self, path: str, given: Sequence[Expr]) -> bool:
        options = given[0] if given and isinstance(given[0], ObjectLiteral) else None
        named = entry(options, "path")
        found = self.sources.fold(path, named) if named is not None else frozenset({"/graphql"})
        self.served += (("*", validated(text)) for text in sorted(found or ()))
        return found is not None and options is not None and not options.spreads

    def _route_tree(self, path: str, expr: Expr, base: str, depth: int) -> bool:
        """Read `RouterModule.register([{path, module, children}])`; False when a part of it is not known."""
        known = depth < _MAX_DEPTH
        for place, item in items(self.sources, path, expr) if known else ():
            key = self.key(place, item)
            if key in self.modules:
                known &= self._prefix(key, base)
            else:
                known &= self._branch(*resolved(self.sources, place, item), base, depth)
        return known

    def _branch(self, path: str, value: Expr, base: str, depth: int) -> bool:
        named = entry(value, "path")
        texts = self.sources.fold(path, named) if named is not None else frozenset({""})
        if not isinstance(value, ObjectLiteral) or value.spreads or texts is None or len(texts) != 1:
            return False
        whole = base + validated(next(iter(texts)))
        module, children = entry(value, "module"), entry(value, "children")
        known = self._prefix(self.key(path, module), whole) if module is not None else True
        return known and (children is None or self._route_tree(path, children, whole, depth + 1))

    def _prefix(self, key: Key | None, prefix: str) -> bool:
        if key is not None:
            self.prefixes[key] = [prefix]
        return key is not None


def _unwrapped(expr: Expr) -> Expr:
    """Return the class inside `forwardRef(() => X)`."""
    if isinstance(expr, Call) and isinstance(expr.callee, Name) and expr.callee.name == "forwardRef":
        inner = expr.arguments[0] if expr.arguments else expr
        return inner.result if isinstance(inner, Function) else inner
    return expr
