"""Compose projects: which files make one, in which folder its paths start, and what its variables come from.

Sources: https://docs.docker.com/compose/how-tos/multiple-compose-files/merge/ (compose.override.yaml is read without
being named; other files name themselves as additions to the base file with `-f`; paths start in the folder of the first
file), https://github.com/compose-spec/compose-spec/blob/170098b/14-include.md.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from rtlint.facts.compose import ComposeCommand, ComposeInclude
from rtlint.facts.expressions import Literal
from rtlint.facts.raw import ComposeService, EnvSet
from rtlint.facts.records import dataclass, field
from rtlint.link.index import Index
from rtlint.patterns import regex

_BASE = regex(r"^(?:docker-)?compose\.ya?ml$")
_OVERRIDE = regex(r"^(?:docker-)?compose\.override\.ya?ml$")
_MAX_INCLUDES = 200
"""How many included projects are followed from one project."""


@dataclass(frozen=True, slots=True)
class Stack:
    """A compose project.

    Attributes:
        files: its compose files, the strongest first.
        directory: the project directory.
        env_files: the dotenv files that its variables come from, the strongest first.
        profiles: the profiles that are switched on; `*` for all.
        starts_all: whether services that only weaker files have are run too, as far as is known.
        root: the first file of the project that includes this one, else of this one.
    """

    files: tuple[str, ...]
    directory: str
    env_files: tuple[str, ...]
    profiles: frozenset[str] = frozenset()
    starts_all: bool = True
    root: str = ""


def stacks(index: Index) -> list[Stack]:
    """Return the projects of the repository and those that they include, an including one before its included ones."""
    return _Stacks(index).every()


@dataclass(slots=True)
class _Stacks:
    index: Index
    _groups: dict[str, list[str]] = field(default_factory=dict)

    def every(self) -> list[Stack]:
        for fact in self.index.of_role(ComposeService, "app"):
            self._add(fact.at.path)
        for item in self.index.of_role(ComposeInclude, "app"):
            self._add(item.at.path)
        explicit = list(dict.fromkeys(self._commanded()))
        found = [*explicit, *(stack for folder in self._groups for stack in self._of_folder(folder, explicit))]
        return list(self._with_included(list(dict.fromkeys(found))))

    def _with_included(self, found: list[Stack]) -> Iterator[Stack]:
        """Yield each project with those that it includes; an included one is no project of its own."""
        included = {path for item in self.index.of_role(ComposeInclude, "app") for path in item.files}
        reached: set[str] = set()
        # Files that include each other in a circle may be reached from none outside of it: then the first one counts.
        for stack in sorted(found, key=lambda stack: (set(stack.files) <= included, not self._in_circle(stack))):
            if not set(stack.files) <= reached & included:
                inner = list(self._included(stack))
                reached.update(path for each in inner for path in each.files)
                yield from (stack, *inner)

    def _in_circle(self, stack: Stack) -> bool:
        paths = (path for each in self._included(stack) for path in each.files)
        further = (item.files for path in paths for item in self.index.in_file(path, ComposeInclude))
        return any(not set(stack.files).isdisjoint(files) for files in further)

    def _add(self, path: str) -> None:
        if self.index.files[path].kind != "compose":
            return  # It is there to be extended or included.
        group = self._groups.setdefault(posixpath.dirname(path), [])
        if path not in group:
            group.append(path)

    def _of_folder(self, folder: str, explicit: list[Stack]) -> Iterator[Stack]:
        """Yield the usual project of a folder, and one for each further file that no command names."""
        files = self._groups[folder]
        named = self._named(folder)
        base = [path for path in files if _BASE.match(posixpath.basename(path))]
        override = [path for path in files if _OVERRIDE.match(posixpath.basename(path))]
        if named:
            home = posixpath.dirname(named[-1])
            env_files = tuple(dict.fromkeys((*self._env_files(home), *self._env_files(folder))))
            yield Stack(tuple(named), home, env_files, self._profiles(folder))
        elif base or override:
            yield self._usual(folder, [*override, *base])
        used = {path for stack in explicit for path in stack.files} | {*base, *override, *named}
        for path in files:
            if path not in used:
                yield self._usual(folder, [path, *base], starts_all=not base)

    def _usual(self, folder: str, files: list[str], *, starts_all: bool = True) -> Stack:
        return Stack(tuple(files), folder, self._env_files(folder), self._profiles(folder), starts_all)

    def _env_files(self, folder: str) -> tuple[str, ...]:
        """Return `.env` of the project directory, and that of the root: the folder that compose is started in."""
        paths = dict.fromkeys((posixpath.join(folder, ".env"), ".env"))
        return tuple(path for path in paths if path in self.index.files)

    def _texts(self, folder: str) -> dict[str, str]:
        """Return the plain values in a folder's `.env`."""
        facts = self.index.in_file(posixpath.join(folder, ".env"), EnvSet)
        return {fact.name: str(fact.value.value) for fact in facts if isinstance(fact.value, Literal)}

    def _profiles(self, folder: str) -> frozenset[str]:
        return frozenset(part.strip() for part in self._texts(folder).get("COMPOSE_PROFILES", "").split(",")) - {""}

    def _named(self, folder: str) -> list[str]:
        """Return the files that COMPOSE_FILE in `.env` names, the strongest first; none when one is not there.

        Source: https://docs.docker.com/compose/how-tos/environment-variables/envvars/#compose_file.
        """
        texts = self._texts(folder)
        separators = [texts["COMPOSE_PATH_SEPARATOR"]] if texts.get("COMPOSE_PATH_SEPARATOR") else [":", ";"]
        for separator in separators:
            written = [part.strip() for part in texts.get("COMPOSE_FILE", "").split(separator) if part.strip()]
            paths = [posixpath.normpath(posixpath.join(folder, part)) for part in written]
            if paths and all(self._is_stack_file(path) for path in paths):
                return paths[::-1]
        return []

    def _is_stack_file(self, path: str) -> bool:
        return bool(self.index.in_file(path, ComposeService) or self.index.in_file(path, ComposeInclude))

    def _commanded(self) -> Iterator[Stack]:
        """Yield the projects that command lines start, as far as it is clear which files they mean.

        Scripts of npm and make run in their own folder, but a shell script may run in any.
        """
        for command in self.index.of_role(ComposeCommand, "app", "tooling"):
            started = [self._started(command, start) for start in dict.fromkeys((command.directory, ""))]
            known = [stack for stack in started if stack is not None]
            if len(known) == 1 or (known and not command.at.path.endswith((".sh", ".bash"))):
                yield known[0]

    def _usual_files(self, folder: str) -> list[str]:
        """Return the files that compose reads by itself in a folder, the weakest first."""
        names = [(path, posixpath.basename(path)) for path in self._groups.get(folder, ())]
        base = [path for path, name in names if _BASE.match(name)]
        return [*base, *(path for path, name in names if _OVERRIDE.match(name))] if base else []

    def _started(self, command: ComposeCommand, start: str) -> Stack | None:
        """Return what a command starts in a folder; None where it names files that are not there."""
        paths = [posixpath.normpath(posixpath.join(start, each)) for each in command.files]
        named = [posixpath.normpath(posixpath.join(start, each)) for each in command.env_files]
        paths = paths or self._usual_files(start)
        if not paths or not all(map(self._is_stack_file, paths)) or any(self.index.role(p) != "app" for p in paths):
            return None
        home = posixpath.dirname(paths[0])
        if command.project_directory:
            home = posixpath.normpath(posixpath.join(start, command.project_directory))
        env_files = tuple(named[::-1]) if named else self._env_files("" if home == "." else home)
        profiles = frozenset(command.profiles) | self._profiles(home)
        return Stack(tuple(paths[::-1]), "" if home == "." else home, env_files, profiles)

    def _included(self, top: Stack) -> Iterator[Stack]:
        """Yield the projects that a project includes, and those that these include."""
        pending, seen = [top], set(top.files)
        while pending and len(seen) < _MAX_INCLUDES:
            stack = pending.pop(0)
            for item in (item for path in stack.files for item in self.index.in_file(path, ComposeInclude)):
                if item.files and not seen.issuperset(item.files):
                    seen.update(item.files)
                    found = self._of_include(stack, item, top.root or top.files[0])
                    pending.append(found)
                    yield found

    def _of_include(self, stack: Stack, item: ComposeInclude, root: str) -> Stack:
        """Return an included project. The variables of the including one are stronger than those of its own files."""
        usual = posixpath.join(item.directory, ".env")
        own = item.env_files[::-1] if item.env_files is not None else (usual,) if usual in self.index.files else ()
        env_files = tuple(dict.fromkeys((*stack.env_files, *own)))
        return Stack(item.files[::-1], item.directory, env_files, stack.profiles, True, root)


def rebased(path: str, written_in: str, directory: str) -> str | None:
    """Return what a path means in another project directory.

    Args:
        path: the path from the root, if relative paths start in the folder of its file.
        written_in: that file.
        directory: the folder that they do start in.

    Returns:
        The path from the root, empty for the root itself; None when it leaves the root.
    """
    home = posixpath.dirname(written_in)
    if home == directory:
        return path
    written = posixpath.relpath("/" + path, "/" + home)
    found = posixpath.normpath(posixpath.join(directory, written))
    return None if found.startswith("..") else "" if found == "." else found
