from __future__ import annotations

import pytest

from rtlint.extract.dotenv_text import Lines, verbatim
from rtlint.extract.interpolation import (
    MAX_DEPTH,
    Interpolated,
    InvalidInterpolationError,
    RequiredVariableError,
    has_only_defaults,
    interpolate,
    parse,
    split_outside,
)
from rtlint.facts.expressions import GIVEN_LATER, Binary, Conditional, EnvVar, Fallback, Literal, Template, Unknown
from rtlint.facts.site import Site

ENVIRON = {"SET": "value", "EMPTY": "", "OTHER": "o"}


def read(text: str) -> Interpolated:
    return parse(verbatim(Lines("f", text), 0, len(text)))


def site(start: int, end: int) -> Site:
    return Site("f", 1, start, 1, end)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("plain", "plain"),
        ("$SET", "value"),
        ("${SET}", "value"),
        ("$SET-x.$OTHER", "value-x.o"),
        ("${UNSET}", ""),
        ("$UNSET.", "."),
        ("${SET:-d}", "value"),
        ("${EMPTY:-d}", "d"),
        ("${UNSET:-d}", "d"),
        ("${EMPTY-d}", ""),
        ("${UNSET-d}", "d"),
        ("${UNSET-}", ""),
        ("${UNSET:-a:-b}", "a:-b"),
        ("${UNSET:-http://h:1/?x}", "http://h:1/?x"),
        ("${SET:+r}", "r"),
        ("${EMPTY:+r}", ""),
        ("${UNSET:+r}", ""),
        ("${EMPTY+r}", "r"),
        ("${UNSET+r}", ""),
        ("${SET:?e}", "value"),
        ("${EMPTY?e}", ""),
        ("${UNSET:-${OTHER}}", "o"),
        ("${UNSET:-${EMPTY:-$OTHER}}/${SET}", "o/value"),
        ("${UNSET:-a${OTHER}b}c}", "aobc}"),
        ("${UNSET:-{a}}", "{a}"),
        ("${UNSET:-{}", "{"),
        ("${UNSET-$$}", "$"),
        ("$$SET $$$SET $$$$", "$SET $value $$"),
        # compose-go leaves a `$` alone that begins no name.
        ("$ $1 $. $", "$ $1 $. $"),
        ("$SETü", "valueü"),
    ],
)
def test_interpolate(text: str, expected: str) -> None:
    assert interpolate(text, ENVIRON) == expected


@pytest.mark.parametrize(
    "text", ["${", "${}", "${1}", "${A", "${A B}", "${A/b/c}", "${A:}", "x${UNSET:-${}}", "${A:-\n}"]
)
def test_invalid_expressions(text: str) -> None:
    with pytest.raises(InvalidInterpolationError):
        interpolate(text, ENVIRON)
    found = read(text)
    assert [problem.code for problem in found.problems] == ["RT901"]
    assert found.problems[0].at == Site("f", 1, text.rindex("${") + 1, 1, text.rindex("${") + 3)


def test_other_parts_are_read_beside_an_invalid_one() -> None:
    found = read("${1}${SET}")
    assert [reference.name for reference in found.references] == ["SET"]
    assert isinstance(found.value, Template)
    assert isinstance(found.value.parts[0], Unknown)


@pytest.mark.parametrize(
    ("text", "message"),
    [("${UNSET:?set $OTHER}", "set o"), ("${EMPTY:?}", "EMPTY"), ("${UNSET?}", "UNSET"), ("${UNSET?no}", "no")],
)
def test_required_variables(text: str, message: str) -> None:
    with pytest.raises(RequiredVariableError) as caught:
        interpolate(text, ENVIRON)
    assert str(caught.value) == message


def test_plain_text_is_a_literal() -> None:
    assert read("a$$b").value == Literal(site(1, 5), "a$b")
    assert read("").value == Literal(site(1, 1), "")


def test_places_and_references() -> None:
    found = read("😀 ${A:-x${B}}$C")
    inner = Template(site(8, 13), (Literal(site(8, 9), "x"), EnvVar(site(9, 13), "B", "compose")))
    assert found.value == Template(
        site(1, 16),
        (
            Literal(site(1, 3), "😀 "),
            Fallback(site(3, 14), ":-", EnvVar(site(3, 14), "A", "compose"), inner),
            EnvVar(site(14, 16), "C", "compose"),
        ),
    )
    assert [(each.at, each.name, each.operator, each.default) for each in found.references] == [
        (site(3, 14), "A", ":-", "x${B}"),
        (site(9, 13), "B", "", ""),
        (site(14, 16), "C", "", ""),
    ]


def test_alternative_and_required_values() -> None:
    at = site(1, 8)
    variable = EnvVar(at, "A", "compose")
    replacement, empty = Literal(site(6, 7), "r"), Literal(at, "")
    assert read("${A:+r}").value == Conditional(at, variable, replacement, empty)
    shorter = site(1, 7)
    found = read("${A+r}").value
    assert isinstance(found, Conditional)
    assert found.test == Binary(shorter, "!==", EnvVar(shorter, "A", "compose"), Literal(shorter, None))
    assert read("${A:?r}").value == Fallback(at, ":-", variable, Unknown(at, GIVEN_LATER))


def test_nesting_is_bounded() -> None:
    text = "${A:-" * (MAX_DEPTH + 5) + "x" + "}" * (MAX_DEPTH + 5)
    found = read(text)
    assert [problem.code for problem in found.problems] == ["RT905"]
    assert len(found.references) == MAX_DEPTH


@pytest.mark.parametrize("unit", ["${", "${A:-", "${A:-{", "{", "}", "$", "${A:-}", "${A}${"])
def test_no_text_takes_long(unit: str) -> None:
    text = unit * 10_000
    assert {problem.code for problem in read(text).problems} <= {"RT901", "RT905"}
    assert split_outside(text, ";") == [(0, len(text))]


def test_split_outside_of_expressions() -> None:
    text = "${A:-1:2}:b:$C"
    assert [text[start:end] for start, end in split_outside(text, ":")] == ["${A:-1:2}", "b", "$C"]
    assert split_outside("", ":") == [(0, 0)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x", True),
        ("${A:-1}", True),
        ("${A-${B:-2}}", True),
        ("${A:-$B}", False),
        ("$A", False),
        ("${A:?x}", False),
        ("${", False),
    ],
)
def test_has_only_defaults(text: str, expected: bool) -> None:
    assert has_only_defaults(text) is expected
