"""link: from the facts of single files to facts about the whole program."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Mapping
from typing import Protocol

from rtlint.facts.compose import ComposeCommand, ComposeInclude
from rtlint.facts.derived import ProviderCluster
from rtlint.facts.expressions import Expr
from rtlint.facts.files import FileFacts, SourceFile
from rtlint.facts.raw import ComposeEnvFile, ComposeExtends, EnvRead, EnvSet, Interpolation
from rtlint.facts.records import dataclass
from rtlint.findings import Unresolved
from rtlint.link.backends import Sources, with_found
from rtlint.link.clients import Made, client_settings, clients, setting_sources
from rtlint.link.connections import connections
from rtlint.link.containers import container_names, neighbour_broadcasters, vite_servers
from rtlint.link.credentials import (
    example_gaps,
    exposed_secrets,
    incomplete_credentials,
    key_mismatches,
    shadowed_values,
)
from rtlint.link.csp import blocked_connections
from rtlint.link.endpoints import Backends, endpoint_sources, endpoints
from rtlint.link.environments import Environments
from rtlint.link.flag_values import flags_without_key, misread_flags
from rtlint.link.flags import flag_conflicts, flag_drifts
from rtlint.link.index import Index
from rtlint.link.late_variables import late_variables
from rtlint.link.misplaced import misplaced_credentials
from rtlint.link.modules import Declares, Modules
from rtlint.link.network import dev_sockets
from rtlint.link.options import ignored_options
from rtlint.link.policy import NONE, Policy
from rtlint.link.program import Program
from rtlint.link.protocols import mixed_clients, origin_problems, protocol_mismatches
from rtlint.link.routes import Routes, served_routes
from rtlint.link.silent_handlers import silent_handlers
from rtlint.link.sockets import (
    proxies_without_upgrade,
    requests,
    socket_endpoints,
    socket_path_mismatches,
    unpublished_ports,
)
from rtlint.link.stripping import console_strippings
from rtlint.link.suppression import error_swallows, hidden_errors, network_patches, suppressors
from rtlint.link.values import Folder
from rtlint.link.variables import Variables, Vocabulary, blank_interpolations, present_providers, vocabulary
from rtlint.link.workers import unsticky_workers
from rtlint.providers import load_providers


class Load(Protocol):
    """Asks extract for the facts of one more file."""

    def __call__(self, path: str, kind: str = "") -> FileFacts | None:
        """Return them, read as a kind of file where its name does not tell; None when there is no such file."""


Mentions = Callable[[Iterable[str]], dict[str, frozenset[str]]]


@dataclass(frozen=True, slots=True)
class Linked:
    """The derived facts of a repository, and what was not understood on the way."""

    facts: tuple[object, ...]
    unresolved: tuple[Unresolved, ...]
    program: Program


def link(
    files: Mapping[str, SourceFile],
    facts: Mapping[str, FileFacts],
    load: Load,
    mentions: Mentions,
    policy: Policy = NONE,
    read_later: Callable[[frozenset[str]], bool] | None = None,
    declares: Declares | None = None,
) -> Linked:
    """Derive the facts of the whole program.

    Args:
        files: every file of the repository, by path.
        facts: the raw facts of the files that were read.
        load: asks extract for the facts of one more file, because an import leads there.
        mentions: returns, for each of some names, the files whose text names it.
        policy: what the project's configuration says of its transport.
        read_later: adds the facts of files that were put off, given the variables that reach clients, and tells whether
            there are any; None where all were read. They serve routes, and read variables that are not real-time: where
            nothing in the repository is real-time, nobody asks for them. Then they stay unread, and no routes are
            looked for.
        declares: tells whether a script that was not read declares a function or class itself, under the name that it
            exports.
    """
    program = _program(files, facts, load, mentions, policy, declares)
    made = clients(program)
    spoken = vocabulary(program, made)
    silent = read_later is not None and not made and not _speaks(program, spoken)
    if read_later is not None and not silent and read_later(spoken.names):
        # What was put off serves routes and reads variables: it sets none, and so changes no environment.
        program = _program(files, facts, load, mentions, policy, declares, program.environments)
        made = clients(program)
        spoken = vocabulary(program, made)
    backends = Backends(program)
    derived = [
        *_of_clients(program, made, backends),
        *_of_settings(program, made, spoken),
        *_of_pages(program, made, backends),
    ]
    routes = [] if silent else [*program.routes.backends, *program.routes.routes]
    everything = [*derived, *routes, *program.environment_facts(), *program.values.facts(), *_provider_facts(policy)]
    return Linked(tuple(everything), tuple(dict.fromkeys(program.unresolved)), program)


def _speaks(program: Program, spoken: Vocabulary) -> bool:
    """Tell whether any variable of the repository is part of a real-time setup."""
    index = program.index
    names = {fact.name for fact in index.of(EnvRead)} | {fact.name for fact in index.of(EnvSet)}
    names |= {fact.name for fact in index.of(Interpolation)}
    return any(map(spoken.covers, names))


def _program(
    files: Mapping[str, SourceFile],
    facts: Mapping[str, FileFacts],
    load: Load,
    mentions: Mentions,
    policy: Policy,
    declares: Declares | None,
    environments: Environments | None = None,
) -> Program:
    _load_extended(files, facts, load)
    index = Index(files, facts)
    modules = Modules(files, facts, load, mentions, declares)
    environments = environments or Environments(index)
    return Program(index, modules, environments, lambda: _routes(index, modules, environments), mentions, policy)


def _load_extended(files: Mapping[str, SourceFile], facts: Mapping[str, FileFacts], load: Load) -> None:
    """Read the files that compose files and commands lead to, whatever they are called."""
    pending = [fact for found in facts.values() for fact in found.facts if type(fact) in _LEADING]
    seen: set[str] = set()
    while pending:
        for path, kind in _compose_files(pending.pop()):
            if path in files and path not in seen and _is_unread(files[path], facts, kind):
                seen.add(path)
                found = load(path, kind)
                pending += found.facts if found else ()


def _is_unread(file: SourceFile, facts: Mapping[str, FileFacts], kind: str) -> bool:
    """Tell whether a file has no facts yet; one of another format is never read as a dotenv file."""
    read = file.path in facts and facts[file.path].relevant
    return not read and (not kind or file.kind in {"other", "shell", kind})


_LEADING = frozenset({ComposeExtends, ComposeInclude, ComposeEnvFile, ComposeCommand})


def _compose_files(fact: object) -> Iterable[tuple[str, str]]:
    """Yield the files that a fact of compose leads to, with the kind that they are read as."""
    if isinstance(fact, ComposeExtends):
        yield fact.path, ""
    elif isinstance(fact, ComposeInclude):
        yield from ((path, "") for path in fact.files)
        yield from ((path, "dotenv") for path in fact.env_files or ())
    elif isinstance(fact, ComposeEnvFile):
        yield fact.path, "dotenv"
    elif isinstance(fact, ComposeCommand):
        for folder in (fact.directory, ""):
            yield from ((posixpath.normpath(posixpath.join(folder, path)), "") for path in fact.files)
            yield from ((posixpath.normpath(posixpath.join(folder, path)), "dotenv") for path in fact.env_files)


def _routes(index: Index, modules: Modules, environments: Environments) -> Routes:
    """Return the served routes of app code; a path that depends on an environment counts for each of its values."""
    folders: dict[str, Folder] = {}

    def fold(path: str, expr: Expr) -> frozenset[str] | None:
        package = modules.package_directory(path)
        if package not in folders:
            folders[package] = Folder(modules, environments.everywhere(package))
        outcomes = folders[package].fold(path, expr)
        known = all(outcome.state == "known" for outcome in outcomes)
        return frozenset(outcome.text for outcome in outcomes) if known else None

    app = index.with_modules({"app", "tooling"})
    return with_found(served_routes(app, modules, fold), Sources(index, modules, fold))


def _of_clients(program: Program, made: list[Made], backends: Backends) -> Iterable[object]:
    for client in made:
        yield client.fact
        yield from client_settings(program, client)
        sources = list(setting_sources(program, client))
        yield from sources
        yield from endpoints(program, client, backends)
        yield from endpoint_sources(program, client, sources, backends)


def _of_settings(program: Program, made: list[Made], spoken: Vocabulary) -> Iterable[object]:
    variables = Variables(program, spoken)
    reads = list(variables.reads())
    yield from reads
    yield from incomplete_credentials(program, reads)
    yield from example_gaps(program, reads)
    yield from shadowed_values(program, spoken)
    yield from exposed_secrets(program, made, spoken)
    yield from key_mismatches(program, made)
    yield from variables.sets()
    yield from blank_interpolations(program, spoken)
    yield from late_variables(program, spoken)
    yield from flag_drifts(program, spoken)
    yield from flag_conflicts(program, made, spoken)
    yield from misread_flags(program, spoken)
    yield from flags_without_key(program, made)


def _of_pages(program: Program, made: list[Made], backends: Backends) -> Iterable[object]:
    hidden = list(hidden_errors(program, present_providers(program, made)))
    yield from hidden
    yield from suppressors(program, hidden)
    yield from console_strippings(program)
    yield from error_swallows(program)
    yield from network_patches(program)
    yield from silent_handlers(program, made)
    yield from dev_sockets(program)
    found = list(requests(program, made))
    yield from socket_endpoints(program, found, backends)
    yield from proxies_without_upgrade(program, found)
    yield from unpublished_ports(program, made)
    yield from socket_path_mismatches(program, made, found)
    yield from protocol_mismatches(program, made, found)
    yield from origin_problems(program, made, found)
    yield from mixed_clients(program, made)
    yield from blocked_connections(program, made)
    yield from unsticky_workers(program, made)
    yield from connections(program, made)
    yield from ignored_options(program, made)
    yield from misplaced_credentials(program, made)
    yield from container_names(program)
    yield from neighbour_broadcasters(program)
    yield from vite_servers(program)


def _provider_facts(policy: Policy) -> Iterable[object]:
    for provider in load_providers().values():
        clusters = (*provider.clusters, *policy.clusters.get(provider.name, ()))
        yield from (ProviderCluster(provider.name, name) for name in clusters)
