"""The raw facts of all files, by type and by folder."""

from __future__ import annotations

import posixpath
from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping
from typing import TypeVar, cast

from rtlint.facts.files import FileFacts, SourceFile
from rtlint.facts.groups import GROUPED, GROUPS, FactGroup, flat
from rtlint.facts.raw import Dependency, Package, RawFact, Script

Fact = TypeVar("Fact")


class Index:
    """Finds facts.

    Args:
        files: every file of the repository, by path.
        facts: the raw facts of those that were read.
    """

    def __init__(self, files: Mapping[str, SourceFile], facts: Mapping[str, FileFacts]) -> None:
        self.files = files
        self.facts = facts
        self._by_type: dict[type, list[RawFact]] = {}
        for path in sorted(facts):
            for fact in facts[path].facts:
                self._by_type.setdefault(type(fact), []).append(fact)
        self._groups: dict[str, list[FactGroup]] = {}
        for group in self.of(FactGroup):
            self._groups.setdefault(group.name, []).append(group)
        self._by_role: dict[tuple[type, tuple[str, ...]], list[RawFact]] = {}
        self._packages: dict[str, list[Package]] = {}
        self._in_files: dict[str, tuple[FileFacts, dict[type, list[RawFact]]]] = {}
        self._scripts: dict[str, dict[str, str]] | None = None
        self._paths = sorted(files)
        self._folders: dict[str, list[str]] = {}
        self._dependencies: dict[str, dict[str, Dependency]] = {}
        for dependency in self.of(Dependency):
            self._dependencies.setdefault(dependency.directory, {}).setdefault(dependency.name, dependency)

    def with_modules(self, roles: Collection[str]) -> dict[str, FileFacts]:
        """Return the facts of the files of some roles; Python files that were passed over have none.

        A name leads to a module by where its file stands, whatever is in it.
        """
        passed_over = (path for path, file in self.files.items() if file.kind == "python" and path not in self.facts)
        found = {**self.facts, **{path: FileFacts(path, (), relevant=False) for path in passed_over}}
        return {path: facts for path, facts in found.items() if self.role(path) in roles}

    def of(self, kind: type[Fact]) -> list[Fact]:
        """Return every fact of a type, ordered by file; those in groups are read now."""
        if kind in GROUPED and kind not in self._by_type:
            self._read(GROUPED[kind])
        return cast("list[Fact]", self._by_type.get(kind, []))

    def _read(self, name: str) -> None:
        """Read the facts of a group in all files."""
        self._by_type |= {kind: [] for kind in GROUPS[name]}
        for group in self._groups.get(name, ()):
            for fact in group.facts:
                self._by_type[type(fact)].append(fact)

    def in_file(self, path: str, kind: type[Fact]) -> list[Fact]:
        """Return the facts of a type in one file, in their order."""
        found = self.facts.get(path)
        if found is None:
            return []
        known = self._in_files.get(path)
        if known is None or known[0] is not found:
            known = self._in_files[path] = (found, _by_type(found.facts))
        if kind in GROUPED and kind not in known[1]:
            known[1].update(_by_type(flat(found.facts, GROUPED[kind])))
        return cast("list[Fact]", known[1].get(kind, []))

    def scripts(self, directory: str) -> Mapping[str, str]:
        """Return the npm scripts of the package in a folder: command lines by name."""
        if self._scripts is None:
            self._scripts = {}
            for script in self.of(Script):
                self._scripts.setdefault(script.directory, {})[script.name] = script.command
        return self._scripts.get(directory, {})

    def role(self, path: str) -> str:
        """Return the role of a file; `app` for one that discover did not list."""
        return self.files[path].role if path in self.files else "app"

    def of_role(self, kind: type[Fact], *roles: str) -> Iterable[Fact]:
        """Return the facts of a type in files of the given roles."""
        if (kind, roles) not in self._by_role:
            facts = cast("list[RawFact]", self.of(kind))
            self._by_role[kind, roles] = [fact for fact in facts if self.role(fact.at.path) in roles]
        return cast("list[Fact]", self._by_role[kind, roles])

    def in_folder(self, folder: str) -> list[str]:
        """Return the paths of the files that stand in a folder itself."""
        if not self._folders:
            for path in self._paths:
                self._folders.setdefault(posixpath.dirname(path), []).append(path)
        return self._folders.get(folder, [])

    def below(self, folder: str) -> list[str]:
        """Return the paths of the files in a folder and in those inside it, sorted."""
        if not folder:
            return self._paths
        return self._paths[bisect_left(self._paths, folder + "/") : bisect_left(self._paths, folder + "0")]

    def dependencies(self, directory: str) -> Mapping[str, Dependency]:
        """Return what the manifests in a folder depend on, by name."""
        return self._dependencies.get(directory, {})

    def reachable_dependencies(self, directory: str) -> dict[str, Dependency]:
        """Return what a package can import: its own dependencies and those of the manifests above it (hoisting)."""
        found: dict[str, Dependency] = {}
        for folder in ancestors(directory):
            for name, dependency in self.dependencies(folder).items():
                found.setdefault(name, dependency)
        return found

    def packages(self, ecosystem: str = "npm") -> list[Package]:
        """Return the packages of the repository that are its own code: no tests, no vendored ones."""
        if ecosystem not in self._packages:
            own = self.of_role(Package, "app", "tooling")
            self._packages[ecosystem] = [package for package in own if package.ecosystem == ecosystem]
        return self._packages[ecosystem]


def _by_type(facts: Iterable[RawFact]) -> dict[type, list[RawFact]]:
    found: dict[type, list[RawFact]] = {}
    for fact in facts:
        found.setdefault(type(fact), []).append(fact)
    return found


def ancestors(folder: str) -> Iterable[str]:
    """Yield a folder, the folders above it, and the root as an empty text."""
    while folder:
        yield folder
        folder = posixpath.dirname(folder)
    yield ""


def within(path: str, folder: str) -> bool:
    """Tell whether a path lies in a folder (or is it); everything lies in the root."""
    return not folder or path == folder or path.startswith(folder + "/")
