"""Routers of Django REST framework: what they serve for the view sets registered on them.

Source: rest_framework/routers.py (`SimpleRouter.get_urls`, `DefaultRouter.get_urls`), rest_framework/urlpatterns.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

from rtlint.facts.django import UrlRegistration, UrlRouter, ViewSetAction, ViewSetClass
from rtlint.facts.expressions import Expr, Literal
from rtlint.facts.files import FileFacts
from rtlint.facts.records import dataclass
from rtlint.facts.site import Site
from rtlint.link.python_modules import Definition, External, PythonModules, PythonTexts
from rtlint.link.url_patterns import of_regex

Key: TypeAlias = tuple[str, str]
"""A name of a module: the file, and the name there."""

_MAX_DEPTH = 12
_OBJECT = "{pk}"


@dataclass(frozen=True, slots=True)
class RouterRoutes:
    """What a router serves: sites with paths relative to where it is included."""

    routes: tuple[tuple[Site, str], ...]
    complete: bool


class Routers:
    """All routers of the repository.

    Args:
        files: the facts of each file by path; those that imports lead to come to it later.
        paths: the files whose facts count.
        modules: follows names from file to file.
        texts: folds what prefixes are made of.
    """

    def __init__(
        self, files: Mapping[str, FileFacts], paths: Iterable[str], modules: PythonModules, texts: PythonTexts
    ) -> None:
        self._files = files
        self._modules = modules
        self._texts = texts
        self._made: dict[Key, list[UrlRouter]] = {}
        self._classes: dict[Key, ViewSetClass] = {}
        self._actions: dict[Key, list[ViewSetAction]] = {}
        self._registered: dict[Key, list[UrlRegistration]] = {}
        self._noted: set[str] = set()
        found = [fact for path in paths if path in files for fact in files[path].facts]
        for fact in found:
            if isinstance(fact, UrlRouter):
                self._made.setdefault((fact.at.path, fact.name), []).append(fact)
        for fact in found:
            key = self.key(fact.at.path, fact.router) if isinstance(fact, UrlRegistration) else None
            if isinstance(fact, UrlRegistration) and key is not None:
                self._registered.setdefault(key, []).append(fact)

    def _view_set(self, path: str, name: str) -> ViewSetClass | None:
        """Return a view set; its file is read by now, because a name led there."""
        if path not in self._noted:
            self._noted.add(path)
            for fact in self._files[path].facts if path in self._files else ():
                if isinstance(fact, ViewSetClass):
                    self._classes[path, fact.name] = fact
                elif isinstance(fact, ViewSetAction):
                    self._actions.setdefault((path, fact.owner), []).append(fact)
        return self._classes.get((path, name))

    def key(self, path: str, expr: Expr) -> Key | None:
        """Return the router that an expression stands for; None when it is none that is known."""
        target = self._modules.follow(path, expr)
        key = (target.path, target.name) if isinstance(target, Definition) else None
        return key if key in self._made else None

    def routes(self, key: Key) -> RouterRoutes:
        """Return what a router serves, whichever of several ones its name holds."""
        routes: dict[tuple[Site, str], None] = {}
        complete = True
        for made in self._made[key]:
            ends = self._ends(key[0], made)
            complete = complete and bool(made.form) and ends is not None
            if made.form == "default":
                routes.update(dict.fromkeys((made.at, path) for path in ("", ".{format}", ".{format}/")))
            for fact in self._registered.get(key, []):
                found = self._served(fact)
                complete = complete and found is not None
                served = ((fact.at, one) for path in found or () for one in _ended(path, ends or (), made.form))
                routes.update(dict.fromkeys(served))
        return RouterRoutes(tuple(routes), complete)

    def _ends(self, path: str, made: UrlRouter) -> tuple[str, ...] | None:
        """Return what stands behind every path: a slash, nothing, or what a text says."""
        if made.trailing_slash is None:
            return ("/",)
        if isinstance(made.trailing_slash, Literal) and made.trailing_slash.value in (True, False):
            # A router of our own may hand in a text: "/?" stands for both.
            return ("/",) if made.trailing_slash.value else ("",)
        texts = self._texts.of(path, made.trailing_slash)
        return ("", "/") if texts else None

    def _served(self, fact: UrlRegistration) -> list[str] | None:
        """Return the paths of one registration without what ends them; None when they are not known."""
        texts = self._texts.of(fact.at.path, fact.prefix) if fact.prefix is not None else None
        prefixes = [of_regex(f"^{text}$", endpoint=True) for text in texts] if texts is not None else [None]
        actions = self._action_paths(fact)
        found: list[str] = []
        for prefix in prefixes:
            if prefix is None:
                return None
            for one in prefix:
                base = f"{one}/" if one else ""
                below = [f"{base}{{rest:path}}"] if actions is None else [base + action for action in actions]
                found += [one, f"{base}{_OBJECT}", *below]
        return found

    def _action_paths(self, fact: UrlRegistration) -> list[str] | None:
        """Return the paths of a view set's extra actions; None when it may have others."""
        classes = self._ancestry(fact.at.path, fact.viewset) if fact.viewset is not None else None
        if classes is None:
            return None
        found: list[str] = []
        for key in classes:
            for action in self._actions.get(key, []):
                texts = self._texts.of(key[0], action.path)
                for text in texts if texts is not None else {"("}:
                    spelled = of_regex(f"^{text}$", endpoint=True)
                    if spelled is None:
                        return None
                    found += [f"{_OBJECT}/{one}" if action.detail else one for one in spelled]
        return found

    def _ancestry(self, path: str, expr: Expr) -> list[Key] | None:
        """Return a class with those of the repository that it derives from; None when one of them is not known."""
        pending: list[tuple[str, Expr]] = [(path, expr)]
        found: list[Key] = []
        for _ in range(_MAX_DEPTH * 4):
            if not pending:
                return found
            target = self._modules.follow(*pending.pop())
            if isinstance(target, External) and target.dotted.partition(".")[0] in {"rest_framework", "django"}:
                continue
            known = self._view_set(target.path, target.name) if isinstance(target, Definition) else None
            if known is None or known.lookup:
                return None
            found.append((known.at.path, known.name))
            pending += [(known.at.path, base) for base in known.bases]
        return None


def _ended(path: str, ends: Iterable[str], form: str) -> Iterator[str]:
    """Yield a path with each of its ends; the default router serves a format behind it too."""
    for end in ends:
        yield path + end if path or not end else ""
    if form == "default":
        yield from (f"{path}.{{format}}", f"{path}.{{format}}/")
