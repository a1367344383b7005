"""Origins: the dotted name, from its package on, of what an expression refers to."""

from __future__ import annotations

import ast

from rtlint.extract.python.scopes import Imported, Scope

_MAX_DEPTH = 30
_KNOWN = frozenset(
    {"fastapi", "starlette", "flask", "pydantic", "pydantic_settings", "os", "environs", "decouple", "django"}
)
"""Packages whose names are looked for behind `from x import *`."""


def origin(node: ast.AST, scope: Scope, depth: int = 0) -> str:
    """Return the dotted origin of a name, a member or an instance; empty when it is the file's own or not known.

    `environ` after `from os import environ` gives `os.environ`; `env.str` after `env = Env()` gives
    `environs.Env().str`.
    """
    if depth > _MAX_DEPTH:
        return ""
    if isinstance(node, ast.Attribute):
        base = origin(node.value, scope, depth + 1)
        return f"{base}.{node.attr}" if base else ""
    if isinstance(node, ast.Call):
        base = origin(node.func, scope, depth + 1)
        return f"{base}()" if base else ""
    return _of_name(node.id, scope, depth) if isinstance(node, ast.Name) else ""


def _of_name(name: str, scope: Scope, depth: int) -> str:
    found = scope.find(name)
    if found is None:
        sources = [source for source, _ in scope.root().stars if source.partition(".")[0] in _KNOWN]
        return f"{sources[0]}.{name}" if len(sources) == 1 else ""
    if name in found.imports:
        return _of_import(name, found.imports[name])
    value = found.single(name)
    return origin(value, found.around(), depth + 1) if isinstance(value, ast.Call | ast.Name | ast.Attribute) else ""


def _of_import(name: str, imported: list[Imported]) -> str:
    """Return the origin of an imported name; of several (`try ... except ImportError`) the first one from outside."""
    outside = [item for item in imported if not item.source.startswith(".")] or imported
    first = outside[0]
    if first.whole:
        return name
    return first.source if first.name == "*" else f"{first.source}.{first.name}"


def package(dotted: str) -> str:
    """Return the first part of a dotted name."""
    return dotted.partition(".")[0]


def last(dotted: str) -> str:
    """Return the last part of a dotted name."""
    return dotted.rpartition(".")[2]
