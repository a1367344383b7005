"""Rules of proxies that take the first pattern which matches: how each tool compares paths, and how it changes them.

Sources: Vite's server/middlewares/proxy.ts (`doesProxyContextMatchUrl`), http-proxy-middleware's README (`pathRewrite`,
`pathFilter`), https://caddyserver.com/docs/caddyfile/matchers#path, https://nextjs.org/docs/app/api-reference/config/next-config-js/rewrites,
https://docs.netlify.com/manage/routing/redirects/redirect-options/, https://vercel.com/docs/rewrites.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from rtlint.facts.proxies import ProxyRule
from rtlint.facts.rewrites import Rewrite
from rtlint.link.nginx import compiled
from rtlint.patterns import regex

_SEGMENT = regex(r":(?P<name>\w+)(?P<many>[*+?])?|(?P<rest>/\*\*)|(?P<star>\*)")
_JS_REFERENCE = regex(r"\$(?:\$|&|(\d{1,2}))")
_SPLAT = regex(r":(\w+)[*+?]?|\*\*?")


def matches(rule: ProxyRule, path: str) -> bool | None:
    """Tell whether a rule is for a path; None where its pattern is not understood."""
    pattern = rule.pattern
    if rule.matcher == "exact":
        return path == pattern
    if rule.matcher == "prefix":
        return path.startswith(pattern)
    if rule.matcher.startswith("regex"):
        expression = compiled(pattern, rule.matcher == "regex-i")
        return None if expression is None else bool(expression.search(path))
    if rule.matcher == "glob":
        if re.search(r"\*.|[?{\[]", pattern):
            return None
        own, asked = pattern.lower(), path.lower()
        return asked.startswith(own[:-1]) if own.endswith("*") else asked == own
    if rule.matcher == "pattern":
        expression = pattern_regex(pattern)
        return None if expression is None else bool(expression.match(path))
    return None


def pattern_regex(pattern: str) -> Any | None:
    """Return the expression of a path pattern with `:name`, `:name*`, `*` and `/**`; None for one with groups in it."""
    if re.search(r"[(){}\\]", pattern):
        return None
    text, position = "", 0
    for found in _SEGMENT.finditer(pattern):
        before = pattern[position : found.start()]
        text += re.escape(before)
        position = found.end()
        if found["name"]:
            text = _named(text, found["many"] or "")
        else:
            text += "(?:/(.*))?" if found["rest"] else "(.*)"
    return compiled(f"^{text}{re.escape(pattern[position:])}$", False)


def _named(text: str, many: str) -> str:
    """Add a parameter to an expression: one segment, or any number of them with the slash before."""
    optional = many in {"*", "?"} and text.endswith("/")
    inner = "[^/]+" if many in {"", "?"} else ".+"
    return f"{text[:-1]}(?:/({inner}))?" if optional else f"{text}({inner})"


def rewritten(rewrites: Iterable[Rewrite], path: str) -> str | None:
    """Return a path after the changes of a rule, in their order; None where one is not understood."""
    found: str | None = path
    first = False
    for rewrite in rewrites:
        if rewrite.kind == "first" and first:
            continue
        before, found = found, _one(rewrite, found or "")
        if found is None:
            return None
        first = first or (rewrite.kind == "first" and _hits(rewrite, before or ""))
    return found.partition("?")[0] if found else found


def _hits(rewrite: Rewrite, path: str) -> bool:
    expression = compiled(rewrite.pattern, "i" in rewrite.flag)
    return bool(expression and expression.search(path))


def _one(rewrite: Rewrite, path: str) -> str | None:
    pattern, replacement = rewrite.pattern, rewrite.replacement
    if rewrite.kind == "strip":
        rest = path.removeprefix(pattern)
        return rest if rest.startswith("/") else "/" + rest
    if rewrite.kind == "replace":
        return path.replace(pattern, replacement, 1) if "$" not in replacement else None
    if rewrite.kind == "prepend":
        return joined(replacement, path)
    if rewrite.kind == "set":
        return replacement
    if rewrite.kind in {"regex", "first"}:
        return _substituted(rewrite, path)
    if rewrite.kind == "pattern":
        return _destination(pattern, replacement, path)
    return None


def joined(base: str, path: str) -> str:
    """Return a path behind the path of a target; http-proxy's `urlJoin` makes several slashes one."""
    return re.sub(r"/{2,}", "/", f"{base}/{path}") if base not in {"", "/"} else path


def _substituted(rewrite: Rewrite, path: str) -> str | None:
    """Replace as JavaScript's `String.replace` does with a regular expression."""
    expression = compiled(rewrite.pattern, "i" in rewrite.flag)
    if expression is None:
        return None
    text, position = "", 0
    for found in expression.finditer(path) if "g" in rewrite.flag else filter(None, [expression.search(path)]):
        text += path[position : found.start()] + _expanded(rewrite.replacement, found)
        position = found.end()
    return text + path[position:]


def _expanded(replacement: str, match: Any) -> str:
    def value(found: re.Match[str]) -> str:
        if found[1] is None:
            return "$" if found[0] == "$$" else str(match.group())
        number = int(found[1])
        known = 0 < number <= int(match.re.groups)
        return str(match.group(number) or "") if known else str(found[0])

    return _JS_REFERENCE.sub(value, replacement)


def _destination(pattern: str, destination: str, path: str) -> str | None:
    """Fill the parameters of a pattern into its destination: `:path*` of Next, `:splat` of Netlify, `/**` of Nitro."""
    expression = pattern_regex(pattern)
    match = expression.match(path) if expression else None
    if match is None:
        return None
    names = [found["name"] or "splat" for found in _SEGMENT.finditer(pattern)]
    values: dict[str, str] = dict(zip(names, (group or "" for group in match.groups()), strict=False))
    missing = False

    def value(found: re.Match[str]) -> str:
        nonlocal missing
        name = found[1] or "splat"
        missing = missing or name not in values
        return values.get(name, "")

    text = _SPLAT.sub(value, destination)
    return None if missing else text
