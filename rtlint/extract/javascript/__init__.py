"""JavaScript and TypeScript, with JSX, Vue and Svelte: read by tree-sitter, which copes with half-written files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from tree_sitter import Node

from rtlint.extract.javascript.clients import constructions, subscriptions
from rtlint.extract.javascript.config_files import config_options
from rtlint.extract.javascript.console import may_suppress, suppression
from rtlint.extract.javascript.dev_proxies import dev_proxies
from rtlint.extract.javascript.handlers import handlers
from rtlint.extract.javascript.injected import injected_scripts
from rtlint.extract.javascript.later import groups, opened, script_of
from rtlint.extract.javascript.modules import modules
from rtlint.extract.javascript.nest import nest
from rtlint.extract.javascript.parser import Positions, Source
from rtlint.extract.javascript.routes import routes
from rtlint.extract.javascript.servers import server_objects
from rtlint.extract.javascript.variables import env_reads
from rtlint.extract.prefilter import is_config
from rtlint.extract.suppressions import suppressions
from rtlint.facts.expressions import EnvVar
from rtlint.facts.raw import Binding, Directive, EnvRead, Import, Problem, RawFact
from rtlint.patterns import regex

GRAMMARS = {".ts": "typescript", ".mts": "typescript", ".cts": "typescript", ".tsx": "tsx"}
_SVELTE_ENV = regex(r"^\$env/(?:static|dynamic)/(?:public|private)$")
_TEMPLATES = regex(r"\.(?:php|ejs|erb|twig|jinja2?|j2|hbs|html?)$")
_BROKEN_SHARE = 5
"""A script is called unparsable when more than one part in this many lies in nodes that the grammar can't place."""


def extract(path: str, data: bytes) -> list[RawFact]:
    """Return the facts of a script, or of the scripts in a Vue or Svelte component."""
    if path.endswith((".vue", ".svelte")):
        from rtlint.extract.html import extract as extract_html

        return extract_html(path, data)
    suffix = path[path.rfind(".") :]
    return list(script(Positions(path, data), GRAMMARS.get(suffix, "javascript")))


def script(positions: Positions, grammar: str, ranges: Sequence[Any] | None = None) -> Iterator[RawFact]:
    """Yield the facts of one script.

    Args:
        positions: the file that it stands in.
        grammar: javascript, typescript or tsx.
        ranges: the parts of the file that are the script; None for the whole file.
    """
    builder, captures = opened(Source(positions, grammar, ranges))
    source = builder.source
    later = builder.script = script_of(source)
    facts = list(modules(builder, captures.get("call", ()), captures.get("assign", ())))
    imports = [fact for fact in facts if isinstance(fact, Import)]
    yield from facts
    yield from _directives(source)
    yield from _svelte_variables(imports)
    yield from env_reads(builder, captures)
    yield from constructions(builder, captures)
    yield from subscriptions(builder, captures)
    yield from handlers(builder, captures)
    if may_suppress(source.data):
        yield from suppression(builder, captures)
    yield from injected_scripts(source)
    yield from routes(builder, captures, imports)
    yield from nest(builder, captures, imports)
    yield from server_objects(builder, captures, imports)
    yield from groups(later, captures)
    if is_config(source.path):
        yield from config_options(builder, facts)
        yield from dev_proxies(builder, facts)
    yield from _comments(source, captures)
    yield from _problems(source, captures)


def _directives(source: Source) -> Iterator[RawFact]:
    """Yield the directives: strings that stand as statements before all others (ECMA-262, section 11.2.1)."""
    for node in source.root.named_children:
        inner = node.named_children[0] if node.type == "expression_statement" and node.named_children else None
        if node.type != "comment" and (inner is None or inner.type != "string"):
            return
        if inner is not None:
            yield Directive(source.site(inner), source.text(inner)[1:-1])


def _svelte_variables(imports: list[Import]) -> Iterator[RawFact]:
    """Yield what SvelteKit's `import { PUBLIC_X } from "$env/static/public"` reads and binds."""
    for fact in imports:
        if _SVELTE_ENV.match(fact.source) and fact.imported not in {"*", "env"}:
            yield EnvRead(fact.at, fact.imported, "import.meta.env", fallback=False, guarded=False)
            yield Binding(fact.at, fact.local, EnvVar(fact.at, fact.imported, "import.meta.env"))


def _comments(source: Source, captures: dict[str, list[Node]]) -> Iterator[RawFact]:
    for node in captures.get("comment", ()):
        text = source.text(node)
        if "rtlint:" in text:
            start = source.data.rfind(b"\n", 0, node.start_byte) + 1
            alone = not source.data[start : node.start_byte].strip(b" \t{\xef\xbb\xbf")
            end = source.site(node).end_line
            yield from suppressions(text, source.site(node), end + 1 if alone else end)


def _problems(source: Source, captures: dict[str, list[Node]]) -> Iterator[RawFact]:
    """Yield a problem for a script that is none: one odd construct in a file that else parses is not worth a word.

    A script that ends in the middle of something is none, too. Where JSX is, the grammar itself gives up on valid text
    now and then (an `&` in it): that is a limit of ours. In a server template, the template's own tags look broken.
    """
    errors = captures.get("error", [])
    broken = sum(node.end_byte - node.start_byte for node in errors)
    size = max(source.root.end_byte - source.root.start_byte, 1)
    end = len(source.data.rstrip())
    unclosed = [node for node in captures.get("missing", ()) if node.start_byte >= end]
    whole = source.root.type == "ERROR" or bool(unclosed)
    if _TEMPLATES.search(source.path) or not (whole or (errors and broken * _BROKEN_SHARE > size)):
        return
    first = errors[0] if errors and not whole else source.root
    start = source.positions.point(first.start_byte)[0]
    at = source.positions.site(first.start_byte, min(first.end_byte, first.start_byte + 1))
    if b"</" in source.data or b"/>" in source.data:
        yield Problem(at, "RT905", f"parts of this file could not be parsed, from line {start} on")
    else:
        yield Problem(at, "RT901", f"not valid JavaScript from line {start} on")
