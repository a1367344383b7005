"""Routes: what is registered on routers, and which router is made part of which."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterator

from rtlint.extract.python.expressions import Builder
from rtlint.extract.python.frameworks import (
    CONSTRUCTORS,
    FORMS,
    MOUNT_CLASSES,
    MOUNTS,
    ROUTE_CLASSES,
    VERBS,
    Form,
    Kind,
    constructor,
    is_routing_class,
)
from rtlint.extract.python.modules import alias
from rtlint.extract.python.origins import last, origin, package
from rtlint.extract.python.routers import Routers
from rtlint.extract.python.scopes import Scope
from rtlint.extract.python.variables import text
from rtlint.extract.python.walk import LimitError, Place, Walker
from rtlint.facts.expressions import Call, Entry, Expr, Literal, Name, ObjectLiteral, Template, Unknown
from rtlint.facts.raw import OpaqueRoutes, Problem, RawFact, Route, RouteMount, RouterObject
from rtlint.facts.site import Site, whole_file
from rtlint.patterns import regex

_BUILTINS = frozenset(dir(builtins))
_GROWING = frozenset({"append", "extend", "insert"})
_ANY = ("*",)
_LOOP = "routes registered in a loop"


_VERB = "|".join(sorted(VERBS))
_METHOD = "|".join(sorted((FORMS.keys() | MOUNTS) - VERBS))
_MAY_ROUTE = regex(
    rf"fastapi|starlette|flask|{'|'.join(sorted(CONSTRUCTORS))}|\.\s*+(?:{_METHOD})\b|^[ \t]*@[\w.]+\.(?:{_VERB})\b"
    rf"|\.(?:{_VERB})\s*+\(\s*+(?:[rbfuRBFU]?['\"]/|path\s*=|[^()]*+\)\s*+\()"
    r"|(?i:[(,=.\s*](?:\w*_)?(?:app|application|api|server|routers?|bp|blueprint)\d*+\s*+[,)])",
    re.MULTILINE,
)
"""What stands in every file that registers a route or hands a router on; most files that matter do neither."""


def routes(builder: Builder, tree: ast.Module) -> Iterator[RawFact]:
    """Yield the routers of a file, their routes and mounts, and the places where routes can't be read."""
    if not _MAY_ROUTE.search(builder.source.text):
        return
    reader = _Reader(builder, Routers(builder, tree))
    reader.objects()
    try:
        for place in Walker(tree, builder.scopes).calls():
            reader.call(place)
    except LimitError:
        at = whole_file(builder.source.path)
        reader.facts.append(Problem(at, "RT905", "loops unroll to more code than rtlint reads"))
        reader.facts += [OpaqueRoutes(at, name, "too much code") for name in reader.routers.kinds]
    reader.name_aliases()
    yield from reader.facts


class _Reader:
    def __init__(self, builder: Builder, routers: Routers) -> None:
        self.builder = builder
        self.routers = routers
        self.facts: list[RawFact] = []
        self._inside: set[int] = set()
        self._passed_on: list[RouteMount] = []

    def _site(self, node: ast.expr) -> Site:
        return self.builder.source.site(node)

    def _opaque(self, node: ast.expr, router: str, reason: str) -> None:
        self.facts.append(OpaqueRoutes(self._site(node), router, reason))

    def objects(self) -> None:
        """Note the routers that have a name, and the lists of routes."""
        for name, made in self.routers.made.items():
            prefixes = {ast.dump(prefix) if prefix else "" for prefix in (_prefix(call) for call, _ in made)}
            if len(prefixes) > 1 or len({constructor(call, scope) for call, scope in made}) > 1:
                self._opaque(made[1][0], name, "assigned more than once")
            call, scope = made[0]
            kind = self.routers.kinds[name]
            self._object(name, call, kind, scope)
            for other, around in made[1:]:
                self._listed(name, _keyword(other, "routes"), around)
        for name, lists in self.routers.lists.items():
            at = self._site(lists[0][0])
            if name not in self.routers.made:
                self.facts.append(RouterObject(at, name, "starlette", root=False))
            if len(lists) > 1:
                self._opaque(lists[1][0], name, "assigned more than once")
            for value, scope in lists:
                self._listed(name, value, scope)

    def _object(self, name: str, call: ast.Call, kind: Kind, scope: Scope) -> None:
        given = _prefix(call)
        prefix: Expr | None = self.builder.build(given, scope) if given is not None else None
        if isinstance(prefix, Literal) and prefix.value is None:
            prefix = None
        if given is None and not kind.root and _has_spread(call):
            prefix = Unknown(self._site(call), "keyword arguments")
        self.facts.append(RouterObject(self._site(call), name, kind.framework, kind.root, prefix))
        if kind.derived:
            self._opaque(call, name, f"class {kind.derived} may add routes of its own")
        listed = _keyword(call, "routes")
        if listed is None and kind == Kind("starlette", root=False) and call.args:
            listed = call.args[0]
        self._listed(name, listed, scope)

    def name_aliases(self) -> None:
        """Bind the functions' own names that routes hang on to what made them.

        A parameter that routes hang on is a router whatever it is called, so handing it on counts as well.
        """
        used = {fact.router for fact in self.facts if isinstance(fact, Route | OpaqueRoutes)}
        used |= {fact.parent for fact in self.facts if isinstance(fact, RouteMount)}
        self.facts += [fact for fact in self._passed_on if fact.parent in used]
        for name, (value, scope) in self.routers.aliases.items():
            found = alias(self.builder, name, value, scope) if name in used else None
            if found is not None:
                self.facts.append(found)

    def call(self, place: Place) -> None:
        """Note what one call does to the routes."""
        call, scope = place.call, place.scope
        function = call.func
        if isinstance(function, ast.Attribute):
            form = FORMS.get(function.attr)
            receiver = function.value
            if form is not None and self._takes(place, form, receiver):
                self._route(place, form, receiver)
                return
            if function.attr in MOUNTS and self._mounts(call, receiver, scope):
                self._mount(call, function.attr, receiver, scope)
                return
            if function.attr in _GROWING and self._grow(call, receiver, scope):
                return
        self._handed_over(call, scope)

    def _takes(self, place: Place, form: Form, receiver: ast.expr) -> bool:
        """Tell whether a call registers a route, and does not just share a method's name with one that does."""
        if form.decorates and place.target is None:
            return False
        if self.routers.key(receiver, place.scope) in self.routers.kinds:
            return True
        path = _path(place.call)
        loose = path is None or (isinstance(path, ast.Constant) and not _is_path(path))
        if loose and not (path is None and place.call.keywords):
            return False
        unknown = not self._unrolled(receiver, place.scope)
        return unknown or (isinstance(receiver, ast.Name | ast.Attribute) and self._foreign(receiver, place.scope))

    def _foreign(self, receiver: ast.expr, scope: Scope) -> bool:
        """Tell whether a receiver comes from elsewhere: an import, a parameter, a member, a function's result."""
        if isinstance(receiver, ast.Attribute):
            return bool(self.routers.key(receiver, scope))
        found = scope.find(receiver.id) if isinstance(receiver, ast.Name) else None
        if found is None or not isinstance(receiver, ast.Name):
            return bool(scope.root().stars)
        return receiver.id not in found.functions and receiver.id not in found.classes

    def _unrolled(self, node: ast.AST, scope: Scope) -> bool:
        """Tell whether no name in an expression is that of a loop which could not be unrolled."""
        for inner in ast.walk(node):
            found = scope.find(inner.id) if isinstance(inner, ast.Name) else None
            if found is not None and found.kind == "loop" and not found.unrolled:
                return False
        return True

    def _in_loop(self, call: ast.Call, scope: Scope) -> bool:
        """Note routes that a loop over unknown things registers."""
        if self._unrolled(call, scope):
            return False
        receiver = call.func.value if isinstance(call.func, ast.Attribute) else call.func
        name = self.routers.key(receiver, scope) or ast.unparse(receiver)
        self._opaque(call, name, _LOOP)
        return True

    def _route(self, place: Place, form: Form, receiver: ast.expr) -> None:
        call, scope = place.call, place.scope
        name = self.routers.key(receiver, scope)
        if self._in_loop(call, scope):
            return
        if not name:
            self._opaque(call, ast.unparse(receiver)[:80], "router that can't be followed")
            return
        self._emit(call, name, form, scope)

    def _emit(self, call: ast.Call, name: str, form: Form, scope: Scope) -> None:
        """Note one route for each method of a registering call or of a `Route(...)`."""
        given = _path(call)
        at = self._site(call)
        path: Expr = self.builder.build(given, scope) if given is not None else Unknown(at, "no path")
        paths = [path]
        strict = _keyword(call, "strict_slashes")
        if isinstance(strict, ast.Constant) and strict.value is False:
            paths += _other_slash(path)
        for method in self._methods(call, form, scope):
            self.facts += [Route(at, name, method, form.protocol, one, form.bare) for one in paths]

    def _methods(self, call: ast.Call, form: Form, scope: Scope) -> list[str]:
        """Return the methods of a route, without those that frameworks add by themselves."""
        if form.method:
            return [form.method]
        given = _keyword(call, "methods")
        if given is not None:
            found = _texts(given, scope)
            methods = [method.upper() for method in found] if found is not None else list(_ANY)
        else:
            methods = list(self._default_methods(call, form, scope))
        return list(dict.fromkeys(method for method in methods if method not in {"HEAD", "OPTIONS"}))

    def _default_methods(self, call: ast.Call, form: Form, scope: Scope) -> tuple[str, ...]:
        """Return the methods without `methods=`: GET for a function, what its class handles for a class."""
        if form.decorates:
            return ("GET",)
        handler = _keyword(call, "view_func", "endpoint", "route")
        if handler is None or (isinstance(handler, ast.Constant)):
            position = 2 if isinstance(call.func, ast.Attribute) and call.func.attr == "add_url_rule" else 1
            handler = call.args[position] if len(call.args) > position else handler
        if isinstance(handler, ast.Call):
            view = isinstance(handler.func, ast.Attribute) and handler.func.attr == "as_view"
            owner = handler.func.value if view and isinstance(handler.func, ast.Attribute) else None
            if last(origin(handler.func, scope)) == "partial":
                return ("GET",)
            return _class_methods(owner, scope) if owner is not None else _ANY
        if isinstance(handler, ast.Name):
            found = scope.find(handler.id)
            is_class = found is not None and (handler.id in found.classes or handler.id in found.imports)
            if is_class and handler.id[:1].isupper():
                return _class_methods(handler, scope)
        if isinstance(handler, ast.Attribute) and handler.attr[:1].isupper():
            return _ANY
        return ("GET",)

    def _mounts(self, call: ast.Call, receiver: ast.expr, scope: Scope) -> bool:
        """Tell whether a call mounts a router: `mount` and `host` are methods of other things too."""
        name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
        if self.routers.key(receiver, scope) in self.routers.kinds or name in {"include_router", "register_blueprint"}:
            return True
        path = _path(call)
        return self.routers.may_be_router(receiver, scope) and (_is_path(path) or len(call.args) > 1)

    def _mount(self, call: ast.Call, method: str, receiver: ast.expr, scope: Scope) -> None:
        parent = self.routers.key(receiver, scope)
        if self._in_loop(call, scope):
            return
        if not parent:
            self._opaque(call, ast.unparse(receiver)[:80], "router that can't be followed")
        elif method == "frontend":
            self._files(call, parent, _path(call), scope)
        elif method in {"mount", "host"}:
            self._mount_app(call, parent, scope, hosted=method == "host")
        else:
            self._include(call, method, parent, scope)

    def _include(self, call: ast.Call, method: str, parent: str, scope: Scope) -> None:
        given = call.args[0] if call.args else _keyword(call, "router", "blueprint")
        if given is None:
            self._opaque(call, parent, "no router is named")
            return
        prefix: Expr | None = None
        spelled = _keyword(call, "url_prefix" if method == "register_blueprint" else "prefix")
        if spelled is not None:
            prefix = self.builder.build(spelled, scope)
        elif _has_spread(call):
            prefix = Unknown(self._site(call), "keyword arguments")
        if isinstance(prefix, Literal) and prefix.value is None:
            prefix = None
        child = self._child(given, parent, scope)
        overrides = method == "register_blueprint" and prefix is not None
        self.facts.append(RouteMount(self._site(call), parent, child, prefix, overrides))

    def _mount_app(self, call: ast.Call, parent: str, scope: Scope, *, hosted: bool) -> None:
        """Note `mount(path, app)`, `Mount(path, app=..., routes=...)`, and the same for a host."""
        given, path = _keyword(call, "app"), _path(call)
        if given is None and len(call.args) > 1:
            given = call.args[1]
        listed = _keyword(call, "routes")
        at = self._site(call)
        if given is None and listed is None:
            self._opaque(call, parent, "no application is named")
            return
        if given is not None and last(origin(given, scope)) == "StaticFiles()":
            self._files(call, parent, path, scope)
            return
        prefix = None if hosted else self._build(path, call, scope)
        made = self._child(given, parent, scope) if given else self._anonymous(call, parent, listed, scope)
        self.facts.append(RouteMount(at, parent, made, prefix, bare=True))

    def _build(self, node: ast.expr | None, call: ast.Call, scope: Scope) -> Expr:
        return self.builder.build(node, scope) if node is not None else Unknown(self._site(call), "no path")

    def _anonymous(self, call: ast.Call, parent: str, listed: ast.expr | None, scope: Scope) -> Expr:
        at = self._site(call)
        name = f"{parent}@{at.line}:{at.column}"
        self.facts.append(RouterObject(at, name, "starlette", root=False))
        self._listed(name, listed, scope)
        return Name(at, name)

    def _files(self, call: ast.Call, parent: str, path: ast.expr | None, scope: Scope) -> None:
        """Note a folder of files: every GET below the path."""
        prefix = self._build(path, call, scope)
        at = self._site(call)
        if isinstance(prefix, Literal) and isinstance(prefix.value, str):
            prefix = Literal(prefix.at, prefix.value.rstrip("/"))
        self.facts.append(
            Route(at, parent, "GET", "http", Template(at, (prefix, Literal(at, "/{path:path}"))), bare=True)
        )

    def _child(self, node: ast.expr, parent: str, scope: Scope) -> Expr:
        """Return the expression of a mounted router; one that is made on the spot gets a name of its own."""
        kind = constructor(node, scope)
        at = self._site(node)
        if kind is not None and isinstance(node, ast.Call):
            name = f"{parent}@{at.line}:{at.column}"
            self._object(name, node, kind._replace(root=False), scope)
            return Name(at, name)
        if isinstance(node, ast.Call) and self.builder_text(node.func).endswith("Middleware"):
            inner = node.args[0] if node.args else _keyword(node, "app")
            if inner is not None:
                return self._child(inner, parent, scope)
        key = self.routers.key(node, scope)
        if key in self.routers.kinds:
            return Name(at, key)
        return self.builder.build(node, scope)

    def builder_text(self, node: ast.expr) -> str:
        """Return the last name of a callee."""
        return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""

    def _listed(self, name: str, node: ast.expr | None, scope: Scope) -> None:
        """Note the routes of a list of Starlette's route objects."""
        if node is None or (isinstance(node, ast.Constant) and node.value is None):
            return
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            self._listed(name, node.left, scope)
            self._listed(name, node.right, scope)
        elif isinstance(node, ast.List | ast.Tuple):
            for item in node.elts:
                self._item(name, item, scope)
        elif isinstance(node, ast.Name | ast.Attribute):
            self.facts.append(RouteMount(self._site(node), name, self._child(node, name, scope), None, bare=True))
        else:
            self._opaque(node, name, "list of routes that is made by code")

    def _item(self, name: str, item: ast.expr, scope: Scope) -> None:
        if isinstance(item, ast.Starred):
            self._listed(name, item.value, scope)
            return
        dotted = origin(item.func, scope) if isinstance(item, ast.Call) else ""
        if not isinstance(item, ast.Call) or not is_routing_class(dotted):
            self._opaque(item, name, "a route that is made elsewhere")
            return
        self._inside.add(id(item))
        if last(dotted) in MOUNT_CLASSES:
            self._mount_app(item, name, scope, hosted=last(dotted) == "Host")
        else:
            self._emit(item, name, ROUTE_CLASSES[last(dotted)], scope)

    def _grow(self, call: ast.Call, receiver: ast.expr, scope: Scope) -> bool:
        """Note routes that are added to a list of them: `app.routes.append(...)`, `routes.extend([...])`."""
        name = self.routers.key(receiver, scope)
        item = call.args[-1] if call.args else None
        is_route = isinstance(item, ast.Call) and is_routing_class(origin(item.func, scope))
        of_router = isinstance(receiver, ast.Attribute) and receiver.attr == "routes"
        if item is None or not name or not (name in self.routers.kinds or is_route or of_router):
            return False
        name = name.removesuffix(".routes")
        if self._in_loop(call, scope):
            return True
        if name not in self.routers.kinds and not of_router:
            self.routers.kinds[name] = Kind("starlette", root=False)
            self.facts.append(RouterObject(self._site(call), name, "starlette", root=False))
        method = call.func.attr if isinstance(call.func, ast.Attribute) else ""
        if method == "extend":
            self._listed(name, item, scope)
        else:
            self._item(name, item, scope)
        return True

    def _handed_over(self, call: ast.Call, scope: Scope) -> None:
        """Note that a router is handed to a function, which may hang routes on it."""
        if id(call) in self._inside or constructor(call, scope) is not None or self._is_plain(call, scope):
            return
        values = [*call.args, *(item.value for item in call.keywords)]
        for value in values:
            if not isinstance(value, ast.Name | ast.Attribute):
                continue
            likely, parent = self.routers.may_be_router(value, scope), self.routers.key(value, scope)
            if likely and parent and not self._unrolled(call, scope):
                self._opaque(call, parent, _LOOP)
            elif parent and (likely or _is_parameter(value, scope)):
                mount = RouteMount(self._site(call), parent, self._handing(call, parent, scope), None)
                (self.facts if likely else self._passed_on).append(mount)

    def _is_plain(self, call: ast.Call, scope: Scope) -> bool:
        """Tell whether a call surely adds no route: builtins, the framework's own classes, methods of a router."""
        function = call.func
        if isinstance(function, ast.Name):
            return function.id in _BUILTINS - {"getattr"} and scope.find(function.id) is None
        dotted = origin(function, scope)
        if package(dotted) in {"fastapi", "starlette", "flask"} or is_routing_class(dotted):
            return True
        if not isinstance(function, ast.Attribute):
            return False
        return function.attr in _GROWING or self.routers.key(function.value, scope) in self.routers.kinds

    def _handing(self, call: ast.Call, router: str, scope: Scope) -> Call:
        """Return a call with the router among its arguments as a name, keyword arguments in a last object."""
        arguments = tuple(self._argument(item, router, scope) for item in call.args)
        named = tuple(
            Entry(self.builder.source.site(item), item.arg, self._argument(item.value, router, scope))
            for item in call.keywords
            if item.arg
        )
        at = self._site(call)
        keywords: tuple[Expr, ...] = (ObjectLiteral(at, named),) if named else ()
        return Call(at, self.builder.build(call.func, scope), arguments + keywords)

    def _argument(self, node: ast.expr, router: str, scope: Scope) -> Expr:
        own = self.routers.key(node, scope) == router
        return Name(self._site(node), router) if own else self.builder.build(node, scope)


def _is_parameter(node: ast.expr, scope: Scope) -> bool:
    found = scope.find(node.id) if isinstance(node, ast.Name) else None
    return found is not None and isinstance(node, ast.Name) and node.id in found.parameters


def _keyword(call: ast.Call, *names: str) -> ast.expr | None:
    return next((item.value for item in call.keywords if item.arg in names), None)


def _has_spread(call: ast.Call) -> bool:
    return any(item.arg is None for item in call.keywords)


def _prefix(call: ast.Call) -> ast.expr | None:
    """Return the prefix that a router is made with; it is Blueprint's sixth positional argument."""
    found = _keyword(call, "prefix", "url_prefix")
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    return call.args[5] if found is None and name == "Blueprint" and len(call.args) > 5 else found


def _path(call: ast.Call) -> ast.expr | None:
    return call.args[0] if call.args else _keyword(call, "path", "rule", "host")


def _is_path(node: ast.expr | None) -> bool:
    text_of = node.value if isinstance(node, ast.Constant) else None
    return isinstance(text_of, str) and (text_of == "" or text_of.startswith("/"))


def _texts(node: ast.expr, scope: Scope) -> list[str] | None:
    """Return the texts of a literal list, or of a name that stands for one; None when one is not known."""
    if isinstance(node, ast.Name):
        found = scope.find(node.id)
        value = found.single(node.id) if found else None
        return _texts(value, scope) if value is not None and not isinstance(value, ast.Name) else None
    if not isinstance(node, ast.List | ast.Tuple | ast.Set):
        return None
    found_texts = [text(item, scope) for item in node.elts]
    return found_texts if all(found_texts) else None


def _class_methods(node: ast.expr, scope: Scope) -> tuple[str, ...]:
    """Return the methods that a class of this file handles, by `methods = [...]` or by methods of their names."""
    found = scope.find(node.id) if isinstance(node, ast.Name) else None
    definition = found.classes.get(node.id) if found and isinstance(node, ast.Name) else None
    if definition is None or found is None:
        return _ANY
    for statement in definition.body:
        if isinstance(statement, ast.Assign) and any(
            isinstance(target, ast.Name) and target.id == "methods" for target in statement.targets
        ):
            return tuple(method.upper() for method in _texts(statement.value, found) or _ANY)
    own = [item.name for item in definition.body if isinstance(item, ast.FunctionDef | ast.AsyncFunctionDef)]
    verbs = tuple(name.upper() for name in own if name in VERBS)
    plain = all(package(origin(base, found)) in {"flask", "starlette"} for base in definition.bases)
    if not verbs and plain and any(last(origin(base, found)) == "View" for base in definition.bases):
        return ("GET",)
    return verbs if verbs and plain else _ANY


def _other_slash(path: Expr) -> list[Expr]:
    """Return the path that `strict_slashes=False` serves beside one without a slash at its end."""
    if isinstance(path, Literal) and isinstance(path.value, str) and not path.value.endswith("/"):
        return [Literal(path.at, path.value + "/")]
    return []
