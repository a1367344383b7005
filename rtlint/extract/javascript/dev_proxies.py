"""Proxy rules in the configuration of build tools and frameworks.

Sources: https://vite.dev/config/server-options#server-proxy, https://cli.vuejs.org/config/#devserver-proxy,
https://webpack.js.org/configuration/dev-server/#devserverproxy, https://nitro.build/config#routerules,
https://nextjs.org/docs/app/api-reference/config/next-config-js/rewrites,
https://github.com/chimurai/http-proxy-middleware (README and MIGRATION.md).
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Mapping

from rtlint.extract.javascript.config_files import objects_of
from rtlint.extract.javascript.expressions import Builder
from rtlint.extract.javascript.parser import walk
from rtlint.facts.expressions import (
    ArrayLiteral,
    Call,
    Expr,
    Function,
    Literal,
    Member,
    Name,
    ObjectLiteral,
    Regex,
    Template,
    Unknown,
)
from rtlint.facts.proxies import ProxyRule
from rtlint.facts.raw import Binding, Export, RawFact
from rtlint.facts.records import dataclass, field
from rtlint.facts.rewrites import Rewrite
from rtlint.facts.site import Site
from rtlint.patterns import regex

SETUP_PROXY = regex(r"(?:^|/)setupProxy\.[cm]?[jt]s$")
_PROXY_CONF = regex(r"(?:^|/)proxy\.conf(?:ig)?\.[cm]?js$")
_TOOLS = ("vite", "webpack", "rspack", "vue", "next", "nuxt", "astro", "svelte", "quasar")
_OPAQUE_OPTIONS = frozenset({"bypass", "configure", "router", "onProxyReq", "on", "pathFilter", "plugins"})
_CREATORS = frozenset({"createProxyMiddleware", "proxy", "legacyCreateProxyMiddleware"})


def dev_proxies(builder: Builder, facts: Iterable[RawFact]) -> Iterator[ProxyRule]:
    """Yield the proxy rules of a build tool's configuration, or of Create React App's src/setupProxy.js."""
    reader = ProxyReader(builder.source.path)
    path = posixpath.basename(builder.source.path)
    if SETUP_PROXY.search(builder.source.path):
        yield from _setup_proxy(builder, reader)
        return
    tool = next((name for name in _TOOLS if name in path.split(".")), "angular")
    bindings = {fact.name: fact.value for fact in facts if isinstance(fact, Binding)}
    reader.bindings = bindings
    for fact in facts:
        if isinstance(fact, Export) and fact.exported == "default":
            value = fact.value if fact.value is not None else bindings.get(fact.local)
            if tool == "angular" and isinstance(value, ArrayLiteral):
                yield from reader.rules("angular", value)
            for found in objects_of(value, bindings):
                yield from _of_object(reader, tool, found)


def _of_object(reader: ProxyReader, tool: str, found: ObjectLiteral) -> Iterator[ProxyRule]:
    if tool == "angular":
        yield from reader.rules("angular", found)
    elif tool == "next":
        yield from _next(reader, found)
    elif tool in {"webpack", "rspack", "vue"}:
        name = "vue-cli" if tool == "vue" else "webpack"
        yield from reader.rules(name, reader.at(found, "devServer", "proxy"))
    elif tool == "quasar":
        yield from reader.rules("vite", reader.at(found, "devServer", "proxy"))
    else:
        inside = ("vite",) if tool in {"nuxt", "astro"} else ()
        yield from reader.rules("vite", reader.at(found, *inside, "server", "proxy"))
    if tool == "nuxt":
        yield from _nuxt(reader, found)


@dataclass(slots=True)
class ProxyReader:
    """Turns the proxy option of one file into rules; numbers them in their order."""

    path: str
    bindings: Mapping[str, Expr] = field(default_factory=dict)
    _count: int = 0

    def at(self, value: Expr | None, *keys: str) -> Expr | None:
        """Return what stands under a path of keys; names of the file are looked through."""
        for key in keys:
            value = self.resolved(value)
            entries = value.entries if isinstance(value, ObjectLiteral) else ()
            value = next((entry.value for entry in reversed(entries) if entry.key == key), None)
        return self.resolved(value)

    def resolved(self, value: Expr | None) -> Expr | None:
        """Return the expression that a name of the file stands for."""
        return self.bindings.get(value.name, value) if isinstance(value, Name) else value

    def rules(self, tool: str, value: Expr | None) -> Iterator[ProxyRule]:
        """Yield the rules of `proxy`: an object by path, or webpack's list of objects with a `context`."""
        if isinstance(value, ObjectLiteral):
            for entry in value.entries:
                yield self.rule(tool, entry.at, *_matcher(tool, entry.key), self.resolved(entry.value))
            if value.spreads:
                yield self.rule(tool, value.at, "prefix", "/", None)
        elif isinstance(value, ArrayLiteral):
            for item in map(self.resolved, value.items):
                for context in self._contexts(item):
                    yield self.rule(tool, item.at if item else value.at, *_matcher(tool, context), item)
        elif value is not None:
            yield self.rule(tool, value.at, "prefix", "/", None)

    def _contexts(self, item: Expr | None) -> list[str]:
        found = self.at(item, "context")
        items = found.items if isinstance(found, ArrayLiteral) else (found,)
        texts = [each.value for each in items if isinstance(each, Literal) and isinstance(each.value, str)]
        return texts if texts and len(texts) == len(items) else ["?"]

    def rule(self, tool: str, at: Site, matcher: str, pattern: str, value: Expr | None) -> ProxyRule:
        """Return one rule: a target, or an object with a target and what it does to paths."""
        options = value if isinstance(value, ObjectLiteral) else None
        target = self.at(options, "target") if options else value
        changes = self._changes(options)
        opaque = options is not None and (
            bool(options.spreads) or any(entry.key in _OPAQUE_OPTIONS for entry in options.entries)
        )
        complete = target is not None and not opaque and not any(change.kind == "opaque" for change in changes)
        return self.made(
            tool, at, matcher, pattern, target, changes, websocket=self._websocket(options), complete=complete
        )

    def made(
        self,
        tool: str,
        at: Site,
        matcher: str,
        pattern: str,
        target: Expr | None,
        changes: tuple[Rewrite, ...],
        *,
        websocket: str,
        complete: bool,
    ) -> ProxyRule:
        """Return a rule under the next number."""
        self._count += 1
        return ProxyRule(
            at=at,
            tool=tool,
            server=0,
            rule=self._count,
            parent=0,
            matcher=matcher,
            pattern=pattern,
            action="proxy",
            scheme="",
            host="",
            port="",
            websocket=websocket,
            serves_files=False,
            complete=complete,
            target_at=target.at if target is not None else at,
            rewrites=changes,
            target=target,
        )

    def _websocket(self, options: ObjectLiteral | None) -> str:
        value = self.at(options, "ws")
        if isinstance(value, Literal):
            return "yes" if value.value else "no"
        return "no" if value is None and not (options and options.spreads) else "unknown"

    def _changes(self, options: ObjectLiteral | None) -> tuple[Rewrite, ...]:
        """Return what `rewrite` (Vite) or `pathRewrite` (http-proxy-middleware) does."""
        value = self.at(options, "rewrite") or self.at(options, "pathRewrite")
        if value is None:
            return ()
        if isinstance(value, ObjectLiteral):
            texts = [
                (entry.key, entry.value.value if isinstance(entry.value, Literal) else None) for entry in value.entries
            ]
            found = [Rewrite("first", key, text) if isinstance(text, str) else Rewrite("opaque") for key, text in texts]
            return tuple(found)
        return tuple(self._of_function(value))

    def _of_function(self, value: Expr) -> list[Rewrite]:
        """Read `(path) => path.replace("/api", "")`, a chain of such, or a template around the path."""
        opaque = [Rewrite("opaque")]
        if not isinstance(value, Function) or not value.parameters:
            return opaque
        parameter, result, found = value.parameters[0], value.result, list[Rewrite]()
        while isinstance(result, Call) and isinstance(result.callee, Member) and len(found) < 10:
            if result.callee.name != "replace" or len(result.arguments) != 2:
                return opaque
            found.insert(0, self._replace(*result.arguments))
            result = result.callee.object
        if isinstance(result, Template) and len(result.parts) == 2 and isinstance(result.parts[0], Literal):
            found.insert(0, Rewrite("prepend", "", str(result.parts[0].value)))
            result = result.parts[1]
        return found if isinstance(result, Name) and result.name == parameter else opaque

    def _replace(self, pattern: Expr, replacement: Expr) -> Rewrite:
        if not isinstance(replacement, Literal) or not isinstance(replacement.value, str):
            return Rewrite("opaque")
        if isinstance(pattern, Literal) and isinstance(pattern.value, str):
            return Rewrite("replace", pattern.value, replacement.value)
        plain = isinstance(pattern, Regex) and not set(pattern.flags) - set("gi")
        if not isinstance(pattern, Regex) or not plain:
            return Rewrite("opaque")
        return Rewrite("regex", pattern.pattern, replacement.value, pattern.flags)


def _matcher(tool: str, key: str) -> tuple[str, str]:
    """Return how a key is compared: a regex behind `^` for Vite, a prefix, or webpack's globs at the end of a path."""
    if tool == "vite":
        return ("regex" if key.startswith("^") else "prefix"), key
    if key.startswith("^") and tool == "vue-cli":
        return "regex", key
    if key.endswith("/**"):
        return "pattern", key
    key = key.removesuffix("/*")
    return ("prefix" if key.startswith("/") and "*" not in key else "unknown"), key


def _next(reader: ProxyReader, found: ObjectLiteral) -> Iterator[ProxyRule]:
    """Yield `rewrites`: a list, or an object of three lists in the order in which they apply."""
    value = reader.at(found, "rewrites")
    if value is None:
        return
    result = value.result if isinstance(value, Function) else Unknown(value.at, "function")
    lists: list[Expr | None] = [result]
    if isinstance(result, ObjectLiteral):
        lists = [reader.at(result, key) for key in ("beforeFiles", "afterFiles", "fallback")]
    plain = reader.at(found, "basePath") is None and reader.at(found, "i18n") is None
    for each in lists:
        resolved = reader.resolved(each)
        if isinstance(resolved, ArrayLiteral):
            for item in resolved.items:
                yield destination(reader, "next", reader.resolved(item), plain=plain)
        elif resolved is not None:
            yield reader.rule("next", resolved.at, "prefix", "/", None)


def destination(reader: ProxyReader, tool: str, item: Expr | None, *, plain: bool) -> ProxyRule:
    """Return a rule of `source` and `destination`, whose parameters it takes over."""
    source, target = reader.at(item, "source"), reader.at(item, "destination")
    text = source.value if isinstance(source, Literal) and isinstance(source.value, str) else ""
    conditions = any(reader.at(item, key) is not None for key in ("has", "missing", "locale", "basePath"))
    spread = isinstance(item, ObjectLiteral) and bool(item.spreads)
    at = item.at if item is not None else Site(reader.path, 1, 1, 1, 1)
    complete = bool(text) and target is not None and plain and not conditions and not spread
    matcher, pattern = ("pattern", text) if text else ("prefix", "/")
    changes = (Rewrite("pattern", text),)
    return reader.made(tool, at, matcher, pattern, target, changes, websocket="unknown", complete=complete)


def _nuxt(reader: ProxyReader, found: ObjectLiteral) -> Iterator[ProxyRule]:
    """Yield `routeRules` with a `proxy`, and `nitro.devProxy`, whose treatment of the prefix depends on the version."""
    for value in (reader.at(found, "routeRules"), reader.at(found, "nitro", "routeRules")):
        for entry in value.entries if isinstance(value, ObjectLiteral) else ():
            proxy = reader.at(entry.value, "proxy")
            target = reader.at(proxy, "to") if isinstance(proxy, ObjectLiteral) else proxy
            if proxy is not None:
                changes = (Rewrite("pattern", entry.key),)
                complete = target is not None
                yield reader.made(
                    "nuxt", entry.at, "pattern", entry.key, target, changes, websocket="no", complete=complete
                )
    value = reader.at(found, "nitro", "devProxy")
    for entry in value.entries if isinstance(value, ObjectLiteral) else ():
        changes = (Rewrite("opaque"),)
        yield reader.made("nuxt-dev", entry.at, "prefix", entry.key, None, changes, websocket="unknown", complete=False)


def _setup_proxy(builder: Builder, reader: ProxyReader) -> Iterator[ProxyRule]:
    """Yield the rules of `app.use(path, createProxyMiddleware(options))` and `createProxyMiddleware(path, options)`."""
    for node in walk(builder.source.root):
        if node.type != "call_expression":
            continue
        call = builder.build(node)
        if isinstance(call, Call) and isinstance(call.callee, Member) and call.callee.name == "use":
            yield from _mounted(reader, call)


def _mounted(reader: ProxyReader, call: Call) -> Iterator[ProxyRule]:
    arguments = [reader.resolved(item) for item in call.arguments]
    created = next((item for item in arguments if isinstance(item, Call) and _creates(item)), None)
    if created is None:
        return
    given = [reader.resolved(item) for item in created.arguments]
    options = next((item for item in given if isinstance(item, ObjectLiteral)), None)
    mounts, contexts = _texts(arguments[0]), _texts(given[0] if given else None)
    if mounts == ["/"] or arguments[0] is created:
        mounts = []
    for path in contexts or mounts or ["?"]:
        found = reader.rule("cra", call.at, *_matcher("cra", path), options)
        if not mounts:
            yield found
        elif contexts:
            yield reader.rule("cra", call.at, "prefix", "/", None)
        else:
            changes = (Rewrite("mount", path), *found.rewrites)
            yield reader.made(
                "cra", call.at, found.matcher, path, found.target, changes,
                websocket=found.websocket, complete=found.complete,
            )  # fmt: skip


def _creates(call: Call) -> bool:
    return isinstance(call.callee, Name) and call.callee.name in _CREATORS


def _texts(value: Expr | None) -> list[str]:
    """Return a text, or those of a list."""
    items = value.items if isinstance(value, ArrayLiteral) else (value,)
    return [item.value for item in items if isinstance(item, Literal) and isinstance(item.value, str)]
