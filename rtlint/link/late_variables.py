"""Variables that come too late: a bundler replaced them while the image was built, and only the container has them."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Mapping, Sequence

from rtlint.facts.docker import LateVariable
from rtlint.facts.raw import EnvRead, EnvSet, Package
from rtlint.facts.site import Site
from rtlint.link.environments import Layer, Place
from rtlint.link.images import Bake
from rtlint.link.program import Program
from rtlint.link.services import Service, uses
from rtlint.link.variables import Vocabulary

_BUNDLERS = (
    ("VITE_", "Vite", ("vite",)),
    ("NEXT_PUBLIC_", "Next.js", ("next",)),
    ("REACT_APP_", "Create React App", ("react-scripts", "@craco/craco")),
    ("VUE_APP_", "Vue CLI", ("@vue/cli-service",)),
    ("GATSBY_", "Gatsby", ("gatsby",)),
)
"""Which bundler replaces the variables of a prefix."""

_INJECTION = (
    "__ENV__",
    "__ENV",
    "_env_",
    "__env",
    "__env__",
    "__RUNTIME_CONFIG__",
    "envsubst",
    "printenv",
    "publicEnv",
)
"""Words of files that hand variables to a finished bundle: `window.__ENV__`, scripts with envsubst."""


_UNREAD = frozenset({"other", "shell", "other_code", "ruby", "template", "html"})
"""Kinds of files whose naming of a variable is no fact."""


def late_variables(program: Program, spoken: Vocabulary) -> Iterator[LateVariable]:
    """Yield the variables of finished bundles that nothing sets when the bundle is made."""
    places = [place for place in program.environments.places if place.baked is not None and not place.injects]
    found = [late for place in places if place.service for late in _of_place(program, spoken, place, place.service)]
    named = program.mentions([*_INJECTION, *sorted({late.name for late in found})]) if found else {}
    for late in found:
        if not _injected(program, late, named):
            yield late


def _of_place(program: Program, spoken: Vocabulary, place: Place, service: Service) -> Iterator[LateVariable]:
    for package in program.index.packages():
        if package.directory == place.package:
            bake = program.environments.images.bake(service, package)
            for fact in _given(program, service):
                found = _late(program, spoken, place, package, bake, fact)
                if found is not None:
                    yield found


def _given(program: Program, service: Service) -> Iterable[EnvSet]:
    """Return what the running container is given, each name once, the strongest source first."""
    found: dict[str, EnvSet] = {}
    for layer in program.environments.run_time(service):
        for name, fact in layer.items():
            found.setdefault(name, fact)
    return found.values()


def _injected(program: Program, late: LateVariable, named: Mapping[str, frozenset[str]]) -> bool:
    """Tell whether a file of the package or of the root may put variables into a finished bundle.

    It uses one of the usual words, or it names the variable and is no file that rtlint reads: a script.
    """
    files = program.index.files
    words = {path for word in _INJECTION for path in named.get(word, ())}
    unread = {path for path in named.get(late.name, ()) if path in files and files[path].kind in _UNREAD}
    return any(program.package_of(path) in {late.package, ""} for path in words | unread)


def _late(
    program: Program, spoken: Vocabulary, place: Place, package: Package, bake: Bake, fact: EnvSet
) -> LateVariable | None:
    name = fact.name
    bundler = _bundler(program, package, name)
    read_at = _browser_read(program, package, name)
    if not bundler or read_at is None or bake.build_at is None or bake.final_at is None or place.service is None:
        return None
    if _holds(place.baked or (), name) or _awaited(program, package, bake, name):
        return None
    argument_at, ignored_at = _argument(place.service, name), _ignored(program, package, bake, name)
    return LateVariable(
        at=fact.at,
        name=name,
        package=package.directory,
        service=place.service.name,
        bundler=bundler,
        realtime=spoken.covers(name),
        reason="undeclared" if argument_at else "ignored" if ignored_at else "late",
        build_at=bake.build_at,
        final_at=bake.final_at,
        read_at=read_at,
        argument_at=argument_at,
        ignored_at=ignored_at,
    )


def _holds(layers: Sequence[Layer], name: str) -> bool:
    return any(name in layer for layer in layers)


def _bundler(program: Program, package: Package, name: str) -> str:
    return next(
        (
            title
            for prefix, title, names in _BUNDLERS
            if name.startswith(prefix) and uses(program.index, package, *names) is not None
        ),
        "",
    )


def _browser_read(program: Program, package: Package, name: str) -> Site | None:
    """Return a read in browser code; None when there is none, or when a server may hand the variable on."""
    reads = [fact for fact in program.index.of_role(EnvRead, "app") if _concerns(program, package, fact, name)]
    vite = name.startswith("VITE_")
    for fact in reads:
        handed_on = vite and fact.via == "process.env"
        if program.runtime(fact.at.path) == "server" and (handed_on or not fact.name):
            return None
    return next((fact.at for fact in reads if fact.name and program.runtime(fact.at.path) == "browser"), None)


def _concerns(program: Program, package: Package, fact: EnvRead, name: str) -> bool:
    return fact.name in {name, ""} and program.package_of(fact.at.path) == package.directory


def _awaited(program: Program, package: Package, bake: Bake, name: str) -> bool:
    """Tell whether an example file lists the variable for a `.env` that git does not hold and the build copies."""
    folder = program.environments.env_directory(package)
    carried = bake.carries(posixpath.join(folder, ".env")) != "no"
    listed = (
        fact for fact in program.index.of_role(EnvSet, "example") if fact.name == name and fact.source == "dotenv"
    )
    return carried and any(posixpath.dirname(fact.at.path) == folder for fact in listed)


def _argument(service: Service, name: str) -> Site | None:
    return next((item.at for item in service.variables if (item.source, item.name) == ("compose.args", name)), None)


def _ignored(program: Program, package: Package, bake: Bake, name: str) -> Site | None:
    """Return the line of a dotenv file of the package that sets the variable and does not reach the build."""
    folder = program.environments.env_directory(package)
    for fact in program.index.of_role(EnvSet, "app"):
        beside = posixpath.dirname(fact.at.path) == folder
        if fact.name == name and fact.source == "dotenv" and beside and bake.carries(fact.at.path) == "no":
            return fact.at
    return None
