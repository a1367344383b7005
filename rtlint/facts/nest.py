"""Raw facts of NestJS: decorated classes and methods, and the calls that set an application up."""

from __future__ import annotations

from typing import Annotated

from rtlint.facts.columns import Column
from rtlint.facts.expressions import Expr
from rtlint.facts.fact import At, RawFact
from rtlint.facts.records import dataclass


@dataclass(frozen=True, slots=True)
class NestClass(RawFact):
    """A class with `@Controller(...)` or `@Module(...)`."""

    at: At
    kind: Annotated[str, Column("controller or module.", "controller")]
    name: Annotated[str, Column("The class.", "PusherController", index=True)]
    base: Annotated[str, Column("The class that it extends, empty for none.", "BaseController")]
    arguments: tuple[Expr, ...]
    version: Expr | None = None


@dataclass(frozen=True, slots=True)
class NestRoute(RawFact):
    """A method with `@Get(...)`, `@Post(...)`, `@All(...)`, `@Sse(...)`."""

    at: At
    owner: Annotated[str, Column("The class.", "PusherController", index=True)]
    base: Annotated[str, Column("The class that the owner extends, empty for none.", "BaseController")]
    handler: Annotated[str, Column("The method's name, which one of a derived class replaces.", "auth")]
    method: Annotated[str, Column("GET, POST, ...; `*` for any.", "POST")]
    arguments: tuple[Expr, ...]
    version: Expr | None = None


@dataclass(frozen=True, slots=True)
class NestGateway(RawFact):
    """A class with `@WebSocketGateway(port?, {path, namespace, transports})`."""

    at: At
    name: Annotated[str, Column("The class.", "EventsGateway")]
    port: Expr | None
    options: Expr | None


@dataclass(frozen=True, slots=True)
class NestSetup(RawFact):
    """A call that shapes an application: `NestFactory.create`, `setGlobalPrefix`, `enableVersioning`, ..."""

    at: At
    call: Annotated[
        str, Column("create, setGlobalPrefix, enableVersioning, useWebSocketAdapter, use or opaque.", "setGlobalPrefix")
    ]
    arguments: tuple[Expr, ...]
