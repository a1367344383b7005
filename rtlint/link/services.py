"""What a compose service is, and which package runs in which of them; merging.py makes them."""

from __future__ import annotations

import posixpath
import re

from rtlint.facts.raw import (
    ComposeBuild,
    ComposeEnvFile,
    ComposeMount,
    ComposePort,
    ComposeService,
    Dependency,
    EnvSet,
    Package,
)
from rtlint.facts.records import dataclass, field
from rtlint.link.index import Index, within
from rtlint.patterns import regex

_DEVELOPMENT = frozenset({"dev", "development", "local", "override", "test", "ci", "debug"})
_PRODUCTION = frozenset({"prod", "production", "staging", "stage", "deploy", "live", "release"})
DEV_SERVER = regex(
    r"\b(?:(?:vite|nuxi|nuxt|astro|next)\s+dev|vite(?!\s+(?:build|preview))(?=\s|$)|webpack(?:-dev-server|\s+serve)|"
    r"react-scripts\s+start|vue-cli-service\s+serve|ng\s+serve|svelte-kit\s+dev|remix\s+(?:vite:)?dev|parcel(?!\s+build))\b"
)
"""Commands that start a development server, which reads variables while it runs."""

_RUN_SCRIPT = regex(
    r"\b(?:npm|pnpm|yarn|bun)\s+(?:(?:--?[\w-]+(?:[ =][\w@/.-]+)?\s+)*)(?:run(?:-script)?\s+)?([\w:.-]+)"
)


@dataclass(slots=True)
class Service:
    """A service as compose would run it: one file, or a file over the base file of its folder.

    Attributes:
        name: its name.
        files: the compose files that it is made of, the strongest first.
        fact: what the strongest of them says.
        directory: the project directory, where relative paths start.
        interpolated: the dotenv files that `${X}` in its values comes from, the strongest first.
        root: the first file of the project that it belongs to.
        enabled: whether it is in no profile, or in one that is known to be switched on.
        replicas: how many containers are asked for, as written; empty when it isn't said.
        env_files: what `env_file` names, the strongest first.
        variables: what `environment` and build arguments set, the strongest first.
    """

    name: str
    files: list[str]
    fact: ComposeService
    directory: str = ""
    interpolated: tuple[str, ...] = ()
    root: str = ""
    enabled: bool = True
    image: str = ""
    command: str = ""
    entrypoint: str = ""
    working_dir: str = ""
    network_mode: str = ""
    container_name: str = ""
    replicas: str = ""
    aliases: list[str] = field(default_factory=list)
    extra_hosts: list[str] = field(default_factory=list)
    profiles: list[str] = field(default_factory=list)
    expose: list[str] = field(default_factory=list)
    depends_on: list[str] = field(default_factory=list)
    ports: list[ComposePort] = field(default_factory=list)
    mounts: list[ComposeMount] = field(default_factory=list)
    builds: list[ComposeBuild] = field(default_factory=list)
    env_files: list[ComposeEnvFile] = field(default_factory=list)
    variables: list[EnvSet] = field(default_factory=list)

    @property
    def production(self) -> str:
        """`yes` or `no` by the words of the file's name, else `unknown`."""
        parts = set(re.split(r"[.\-_]", posixpath.basename(self.files[0]).lower()))
        return "no" if parts & _DEVELOPMENT else "yes" if parts & _PRODUCTION else "unknown"


def together(service: Service, other: Service) -> bool:
    """Tell whether two services belong to one project, as far as their files say."""
    return service.root == other.root or bool(set(service.files) & set(other.files))


def runs(index: Index, service: Service, package: Package) -> bool:
    """Tell whether a package runs in a service: by build context or Dockerfile, bind mount, working_dir, or name."""
    directory = package.directory
    if any(_built_from(index, build, directory) for build in service.builds):
        return True
    if any(mount.source == directory for mount in service.mounts):
        return _works_in(service, directory, _others(index, directory))
    return bool(directory) and _named_by(service, package) and (bool(service.mounts) or bool(service.builds))


def _others(index: Index, directory: str) -> list[str]:
    return [other.directory for other in index.packages() if other.directory != directory]


def _built_from(index: Index, build: ComposeBuild, directory: str) -> bool:
    if posixpath.dirname(build.dockerfile) == directory and (build.context == directory or directory):
        return build.context == directory or within(directory, build.context)
    if build.context != directory:
        return False
    folder = posixpath.dirname(build.dockerfile)
    return not any(other and within(folder, other) for other in _others(index, directory))


def _works_in(service: Service, directory: str, others: list[str]) -> bool:
    """Tell whether the mounted folder's own package is meant, not one deeper in it that working_dir names."""
    inside = [other[len(directory) :].strip("/") for other in others if within(other, directory)]
    return not any(part and service.working_dir.rstrip("/").endswith("/" + part) for part in inside)


_CHOOSING = frozenset({"--filter", "-w", "--workspace", "--prefix", "--cwd", "-C", "workspace"})
"""What stands before the name of a package in a command line of npm, pnpm or yarn."""


def _named_by(service: Service, package: Package) -> bool:
    """Tell whether working_dir or the command names the package (`--filter web`, `/app/apps/web`)."""
    folder = service.working_dir.rstrip("/")
    if folder and (folder.endswith("/" + package.directory) or folder == "/" + package.directory):
        return True
    tokens = set(re.split(r"[\s=]+", service.command)) if service.command else set()
    if tokens.isdisjoint(_CHOOSING):
        return False
    return not tokens.isdisjoint({package.name, package.directory, posixpath.basename(package.directory)} - {""})


def dev_server(index: Index, service: Service, package: Package) -> bool:
    """Tell whether the service's command starts the package's development server, through npm scripts too."""
    return bool(DEV_SERVER.search(expanded(index, service.command, package.directory)))


def expanded(index: Index, command: str, directory: str, depth: int = 0) -> str:
    """Return a command line with the npm scripts that it runs written out behind it."""
    found = _RUN_SCRIPT.search(command)
    scripts = index.scripts(directory) if found else {}
    if not found or depth > 4 or found.group(1) not in scripts:
        return command
    return f"{command} {expanded(index, scripts[found.group(1)], directory, depth + 1)}"


def uses(index: Index, package: Package, *names: str) -> Dependency | None:
    """Return the first of some dependencies that a package lists itself, or None."""
    own = index.dependencies(package.directory)
    return next((own[name] for name in names if name in own), None)
