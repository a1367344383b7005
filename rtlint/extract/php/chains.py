"""Chains of calls: `Route::middleware('api')->prefix('v1')->group(...)` as a root and its steps."""

from __future__ import annotations

from collections.abc import Sequence

from tree_sitter import Node

from rtlint.extract.php.expressions import Builder
from rtlint.facts.records import dataclass

_MEMBERS = frozenset({"member_call_expression", "nullsafe_member_call_expression"})


@dataclass(frozen=True, slots=True)
class Step:
    """One call of a chain.

    Attributes:
        node: the chain up to this call.
        name: the method.
        given: the arguments, with the names of those that have one.
    """

    node: Node
    name: str
    given: list[tuple[str, Node]]

    def named(self, parameters: Sequence[str]) -> dict[str, Node]:
        """Return the arguments by the names of the parameters."""
        places = enumerate(self.given)
        return {
            name or (parameters[place] if place < len(parameters) else ""): value for place, (name, value) in places
        }


@dataclass(frozen=True, slots=True)
class Chain:
    """A chain of calls.

    Attributes:
        node: all of it.
        root: the object that the first call is made on; None for a class.
        scope: the class as written, for a static call; else empty.
        steps: the calls in their order; at least one.
    """

    node: Node
    root: Node | None
    scope: str
    steps: list[Step]

    def step(self, name: str) -> Step | None:
        """Return the last call of a method."""
        return next((step for step in reversed(self.steps) if step.name == name), None)


def unrolled(builder: Builder, node: Node) -> Chain:
    """Return the chain that ends with a call."""
    steps: list[Step] = []
    current: Node | None = node
    while current is not None and current.type in _MEMBERS:
        steps.append(_step(builder, current))
        current = current.child_by_field_name("object")
    if current is not None and current.type == "scoped_call_expression":
        steps.append(_step(builder, current))
        scope = builder.tree.text(current.child_by_field_name("scope"))
        return Chain(node, None, scope, steps[::-1])
    return Chain(node, current, "", steps[::-1])


def _step(builder: Builder, node: Node) -> Step:
    return Step(node, builder.tree.text(node.child_by_field_name("name")), builder.given(node))


def closure_body(node: Node) -> Node | None:
    """Return the body of `function () { ... }` or `fn () => ...`; None for anything else."""
    return node.child_by_field_name("body") if node.type in {"anonymous_function", "arrow_function"} else None
