"""Scopes: which names a module, its functions and its classes bind, and to what."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple, TypeAlias

from rtlint.facts.records import dataclass, field

Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef
_STAR = "*"


class Imported(NamedTuple):
    """One name that an import statement binds.

    Attributes:
        source: the dotted module with its leading dots.
        name: what is taken from it; `*` for the module itself.
        node: where it stands.
        whole: whether `source` is written without `as`, so that only its first part is bound.
    """

    source: str
    name: str
    node: ast.alias
    whole: bool = False


@dataclass(slots=True)
class Scope:
    """A module, function, class, or one round of an unrolled loop.

    Attributes:
        name: the dotted name; empty for the module. A loop has that of the scope around it.
        kind: module, function, class or loop.
        values: what each name is assigned; None for a binding that is no plain assignment.
        stars: the modules of `from x import *`.
        unrolled: for a loop, whether its names have values.
        round: for a loop, the number of the round, from 0.
    """

    name: str
    kind: str
    parent: Scope | None
    values: dict[str, list[ast.expr | None]] = field(default_factory=dict)
    imports: dict[str, list[Imported]] = field(default_factory=dict)
    parameters: dict[str, ast.arg] = field(default_factory=dict)
    functions: dict[str, Function] = field(default_factory=dict)
    classes: dict[str, ast.ClassDef] = field(default_factory=dict)
    stars: list[tuple[str, ast.alias]] = field(default_factory=list)
    outside: set[str] = field(default_factory=set)
    unrolled: bool = True
    round: int = 0

    def binds(self, name: str) -> bool:
        """Tell whether the scope binds a name itself."""
        known = name in self.values or name in self.imports or name in self.parameters
        known = known or name in self.functions or name in self.classes
        return known and name not in self.outside

    def find(self, name: str) -> Scope | None:
        """Return the scope that a name used here belongs to: classes hide their names from their methods."""
        scope: Scope | None = self
        while scope is not None:
            if (scope is self or scope.kind != "class") and scope.binds(name):
                return scope
            scope = scope.parent
        return None

    def sources(self) -> Iterator[str]:
        """Yield the modules that the scope imports from."""
        yield from (item.source for found in self.imports.values() for item in found)
        yield from (source for source, _ in self.stars)

    def qualified(self, name: str) -> str:
        """Return `function.name` for a name of a function, the name itself for one of the module."""
        return f"{self.name}.{name}" if self.name else name

    def single(self, name: str) -> ast.expr | None:
        """Return the value of a name that is assigned exactly once and bound in no other way."""
        values = self.values.get(name, [])
        others = name in self.imports or name in self.parameters or name in self.functions or name in self.classes
        return values[0] if len(values) == 1 and not others else None

    def around(self) -> Scope:
        """Return the scope that the values of this one are read in: for a loop, the one around it."""
        return self.parent if self.kind == "loop" and self.parent else self

    def root(self) -> Scope:
        """Return the module's scope."""
        scope = self
        while scope.parent is not None:
            scope = scope.parent
        return scope

    def owner(self) -> Scope | None:
        """Return the class whose method this is, or lies in a loop of."""
        scope = self
        while scope.kind == "loop" and scope.parent:
            scope = scope.parent
        return scope.parent if scope.kind == "function" and scope.parent and scope.parent.kind == "class" else None

    def is_self(self, name: str) -> bool:
        """Tell whether a name is the first parameter of the method around this place."""
        found = self.find(name)
        return found is not None and found.owner() is not None and next(iter(found.parameters), "") == name


class Scopes:
    """All scopes of a file, by the node that opens them."""

    def __init__(self, tree: ast.Module) -> None:
        self.module = Scope("", "module", None)
        self._of: dict[int, Scope] = {id(tree): self.module}
        pending: list[tuple[list[ast.stmt], Scope]] = [(tree.body, self.module)]
        while pending:
            body, scope = pending.pop()
            for statement in statements(body):
                if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                    pending.append((statement.body, self._open(statement, scope)))
                else:
                    _bind(statement, scope)

    def of(self, node: ast.AST) -> Scope:
        """Return the scope that a module, function or class opens."""
        return self._of[id(node)]

    def __iter__(self) -> Iterator[Scope]:
        return iter(self._of.values())

    def _open(self, node: Function | ast.ClassDef, outer: Scope) -> Scope:
        name = outer.qualified(node.name)
        if isinstance(node, ast.ClassDef):
            outer.classes[node.name] = node
            scope = Scope(name, "class", outer)
        else:
            outer.functions[node.name] = node
            scope = Scope(name, "function", outer, parameters=parameters(node.args))
        self._of[id(node)] = scope
        return scope


def parameters(arguments: ast.arguments) -> dict[str, ast.arg]:
    """Return the parameters of a function by name, in the order of their positions."""
    given = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    given += [item for item in (arguments.vararg, arguments.kwarg) if item]
    return {item.arg: item for item in given}


def statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the statements of a body and of the blocks in it, in order, not those of functions and classes."""
    pending = list(reversed(body))
    while pending:
        statement = pending.pop()
        yield statement
        if not isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            for block in reversed(list(blocks(statement))):
                pending += reversed(block)


def blocks(statement: ast.stmt) -> Iterator[list[ast.stmt]]:
    """Yield the blocks of a compound statement."""
    for name in ("body", "orelse", "finalbody"):
        block = getattr(statement, name, None)
        if isinstance(block, list):
            yield block
        if name == "body":
            yield from (handler.body for handler in getattr(statement, "handlers", ()))
            yield from (case.body for case in getattr(statement, "cases", ()))


def _bind(statement: ast.stmt, scope: Scope) -> None:
    if isinstance(statement, ast.Import):
        for alias in statement.names:
            local = alias.asname or alias.name.partition(".")[0]
            scope.imports.setdefault(local, []).append(Imported(alias.name, _STAR, alias, not alias.asname))
    elif isinstance(statement, ast.ImportFrom):
        source = "." * statement.level + (statement.module or "")
        for alias in statement.names:
            if alias.name == _STAR:
                scope.stars.append((source, alias))
            else:
                found = Imported(source, alias.name, alias)
                scope.imports.setdefault(alias.asname or alias.name, []).append(found)
    elif isinstance(statement, ast.Global | ast.Nonlocal):
        scope.outside |= set(statement.names)
        for name in statement.names:
            scope.root().values.setdefault(name, []).append(None)
    else:
        for target, value in assigned(statement):
            scope.values.setdefault(target, []).append(value)


def assigned(statement: ast.stmt) -> Iterator[tuple[str, ast.expr | None]]:
    """Yield the names that a statement assigns, with their values; None where the value is no expression of its own."""
    for target, value in targets(statement):
        if isinstance(target, ast.Name):
            yield target.id, value


def targets(statement: ast.stmt) -> Iterator[tuple[ast.expr, ast.expr | None]]:
    """Yield the targets that a statement assigns (names, attributes), with their values as for `assigned`."""
    pairs: list[tuple[ast.expr, ast.expr | None]] = []
    if isinstance(statement, ast.Assign):
        pairs = [(target, statement.value) for target in statement.targets]
    elif isinstance(statement, ast.AnnAssign) and statement.value is not None:
        pairs = [(statement.target, statement.value)]
    elif isinstance(statement, ast.AugAssign):
        pairs = [(statement.target, None), (statement.target, None)]
    elif isinstance(statement, ast.For | ast.AsyncFor):
        pairs = [(statement.target, None)]
    elif isinstance(statement, ast.With | ast.AsyncWith):
        pairs = [(item.optional_vars, None) for item in statement.items if item.optional_vars]
    for target, value in pairs:
        yield from unpacked(target, value)


def unpacked(target: ast.expr, value: ast.expr | None) -> Iterator[tuple[ast.expr, ast.expr | None]]:
    """Yield each target of an assignment such as `a, b = 1, 2` with the value that it gets."""
    if isinstance(target, ast.Starred):
        yield from unpacked(target.value, None)
    elif isinstance(target, ast.Tuple | ast.List):
        plain = isinstance(value, ast.Tuple | ast.List) and len(value.elts) == len(target.elts)
        plain = plain and not any(isinstance(item, ast.Starred) for item in target.elts)
        values = value.elts if plain and isinstance(value, ast.Tuple | ast.List) else [None] * len(target.elts)
        for inner, item in zip(target.elts, values, strict=True):
            yield from unpacked(inner, item)
    else:
        yield target, value
