from __future__ import annotations

import pytest

from rtlint.extract.html import extract as extract_html
from rtlint.facts.expressions import (
    Binary,
    Conditional,
    EnvObject,
    EnvVar,
    Fallback,
    Function,
    Index,
    Literal,
    Member,
    Name,
    New,
    ObjectLiteral,
    Parameter,
    Regex,
    Template,
    Unknown,
)
from rtlint.facts.raw import (
    Binding,
    ConfigOption,
    ConsolePatch,
    Construction,
    EnvRead,
    ErrorTrap,
    EventHandler,
    Export,
    FlagTest,
    GlobalPatch,
    Import,
    MessageFilter,
    OpaqueRoutes,
    PathAlias,
    Problem,
    Route,
    RouteMount,
    RouterObject,
    Subscription,
    Suppression,
)
from tests.extract.scripts import at, facts, of


def value(source: str, name: str = "x") -> object:
    return next(fact.value for fact in of(Binding, source) if fact.name == name)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("import P from 'pusher-js'", [("pusher-js", "default", "P", "import")]),
        ("import { a, b as c } from 'm'", [("m", "a", "a", "import"), ("m", "b", "c", "import")]),
        ("import * as n from 'm'", [("m", "*", "n", "import")]),
        ("import 'm'", [("m", "", "", "import")]),
        ("import type { T } from 'm'", [("m", "T", "T", "type")]),
        ("import P, { type Q } from 'm'", [("m", "default", "P", "import"), ("m", "Q", "Q", "type")]),
        ("const r = require('m')", [("m", "default", "r", "require")]),
        ("const { a: b } = require('m')", [("m", "a", "b", "require")]),
        ("const s = require('m').Router", [("m", "Router", "s", "require")]),
        ("const d = await import('m')", [("m", "*", "d", "dynamic")]),
    ],
)
def test_imports(line: str, expected: list[tuple[str, str, str, str]]) -> None:
    assert [(fact.source, fact.imported, fact.local, fact.form) for fact in of(Import, line)] == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("export const a = 1, b = 2", [("a", "a", ""), ("b", "b", "")]),
        ("const a = 1; export { a as c }", [("c", "a", "")]),
        ("export { x as y } from './m'", [("y", "x", "./m")]),
        ("export * from './m'", [("*", "", "./m")]),
        ("export * as ns from './m'", [("ns", "*", "./m")]),
        ("export default function f() {}", [("default", "f", "")]),
        ("const a = 1; export default a", [("default", "a", "")]),
        ("export default { a: 1 }", [("default", "", "")]),
        ("module.exports = router", [("default", "router", "")]),
        ("exports.a = b", [("a", "b", "")]),
    ],
)
def test_exports(source: str, expected: list[tuple[str, str, str]]) -> None:
    assert [(fact.exported, fact.local, fact.source) for fact in of(Export, source)] == expected


@pytest.mark.parametrize(
    ("expression", "kind"),
    [
        ("'a\\u0041\\n'", Literal),
        ("`a${b}c`", Template),
        ("a + b", Template),
        ("import.meta.env.X", EnvVar),
        ("process.env?.X", EnvVar),
        ("process.env['X']", EnvVar),
        ("(process.env.X as string)!", EnvVar),
        ("a || b", Fallback),
        ("a ?? b", Fallback),
        ("a ? b : c", Conditional),
        ("a === 'x'", Binary),
        ("a.b", Member),
        ("{ a: 1, ...b }", ObjectLiteral),
        ("Object.freeze({ a: 1 })", ObjectLiteral),
        ("(a) => a || 'd'", Function),
        ("function (a) { const b = a; return b }", Function),
        ("function () { if (q) return 1; return 2 }", Function),
        ("function () { for (const a of b) return a }", Unknown),
        ("a[b]", Index),
        ("process.env", EnvObject),
        ("process.env[b]", Index),
        ("new Config()", New),
        ("/a+/g", Regex),
        ("typeof window", Literal),
        ("typeof process", Unknown),
        ("-1", Literal),
        ("await f", Name),
        ("class {}", Unknown),
    ],
)
def test_expressions(expression: str, kind: type) -> None:
    assert isinstance(value(f"const x = ({expression});"), kind)


def test_string_escapes_are_resolved() -> None:
    found = value(r"const x = 'a\u0041\x42\u{43}\n\'';")
    assert isinstance(found, Literal)
    assert found.value == "aABC\n'"


def test_names_of_a_function_are_replaced_by_what_they_stand_for() -> None:
    source = (
        "function f(p) { const key = import.meta.env.K; let n = 1; n = 2; new Pusher(key, { a: n, b: p, c: top }) }"
    )
    (made,) = of(Construction, source)
    options = made.arguments[1]
    assert isinstance(made.arguments[0], EnvVar)
    assert isinstance(options, ObjectLiteral)
    assert [type(entry.value) for entry in options.entries] == [Literal, Parameter, Name]


def test_a_name_that_something_else_assigns_is_unknown() -> None:
    assert isinstance(value("let x = 1; function f() { x = 2 }"), Unknown)
    assert isinstance(value("let x = 1; x++;"), Unknown)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("const a = import.meta.env.X", [("X", False, False)]),
        ("const a = process.env.X ?? 'd'", [("X", True, False)]),
        ("const a = import.meta.env.X; if (!a) throw 1", [("X", False, True)]),
        ("if (process.env.X) f()", [("X", False, True)]),
        ("const { X, Y: y = 'd' } = import.meta.env", [("X", False, False), ("Y", True, False)]),
        ("const e = import.meta.env; e.X", [("X", False, False)]),
        ("invariant(process.env.X)", [("X", False, True)]),
        ("const a = import.meta.env[name]", [("", False, False)]),
        ("parse(process.env)", [("", False, False)]),
        ("process.env.X = 'set'", []),
        ("z.object({ VITE_X: z.string() })", [("VITE_X", False, True)]),
    ],
)
def test_reads_of_variables(source: str, expected: list[tuple[str, bool, bool]]) -> None:
    assert [(fact.name, fact.fallback, fact.guarded) for fact in of(EnvRead, source)] == expected


@pytest.mark.parametrize(
    ("source", "form", "assigned"),
    [
        ("const s = new WebSocket(u)", "new", "s"),
        ("class S { private p = new Pusher(k) }", "new", "S#p"),
        ("class S { go() { this.p = new Pusher(k) } }", "new", "S#p"),
        ("window.Echo = new Echo({})", "new", "window.Echo"),
        ("import { io } from 'socket.io-client'; const s = io(u)", "call", "s"),
        ("Reflect.construct(WebSocket, [u])", "new", ""),
    ],
)
def test_constructions(source: str, form: str, assigned: str) -> None:
    (made,) = of(Construction, source)
    assert (made.form, made.assigned) == (form, assigned)
    assert made.arguments


def test_ordinary_objects_are_no_constructions() -> None:
    assert of(Construction, "new Map(); new Error('x'); io2(u); other()") == []


def test_subscriptions_and_handlers() -> None:
    source = """
    p.subscribe(`private-${id}`); p.connection.bind('error', () => {});
    s.on('connect_error', (e) => log(e)); w.onerror = () => { /* no */ };
    """
    assert [(fact.method, type(fact.channel)) for fact in of(Subscription, source)] == [("subscribe", Template)]
    assert [(fact.receiver, fact.event, fact.body) for fact in of(EventHandler, source)] == [
        ("p.connection", "error", "empty"),
        ("s", "connect_error", "code"),
        ("w", "error", "comment"),
    ]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("console.error = () => {}", [("error", "none")]),
        (
            "const o = console.error; console.error = (...a) => { if (/x/.test(a[0])) return; o(...a) }",
            [("error", "some")],
        ),
        ("const o = console.log; console.log = (...a) => { send(a); o.apply(console, a) }", [("log", "all")]),
        ("['log', 'warn'].forEach((m) => { console[m] = () => {} })", [("log", "none"), ("warn", "none")]),
        ("Object.assign(console, { log() {}, warn: () => {} })", [("log", "none"), ("warn", "none")]),
        ("Object.defineProperty(console, 'error', { value: () => {} })", [("error", "none")]),
        ("window.console = { log() {} }", [("*", "none")]),
        ("const o = console.error; console.error = () => {}; console.error = o", [("error", "none")]),
        ("console.error('x'); const c = { error: 1 }; c.error = 2", []),
        ("function f(console) { console.error = 1 }", []),
        ("if (!window.console) { window.console = { log() {} } }", []),
        ("if (typeof console === 'undefined') console = {}", []),
        ("window.console = window.console || {}", []),
    ],
)
def test_console_patches(source: str, expected: list[tuple[str, str]]) -> None:
    assert [(fact.method, fact.forwards) for fact in of(ConsolePatch, source)] == expected


def test_a_list_that_is_walked_by_index_is_a_list_of_filters() -> None:
    source = """
    const list = ['HMR', 'ws'];
    const hit = (m) => { for (let i = 0; i < list.length; i++) if (m.indexOf(list[i]) !== -1) return true; };
    const o = console.warn; console.warn = (m) => { if (!hit(m)) o(m) };
    """
    assert [fact.pattern for fact in of(MessageFilter, source)] == ["HMR", "ws"]


def test_filters_are_followed_through_helpers_lists_and_cases() -> None:
    source = """
    const patterns = [/HMR/i, 'ws://'];
    function noise(text) {
      const small = text.toLowerCase();
      return patterns.some((p) => (p.test ? p.test(text) : text.includes(p))) || small.includes('vite');
    }
    const original = console.error;
    console.error = (...args) => { if (noise(args.join(' '))) return; original(...args); };
    """
    found = {(fact.syntax, fact.pattern, fact.flags) for fact in of(MessageFilter, source)}
    assert {("regex", "HMR", "i"), ("includes", "ws://", ""), ("includes", "vite", "i")} <= found


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("window.addEventListener('error', (e) => e.preventDefault())", [("error", "preventDefault", False, False)]),
        ("window.onerror = () => true", [("error", "return true", False, False)]),
        (
            "window.onunhandledrejection = (e) => { if (x(e)) { e.stopImmediatePropagation() } }",
            [("unhandledrejection", "stopImmediatePropagation", True, False)],
        ),
        (
            "addEventListener('error', (e) => { Sentry.captureException(e); e.preventDefault() })",
            [("error", "preventDefault", False, True)],
        ),
        ("window.addEventListener('error', (e) => show(e))", []),
        ("img.addEventListener('error', (e) => e.preventDefault())", []),
    ],
)
def test_error_traps(source: str, expected: list[tuple[str, str, bool, bool]]) -> None:
    assert [(fact.event, fact.effect, fact.conditional, fact.reports) for fact in of(ErrorTrap, source)] == expected


def test_patched_network_apis() -> None:
    source = "const N = window.WebSocket; window.WebSocket = function (u) { return new N(u) }; window.fetch = () => {};"
    assert [(fact.target, fact.forwards) for fact in of(GlobalPatch, source)] == [
        ("WebSocket", "all"),
        ("fetch", "none"),
    ]


def test_switches_of_one_chain_share_a_group() -> None:
    source = "if (A) { a() } else if (!import.meta.env.B) { b() }\nconst c = C ? 1 : D ? 2 : 3;"
    assert [(fact.group, fact.arm, fact.negated) for fact in of(FlagTest, source)] == [
        (1, 0, False),
        (1, 1, True),
        (2, 0, False),
        (2, 1, False),
    ]


def test_options_and_aliases_of_a_bundler() -> None:
    source = """
    import { defineConfig } from 'vite';
    const port = 24678;
    export default defineConfig(({ mode }) => ({
      server: { hmr: { port }, proxy: { '/api': { target: 'http://x', ws: true } } },
      resolve: { alias: { '@': path.resolve(__dirname, './src') } },
    }));
    """
    keys = [fact.key for fact in of(ConfigOption, source, "web/vite.config.ts")]
    assert {"server.hmr.port", "server.proxy./api.target", "server.proxy./api.ws"} <= set(keys)
    aliases = {(fact.pattern, fact.target) for fact in of(PathAlias, source, "web/vite.config.ts")}
    assert ("@/*", "web/src/*") in aliases


def test_express() -> None:
    source = """
    import express, { Router } from 'express';
    import other from './other';
    const app = express(); const router = Router();
    app.use(cors()); app.use('/api', router); app.use('/o', other); app.use('/p', proxy(options));
    http.createServer(app).listen(3000); require('./more')(router);
    router.post('/auth', h); app.route('/both').get(h).put(h);
    cache.get('key'); app.get('env');
    """
    assert [(fact.name, fact.root) for fact in of(RouterObject, source)] == [("app", True), ("router", False)]
    assert [(fact.router, fact.method) for fact in of(Route, source)] == [
        ("router", "POST"),
        ("app", "PUT"),
        ("app", "GET"),
    ]
    assert len(of(RouteMount, source)) == 2
    assert [(fact.router, fact.reason.split()[0]) for fact in of(OpaqueRoutes, source)] == [
        ("app", "proxy"),
        ("router", "handed"),
    ]


def test_an_express_application_in_a_class() -> None:
    source = """
    import express from 'express';
    class Server { constructor() { this.app = express(); this.app.get('/x', h); } }
    """
    assert [fact.name for fact in of(RouterObject, source)] == ["Server#app"]
    assert [(fact.router, fact.method) for fact in of(Route, source)] == [("Server#app", "GET")]


def test_suppressions_stand_behind_or_above() -> None:
    source = (
        "f(); // rtlint: ignore[RT101]: why\n// rtlint: ignore[raw-websocket, RT103]\ng();\n"
        "const j = <p>{/* rtlint: ignore[RT501] */}</p>;"
    )
    found = [(fact.selector, fact.line, fact.reason) for fact in of(Suppression, source, "a.tsx")]
    assert found == [("RT101", 1, "why"), ("raw-websocket", 3, ""), ("RT103", 3, ""), ("RT501", 4, "")]


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("bom", ["", "\ufeff"])
def test_columns_are_characters(newline: str, bom: str) -> None:
    source = f"const é = '😀'; new Pusher(k);{newline}const z = '日本'; new Pusher(l);"
    sites = [fact.at for fact in of(Construction, bom + source)]
    assert [at(source.replace("\r", ""), site) for site in sites] == ["new Pusher(k)", "new Pusher(l)"]


def test_vue_svelte_and_html_have_places_in_the_whole_file() -> None:
    source = (
        "<template><p>new Pusher(no)</p></template>\n"
        '<script setup lang="ts">\nconst p = new Pusher(k as string);\n</script>\n'
    )
    for path in ("a.vue", "a.svelte"):
        (made,) = of(Construction, source, path)
        assert at(source, made.at) == "new Pusher(k as string)"
    page = (
        '<head>%VITE_KEY%<script src="/src/main.ts"></script>\n'
        '<script type="application/json">{}</script><script>new Pusher(k)</script>'
    )
    assert [fact.name for fact in of(EnvRead, page, "index.html")] == ["VITE_KEY"]
    assert [fact.source for fact in of(Import, page, "index.html")] == ["/src/main.ts"]
    assert len(of(Construction, page, "index.html")) == 1


@pytest.mark.parametrize(
    "source",
    [
        b"",
        b"\xff\xfe\x00bad",
        b"((((" * 5000,
        b"[" * 20000,
        b"`${" * 3000,
        b"a." * 9000 + b"b",
        b"<" * 5000,
        b"\r\n\r\n",
        b"/*",
        b"'",
    ],
)
@pytest.mark.parametrize("path", ["a.js", "a.ts", "a.tsx", "a.vue", "a.html"])
def test_no_bytes_raise(source: bytes, path: str) -> None:
    assert isinstance(facts(source, path), list)


def test_a_script_that_is_none_is_said_with_its_place() -> None:
    for source in ("}}} ((( const = = ;", "export function f() {\n  if (x) {\n"):
        (problem,) = of(Problem, source)
        assert problem.code == "RT901"
    assert of(Problem, "const a = 1;\n" * 20 + "const = 3;\n" + "const b = 2;\n" * 20) == []


@pytest.mark.parametrize("path", ["a.blade.php", "a.html", "a.ejs"])
def test_tags_of_server_templates_are_unknown(path: str) -> None:
    source = (
        "<script>new Pusher('{{ config('broadcasting.key') }}', { cluster: \"<%= cluster %>\", host: 'x' })</script>"
    )
    made = next(fact for fact in extract_html(path, source.encode()) if isinstance(fact, Construction))
    assert not isinstance(made.arguments[0], Literal)
    options = made.arguments[-1]
    assert isinstance(options, ObjectLiteral)
    assert [type(entry.value) for entry in options.entries] == [Unknown, Literal]
