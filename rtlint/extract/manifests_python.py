"""The dependencies of Python projects: pyproject.toml and requirements files."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from typing import Any

from rtlint.extract.dotenv_text import Lines
from rtlint.facts.raw import Dependency, Package, Problem, RawFact
from rtlint.facts.site import Site, whole_file
from rtlint.patterns import regex

_REQUIREMENT = regex(r"\s*([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[[^\]]*\])?\s*([^;#]*)")
_EGG = regex(r"#egg=([A-Za-z0-9._-]+)")
_COMMENT = regex(r"(?:^|(?<=\s))#.*")
_OPTION_OR_URL = regex(r"\s*(?:-|[A-Za-z0-9+.-]+://|\.{0,2}/)")
_TOML_PLACE = regex(r"^(.*) \(at (?:line (\d+), column (\d+)|end of document)\)$", re.DOTALL)
_DEVELOPMENT = regex(r"dev|test|lint|docs", re.IGNORECASE)


def normalized(name: str) -> str:
    """Return a project's name as PyPI compares it: https://peps.python.org/pep-0503/#normalized-names."""
    return re.sub(r"[-_.]+", "-", name).lower()


def pyproject(path: str, text: str) -> Iterator[RawFact]:
    """Read pyproject.toml: PEP 621, PEP 735 and Poetry tables. Dependencies are placed by their line."""
    lines = Lines(path, text)
    import tomllib

    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        yield _toml_problem(lines, str(error))
        return
    except RecursionError:
        yield Problem(whole_file(path), "RT905", "TOML is nested too deep")
        return
    project, poetry = _table(document, "project"), _table(document, "tool", "poetry")
    name = project.get("name") or poetry.get("name")
    at = lines.whole_line(max(text.find("[project]"), text.find("[tool.poetry]"), 0))
    yield Package(at, posixpath.dirname(path), name if isinstance(name, str) else "", "pypi")
    finder = _Finder(lines)
    yield from _listed(finder, project.get("dependencies"), "dependencies")
    for extra in _table(project, "optional-dependencies").values():
        yield from _listed(finder, extra, "optionalDependencies")
    for group in _table(document, "dependency-groups").values():
        yield from _listed(finder, group, "devDependencies")
    yield from _listed(finder, _table(document, "tool", "uv").get("dev-dependencies"), "devDependencies")
    yield from _poetry(finder, poetry)


def _toml_problem(lines: Lines, message: str) -> Problem:
    place = _TOML_PLACE.match(message)
    offset = len(lines.text)
    if place and place[2]:
        offset = lines.offset(int(place[2])) + int(place[3]) - 1
    reason = place[1] if place else message
    return Problem(lines.site(offset, offset), "RT901", reason[:1].lower() + reason[1:])


def _table(document: Mapping[str, Any], *keys: str) -> Mapping[str, Any]:
    """Return a nested table; an empty one where there is none."""
    for key in keys:
        inner = document.get(key)
        document = inner if isinstance(inner, dict) else {}
    return document


class _Finder:
    """Finds the line of a text that tomllib gave back without its place."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self.directory = posixpath.dirname(lines.path)

    def quoted(self, text: str) -> Site:
        """Return the line with the text in quotes; the file if it is written in another way."""
        found = (self._lines.text.find(f"{quote}{text}{quote}") for quote in "\"'")
        return self._line(next((offset for offset in found if offset >= 0), None))

    def key(self, name: str) -> Site:
        """Return the line that gives a key its value; the file if it is written in another way."""
        found = re.search(rf"^[ \t]*['\"]?{re.escape(name)}['\"]?[ \t]*=", self._lines.text, re.MULTILINE)
        return self._line(found.end() if found else None)

    def _line(self, offset: int | None) -> Site:
        return whole_file(self._lines.path) if offset is None else self._lines.whole_line(offset)


def _listed(finder: _Finder, requirements: object, scope: str) -> Iterator[Dependency]:
    """Read a list of PEP 508 requirements; what is no text (a PEP 735 include) is left out."""
    for requirement in requirements if isinstance(requirements, list) else []:
        found = _REQUIREMENT.match(requirement) if isinstance(requirement, str) else None
        if found:
            at = finder.quoted(requirement)
            yield Dependency(at, finder.directory, normalized(found[1]), found[2].strip(), scope)


def _poetry(finder: _Finder, poetry: Mapping[str, Any]) -> Iterator[Dependency]:
    """Read Poetry's tables: https://python-poetry.org/docs/pyproject/#dependencies-and-dependency-groups."""
    yield from _keyed(finder, _table(poetry, "dependencies"), "dependencies")
    yield from _keyed(finder, _table(poetry, "dev-dependencies"), "devDependencies")
    for name in _table(poetry, "group"):
        scope = "dependencies" if name == "main" else "devDependencies"
        yield from _keyed(finder, _table(poetry, "group", name, "dependencies"), scope)


def _keyed(finder: _Finder, table: Mapping[str, Any], scope: str) -> Iterator[Dependency]:
    for name, value in table.items():
        version = value.get("version", "") if isinstance(value, dict) else value
        if name != "python":
            text = version if isinstance(version, str) else ""
            yield Dependency(finder.key(name), finder.directory, normalized(name), text, scope)


def requirements(path: str, text: str) -> Iterator[RawFact]:
    """Read a requirements file; other files that it includes are not followed.

    Source: https://pip.pypa.io/en/stable/reference/requirements-file-format/.
    """
    lines = Lines(path, text)
    directory, file_name = posixpath.split(path)
    scope = "devDependencies" if _DEVELOPMENT.search(file_name) else "dependencies"
    yield Package(whole_file(path), directory, "", "pypi")
    for start, written in _joined_lines(lines):
        content = _COMMENT.sub("", written)
        egg = _EGG.search(content)
        found = _REQUIREMENT.match(content)
        if egg:
            yield Dependency(lines.whole_line(start), directory, normalized(egg[1]), "", scope)
        elif found and not _OPTION_OR_URL.match(content):
            yield Dependency(lines.whole_line(start), directory, normalized(found[1]), _version(found[2]), scope)


def _joined_lines(lines: Lines) -> Iterator[tuple[int, str]]:
    """Yield the offset and text of each logical line: a backslash at the end joins the next line."""
    begin = position = 0
    pending = ""
    for line in lines.text.splitlines(keepends=True):
        content = line.rstrip("\r\n")
        position += len(line)
        if content.endswith("\\") and position < len(lines.text):
            pending += content[:-1] + " "
            continue
        yield begin, pending + content.removesuffix("\\")
        begin, pending = position, ""


def _version(text: str) -> str:
    """Return the version without options such as `--hash`."""
    return re.split(r"\s--", text, maxsplit=1)[0].strip()
