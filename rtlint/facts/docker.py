"""Facts about images: what a Dockerfile and a .dockerignore say, and what follows from them for a bundle's variables.

Variables that a Dockerfile sets are `EnvSet` facts with the sources `dockerfile.arg` and `dockerfile.env`. The facts of
one Dockerfile come in its order, because each instruction sees what stands above it.
"""

from __future__ import annotations

from typing import Annotated

from rtlint.facts.columns import Column
from rtlint.facts.expressions import Expr
from rtlint.facts.fact import At, RawFact
from rtlint.facts.records import dataclass
from rtlint.facts.site import Site


@dataclass(frozen=True, slots=True)
class DockerStage(RawFact):
    """A `FROM` of a Dockerfile. `image` is its image with the variables in it."""

    at: At
    number: Annotated[int, Column("Position of the stage, from 0.", "1")]
    name: Annotated[str, Column("Its name in lower case, or empty.", "build")]
    base: Annotated[str, Column("The image or the stage it starts from, as written.", "node:22-alpine")]
    image: Expr


@dataclass(frozen=True, slots=True)
class DockerArg(RawFact):
    """A name that `ARG` declares. With a default there is an `EnvSet` at the same site too."""

    at: At
    stage: Annotated[int, Column("The stage it is declared in; -1 above the first FROM.", "0")]
    name: Annotated[str, Column("The build argument.", "VITE_PUSHER_KEY", index=True)]
    default: Expr | None


@dataclass(frozen=True, slots=True)
class DockerRun(RawFact):
    """A command: one that the build runs, or what the image starts."""

    at: At
    stage: Annotated[int, Column("The stage.", "0")]
    kind: Annotated[str, Column("run, cmd, entrypoint, or onbuild for any instruction behind ONBUILD.", "run")]
    command: Annotated[str, Column("The command line, with the texts of its heredocs.", "npm run build")]
    flags: Annotated[str, Column("The instruction's flags, parted by spaces.", "--mount=type=cache,target=/x")]


@dataclass(frozen=True, slots=True)
class DockerCopy(RawFact):
    """A `COPY` or `ADD`. `sources` are paths below the build context, or in the stage or image `from_stage`."""

    at: At
    stage: Annotated[int, Column("The stage.", "0")]
    from_stage: Annotated[str, Column("The stage or image that it copies from; empty for the context.", "build")]
    dest: Annotated[str, Column("Where to, as written.", "/usr/share/nginx/html")]
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DockerExpose(RawFact):
    """A port that a Dockerfile exposes."""

    at: At
    stage: Annotated[int, Column("The stage.", "0")]
    port: Annotated[str, Column("The port as written.", "3000/tcp")]


@dataclass(frozen=True, slots=True)
class ContextExclusion(RawFact):
    """A line of a .dockerignore: what it covers does not reach the build."""

    at: At
    pattern: Annotated[str, Column("The pattern; `!` at its start takes paths back in.", "**/.env*")]


@dataclass(frozen=True, slots=True)
class LateVariable:
    """A variable that a bundler replaces while an image is built, and that only the running container is given."""

    at: Annotated[Site, Column("Where the container is given it.")]
    name: Annotated[str, Column("The variable.", "VITE_PUSHER_KEY")]
    package: Annotated[str, Column("Folder of the package.", "apps/web")]
    service: Annotated[str, Column("The compose service.", "web")]
    bundler: Annotated[str, Column("Who replaces it.", "Vite")]
    realtime: Annotated[bool, Column("Whether it is part of the real-time setup.")]
    reason: Annotated[
        str, Column("undeclared: the argument is; ignored: the dotenv file is kept out; else late.", "late")
    ]
    build_at: Annotated[Site, Column("The RUN that builds the bundle.")]
    final_at: Annotated[Site, Column("What the image starts.")]
    read_at: Annotated[Site, Column("A read of it in browser code.")]
    argument_at: Annotated[Site | None, Column("A build argument of that name, which the stage does not declare.")]
    ignored_at: Annotated[Site | None, Column("A dotenv file's line that sets it and does not reach the build.")]
