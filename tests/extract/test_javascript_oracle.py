"""An independent parser for plain ES2017 scripts: both must see the same imports, constructions and reads."""

from __future__ import annotations

import random
from typing import Any

import esprima
import pytest

from rtlint.facts.raw import Construction, EnvRead, Import
from tests.extract.scripts import of

_PARTS = [
    "import P{n} from 'pusher-js';",
    "import {{ a{n}, b as c{n} }} from './m{n}';",
    "import * as ns{n} from 'x{n}';",
    "const k{n} = process.env.KEY_{n} || 'd';",
    "const q{n} = {{ a: process.env.A{n}, ['b']: [1, `t${{2}}`] }};",
    "function f{n}(x = 1, {{ y }}) {{ return new Pusher(process.env.K{n}, {{ cluster: y }}); }}",
    "class C{n} {{ go() {{ this.s = new WebSocket('ws://h/' + {n}); }} static m() {{ return new C{n}(); }} }}",
    "const g{n} = async (z) => {{ for (const i of z) {{ await new Echo({{ key: i }}); }} }};",
    "if (process.env.NODE_ENV === 'test') {{ new Pusher('k'); }} else {{ try {{ new Pusher(1) }} catch (e) {{}} }}",
    "label{n}: while (true) {{ switch (1) {{ case 1: new Echo(process.env['E{n}']); break label{n}; }} }}",
    "const r{n} = /new Pusher\\(x\\)/g, s{n} = \"new Pusher('no')\"; // new Pusher(no)",
    "new (class Own{n} {{}})(); new ns.Centrifuge(process.env.U{n} ? 1 : 2);",
]
_ORDINARY = {"Own", "C"}


def seen_by_esprima(source: str) -> tuple[list[Any], list[int], list[str]]:
    tree = esprima.parseModule(source, {"loc": True}).toDict()
    imports: list[Any] = []
    news: list[int] = []
    reads: list[str] = []
    pending = [tree]
    while pending:
        node = pending.pop()
        if isinstance(node, list):
            pending += node
        if not isinstance(node, dict):
            continue
        if node.get("type") == "ImportDeclaration":
            imports += [(node["source"]["value"], item["local"]["name"]) for item in node["specifiers"]]
        elif node.get("type") == "NewExpression":
            news.append(node["loc"]["start"]["line"])
        elif node.get("type") == "MemberExpression" and node["object"].get("type") == "MemberExpression":
            inner = node["object"]
            if inner["object"].get("name") == "process" and inner["property"].get("name") == "env":
                reads.append(node["property"].get("name") or node["property"].get("value"))
        pending += list(node.values())
    return sorted(imports), sorted(news), sorted(reads)


@pytest.mark.parametrize("seed", range(60))
def test_the_same_facts(seed: int) -> None:
    rng = random.Random(seed)
    parts = [part.format(n=number) for number, part in enumerate(rng.sample(_PARTS, rng.randint(3, len(_PARTS))))]
    source = "\n".join(parts)
    imports, news, reads = seen_by_esprima(source)
    assert sorted((fact.source, fact.local) for fact in of(Import, source, "a.js")) == imports
    assert sorted(fact.at.line for fact in of(Construction, source, "a.js") if fact.form == "new") == news
    assert sorted(fact.name for fact in of(EnvRead, source, "a.js")) == reads
