"""Images: when the variables of a package that is built into an image get their values.

A bundler writes browser variables into the bundle while the image is built: what the container is given later does not
reach them. A development server reads them while it runs. Sources: https://vite.dev/guide/env-and-mode,
https://nextjs.org/docs/app/guides/environment-variables#bundling-environment-variables-for-the-browser,
https://docs.docker.com/build/building/variables/.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping

from rtlint.facts.docker import DockerCopy, DockerRun, DockerStage
from rtlint.facts.expressions import Unknown
from rtlint.facts.raw import ComposeBuild, EnvSet, Package
from rtlint.facts.records import dataclass, replace
from rtlint.facts.site import Site
from rtlint.link.contexts import Context
from rtlint.link.dockerfiles import Dockerfile, Stage, dockerfile, scope_at
from rtlint.link.index import Index, within
from rtlint.link.services import DEV_SERVER, Service, expanded, uses
from rtlint.patterns import regex

Layer = Mapping[str, EnvSet]

_BUILD = regex(
    r"\b(?:vite|next|nuxt|nuxi|astro|react-scripts|vue-cli-service|ng|svelte-kit|remix|react-router|gatsby|parcel|"
    r"rspack|rsbuild|quasar|vinxi|craco|farm)\s+build\b|\b(?:turbo|nx|lerna)\s(?:[^&|;\n]{0,200}\s)?build(?![\w-])|"
    r"\bwebpack(?:-cli)?\b(?!\s+(?:serve|-dev-server)|-dev-server)"
)
"""Commands that make a bundle."""

_SERVER = regex(
    r"(?:^|[\s/'\"])(?:nginx|caddy|httpd|httpd-foreground|apache2ctl|apache2-foreground|lighttpd|http-server|serve|"
    r"static-web-server|sirv|(?:next|nuxt|nuxi|remix-serve|react-router-serve|vinxi)\s+start|(?:vite|astro|nuxi)\s+preview|"
    r"remix-serve|react-router-serve|node|pm2|pm2-runtime)(?=[\s'\"]|$)"
)
"""Commands that serve what was built before."""

_SERVER_IMAGE = regex(r"^(?:[\w.:-]+/)*(?:nginx|nginx-unprivileged|caddy|httpd|static-web-server)(?:[:@]|$)")
"""Images that serve files when nothing else is said."""

_INJECTS = regex(
    r"envsubst|\bsed\b|\bprintenv\b|\benv\.(?:sh|js|mjs)\b|env-config|import-meta-env|next-runtime-env|react-env|"
    r"runtime-env|\bvite-envs\b|__ENV|_env_|docker-entrypoint\.d"
)
"""What gives a finished bundle its variables when the container starts."""

_INJECTORS = (
    "next-runtime-env",
    "next-public-env",
    "@import-meta-env/cli",
    "@import-meta-env/unplugin",
    "@import-meta-env/prepare",
    "@beam-australia/react-env",
    "react-env",
    "react-inject-env",
    "runtime-env-cra",
    "vite-envs",
    "vite-plugin-runtime-env",
    "vite-plugin-runtime",
)
"""Packages that do the same."""

_INJECTED_FILE = regex(r"(?:^|/)(?:(?:runtime-)?env(?:-?config)?|__ENV|runtime-config|config)(?:\.template)?\.m?js$")
_WRITES_DOTENV = regex(r"\.env\b")
_SCRIPT_FILE = regex(r"\.(?:sh|bash|py)\b|entrypoint|(?:^|\s)\.?/[\w./-]*(?:start|run|init)(?:\s|$)")
_ASSIGNED = regex(r"(?<![\w$-])([A-Za-z_]\w*)=")
_PARTS = regex(r"&&|\|\||[;\n]")
_WORKSPACE = regex(r"\bworkspace\s+\S+\s+")

INLINED_PREFIXES = ("VITE_", "NEXT_PUBLIC_", "REACT_APP_", "VUE_APP_", "GATSBY_")
"""Prefixes of variables that a bundler replaces by their values. Nuxt reads NUXT_PUBLIC_ when it starts:
https://nuxt.com/docs/guide/going-further/runtime-config#environment-variables."""


@dataclass(frozen=True, slots=True)
class Bake:
    """When a package's bundle in a container is made, and what is set then and later.

    Attributes:
        bundled: yes when the image holds a finished bundle; no when it is made while the container runs; else unknown.
        build_layers: ENV and ARG at the build, the strongest first. Dotenv files come behind them: see `carries`.
        runtime_layers: ENV of the image. What compose sets is stronger.
        injects: whether anything suggests that a finished bundle gets its variables when the container starts.
        build_at: the RUN that makes the bundle.
        final_at: what the image starts, else its last FROM.
        command: the build's command line, with npm scripts written out.
        declared: the build arguments that the building stage declares above the build.
    """

    bundled: str
    build_layers: list[Layer]
    runtime_layers: list[Layer]
    injects: bool = False
    build_at: Site | None = None
    final_at: Site | None = None
    command: str = ""
    declared: frozenset[str] = frozenset()
    _context: Context | None = None
    _copies: tuple[tuple[DockerCopy, ...], tuple[DockerCopy, ...]] = ((), ())

    def carries(self, path: str) -> str:
        """Tell whether a file of the repository lies beside the code when the bundle is made: yes, no or unknown."""
        direct, other = self._copies
        if self._context is None:
            return "unknown"
        if self._context.copied(path, direct):
            return "yes"
        return "unknown" if self._context.copied(path, other) else "no"


UNKNOWN = Bake("unknown", [], [])


class Images:
    """The images that the repository builds."""

    def __init__(self, index: Index, services: list[Service]) -> None:
        self._index = index
        built = {build.dockerfile for service in services for build in service.builds}
        paths = dict.fromkeys(fact.at.path for fact in index.of_role(DockerStage, "app"))
        self._lonely = [path for path in paths if path not in built]

    def bake(self, service: Service, package: Package) -> Bake:
        """Tell when the bundle of a package that runs in a service is made."""
        if not service.builds or not service.builds[0].dockerfile:
            return UNKNOWN
        build = service.builds[0]
        args: dict[str, EnvSet] = {}
        for fact in service.variables:
            if fact.source == "compose.args":
                args.setdefault(fact.name, fact)
        found = self._image(build, package, args, _started(service))
        return replace(found, bundled="unknown") if _mounts(service, build, package) else found

    def lonely(self, package: Package) -> list[tuple[str, Bake]]:
        """Return the images of Dockerfiles in a package's folder that no compose service builds."""
        return [
            (path, self._image(ComposeBuild(package.at, "", package.directory, path, ""), package, None, ""))
            for path in self._lonely
            if posixpath.dirname(path) == package.directory
        ]

    def _image(self, build: ComposeBuild, package: Package, args: Layer | None, started: str) -> Bake:
        file = dockerfile(self._index, build.dockerfile)
        if file is None:
            return UNKNOWN
        target = file.stage(build.target) if build.target else file.stages[-1]
        return UNKNOWN if target is None else _Image(self._index, file, target, package, build, args, started).bake()


def _started(service: Service) -> str:
    return f"{service.entrypoint} {service.command}".strip()


def _mounts(service: Service, build: ComposeBuild, package: Package) -> bool:
    """Tell whether a mount may put other code or variables over what the image holds."""
    return any(
        mount.source in {package.directory, build.context}
        or (bool(package.directory) and within(mount.source, package.directory))
        or within(package.directory, mount.source)
        or mount.target.endswith((".js", ".html", ".sh", ".json"))
        for mount in service.mounts
    )


@dataclass(frozen=True, slots=True)
class _Image:
    """One image while it is judged. `started` is the command that compose gives in place of the image's own."""

    index: Index
    file: Dockerfile
    target: Stage
    package: Package
    build: ComposeBuild
    args: Layer | None
    started: str

    def bake(self) -> Bake:
        command, final_at = self._final()
        runtime: list[Layer] = [scope_at(self.file, self.target, None, self.args).env]
        builds = list(self._builds())
        late = bool(DEV_SERVER.search(command) or _BUILD.search(command))
        if late or len({id(stage) for stage, _, _ in builds}) != 1 or self._is_opaque():
            return Bake("no" if late else "unknown", [], runtime, final_at=final_at)
        stage, run, text = builds[-1]
        scope = scope_at(self.file, stage, run, self.args)
        inline = {name: _unreadable(run, name) for name in _ASSIGNED.findall(run.command)}
        return Bake(
            bundled="yes" if self._serves(command) else "unknown",
            build_layers=[inline, scope.env, scope.args],
            runtime_layers=runtime,
            injects=self._injects(command, run),
            build_at=run.at,
            final_at=final_at,
            command=text,
            declared=frozenset(scope.declared),
            _context=Context(self.index, self.build.context, self.file.path),
            _copies=self._copies(stage, run),
        )

    def _builds(self) -> Iterable[tuple[Stage, DockerRun, str]]:
        """Yield the commands that make the package's bundle, with their stages and npm scripts written out."""
        for stage in self.file.needed(self.target):
            for run in stage.commands("run"):
                text = self._expanded(run.command)
                if _BUILD.search(text):
                    yield stage, run, text

    def _expanded(self, command: str) -> str:
        """Return a command line with the npm scripts of the package, or of the root, written out."""
        found = []
        for part in _PARTS.split(command):
            line = _WORKSPACE.sub("", part)
            own = expanded(self.index, line, self.package.directory)
            found.append(own if own != line else expanded(self.index, line, ""))
        return " && ".join(found)

    def _final(self) -> tuple[str, Site]:
        """Return what the container starts, npm scripts written out, and where that is said."""
        entrypoint = command = ""
        at = self.target.fact.at
        for stage in self.target.chain():
            if stage.commands("entrypoint"):
                entrypoint, command, at = (
                    stage.commands("entrypoint")[-1].command,
                    "",
                    stage.commands("entrypoint")[-1].at,
                )
            if stage.commands("cmd"):
                command, at = stage.commands("cmd")[-1].command, stage.commands("cmd")[-1].at
        return self._expanded(f"{entrypoint} {self.started or command}".strip()), at

    def _is_opaque(self) -> bool:
        """Tell whether a stage starts from something that is not known, or leaves instructions to a later one."""
        needed = self.file.needed(self.target)
        return any(stage.fact.base.startswith("$") or stage.commands("onbuild") for stage in needed)

    def _serves(self, command: str) -> bool:
        if not command:
            return bool(_SERVER_IMAGE.match(self.target.chain()[0].fact.base))
        return bool(_SERVER.search(command)) and not _SCRIPT_FILE.search(command)

    def _injects(self, command: str, build: DockerRun) -> bool:
        """Tell whether anything suggests that values come from elsewhere than ARG, ENV and the files of the context."""
        needed = self.file.needed(self.target)
        runs = [run.command for stage in needed for run in stage.commands("run")]
        late = [run.command for stage in self.target.chain() for run in stage.commands("run")]
        copies = [copy for stage in needed for copy in stage.copies()]
        return (
            any(_INJECTS.search(text) for text in (command, *late))
            or any(_WRITES_DOTENV.search(text) for text in runs)
            or any(_INJECTS.search(copy.dest) or _renames_dotenv(copy) for copy in copies)
            or "type=secret" in build.flags
            or uses(self.index, self.package, *_INJECTORS) is not None
            or any(_INJECTED_FILE.search(path) for path in self._public_files())
        )

    def _public_files(self) -> Iterable[str]:
        return self.index.below(posixpath.join(self.package.directory, "public"))

    def _copies(self, stage: Stage, run: DockerRun) -> tuple[tuple[DockerCopy, ...], tuple[DockerCopy, ...]]:
        """Return what is copied to where the bundle is made, and what may get there through other stages."""
        chain = stage.chain()
        below = [copy for link in chain[:-1] for copy in link.copies()]
        own = [step for step in stage.steps[: stage.steps.index(run)] if isinstance(step, DockerCopy)]
        others = [link for link in self.file.needed(stage) if link not in chain]
        bound = [DockerCopy(run.at, stage.fact.number, "", ".", (".",))] if "type=bind" in run.flags else []
        return (*below, *own), (*bound, *(copy for link in others for copy in link.copies()))


def _renames_dotenv(copy: DockerCopy) -> bool:
    """Tell whether a file gets the name of a dotenv file by being copied."""
    name = posixpath.basename(copy.dest)
    return name.startswith(".env") and any(posixpath.basename(source) != name for source in copy.sources)


def _unreadable(run: DockerRun, name: str) -> EnvSet:
    """Return a variable that the build's command line sets itself."""
    return EnvSet(run.at, name, "dockerfile.env", "", run.at, Unknown(run.at, "variable set by a shell command"))


def inlined(name: str, via: str) -> bool:
    """Tell whether a bundler replaces a read by the value that the variable has when the bundle is made."""
    return via in {"import.meta.env", "html"} or name.startswith(tuple(set(INLINED_PREFIXES) - {"VITE_"}))
