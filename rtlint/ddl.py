"""The tables behind the views, made from the fact dataclasses: one definition for Python, SQL and documentation."""

from __future__ import annotations

import pkgutil
import re
from collections.abc import Iterable
from functools import cache
from importlib import import_module
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

import rtlint.facts
from rtlint.facts import derived, raw
from rtlint.facts.columns import Column
from rtlint.facts.files import SourceFile
from rtlint.facts.site import Site

SCHEMA_PATH = Path(__file__).with_name("schema.sql")
VIEWS_PATH = Path(__file__).with_name("views.sql")

_SITE_TABLE = """\
-- A place in a file; other tables refer to it by number.
CREATE TABLE site (
  id INTEGER PRIMARY KEY,
  path TEXT NOT NULL,  -- relative to the checked root
  line INTEGER NOT NULL,  -- 1-based
  "column" INTEGER NOT NULL,  -- 1-based, in characters
  end_line INTEGER NOT NULL,  -- 1-based
  end_column INTEGER NOT NULL  -- the column behind the last character
);
"""


def fact_classes() -> tuple[type, ...]:
    """Return every dataclass that is a table, in the order of the schema."""
    names = sorted(found.name for found in pkgutil.iter_modules(rtlint.facts.__path__, "rtlint.facts."))
    modules = [raw, derived, *(import_module(name) for name in names)]
    own = ((item, module.__name__) for module in modules for item in vars(module).values() if isinstance(item, type))
    found = [item for item, name in own if item.__module__ == name and item is not SourceFile and is_table(item)]
    return (SourceFile, *dict.fromkeys(found))


def is_table(item: type) -> bool:
    """Tell whether a class is a fact class: a dataclass of `rtlint.facts` with documented columns."""
    from dataclasses import is_dataclass

    return is_dataclass(item) and item.__module__.startswith("rtlint.facts.") and bool(columns(item))


def table_name(fact: type) -> str:
    """Return the table of a fact class: `ComposePort` gives `compose_port`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", fact.__name__).lower()


@cache
def columns(fact: type) -> tuple[tuple[str, str, bool, Column], ...]:
    """Return the columns of a fact class: name, SQL type (TEXT, INTEGER or SITE), nullable, documentation."""
    from dataclasses import fields

    hints = get_type_hints(fact, include_extras=True)
    found = []
    for item in fields(fact):
        hint: Any = hints[item.name]
        kind, column = get_args(hint)[:2] if get_origin(hint) is Annotated else (hint, None)
        if isinstance(column, Column):
            found.append((item.name, _sql_type(kind), NoneType in get_args(kind), column))
    return tuple(found)


def _sql_type(kind: Any) -> str:
    options = get_args(kind) if get_origin(kind) in {Union, UnionType} else (kind,)
    if Site in options:
        return "SITE"
    return "TEXT" if str in options else "INTEGER"


def _table(fact: type) -> Iterable[str]:
    name = table_name(fact)
    yield f"-- {(fact.__doc__ or '').strip().splitlines()[0]}"
    yield f"CREATE TABLE {name} ("
    found = columns(fact)
    for position, (column, kind, nullable, text) in enumerate(found):
        sql = "INTEGER" if kind == "SITE" else kind
        null = "" if nullable else " NOT NULL"
        reference = " REFERENCES site (id)" if kind == "SITE" else ""
        comma = "," if position < len(found) - 1 else ""
        example = f" Example: {text.example}" if text.example else ""
        yield f'  "{column}" {sql}{null}{reference}{comma}  -- {text.doc}{example}'
    yield ");"
    for column, _, _, text in found:
        if text.index:
            yield f'CREATE INDEX {name}_{column} ON {name} ("{column}");'
    yield ""


def schema() -> str:
    """Return the SQL of all tables, with their documentation as comments."""
    head = "-- Made by `python -m rtlint.ddl` from rtlint/facts. Do not edit.\n"
    return "\n".join([head, _SITE_TABLE, *(line for fact in fact_classes() for line in _table(fact))])


if __name__ == "__main__":
    SCHEMA_PATH.write_text(schema(), encoding="utf-8")
