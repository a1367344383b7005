"""Operations on texts: `«` and `»` mark the place, and everything outside of the change stays as it is."""

from __future__ import annotations

import pytest

from rtlint.facts.site import Site
from rtlint.findings import Edit, Fix, Proposal
from rtlint.fix import operation, resolve
from rtlint.fix.changes import compatible, edited
from rtlint.fix.source import open_source

UPGRADE = (
    "proxy_http_version 1.1;\n",
    "proxy_set_header Upgrade $http_upgrade;\n",
    'proxy_set_header Connection "upgrade";\n',
)


def apply(name: str, path: str, marked: str, /, **arguments: str) -> str | None:
    """Return the text after an operation, or None when it declines."""
    text = marked.replace("«", "").replace("»", "")
    source = open_source(path, text.encode())
    assert source is not None
    at = source.lines.site(marked.index("«"), marked.index("»") - 1)
    edits = operation(name)(source, at, {key.rstrip("_"): value for key, value in arguments.items()})
    if edits is None:
        return None
    return edited(edits, {path: text.encode()})[path].decode()


@pytest.mark.parametrize(
    ("path", "marked", "expected"),
    [
        (".env", "A=1\n«URL=/old»\nB=2\n", "A=1\nURL=/new\nB=2\n"),
        (".env", "«URL='/old'» # why\n", "URL='/new' # why\n"),
        (".env", '«export URL = "/old"»\r\nB=é\r\n', 'export URL = "/new"\r\nB=é\r\n'),
        ("compose.yml", '      «URL: "/old"»  # why\n', '      URL: "/new"  # why\n'),
        ("compose.yml", "      «URL: /old»\n", "      URL: /new\n"),
        ("compose.yml", "      «'URL': /old»\n", "      'URL': /new\n"),
        ("compose.yml", "      - «URL=/old»\n", "      - URL=/new\n"),
        ("compose.yml", '      - «"URL=/old"»\n', '      - "URL=/new"\n'),
        ("compose.yml", "      «URL: ${X:-/old}»\n", "      URL: ${X:-/new}\n"),
        ("a.ts", "f({ «url: '/old'», b: 1 })", "f({ url: '/new', b: 1 })"),
        ("a.ts", "f({ url: «`${base}/old`» })", "f({ url: `${base}/new` })"),
        ("a.ts", "f(«'https://x.example/old?a=1'»)", "f('https://x.example/new?a=1')"),
        ("a.py", 'f(url=«"/old"»)  # é\n', 'f(url="/new")  # é\n'),
        ("a.py", "f(«'/old'», '/old')\n", "f('/new', '/old')\n"),
    ],
)
def test_replace(path: str, marked: str, expected: str) -> None:
    assert apply("replace", path, marked, old="/old", new="/new") == expected


@pytest.mark.parametrize(
    ("path", "marked"),
    [
        (".env", "«URL=/old/er»\n"),
        (".env", "«URL=/older»\n"),
        (".env", "«URL=/old /old»\n"),
        ("a.ts", "«new Pusher('k', { a: '/old' })»"),
        ("a.ts", "«base + suffix»"),
        ("a.py", "f(«'/old' + '/old'»)\n"),
        ("a.py", "f(«'\\x2fold'»)\n"),
    ],
)
def test_replace_declines(path: str, marked: str) -> None:
    assert apply("replace", path, marked, old="/old", new="/new") is None


def test_replace_writes_nothing_that_needs_quotes_or_escapes() -> None:
    assert apply("replace", "a.ts", "f(«'/old'»)", old="/old", new="/it's") is None
    assert apply("replace", "a.ts", "f(«'/old'»)", old="/old", new="/a\nb") is None


@pytest.mark.parametrize(
    ("path", "marked", "value", "expected"),
    [
        ("compose.yml", "  «FLAG: yes please»\n", "true", '  FLAG: "true"\n'),
        ("compose.yml", "  «FLAG: 'no'»\n", "true", "  FLAG: 'true'\n"),
        ("compose.yml", "  - «FLAG=no»\n", "true", "  - FLAG=true\n"),
        (".env", "«FLAG=»\n", "true", "FLAG=true\n"),
        ("a.ts", 'f({ «path: "/a"» })', "/b/", 'f({ path: "/b/" })'),
        ("a.ts", "f({ «port: 80» })", "x", "f({ port: 'x' })"),
        ("a.py", "f(«'/a'»)\n", "/b/", "f('/b/')\n"),
    ],
)
def test_set_value(path: str, marked: str, value: str, expected: str) -> None:
    assert apply("set-value", path, marked, value=value) == expected


def test_set_value_leaves_interpolations_and_other_keys() -> None:
    assert apply("set-value", "compose.yml", "  «FLAG: ${FLAG}»\n", value="true") is None
    assert apply("set-value", "a.ts", "f({ «host: 'a'» })", value="true", raw="yes", key="host") == "f({ host: true })"
    assert apply("set-value", "a.ts", "f({ host: «'a'» })", value="true", raw="yes", key="host") == "f({ host: true })"
    assert apply("set-value", "a.ts", "f({ «port: 'a'» })", value="true", raw="yes", key="host") is None


@pytest.mark.parametrize(
    ("path", "marked", "expected"),
    [
        (".env", "«OLD=1»\n", "NEW=1\n"),
        (".env", "«export OLD=1»\n", "export NEW=1\n"),
        ("compose.yml", '  «OLD: "${OLD}"» # why\n', '  NEW: "${OLD}" # why\n'),
        ("compose.yml", "  - «OLD=1»\n", "  - NEW=1\n"),
        ("a.ts", "f({ OLD: «6001» })", "f({ NEW: 6001 })"),
        ("a.ts", "f({ «'OLD': 6001» })", "f({ 'NEW': 6001 })"),
        ("a.ts", "f({\n  «OLD: x»,\n  // NEW: 2\n})", "f({\n  NEW: x,\n  // NEW: 2\n})"),
    ],
)
def test_rename(path: str, marked: str, expected: str) -> None:
    assert apply("rename", path, marked, name="NEW", from_="OLD") == expected


def test_rename_declines_where_the_name_is_taken_or_the_key_is_another() -> None:
    assert apply("rename", "a.ts", "f({ NEW: 1, «OLD: 2» })", name="NEW", from_="OLD") is None
    assert apply("rename", ".env", "NEW=1\n«OLD=2»\n", name="NEW", from_="OLD") is None
    assert apply("rename", "a.ts", "f({ «OLDER: 2» })", name="NEW", from_="OLD") is None
    assert apply("rename", "a.ts", "f({ «OLD: 2» })", name="a.b", from_="OLD") is None
    assert apply("rename", "a.ts", "f({ «OLD: false» })", name="NEW", from_="OLD", unless="false") is None


def test_add_variable() -> None:
    assert apply("add-variable", ".env.example", "«A»=1", name="NEW") == "A=1\nNEW=\n"
    assert apply("add-variable", ".env.example", "«A»=1\r\n", name="NEW") == "A=1\r\nNEW=\r\n"
    assert apply("add-variable", ".env.example", "«A»=1\nNEW=\n", name="NEW") is None


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        (
            'services:\n  «web»:\n    ports:\n      - "80:80"\n    image: x\n',
            'services:\n  web:\n    ports:\n      - "80:80"\n      - "9:9"\n    image: x\n',
        ),
        (
            "services:\n  «web»:\n    image: x\n    ports:\n    - '80:80' # why\n",
            "services:\n  web:\n    image: x\n    ports:\n    - '80:80' # why\n    - '9:9'\n",
        ),
        ("services:\n  «web»:\n    ports: [80]", 'services:\n  web:\n    ports: [80, "9:9"]'),
        (
            "services:\r\n  «web»:\r\n    build:\r\n      context: .\r\n    image: x\r\n",
            'services:\r\n  web:\r\n    build:\r\n      context: .\r\n    ports:\r\n      - "9:9"\r\n    image: x\r\n',
        ),
        ("services:\n  «web»:\n    image: x", 'services:\n  web:\n    image: x\n    ports:\n      - "9:9"\n'),
    ],
)
def test_publish_port(marked: str, expected: str) -> None:
    assert apply("publish-port", "compose.yml", marked, port="9") == expected


@pytest.mark.parametrize(
    "marked",
    [
        "x: &a {ports: ['1:1']}\nservices:\n  «web»:\n    <<: *a\n    image: x\n",
        "services:\n  «web»:\n    image: x\n  other:\n    ports: ['9:90']\n",
        "services:\n  «web»:\n    image: x\n    ports: *ports\n",
        "services:\n  «web»: {image: x}\n",
    ],
)
def test_publish_port_declines(marked: str) -> None:
    assert apply("publish-port", "compose.yml", marked, port="9") is None


def test_require_variable() -> None:
    expected = "a: ${KEY:?set KEY}\n"
    assert apply("require-variable", "compose.yml", "a: «${KEY}»\n", name="KEY") == expected
    assert apply("require-variable", "compose.yml", "a: «$KEY»\n", name="KEY") == expected
    assert apply("require-variable", "compose.yml", "a: «${KEY-}»\n", name="KEY") is None


def test_pass_upgrade_adds_what_is_missing() -> None:
    marked = "server {\n  «location /ws/» {\n    proxy_pass http://a;\n  }\n}\n"
    added = "".join(f"    {line}" for line in UPGRADE)
    expected = f"server {{\n  location /ws/ {{\n    proxy_pass http://a;\n{added}  }}\n}}\n"
    assert apply("pass-upgrade", "nginx.conf", marked) == expected


def test_pass_upgrade_corrects_what_is_there() -> None:
    marked = (
        "«location /ws/» {\n  proxy_http_version 1.0;\n  proxy_set_header connection '';\n"
        "  proxy_pass http://a;\n}\nserver { }\n"
    )
    expected = (
        'location /ws/ {\n  proxy_http_version 1.1;\n  proxy_set_header Connection "upgrade";\n'
        "  proxy_pass http://a;\n  proxy_set_header Upgrade $http_upgrade;\n}\nserver { }\n"
    )
    assert apply("pass-upgrade", "nginx.conf", marked) == expected


def test_pass_upgrade_ends_no_inheritance() -> None:
    marked = "server {\n  proxy_set_header Host $host;\n  «location /» {\n    proxy_pass http://a;\n  }\n}\n"
    assert apply("pass-upgrade", "nginx.conf", marked) is None


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("x({ «'/ws': { target: 'a' }» })", "x({ '/ws': { target: 'a', ws: true } })"),
        ("x({ «'/ws': 'a'» })", "x({ '/ws': { target: 'a', ws: true } })"),
        (
            "x({\n  «'/ws': {\n    target: 'a',\n  }»,\n})",
            "x({\n  '/ws': {\n    target: 'a',\n    ws: true,\n  },\n})",
        ),
    ],
)
def test_pass_upgrade_in_a_development_proxy(marked: str, expected: str) -> None:
    assert apply("pass-upgrade", "vite.config.ts", marked) == expected


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ("connect-src 'self'", "connect-src 'self' wss://a wss://b"),
        ("connect-src 'none'; img-src *", "connect-src wss://a wss://b; img-src *"),
        ("default-src 'self'; img-src *", "default-src 'self'; connect-src 'self' wss://a wss://b; img-src *"),
        ("default-src 'none'", "default-src 'none'; connect-src wss://a wss://b"),
        ("connect-src x; connect-src y", "connect-src x wss://a wss://b; connect-src y"),
        ("default-src x\n  y;\n  img-src *", "default-src x\n  y; connect-src x y wss://a wss://b;\n  img-src *"),
        (
            "report-uri /connect-src; default-src x",
            "report-uri /connect-src; default-src x; connect-src x wss://a wss://b",
        ),
        ("script-src 'nonce-{{ n }}'; connect-src x", "script-src 'nonce-{{ n }}'; connect-src x wss://a wss://b"),
    ],
)
def test_allow_host(policy: str, expected: str) -> None:
    page = '<meta http-equiv="Content-Security-Policy" content="{}">\n'
    found = apply("allow-host", "index.html", "«" + page.format(policy).rstrip() + "»\n", host="wss://a wss://b")
    assert found == page.format(expected)


def test_allow_host_stays_inside_of_single_quotes() -> None:
    marked = "«<meta http-equiv=Content-Security-Policy content='connect-src https://x'>»"
    fixed = "<meta http-equiv=Content-Security-Policy content='connect-src https://x wss://a'>"
    assert apply("allow-host", "index.html", marked, host="wss://a") == fixed


@pytest.mark.parametrize("policy", ["default-src &#39;self&#39;", "connect-src x {{ hosts }}", "connect-src-elem x"])
def test_allow_host_declines(policy: str) -> None:
    assert apply("allow-host", "index.html", f'«<meta content="{policy}">»', host="wss://a") is None


def test_allow_host_writes_no_other_directive() -> None:
    marked = "«<meta content=\"connect-src 'self'\">»"
    assert apply("allow-host", "index.html", marked, host="wss://a;script-src") is None


@pytest.mark.parametrize(
    ("path", "marked", "expected"),
    [
        ("a.ts", "f({ «a: 1», b: 2 })", "f({ b: 2 })"),
        ("a.ts", "f({ b: 2, a: «1» })", "f({ b: 2 })"),
        ("a.ts", "f({\n  b: 2,\n  «a: 1»,\n})", "f({\n  b: 2,\n})"),
        ("a.ts", "f({ «a: 1» })", "f({ })"),
        (".env", "A=1\n«B=2» # why\nC=3\n", "A=1\nC=3\n"),
        ("compose.yml", "e:\n  - A=1\n  - «B=2»\n", "e:\n  - A=1\n"),
        ("compose.yml", "web:\n  image: x\n  environment:\n    «B: 2»\n", "web:\n  image: x\n"),
        ("a.py", "f(a=1, b=«2», c=3)\n", "f(a=1, c=3)\n"),
    ],
)
def test_remove_entry(path: str, marked: str, expected: str) -> None:
    assert apply("remove-entry", path, marked) == expected


def test_remove_entry_leaves_no_key_empty() -> None:
    assert apply("remove-entry", "compose.yml", "web:\n  environment:\n    «B: 2»\n") is None
    assert apply("remove-entry", "a.py", "f(«1», b=2)\n") is None


@pytest.mark.parametrize(
    ("path", "marked", "expected"),
    [
        ("a.ts", "a();\n«// rtlint: ignore[X]: why»\nb();\n", "a();\nb();\n"),
        ("a.ts", "a(); «// rtlint: ignore[X]»\nb();\n", "a();\nb();\n"),
        ("a.ts", "a(); «// rtlint: ignore[X, Y]: why»\n", "a(); // rtlint: ignore[Y]: why\n"),
        ("a.tsx", "<a>\n  {«/* rtlint: ignore[X] */»}\n</a>\n", "<a>\n</a>\n"),
        (".env", "«# rtlint: ignore[X]»\nA=1\n", "A=1\n"),
    ],
)
def test_remove_suppression(path: str, marked: str, expected: str) -> None:
    assert apply("remove-suppression", path, marked, selector="X") == expected


def test_remove_suppressor_takes_a_script_that_does_nothing_else() -> None:
    script = "<script>\n(function () {\n  const e = console.error;\n  «console.error = () => {}»;\n})();\n</script>\n"
    assert apply("remove-suppressor", "index.html", f"<p>\n{script}</p>\n") == "<p>\n</p>\n"


def test_remove_suppressor_leaves_the_rest_of_a_script() -> None:
    marked = "<script>\n  start();\n  «console.error = () => {}»; // quiet\n</script>\n"
    assert apply("remove-suppressor", "index.html", marked) == "<script>\n  start();\n</script>\n"


def test_remove_suppressor_keeps_names_that_are_used() -> None:
    assert apply("remove-suppressor", "a.js", "const quiet = «(console.error = () => {})»;\nquiet();\n") is None


def test_schemes() -> None:
    assert apply("secure-scheme", "a.ts", "f(«'ws://a'»)") == "f('wss://a')"
    assert apply("secure-scheme", ".env", "«A=http://a»\n") == "A=https://a\n"
    assert apply("secure-scheme", "a.ts", "f(«'wss://a'»)") is None
    follow = "(location.protocol === 'https:' ? 'wss://' : 'ws://') + location.host"
    assert apply("follow-page-scheme", "a.ts", "f(«'ws://' + location.host»)") == f"f({follow})"
    assert apply("follow-page-scheme", "a.ts", "f(«'ws://a' + b»)") is None


def test_set_option() -> None:
    plain = {"name": "path", "value": "/rt/"}
    assert apply("set-option", "a.ts", "«io('u')»", **plain) == "io('u', { path: '/rt/' })"
    assert apply("set-option", "a.ts", "io(«'u'»)", **plain) == "io('u', { path: '/rt/' })"
    assert apply("set-option", "a.ts", "«new P('k', { a: 1 })»", **plain) == "new P('k', { a: 1, path: '/rt/' })"
    assert apply("set-option", "a.ts", "«io({})»", **plain) == "io({ path: '/rt/' })"
    assert apply("set-option", "a.ts", "«io('u', options)»", **plain) is None
    assert apply("set-option", "a.ts", "«io({ path: '/x' })»", **plain) is None


def test_only_texts_that_can_be_kept_exactly_are_opened() -> None:
    assert open_source("a", b"\xff") is None
    assert open_source("a", b"a\0b") is None
    assert open_source("a", b"a\rb") is None
    source = open_source("a", b"\xef\xbb\xbfa\r\nb")
    assert source is not None
    assert (source.text, source.newline) == ("a\r\nb", "\r\n")


def test_a_byte_order_mark_stays() -> None:
    edit = Edit(Site(".env", 1, 1, 1, 2), "B")
    assert edited([edit], {".env": b"\xef\xbb\xbfA=1\r\n"}) == {".env": b"\xef\xbb\xbfB=1\r\n"}


def test_of_fixes_that_touch_each_other_the_first_is_made() -> None:
    def fix(first: int, last: int, text: str = "x") -> Fix:
        return Fix("t", True, (Edit(Site("a", 1, first, 1, last), text),))

    assert compatible([fix(1, 3), fix(2, 4), fix(3, 5)]) == [fix(1, 3), fix(3, 5)]
    assert compatible([fix(1, 3), fix(1, 3)]) == [fix(1, 3), fix(1, 3)]
    assert compatible([fix(2, 2, "a"), fix(2, 2, "b")]) == [fix(2, 2, "a")]
    assert edited(fix(1, 3).edits * 2, {"a": b"abcd"}) == {"a": b"xcd"}


def test_the_first_proposal_that_can_be_carried_out_is_the_fix() -> None:
    site = Site(".env", 1, 1, 1, 4)
    cannot = Proposal("no", True, "replace", site, {"old": "x", "new": "y"})
    can = Proposal("yes", False, "rename", site, {"name": "B", "from": "A"})
    found = resolve([cannot, can], lambda _: b"A=1\n")
    assert found == Fix("yes", False, (Edit(Site(".env", 1, 1, 1, 2), "B"),))
    assert resolve([cannot], lambda _: b"A=1\n") is None
    assert resolve([can], lambda _: None) is None
    assert resolve([can], lambda _: b"A") is None
