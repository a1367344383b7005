"""Django: the backend of each ROOT_URLCONF, with the paths of all its included modules and routers.

Sources: https://docs.djangoproject.com/en/5.2/topics/http/urls/, rest_framework/routers.py,
https://channels.readthedocs.io/en/stable/topics/routing.html.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator

from rtlint.facts.django import DjangoSetting, SocketPatterns, UrlPatterns
from rtlint.facts.expressions import ArrayLiteral, Call, Expr, Literal, Member, Name
from rtlint.facts.records import dataclass, replace
from rtlint.facts.site import Site
from rtlint.facts.url_trees import (
    UrlEntry,
    UrlList,
    UrlLocalized,
    UrlOpaque,
    UrlRef,
    UrlSuffixed,
    UrlTree,
)
from rtlint.link.backends import FoundBackend, FoundRoute, Sources
from rtlint.link.django_routers import Key, Routers
from rtlint.link.python_modules import Definition, Package, PythonModules, PythonTexts, Target
from rtlint.link.url_patterns import of_path, of_regex

_ROLES = frozenset({"app", "tooling"})
_MAX_DEPTH = 40
_MAX_VISITS = 20_000
_BESIDE = ("wsgi.py", "asgi.py", "settings.py", "settings/__init__.py")


def find_backends(sources: Sources) -> Iterator[FoundBackend]:
    """Yield a backend for each module of URL patterns that settings name as the root."""
    project = _Project(sources)
    roots = project.roots()
    for at, module in roots:
        yield _Walk(project).backend(at, module, project.sockets_of(module, [found for _, found in roots]))


class _Project:
    """The facts of all Django files, by name.

    Attributes:
        modules: follows names from file to file.
        texts: folds what patterns are made of.
        routers: the routers of REST framework.
        settings: the settings that decide about paths.
    """

    def __init__(self, sources: Sources) -> None:
        index = sources.index
        files = index.with_modules(_ROLES)
        self.modules = PythonModules(files, sources.modules.module)
        self.texts = PythonTexts(self.modules, sources.fold)
        self.settings = list(index.of_role(DjangoSetting, *_ROLES))
        self._sockets = list(index.of_role(SocketPatterns, *_ROLES))
        self._paths = frozenset(index.files)
        self._named: dict[Key, list[UrlPatterns]] = {}
        for fact in index.of_role(UrlPatterns, *_ROLES):
            self._named.setdefault((fact.at.path, fact.name), []).append(fact)
        self.routers = Routers(index.facts, files, self.modules, self.texts)

    def roots(self) -> list[tuple[Site, str]]:
        """Return the root modules with what names them; an empty path for one that is not known."""
        found: dict[str, Site] = {}
        for fact in self.settings:
            if fact.name == "ROOT_URLCONF":
                for text in self.texts.of(fact.at.path, fact.value) or {""}:
                    module = self.modules.locate(fact.at.path, text) if text else None
                    found.setdefault(module.file if module else "", fact.at)
        if found:
            return sorted((at, module) for module, at in found.items())
        return [(self._named[key][0].at, key[0]) for key in sorted(self._named) if self._is_root(key)]

    def _is_root(self, key: Key) -> bool:
        """Tell whether a `urls.py` stands beside what only a project has, as the root one does."""
        folder = posixpath.dirname(key[0])
        beside = any(posixpath.join(folder, name) in self._paths for name in _BESIDE)
        return key[1] == "urlpatterns" and posixpath.basename(key[0]) == "urls.py" and beside

    def named(self, key: Key) -> list[UrlPatterns]:
        """Return the statements that give a name its patterns."""
        return self._named.get(key, [])

    def is_whole(self, key: Key) -> bool:
        """Tell whether the statements of the file say all that a name holds."""
        names = self.modules.names(key[0])
        replaced = any(not fact.extends for fact in self.named(key))
        return replaced and key[1] not in names.imports

    def sockets_of(self, module: str, roots: list[str]) -> list[SocketPatterns]:
        """Return the WebSocket routes that belong to the project of a root module: those of the nearest folder."""
        return [fact for fact in self._sockets if min(roots, key=lambda root: _far(root, fact.at.path)) == module]

    def is_unlocalized(self) -> bool:
        """Tell whether some settings turn translation off, so that `i18n_patterns` adds no prefix."""
        values = (fact.value for fact in self.settings if fact.name == "USE_I18N")
        return any(not (isinstance(value, Literal) and value.value is True) for value in values)

    def is_prefixed(self) -> bool:
        """Tell whether some settings put a prefix before every path."""
        values = (fact.value for fact in self.settings if fact.name == "FORCE_SCRIPT_NAME")
        return any(not (isinstance(value, Literal) and not value.value) for value in values)


def _far(one: str, other: str) -> int:
    """Return how unlike the folders of two files are."""
    first, second = one.split("/")[:-1], other.split("/")[:-1]
    common = len(posixpath.commonprefix([first, second]))
    return len(first) + len(second) - 2 * common


@dataclass(frozen=True, slots=True)
class _Reach:
    """How the walk has come to a list.

    Attributes:
        prefix: the path so far.
        mounted: the outermost pattern with an inclusion on the way.
        suffixed: whether every pattern has a format behind it too.
        open: the lists that the walk is in.
    """

    prefix: str
    mounted: Site | None
    protocol: str
    suffixed: bool
    open: tuple[Key, ...]


class _Walk:
    """One walk through a project's patterns."""

    def __init__(self, project: _Project) -> None:
        self._project = project
        self._complete = True
        self._routes: list[FoundRoute] = []
        self._visits = 0

    def backend(self, at: Site, module: str, sockets: Iterable[SocketPatterns]) -> FoundBackend:
        """Return what a root module serves."""
        self._complete = bool(module) and not self._project.is_prefixed()
        if module:
            self._list((module, "urlpatterns"), _Reach("/", None, "http", False, ()))
        for fact in sockets:
            self._visit(fact.at.path, fact.tree, _Reach("/", None, "ws", False, ()))
        directory = posixpath.dirname(module or at.path)
        return FoundBackend(at, "django", directory, self._complete, tuple(self._routes))

    def _list(self, key: Key, reach: _Reach) -> None:
        """Walk through a named list, or what an imported one stands for."""
        if key in reach.open:
            self._complete = self._complete and key == reach.open[-1]
            return
        facts = self._project.named(key)
        inner = replace(reach, open=(*reach.open, key))
        if not facts:
            self._elsewhere(key, inner)
            return
        self._complete = self._complete and self._project.is_whole(key)
        for fact in facts:
            self._visit(key[0], fact.tree, inner)

    def _elsewhere(self, key: Key, reach: _Reach) -> None:
        """Walk through a list that the file imports or has under another name."""
        path, name = key
        target = self._project.modules.follow(path, Name(Site(path, 1, 1, 1, 1), name))
        if isinstance(target, Definition) and (target.path, target.name) != key:
            self._list((target.path, target.name), reach)
        elif isinstance(target, Definition) and isinstance(target.value, Name | Member):
            self._ref(target.path, UrlRef(target.value.at, target.value, "list"), reach)
        else:
            self._complete = False

    def _visit(self, path: str, tree: UrlTree, reach: _Reach) -> None:
        self._visits += 1
        if self._visits > _MAX_VISITS or len(reach.open) > _MAX_DEPTH or isinstance(tree, UrlOpaque):
            self._complete = False
        elif isinstance(tree, UrlList):
            for item in tree.items:
                self._visit(path, item, reach)
        elif isinstance(tree, UrlEntry):
            self._entry(path, tree, reach)
        elif isinstance(tree, UrlRef):
            self._ref(path, tree, reach)
        elif isinstance(tree, UrlLocalized):
            self._localized(path, tree, reach)
        elif isinstance(tree, UrlSuffixed):
            self._visit(path, tree.inner, replace(reach, suffixed=True))
        else:
            self._outside(tree.at, reach)

    def _localized(self, path: str, tree: UrlLocalized, reach: _Reach) -> None:
        self._visit(path, tree.inner, replace(reach, prefix=reach.prefix + "{lang}/"))
        if tree.bare or self._project.is_unlocalized():
            self._visit(path, tree.inner, reach)

    def _entry(self, path: str, entry: UrlEntry, reach: _Reach) -> None:
        view = self._is_view(path, entry.below)
        for text in self._texts(path, entry.pattern):
            spelled = of_regex(text, endpoint=view) if entry.regex else of_path(text)
            self._complete = self._complete and spelled is not None
            for one in spelled or ():
                if view or entry.below is None:
                    self._serve(entry.at, one, reach)
                else:
                    inner = replace(reach, prefix=reach.prefix + one, mounted=reach.mounted or entry.at)
                    self._visit(path, entry.below, inner)

    def _texts(self, path: str, expr: Expr) -> list[str]:
        found = self._project.texts.of(path, expr)
        self._complete = self._complete and found is not None
        return sorted(found or ())

    def _is_view(self, path: str, tree: UrlTree | None) -> bool:
        """Tell whether the second argument of `path` is a view: a name that leads to no patterns."""
        if not isinstance(tree, UrlRef) or tree.form != "view":
            return tree is None
        if isinstance(tree.expr, Member) and tree.expr.name == "urls":
            return False
        target = self._project.modules.follow(path, tree.expr)
        return not self._is_list(target)

    def _serve(self, at: Site, spelled: str, reach: _Reach) -> None:
        whole = reach.prefix + spelled
        ends = ("", "." + "{format}", ".{format}/") if reach.suffixed else ("",)
        for end in ends:
            base = whole.rstrip("/") if end and whole != "/" else whole
            self._routes.append(FoundRoute(at, "*", base + end, reach.protocol, reach.mounted))

    def _outside(self, at: Site, reach: _Reach) -> None:
        self._routes.append(FoundRoute(at, "*", reach.prefix + "{rest:path}", reach.protocol, reach.mounted))

    def _ref(self, path: str, ref: UrlRef, reach: _Reach) -> None:
        """Walk through what a name, a router's `urls` or the text of a module leads to."""
        project = self._project
        if isinstance(ref.expr, Member) and ref.expr.name == "urls":
            key = project.routers.key(path, ref.expr.object)
            if key is not None:
                self._router(key, reach)
                return
        target = project.modules.follow(path, ref.expr)
        texts = project.texts.of(path, ref.expr) if ref.form == "include" and not self._is_list(target) else None
        if texts is not None:
            for text in sorted(texts):
                self._module(path, text, ref, reach)
            return
        if isinstance(target, Package):
            self._list((target.file, "urlpatterns"), reach)
        elif isinstance(target, Definition):
            self._definition(target, ref, reach)
        elif target is not None or ref.form == "view":
            self._outside(ref.at, reach)
        else:
            self._complete = False

    def _is_list(self, target: Target | None) -> bool:
        """Tell whether a name holds a list or what `include` gave, which no text can be folded from."""
        if not isinstance(target, Definition):
            return False
        callee = target.value.callee if isinstance(target.value, Call) else None
        if isinstance(callee, Name) and "include" in callee.name:
            return True
        return isinstance(target.value, ArrayLiteral) or bool(self._project.named((target.path, target.name)))

    def _definition(self, target: Definition, ref: UrlRef, reach: _Reach) -> None:
        """Walk through a name of the repository; `site.urls` of an object of another kind is no list that we know."""
        if ref.form == "view" and not self._project.named((target.path, target.name)):
            self._outside(ref.at, reach)
        else:
            self._list((target.path, target.name), reach)

    def _module(self, path: str, text: str, ref: UrlRef, reach: _Reach) -> None:
        """Walk through a module that `include` names; one from outside the repository may serve anything."""
        module = self._project.modules.locate(path, text)
        if module is None or not module.file:
            self._outside(ref.at, reach)
        else:
            self._list((module.file, "urlpatterns"), reach)

    def _router(self, key: Key, reach: _Reach) -> None:
        found = self._project.routers.routes(key)
        self._complete = self._complete and found.complete
        for at, spelled in found.routes:
            self._routes.append(FoundRoute(at, "*", reach.prefix + spelled, reach.protocol, reach.mounted))
