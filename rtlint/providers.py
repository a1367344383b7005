"""What is known about real-time providers, read from `rules/providers/*.yaml`.

Each file describes one provider: the packages and constructors of its client, the options and their defaults, the
requests it makes, the variables its documentation names and the texts of its errors. Rules, prefilter and link all
take these facts from here, so that nothing about a provider is written twice.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from rtlint.compiled import compiled
from rtlint.errors import RtlintError
from rtlint.facts.records import dataclass, field


class ProviderError(RtlintError):
    """A provider file is not as it must be; the text names the file and the key."""


@dataclass(frozen=True, slots=True)
class Constructor:
    """One way to make a client.

    Attributes:
        package: the module that exports it, or empty for a global of the page.
        exports: the names it is exported under (`default`, `*` for the module itself; `Builder().withUrl` for a method
            of what the class Builder makes).
        names: the global names it has when loaded by a script tag.
        form: new, call, or element (a JSX element whose attributes are the options).
        arguments: what each positional argument is: `key`, `url`, `options`, or an option's name. A first `key` or
            `url` that is an object stands for them.
        open: whether settings that are not given take values from elsewhere, so that they are unknown.
    """

    package: str
    exports: tuple[str, ...]
    names: tuple[str, ...]
    form: str
    arguments: tuple[str, ...]
    open: bool = False


@dataclass(frozen=True, slots=True)
class Option:
    """An option of the client.

    Attributes:
        name: the path of keys in the options object.
        kind: what its value is: key, secret, cluster, url, host, port, path, tls, flag, other.
        default: the text of its default value, None when there is none.
        words: the words that variables holding it have in their names, beside the provider's own.
    """

    name: str
    kind: str
    default: str | None
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Request:
    """An HTTP request that the client makes to the application's own backend.

    Attributes:
        purpose: `channel-auth`, `user-auth`, `room-auth`, `token-auth`.
        method: the HTTP method.
        options: the options that decide its path, the strongest first.
        default: the path without any of them; empty when there is no request then.
        disabled_by: options in whose presence the request is never made.
        blank: the path when an option is given as an empty text or undefined; `default` where nothing is said.
    """

    purpose: str
    method: str
    options: tuple[str, ...]
    default: str
    disabled_by: tuple[str, ...]
    blank: str


@dataclass(frozen=True, slots=True)
class Dial:
    """The options that decide where a client connects to; empty where it has none.

    Attributes:
        cloud: the provider whose clusters are meant.
        host: the option for the host; without it the cluster's is called.
        cluster: the option for the cluster.
        tls: the option that switches TLS on or off.
        port: the option for the port of plain connections.
        tls_port: that for the port of TLS connections.
        tls_since: the major version since which everything but `false` means TLS; 0 when there is none.
        cluster_since: the major version since which a client without a cluster throws; 0 when there is none.
        publish_host: the variable by which a framework's backend gets the host that it publishes to.
        wrong_hosts: hosts that belong elsewhere, as (glob, what they are).
    """

    cloud: str
    host: str
    cluster: str
    tls: str = ""
    port: str = ""
    tls_port: str = ""
    tls_since: int = 0
    cluster_since: int = 0
    publish_host: str = ""
    wrong_hosts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Ignored:
    """An option that people give and that the library does not read.

    Attributes:
        name: the path of keys in the options object.
        why: why it is not read, as a clause.
        instead: the option that is meant, or empty.
        since: the major version since which this holds; 0 for every one.
        beside: the option in whose presence alone it is not read, or empty.
        harmless: the text of the value that the library follows all the same, or empty.
        shared: whether an object that other code reads too may well hold it.
    """

    name: str
    why: str
    instead: str = ""
    since: int = 0
    beside: str = ""
    harmless: str = ""
    shared: bool = False


@dataclass(frozen=True, slots=True)
class WrongField:
    """Names of variables that an option can't take: `words` are the last ones, `field` is what they speak of."""

    option: str
    words: tuple[str, ...]
    field: str


@dataclass(frozen=True, slots=True)
class Connector:
    """How a client hands its options to the client that it is built on.

    Attributes:
        option: the option that chooses.
        speaks: its values with which the provider that this one extends is used.
        own_server: those of them that mean a server of one's own, which has no address by itself.
        fills_cluster: those with which the library gives the cluster itself.
        replaced_by: the option for a finished client, with which the others are not read.
    """

    option: str
    speaks: tuple[str, ...]
    own_server: tuple[str, ...]
    fills_cluster: tuple[str, ...]
    replaced_by: str


@dataclass(frozen=True, slots=True)
class ErrorText:
    """A message as the user would see it, with example values in the place of variable parts."""

    text: str
    channel: str
    when: str
    source: str


@dataclass(frozen=True, slots=True)
class Provider:
    """One provider, or the browser, or a tool whose messages and sockets matter.

    Attributes:
        name: the file's name.
        title: how people call it.
        kind: managed (a client with its own protocol), socket (the native API), adapter (a protocol of its own over a
            socket it opens: GraphQL, Yjs, MQTT), server (self-hosted service), platform (browser, dev server).
        checked: the day on which the facts were compared with their sources, ISO.
        extends: the provider whose options, requests and variables hold here too.
        packages: client packages in npm; `server_packages` are those of the backend in any registry.
        known_options: every option that the library reads, in any version; empty where the list was not compared.
        ignored_options: options that it does not read.
        wrong_fields: which variables' names do not belong into which option.
        dial: the options that decide where it connects to.
        connector: how it uses the provider that it extends.
        commands: parts of command lines that start its server.
        selected_by: assignments (`BROADCAST_CONNECTION=reverb`) with which a framework publishes to it.
        words: the words of variable names that speak of it.
        protected_channels: prefixes of channel names that need the channel-auth request.
        protected_methods: methods whose channels need it whatever their name is.
        port: the port that the server listens on by default, or empty.
        log_switch: the assignment without which the library prints nothing, or empty.
    """

    name: str
    title: str
    kind: str
    checked: str
    extends: str = ""
    packages: tuple[str, ...] = ()
    server_packages: tuple[str, ...] = ()
    dial: Dial | None = None
    connector: Connector | None = None
    commands: tuple[str, ...] = ()
    selected_by: tuple[str, ...] = ()
    images: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    constructors: tuple[Constructor, ...] = ()
    options: tuple[Option, ...] = ()
    known_options: tuple[str, ...] = ()
    ignored_options: tuple[Ignored, ...] = ()
    wrong_fields: tuple[WrongField, ...] = ()
    requests: tuple[Request, ...] = ()
    clusters: tuple[str, ...] = ()
    variables: tuple[str, ...] = ()
    protected_channels: tuple[str, ...] = ()
    protected_methods: tuple[str, ...] = ()
    errors: tuple[ErrorText, ...] = ()
    log_switch: str = ""
    port: str = ""
    sources: tuple[str, ...] = field(default=())


@cache
def rules_directory() -> Path:
    """Return the folder of the built-in rules: in a wheel inside the package, in a checkout beside it."""
    package = Path(__file__).resolve().parent
    packed = package / "_rules"
    return packed if packed.is_dir() else package.parent / "rules"


def _texts(raw: dict[str, Any], key: str) -> tuple[str, ...]:
    return tuple(str(item) for item in raw.get(key, ()))


def _constructor(raw: dict[str, Any]) -> Constructor:
    return Constructor(
        package=raw.get("package", ""),
        exports=_texts(raw, "exports"),
        names=_texts(raw, "names"),
        form=raw.get("form", "new"),
        arguments=_texts(raw, "arguments"),
        open=bool(raw.get("open", False)),
    )


def _option(raw: dict[str, Any]) -> Option:
    default = raw.get("default")
    return Option(
        raw["name"], raw.get("kind", "other"), None if default is None else str(default), _texts(raw, "words")
    )


def _request(raw: dict[str, Any]) -> Request:
    default = raw["default"]
    disabled_by = _texts(raw, "disabled_by")
    return Request(
        raw["purpose"], raw["method"], _texts(raw, "options"), default, disabled_by, raw.get("blank", default)
    )


def _ignored(raw: dict[str, Any]) -> Ignored:
    return Ignored(**raw)


def _wrong_field(raw: dict[str, Any]) -> WrongField:
    return WrongField(raw["option"], _texts(raw, "words"), raw["field"])


def _dial(raw: dict[str, Any]) -> Dial:
    wrong = tuple((item["host"], item["is"]) for item in raw.get("wrong_hosts", ()))
    return Dial(**{**raw, "wrong_hosts": wrong})


def _connector(raw: dict[str, Any]) -> Connector:
    lists = {key: _texts(raw, key) for key in ("speaks", "own_server", "fills_cluster")}
    return Connector(**{**raw, **lists})


def _error(raw: dict[str, Any]) -> ErrorText:
    return ErrorText(raw["text"], raw["channel"], raw["when"], raw["source"])


_PLAIN = ("name", "title", "kind", "checked", "extends", "log_switch", "port")
_LISTS = (
    "packages",
    "server_packages",
    "commands",
    "selected_by",
    "known_options",
    "images",
    "words",
    "clusters",
    "variables",
    "protected_channels",
    "protected_methods",
    "sources",
)
_PARTS = {
    "constructors": _constructor,
    "options": _option,
    "requests": _request,
    "errors": _error,
    "ignored_options": _ignored,
    "wrong_fields": _wrong_field,
}
_SINGLE = {"dial": _dial, "connector": _connector}


def parse_provider(raw: dict[str, Any], path: Path) -> Provider:
    """Make a provider from the mapping of its file.

    Raises:
        ProviderError: a key is unknown, missing or of the wrong type.
    """
    unknown = set(raw) - set(_PLAIN) - set(_LISTS) - set(_PARTS) - set(_SINGLE)
    if unknown:
        raise ProviderError(f"{path.name}: unknown key {min(unknown)!r}")
    values: dict[str, Any] = {key: str(raw[key]) for key in _PLAIN if key in raw}
    values |= {key: _texts(raw, key) for key in _LISTS}
    try:
        values |= {key: tuple(make(item) for item in raw.get(key, ())) for key, make in _PARTS.items()}
        values |= {key: make(raw[key]) for key, make in _SINGLE.items() if key in raw}
        return Provider(**values)
    except (KeyError, TypeError, AttributeError) as error:
        raise ProviderError(f"{path.name}: {error}") from error


@cache
def load_providers() -> dict[str, Provider]:
    """Return every provider by name.

    Raises:
        ProviderError: a provider file is wrong.
    """
    found = [parse_provider(raw, Path(name)) for name, raw in compiled("providers", _documents)]
    return {provider.name: provider for provider in found}


def _documents() -> list[tuple[str, dict[str, Any]]]:
    """Return the name and the content of each provider file."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    paths = sorted((rules_directory() / "providers").glob("*.yaml"))
    return [(path.name, yaml.load(path.read_text(encoding="utf-8"), Loader=loader)) for path in paths]  # noqa: S506


def inherited(provider: Provider) -> tuple[Provider, ...]:
    """Return the provider and those that it extends, nearest first."""
    chain = [provider]
    known = load_providers()
    while chain[-1].extends and known[chain[-1].extends] not in chain:
        chain.append(known[chain[-1].extends])
    return tuple(chain)


@cache
def package_names() -> frozenset[str]:
    """Return the npm packages of every provider's client."""
    return frozenset(package for provider in load_providers().values() for package in provider.packages)


@cache
def global_constructors() -> frozenset[str]:
    """Return the names by which clients are constructed without an import."""
    return frozenset(name for found in load_providers().values() for made in found.constructors for name in made.names)


@cache
def all_constructors() -> frozenset[str]:
    """Return the names under which clients are constructed: exports (without `default`) and globals."""
    constructors = [made for provider in load_providers().values() for made in provider.constructors]
    exports = {name for made in constructors for name in made.exports if name not in {"default", "*"}}
    named = exports | {name for made in constructors for name in made.names}
    return frozenset(name.rpartition(".")[2] for name in named)


@cache
def construction_methods() -> frozenset[str]:
    """Return the methods by which an object that a program holds makes a client: `withUrl` of SignalR's builder."""
    constructors = [made for provider in load_providers().values() for made in provider.constructors]
    dotted = {name for made in constructors for name in (*made.exports, *made.names) if "()." in name}
    return frozenset(name.rpartition(".")[2] for name in dotted)
