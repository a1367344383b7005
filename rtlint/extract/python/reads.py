"""Reads of environment variables, and what the code does about a missing one."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from rtlint.extract.python import variables
from rtlint.extract.python.expressions import own_nodes
from rtlint.extract.python.scopes import Scope, Scopes
from rtlint.extract.python.source import Source
from rtlint.extract.python.walk import child_nodes
from rtlint.facts.raw import EnvRead

_TESTS = (ast.If, ast.While, ast.IfExp, ast.Assert)


class _Tree:
    """The nodes of a file, each with its scope and the node around it."""

    def __init__(self, tree: ast.Module, scopes: Scopes) -> None:
        self.parents: dict[int, ast.AST] = {}
        self.nodes: list[tuple[ast.AST, Scope]] = []
        pending: list[tuple[ast.AST, Scope]] = [(tree, scopes.module)]
        while pending:
            opener, scope = pending.pop()
            body = opener.body if isinstance(opener, ast.Module | ast.ClassDef) else getattr(opener, "body", [])
            for statement in body:
                self._add(statement, scope, pending, scopes)

    def _add(self, statement: ast.stmt, scope: Scope, pending: list[tuple[ast.AST, Scope]], scopes: Scopes) -> None:
        nodes: list[ast.AST] = [statement]
        while nodes:
            node = nodes.pop()
            self.nodes.append((node, scope))
            children = child_nodes(node)
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                pending.append((node, scopes.of(node)))
                inside = set(map(id, node.body))
                children = [child for child in children if id(child) not in inside]
            for child in children:
                self.parents[id(child)] = node
                nodes.append(child)

    def around(self, node: ast.AST) -> Iterator[tuple[ast.AST, ast.AST]]:
        """Yield each expression around a node, with the part of it that holds the node, up to the statement."""
        while id(node) in self.parents:
            parent = self.parents[id(node)]
            yield parent, node
            if isinstance(parent, ast.stmt):
                return
            node = parent


def env_reads(source: Source, tree: ast.Module, scopes: Scopes) -> Iterator[EnvRead]:
    """Yield every read of a variable in the file, except those of settings classes."""
    if not any(variables.is_source(source) for scope in scopes for source in scope.sources()):
        return
    nodes = _Tree(tree, scopes)
    tested = _tested(nodes)
    for node, scope in nodes.nodes:
        if not isinstance(node, ast.Call | ast.Subscript | ast.Compare | ast.Name | ast.Attribute):
            continue
        if isinstance(node, ast.Compare):
            yield from _membership(source, node, scope)
            continue
        read = variables.use(node, scope)
        if read is not None:
            fallback = _has_value(read.default) or _falls_back(nodes, node)
            guarded = read.required or _is_guarded(nodes, node, scope, tested)
            yield EnvRead(source.site(node), read.name, variables.VIA, fallback=fallback, guarded=guarded)
        elif (
            isinstance(node, ast.Name | ast.Attribute) and variables.is_mapping(node, scope) and _is_whole(nodes, node)
        ):
            yield EnvRead(source.site(node), "", variables.VIA, fallback=False, guarded=False)


def _has_value(default: ast.expr | None) -> bool:
    return default is not None and not (isinstance(default, ast.Constant) and default.value is None)


def _membership(source: Source, node: ast.Compare, scope: Scope) -> Iterator[EnvRead]:
    """Yield the read in `"X" in os.environ`."""
    member = len(node.ops) == 1 and isinstance(node.ops[0], ast.In | ast.NotIn)
    if member and variables.is_mapping(node.comparators[0], scope):
        name = variables.text(node.left, scope)
        yield EnvRead(source.site(node), name, variables.VIA, fallback=False, guarded=True)


def _is_whole(nodes: _Tree, node: ast.Name | ast.Attribute) -> bool:
    """Tell whether the mapping of all variables is used as such, so that no name of a variable is to be seen."""
    parent = nodes.parents.get(id(node))
    if isinstance(parent, ast.Attribute):
        call = nodes.parents.get(id(parent))
        return parent.attr in {"items", "keys", "values", "copy"} or (
            parent.attr in {"get", "pop"} and not (isinstance(call, ast.Call) and call.func is parent)
        )
    if isinstance(parent, ast.Compare):
        return len(parent.ops) != 1 or not isinstance(parent.ops[0], ast.In | ast.NotIn)
    if isinstance(parent, ast.Subscript):
        return False
    named = isinstance(parent, ast.Assign | ast.AnnAssign) and parent.value is node
    return isinstance(node.ctx, ast.Load) and not named


def _falls_back(nodes: _Tree, node: ast.AST) -> bool:
    """Tell whether the read stands before another operand of an `or`."""
    return any(
        isinstance(parent, ast.BoolOp) and isinstance(parent.op, ast.Or) and parent.values[-1] is not child
        for parent, child in nodes.around(node)
    )


def _is_guarded(nodes: _Tree, node: ast.AST, scope: Scope, tested: set[tuple[int, str]]) -> bool:
    """Tell whether a condition tests the read, or a name that it is assigned to."""
    for parent, child in nodes.around(node):
        if isinstance(parent, _TESTS) and parent.test is child:
            return True
        target: ast.expr | None = None
        if isinstance(parent, ast.NamedExpr | ast.AnnAssign):
            target = parent.target
        elif isinstance(parent, ast.Assign):
            target = parent.targets[0]
        found = scope.find(target.id) if isinstance(target, ast.Name) else None
        if found is not None and isinstance(target, ast.Name) and (id(found), target.id) in tested:
            return True
    return False


def _tested(nodes: _Tree) -> set[tuple[int, str]]:
    """Return the names that conditions of the file test, each with its scope."""
    found: set[tuple[int, str]] = set()
    for node, scope in nodes.nodes:
        if isinstance(node, _TESTS):
            for inner in own_nodes(node.test):
                owner = scope.find(inner.id) if isinstance(inner, ast.Name) else None
                if owner is not None and isinstance(inner, ast.Name):
                    found.add((id(owner), inner.id))
    return found
