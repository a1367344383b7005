"""The prefilter: what makes a file worth parsing, and what does not."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rtlint.extract.prefilter import PREFILTERED, Trigger, may_matter, without_comments, without_type_imports
from rtlint.extract.triggers import _triggers, pattern_of, quick_look

TRIGGERS = [trigger for kind in ("javascript", "python", "php") for trigger in _triggers(kind)[1]]


@pytest.mark.parametrize("trigger", TRIGGERS, ids=lambda trigger: trigger.pattern[:40].decode())
def test_every_match_holds_what_it_needs(trigger: Trigger) -> None:
    @settings(max_examples=100, deadline=None)
    @given(st.from_regex(re.compile(trigger.pattern)))
    def holds(text: bytes) -> None:
        for texts in trigger.needs:
            assert any(one in text for one in texts)
        if trigger.harmless:
            assert text.count(trigger.needs[0][0]) != sum(map(text.count, trigger.harmless))

    holds()


@pytest.mark.parametrize("trigger", [trigger for trigger in TRIGGERS if trigger.harmless])
def test_what_is_harmless_matches_nothing(trigger: Trigger) -> None:
    assert trigger.needs[0][1:] == ()
    for text in trigger.harmless:
        assert text.count(trigger.needs[0][0]) == 1
        assert not re.search(trigger.pattern, b"\n  " + text + b"x);\n" + text + b")")


@pytest.mark.parametrize("kind", sorted(PREFILTERED))
def test_a_quick_look_covers_all_words_and_triggers(kind: str) -> None:
    looks = quick_look(kind, (b"extraToken",))
    if kind in {"html", "template"}:
        assert looks == []
        return
    words, triggers = _triggers(kind)
    assert set(words) <= set(looks[0][0][0])
    assert (b"extraToken" in looks[0][0][0]) == (kind in {"javascript", "vue", "svelte"})
    assert [needs for needs, _ in looks[1:]] == [trigger.needs for trigger in triggers]


MATTERS = """
process.env.NODE_ENVX | process.env.NODE | process.env.PORT | process.env["A"] | const {A} = process.env;
process . env.X | process.env ?? {} | process?.env?.KEY | import.meta.env.X | const {env} = import.meta;
Bun.env.X | 'cable' | from "ably" | ably/promises | console.error = f | console['log'] = f | const c = console;
Object.assign(console, {error() {}}) | use(console) | (console as any).warn = f | console.log.bind(console)
console?.error?.apply(x) | list.forEach(console.log) | window.onerror = f | addEventListener('error', f)
addEventListener( "unhandledrejection", f) | $(window).on('error', f) | new Pusher(k) | io('/x')
XMLHttpRequest.prototype.open = f | window.fetch = f | Object.defineProperty(window, 'fetch', {})
app.get('/x', f) | new WebSocket(u) | window["fetch"] = f | EventSource = Fake | // rtlint: ignore[RT101]
"""
PASSED_OVER = """
process.env.NODE_ENV | process.env.NODE_ENV === 'x' | import.meta.url | applicable | probably | console.log('x')
console?.error(x) | the console. Then | console . warn ( x ) | addEventListener('click', f) | image.onerror
fetch('/x') | router.push('/x') | new XMLHttpRequest() | event.preventDefault() | studio(x) === 1
"""


COMMENTS = """\
import a from 'a';
  // new WebSocket(url), as pusher did
/* process.env.X */
/**
 * Not `console.error = f`.
 **/
export const b = a; /* c */
"""


def test_what_only_comments_speak_of_is_passed_over() -> None:
    pattern = pattern_of("javascript", ())
    assert not may_matter("a.ts", COMMENTS.encode(), pattern)
    assert not may_matter("a.ts", COMMENTS.replace("\n", "\r\n").encode(), pattern)
    assert may_matter("a.ts", COMMENTS.encode() + b"// rtlint: ignore[RT101]\n", pattern)
    assert may_matter("a.vue", COMMENTS.encode(), pattern)
    for code in ("/* a */ new WebSocket(u)", "f(); // new WebSocket(u)", "x\n* process.env.X", "'//' + process.env.X"):
        assert may_matter("a.ts", f"{COMMENTS}{code}\n".encode(), pattern)
        assert may_matter("a.ts", f"{code}\n{COMMENTS}".encode(), pattern)


@pytest.mark.parametrize(
    "text",
    [
        "/*\nnew WebSocket(u)\n*/\n",
        "`\n/*\n`; new WebSocket(u); /** b */\n",
        "/*\n * new WebSocket(u)\n",
        "/* a\n * b */ new WebSocket(u)\n",
        "// a\rnew WebSocket(u)\r",
    ],
)
def test_what_may_be_no_comment_is_kept(text: str) -> None:
    assert without_comments(text.encode()) == text.encode()


def lines(text: str) -> list[str]:
    return [one.strip() for line in text.strip().splitlines() for one in line.split(" | ")]


@pytest.mark.parametrize("text", lines(MATTERS))
def test_what_matters(text: str) -> None:
    assert may_matter("a.ts", f"a;\n{text}\nb;\n".encode(), pattern_of("javascript", ()))


@pytest.mark.parametrize("text", lines(PASSED_OVER))
def test_what_is_passed_over(text: str) -> None:
    assert not may_matter("a.ts", f"a;\n{text}\nb;\n".encode(), pattern_of("javascript", ()))


@pytest.mark.parametrize(
    "statement",
    [
        'import type { Socket } from "socket.io-client";',
        "import type {\n  A,\n  B as C,\n} from 'x'",
        "import type * as P from 'x';",
        "import type P from 'x';",
        "  export type { A } from 'x';",
        "import type\n{ A }\nfrom\n'x'",
        'import type P from"x"',
    ],
)
@pytest.mark.parametrize(("before", "behind"), [("", ""), ("a();\n", "\nb('c');\n"), ("import x from 'x';\n", "\n")])
def test_imports_of_types_are_left_out(statement: str, before: str, behind: str) -> None:
    text = f"{before}{statement}{behind}{statement}\n" if behind else statement
    left = without_type_imports(text.encode()).decode()
    assert not {"type", "Socket", "A"} & set(re.findall(r"\w+", left))
    assert re.sub(r"[;\s]", "", left) == re.sub(r"[;\s]", "", before + behind)


@pytest.mark.parametrize(
    "text",
    [
        "import type from 'x';",
        "import type, { A } from 'x';",
        "import { type A } from 'x';",
        "import types from 'x';",
        "type A = 'from'; const b = 'x';",
        "import type A = require('x');",
        "export type A = 'b' | 'c';\nimport 'x';",
        "export type A = { b: 'c' };\nnew Pusher('x');",
        "import type A\nfoo(); from('x');",
        "import type A from 'x",
        "import type A from 'x\n';",
        "import type A from",
        "const text = `\nimport type`;",
        "",
    ],
)
def test_nothing_else_is_left_out(text: str) -> None:
    assert without_type_imports(text.encode()) == text.encode()


def test_many_imports_of_types_take_linear_time() -> None:
    for text in (
        b"import type a\n" * 100_000,
        b"import type a\n" * 100_000 + b"'",
        b"import type a from 'x\n" * 50_000,
    ):
        assert len(without_type_imports(text)) == len(text)


@pytest.mark.parametrize(
    ("text", "matters"), [("import type {{ S }} from '{}';", False), ("import S from '{}';", True)]
)
def test_a_script_that_needs_only_types_does_not_matter(text: str, matters: bool) -> None:
    data = (text.format("pusher-js") + "\nexport const a: S = make();\n").encode()
    assert may_matter("src/a.ts", data, pattern_of("javascript", ())) == matters
    assert may_matter("src/a.ts", b"// rtlint: off\n" + data, pattern_of("javascript", ()))
