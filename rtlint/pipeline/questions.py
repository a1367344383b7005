"""The answers of the commands that ask about a repository instead of checking it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from rtlint.config import nearest_name
from rtlint.ddl import SCHEMA_PATH, VIEWS_PATH
from rtlint.errors import RtlintError
from rtlint.findings import EnvironmentView
from rtlint.judge import query as run_query
from rtlint.judge import why as run_why
from rtlint.link.explain import Explanation, names
from rtlint.link.explain import explain as explain_variable
from rtlint.pipeline.analysis import analyse, masker
from rtlint.pipeline.overrides import Overrides
from rtlint.pipeline.setup import known_rule, prepare


def explain(root: Path, variable: str) -> tuple[Explanation, Callable[[str], str]]:
    """Return the story of a variable, and what makes texts of the repository fit to print.

    Raises:
        RtlintError: nothing in the repository names the variable.
    """
    from rtlint.report.visible import visible

    analysis = analyse(root, prepare(root, Overrides()).config)
    known = names(analysis.program)
    if variable not in known:
        nearest = nearest_name(variable, known)
        hint = f", did you mean {nearest}?" if nearest else ""
        raise RtlintError(f"nothing here reads or sets {variable}{hint}")
    found = explain_variable(analysis.program, variable)
    mask = masker(analysis).mask
    return found, lambda text: visible(mask(text))


def environments(root: Path, wanted: str | None) -> tuple[list[EnvironmentView], Callable[[str], str]]:
    """Return the effective real-time configuration, and what makes texts of the repository fit to print.

    Args:
        root: the folder.
        wanted: an environment's name or a part of it; None for all.

    Raises:
        RtlintError: there is no such environment.
    """
    from rtlint.link.overview import overview
    from rtlint.report.visible import visible

    analysis = analyse(root, prepare(root, Overrides()).config)
    every = overview(analysis.program, analysis.facts)
    found = [place for place in every if wanted is None or wanted.lower() in place.name.lower()]
    if wanted is not None and not found:
        names = ", ".join(dict.fromkeys(place.name for place in every)) or "none"
        raise RtlintError(f"no environment with real-time settings is called {wanted}; there are: {visible(names)}")
    mask = masker(analysis).mask
    return found, lambda text: visible(mask(text))


def query(root: Path, sql: str) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Answer a question about a folder in SQL; texts are masked and fit to print.

    Raises:
        RtlintError: the query is wrong, forbidden or too slow.
    """
    from rtlint.report.visible import visible

    analysis = analyse(root, prepare(root, Overrides()).config)
    mask = masker(analysis).mask
    columns, rows = run_query(analysis.facts, sql)
    return columns, [tuple(visible(mask(cell)) for cell in row) for row in rows]


def why(root: Path, code_or_name: str, file: str) -> str:
    """Tell stage by stage what a rule's query sees in a file.

    Raises:
        RtlintError: there is no such rule or file.
    """
    from rtlint.report.visible import visible

    rule = known_rule(root, code_or_name)
    analysis = analyse(root, prepare(root, Overrides()).config)
    if file not in analysis.files:
        nearest = nearest_name(file, analysis.files)
        raise RtlintError(
            f"there is no file {file!r} below the root" + (f", did you mean '{nearest}'?" if nearest else "")
        )
    mask = masker(analysis).mask
    return "\n".join(visible(mask(line)) for line in run_why(analysis.facts, rule, file).splitlines()) + "\n"


def schema(*, tables: bool) -> str:
    """Return the SQL of the views, and of the tables when wanted, with their documentation."""
    parts = [SCHEMA_PATH] if tables else []
    return "\n".join(path.read_text(encoding="utf-8") for path in (*parts, VIEWS_PATH))
