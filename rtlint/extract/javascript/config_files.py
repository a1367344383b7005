"""Configuration files of build tools: the leaves of the object that they export, and the aliases in it."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from rtlint.extract.javascript.expressions import Builder
from rtlint.facts.expressions import (
    ArrayLiteral,
    Call,
    Entry,
    Expr,
    Function,
    Literal,
    Member,
    Name,
    New,
    ObjectLiteral,
    Unknown,
)
from rtlint.facts.raw import Binding, ConfigOption, Export, PathAlias, RawFact

_MAX_LEAVES = 400
_MAX_NESTED = 8


def config_options(builder: Builder, facts: list[RawFact]) -> Iterator[RawFact]:
    """Yield the leaves of the exported object as `server.hmr.port`; a key with a dot in it stays one segment.

    Functions are options of unknown value. What is spread and not understood has the key `...` at its depth.
    `defineConfig(x)`, `mergeConfig(a, b)` and a function that returns the object are looked through.
    """
    bindings = {fact.name: fact.value for fact in facts if isinstance(fact, Binding)}
    for fact in facts:
        if isinstance(fact, Export) and fact.exported == "default":
            value = fact.value if fact.value is not None else bindings.get(fact.local)
            for found in objects_of(value, bindings):
                yield from list(_leaves(found, "", bindings))[:_MAX_LEAVES]
                yield from _aliases(builder, found, bindings)
                yield from _plugins(found, bindings)


def objects_of(value: Expr | None, bindings: dict[str, Expr], depth: int = 0) -> Iterator[ObjectLiteral]:
    """Yield the object literals that an exported value is, or is made from."""
    if depth > 6:
        return
    if isinstance(value, ObjectLiteral):
        yield value
    elif isinstance(value, Function):
        yield from objects_of(value.result, bindings, depth + 1)
    elif isinstance(value, Call):
        for argument in value.arguments:
            yield from objects_of(argument, bindings, depth + 1)
    elif isinstance(value, Name):
        yield from objects_of(bindings.get(value.name), bindings, depth + 1)


def _leaves(value: ObjectLiteral, prefix: str, bindings: dict[str, Expr], depth: int = 0) -> Iterator[ConfigOption]:
    for spread in value.spreads:
        inner = bindings.get(spread.name, spread) if isinstance(spread, Name) else spread
        if isinstance(inner, ObjectLiteral) and depth < _MAX_NESTED:
            yield from _leaves(inner, prefix, bindings, depth + 1)
        else:
            yield ConfigOption(inner.at, f"{prefix}...", inner)
    for entry in value.entries:
        key = f"{prefix}{entry.key}"
        inner = bindings.get(entry.value.name, entry.value) if isinstance(entry.value, Name) else entry.value
        if isinstance(inner, ObjectLiteral) and depth < _MAX_NESTED:
            yield ConfigOption(entry.at, key, Unknown(entry.at, "object"))
            yield from _leaves(inner, key + ".", bindings, depth + 1)
        else:
            yield ConfigOption(entry.at, key, entry.value)


def _plugins(value: ObjectLiteral, bindings: dict[str, Expr]) -> Iterator[ConfigOption]:
    """Yield what webpack's DefinePlugin defines, as Vite's option of the same meaning."""
    plugins = _entry(value, "plugins")
    for item in plugins.items if isinstance(plugins, ArrayLiteral) else ():
        callee = item.callee if isinstance(item, New) else None
        name = callee.name if isinstance(callee, Member | Name) else ""
        given = item.arguments[0] if isinstance(item, New) and item.arguments else None
        if name == "DefinePlugin" and isinstance(given, ObjectLiteral):
            yield from _leaves(given, "define.", bindings)


def _aliases(builder: Builder, value: ObjectLiteral, bindings: dict[str, Expr]) -> Iterator[PathAlias]:
    """Yield `resolve.alias` of Vite and webpack: an object, or a list of `{find, replacement}`."""
    found = _entry(_entry(value, "resolve"), "alias")
    if isinstance(found, Name):
        found = bindings.get(found.name)
    folder = posixpath.dirname(builder.source.path)
    if isinstance(found, ObjectLiteral):
        for entry in found.entries:
            yield from _alias(folder, entry, entry.key, entry.value)
    elif isinstance(found, ArrayLiteral):
        for item in found.items:
            find = _entry(item, "find")
            if isinstance(item, ObjectLiteral) and isinstance(find, Literal) and isinstance(find.value, str):
                yield from _alias(folder, item, find.value, _entry(item, "replacement"))


def _entry(value: Expr | None, key: str) -> Expr | None:
    entries = value.entries if isinstance(value, ObjectLiteral) else ()
    return next((entry.value for entry in entries if entry.key == key), None)


def _alias(folder: str, at: Entry | ObjectLiteral, find: str, target: Expr | None) -> Iterator[PathAlias]:
    path = _path(target, folder)
    if path is not None:
        yield PathAlias(at.at, folder, find, path)
        yield PathAlias(at.at, folder, find.rstrip("/") + "/*", path.rstrip("/") + "/*")


def _path(target: Expr | None, folder: str) -> str | None:
    """Return the path that `"./src"`, `path.resolve(__dirname, "src")` or `new URL("./src", ...)` means."""
    texts = [text for text in _texts(target) if text]
    if not texts or len(texts) > 3:
        return None
    joined = posixpath.normpath(posixpath.join(folder, *(text.lstrip("/") for text in texts)))
    return None if joined.startswith("..") else "" if joined == "." else joined


def _texts(value: Expr | None) -> Iterator[str]:
    if isinstance(value, Literal) and isinstance(value.value, str):
        yield value.value
    elif isinstance(value, Call):
        for argument in value.arguments:
            yield from _texts(argument)
    elif isinstance(value, Member):
        yield from _texts(value.object)
