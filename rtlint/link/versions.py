"""Versions: the major version of a library that a package uses, by its lock file or by the range in its manifest."""

from __future__ import annotations

from rtlint.facts.locks import LockedDependency
from rtlint.facts.raw import Dependency
from rtlint.facts.records import dataclass
from rtlint.facts.site import Site
from rtlint.link.index import Index, ancestors
from rtlint.patterns import regex

_RANGE = regex(r"(?:npm:(?:@[\w.-]+/)?[\w.-]+@)?(?:\^|~|~=|==|=|v)?\s*(\d+)(?:\.(?:\d+|x|\*))*(?:-[\w.]+)?")
"""Ranges that stay within one major version: https://github.com/npm/node-semver#ranges, PEP 440."""


@dataclass(frozen=True, slots=True)
class Version:
    """A major version, with the place that says so."""

    major: int
    at: Site


def version(index: Index, directory: str, name: str) -> Version | None:
    """Return the major version of a dependency of a package; None when it is not known.

    A lock file beats the range in the manifest. Where it has several versions of the library that may be meant, and
    they differ in the major version, the range decides.

    Args:
        index: the facts.
        directory: the folder of the package.
        name: the library.
    """
    dependency = index.reachable_dependencies(directory).get(name)
    if dependency is None:
        return None
    locked = _locked(index, dependency)
    majors = {int(fact.version.split(".")[0]) for fact in locked}
    if len(majors) == 1:
        return Version(majors.pop(), locked[0].at)
    found = _RANGE.fullmatch(dependency.version.strip())
    return Version(int(found.group(1)), dependency.at) if found else None


def _locked(index: Index, dependency: Dependency) -> list[LockedDependency]:
    """Return what the lock file nearest to a manifest says of one of its dependencies."""
    facts = [fact for fact in index.of_role(LockedDependency, "app", "tooling") if fact.name == dependency.name]
    for folder in ancestors(dependency.directory):
        found = [fact for fact in facts if fact.directory == folder]
        if found:
            exact = [fact for fact in found if dependency.version in fact.ranges.split(", ")]
            return exact or found
        if any(index.files[path].kind == "lockfile" for path in index.in_folder(folder)):
            return []
    return []
