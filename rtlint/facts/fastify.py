"""Raw facts of Fastify: instances, the functions that are given one, and what is registered on each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from rtlint.facts.columns import Column
from rtlint.facts.expressions import Expr
from rtlint.facts.fact import At, RawFact


@dataclass(frozen=True, slots=True)
class FastifyScope(RawFact):
    """An application, or a function whose first parameter is one (a plugin)."""

    at: At
    scope: Annotated[str, Column("Number of the scope within the file.", "412", index=True)]
    kind: Annotated[str, Column("app or plugin.", "app")]
    name: Annotated[str, Column("The name in the module by which others reach it, or empty.", "routes")]
    lenient: Annotated[bool, Column("Whether its options change how paths are compared.")]


@dataclass(frozen=True, slots=True)
class FastifyRoute(RawFact):
    """A route that is added in a scope."""

    at: At
    scope: Annotated[str, Column("The scope.", "412", index=True)]
    method: Annotated[str, Column("GET, POST, ...; `*` for any.", "POST")]
    protocol: Annotated[str, Column("http or ws.", "http")]
    path: Expr


@dataclass(frozen=True, slots=True)
class FastifyRegister(RawFact):
    """A plugin that is registered in a scope; `prefix` is an expression that is unset where there is none."""

    at: At
    scope: Annotated[str, Column("The scope.", "412", index=True)]
    inline: Annotated[
        str, Column("The scope of a plugin that is written in place or under a name of the file, or empty.")
    ]
    shared: Annotated[bool, Column("Whether fastify-plugin wraps it in place.")]
    plugin: Expr
    prefix: Expr | None


@dataclass(frozen=True, slots=True)
class FastifyOpaque(RawFact):
    """A place where a scope takes on routes that are not read."""

    at: At
    scope: Annotated[str, Column("The scope.", "412", index=True)]
    reason: Annotated[str, Column("Why.", "a route whose options are not written out")]
