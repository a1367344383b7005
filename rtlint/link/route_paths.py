"""Route paths: how each framework joins prefixes, spells parameters and matches a request.

Paths are kept as `ServedRoute.path` shows them: `{name}` is one segment or a part of one, `{name:path}` is any rest.
Narrower types of parameters (`{id:int}`) are left out, so that a route may seem to answer a little more than it does.

Sources: Starlette's routing.py (`compile_path`, `Mount`, `redirect_slashes`), FastAPI's routing.py (`APIRouter`),
Flask's sansio/blueprints.py (`BlueprintSetupState`), https://werkzeug.palletsprojects.com/en/stable/routing/,
https://expressjs.com/en/4x/api.html#path-examples, https://expressjs.com/en/guide/migrating-5.html#path-syntax.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import product
from typing import Any

from rtlint.facts.derived import Backend, ServedRoute
from rtlint.patterns import regex

_PARAMETER = regex(r"\{([A-Za-z_]\w*)(?::(\w+))?\}")
_FLASK_PARAMETER = regex(r"<(?:([A-Za-z_]\w*)(?:\(.*?\))?:)?([A-Za-z_]\w*)>")
_EXPRESS_TOKEN = regex(
    r"""\\(?P<escaped>.)
    | :(?P<name>\w+|"[^"]+")(?P<pattern>\((?:[^()\\]|\\.|\([^()]*\))*\))?(?P<modifier>[?+*])?
    | \*(?P<wild>[A-Za-z_$][\w$]*)?
    | (?P<special>[?+(){}\[\]!|^$])""",
    re.VERBOSE,
)
_GROUP = regex(r"(?<!\\)\{([^{}]*)\}")
_ONE_SEGMENT = frozenset({"str", "string", "default", "any", "int", "float", "uuid"})
"""Types of parameters that match no slash, in Starlette's convertors.py and Werkzeug's converters.py; `path` and those
that an application defines may match one."""

_ANY_SLASH = frozenset({"", "next", "nuxt", "sveltekit", "remix", "astro"})
"""Frameworks that answer, or redirect to the answer, with and without a slash at the end; the unknown is one."""

_ANY_CASE = _ANY_SLASH | {"express", "koa", "nest"}
"""Frameworks that match paths in any case, or on some hosts do."""

_EXACT = frozenset({"fastify", "hono", "ws"})
"""Frameworks that compare a slash at the end as it stands."""

_MAX_OPTIONAL = 4
_LIKE = 0.6
_ALIKE_SHARE = 3
_COMPARED = 60


def joined(framework: str, base: str, path: str) -> str:
    """Return the path of something at `path` in a router that is reached at `base`.

    FastAPI and Starlette concatenate; Express puts exactly one slash between the two and ignores one at the end.
    """
    if framework != "express":
        return base + path
    whole = base.rstrip("/") + "/" + path.lstrip("/")
    return whole if whole == "/" else whole.rstrip("/")


def flask_rule(prefix: str | None, rule: str) -> str:
    """Return the rule that a blueprint with a prefix registers: `BlueprintSetupState.add_url_rule`."""
    if prefix is None:
        return rule
    return f"{prefix.rstrip('/')}/{rule.lstrip('/')}" if rule else prefix


def nested_prefix(outer: str | None, inner: str | None) -> str | None:
    """Return the prefix of a blueprint inside another one: `Blueprint.register`."""
    if outer is None or inner is None:
        return inner if outer is None else outer
    return f"{outer.rstrip('/')}/{inner.lstrip('/')}"


def is_valid_prefix(framework: str, prefix: str, *, mounted: bool) -> bool:
    """Tell whether the framework accepts a prefix: FastAPI asserts the slash at its start, and none at its end.

    Args:
        framework: that of the outer router.
        prefix: the text.
        mounted: whether it is the path of a Mount, which may end with a slash.
    """
    if framework not in {"fastapi", "starlette"} or not prefix:
        return True
    return prefix.startswith("/") and (mounted or not prefix.endswith("/"))


def spelled(framework: str, path: str) -> tuple[str, ...] | None:
    """Return a framework's path as facts spell it; several for optional parts, None when it can't be read."""
    if framework == "flask":
        return (_FLASK_PARAMETER.sub(_flask_parameter, path),)
    if framework == "express":
        return _express(path)
    return (_PARAMETER.sub(_plain_parameter, path),)


def _plain_parameter(found: re.Match[str]) -> str:
    return f"{{{found[1]}}}" if (found[2] or "str") in _ONE_SEGMENT else f"{{{found[1]}:path}}"


def _flask_parameter(found: re.Match[str]) -> str:
    return f"{{{found[2]}}}" if (found[1] or "string") in _ONE_SEGMENT else f"{{{found[2]}:path}}"


def _express(path: str) -> tuple[str, ...] | None:
    """Return a path of Express 4 or 5; string patterns such as `/ab?cd` are not read."""
    if path in {"*", "/*"}:
        return ("/", "/{rest:path}")
    found: list[str] = []
    for spelled in _without_groups(path):
        parts = _express_parts(spelled)
        if parts is None or sum(len(part) > 1 for part in parts) > _MAX_OPTIONAL:
            return None
        found += ("".join(chosen) for chosen in product(*parts))
    return tuple(dict.fromkeys(found))


def _without_groups(path: str) -> list[str]:
    """Return a path of Express 5 with and without each optional part: `/users{/:id}`."""
    paths = [path]
    for _ in range(_MAX_OPTIONAL):
        if not any(_GROUP.search(item) for item in paths):
            break
        paths = [spelled for item in paths for spelled in (_GROUP.sub("", item, 1), _GROUP.sub(r"\1", item, 1))]
    return list(dict.fromkeys(paths))


def _express_parts(path: str) -> list[tuple[str, ...]] | None:
    """Return the parts of a path, each with its spellings."""
    parts: list[tuple[str, ...]] = []
    position = 0
    for found in _EXPRESS_TOKEN.finditer(path):
        parts.append((path[position : found.start()],))
        position = found.end()
        if found["special"]:
            return None
        if found["escaped"]:
            parts.append((found["escaped"],))
        elif found["name"]:
            parts += _express_parameter(found, parts)
        else:
            parts.append((f"{{{found['wild'] or 'rest'}:path}}",))
    return [*parts, (path[position:],)]


def _express_parameter(found: re.Match[str], before: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Return `:name` with its modifier; an optional parameter takes the slash before it along."""
    name = re.sub(r"\W", "_", found["name"].strip('"'))
    many = found["modifier"] in {"*", "+"} or (found["pattern"] or "").startswith(("(.*", "(.+"))
    spelled = f"{{{name}:path}}" if many else f"{{{name}}}"
    if found["modifier"] not in {"?", "*"}:
        return [(spelled,)]
    last = before[-1][-1] if len(before[-1]) == 1 else ""
    if last.endswith("/"):
        before[-1] = (last[:-1],)
        return [("", f"/{spelled}")]
    return [("", spelled)]


def glob(path: str) -> str:
    """Return a path as a SQLite GLOB: parameters are `*`, and `[`, `*`, `?` in the text are set in brackets.

    Source: https://www.sqlite.org/lang_expr.html#glob.
    """
    parts = _PARAMETER.split(path)
    return "*".join(re.sub(r"[*?\[]", r"[\g<0>]", literal) for literal in parts[::3])


@lru_cache(maxsize=4096)
def _pattern(path: str, framework: str) -> Any:
    """Return what a route matches; None when it is too long for a pattern.

    Werkzeug's `path` is never empty; Express, and so the unknown, take any case. Paths are text of the analysed
    program: under RE2 they match in linear time.
    """
    import re2

    parts = _PARAMETER.split(path)
    rest = ".+" if framework == "flask" else ".*"
    kinds = [rest if kind == "path" else "[^/]+" for kind in parts[2::3]]
    body = (kind + re2.escape(literal) for kind, literal in zip(kinds, parts[3::3], strict=True))
    options = re2.Options()
    options.log_errors = False
    options.case_sensitive = framework not in _ANY_CASE
    try:
        return re2.compile(re2.escape(parts[0]) + "".join(body), options)
    except re2.error:
        return None


def matches(route: ServedRoute, method: str, path: str, framework: str = "") -> bool:
    """Tell whether a route answers a request as the framework would, redirects for a slash at the end included.

    Args:
        route: the route.
        method: the HTTP method; HEAD is answered by GET, OPTIONS by any.
        path: the path without query.
        framework: that of the route's backend. Without it the most lenient reading holds: no framework would serve
            what this denies.
    """
    spellings = (path, *_other_spellings(route.path, path, framework, method))
    return _takes(route, method) and any(_fits(route, spelling, framework) for spelling in spellings)


def _takes(route: ServedRoute, method: str) -> bool:
    wanted = "GET" if method.upper() == "HEAD" else method.upper()
    return wanted == "OPTIONS" or route.method in {"*", wanted}


def _fits(route: ServedRoute, path: str, framework: str) -> bool:
    """Tell whether a path fits a route; a route too long to be compared may fit anything."""
    pattern = _pattern(route.path, framework)
    return pattern is None or pattern.fullmatch(path) is not None


def _other_spellings(route: str, path: str, framework: str, method: str) -> tuple[str, ...]:
    """Return the path with the other endings that are answered too: Flask adds a slash, Starlette adds or drops it.

    Django (APPEND_SLASH) adds one by a redirect, which loses the body of anything but GET and HEAD.
    """
    bare = path.rstrip("/") or "/"
    if framework == "django":
        return (path + "/",) if method.upper() in {"GET", "HEAD"} and not path.endswith("/") else ()
    if framework == "flask":
        return (path + "/",) if route.endswith("/") and not path.endswith("/") else ()
    if framework in {"express", "nest", "laravel", "rails"}:
        return (bare,)
    if framework == "koa":
        return (path[:-1],) if path.endswith("/") else ()
    if framework in _EXACT:
        return ()
    if framework in _ANY_SLASH:
        return (bare, path + "/")
    return (bare,) if path.endswith("/") else (path + "/",)


def find(
    routes: Iterable[ServedRoute], method: str, path: str, backends: Iterable[Backend] = ()
) -> tuple[ServedRoute, ...]:
    """Return the routes that answer a request.

    Args:
        routes: the routes, of one protocol.
        method: the HTTP method.
        path: the path without query.
        backends: the routes' backends, whose frameworks decide about case and about a slash at the end; without them
            the most lenient reading holds.
    """
    # Starlette redirects only where no route matches the path as it stands, whatever its methods.
    known = list(routes)
    frameworks = {backend.id: backend.framework for backend in backends}
    fixed = {
        route.backend
        for route in known
        if frameworks.get(route.backend) in {"fastapi", "starlette"} and _fits(route, path, "starlette")
    }
    found = [route for route in known if matches(route, method, path, frameworks.get(route.backend, ""))]
    return tuple(route for route in found if route.backend not in fixed or _fits(route, path, "starlette"))


def opens(routes: Iterable[ServedRoute], path: str, backends: Iterable[Backend]) -> bool:
    """Tell whether a WebSocket route answers a handshake: no framework redirects one for a slash at the end.

    Sources: Starlette's routing.py (`Router.app` redirects http only), https://channels.readthedocs.io/en/stable/topics/routing.html.
    """
    frameworks = {backend.id: backend.framework for backend in backends}
    return any(_opens(route, path, frameworks.get(route.backend, "")) for route in routes)


def _opens(route: ServedRoute, path: str, framework: str) -> bool:
    bare = (path.rstrip("/") or "/",) if framework in _ANY_SLASH | {"express", "nest"} else ()
    return any(_fits(route, spelling, framework) for spelling in (path, *bare))


def nearest(routes: Iterable[ServedRoute], path: str) -> ServedRoute | None:
    """Return the served route most like a path, or None when none is alike enough to be what was meant.

    First come routes with the same end and one segment more or less, then those with the fewest different segments.
    """
    wanted, known = _segments(path), list(routes)
    ranks = ((_rank(wanted, _segments(route.path)), index) for index, route in enumerate(known))
    alike = [(rank, known[index].path, index) for rank, index in ranks if rank is not None]
    return known[min(alike)[2]] if alike else None


def _segments(path: str) -> list[str]:
    return [segment for segment in path.split("/") if segment]


def _rank(wanted: Sequence[str], served: Sequence[str]) -> tuple[bool, float, int] | None:
    """Return how unlike two paths are, smaller for more alike; None when they have too little in common."""
    if not wanted or not served or any(segment.endswith(":path}") for segment in served):
        return None
    distance = _distance(wanted, served)
    tail = _common_tail(wanted, served)
    longest = max(len(wanted), len(served))
    one_more = tail > 0 and distance <= 1 and abs(len(wanted) - len(served)) == 1
    close = tail > 0 and distance <= max(2.0, longest / 2)
    if not (one_more or close or distance * _ALIKE_SHARE <= longest):
        return None
    return (not one_more, distance, -tail)


def _common_tail(wanted: Sequence[str], served: Sequence[str]) -> int:
    pairs = zip(reversed(wanted), reversed(served), strict=False)
    return next((count for count, (one, other) in enumerate(pairs) if one != other), min(len(wanted), len(served)))


def _distance(wanted: Sequence[str], served: Sequence[str]) -> float:
    """Return the edit distance over segments; likely slips and parameters cost half."""
    row = [float(index) for index in range(len(served) + 1)]
    for number, segment in enumerate(wanted, 1):
        above, row = row, [float(number)]
        for index, other in enumerate(served):
            change = above[index] + _cost(segment, other)
            row.append(min(change, above[index + 1] + 1, row[index] + 1))
    return row[-1]


@lru_cache(maxsize=4096)
def _cost(segment: str, other: str) -> float:
    if segment == other:
        return 0.0
    from difflib import SequenceMatcher

    alike = (
        other.startswith("{")
        or SequenceMatcher(None, segment[:_COMPARED].lower(), other[:_COMPARED].lower()).ratio() >= _LIKE
    )
    return 0.5 if alike else 1.0
