from __future__ import annotations

import random

import pytest

from rtlint.extract.dotenv import expand, extract, parse, tokenize
from rtlint.extract.suppressions import suppressions
from rtlint.facts.expressions import Conditional, EnvVar, Fallback, Literal, Template, Unknown
from rtlint.facts.raw import EnvSet, Problem, Suppression
from rtlint.facts.site import Site

DIALECTS = ("node", "compose", "python")


def sets(text: str | bytes, dialect: str = "node") -> list[EnvSet]:
    data = text if isinstance(text, bytes) else text.encode()
    return [fact for fact in extract("p/.env", data, dialect) if isinstance(fact, EnvSet)]


def problems(text: str, dialect: str = "node") -> list[tuple[int, int, str]]:
    facts = extract(".env", text.encode(), dialect)
    return [(fact.at.line, fact.at.column, fact.message) for fact in facts if isinstance(fact, Problem)]


def site(line: int, start: int, end: int, end_line: int = 0) -> Site:
    return Site("p/.env", line, start, end_line or line, end)


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A=1", {"A": "1"}),
        ("A=1\nB=2\n", {"A": "1", "B": "2"}),
        ("A=1\r\nB=2\r\n", {"A": "1", "B": "2"}),
        ("\ufeffA=1", {"A": "1"}),
        ("export A=1", {"A": "1"}),
        ("  A = 1  ", {"A": "1"}),
        ("A=", {"A": ""}),
        ("A=''", {"A": ""}),
        ("A=\nB=2", {"A": "", "B": "2"}),
        ("A=x y # note", {"A": "x y"}),
        ("A='x # y' # note", {"A": "x # y"}),
        ('A="x\ny"\nB=2', {"A": "x\ny", "B": "2"}),
        ('A="x\\ny"', {"A": "x\ny"}),
        ("A='x\\ny'", {"A": "x\\ny"}),
        ("A=b=c==", {"A": "b=c=="}),
        ("A=wss://h:6001/x?y=1", {"A": "wss://h:6001/x?y=1"}),
        ("# A=1\n\n  # B=2\nC=3", {"C": "3"}),
        ("A=1\nA=2", {"A": "2"}),
        ("A=😀\nB=ü", {"A": "😀", "B": "ü"}),
        ("", {}),
        ("\n\n \n", {}),
    ],
)
def test_what_all_dialects_read_alike(text: str, expected: dict[str, str], dialect: str) -> None:
    assert parse(text, dialect) == expected


@pytest.mark.parametrize(
    ("text", "node", "compose", "python"),
    [
        ("A=x#y", "x", "x#y", "x#y"),
        ("A= # note", "", "# note", ""),
        ("A: x", "x", "x", None),
        ("A=`x y`", "x y", "`x y`", "`x y`"),
        ("A='it\\'s'", "it\\'s", "it's", "it's"),
        ('A="a\\tb"', "a\\tb", "a\tb", "a\tb"),
        ('A="\\"q\\""', '\\"q\\"', '"q"', '"q"'),
        ('A="\\0101\\0999\\x"', "\\0101\\0999\\x", "A\\999\\x", "\\0101\\0999\\x"),
        ('A="open', '"open', None, None),
        ("A='x' y", "'x' y", "x", None),
        ('A="x\\" # c"', 'x\\" # c', 'x" # c', 'x" # c'),
        ("A='$X'", "$X", "$$X", "$X"),
        ('A="\\$X"', "\\$X", "$$X", "\\$X"),
        ("A=\n'next'", "next", "", ""),
    ],
)
def test_where_dialects_differ(text: str, node: str | None, compose: str | None, python: str | None) -> None:
    assert [parse(text, dialect).get("A") for dialect in DIALECTS] == [node, compose, python]


def test_an_unknown_dialect_is_refused() -> None:
    with pytest.raises(KeyError):
        parse("A=1", "ruby")


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_places(dialect: str, end: str) -> None:
    lines = ["\ufeff# über", "", "\texport A='😀 x'  # note", 'B="1', '22"', "C="]
    found = sets(end.join(lines), dialect)
    assert [(each.name, each.at, each.value_at) for each in found] == [
        ("A", site(3, 9, 16), site(3, 12, 15)),
        ("B", site(4, 1, 4, 5), site(4, 4, 3, 5)),
        ("C", site(6, 1, 3), site(6, 1, 3)),
    ]
    assert {(each.source, each.service) for each in found} == {("dotenv", "")}


def test_lines_of_the_tokenizer() -> None:
    first, second, third = tokenize("# c\nA = 'x' # d\njunk", "node")
    assert (first.comment, first.name, first.value) == ("# c", "", None)
    assert (second.name, second.value, second.raw, second.quote, second.comment) == ("A", "x", "'x'", "'", "# d")
    assert (second.name_at.column, second.value_at.column, second.comment_at.column) == (1, 6, 9)
    assert third.problem
    assert third.at == Site("", 3, 1, 3, 5)


def test_bytes_that_are_no_utf8() -> None:
    (found,) = sets(b"\xffA=1\nB=\xff\xfe x\n")
    assert (found.name, found.value) == ("B", Literal(site(2, 3, 7), "\ufffd\ufffd x"))


@pytest.mark.parametrize(
    ("text", "dialect", "expected"),
    [
        ("A=1\njunk\nB=2", "node", [(2, 1, "the line is no NAME=value")]),
        ("A B=1\nC=2", "compose", [(1, 1, "the line is no NAME=value")]),
        ("A$=1\nC=2", "compose", [(1, 1, "the line is no NAME=value")]),
        ("=1\nC=2", "python", [(1, 1, "the line is no NAME=value")]),
        ('  A="x\nB=2', "node", [(1, 3, "the quoted value is never closed")]),
        ('A="x\nB=2', "compose", [(1, 1, "the quoted value is never closed")]),
        ('A="x\nB=2', "python", [(1, 1, "the quoted value is never closed")]),
        ("A", "python", []),
        ("A", "compose", []),
        ("A=${", "compose", [(1, 3, "this `${` begins no valid interpolation")]),
    ],
)
def test_problems(text: str, dialect: str, expected: list[tuple[int, int, str]]) -> None:
    assert problems(text, dialect) == expected
    assert len(text.splitlines()) == 1 or parse(text, dialect)


def test_variables_become_expressions() -> None:
    (found,) = sets('A="ü${B:-x$C}\\n$D\\$E"')
    assert found.value == Template(
        site(1, 4, 21),
        (
            Literal(site(1, 4, 5), "ü"),
            Fallback(
                site(1, 5, 14),
                ":-",
                EnvVar(site(1, 5, 14), "B", "dotenv"),
                Template(site(1, 10, 13), (Literal(site(1, 10, 11), "x"), EnvVar(site(1, 11, 13), "C", "dotenv"))),
            ),
            Literal(site(1, 14, 16), "\n"),
            EnvVar(site(1, 16, 18), "D", "dotenv"),
            Literal(site(1, 18, 21), "$E"),
        ),
    )


def test_a_default_of_the_node_dialect_replaces_an_empty_value() -> None:
    (found,) = sets("A=${B-x}")
    assert isinstance(found.value, Fallback)
    assert found.value.operator == ":-"
    assert expand({"B": "", "A": "${B-x}"}, {}, "node")["A"] == "x"


def test_alternatives_and_computed_names() -> None:
    (first, second) = sets("A=${B:+x}\nC=${$D}")
    at = site(1, 3, 10)
    assert first.value == Conditional(at, EnvVar(at, "B", "dotenv"), Literal(site(1, 8, 9), "x"), Literal(at, ""))
    assert isinstance(second.value, Unknown)


@pytest.mark.parametrize("text", ["A=$", "A=${}", "A=${B", "A=$1", "A=${B{x}}", "A=x}"])
def test_what_is_no_variable(text: str) -> None:
    (found,) = sets(text)
    assert isinstance(found.value, Literal)
    assert found.value.value == text[2:]


def test_single_quotes_are_literal_in_compose_only() -> None:
    values = {dialect: sets("A='${B}'", dialect)[0].value for dialect in DIALECTS}
    assert values["compose"] == Literal(site(1, 4, 8), "${B}")
    assert values["node"] == values["python"] == EnvVar(site(1, 4, 8), "B", "dotenv")


def test_python_knows_braces_only_and_tests_for_unset() -> None:
    (found,) = sets("A=$B${C:-d}e", "python")
    at = site(1, 5, 12)
    assert found.value == Template(
        site(1, 3, 13),
        (
            Literal(site(1, 3, 5), "$B"),
            Fallback(at, "-", EnvVar(at, "C", "dotenv"), Literal(site(1, 10, 11), "d")),
            Literal(site(1, 12, 13), "e"),
        ),
    )


def test_a_name_alone_takes_the_callers_value_in_compose() -> None:
    (found,) = sets("A\n", "compose")
    assert found.value == EnvVar(site(1, 1, 2), "A", "dotenv")
    assert sets("A\n", "python") == []


@pytest.mark.parametrize(
    ("values", "environ", "expected"),
    [
        ({"A": "$B", "B": "x"}, {}, {"A": "x", "B": "x"}),
        # dotenv-expand stops when a value equals the unexpanded one that it came from.
        ({"A": "${B}", "B": "${C}", "C": "x"}, {}, {"A": "${C}", "B": "x", "C": "x"}),
        ({"A": "-${B}", "B": "${C}", "C": "x"}, {}, {"A": "-x", "B": "x", "C": "x"}),
        ({"A": "file"}, {"A": "process"}, {"A": "process"}),
        ({"A": "file"}, {"A": ""}, {"A": "file"}),
        ({"A": "$B", "B": "file"}, {"B": "process"}, {"A": "process", "B": "process"}),
        ({"A": "\\$B", "B": "x"}, {}, {"A": "$B", "B": "x"}),
        ({"A": "${X:-${Y-z}}"}, {}, {"A": "z"}),
        ({"A": "$A"}, {}, {"A": ""}),
        ({"A": "pa$$word"}, {}, {"A": "pa$"}),
        # JavaScript's replace() takes `$$` and the like in the value for patterns.
        ({"A": "1${B}2"}, {"B": "p$$.r$`.s$'."}, {"A": "1p$.r1.s2.2"}),
    ],
)
def test_expansion_of_the_node_dialect(
    values: dict[str, str], environ: dict[str, str], expected: dict[str, str]
) -> None:
    assert expand(values, environ, "node") == expected


def test_expansion_ends_where_dotenv_expand_does_not() -> None:
    found = expand({"A": "${B}1", "B": "${B}${B}"}, {}, "node")
    assert found.keys() == {"A", "B"}


def test_expansion_of_the_other_dialects() -> None:
    assert expand(parse("A=1\nB='$A'\nC=$A${X:-d}$D\nD=4", "compose"), {"A": "p"}, "compose") == {
        "A": "1",
        "B": "$A",
        "C": "pd",
        "D": "4",
    }
    assert expand({"A": "1", "B": "$A${A}${X:-d}"}, {"A": "p"}, "python") == {"A": "1", "B": "$Apd"}


@pytest.mark.parametrize(
    ("comment", "expected"),
    [
        ("// rtlint: ignore[RT101]: why: so", [("RT101", "why: so")]),
        ("/* rtlint: ignore[RT101] : why */", [("RT101", "why")]),
        ("{/* rtlint: ignore[a,b]: why */}", [("a", "why"), ("b", "why")]),
        ("<!-- rtlint:ignore[a]: why -->", [("a", "why")]),
        ("{# rtlint: ignore[ a , ]: why #}", [("a", "why")]),
        ("/*\n rtlint: ignore[a]: x\n rtlint: ignore[b]\n*/", [("a", "x"), ("b", "")]),
        ("# rtlint: ignore[]", []),
        ("# rtlint: ignore", []),
        ("# xrtlint: ignore[a]", []),
        ("# rtlint: ignore[a", []),
    ],
)
def test_suppressions_in_the_comments_of_any_language(comment: str, expected: list[tuple[str, str]]) -> None:
    at = site(3, 1, 9)
    found = list(suppressions(comment, at, 4))
    assert [(each.selector, each.reason) for each in found] == expected
    assert {(each.at, each.line) for each in found} <= {(at, 4)}


def test_suppressions() -> None:
    text = "# rtlint: ignore[RT301, missing-key]: why\n\n# more\nA=1 # rtlint: ignore[RT302]\n# rtlint: ignore[X]"
    found = [fact for fact in extract(".env", text.encode()) if isinstance(fact, Suppression)]
    assert [(each.selector, each.reason, each.line, each.at.line, each.at.column) for each in found] == [
        ("RT301", "why", 4, 1, 1),
        ("missing-key", "why", 4, 1, 1),
        ("RT302", "", 4, 4, 5),
        ("X", "", 6, 5, 1),
    ]


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize(
    "unit", ["A='\n", 'A="\\"\n', "\n", "A\n", "A=" + " " * 50, "A= ${", "A=${B:-", "\\", "'", "A=` # '", "\u2028"]
)
def test_no_file_takes_long(unit: str, dialect: str) -> None:
    lines = (unit * 5000).splitlines()
    assert all(fact.at.line <= len(lines) + 1 for fact in extract(".env", (unit * 5000).encode(), dialect))
    expand(parse(unit * 5000, dialect) if dialect != "compose" else {}, {}, dialect)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_any_bytes_can_be_read_and_sites_lie_in_the_file(dialect: str) -> None:
    pick = random.Random(7)
    pieces = [
        b"A",
        b"=",
        b"'",
        b'"',
        b"`",
        b"\\",
        b"\n",
        b"\r",
        b"\r\n",
        b"$",
        b"{",
        b"}",
        b":-",
        b" ",
        b"#",
        b"\xff",
        "😀".encode(),
    ]
    for _ in range(500):
        data = b"".join(pick.choice(pieces) for _ in range(30))
        lines = data.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n").split("\n")
        for fact in extract("p/.env", data, dialect):
            at = fact.at
            assert 1 <= at.line <= at.end_line <= len(lines)
            assert 1 <= at.column <= len(lines[at.line - 1]) + 1
            assert 1 <= at.end_column <= len(lines[at.end_line - 1]) + 1
            if isinstance(fact, EnvSet) and not fact.name.startswith("\n"):
                assert lines[at.line - 1][at.column - 1 :].startswith(fact.name[:1])
