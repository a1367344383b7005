"""Options of object literals in scripts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from tree_sitter import Node

from rtlint.facts.site import Site
from rtlint.findings import Edit
from rtlint.fix.scripts import Script, script_at
from rtlint.fix.source import Source
from rtlint.patterns import regex

_CALLS = frozenset({"new_expression", "call_expression"})
_PLAIN = regex(r"[\w./:@-]+")


def option_names(source: Source, offset: int) -> set[str] | None:
    """Return the names in the object literal around an offset; None where there is none."""
    script = script_at(source, offset)
    found = (
        next((node for node in script.around(source, offset, offset) if node.type == "object"), None)
        if script
        else None
    )
    return {_name(script, pair) for pair in found.named_children} if script and found else None


def _name(script: Script, pair: Node) -> str:
    key = pair.child_by_field_name("key") or pair
    return script.text(key).strip("\"'")


def set_option(source: Source, at: Site, arguments: Mapping[str, str]) -> list[Edit] | None:
    """Give the call at a place the option `name` with the text `value`, or as it is when `raw` is given.

    The options are the last argument, an object literal, or none yet.
    """
    start, end = source.range(at)
    script = script_at(source, start)
    if script is None or not ("raw" in arguments or _PLAIN.fullmatch(arguments["value"])):
        return None
    call = next((node for node in script.around(source, start, end) if node.type in _CALLS), None)
    given = call.child_by_field_name("arguments") if call is not None else None
    if given is None:
        return None
    value = arguments["value"] if "raw" in arguments else f"'{arguments['value']}'"
    return _with_option(source, script, given, arguments["name"], value)


def _with_option(source: Source, script: Script, given: Node, name: str, value: str) -> list[Edit] | None:
    values = [node for node in given.named_children if node.type != "comment"]
    last = values[-1] if values else None
    if last is not None and last.type == "object":
        return add_pair(source, script, last, name, value)
    if last is None or last.type not in {"string", "template_string", "member_expression"}:
        return None
    end = script.range(last)[1]
    return [source.edit(end, end, f", {{ {name}: {value} }}")]


def add_pair(source: Source, script: Script, found: Node, name: str, value: str) -> list[Edit] | None:
    """Return the edits that add a pair to an object literal, laid out as the others are; None when it is there."""
    pairs = [node for node in found.named_children if node.type != "comment"]
    if any(_name(script, pair) == name for pair in pairs):
        return None
    start, end = script.range(found)
    if not pairs:
        return [source.edit(start, end, f"{{ {name}: {value} }}")]
    last = script.range(pairs[-1])[1]
    behind = re.match(r"\s*,", source.text[last:end])
    comma = "" if behind else ","
    last += behind.end() if behind else 0
    if source.lines.line(start) == source.lines.line(script.range(pairs[-1])[0]):
        return [source.edit(last, last, f"{comma} {name}: {value}")]
    indent = source.indent(script.range(pairs[-1])[0])
    return [source.edit(last, last, f"{comma}\n{indent}{name}: {value}{',' if behind else ''}")]


def pair_at(source: Source, at: Site) -> tuple[Script, Node] | None:
    """Return the pair of an object literal that a site is, or is the value of."""
    start, end = source.range(at)
    script = script_at(source, start)
    if script is None:
        return None
    for node in script.around(source, start, end):
        if node.type == "pair":
            spans = {script.range(node), script.range(node.child_by_field_name("value") or node)}
            return (script, node) if (start, end) in spans else None
    return None


def without_item(source: Source, item: tuple[int, int], others: Iterable[tuple[int, int]]) -> Edit:
    """Return the edit that removes one item of a list with commas, given the ranges of the other items."""
    start, end = item
    behind = re.match(r"\s*,", source.text[end:])
    if behind:
        if source.alone(start, end + behind.end()):
            return source.without(start, end + behind.end())
        following = re.match(r"[ \t]*", source.text[end + behind.end() :])
        return source.edit(start, end + behind.end() + (following.end() if following else 0), "")
    before = max((last for _, last in others if last <= start), default=None)
    return source.edit(before, end, "") if before is not None else source.without(start, end)
