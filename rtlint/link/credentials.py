"""Keys and secrets: what is exposed, incomplete, contradictory, missing from the examples, or hidden by a blank."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator

from rtlint.facts.credentials import ExampleGap, ExposedSecret, IncompleteCredentials, KeyMismatch, ShadowedValue
from rtlint.facts.derived import VariableRead
from rtlint.facts.raw import EnvRead, EnvSet
from rtlint.link.clients import Made, placeholder, settings
from rtlint.link.environments import Place, set_outcomes
from rtlint.link.index import ancestors
from rtlint.link.outcomes import Outcome
from rtlint.link.program import Program
from rtlint.link.variables import Vocabulary
from rtlint.masking import is_secret_name, is_secret_value, is_stand_in
from rtlint.names import is_switch, public_prefix, words
from rtlint.patterns import regex
from rtlint.providers import inherited, load_providers

_SECRET_WORDS = ({"secret"}, {"service", "role"}, {"private", "key"}, {"service", "key"})
_RANDOM = regex(r"^(?=.*[0-9])(?=.*[a-f])[0-9a-f]{16,}$|^(?=.*[0-9])(?=.*[a-z])(?=.*[A-Z])[A-Za-z0-9+/=]{20,}$")
"""What a generator makes: hexadecimal digits, or a mixture that no words have."""

_EXPLICIT = frozenset({"compose", "docker"})
_PARTS = ({"id"}, {"key"}, {"secret"})


def exposed_secrets(program: Program, made: list[Made], spoken: Vocabulary) -> Iterator[ExposedSecret]:
    """Yield the real-time secrets in browser bundles and in files that everybody who has the repository can read."""
    for fact in program.index.of_role(EnvSet, "app"):
        if fact.name and (spoken.covers(fact.name) or _of_provider(fact.name)):
            yield from _exposed(program, fact)
    for client in made:
        if client.fact.role == "app" and client.fact.runtime == "browser":
            yield from _in_client(program, client)


def _of_provider(name: str) -> bool:
    """Tell whether a name speaks of a provider at all, used here or not."""
    known = {word for provider in load_providers().values() if provider.kind == "managed" for word in provider.words}
    return bool(known.intersection(words(name)))


def _exposed(program: Program, fact: EnvSet) -> Iterator[ExposedSecret]:
    text = _text(program, fact)
    prefix = public_prefix(fact.name)
    named = any(found <= set(words(fact.name)) for found in _SECRET_WORDS) and is_secret_name(fact.name)
    if prefix and text != "" and (named or (text is not None and is_secret_value(text))):
        yield ExposedSecret(fact.at, fact.name, "prefix", prefix, text is None or not _stands_in(text))
    elif not prefix and named and text and not program.index.files[fact.at.path].local and _is_real(text):
        yield ExposedSecret(fact.at, fact.name, "committed", "", real=True)


def _text(program: Program, fact: EnvSet) -> str | None:
    """Return the value of one source; None when it is not known or not a constant."""
    outcomes = program.leaves("", fact.at.path, fact.value) if fact.value is not None else ()
    return outcomes[0].text.strip() if len(outcomes) == 1 and outcomes[0].state == "known" else None


def _stands_in(text: str) -> bool:
    return is_stand_in(text) or placeholder(text) != ""


def _is_real(text: str) -> bool:
    return is_secret_value(text) or (not _stands_in(text) and bool(_RANDOM.match(text)))


def _in_client(program: Program, client: Made) -> Iterator[ExposedSecret]:
    """Yield the options of a client in the browser that hold a secret by its form."""
    for found in settings(program.leaf_folder(client.fact.package), client):
        for outcome in found.outcomes if found.given and found.option.kind in {"key", "secret", "other"} else ():
            if outcome.state == "known" and is_secret_value(outcome.text):
                at = outcome.way[0].at if outcome.way else found.at
                yield ExposedSecret(at, found.option.name, "client", "", real=True)


def key_mismatches(program: Program, made: list[Made]) -> Iterator[KeyMismatch]:
    """Yield the keys and clusters in which a client differs from the only server of the same provider."""
    browser = [client for client in made if client.fact.role == "app" and client.provider.kind == "managed"]
    servers = [client for client in made if client.fact.role == "app" and client.provider.kind == "server"]
    for client in browser:
        family = {word for provider in inherited(client.provider) for word in provider.words}
        own = [server for server in servers if family.intersection(server.provider.words)]
        for place in program.environments.of(client.fact.package):
            for name in ("key", "cluster"):
                if len(_values(program, browser, client.fact.package, place, name)) == 1:
                    yield from _mismatch(program, client, place, own, name)


def _values(program: Program, made: list[Made], package: str, place: Place, name: str) -> set[str]:
    """Return the values that the clients of a package have: several belong to several apps of the provider."""
    own = (client for client in made if client.fact.package == package)
    return {found.text for client in own if (found := _value(program, client, place, name))}


def _mismatch(program: Program, client: Made, place: Place, servers: list[Made], name: str) -> Iterator[KeyMismatch]:
    mine = _value(program, client, place, name)
    theirs = [
        found
        for server in servers
        for other in program.environments.of(server.fact.package)
        if _same_scope(place, other) and (found := _value(program, server, other, name))
    ]
    if mine is None or len({found.text for found in theirs}) != 1 or theirs[0].text == mine.text:
        return
    if not mine.way or not theirs[0].way:
        return
    yield KeyMismatch(
        at=mine.way[0].at,
        name=name,
        value=mine.text,
        value_id=program.values.add(mine),
        server_value=theirs[0].text,
        server_at=theirs[0].way[0].at,
        environment=place.name,
    )


def _value(program: Program, client: Made, place: Place, name: str) -> Outcome | None:
    """Return the value of an option where it is known and stands for a real one."""
    for found in settings(program.folder(place), client):
        if found.option.name == name and found.given and len(found.outcomes) == 1:
            outcome = found.outcomes[0]
            if outcome.state == "known" and outcome.text and not placeholder(outcome.text):
                return outcome
    return None


def _same_scope(one: Place, other: Place) -> bool:
    """Tell whether two places run together: one compose project, or the same mode; constants hold everywhere."""
    if one.service and other.service:
        return one.service.files[0] == other.service.files[0]
    if one.service or other.service:
        return "default" in {one.kind, other.kind}
    return one.mode == other.mode or not one.mode or not other.mode


def incomplete_credentials(program: Program, reads: Iterable[VariableRead]) -> Iterator[IncompleteCredentials]:
    """Yield the environments that give server code some of a provider's id, key and secret, and not the others."""
    wanted = [read for read in reads if read.role == "app" and read.runtime != "browser" and not read.optional]
    for provider in load_providers().values():
        for word in provider.words if provider.kind in {"managed", "server"} else ():
            own = {read.name: read for read in wanted if word in words(read.name) and _part(read.name)}
            for place in _places(program, own.values()):
                yield from _incomplete(provider.title, place, own)


def _part(name: str) -> frozenset[str]:
    """Return which credential a name stands for: id, key or secret; empty for another variable."""
    found = set(words(name))
    parts = [part for part in _PARTS if part <= found]
    return frozenset(parts[0]) if len(parts) == 1 and not public_prefix(name) else frozenset()


def _places(program: Program, reads: Iterable[VariableRead]) -> list[Place]:
    packages = {read.package for read in reads}
    found = (place for package in sorted(packages) for place in program.environments.of(package))
    return [place for place in found if place.kind in _EXPLICIT and place.service and not place.service.env_files]


def _incomplete(title: str, place: Place, own: dict[str, VariableRead]) -> Iterator[IncompleteCredentials]:
    given = {name: place.shadowed(name) for name in own}
    present = [name for name, sources in given.items() if sources]
    for name, sources in given.items():
        read = own[name]
        elsewhere = read.given == "yes"
        if not sources and present and elsewhere and len(present) * 2 >= len(given):
            yield IncompleteCredentials(given[present[0]][0].at, title, present[0], name, read.at, place.name)


def example_gaps(program: Program, reads: Iterable[VariableRead]) -> Iterator[ExampleGap]:
    """Yield the real-time variables that a dotenv file sets and that no example file of the package or above lists."""
    listed = [fact for fact in program.index.of_role(EnvSet, "example") if fact.source == "dotenv"]
    sets = {fact.name: fact for fact in program.index.of_role(EnvSet, "app") if fact.source == "dotenv"}
    literal = {fact.name for fact in program.index.of_role(EnvSet, "app") if fact.source != "dotenv"}
    said: set[tuple[str, str]] = set()
    for read in reads:
        key = (read.package, read.name)
        if read.role != "app" or not read.essential or read.name not in sets or read.name in literal or key in said:
            continue
        folders = list(ancestors(read.package))
        near = [fact for fact in listed if posixpath.dirname(fact.at.path) in folders]
        if near and read.name not in {fact.name for fact in near} and not is_switch(read.name):
            said.add(key)
            first = min(near, key=lambda fact: (folders.index(posixpath.dirname(fact.at.path)), fact.at))
            yield ExampleGap(read.at, read.name, first.at.path, first.at, sets[read.name].at)


def shadowed_values(program: Program, spoken: Vocabulary) -> Iterator[ShadowedValue]:
    """Yield the blank values of real-time variables that hide what a weaker source of the same environment sets."""
    reads = {fact.name for fact in program.index.of_role(EnvRead, "app", "tooling")}
    for place in program.environments.places:
        if place.kind != "example":
            names = {name for layer in place.layers for name in layer if name in reads and spoken.essential(name)}
            for name in sorted(names):
                if not is_switch(name):
                    yield from _shadowed(program, place, name)


def _shadowed(program: Program, place: Place, name: str) -> Iterator[ShadowedValue]:
    sources = [source for source in place.shadowed(name) if program.index.role(source.at.path) == "app"]
    texts = [_place_text(program, place, source) for source in sources]
    if texts[:1] == [""] and any(texts[1:]):
        hidden = next(source for source, text in zip(sources[1:], texts[1:], strict=True) if text)
        yield ShadowedValue(sources[0].at, name, hidden.at, place.name)


def _place_text(program: Program, place: Place, source: EnvSet) -> str | None:
    outcomes = set_outcomes(source, program.folder(place).fold)
    if len(outcomes) != 1 or outcomes[0].state != "known":
        return None
    return outcomes[0].text.strip()
