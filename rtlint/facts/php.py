"""Raw facts of PHP and Laravel: classes, configuration, and the statements that register routes.

A statement belongs to an owner: a method (`RouteServiceProvider.map`), or an empty text for the file itself. Its
`prefixes` are those of the groups around it in the file, the outermost first.
"""

from __future__ import annotations

from typing import Annotated

from rtlint.facts.columns import Column
from rtlint.facts.expressions import Expr
from rtlint.facts.fact import At, RawFact
from rtlint.facts.records import dataclass

Owner = Annotated[
    str, Column("The method that holds it, `Class.method`; empty for the file.", "Routes.map", index=True)
]


@dataclass(frozen=True, slots=True)
class PhpClass(RawFact):
    """A class or trait of a PHP file, with the full names of what it extends and of the traits that it uses."""

    at: At
    name: Annotated[str, Column("The full name.", "App\\Providers\\RouteServiceProvider", index=True)]
    bases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LaravelRoute(RawFact):
    """A route of Laravel.

    Attributes:
        path: the URI as written.
        lead: the prefix of the route itself, which stands before those of the groups (`Route::prefix('a')->get('b')`).
        wild: parameters with a pattern of their own, which may match a slash; `*` for all.
    """

    at: At
    owner: Owner
    method: Annotated[str, Column("GET, POST, ...; `*` for any.", "POST")]
    path: Expr
    prefixes: tuple[Expr, ...] = ()
    lead: Expr | None = None
    wild: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LaravelLoad(RawFact):
    """A place that brings in more routes: a file, a method of the same class, or a service provider."""

    at: At
    owner: Owner
    form: Annotated[str, Column("file, method or provider.", "file")]
    target: Expr
    prefixes: tuple[Expr, ...] = ()


@dataclass(frozen=True, slots=True)
class OpaqueLaravelRoutes(RawFact):
    """A place where Laravel takes on routes that can't be read from the file."""

    at: At
    owner: Owner
    reason: Annotated[str, Column("Why they are not known.", "a macro")]


@dataclass(frozen=True, slots=True)
class LaravelConfig(RawFact):
    """A leaf of what a file of Laravel's configuration returns; a list is one leaf."""

    at: At
    key: Annotated[str, Column("The path of keys, as `config()` takes it.", "broadcasting.default", index=True)]
    value: Expr
