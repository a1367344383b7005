"""Served routes: every backend of the repository with the full paths that it answers.

A backend is an application object that no other one mounts. From it the walk goes through mounts and includes, with the
prefixes on the way, as the frameworks do. What can't be told makes the backend's routes incomplete, never a guess.
"""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from typing import TypeAlias

from rtlint.facts.derived import Backend, ServedRoute
from rtlint.facts.expressions import (
    Call,
    Conditional,
    Expr,
    Fallback,
    Function,
    Member,
    Name,
    Unknown,
)
from rtlint.facts.files import FileFacts
from rtlint.facts.raw import OpaqueRoutes, Route, RouteMount, RouterObject
from rtlint.facts.records import dataclass, field, replace
from rtlint.facts.site import Site
from rtlint.link.javascript_values import JavaScriptValues, Resolver
from rtlint.link.python_modules import (
    Definition,
    External,
    Fold,
    PythonModules,
    PythonTexts,
    handed_to,
    is_handed_over,
    serves_no_routes,
)
from rtlint.link.route_paths import (
    find,
    flask_rule,
    glob,
    is_valid_prefix,
    joined,
    matches,
    nearest,
    nested_prefix,
    spelled,
)

__all__ = ["Resolver", "Routes", "find", "matches", "nearest", "served_routes"]

Key: TypeAlias = tuple[str, str]
"""A router: the file that makes it, and its name there."""

_MAX_DEPTH = 25
_MAX_VISITS = 5_000


@dataclass(frozen=True, slots=True)
class Routes:
    """The backends of a repository and what they serve."""

    backends: tuple[Backend, ...]
    routes: tuple[ServedRoute, ...]


def served_routes(files: Mapping[str, FileFacts], resolve: Resolver, fold: Fold) -> Routes:
    """Return every backend and the full path of every route that it serves.

    Args:
        files: the raw facts of the files that belong to backends, by path.
        resolve: resolves imports of JavaScript, and reads files that were passed over.
        fold: returns the texts that an expression of a file can be; None when one is unknown.
    """
    graph = _Graph(files, resolve)
    texts = _Texts(graph, fold)
    backends: list[Backend] = []
    routes: dict[tuple[object, ...], ServedRoute] = {}
    for number, key in enumerate(graph.roots(), 1):
        walk = _Walk(graph, texts, number)
        walk.visit(key, _Reach("", None, graph.objects[key].framework, None, None, frozenset({key})))
        made = graph.objects[key]
        complete = walk.complete and _language(key[0]) not in graph.lost
        backends.append(Backend(number, made.at, made.framework, posixpath.dirname(key[0]), complete))
        for route in walk.routes:
            routes.setdefault((number, route.at, route.method, route.protocol, route.path), route)
    return Routes(tuple(backends), tuple(routes.values()))


def _language(path: str) -> str:
    return "python" if path.endswith(".py") else "javascript"


class _Graph:
    """The router objects of all files, with what is registered on each.

    Attributes:
        lost: languages with routes that could not be tied to an object: any backend may serve them.
    """

    def __init__(self, files: Mapping[str, FileFacts], resolver: Resolver) -> None:
        self.python = PythonModules(files, resolver.module)
        self.resolver = resolver
        self.objects: dict[Key, RouterObject] = {}
        self.routes: dict[Key, list[Route]] = {}
        self.mounts: dict[Key, list[RouteMount]] = {}
        self.opaque: set[Key] = set()
        self.lost: set[str] = set()
        facts = [(path, fact) for path in sorted(files) for fact in files[path].facts]
        for path, fact in facts:
            if isinstance(fact, RouterObject):
                self.objects.setdefault((path, fact.name), fact)
        for path, fact in facts:
            if isinstance(fact, Route | RouteMount | OpaqueRoutes):
                self._attach(path, fact)

    def _attach(self, path: str, fact: Route | RouteMount | OpaqueRoutes) -> None:
        name = fact.parent if isinstance(fact, RouteMount) else fact.router
        keys = self._owners(path, name, fact.at)
        if not keys:
            if not isinstance(fact, RouteMount) or not self._is_idle(path, fact):
                self.lost.add(_language(path))
            return
        for key in keys:
            if isinstance(fact, Route):
                self.routes.setdefault(key, []).append(fact)
            elif isinstance(fact, RouteMount):
                self.mounts.setdefault(key, []).append(fact)
            else:
                self.opaque.add(key)

    def _is_idle(self, path: str, fact: RouteMount) -> bool:
        """Tell whether something of which nobody knows that it is a router is handed to code that adds no routes."""
        if not is_handed_over(fact):
            return False
        target = self.python.follow(path, fact.child.callee) if isinstance(fact.child, Call) else None
        handed = handed_to(self.python, path, fact)
        return isinstance(target, External) or (handed is not None and not any(self._has_facts(key) for key in handed))

    def _has_facts(self, key: Key) -> bool:
        return key in self.routes or key in self.mounts or key in self.opaque

    def _owners(self, path: str, name: str, at: Site) -> frozenset[Key]:
        """Return the objects that a router's written name stands for."""
        if (path, name) in self.objects:
            return frozenset({(path, name)})
        if _language(path) != "python":
            return self.routers(path, _dotted(name.split("."), at)) or frozenset()
        if self._is_parameter(path, name):
            return frozenset({(path, name)})
        parts = name.split(".")
        for size in range(len(parts), 0, -1):
            head = ".".join(parts[:size])
            if self._is_known(path, head):
                return self.routers(path, _dotted([head, *parts[size:]], at)) or frozenset()
        return self.routers(path, _dotted(parts, at)) or frozenset()

    def _is_known(self, path: str, name: str) -> bool:
        return self.python.is_defined(path, name) or name in self.python.names(path).imports

    def _is_parameter(self, path: str, name: str) -> bool:
        """Tell whether a name is `function.parameter` of a function of the module."""
        function, _, parameter = name.rpartition(".")
        value = self.python.names(path).bindings.get(function) if function else None
        return isinstance(value, Function) and parameter in value.parameters

    def roots(self) -> list[Key]:
        """Return the applications that start a backend: those that nothing mounts.

        Of applications that mount each other in a circle the first one counts.
        """
        inside: dict[Key, set[Key]] = {}
        for parent, mounts in self.mounts.items():
            for mount in mounts:
                path, handed = mount.at.path, is_handed_over(mount)
                children = handed_to(self.python, path, mount) if handed else self.routers(path, mount.child)
                inside.setdefault(parent, set()).update(children or ())
        roots = sorted((key for key, found in self.objects.items() if found.root), key=lambda key: self.objects[key].at)
        mounted = {child for parent, children in inside.items() for child in children - {parent}}
        free = [key for key in roots if key not in mounted]
        reached = set(free).union(*(_below(key, inside) for key in free))
        for key in roots:
            below = _below(key, inside)
            if key not in reached and key in below:
                free.append(key)
                reached |= below
        return sorted(free, key=lambda key: self.objects[key].at)

    def routers(self, path: str, expr: Expr, depth: int = 0) -> frozenset[Key] | None:
        """Return the routers that an expression can be; empty for what surely is none, None when it can't be told."""
        if depth > _MAX_DEPTH:
            return None
        if isinstance(expr, Name) and (path, expr.name) in self.objects:
            return frozenset({(path, expr.name)})
        if isinstance(expr, Conditional | Fallback):
            branches = (expr.then, expr.otherwise) if isinstance(expr, Conditional) else (expr.left, expr.right)
            found = [self.routers(path, branch, depth + 1) for branch in branches]
            return None if None in found else frozenset().union(*(keys for keys in found if keys is not None))
        if _language(path) == "python":
            return self._python(path, expr, depth)
        return self._javascript(path, expr, depth)

    def _javascript(self, path: str, expr: Expr, depth: int) -> frozenset[Key] | None:
        found = JavaScriptValues(self.resolver, self.objects).value(path, expr, depth)
        if found is None:
            return None
        where, value = found
        if isinstance(value, Name):
            return frozenset({(where, value.name)})
        middleware = isinstance(value, Function) or (isinstance(value, Unknown) and value.reason.endswith("function"))
        return frozenset() if middleware else None

    def _python(self, path: str, expr: Expr, depth: int) -> frozenset[Key] | None:
        if isinstance(expr, Name | Member):
            target = self.python.follow(path, expr)
            if isinstance(target, Definition):
                return self._defined(target, depth)
            if target is None and isinstance(expr, Member) and expr.name in {"router", "routes"}:
                return self.routers(path, expr.object, depth + 1)
        if isinstance(expr, Call):
            target = self.python.follow(path, expr.callee)
            if isinstance(target, Definition) and isinstance(target.value, Function):
                return self.routers(target.path, target.value.result, depth + 1)
            if isinstance(target, External):
                return frozenset() if serves_no_routes(target) else None
        return None

    def _defined(self, target: Definition, depth: int) -> frozenset[Key] | None:
        if (target.path, target.name) in self.objects:
            return frozenset({(target.path, target.name)})
        return self.routers(target.path, target.value, depth + 1) if target.value is not None else None


def _below(key: Key, inside: Mapping[Key, set[Key]]) -> set[Key]:
    """Return the routers that one mounts, by itself or through others."""
    found: set[Key] = set()
    pending = [key]
    while pending:
        children = inside.get(pending.pop(), set()) - found
        found |= children
        pending += children
    return found


def _dotted(parts: list[str], at: Site) -> Expr:
    """Return the expression of a dotted name."""
    expr: Expr = Name(at, parts[0])
    for part in parts[1:]:
        expr = Member(at, expr, part)
    return expr


class _Texts:
    """The texts of paths and prefixes, in the language of their file."""

    def __init__(self, graph: _Graph, fold: Fold) -> None:
        self._python = PythonTexts(graph.python, fold)
        self._fold = fold

    def of(self, path: str, expr: Expr) -> list[str] | None:
        """Return the texts in a fixed order; None when one of them is unknown."""
        found = self._python.of(path, expr) if _language(path) == "python" else self._fold(path, expr)
        return sorted(found) if found is not None else None


@dataclass(frozen=True, slots=True)
class _Reach:
    """How the walk came to a router.

    Attributes:
        base: the path in front of everything that the router serves.
        own: the router's own prefix; for Flask the one that its blueprints got, None where there is none.
        framework: that of the router.
        own_at: where the own prefix stands, if there is one.
        at: the mount or prefix nearest to the root that shapes `base`, if any.
        stack: the routers on the way.
    """

    base: str
    own: str | None
    framework: str
    own_at: Site | None
    at: Site | None
    stack: frozenset[Key]


@dataclass(slots=True)
class _Walk:
    """The walk from one application through everything that it mounts."""

    graph: _Graph
    texts: _Texts
    backend: int
    routes: list[ServedRoute] = field(default_factory=list)
    complete: bool = True
    _visits: int = 0

    def visit(self, key: Key, reach: _Reach) -> None:
        """Note the routes of a router and of those inside it."""
        self._visits += 1
        if self._visits > _MAX_VISITS or len(reach.stack) > _MAX_DEPTH * 2:
            self.complete = False
            return
        if key in self.graph.opaque:
            self.complete = False
        for route in self.graph.routes.get(key, ()):
            self._serve(route, reach)
        for mount in self.graph.mounts.get(key, ()):
            if is_handed_over(mount):
                self._hand_over(mount, reach)
            else:
                self._enter(mount, reach)

    def _serve(self, route: Route, reach: _Reach) -> None:
        found = self._spelled(route.at.path, route.path, reach.framework)
        if found is None:
            self.complete = False
            return
        for text in found:
            own = "" if route.bare and reach.framework != "flask" else reach.own
            path = self._full(text, own, reach)
            if path is None:
                self.complete = False
            elif path.startswith("/"):
                at = reach.at or (reach.own_at if own else None) or route.at
                method = route.method.upper()
                self.routes.append(ServedRoute(self.backend, route.at, method, route.protocol, path, glob(path), at))

    def _full(self, text: str, own: str | None, reach: _Reach) -> str | None:
        """Return the full path of a route; an empty text when it serves nothing, None when the framework refuses it."""
        if reach.framework == "flask":
            rule = flask_rule(reach.own, text)
            return reach.base + rule if rule.startswith("/") else None
        if reach.framework == "express":
            return joined("express", reach.base, text) if text.startswith(("/", "{")) or not text else ""
        path = reach.base + (own or "") + text
        return path or None

    def _spelled(self, path: str, expr: Expr, framework: str) -> list[str] | None:
        """Return the spellings of a path or prefix of a framework."""
        texts = self.texts.of(path, expr)
        if texts is None:
            return None
        found = [spelled(framework, text) for text in texts]
        return None if None in found else [spelling for one in found if one is not None for spelling in one]

    def _hand_over(self, mount: RouteMount, reach: _Reach) -> None:
        keys = handed_to(self.graph.python, mount.at.path, mount)
        if keys is None:
            self.complete = False
        for key in sorted(keys or ()):
            if key not in reach.stack:
                self.visit(key, replace(reach, stack=reach.stack | {key}))

    def _enter(self, mount: RouteMount, reach: _Reach) -> None:
        children = self.graph.routers(mount.at.path, mount.child)
        prefixes: list[str] | None = [""]
        if mount.prefix is not None:
            prefixes = self._spelled(mount.at.path, mount.prefix, reach.framework)
        if children is None or prefixes is None:
            self.complete = False
            return
        for child in sorted(children):
            for prefix in prefixes:
                if child in reach.stack or not is_valid_prefix(reach.framework, prefix, mounted=mount.bare):
                    self.complete = False
                else:
                    self._enter_one(mount, child, prefix, reach)

    def _enter_one(self, mount: RouteMount, child: Key, prefix: str, reach: _Reach) -> None:
        made = self.graph.objects[child]
        if reach.framework == "express" and prefix and not prefix.startswith(("/", "{")):
            return
        owns: list[str] | None = [""]
        if made.prefix is not None and not mount.overrides:
            owns = self._spelled(made.prefix.at.path, made.prefix, made.framework)
        if owns is None or not all(is_valid_prefix(made.framework, own, mounted=False) for own in owns):
            self.complete = False
            return
        for own in owns:
            self.visit(child, self._inside(mount, child, prefix, own, reach))

    def _inside(self, mount: RouteMount, child: Key, prefix: str, own: str, reach: _Reach) -> _Reach:
        """Return how a mounted router is reached."""
        made = self.graph.objects[child]
        inner = reach.framework, made.framework
        given = own if made.prefix is not None else None
        own_at = made.prefix.at if made.prefix is not None and own else None
        at = reach.at or (None if mount.bare else reach.own_at) or (mount.at if prefix else None)
        stack = reach.stack | {child}
        if inner == ("flask", "flask"):
            given = prefix if mount.prefix is not None else given
            own_at = mount.at if prefix else own_at
            return _Reach(reach.base, nested_prefix(reach.own, given), "flask", reach.own_at or own_at, reach.at, stack)
        if reach.framework == "express":
            base = joined("express", reach.base, prefix).rstrip("/")
        else:
            outer = reach.base if mount.bare else reach.base + (reach.own or "")
            base = outer + (prefix.rstrip("/") if mount.bare else prefix)
        return _Reach(base, given, made.framework, own_at, at, stack)
