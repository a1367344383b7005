"""Names of JavaScript: what an expression stands for, in whichever file that is."""

from __future__ import annotations

from collections.abc import Container
from typing import Protocol

from rtlint.facts.expressions import Call, Expr, Literal, Member, Name, ObjectLiteral
from rtlint.link.modules import Module
from rtlint.link.python_modules import is_name

_MAX_DEPTH = 25


class Resolver(Protocol):
    """How names lead from file to file in JavaScript, and how a file that was passed over is read after all."""

    def resolve(self, path: str, specifier: str) -> str | None:
        """Return the file that an import leads to; None for a package from outside the repository."""

    def module(self, path: str) -> Module | None:
        """Return the names of a file of any language."""


class JavaScriptValues:
    """What expressions of JavaScript stand for, through ES modules and CommonJS.

    Args:
        resolver: how names lead from file to file.
        objects: names that stand for themselves, by file and name: routers.
    """

    def __init__(self, resolver: Resolver, objects: Container[tuple[str, str]] = ()) -> None:
        self._resolver = resolver
        self._objects = objects

    def value(self, path: str, expr: Expr, depth: int = 0) -> tuple[str, Expr] | None:
        """Return what an expression stands for, and in which file: a router's name, or what it is bound to."""
        if depth > _MAX_DEPTH:
            return None
        if isinstance(expr, Name):
            return self._name(path, expr, depth + 1)
        if isinstance(expr, Member):
            return self._member(path, expr, depth + 1)
        if isinstance(expr, Call):
            specifier = loaded(expr)
            return self._exported(path, specifier, "default", depth + 1) if specifier else (path, expr)
        return path, expr

    def _name(self, path: str, expr: Name, depth: int) -> tuple[str, Expr] | None:
        if (path, expr.name) in self._objects:
            return path, expr
        module = self._resolver.module(path)
        if module is None:
            return None
        if expr.name in module.imports:
            found = module.imports[expr.name]
            return self._exported(path, found.source, found.imported, depth)
        return self.value(path, module.bindings[expr.name].value, depth) if expr.name in module.bindings else None

    def _member(self, path: str, expr: Member, depth: int) -> tuple[str, Expr] | None:
        """Return a member of a namespace, of what `require` gives, or of an object."""
        specifier = self._namespace(path, expr.object)
        if specifier:
            found = self._exported(path, specifier, expr.name, depth)
            if found is not None:
                return found
        owner = self.value(path, expr.object, depth)
        if owner is None or not isinstance(owner[1], ObjectLiteral):
            return None
        entries = [entry.value for entry in owner[1].entries if entry.key == expr.name]
        return self.value(owner[0], entries[-1], depth) if entries else None

    def _namespace(self, path: str, expr: Expr) -> str:
        if isinstance(expr, Call):
            return loaded(expr)
        module = self._resolver.module(path) if isinstance(expr, Name) else None
        found = module.imports.get(expr.name) if module and isinstance(expr, Name) else None
        whole = found is not None and (found.imported == "*" or (found.form, found.imported) == ("require", "default"))
        return found.source if found is not None and whole else ""

    def _exported(self, path: str, specifier: str, name: str, depth: int) -> tuple[str, Expr] | None:
        target = self._resolver.resolve(path, specifier)
        return self._export(target, name, depth + 1) if target is not None else None

    def _export(self, path: str, name: str, depth: int) -> tuple[str, Expr] | None:
        """Return what a module exports under a name."""
        module = self._resolver.module(path)
        if module is None or depth > _MAX_DEPTH:
            return None
        if name in module.exports:
            export = module.exports[name]
            if export.source:
                return self._exported(path, export.source, export.local, depth)
            if export.value is not None:
                return self.value(path, export.value, depth)
            return self._name(path, Name(export.at, export.local), depth)
        if name == "default":
            return None
        starred = (self._exported(path, star.source, name, depth + 1) for star in module.stars)
        return next((found for found in starred if found is not None), None)


def loaded(expr: Expr) -> str:
    """Return the specifier of `require("x")` and `import("x")`; empty for anything else."""
    if not isinstance(expr, Call) or not expr.arguments:
        return ""
    first = expr.arguments[0]
    named = is_name(expr.callee, "require") or is_name(expr.callee, "import")
    return first.value if named and isinstance(first, Literal) and isinstance(first.value, str) else ""
