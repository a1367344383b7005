"""Expressions: syntax nodes to value expressions. Names of functions are replaced by what they stand for."""

from __future__ import annotations

import re
from collections.abc import Callable

from tree_sitter import Node

from rtlint.extract.javascript.parser import Source, bare, walk
from rtlint.extract.javascript.scope import Definition, Scopes
from rtlint.facts.expressions import (
    ArrayLiteral,
    Binary,
    Call,
    Conditional,
    Entry,
    EnvVar,
    Expr,
    Fallback,
    Function,
    Literal,
    Member,
    Name,
    Not,
    ObjectLiteral,
    Template,
    Unknown,
)

MAX_DEPTH = 60
ENV_OBJECTS = {
    "import.meta.env": "import.meta.env",
    "process.env": "process.env",
    "globalThis.process.env": "process.env",
    "window.process.env": "process.env",
    "Bun.env": "process.env",
    "Deno.env": "process.env",
}
"""Objects whose members are environment variables."""

_TEMPLATE_FILE = re.compile(r"\.(?:html?|php|ejs|erb|twig|jinja2?|j2|hbs)$")
_TEMPLATE_TAG = re.compile(r"\{\{|\{!!|\{%|<%|<\?|@json\b|@js\b")
"""Tags of Blade, Jinja, Twig, Handlebars, ERB, EJS and PHP: the server puts a value there."""

_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0", "\n": ""}
_ESCAPE = re.compile(r"\\(u\{[0-9a-fA-F]+\}|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|\r\n|.|\n)", re.DOTALL)


def unescape(text: str) -> str:
    """Return a string literal's text with its escapes resolved: ECMA-262, section 12.9.4."""

    def replace(found: re.Match[str]) -> str:
        body = found.group(1)
        if body[0] in "ux" and len(body) > 1:
            code = int(body[1:].strip("{}"), 16)
            return chr(code) if code <= 0x10FFFF else "\ufffd"
        return _ESCAPES.get(body, "" if body == "\r\n" else body)

    return _ESCAPE.sub(replace, text).encode("utf-16", "surrogatepass").decode("utf-16", "replace")


class Builder:
    """Builds value expressions for the nodes of one file."""

    def __init__(self, source: Source, scopes: Scopes, reassigned: frozenset[str]) -> None:
        self.source = source
        self.scopes = scopes
        self._reassigned = reassigned
        self._functions: list[Node] = []
        self._resolving: set[tuple[int, str]] = set()

    def build(self, node: Node | None, depth: int = 0) -> Expr:
        """Return the expression of a node; `Unknown` with a reason for what is not understood."""
        if node is None:
            return Unknown(self.source.site(self.source.root), "nothing")
        node = bare(node)
        if depth > MAX_DEPTH:
            return self._unknown(node, "nested too deeply")
        variable = self.env_variable(node)
        if variable:
            return EnvVar(self.source.site(node), *variable)
        rule = _RULES.get(node.type)
        if rule is None:
            return self._unknown(node, node.type.replace("_", " "))
        return rule(self, node, depth + 1)

    def _unknown(self, node: Node, reason: str) -> Unknown:
        return Unknown(self.source.site(node), reason)

    def env_object(self, node: Node) -> str:
        """Return the interface when a node is the object of all variables, by itself or through a name; else empty."""
        node = bare(node)
        if node.type == "member_expression":
            text = re.sub(r"[\s?]|\(|\)| as any", "", self.source.text(node))
            return ENV_OBJECTS.get(text, "")
        if node.type == "identifier":
            found = self.scopes.find(self.source.text(node), node)
            value = (
                found.node.child_by_field_name("value")
                if found and found.kind == "variable" and not found.key
                else None
            )
            if value is not None and bare(value).type == "member_expression":
                return self.env_object(value)
        return ""

    def env_variable(self, node: Node) -> tuple[str, str] | None:
        """Return name and interface when a node reads one variable under its written name."""
        if node.type not in {"member_expression", "subscript_expression"}:
            return None
        inner = node.child_by_field_name("object")
        via = self.env_object(inner) if inner is not None else ""
        if not via:
            return None
        if node.type == "member_expression":
            return self.source.text(node.child_by_field_name("property")), via
        index = node.child_by_field_name("index")
        name = self.string(index) if index is not None else None
        return (name, via) if name is not None else None

    def string(self, node: Node) -> str | None:
        """Return the text of a string literal, or of a template without substitutions; else None."""
        if node.type == "string":
            return unescape(self.source.text(node)[1:-1])
        if node.type == "template_string" and not any(c.type == "template_substitution" for c in node.named_children):
            return unescape(self.source.text(node)[1:-1])
        return None

    def _string(self, node: Node, _depth: int) -> Expr:
        text = self.source.text(node)[1:-1]
        if _TEMPLATE_TAG.search(text) and _TEMPLATE_FILE.search(self.source.path):
            return self._unknown(node, "template tag")
        return Literal(self.source.site(node), unescape(text))

    def _template(self, node: Node, depth: int) -> Expr:
        at = self.source.site(node)
        parts: list[Expr] = []
        position = node.start_byte + 1
        for child in node.named_children:
            if child.type == "template_substitution":
                parts += self._chunk(position, child.start_byte)
                inner = [item for item in child.named_children if item.type != "comment"]
                parts.append(self.build(inner[0], depth) if inner else Literal(at, ""))
                position = child.end_byte
        parts += self._chunk(position, node.end_byte - 1)
        if not any(not isinstance(part, Literal) for part in parts):
            return Literal(at, "".join(str(part.value) for part in parts if isinstance(part, Literal)))
        return Template(at, tuple(parts))

    def _chunk(self, start: int, end: int) -> list[Expr]:
        if start >= end:
            return []
        text = unescape(self.source.data[start:end].decode("utf-8", "replace"))
        return [Literal(self.source.positions.site(start, end), text)]

    def _number(self, node: Node, _depth: int) -> Expr:
        text = self.source.text(node).replace("_", "")
        try:
            value = int(text, 0) if not re.search(r"[.eE]", text) or text[:2].lower() == "0x" else float(text)
        except ValueError:
            return self._unknown(node, "number")
        return Literal(self.source.site(node), value)

    def _constant(self, node: Node, _depth: int) -> Expr:
        return Literal(self.source.site(node), {"true": True, "false": False}.get(node.type))

    def _identifier(self, node: Node, depth: int) -> Expr:
        name = self.source.text(node)
        if name == "undefined":
            return Literal(self.source.site(node), None)
        found = self.scopes.find(name, node)
        if found is None or found.of_module:
            return Name(self.source.site(node), name)
        return self._local(node, name, found, depth)

    def _local(self, node: Node, name: str, found: Definition, depth: int) -> Expr:
        """Replace a name of a function by the expression that it is bound to there."""
        if found.kind == "parameter":
            own = found.scope in self._functions and not found.key
            return Name(self.source.site(node), name) if own else self._unknown(node, "parameter")
        if found.kind != "variable" or name in self._reassigned:
            return self._unknown(node, {"variable": "assigned more than once"}.get(found.kind, found.kind))
        key = (found.node.id, name)
        if key in self._resolving:
            return self._unknown(node, "name that refers to itself")
        self._resolving.add(key)
        try:
            return self.declared(found, depth)
        finally:
            self._resolving.discard(key)

    def declared(self, found: Definition, depth: int = 0) -> Expr:
        """Return the expression that a declaration binds its name to, destructuring included."""
        value = found.node.child_by_field_name("value")
        if value is None:
            return self._unknown(found.node, "declared without a value")
        if not found.key:
            return self.build(value, depth)
        at = self.source.site(value)
        via = self.env_object(value)
        taken: Expr = EnvVar(at, found.key, via) if via else Member(at, self.build(value, depth), found.key)
        if found.default is None:
            return taken
        return Fallback(self.source.site(found.default), "default", taken, self.build(found.default, depth))

    def _member(self, node: Node, depth: int) -> Expr:
        inner = node.child_by_field_name("object")
        name = self.source.text(node.child_by_field_name("property"))
        if inner is not None and inner.type == "this":
            owner = self.class_of(node)
            return Name(self.source.site(node), f"{owner}#{name}") if owner else self._unknown(node, "this")
        return Member(self.source.site(node), self.build(inner, depth), name)

    def class_of(self, node: Node) -> str:
        """Return the name of the class around a node, or an empty text."""
        found = node.parent
        while found is not None and found.type not in {"class_declaration", "class", "abstract_class_declaration"}:
            found = found.parent
        return self.source.text(found.child_by_field_name("name")) if found is not None else ""

    def _subscript(self, node: Node, depth: int) -> Expr:
        index = node.child_by_field_name("index")
        name = self.string(index) if index is not None else None
        if name is None:
            return self._unknown(node, "computed member")
        return Member(self.source.site(node), self.build(node.child_by_field_name("object"), depth), name)

    def _binary(self, node: Node, depth: int) -> Expr:
        operator = self.source.text(node.child_by_field_name("operator"))
        at = self.source.site(node)
        if operator not in {"||", "??", "+", "&&", "===", "!==", "==", "!="}:
            return self._unknown(node, f"operator {operator}")
        left = self.build(node.child_by_field_name("left"), depth)
        right = self.build(node.child_by_field_name("right"), depth)
        if operator in {"||", "??"}:
            return Fallback(at, operator, left, right)
        if operator == "+":
            return Template(at, (left, right))
        return Binary(at, operator, left, right)

    def _unary(self, node: Node, depth: int) -> Expr:
        if self.source.text(node.child_by_field_name("operator")) != "!":
            return self._unknown(node, "operator")
        return Not(self.source.site(node), self.build(node.child_by_field_name("argument"), depth))

    def _ternary(self, node: Node, depth: int) -> Expr:
        fields = (node.child_by_field_name(name) for name in ("condition", "consequence", "alternative"))
        test, then, otherwise = (self.build(item, depth) for item in fields)
        return Conditional(self.source.site(node), test, then, otherwise)

    def _object(self, node: Node, depth: int) -> Expr:
        entries: list[Entry] = []
        spreads: list[Expr] = []
        for child in node.named_children:
            if child.type == "pair":
                entries += self._pair(child, depth)
            elif child.type == "shorthand_property_identifier":
                entries.append(Entry(self.source.site(child), self.source.text(child), self._identifier(child, depth)))
            elif child.type == "spread_element":
                spreads.append(self.build(child.named_children[0] if child.named_children else None, depth))
            elif child.type == "method_definition":
                name = self.source.text(child.child_by_field_name("name"))
                entries.append(Entry(self.source.site(child), name, self._unknown(child, "function")))
        return ObjectLiteral(self.source.site(node), tuple(entries), tuple(spreads))

    def _pair(self, node: Node, depth: int) -> list[Entry]:
        key = self.key(node.child_by_field_name("key"))
        value = self.build(node.child_by_field_name("value"), depth)
        return [Entry(self.source.site(node), key, value)] if key is not None else []

    def key(self, node: Node | None) -> str | None:
        """Return the text of an object's key; None for a computed one."""
        if node is None or node.type == "computed_property_name":
            return None
        text = self.string(node)
        return text if text is not None else self.source.text(node)

    def _array(self, node: Node, depth: int) -> Expr:
        items = tuple(self.build(child, depth) for child in node.named_children if child.type != "comment")
        return ArrayLiteral(self.source.site(node), items)

    def _call(self, node: Node, depth: int) -> Expr:
        callee = node.child_by_field_name("function")
        arguments = self.arguments(node, depth)
        if self.source.text(callee) == "Object.freeze" and arguments:
            return arguments[0]
        return Call(self.source.site(node), self.build(callee, depth), arguments)

    def arguments(self, node: Node, depth: int = 0) -> tuple[Expr, ...]:
        """Return the arguments of a call or construction."""
        found = node.child_by_field_name("arguments")
        if found is None or found.type != "arguments":
            return ()
        return tuple(self.build(child, depth) for child in found.named_children if child.type != "comment")

    def _function(self, node: Node, depth: int) -> Expr:
        """Return a function that does nothing but return a value; its own names stand in the result."""
        result = _result(node)
        if result is None or node in self._functions or len(self._functions) > 4:
            return self._unknown(node, "function")
        names, defaults = self._signature(node, depth)
        self._functions.append(node)
        try:
            return Function(self.source.site(node), names, defaults, self.build(result, depth))
        finally:
            self._functions.pop()

    def _signature(self, node: Node, depth: int) -> tuple[tuple[str, ...], tuple[Expr | None, ...]]:
        single, several = node.child_by_field_name("parameter"), node.child_by_field_name("parameters")
        parameters = [single] if single else several.named_children if several else []
        names, defaults = [], []
        for parameter in parameters:
            pattern = parameter.child_by_field_name("pattern") or parameter
            value = parameter.child_by_field_name("value") or parameter.child_by_field_name("right")
            left = pattern.child_by_field_name("left") if pattern.type == "assignment_pattern" else pattern
            names.append(self.source.text(left) if left is not None and left.type == "identifier" else "")
            defaults.append(self.build(value, depth) if value is not None else None)
        return tuple(names), tuple(defaults)


def _result(function: Node) -> Node | None:
    """Return what a function returns when it does nothing else: an expression body, or declarations and one return."""
    body = function.child_by_field_name("body")
    if body is None or function.type.startswith("generator"):
        return None
    if body.type != "statement_block":
        return body
    returns = [node for node in walk(body, into_functions=False) if node.type == "return_statement"]
    statements = [child for child in body.named_children if child.type != "comment"]
    plain = {"lexical_declaration", "variable_declaration", "return_statement"}
    if len(returns) != 1 or not statements or statements[-1] != returns[0]:
        return None
    simple = all(child.type in plain or _throws(child) for child in statements)
    return returns[0].named_children[0] if simple and returns[0].named_children else None


def _throws(statement: Node) -> bool:
    """Tell whether a statement is `if (...) throw`: a guard that leaves the result alone."""
    return statement.type == "if_statement" and any(
        node.type == "throw_statement" for node in walk(statement, limit=50)
    )


_RULES: dict[str, Callable[[Builder, Node, int], Expr]] = {
    "string": Builder._string,
    "template_string": Builder._template,
    "number": Builder._number,
    "true": Builder._constant,
    "false": Builder._constant,
    "null": Builder._constant,
    "undefined": Builder._constant,
    "identifier": Builder._identifier,
    "shorthand_property_identifier": Builder._identifier,
    "member_expression": Builder._member,
    "subscript_expression": Builder._subscript,
    "binary_expression": Builder._binary,
    "unary_expression": Builder._unary,
    "ternary_expression": Builder._ternary,
    "object": Builder._object,
    "array": Builder._array,
    "call_expression": Builder._call,
    "arrow_function": Builder._function,
    "function_expression": Builder._function,
    "function_declaration": Builder._function,
}
