"""Raw facts of Rails: the routes of config/routes.rb, and how Action Cable is set up."""

from __future__ import annotations

from typing import Annotated

from rtlint.facts.columns import Column
from rtlint.facts.expressions import Expr
from rtlint.facts.fact import At, RawFact
from rtlint.facts.records import dataclass
from rtlint.facts.site import Site


@dataclass(frozen=True, slots=True)
class RailsRoute(RawFact):
    """A route of Rails with its full path as far as the file says it."""

    at: At
    method: Annotated[str, Column("GET, POST, ...; `*` for any.", "GET")]
    path: Annotated[str, Column("The path, as `ServedRoute` spells it.", "/admin/users/{id}")]
    protocol: Annotated[str, Column("http, or ws for Action Cable's server.", "http")]
    mounted_at: Annotated[Site | None, Column("The outermost scope that shapes the path.")] = None


@dataclass(frozen=True, slots=True)
class RailsDraw(RawFact):
    """`draw(:name)`, which reads config/routes/name.rb in the scope that it stands in."""

    at: At
    name: Annotated[str, Column("The file's name without its ending; empty when it can't be read.", "admin")]
    prefix: Annotated[str, Column("The path of the scopes around it.", "/admin")]


@dataclass(frozen=True, slots=True)
class OpaqueRailsRoutes(RawFact):
    """A place where Rails takes on routes that can't be read from the file."""

    at: At
    reason: Annotated[str, Column("Why they are not known.", "devise_for")]


@dataclass(frozen=True, slots=True)
class CableSetting(RawFact):
    """A setting of Action Cable: `config.action_cable.x` in Ruby, or a key of an environment in config/cable.yml."""

    at: At
    environment: Annotated[str, Column("The environment that it holds in; empty for all.", "production")]
    key: Annotated[str, Column("mount_path, url, allowed_request_origins, adapter, ...", "url", index=True)]
    value: Expr
