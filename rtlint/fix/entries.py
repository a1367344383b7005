"""Entries: `KEY=value`, `KEY: value`, `key: value` of an object literal, and bare literals."""

from __future__ import annotations

import re
from collections.abc import Mapping

from rtlint.facts.records import dataclass
from rtlint.facts.site import Site
from rtlint.findings import Edit
from rtlint.fix.source import Source
from rtlint.patterns import regex

_KEY = r"[A-Za-z_$][\w$.-]*"
_ASSIGNED = regex(rf"(?P<open>[\"']?)(?:export\s+)?(?P<key>{_KEY})\s*=\s*(?P<value>.*?)(?P=open)", re.DOTALL)
_MAPPED = regex(rf"(?P<quote>[\"']?)(?P<key>{_KEY})(?P=quote)\s*:\s+?(?P<value>\S.*|)", re.DOTALL)
_NAME = regex(r"[A-Za-z_$][\w$]*")
QUOTES = ("'", '"', "`")


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry, or a bare value.

    Attributes:
        key: the range of the key without quotes; None for a bare value.
        start: where the value begins, behind its opening quote.
        end: where it ends, before its closing quote.
        quote: its quote, or empty.
        mapped: whether a colon parts key and value.
    """

    key: tuple[int, int] | None
    start: int
    end: int
    quote: str
    mapped: bool


def entry(source: Source, at: Site) -> Entry | None:
    """Return the entry at a site, or None for anything else (a call, an expression of several parts)."""
    start, end = source.range(at)
    text = source.text[start:end]
    for pattern in (_ASSIGNED, _MAPPED):
        found = pattern.fullmatch(text)
        if found:
            key = (start + found.start("key"), start + found.end("key"))
            return _entry(source, key, start + found.start("value"), start + found.end("value"), pattern is _MAPPED)
    return _entry(source, None, start, end, mapped=False)


def _entry(source: Source, key: tuple[int, int] | None, start: int, end: int, mapped: bool) -> Entry | None:
    text = source.text[start:end]
    quote = text[:1] if text[:1] in QUOTES and text else ""
    if quote:
        closed = len(text) > 1 and text.endswith(quote) and quote not in text[1:-1] and "\\" not in text
        return Entry(key, start + 1, end - 1, quote, mapped) if closed else None
    bare_word = key is not None or re.fullmatch(r"[\w.-]+", text)
    return Entry(key, start, end, "", mapped) if bare_word and "\n" not in text else None


def rename(source: Source, at: Site, arguments: Mapping[str, str]) -> list[Edit] | None:
    """Give the entry at a place another key, `name`; a value alone is taken for that of the key before it.

    `from` is the key that has to be there, `unless` a value with which the entry is left alone.
    """
    found = entry(source, at)
    if found and source.text[found.start : found.end] == arguments.get("unless"):
        return None
    key = key_of(source, at)
    if key is None or not _NAME.fullmatch(arguments["name"]) or _sibling(source, key, arguments["name"]):
        return None
    if "from" in arguments and source.text[slice(*key)] != arguments["from"]:
        return None
    return [source.edit(*key, arguments["name"])]


def key_of(source: Source, at: Site) -> tuple[int, int] | None:
    """Return the range of the key of the entry at a place, or of the one whose value stands there."""
    found = entry(source, at)
    return found.key if found and found.key else _key_before(source, at)


def _key_before(source: Source, at: Site) -> tuple[int, int] | None:
    """Return the key whose value a site is, on the same line."""
    start, _ = source.range(at)
    found = re.search(rf"(?<![\w$.])(?P<key>{_KEY})[\"']?\s*[:=]\s*$", source.text[source.line_start(start) : start])
    offset = source.line_start(start)
    return (offset + found.start("key"), offset + found.end("key")) if found else None


def _sibling(source: Source, key: tuple[int, int], name: str) -> bool:
    """Tell whether the name is there already, near enough to be an entry beside this one."""
    from rtlint.fix.options import option_names

    names = option_names(source, key[0])
    if names is not None:
        return name in names
    nearby = source.text[max(0, key[0] - 4000) : key[1] + 4000]
    return re.search(rf"^[ \t-]*(?:export )?[\"']?{re.escape(name)}[\"']?\s*[:=]", nearby, re.MULTILINE) is not None


def add_variable(source: Source, _at: Site, arguments: Mapping[str, str]) -> list[Edit] | None:
    """List a variable, `name`, without a value at the end of a dotenv file."""
    name = arguments["name"]
    if not re.fullmatch(r"\w+", name) or re.search(rf"^\s*(?:export )?{name}\s*=", source.text, re.MULTILINE):
        return None
    end = len(source.text)
    newline = "" if not source.text or source.text.endswith("\n") else "\n"
    return [source.edit(end, end, f"{newline}{name}=\n")]
