# ruff: noqa: E501
"""What expressions come to as people write them: sources in, the value of `x` in a.ts out, with the real extractor."""

from __future__ import annotations

import json

import pytest

from rtlint.extract import extract
from rtlint.facts.expressions import EnvVar, Expr, Name
from rtlint.facts.files import FileFacts, SourceFile
from rtlint.facts.site import Site
from rtlint.link.modules import Modules
from rtlint.link.outcomes import Outcome, Outcomes, Waypoint
from rtlint.link.values import Folder

AT = Site("a.ts", 1, 1, 1, 2)
VALUES = {
    "KEY": "abc",
    "BLANK": "",
    "ON": "true",
    "URL": "https://api.acme.test/v1/",
    "VITE_KEY": "vk",
    "NUXT_PUBLIC_WS_HOST": "h",
}


class Variables:
    def variable(self, expr: EnvVar, fold: object) -> Outcomes:
        if expr.name not in VALUES:
            return ()
        return (Outcome(VALUES[expr.name], "known", (Waypoint(Site(".env", 1, 1, 1, 9), "set here"),)),)


def folded(files: dict[str, str], name: str = "x", every: bool = False) -> Outcomes:
    sources = {path: SourceFile(path, _kind(path), "app", local=False, size=1) for path in files}
    facts: dict[str, FileFacts] = {}

    def load(path: str) -> FileFacts | None:
        facts[path] = extract(sources[path], files[path].encode(), force=True)
        return facts[path]

    for path in files:
        if not path.endswith(".json") or path.endswith("package.json"):
            load(path)
    modules = Modules(files, facts, load, lambda names: {name: frozenset(files) for name in names})
    expr: Expr = Name(AT, name)
    return Folder(modules, Variables(), every=every).fold("a.ts", expr)


def _kind(path: str) -> str:
    return "manifest" if path.endswith("package.json") else "json" if path.endswith(".json") else "javascript"


def shown(outcomes: Outcomes) -> list[str]:
    return [outcome.text if outcome.state == "known" else outcome.state for outcome in outcomes]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("const x = process.env.KEY", ["abc"]),
        ("const x = `${process.env.KEY}-${1 + 'a'}`", ["abc-1a"]),
        ("const x = (process.env.KEY as string)!", ["abc"]),
        ("const x = process.env.NONE ?? 'd'", ["d"]),
        ("const x = process.env.BLANK || 'd'", ["d"]),
        ("const { KEY: x = 'd' } = process.env", ["abc"]),
        ("const { NONE: x = 'd' } = process.env", ["d"]),
        ("enum E { A = 'one' }\nconst x = E.A", ["one"]),
        ("const c = Object.freeze({ a: { b: 'deep' } } as const)\nconst x = c.a.b", ["deep"]),
        ("const c = { get a() { return process.env.KEY } }\nconst x = c.a", ["abc"]),
        ("const c = { a() { return 'm' } }\nconst x = c.a()", ["m"]),
        ("const c = { a: '1', ...{ a: '2' } }\nconst x = c.a", ["2"]),
        ("const c = { ...{ a: '2' }, a: '1' }\nconst x = c.a", ["1"]),
        ("const k = 'a'\nconst c = { a: 'found' }\nconst x = c[k]", ["found"]),
        ("const c = { [k]: 1, a: 'sure' }\nconst x = c.a", ["sure"]),
        ("const c = { a: 'maybe', [k]: 1 }\nconst x = c.a", ["unknown"]),
        ("const c = ['p', 'q']\nconst x = c[1]", ["q"]),
        ("const c = ['p', 'q']\nconst x = c[Math.floor(Math.random() * 2)]", ["p", "q"]),
        ("const x = ['a', 'b'].join('/')", ["a/b"]),
        ("function getEnv(name, d) { return process.env[name] ?? d }\nconst x = getEnv('KEY')", ["abc"]),
        ("function getEnv(name, d) { return process.env[name] ?? d }\nconst x = getEnv('NONE', 'dd')", ["dd"]),
        (
            "const env = (k: string) => { const v = process.env[k]; if (!v) throw new Error(k); return v }\nconst x = env('KEY')",
            ["abc"],
        ),
        (
            "function f(e) { if (e === 'a') { return '1' } else if (e === 'b') { return '2' } return '3' }\nconst x = f('b')",
            ["2"],
        ),
        (
            "function f(e) { switch (e) { case 'a': return '1'; default: return '2' } }\nconst x = f('a') + f('z')",
            ["12"],
        ),
        ("function f() { try { return g() } catch { return '2' } }\nconst x = f()", ["unknown", "2"]),
        ("function f() { for (const a of b) { return a } return '1' }\nconst x = f()", ["unknown"]),
        ("function f() { log('x'); return '1' }\nconst x = f()", ["1"]),
        ("function f() { if (q()) return '1'; return '2' }\nconst x = f()", ["1", "2"]),
        ("function f({ host, port = '80' }) { return host + ':' + port }\nconst x = f({ host: 'h' })", ["h:80"]),
        ("const x = (({ a }) => a)({ a: 'z' })", ["z"]),
        ("const f = memo(function (a) { return a })\nconst x = f('1')", ["unknown"]),
        ("const o: any = { a: '1' }\no.b = '2'\nconst x = o.b + o.a", ["21"]),
        ("const o: any = { a: '1' }\nif (process.env.ON === 'true') { o.a = '2' }\nconst x = o.a", ["2"]),
        (
            "const o: any = { a: '1' }\nif (process.env.ON !== 'true') { o.a = '2' } else { o.a = '3' }\nconst x = o.a",
            ["3"],
        ),
        ("const o: any = { a: '1' }\nfunction late() { o.a = '2' }\nconst x = o.a", ["2", "1"]),
        ("const o: any = {}\nObject.assign(o, { a: '4' })\nconst x = o.a", ["4"]),
        ("const x = Object.assign({}, { a: '1' }, { a: '2' }).a", ["2"]),
        ("class C { a = 'f'; static b = 's' }\nconst x = new C().a + C.b", ["fs"]),
        ("class C { constructor(k) { this.k = k } }\nconst x = new C('p').k", ["p"]),
        (
            "class C { constructor(private readonly k: string) {} get kk() { return this.k } }\nconst x = new C('p').k",
            ["p"],
        ),
        ("class C { a = '1'; set() { this.a = '2' } }\nconst x = new C().a", ["unknown"]),
        ("class C { get(k) { return process.env[k] } }\nconst c = new C()\nconst x = c.get('KEY')", ["abc"]),
        ("const x = new URL('/ws', process.env.URL).toString()", ["https://api.acme.test/ws"]),
        ("const x = new URL('https://h.test:81/p?q=1').host", ["h.test:81"]),
        ("const x = new URL(unknownThing, 'https://a.test').href", ["unknown"]),
        ("const x = process.env.URL.replace(/^https?:/, 'wss:').replace(/\\/$/, '')", ["wss://api.acme.test/v1"]),
        ("const x = 'a-b-a'.replaceAll('a', 'c') + 'xyz'.slice(1) + 'xyz'.substring(0, 1)", ["c-b-cyzx"]),
        ("const x = 'ab'.replace(/(?<=a)b/, '')", ["unknown"]),
        ("const x = `${location.origin}/auth`", ["//the.page/auth"]),
        ("const x = location.protocol + '//' + window.location.host + '/auth'", ["//the.page/auth"]),
        ("const x = `wss://${location.host}/ws`", ["wss://the.page/ws"]),
        ("const x = `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/ws`", ["//the.page/ws"]),
        (
            "const s = location.protocol.replace('http', 'ws')\nconst x = s + '//' + location.host + '/ws'",
            ["//the.page/ws"],
        ),
        ("const x = new URL('/ws', window.location.href).href", ["//the.page/ws"]),
        ("const u = new URL('/ws', location)\nu.protocol = 'wss:'\nconst x = u.toString()", ["//the.page/ws"]),
        ("const u = new URL('/ws', location)\nu.pathname = '/other'\nconst x = u.toString()", ["unknown"]),
        ("let x\nif (process.env.ON === 'true') x = '1'\nelse x = '2'", ["1"]),
        ("let x = '1'\nif (process.env.ON === 'false') { x = '2' }", ["1"]),
        ("let x = '1'\nfunction late() { x = '2' }", ["unknown"]),
        ("let x = '1'\nfor (const i of y) { x = i }", ["unknown"]),
        ("let x = '1'\nx += '2'", ["unknown"]),
        ("function f() { let a = '1'; a = '2'; return a }\nconst x = f()", ["2"]),
        ("const o = base()\no.a = '1'\nfunction base() { return { a: '0', b: '9' } }\nconst x = o.a + o.b", ["19"]),
        ("const x = location.protocol === 'https:' ? 'wss' : 'ws'", ["wss", "ws"]),
        ("const x = typeof window === 'undefined' ? 'server' : 'page'", ["page"]),
        (
            "const s = z.object({ KEY: z.string().min(1), NONE: z.string().default('zd') })\nconst e = s.parse(process.env)\nconst x = e.KEY + e.NONE",
            ["abczd"],
        ),
        (
            "const e = z.object({ ON: z.string().transform((v) => v === 'true') }).parse(process.env)\nconst x = e.ON",
            ["unknown"],
        ),
        ("const r = z.object({ KEY: z.string() }).safeParse(process.env)\nconst x = r.data.KEY", ["abc"]),
        (
            "const env = createEnv({ client: { NONE: z.string().default('t3') }, runtimeEnv: { NONE: process.env.NONE } })\nconst x = env.NONE",
            ["t3"],
        ),
        (
            "const env = createEnv({ server: { KEY: z.string() }, experimental__runtimeEnv: {} })\nconst x = env.KEY",
            ["abc"],
        ),
        (
            "const env = cleanEnv(process.env, { KEY: str(), NONE: str({ default: 'ev' }) })\nconst x = env.KEY + env.NONE",
            ["abcev"],
        ),
        ("const x = a.b.c", ["unknown"]),
        ("const x = y\nconst y = x", ["unknown"]),
        ("const x = f()\nfunction f() { return f() }", ["unknown"]),
    ],
)
def test_one_file(code: str, expected: list[str]) -> None:
    assert shown(folded({"a.ts": code})) == expected


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"a.ts": "import { b } from './b'\nconst x = b", "b.ts": "export const b = 'B'"}, ["B"]),
        ({"a.ts": "import b from './b'\nconst x = b.k", "b.ts": "export default { k: 'B' }"}, ["B"]),
        (
            {
                "a.ts": "import { k } from './i'\nconst x = k",
                "i/index.ts": "export * from './d'",
                "i/d.ts": "export const k = 'D'",
            },
            ["D"],
        ),
        (
            {
                "a.ts": "import { m as n } from './b'\nconst x = n",
                "b.ts": "export { k as m } from './c'",
                "c.ts": "export const k = 'C'",
            },
            ["C"],
        ),
        ({"a.ts": "import * as c from './b'\nconst x = c.k", "b.ts": "export const k = 'N'"}, ["N"]),
        ({"a.ts": "const { k } = require('./b')\nconst x = k", "b.js": "module.exports = { k: 'R' }"}, ["R"]),
        (
            {"a.ts": "import { c } from './b'\nconst x = c.k", "b.ts": "class C { k = 'I' }\nexport const c = new C()"},
            ["I"],
        ),
        ({"a.ts": "import { C } from './b'\nconst x = C.k", "b.ts": "export class C { static k = 'S' }"}, ["S"]),
        (
            {
                "a.ts": "import { getEnv } from './b'\nconst x = getEnv('KEY')",
                "b.ts": "export function getEnv(k) { return process.env[k] }",
            },
            ["abc"],
        ),
        ({"a.ts": "import cfg from './c.json'\nconst x = cfg.ws.host", "c.json": '{"ws": {"host": "j"}}'}, ["j"]),
        ({"a.ts": "import { port } from './c.json'\nconst x = port", "c.json": '{"port": 6001}'}, ["6001"]),
        ({"a.ts": "import cfg from './c.json'\nconst x = cfg.ws", "c.json": "{broken"}, ["unknown"]),
        (
            {
                "a.ts": "const x = __KEY__",
                "vite.config.ts": "export default { define: { __KEY__: JSON.stringify('dk') } }",
                "package.json": "{}",
            },
            ["dk"],
        ),
        (
            {
                "a.ts": "const x = process.env.MY",
                "vite.config.ts": "export default { define: { 'process.env.MY': JSON.stringify(process.env.KEY) } }",
                "package.json": "{}",
            },
            ["abc"],
        ),
        (
            {
                "a.ts": "const x = process.env.MY",
                "vite.config.ts": "export default defineConfig(({ mode }) => { const env = loadEnv(mode, '.', '')\n"
                "return { define: { 'process.env.MY': JSON.stringify(env.VITE_KEY) } } })",
                "package.json": "{}",
            },
            ["vk"],
        ),
        (
            {
                "a.ts": "const x = __N__ + 1",
                "webpack.config.js": "module.exports = { plugins: [new webpack.DefinePlugin({ __N__: '\"w\"' })] }",
                "package.json": "{}",
            },
            ["w1"],
        ),
        (
            {
                "a.ts": "const x = useRuntimeConfig().public.wsHost + useRuntimeConfig().public.path",
                "nuxt.config.ts": "export default defineNuxtConfig({ runtimeConfig: { public: { wsHost: '', path: '/p' } } })",
                "package.json": "{}",
            },
            ["h/p"],
        ),
    ],
)
def test_several_files(files: dict[str, str], expected: list[str]) -> None:
    assert shown(folded(files)) == expected


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"b.ts": "import { make } from './a'\nmake('1')", "a.ts": "export function make(k = 'd') { use(k) }"}, ["1"]),
        (
            {
                "b.ts": "import { make } from './a'\nmake()\nmake(process.env.KEY)",
                "a.ts": "export const make = (k = 'd') => { use(k) }",
            },
            ["abc", "d"],
        ),
        (
            {
                "b.ts": "import M from './a'\nnew M({ k: '2' })",
                "a.ts": "export default class { constructor({ k }) { use(k) } }",
            },
            ["unknown"],
        ),
        (
            {
                "b.ts": "import { M } from './a'\nnew M({ k: '2' })",
                "a.ts": "export class M { constructor({ k }) { use(k) } }",
            },
            ["2"],
        ),
        (
            {
                "b.tsx": "import { P } from './a'\nexport const A = () => <P k='3' on />",
                "a.ts": "export function P({ k, on }) { use(k) }",
            },
            ["3"],
        ),
        (
            {
                "b.tsx": "import P from './a'\nexport const A = () => <P k={process.env.KEY}></P>",
                "a.ts": "export default function P(props) { use(props.k) }",
            },
            ["abc"],
        ),
        ({"b.ts": "import * as m from './a'\nm.make('4')", "a.ts": "export function make(k) { use(k) }"}, ["4"]),
        ({"a.ts": "export function make(k) { use(k) }"}, ["unknown"]),
        (
            {
                "c.ts": "import { create } from './b'\ncreate('5')",
                "b.ts": "export { make as create } from './a'",
                "a.ts": "export function make(k) { use(k) }",
            },
            ["5"],
        ),
        (
            {
                "c.ts": "import { First } from './lib'\nFirst('6')",
                "lib/index.ts": "export { default as First } from './a'\nexport { default as Second } from './other'",
                "lib/other.ts": "export default class { constructor(k) {} }",
                "lib/a.ts": "export default function make(k) { use(k) }",
            },
            ["6"],
        ),
        (
            {"b.ts": "import any from './a'\nany('7')", "a.ts": "function make(k) { use(k) }\nexport default make"},
            ["7"],
        ),
    ],
)
def test_parameters_take_what_the_calls_give(files: dict[str, str], expected: list[str]) -> None:
    facts: dict[str, FileFacts] = {}
    sources = {path: SourceFile(path, "javascript", "app", local=False, size=1) for path in files}
    for path in files:
        facts[path] = extract(sources[path], files[path].encode(), force=True)
    modules = Modules(files, facts, facts.get, lambda names: {name: frozenset(naming(name, files)) for name in names})
    path = next(path for path in files if path.endswith("a.ts"))
    argument = _argument_of_use(files[path], path)
    assert shown(Folder(modules, Variables()).fold(path, argument)) == expected
    blind = Modules(files, facts, facts.get)
    assert shown(Folder(blind, Variables()).fold(path, argument)) == expected


def naming(word: str, files: dict[str, str]) -> list[str]:
    return [path for path, text in files.items() if word in text]


def _argument_of_use(source: str, path: str) -> Expr:
    from rtlint.extract.javascript.changes import Changes
    from rtlint.extract.javascript.expressions import Builder
    from rtlint.extract.javascript.parser import Positions, Source
    from rtlint.extract.javascript.scope import Scopes

    parsed = Source(Positions(path, source.encode()), "typescript")
    builder = Builder(parsed, Scopes(parsed), frozenset(), Changes({}))
    call = next(node for node in parsed.captures()["call"] if parsed.text(node).startswith("use("))
    return builder.arguments(call)[0]


def test_json_values_keep_their_places() -> None:
    text = json.dumps({"pusher": {"key": "k"}}, indent=2)
    (outcome,) = folded({"a.ts": "import c from './c.json'\nconst x = c.pusher.key", "c.json": text})
    assert outcome.way[0].at == Site("c.json", 3, 12, 3, 15)


def test_texts_that_double_at_each_step_end() -> None:
    lines = ["const a0 = unknownThing", *(f"const a{n} = `${{a{n - 1}}}${{a{n - 1}}}`" for n in range(1, 40))]
    code = "function f() {\n" + "\n".join(lines) + "\nreturn a39 }\nconst x = f()"
    assert shown(folded({"a.ts": code})) == ["unknown"]


def test_many_changes_of_one_object_end() -> None:
    lines = [f"if (c{n}) o.k{n} = {n}" for n in range(60)]
    code = "const o = {}\n" + "\n".join(lines) + "\nconst x = o.k3"
    assert shown(folded({"a.ts": code})) == ["3", "unset"]
