"""Credentials in the wrong field: the app id or the secret where a client takes its key, and the like."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rtlint.facts.expressions import EnvVar, Expr, Member, Name
from rtlint.facts.options import MisplacedCredential
from rtlint.link.clients import Made, Setting, settings
from rtlint.link.program import Program
from rtlint.names import words
from rtlint.providers import Provider, WrongField, inherited


def misplaced_credentials(program: Program, made: Iterable[Made]) -> Iterator[MisplacedCredential]:
    """Yield the variables that clients of app code read for a field and that are named after another one."""
    for client in made:
        if client.fact.role == "app" and any(provider.wrong_fields for provider in inherited(client.provider)):
            for found in settings(program.leaf_folder(client.fact.package), client):
                yield from _judged(program, client, found)


def _judged(program: Program, made: Made, found: Setting) -> Iterator[MisplacedCredential]:
    variable = _variable(program, *found.written) if found.written else None
    wrong = _wrong(inherited(made.provider), found.option.name, variable.name) if variable else None
    if variable and wrong:
        yield MisplacedCredential(found.at, made.fact.id, found.option.name, variable.name, wrong.field, variable.at)


def _wrong(family: tuple[Provider, ...], option: str, name: str) -> WrongField | None:
    ending = words(name)
    for provider in family:
        for item in provider.wrong_fields:
            if item.option == option and ending[-len(item.words) :] == item.words:
                return item
    return None


def _variable(program: Program, path: str, expr: Expr) -> EnvVar | None:
    """Return the one variable that an expression stands for: itself, or a name that is bound to nothing else."""
    if not isinstance(expr, EnvVar | Name | Member):
        return None
    found = program.variables_in(path, expr)
    return next(iter(found)) if len(found) == 1 else None
