"""`rtlint report`: what it says of the sample projects, and what a hostile repository can't make it say."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from rtlint.cli import main
from rtlint.pipeline.portrait import portray
from rtlint.portraits import NO, NONE, UNKNOWN, YES, Edge, Map, Node, Portrait
from rtlint.report import page, page_markdown
from rtlint.report.page_map import svg
from rtlint.rules import builtin_rules
from tests.report.test_hostile import CONTROL, EVIL, hostile

__all__ = ["hostile"]

PROJECTS = Path(__file__).parents[1] / "projects"
ELEMENTS = set(
    "html head meta title style body a header h1 p span main section h2 h3 div table caption thead tbody tr th td ul "
    "li code svg desc text g rect path details summary strong article dl dt dd pre mark footer".split()
)


def rtlint(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["report", *map(str, arguments)])


def verdicts(name: str) -> dict[str, str]:
    (package,) = portray(PROJECTS / name).packages
    return {answer.question: answer.verdict for answer in package.answers}


def test_the_scenario_is_not_true() -> None:
    portrait = portray(PROJECTS / "scenario")
    assert portrait.verdict == NO
    assert verdicts("scenario") == {
        "The client is installed": YES,
        "It is configured in every environment": NO,
        "It is constructed": YES,
        "Code subscribes to channels": YES,
        "The backend serves the auth endpoint": NO,
        "The switches agree": NO,
        "Its errors are visible": NO,
        "All sockets of the application go through the client": YES,
        "The development server's own sockets can connect": NO,
    }
    codes = {code for package in portrait.packages for answer in package.answers for code in answer.codes}
    assert codes == {"RT201", "RT202", "RT302", "RT306", "RT405", "RT501", "RT502", "RT602"}


def test_its_repaired_twin_is_true_but_for_what_only_a_run_can_tell() -> None:
    found = verdicts("repaired")
    assert found.pop("It is configured in every environment") == UNKNOWN
    assert set(found.values()) == {YES}
    assert portray(PROJECTS / "repaired").verdict == UNKNOWN


def test_a_native_socket_beside_the_client_is_told(tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text('{"dependencies": {"pusher-js": "^8.4.0", "vite": "^7.0.0"}}')
    (tmp_path / "live.ts").write_text(
        "import Pusher from 'pusher-js';\nexport const a = new Pusher('a1b2c3d4', { cluster: 'eu' });\n"
        "export const b = new WebSocket('wss://live.example.com');\n"
    )
    answers = {answer.question: answer for answer in portray(tmp_path).packages[0].answers}
    told = answers["All sockets of the application go through the client"]
    assert (told.verdict, told.codes) == (NO, ("RT101",))
    assert answers["Code subscribes to channels"].verdict == UNKNOWN
    assert answers["The development server's own sockets can connect"].verdict == NONE


def test_a_repository_without_a_client_gets_a_short_honest_page(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("print(1)\n")
    portrait = portray(tmp_path)
    assert (portrait.verdict, portrait.packages, portrait.map.nodes) == (NONE, (), ())
    assert "No real-time client that rtlint knows was found" in page.write(portrait)
    assert "No real-time client that rtlint knows was found" in page_markdown.write(portrait)


def test_every_yes_has_evidence_or_a_count(tmp_path: Path) -> None:
    for name in ("scenario", "repaired"):
        for answer in portray(PROJECTS / name).packages[0].answers:
            assert answer.verdict != YES or answer.places or re.search(r"\d", answer.text), answer


def test_the_map_leads_from_the_client_to_the_route() -> None:
    found = portray(PROJECTS / "repaired").map
    ways = {(found.nodes[edge.start].column, found.nodes[edge.end].title) for edge in found.edges}
    assert (0, "authEndpoint") in ways
    assert (2, "POST /api/v1/pusher/auth") in ways
    assert (3, "/api/v1/pusher/auth") in ways
    assert not any(edge.broken for edge in found.edges)
    broken = portray(PROJECTS / "scenario").map
    assert {edge.label for edge in broken.edges if edge.broken} == {"no value", "not served"}


def test_the_map_shows_the_proxies_that_change_the_path(tmp_path: Path) -> None:
    rule = next(rule for rule in builtin_rules(examples=True) if rule.code == "RT202")
    example = next(item for item in rule.examples if item.name == "nginx takes a prefix off that the backend wants")
    for name, text in example.files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    found = portray(tmp_path).map
    (proxy,) = [number for number, node in enumerate(found.nodes) if node.column == 4]
    assert found.nodes[proxy].detail.startswith("rewritten here to ")
    assert [found.nodes[edge.start].column for edge in found.edges if edge.end == proxy] == [3]
    assert [found.nodes[edge.end].column for edge in found.edges if edge.start == proxy] == [5]


def test_a_map_shows_what_is_broken_in_words_and_in_form() -> None:
    nodes = (Node(0, "a", "b", None), Node(1, "<c>", "d" * 80, None, broken=True))
    drawn = svg(Map(nodes, (Edge(0, 1, "not served", broken=True),)), str)
    assert drawn.count("<rect") == 2
    assert '<rect class="broken"' in drawn
    assert '<path class="broken"' in drawn
    assert ">not served</text>" in drawn
    assert "&lt;c&gt;" in drawn
    assert "…" in drawn


def test_two_equal_runs_give_equal_bytes_and_files_can_be_written(tmp_path: Path) -> None:
    scenario = PROJECTS / "scenario"
    first = rtlint(scenario)
    assert first.exit_code == 0
    assert rtlint("--output-file", tmp_path / "r.html", scenario).output == ""
    assert (tmp_path / "r.html").read_text(encoding="utf-8") == first.output
    markdown = rtlint("--format", "markdown", scenario).output
    assert markdown.startswith("# Real-time setup of `scenario`\n")
    assert "| The backend serves the auth endpoint | ✗ not true |" in markdown


class Elements(HTMLParser):
    """Collects elements, attributes and ids."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: set[str] = set()
        self.attributes: set[tuple[str, str | None]] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        self.attributes |= set(attrs)


@pytest.fixture(scope="module")
def evil_portrait(hostile: Path) -> Portrait:
    portrait = portray(hostile)
    assert portrait.packages
    return portrait


def test_the_page_holds_nothing_that_the_repository_wrote_as_markup(evil_portrait: Portrait) -> None:
    text = page.write(evil_portrait)
    parser = Elements()
    parser.feed(text)
    assert parser.elements <= ELEMENTS
    assert not CONTROL.search(text.replace("\n", ""))
    names = {name for name, _ in parser.attributes}
    assert not names & {"src", "srcset", "onerror", "onload", "onclick", "action", "formaction"}
    links = {value for name, value in parser.attributes if name == "href"}
    assert all(value is not None and re.fullmatch(r"#(?:content|RT\d{3})", value) for value in links)
    ids = {value for name, value in parser.attributes if name == "id"}
    assert all(value is not None and re.fullmatch(r"content|map-title|map-desc|RT\d{3}", value) for value in ids)
    assert "http:" not in re.sub(r"evil\.example|http://", "", text)


def test_the_page_loads_nothing(evil_portrait: Portrait) -> None:
    text = page.write(evil_portrait)
    assert "<script" not in text
    assert "<link" not in text
    assert "@import" not in text
    assert "url(" not in text
    assert "default-src 'none'" in text


def test_markdown_holds_nothing_that_the_repository_wrote_as_markup(evil_portrait: Portrait) -> None:
    markdown_it = pytest.importorskip("markdown_it", reason="markdown-it-py is not installed")
    text = page_markdown.write(evil_portrait)
    assert not CONTROL.search(text.replace("\n", ""))
    tokens = markdown_it.MarkdownIt("gfm-like", {"linkify": False, "html": True}).parse(text)
    inline = [child for token in tokens for child in token.children or ()]
    assert not {token.type for token in (*tokens, *inline)} & {
        "link_open",
        "image",
        "html_block",
        "fence",
        "code_block",
    }
    assert {token.content for token in inline if token.type == "html_inline"} <= {"<br>"}
    prose = " ".join(token.content for token in inline if token.type == "text")
    assert "@everyone" not in prose
    assert not any(evil in prose for evil in EVIL if len(evil) > 4)
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert {line.count("|") for line in rows} <= {4, 5}
