"""Python modules: which file an import leads to, and what a name stands for."""

from __future__ import annotations

import posixpath
import sys
from collections.abc import Callable, Iterator, Mapping
from itertools import islice, product

from rtlint.facts.expressions import (
    Call,
    Conditional,
    Expr,
    Fallback,
    Function,
    Literal,
    Member,
    Name,
    ObjectLiteral,
    Template,
    Unknown,
)
from rtlint.facts.files import FileFacts
from rtlint.facts.raw import Binding, Import, RouteMount, RouterObject
from rtlint.facts.records import dataclass, field
from rtlint.link.modules import Module

_MAX_STEPS = 40
_FRAMEWORKS = frozenset({"fastapi", "starlette", "flask"})
_ROUTE_FREE = frozenset(
    """
    a2wsgi aiosqlite asgi_correlation_id asgiref celery ddtrace elasticapm engineio fastapi_cache fastapi_limiter
    fastapi_pagination flask_babel flask_bcrypt flask_caching flask_compress flask_cors flask_jwt_extended flask_limiter
    flask_login flask_mail flask_mailman flask_marshmallow flask_migrate flask_moment flask_mongoengine flask_pymongo
    flask_redis flask_seasurf flask_session flask_socketio flask_sqlalchemy flask_talisman flask_wtf gevent
    gunicorn httpx hypercorn logfire mangum newrelic opentelemetry pytest secure sentry_sdk slowapi socketio sqlalchemy
    starlette_context starlette_csrf tortoise uvicorn waitress werkzeug whitenoise
    """.split()
)
"""Packages that are handed an application and add no route of the application's kind to it: servers, middleware,
extensions for data, sessions and security, and the Socket.IO servers, whose own path is no route."""


@dataclass(frozen=True, slots=True)
class Package:
    """A module of the repository: its file, and the folder of its submodules; either may be empty, not both."""

    file: str
    folder: str


@dataclass(frozen=True, slots=True)
class Definition:
    """A name bound in a file; `value` is None for a router that has no binding."""

    path: str
    name: str
    value: Expr | None


@dataclass(frozen=True, slots=True)
class External:
    """Something from outside the repository, by its dotted name."""

    dotted: str


Target = Package | Definition | External


@dataclass(slots=True)
class _Names:
    bindings: dict[str, Expr] = field(default_factory=dict)
    imports: dict[str, list[Import]] = field(default_factory=dict)
    stars: list[Import] = field(default_factory=list)
    routers: set[str] = field(default_factory=set)


class PythonModules:
    """The Python files of the repository.

    Args:
        files: the facts of every file, by path.
        module: returns the names of a file that was not read by itself, because an import leads there.
    """

    def __init__(self, files: Mapping[str, FileFacts], module: Callable[[str], Module | None]) -> None:
        self._files = files
        self._module = module
        self._paths = frozenset(path for path in files if path.endswith(".py"))
        self._folders = {ancestor for path in self._paths for ancestor in _ancestors(posixpath.dirname(path))}
        self._names: dict[str, _Names] = {}

    def follow(self, path: str, expr: Expr) -> Target | None:
        """Return what a name or a member stands for in a file; None when it can't be told."""
        return _Follower(self).follow(path, expr)

    def is_defined(self, path: str, name: str) -> bool:
        """Tell whether a file binds a name itself, other than by importing it."""
        names = self.names(path)
        return name in names.bindings or name in names.routers

    def names(self, path: str) -> _Names:
        """Return the names of a file, read now if the prefilter had passed over it."""
        if path not in self._names:
            self._names[path] = self._collect(path)
        return self._names[path]

    def _collect(self, path: str) -> _Names:
        names = _Names()
        facts = self._files.get(path)
        if facts is None or not facts.relevant:
            module = self._module(path)
            found: list[object] = [*module.bindings.values(), *module.imports.values()] if module else []
        else:
            found = list(facts.facts)
        for fact in found:
            if isinstance(fact, Binding):
                names.bindings[fact.name] = fact.value
            elif isinstance(fact, RouterObject):
                names.routers.add(fact.name)
            elif isinstance(fact, Import) and fact.local:
                names.imports.setdefault(fact.local, []).append(fact)
            elif isinstance(fact, Import):
                names.stars.append(fact)
        return names

    def locate(self, path: str, source: str) -> Package | None:
        """Return the module that `source` names in the file `path`; None for one from outside the repository.

        Args:
            path: the importing file.
            source: the dotted module, with leading dots for a relative one
                (https://docs.python.org/3/reference/import.html#package-relative-imports).
        """
        level = len(source) - len(source.lstrip("."))
        rest = source[level:].replace(".", "/")
        if level:
            folder = posixpath.dirname(path)
            for _ in range(level - 1):
                if not folder:
                    return None
                folder = posixpath.dirname(folder)
            return self._at(_join(folder, rest))
        return next(filter(None, (self._at(_join(root, rest)) for root in self._roots(path))), None)

    def submodule(self, package: Package, name: str) -> Package | None:
        """Return a module inside a package."""
        plain = package.file and posixpath.basename(package.file) != "__init__.py" and not package.folder
        return None if plain else self._at(_join(package.folder, name))

    def _at(self, place: str) -> Package | None:
        folder = place if place in self._folders or not place else ""
        initial = _join(place, "__init__.py")
        file = initial if initial in self._paths else f"{place}.py" if f"{place}.py" in self._paths else ""
        return Package(file, folder) if file or (folder and place) or not place else None

    def _roots(self, path: str) -> Iterator[str]:
        """Yield the folders that absolute imports of a file may start from, the likeliest first.

        A folder with an `__init__.py` is a package and no root, unless nothing else fits.
        """
        folders = list(_ancestors(posixpath.dirname(path)))
        inside = [folder for folder in folders if folder and _join(folder, "__init__.py") in self._paths]
        for folder in (*(item for item in folders if item not in inside), *inside):
            yield folder
            if _join(folder, "src") in self._folders:
                yield _join(folder, "src")


class _Follower:
    """One walk from name to name, which ends after a number of steps whatever the imports say."""

    def __init__(self, modules: PythonModules) -> None:
        self._modules = modules
        self._steps = 0
        self._open: set[tuple[str, str]] = set()

    def _spent(self) -> bool:
        self._steps += 1
        return self._steps > _MAX_STEPS

    def follow(self, path: str, expr: Expr) -> Target | None:
        if self._spent():
            return None
        if isinstance(expr, Name):
            return self._name(path, expr.name)
        if isinstance(expr, Member):
            made = isinstance(expr.object, Call)
            owner = Definition(path, "", expr.object) if made else self.follow(path, expr.object)
            return self._member(owner, expr.name) if owner is not None else None
        return None

    def _name(self, path: str, name: str) -> Target | None:
        """Return what a name of a file stands for, through imports."""
        if self._spent():
            return None
        names = self._modules.names(path)
        if self._modules.is_defined(path, name):
            return Definition(path, name, names.bindings.get(name))
        if name in names.imports:
            found = {self._imported(path, fact) for fact in names.imports[name]}
            inside = [target for target in found if isinstance(target, Package | Definition)]
            if len(inside) == 1:
                return inside[0]
            return next(iter(found)) if len(found) == 1 else None
        starred = (self._from(path, star.source, name) for star in names.stars)
        return next((target for target in starred if isinstance(target, Package | Definition)), None)

    def _imported(self, path: str, fact: Import) -> Target | None:
        if fact.imported == "*":
            # `import a.b` binds `a`; in a function its name is `function.a`.
            first = fact.source.partition(".")[0]
            source = first if fact.local.rpartition(".")[2] == first else fact.source
            return self._modules.locate(path, source) or External(source)
        return self._from(path, fact.source, fact.imported)

    def _from(self, path: str, source: str, name: str) -> Target | None:
        package = self._modules.locate(path, source)
        if package is None:
            return None if source.startswith(".") else External(f"{source}.{name}")
        return self._in(package, name)

    def _in(self, package: Package, name: str) -> Target | None:
        """Return a name of a module: its own names hide its submodules.

        A package whose `__init__.py` says `from . import name` leads back to itself, and means its submodule.
        """
        key = (package.file, name)
        if key in self._open:
            return self._modules.submodule(package, name)
        self._open.add(key)
        found = self._name(package.file, name) if package.file else None
        self._open.discard(key)
        return found or self._modules.submodule(package, name)

    def _member(self, owner: Target, name: str) -> Target | None:
        if isinstance(owner, External):
            return External(f"{owner.dotted}.{name}")
        if isinstance(owner, Package):
            return self._in(owner, name)
        value = owner.value
        if isinstance(value, ObjectLiteral):
            entries = [entry.value for entry in value.entries if entry.key == name]
            return Definition(owner.path, f"{owner.name}.{name}", entries[-1]) if entries else None
        holder = self._class(owner)
        if isinstance(holder, External):
            return External(f"{holder.dotted}.{name}")
        if holder is None:
            return None
        for spelled in (f"{holder.name}#{name}", f"{holder.name}.{name}"):
            if self._modules.is_defined(holder.path, spelled):
                bindings = self._modules.names(holder.path).bindings
                return Definition(holder.path, spelled, bindings.get(spelled))
        return None

    def _class(self, target: Target) -> Definition | External | None:
        """Return the class of an object, or the class itself; what makes it when that is from outside."""
        while isinstance(target, Definition) and not self._spent():
            value, path = target.value, target.path
            if isinstance(value, Unknown) and value.reason == "class":
                return target
            if isinstance(value, Call):
                value = value.callee
                made = self.follow(path, value)
                if isinstance(made, External):
                    return made
                if isinstance(made, Definition) and isinstance(made.value, Function):
                    made = Definition(made.path, made.name, made.value.result)
                if made is None or isinstance(made, Package):
                    return None
                target = made
                continue
            if not isinstance(value, Name | Member):
                return None
            further = self.follow(path, value)
            if further is None or isinstance(further, Package):
                return further if isinstance(further, External) else None
            target = further
        return target if isinstance(target, External) else None


def handed_to(modules: PythonModules, path: str, mount: RouteMount) -> frozenset[tuple[str, str]] | None:
    """Return the parameters that stand for a router inside the function that it is handed to, as (file, name).

    Empty for code that adds no routes, None when it can't be told.
    """
    call = mount.child
    target = modules.follow(path, call.callee) if isinstance(call, Call) else None
    if isinstance(target, External):
        package = target.dotted.partition(".")[0]
        return frozenset() if package in _ROUTE_FREE | _FRAMEWORKS | sys.stdlib_module_names else None
    if not isinstance(target, Definition) or not isinstance(target.value, Function) or not isinstance(call, Call):
        return None
    found: set[tuple[str, str]] = set()
    for position, argument in enumerate(call.arguments):
        if isinstance(argument, ObjectLiteral):
            names = [entry.key for entry in argument.entries if is_name(entry.value, mount.parent)]
        else:
            names = list(target.value.parameters[position : position + 1]) if is_name(argument, mount.parent) else []
        found |= {(target.path, f"{target.name}.{name}") for name in names}
    return frozenset(found) or None


def is_handed_over(mount: RouteMount) -> bool:
    """Tell whether a mount stands for a call that the router is an argument of."""
    if not isinstance(mount.child, Call):
        return False
    arguments = list(mount.child.arguments)
    arguments += [entry.value for item in arguments if isinstance(item, ObjectLiteral) for entry in item.entries]
    return any(is_name(argument, mount.parent) for argument in arguments)


def is_name(expr: Expr, name: str) -> bool:
    """Tell whether an expression is a certain name."""
    return isinstance(expr, Name) and expr.name == name


def serves_no_routes(made: External) -> bool:
    """Tell whether what a class or function from outside makes, when it is mounted, has no routes of its own."""
    return made.dotted.partition(".")[0] in _ROUTE_FREE or made.dotted.endswith(".StaticFiles")


def _ancestors(folder: str) -> Iterator[str]:
    while folder:
        yield folder
        folder = posixpath.dirname(folder)
    yield ""


def _join(folder: str, rest: str) -> str:
    return posixpath.join(folder, rest).rstrip("/") if rest else folder


Fold = Callable[[str, Expr], frozenset[str] | None]

_MAX_TEXTS = 16
_METHODS = frozenset({"strip", "lstrip", "rstrip", "lower", "upper", "removeprefix", "removesuffix", "title"})


class PythonTexts:
    """The texts that an expression of a Python file can yield, through the names that it imports.

    Args:
        modules: where names lead.
        fold: answers for what holds no imported name: variables and the names of one file.
    """

    def __init__(self, modules: PythonModules, fold: Fold) -> None:
        self._modules = modules
        self._fold = fold

    def of(self, path: str, expr: Expr, depth: int = 0) -> frozenset[str] | None:
        """Return every text that the expression can be; None when one of them is unknown."""
        if depth > _MAX_STEPS:
            return None
        if isinstance(expr, Literal):
            return frozenset({expr.value}) if isinstance(expr.value, str) else None
        if isinstance(expr, Name | Member):
            target = self._modules.follow(path, expr)
            if not isinstance(target, Definition) or target.value is None:
                return None
            return self.of(target.path, target.value, depth + 1)
        if isinstance(expr, Template):
            return self._joined([self.of(path, part, depth + 1) for part in expr.parts])
        if isinstance(expr, Conditional):
            both = [self.of(path, branch, depth + 1) for branch in (expr.then, expr.otherwise)]
            return None if None in both else frozenset().union(*(item for item in both if item is not None))
        if isinstance(expr, Fallback):
            return self._fallback(path, expr, depth)
        return self._called(path, expr, depth) if isinstance(expr, Call) else self._fold(path, expr)

    def _joined(self, parts: list[frozenset[str] | None]) -> frozenset[str] | None:
        known = [part for part in parts if part is not None]
        if len(known) < len(parts):
            return None
        texts = frozenset(islice(map("".join, product(*known)), _MAX_TEXTS + 1))
        return texts if len(texts) <= _MAX_TEXTS else None

    def _fallback(self, path: str, expr: Fallback, depth: int) -> frozenset[str] | None:
        found = self._fold(path, expr)
        if found is None and isinstance(expr.left, Name | Member | Template | Literal):
            left = self.of(path, expr.left, depth + 1)
            found = left if left is not None and all(left) else None
        return found

    def _called(self, path: str, expr: Call, depth: int) -> frozenset[str] | None:
        """Return what `str(x)`, a method of a text such as `x.rstrip("/")`, or a function of the repository gives."""
        callee = expr.callee
        if isinstance(callee, Name) and callee.name == "str" and len(expr.arguments) == 1:
            return self.of(path, expr.arguments[0], depth + 1)
        if isinstance(callee, Member) and callee.name in _METHODS:
            owner = self.of(path, callee.object, depth + 1)
            given = [argument.value for argument in expr.arguments if isinstance(argument, Literal)]
            texts = [value for value in given if isinstance(value, str)]
            if owner is None or len(texts) < len(expr.arguments) or len(texts) > 1:
                return None
            return frozenset(getattr(text, callee.name)(*texts) for text in owner)
        target = self._modules.follow(path, callee)
        if isinstance(target, Definition) and isinstance(target.value, Function) and not target.value.parameters:
            return self.of(target.path, target.value.result, depth + 1)
        return self._fold(path, expr)
