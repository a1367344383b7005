"""Backends of Fastify: routes and plugins with their prefixes.

Sources: https://fastify.dev/docs/latest/Reference/Routes/, lib/route.js and lib/plugin-override.js of fastify 5,
https://github.com/delvedor/find-my-way#readme, https://github.com/fastify/fastify-plugin#readme.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rtlint.facts.expressions import Call, Expr, Literal, ObjectLiteral
from rtlint.facts.servers import ServerCall
from rtlint.facts.site import Site
from rtlint.link.backends import FoundBackend, Sources
from rtlint.link.server_graph import ServerGraph
from rtlint.link.server_paths import any_slash, fastify_path
from rtlint.link.servers import Reach, Walk, walked

_VERBS = frozenset({"get", "post", "put", "patch", "delete", "options", "head", "all"})
_WITHOUT_ROUTES = frozenset(
    f"@fastify/{name}"
    for name in "accepts accepts-serializer auth awilix-plugin basic-auth bearer-auth caching circuit-breaker compress "
    "cookie cors csrf-protection early-hints elasticsearch env error-page etag flash formbody funky helmet hotwire "
    "hotswap jwt kafka leveldb mongodb multipart mysql nextjs oauth2 one-line-logger otel passport postgres rate-limit "
    "redis reply-from request-context response-validation routes routes-stats schedule schema-validator-swagger "
    "secure-session sensible session sse soap-client static swagger throttle type-provider-typebox under-pressure "
    "url-data view websocket zipkin".split()
) | frozenset(
    "fastify-cors fastify-helmet fastify-jwt fastify-cookie fastify-formbody fastify-multipart fastify-rate-limit "
    "fastify-sensible fastify-env fastify-static fastify-swagger fastify-websocket fastify-raw-body fastify-plugin "
    "fastify-socket.io fastify-graceful-shutdown fastify-redis fastify-postgres "
    "fastify-type-provider-zod @immobiliarelabs/fastify-sentry fastify-mailer close-with-grace".split()
)
"""Plugins that add no routes, or only files and pages for people."""

_SHAPING = frozenset({"caseSensitive", "ignoreDuplicateSlashes", "rewriteUrl", "ignoreTrailingSlash", "routerOptions"})
_MAX_WRAPS = 6


def find_backends(sources: Sources) -> Iterable[FoundBackend]:
    """Yield the applications of Fastify."""
    return walked(ServerGraph.of(sources), "fastify", Fastify)


class Fastify(Walk):
    """The walk from one instance."""

    __slots__ = ("_any_slash",)
    framework = "fastify"

    def spell(self, path: str) -> tuple[str, ...] | None:
        """Return the spellings of a full path as facts have them; None when it can't be read."""
        found = fastify_path(path)
        return any_slash(found) if found is not None and self._any_slash else found

    def start(self) -> None:
        """Read the options, then walk."""
        self._any_slash = False
        for expr in self.made.arguments[:1]:
            self._read_options(*self.graph.value(self.made.at.path, expr))
        super().start()

    def _read_options(self, path: str, options: Expr) -> None:
        if not isinstance(options, ObjectLiteral) or options.spreads:
            self.complete = False
        for entry in options.entries if isinstance(options, ObjectLiteral) else ():
            if entry.key == "routerOptions":
                self._read_options(*self.graph.value(path, entry.value))
            elif entry.key == "ignoreTrailingSlash" and isinstance(entry.value, Literal):
                self._any_slash = bool(entry.value.value)
            elif entry.key in _SHAPING and not _is_default(entry.key, entry.value):
                self.complete = False

    def call(self, call: ServerCall, reach: Reach) -> None:
        """Note what a method adds."""
        if call.method in _VERBS:
            options = call.arguments[1] if len(call.arguments) > 2 else None
            self._route(call, [call.method], call.arguments[:1], options, reach)
        elif call.method == "route":
            self._whole_route(call, reach)
        elif call.method == "register" and call.arguments:
            self._register(call, reach)
        elif call.method in {"use", "mount"}:
            self.complete = False

    def _whole_route(self, call: ServerCall, reach: Reach) -> None:
        path, options = self.graph.value(call.at.path, call.arguments[0]) if call.arguments else ("", None)
        given = {entry.key: entry.value for entry in options.entries} if isinstance(options, ObjectLiteral) else {}
        methods = self.graph.texts(path, given["method"]) if "method" in given else None
        url = given.get("url", given.get("path"))
        if methods is None or url is None or (isinstance(options, ObjectLiteral) and options.spreads):
            self.complete = False
            return
        at = options.at if options is not None and options.at.path == path else call.at
        self._route(call, methods, [url], options, reach, at)

    def _route(
        self,
        call: ServerCall,
        methods: Sequence[str],
        paths: Sequence[Expr],
        options: Expr | None,
        reach: Reach,
        place: Site | None = None,
    ) -> None:
        where, value = self.graph.value(call.at.path, options) if options is not None else ("", None)
        slash = self._option(where, value, "prefixTrailingSlash")
        socket = self._option(where, value, "websocket")
        protocols = ["ws"] if socket is True else ["http"]
        if _has(value, "wsHandler"):
            protocols = ["http", "ws"]
        for path in paths:
            for text in self.texts(place or call.at, path):
                for whole in self._whole(text, reach.base, slash):
                    for protocol in protocols:
                        self.serve(call.at, methods, whole, reach, protocol)

    def _option(self, path: str, options: Expr | None, name: str) -> object:
        """Return the value of an option when it is written down, else None."""
        if not isinstance(options, ObjectLiteral):
            return None
        found = [self.graph.value(path, entry.value)[1] for entry in options.entries if entry.key == name]
        return found[-1].value if found and isinstance(found[-1], Literal) else None

    def _whole(self, path: str, base: str, slash: object) -> list[str]:
        """Return the full paths of a route: lib/route.js, `route`."""
        if path == "/" and base:
            both = {"slash": ["/"], "no-slash": [""]}.get(str(slash), [""] if self._any_slash else ["", "/"])
            found = [base + end for end in both]
        elif path.startswith("/") and base.endswith("/"):
            found = [base + path[1:]]
        else:
            found = [base + path]
        return list(dict.fromkeys(found))

    def _register(self, call: ServerCall, reach: Reach) -> None:
        plugin, same = self._plugin(call.at.path, call.arguments[0])
        if plugin is None:
            return
        if same:
            self.visit((plugin, 0), reach)
            return
        for prefix in self._prefixes(call):
            self.visit((plugin, 0), reach.inside(_joined(reach.base, prefix), call.at))

    def _plugin(self, path: str, expr: Expr) -> tuple[Site | None, bool]:
        """Return the function of a plugin, and whether it adds to the scope that registers it (fastify-plugin)."""
        same = False
        for _ in range(_MAX_WRAPS):
            package = self.graph.package(path, expr)
            if isinstance(expr, Call) and package == "fastify-plugin" and expr.arguments:
                expr, same = expr.arguments[0], True
                continue
            function = self.graph.function(path, expr) if not package else None
            if function is not None:
                return function, same
            where, value = self.graph.value(path, expr)
            if package or value == expr:
                self.complete &= package in _WITHOUT_ROUTES
                return None, same
            path, expr = where, value
        self.complete = False
        return None, same

    def _prefixes(self, call: ServerCall) -> list[str]:
        """Return the prefixes that the options of `register` give; none, and incomplete, when they are unknown."""
        if len(call.arguments) < 2:
            return [""]
        _, options = self.graph.value(call.at.path, call.arguments[1])
        if not isinstance(options, ObjectLiteral):
            self.complete = False
            return []
        given = [entry.value for entry in options.entries if entry.key == "prefix"]
        if options.spreads and not given:
            self.complete = False
            return []
        return self.texts(options.at, given[-1]) if given else [""]


def _is_default(key: str, value: Expr) -> bool:
    return isinstance(value, Literal) and value.value is (key == "caseSensitive")


def _has(options: Expr | None, key: str) -> bool:
    return isinstance(options, ObjectLiteral) and any(entry.key == key for entry in options.entries)


def _joined(base: str, prefix: str) -> str:
    """Return the prefix of a plugin inside of another one: lib/plugin-override.js, `buildRoutePrefix`."""
    if not prefix:
        return base
    if base.endswith("/") and prefix.startswith("/"):
        return base + prefix[1:]
    return base + prefix if prefix.startswith("/") or base.endswith("/") else f"{base}/{prefix}"
