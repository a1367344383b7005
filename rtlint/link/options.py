"""Options that a library does not read: removed, never there, misspelt, or overruled by another one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rtlint.facts.expressions import Entry, Expr, Literal, ObjectLiteral
from rtlint.facts.options import IgnoredOption
from rtlint.facts.records import dataclass, field
from rtlint.link import versions
from rtlint.link.clients import Made
from rtlint.link.outcomes import Outcome, Structure
from rtlint.link.program import Program
from rtlint.link.values import Folder
from rtlint.names import distance
from rtlint.providers import Ignored, Provider, inherited

_MAX_SPREADS = 50


@dataclass(slots=True)
class _Written:
    """The keys that an options object is written with; not `complete` when something unknown is spread into it."""

    entries: dict[str, tuple[str, Entry]] = field(default_factory=dict)
    complete: bool = True


def ignored_options(program: Program, made: Iterable[Made]) -> Iterator[IgnoredOption]:
    """Yield the options of clients in app code that are certainly not read."""
    for client in made:
        family = inherited(client.provider)
        options = client.arguments.get("options")
        if client.fact.role != "app" or options is None or not any(item.known_options for item in family):
            continue
        folder = program.leaf_folder(client.fact.package)
        written = _written(folder, client.path, options)
        if written.complete and written.entries and _uses(folder, client, written):
            yield from _Judged(program, client, folder, written, family).ignored()


def _uses(folder: Folder, made: Made, written: _Written) -> bool:
    """Tell whether the options reach the library that is meant: Echo hands them on by its broadcaster."""
    connector = made.provider.connector
    if connector is None:
        return True
    if connector.replaced_by in written.entries or connector.option not in written.entries:
        return False
    path, entry = written.entries[connector.option]
    found = folder.fold(path, entry.value)
    return bool(found) and all(one.state == "known" and one.text in connector.speaks for one in found)


def _written(folder: Folder, path: str, expr: Expr) -> _Written:
    """Collect the keys of an options object and of the literal objects that are spread into it."""
    written = _Written()
    pending: list[tuple[str, Expr]] = [(path, expr)]
    for _ in range(_MAX_SPREADS):
        if not pending:
            return written
        where, part = pending.pop()
        found = folder.fold(where, part)
        literals = [one for one in map(_literal, found) if one]
        written.complete = written.complete and len(found) == len(literals) == 1
        for owner, literal in literals:
            for entry in literal.entries:
                written.entries.setdefault(entry.key, (owner, entry))
            pending += [(owner, spread) for spread in literal.spreads]
    written.complete = False
    return written


def _literal(outcome: Outcome) -> tuple[str, ObjectLiteral] | None:
    structure = outcome.value
    if not isinstance(structure, Structure) or not isinstance(structure.expr, ObjectLiteral):
        return None
    return structure.path, structure.expr


class _Judged:
    """Compares what one client is given with what its library reads."""

    def __init__(
        self, program: Program, made: Made, folder: Folder, written: _Written, family: tuple[Provider, ...]
    ) -> None:
        self._program, self._made, self._folder, self._written, self._family = program, made, folder, written, family
        self._known = {name for provider in family for name in provider.known_options}

    def ignored(self) -> Iterator[IgnoredOption]:
        """Yield the options that are not read."""
        listed: dict[str, Ignored] = {}
        for provider in self._family:
            for item in provider.ignored_options:
                if self._holds(provider, item):
                    listed.setdefault(item.name, item)
        for item in listed.values():
            yield from self._listed(item)
        for name in self._written.entries:
            if name not in listed and name not in self._known:
                yield from self._misspelt(name)

    def _holds(self, provider: Provider, item: Ignored) -> bool:
        """Tell whether the version in use is known to ignore an option."""
        if not item.since:
            return True
        found = [versions.version(self._program.index, self._made.fact.package, name) for name in provider.packages]
        return any(one is not None and one.major >= item.since for one in found)

    def _listed(self, item: Ignored) -> Iterator[IgnoredOption]:
        found = self._entry(item.name)
        other = self._written.entries.get(item.beside)
        if found is None or (item.beside and other is None) or (item.shared and not self._own(found)):
            return
        value = found.value.value if isinstance(found.value, Literal) else None
        harmless = item.harmless != "" and str(value).lower() == item.harmless
        yield self._fact(found, item.name, "beside" if other else "listed", item.instead, item.why, other, harmless)

    def _entry(self, name: str) -> Entry | None:
        """Return the entry under a path of keys; None where one on the way is no object literal."""
        head, _, rest = name.partition(".")
        if head not in self._written.entries:
            return None
        path, entry = self._written.entries[head]
        if not rest:
            return entry
        inner = _written(self._folder, path, entry.value)
        return inner.entries[rest][1] if inner.complete and rest in inner.entries else None

    def _own(self, entry: Entry) -> bool:
        """Tell whether an entry stands in the construction itself, not in an object that other code may read too."""
        at = self._made.construction.at
        return entry.at.path == at.path and at.line <= entry.at.line <= at.end_line

    def _misspelt(self, name: str) -> Iterator[IgnoredOption]:
        near = [known for known in self._known if _is_slip(name, known)]
        entry = self._written.entries[name][1]
        if len(near) == 1:
            yield self._fact(entry, name, "typo", near[0], "", None, harmless=False)

    def _fact(
        self, entry: Entry, name: str, reason: str, instead: str, why: str, other: tuple[str, Entry] | None,
        harmless: bool,
    ) -> IgnoredOption:  # fmt: skip
        title = self._made.provider.title
        at = other[1].at if other else None
        return IgnoredOption(entry.at, self._made.fact.id, title, name, reason, instead, why, at, harmless)


def _is_slip(name: str, known: str) -> bool:
    """Tell whether a name is another one with one slip, two in ten letters or more, or in other case."""
    if len(name) < 6:
        return False
    return name.lower() == known.lower() or distance(name, known) <= (2 if len(name) >= 10 else 1)
