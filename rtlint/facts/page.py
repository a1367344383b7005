"""Derived facts about what a page does to its own messages: errors kept back and failures hidden."""

from __future__ import annotations

from typing import Annotated

from rtlint.facts.columns import Column
from rtlint.facts.fact import At
from rtlint.facts.records import dataclass
from rtlint.facts.site import Site


@dataclass(frozen=True, slots=True)
class PageTrap:
    """A window-wide handler that keeps errors back."""

    at: At
    event: Annotated[str, Column("error or unhandledrejection.", "error")]
    effect: Annotated[str, Column("What keeps the event back.", "preventDefault")]
    conditional: Annotated[bool, Column("Whether only some errors are kept back.")]
    reports: Annotated[bool, Column("Whether every error that is kept back was passed on.")]
    harmless: Annotated[bool, Column("Whether all that is kept back is the browser's notice of a ResizeObserver.")]
    role: Annotated[str, Column("Role of the page's script.", "app")]


@dataclass(frozen=True, slots=True)
class LossyPatch:
    """A replacement of a network API by which failures vanish."""

    at: At
    target: Annotated[str, Column("What is replaced.", "WebSocket.prototype.send")]
    losing: Annotated[str, Column("stub, some, catch or events: how failures vanish.", "catch")]
    losing_at: Annotated[Site | None, Column("Where they vanish.")]
    role: Annotated[str, Column("Role of the page's script.", "app")]
    runtime: Annotated[str, Column("browser, server or unknown.", "browser")]
