"""Properties that hold for every input: tests/test_properties.py and the harnesses in fuzz/ check them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from html import escape

from rtlint.extract import extract
from rtlint.facts.csp import CspMeta
from rtlint.facts.files import FileFacts, SourceFile
from rtlint.facts.raw import Dependency, EnvRead, EnvSet
from rtlint.facts.site import Site
from rtlint.fix import operation
from rtlint.fix.changes import edited
from rtlint.fix.source import open_source
from rtlint.link.csp import connection_directive, covers, directives
from rtlint.link.urls import split

KINDS = {
    "javascript": "a.tsx",
    "vue": "a.vue",
    "html": "a.html",
    "python": "a.py",
    "php": "a.php",
    "ruby": "config/routes.rb",
    "dotenv": ".env",
    "compose": "compose.yaml",
    "manifest": "package.json",
    "tsconfig": "tsconfig.json",
    "lockfile": "yarn.lock",
    "nginx": "nginx.conf",
    "caddy": "Caddyfile",
    "hosting": "vercel.json",
    "dockerfile": "Dockerfile",
    "dockerignore": ".dockerignore",
    "shell": "up.sh",
    "cable": "config/cable.yml",
}

FRAGMENTS = [
    "import Pusher from 'pusher-js';\n",
    "new Pusher(import.meta.env.VITE_PUSHER_KEY, { cluster: 'eu' });\n",
    "process.env.PUSHER_KEY",
    "console.error = (m) => { if (/x/.test(m)) return; };\n",
    "`${a}/b`",
    "io('http://x', {path: '/s'})",
    "<script>",
    "</script>",
    "<template>",
    "<!-- rtlint: ignore[RT101]: x -->",
    "// rtlint: ignore[RT101]\n",
    "%VITE_X%",
    '<meta http-equiv="Content-Security-Policy" content="connect-src \'self\'">',
    "app.post('/auth', (q, r) => r.end());\n",
    "from fastapi import FastAPI\napp = FastAPI()\n",
    "@app.post('/x')\ndef f(): ...\n",
    "os.environ['PUSHER_KEY']\n",
    "<?php\n",
    "Route::post('/x', fn () => 1);\n",
    "Broadcast::routes(['prefix' => 'api']);\n",
    "env('PUSHER_KEY', 'x');\n",
    "Rails.application.routes.draw do\n",
    "  post '/x', to: 'a#b'\n",
    "end\n",
    "A=1\n",
    "export B='two\nlines'\n",
    'C="${A:-x}"\n',
    "services:\n",
    "  web:\n",
    "    image: x\n",
    "    environment:\n",
    "      - A=${B:?x}\n",
    "      A: 1\n",
    "    ports: ['1:1']\n",
    "&a ",
    "*a ",
    "<<: ",
    "!reset ",
    "|\n  x\n",
    "server {\n",
    "  location ~ ^/x {\n",
    "proxy_pass http://a;\n",
    "}\n",
    "{",
    "}",
    "add_header Content-Security-Policy \"default-src 'none'\";\n",
    "example.com {\n",
    "reverse_proxy a:1\n",
    "handle_path /x/* {\n",
    "FROM node:22 AS build\n",
    "ARG A=1\n",
    'ENV A=$A B="c d"\n',
    "RUN <<EOF\nnpm run build\nEOF\n",
    "COPY --from=build /a /b\n",
    '{"dependencies": {"pusher-js": "^8"}}',
    '{"compilerOptions": {"paths": {"@/*": ["./*"]}}}',
    '"a": [',
    "],",
    ":",
    '"',
    "'",
    "`",
    "\\",
    "\r\n",
    "\r",
    "\n",
    "\t",
    " ",
    "é",
    "\U0001f600",
    "\u202e",
    "\0",
    "\ufeff",
    "#",
    "//",
    "/*",
    "*/",
    "(",
    ")",
    "=",
    ",",
    ";",
    "docker compose -f a.yml up\n",
    "production:\n  url: redis://x\n",
    "mount ActionCable.server => '/cable'\n",
]

POLICY_FRAGMENTS = [
    "connect-src",
    "default-src",
    "script-src",
    "img-src",
    "upgrade-insecure-requests",
    "'self'",
    "'none'",
    "'nonce-abc='",
    "wss://a.example:443/x",
    "*.example",
    "wss:",
    "{{ hosts }}",
    "$host",
    "&#39;",
    "&amp;",
    "; ",
    ";",
    " ",
    "\n  ",
    "\t",
]

NAMED = frozenset({"javascript", "html", "python", "dotenv", "compose", "dockerfile", "manifest", "php"})
"""Kinds whose names stand in the file as the facts give them."""

HOST = "wss://ws.example"


def facts(kind: str, data: bytes) -> FileFacts:
    """Return the facts of a file of a kind, whatever the prefilter says."""
    return extract(SourceFile(KINDS[kind], kind, "app", False, len(data)), data, force=True)


def check_sites(found: FileFacts, data: bytes) -> None:
    """Check that every site in every fact lies inside of the file."""
    lines = _lines_of(data)
    for fact in found.facts:
        for site in _sites(fact):
            assert lines is None or _inside(site, lines), (fact, data)


def read_all(found: FileFacts) -> None:
    """Read all that is read when somebody asks for it."""
    for fact in found.facts:
        for _ in _sites(fact):
            pass


def check_names(found: FileFacts, data: bytes) -> None:
    """Check that the names of variables and packages stand at their sites."""
    lines = _lines_of(data)
    for fact in found.facts:
        if lines is not None and isinstance(fact, EnvRead | EnvSet | Dependency) and fact.name.isidentifier():
            assert fact.name.lower() in _text_at(fact.at, lines).lower(), (fact, data)


def check_policy(data: bytes) -> None:
    """Check that a page's policy is read as written, and that a fix allows one host more and changes nothing else."""
    policy = data.decode("utf-8", "replace")
    if "\0" in policy:
        return
    text = escape(policy, quote=False)
    for value in (
        f'"{escape(policy)}"',
        '"{}"'.format(text.replace('"', "&quot;")),
        "'{}'".format(text.replace("'", "&#39;")),
    ):
        page = f'<!doctype html>\n<meta http-equiv="Content-Security-Policy" content={value}>\n'
        check_sites(facts("html", page.encode()), page.encode())
        found = _policy_of(page)
        assert (found.policy if found else "") == policy, page
        if found:
            _check_allowed_host(page, found)


def _check_allowed_host(page: str, found: CspMeta) -> None:
    source = open_source(found.at.path, page.encode())
    edits = source and operation("allow-host")(source, found.at, {"host": HOST})
    if not edits:
        return
    fixed = _policy_of(edited(edits, {found.at.path: page.encode()})[found.at.path].decode())
    assert fixed, page
    before, after = directives(found.policy), directives(fixed.policy)
    listed = before[connection_directive(before)]
    kept = () if [source.lower() for source in listed] == ["'none'"] else listed
    assert any(covers(source, split(HOST)) for source in after["connect-src"]), (page, fixed)
    assert after == {**before, "connect-src": (*kept, HOST)}, (page, fixed)


def _policy_of(page: str) -> CspMeta | None:
    return next((fact for fact in facts("html", page.encode()).facts if isinstance(fact, CspMeta)), None)


def _lines_of(data: bytes) -> list[str] | None:
    """Return the lines of a file; None where readers may differ, because a carriage return stands alone."""
    text = data.decode("utf-8", "replace").removeprefix("\ufeff").replace("\r\n", "\n")
    return None if "\r" in text else text.split("\n")


def _sites(value: object) -> Iterator[Site]:
    if isinstance(value, Site):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _sites(item)
    elif is_dataclass(value):
        for field in fields(value):
            yield from _sites(getattr(value, field.name))


def _inside(site: Site, lines: list[str]) -> bool:
    if not 1 <= site.line <= site.end_line <= len(lines):
        return False
    return (
        1 <= site.column <= len(lines[site.line - 1]) + 1
        and 1 <= site.end_column <= len(lines[site.end_line - 1]) + 2
        and (site.line, site.column) <= (site.end_line, site.end_column)
    )


def _text_at(site: Site, lines: list[str]) -> str:
    if site.line == site.end_line:
        return lines[site.line - 1][site.column - 1 : site.end_column - 1]
    middle = lines[site.line : site.end_line - 1]
    return "\n".join(
        [lines[site.line - 1][site.column - 1 :], *middle, lines[site.end_line - 1][: site.end_column - 1]]
    )
