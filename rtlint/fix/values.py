"""Values: a text in place of another, in the quotes that are there."""

from __future__ import annotations

import re
from collections.abc import Mapping

from rtlint.facts.site import Site
from rtlint.findings import Edit
from rtlint.fix.entries import Entry, entry, key_of
from rtlint.fix.source import Source
from rtlint.patterns import regex

_PLAIN = regex(r"[\w./:@%+,{}?&=~-]+")
"""Texts that need no quotes and no escapes in any of the formats."""
_YAML_TYPED = regex(r"(?i:true|false|yes|no|on|off|null|~|[-+.\d][\d.:_e+-]*)")
"""Plain scalars that YAML 1.1 takes for something else than a text: https://yaml.org/type/."""
_SCRIPT = regex(r"\.(?:[cm]?[jt]sx?|vue|svelte|html?)$")
_INTERPOLATED = regex(r"\$\{")


def set_value(source: Source, at: Site, arguments: Mapping[str, str]) -> list[Edit] | None:
    """Give the entry or literal at a place another value: `value`, written as it is when `raw` is given.

    `key` is the key that it has to have. A value that is put together (`${BASE}/path`, a concatenation) is left alone.
    """
    value = arguments["value"]
    if source.path.endswith(".py"):
        from rtlint.fix.python import set_value as set_python_value

        return set_python_value(source, at, arguments)
    found = entry(source, at)
    if "key" in arguments:
        key = key_of(source, at)
        if key is None or source.text[slice(*key)] != arguments["key"]:
            return None
    if found is None or not _PLAIN.fullmatch(value) or _INTERPOLATED.search(source.text[found.start : found.end]):
        return None
    if "raw" in arguments:
        start, end = (found.start - 1, found.end + 1) if found.quote else (found.start, found.end)
        return [source.edit(start, end, value)]
    return [source.edit(found.start, found.end, _spelled(source, found, value))]


def _spelled(source: Source, found: Entry, value: str) -> str:
    """Return a value as it has to be spelled where no quotes are around it."""
    if found.quote:
        return value
    if _SCRIPT.search(source.path):
        return f"'{value}'"
    return f'"{value}"' if found.mapped and _YAML_TYPED.fullmatch(value) else value


def replace(source: Source, at: Site, arguments: Mapping[str, str]) -> list[Edit] | None:
    """Put `new` in place of `old` inside the value at a place, where it occurs exactly once as a whole.

    For paths and hosts: what follows may be the end, a quote, a query or a bracket, and what goes before no word.
    """
    old, new = arguments["old"], arguments["new"]
    if source.path.endswith(".py"):
        from rtlint.fix.python import replace as replace_in_python

        return replace_in_python(source, at, arguments)
    span = _value_range(source, at)
    if span is None or not old or not _PLAIN.fullmatch(new):
        return None
    found = list(re.finditer(whole(old), source.text[slice(*span)]))
    if len(found) != 1:
        return None
    return [source.edit(span[0] + found[0].start(), span[0] + found[0].end(), new)]


def whole(text: str) -> str:
    """Return a pattern for a path or host that is not a part of a longer one."""
    before = "" if text.startswith("/") else r"(?<![\w.-])"
    return rf"{before}{re.escape(text)}(?![\w/-]|\.\w)"


def _value_range(source: Source, at: Site) -> tuple[int, int] | None:
    """Return the range of the value of an entry, or of a literal, a template or a concatenation."""
    found = entry(source, at)
    if found is not None:
        return found.start, found.end
    start, end = source.range(at)
    text = source.text[start:end]
    return (start, end) if text[:1] in {"'", '"', "`"} and "\n" not in text else None


def secure_scheme(source: Source, at: Site, _arguments: Mapping[str, str]) -> list[Edit] | None:
    """Put `wss:` or `https:` in place of `ws:` or `http:` at the beginning of the value at a place."""
    span = _value_range(source, at)
    found = re.match(r"[\"'`]?(?P<scheme>ws|http)(?=://)", source.text[slice(*span)]) if span else None
    if span is None or found is None:
        return None
    return [source.edit(span[0] + found.end("scheme"), span[0] + found.end("scheme"), "s")]


def follow_page_scheme(source: Source, at: Site, _arguments: Mapping[str, str]) -> list[Edit] | None:
    """Let the scheme of a URL that begins with `ws://` follow the page's: wss on https, ws on http."""
    start, _ = source.range(at)
    found = re.match(r"(?P<quote>['\"])ws://(?P=quote)(?=\s*\+)|`ws://(?=\$\{)", source.text[start:])
    if found is None:
        return None
    quote = found["quote"]
    if quote:
        chosen = f"(location.protocol === {quote}https:{quote} ? {quote}wss://{quote} : {quote}ws://{quote})"
        return [source.edit(start, start + found.end(), chosen)]
    chosen = "`${location.protocol === 'https:' ? 'wss' : 'ws'}://"
    return [source.edit(start, start + found.end(), chosen)]
