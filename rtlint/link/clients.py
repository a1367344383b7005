"""Clients: where the program makes one, and what each of its settings is in each environment."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator

from rtlint.facts.derived import Client, ClientSetting, SettingSource
from rtlint.facts.expressions import GIVEN_LATER, Entry, Expr, Literal, ObjectLiteral, Template
from rtlint.facts.raw import Construction, Dependency, EnvSet, GlobalPatch, Import, Subscription
from rtlint.facts.records import dataclass, field, replace
from rtlint.facts.site import Site
from rtlint.findings import Unresolved
from rtlint.link import urls
from rtlint.link.environments import DEFAULT, Place
from rtlint.link.outcomes import FALLBACK, Outcome, Outcomes, Structure, Waypoint
from rtlint.link.program import Program
from rtlint.link.values import Folder
from rtlint.names import words
from rtlint.patterns import regex
from rtlint.providers import Constructor, Option, Provider, inherited, load_providers

_DUMMY = regex(
    r"^(?:(?:your|my|the)[-_ ].*|.*[-_](?:your|here)[-_]?.*|change[-_ ]?me|replace[-_ ]?me.*|placeholder.*|dummy.*|"
    r"(?:app|pusher|api)[-_](?:key|id|secret)|example.*|xxx+|todo|tbd|insert[-_ ].*|<.*>|\*{3,}|fake.*|"
    r"key|secret|none|null|undefined|foo|bar|test|abc|abc123|123456?)$",
    re.IGNORECASE,
)
"""Texts that stand where a key belongs: misconfigurations.md 24 lists those seen in the wild."""


_FIRST = {("url",), ("key",), ("server",)}
"""First arguments in whose place an object may be given, which then is the options."""


@dataclass(slots=True)
class Made:
    """A client with the expressions that its settings come from."""

    fact: Client
    construction: Construction
    provider: Provider
    constructor: Constructor
    arguments: dict[str, Expr] = field(default_factory=dict)

    @property
    def path(self) -> str:
        """The file that makes it."""
        return self.construction.at.path

    def options(self) -> list[Option]:
        """Return the options of the provider and of those it extends, each once."""
        found: dict[str, Option] = {}
        for provider in inherited(self.provider):
            for option in provider.options:
                found.setdefault(option.name, option)
        return list(found.values())


def clients(program: Program) -> list[Made]:
    """Return every client that the program makes."""
    found: list[Made] = []
    for fact in program.index.of(Construction):
        matched = program.origins.client(fact)
        if matched and not _is_patch(program, fact, matched[0]):
            found.append(_made(program, len(found) + 1, fact, *matched))
    return found


def _is_patch(program: Program, fact: Construction, provider: Provider) -> bool:
    """Tell whether a replacement of WebSocket makes the original here: what the page opens goes through it."""
    patched = any(patch.target == "WebSocket" for patch in program.index.in_file(fact.at.path, GlobalPatch))
    return patched and provider.kind == "socket" and not fact.text.endswith("WebSocket")


def _made(program: Program, number: int, fact: Construction, provider: Provider, constructor: Constructor) -> Made:
    package = program.package_of(fact.at.path)
    sibling = _managed_sibling(program, package)
    client = Client(
        id=number,
        at=fact.at,
        provider=provider.name,
        kind=provider.kind,
        text=fact.text,
        package=package,
        runtime=_runtime(program, fact.at.path, provider),
        role=program.index.role(fact.at.path),
        protected=_protected(program, package, provider),
        managed_sibling=sibling.name if sibling else program.policy.managed,
        managed_at=sibling.at if sibling else None,
        adapter=_is_adapter(program, fact.at.path),
    )
    made = Made(client, fact, provider, constructor)
    made.arguments = dict(zip(constructor.arguments, fact.arguments, strict=False))
    first = fact.arguments[0] if fact.arguments and constructor.arguments[:1] in _FIRST else None
    if isinstance(first, ObjectLiteral):
        made.arguments = {"options": first}
    return made


def _runtime(program: Program, path: str, provider: Provider) -> str:
    """Return where a client runs: a file that also makes the server side is browser code when such code imports it."""
    found = program.runtime(path)
    if found != "server" or provider.kind != "managed":
        return found
    stem = posixpath.splitext(posixpath.basename(path))[0]
    importers = (
        fact.at.path
        for fact in program.index.of(Import)
        if fact.form != "type" and posixpath.splitext(posixpath.basename(fact.source))[0] in {stem, "", "."}
        if program.modules.resolve(fact.at.path, fact.source) == path
    )
    return "browser" if any(program.runtime(importer) == "browser" for importer in importers) else found


def _managed_sibling(program: Program, package: str) -> Dependency | None:
    """Return a managed client that the package can use, by its own manifest or one above it."""
    dependencies = program.index.reachable_dependencies(package)
    managed = (
        name for provider in load_providers().values() if provider.kind == "managed" for name in provider.packages
    )
    return next((dependencies[name] for name in managed if name in dependencies), None)


def _is_adapter(program: Program, path: str) -> bool:
    adapters = {
        name for provider in load_providers().values() if provider.kind == "adapter" for name in provider.packages
    }
    return any(fact.source in adapters for fact in program.index.in_file(path, Import))


def _protected(program: Program, package: str, provider: Provider) -> str:
    """Tell whether the package subscribes a channel that needs the provider's authorization request."""
    family = inherited(provider)
    prefixes = tuple(prefix for member in family for prefix in member.protected_channels)
    methods = {method for member in family for method in member.protected_methods}
    if not prefixes and not methods:
        return "no"
    judged = {
        _needs_authorization(program, package, fact, prefixes, methods)
        for fact in program.index.of_role(Subscription, "app")
        if program.package_of(fact.at.path) == package
    }
    return "yes" if "yes" in judged else "unknown" if "unknown" in judged else "no"


def _needs_authorization(
    program: Program, package: str, fact: Subscription, prefixes: tuple[str, ...], methods: set[str]
) -> str:
    if fact.method in methods:
        return "yes"
    start = _static_start(fact.channel)
    if start is None:
        outcomes = program.leaves(package, fact.at.path, fact.channel)
        texts = [outcome.text for outcome in outcomes if outcome.state == "known"]
        start = next((text for text in texts if text.startswith(prefixes)), texts[0] if texts else None)
    return "unknown" if start is None else "yes" if start.startswith(prefixes) else "no"


def _static_start(expr: Expr) -> str | None:
    """Return the constant text that an expression begins with; None when it begins with something else."""
    if isinstance(expr, Template) and expr.parts:
        return _static_start(expr.parts[0])
    return expr.value if isinstance(expr, Literal) and isinstance(expr.value, str) else None


@dataclass(frozen=True, slots=True)
class Setting:
    """An option as found in one folding: its place and what it can be; `given` is False for an absent one."""

    option: Option
    at: Site
    given: bool
    outcomes: Outcomes
    written: tuple[str, Expr] | None = None


def settings(folder: Folder, made: Made) -> Iterator[Setting]:
    """Yield every option of a client as one folding sees it."""
    for option in made.options():
        yield setting(folder, made, option)


def setting(folder: Folder, made: Made, option: Option) -> Setting:
    """Return one option of a client as one folding sees it."""
    site = made.construction.at
    if option.name in made.arguments:
        expr = made.arguments[option.name]
        return Setting(option, expr.at, True, folder.fold(made.path, expr), (made.path, expr))
    if made.constructor.open and not _gives(folder, made, option):
        return _unknown(option, site)
    if "options" not in made.arguments:
        complete = len(made.construction.arguments) < len(made.constructor.arguments) or not made.constructor.arguments
        return _absent(option, site) if complete else _unknown(option, site)
    outcomes = folder.fold(made.path, made.arguments["options"])
    return _in_options(folder, option, site, outcomes)


def _gives(folder: Folder, made: Made, option: Option) -> bool:
    """Tell whether the options object of a client itself has an option."""
    options = made.arguments.get("options")
    outcomes = folder.fold(made.path, options) if options is not None else ()
    return _in_options(folder, replace(option, default=None), made.construction.at, outcomes).given


def _in_options(folder: Folder, option: Option, site: Site, outcomes: Outcomes) -> Setting:
    """Follow a dotted option through the options object and the objects in it."""
    at, given, written = site, True, None
    for key in option.name.split("."):
        entries = [entry for outcome in outcomes if (entry := _entry(outcome, key))]
        outcomes = tuple(inner for outcome in outcomes for inner in folder.entry(outcome, key, site))
        if entries:
            at, written = entries[0][1].at, (entries[0][0], entries[0][1].value)
        given = given and (bool(entries) or any(outcome.state != "unset" for outcome in outcomes))
    return Setting(option, at, True, outcomes, written) if given else _absent(option, site)


def _entry(outcome: Outcome, key: str) -> tuple[str, Entry] | None:
    """Return the entry of an object literal under a key, with the file that it stands in."""
    structure = outcome.value
    if not isinstance(structure, Structure) or not isinstance(structure.expr, ObjectLiteral):
        return None
    found = _own_entry(structure.expr, key)
    return (structure.path, found) if found else None


def _own_entry(literal: ObjectLiteral, key: str) -> Entry | None:
    """Return the entry that an object literal itself gives a key, the last one first."""
    own = [entry for entry in literal.entries if entry.key == key]
    inner = (_own_entry(spread, key) for spread in reversed(literal.spreads) if isinstance(spread, ObjectLiteral))
    return own[-1] if own else next(filter(None, inner), None)


def _absent(option: Option, site: Site) -> Setting:
    if option.default is None:
        return Setting(option, site, False, ())
    return Setting(option, site, False, (Outcome(option.default, "known", (Waypoint(site, "the library's default"),)),))


def _unknown(option: Option, site: Site) -> Setting:
    return Setting(option, site, True, (Outcome(None, "unknown", (Waypoint(site, "options"),), "options"),))


def client_settings(program: Program, made: Made) -> Iterator[ClientSetting]:
    """Yield the settings of a client in every environment of its package."""
    for place in program.environments.of(made.fact.package):
        all_found = list(settings(program.folder(place), made))
        target = _target_scope(program, all_found)
        for found in all_found:
            nothing = Outcome(None, "absent", (Waypoint(found.at, "made here, without it"),))
            for outcome in found.outcomes or (nothing,):
                yield _client_setting(program, made, place, found, outcome, target)


def _target_scope(program: Program, found: list[Setting]) -> str:
    """Return the scope of the host that a client talks to: the provider's own cloud is public."""
    hosts = [item for item in found if item.option.kind == "host" and item.given]
    texts = {outcome.text if outcome.state == "known" else None for item in hosts for outcome in item.outcomes}
    if len(texts) > 1 or None in texts:
        return "unknown"
    return program.scope(texts.pop() or "") or "public" if texts else "public"


def _client_setting(
    program: Program, made: Made, place: Place, found: Setting, outcome: Outcome, target: str
) -> ClientSetting:
    text = outcome.text if outcome.state == "known" else ""
    url = urls.split(text) if found.option.kind in {"url", "path"} else urls.Url("", "", "", "")
    host = url.host or (text if found.option.kind == "host" else "")
    if outcome.state == "unknown" and outcome.reason != GIVEN_LATER and made.fact.role == "app":
        program.unresolved.append(Unresolved(found.at, f"{made.provider.title} {found.option.name}: {outcome.reason}"))
    return ClientSetting(
        client=made.fact.id,
        environment=place.id,
        name=found.option.name,
        kind=found.option.kind,
        state=outcome.state if found.given else "absent",
        value=text,
        at=outcome.way[0].at if outcome.way else found.at,
        option_at=found.at,
        value_id=program.values.add(outcome.then(found.at, "used here")),
        scheme=url.scheme,
        host=host,
        port=url.port,
        host_scope=program.scope(host),
        target_scope=program.scope(url.host) if url.host else target,
    )


def setting_sources(program: Program, made: Made) -> Iterator[SettingSource]:
    """Yield every place that may decide a setting of a client: those that code reads, then those tied by name only."""
    folder = program.leaf_folder(made.fact.package)
    for found in settings(folder, made):
        read = set()
        for outcome in found.outcomes if found.given else ():
            source = _setting_source(program, made, found, outcome)
            if source:
                read.add(source.variable)
                yield source
        yield from _by_name(program, made, found, read)


def _setting_source(program: Program, made: Made, found: Setting, outcome: Outcome) -> SettingSource | None:
    if outcome.state != "known" or isinstance(outcome.value, Structure) or not outcome.way:
        return None
    first = outcome.way[0]
    given = next((fact for point in outcome.way if (fact := program.set_at(point.at))), None)
    # Whether code tests for a value is asked only of one that stands in for another.
    stand_in = placeholder(outcome.text)
    return SettingSource(
        client=made.fact.id,
        name=found.option.name,
        kind=found.option.kind,
        at=first.at,
        source=_source_kind(program, first, given),
        variable=given.name if given else "",
        value=outcome.text,
        value_id=program.values.add(outcome.then(found.at, "used here")),
        read=True,
        guarded=bool(stand_in) and found.written is not None and program.guards.covers(*found.written, outcome.text),
        placeholder=stand_in,
    )


def _source_kind(program: Program, first: Waypoint, given: EnvSet | None) -> str:
    if given is None:
        return "fallback" if first.label == FALLBACK else "code"
    if program.index.role(given.at.path) == "example":
        return "example"
    if given.source == "dotenv" or given.source.startswith("dockerfile"):
        return given.source.partition(".")[0]
    return "compose.default" if first.label == DEFAULT else "compose"


def _by_name(program: Program, made: Made, found: Setting, read: set[str]) -> Iterator[SettingSource]:
    """Yield what an environment sets under a name that says which setting is meant, though no code reads it."""
    if not found.option.words or not _decides(found):
        return
    wanted = [{*provider.words[:1], *words("_".join(found.option.words))} for provider in inherited(made.provider)]
    for source in _package_sets(program, made.fact.package):
        if source.name in read or program.is_read(source.name) or set(words(source.name)) not in wanted:
            continue
        for outcome in program.leaves(made.fact.package, source.at.path, source.value) if source.value else ():
            if outcome.state == "known":
                yield SettingSource(
                    client=made.fact.id,
                    name=found.option.name,
                    kind=found.option.kind,
                    at=source.at,
                    source=_source_kind(program, Waypoint(source.at, ""), source),
                    variable=source.name,
                    value=outcome.text,
                    value_id=program.values.add(
                        Outcome(outcome.value, "known", (Waypoint(source.at, "set here, read by nothing"),))
                    ),
                    read=False,
                    guarded=False,
                    placeholder=placeholder(outcome.text),
                )


def _decides(found: Setting) -> bool:
    """Tell whether the client's own code says what the setting is, so that another value contradicts it."""
    return found.given and any(outcome.state == "known" for outcome in found.outcomes)


def _package_sets(program: Program, package: str) -> Iterable[EnvSet]:
    found: dict[EnvSet, None] = {}
    for place in program.environments.of(package):
        for layer in place.every():
            found |= dict.fromkeys(layer.values())
    return found


def placeholder(text: str) -> str:
    """Return `blank` for an empty text, `dummy` for one that only stands for a real value, else an empty text."""
    if not text.strip():
        return "blank"
    return "dummy" if _DUMMY.match(text.strip()) else ""
