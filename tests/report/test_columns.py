from __future__ import annotations

import json

import pytest

from rtlint.facts.site import Site
from rtlint.findings import Edit, Finding, Fix
from rtlint.report import Options, write
from rtlint.report.columns import Columns
from tests.report.sample import report

LINES = ("\tkey = 'é'", "😀 = 日本 # x", "", "e\u0301 \ud800 a\u2028b\x0bc", "last")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_columns_count_the_units_before_a_place(end: str) -> None:
    columns = Columns({"a": end.join(LINES)})
    for number, line in enumerate(LINES, 1):
        for before in range(len(line) + 1):
            utf8 = len(line[:before].encode("utf-8", "surrogatepass"))
            utf16 = len(line[:before].encode("utf-16-le", "surrogatepass")) // 2
            assert columns.utf8("a", number, before + 1) == utf8 + 1
            assert columns.utf16("a", number, before + 1) == utf16 + 1


def test_where_there_is_no_text_a_character_is_one_unit() -> None:
    columns = Columns({"a": "é"})
    assert (columns.utf8("b", 1, 5), columns.utf16("b", 1, 5)) == (5, 5)
    assert (columns.utf8("a", 7, 5), columns.utf16("a", 7, 5)) == (5, 5)


@pytest.mark.parametrize(("start", "end"), [(3, 5), (3, 3)])
def test_what_a_fix_replaces_is_the_same_text_in_bytes_and_in_utf16(start: int, end: int) -> None:
    line = "é😀xy = 1"
    edit = Edit(Site("a", 2, start, 2, end), "new")
    finding = Finding("RT405", "unread-flag", "note", edit.at, "m", fix=Fix("rename it", True, (edit,)))
    found = report(finding, sources={"a": f"\t😀\r\n{line}\r\n"})
    (suggestion,) = json.loads(write("rdjson", found, Options()))["diagnostics"][0]["suggestions"]
    data, place = line.encode(), suggestion["range"]
    assert data[place["start"]["column"] - 1 : place["end"]["column"] - 1].decode() == line[start - 1 : end - 1]
    result = json.loads(write("sarif", found, Options()))["runs"][0]["results"][0]
    region = result["fixes"][0]["artifactChanges"][0]["replacements"][0]["deletedRegion"]
    units = line.encode("utf-16-le")[2 * region["startColumn"] - 2 : 2 * region["endColumn"] - 2]
    assert units.decode("utf-16-le") == line[start - 1 : end - 1]
