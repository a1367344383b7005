"""Raw facts: what one file says, read by extract without looking at any other file.

Each class is one table; each `Annotated[..., Column(...)]` field is one column. Fields without a column (expressions,
argument lists) reach link only. `at` is always the primary site of the fact.
"""

from __future__ import annotations

from typing import Annotated

from rtlint.facts.columns import Column
from rtlint.facts.expressions import Expr
from rtlint.facts.fact import At, RawFact
from rtlint.facts.later import DEFERRABLE
from rtlint.facts.problem import Problem
from rtlint.facts.records import dataclass
from rtlint.facts.site import Site

__all__ = ["At", "Problem", "RawFact"]


@dataclass(frozen=True, slots=True)
class Suppression(RawFact):
    """An inline `rtlint: ignore[...]: reason` comment."""

    at: At
    selector: Annotated[str, Column("One rule code or name; a comment with two selectors gives two facts.", "RT101")]
    reason: Annotated[str, Column("The text behind the second colon, empty when there is none.", "third-party API")]
    line: Annotated[int, Column("The line whose findings it silences, 1-based.", "12")]


@dataclass(frozen=True, slots=True)
class Package(RawFact):
    """A manifest: package.json, pyproject.toml, requirements.txt, composer.json."""

    at: At
    directory: Annotated[str, Column("Folder of the manifest; empty for the root.", "apps/web", index=True)]
    name: Annotated[str, Column("The package's own name, or empty.", "@acme/web")]
    ecosystem: Annotated[str, Column("npm, pypi or composer.", "npm")]
    workspaces: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Dependency(RawFact):
    """One dependency of a package."""

    at: At
    directory: Annotated[str, Column("Folder of the manifest that lists it.", "apps/web", index=True)]
    name: Annotated[str, Column("The dependency's name, lower-cased for pypi.", "pusher-js", index=True)]
    version: Annotated[str, Column("The version or range as written.", "^8.4.0")]
    scope: Annotated[str, Column("dependencies, devDependencies, peerDependencies or optionalDependencies.")]


@dataclass(frozen=True, slots=True)
class Script(RawFact):
    """One entry of package.json's `scripts`."""

    at: At
    directory: Annotated[str, Column("Folder of the manifest.", "apps/web", index=True)]
    name: Annotated[str, Column("The script's name.", "dev")]
    command: Annotated[str, Column("The command line.", "vite --mode staging")]


@dataclass(frozen=True, slots=True)
class PathAlias(RawFact):
    """A rule that turns an import specifier into a path: tsconfig/jsconfig `paths`, Vite `resolve.alias`."""

    at: At
    directory: Annotated[str, Column("The folder that the alias holds in.", "apps/web")]
    pattern: Annotated[str, Column("The specifier; `*` stands for any rest.", "@/*")]
    target: Annotated[str, Column("Path from the repository's root, with the same `*`.", "apps/web/src/*")]


@dataclass(frozen=True, slots=True)
class Import(RawFact):
    """One name that a module takes from another one, or a bare import for its side effects."""

    at: At
    source: Annotated[str, Column("The specifier as written; for Python the dotted module with its leading dots.")]
    imported: Annotated[str, Column("Exported name, `default`, `*` for the namespace, empty for side effects only.")]
    local: Annotated[str, Column("The name in this module, empty for side effects only.", "Pusher", index=True)]
    form: Annotated[str, Column("import, require, dynamic, type (TypeScript, erased), script (HTML) or python.")]


@dataclass(frozen=True, slots=True)
class Binding(RawFact):
    """A name of the module's own scope and the expression that it is bound to.

    A name that is assigned more than once is bound to `Unknown`. Class members are bound as `Class.member`; a member
    that the instance owns (a field, or `this.x = ...` in the constructor only) as `Class#member`.
    """

    at: At
    name: Annotated[str, Column("The bound name.", "PUSHER_AUTH_ENDPOINT", index=True)]
    value: Annotated[Expr, DEFERRABLE]


@dataclass(frozen=True, slots=True)
class Export(RawFact):
    """One name that a module gives to others."""

    at: At
    exported: Annotated[str, Column("The name outside, `default`, or `*` for `export * from`.", index=True)]
    local: Annotated[str, Column("The name here, or in `source` for a re-export; empty for an expression.")]
    source: Annotated[str, Column("The specifier of a re-export, else empty.")]
    value: Annotated[Expr | None, DEFERRABLE] = None


@dataclass(frozen=True, slots=True)
class EnvRead(RawFact):
    """A place in code that reads an environment variable."""

    at: At
    name: Annotated[str, Column("The variable; empty where the name is computed (`process.env[x]`).", index=True)]
    via: Annotated[str, Column("import.meta.env, process.env, os.environ, settings, html, php, ruby, shell.")]
    fallback: Annotated[bool, Column("Whether the code has a value for the case that it is missing.")]
    guarded: Annotated[bool, Column("Whether the code tests that it is there, or declares it required.")]


@dataclass(frozen=True, slots=True)
class Construction(RawFact):
    """`new X(...)`, `x(...)` or `<X ...>` where X may be a real-time client: link decides, by import and provider data.

    `callee` is an expression because the class may be reached through a name, an import or a member.
    """

    at: At
    form: Annotated[str, Column("new, call or element (JSX, its attributes as the one argument).", "new")]
    text: Annotated[str, Column("The callee as written.", "Pusher")]
    callee: Expr
    arguments: Annotated[tuple[Expr, ...], DEFERRABLE]
    assigned: Annotated[str, Column("What receives it: `socket`, `this.pusher`, `Service#pusher`, or empty.")]


@dataclass(frozen=True, slots=True)
class Directive(RawFact):
    """A directive at the top of a script: `"use client"`."""

    at: At
    text: Annotated[str, Column("The directive.", "use client")]


@dataclass(frozen=True, slots=True)
class CallSite(RawFact):
    """A call of a function of the repository with arguments, or a JSX element of a component with its attributes."""

    at: At
    text: Annotated[str, Column("The callee as written.", "createPusher")]
    callee: Expr
    arguments: Annotated[tuple[Expr, ...], DEFERRABLE]


@dataclass(frozen=True, slots=True)
class Subscription(RawFact):
    """A channel that code subscribes to: `x.subscribe(c)`, `.private(c)`, `.join(c)`, `.channel(c)`."""

    at: At
    receiver: Annotated[str, Column("The object as written.", "this.pusher")]
    method: Annotated[str, Column("The method's name.", "subscribe")]
    channel: Expr


@dataclass(frozen=True, slots=True)
class EventHandler(RawFact):
    """A function that a program registers for an event, or the `catch` of a `try` or of a promise."""

    at: At
    receiver: Annotated[str, Column("The object as written, or the awaited expression of a catch.", "socket")]
    object: Expr
    event: Annotated[str, Column("The event's name; `catch` for a catch clause or `.catch()`.", "error")]
    form: Annotated[str, Column("on, bind, addEventListener, property, callback, catch.", "on")]
    body: Annotated[str, Column("empty, comment (nothing but comments), or code.", "empty")]


@dataclass(frozen=True, slots=True)
class ConsolePatch(RawFact):
    """An assignment that replaces a console method, in any form."""

    at: At
    group: Annotated[int, Column("Patches of one function or script share it; unique within the file.", "1")]
    method: Annotated[str, Column("The method, or `*` when all of them or a computed one.", "error")]
    forwards: Annotated[str, Column("all: every call is passed on; some: on a condition; none; unknown.", "some")]
    injected: Annotated[bool, Column("Whether it stands in a string that a program writes into a page.")]


@dataclass(frozen=True, slots=True)
class MessageFilter(RawFact):
    """A test of a message's text on which a console patch or an error trap drops the message."""

    at: At
    group: Annotated[int, Column("The group of the console patches or error traps that use it.", "1", index=True)]
    syntax: Annotated[str, Column("regex, includes, startsWith, endsWith, equals; unknown: not understood.", "regex")]
    pattern: Annotated[str, Column("The text, or the body of the regular expression.", "WebSocket connection")]
    flags: Annotated[str, Column("The regular expression's flags; `i` also for tests on lower-cased text.", "i")]


@dataclass(frozen=True, slots=True)
class ErrorTrap(RawFact):
    """A window-wide error handler that keeps an error from being seen."""

    at: At
    group: Annotated[int, Column("As for console patches: joins it with its filters.", "2")]
    event: Annotated[str, Column("error or unhandledrejection.", "error")]
    effect: Annotated[str, Column("preventDefault, stopImmediatePropagation, stopPropagation, return true, ...")]
    conditional: Annotated[bool, Column("Whether only some errors are kept back.")]
    reports: Annotated[bool, Column("Whether every error that is kept back was passed on: a call, or a rethrow.")]
    injected: Annotated[bool, Column("As for console patches.")]


@dataclass(frozen=True, slots=True)
class GlobalPatch(RawFact):
    """What replaces a network API of the page: WebSocket, fetch, XMLHttpRequest, EventSource, or a method of one."""

    at: At
    target: Annotated[str, Column("What is replaced.", "WebSocket")]
    member: Annotated[str, Column("The method of its prototype, or empty for the API itself.", "send")]
    forwards: Annotated[str, Column("all, some, none or unknown: whether calls reach the original.")]
    losing: Annotated[
        str,
        Column(
            "How failures vanish. stub: nothing reaches the network; some: some calls don't; catch: failures are "
            "caught and told to nobody; events: error events are stopped; empty: they don't, or it can't be told.",
            "catch",
        ),
    ]
    losing_at: Annotated[Site | None, Column("Where they vanish.")]
    injected: Annotated[bool, Column("As for console patches.")]


@dataclass(frozen=True, slots=True)
class FlagTest(RawFact):
    """A condition of `if`, `?:` or `&&` that may decide which transport runs.

    Arms of one `if / else if / else` chain share a group, operands of one condition also an arm; `negated` says that
    the operand stands under a `!`.
    """

    at: At
    group: Annotated[int, Column("The chain it belongs to; unique within the file.", "3")]
    arm: Annotated[int, Column("The condition within the chain, from 0.", "0")]
    negated: Annotated[bool, Column("Whether the operand stands under a `!`.")]
    test: Expr


@dataclass(frozen=True, slots=True)
class ConfigOption(RawFact):
    """A leaf of the object that a build tool's configuration file exports (vite.config, next.config, nuxt.config)."""

    at: At
    key: Annotated[str, Column("The path of keys.", "server.hmr.port", index=True)]
    value: Expr


@dataclass(frozen=True, slots=True)
class RouterObject(RawFact):
    """An object that routes hang on: FastAPI(), APIRouter(), Flask(), Blueprint(), express(), express.Router()."""

    at: At
    name: Annotated[str, Column("The module-level name that holds it.", "router", index=True)]
    framework: Annotated[str, Column("fastapi, starlette, flask, express.", "fastapi")]
    root: Annotated[bool, Column("Whether it is an application, not a part of one.")]
    prefix: Expr | None = None


@dataclass(frozen=True, slots=True)
class Route(RawFact):
    """A handler registered on a router object."""

    at: At
    router: Annotated[str, Column("The name of the router object, as written (`app`, `api.router`).", index=True)]
    method: Annotated[str, Column("GET, POST, ...; `*` for any.", "POST")]
    protocol: Annotated[str, Column("http or ws.", "http")]
    path: Expr
    bare: bool = False


@dataclass(frozen=True, slots=True)
class RouteMount(RawFact):
    """One router made part of another: include_router, mount, register_blueprint, app.use(prefix, router).

    `bare` (here and in `Route`) says that the router's own prefix does not apply: FastAPI's `APIRouter` adds it to its
    own methods only, not to Starlette's `mount`, `add_route` and `route`. A child that is a `Call` with the parent
    among its arguments is no router but a function that the parent is handed to, keyword arguments in a last object.
    """

    at: At
    parent: Annotated[str, Column("The name of the outer router object, as written.", "app")]
    child: Expr
    prefix: Expr | None
    overrides: Annotated[bool, Column("Whether prefix replaces the child's own one (Flask's url_prefix).")] = False
    bare: bool = False


@dataclass(frozen=True, slots=True)
class OpaqueRoutes(RawFact):
    """A place where a backend takes on routes that can't be read from the file (a loop, a plug-in, a proxy)."""

    at: At
    router: Annotated[str, Column("The router object, as written.", "app")]
    reason: Annotated[str, Column("Why they are not known.", "routes registered in a loop")]


@dataclass(frozen=True, slots=True)
class EnvSet(RawFact):
    """A place that gives a variable a value: a line of a dotenv file, an entry of compose, a Dockerfile's ENV."""

    at: At
    name: Annotated[str, Column("The variable.", "VITE_PUSHER_KEY", index=True)]
    source: Annotated[str, Column("dotenv, compose.environment, compose.args, dockerfile.arg, dockerfile.env, ci.")]
    service: Annotated[str, Column("The compose service, else empty.", "dashboard")]
    value_at: Annotated[Site, Column("Where the value stands; the whole entry when it has none.")]
    value: Expr | None


@dataclass(frozen=True, slots=True)
class Interpolation(RawFact):
    """`${X}` in a compose file."""

    at: At
    name: Annotated[str, Column("The variable.", "VITE_PUSHER_KEY", index=True)]
    operator: Annotated[str, Column("Empty, or `:-`, `-`, `:?`, `?`, `:+`, `+`.", ":-")]
    default: Annotated[str, Column("The text behind the operator.", "us2")]
    service: Annotated[str, Column("The service it stands in, or empty.", "dashboard")]
    key: Annotated[str, Column("The path of keys that it stands under.", "environment.VITE_PUSHER_KEY")]


@dataclass(frozen=True, slots=True)
class ComposeService(RawFact):
    """A service of a compose file.

    `aliases` are the other names that reach it, the container's name among them; `extra_hosts` are `host=address`.
    """

    at: At
    name: Annotated[str, Column("The service's name.", "dashboard", index=True)]
    image: Annotated[str, Column("The image, or empty.", "node:22-alpine")]
    command: Annotated[str, Column("The command as one line, or empty.", "npm run dev")]
    working_dir: Annotated[str, Column("Working directory in the container, or empty.", "/app")]
    network_mode: Annotated[str, Column("host, none, service:x, or empty.", "host")]
    aliases: tuple[str, ...] = ()
    entrypoint: Annotated[str, Column("The entrypoint as one line, or empty.", "/docker-entrypoint.sh")] = ""
    container_name: Annotated[str, Column("The container's name, or empty.", "soketi")] = ""
    replicas: Annotated[str, Column("Containers that are asked for, as written; empty when it isn't said.", "2")] = ""
    extra_hosts: tuple[str, ...] = ()
    profiles: tuple[str, ...] = ()
    expose: tuple[str, ...] = ()
    depends_on: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ComposeExtends(RawFact):
    """The `extends` of a service: another service whose options it starts from."""

    at: At
    service: Annotated[str, Column("The service.", "web", index=True)]
    path: Annotated[str, Column("The file of the other service; empty where it can't be read.", "common.yml")]
    target: Annotated[str, Column("The other service.", "base")]


@dataclass(frozen=True, slots=True)
class ComposePort(RawFact):
    """A published port of a service; a range gives one fact for each port.

    Variables count with their defaults in `published` and `target`; those without one leave the column empty. The
    expressions are there where a variable decides the port.
    """

    at: At
    service: Annotated[str, Column("The service.", "dashboard", index=True)]
    published: Annotated[str, Column("Port on the host; empty when Docker chooses it.", "3000")]
    target: Annotated[str, Column("Port in the container; empty when it can't be read.", "5173")]
    protocol: Annotated[str, Column("tcp or udp.", "tcp")]
    published_value: Expr | None = None
    target_value: Expr | None = None
    host_ip: Annotated[str, Column("Address of the host that it is bound to; empty for all.", "127.0.0.1")] = ""


@dataclass(frozen=True, slots=True)
class ComposeMount(RawFact):
    """A bind mount of a service."""

    at: At
    service: Annotated[str, Column("The service.", "dashboard", index=True)]
    source: Annotated[str, Column("Path on the host, from the repository's root.", "apps/dashboard")]
    target: Annotated[str, Column("Path in the container.", "/app")]


@dataclass(frozen=True, slots=True)
class ComposeBuild(RawFact):
    """The `build` of a service."""

    at: At
    service: Annotated[str, Column("The service.", "dashboard", index=True)]
    context: Annotated[str, Column("Build context, from the repository's root.", "apps/dashboard")]
    dockerfile: Annotated[str, Column("Dockerfile, from the repository's root.", "apps/dashboard/Dockerfile")]
    target: Annotated[str, Column("The stage, or empty.", "dev")]


@dataclass(frozen=True, slots=True)
class ComposeEnvFile(RawFact):
    """One `env_file` of a service."""

    at: At
    service: Annotated[str, Column("The service.", "dashboard", index=True)]
    path: Annotated[str, Column("The file, from the root; empty where it can't be read.", ".env.dashboard")]
    required: Annotated[bool, Column("Whether compose stops when it is missing.")]
    rank: Annotated[int, Column("Position in the list: a later one beats an earlier one.", "0")]
    raw: Annotated[bool, Column("Whether values are taken as they stand, quotes and `$` included.")] = False
