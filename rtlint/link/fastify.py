"""Backends of Fastify: an application with the plugins that it registers, each behind the prefixes on the way.

Sources: lib/route.js (`addRoute`), lib/pluginOverride.js (`buildRoutePrefix`) of Fastify 5, and
https://github.com/delvedor/find-my-way#supported-path-formats.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from rtlint.facts.expressions import Call, Expr, Literal, Member, Name
from rtlint.facts.fastify import FastifyOpaque, FastifyRegister, FastifyRoute, FastifyScope
from rtlint.facts.raw import Import
from rtlint.facts.site import Site
from rtlint.link.backends import FoundBackend, FoundRoute, Sources

_ROUTE_FREE = re.compile(
    r"^(?:@fastify/(?:auth|awilix|basic-auth|bearer-auth|caching|circuit-breaker|compress|cookie|cors|csrf-protection|"
    r"early-hints|elasticsearch|env|etag|error-handler|formbody|helmet|hotwire|jwt|kafka|leveldb|mongodb|multipart|"
    r"mysql|nextjs|postgres|rate-limit|redis|reply-from|request-context|response-validation|routes|schedule|"
    r"secure-session|sensible|session|soap-client|throttle|type-provider-\w+|under-pressure|url-data|view|websocket|"
    r"zipkin|accepts|diagnostics-channel)|fastify-(?:sse-v2|socket\.io|plugin|metrics|type-provider-zod|"
    r"graceful-shutdown|print-routes|raw-body|healthcheck)|under-pressure|fastify-cors|fastify-jwt|fastify-cookie|"
    r"fastify-helmet|fastify-websocket|middie|@fastify/middie)$"
)
"""Plugins that add no routes, or none that an application's own paths would meet."""

_FILES = re.compile(r"^@fastify/(?:static|swagger|swagger-ui)$|^fastify-(?:static|swagger)$")
"""Plugins that answer GET requests below a prefix, and nothing else."""

_PARAMETER = re.compile(r":(\w+)(\((?:[^()\\]|\\.|\([^()]*\))*\))?(\?)?")
_MAX_VISITS = 4_000

Key = tuple[str, str]


def find_backends(sources: Sources) -> Iterable[FoundBackend]:
    """Yield the applications of Fastify."""
    program = _Program.of(sources)
    for key, app in program.scopes.items():
        used = key in program.registered or key in program.routes or key in program.opaque
        if app.kind == "app" and used:
            walk = _Walk(program)
            walk.visit(key, "", None, ())
            framework = "fastify-lenient" if app.lenient else "fastify"
            folder = sources.modules.package_directory(app.at.path)
            yield FoundBackend(app.at, framework, folder, walk.complete, tuple(walk.found))


@dataclass(slots=True)
class _Program:
    """The facts of Fastify in the repository, by file and scope."""

    sources: Sources
    scopes: dict[Key, FastifyScope] = field(default_factory=dict)
    names: dict[Key, Key] = field(default_factory=dict)
    routes: dict[Key, list[FastifyRoute]] = field(default_factory=dict)
    registered: dict[Key, list[FastifyRegister]] = field(default_factory=dict)
    opaque: set[Key] = field(default_factory=set)
    _read: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, sources: Sources) -> _Program:
        """Collect the facts of the application's own files."""
        program = cls(sources)
        for fact in sources.index.of_role(FastifyScope, "app", "tooling"):
            program.add(fact.at.path)
        return program

    def add(self, path: str) -> None:
        """Take on the facts of a file, read now if the prefilter had passed over it."""
        if path in self._read:
            return
        self._read.add(path)
        for fact in self.sources.modules.facts(path):
            if isinstance(fact, FastifyScope):
                self.scopes[path, fact.scope] = fact
                self.names.setdefault((path, fact.name), (path, fact.scope))
            elif isinstance(fact, FastifyRoute):
                self.routes.setdefault((path, fact.scope), []).append(fact)
            elif isinstance(fact, FastifyRegister):
                self.registered.setdefault((path, fact.scope), []).append(fact)
            elif isinstance(fact, FastifyOpaque):
                self.opaque.add((path, fact.scope))


@dataclass(slots=True)
class _Walk:
    """The walk from one application through its plugins."""

    program: _Program
    found: list[FoundRoute] = field(default_factory=list)
    complete: bool = True
    _visits: int = 0

    def visit(self, key: Key, prefix: str, at: Site | None, stack: tuple[Key, ...]) -> None:
        """Note the routes of a scope and of the plugins in it."""
        self._visits += 1
        if self._visits > _MAX_VISITS or key in stack:
            self.complete = False
            return
        self.complete = self.complete and key not in self.program.opaque
        for route in self.program.routes.get(key, ()):
            self._serve(route, prefix, at)
        for register in self.program.registered.get(key, ()):
            self._enter(register, prefix, at, (*stack, key))

    def _serve(self, route: FastifyRoute, prefix: str, at: Site | None) -> None:
        texts = self.program.sources.fold(route.at.path, route.path)
        if texts is None:
            self.complete = False
        for text in sorted(texts or ()):
            for url in urls(prefix, text):
                spelled = spellings(url)
                self.complete = self.complete and spelled is not None
                for path in spelled or ():
                    self.found.append(FoundRoute(route.at, route.method, path, route.protocol, at))

    def _enter(self, register: FastifyRegister, prefix: str, at: Site | None, stack: tuple[Key, ...]) -> None:
        texts = self._prefixes(register)
        plugin = self._plugin(register)
        if texts is None or plugin is None:
            self.complete = False
            return
        for text in texts:
            inner = joined(prefix, text)
            if isinstance(plugin, str):
                rest = FoundRoute(register.at, "GET", f"{inner}/{{rest:path}}", "http", at)
                self.found += [rest] if plugin == "files" else []
            else:
                self.visit(plugin, prefix if register.shared else inner, at or (register.at if text else None), stack)

    def _prefixes(self, register: FastifyRegister) -> list[str] | None:
        if register.prefix is None:
            return [""]
        expr = register.prefix
        if isinstance(expr, Member) and expr.name == "prefix":
            found = self.program.sources.fold(register.at.path, expr)
            return sorted(found) if found else [""] if _is_plain(expr.object) else None
        found = self.program.sources.fold(register.at.path, expr)
        return sorted(found) if found is not None else None

    def _plugin(self, register: FastifyRegister) -> Key | str | None:
        """Return the scope of a plugin; a text for one from outside (`free`, `files`), None for an unknown one."""
        path = register.at.path
        if register.inline:
            key = (path, register.inline)
            return key if key in self.program.scopes else "free"
        target = self._target(path, register.plugin)
        if isinstance(target, str) or target is None:
            return target
        self.program.add(target[0])
        name = self.program.names.get(target)
        if name is not None:
            return name
        module = self.program.sources.modules.module(target[0])
        return "free" if module is not None and target[1] in module.bindings else None

    def _target(self, path: str, expr: Expr) -> tuple[str, str] | str | None:
        modules = self.program.sources.modules
        if isinstance(expr, Name):
            source = self._outside(path, expr.name)
            if source:
                return _kind(source)
            found = modules.locate(path, expr.name)
            return self._default(found) if found else None
        if isinstance(expr, Member) and isinstance(expr.object, Call):
            return self._loaded(path, expr.object, expr.name)
        if isinstance(expr, Member) and expr.name == "default":
            return self._target(path, expr.object)
        return self._loaded(path, expr, "default") if isinstance(expr, Call) else None

    def _loaded(self, path: str, call: Call, name: str) -> tuple[str, str] | str | None:
        """Return what a module that `require` or `import` loads gives under a name."""
        if not isinstance(call.callee, Name) or call.callee.name not in {"require", "import"}:
            return None
        first = call.arguments[0] if call.arguments else None
        specifier = first.value if isinstance(first, Literal) and isinstance(first.value, str) else ""
        resolved = self.program.sources.modules.resolve(path, specifier)
        return self._default((resolved, name)) if resolved else _kind(specifier)

    def _outside(self, path: str, name: str) -> str:
        """Return the package that a name is imported from, empty for one of the repository."""
        module = self.program.sources.modules.module(path)
        found = module.imports.get(name) if module else None
        inside = found is not None and self.program.sources.modules.resolve(path, found.source)
        return found.source if isinstance(found, Import) and not inside else ""

    def _default(self, found: tuple[str, str]) -> tuple[str, str]:
        """Return the local name behind a default export: `export default fp(routes)` leads to `routes`."""
        path, name = found
        module = self.program.sources.modules.module(path)
        export = module.exports.get(name) if module else None
        value = export.value if export else None
        if module and name in module.bindings and not export:
            value = module.bindings[name].value
        if export and export.local:
            return self._default((path, export.local)) if export.local != name else found
        wraps = isinstance(value, Call) and isinstance(value.callee, Name) and value.arguments
        if wraps and isinstance(value, Call) and isinstance(value.arguments[0], Name):
            return path, value.arguments[0].name
        return found


def _is_plain(expr: Expr) -> bool:
    """Tell whether options without a prefix are known to be that: the expression is written out."""
    return not isinstance(expr, Name | Call | Member)


def _kind(source: str) -> str | None:
    if _FILES.match(source):
        return "files"
    return "free" if _ROUTE_FREE.match(source) else None


def joined(outer: str, inner: str) -> str:
    """Return the prefix of a plugin inside another one: `buildRoutePrefix`."""
    if not inner:
        return outer
    if outer.endswith("/") and inner.startswith("/"):
        outer = outer[:-1]
    elif not inner.startswith("/"):
        inner = "/" + inner
    return outer + inner


def urls(prefix: str, path: str) -> Iterator[str]:
    """Yield the URLs of a route behind a prefix: `/` stands for the prefix with and without a slash."""
    if path == "/" and prefix:
        yield prefix
        yield prefix + "/"
    elif path.startswith("/") and prefix.endswith("/"):
        yield prefix + path[1:]
    else:
        yield (prefix + path) or "/"


def spellings(url: str) -> tuple[str, ...] | None:
    """Return a path as facts spell it; an optional parameter at the end gives two, None for what is not read."""
    if not url.startswith("/"):
        return ("/{rest:path}",) if url == "*" else None
    text, last = url.replace("::", "\\0"), _PARAMETER.search(url)
    optional = bool(last and last.group(3))
    spelled = _PARAMETER.sub(lambda found: f"{{{found.group(1)}}}", text)
    if spelled.count("*") > 1 or (optional and spelled.count("{") != 1):
        return None
    spelled = spelled.replace("*", "{rest:path}").replace("\\0", ":")
    without = posixpath.dirname(spelled)
    return (spelled, without or "/") if optional else (spelled,)
