"""Raw facts of Django: lists of URL patterns, routers and view sets of REST framework, the settings that decide."""

from __future__ import annotations

from typing import Annotated

from rtlint.facts.columns import Column
from rtlint.facts.expressions import Expr
from rtlint.facts.fact import At, RawFact
from rtlint.facts.records import dataclass
from rtlint.facts.url_trees import UrlTree


@dataclass(frozen=True, slots=True)
class UrlPatterns(RawFact):
    """One statement that gives a module's name URL patterns, or adds some to it."""

    at: At
    name: Annotated[str, Column("The module-level name that holds them.", "urlpatterns", index=True)]
    extends: Annotated[bool, Column("Whether the statement adds to what the name held before.")]
    tree: UrlTree


@dataclass(frozen=True, slots=True)
class SocketPatterns(RawFact):
    """What `ProtocolTypeRouter` of Django Channels hands WebSockets to."""

    at: At
    tree: UrlTree


@dataclass(frozen=True, slots=True)
class UrlRouter(RawFact):
    """A router of Django REST framework."""

    at: At
    name: Annotated[str, Column("The module-level name that holds it.", "router", index=True)]
    form: Annotated[str, Column("default or simple; empty for one that is not understood.", "default")]
    trailing_slash: Expr | None = None


@dataclass(frozen=True, slots=True)
class UrlRegistration(RawFact):
    """`router.register(prefix, viewset)`; without a prefix, a use of a router that is not understood."""

    at: At
    router: Expr
    prefix: Expr | None
    viewset: Expr | None


@dataclass(frozen=True, slots=True)
class ViewSetClass(RawFact):
    """A class that may be a view set, with what it derives from."""

    at: At
    name: Annotated[str, Column("The name of the class.", "OrderViewSet", index=True)]
    lookup: Annotated[bool, Column("Whether it changes how its detail routes are looked up.")]
    bases: tuple[Expr, ...] = ()


@dataclass(frozen=True, slots=True)
class ViewSetAction(RawFact):
    """A method of a view set that `@action` makes a route of; `path` is a regular expression, None if not known."""

    at: At
    owner: Annotated[str, Column("The name of the class.", "OrderViewSet", index=True)]
    detail: Annotated[bool, Column("Whether it stands below one object, not below the list.")]
    path: Expr


@dataclass(frozen=True, slots=True)
class DjangoSetting(RawFact):
    """A setting that decides about paths: ROOT_URLCONF, FORCE_SCRIPT_NAME, USE_I18N."""

    at: At
    name: Annotated[str, Column("The setting.", "ROOT_URLCONF", index=True)]
    value: Expr
