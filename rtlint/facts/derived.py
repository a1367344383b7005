"""Derived facts: what link concludes from the raw facts of all files.

`value` columns hold text; where a value could not be folded, `known` is 0 and the text is empty. `value_id` points into
`value`, whose steps are the way that the value took: the engine shows them as evidence.
"""

from __future__ import annotations

from typing import Annotated

from rtlint.facts.columns import Column
from rtlint.facts.raw import At
from rtlint.facts.records import dataclass
from rtlint.facts.site import Site


@dataclass(frozen=True, slots=True)
class Value:
    """A text that reaches a setting, with its provenance."""

    id: Annotated[int, Column("Number of the value.", "7", index=True)]
    text: Annotated[str, Column("The text, empty when unknown.", "/api/pusher/auth")]
    known: Annotated[bool, Column("Whether it could be folded.")]


@dataclass(frozen=True, slots=True)
class Step:
    """One place on the way of a value, first the one that sets it."""

    value: Annotated[int, Column("The value.", "7", index=True)]
    ordinal: Annotated[int, Column("Position on the way, from 0.", "0")]
    at: At
    label: Annotated[str, Column("What happens there.", "read here")]


@dataclass(frozen=True, slots=True)
class Backend:
    """An application that serves routes: the root of a tree of routers."""

    id: Annotated[int, Column("Number of the backend.", "1", index=True)]
    at: At
    framework: Annotated[str, Column("fastapi, starlette, flask, express.", "fastapi")]
    directory: Annotated[str, Column("Folder of the file that makes the application.", "apps/api/app")]
    routes_complete: Annotated[bool, Column("Whether every route, prefix and mount of it is known.")]


@dataclass(frozen=True, slots=True)
class ServedRoute:
    """A route that a backend serves, with its full path after prefixes and mounts."""

    backend: Annotated[int, Column("The backend.", "1", index=True)]
    at: At
    method: Annotated[str, Column("GET, POST, ...; `*` for any.", "POST")]
    protocol: Annotated[str, Column("http or ws.", "http")]
    path: Annotated[str, Column("Full path as the framework would show it, parameters as `{name}`.")]
    path_glob: Annotated[str, Column("The path as a SQLite GLOB: parameters are `*`.", "/api/v1/users/*")]
    mounted_at: Annotated[Site, Column("The mount or prefix nearest to the root that shapes the path; else the route.")]


@dataclass(frozen=True, slots=True)
class Client:
    """A real-time client that the program makes."""

    id: Annotated[int, Column("Number of the client.", "1", index=True)]
    at: At
    provider: Annotated[str, Column("The provider's name.", "pusher")]
    kind: Annotated[str, Column("managed, socket, adapter, server.", "managed")]
    text: Annotated[str, Column("The constructor as written.", "Pusher")]
    package: Annotated[str, Column("Folder of the package, empty for the root.", "apps/web")]
    runtime: Annotated[str, Column("browser, server or unknown.", "browser")]
    role: Annotated[str, Column("Role of the file.", "app")]
    protected: Annotated[str, Column("yes, no or unknown: whether a channel that needs authorization is subscribed.")]
    managed_sibling: Annotated[str, Column("A managed client that the same package depends on, or empty.", "pusher-js")]
    managed_at: Annotated[Site | None, Column("Where that dependency is listed.")]
    adapter: Annotated[bool, Column("Whether the file hands the socket to a protocol of its own (GraphQL, Yjs, MQTT).")]


@dataclass(frozen=True, slots=True)
class Environment:
    """A place that a package runs in."""

    id: Annotated[int, Column("Number of the environment.", "1", index=True)]
    name: Annotated[str, Column("How a message calls it.", "service web of docker-compose.yml")]
    kind: Annotated[str, Column("compose, docker, dotenv, example, default.", "compose")]
    package: Annotated[str, Column("Folder of the package.", "apps/web")]
    service: Annotated[str, Column("The compose service, or empty.", "web")]
    production: Annotated[str, Column("yes, no or unknown.", "no")]


@dataclass(frozen=True, slots=True)
class ClientSetting:
    """The value that one option of one client has in one environment.

    A setting that can take several values gives several rows.
    """

    client: Annotated[int, Column("The client.", "1", index=True)]
    environment: Annotated[int, Column("The environment.", "1")]
    name: Annotated[str, Column("The option.", "cluster", index=True)]
    kind: Annotated[str, Column("key, secret, cluster, url, host, port, path, tls, flag, other.", "cluster")]
    state: Annotated[str, Column("known, unset (no value reaches it), absent (not given), unknown.", "known")]
    value: Annotated[str, Column("The value when known, else empty.", "us2")]
    at: Annotated[Site, Column("The place that decides: the source of the value, else the option.")]
    option_at: Annotated[Site, Column("The option at the client; the constructor when it is absent.")]
    value_id: Annotated[int, Column("The value with its provenance.", "7")]
    scheme: Annotated[str, Column("Scheme of a URL, else empty.", "wss")]
    host: Annotated[str, Column("Host of a URL or the host itself, else empty.", "ws.example.com")]
    port: Annotated[str, Column("Port that a URL names, else empty.", "6001")]
    host_scope: Annotated[str, Column("local, private (container or intranet name), public, or empty.", "public")]
    target_scope: Annotated[str, Column("Scope of the host that the client talks to; unknown when it is not known.")]


@dataclass(frozen=True, slots=True)
class SettingSource:
    """One place that may decide a setting of a client, in whatever environment."""

    client: Annotated[int, Column("The client.", "1", index=True)]
    name: Annotated[str, Column("The option.", "authEndpoint", index=True)]
    kind: Annotated[str, Column("As in client_setting.", "path")]
    at: Annotated[Site, Column("The source.")]
    source: Annotated[
        str, Column("code, fallback, dotenv, example, dockerfile, compose, compose.default, args, html.", "compose")
    ]
    variable: Annotated[str, Column("The variable it sets, or empty for code.", "VITE_PUSHER_AUTH_ENDPOINT")]
    value: Annotated[str, Column("The value.", "/api/pusher/auth")]
    value_id: Annotated[int, Column("The value with its provenance.", "7")]
    read: Annotated[bool, Column("Whether code reads the variable; 0 for one that only its name ties to the setting.")]
    guarded: Annotated[bool, Column("Whether code tests for a missing value before it uses it.")]
    placeholder: Annotated[str, Column("blank, dummy, or empty for a real-looking value.", "dummy")]


@dataclass(frozen=True, slots=True)
class EndpointSource:
    """A source of the path that a client calls for an authorization, compared with the others and with the backend."""

    client: Annotated[int, Column("The client.", "1", index=True)]
    purpose: Annotated[str, Column("channel-auth or user-auth.", "channel-auth")]
    at: Annotated[Site, Column("The source.")]
    path: Annotated[str, Column("The path that it names.", "/api/pusher/auth")]
    read: Annotated[bool, Column("Whether code reads it.")]
    served: Annotated[str, Column("yes, no or unknown: whether the backends of the repository serve it.")]
    value_id: Annotated[int, Column("The value with its provenance.", "7")]
    agreeing: Annotated[int, Column("Number of sources with this path.", "1")]
    other_agreeing: Annotated[int, Column("Number of sources with other_path; 0 when all agree.", "2")]
    other_path: Annotated[str, Column("The path that the others name, a served one first; empty when all agree.")]
    other_at: Annotated[Site | None, Column("A source that names the other path.")]
    route_at: Annotated[Site | None, Column("The served route nearest to the path.")]
    served_path: Annotated[str, Column("other_path where it is served and path is not, else empty.")]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A request that a client makes to the application's own backend in one environment."""

    client: Annotated[int, Column("The client.", "1", index=True)]
    environment: Annotated[int, Column("The environment.", "1")]
    purpose: Annotated[str, Column("channel-auth or user-auth.", "channel-auth")]
    method: Annotated[str, Column("HTTP method.", "POST")]
    path: Annotated[str, Column("The path that is called.", "/api/pusher/auth")]
    at: Annotated[Site, Column("The source that decides it.")]
    option_at: Annotated[Site, Column("The option at the client; the constructor when the library's default holds.")]
    value_id: Annotated[int, Column("The path with its provenance.", "7")]
    served: Annotated[str, Column("yes, no, or unknown where routes or the way there are not fully known.")]
    nearest_path: Annotated[str, Column("The served path most like it, or empty.", "/api/v1/pusher/auth")]
    nearest_at: Annotated[Site | None, Column("Where that route is served.")]
    served_path: Annotated[str, Column("nearest_path where the client would reach it under that path, else empty.")]
    route_at: Annotated[Site | None, Column("The route that serves it, where one is known to.")]


@dataclass(frozen=True, slots=True)
class VariableRead:
    """A real-time variable that code reads, at one place."""

    at: At
    name: Annotated[str, Column("The variable.", "VITE_PUSHER_ENABLED", index=True)]
    package: Annotated[str, Column("Folder of the package that reads it.", "apps/web")]
    runtime: Annotated[str, Column("browser, server or unknown.", "browser")]
    role: Annotated[str, Column("Role of the file.", "app")]
    optional: Annotated[bool, Column("Whether a fallback, a guard or a schema deals with its absence.")]
    switch: Annotated[bool, Column("Whether it is an on/off switch.")]
    essential: Annotated[bool, Column("Whether it reaches a client, or is named after a provider in use.")]
    given: Annotated[str, Column("yes, no (set nowhere), or mentioned: named by a file rtlint can't read.")]
    sets_known: Annotated[bool, Column("Whether the repository says at all how this package gets its variables.")]
    twin: Annotated[str, Column("A near twin that is set and that nothing reads, or empty.", "VITE_ENABLE_PUSHER")]
    exposed: Annotated[str, Column("yes, no or unknown: whether the bundler gives it to browser code.", "yes")]
    bundler: Annotated[str, Column("The bundler in charge, or empty.", "Vite")]
    interface: Annotated[str, Column("The object that the bundler replaces, or empty.", "import.meta.env")]
    prefix: Annotated[str, Column("The prefix that it exposes, or empty.", "VITE_")]
    via: Annotated[str, Column("As in env_read.", "process.env")]


@dataclass(frozen=True, slots=True)
class VariableSet:
    """A real-time variable that some environment sets, at one place."""

    at: At
    name: Annotated[str, Column("The variable.", "VITE_ENABLE_PUSHER", index=True)]
    value: Annotated[str, Column("The value when known.", "true")]
    known: Annotated[bool, Column("Whether the value is known.")]
    source: Annotated[str, Column("dotenv, compose.environment, compose.args, dockerfile.arg, dockerfile.env.")]
    place: Annotated[str, Column("The service, or the dotenv file.", "dashboard")]
    role: Annotated[str, Column("Role of the file: app or example.", "app")]
    switch: Annotated[bool, Column("Whether it is an on/off switch.")]
    used: Annotated[str, Column("yes, no (nothing reads it), or mentioned: named by a file rtlint can't read.")]
    reads_known: Annotated[bool, Column("Whether no code reads variables under computed names.")]
    twin: Annotated[str, Column("A near twin that code reads and nothing sets, or empty.", "VITE_PUSHER_ENABLED")]
    twin_reason: Annotated[str, Column("Why they are twins.", "the same words in another order")]
    twin_at: Annotated[Site | None, Column("Where the twin is read.")]


@dataclass(frozen=True, slots=True)
class BlankInterpolation:
    """A real-time `${X}` of a compose file that nothing which compose reads gives a value to."""

    at: At
    name: Annotated[str, Column("The variable.", "VITE_PUSHER_KEY")]
    file: Annotated[str, Column("The compose file.", "docker-compose.yml")]
    service: Annotated[str, Column("The service.", "web")]
    env_file_at: Annotated[Site | None, Column("Where the env_file sets it, which is no source of `${X}`.")]
    example: Annotated[str, Column("An example file beside the compose file that lists it, or empty.", ".env.example")]
    handed_over: Annotated[bool, Column("Whether a script, Makefile or CI file of the repository names the variable.")]


@dataclass(frozen=True, slots=True)
class FlagDrift:
    """A switch that has another state than its stronger source, or than its twin on the other side."""

    at: Annotated[Site, Column("The source that loses, or the second twin.")]
    name: Annotated[str, Column("The variable.", "VITE_ENABLE_PUSHER")]
    value: Annotated[str, Column("Its value as set.", "false")]
    holder: Annotated[str, Column("The service, or the folder of the dotenv files.", "dashboard")]
    other_at: Annotated[Site, Column("The source that wins, or the first twin.")]
    other_name: Annotated[str, Column("Its variable.", "ENABLE_PUSHER")]
    other_value: Annotated[str, Column("Its value as set.", "true")]
    other_holder: Annotated[str, Column("Its service or folder.", "api")]


@dataclass(frozen=True, slots=True)
class FlagConflict:
    """Two switches that code treats as alternatives, with the states that they have in one environment."""

    at: Annotated[Site, Column("The source of the first one's state.")]
    first: Annotated[str, Column("A switch.", "VITE_ENABLE_PUSHER")]
    second: Annotated[str, Column("Its alternative.", "VITE_ENABLE_WEBSOCKET")]
    state: Annotated[str, Column("on when both are on, off when both are off.", "on")]
    environment: Annotated[str, Column("Name of the environment.", "service web of docker-compose.yml")]
    second_at: Annotated[Site, Column("The source of the second one's state.")]
    code_at: Annotated[Site, Column("The condition that chooses between them.")]
    has_client: Annotated[bool, Column("Whether the package has a real-time client to run.")]


@dataclass(frozen=True, slots=True)
class HiddenError:
    """A real error text that a filter of the page hides."""

    file: Annotated[str, Column("The file with the filter.", "index.html", index=True)]
    group: Annotated[int, Column("The group of the patches or traps that use the filter.", "1")]
    at: Annotated[Site, Column("The filter.")]
    provider: Annotated[str, Column("Whose error it is.", "Pusher Channels")]
    text: Annotated[str, Column("The beginning of the error text, as a person would quote it.")]
    own: Annotated[bool, Column("Whether it is an error of a provider that this project uses, not of the dev server.")]


@dataclass(frozen=True, slots=True)
class Suppressor:
    """A group of console patches, with what they do to messages."""

    file: Annotated[str, Column("The file.", "index.html", index=True)]
    group: Annotated[int, Column("The group.", "1")]
    at: Annotated[Site, Column("The first patch.")]
    other_at: Annotated[Site | None, Column("Another patch of the group.")]
    methods: Annotated[str, Column("The methods that forward least, in words.", "console.error and console.warn")]
    forwards: Annotated[str, Column("all, some or none: the weakest of its patches; stripped.", "some")]
    serious: Annotated[bool, Column("Whether errors or warnings are among what is replaced.")]
    role: Annotated[str, Column("Role of the file.", "app")]
    runtime: Annotated[str, Column("browser, server or unknown.", "browser")]
    hides: Annotated[str, Column("Whose real errors its filters hide, in words; empty when none is known.", "Pusher")]
    sample: Annotated[str, Column("Hidden error texts in quotation marks, or empty.")]
    filter_at: Annotated[Site | None, Column("The filter that hides it.")]


@dataclass(frozen=True, slots=True)
class DevSocket:
    """The hot-reload socket of a development server that runs in a compose service."""

    at: Annotated[Site, Column("The option that names the port.")]
    port: Annotated[str, Column("The port that the browser is told.", "24678")]
    service: Annotated[str, Column("The service.", "dashboard")]
    service_at: Annotated[Site, Column("The service.")]
    published: Annotated[str, Column("yes, no, or elsewhere: published on another host port.", "no")]
    host_port: Annotated[str, Column("The host port it is published on, or empty.", "24679")]
    host_network: Annotated[bool, Column("Whether the service uses the host's network.")]


@dataclass(frozen=True, slots=True)
class SilentHandler:
    """An empty handler of an error of a real-time object."""

    at: At
    receiver: Annotated[str, Column("The object as written.", "socket")]
    event: Annotated[str, Column("The event.", "connect_error")]
    role: Annotated[str, Column("Role of the file.", "app")]
    client: Annotated[str, Column("Title of the provider whose client it is.", "Socket.IO")]
    client_at: Annotated[Site, Column("Where the client is made.")]


@dataclass(frozen=True, slots=True)
class ProviderCluster:
    """A public cluster of a provider."""

    provider: Annotated[str, Column("The provider's name.", "pusher")]
    name: Annotated[str, Column("The cluster.", "us2")]
