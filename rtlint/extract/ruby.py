"""Ruby of Rails: the routes of config/routes.rb and the settings of Action Cable.

Sources: https://guides.rubyonrails.org/routing.html, actionpack/lib/action_dispatch/routing/mapper.rb,
https://guides.rubyonrails.org/action_cable_overview.html.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from tree_sitter import Node

from rtlint.extract.ruby_routes import routes
from rtlint.extract.trees import Tree
from rtlint.facts.expressions import ArrayLiteral, EnvVar, Expr, Fallback, Literal, Unknown
from rtlint.facts.rails import CableSetting
from rtlint.facts.raw import RawFact
from rtlint.patterns import regex

_SETTING = regex(r"(?:\w+\.)*config\.(?:action_cable\.(\w+)|(relative_url_root))")
_ROUTES = regex(r"(?:^|/)config/routes(?:\.rb$|/)")
_MAX_DEPTH = 30


def extract(path: str, data: bytes) -> Iterator[RawFact]:
    """Yield the facts of a Ruby file."""
    tree = Tree(path, data, "ruby")
    if _ROUTES.search(path):
        yield from sorted(routes(tree), key=lambda fact: fact.at)
    yield from _settings(tree)
    yield from tree.suppressions()
    yield from tree.problems("Ruby")


def _settings(tree: Tree) -> Iterator[RawFact]:
    """Yield the settings of Action Cable, and a prefix of the whole application."""
    folder, name = posixpath.split(tree.path)
    environment = name.removesuffix(".rb") if posixpath.basename(folder) == "environments" else ""
    for node in tree.walk():
        if node.type == "assignment":
            found = _SETTING.fullmatch(tree.text(node.child_by_field_name("left")))
            if found:
                value = expression(tree, node.child_by_field_name("right"))
                yield CableSetting(tree.site(node), environment, found[1] or found[2], value)


def expression(tree: Tree, node: Node | None, depth: int = 0) -> Expr:
    """Return the expression of a node: strings, lists, `ENV["X"]`, `ENV.fetch("X", default)`, `a || b`."""
    if node is None or depth > _MAX_DEPTH:
        return Unknown(tree.site(node or tree.root), "deep nesting")
    at, text = tree.site(node), tree.text(node)
    if node.type in {"string", "simple_symbol"} and "#{" not in text:
        return Literal(at, text[1:] if node.type == "simple_symbol" else text[1:-1])
    if node.type in {"true", "false", "nil"}:
        return Literal(at, {"true": True, "false": False}.get(node.type))
    if node.type == "array":
        return ArrayLiteral(at, tuple(expression(tree, child, depth + 1) for child in node.named_children))
    if node.type == "string_array":
        return ArrayLiteral(at, tuple(Literal(tree.site(child), tree.text(child)) for child in node.named_children))
    if node.type == "binary" and tree.text(node.child_by_field_name("operator")) == "||":
        sides = (expression(tree, node.child_by_field_name(side), depth + 1) for side in ("left", "right"))
        return Fallback(at, "||", *sides)
    return _variable(tree, node, depth)


def _variable(tree: Tree, node: Node, depth: int) -> Expr:
    """Return a read of a variable; whatever else is unknown."""
    at = tree.site(node)
    holder = node.child_by_field_name("receiver") or node.child_by_field_name("object")
    around = node.child_by_field_name("arguments") or node
    given = [expression(tree, child, depth + 1) for child in around.named_children if child != holder]
    fetch = tree.text(node.child_by_field_name("method")) == "fetch"
    name = given[0].value if given and isinstance(given[0], Literal) else None
    if tree.text(holder) != "ENV" or not isinstance(name, str) or not (fetch or node.type == "element_reference"):
        return Unknown(at, node.type.replace("_", " "))
    variable = EnvVar(at, name, "ruby")
    if node.child_by_field_name("block") is not None:
        return Fallback(at, "??", variable, Unknown(at, "block"))
    return Fallback(at, "??", variable, given[1]) if len(given) > 1 else variable
