"""Trees of URL patterns: what a Django module says about its routes, before names and prefixes are resolved."""

from __future__ import annotations

from typing import TypeAlias

from rtlint.facts.expressions import Expr
from rtlint.facts.records import dataclass
from rtlint.facts.site import Site


@dataclass(frozen=True, slots=True)
class UrlEntry:
    """`path(pattern, ...)` or `re_path(pattern, ...)`; `regex` tells which, `below` is what is included there.

    `below` is None for a view that can be nothing else.
    """

    at: Site
    regex: bool
    pattern: Expr
    below: UrlTree | None


@dataclass(frozen=True, slots=True)
class UrlList:
    """Several patterns: a list, a concatenation, the arguments of `i18n_patterns`."""

    at: Site
    items: tuple[UrlTree, ...]


@dataclass(frozen=True, slots=True)
class UrlRef:
    """A name or text that leads to patterns.

    `form` says where it stands: `list` for a list or a part of one, `include` for the argument of `include`, `view` for
    the second argument of `path`, which mostly is a view and no list at all.
    """

    at: Site
    expr: Expr
    form: str


@dataclass(frozen=True, slots=True)
class UrlLocalized:
    """`i18n_patterns(...)`; `bare` tells whether the default language may go without a prefix."""

    at: Site
    inner: UrlTree
    bare: bool


@dataclass(frozen=True, slots=True)
class UrlSuffixed:
    """`format_suffix_patterns(...)`: every pattern again, with a suffix such as `.json`."""

    at: Site
    inner: UrlTree


@dataclass(frozen=True, slots=True)
class UrlOutside:
    """Patterns that code from outside the repository makes: `admin.site.urls`."""

    at: Site


@dataclass(frozen=True, slots=True)
class UrlOpaque:
    """Something among patterns that is not understood; `reason` is a noun phrase."""

    at: Site
    reason: str


UrlTree: TypeAlias = UrlEntry | UrlList | UrlRef | UrlLocalized | UrlSuffixed | UrlOutside | UrlOpaque
