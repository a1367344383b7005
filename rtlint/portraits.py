"""What `rtlint report` shows: answers to questions about the real-time setup, each with its evidence."""

from __future__ import annotations

from rtlint.facts.records import dataclass
from rtlint.facts.site import Site
from rtlint.findings import EnvironmentView, Evidence, Report

YES, NO, UNKNOWN, NONE = "yes", "no", "unknown", "none"
"""Verdicts: proven by facts; contradicted by facts; not known; the question does not arise."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one question about a package.

    Attributes:
        question: the question.
        verdict: yes, no, unknown or none. A yes rests on facts, never on the mere absence of findings.
        text: the answer in one sentence.
        places: the evidence.
        codes: the rules whose findings say no.
    """

    question: str
    verdict: str
    text: str
    places: tuple[Evidence, ...] = ()
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PackagePortrait:
    """A package with a real-time client: its folder (empty for the root), its clients in words, and the answers."""

    folder: str
    clients: str
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class Node:
    """A box of the map.

    Attributes:
        column: 0 client, 1 setting, 2 environment, 3 request, 4 proxy, 5 route.
        title: its first line.
        detail: its second line.
        at: where it stands; None for what has no place.
        broken: whether the way ends here.
    """

    column: int
    title: str
    detail: str
    at: Site | None
    broken: bool = False


@dataclass(frozen=True, slots=True)
class Edge:
    """A line of the map, between two nodes by their numbers, with a word where it is broken."""

    start: int
    end: int
    label: str = ""
    broken: bool = False


@dataclass(frozen=True, slots=True)
class Map:
    """The way from clients over variables and environments to routes."""

    nodes: tuple[Node, ...] = ()
    edges: tuple[Edge, ...] = ()
    cut: int = 0


@dataclass(frozen=True, slots=True)
class Portrait:
    """A repository's real-time setup.

    Attributes:
        name: the folder's name.
        sentence: the verdict in one sentence.
        verdict: the weakest of all: no, unknown, yes, or none where there is no client.
        packages: the packages with a client.
        environments: the effective settings, as `rtlint env` shows them.
        map: the ways of the settings.
        files: the files that take part, by what they are.
        report: the findings.
    """

    name: str
    sentence: str
    verdict: str
    packages: tuple[PackagePortrait, ...]
    environments: tuple[EnvironmentView, ...]
    map: Map
    files: tuple[tuple[str, tuple[str, ...]], ...]
    report: Report
