"""Suppressors: what replaces console methods, cancels errors or patches the network is taken out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from tree_sitter import Node

from rtlint.extract.javascript.parser import ancestors, is_function, walk
from rtlint.facts.site import Site
from rtlint.findings import Edit
from rtlint.fix.options import pair_at
from rtlint.fix.removal import remove_entry
from rtlint.fix.scripts import Script, script_at
from rtlint.fix.source import Source
from rtlint.patterns import regex

_STATEMENTS = frozenset({"expression_statement", "if_statement", "lexical_declaration", "variable_declaration"})
_BLOCKS = frozenset({"program", "statement_block"})
_SUPPRESSING = regex(
    r"^(?:window\.|globalThis\.|self\.)?(?:console\b|on(?:error|unhandledrejection)\b"
    r"|addEventListener\s*\(\s*['\"](?:error|unhandledrejection)['\"])"
)
_PURE = frozenset(
    {"array", "string", "regex", "arrow_function", "function_expression", "object", "number", "true", "false"}
)


def remove_suppressor(source: Source, at: Site, arguments: Mapping[str, str]) -> list[Edit] | None:
    """Take out the statement at a place, or the whole `<script>` where all of it only suppresses.

    The option of a bundler that removes console calls is taken out as an option.
    """
    if pair_at(source, at) is not None:
        return remove_entry(source, at, arguments)
    start, end = source.range(at)
    script = script_at(source, start)
    if script is None:
        return None
    if script.element and all(_only_suppresses(script, node) for node in _top(script.root)):
        return [source.without(*script.element)]
    node = next((item for item in script.around(source, start, end) if _is_statement(item)), None)
    if node is None or _is_used(script, node):
        return None
    first, last = script.range(node)
    comment = re.match(r"[ \t]*//[^\r\n]*", source.text[last:])
    return [source.without(first, last + (comment.end() if comment else 0))]


def _is_statement(node: Node) -> bool:
    return node.type in _STATEMENTS and node.parent is not None and node.parent.type in _BLOCKS


def _is_used(script: Script, node: Node) -> bool:
    """Tell whether a declaration gives a name that other code uses."""
    names = {script.text(item.child_by_field_name("name")) for item in node.named_children if "declarator" in item.type}
    return any(
        item.type == "identifier" and script.text(item) in names and node not in ancestors(item)
        for item in walk(script.root)
    )


def _top(root: Node) -> Iterator[Node]:
    """Yield the statements of a script; those of one function around all of them in its place."""
    statements = [node for node in root.named_children if node.type != "comment"]
    function = next((node for node in walk(statements[0], limit=6) if is_function(node)), None) if statements else None
    body = function.child_by_field_name("body") if function is not None and len(statements) == 1 else None
    called = statements and statements[0].type == "expression_statement"
    if body is not None and called and body.type == "statement_block" and _is_called_at_once(function):
        yield from (node for node in body.named_children if node.type != "comment")
    else:
        yield from statements


def _is_called_at_once(function: Node | None) -> bool:
    """Tell whether a function is called where it stands: `(function () {...})()`."""
    node = function.parent if function is not None else None
    while node is not None and node.type == "parenthesized_expression":
        node = node.parent
    return node is not None and node.type == "call_expression"


def _only_suppresses(script: Script, node: Node) -> bool:
    """Tell whether a statement suppresses, or declares what only suppressing statements can need."""
    if node.type in {"lexical_declaration", "variable_declaration"}:
        values = [item.child_by_field_name("value") for item in node.named_children if "declarator" in item.type]
        return all(value is None or value.type in _PURE or _reads_console(script, value) for value in values)
    if node.type == "function_declaration":
        return True
    if node.type == "expression_statement" and node.named_children:
        return node.named_children[0].type == "string" or bool(_SUPPRESSING.match(script.text(node)))
    return False


def _reads_console(script: Script, value: Node) -> bool:
    return bool(re.match(r"(?:window\.)?console\b", script.text(value)))
