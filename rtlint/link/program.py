"""The whole program, as the parts of link share it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import get_args

from rtlint.facts.derived import Environment
from rtlint.facts.expressions import Binary, EnvVar, Expr, Literal, Name
from rtlint.facts.raw import EnvRead, EnvSet, FlagTest
from rtlint.facts.records import dataclass, field
from rtlint.findings import Unresolved
from rtlint.link import urls
from rtlint.link.environments import Environments, Place
from rtlint.link.index import Index
from rtlint.link.modules import Modules
from rtlint.link.origins import Origins
from rtlint.link.outcomes import Outcomes
from rtlint.link.policy import NONE, Policy
from rtlint.link.routes import Routes
from rtlint.link.runtime import Runtimes
from rtlint.link.store import ValueStore
from rtlint.link.values import Folder

_MAX_PARTS = 20_000
"""How many parts of an expression are looked at for the variables in it."""


@dataclass(slots=True)
class Program:
    """What is known of the repository while facts are derived from it.

    Attributes:
        find_routes: works out the served routes.
        mentions: for each of some names, the files whose text names it; the files that define or read it as facts are
            part of the answer.
    """

    index: Index
    modules: Modules
    environments: Environments
    find_routes: Callable[[], Routes]
    mentions: Callable[[Iterable[str]], dict[str, frozenset[str]]]
    policy: Policy = NONE
    values: ValueStore = field(default_factory=ValueStore)
    unresolved: list[Unresolved] = field(default_factory=list)
    origins: Origins = field(init=False)
    guards: Guards = field(init=False)
    runtimes: Runtimes = field(init=False)
    _folders: dict[int, Folder] = field(default_factory=dict)
    _leaves: dict[str, Folder] = field(default_factory=dict)
    _sets: dict[object, EnvSet] = field(default_factory=dict)
    _read: frozenset[str] = frozenset()
    _routes: Routes | None = None

    def __post_init__(self) -> None:
        """Make the helpers that need the others."""
        self.origins = Origins(self.index, self.modules)
        self.runtimes = Runtimes(self.index)
        self.guards = Guards(self)
        self._read = frozenset(fact.name for fact in self.index.of(EnvRead) if fact.name)
        self._sets = {fact.at: fact for fact in self.index.of(EnvSet)}

    @property
    def routes(self) -> Routes:
        """The served routes of app code; they are looked for when they are first asked for."""
        if self._routes is None:
            self._routes = self.find_routes()
        return self._routes

    def folder(self, place: Place) -> Folder:
        """Return the folder of values for one environment."""
        if place.id not in self._folders:
            self._folders[place.id] = Folder(self.modules, place)
        return self._folders[place.id]

    def scope(self, host: str) -> str:
        """Return the scope of a host: a server of the project's own counts as private."""
        return "private" if host in self.policy.hosts else urls.scope(host)

    def leaf_folder(self, package: str) -> Folder:
        """Return the folder that finds every source which may decide an expression, in whatever environment."""
        if package not in self._leaves:
            self._leaves[package] = Folder(self.modules, self.environments.everywhere(package), every=True)
        return self._leaves[package]

    def leaves(self, package: str, path: str, expr: Expr) -> Outcomes:
        """Return every source that may decide an expression, in whatever environment of the package."""
        return self.leaf_folder(package).fold(path, expr)

    def package_of(self, path: str) -> str:
        """Return the folder of the package that a file belongs to."""
        return self.modules.package_directory(path)

    def runtime(self, path: str) -> str:
        """Return where a file's code runs."""
        return self.runtimes.of(path, self.package_of(path))

    def set_at(self, site: object) -> EnvSet | None:
        """Return the variable that is set at a site."""
        return self._sets.get(site)

    def variables_in(self, path: str, expr: Expr) -> frozenset[EnvVar]:
        """Return the variables that an expression reads, through the names of its module and of those it imports."""
        return frozenset(_collect(self, path, expr))

    def environment_facts(self) -> list[Environment]:
        """Return the environments as facts."""
        return [
            Environment(
                place.id,
                place.name,
                place.kind,
                place.package,
                place.service.name if place.service else "",
                place.production,
            )
            for place in self.environments.places
        ]

    def is_read(self, name: str) -> bool:
        """Tell whether code reads a variable under its written name."""
        return name in self._read

    def reads(self) -> Iterable[EnvRead]:
        """Return the reads of variables under a name that stands in the code."""
        return (fact for fact in self.index.of(EnvRead) if fact.name)


class Guards:
    """What code tests before it uses it: a missing variable, or the very text that stands in for one."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._tested: frozenset[str] | None = None
        self._texts: frozenset[str] = frozenset()

    def covers(self, path: str, expr: Expr, text: str) -> bool:
        """Tell whether a test deals with the case that an expression yields `text` (a blank or stand-in value)."""
        if self._tested is None:
            self._read_tests()
        if text and text in self._texts:
            return True
        names = {variable.name for variable in self._program.variables_in(path, expr)}
        return not text and bool(names & (self._tested or frozenset()))

    def _read_tests(self) -> None:
        index, tested, texts = self._program.index, set(), set()
        for fact in index.of(FlagTest):
            tested |= {variable.name for variable in self._program.variables_in(fact.at.path, fact.test)}
            if isinstance(fact.test, Binary):
                sides = (fact.test.left, fact.test.right)
                texts |= {side.value for side in sides if isinstance(side, Literal) and isinstance(side.value, str)}
        tested |= {fact.name for fact in index.of(EnvRead) if fact.guarded}
        self._tested, self._texts = frozenset(tested), frozenset(texts)

    def tests(self, name: str) -> bool:
        """Tell whether any condition of the program tests a variable."""
        if self._tested is None:
            self._read_tests()
        return name in (self._tested or frozenset())


def _collect(program: Program, path: str, expr: Expr) -> Iterator[EnvVar]:
    """Yield the variables in an expression and behind its names. Parts that occur in several places are seen once."""
    seen: set[object] = set()
    pending = [(path, expr)]
    while pending and len(seen) < _MAX_PARTS:
        where, part = pending.pop()
        key = (where, part.name) if isinstance(part, Name) else id(part)
        if key in seen:
            continue
        seen.add(key)
        if isinstance(part, EnvVar):
            yield part
        target = program.modules.definition(where, part.name) if isinstance(part, Name) else None
        pending += [target] if target else [(where, child) for child in children(part)]


_EXPRESSIONS = frozenset(get_args(Expr))


def children(expr: Expr) -> Iterable[Expr]:
    """Yield the expressions directly inside another one."""
    for slot in type(expr).__slots__:
        value = getattr(expr, slot)
        kind = value.__class__
        if kind in _EXPRESSIONS:
            yield value
        elif kind is tuple and slot == "entries":
            yield from (entry.value for entry in value)
        elif kind is tuple and slot != "parameters":
            yield from (item for item in value if item is not None)
