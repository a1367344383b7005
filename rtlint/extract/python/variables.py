"""Environment variables: the calls and look-ups that read one."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import NamedTuple

from rtlint.extract.python.origins import origin
from rtlint.extract.python.scopes import Scope

VIA = "os.environ"
_MAPPING = "os.environ"
_NAMES = 4
"""How many names may lead from one to the next before the text of a variable's name counts as computed."""


class Use(NamedTuple):
    """A read of one variable.

    Attributes:
        name: the variable; empty where it is computed.
        default: the value for the case that it is missing, or None.
        required: whether the read itself fails when it is missing.
    """

    name: str
    default: ast.expr | None
    required: bool


class _Reader(NamedTuple):
    """How a function takes a default: at which position, if at any, and whether it fails without one."""

    position: int
    required: bool


_FUNCTIONS: Mapping[str, _Reader] = {
    "os.getenv": _Reader(1, required=False),
    "os.environ.get": _Reader(1, required=False),
    "os.environ.pop": _Reader(1, required=True),
    "os.environ.setdefault": _Reader(1, required=False),
    "decouple.config": _Reader(1, required=True),
    "decouple.Config()": _Reader(1, required=True),
    "decouple.AutoConfig()": _Reader(1, required=True),
    "starlette.config.Config()": _Reader(2, required=True),
    "environ.Env()": _Reader(2, required=True),
    "environ.FileAwareEnv()": _Reader(2, required=True),
    "environs.Env()": _Reader(1, required=True),
    "environs.env": _Reader(1, required=True),
}
"""Sources: https://docs.python.org/3/library/os.html#os.getenv,
https://github.com/HBNetwork/python-decouple#usage (`config(option, default, cast)`),
https://www.starlette.io/config/ (`config(key, cast, default)`),
https://django-environ.readthedocs.io/en/latest/api.html (`env(var, cast, default)`),
https://github.com/sloria/environs#basic-usage (`env("X", default)`)."""

_SOURCES = frozenset(name.partition(".")[0] for name in _FUNCTIONS)
_TYPED = ("environs.Env().", "environs.env.", "environ.Env().", "environ.FileAwareEnv().")
_TYPES = frozenset(
    "bool bytes date datetime db_url decimal dict enum float int json list log_level path search_url str time "
    "timedelta tuple unicode url uuid dj_db_url dj_email_url dj_cache_url cache email".split()
)
"""Methods that read a variable of a type, as `env.str("X", default)` in environs and django-environ."""


def use(node: ast.AST, scope: Scope) -> Use | None:
    """Return the read that a call or look-up is, or None for any other expression."""
    if isinstance(node, ast.Subscript):
        if isinstance(node.ctx, ast.Load) and origin(node.value, scope) == _MAPPING:
            return Use(text(node.slice, scope), None, required=True)
        return None
    reader = _reader(node.func, scope) if isinstance(node, ast.Call) else None
    if reader is None or not isinstance(node, ast.Call):
        return None
    first = node.args[0] if node.args else _keyword(node, "key", "var", "option", "name")
    if first is None:
        return None
    default = node.args[reader.position] if len(node.args) > reader.position else _keyword(node, "default")
    return Use(text(first, scope), default, reader.required and default is None)


def _reader(function: ast.expr, scope: Scope) -> _Reader | None:
    dotted = origin(function, scope)
    if dotted in _FUNCTIONS:
        return _FUNCTIONS[dotted]
    typed = dotted.startswith(_TYPED) and dotted.rpartition(".")[2] in _TYPES
    return _Reader(1, required=True) if typed else None


def _keyword(call: ast.Call, *names: str) -> ast.expr | None:
    return next((item.value for item in call.keywords if item.arg in names), None)


def text(node: ast.expr | None, scope: Scope) -> str:
    """Return the text of a literal, or of a name that stands for one; empty for anything else."""
    for _ in range(_NAMES):
        if isinstance(node, ast.Constant):
            return node.value if isinstance(node.value, str) else ""
        found = scope.find(node.id) if isinstance(node, ast.Name) else None
        if found is None or not isinstance(node, ast.Name):
            return ""
        node, scope = found.single(node.id), found.around()
    return ""


def is_source(module: str) -> bool:
    """Tell whether a module has functions that read variables."""
    return module.partition(".")[0] in _SOURCES


def is_mapping(node: ast.AST, scope: Scope) -> bool:
    """Tell whether an expression is `os.environ`, the mapping of all variables."""
    return isinstance(node, ast.Name | ast.Attribute) and origin(node, scope) == _MAPPING
