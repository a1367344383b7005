"""Environments: the places a package can run in, and the value that each variable has there.

Order within one place, strongest first: compose `environment`, compose `env_file` (a later one first), then the dotenv
files that the bundler reads, in its own order. Vite lets `.env.[mode]` beat `.env.local`; Next.js and Create React App
do the reverse. Sources: https://docs.docker.com/compose/how-tos/environment-variables/envvars-precedence/,
https://vite.dev/guide/env-and-mode, https://nextjs.org/docs/app/guides/environment-variables.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from rtlint.facts.expressions import EnvVar, Expr, Literal, Scalar, Unknown
from rtlint.facts.raw import ComposeEnvFile, ConfigOption, EnvSet, Package, Script
from rtlint.facts.records import dataclass, field, replace
from rtlint.link.images import INLINED_PREFIXES, Bake, Images, inlined
from rtlint.link.index import Index, ancestors
from rtlint.link.merging import services
from rtlint.link.outcomes import FALLBACK, SET, Outcome, Outcomes, Waypoint, unknown
from rtlint.link.services import Service, dev_server, runs, uses
from rtlint.patterns import regex

_MODE_FLAG = regex(r"--mode[ =](\w[\w-]*)")
_LOCAL_FIRST = ("next", "react-scripts")
"""Bundlers for which `.env.local` beats `.env.[mode]`; the others follow Vite."""

_PRODUCTION_MODES = {
    "production": "yes",
    "staging": "yes",
    "development": "no",
    "dev": "no",
    "test": "no",
    "local": "no",
}

PASSED_ON = "passed on here"
DEFAULT = "set here, by the default"

Fold = Callable[[str, Expr], Outcomes]
Layer = Mapping[str, EnvSet]


@dataclass(slots=True)
class Place:
    """One environment.

    Attributes:
        id: number of the environment.
        name: how a message calls it: `dashboard in docker-compose.dev.yml`, `production`.
        kind: compose, docker, dotenv, example or default (nothing in the repository sets anything).
        package: the folder of the package that runs there.
        service: the compose service, or None.
        mode: the bundler's mode.
        production: yes, no or unknown.
        layers: the sources, strongest first.
        outer: what compose interpolates from.
        upward: whether a reference in a dotenv file sees the file itself and stronger ones only (Next.js expands each
            file before it reads the next weaker one), not all of them (Vite).
        baked: the sources of the variables that a bundler replaces, when an image holds the finished bundle: those of
            its build, strongest first. None where such variables come from `layers` too.
        injects: whether a finished bundle may get its variables when the container starts.
        unread: before which of `layers` comes a file that can't be read: weaker ones may not decide. None for none.
    """

    id: int
    name: str
    kind: str
    package: str
    service: Service | None = None
    mode: str = ""
    production: str = "unknown"
    layers: Sequence[Layer] = ()
    outer: Sequence[Layer] = ()
    upward: bool = False
    baked: Sequence[Layer] | None = None
    injects: bool = False
    unread: int | None = None

    def variable(self, expr: EnvVar, fold: Fold) -> Outcomes:
        """Return the value of a variable in this place; empty when nothing here sets it."""
        if self.injects and inlined(expr.name, expr.via):
            return unknown("variable that the container may inject when it starts", expr.at)
        sources = self.sources(expr)
        for rank, layer in enumerate(sources):
            if rank == self.unread and sources is self.layers:
                return unknown("variable that a file outside of the repository may set", expr.at)
            if expr.name in layer:
                return set_outcomes(layer[expr.name], fold)
        return self._builtin(expr) or self._elsewhere(expr)

    def sources(self, expr: EnvVar) -> Sequence[Layer]:
        """Return the layers that may give a variable its value, the strongest first."""
        if expr.via in {"compose", "dockerfile"}:
            return self.outer if expr.via == "compose" else ()
        layers = self.layers if self.baked is None or not inlined(expr.name, expr.via) else self.baked
        return list(until(layers, expr.at.path)) if expr.via == "dotenv" and self.upward else layers

    def _elsewhere(self, expr: EnvVar) -> Outcomes:
        """Return unknown where something outside of the repository, or code on a server, may see another value."""
        late = self.baked is not None and expr.via == "process.env" and inlined(expr.name, expr.via)
        if expr.via == "dockerfile" or self.kind == "docker" or (late and any(expr.name in one for one in self.layers)):
            return unknown("variable that is given when the container starts", expr.at)
        return ()

    def _builtin(self, expr: EnvVar) -> Outcomes:
        """Return Vite's and Node's own variables: https://vite.dev/guide/env-and-mode."""
        if not self.mode or expr.via not in {"import.meta.env", "process.env"}:
            return ()
        built: dict[str, Scalar] = {"NODE_ENV": self.mode}
        if expr.via == "import.meta.env":
            production = self.mode == "production"
            built = {"DEV": not production, "PROD": production, "MODE": self.mode}
        if expr.name not in built:
            return ()
        return (Outcome(built[expr.name], "known", (Waypoint(expr.at, f"{self.mode} mode"),)),)

    def shadowed(self, name: str) -> list[EnvSet]:
        """Return every source of a variable in this place, the winner first."""
        layers = self.layers if self.baked is None or not name.startswith(INLINED_PREFIXES) else self.baked
        return [layer[name] for layer in layers if name in layer]

    def every(self) -> list[Layer]:
        """Return all layers, those of an image's build too."""
        return [*self.layers, *(self.baked or ())]


@dataclass(slots=True)
class Everywhere:
    """All environments of a package at once: a variable has every value that any of them gives it."""

    places: Sequence[Place]
    _seen: set[EnvSet] = field(default_factory=set)

    def variable(self, expr: EnvVar, fold: Fold) -> Outcomes:
        """Return the values of all sources, each once."""
        sources: dict[EnvSet, None] = {}
        for place in self.places:
            for layer in place.sources(expr):
                if expr.name in layer:
                    sources.setdefault(layer[expr.name])
        return tuple(outcome for source in sources for outcome in set_outcomes(source, fold))


def set_outcomes(source: EnvSet, fold: Fold) -> Outcomes:
    """Fold the value of one source; the way begins at what its text interpolates, else at the entry itself."""
    if source.value is None:
        return ()
    if isinstance(source.value, Literal):
        return (Outcome(source.value.value, "known", (Waypoint(source.at, SET),)),)
    outcomes = fold(source.at.path, source.value)
    if (
        isinstance(source.value, EnvVar)
        and source.value.at == source.at
        and all(one.state == "unset" for one in outcomes)
    ):
        return unknown("variable that compose passes on from the shell", source.at)
    return tuple(_passed_on(outcome, source) for outcome in outcomes)


def _passed_on(outcome: Outcome, source: EnvSet) -> Outcome:
    outside = tuple(point for point in outcome.way if not _inside(point, source))
    label = PASSED_ON if outside else SET
    if not outside and outcome.way and outcome.way[0].label == FALLBACK:
        label = DEFAULT
    return replace(outcome, way=(*outside, Waypoint(source.at, label)))


def _inside(point: Waypoint, source: EnvSet) -> bool:
    return point.at.path == source.at.path and source.at.line <= point.at.line <= source.at.end_line


class Environments:
    """Every environment of every package."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self.services = services(index)
        self.images = Images(index, self.services)
        self._runs: dict[tuple[int, str, str], bool] = {}
        self._files = _dotenv_files(index)
        self._ids = iter(range(1, 1_000_000))
        self.places: list[Place] = []
        self._by_package: dict[str, list[Place]] = {}
        for package in index.packages():
            places = [*self._of(package), *self._by_images(package)]
            self._by_package.setdefault(package.directory, []).extend(places)
            self.places += places

    def of(self, directory: str) -> list[Place]:
        """Return the environments of the package in a folder; one without any sources when there is none."""
        if directory not in self._by_package:
            place = Place(next(self._ids), "any environment", "default", directory)
            self._by_package[directory] = [place]
            self.places.append(place)
        return self._by_package[directory]

    def holders(self) -> Iterable[Place]:
        """Yield every compose service, whatever runs in it, and every dotenv mode of a package."""
        for service in self.services:
            layers, outer, unread = self._service_layers(service), self.interpolation(service), _unread(service)
            yield Place(
                0, service.name, "compose", service.directory, service, layers=layers, outer=outer, unread=unread
            )
        yield from (place for place in self.places if place.kind == "dotenv")

    def everywhere(self, directory: str) -> Everywhere:
        """Return the environment that stands for all those of a package."""
        return Everywhere(self.of(directory))

    def _of(self, package: Package) -> Iterable[Place]:
        found = [*self._by_services(package), *self._by_dotenv(package)]
        if found:
            yield from found
            return
        for role in ("app", "example"):
            layers = self._above(package.directory, role)
            if layers:
                kind, name = ("example", "the example file") if role == "example" else ("dotenv", "the root's .env")
                yield Place(next(self._ids), name, kind, package.directory, layers=layers)
                return
        yield Place(next(self._ids), "any environment", "default", package.directory)

    def _by_services(self, package: Package) -> Iterable[Place]:
        for service in self.services:
            if self.runs(service, package):
                yield self._service_place(service, package)

    def runs(self, service: Service, package: Package) -> bool:
        """Tell whether a package runs in a service of a compose project."""
        key = (id(service), package.directory, package.name)
        if key not in self._runs:
            self._runs[key] = runs(self._index, service, package)
        return self._runs[key]

    def _service_place(self, service: Service, package: Package) -> Place:
        development = dev_server(self._index, service, package)
        bake = self.images.bake(service, package)
        finished = bake.bundled == "yes"
        mode = "development" if development or (service.production == "no" and not finished) else "production"
        return Place(
            next(self._ids),
            f"service {service.name} of {service.files[0]}",
            "compose",
            package.directory,
            service=service,
            mode=mode,
            production="no" if development else service.production,
            layers=[*self._service_layers(service), *bake.runtime_layers, *self._dotenv_layers(package, mode)],
            outer=self.interpolation(service),
            unread=_unread(service),
            upward=self._expands_upward(package),
            baked=self._baked(bake, package) if finished else None,
            injects=finished and bake.injects,
        )

    def _by_images(self, package: Package) -> Iterable[Place]:
        """Yield the images with a finished bundle that no compose service builds, where they set anything."""
        for path, bake in self.images.lonely(package):
            if bake.bundled == "yes" and any((*bake.build_layers, *bake.runtime_layers)):
                yield Place(
                    next(self._ids),
                    f"image of {path}",
                    "docker",
                    package.directory,
                    mode="production",
                    layers=bake.runtime_layers,
                    baked=self._baked(bake, package),
                    injects=bake.injects,
                )

    def _baked(self, bake: Bake, package: Package) -> list[Layer]:
        """Return the sources at an image's build: its ENV and ARG, then the dotenv files that reach it."""
        modes = _MODE_FLAG.findall(bake.command)
        dotenv: list[Layer] = []
        for path in self._dotenv_paths(package, modes[-1] if modes else "production"):
            carried = bake.carries(path)
            if carried != "no":
                dotenv.append(self._files[path] if carried == "yes" else _doubtful(self._files[path]))
        return [*bake.build_layers, *dotenv]

    def _service_layers(self, service: Service) -> list[Layer]:
        args = _first([item for item in service.variables if item.source == "compose.args"])
        return [*self.run_time(service), args]

    def run_time(self, service: Service) -> list[Layer]:
        """Return what compose gives the running container: `environment`, then `env_file`, the strongest first."""
        files = [self._env_file(item) for item in service.env_files]
        return [_first([item for item in service.variables if item.source == "compose.environment"]), *files]

    def _env_file(self, item: ComposeEnvFile) -> Layer:
        found = self._files.get(item.path) or self._named(item.path)
        return _unsure(found, "value of an env file that compose takes as it stands") if item.raw else found

    def interpolation(self, service: Service) -> list[Layer]:
        """Return what compose reads a service's `${X}` from: `.env` of the project, or what stands in for it."""
        return [self._files.get(path) or self._named(path) for path in service.interpolated]

    def _named(self, path: str) -> Layer:
        """Return the variables of a dotenv file that is none by its name."""
        return {fact.name: fact for fact in self._index.in_file(path, EnvSet) if fact.source == "dotenv"}

    def _by_dotenv(self, package: Package) -> Iterable[Place]:
        if not self._in_folder(self.env_directory(package), "app"):
            return
        for mode in self._modes(package):
            layers = self._dotenv_layers(package, mode)
            production = _PRODUCTION_MODES.get(mode, "unknown")
            yield Place(
                next(self._ids),
                f"{mode} mode",
                "dotenv",
                package.directory,
                mode=mode,
                production=production,
                layers=layers,
                upward=self._expands_upward(package),
            )

    def _modes(self, package: Package) -> list[str]:
        modes = dict.fromkeys(("development", "production"))
        for path in self._files:
            if posixpath.dirname(path) == self.env_directory(package) and self._index.role(path) == "app":
                mode = _mode(path)
                if mode:
                    modes.setdefault(mode)
        for script in self._index.of(Script):
            if script.directory == package.directory:
                modes |= dict.fromkeys(_MODE_FLAG.findall(script.command))
        return list(modes)

    def env_directory(self, package: Package) -> str:
        """Return the folder of the dotenv files: the package's own, or Vite's `envDir`."""
        for option in self._index.of(ConfigOption):
            if option.key == "envDir" and isinstance(option.value, Literal) and isinstance(option.value.value, str):
                folder = posixpath.dirname(option.at.path)
                if folder == package.directory:
                    return _in(folder, option.value.value)
        return package.directory

    def _expands_upward(self, package: Package) -> bool:
        return uses(self._index, package, *_LOCAL_FIRST) is not None

    def _dotenv_layers(self, package: Package, mode: str) -> list[Layer]:
        return [self._files[path] for path in self._dotenv_paths(package, mode)]

    def _dotenv_paths(self, package: Package, mode: str) -> list[str]:
        local_first = uses(self._index, package, *_LOCAL_FIRST) is not None
        names = [f".env.{mode}.local", f".env.{mode}", ".env.local", ".env"]
        if local_first:
            names[1], names[2] = names[2], names[1]
        folder = self.env_directory(package)
        return [path for path in (_in(folder, name) for name in names) if path in self._files]

    def _above(self, directory: str, role: str) -> list[Layer]:
        """Return the dotenv files of a role in a folder and those above it, the nearest first."""
        return [layer for folder in ancestors(directory) for layer in self._in_folder(folder, role)]

    def _in_folder(self, folder: str, role: str) -> list[Layer]:
        paths = [path for path in self._files if posixpath.dirname(path) == folder]
        return [self._files[path] for path in paths if self._index.role(path) == role]


def _dotenv_files(index: Index) -> dict[str, dict[str, EnvSet]]:
    """Return the variables of each dotenv file; a later line of one file beats an earlier one."""
    found: dict[str, dict[str, EnvSet]] = {
        path: {} for path, file in index.files.items() if file.kind == "dotenv" and file.role in {"app", "example"}
    }
    for fact in index.of(EnvSet):
        if fact.source == "dotenv" and fact.at.path in found:
            found[fact.at.path][fact.name] = fact
    return found


def until(layers: Iterable[Layer], path: str) -> Iterator[Layer]:
    """Yield the layers down to that of a dotenv file."""
    for layer in layers:
        yield layer
        if any(fact.at.path == path for fact in layer.values()):
            return


def _doubtful(layer: Layer) -> Layer:
    """Return a layer that may not be there: its variables are set, and their values unknown."""
    return _unsure(layer, "file that may not reach the build")


def _unsure(layer: Layer, reason: str) -> Layer:
    return {name: replace(fact, value=Unknown(fact.at, reason)) for name, fact in layer.items()}


def _unread(service: Service) -> int | None:
    """Return before which of a service's layers comes a file that can't be read: `environment` is the first."""
    ranks = (rank for rank, item in enumerate(service.env_files, 1) if not item.path)
    return next(ranks, None)


def _mode(path: str) -> str:
    """Return the mode in a dotenv file's name: `.env.staging.local` gives `staging`."""
    parts = [part for part in posixpath.basename(path).split(".") if part not in {"", "env", "local"}]
    return parts[0] if len(parts) == 1 else ""


def _first(facts: list[EnvSet]) -> Layer:
    """Return the facts by name; the strongest compose file comes first and wins."""
    found: dict[str, EnvSet] = {}
    for fact in facts:
        found.setdefault(fact.name, fact)
    return found


def _in(folder: str, name: str) -> str:
    joined = posixpath.normpath(posixpath.join(folder, name))
    return "" if joined == "." else joined
