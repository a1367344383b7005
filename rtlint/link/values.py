"""Values: folding an expression, for one environment, into every value that it can take, each with its way.

What can't be folded is unknown and stays so: no operator turns an unknown into something known. The bounds (depth,
number of outcomes, number of steps) end every recursion; what exceeds them is unknown as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import islice, product
from typing import Protocol

from rtlint.facts.expressions import (
    ArrayLiteral,
    Binary,
    Call,
    Conditional,
    EnvObject,
    EnvVar,
    Expr,
    Fallback,
    Function,
    Index,
    Literal,
    Member,
    Name,
    New,
    Not,
    ObjectLiteral,
    Parameter,
    Regex,
    Template,
    Unknown,
)
from rtlint.facts.records import replace
from rtlint.facts.site import Site
from rtlint.link import builtins, page, schemas
from rtlint.link.modules import Module
from rtlint.link.outcomes import (
    MAX_OUTCOMES,
    PASSED,
    READ,
    SET,
    Frame,
    Outcome,
    Outcomes,
    Structure,
    Waypoint,
    applied,
    as_fallback,
    comparison,
    conjunction,
    distinct,
    dotted,
    is_missing,
    joined,
    truth,
    unknown,
)

MAX_DEPTH = 40
MAX_STEPS = 20_000
MAX_PARTS = 100
"""How many parts a text may have; what is behind them is left out of a text that can hardly be a setting."""

MAX_CALLS = 24
"""How many calls of a function may decide its parameters."""


class Environment(Protocol):
    """Where the variables come from."""

    def variable(self, expr: EnvVar, fold: Callable[[str, Expr], Outcomes]) -> Outcomes:
        """Return the values that a variable has; empty when nothing sets it."""


class Scope(Protocol):
    """How names lead from file to file."""

    def module(self, path: str) -> Module | None:
        """Return the names of a file."""

    def resolve(self, path: str, specifier: str) -> str | None:
        """Return the file that an import leads to."""

    def locate(self, path: str, name: str) -> tuple[str, str] | None:
        """Return the file that binds a name, through imports and re-exports, and the name there."""

    def calls(self, path: str, owner: str) -> Sequence[tuple[str, tuple[Expr, ...]]]:
        """Return the calls of a function, or the constructions of a class: file and arguments of each."""

    def constant(self, path: str, name: str) -> tuple[str, Expr] | None:
        """Return what the build tool puts in the place of a name that nothing binds, with the file that says so."""


class Folder:
    """Folds expressions for one environment.

    Args:
        scope: resolves names and imports.
        environment: gives variables their values.
        every: whether to return every source that may decide the value, instead of those that win: both sides of a
            fallback and of a condition.
    """

    def __init__(self, scope: Scope, environment: Environment, *, every: bool = False) -> None:
        self._scope = scope
        self._environment = environment
        self._every = every
        self._steps = 0
        self._visiting: set[tuple[str, str]] = set()
        self._memo: dict[tuple[str, int], tuple[Expr, Outcomes]] = {}

    def fold(self, path: str, expr: Expr, frame: Frame | None = None, depth: int = 0) -> Outcomes:
        """Return the distinct outcomes of an expression that stands in the file `path`."""
        key = (path, id(expr))
        if frame is None and key in self._memo:
            return self._memo[key][1]
        if depth == 0:
            self._steps = 0
        self._steps += 1
        if depth > MAX_DEPTH or self._steps > MAX_STEPS:
            return unknown("too deep", expr.at)
        outcomes = distinct(_RULES[type(expr)](self, path, expr, frame, depth + 1))
        if frame is None and not self._visiting:
            self._memo[key] = (expr, outcomes)
        return outcomes

    def _literal(self, _path: str, expr: Literal, _frame: Frame | None, _depth: int) -> Iterable[Outcome]:
        state = "unset" if expr.value is None else "known"
        return (Outcome(expr.value, state, (Waypoint(expr.at, SET),)),)

    def _structure(
        self,
        path: str,
        expr: ObjectLiteral | ArrayLiteral | Function | Regex | EnvObject,
        frame: Frame | None,
        _depth: int,
    ) -> Iterable[Outcome]:
        return (Outcome(Structure(path, expr, frame), "known", (Waypoint(expr.at, SET),)),)

    def _unknown(self, _path: str, expr: Unknown, _frame: Frame | None, _depth: int) -> Iterable[Outcome]:
        return unknown(expr.reason, expr.at)

    def _variable(self, path: str, expr: EnvVar, _frame: Frame | None, depth: int) -> Iterable[Outcome]:
        key = ("$" + expr.via, expr.name)
        defined = self._scope.constant(path, f"{expr.via}.{expr.name}") if key not in self._visiting else None
        if defined:
            self._visiting.add(key)
            found = self.fold(*defined, None, depth)
            self._visiting.discard(key)
            return (outcome.then(expr.at, READ) for outcome in found)
        if key in self._visiting:
            return unknown("variable that refers to itself", expr.at)
        self._visiting.add(key)
        found = self._environment.variable(expr, lambda path, inner: self.fold(path, inner, None, depth))
        self._visiting.discard(key)
        if not found:
            return (Outcome(None, "unset", (Waypoint(expr.at, f"reads {expr.name}, which nothing here sets"),)),)
        return (outcome.then(expr.at, READ) for outcome in found)

    def _name(self, path: str, expr: Name, frame: Frame | None, depth: int) -> Iterable[Outcome]:
        if frame and expr.name in frame:
            return frame[expr.name]
        return self._export(path, expr.name, expr.at, depth)

    def _parameter(self, path: str, expr: Parameter, frame: Frame | None, depth: int) -> Iterable[Outcome]:
        """Fold what a function of the module is called with: by the instance at hand, else by every call."""
        key = parameter_key(expr.owner, expr.index)
        if frame and key in frame:
            return frame[key]
        calls = self._scope.calls(path, expr.owner)
        guard = (path, key)
        if not calls or len(calls) > MAX_CALLS or guard in self._visiting:
            return unknown("parameter of a function whose calls are not known", expr.at)
        self._visiting.add(guard)
        try:
            return [found for call in calls for found in self._argument(*call, expr, depth)]
        finally:
            self._visiting.discard(guard)

    def _argument(self, path: str, arguments: tuple[Expr, ...], expr: Parameter, depth: int) -> Outcomes:
        if expr.index >= len(arguments):
            return (Outcome(None, "unset", (Waypoint(expr.at, "is not given"),)),)
        given = arguments[expr.index]
        found = self.fold(path, given, None, depth)
        return tuple(one if one.way and one.way[-1].at == given.at else one.then(given.at, PASSED) for one in found)

    def _export(self, path: str, name: str, at: Site, depth: int) -> Outcomes:
        """Fold what a name of the module scope of `path` is bound to."""
        module = self._scope.module(path)
        key = (path, name)
        if module is None or key in self._visiting:
            return unknown("name that can't be followed", at)
        if name not in module.bindings and name not in module.imports:
            defined = self._scope.constant(path, name)
            return self.fold(*defined, None, depth) if defined else unknown(f"{name} is bound nowhere", at)
        self._visiting.add(key)
        try:
            if name in module.bindings:
                return self.fold(path, module.bindings[name].value, None, depth)
            found = module.imports[name]
            return self.exported(path, found.source, found.imported, at, depth)
        finally:
            self._visiting.discard(key)

    def exported(self, path: str, source: str, name: str, at: Site, depth: int = 1) -> Outcomes:
        """Fold what the module that `source` leads to from `path` gives under `name`."""
        target = self._scope.resolve(path, source)
        module = self._scope.module(target) if target else None
        if target is None or module is None or depth > MAX_DEPTH:
            return unknown(f"comes from {source}", at)
        if name in module.exports:
            found = module.exports[name]
            if found.source:
                return self.exported(target, found.source, found.local, at, depth + 1)
            if found.value is not None:
                return self.fold(target, found.value, None, depth + 1)
            return self._export(target, found.local, at, depth + 1)
        for star in module.stars:
            outcomes = self.exported(target, star.source, name, at, depth + 1)
            if any(outcome.state != "unknown" for outcome in outcomes):
                return outcomes
        return self._export(target, name, at, depth + 1) if name in module.bindings else unknown("not exported", at)

    def _member(self, path: str, expr: Member, frame: Frame | None, depth: int) -> Iterable[Outcome]:
        namespace = self._namespace(path, expr)
        if namespace:
            return self.exported(path, namespace, expr.name, expr.at, depth)
        own = page.parts(expr)
        if own:
            return [Outcome(text, "known", (Waypoint(expr.at, "the page's own address"),)) for text in own]
        static = self._static(path, expr)
        if static:
            return self.fold(*static, None, depth)
        outcomes = self.fold(path, expr.object, frame, depth)
        return (found for outcome in outcomes for found in self.entry(outcome, expr.name, expr.at, depth))

    def _namespace(self, path: str, expr: Member) -> str:
        """Return the specifier when the object is `import * as name`, or a default import that is an object."""
        module = self._scope.module(path) if isinstance(expr.object, Name) else None
        found = module.imports.get(expr.object.name) if module and isinstance(expr.object, Name) else None
        return found.source if found and found.imported == "*" else ""

    def _static(self, path: str, expr: Member) -> tuple[str, Expr] | None:
        """Return a static member of a class of the repository."""
        found = self._scope.locate(path, expr.object.name) if isinstance(expr.object, Name) else None
        module = self._scope.module(found[0]) if found else None
        binding = module.bindings.get(f"{found[1]}.{expr.name}") if found and module else None
        return (found[0], binding.value) if found and binding else None

    def entry(self, outcome: Outcome, name: str, at: Site, depth: int = 1) -> Outcomes:
        """Fold one key of an object; a key that it surely lacks is unset."""
        if outcome.state == "unset":
            return (Outcome(None, "unset", (Waypoint(at, f"has no {name}"),)),)
        structure = outcome.value
        if isinstance(structure, builtins.UrlText):
            return (Outcome(structure.part(name), "known", outcome.way),)
        if not isinstance(structure, Structure):
            return unknown(outcome.reason or "member of something unknown", at)
        if isinstance(structure.expr, ObjectLiteral):
            own = [entry for entry in structure.expr.entries if entry.key == name]
            if own:
                return self.fold(structure.path, own[-1].value, structure.frame, depth)
            return self._spread(structure, structure.expr.spreads, name, at, depth)
        return self._other_entry(structure, name, at, depth)

    def _other_entry(self, structure: Structure, name: str, at: Site, depth: int) -> Outcomes:
        """Fold a key of what is no object literal: all variables, an instance, what a schema gives."""
        expr = structure.expr
        if isinstance(expr, EnvObject):
            return self.fold(structure.path, EnvVar(at, name, expr.via), None, depth)
        if isinstance(expr, New):
            return self._of_instance(structure, expr, name, at, depth)
        if isinstance(expr, Call):
            return schemas.member(self, structure, expr, name, at, depth)
        if isinstance(expr, ArrayLiteral) and name == "length":
            return (Outcome(len(expr.items), "known", (Waypoint(expr.at, SET),)),)
        return unknown("member of something unknown", at)

    def _of_instance(self, structure: Structure, expr: New, name: str, at: Site, depth: int) -> Outcomes:
        found = self._scope.locate(structure.path, expr.callee.name) if isinstance(expr.callee, Name) else None
        module = self._scope.module(found[0]) if found else None
        binding = module.bindings.get(f"{found[1]}#{name}") if found and module else None
        if found is None or binding is None:
            return unknown("member of something unknown", at)
        return self.fold(found[0], binding.value, structure.frame, depth)

    def _spread(self, structure: Structure, spreads: tuple[Expr, ...], name: str, at: Site, depth: int) -> Outcomes:
        for spread in reversed(spreads):
            found = tuple(
                inner
                for outcome in self.fold(structure.path, spread, structure.frame, depth)
                for inner in self.entry(outcome, name, at, depth + 1)
            )
            if any(outcome.state != "unset" for outcome in found):
                return found
        return (Outcome(None, "unset", (Waypoint(at, f"has no {name}"),)),)

    def _template(self, path: str, expr: Template, frame: Frame | None, depth: int) -> Iterable[Outcome]:
        parts = [_as_text(part, self.fold(path, part, frame, depth)) for part in islice(page.flat(expr), MAX_PARTS)]
        found = [joined(chosen, expr.at) for chosen in islice(product(*parts), MAX_OUTCOMES)]
        same = page.following(outcome.text for outcome in found if outcome.state == "known")
        for outcome in found:
            text = same.get(outcome.text) if outcome.state == "known" else None
            yield replace(outcome, value=text) if text is not None else outcome

    def _fallback(self, path: str, expr: Fallback, frame: Frame | None, depth: int) -> Iterable[Outcome]:
        left = self.fold(path, expr.left, frame, depth)
        kept = [outcome for outcome in left if not is_missing(outcome, expr.operator)]
        if kept and len(kept) == len(left) and not self._every:
            return kept
        return [*kept, *(as_fallback(outcome) for outcome in self.fold(path, expr.right, frame, depth))]

    def _conditional(self, path: str, expr: Conditional, frame: Frame | None, depth: int) -> Iterable[Outcome]:
        tests = {truth(outcome) for outcome in self.fold(path, expr.test, frame, depth)}
        both = self._every or None in tests
        for wanted, branch in ((True, expr.then), (False, expr.otherwise)):
            if both or wanted in tests:
                yield from self.fold(path, branch, frame, depth)

    def _binary(self, path: str, expr: Binary, frame: Frame | None, depth: int) -> Iterable[Outcome]:
        left = self.fold(path, expr.left, frame, depth)
        right = self.fold(path, expr.right, frame, depth)
        if expr.operator == "&&":
            return (conjunction(one, other) for one, other in islice(product(left, right), MAX_OUTCOMES))
        return (comparison(expr, one, other) for one, other in islice(product(left, right), MAX_OUTCOMES))

    def _not(self, path: str, expr: Not, frame: Frame | None, depth: int) -> Iterable[Outcome]:
        for outcome in self.fold(path, expr.operand, frame, depth):
            truthy = truth(outcome)
            yield Outcome(not truthy, "known", outcome.way) if truthy is not None else outcome

    def _call(self, path: str, expr: Call, frame: Frame | None, depth: int) -> Iterable[Outcome]:
        known = builtins.FUNCTIONS.get(dotted(expr.callee))
        arguments = tuple(self.fold(path, argument, frame, depth) for argument in expr.arguments)
        if known:
            return applied(known, arguments, expr.at)
        if isinstance(expr.callee, Member) and expr.callee.name in builtins.METHODS:
            receiver = self.fold(path, expr.callee.object, frame, depth)
            return applied(builtins.METHODS[expr.callee.name], (self._items(receiver, depth), *arguments), expr.at)
        convention = self._scope.constant(path, f"{dotted(expr.callee)}()")
        if convention:
            return self.fold(*convention, None, depth)
        if dotted(expr.callee) == "loadEnv":
            return self._structure(path, EnvObject(expr.at, "import.meta.env"), frame, depth)
        if schemas.is_schema(expr):
            return (Outcome(Structure(path, expr, frame), "known", (Waypoint(expr.at, SET),)),)
        callees = self.fold(path, expr.callee, frame, depth)
        return (found for callee in callees for found in self._invoke(callee, arguments, expr.at, depth))

    def _items(self, receiver: Outcomes, depth: int) -> Outcomes:
        """Replace an array of known texts by a tuple of them, which the methods of arrays take."""
        return tuple(found for outcome in receiver for found in self._listed(outcome, depth))

    def _listed(self, outcome: Outcome, depth: int) -> Iterable[Outcome]:
        structure = outcome.value
        if not isinstance(structure, Structure) or not isinstance(structure.expr, ArrayLiteral):
            return (outcome,)
        items = [self.fold(structure.path, item, structure.frame, depth) for item in structure.expr.items]
        return (_tuple(chosen, outcome) for chosen in islice(product(*items), MAX_OUTCOMES))

    def _index(self, path: str, expr: Index, frame: Frame | None, depth: int) -> Iterable[Outcome]:
        keys = self.fold(path, expr.key, frame, depth)
        owners = self.fold(path, expr.object, frame, depth)
        if any(key.state != "known" or isinstance(key.value, Structure) for key in keys):
            return [found for owner in owners for found in self._any_of(owner, expr.at, depth)]
        pairs = islice(product(owners, keys), MAX_OUTCOMES)
        return (found for owner, key in pairs for found in self._at(owner, key, expr.at, depth))

    def _any_of(self, owner: Outcome, at: Site, depth: int) -> Outcomes:
        """Fold what an unknown key may stand for: any item of an array; a key of an object is unknown."""
        structure = owner.value
        if not isinstance(structure, Structure) or not isinstance(structure.expr, ArrayLiteral):
            return unknown("computed member", at)
        items = structure.expr.items
        return tuple(found for item in items for found in self.fold(structure.path, item, structure.frame, depth))

    def _at(self, owner: Outcome, key: Outcome, at: Site, depth: int) -> Outcomes:
        structure = owner.value
        if isinstance(structure, Structure) and isinstance(structure.expr, ArrayLiteral) and key.text.isdecimal():
            items = structure.expr.items
            position = int(key.text)
            return self.fold(structure.path, items[position], structure.frame, depth) if position < len(items) else ()
        return self.entry(owner, key.text, at, depth)

    def _new(self, path: str, expr: New, frame: Frame | None, depth: int) -> Iterable[Outcome]:
        arguments = [self.fold(path, argument, frame, depth) for argument in expr.arguments]
        if isinstance(expr.callee, Name) and expr.callee.name == "URL":
            if len(arguments) > 1 and page.is_location(expr.arguments[1]):
                arguments[1] = (Outcome(f"//{page.HOST}/", "known", (Waypoint(expr.at, "the page's own address"),)),)
            return applied(builtins.url, tuple(arguments), expr.at)
        owner = self._scope.locate(path, expr.callee.name) if isinstance(expr.callee, Name) else None
        name = owner[1] if owner else ""
        given = {parameter_key(name, index): found for index, found in enumerate(arguments)}
        return (Outcome(Structure(path, expr, {**(frame or {}), **given}), "known", (Waypoint(expr.at, SET),)),)

    def _invoke(self, callee: Outcome, arguments: tuple[Outcomes, ...], at: Site, depth: int) -> Outcomes:
        structure = callee.value
        if not isinstance(structure, Structure) or not isinstance(structure.expr, Function):
            return unknown("call of something unknown", at)
        function = structure.expr
        frame: dict[str, Outcomes] = dict(structure.frame or {})
        for index, (name, default) in enumerate(zip(function.parameters, function.defaults, strict=True)):
            given = arguments[index] if index < len(arguments) else ()
            if default is not None and all(outcome.state == "unset" for outcome in given):
                given = self.fold(structure.path, default, structure.frame, depth)
            frame[name] = given or (Outcome(None, "unset", (Waypoint(at, f"{name} is not given"),)),)
        return self.fold(structure.path, function.result, frame, depth)


_RULES: dict[type, Callable[..., Iterable[Outcome]]] = {
    Literal: Folder._literal,
    EnvVar: Folder._variable,
    Name: Folder._name,
    Member: Folder._member,
    Template: Folder._template,
    Fallback: Folder._fallback,
    Conditional: Folder._conditional,
    Binary: Folder._binary,
    Not: Folder._not,
    ObjectLiteral: Folder._structure,
    ArrayLiteral: Folder._structure,
    Function: Folder._structure,
    Regex: Folder._structure,
    EnvObject: Folder._structure,
    Index: Folder._index,
    New: Folder._new,
    Parameter: Folder._parameter,
    Call: Folder._call,
    Unknown: Folder._unknown,
}


def _as_text(part: Expr, outcomes: Outcomes) -> Outcomes:
    """Return what a part of a text gives: loaders of dotenv files put nothing in the place of a missing variable."""
    if not isinstance(part, EnvVar) or part.via != "dotenv":
        return outcomes
    return tuple(replace(one, value="", state="known") if one.state == "unset" else one for one in outcomes)


def parameter_key(owner: str, index: int) -> str:
    """Return the name under which a frame holds a parameter of a function or constructor."""
    return f"{owner}({index})"


def _tuple(chosen: tuple[Outcome, ...], whole: Outcome) -> Outcome:
    if any(outcome.state != "known" or isinstance(outcome.value, Structure) for outcome in chosen):
        return Outcome(None, "unknown", whole.way, "array with something unknown")
    way = next((outcome.way for outcome in chosen if len(outcome.way) > 1), whole.way)
    return Outcome(builtins.Items(outcome.text for outcome in chosen), "known", way)
