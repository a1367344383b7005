"""Django: lists of URL patterns, settings that decide about paths, WebSocket routes of Channels.

Sources: https://docs.djangoproject.com/en/5.2/ref/urls/, https://docs.djangoproject.com/en/5.2/topics/i18n/translation/
(`i18n_patterns`), https://www.django-rest-framework.org/api-guide/format-suffixes/,
https://channels.readthedocs.io/en/stable/topics/routing.html.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from rtlint.extract.python.expressions import Builder
from rtlint.extract.python.origins import last, origin, package
from rtlint.extract.python.scopes import Scope, statements
from rtlint.facts.django import DjangoSetting, SocketPatterns, UrlPatterns
from rtlint.facts.raw import RawFact
from rtlint.facts.url_trees import (
    UrlEntry,
    UrlList,
    UrlLocalized,
    UrlOpaque,
    UrlOutside,
    UrlRef,
    UrlSuffixed,
    UrlTree,
)

_SETTINGS = frozenset({"ROOT_URLCONF", "FORCE_SCRIPT_NAME", "USE_I18N"})
_PATHS = {"path": False, "re_path": True, "url": True}
_STATIC = frozenset({"django.conf.urls.static.static", "django.contrib.staticfiles.urls.staticfiles_urlpatterns"})
_LISTS = frozenset({"urlpatterns", "websocket_urlpatterns"})
_GROWS = frozenset({"append", "extend", "insert"})
_MAX_DEPTH = 30


def django_urls(builder: Builder, tree: ast.Module) -> Iterator[RawFact]:
    """Yield the lists of URL patterns, WebSocket routes and deciding settings of a file."""
    reader = _Reader(builder)
    for statement in statements(tree.body):
        yield from reader.statement(statement)
    if "ProtocolTypeRouter" in builder.source.text:
        yield from reader.hidden_sockets(tree)


class _Reader:
    """Reads the statements of one module."""

    def __init__(self, builder: Builder) -> None:
        self._builder = builder
        self._scope: Scope = builder.scopes.module
        self._read: set[int] = set()

    def statement(self, statement: ast.stmt) -> Iterator[RawFact]:
        if isinstance(statement, ast.AugAssign):
            yield from self._assigned(statement.target, statement.value, extends=True)
        elif isinstance(statement, ast.Assign):
            for target in statement.targets:
                yield from self._assigned(target, statement.value, extends=False)
        elif isinstance(statement, ast.AnnAssign) and statement.value is not None:
            yield from self._assigned(statement.target, statement.value, extends=False)
        elif isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
            yield from self._grown(statement.value)

    def _assigned(self, target: ast.expr, value: ast.expr, *, extends: bool) -> Iterator[RawFact]:
        if not isinstance(target, ast.Name):
            return
        if target.id in _SETTINGS:
            yield DjangoSetting(self._builder.source.site(value), target.id, self._builder.build(value, self._scope))
        if isinstance(value, ast.Call) and last(self._origin(value)) == "ProtocolTypeRouter":
            yield from self._sockets(value)
            return
        tree = self.tree(value)
        empty = isinstance(value, ast.List | ast.Tuple) and not value.elts
        if empty or target.id in _LISTS or _holds_entry(tree):
            yield UrlPatterns(self._builder.source.site(value), target.id, extends, tree)

    def _grown(self, call: ast.Call) -> Iterator[RawFact]:
        """Yield what `urlpatterns.append(path(...))` and its like add."""
        function = call.func
        if not isinstance(function, ast.Attribute) or function.attr not in _GROWS or not call.args:
            return
        if isinstance(function.value, ast.Name):
            one = function.attr != "extend"
            tree = self._item(call.args[-1], 0) if one else self.tree(call.args[-1])
            if function.value.id in _LISTS or _holds_entry(tree):
                yield UrlPatterns(self._builder.source.site(call.args[-1]), function.value.id, True, tree)

    def hidden_sockets(self, tree: ast.Module) -> Iterator[SocketPatterns]:
        """Yield that WebSockets have routes wherever a function or wrapper makes the ProtocolTypeRouter."""
        for node in ast.walk(tree):
            unread = isinstance(node, ast.Call) and id(node) not in self._read
            if isinstance(node, ast.Call) and unread and last(self._origin(node)) == "ProtocolTypeRouter":
                at = self._builder.source.site(node)
                yield SocketPatterns(at, UrlOpaque(at, "protocols inside other code"))

    def _sockets(self, call: ast.Call) -> Iterator[SocketPatterns]:
        self._read.add(id(call))
        given = call.args[0] if call.args else None
        pairs = zip(given.keys, given.values, strict=True) if isinstance(given, ast.Dict) else ()
        at = self._builder.source.site(call)
        if not isinstance(given, ast.Dict):
            yield SocketPatterns(at, UrlOpaque(at, "protocols that are no literal"))
        for key, value in pairs:
            if not isinstance(key, ast.Constant):
                yield SocketPatterns(at, UrlOpaque(at, "computed protocol"))
            elif key.value == "websocket":
                yield SocketPatterns(self._builder.source.site(value), self._application(value))

    def _application(self, node: ast.expr) -> UrlTree:
        """Return the patterns of the URLRouter inside an application and the middleware around it."""
        for _ in range(_MAX_DEPTH):
            if not isinstance(node, ast.Call) or not node.args:
                break
            if last(self._origin(node)) == "URLRouter":
                return self.tree(node.args[0])
            node = node.args[0]
        if isinstance(node, ast.Name | ast.Attribute):
            return self._ref(node, "list")
        return self._opaque(node, "application")

    def tree(self, node: ast.expr, depth: int = 0) -> UrlTree:
        """Return the patterns that an expression stands for."""
        if depth > _MAX_DEPTH:
            return self._opaque(node, "nested too deeply")
        at = self._builder.source.site(node)
        if isinstance(node, ast.List | ast.Tuple):
            return UrlList(at, tuple(self._item(item, depth + 1) for item in node.elts))
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            return UrlList(at, tuple(self.tree(side, depth + 1) for side in _summands(node)))
        if isinstance(node, ast.IfExp):
            return UrlList(at, (self.tree(node.body, depth + 1), self.tree(node.orelse, depth + 1)))
        if isinstance(node, ast.Name | ast.Attribute):
            return self._ref(node, "list")
        return self._call(node, depth) if isinstance(node, ast.Call) else self._opaque(node, "list")

    def _call(self, node: ast.Call, depth: int) -> UrlTree:
        """Return the patterns that a function gives: those of Django and its relatives are known."""
        at, dotted = self._builder.source.site(node), self._origin(node)
        name = last(dotted)
        if dotted in _STATIC:
            # Files of DEBUG servers, below a prefix that only settings know: nothing that a client of ours would call.
            return UrlList(at, ())
        if name == "i18n_patterns" and package(dotted) == "django":
            items = tuple(self._item(item, depth + 1) for item in node.args)
            return UrlLocalized(at, UrlList(at, items), bare=bool(node.keywords))
        if name == "format_suffix_patterns" and package(dotted) == "rest_framework" and node.args:
            return UrlSuffixed(at, self.tree(node.args[0], depth + 1))
        if name == "URLRouter" and package(dotted) == "channels" and node.args:
            return self.tree(node.args[0], depth + 1)
        if name in {"list", "tuple"} and len(node.args) == 1:
            return self.tree(node.args[0], depth + 1)
        return self._opaque(node, "call")

    def _item(self, node: ast.expr, depth: int) -> UrlTree:
        """Return one item of a list of patterns."""
        if isinstance(node, ast.Starred):
            return self.tree(node.value, depth + 1)
        dotted = self._origin(node)
        if isinstance(node, ast.Call) and package(dotted) == "django" and last(dotted) in _PATHS:
            return self._entry(node, _PATHS[last(dotted)], depth)
        return self._opaque(node, "pattern")

    def _entry(self, node: ast.Call, regex: bool, depth: int) -> UrlTree:
        given = {item.arg: item.value for item in node.keywords}
        pattern = node.args[0] if node.args else given.get("route", given.get("regex"))
        target = node.args[1] if len(node.args) > 1 else given.get("view")
        if pattern is None or target is None or any(isinstance(item, ast.Starred) for item in node.args):
            return self._opaque(node, "pattern")
        built = self._builder.build(pattern, self._scope)
        return UrlEntry(self._builder.source.site(node), regex, built, self._target(target, depth + 1))

    def _target(self, node: ast.expr, depth: int) -> UrlTree | None:
        """Return what stands below a pattern; None for a view."""
        if isinstance(node, ast.Tuple | ast.List):
            return self._included(node, depth)
        if isinstance(node, ast.Name | ast.Attribute):
            return self._ref(node, "view")
        if not isinstance(node, ast.Call):
            return None
        dotted = self._origin(node)
        if last(dotted) == "include" and package(dotted) == "django":
            given = node.args or [item.value for item in node.keywords if item.arg == "arg"]
            return self._included(given[0], depth) if given else self._opaque(node, "include")
        if last(dotted) == "URLRouter":
            return self._call(node, depth)
        return UrlOutside(self._builder.source.site(node)) if self._may_include(node) else None

    def _may_include(self, node: ast.Call) -> bool:
        """Tell whether a call that is not known may give patterns: `decorator_include(...)`, `wrap(include(...))`."""
        calls = (inner.func for inner in ast.walk(node) if isinstance(inner, ast.Call))
        names = (item.attr if isinstance(item, ast.Attribute) else getattr(item, "id", "") for item in calls)
        return any("include" in name or name == "URLRouter" for name in names)

    def _included(self, node: ast.expr, depth: int) -> UrlTree:
        """Return what `include` makes of its argument: a module, a list, or a tuple of one and its namespace."""
        if isinstance(node, ast.Tuple):
            return self._included(node.elts[0], depth + 1) if node.elts else self._opaque(node, "empty tuple")
        if isinstance(node, ast.Name | ast.Attribute | ast.Constant | ast.JoinedStr):
            return self._ref(node, "include")
        strings = isinstance(node, ast.BinOp) and not any(isinstance(s, ast.List | ast.Call) for s in _summands(node))
        return self._ref(node, "include") if strings else self.tree(node, depth + 1)

    def _ref(self, node: ast.expr, form: str) -> UrlRef:
        return UrlRef(self._builder.source.site(node), self._builder.build(node, self._scope), form)

    def _opaque(self, node: ast.expr, reason: str) -> UrlOpaque:
        return UrlOpaque(self._builder.source.site(node), reason)

    def _origin(self, node: ast.expr) -> str:
        return origin(node.func, self._scope) if isinstance(node, ast.Call) else ""


def _summands(node: ast.expr) -> list[ast.expr]:
    """Return the parts of `a + b + c` in order."""
    found: list[ast.expr] = []
    pending = [node]
    while pending:
        one = pending.pop()
        if isinstance(one, ast.BinOp) and isinstance(one.op, ast.Add):
            pending += [one.right, one.left]
        else:
            found.append(one)
    return found


def _holds_entry(tree: UrlTree) -> bool:
    """Tell whether something is surely a list of patterns: it holds one, or Django's own function makes it."""
    pending: list[UrlTree] = [tree]
    while pending:
        one = pending.pop()
        if isinstance(one, UrlEntry | UrlLocalized | UrlSuffixed):
            return True
        pending += one.items if isinstance(one, UrlList) else ()
    return False
