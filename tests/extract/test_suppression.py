"""What scripts do to messages: console patches, error traps and network patches, in every form."""

from __future__ import annotations

import pytest

from rtlint.facts.raw import ConsolePatch, ErrorTrap, EventHandler, GlobalPatch, MessageFilter
from tests.extract.scripts import at, of

STOPPING = """
window.WebSocket = class extends WebSocket {
  constructor(url) {
    super(url);
    this.addEventListener('error', (event) => event.stopImmediatePropagation());
  }
};
"""


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("window.console = { ...console, warn() {} }", [("warn", "none")]),
        ("const quiet = { error: () => {} }; Object.assign(console, quiet)", [("error", "none")]),
        ("for (const m of ['warn', 'error']) console[m] = () => {}", [("warn", "none"), ("error", "none")]),
        ("for (const m of Object.keys(console)) console[m] = () => {}", [("*", "none")]),
        ("console.log = $.noop; console.warn = noop", [("log", "none"), ("warn", "none")]),
        ("const c = window.console; c.error = () => {}", [("error", "none")]),
        ("(console as any).error = () => {}", [("error", "none")]),
        ("Reflect.set(console, 'warn', () => {})", [("warn", "none")]),
        ("Object.defineProperty(console, 'warn', { writable: false, value: () => {} })", [("warn", "none")]),
        ("Object.defineProperty(console, 'warn', { get() { return () => {} } })", [("warn", "none")]),
        ("Object.defineProperty(window, 'console', { value: { log() {} } })", [("*", "none")]),
        ("console = new Proxy(console, { get: () => () => {} })", [("*", "none")]),
        ("console = new Proxy(console, { get: (t, n) => Reflect.get(t, n) })", [("*", "all")]),
        ("console.error = (...args) => logger.send(args)", [("error", "all")]),
        ("console.error = (...args) => { if (on) logger.send(args) }", [("error", "some")]),
        (
            "const o = console.warn; console.warn = (a) => { if (x) { o('!', a) } else { o(a) } }",
            [("warn", "all")],
        ),
        ("const o = console.warn; console.warn = (a) => { if (x) { o(a); return } o('!', a) }", [("warn", "all")]),
        ("const o = console.warn; console.warn = (a) => x ? o(a) : undefined", [("warn", "some")]),
        ("const o = console.warn; console.warn = (a) => { seen(a) || o(a) }", [("warn", "some")]),
        ("const o = console.warn; console.warn = (a) => { try { o(a) } catch {} }", [("warn", "all")]),
        ("const o = console.warn; console.warn = (a) => { switch (a) { case 1: return } o(a) }", [("warn", "some")]),
        ("import { quiet } from './quiet'; console.error = quiet", [("error", "unknown")]),
        ("console.error = console.log; console.warn = console.warn.bind(console)", []),
        ("const { error } = console; console.error = error", []),
        ("const snippet = `console.error = () => {}`", []),
    ],
)
def test_forms_of_console_patches(source: str, expected: list[tuple[str, str]]) -> None:
    assert [(fact.method, fact.forwards) for fact in of(ConsolePatch, source)] == expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("if (a.startsWith('[app]')) o(a)", []),
        ("if (!a.startsWith('[app]')) o(a)", [("startsWith", "[app]")]),
        ("a.includes('hmr') || o(a)", [("includes", "hmr")]),
        ("a.includes('hmr') && o(a)", []),
        ("if (a.indexOf('hmr') === -1) o(a)", [("includes", "hmr")]),
        ("if (a.indexOf('hmr') !== -1) return; o(a)", [("includes", "hmr")]),
        ("if (new RegExp(['hmr', 'vite'].join('|')).test(a)) return; o(a)", [("regex", "hmr|vite")]),
        ("if (NOISE.some((p) => p.test(a))) return; o(a)", [("unknown", "p")]),
    ],
)
def test_a_filter_drops_what_it_matches(condition: str, expected: list[tuple[str, str]]) -> None:
    source = f"import {{ NOISE }} from './noise'; const o = console.warn; console.warn = (a) => {{ {condition} }}"
    assert [(fact.syntax, fact.pattern) for fact in of(MessageFilter, source)] == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("$(window).on('error', () => false)", [("return false", False, False)]),
        ("jQuery(window).bind('unhandledrejection.x', (e) => e.preventDefault())", [("preventDefault", False, False)]),
        ("window['onerror'] = function () { return true }", [("return true", False, False)]),
        ("window.onerror = () => false", []),
        ("window.onunhandledrejection = () => true", []),
        ("window.addEventListener('error', () => false)", []),
        ("window.onunhandledrejection = (e) => { e.returnValue = false }", [("returnValue = false", False, False)]),
        ("class A { h(e) { e.preventDefault() } m() { window.onerror = this.h } }", [("preventDefault", False, False)]),
        (
            "addEventListener('error', (e) => { if (x) { e.preventDefault(); return } report(e) })",
            [("preventDefault", True, False)],
        ),
        (
            "addEventListener('error', (e) => { if (x) { e.preventDefault() } report(e) })",
            [("preventDefault", True, True)],
        ),
        (
            "window.onerror = (m, s, l, c, e) => { setTimeout(() => { throw e }); return true }",
            [("return true", False, True)],
        ),
        ("addEventListener('error', (e) => { if (e.target.tagName === 'IMG') e.preventDefault() }, true)", []),
        ("function f(onerror) { onerror = () => true }", []),
    ],
)
def test_forms_of_error_traps(source: str, expected: list[tuple[str, bool, bool]]) -> None:
    assert [(fact.effect, fact.conditional, fact.reports) for fact in of(ErrorTrap, source)] == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("class F { send() {} } (window as any).WebSocket = F", ("WebSocket", "", "stub")),
        ("window.fetch = async () => new Response('{}')", ("fetch", "", "stub")),
        ("Object.defineProperty(window, 'fetch', { value: () => Promise.resolve() })", ("fetch", "", "stub")),
        ("Object.assign(window, { EventSource: class { close() {} } })", ("EventSource", "", "stub")),
        ("const f = fetch; window.fetch = (u) => f(u).catch(() => {})", ("fetch", "", "catch")),
        (
            "const s = WebSocket.prototype.send; WebSocket.prototype.send = function (d) { try { s(d) } catch {} }",
            ("WebSocket", "send", "catch"),
        ),
        (
            "const s = WebSocket.prototype.send; WebSocket.prototype.send = function (d) { if (on) s.call(this, d) }",
            ("WebSocket", "send", "some"),
        ),
        (
            "const f = fetch; window.fetch = (u) => { if (x) return Promise.resolve(new Response()); return f(u) }",
            ("fetch", "", "some"),
        ),
        (STOPPING, ("WebSocket", "", "events")),
        ("window.WebSocket = () => { throw new Error('no sockets') }", ("WebSocket", "", "")),
        ("window.fetch = (u, o) => axios(u, o)", ("fetch", "", "")),
        ("const f = fetch; window.fetch = (u) => f(u).catch((e) => { report(e); throw e })", ("fetch", "", "")),
        ("const f = fetch; window.fetch = (u) => f(u).catch(() => f(u))", ("fetch", "", "")),
        ("const f = fetch; window.fetch = (u) => { const p = f(u); p.catch(() => {}); return p }", ("fetch", "", "")),
        ("const f = fetch; window.fetch = (u) => { if (c[u]) return c[u]; return f(u) }", ("fetch", "", "")),
        ("if (!window.EventSource) window.EventSource = class { close() {} }", ("EventSource", "", "")),
        ("import Shim from 'shim'; window.WebSocket = Shim", ("WebSocket", "", "")),
    ],
)
def test_forms_of_network_patches(source: str, expected: tuple[str, str, str]) -> None:
    assert [(fact.target, fact.member, fact.losing) for fact in of(GlobalPatch, source)] == [expected]


@pytest.mark.parametrize(
    "source", ["window.fetch = window.fetch", "function f(WebSocket) { WebSocket = 1 }", "x.fetch = y"]
)
def test_no_network_patches(source: str) -> None:
    assert of(GlobalPatch, source) == []


@pytest.mark.parametrize(
    ("source", "path"),
    [
        ("export default { tag: 'script', children: `@` }", "vite.config.ts"),
        ("html.replace('</head>', `<script type='x'>@</script></head>`)", "plugin.ts"),
        ("script.textContent = `@`", "a.js"),
        ("const x = <script dangerouslySetInnerHTML={{ __html: `@` }} />", "a.tsx"),
        ("const x = <Script id='q'>{`@`}</Script>", "a.tsx"),
    ],
)
def test_scripts_in_strings(source: str, path: str) -> None:
    text = "// ü\n" + source.replace("@", "console.error = () => {}")
    (found,) = of(ConsolePatch, text, path)
    assert (found.injected, at(text, found.at)) == (True, "console.error = () => {}")


def test_each_script_of_a_file_has_groups_of_its_own() -> None:
    injected = "'<script>console.log = () => {}</script>'"
    source = f"console.log = () => {{}}; a = {injected}; b = {injected}"
    assert len({fact.group for fact in of(ConsolePatch, source)}) == 3


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("hub.onclose(() => {})", ("hub", "close", "empty")),
        ("socket.onError(() => { /* later */ })", ("socket", "error", "comment")),
        ("push.receive('timeout', () => void 0)", ("push", "timeout", "empty")),
        ("ably.connection.on(['suspended', 'failed'], noop)", ("ably.connection", "suspended", "empty")),
        ("hub.start().then(go, () => {})", ("hub.start()", "catch", "empty")),
        ("c.subscriptions.create('R', { rejected() {} })", ("c.subscriptions", "rejected", "empty")),
        ("socket.on('connect_error', (e) => show(e))", ("socket", "connect_error", "code")),
    ],
)
def test_forms_of_handlers(source: str, expected: tuple[str, str, str]) -> None:
    assert [(fact.receiver, fact.event, fact.body) for fact in of(EventHandler, source)] == [expected]


def test_broken_and_deep_scripts_end() -> None:
    deep = "console.error = (a) => " + "{ if (a) " * 3_000
    for source in (deep, "console.error =", "window.fetch = new Proxy(", "<script>console.log = `${"):
        of(ConsolePatch, source)
