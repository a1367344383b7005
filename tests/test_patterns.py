"""Regular expressions that are compiled when they are first used do what compiled ones do."""

from __future__ import annotations

import copy
import re
from typing import Any

import pytest

from rtlint.patterns import regex


def test_what_is_asked_is_answered_as_by_a_compiled_expression() -> None:
    late, compiled = regex(r"(?P<word>\w+) b", re.IGNORECASE), re.compile(r"(?P<word>\w+) b", re.IGNORECASE)
    for text in ("A B", "x", "ab c A b"):
        assert bool(late.match(text)) == bool(compiled.match(text))
        assert late.findall(text) == compiled.findall(text)
        assert late.sub("-", text) == compiled.sub("-", text)
    assert (late.pattern, late.flags, late.groupindex) == (compiled.pattern, compiled.flags, compiled.groupindex)
    found = regex(rb"a+").search(b"baa")
    assert found is not None
    assert found.span() == (1, 3)


def test_it_is_compiled_once_and_only_when_it_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[object] = []
    compile_ = re.compile

    def counted(*given: Any) -> Any:
        made.append(given)
        return compile_(*given)

    monkeypatch.setattr("rtlint.patterns.re.compile", counted)
    late = regex("a")
    assert made == []
    assert [bool(late.search("a")) for _ in range(3)] == [True] * 3
    assert made == [("a", 0)]


def test_what_no_expression_has_it_has_not() -> None:
    with pytest.raises(AttributeError):
        regex("a").nothing  # type: ignore[attr-defined]  # noqa: B018 - to ask is the test.
    assert copy.copy(regex("a")).search("a")
