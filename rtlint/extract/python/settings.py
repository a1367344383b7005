"""Settings classes of pydantic: every field is an environment variable with a default.

Source: https://docs.pydantic.dev/latest/concepts/pydantic_settings/ (names, `env_prefix`, aliases, case), and for
version 1 https://docs.pydantic.dev/1.10/usage/settings/ (`Config.env_prefix`, `Field(env=...)`).
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from rtlint.extract.python.expressions import Builder
from rtlint.extract.python.origins import last, origin, package
from rtlint.extract.python.scopes import Scope
from rtlint.extract.python.variables import text
from rtlint.facts.expressions import EnvVar, Expr, Fallback
from rtlint.facts.raw import Binding, EnvRead, RawFact
from rtlint.facts.records import dataclass

VIA = "settings"
_PACKAGES = frozenset({"pydantic", "pydantic_settings"})
_MAX_BASES = 20


@dataclass(frozen=True, slots=True)
class _Options:
    """How a class names its variables. `prefix` is None when it is computed."""

    prefix: str | None = ""
    exact: bool = False


@dataclass(frozen=True, slots=True)
class _Field:
    name: str
    statement: ast.stmt
    default: ast.expr | None
    aliases: tuple[str, ...]
    optional: bool


def is_settings(name: str, scope: Scope) -> bool:
    """Tell whether a class of this file is a settings class, by itself or through a class of this file."""
    return name in scope.classes and any(
        _is_base(base, inner) for node, inner in _line(name, scope) for base in node.bases
    )


def _is_base(base: ast.expr, scope: Scope) -> bool:
    dotted = origin(base, scope)
    return last(dotted) == "BaseSettings" and package(dotted) in _PACKAGES


def _line(name: str, scope: Scope) -> list[tuple[ast.ClassDef, Scope]]:
    """Return a class and the classes of this file that it derives from, nearest first."""
    found: list[tuple[ast.ClassDef, Scope]] = []
    pending = [name]
    while pending and len(found) < _MAX_BASES:
        current = pending.pop(0)
        if current in scope.classes and scope.classes[current] not in [node for node, _ in found]:
            node = scope.classes[current]
            found.append((node, scope))
            pending += [base.id for base in node.bases if isinstance(base, ast.Name)]
    return found


def settings(builder: Builder, name: str, scope: Scope) -> Iterator[RawFact]:
    """Yield the variables that a settings class reads, and its fields as `Class#field`."""
    line = _line(name, scope)
    options = _options([node for node, _ in line], scope)
    seen: set[str] = set()
    for node, inner in line:
        for field in _fields(node, inner):
            if field.name in seen:
                continue
            seen.add(field.name)
            own = node is line[0][0]
            yield from _facts(builder, name, field, options, inner, own)


def _facts(
    builder: Builder, owner: str, field: _Field, options: _Options, scope: Scope, own: bool
) -> Iterator[RawFact]:
    at = builder.source.site(field.statement)
    if isinstance(field.default, ast.Call) and isinstance(field.default.func, ast.Name):
        nested = field.default.func.id
        if is_settings(nested, scope):
            yield Binding(at, f"{owner}#{field.name}", builder.build(field.default, scope))
            return
    names = _names(field, options)
    if own:
        yield from (
            EnvRead(at, name, VIA, fallback=field.optional, guarded=not field.optional) for name in names or ("",)
        )
    if not names:
        yield Binding(at, f"{owner}#{field.name}", builder.unknown(field.statement, "computed variable name"))
        return
    value: Expr | None = builder.build(field.default, scope) if field.default is not None else None
    if value is None and field.optional:
        value = builder.unknown(field.statement, "default factory")
    for name in reversed(names):
        variable = EnvVar(at, name, VIA)
        value = variable if value is None else Fallback(at, "default", variable, value)
    if value is not None:
        yield Binding(at, f"{owner}#{field.name}", value)


def _names(field: _Field, options: _Options) -> tuple[str, ...]:
    """Return the variables of a field; empty where the prefix is computed. An alias stands without the prefix."""
    if field.aliases:
        names = field.aliases
    elif options.prefix is None:
        return ()
    else:
        names = (options.prefix + field.name,)
    return names if options.exact else tuple(name.upper() for name in names)


def _options(line: list[ast.ClassDef], scope: Scope) -> _Options:
    prefix = _option(line, scope, "env_prefix")
    case = _option(line, scope, "case_sensitive")
    exact = isinstance(case, ast.Constant) and case.value is True
    if prefix is None:
        return _Options("", exact)
    if isinstance(prefix, ast.Constant) and prefix.value == "":
        return _Options("", exact)
    return _Options(text(prefix, scope) or None, exact)


def _option(line: list[ast.ClassDef], scope: Scope, name: str) -> ast.expr | None:
    """Return an option of the nearest class that gives it: class keyword, `model_config`, or `class Config`."""
    for node in line:
        found = [item.value for item in node.keywords if item.arg == name]
        for statement in node.body:
            if isinstance(statement, ast.ClassDef) and statement.name == "Config":
                found += [value for target, value in _assignments(statement) if target == name and value]
        for target, value in _assignments(node):
            if target == "model_config" and value is not None:
                found += _entries(value, scope, name)
        if found:
            return found[-1]
    return None


def _entries(value: ast.expr, scope: Scope, name: str) -> list[ast.expr]:
    if isinstance(value, ast.Call):
        return [item.value for item in value.keywords if item.arg == name]
    if isinstance(value, ast.Dict):
        pairs = zip(value.keys, value.values, strict=True)
        return [item for key, item in pairs if key is not None and text(key, scope) == name]
    return []


def _assignments(node: ast.ClassDef) -> Iterator[tuple[str, ast.expr | None]]:
    for statement in node.body:
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            yield statement.target.id, statement.value
        elif isinstance(statement, ast.Assign):
            yield from ((item.id, statement.value) for item in statement.targets if isinstance(item, ast.Name))


def _fields(node: ast.ClassDef, scope: Scope) -> Iterator[_Field]:
    for statement in node.body:
        if not isinstance(statement, ast.Assign | ast.AnnAssign):
            continue
        target = statement.target if isinstance(statement, ast.AnnAssign) else statement.targets[0]
        if not isinstance(target, ast.Name) or target.id.startswith("_") or target.id == "model_config":
            continue
        annotation = statement.annotation if isinstance(statement, ast.AnnAssign) else None
        if annotation is not None and "ClassVar" in ast.unparse(annotation)[:20]:
            continue
        yield _field(target.id, statement, annotation, scope)


def _field(name: str, statement: ast.Assign | ast.AnnAssign, annotation: ast.expr | None, scope: Scope) -> _Field:
    value = statement.value
    described: ast.Call | None = None
    if isinstance(value, ast.Call) and last(origin(value.func, scope)) == "Field":
        described, value = value, _default(value)
    elif annotation is not None:
        described = next(_field_calls(annotation, scope), None)
    optional = value is not None and not _required(value)
    factory = described is not None and any(item.arg == "default_factory" for item in described.keywords)
    aliases = _aliases(described, scope) if described is not None else ()
    return _Field(name, statement, value if optional else None, aliases, optional or factory)


def _field_calls(annotation: ast.expr, scope: Scope) -> Iterator[ast.Call]:
    """Yield the `Field(...)` of `Annotated[str, Field(...)]`."""
    for node in ast.walk(annotation):
        if isinstance(node, ast.Call) and last(origin(node.func, scope)) == "Field":
            yield node


def _default(call: ast.Call) -> ast.expr | None:
    return call.args[0] if call.args else next((item.value for item in call.keywords if item.arg == "default"), None)


def _required(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value is ...


def _aliases(call: ast.Call, scope: Scope) -> tuple[str, ...]:
    """Return the names that a field gives its variable, in the order in which they are looked up."""
    given = {item.arg: item.value for item in call.keywords if item.arg}
    found = given.get("validation_alias", given.get("alias", given.get("env")))
    if found is None:
        return ()
    several = found.args if isinstance(found, ast.Call) else getattr(found, "elts", [found])
    return tuple(name for name in (text(item, scope) for item in several) if name)
