"""Properties of every extractor, on texts that hypothesis makes of real fragments and of noise.

No extractor raises; every site lies inside of its file; and what a fact says stands at its site. `RTLINT_FUZZ` in the
environment sets how many examples are tried (`make fuzz`).
"""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rtlint.extract import extract
from rtlint.facts.files import FileFacts, SourceFile
from rtlint.facts.raw import Dependency, EnvRead, EnvSet
from rtlint.facts.site import Site

EXAMPLES = int(os.environ.get("RTLINT_FUZZ", "60"))

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

texts = st.lists(st.sampled_from(FRAGMENTS) | st.text(max_size=6), max_size=25).map("".join)


def lines_of(text: str) -> list[str]:
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")


def inside(site: Site, lines: list[str]) -> bool:
    if not 1 <= site.line <= site.end_line <= len(lines):
        return False
    return (
        1 <= site.column <= len(lines[site.line - 1]) + 1
        and 1 <= site.end_column <= len(lines[site.end_line - 1]) + 2
        and (site.line, site.column) <= (site.end_line, site.end_column)
    )


def text_at(site: Site, lines: list[str]) -> str:
    if site.line == site.end_line:
        return lines[site.line - 1][site.column - 1 : site.end_column - 1]
    middle = lines[site.line : site.end_line - 1]
    return "\n".join(
        [lines[site.line - 1][site.column - 1 :], *middle, lines[site.end_line - 1][: site.end_column - 1]]
    )


def facts(kind: str, data: bytes) -> FileFacts:
    return extract(SourceFile(KINDS[kind], kind, "app", False, len(data)), data, force=True)


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=EXAMPLES, deadline=None, derandomize=EXAMPLES <= 60, suppress_health_check=list(HealthCheck))
@given(text=texts)
def test_sites_lie_inside_of_the_file(kind: str, text: str) -> None:
    data = text.encode("utf-8", "surrogatepass")
    lines = lines_of(data.decode("utf-8", "replace"))
    if "\r" in text.replace("\r\n", ""):
        facts(kind, data)
        return
    for fact in facts(kind, data).facts:
        assert inside(fact.at, lines), (fact, text)


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=EXAMPLES, deadline=None, derandomize=EXAMPLES <= 60, suppress_health_check=list(HealthCheck))
@given(data=st.binary(max_size=300))
def test_no_bytes_raise(kind: str, data: bytes) -> None:
    facts(kind, data)


@pytest.mark.parametrize("kind", ["javascript", "python", "dotenv", "compose", "dockerfile", "manifest", "php"])
@settings(max_examples=EXAMPLES, deadline=None, derandomize=EXAMPLES <= 60, suppress_health_check=list(HealthCheck))
@given(text=texts)
def test_what_a_fact_says_stands_at_its_site(kind: str, text: str) -> None:
    if "\r" in text.replace("\r\n", ""):
        return
    data = text.encode("utf-8", "surrogatepass")
    lines = lines_of(data.decode("utf-8", "replace"))
    for fact in facts(kind, data).facts:
        if isinstance(fact, EnvRead | EnvSet | Dependency) and fact.name.isidentifier():
            assert fact.name.lower() in text_at(fact.at, lines).lower(), (fact, text)
