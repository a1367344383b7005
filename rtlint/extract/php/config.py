"""What the files of Laravel's configuration return, and the variables that PHP reads."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator

from tree_sitter import Node

from rtlint.extract.php.expressions import Builder, env_names
from rtlint.facts.expressions import Expr, Fallback, Literal, ObjectLiteral
from rtlint.facts.php import LaravelConfig
from rtlint.facts.raw import EnvRead
from rtlint.facts.site import Site

_MAX_DEPTH = 12
_ESSENTIAL = frozenset({"key", "secret", "app_id"})
"""What a connection can't do without; its options have defaults in the broadcaster's own client."""


def is_config(path: str) -> bool:
    """Tell whether a file stands where Laravel's configuration does; bootstrap/providers.php is a list of its own."""
    folder, name = posixpath.split(path)
    return posixpath.basename(folder) == "config" or (posixpath.basename(folder), name) == (
        "bootstrap",
        "providers.php",
    )


def config(builder: Builder) -> Iterator[LaravelConfig]:
    """Yield the leaves of what a file of the configuration returns, with their paths of keys."""
    path = builder.tree.path
    if is_config(path):
        name = posixpath.basename(path).removesuffix(".php")
        for value in _returned(builder):
            yield from _leaves(value.at, name, value, 0)


def _returned(builder: Builder) -> Iterator[Expr]:
    for node in builder.tree.root.named_children:
        if node.type == "return_statement" and node.named_children:
            yield builder.build(node.named_children[-1])


def _leaves(at: Site, key: str, value: Expr, depth: int) -> Iterator[LaravelConfig]:
    if not isinstance(value, ObjectLiteral) or depth > _MAX_DEPTH:
        yield LaravelConfig(at, key, value)
        return
    for entry in value.entries:
        yield from _leaves(entry.at, f"{key}.{entry.key}", entry.value, depth + 1)
    for spread in value.spreads:
        yield LaravelConfig(spread.at, f"{key}.*", spread)


def env_reads(builder: Builder) -> Iterator[EnvRead]:
    """Yield the reads of variables.

    Laravel's configuration comes with entries for everything that an application could use, and gives null to what is
    not set. So only what the connection that is the default in config/broadcasting.php needs counts as needed.
    """
    needed = set(_needed(config(builder)))
    stock = is_config(builder.tree.path)
    for node, variable in env_names(builder, builder.tree.walk()):
        at = builder.tree.site(node)
        fallback = _has_fallback(builder, node) or (stock and at not in needed)
        yield EnvRead(at, variable.name if variable else "", "php", fallback=fallback, guarded=False)


def _has_fallback(builder: Builder, node: Node) -> bool:
    """Tell whether a read has a second argument, or stands left of `??` or `?:`."""
    at, parent = builder.tree.site(node), node.parent
    while parent is not None and parent.type in {"parenthesized_expression", "cast_expression"}:
        node, parent = parent, parent.parent
    if isinstance(builder.build(node), Fallback):
        return True
    around = builder.build(parent) if parent is not None and parent.type in _CHOICES else None
    return isinstance(around, Fallback) and around.left.at == at


_CHOICES = frozenset({"binary_expression", "conditional_expression"})


def _needed(facts: Iterable[LaravelConfig]) -> Iterator[Site]:
    """Yield the places of the values that the default connection can't do without."""
    leaves = {fact.key: fact.value for fact in facts}
    chosen = leaves.get("broadcasting.default")
    chosen = chosen.right if isinstance(chosen, Fallback) else chosen
    if isinstance(chosen, Literal):
        for key, value in leaves.items():
            name = key.removeprefix(f"broadcasting.connections.{chosen.value}.")
            if name in _ESSENTIAL:
                yield value.at
