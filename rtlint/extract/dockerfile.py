"""Dockerfiles: stages, what sets variables, what is copied, run and started.

Source: https://docs.docker.com/reference/dockerfile/. The PyPI package `dockerfile` wraps Docker's own parser, but it
gives no columns and has no wheel for macOS or ARM; it is the oracle in the tests.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from rtlint.extract.dockerfile_lines import Comment, Instruction, Source, is_list, words
from rtlint.extract.dockerfile_values import expression
from rtlint.extract.dotenv_text import Lines, Placed, decode
from rtlint.extract.suppressions import suppressions
from rtlint.facts.docker import DockerArg, DockerCopy, DockerExpose, DockerRun, DockerStage
from rtlint.facts.expressions import Unknown
from rtlint.facts.raw import EnvSet, Problem, RawFact
from rtlint.facts.site import Site
from rtlint.patterns import regex

_KEYWORDS = frozenset(
    "ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL MAINTAINER ONBUILD RUN SHELL STOPSIGNAL USER VOLUME "
    "WORKDIR".split()
)
_BLANKS = regex(r"[\t\v\f\r ]+")


def extract(path: str, data: bytes) -> list[RawFact]:
    """Read a Dockerfile.

    Args:
        path: the path that the sites get.
        data: the file.

    Returns:
        The facts in the order of the file, its suppressions, and a `Problem` RT901 for what Docker would refuse.
    """
    source = Source(Lines(path, decode(data)))
    reader = _Reader(source)
    facts = [fact for found in source.instructions() for fact in reader.instruction(found)]
    return [*facts, *_suppressions(source.lines, source.comments)]


def _suppressions(lines: Lines, comments: Iterable[Comment]) -> Iterator[RawFact]:
    for comment in comments:
        text = lines.text[comment.start : comment.end]
        if "rtlint" in text:
            at = lines.site(comment.start, comment.end)
            yield from suppressions(text, at, lines.next_code_line(at.line))


class _Reader:
    """Turns the instructions of one file into facts."""

    def __init__(self, source: Source) -> None:
        self._lines = source.lines
        self._escape = source.escape
        self._stage = -1

    def instruction(self, found: Instruction) -> Iterator[RawFact]:
        """Yield the facts of one instruction."""
        if found.problem:
            yield Problem(self._at(found), "RT901", found.problem)
        if found.keyword not in _KEYWORDS:
            yield Problem(self._at(found), "RT901", "this is no instruction of a Dockerfile")
        read = _READERS.get(found.keyword)
        if read is not None:
            yield from read(self, found)

    def _at(self, found: Instruction) -> Site:
        return self._lines.site(found.start, found.end)

    def _from(self, found: Instruction) -> Iterator[RawFact]:
        parts = [found.rest.part(*span) for span in islice(_blank_parted(found.rest.text), 4)]
        if len(parts) not in {1, 3} or (len(parts) == 3 and parts[1].text.lower() != "as"):
            yield Problem(self._at(found), "RT901", "FROM wants an image, or an image, AS and a name")
            return
        self._stage += 1
        image = expression(parts[0], self._escape)
        name = parts[2].text.lower() if len(parts) == 3 else ""
        yield DockerStage(self._at(found), self._stage, name, parts[0].text, image.value)
        yield from image.problems

    def _env(self, found: Instruction) -> Iterator[RawFact]:
        spans = list(words(found.rest.text, self._escape))
        if spans and "=" not in found.rest.text[slice(*spans[0])]:
            yield from self._old_env(found)
            return
        for start, end in spans:
            at = found.rest.site(start, end)
            equals = found.rest.text.find("=", start, end)
            if equals <= start:
                yield Problem(at, "RT901", "ENV wants NAME=value")
            else:
                yield from self._set(found.rest, start, equals, end, "dockerfile.env")
        if not spans:
            yield Problem(self._at(found), "RT901", "ENV wants a name and a value")

    def _old_env(self, found: Instruction) -> Iterator[RawFact]:
        """Read `ENV NAME value`, where everything behind the name is the value."""
        space = _BLANKS.search(found.rest.text)
        if space is None:
            yield Problem(self._at(found), "RT901", "ENV wants a name and a value")
            return
        yield from self._assigned(
            found.rest.site(0, len(found.rest.text)),
            found.rest.text[: space.start()],
            found.rest.part(space.end(), len(found.rest.text)),
            "dockerfile.env",
        )

    def _set(self, rest: Placed, start: int, equals: int, end: int, source: str) -> Iterator[RawFact]:
        return self._assigned(rest.site(start, end), rest.text[start:equals], rest.part(equals + 1, end), source)

    def _assigned(self, at: Site, name: str, placed: Placed, source: str) -> Iterator[RawFact]:
        meant = expression(placed, self._escape)
        value = Unknown(meant.value.at, "broken value") if meant.problems else meant.value
        yield EnvSet(at, name, source, "", placed.whole() if placed.text else at, value)
        yield from meant.problems

    def _arg(self, found: Instruction) -> Iterator[RawFact]:
        for start, end in words(found.rest.text, self._escape):
            text, at = found.rest.text, found.rest.site(start, end)
            equals = text.find("=", start, end)
            if equals < 0:
                yield DockerArg(at, self._stage, text[start:end], None)
                continue
            facts = list(self._set(found.rest, start, equals, end, "dockerfile.arg"))
            default = next((fact.value for fact in facts if isinstance(fact, EnvSet)), None)
            yield DockerArg(at, self._stage, text[start:equals], default)
            yield from facts

    def _run(self, found: Instruction) -> Iterator[RawFact]:
        items = _json_list(found.rest.text)
        command = found.rest.text if items is None else shlex.join(items)
        texts = [heredoc.text for heredoc in found.heredocs]
        kind = found.keyword.lower()
        yield DockerRun(self._at(found), self._stage, kind, "\n".join([command, *texts]), " ".join(found.flags))

    def _onbuild(self, found: Instruction) -> Iterator[RawFact]:
        yield DockerRun(self._at(found), self._stage, "onbuild", found.rest.text, "")

    def _copy(self, found: Instruction) -> Iterator[RawFact]:
        items = _json_list(found.rest.text)
        parts = [found.rest.text[slice(*span)] for span in _blank_parted(found.rest.text)] if items is None else items
        if len(parts) < 2:
            yield Problem(self._at(found), "RT901", f"{found.keyword} wants a source and a destination")
            return
        given = (flag.partition("=") for flag in found.flags)
        origin = next((value for name, _, value in given if name == "--from"), "")
        sources = tuple(part for part in parts[:-1] if not (found.heredocs and "<<" in part))
        yield DockerCopy(self._at(found), self._stage, origin, parts[-1], sources)

    def _expose(self, found: Instruction) -> Iterator[RawFact]:
        for start, end in _blank_parted(found.rest.text):
            yield DockerExpose(found.rest.site(start, end), self._stage, found.rest.text[start:end])


_READERS: dict[str, Callable[[_Reader, Instruction], Iterator[RawFact]]] = {
    "FROM": _Reader._from,
    "ENV": _Reader._env,
    "ARG": _Reader._arg,
    "RUN": _Reader._run,
    "CMD": _Reader._run,
    "ENTRYPOINT": _Reader._run,
    "COPY": _Reader._copy,
    "ADD": _Reader._copy,
    "EXPOSE": _Reader._expose,
    "ONBUILD": _Reader._onbuild,
}


def _blank_parted(text: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of the parts between blanks; quotes have no meaning here."""
    start = 0
    for space in _BLANKS.finditer(text):
        if space.start() > start:
            yield start, space.start()
        start = space.end()
    if start < len(text):
        yield start, len(text)


def _json_list(text: str) -> list[str] | None:
    """Return the items of a list of strings; None for what Docker takes for the shell form."""
    if not is_list(text):
        return None
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if all(isinstance(item, str) for item in found) else None
