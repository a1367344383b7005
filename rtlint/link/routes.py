"""Routes: what each backend really serves, after every prefix and mount.

Routers form a graph: applications are its roots, mounts its edges. A router that no application reaches serves nothing.
Whatever can't be resolved (a prefix, a child, routes made in a loop) makes the backend's list incomplete, and then no
rule says of a path that it is not served.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from rtlint.facts.derived import Backend, ServedRoute
from rtlint.facts.expressions import Call, Expr, Literal, Member, Name
from rtlint.facts.files import FileFacts
from rtlint.facts.raw import Binding, Export, Import, OpaqueRoutes, Route, RouteMount, RouterObject
from rtlint.facts.site import Site
from rtlint.link.python_modules import PythonModules
from rtlint.link.route_paths import find, glob, nearest, shown

__all__ = ["Resolver", "Routes", "find", "nearest", "served_routes"]

Fold = Callable[[str, Expr], frozenset[str] | None]
_Key = tuple[str, str]
_MAX_DEPTH = 24


class Resolver(Protocol):
    """Finds the file that an import of JavaScript leads to."""

    def resolve(self, path: str, specifier: str) -> str | None:
        """Return the file, or None for a package from outside."""


@dataclass(frozen=True, slots=True)
class Routes:
    """The backends of a repository and what they serve."""

    backends: tuple[Backend, ...]
    routes: tuple[ServedRoute, ...]


@dataclass(slots=True)
class _Names:
    """What the names of one file stand for, as far as routers go."""

    imports: dict[str, Import] = field(default_factory=dict)
    exports: dict[str, Export] = field(default_factory=dict)
    bindings: dict[str, Binding] = field(default_factory=dict)


def served_routes(files: Mapping[str, FileFacts], resolve: Resolver, fold: Fold) -> Routes:
    """Return the routes that the applications of a repository serve.

    Args:
        files: the facts of the backend's files.
        resolve: finds the files behind imports of JavaScript.
        fold: returns the texts that an expression in a file can be, or None when it is unknown.
    """
    graph = _Graph(files, resolve, fold)
    backends: list[Backend] = []
    routes: list[ServedRoute] = []
    for number, key in enumerate(graph.roots(), 1):
        walk = _Walk(graph, number)
        routes += walk.routes(key, "", None, 0)
        router = graph.routers[key]
        folder = posixpath.dirname(key[0])
        backends.append(Backend(number, router.at, router.framework, folder, walk.complete and not graph.adrift))
    return Routes(tuple(backends), tuple(dict.fromkeys(routes)))


class _Graph:
    """The routers of all files, and the names that lead from one to the other."""

    def __init__(self, files: Mapping[str, FileFacts], resolve: Resolver, fold: Fold) -> None:
        self.fold = fold
        self._resolve = resolve
        self._python = PythonModules(files)
        self._names: dict[str, _Names] = {}
        self.routers: dict[_Key, RouterObject] = {}
        self.adrift = False
        for path, found in files.items():
            self._collect(path, found)
        self._routes = self._by_router(files, Route)
        self._mounts = self._by_router(files, RouteMount)
        self._opaque = self._by_router(files, OpaqueRoutes)

    def _collect(self, path: str, found: FileFacts) -> None:
        names = self._names.setdefault(path, _Names())
        for fact in found.facts:
            if isinstance(fact, Import) and fact.local:
                names.imports[fact.local] = fact
            elif isinstance(fact, Export):
                names.exports[fact.exported] = fact
            elif isinstance(fact, Binding):
                names.bindings[fact.name] = fact
            elif isinstance(fact, RouterObject):
                self.routers[path, fact.name] = fact

    def _by_router(self, files: Mapping[str, FileFacts], kind: type[Any]) -> dict[_Key, list[Any]]:
        """Group facts by the router object that the written name leads to; note those that lead to none."""
        found: dict[_Key, list[Any]] = {}
        for path, facts in files.items():
            for fact in facts.facts:
                if isinstance(fact, kind):
                    name = fact.parent if isinstance(fact, RouteMount) else fact.router
                    key = self.named(path, name)
                    self.adrift = self.adrift or key is None
                    if key is not None:
                        found.setdefault(key, []).append(fact)
        return found

    def routes(self, key: _Key) -> Iterable[Route]:
        """Return the routes registered on a router."""
        return self._routes.get(key, ())

    def mounts(self, key: _Key) -> Iterable[RouteMount]:
        """Return what is mounted on a router."""
        return self._mounts.get(key, ())

    def opaque(self, key: _Key) -> bool:
        """Tell whether a router takes on routes that are not known."""
        return key in self._opaque

    def roots(self) -> list[_Key]:
        """Return the applications that are no part of another one."""
        mounted = {self.child(mount) for mounts in self._mounts.values() for mount in mounts}
        return [key for key, router in sorted(self.routers.items()) if router.root and key not in mounted]

    def child(self, mount: RouteMount) -> _Key | None:
        """Return the router that is mounted, or None when it can't be followed."""
        scope = mount.parent.rpartition(".")[0]
        return self._expr(mount.at.path, mount.child, 0, scope)

    def named(self, path: str, name: str) -> _Key | None:
        """Return the router that a written name leads to."""
        if (path, name) in self.routers:
            return path, name
        parts = name.split(".")
        expr: Expr = Name(Site(path, 1, 1, 1, 1), parts[0])
        for part in parts[1:]:
            expr = Member(expr.at, expr, part)
        return self._expr(path, expr, 0)

    def _expr(self, path: str, expr: Expr, depth: int, scope: str = "") -> _Key | None:
        if depth > _MAX_DEPTH:
            return None
        if isinstance(expr, Name):
            local = self._in_scope(path, expr.name, scope)
            return local or self._by_name(path, expr.name, depth)
        if isinstance(expr, Member) and isinstance(expr.object, Name):
            return self._member(path, expr.object.name, expr.name, depth)
        if (
            isinstance(expr, Call)
            and isinstance(expr.callee, Name)
            and expr.callee.name == "require"
            and expr.arguments
        ):
            first = expr.arguments[0]
            source = str(first.value) if isinstance(first, Literal) else ""
            return self._exported(self._resolve.resolve(path, source), "default", depth + 1)
        return None

    def _in_scope(self, path: str, name: str, scope: str) -> _Key | None:
        """Return a router of the function that mounts it, of one around that function, or of the module."""
        parts = scope.split(".") if scope else []
        for size in range(len(parts), -1, -1):
            key = (path, ".".join([*parts[:size], name]))
            if key in self.routers:
                return key
        return None

    def _by_name(self, path: str, name: str, depth: int) -> _Key | None:
        names = self._names.get(path, _Names())
        if name in names.imports:
            return self._imported(path, names.imports[name], depth + 1)
        if name in names.bindings:
            return self._expr(path, names.bindings[name].value, depth + 1)
        return None

    def _imported(self, path: str, fact: Import, depth: int) -> _Key | None:
        if fact.form != "python":
            return self._exported(self._resolve.resolve(path, fact.source), fact.imported, depth)
        target = self._python.member(path, fact.source, fact.imported)
        return self._python_name(target[0], target[1], depth) if target and target[1] else None

    def _python_name(self, path: str, name: str, depth: int) -> _Key | None:
        return (path, name) if (path, name) in self.routers else self._by_name(path, name, depth)

    def _member(self, path: str, name: str, member: str, depth: int) -> _Key | None:
        """Return the router of `module.router` in Python, or of `names.router` and `require().router` in JavaScript."""
        fact = self._names.get(path, _Names()).imports.get(name)
        if fact is None:
            return None
        if fact.form != "python":
            return self._exported(self._resolve.resolve(path, fact.source), member, depth + 1)
        if fact.imported == "*":
            module = self._python.resolve(path, fact.source)
        else:
            target = self._python.member(path, fact.source, fact.imported)
            module = target[0] if target and not target[1] else None
        return self._python_name(module, member, depth + 1) if module else None

    def _exported(self, path: str | None, name: str, depth: int) -> _Key | None:
        if path is None or depth > _MAX_DEPTH:
            return None
        exports = self._names.get(path, _Names()).exports
        found = exports.get("default" if name == "*" else name)
        if found is None:
            star = exports.get("*")
            return self._exported(self._resolve.resolve(path, star.source), name, depth + 1) if star else None
        if found.source:
            return self._exported(self._resolve.resolve(path, found.source), found.local, depth + 1)
        if found.local:
            return (
                (path, found.local) if (path, found.local) in self.routers else self._by_name(path, found.local, depth)
            )
        return self._expr(path, found.value, depth + 1) if found.value is not None else None


class _Walk:
    """Goes through the routers of one application, and notes whether everything was known."""

    def __init__(self, graph: _Graph, backend: int) -> None:
        self._graph = graph
        self._backend = backend
        self._open: set[_Key] = set()
        self.complete = True

    def routes(self, key: _Key, prefix: str, mounted: Site | None, depth: int) -> Iterator[ServedRoute]:
        """Yield the routes below a router whose own path is `prefix`."""
        if key in self._open or depth > _MAX_DEPTH:
            return
        self._open.add(key)
        router = self._graph.routers[key]
        self.complete = self.complete and not self._graph.opaque(key)
        for route in self._graph.routes(key):
            for path in self._texts(route.at.path, route.path):
                yield self._served(router, route, _join(router.framework, prefix, path), mounted)
        for mount in self._graph.mounts(key):
            yield from self._mounted(mount, prefix, depth)
        self._open.discard(key)

    def _served(self, router: RouterObject, route: Route, path: str, mounted: Site | None) -> ServedRoute:
        text = shown(router.framework, path) or "/"
        return ServedRoute(self._backend, route.at, route.method, route.protocol, text, glob(text), mounted or route.at)

    def _mounted(self, mount: RouteMount, prefix: str, depth: int) -> Iterator[ServedRoute]:
        child = self._graph.child(mount)
        if child is None:
            self.complete = False
            return
        router = self._graph.routers[child]
        own = None if mount.overrides else router.prefix
        for outer in self._texts(mount.at.path, mount.prefix):
            for inner in self._texts(router.at.path, own):
                path = _join(router.framework, _join(router.framework, prefix, outer), inner)
                yield from self.routes(child, path, mount.at, depth + 1)

    def _texts(self, path: str, expr: Expr | None) -> Iterable[str]:
        """Return the texts that a prefix or path can be; an unknown one makes the list of routes incomplete."""
        if expr is None:
            return ("",)
        texts = self._graph.fold(path, expr)
        if texts is None:
            self.complete = False
            return ()
        return sorted(texts)


def _join(framework: str, prefix: str, path: str) -> str:
    """Join two parts of a path as the framework does.

    FastAPI and Flask put them one behind the other; Starlette's mounts and Express drop a slash at the seam.
    """
    if framework == "express":
        return "/" + "/".join(part.strip("/") for part in (prefix, path) if part.strip("/"))
    return prefix.rstrip("/") + path if path.startswith("/") or not prefix else prefix + path
