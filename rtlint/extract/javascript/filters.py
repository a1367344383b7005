"""Filters: the tests of a message's text on which a replacement drops it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

from rtlint.extract.javascript.expressions import Builder
from rtlint.extract.javascript.parser import ancestors, bare, is_function, walk
from rtlint.facts.raw import MessageFilter

_TEXT_TESTS = {
    "includes": "includes",
    "indexOf": "includes",
    "startsWith": "startsWith",
    "endsWith": "endsWith",
}
_REGEX_TESTS = frozenset({"test", "exec"})
_MATCHES = frozenset({"match", "search", "matchAll"})
_NEGATIONS = frozenset({("===", "-1"), ("==", "-1"), ("===", "false"), ("===", "null"), ("<", "0")})
_TYPES = frozenset({"string", "object", "undefined", "function", "number", "boolean"})


def filters(
    builder: Builder, function: Node, group: int, originals: frozenset[int] = frozenset(), depth: int = 0
) -> Iterator[MessageFilter]:
    """Yield the tests in a function, and in the functions of the same file that it calls (three levels deep).

    A test that lets messages pass when it holds is none that drops them.

    Args:
        builder: of the script.
        function: what replaces a console method or handles an event.
        group: the group of the patch.
        originals: the numbers of the calls that pass a message on.
        depth: how many functions were followed.
    """
    for node in walk(function):
        if node.type in {"call_expression", "binary_expression"} and _keeps(builder, node, function, originals):
            continue
        if node.type == "call_expression":
            yield from _call(builder, node, group)
            helper = _helper(builder, node) if depth < 3 else None
            if helper is not None and helper != function:
                yield from filters(builder, helper, group, depth=depth + 1)
        elif node.type == "binary_expression":
            yield from _comparison(builder, node, group)


def listed(builder: Builder, node: Node) -> list[str]:
    """Return the strings of the list that a name runs over: `['warn', 'error'].forEach((name) => ...)`."""
    value = _resolved(builder, node)
    texts = (
        [builder.string(item) for item in value.named_children] if value is not None and value.type == "array" else []
    )
    return [text for text in texts if text]


def _helper(builder: Builder, call: Node) -> Node | None:
    callee = call.child_by_field_name("function")
    if callee is None or callee.type != "identifier":
        return None
    found = builder.scopes.find(builder.source.text(callee), callee)
    if found is None:
        return None
    value = found.node.child_by_field_name("value")
    return found.node if is_function(found.node) else value if value is not None and is_function(value) else None


def _call(builder: Builder, node: Node, group: int) -> Iterator[MessageFilter]:
    callee, arguments = node.child_by_field_name("function"), node.child_by_field_name("arguments")
    if callee is None or callee.type != "member_expression" or arguments is None or not arguments.named_children:
        return
    method = builder.source.text(callee.child_by_field_name("property"))
    receiver, first = callee.child_by_field_name("object"), arguments.named_children[0]
    if receiver is None:
        return
    if method in _REGEX_TESTS:
        yield from _patterns(builder, receiver, group, "regex", "")
    elif method in _MATCHES:
        yield from _patterns(builder, first, group, "regex", "")
    elif method in _TEXT_TESTS:
        if method == "includes" and _is_list(builder, receiver):
            yield from _patterns(builder, receiver, group, "equals", "")
        else:
            yield from _patterns(builder, first, group, _TEXT_TESTS[method], _case(builder, receiver))


def _is_list(builder: Builder, node: Node) -> bool:
    value = _resolved(builder, node)
    return value is not None and value.type == "array"


def _case(builder: Builder, node: Node) -> str:
    """Return `i` when the tested text was lower-cased, in place or where its name is bound."""
    text = builder.source.text(node)
    found = builder.scopes.find(text, node) if node.type == "identifier" else None
    if found is not None and found.kind == "variable":
        text = builder.source.text(found.node)
    return "i" if re.search(r"to(?:Locale)?(?:Lower|Upper)Case\(", text) else ""


def _resolved(builder: Builder, node: Node) -> Node | None:
    """Return the literal, list or construction that a node stands for."""
    node = bare(node)
    if node.type == "subscript_expression":
        inner = node.child_by_field_name("object")
        return _resolved(builder, inner) if inner is not None else None
    if node.type != "identifier":
        return node
    found = builder.scopes.find(builder.source.text(node), node)
    if found is None:
        return None
    if found.kind in {"parameter", "loop"}:
        return _iterated(builder, found.node)
    value = found.node.child_by_field_name("value")
    return bare(value) if value is not None else None


def _iterated(builder: Builder, owner: Node) -> Node | None:
    """Return the list that a callback's parameter or a loop's variable runs over."""
    if owner.type == "for_in_statement":
        right = owner.child_by_field_name("right")
        return _resolved(builder, right) if right is not None else None
    for parent in ancestors(owner):
        if parent.type == "call_expression":
            callee = parent.child_by_field_name("function")
            inner = callee.child_by_field_name("object") if callee is not None else None
            return _resolved(builder, inner) if inner is not None else None
        if parent.type != "arguments":
            return None
    return None


def _patterns(builder: Builder, node: Node, group: int, syntax: str, flags: str) -> Iterator[MessageFilter]:
    """Yield the filter of a pattern, or those of each item of a list of patterns."""
    value = _resolved(builder, node)
    if value is None:
        if _is_imported(builder, node):
            written = builder.source.text(node)[:200]
            yield MessageFilter(builder.source.site(node), group, "unknown", written, "")
        return
    at = builder.source.site(value)
    if value.type == "array":
        for item in value.named_children:
            if item.type in {"string", "template_string", "regex", "new_expression"}:
                yield from _patterns(builder, item, group, syntax, flags)
    elif value.type == "regex" and syntax in {"regex", "equals"}:
        pattern = builder.source.text(value.child_by_field_name("pattern"))
        yield MessageFilter(at, group, "regex", pattern, builder.source.text(value.child_by_field_name("flags")))
    elif value.type == "new_expression" and builder.source.text(value.child_by_field_name("constructor")) == "RegExp":
        yield from _constructed(builder, value, group)
    else:
        text = builder.string(value)
        if text:
            yield MessageFilter(at, group, syntax, text, flags)


def _is_imported(builder: Builder, node: Node) -> bool:
    """Tell whether a pattern, or the list that it comes from, belongs to another file."""
    for name in (item for item in walk(node) if item.type == "identifier"):
        found = builder.scopes.find(builder.source.text(name), name)
        if found is not None and found.kind == "import":
            return True
        if found is not None and found.kind in {"parameter", "loop"} and _runs_over_import(builder, found.node):
            return True
    return False


def _runs_over_import(builder: Builder, owner: Node) -> bool:
    """Tell whether a callback's parameter or a loop's variable runs over a list that is imported."""
    listed_by = owner.child_by_field_name("right") if owner.type == "for_in_statement" else None
    call = owner.parent.parent if owner.parent is not None and owner.parent.type == "arguments" else None
    callee = call.child_by_field_name("function") if call is not None else None
    source = listed_by or (callee.child_by_field_name("object") if callee is not None else None)
    if source is None or source.type != "identifier":
        return False
    found = builder.scopes.find(builder.source.text(source), source)
    return found is not None and found.kind == "import"


def _constructed(builder: Builder, node: Node, group: int) -> Iterator[MessageFilter]:
    arguments = node.child_by_field_name("arguments")
    nodes = arguments.named_children if arguments is not None else []
    given = [_joined(builder, item) or builder.string(item) or "" for item in nodes]
    if given and given[0]:
        flags = given[1] if len(given) > 1 else ""
        yield MessageFilter(builder.source.site(node), group, "regex", given[0], flags)


def _comparison(builder: Builder, node: Node, group: int) -> Iterator[MessageFilter]:
    operator = builder.source.text(node.child_by_field_name("operator"))
    sides = [node.child_by_field_name("left"), node.child_by_field_name("right")]
    if operator not in {"===", "=="} or any("typeof" in builder.source.text(side) for side in sides):
        return
    for side in sides:
        text = builder.string(side) if side is not None else None
        if side is not None and text and text not in _TYPES and len(text) > 3:
            yield MessageFilter(builder.source.site(side), group, "equals", text, "")


def _joined(builder: Builder, node: Node) -> str:
    """Return the alternatives of `new RegExp(patterns.join('|'))`, or an empty text."""
    callee = node.child_by_field_name("function")
    inner = callee.child_by_field_name("object") if callee is not None else None
    if inner is None or callee is None or builder.source.text(callee.child_by_field_name("property")) != "join":
        return ""
    arguments = node.child_by_field_name("arguments")
    given = [builder.string(item) for item in arguments.named_children] if arguments is not None else []
    return "|".join(listed(builder, inner)) if given == ["|"] else ""


def _keeps(builder: Builder, test: Node, function: Node, originals: frozenset[int]) -> bool:
    """Tell whether a message passes *because* a test holds: `if (text.startsWith('[app]')) original(text)`."""
    negated = False
    inner = test
    for parent in ancestors(test):
        if parent == function:
            return False
        operator = builder.source.text(parent.child_by_field_name("operator"))
        right = builder.source.text(parent.child_by_field_name("right"))
        if (operator, right) in _NEGATIONS or (parent.type == "unary_expression" and operator == "!"):
            negated = not negated
        elif parent.type == "binary_expression" and operator == "&&" and inner == parent.child_by_field_name("left"):
            if _reaches(parent.child_by_field_name("right"), originals):
                return not negated
        elif parent.type == "if_statement":
            then = _reaches(parent.child_by_field_name("consequence"), originals)
            return then and not negated
        inner = parent
    return False


def _reaches(node: Node | None, originals: frozenset[int]) -> bool:
    return node is not None and any(item.id in originals for item in walk(node))
