"""Expressions: syntax nodes to value expressions. Names of functions are replaced by what they stand for."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeVar, cast

from tree_sitter import Node

from rtlint.extract.javascript.changes import Changes
from rtlint.extract.javascript.functions import (
    is_getter,
    is_short,
    owner_of,
    pattern_name,
    position,
    promised,
    returned,
)
from rtlint.extract.javascript.parser import WRAPPERS, Source, bare
from rtlint.extract.javascript.scope import Definition, Scopes
from rtlint.facts.expressions import (
    ArrayLiteral,
    Binary,
    Call,
    Conditional,
    Entry,
    EnvObject,
    EnvVar,
    Expr,
    Fallback,
    Function,
    Index,
    Literal,
    Member,
    Name,
    New,
    Not,
    ObjectLiteral,
    Parameter,
    Regex,
    Template,
    Unknown,
)
from rtlint.facts.later import Later, Script
from rtlint.patterns import regex

Built = TypeVar("Built", bound="Expr | tuple[Expr, ...] | None")

MAX_DEPTH = 60
MAX_NODES = 3_000
"""How many nodes one expression may have after the names of its function are replaced."""

MAX_TOTAL = 250_000
"""How many nodes all expressions of a file may have together: the largest scripts that people write need a tenth."""

MAX_NESTED = 4
REASSIGNED = "assigned more than once"
ENV_OBJECTS = {
    "import.meta.env": "import.meta.env",
    "process.env": "process.env",
    "globalThis.process.env": "process.env",
    "window.process.env": "process.env",
    "Bun.env": "process.env",
    "Deno.env": "process.env",
}
"""Objects whose members are environment variables."""

_CONSTANTS = frozenset({"string", "number", "true", "false", "null"})
_DECORATION = regex(r"[\s?()]| as any")
_ACCESSES = frozenset({"member_expression", "subscript_expression"})
_TEMPLATE_FILE = regex(r"\.(?:html?|php|ejs|erb|twig|jinja2?|j2|hbs)$")
_TEMPLATE_TAG = regex(r"\{\{|\{!!|\{%|<%|<\?|@json\b|@js\b")
"""Tags of Blade, Jinja, Twig, Handlebars, ERB, EJS and PHP: the server puts a value there."""

_OF_THE_PAGE = frozenset({"window", "document", "navigator", "location", "localStorage"})
"""Objects that every page has: where code tests for one, the arm of the browser is the one that counts for clients."""

_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0", "\n": ""}
_ESCAPE = regex(r"\\(u\{[0-9a-fA-F]+\}|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|\r\n|.|\n)", re.DOTALL)


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
    """Builds value expressions for the nodes of one file.

    Attributes:
        script: what expressions are read from later; None where all of them are read at once.
        spent: how many nodes were built; there is a limit for each script.
    """

    def __init__(
        self, source: Source, scopes: Scopes, reassigned: frozenset[str], changes: Changes | None = None
    ) -> None:
        self.source = source
        self.scopes = scopes
        self.script: Script | None = None
        self.reassigned = reassigned
        self.changes = changes or Changes({})
        self._functions: list[Node] = []
        self._resolving: set[tuple[int, str, int]] = set()
        self._left = MAX_NODES
        self.spent = 0
        self._locals: dict[tuple[object, ...], Expr] = {}

    def later(self, form: str, node: Node, read: Callable[[], Built], name: str = "") -> Built:
        """Return an expression for a field that may hold a `Later`: one that is read when it is asked for, if possible.

        Args:
            form: how it is read, one of those of `rtlint.extract.javascript.later`.
            node: where it stands.
            read: reads it now.
            name: the name that is bound to it, where that decides.
        """
        if self.script is None or node.type in _CONSTANTS:
            return read()
        return cast("Built", Later(self.script, form, name, node.start_byte, node.end_byte, node.type))

    def begin(self, script: Script) -> None:
        """Begin with an expression of a script anew, so that it does not depend on what was read before."""
        self._locals.clear()
        self.script = script
        self.spent = script.spent

    def build(self, node: Node | None, depth: int = 0) -> Expr:
        """Return the expression of a node; `Unknown` with a reason for what is not understood."""
        if node is None:
            return Unknown(self.source.site(self.source.root), "nothing")
        kind = node.type
        if kind in WRAPPERS:
            node = bare(node)
            kind = node.type
        self._left = MAX_NODES if depth == 0 else self._left - 1
        self.spent += 1
        if depth > MAX_DEPTH or self._left < 0 or self.spent > MAX_TOTAL:
            return self._unknown(node, "nested too deeply")
        if kind in _ACCESSES:
            variable = self.env_variable(node)
            if variable:
                return EnvVar(self.source.site(node), *variable)
        rule = _RULES.get(kind)
        if rule is None:
            return self._unknown(node, kind.replace("_", " "))
        return rule(self, node, depth + 1)

    def _unknown(self, node: Node, reason: str) -> Unknown:
        return Unknown(self.source.site(node), reason)

    def env_object(self, node: Node) -> str:
        """Return the interface when a node is the object of all variables, by itself or through a name; else empty."""
        node = bare(node)
        if node.type == "member_expression":
            text = self.source.text(node)
            if "env" not in text:
                return ""
            return ENV_OBJECTS.get(text) or ENV_OBJECTS.get(_DECORATION.sub("", text), "")
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
        if node.type not in _ACCESSES:
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
            return self._parameter(node, name, found, depth)
        if found.kind != "variable":
            return self._unknown(node, found.kind)
        steps = self.changes.steps(name, node) if name in self.reassigned else 0
        key = (found.node.id, name, steps)
        if key in self._resolving:
            return self._unknown(node, "name that refers to itself")
        known = (*key, *(function.id for function in self._functions))
        if known in self._locals:
            return self._locals[known]
        self._resolving.add(key)
        try:
            expr = self._held(node, name, found, depth)
        finally:
            self._resolving.discard(key)
        if depth < MAX_DEPTH // 2 and self._left > 0 and not self._resolving:
            self._locals[known] = expr
        return expr

    def _held(self, node: Node, name: str, found: Definition, depth: int) -> Expr:
        if name not in self.reassigned:
            return self.declared(found, depth, name)
        return self.changes.assigned(self, node, name, found, depth) or self._unknown(node, REASSIGNED)

    def _parameter(self, node: Node, name: str, found: Definition, depth: int) -> Expr:
        """Return a parameter: a name while its function is built, else one that the calls of the function decide."""
        at = self.source.site(node)
        index = position(found.scope, name, self.source)
        if index is None:
            return self._unknown(node, "parameter")
        whole: Expr
        loaded = promised(found.scope, self.source) if index == 0 else None
        if loaded is not None:
            whole = self.build(loaded, depth)
            return Member(at, whole, found.key) if found.key else whole
        if found.scope in self._functions:
            whole = Name(at, pattern_name(index) if found.key else name)
            default = found.default if found.key else None
        else:
            owner = owner_of(found.scope, self.source)
            whole = Parameter(at, owner, index) if owner else self._unknown(node, "parameter")
            default = found.default
        taken = Member(at, whole, found.key) if found.key else whole
        if default is None:
            return taken
        return Fallback(self.source.site(default), "default", taken, self.build(default, depth))

    def declared(self, found: Definition, depth: int = 0, name: str = "") -> Expr:
        """Return the expression that a declaration binds its name to, destructuring and later changes included."""
        value = found.node.child_by_field_name("value")
        if value is None:
            return self._unknown(found.node, "declared without a value")
        if not found.key:
            return self.changes.applied(self, name, found, self.build(value, depth), depth)
        at = self.source.site(value)
        via = self.env_object(value)
        taken: Expr = EnvVar(at, found.key, via) if via else Member(at, self.build(value, depth), found.key)
        if found.default is None:
            return taken
        return Fallback(self.source.site(found.default), "default", taken, self.build(found.default, depth))

    def _member(self, node: Node, depth: int) -> Expr:
        inner = node.child_by_field_name("object")
        name = self.source.text(node.child_by_field_name("property"))
        via = self.env_object(node)
        if via:
            return EnvObject(self.source.site(node), via)
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
        at, inner = self.source.site(node), self.build(node.child_by_field_name("object"), depth)
        return Index(at, inner, self.build(index, depth)) if name is None else Member(at, inner, name)

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
        operator, argument = (
            self.source.text(node.child_by_field_name("operator")),
            node.child_by_field_name("argument"),
        )
        at = self.source.site(node)
        if operator == "!":
            return Not(at, self.build(argument, depth))
        if operator == "void":
            return Literal(at, None)
        if operator == "typeof" and self.source.text(argument) in _OF_THE_PAGE:
            return Literal(at, "object")
        inner = self.build(argument, depth) if operator == "-" else None
        if isinstance(inner, Literal) and isinstance(inner.value, int | float):
            return Literal(at, -inner.value)
        return self._unknown(node, f"operator {operator}")

    def _ternary(self, node: Node, depth: int) -> Expr:
        fields = (node.child_by_field_name(name) for name in ("condition", "consequence", "alternative"))
        test, then, otherwise = (self.build(item, depth) for item in fields)
        return Conditional(self.source.site(node), test, then, otherwise)

    def _object(self, node: Node, depth: int) -> Expr:
        entries: list[Entry] = []
        spreads: list[Expr] = []
        for child in node.named_children:
            if child.type == "spread_element" or self._is_computed(child):
                # What is spread overrides the keys before it.
                spreads += [ObjectLiteral(self.source.site(node), tuple(entries))] if entries else []
                spreads.append(self._spread(child, depth))
                entries = []
            elif child.type == "pair":
                key = self.key(child.child_by_field_name("key")) or ""
                value = self.build(child.child_by_field_name("value"), depth)
                entries.append(Entry(self.source.site(child), key, value))
            elif child.type == "shorthand_property_identifier":
                entries.append(Entry(self.source.site(child), self.source.text(child), self._identifier(child, depth)))
            elif child.type == "method_definition":
                entries.append(self._method(child, depth))
        return ObjectLiteral(self.source.site(node), tuple(entries), tuple(spreads))

    def _is_computed(self, child: Node) -> bool:
        key = child.child_by_field_name("key") if child.type == "pair" else None
        return key is not None and self.key(key) is None

    def _spread(self, child: Node, depth: int) -> Expr:
        if child.type == "pair":
            return self._unknown(child, "computed key")
        return self.build(child.named_children[0] if child.named_children else None, depth)

    def _method(self, node: Node, depth: int) -> Entry:
        """Return a method of an object as an entry; a getter stands for what it returns."""
        key = self.key(node.child_by_field_name("name")) or ""
        value = self._function(node, depth) if is_short(node) else self._unknown(node, "function")
        if is_getter(node):
            value = value.result if isinstance(value, Function) else self._unknown(node, "getter")
        return Entry(self.source.site(node), key, value)

    def _new(self, node: Node, depth: int) -> Expr:
        callee = self.build(node.child_by_field_name("constructor"), depth)
        return New(self.source.site(node), callee, self.arguments(node, depth))

    def _regex(self, node: Node, _depth: int) -> Expr:
        pattern, flags = node.child_by_field_name("pattern"), node.child_by_field_name("flags")
        return Regex(self.source.site(node), self.source.text(pattern), self.source.text(flags))

    def _keyword(self, node: Node, _depth: int) -> Expr:
        return Name(self.source.site(node), self.source.text(node))

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
        if self.source.text(callee) == "Object.assign":
            return ObjectLiteral(self.source.site(node), (), arguments)
        return Call(self.source.site(node), self.build(callee, depth), arguments)

    def arguments(self, node: Node, depth: int = 0) -> tuple[Expr, ...]:
        """Return the arguments of a call or construction."""
        found = node.child_by_field_name("arguments")
        if found is None or found.type != "arguments":
            return ()
        return tuple(self.build(child, depth) for child in found.named_children if child.type != "comment")

    def _function(self, node: Node, depth: int) -> Expr:
        """Return a function by the value that it returns; its own names stand in the result."""
        if node in self._functions or len(self._functions) > MAX_NESTED:
            return self._unknown(node, "function")
        names, defaults = self._signature(node, depth)
        self._functions.append(node)
        try:
            result = returned(self, node, depth)
        finally:
            self._functions.pop()
        return Function(self.source.site(node), names, defaults, result) if result else self._unknown(node, "function")

    def _signature(self, node: Node, depth: int) -> tuple[tuple[str, ...], tuple[Expr | None, ...]]:
        single, several = node.child_by_field_name("parameter"), node.child_by_field_name("parameters")
        parameters = [single] if single else several.named_children if several else []
        names: list[str] = []
        defaults: list[Expr | None] = []
        for parameter in parameters:
            pattern = parameter.child_by_field_name("pattern") or parameter
            value = parameter.child_by_field_name("value") or parameter.child_by_field_name("right")
            left = pattern.child_by_field_name("left") if pattern.type == "assignment_pattern" else pattern
            plain = left is not None and left.type == "identifier"
            names.append(self.source.text(left) if plain else pattern_name(len(names)))
            defaults.append(self.build(value, depth) if value is not None else None)
        return tuple(names), tuple(defaults)


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
    "new_expression": Builder._new,
    "regex": Builder._regex,
    "import": Builder._keyword,
    "this": Builder._keyword,
    "arrow_function": Builder._function,
    "function_expression": Builder._function,
    "function_declaration": Builder._function,
    "method_definition": Builder._function,
}
