"""PHP expressions as trees of facts, and the full names of classes."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tree_sitter import Node

from rtlint.extract.trees import Tree
from rtlint.facts.expressions import (
    ArrayLiteral,
    Binary,
    Call,
    Conditional,
    Entry,
    EnvVar,
    Expr,
    Fallback,
    Literal,
    Member,
    Name,
    Not,
    ObjectLiteral,
    Template,
    Unknown,
)
from rtlint.patterns import regex

_MAX_DEPTH = 60
_COMPARED = {"===": "===", "!==": "!==", "==": "==", "!=": "!=", "<>": "!=", "&&": "&&", "and": "&&"}
_SINGLE = regex(r"\\([\\'])")
_DOUBLE = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", "$": "$", '"': '"'}
_WHOLE = regex(r"-?[0-9]{1,18}")


class Builder:
    """Makes expressions of the nodes of one file.

    Attributes:
        tree: the file.
        namespace: that of the file, empty for none.
    """

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.namespace = ""
        self._imported: dict[str, str] = {}
        for node in tree.root.named_children:
            if node.type == "namespace_definition":
                self.namespace = tree.text(node.child_by_field_name("name"))
                body = node.child_by_field_name("body")
                self._imports(body.named_children if body is not None else [])
        self._imports(tree.root.named_children)

    def _imports(self, nodes: list[Node]) -> None:
        for node in nodes:
            if node.type != "namespace_use_declaration":
                continue
            start = next((child for child in node.named_children if child.type == "namespace_name"), None)
            group = node.child_by_field_name("body")
            clauses = (group or node).named_children
            for clause in clauses:
                if clause.type == "namespace_use_clause" and clause.named_children:
                    name = self.tree.text(clause.named_children[0]).lstrip("\\")
                    whole = f"{self.tree.text(start)}\\{name}" if group is not None else name
                    alias = self.tree.text(clause.child_by_field_name("alias"))
                    self._imported[alias or name.rpartition("\\")[2]] = whole

    def class_name(self, text: str) -> str:
        """Return the full name of a class as written here; Laravel's global aliases have no namespace."""
        if text.startswith("\\"):
            return text.lstrip("\\")
        head, _, rest = text.partition("\\")
        if head in self._imported:
            return f"{self._imported[head]}\\{rest}" if rest else self._imported[head]
        return f"{self.namespace}\\{text}" if self.namespace else text

    def facade(self, text: str) -> str:
        """Return the short name of a facade of Laravel that a name stands for; empty for another class."""
        whole = self.class_name(text)
        start, _, name = whole.rpartition("\\")
        return name if start in {"", "Illuminate\\Support\\Facades"} else ""

    def unknown(self, node: Node, reason: str) -> Unknown:
        """Return what stands for a node that is not understood."""
        return Unknown(self.tree.site(node), reason)

    def build(self, node: Node | None, depth: int = 0) -> Expr:
        """Return the expression of a node; a missing one is unknown."""
        if node is None or depth > _MAX_DEPTH:
            return self.unknown(node or self.tree.root, "deep nesting" if node else "missing expression")
        make = _MAKERS.get(node.type)
        return make(self, node, depth + 1) if make else self.unknown(node, node.type.replace("_", " "))

    def string(self, node: Node, depth: int) -> Expr:
        """Return a string, in single or double quotes."""
        at = self.tree.site(node)
        if node.type == "string":
            return Literal(at, _SINGLE.sub(r"\1", self.tree.text(node)[1:-1]))
        parts = [self._piece(child, depth) for child in node.named_children]
        if all(isinstance(part, Literal) for part in parts):
            return Literal(at, "".join(str(part.value) for part in parts if isinstance(part, Literal)))
        return Template(at, tuple(parts))

    def _piece(self, node: Node, depth: int) -> Expr:
        text, at = self.tree.text(node), self.tree.site(node)
        if node.type == "string_content":
            return Literal(at, text)
        if node.type == "escape_sequence":
            return Literal(at, _DOUBLE[text[1:]]) if text[1:] in _DOUBLE else self.unknown(node, "escape sequence")
        return self.build(node, depth)

    def scalar(self, node: Node, _depth: int) -> Expr:
        """Return a number, a boolean or null."""
        at, text = self.tree.site(node), self.tree.text(node)
        if node.type == "null":
            return Literal(at, None)
        if node.type == "boolean":
            return Literal(at, text.lower() == "true")
        return Literal(at, int(text)) if _WHOLE.fullmatch(text) else self.unknown(node, "number")

    def name(self, node: Node, _depth: int) -> Expr:
        """Return a constant such as `__DIR__`."""
        return Name(self.tree.site(node), self.tree.text(node))

    def constant(self, node: Node, _depth: int) -> Expr:
        """Return `X::class` as the full name of the class."""
        owner, _, name = self.tree.text(node).rpartition("::")
        if name != "class" or not owner:
            return self.unknown(node, "class constant")
        return Literal(self.tree.site(node), self.class_name(owner))

    def inner(self, node: Node, depth: int) -> Expr:
        """Return what is inside parentheses or behind a cast."""
        value = node.child_by_field_name("value")
        return self.build(value or next(iter(_code(node)), None), depth)

    def binary(self, node: Node, depth: int) -> Expr:
        """Return a concatenation, a fallback or a comparison."""
        at, operator = self.tree.site(node), self.tree.text(node.child_by_field_name("operator"))
        left = self.build(node.child_by_field_name("left"), depth)
        right = self.build(node.child_by_field_name("right"), depth)
        if operator == ".":
            start = left.parts if isinstance(left, Template) else (left,)
            return Template(at, (*start, right))
        if operator == "??":
            return Fallback(at, operator, left, right)
        found = _COMPARED.get(operator)
        return Binary(at, found, left, right) if found else self.unknown(node, f"operator {operator}")

    def conditional(self, node: Node, depth: int) -> Expr:
        """Return `a ? b : c` or `a ?: c`."""
        at, body = self.tree.site(node), node.child_by_field_name("body")
        test = self.build(node.child_by_field_name("condition"), depth)
        otherwise = self.build(node.child_by_field_name("alternative"), depth)
        if body is None:
            return Fallback(at, "||", test, otherwise)
        return Conditional(at, test, self.build(body, depth), otherwise)

    def negation(self, node: Node, depth: int) -> Expr:
        """Return `!a`; other unary operators are not understood."""
        if not self.tree.text(node).startswith("!"):
            return self.unknown(node, "unary operator")
        return Not(self.tree.site(node), self.build(next(iter(_code(node)), None), depth))

    def array(self, node: Node, depth: int) -> Expr:
        """Return a list, or an array with keys; a part that is not understood is a spread."""
        items = [child for child in node.named_children if child.type == "array_element_initializer"]
        keyed = [item for item in items if any(child.type == "=>" for child in item.children)]
        if not keyed:
            return ArrayLiteral(self.tree.site(node), tuple(self._item(item, depth) for item in items))
        entries, spreads = [], []
        for item in items:
            parts = _code(item)
            key = self.build(parts[0], depth) if item in keyed and len(parts) == 2 else None
            if isinstance(key, Literal) and key.value is not None:
                entries.append(Entry(self.tree.site(item), str(key.value), self.build(parts[1], depth)))
            else:
                spreads.append(self.unknown(item, "array element"))
        return ObjectLiteral(self.tree.site(node), tuple(entries), tuple(spreads))

    def _item(self, node: Node, depth: int) -> Expr:
        parts = _code(node)
        return self.build(parts[0], depth) if len(parts) == 1 else self.unknown(node, "array element")

    def call(self, node: Node, depth: int) -> Expr:
        """Return a call of a function; `env(...)` and `getenv(...)` are reads of variables."""
        at, given = self.tree.site(node), self.arguments(node, depth)
        name = self.tree.text(node.child_by_field_name("function")).lstrip("\\")
        if name in {"env", "getenv"} and given and isinstance(given[0], Literal) and isinstance(given[0].value, str):
            variable = EnvVar(at, given[0].value, "php")
            return Fallback(at, "??", variable, given[1]) if len(given) > 1 and name == "env" else variable
        return Call(at, Name(at, name), given)

    def method(self, node: Node, depth: int) -> Expr:
        """Return a call of a method, of an object or of a class."""
        at, given = self.tree.site(node), self.arguments(node, depth)
        static = node.child_by_field_name("scope")
        if static is not None:
            owner: Expr = Name(self.tree.site(static), self.class_name(self.tree.text(static)))
        else:
            owner = self.build(node.child_by_field_name("object"), depth)
        return Call(at, Member(at, owner, self.tree.text(node.child_by_field_name("name"))), given)

    def subscript(self, node: Node, depth: int) -> Expr:
        """Return `$_ENV['X']`; other arrays are not understood."""
        parts = _code(node)
        key = self.build(parts[1], depth) if len(parts) == 2 else None
        if (
            not parts
            or self.tree.text(parts[0]) != "$_ENV"
            or not isinstance(key, Literal)
            or not isinstance(key.value, str)
        ):
            return self.unknown(node, "array access")
        return EnvVar(self.tree.site(node), key.value, "php")

    def arguments(self, node: Node, depth: int = 0) -> tuple[Expr, ...]:
        """Return the arguments of a call in their order, named ones included."""
        return tuple(self.build(value, depth) for _, value in self.given(node))

    def given(self, node: Node) -> list[tuple[str, Node]]:
        """Return the arguments of a call with their names, empty for those by position."""
        around = node.child_by_field_name("arguments")
        found = []
        for item in around.named_children if around is not None else ():
            parts = _code(item) if item.type == "argument" else []
            if parts:
                found.append((self.tree.text(item.child_by_field_name("name")), parts[-1]))
        return found


def _code(node: Node) -> list[Node]:
    """Return what is inside a node without comments."""
    return [child for child in node.named_children if child.type != "comment"]


def env_names(builder: Builder, nodes: Iterator[Node]) -> Iterator[tuple[Node, EnvVar | None]]:
    """Yield the nodes that read a variable; None in place of one whose name is computed."""
    for node in nodes:
        if node.type == "function_call_expression":
            callee = builder.tree.text(node.child_by_field_name("function")).lstrip("\\")
            if callee in {"env", "getenv"} and builder.given(node):
                built = builder.build(node)
                found = built.left if isinstance(built, Fallback) else built
                yield node, found if isinstance(found, EnvVar) else None
        elif node.type == "subscript_expression":
            built = builder.build(node)
            if isinstance(built, EnvVar):
                yield node, built


_MAKERS: dict[str, Callable[[Builder, Node, int], Expr]] = {
    "string": Builder.string,
    "encapsed_string": Builder.string,
    "integer": Builder.scalar,
    "boolean": Builder.scalar,
    "null": Builder.scalar,
    "name": Builder.name,
    "class_constant_access_expression": Builder.constant,
    "parenthesized_expression": Builder.inner,
    "cast_expression": Builder.inner,
    "binary_expression": Builder.binary,
    "conditional_expression": Builder.conditional,
    "unary_op_expression": Builder.negation,
    "array_creation_expression": Builder.array,
    "function_call_expression": Builder.call,
    "member_call_expression": Builder.method,
    "scoped_call_expression": Builder.method,
    "subscript_expression": Builder.subscript,
}
