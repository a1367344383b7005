"""Expressions and facts that are read when somebody asks for them are those that would have been read at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from rtlint.ddl import VIEWS_PATH, table_name
from rtlint.extract import extract
from rtlint.extract.html import extract as extract_html
from rtlint.extract.javascript import script
from rtlint.extract.javascript.later import opened
from rtlint.extract.javascript.modules import modules
from rtlint.extract.javascript.parser import Positions, Source
from rtlint.facts.expressions import ArrayLiteral, Literal, Unknown
from rtlint.facts.files import FileFacts, SourceFile
from rtlint.facts.groups import GROUPED, GROUPS, FactGroup, flat
from rtlint.facts.later import Later
from rtlint.facts.raw import Binding, CallSite, Export, FlagTest, RawFact
from rtlint.facts.servers import ServerCall
from rtlint.pipeline.pickles import load_facts, pickled_facts

SCRIPT = """\
import { env } from './env'
import fastify from 'fastify'
export const url = `${env.HOST}/ws`, { port = 80 } = env
let changed = 1
changed = 2
const options = { a: 1 }
options.b = process.env.B
export function connect(host) { if (env.ON) return host + url; return null }
enum Kind { One = 'one' }
class Client {
  path = '/x'
  get whole() { return url + this.path }
  constructor() { this.key = env.KEY }
  reset() { return connect('a') }
}
const app = fastify()
app.get('/a', (q, r) => connect(env.ON ? 'b' : 'c'))
export default { start: connect, text: "é" }
"""


def file(path: str = "src/a.ts") -> SourceFile:
    return SourceFile(path, "javascript", "app", False, len(SCRIPT))


def held(fact: RawFact, name: str) -> Any:
    return vars(type(fact))[name].held(fact)


def test_expressions_are_those_that_are_read_at_once() -> None:
    builder, captures = opened(Source(Positions("src/a.ts", SCRIPT.encode()), "typescript"))
    at_once = list(modules(builder, captures["call"], captures["assign"]))
    later = [
        fact for fact in extract(file(), SCRIPT.encode()).facts if isinstance(fact, type(at_once[0]) | Binding | Export)
    ]
    assert [held(fact, "value").__class__ for fact in later if isinstance(fact, Binding)].count(Later) >= 10
    assert later == at_once
    assert not [fact for fact in later if isinstance(fact, Binding) and held(fact, "value").__class__ is Later]


def test_constants_are_read_at_once() -> None:
    (fact,) = (
        fact for fact in extract_html("a.html", b"<script>export default 'x'</script>") if isinstance(fact, Export)
    )
    assert isinstance(held(fact, "value"), Literal)


@pytest.mark.parametrize("kind", [FlagTest, CallSite, ServerCall])
def test_facts_of_groups_are_read_when_they_are_asked_for(kind: type[RawFact]) -> None:
    found = extract(file(), SCRIPT.encode())
    assert not [fact for fact in found.facts if isinstance(fact, kind)]
    assert [fact for fact in flat(found.facts, GROUPED[kind]) if isinstance(fact, kind)]
    assert {type(fact) for fact in flat(found.facts, GROUPED[kind])}.isdisjoint(
        other for name, kinds in GROUPS.items() for other in kinds if name != GROUPED[kind]
    )


def test_a_script_without_conditions_has_no_group_of_them() -> None:
    names = [
        fact.name
        for fact in script(Positions("a.js", b"export const a = 1"), "javascript")
        if isinstance(fact, FactGroup)
    ]
    assert names == []


def sent(found: FileFacts, content: Callable[[str], bytes | None]) -> FileFacts:
    back: FileFacts = load_facts(pickled_facts(found), content)
    return back


@pytest.mark.parametrize("path", ["src/a.ts", "page.html", "a.vue"])
def test_what_was_sent_is_read_from_the_file(path: str) -> None:
    page = f"<p>é</p>\n<script lang='ts'>\n{SCRIPT}</script>\n<script lang='ts'>const second = {{a: [1]}}</script>\n"
    data = (SCRIPT if path.endswith(".ts") else page).encode()
    source = SourceFile(path, {"s": "javascript", "l": "html", "e": "vue"}[path[-1]], "app", False, 1)
    asked: list[str] = []

    def content(name: str) -> bytes:
        asked.append(name)
        return data

    back = sent(extract(source, data, force=True), content)
    assert asked == []
    assert tuple(flat(back.facts)) == tuple(flat(extract(source, data, force=True).facts))
    assert set(asked) == {path}


@pytest.mark.parametrize("content", [None, SCRIPT.replace("/ws", "/wt").encode(), b"", b"\0" * 50])
def test_what_has_changed_meanwhile_is_unknown(content: bytes | None) -> None:
    back = sent(extract(file(), SCRIPT.encode()), lambda _: content)
    values = [fact.value for fact in back.facts if isinstance(fact, Binding)]
    assert any(isinstance(value, Unknown) and value.reason == "changed during the run" for value in values)
    assert all(fact.facts == () for fact in back.facts if isinstance(fact, FactGroup))
    assert not [fact for fact in flat(back.facts) if isinstance(fact, CallSite)]


@pytest.mark.parametrize(
    ("added", "same"), [("// more\n", True), ("\n\n  // one\n// two", True), ("changed = 3\n", False)]
)
def test_comments_at_the_end_change_nothing_that_is_kept(added: str, same: bool) -> None:
    before, after = (pickled_facts(extract(file(), text.encode())) for text in (SCRIPT, SCRIPT + added))
    assert (before == after) == same


def test_a_closed_script_is_opened_again_but_not_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rtlint.extract.javascript.later._MAX_OPEN", 1)
    monkeypatch.setattr("rtlint.extract.javascript.later._MAX_PARSED_BYTES", 200)
    text = "".join(f"export const a{number} = make({number})\n" for number in range(20))
    one, other = (
        [fact for fact in extract(file(name), text.encode(), force=True).facts if isinstance(fact, Binding)]
        for name in ("a.ts", "b.ts")
    )
    reasons = []
    for first, second in zip(one, other, strict=True):
        for value in (first.value, second.value):
            reasons.append(value.reason if isinstance(value, Unknown) else "")
    assert reasons[:8] == [""] * 8
    assert set(reasons[8:]) == {"in a file that is asked too often"}
    again = [fact for fact in extract(file(), text.encode(), force=True).facts if isinstance(fact, Binding)]
    assert not [fact for fact in again if isinstance(fact.value, Unknown)]


def test_the_nodes_of_all_expressions_of_a_script_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rtlint.extract.javascript.expressions.MAX_TOTAL", 50)
    text = "".join(f"export const a{number} = [1, 2, 3]\n" for number in range(30))
    found = [fact.value for fact in extract(file(), text.encode(), force=True).facts if isinstance(fact, Binding)]
    assert isinstance(found[5], ArrayLiteral)
    assert isinstance(found[-1], Unknown)


def test_the_order_of_questions_changes_no_answer() -> None:
    text = (
        "export const a = () => { const x = env.A; return x }\nexport const b = () => { const y = env.B; return y }\n"
    )
    forwards, backwards = (list(extract(file(), text.encode(), force=True).facts) for _ in range(2))
    assert [str(fact) for fact in forwards] == [str(fact) for fact in reversed(backwards)][::-1]


def test_no_rule_reads_what_is_in_groups() -> None:
    views = VIEWS_PATH.read_text(encoding="utf-8")
    words = set(views.replace(",", " ").replace(";", " ").replace("(", " ").replace(")", " ").split())
    assert words.isdisjoint(table_name(kind) for kind in GROUPED)
