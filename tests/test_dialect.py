from __future__ import annotations

import pytest

from rtlint.dialect import and_terms, complaints, load_views, stages, tokens

VIEWS = load_views(
    """
-- thing: things.
--   at: where
--   name: its name
CREATE VIEW thing AS SELECT 1;
-- route: served routes.
--   path: the path
--   complete: 1 when all are known
-- closed_by: complete
CREATE VIEW route AS SELECT 1;
-- cluster: names.
--   name: the name
-- closed_by: always
CREATE VIEW cluster AS SELECT 1;
"""
)


def said(query: str) -> str:
    return " | ".join(found.message for found in complaints(query, VIEWS))


@pytest.mark.parametrize(
    "query",
    [
        "SELECT at FROM thing",
        "SELECT at, iif(name = 'a', 'x', 'y') AS level FROM thing WHERE name GLOB 'VITE_*'",
        "WITH a AS (SELECT * FROM thing), b AS (SELECT * FROM a) SELECT at FROM b",
        "SELECT at FROM thing WHERE name NOT IN (SELECT name FROM cluster)",
        "SELECT at FROM thing WHERE name NOT IN ('a', 'b')",
        "SELECT at FROM thing JOIN route ON complete = 1 WHERE NOT EXISTS (SELECT 1 FROM route WHERE path = name)",
        "SELECT at FROM thing WHERE (SELECT count(*) FROM cluster) > 1",
        "SELECT t.at FROM thing t -- a comment with \"quotes\" and LIKE\n WHERE t.name = 'it''s \"quoted\" LIKE'",
    ],
)
def test_what_rules_may_say(query: str) -> None:
    assert said(query) == ""


@pytest.mark.parametrize(
    ("query", "part"),
    [
        ('SELECT at FROM thing WHERE "nmae" = 1', "becomes a text"),
        ("SELECT at FROM thing WHERE `name` = 1", "becomes a text"),
        ("SELECT at FROM thing WHERE name LIKE 'VITE_%'", "use GLOB"),
        ("SELECT at FROM thing; DROP TABLE x", "no place"),
        ("DELETE FROM thing", "one SELECT"),
        ("SELECT at FROM thing LEFT JOIN route ON 1", "outer join"),
        ("SELECT at FROM thing WHERE name IS NULL", "not null"),
        ("SELECT at FROM thing EXCEPT SELECT at FROM thing", "NOT EXISTS"),
        ("SELECT at FROM thing ORDER BY at", "the engine orders"),
        ("SELECT max(at), name FROM thing", "alone in a subquery"),
        ("SELECT at FROM thing GROUP BY name", "the engine merges"),
        ("SELECT at FROM thing WHERE name + 0 = 1", "no arithmetic"),
        ("SELECT at FROM thing WHERE printf('%s', name) = 1", "not among the functions"),
        ("SELECT at FROM things", "no view things"),
        ("SELECT at FROM sqlite_master", "no view sqlite_master"),
        ("SELECT at FROM thing WHERE NOT EXISTS (SELECT 1 FROM route WHERE path = name)", "complete = 1"),
        ("SELECT at FROM route WHERE NOT EXISTS (SELECT 1 FROM thing)", "thing is open"),
        (
            "WITH t AS (SELECT * FROM thing) SELECT path FROM route WHERE path NOT IN (SELECT name FROM t)",
            "thing is open",
        ),
        ("WITH RECURSIVE t AS (SELECT 1) SELECT at FROM thing", "no recursion"),
    ],
)
def test_what_rules_may_not_say(query: str, part: str) -> None:
    assert part in said(query)


def test_complaints_have_a_place() -> None:
    query = "SELECT at\nFROM thing\nWHERE name LIKE 'x'"
    (found,) = complaints(query, VIEWS)
    assert query[found.offset :].startswith("LIKE")


def test_terms_of_where_on_and_groups() -> None:
    query = "SELECT at FROM a JOIN b ON a.x = b.x AND a.y = 1 WHERE p BETWEEN 1 AND 2 AND (q = 1 OR (r = 2 AND s = 3))"
    assert [query[start:end] for start, end in and_terms(query)] == [
        "a.x = b.x",
        "a.y = 1",
        "p BETWEEN 1 AND 2",
        "(q = 1 OR (r = 2 AND s = 3))",
        "r = 2",
        "s = 3",
    ]


def test_terms_of_subqueries() -> None:
    query = "SELECT at FROM a WHERE x = 1 AND NOT EXISTS (SELECT 1 FROM b WHERE b.y = a.y AND b.z = 2)"
    terms = [query[start:end] for start, end in and_terms(query)]
    assert {"x = 1", "b.y = a.y", "b.z = 2"} <= set(terms)


def test_stages_are_queries_of_their_own() -> None:
    query = "WITH a AS (SELECT at FROM thing), b AS (SELECT at FROM a WHERE 1) SELECT at FROM b WHERE 2"
    assert [name for name, _ in stages(query)] == ["a", "b", "result"]
    assert stages(query)[0][1] == "WITH a AS (SELECT at FROM thing) SELECT * FROM a"
    assert stages("SELECT at FROM thing WHERE name = 'x'")[0] == ("candidates", "SELECT at FROM thing ")


def test_texts_are_single_tokens() -> None:
    assert [token.text for token in tokens("a = 'x''y' -- c\n")] == ["a", "=", "'x''y'"]
