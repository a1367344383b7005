"""Servers on Node.js and what is called on them, whichever file that stands in."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TypeAlias

from rtlint.facts.expressions import ArrayLiteral, Call, Expr, Function, Literal, Member, Name, New, Unknown
from rtlint.facts.groups import flat
from rtlint.facts.raw import RawFact
from rtlint.facts.records import dataclass, field
from rtlint.facts.servers import ServerCall, ServerHandover, ServerObject
from rtlint.facts.site import Site
from rtlint.link.backends import Sources
from rtlint.link.javascript_values import JavaScriptValues, loaded

Key: TypeAlias = tuple[Site, int]
"""A server or router: where it is made and -1, or a function and the position of the parameter that gets it."""

ROLES = ("app", "tooling")
_VERBS = frozenset("get post put patch delete del options head all".split())
_MAX_HOPS = 25
_MAX_ITEMS = 200


@dataclass(slots=True)
class ServerGraph:
    """What is known of servers.

    Attributes:
        objects: those that are made in the application's own files, by place.
        lost: the files with routes on something that is not understood.
    """

    sources: Sources
    objects: dict[Site, ServerObject] = field(default_factory=dict)
    lost: set[str] = field(default_factory=set)
    _names: dict[tuple[str, str], Site] = field(default_factory=dict)
    _derived: dict[Site, ServerCall] = field(default_factory=dict)
    _calls: dict[Key, list[ServerCall]] = field(default_factory=dict)
    _handovers: dict[Key, list[ServerHandover]] = field(default_factory=dict)
    _read: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, sources: Sources) -> ServerGraph:
        """Collect the facts of the application's own files."""
        graph = cls(sources)
        index = sources.index
        own = [path for path in sorted(index.facts) if index.facts[path].relevant and index.role(path) in ROLES]
        graph._read.update(own)
        if not sources.index.of(ServerObject):
            return graph
        for path in own:
            graph._note_objects(flat(index.facts[path].facts, "servers"))
        for path in own:
            graph._note_calls(path, flat(index.facts[path].facts, "servers"))
        return graph

    def _note_objects(self, facts: Iterable[RawFact]) -> None:
        for fact in facts:
            if isinstance(fact, ServerObject):
                self.objects[fact.at] = fact
                if fact.name:
                    self._names.setdefault((fact.at.path, fact.name), fact.at)
            elif isinstance(fact, ServerCall) and fact.method == "basePath":
                self._derived[fact.at] = fact

    def _note_calls(self, path: str, facts: Iterable[RawFact]) -> None:
        for fact in facts:
            if isinstance(fact, ServerCall):
                key = self.key(path, fact.owner)
                if key is not None:
                    self._calls.setdefault(key, []).append(fact)
                elif _is_route(fact):
                    self.lost.add(path)
            elif isinstance(fact, ServerHandover):
                key = self.key(path, fact.owner)
                if key is not None:
                    self._handovers.setdefault(key, []).append(fact)

    def _load(self, path: str) -> None:
        """Read a file after all that an import leads to."""
        if path not in self._read:
            self._read.add(path)
            facts = tuple(flat(self.sources.modules.facts(path), "servers"))
            self._note_objects(facts)
            self._note_calls(path, facts)

    def calls(self, key: Key) -> tuple[ServerCall, ...]:
        """Return the calls on a server, in the order of their places."""
        self._load(key[0].path)
        return tuple(sorted(self._calls.get(key, ()), key=lambda call: call.at))

    def handovers(self, key: Key) -> tuple[ServerHandover, ...]:
        """Return the functions that a server is given to."""
        self._load(key[0].path)
        return tuple(self._handovers.get(key, ()))

    def value(self, path: str, expr: Expr) -> tuple[str, Expr]:
        """Return what an expression stands for, and its file; the expression itself when that is not known."""
        found = JavaScriptValues(self.sources.modules, self._names).value(path, expr) or (path, expr)
        self._load(found[0])
        return found

    def key(self, path: str, expr: Expr) -> Key | None:
        """Return the server that an expression stands for: by name, by place, or at the start of a chain of calls."""
        for _ in range(_MAX_HOPS):
            if isinstance(expr, Unknown):
                position = re.match(r"parameter (\d+)$", expr.reason)
                return (expr.at, int(position[1])) if position else self._made(expr.at)
            path, expr = self.value(path, expr)
            if isinstance(expr, Name) and (path, expr.name) in self._names:
                return self._names[path, expr.name], -1
            if not isinstance(expr, Call | New | Unknown):
                return None
            if expr.at in self.objects or expr.at in self._derived:
                return expr.at, -1
            if not isinstance(expr, Call) or not isinstance(expr.callee, Member):
                return None
            expr = expr.callee.object
        return None

    def _made(self, at: Site) -> Key | None:
        return (at, -1) if at in self.objects or at in self._derived else None

    def origin(self, key: Key) -> Key:
        """Return the application that one made by `basePath` shares its routes with."""
        for _ in range(_MAX_HOPS):
            call = self._derived.get(key[0])
            owner = self.key(call.at.path, call.owner) if call is not None else None
            if owner is None:
                break
            key = owner
        return key

    def function(self, path: str, expr: Expr) -> Site | None:
        """Return the place of the function that an expression stands for."""
        _, value = self.value(path, expr)
        known = isinstance(value, Function) or (isinstance(value, Unknown) and value.reason.startswith("function"))
        return value.at if known else None

    def package(self, path: str, expr: Expr) -> str:
        """Return the package from outside the repository that an expression comes from; empty for anything else."""
        for _ in range(_MAX_HOPS):
            specifier = loaded(expr)
            module = self.sources.modules.module(path) if isinstance(expr, Name) else None
            if module is not None and isinstance(expr, Name):
                if expr.name in module.bindings:
                    expr = module.bindings[expr.name].value
                    continue
                found = module.imports.get(expr.name)
                specifier = found.source if found is not None else ""
            if specifier:
                return "" if self._is_own(path, specifier) else specifier
            if isinstance(expr, Call | New):
                expr = expr.callee
            elif isinstance(expr, Member):
                expr = expr.object
            else:
                return ""
        return ""

    def _is_own(self, path: str, specifier: str) -> bool:
        return specifier.startswith(".") or self.sources.modules.resolve(path, specifier) is not None

    def texts(self, path: str, expr: Expr) -> list[str] | None:
        """Return the texts that an expression, or a list of them, can be; None when one is unknown."""
        where, value = self.value(path, expr)
        if isinstance(value, ArrayLiteral):
            found = [self.texts(where, item) for item in value.items[:_MAX_ITEMS]]
            return None if None in found else [text for texts in found if texts is not None for text in texts]
        folded = self.sources.fold(path, expr)
        return sorted(folded) if folded is not None else None


def _is_route(call: ServerCall) -> bool:
    first, last = (call.arguments[0], call.arguments[-1]) if len(call.arguments) > 1 else (None, None)
    path = first.value if isinstance(first, Literal) else None
    handled = isinstance(last, Unknown) and last.reason.startswith("function")
    return handled and call.method in _VERBS and isinstance(path, str) and path.startswith("/")
