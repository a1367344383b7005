"""nginx's own choice of a location for a path, and the path that the location passes on.

Source: `ngx_http_core_find_location` of src/http/ngx_http_core_module.c, `ngx_http_proxy_create_request` of
ngx_http_proxy_module.c and `ngx_http_script_regex_end_code` of ngx_http_script.c, all of nginx 1.22 to 1.29.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from rtlint.facts.proxies import ProxyRule
from rtlint.facts.records import dataclass, field, replace
from rtlint.facts.rewrites import Rewrite
from rtlint.patterns import regex

MAX_CYCLES = 10
"""nginx ends a request that is rewritten more often."""

_NAMED_GROUP = regex(r"\(\?<(?=[A-Za-z_])")
_VARIABLE = regex(r"\$(?:\{(\w+)\}|(\w+))")
_PREFIXES = frozenset({"prefix", "prefix-stop"})
_QUERY = frozenset({"args", "is_args", "query_string"})


@dataclass(frozen=True, slots=True)
class Server:
    """One server with everything that its includes bring in.

    Attributes:
        rules: its locations, in the order of the file.
        rewrites: those that run before a location is chosen.
        complete: whether nothing else in it sends requests somewhere.
        answers: whether it answers everything by itself, with a redirect or a status.
    """

    rules: tuple[ProxyRule, ...]
    rewrites: tuple[Rewrite, ...] = ()
    complete: bool = True
    answers: bool = False


@dataclass(frozen=True, slots=True)
class Arrived:
    """What becomes of a request.

    Attributes:
        state: proxied, redirect (`path` is where to), ended (answered here, with files or a status) or unknown.
        path: the path at the upstream.
        rule: the rule that decided.
    """

    state: str
    path: str = ""
    rule: ProxyRule | None = None


@dataclass(frozen=True, slots=True)
class _Request:
    """A request on its way: `original` as the client sent it, `valid_location` and `changed` as nginx keeps them.

    `hops` counts the named locations on the way.
    """

    original: str
    uri: str
    captures: tuple[str, ...] = field(default=())
    valid_location: bool = True
    changed: bool = False
    hops: int = 0


UNKNOWN = Arrived("unknown")


def route(server: Server, path: str) -> Arrived:
    """Return what becomes of a request for a path; paths that nginx would decode or merge first are unknown."""
    if not server.complete or not path.startswith("/") or re.search(r"[%?#\\]|//|/\.{1,2}(?:/|$)", path):
        return UNKNOWN
    if server.answers:
        return Arrived("ended")
    request = _rewritten(server.rewrites, _Request(path, path))
    if isinstance(request, Arrived):
        return request
    request = replace(request, changed=False)
    for _ in range(MAX_CYCLES):
        found = _location(server, request.uri)
        if not isinstance(found, _Found):
            return found
        done = _inside(server, found, request)
        if isinstance(done, Arrived):
            return done
        request = replace(done, changed=False)
    return UNKNOWN


@dataclass(frozen=True, slots=True)
class _Found:
    rule: ProxyRule
    captures: tuple[str, ...] = ()


def _location(server: Server, uri: str) -> _Found | Arrived:
    """Return the location of a URI."""
    found, _ = _search(server, 0, uri)
    return Arrived("ended") if found is None else found


def _search(server: Server, parent: int, uri: str) -> tuple[_Found | Arrived | None, bool]:
    """Look among the locations in one block; also tell whether the result is final (exact, by regex, a redirect)."""
    rules = [rule for rule in server.rules if rule.parent == parent]
    found = _static(rules, uri)
    if isinstance(found, _Found | Arrived):
        return found, True
    if found is not None:
        inner, final = _search(server, found.rule, uri)
        if final:
            return inner, True
        best: _Found | Arrived | None = inner or _Found(found)
        if found.matcher == "prefix-stop":
            return best, False
    else:
        best = None
    return _by_regex(server, rules, uri) or (best, False)


def _static(rules: list[ProxyRule], uri: str) -> _Found | Arrived | ProxyRule | None:
    """Return an exact location (found), a redirect to a location with a slash more, or the longest prefix (a rule)."""
    exact = next((rule for rule in rules if rule.matcher == "exact" and rule.pattern == uri), None)
    if exact is not None:
        return _Found(exact)
    prefixes = [rule for rule in rules if rule.matcher in _PREFIXES and uri.startswith(rule.pattern)]
    longest = max(prefixes, key=lambda rule: len(rule.pattern), default=None)
    slashed = [rule for rule in rules if rule.matcher in {"exact", *_PREFIXES} and rule.pattern == uri + "/"]
    if (longest is None or longest.pattern != uri) and any(rule.action in {"proxy", "fastcgi"} for rule in slashed):
        return Arrived("redirect", uri + "/", slashed[0])
    return longest


def _by_regex(server: Server, rules: list[ProxyRule], uri: str) -> tuple[_Found | Arrived | None, bool] | None:
    for rule in rules:
        if not rule.matcher.startswith("regex"):
            continue
        pattern = compiled(rule.pattern, rule.matcher == "regex-i")
        if pattern is None:
            return UNKNOWN, True
        match = pattern.search(uri)
        if match:
            inner, _ = _search(server, rule.rule, uri)
            return inner or _Found(rule, _groups(match)), True
    return None


def _groups(match: Any) -> tuple[str, ...]:
    return tuple(group or "" for group in (match.group(), *match.groups()))


@lru_cache(maxsize=2048)
def compiled(pattern: str, ignore_case: bool) -> Any | None:
    """Return a regular expression of nginx under RE2; None where RE2 can't express it."""
    import re2

    options = re2.Options()
    options.log_errors = False
    options.case_sensitive = not ignore_case
    try:
        return re2.compile(_NAMED_GROUP.sub("(?P<", pattern), options)
    except re2.error:
        return None


def _inside(server: Server, found: _Found, request: _Request) -> Arrived | _Request:
    """Return what a location makes of a request: its end, or the request with which the search starts anew."""
    rule = found.rule
    if not rule.complete:
        return UNKNOWN
    if rule.action == "return" and not rule.rewrites:
        return Arrived("ended", rule=rule)
    done = _rewritten(rule.rewrites, replace(request, captures=found.captures or request.captures))
    if isinstance(done, Arrived):
        return replace(done, rule=rule)
    if done.changed:
        return done
    if rule.fallback:
        return _fallen_back(server, rule, done)
    return _passed(rule, done)


def _fallen_back(server: Server, rule: ProxyRule, request: _Request) -> Arrived | _Request:
    """Follow the last argument of `try_files`, as for a path that no file has; the last argument itself is one."""
    if rule.fallback.startswith("@"):
        named = next((item for item in server.rules if item.matcher == "named" and item.pattern == rule.fallback), None)
        if named is None or request.hops >= MAX_CYCLES:
            return UNKNOWN
        return _inside(server, _Found(named, request.captures), replace(request, hops=request.hops + 1))
    path = _filled(rule.fallback.partition("?")[0], request)
    if path is None or not path.startswith("/"):
        return UNKNOWN
    if path == request.uri:
        return Arrived("ended", rule=rule)
    return replace(request, uri=path, original="" if path != request.uri else request.original)


def _rewritten(rewrites: Iterable[Rewrite], request: _Request) -> Arrived | _Request:
    for rewrite in rewrites:
        pattern = compiled(rewrite.pattern, False)
        match = pattern.search(request.uri) if pattern is not None else None
        if pattern is None:
            return UNKNOWN
        if not match:
            request = replace(request, captures=())
            continue
        path = _filled(rewrite.replacement.partition("?")[0], replace(request, captures=_groups(match)))
        redirects = rewrite.flag in {"redirect", "permanent"}
        if redirects or rewrite.replacement.startswith(("http://", "https://", "$scheme")):
            return Arrived("redirect", path or "")
        if not path:
            return UNKNOWN
        request = replace(request, uri=path, captures=_groups(match), changed=True, original="")
        if rewrite.flag == "break":
            return replace(request, changed=False, valid_location=False)
        if rewrite.flag == "last":
            return request
    return request


def _filled(template: str, request: _Request) -> str | None:
    """Return a text with its variables filled in; None where one of them is not known."""
    unknown = False

    def value(found: re.Match[str]) -> str:
        nonlocal unknown
        name = found[1] or found[2]
        if name[0] in "123456789":
            own = request.captures[int(name[0]) :]
            return (own[0] if own else "") + name[1:]
        if name in {"uri", "document_uri"}:
            return request.uri
        if name == "request_uri" and request.original:
            return request.original
        unknown = unknown or name not in _QUERY
        return ""

    text = _VARIABLE.sub(value, template)
    return None if unknown else text


def _passed(rule: ProxyRule, request: _Request) -> Arrived:
    if rule.action == "files":
        return Arrived("ended", rule=rule)
    if rule.action == "fastcgi":
        # The application reads REQUEST_URI, which no rewrite changes.
        return Arrived("proxied", request.original, rule) if request.original else UNKNOWN
    if rule.uri is None:
        return Arrived("proxied", request.uri, rule)
    if rule.uri.startswith("="):
        path = _filled(rule.uri[1:].partition("?")[0], request)
        return Arrived("proxied", path, rule) if path else UNKNOWN
    if not request.valid_location:
        return Arrived("proxied", request.uri, rule)
    if "$" in rule.uri:
        return UNKNOWN
    taken = len(rule.pattern) if rule.matcher in {"exact", *_PREFIXES} else 0
    return Arrived("proxied", rule.uri.partition("?")[0] + request.uri[taken:], rule)
