"""Calls: who calls a function of the repository, or constructs a class of it, and with what."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Protocol, TypeAlias

from rtlint.facts.expressions import Expr, Member, Name
from rtlint.facts.files import FileFacts
from rtlint.facts.groups import flat
from rtlint.facts.raw import CallSite, Construction, Export, RawFact

Found: TypeAlias = tuple[str, tuple[Expr, ...]]
_INDEX = (".", "/", "index")
"""Ends of specifiers that lead to the index file of a folder."""

_MAX_FILES = 60
"""How many files that name a function are read for its calls."""


class Locator(Protocol):
    """How names lead from file to file."""

    def locate(self, path: str, name: str) -> tuple[str, str] | None:
        """Return the file that binds a name, and the name there."""

    def resolve(self, path: str, specifier: str) -> str | None:
        """Return the file that an import leads to."""

    def facts(self, path: str) -> tuple[RawFact, ...]:
        """Return the raw facts of a file."""


class Calls:
    """Finds the calls of functions, in the files that were read and in those whose text names the function.

    Args:
        modules: how names lead from file to file.
        facts: the facts of the files that were read.
        mentions: returns, for each of some names, the files whose text names it; None to look into every file that was
            read.
    """

    def __init__(
        self,
        modules: Locator,
        facts: Mapping[str, FileFacts],
        mentions: Callable[[Iterable[str]], Mapping[str, Iterable[str]]] | None,
    ) -> None:
        self._modules = modules
        self._facts = facts
        self._mentions = mentions
        self._known: dict[tuple[str, str], Sequence[Found]] = {}
        self._read: set[str] = set()
        self._by_key: dict[tuple[str, str], list[tuple[str, CallSite | Construction]]] = {}
        self._aliases: dict[str, list[Export]] | None = None

    def of(self, path: str, owner: str) -> Sequence[Found]:
        """Return the calls of the function `owner` of a file, as file and arguments, ordered by file."""
        key = (path, owner)
        if key not in self._known:
            for caller in self._callers(path, owner):
                self._collect(caller)
            self._known[key] = [(caller, fact.arguments) for caller, fact in self._by_key.get(key, ())]
        return self._known[key]

    def _callers(self, path: str, owner: str) -> list[str]:
        """Return the files to look into: those whose text holds a name that the function goes by.

        A default export goes by any name, but the import names its file.
        """
        read = {name for name, found in self._facts.items() if found.relevant}
        if self._mentions is None:
            return sorted({path, *read})
        stem = posixpath.splitext(posixpath.basename(path))[0]
        if stem == "index":
            stem = posixpath.basename(posixpath.dirname(path))
        names = self._names(owner, stem)
        words = sorted((names - {"default"}) | ({stem} if "default" in names else set()))
        mentions = self._mentions(words)
        naming = {name for word in words for name in mentions.get(word, ())}
        return sorted({path, *sorted(naming)[:_MAX_FILES], *(naming & read)})

    def _names(self, owner: str, stem: str) -> set[str]:
        """Return the names that files may export a function under, its own among them.

        Args:
            owner: its own name, or `default`.
            stem: what specifiers of its file end with, unless they lead to an index file.
        """
        if self._aliases is None:
            self._aliases = {}
            for fact in (fact for found in self._facts.values() for fact in found.facts):
                if isinstance(fact, Export) and fact.local and fact.exported not in {"*", fact.local}:
                    self._aliases.setdefault(fact.local, []).append(fact)
        names, pending = {owner}, [owner]
        while pending:
            local = pending.pop()
            for fact in self._aliases.get(local, ()):
                elsewhere = local == "default" and stem not in fact.source and not fact.source.endswith(_INDEX)
                if fact.exported not in names and not elsewhere:
                    names.add(fact.exported)
                    pending.append(fact.exported)
        return names

    def _collect(self, path: str) -> None:
        if path in self._read or not path.endswith(_SCRIPTS):
            return
        self._read.add(path)
        for fact in flat(self._modules.facts(path), "calls"):
            if isinstance(fact, CallSite) or (isinstance(fact, Construction) and fact.form == "new"):
                for key in self._called(path, fact.callee):
                    self._by_key.setdefault(key, []).append((path, fact))

    def _called(self, path: str, callee: Expr) -> Iterator[tuple[str, str]]:
        if isinstance(callee, Name):
            found = self._modules.locate(path, callee.name)
        elif isinstance(callee, Member) and isinstance(callee.object, Name):
            found = self._namespaced(path, callee.object.name, callee.name)
        else:
            found = None
        if found:
            yield found

    def _namespaced(self, path: str, namespace: str, name: str) -> tuple[str, str] | None:
        """Return what a member of `import * as namespace` is."""
        for fact in self._modules.facts(path):
            if getattr(fact, "local", "") == namespace and getattr(fact, "imported", "") == "*":
                target = self._modules.resolve(path, getattr(fact, "source", ""))
                return self._modules.locate(target, name) if target else None
        return None


_SCRIPTS = (".ts", ".tsx", ".js", ".jsx", ".mts", ".cts", ".mjs", ".cjs", ".vue", ".svelte", ".astro", ".html")
