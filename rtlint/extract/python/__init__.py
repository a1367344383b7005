"""Python: imports, names, variables, and the routes of FastAPI, Starlette, Flask and Django; read by `ast`."""

from __future__ import annotations

import re

from rtlint.extract.python.django import django_urls
from rtlint.extract.python.expressions import Builder
from rtlint.extract.python.modules import bindings, imports
from rtlint.extract.python.reads import env_reads
from rtlint.extract.python.rest_framework import rest_framework
from rtlint.extract.python.routes import routes
from rtlint.extract.python.scopes import Scopes
from rtlint.extract.python.source import Source
from rtlint.extract.python_words import OF_DJANGO
from rtlint.facts.raw import OpaqueRoutes, Problem, RawFact
from rtlint.facts.site import whole_file
from rtlint.patterns import regex

_REGISTERS = regex(
    rb"^[ \t]*@[\w.]+\.(?:get|post|put|patch|delete|trace|route|api_route|websocket|websocket_route)[ \t]*\("
    rb"|\.(?:add_\w*route|add_url_rule|include_router|register_blueprint|mount)[ \t]*\(",
    re.MULTILINE,
)
"""What code that registers routes on some object looks like."""


def extract(path: str, data: bytes) -> list[RawFact]:
    """Return the facts of a Python file.

    Args:
        path: the file, relative to the checked root.
        data: its bytes, in whatever encoding its coding line names.
    """
    source = Source(path, data)
    facts: list[RawFact] = list(source.suppressions()) if b"rtlint:" in data else []
    tree = source.parse()
    if isinstance(tree, Problem):
        return [*facts, tree, *_unread(path, data)]
    try:
        builder = Builder(source, Scopes(tree))
        facts += imports(builder)
        found = list(routes(builder, tree))
        facts += bindings(builder, tree)
        facts += found
        if any(token in data for token in OF_DJANGO):
            facts += django_urls(builder, tree)
            facts += rest_framework(builder, tree)
        facts += env_reads(source, tree, builder.scopes)
    except RecursionError:
        facts.append(Problem(whole_file(path), "RT905", "the code is nested too deeply to be read"))
        facts += _unread(path, data)
    else:
        if builder.exhausted:
            facts.append(Problem(whole_file(path), "RT905", "the file holds more expressions than rtlint reads"))
    return facts


def _unread(path: str, data: bytes) -> list[RawFact]:
    """Return that a file which can't be read may register routes, when it looks as if it did."""
    return [OpaqueRoutes(whole_file(path), "", "a file that can't be read")] if _REGISTERS.search(data) else []
