from __future__ import annotations

import re

import pytest

from rtlint.facts.site import Site
from rtlint.findings import Evidence, Finding
from rtlint.report import Options, write
from rtlint.report.visible import visible, width
from tests.report.sample import FLAG, MISMATCH, report

PLAIN = Options(width=100)

EXPECTED = """\
error[RT201] auth-endpoint-mismatch: the auth endpoint is '/api/pusher/auth' here and '/api/v1/pusher/auth' elsewhere
 --> docker-compose.yml:4:7
  |
3 |     environment:
4 |       VITE_PUSHER_AUTH_ENDPOINT: "/api/pusher/auth"
  |       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ set here
5 |       PUSHER_SECRET: "************"
 --> src/config.ts:1:40
  |
1 | …; export const ENDPOINT = import.meta.env.VITE_PUSHER_AUTH_ENDPOINT || '/api/v1/pusher/auth';
  |                            ----------------------------------------- read here
  |                                                                         --------------------- the other path is here
  = You will see: `received status: 404`
  = Fix: name one path in every source

warning[RT405] unread-flag: ************ is read by nothing
 --> docker-compose.yml:5:7
  |
4 |       VITE_PUSHER_AUTH_ENDPOINT: "/api/pusher/auth"
5 |       PUSHER_SECRET: "************"
  |       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

1 error, 1 warning in 12 files (3 read), 0.12 s
"""


def test_a_whole_report() -> None:
    assert write("text", report(MISMATCH, FLAG), PLAIN) == EXPECTED


def test_no_findings_says_so_and_quiet_says_nothing() -> None:
    assert write("text", report(), PLAIN) == "No findings in 12 files (3 read), 0.12 s\n"
    assert write("text", report(), Options(quiet=True)) == ""


def test_verbose_lists_what_was_not_understood() -> None:
    assert "1 place not understood:\n  src/rt.ts:3:5 parameter" in write("text", report(), Options(verbose=1))


def test_colours_and_links_only_when_wanted() -> None:
    assert "\x1b" not in write("text", report(MISMATCH), PLAIN)
    text = write("text", report(MISMATCH), Options(color=True, links=True))
    assert "\x1b]8;;https://example.com/rules/RT201\x1b\\RT201\x1b]8;;\x1b\\" in text
    assert "\x1b[1;31m" in text


HOSTILE = "evil \x1b[31m\x1b]0;title\x07 \u202egnp.js \u200b ::error file=x::y \r\x00\x9b\ud800"


@pytest.mark.parametrize("name", ["text", "concise"])
def test_what_the_repository_says_never_steers_the_terminal(name: str) -> None:
    at = Site(f"src/{HOSTILE}.ts", 1, 1, 1, 5)
    finding = Finding(
        "RT405", "unread-flag", "warning", at, HOSTILE, HOSTILE, HOSTILE, related=(Evidence(at, HOSTILE),)
    )
    text = write(name, report(finding, sources={at.path: HOSTILE}), PLAIN)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u202e\ud800-\udfff]", text)
    assert all(not line.startswith("::") for line in text.splitlines())


@pytest.mark.parametrize(
    ("line", "column", "end", "below"),
    [
        ("abc def", 5, 8, "def"),
        ("\tkey: value", 2, 5, "key"),
        ("日本 = x", 6, 7, "x"),
        ("é😀 = x", 6, 7, "x"),
        ("e\u0301 = x", 6, 7, "x"),
        ("a\u202eb = x", 7, 8, "x"),
        ("x" * 300 + " target " + "y" * 300, 302, 308, "target"),
    ],
)
def test_carets_stand_below_what_they_mean(line: str, column: int, end: int, below: str) -> None:
    finding = Finding("RT405", "unread-flag", "warning", Site("a", 1, column, 1, end), "message")
    rows = write("text", report(finding, sources={"a": line}), PLAIN).splitlines()
    position = next(number for number, row in enumerate(rows) if "^" in row)
    source, carets = rows[position - 1], rows[position]
    start = carets.index("^")
    covered, seen = "", 0
    for char in source:
        if start <= seen < start + carets.count("^"):
            covered += char
        seen += width(char)
    assert covered == below
    assert all(width(row) <= 100 for row in rows)


def test_visible_shows_controls_as_what_they_are() -> None:
    assert visible("a\x1bb\x7f\u202e") == "a\u241bb\u2421\\u202e"


def test_a_range_of_several_long_lines_is_marked_at_its_first() -> None:
    line = "x" * 200
    finding = Finding(
        "RT405", "unread-flag", "note", Site("a", 1, 1, 1, 2), "m", related=(Evidence(Site("a", 5, 150, 6, 3), "here"),)
    )
    text = write("text", report(finding, sources={"a": "\n".join([line] * 7)}), PLAIN)
    assert "- here" in text
