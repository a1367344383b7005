from __future__ import annotations

import re
import sqlite3

import pytest

from rtlint.database import Database
from rtlint.ddl import SCHEMA_PATH, VIEWS_PATH, columns, fact_classes, schema, table_name
from rtlint.dialect import load_views


def test_the_committed_schema_is_fresh() -> None:
    assert SCHEMA_PATH.read_text(encoding="utf-8") == schema(), "run: python -m rtlint.ddl"


@pytest.mark.parametrize("fact", fact_classes(), ids=table_name)
def test_every_column_is_documented(fact: type) -> None:
    found = columns(fact)
    assert found
    assert all(column.doc.endswith(".") for _, _, _, column in found)


def test_every_table_exists_though_it_is_empty() -> None:
    database = Database([])
    for fact in fact_classes():
        assert database.run(f"SELECT * FROM {table_name(fact)}").rows == ()


def test_views_get_to_files_through_places_only() -> None:
    """Rules are given those files only in which a place of a fact lies: see `Database`."""
    views = VIEWS_PATH.read_text(encoding="utf-8")
    named = re.findall(r"[^;\n]*\bsource_file\b[^;\n]*", views)
    assert named
    assert all(re.search(r"JOIN site s ON .* JOIN source_file f ON f\.path = s\.path", line) for line in named)


@pytest.mark.parametrize("view", load_views().values(), ids=lambda view: view.name)
def test_every_column_of_every_view_is_documented(view: object) -> None:
    connection = sqlite3.connect(":memory:")
    connection.executescript(schema() + VIEWS_PATH.read_text(encoding="utf-8"))
    found = load_views()[view.name]  # type: ignore[attr-defined]
    names = [item[0] for item in connection.execute(f"SELECT * FROM {found.name}").description]
    connection.close()
    assert list(found.columns) == names
    assert found.summary.endswith(".")
