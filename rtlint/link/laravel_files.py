"""Where the files of a Laravel application lie, and what its configuration says."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping

from rtlint.facts.expressions import ArrayLiteral, Call, Expr, Literal, Member, Name, ObjectLiteral, Template
from rtlint.facts.php import LaravelConfig

ROOT_FILES = ("bootstrap/app.php", "config/app.php", "artisan")
"""Files of which an application has at least one; a package for Laravel has none."""

_FOLDERS = {"base_path": "", "app_path": "app", "config_path": "config", "resource_path": "resources"}
_MAX_DEPTH = 20


def below(folder: str, name: str) -> str:
    """Return the path of something in a folder, the root being an empty text."""
    return posixpath.join(folder, name) if folder else name


def is_inside(root: str, path: str) -> bool:
    """Tell whether a file lies in config/ or bootstrap/ of the application."""
    return posixpath.dirname(path) in {below(root, "config"), below(root, "bootstrap")}


def file_of(expr: Expr, path: str, root: str) -> str | None:
    """Return the file of the repository that an expression names; None when it can't be told.

    Args:
        expr: `base_path('routes/api.php')`, `__DIR__.'/../routes/web.php'`.
        path: the file that it stands in.
        root: the application's folder.
    """
    text = _place(expr, path, root, 0)
    if text is None:
        return None
    found = posixpath.normpath(text.lstrip("/"))
    return None if found.startswith("..") else found


def _place(expr: Expr, path: str, root: str, depth: int) -> str | None:
    """Return a path whose first character stands for the repository's root."""
    if depth > _MAX_DEPTH:
        return None
    if isinstance(expr, Literal):
        return expr.value if isinstance(expr.value, str) else None
    if isinstance(expr, Name):
        return {"__DIR__": "/" + posixpath.dirname(path), "__FILE__": "/" + path}.get(expr.name)
    if isinstance(expr, Template):
        parts = [_place(part, path, root, depth + 1) for part in expr.parts]
        return "".join(part for part in parts if part is not None) if None not in parts else None
    return _called(expr, path, root, depth) if isinstance(expr, Call) else None


def _called(expr: Call, path: str, root: str, depth: int) -> str | None:
    name = expr.callee.name if isinstance(expr.callee, Name | Member) else ""
    given = [_place(argument, path, root, depth + 1) for argument in expr.arguments]
    if name in {"base_path", "basePath", "app_path", "config_path", "resource_path"}:
        start = "/" + below(root, _FOLDERS.get(name, ""))
        inner = given[0] if given else ""
        return posixpath.join(start, inner.lstrip("/")) if inner is not None else None
    if name in {"realpath", "dirname"} and len(given) == 1 and given[0] is not None:
        return given[0] if name == "realpath" else posixpath.dirname(given[0].rstrip("/"))
    return None


def resolved(expr: Expr, config: Mapping[str, LaravelConfig], depth: int = 0) -> Expr:
    """Return an expression with `config('a.b')` replaced by what the configuration says."""
    if isinstance(expr, Call) and isinstance(expr.callee, Name) and expr.callee.name == "config" and expr.arguments:
        key = expr.arguments[0]
        leaf = config.get(str(key.value)) if isinstance(key, Literal) else None
        return leaf.value if leaf is not None else expr
    if isinstance(expr, Template) and depth < _MAX_DEPTH:
        return Template(expr.at, tuple(resolved(part, config, depth + 1) for part in expr.parts))
    return expr


def provider_names(value: Expr) -> tuple[list[str], bool]:
    """Return the classes that a list of service providers names, and whether these are all.

    `ServiceProvider::defaultProviders()->merge([...])->toArray()` holds Laravel's own besides.
    """
    names: list[str] = []
    known = True
    for item in _items(value, 0):
        text = item.value if isinstance(item, Literal) else None
        known = known and isinstance(text, str)
        names += [text.lstrip("\\")] if isinstance(text, str) else []
    return names, known


def _items(value: Expr, depth: int) -> Iterator[Expr]:
    """Yield the items of a list, through the methods that Laravel's own list of defaults has."""
    if isinstance(value, ArrayLiteral):
        yield from value.items
    elif isinstance(value, Call) and isinstance(value.callee, Member) and depth < _MAX_DEPTH:
        yield from _chained(value, value.callee, depth)
    else:
        yield value


def _chained(call: Call, callee: Member, depth: int) -> Iterator[Expr]:
    if callee.name == "defaultProviders":
        return
    if callee.name in {"merge", "toArray", "except", "replace"}:
        yield from _items(callee.object, depth + 1)
    else:
        yield call
    for argument in call.arguments if callee.name in {"merge", "replace"} else ():
        if isinstance(argument, ObjectLiteral):
            yield from (entry.value for entry in argument.entries)
        else:
            yield from _items(argument, depth + 1)
