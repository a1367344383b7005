"""Raw facts of servers on Node.js: Fastify, Koa, Hono and plain WebSocket servers."""

from __future__ import annotations

from typing import Annotated

from rtlint.facts.columns import Column
from rtlint.facts.expressions import Expr
from rtlint.facts.fact import At, RawFact
from rtlint.facts.records import dataclass


@dataclass(frozen=True, slots=True)
class ServerObject(RawFact):
    """An application, a router or a WebSocket server that is made here."""

    at: At
    maker: Annotated[str, Column("fastify, koa, koa-router, hono or ws.", "fastify")]
    name: Annotated[str, Column("What receives it: `app`, `Server#app`, or empty.", "app")]
    arguments: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class ServerCall(RawFact):
    """A method that may add routes, called on what may be a server or router.

    `owner` is a name, or `Unknown` at the place of what the method is called on: of a `ServerObject`, or of the
    function whose parameter it is (`parameter 0`). Functions among the arguments are `Unknown` at their place.
    """

    at: At
    method: Annotated[str, Column("The method: get, register, use, ...", "register")]
    owner: Expr
    arguments: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class ServerHandover(RawFact):
    """A server or router, named as in `ServerCall`, that is given to a function, which may add routes to it."""

    at: At
    text: Annotated[str, Column("The callee as written.", "registerRoutes")]
    position: Annotated[int, Column("Which argument it is, from 0; -1 for a part of an object.", "0")]
    callee: Expr
    owner: Expr


@dataclass(frozen=True, slots=True)
class UpgradeHandler(RawFact):
    """A handler of `upgrade` requests of an HTTP server, with the paths that it compares the request's with."""

    at: At
    known: Annotated[bool, Column("Whether the handler takes these paths only, or any when there are none.", "1")]
    paths: tuple[Expr, ...]
