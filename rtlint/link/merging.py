"""Compose services after merging: several files, `extends`, `include`, `!reset` and `!override`.

Sources: https://github.com/compose-spec/compose-spec/blob/170098b/13-merge.md; what it leaves open follows compose-go's
https://github.com/compose-spec/compose-go/blob/e70e961c3a/override/merge.go and uncity.go: lists are appended, and of
entries with the same port, target, path or name the strongest remains.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator
from typing import TypeVar

from rtlint.facts.compose import ComposeBuildOptions, ComposeReset, ComposeVolume
from rtlint.facts.expressions import Expr
from rtlint.facts.raw import (
    ComposeBuild,
    ComposeEnvFile,
    ComposeExtends,
    ComposeMount,
    ComposePort,
    ComposeService,
    EnvSet,
)
from rtlint.facts.records import dataclass, field, replace
from rtlint.link.index import Index
from rtlint.link.services import Service
from rtlint.link.stacks import Stack, rebased, stacks
from rtlint.patterns import regex

_TEXTS = ("image", "command", "entrypoint", "working_dir", "network_mode", "container_name", "replicas")
_LISTS = ("extra_hosts", "profiles", "expose", "depends_on")
_KEYS = {"replicas": ("deploy", "deploy.replicas", "scale")}
"""The options that a field comes from, where it is not called like one."""

_SITE = regex(r"Site\([^()]*\)")
_SOURCES = {"compose.environment": "environment", "compose.args": "build.args"}

Kind = TypeVar(
    "Kind", ComposePort, ComposeMount, ComposeEnvFile, ComposeBuildOptions, ComposeReset, ComposeVolume, EnvSet
)


def services(index: Index) -> list[Service]:
    """Return every service of every compose project, each once, after merging."""
    merged: dict[tuple[str, str], _Merger] = {}
    found: dict[tuple[object, ...], Service] = {}
    for stack in stacks(index):
        if not stack.root:
            merged = {}
        _merge(index, stack, merged)
        for merger in merged.values():
            service = merger.service
            key = (service.name, tuple(service.files), service.directory, service.interpolated)
            known = found.setdefault(key, service)
            known.enabled = known.enabled or service.enabled
    return list(found.values())


def _merge(index: Index, stack: Stack, merged: dict[tuple[str, str], _Merger]) -> None:
    """Add the services of one project to those of the project that includes it."""
    strong = {fact.name for fact in index.in_file(stack.files[0], ComposeService)}
    for path in stack.files:
        for fact in index.in_file(path, ComposeService):
            if not stack.starts_all and fact.name not in strong:
                continue
            key = (stack.root or stack.files[0], fact.name)
            merger = merged.get(key) or _Merger(index, _new(stack, fact))
            merged[key] = merger
            merger.add_file(path, fact, stack.directory)
            merger.finish(stack)


def _new(stack: Stack, fact: ComposeService) -> Service:
    root = stack.root or stack.files[0]
    return Service(fact.name, [], fact, stack.directory, stack.env_files, root)


@dataclass(slots=True)
class _Merger:
    """Puts one service together, the strongest source first."""

    index: Index
    service: Service
    _masked: set[str] = field(default_factory=set)
    _targets: set[str] = field(default_factory=set)
    _ports: set[tuple[str, ...]] = field(default_factory=set)
    _env_files: list[ComposeEnvFile] = field(default_factory=list)
    _options: list[ComposeBuildOptions] = field(default_factory=list)

    def add_file(self, path: str, fact: ComposeService, directory: str) -> None:
        """Add what one file of the project says, with the services that are extended there."""
        self.service.files.append(path)
        masked = set(self._masked)
        for where, part, home in _inherited(self.index, path, fact, directory):
            self._add(where, part, home, masked)
            masked |= {item.key for item in self._of(where, part.name, ComposeReset)}
        self._masked |= {item.key for item in self._of(path, fact.name, ComposeReset)}

    def finish(self, stack: Stack) -> None:
        """Set what only all sources together decide."""
        service = self.service
        service.env_files = _in_order(self._env_files)
        build = _build(service.name, self._options, service.directory)
        service.builds = [build] if build else []
        active = not service.profiles or bool({"*", *service.profiles} & stack.profiles)
        service.enabled = active

    def _of(self, path: str, service: str, kind: type[Kind]) -> list[Kind]:
        return [item for item in self.index.in_file(path, kind) if item.service == service]

    def _add(self, path: str, fact: ComposeService, directory: str, masked: set[str]) -> None:
        """Add what a weaker source says, without what stronger ones took away."""
        if "" in masked:
            return
        self._plain(fact, masked)
        if "ports" not in masked:
            self._add_ports(self._of(path, fact.name, ComposePort))
        if "volumes" not in masked:
            self._add_mounts(path, fact.name, directory)
        if "env_file" not in masked:
            files = self._of(path, fact.name, ComposeEnvFile)
            self._env_files += [_moved(item, directory) for item in sorted(files, key=lambda item: -item.rank)]
        if "build" not in masked:
            self._options += [
                _placed(item, directory, masked) for item in self._of(path, fact.name, ComposeBuildOptions)
            ]
        # Of two entries of one list with the same name the later one counts.
        variables = [item for item in self._of(path, fact.name, EnvSet) if not _is_masked(item, masked)]
        self.service.variables += variables[::-1]

    def _plain(self, fact: ComposeService, masked: set[str]) -> None:
        service = self.service
        for name in _TEXTS:
            if not getattr(service, name) and not masked.intersection(_KEYS.get(name, (name,))):
                setattr(service, name, getattr(fact, name))
        for name in _LISTS:
            if name not in masked:
                known = getattr(service, name)
                known += [item for item in getattr(fact, name) if item not in known]
        own = [service.container_name] if service.container_name else []
        others = () if "networks" in masked else fact.aliases[1:] if fact.container_name else fact.aliases
        service.aliases = list(dict.fromkeys((*own, *service.aliases, *others)))

    def _add_ports(self, ports: Iterable[ComposePort]) -> None:
        for port in ports:
            variables = f"{_shape(port.published_value)}{_shape(port.target_value)}"
            key = (port.host_ip, port.published, port.target, port.protocol, variables)
            if key not in self._ports:
                self.service.ports.append(port)
                self._ports.add(key)

    def _add_mounts(self, path: str, service: str, directory: str) -> None:
        """Add the bind mounts whose targets no stronger volume has; of one list the later volume is stronger."""
        mounts = {item.at: item for item in self._of(path, service, ComposeMount)}
        for volume in reversed(self._of(path, service, ComposeVolume)):
            target, mount = volume.target.rstrip("/"), mounts.get(volume.at)
            source = rebased(mount.source, mount.at.path, directory) if mount else None
            if target not in self._targets and mount is not None and source is not None:
                self.service.mounts.append(replace(mount, source=source))
            self._targets.add(target)


def _inherited(
    index: Index, path: str, fact: ComposeService, directory: str
) -> Iterator[tuple[str, ComposeService, str]]:
    """Yield a service and those that it extends, each with its file and the folder that its paths start in."""
    seen: set[tuple[str, str]] = set()
    current: ComposeService | None = fact
    while current is not None and (path, current.name) not in seen:
        seen.add((path, current.name))
        yield path, current, directory
        name = current.name
        link = next((item for item in index.in_file(path, ComposeExtends) if item.service == name), None)
        if link is None:
            return
        found = rebased(link.path, path, directory) if link.path != path else path
        if found != path:
            path, directory = found or "", posixpath.dirname(found or "")
        target = link.target
        current = next((item for item in index.in_file(path, ComposeService) if item.name == target), None)


def _shape(value: Expr | None) -> str:
    """Return what tells the expressions of two ports apart: all but their places."""
    return _SITE.sub("", repr(value))


def _is_masked(item: EnvSet, masked: set[str]) -> bool:
    option = _SOURCES.get(item.source, "")
    outer = {"build"} if option == "build.args" else set()
    return bool(masked & {*outer, option, f"{option}.{item.name}"})


def _moved(item: ComposeEnvFile, directory: str) -> ComposeEnvFile:
    path = rebased(item.path, item.at.path, directory) if item.path else ""
    return item if path == item.path else replace(item, path=path or "")


def _placed(item: ComposeBuildOptions, directory: str, masked: set[str]) -> ComposeBuildOptions:
    """Return build options with their context in the project directory, and without what is taken away."""
    context = item.context
    if context is not None:
        context = rebased(context, item.at.path, directory)
    known = item.known and (context is not None or item.context is None)
    kept = replace(item, context=context, known=known)
    gone = {key.partition(".")[2] for key in masked if key.startswith("build.")}
    if "context" in gone:
        kept = replace(kept, context=None, known=True)
    if "dockerfile" in gone:
        kept = replace(kept, dockerfile=None)
    return replace(kept, target=None) if "target" in gone else kept


def _in_order(files: list[ComposeEnvFile]) -> list[ComposeEnvFile]:
    """Return env files, the strongest first; a file that is named again keeps its first, weaker position."""
    last = {item.path: number for number, item in enumerate(files)}
    return [item for number, item in enumerate(files) if not item.path or last[item.path] == number]


def _build(service: str, options: list[ComposeBuildOptions], directory: str) -> ComposeBuild | None:
    """Return the build that all files make together; None without one, or where the context is not known."""
    if not options:
        return None
    said = next((item for item in options if item.context is not None or not item.known), None)
    if said is not None and not said.known:
        return None
    context = said.context if said is not None and said.context is not None else directory
    written = next((item.dockerfile for item in options if item.dockerfile is not None), "Dockerfile")
    inline = any(item.inline for item in options)
    path = "" if inline or not written else posixpath.normpath(posixpath.join(context, written))
    target = next((item.target for item in options if item.target is not None), "")
    return ComposeBuild(options[0].at, service, context, "" if path.startswith("..") else path, target)
