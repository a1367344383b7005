"""Variables of the real-time setup: who reads them, who sets them, and which two were meant to be one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rtlint.facts.derived import BlankInterpolation, VariableRead, VariableSet
from rtlint.facts.raw import Dependency, EnvRead, EnvSet, Interpolation
from rtlint.facts.records import dataclass
from rtlint.facts.site import Site
from rtlint.link.clients import Made
from rtlint.link.exposure import Exposure
from rtlint.link.program import Program
from rtlint.link.services import Service
from rtlint.names import is_realtime, is_switch, public_prefix, twin_reason, words
from rtlint.providers import Provider, load_providers

_MENTIONING_KINDS = frozenset({"dotenv", "compose"})
"""Kinds whose naming of a variable is a fact of its own: a mention there is neither a read nor an unread file's."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Which names belong to the real-time setup of this repository.

    `words` speak of real-time by themselves; a provider's words do so only where the provider is present: `pusher` may
    be a queue's.
    """

    words: frozenset[str]
    names: frozenset[str]
    documented: frozenset[str]
    provider_words: frozenset[str]

    def covers(self, name: str) -> bool:
        """Tell whether a variable is part of the real-time setup."""
        named = bool(self.words.intersection(words(name))) or is_realtime(name)
        return name in self.names or name in self.documented or named

    def essential(self, name: str) -> bool:
        """Tell whether a client or a provider's library needs the variable: it reaches one, or is named after one."""
        return name in self.names or bool(self.provider_words.intersection(words(name)))


def vocabulary(program: Program, made: list[Made]) -> Vocabulary:
    """Collect the words of the providers that the repository uses, and the variables that reach its clients."""
    present = present_providers(program, made)
    named = {
        variable.name
        for client in made
        if client.fact.role == "app"
        for argument in client.construction.arguments
        for variable in program.variables_in(client.path, argument)
    }
    return Vocabulary(
        words=frozenset(word for provider in present for word in provider.words),
        provider_words=frozenset(word for provider in present if provider.kind != "socket" for word in provider.words),
        names=frozenset(named),
        documented=frozenset(name for provider in present for name in provider.variables),
    )


def present_providers(program: Program, made: list[Made]) -> list[Provider]:
    """Return the providers that the repository uses: a client, a package or an image of theirs is there."""
    names = {client.provider.name for client in made}
    packages = {dependency.name for dependency in program.index.of_role(Dependency, "app", "tooling")}
    images = {service.image for service in program.environments.services}
    return [
        provider
        for provider in load_providers().values()
        if provider.name in names
        or not packages.isdisjoint((*provider.packages, *provider.server_packages))
        or (provider.images and any(image.startswith(provider.images) for image in images))
    ]


class Variables:
    """Reads, sets and twins of the real-time variables."""

    def __init__(self, program: Program, spoken: Vocabulary) -> None:
        self._program = program
        self._reads = [fact for fact in program.reads() if spoken.covers(fact.name)]
        self._sets = list(self._realtime_sets(spoken))
        self._spoken = spoken
        self._set_names = {fact.name for fact in self._sets}
        self._read_names = {fact.name for fact in self._reads}
        interpolated = {fact.name for fact in program.index.of(Interpolation)}
        lonely = (self._read_names ^ self._set_names) | (interpolated & self._set_names)
        self._mentions = program.mentions(sorted(lonely))
        self._unread = sorted(name for name in self._set_names if self._used(name) == "no")
        self._unset = sorted(name for name in self._read_names if self._given(name) == "no")
        self._dynamic = {fact.at.path for fact in program.index.of(EnvRead) if not fact.name}

    def _realtime_sets(self, spoken: Vocabulary) -> Iterator[EnvSet]:
        """Yield the sets of real-time variables, and of names that are nearly one which code reads and nothing sets."""
        every = [fact for fact in self._program.index.of_role(EnvSet, "app", "example") if fact.name]
        unset = {fact.name for fact in self._reads} - {fact.name for fact in every}
        for fact in every:
            if spoken.covers(fact.name) or any(twin_reason(name, fact.name) for name in unset):
                yield fact

    def reads(self) -> Iterator[VariableRead]:
        """Yield every read of a real-time variable in app code."""
        exposure = Exposure(self._program)
        for fact in self._reads:
            package = self._program.package_of(fact.at.path)
            exposed, bundler = exposure.of(fact)
            given = "yes" if self._is_defined(fact) else self._given(fact.name)
            essential = self._spoken.essential(fact.name)
            # Whether conditions deal with its absence is asked only where it is absent and needed.
            asked = essential and given == "no" and not (fact.fallback or fact.guarded)
            yield VariableRead(
                at=fact.at,
                name=fact.name,
                package=package,
                runtime=self._program.runtime(fact.at.path),
                role=self._program.index.role(fact.at.path),
                optional=self._program.guards.tests(fact.name) if asked else fact.fallback or fact.guarded,
                switch=is_switch(fact.name),
                essential=essential,
                given=given,
                sets_known=any(place.every() for place in self._program.environments.of(package)),
                twin=next((name for name in self._unread if twin_reason(fact.name, name)), ""),
                exposed=exposed,
                bundler=bundler.title if bundler else "",
                interface=bundler.interface if bundler else "",
                prefix=bundler.prefixes[0] if bundler else "",
                via=fact.via,
            )

    def _is_defined(self, fact: EnvRead) -> bool:
        """Tell whether the build tool's configuration gives the variable a value."""
        return self._program.modules.constant(fact.at.path, f"{fact.via}.{fact.name}") is not None

    def sets(self) -> Iterator[VariableSet]:
        """Yield every place that sets a real-time variable."""
        for fact in self._sets:
            twin, reason = self._twin(fact.name)
            text = self._literal(fact)
            yield VariableSet(
                at=fact.at,
                name=fact.name,
                value=text or "",
                known=text is not None,
                source=fact.source,
                place=fact.service or fact.at.path,
                role=self._program.index.role(fact.at.path),
                switch=is_switch(fact.name),
                used=self._used(fact.name),
                reads_known=not self._dynamic_for(fact) and not self._foreign(fact),
                twin=twin,
                twin_reason=reason,
                twin_at=self._read_at(twin),
            )

    def _literal(self, fact: EnvSet) -> str | None:
        outcomes = self._program.leaves("", fact.at.path, fact.value) if fact.value is not None else ()
        known = [outcome.text for outcome in outcomes if outcome.state == "known"]
        return known[0] if len(known) == 1 and len(outcomes) == 1 else None

    def _twin(self, name: str) -> tuple[str, str]:
        if name not in self._unread:
            return "", ""
        found = ((other, twin_reason(other, name)) for other in self._unset)
        return next(((other, reason) for other, reason in found if reason), ("", ""))

    def _read_at(self, name: str) -> Site | None:
        return next((fact.at for fact in self._reads if fact.name == name), None)

    def _given(self, name: str) -> str:
        """Tell whether anything sets a variable: facts first, then the text of files that rtlint has no facts of."""
        if name in self._set_names:
            return "yes"
        others = [path for path in self._mentions.get(name, ()) if self._kind(path) not in _CODE]
        return "mentioned" if others else "no"

    def _used(self, name: str) -> str:
        """Tell whether anything reads a variable; a compose file's `${X}` hands it on and counts as a use."""
        if name in self._read_names or name in self._spoken.documented:
            return "yes"
        others = [path for path in self._mentions.get(name, ()) if self._kind(path) not in _MENTIONING_KINDS]
        if others:
            return "mentioned"
        handed = any(fact.name == name and not _to_itself(fact) for fact in self._program.index.of(Interpolation))
        return "yes" if handed else "no"

    def _kind(self, path: str) -> str:
        return self._program.index.files[path].kind if path in self._program.index.files else "other"

    def _foreign(self, fact: EnvSet) -> bool:
        """Tell whether a service runs an image from outside: what that reads stands nowhere in the repository.

        A name behind a bundler's prefix is no outside image's: it speaks of a bundle of the team's own.
        """
        if public_prefix(fact.name):
            return False
        services = [
            item
            for item in self._program.environments.services
            if item.name == fact.service and fact.at.path in item.files
        ]
        return bool(services) and not any(service.builds or service.mounts for service in services)

    def _dynamic_for(self, fact: EnvSet) -> bool:
        """Tell whether code that may see the variable reads variables under computed names."""
        packages = {place.package for place in self._program.environments.places if _holds(place.every(), fact)}
        return any(
            self._program.package_of(path) in packages or not packages
            for path in self._dynamic
            if self._program.index.role(path) == "app"
        )


_CODE = frozenset({"javascript", "vue", "svelte", "html", "template", "python", "php", "ruby", "other_code"})


def _holds(layers: Iterable[object], fact: EnvSet) -> bool:
    return any(isinstance(layer, dict) and layer.get(fact.name) == fact for layer in layers)


def _to_itself(fact: Interpolation) -> bool:
    """Tell whether `X: ${X}` hands a variable to a service under its own name: then the service must read it."""
    return fact.key.rpartition(".")[2] == fact.name or fact.key.endswith(f".{fact.name}")


def blank_interpolations(program: Program, spoken: Vocabulary) -> Iterator[BlankInterpolation]:
    """Yield the real-time `${X}` without default that no source of compose gives a value to."""
    blanks = [fact for fact in program.index.of_role(Interpolation, "app") if fact.operator == ""]
    spoken_of = [fact for fact in blanks if any(map(spoken.covers, (fact.name, fact.key.rpartition(".")[2])))]
    lonely = [fact for fact in spoken_of if not _has_source(program, fact)]
    mentions = program.mentions(sorted({fact.name for fact in lonely}))
    for fact in lonely:
        service = _service(program, fact)
        yield BlankInterpolation(
            at=fact.at,
            name=fact.name,
            file=fact.at.path,
            service=fact.service,
            env_file_at=_env_file_site(program, service, fact.name),
            example=_example(program, fact),
            handed_over=any(_hands_over(program, path) for path in mentions.get(fact.name, ())),
        )


def _has_source(program: Program, fact: Interpolation) -> bool:
    """Tell whether a file that compose may interpolate from sets the variable, `--env-file` ones included."""
    folder = fact.at.path.rpartition("/")[0]
    services = program.environments.services
    used = {item.path for service in services for item in service.env_files}
    asked = {path for service in services if fact.at.path in service.files for path in service.interpolated}
    for found in program.index.of_role(EnvSet, "app"):
        beside = found.at.path.rpartition("/")[0] in {folder, ""}
        named = found.at.path.rpartition("/")[2] == ".env" or found.at.path not in used
        if found.name == fact.name and found.source == "dotenv" and ((beside and named) or found.at.path in asked):
            return True
    return False


def _service(program: Program, fact: Interpolation) -> Service | None:
    return next(
        (item for item in program.environments.services if item.name == fact.service and fact.at.path in item.files),
        None,
    )


def _env_file_site(program: Program, service: Service | None, name: str) -> Site | None:
    paths = {item.path for item in service.env_files} if service else set()
    return next((item.at for item in program.index.of(EnvSet) if item.name == name and item.at.path in paths), None)


def _example(program: Program, fact: Interpolation) -> str:
    folder = fact.at.path.rpartition("/")[0]
    for found in program.index.of_role(EnvSet, "example"):
        if found.name == fact.name and found.at.path.rpartition("/")[0] in {folder, ""}:
            return found.at.path
    return ""


def _hands_over(program: Program, path: str) -> bool:
    """Tell whether a file that names the variable may export it to compose: a script, a Makefile, a CI file."""
    name = path.rpartition("/")[2].lower()
    if path in program.index.files and program.index.files[path].kind in {"yaml", "manifest"}:
        return True
    return name in {"makefile", "justfile", "taskfile.yml", "jenkinsfile"} or name.endswith(
        (".sh", ".bash", ".ps1", ".tf")
    )
