"""Facts about compose projects beyond single services: what files take from others, include, and are started with."""

from __future__ import annotations

from typing import Annotated

from rtlint.facts.columns import Column
from rtlint.facts.fact import At, RawFact
from rtlint.facts.records import dataclass


@dataclass(frozen=True, slots=True)
class ComposeReset(RawFact):
    """A `!reset` or `!override`: what weaker files, or an extended service, say of it does not count."""

    at: At
    service: Annotated[str, Column("The service.", "web", index=True)]
    key: Annotated[str, Column("The path of keys below the service; empty for all of it.", "environment.KEY")]


@dataclass(frozen=True, slots=True)
class ComposeInclude(RawFact):
    """One entry of `include`: a project of its own whose services are added to this one.

    `files` are its compose files, the first one being the base; `env_files` those that its variables come from, None
    when it does not say so.
    """

    at: At
    path: Annotated[str, Column("Its first compose file; empty where one of them can't be read.", "db/compose.yaml")]
    directory: Annotated[str, Column("Its project directory.", "db")]
    files: tuple[str, ...] = ()
    env_files: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class ComposeBuildOptions(RawFact):
    """What one file says in the `build` of a service, before other files and defaults add the rest."""

    at: At
    service: Annotated[str, Column("The service.", "web", index=True)]
    context: Annotated[str | None, Column("The context, from the repository's root; NULL when it is not said.", "web")]
    dockerfile: Annotated[
        str | None,
        Column("The Dockerfile, from the context; empty where it is not known, NULL when not said.", "a.Dockerfile"),
    ]
    target: Annotated[str | None, Column("The stage; NULL when it is not said.", "dev")]
    known: Annotated[bool, Column("Whether the context lies in the repository.")]
    inline: Annotated[bool, Column("Whether the Dockerfile is written into the compose file.")]


@dataclass(frozen=True, slots=True)
class ComposeVolume(RawFact):
    """A volume of a service, of whatever kind: it hides a weaker file's volume with the same target."""

    at: At
    service: Annotated[str, Column("The service.", "web", index=True)]
    target: Annotated[str, Column("Path in the container.", "/app/node_modules")]


@dataclass(frozen=True, slots=True)
class ComposeResource(RawFact):
    """An entry of the top-level `secrets` or `configs`."""

    at: At
    kind: Annotated[str, Column("secrets or configs.", "secrets")]
    name: Annotated[str, Column("Its name.", "pusher_key")]
    path: Annotated[str, Column("The file that holds it; empty when it comes from elsewhere.", "secrets/key.txt")]
    variable: Annotated[str, Column("The variable that holds it, or empty.", "PUSHER_KEY")]


@dataclass(frozen=True, slots=True)
class ComposeCommand(RawFact):
    """A command line that starts compose with files, env files or profiles of its own.

    Paths are as written. They start in the folder of `directory` as a rule, or in the repository's root.
    """

    at: At
    directory: Annotated[str, Column("Folder of the file that holds the command.", "deploy")]
    files: tuple[str, ...] = ()
    env_files: tuple[str, ...] = ()
    profiles: tuple[str, ...] = ()
    project_directory: str = ""
