"""Schemas of variables: what zod, t3-env, envalid and envsafe give under a name.

A schema hands a variable through, or puts its default in the place of a missing one. One that changes the value gives
something unknown. Sources: https://zod.dev/api, https://env.t3.gg/docs/core, https://github.com/af/envalid,
https://github.com/KATT/envsafe.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from rtlint.facts.expressions import Call, EnvVar, Expr, Member, Name, ObjectLiteral
from rtlint.facts.site import Site
from rtlint.link.outcomes import Outcome, Outcomes, Structure, Waypoint, as_fallback, unknown

if TYPE_CHECKING:
    from rtlint.link.values import Folder

_SOURCES = ("runtimeEnv", "runtimeEnvStrict", "experimental__runtimeEnv")
_GROUPS = ("server", "client", "shared")
_PARSING = frozenset({"parse", "safeParse"})
_WHOLE = frozenset({"createEnv", "cleanEnv", "envsafe", "customCleanEnv"})
_DEFAULTS = ("default", "prefault", "catch")
_CHANGING = frozenset({"transform", "coerce", "preprocess", "stringbool", "pipe", "bool", "boolean", "json", "codec"})


def _name(call: Call) -> str:
    callee = call.callee
    return callee.name if isinstance(callee, Member | Name) else ""


def is_schema(call: Call) -> bool:
    """Tell whether a call gives an object of checked variables, or is a schema of objects."""
    name = _name(call)
    if name in _WHOLE:
        return isinstance(call.callee, Name)
    return isinstance(call.callee, Member) and (name in _PARSING or name in {"object", "strictObject", "looseObject"})


def member(folder: Folder, structure: Structure, call: Call, name: str, at: Site, depth: int) -> Outcomes:
    """Return the outcomes of `name` in what a schema gives."""
    if depth > _MAX_DEPTH:
        return unknown("too deep", at)
    if _name(call) in _PARSING:
        if name == "data" and _name(call) == "safeParse":
            return (Outcome(structure, "known", (Waypoint(call.at, "checked here"),)),)
        return _parsed(folder, structure, call, name, at, depth)
    if _name(call) in _WHOLE:
        return _cleaned(folder, structure, call, name, at, depth)
    return unknown("member of a schema", at)


_MAX_DEPTH = 40


def _parsed(folder: Folder, structure: Structure, call: Call, name: str, at: Site, depth: int) -> Outcomes:
    """Return a member of `schema.parse(process.env)`."""
    if not call.arguments or not isinstance(call.callee, Member):
        return unknown("schema without a source", at)
    sources = folder.fold(structure.path, call.arguments[0], structure.frame, depth + 1)
    base = tuple(found for source in sources for found in folder.entry(source, name, at, depth + 1))
    schemas = folder.fold(structure.path, call.callee.object, structure.frame, depth + 1)
    return _with_default(folder, base, list(_fields(folder, schemas, name)), depth)


def _fields(folder: Folder, schemas: Iterable[Outcome], name: str) -> Iterator[tuple[Structure, Expr | None]]:
    """Yield the field of each schema; None where a schema of objects is not written out."""
    for outcome in schemas:
        structure = outcome.value
        if not isinstance(structure, Structure):
            continue
        shape = structure.expr
        if isinstance(shape, Call):
            shapes = folder.fold(structure.path, shape.arguments[0], structure.frame, 2) if shape.arguments else ()
            yield from _fields(folder, shapes, name)
        elif isinstance(shape, ObjectLiteral):
            yield structure, next((entry.value for entry in shape.entries if entry.key == name), None)


def _cleaned(folder: Folder, structure: Structure, call: Call, name: str, at: Site, depth: int) -> Outcomes:
    """Return a member of `createEnv({...})`, `cleanEnv(process.env, {...})` or `envsafe({...})`."""
    given = [folder.fold(structure.path, item, structure.frame, depth + 1) for item in call.arguments[:2]]
    if not given:
        return unknown("schema without a shape", at)
    if _name(call) == "createEnv":
        return _created(folder, structure, given[0], name, at, depth)
    variable = folder.fold(structure.path, EnvVar(at, name, "process.env"), None, depth + 1)
    if _name(call) == "envsafe":
        return _with_default(folder, variable, list(_fields(folder, given[0], name)), depth)
    base = tuple(found for source in given[0] for found in folder.entry(source, name, at, depth + 1))
    return _with_default(folder, base, list(_fields(folder, given[-1], name)), depth)


def _created(folder: Folder, structure: Structure, options: Outcomes, name: str, at: Site, depth: int) -> Outcomes:
    def option(key: str) -> Outcomes:
        return tuple(found for one in options for found in folder.entry(one, key, at, depth + 1))

    sources = [found for key in _SOURCES for found in option(key) if found.state == "known"]
    base = tuple(found for source in sources for found in folder.entry(source, name, at, depth + 1))
    if not base or all(outcome.state == "unset" for outcome in base):
        base = folder.fold(structure.path, EnvVar(at, name, "process.env"), None, depth + 1)
    fields = [item for key in _GROUPS for item in _fields(folder, option(key), name) if item[1] is not None]
    return _with_default(folder, base, fields, depth)


def _with_default(folder: Folder, base: Outcomes, fields: list[tuple[Structure, Expr | None]], depth: int) -> Outcomes:
    """Put the default of a field in the place of a missing value."""
    found = [(structure, field) for structure, field in fields if field is not None]
    if not found:
        return base
    structure, field = found[0]
    steps = list(_chain(field))
    if any(step in _CHANGING for step, _ in steps):
        return unknown("schema that changes the value", field.at)
    default = next((value for step, value in steps if step in _DEFAULTS and value is not None), None)
    if default is None:
        return base
    kept = [outcome for outcome in base if outcome.state != "unset"]
    if len(kept) == len(base):
        return base
    return (*kept, *(as_fallback(one) for one in folder.fold(structure.path, default, structure.frame, depth + 1)))


def _chain(field: Expr) -> Iterator[tuple[str, Expr | None]]:
    """Yield the calls of a field with their first argument: `z.string().default("x")`, `str({default: "x"})`."""
    while isinstance(field, Call | Member):
        if isinstance(field, Member):
            yield field.name, None
            field = field.object
            continue
        first = field.arguments[0] if field.arguments else None
        yield _name(field), first
        if isinstance(first, ObjectLiteral):
            yield from ((entry.key, entry.value) for entry in first.entries if entry.key == "default")
        field = field.callee.object if isinstance(field.callee, Member) else field.callee
        if isinstance(field, Name):
            return
