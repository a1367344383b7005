from __future__ import annotations

import pytest
from lsprotocol import types

from rtlint.facts.site import Site
from rtlint.server.positions import Encoding, lines_of

TEXT = "const é = '😀'; x\r\nsecond\n"
LINES = lines_of(TEXT)


@pytest.mark.parametrize(("name", "character"), [("utf-8", 20), ("utf-16", 17), ("utf-32", 16), ("unknown", 17)])
def test_columns_in_the_clients_units(name: str, character: int) -> None:
    encoding = Encoding(name)
    assert encoding.position(LINES, 1, 17) == types.Position(0, character - 1 + 1)
    assert encoding.column(LINES[0], character) == 17


def test_lines_have_no_ends() -> None:
    assert LINES == ["const é = '😀'; x", "second", ""]


def test_what_lies_outside_of_the_text_is_clamped() -> None:
    encoding = Encoding("utf-16")
    assert encoding.position(LINES, 9, 4) == types.Position(8, 0)
    assert encoding.column("ab", 99) == 3
    assert encoding.range(LINES, Site("a", 2, 1, 2, 7)) == types.Range(types.Position(1, 0), types.Position(1, 6))
