"""Configuration of hosts and of Angular's development server: where they send paths.

Sources: https://vercel.com/docs/project-configuration#rewrites, https://docs.netlify.com/manage/routing/redirects/overview/,
https://angular.dev/tools/cli/serve#proxying-to-a-backend-server.
"""

from __future__ import annotations

import posixpath
import re
import tomllib
from collections.abc import Iterator

from rtlint.extract.dotenv_text import Lines, decode
from rtlint.extract.javascript.dev_proxies import ProxyReader, destination
from rtlint.extract.json_module import expression
from rtlint.extract.manifests_json import parse
from rtlint.facts.expressions import ArrayLiteral, Expr, Literal
from rtlint.facts.proxies import ProxyRule
from rtlint.facts.raw import Problem, RawFact
from rtlint.facts.rewrites import Rewrite
from rtlint.facts.site import Site, whole_file
from rtlint.patterns import regex

_FROM = regex(r"""^[ \t]*["']?from["']?[ \t]*=.*$""", re.MULTILINE)


def extract(path: str, data: bytes) -> list[RawFact]:
    """Read vercel.json, netlify.toml, _redirects, or proxy.conf.json, which every other name is taken for."""
    lines = Lines(path, decode(data))
    reader = ProxyReader(path)
    name = posixpath.basename(path)
    if name == "_redirects":
        return list(_redirects(reader, lines))
    if name == "netlify.toml":
        return list(_netlify(reader, lines))
    root, error = parse(lines.text, relaxed=True)
    value = expression(lines, root) if root is not None else None
    rules = _vercel(reader, value) if name == "vercel.json" else reader.rules("angular", value)
    problems = [Problem(lines.site(error.offset, error.offset), error.code, str(error))] if error else []
    return [*rules, *problems]


def _vercel(reader: ProxyReader, value: Expr | None) -> Iterator[ProxyRule]:
    """Yield redirects, then rewrites; what a path inside the deployment leads to (a function) is not followed."""
    routes = reader.at(value, "routes")
    if routes is not None:
        yield reader.rule("vercel", routes.at, "prefix", "/", None)
    for key in ("redirects", "rewrites"):
        found = reader.at(value, key)
        for item in found.items if isinstance(found, ArrayLiteral) else ():
            target = reader.at(item, "destination")
            text = str(target.value) if isinstance(target, Literal) else ""
            if key == "redirects" or not text.endswith(".html"):
                yield destination(reader, "vercel", item, plain=key == "rewrites" and "://" in text)


def _netlify(reader: ProxyReader, lines: Lines) -> Iterator[RawFact]:
    try:
        found = tomllib.loads(lines.text).get("redirects", [])
    except (tomllib.TOMLDecodeError, RecursionError):
        yield Problem(whole_file(lines.path), "RT901", "the file is no TOML")
        return
    places = [lines.site(each.start(), each.end()) for each in _FROM.finditer(lines.text)]
    items = [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []
    for number, item in enumerate(items):
        at = places[number] if len(places) == len(items) else whole_file(lines.path)
        conditional = any(item.get(key) for key in ("conditions", "query", "headers", "signed"))
        source, target = str(item.get("from", "")), str(item.get("to", ""))
        yield from _redirect(reader, at, source, target, str(item.get("status", 301)), conditional=conditional)


def _redirects(reader: ProxyReader, lines: Lines) -> Iterator[RawFact]:
    """Read `from to status` of each line; anything more is a condition."""
    position = 0
    for line in lines.text.splitlines(keepends=True):
        words = line.partition("#")[0].split()
        if len(words) >= 2:
            start = position + line.index(words[0])
            at = lines.site(start, position + len(line.partition("#")[0].rstrip()))
            status = words[2] if len(words) > 2 else "301"
            yield from _redirect(reader, at, words[0], words[1], status, conditional=len(words) > 3)
        position += len(line)


def _redirect(
    reader: ProxyReader, at: Site, source: str, target: str, status: str, *, conditional: bool
) -> Iterator[ProxyRule]:
    """Yield a rule that passes on; pages and answers of Netlify's own are no way to a backend."""
    if target.endswith(".html") or status.startswith("404"):
        return
    complete = status.rstrip("!") == "200" and "://" in target and not conditional
    changes = (Rewrite("pattern", source),)
    to = Literal(at, target)
    yield reader.made("netlify", at, "pattern", source, to, changes, websocket="unknown", complete=complete)
