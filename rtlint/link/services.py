"""Compose services after merging, and which package runs in which of them."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from rtlint.facts.expressions import Literal
from rtlint.facts.raw import (
    ComposeBuild,
    ComposeEnvFile,
    ComposeExtends,
    ComposeMount,
    ComposePort,
    ComposeService,
    Dependency,
    EnvSet,
    Package,
    Script,
)
from rtlint.link.index import Index, within

_BASE = re.compile(r"^(?:docker-)?compose\.ya?ml$")
_OVERRIDE = re.compile(r"^(?:docker-)?compose\.override\.ya?ml$")
_DEVELOPMENT = frozenset({"dev", "development", "local", "override", "test", "ci", "debug"})
_PRODUCTION = frozenset({"prod", "production", "staging", "stage", "deploy", "live", "release"})
DEV_SERVER = re.compile(
    r"\b(?:(?:vite|nuxi|nuxt|astro|next)\s+dev|vite(?!\s+(?:build|preview))(?=\s|$)|webpack(?:-dev-server|\s+serve)|"
    r"react-scripts\s+start|vue-cli-service\s+serve|ng\s+serve|svelte-kit\s+dev|remix\s+(?:vite:)?dev|parcel(?!\s+build))\b"
)
"""Commands that start a development server, which reads variables while it runs."""

_RUN_SCRIPT = re.compile(
    r"\b(?:npm|pnpm|yarn|bun)\s+(?:(?:--?[\w-]+(?:[ =][\w@/.-]+)?\s+)*)(?:run(?:-script)?\s+)?([\w:.-]+)"
)


@dataclass(slots=True)
class Service:
    """A service as compose would run it: one file, or a file over the base file of its folder.

    `files` are the compose files that it is made of, and `env_files` what they name, the strongest first.
    """

    name: str
    files: list[str]
    fact: ComposeService
    image: str = ""
    command: str = ""
    working_dir: str = ""
    network_mode: str = ""
    ports: list[ComposePort] = field(default_factory=list)
    mounts: list[ComposeMount] = field(default_factory=list)
    builds: list[ComposeBuild] = field(default_factory=list)
    env_files: list[ComposeEnvFile] = field(default_factory=list)
    variables: list[EnvSet] = field(default_factory=list)

    @property
    def directory(self) -> str:
        """The folder of the strongest compose file: the project directory."""
        return posixpath.dirname(self.files[0])

    @property
    def production(self) -> str:
        """`yes` or `no` by the words of the file's name, else `unknown`."""
        parts = set(re.split(r"[.\-_]", posixpath.basename(self.files[0]).lower()))
        return "no" if parts & _DEVELOPMENT else "yes" if parts & _PRODUCTION else "unknown"


def services(index: Index) -> list[Service]:
    """Return every service of every compose file, merged with the base file of its folder as compose does by itself.

    Source: https://docs.docker.com/compose/how-tos/multiple-compose-files/merge/ (compose.override.yaml is read
    without being named; other files name themselves as additions to the base file with `-f`).
    """
    groups: dict[str, list[str]] = {}
    for fact in index.of_role(ComposeService, "app"):
        if index.files[fact.at.path].kind != "compose":
            continue  # It is there to be extended.
        group = groups.setdefault(posixpath.dirname(fact.at.path), [])
        if fact.at.path not in group:
            group.append(fact.at.path)
    stacks = [stack for folder, files in groups.items() for stack in _stacks(files, _named(index, folder, files))]
    return [service for stack in stacks for service in _merged(index, stack)]


def _named(index: Index, folder: str, files: list[str]) -> list[str]:
    """Return the files that COMPOSE_FILE in the project's `.env` names, the strongest first; none when it is not there.

    Source: https://docs.docker.com/compose/how-tos/environment-variables/envvars/#compose_file.
    """
    path = posixpath.join(folder, ".env")
    texts = {
        fact.name: str(fact.value.value)
        for fact in index.in_file(path, EnvSet)
        if fact.name in {"COMPOSE_FILE", "COMPOSE_PATH_SEPARATOR"} and isinstance(fact.value, Literal)
    }
    separator = texts.get("COMPOSE_PATH_SEPARATOR", ":")
    written = texts.get("COMPOSE_FILE", "").split(separator) if texts.get("COMPOSE_FILE") and separator else []
    named = [posixpath.normpath(posixpath.join(folder, part)) for part in written]
    return named[::-1] if named and set(named) <= set(files) else []


def _stacks(files: list[str], named: list[str]) -> Iterable[list[str]]:
    """Yield the lists of files that make one project each, the strongest first."""
    base = [path for path in files if _BASE.match(posixpath.basename(path))]
    override = [path for path in files if _OVERRIDE.match(posixpath.basename(path))]
    if named:
        yield named
    elif base or override:
        yield [*override, *base]
    for path in files:
        if path not in base and path not in override and path not in named:
            yield [path, *base]


def _merged(index: Index, stack: list[str]) -> Iterable[Service]:
    found: dict[str, Service] = {}
    for path in stack:
        for fact in index.in_file(path, ComposeService):
            if path != stack[0] and fact.name not in found and not _starts_all(stack):
                continue
            service = found.setdefault(fact.name, Service(fact.name, [], fact))
            service.files.append(path)
            for where, part in _inherited(index, path, fact):
                _add(index, service, where, part)
    return found.values()


def _starts_all(stack: list[str]) -> bool:
    """Tell whether the weaker files' own services run too: not where a file of another purpose only needs the base."""
    first = posixpath.basename(stack[0])
    return bool(_OVERRIDE.match(first)) or not any(_BASE.match(posixpath.basename(path)) for path in stack[1:])


def _inherited(index: Index, path: str, fact: ComposeService) -> Iterable[tuple[str, ComposeService]]:
    """Yield a service and those that it extends, with their files, the strongest first."""
    seen: set[tuple[str, str]] = set()
    current: ComposeService | None = fact
    while current is not None and (path, current.name) not in seen:
        seen.add((path, current.name))
        yield path, current
        name = current.name
        link = next((item for item in index.in_file(path, ComposeExtends) if item.service == name), None)
        path = link.path if link else ""
        current = next(
            (item for item in index.in_file(path, ComposeService) if link and item.name == link.target), None
        )


def _add(index: Index, service: Service, path: str, fact: ComposeService) -> None:
    """Add what a weaker source says where the stronger ones are silent; lists are appended, as compose does."""
    service.image = service.image or fact.image
    service.command = service.command or fact.command
    service.working_dir = service.working_dir or fact.working_dir
    service.network_mode = service.network_mode or fact.network_mode
    name = fact.name
    service.ports += [item for item in index.in_file(path, ComposePort) if item.service == name]
    service.mounts += [item for item in index.in_file(path, ComposeMount) if item.service == name]
    service.builds += [item for item in index.in_file(path, ComposeBuild) if item.service == name]
    files = [item for item in index.in_file(path, ComposeEnvFile) if item.service == name]
    service.env_files += sorted(files, key=lambda item: -item.rank)
    service.variables += [item for item in index.in_file(path, EnvSet) if item.service == name]


def runs(index: Index, service: Service, package: Package) -> bool:
    """Tell whether a package runs in a service: by build context or Dockerfile, bind mount, working_dir, or name."""
    directory = package.directory
    nested = [other.directory for other in index.packages() if other.directory != directory]
    if any(_built_from(build, directory, nested) for build in service.builds):
        return True
    if any(mount.source == directory for mount in service.mounts):
        return _works_in(service, directory, nested)
    return bool(directory) and _named_by(service, package) and (bool(service.mounts) or bool(service.builds))


def _built_from(build: ComposeBuild, directory: str, others: list[str]) -> bool:
    if posixpath.dirname(build.dockerfile) == directory and (build.context == directory or directory):
        return build.context == directory or within(directory, build.context)
    if build.context != directory:
        return False
    folder = posixpath.dirname(build.dockerfile)
    return not any(other and within(folder, other) for other in others)


def _works_in(service: Service, directory: str, others: list[str]) -> bool:
    """Tell whether the mounted folder's own package is meant, not one deeper in it that working_dir names."""
    inside = [other[len(directory) :].strip("/") for other in others if within(other, directory)]
    return not any(part and service.working_dir.rstrip("/").endswith("/" + part) for part in inside)


def _named_by(service: Service, package: Package) -> bool:
    """Tell whether working_dir or the command names the package (`--filter web`, `/app/apps/web`)."""
    folder = service.working_dir.rstrip("/")
    if folder and (folder.endswith("/" + package.directory) or folder == "/" + package.directory):
        return True
    named = {package.name, package.directory, posixpath.basename(package.directory)} - {""}
    tokens = set(re.split(r"[\s=]+", service.command))
    return bool(tokens & {"--filter", "-w", "--workspace", "--prefix", "--cwd", "-C", "workspace"} and tokens & named)


def dev_server(index: Index, service: Service, package: Package) -> bool:
    """Tell whether the service's command starts the package's development server, through npm scripts too."""
    return bool(DEV_SERVER.search(expanded(index, service.command, package.directory)))


def expanded(index: Index, command: str, directory: str, depth: int = 0) -> str:
    """Return a command line with the npm scripts that it runs written out behind it."""
    found = _RUN_SCRIPT.search(command)
    scripts = {script.name: script.command for script in index.of(Script) if script.directory == directory}
    if not found or depth > 4 or found.group(1) not in scripts:
        return command
    return f"{command} {expanded(index, scripts[found.group(1)], directory, depth + 1)}"


def uses(index: Index, package: Package, *names: str) -> Dependency | None:
    """Return the first of some dependencies that a package lists itself, or None."""
    own = index.dependencies(package.directory)
    return next((own[name] for name in names if name in own), None)
