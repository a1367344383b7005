"""Kinds: what format a file has, judged by its name."""

from __future__ import annotations

import posixpath
from functools import lru_cache

from rtlint.patterns import regex
from rtlint.roles import is_ordinary

_SAMPLE = r"(?:\.(?:example|sample|template|tmpl|dist))?"
_BY_NAME = regex(
    r"(?P<other>.+\.d\.[cm]?ts|.+\.min\.[cm]?js)"
    rf"|(?P<dotenv>\.env(?:\..+)?|\.env[_-](?:example|sample|template|tmpl|dist|local|dev\w*|prod\w*|stag\w*|test\w*)"
    rf"|.+\.env(?:\.local)?{_SAMPLE}|(?:dot)?env\.(?:example|sample|template|tmpl|dist))"
    rf"|(?P<compose>(?:docker-)?compose(?:[._-].+)?\.ya?ml{_SAMPLE})"
    r"|(?P<dockerignore>(?:.+)?\.dockerignore)"
    r"|(?P<dockerfile>(?:docker|container)file(?:[._-].+)?|.+\.(?:docker|container)file)"
    r"|(?P<manifest>package\.json|pyproject\.toml|composer\.json|pnpm-workspace\.yaml|requirements.*\.(?:txt|in))"
    r"|(?P<lockfile>package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|(?:poetry|uv)\.lock)"
    r"|(?P<tsconfig>[jt]sconfig(?:[._-].+)?\.json)"
    r"|(?P<hosting>vercel\.json|netlify\.toml|_redirects|proxy\.conf(?:ig)?\.json)"
    r"|(?P<shell>(?:gnu)?makefile|justfile|.+\.(?:mk|sh|bash))"
    r"|(?P<cable>cable\.ya?ml)"
    r"|(?P<caddy>caddyfile(?:\..+)?)"
    rf"|(?P<nginx>.*nginx.*\.conf(?:\.j2)?{_SAMPLE}|.+\.nginx)"
)
"""Kinds that the whole name decides, in lower case."""

_FOREIGN_ENDINGS = {
    "dotenv": frozenset(
        "js mjs cjs jsx ts mts cts tsx json yaml yml toml md py rb php go sh ps1 swp vault keys enc gpg age asc".split()
    ),
    "dockerfile": frozenset("dockerignore md js mjs cjs ts mts cts py go rb json yaml yml toml j2 erb".split()),
}
"""Last parts of names that look like a kind and are another format: `.env.ts`, `Dockerfile.dockerignore`."""

_ENDINGS = {
    "javascript": "js jsx mjs cjs ts tsx mts cts",
    "vue": "vue",
    "svelte": "svelte",
    "html": "html htm",
    "python": "py pyw",
    "php": "php",
    "ruby": "rb",
    "yaml": "yaml yml",
    "json": "json",
    "other_code": "go rs java kt kts cs ex exs scala swift dart c cc cpp lua pl",
}
_BY_ENDING = {ending: kind for kind, endings in _ENDINGS.items() for ending in endings.split()}
_TEMPLATES = frozenset("ejs erb twig jinja jinja2 j2 hbs".split())
_NOT_HTML = frozenset(
    "js mjs cjs jsx ts tsx css scss json yml yaml toml ini cfg conf env sh sql py rb xml txt md svg service tf".split()
)
"""Formats that are templated too, and then are no HTML: `app.js.erb`, `docker-compose.yml.j2`."""


def kind_of(path: str) -> str:
    """Return the kind of a file by its name: javascript, compose, dotenv, ...; `other` for the rest.

    Type declarations and minified files are `other`: nobody wrote them to run as they stand.
    """
    folder, _, name = path.rpartition("/")
    name = name.lower()
    kind = _kind_of_name(name)
    if kind == "other" and name.endswith((".conf", ".conf.template")) and "nginx" in path.lower():
        return "nginx"
    if kind == "other" and name.endswith((".txt", ".in")) and posixpath.basename(folder) == "requirements":
        return "manifest"
    return kind


@lru_cache(maxsize=1 << 14)
def _kind_of_name(name: str) -> str:
    stem, _, ending = name.rpartition(".")
    if is_ordinary(name):
        return _BY_ENDING.get(ending, "other")
    special = _BY_NAME.fullmatch(name)
    if special and special.lastgroup and ending not in _FOREIGN_ENDINGS.get(special.lastgroup, ()):
        return special.lastgroup
    if name.endswith(".blade.php") or (ending in _TEMPLATES and stem.rpartition(".")[2] not in _NOT_HTML):
        return "template"
    return _BY_ENDING.get(ending, "other")
