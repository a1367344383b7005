"""Modules: which file an import leads to, and what a name means in a file."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Mapping, Sequence

from rtlint.facts.expressions import Expr
from rtlint.facts.files import FileFacts
from rtlint.facts.raw import Binding, Export, Import, Package, PathAlias, RawFact
from rtlint.facts.records import dataclass, field
from rtlint.link.calls import Calls
from rtlint.link.constants import Constants

EXTENSIONS = (".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs", ".vue", ".svelte", ".json")
"""Suffixes tried behind a specifier without one, in the order of bundlers that know TypeScript."""

_MAX_HOPS = 12
_SOURCE_ROOTS = ("src", "app", "lib", "")
_CONVENTIONS = {
    "@/": ("src", ""),
    "~/": ("src", "app", ""),
    "@app/": ("src/app",),
    "$lib/": ("src/lib",),
    "#/": ("src",),
}
"""Aliases that frameworks give without a line of configuration: Vue CLI and Vite templates `@`, Nuxt `~`, SvelteKit
`$lib`. Sources: https://nuxt.com/docs/api/nuxt-config#alias, https://svelte.dev/docs/kit/project-structure."""


Declares = Callable[[str, str], bool]


@dataclass(slots=True)
class Module:
    """The names of one file."""

    path: str
    bindings: dict[str, Binding] = field(default_factory=dict)
    imports: dict[str, Import] = field(default_factory=dict)
    exports: dict[str, Export] = field(default_factory=dict)
    stars: list[Export] = field(default_factory=list)

    @classmethod
    def of(cls, facts: FileFacts) -> Module:
        """Collect the names from the facts of a file."""
        module = cls(facts.path)
        for fact in facts.facts:
            if isinstance(fact, Binding):
                module.bindings[fact.name] = fact
            elif isinstance(fact, Import) and fact.local:
                module.imports[fact.local] = fact
            elif isinstance(fact, Export):
                if fact.exported == "*":
                    module.stars.append(fact)
                else:
                    module.exports[fact.exported] = fact
        return module


class Modules:
    """All files of the repository, as a graph of modules.

    Args:
        paths: every file of the repository, whether it was read or not.
        facts: the facts of the files that were read.
        load: asks extract for the facts of one more file, because an import leads there; None when it can't be read.
        mentions: returns, for each of some names, the files whose text names it; without it only the files that were
            read are searched for calls.
        declares: tells whether a script that was not read declares a function or class itself.
    """

    def __init__(
        self,
        paths: Iterable[str],
        facts: Mapping[str, FileFacts],
        load: Callable[[str], FileFacts | None],
        mentions: Callable[[Iterable[str]], Mapping[str, Iterable[str]]] | None = None,
        declares: Declares | None = None,
    ) -> None:
        self._declares = declares
        self._paths = frozenset(paths)
        self._facts = facts
        self._load = load
        self._modules: dict[str, Module | None] = {}
        self._calls = Calls(self, facts, mentions)
        self._constants = Constants(facts)
        self._aliases: dict[str, list[PathAlias]] = {}
        self._packages: dict[str, str] = {}
        self._directories: set[str] = set()
        for fact in (fact for file in facts.values() for fact in file.facts):
            if isinstance(fact, PathAlias):
                self._aliases.setdefault(fact.directory, []).append(fact)
            elif isinstance(fact, Package) and fact.ecosystem == "npm":
                self._directories.add(fact.directory)
                if fact.name:
                    self._packages.setdefault(fact.name, fact.directory)

    def module(self, path: str) -> Module | None:
        """Return the names of a file, read now if the prefilter had passed over it."""
        if path not in self._modules:
            facts = self._facts.get(path)
            if facts is None or not facts.relevant:
                facts = self._load(path)
            self._modules[path] = Module.of(facts) if facts else None
        return self._modules[path]

    def declares(self, path: str, name: str) -> bool:
        """Tell whether a file that was passed over declares the function or class that it exports under a name.

        Then the name leads to no package, and there is no need to read the file.
        """
        known = self._facts.get(path)
        passed_over = path not in self._modules and (known is None or not known.relevant)
        return passed_over and self._declares is not None and self._declares(path, name)

    def locate(self, path: str, name: str) -> tuple[str, str] | None:
        """Return the file that binds a name, through imports and re-exports, and the name there.

        A default export without a name of its own is called `default`. None for what comes from outside the repository.
        """
        for _ in range(_MAX_HOPS):
            module = self.module(path)
            if module is None:
                return None
            if name in module.bindings:
                return path, name
            link = module.imports.get(name) or module.exports.get(name)
            if link is None:
                return self._starred(path, module, name)
            if isinstance(link, Export) and not link.source:
                if link.value is not None or link.local == name:
                    return path, name
                name = link.local
                continue
            target = self.resolve(path, link.source)
            if target is None:
                return None
            path, name = target, link.imported if isinstance(link, Import) else link.local
        return None

    def _starred(self, path: str, module: Module, name: str) -> tuple[str, str] | None:
        """Return where one of `export * from ...` leads; those that lead further are not followed."""
        for star in module.stars:
            target = self.resolve(path, star.source)
            inner = self.module(target) if target else None
            if target and inner and (name in inner.exports or name in inner.bindings):
                return self.locate(target, name)
        return None

    def definition(self, path: str, name: str) -> tuple[str, Expr] | None:
        """Return what a name is bound to, and the file that the expression stands in."""
        found = self.locate(path, name)
        module = self.module(found[0]) if found else None
        if found is None or module is None:
            return None
        if found[1] in module.bindings:
            return found[0], module.bindings[found[1]].value
        value = module.exports[found[1]].value if found[1] in module.exports else None
        return (found[0], value) if value is not None else None

    def facts(self, path: str) -> tuple[RawFact, ...]:
        """Return the raw facts of a file, read now if the prefilter had passed over it."""
        self.module(path)
        found = self._facts.get(path)
        return found.facts if found else ()

    def calls(self, path: str, owner: str) -> Sequence[tuple[str, tuple[Expr, ...]]]:
        """Return the calls of a function, or the constructions of a class: file and arguments of each."""
        return self._calls.of(path, owner)

    def constant(self, path: str, name: str) -> tuple[str, Expr] | None:
        """Return what the build tool puts in the place of a name that nothing binds, with the file that says so."""
        return self._constants.of(self.package_directory(path), name)

    def package_directory(self, path: str) -> str:
        """Return the folder of the nearest package.json above a file; empty for the root or where there is none."""
        return next((folder for folder in _ancestors(posixpath.dirname(path)) if folder in self._directories), "")

    def resolve(self, path: str, specifier: str) -> str | None:
        """Return the file that an import leads to, or None for a package from outside the repository.

        Relative paths, `tsconfig`/`jsconfig` and bundler aliases (nearest folder first, longest pattern first),
        packages of the workspace, absolute paths of an HTML page, and the frameworks' own conventions, in this order.
        """
        bare = specifier.partition("?")[0]
        return next(filter(None, (self._file(candidate) for candidate in self._candidates(path, bare))), None)

    def _candidates(self, path: str, specifier: str) -> Iterable[str]:
        folder = posixpath.dirname(path)
        if specifier.startswith("."):
            yield _join(folder, specifier)
            return
        package = self.package_directory(path)
        if specifier.startswith("/"):
            yield from (_join(package, specifier[1:]), _join(package, "public" + specifier), specifier[1:])
            return
        yield from self._aliased(folder, specifier)
        yield from self._workspace(specifier)
        for prefix, roots in _CONVENTIONS.items():
            if specifier.startswith(prefix):
                yield from (_join(_join(package, root), specifier[len(prefix) :]) for root in roots)

    def _aliased(self, folder: str, specifier: str) -> Iterable[str]:
        for ancestor in _ancestors(folder):
            for alias in sorted(self._aliases.get(ancestor, ()), key=lambda item: -len(item.pattern)):
                rest = _match(alias.pattern, specifier)
                if rest is not None:
                    yield alias.target.replace("*", rest, 1)

    def _workspace(self, specifier: str) -> Iterable[str]:
        parts = specifier.split("/")
        size = 2 if specifier.startswith("@") else 1
        name, rest = "/".join(parts[:size]), "/".join(parts[size:])
        if name in self._packages:
            for root in _SOURCE_ROOTS:
                base = _join(self._packages[name], root)
                yield _join(base, rest) if rest else _join(base, "index")

    def _file(self, candidate: str) -> str | None:
        if candidate in self._paths:
            return candidate
        stem, suffix = posixpath.splitext(candidate)
        tries = [candidate + extension for extension in EXTENSIONS]
        if suffix in {".js", ".jsx", ".mjs", ".cjs"}:
            tries += [stem + suffix.replace("js", "ts", 1), stem + ".ts", stem + ".tsx"]
        tries += [_join(candidate, "index" + extension) for extension in EXTENSIONS]
        return next((item for item in tries if item in self._paths), None)


def _match(pattern: str, specifier: str) -> str | None:
    """Return what `*` stands for when the specifier fits the pattern (empty for a pattern without one)."""
    if "*" not in pattern:
        return "" if pattern == specifier else None
    before, _, after = pattern.partition("*")
    fits = specifier.startswith(before) and specifier.endswith(after) and len(specifier) >= len(before) + len(after)
    return specifier[len(before) : len(specifier) - len(after)] if fits else None


def _ancestors(folder: str) -> Iterable[str]:
    while folder:
        yield folder
        folder = posixpath.dirname(folder)
    yield ""


def _join(folder: str, rest: str) -> str:
    joined = posixpath.normpath(posixpath.join(folder, rest))
    return "" if joined == "." else joined
