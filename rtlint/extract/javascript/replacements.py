"""Replacements: what a function that takes the place of another one does with what it is given.

A replacement passes a call on when it reaches the original, throws, or hands its own parameters to another function.
It is judged by its paths: all of them pass the call on, some do, none does, or what the replacement is can't be told.
"""

from __future__ import annotations

import re

from tree_sitter import Node

from rtlint.extract.javascript.expressions import Builder
from rtlint.extract.javascript.parser import ancestors, bare, is_function, walk
from rtlint.patterns import regex

NETWORK = frozenset({"WebSocket", "fetch", "XMLHttpRequest", "EventSource"})
CONSOLE = regex(r"^(?:(?:window|globalThis|self|global|top)\??\.)?console$")

_CALLS = frozenset({"call_expression", "new_expression"})
_SAVED = regex(r"\bconsole\b|\bWebSocket\b|\bfetch\b|XMLHttpRequest|EventSource")
_SAVED_NAME = regex(r"^_{0,2}(?:orig|native|real|old|saved|prev)", re.IGNORECASE)
_PASSED_NAME = regex(r"(?:orig|native|method|fn|old)", re.IGNORECASE)
_NOTHING = regex(r"^(?:(?:[\w$]+\.)?noop|Function\.prototype|undefined|null|void 0|false|0)$")
_CAST = regex(r"^\(\s*(?:(\w+)\s+as\s+[^()]{1,80}|<[^<>()]{1,80}>\s*(\w+)\s*)\)")
_SHORT_CIRCUITS = frozenset({"&&", "||", "??"})
_MAX_DEPTH = 40


class Replacements:
    """Judges the replacements of one file."""

    def __init__(self, builder: Builder) -> None:
        self._builder = builder
        self._text = builder.source.text

    def function(self, value: Node | None, depth: int = 0) -> Node | None:
        """Return the function or class that a value is, by itself, under a name, or as the result of a call."""
        if value is None or depth > 4:
            return None
        value = bare(value)
        if is_function(value) or value.type in {"class", "class_declaration"}:
            return value
        target = value.child_by_field_name("function") if value.type == "call_expression" else value
        if target is not None and target.type == "member_expression":
            return self._of_member(value, target, depth)
        if target is None or target.type != "identifier":
            return None
        found = self._builder.scopes.find(self._text(target), target)
        if found is None or found.kind not in {"variable", "function", "class"} or found.key:
            return None
        if found.kind != "variable":
            return found.node
        return self.function(found.node.child_by_field_name("value"), depth + 1)

    def _of_member(self, value: Node, target: Node, depth: int) -> Node | None:
        """Return the method that `this.handle` and `this.handle.bind(this)` name, or the function of `f.bind(x)`."""
        inner, name = target.child_by_field_name("object"), self._text(target.child_by_field_name("property"))
        if value.type == "call_expression":
            return self.function(inner, depth + 1) if name == "bind" else None
        if self._text(inner) != "this":
            return None
        owner = next((item for item in ancestors(value) if item.type == "class_body"), None)
        for child in owner.named_children if owner is not None else ():
            key = child.child_by_field_name("name") or child.child_by_field_name("property")
            if self._text(key) == name:
                return child if is_function(child) else self.function(child.child_by_field_name("value"), depth + 1)
        return None

    def traps(self, value: Node) -> dict[str, Node]:
        """Return the functions of the handler that a `new Proxy(target, handler)` has, by name."""
        value = self.resolved(value)
        if value.type != "new_expression" or self._text(value.child_by_field_name("constructor")) != "Proxy":
            return {}
        given = arguments(value)
        return self.members(given[1]) if len(given) == 2 else {}

    def members(self, value: Node) -> dict[str, Node]:
        """Return the values of the keys of an object literal; a method stands for itself."""
        found = {}
        for child in self.resolved(value).named_children if self.resolved(value).type == "object" else ():
            key = self._builder.key(child.child_by_field_name("key") or child.child_by_field_name("name"))
            if key:
                found[key] = child.child_by_field_name("value") or child
        return found

    def resolved(self, value: Node, depth: int = 0) -> Node:
        """Return what a name of the same file was bound to; the node itself when it is no such name."""
        value = bare(value)
        if value.type != "identifier" or depth > 4:
            return value
        found = self._builder.scopes.find(self._text(value), value)
        held = found.node.child_by_field_name("value") if found is not None and found.kind == "variable" else None
        return self.resolved(held, depth + 1) if held is not None and found is not None and not found.key else value

    def is_nothing(self, value: Node) -> bool:
        """Tell whether a value is a function that does nothing, by its name, or no function at all."""
        return bool(_NOTHING.match(self._text(bare(value))))

    def forwarding(self, value: Node) -> str:
        """Return all, some, none or unknown: which calls of a replacement are passed on."""
        if self.is_nothing(value):
            return "none"
        traps = self.traps(value)
        if traps:
            known = [self.paths(traps[name]) for name in ("get", "apply", "construct") if name in traps]
            return min((paths.verdict for paths in known), key=_WEAKEST.__getitem__) if known else "unknown"
        function = self.function(value)
        return self.paths(function).verdict if function is not None else "unknown"

    def paths(self, function: Node) -> Paths:
        """Return what the paths through a function do."""
        return Paths(self._builder, function)


_WEAKEST = {"none": 0, "some": 1, "unknown": 2, "all": 3}


class Paths:
    """The paths through one function.

    Attributes:
        verdict: all, some or none: on which paths it passes on what it is given.
        lost: where a path ends that passes nothing on: a `return`, or the function when its end is reached.
        originals: the calls that reach the original itself.
    """

    def __init__(self, builder: Builder, function: Node) -> None:
        self._builder = builder
        self._text = builder.source.text
        self._own = self._given(function)
        self._target = self._first_parameter(function) if _is_trap(function) else ""
        self.lost: list[Node] = []
        self.originals = [item for item in walk(function) if item.type in _CALLS and self._is_original(item)]
        body = function.child_by_field_name("body") or function
        status = self._status(body, 0) if body.type == "statement_block" else self._of_expression(body)
        if status == "open":
            self.lost.append(function)
        handed = self.originals or any(self._passes(item) for item in walk(function))
        self.verdict = "all" if status == "covered" else "some" if handed else "none"

    def _given(self, function: Node) -> frozenset[str]:
        """Return the function's parameters, and the names of its own that are made from them."""
        single, several = function.child_by_field_name("parameter"), function.child_by_field_name("parameters")
        names = {"arguments"}
        for part in filter(None, (single, several)):
            names |= {self._text(item) for item in walk(part) if "identifier" in item.type}
        for item in walk(function, limit=5_000):
            value = item.child_by_field_name("value") if item.type == "variable_declarator" else None
            if value is not None and any(
                self._text(part) in names for part in walk(value, limit=500) if part.type == "identifier"
            ):
                names.add(self._text(item.child_by_field_name("name")))
        return frozenset(names)

    def _first_parameter(self, function: Node) -> str:
        several = function.child_by_field_name("parameters")
        names = [item for item in walk(several) if item.type == "identifier"] if several is not None else []
        return self._text(names[0]) if names else ""

    def _status(self, node: Node, depth: int) -> str:
        """Return covered, lost or open: every path passes on, some path ends before, or the end is reached."""
        if depth > _MAX_DEPTH:
            return "lost"
        if node.type == "statement_block":
            return self._of_block(node, depth)
        if node.type == "if_statement":
            return self._of_if(node, depth)
        if node.type == "try_statement":
            last = next((item for item in node.named_children if item.type == "finally_clause"), None)
            body = node.child_by_field_name("body")
            tried = [part.child_by_field_name("body") if part is last else part for part in (last, body) if part]
            found = [self._status(part, depth + 1) for part in tried if part is not None]
            return "covered" if "covered" in found else found[-1] if found else "open"
        if node.type == "throw_statement":
            return "covered"
        if node.type == "return_statement":
            if any(self._of_expression(child) == "covered" for child in node.named_children):
                return "covered"
            self.lost.append(node)
            return "lost"
        if node.type in {"expression_statement", "lexical_declaration", "variable_declaration"}:
            return (
                "covered" if any(self._of_expression(child) == "covered" for child in node.named_children) else "open"
            )
        return self._of_other(node)

    def _of_block(self, block: Node, depth: int) -> str:
        for child in block.named_children:
            status = self._status(child, depth + 1)
            if status != "open":
                return status
        return "open"

    def _of_if(self, node: Node, depth: int) -> str:
        other = node.child_by_field_name("alternative")
        inner = other.named_children[0] if other is not None and other.named_children else None
        consequence = node.child_by_field_name("consequence")
        arms = [self._status(arm, depth + 1) if arm is not None else "open" for arm in (consequence, inner)]
        return "lost" if "lost" in arms else "covered" if set(arms) == {"covered"} else "open"

    def _of_other(self, node: Node) -> str:
        """Judge a loop or a switch: a return inside may end the path, and nothing in it is sure to run."""
        ends = [item for item in walk(node, into_functions=False) if item.type == "return_statement"]
        lost = [item for item in ends if self._of_expression(item) != "covered"]
        self.lost.extend(lost)
        return "lost" if lost else "open"

    def _of_expression(self, node: Node, depth: int = 0) -> str:
        """Return covered when evaluating an expression passes on whatever its conditions are, else open."""
        pending = [node]
        while pending and depth < _MAX_DEPTH:
            item = pending.pop()
            if self._passes(item) or (item in self.originals):
                return "covered"
            if is_function(item) and item != node:
                inner = item.child_by_field_name("body")
                whole = inner is not None and inner.type == "statement_block"
                if inner is not None and self._quietly(inner, whole, depth) == "covered":
                    return "covered"
            elif item.type == "ternary_expression":
                arms = [item.child_by_field_name(name) for name in ("consequence", "alternative")]
                if all(arm is not None and self._of_expression(arm, depth + 1) == "covered" for arm in arms):
                    return "covered"
                pending.extend(filter(None, [item.child_by_field_name("condition")]))
            elif self._text(item.child_by_field_name("operator")) in _SHORT_CIRCUITS:
                pending.extend(filter(None, [item.child_by_field_name("left")]))
            else:
                pending.extend(item.named_children)
        return "open"

    def _quietly(self, inner: Node, whole: bool, depth: int) -> str:
        """Judge an inner function; where it ends is no end of a path of the outer one."""
        kept, self.lost = self.lost, []
        status = self._status(inner, depth + 1) if whole else self._of_expression(inner, depth + 1)
        self.lost = kept
        return status

    def _passes(self, node: Node) -> bool:
        """Tell whether a node by itself hands on what was given: `report(args)`, `target[name]` in a trap."""
        if self._target and node.type in {"subscript_expression", "call_expression"}:
            text = self._text(node)
            if text.startswith((f"{self._target}[", "Reflect.get(")):
                return True
        if node.type != "call_expression" or node.parent is None:
            return False
        stands = node.parent.type in {"expression_statement", "await_expression", "arrow_function", "return_statement"}
        given = node.child_by_field_name("arguments")
        if not stands or given is None:
            return False
        return any(self._text(item) in self._own for item in walk(given) if item.type == "identifier")

    def _is_original(self, call: Node) -> bool:
        """Tell whether a call reaches a console method, a network API or a saved original."""
        callee = call.child_by_field_name("function") or call.child_by_field_name("constructor")
        text = self._text(callee)
        if (
            callee is None
            or text in {"Reflect.apply", "Reflect.construct"}
            or text.startswith(("super", "Promise.reject"))
        ):
            return callee is not None
        root = re.split(r"[.\[?(]", text)[0]
        if CONSOLE.match(root) or text.startswith(("window.console", "globalThis.console")):
            return True
        if self._target and root == self._target:
            return True
        return self._is_saved(root, callee, text)

    def _is_saved(self, root: str, at: Node, text: str) -> bool:
        found = self._builder.scopes.find(root, at) if root else None
        if found is None:
            return text in NETWORK or any(_SAVED_NAME.match(part) for part in re.split(r"[.\[\]?()]", text)[:6])
        if found.kind == "parameter":
            return bool(_PASSED_NAME.match(root))
        value = found.node.child_by_field_name("value")
        if is_function(found.node) or (value is not None and is_function(value)):
            return False
        return bool(_SAVED_NAME.match(root) or _SAVED.search(self._text(value)))


def _is_trap(function: Node) -> bool:
    """Tell whether a function is a trap of a proxy's handler: its first parameter is the original."""
    for item in ancestors(function):
        if item.type == "new_expression":
            return (item.child_by_field_name("constructor") or item).text == b"Proxy"
        if item.type not in {"pair", "object", "arguments"}:
            return False
    return False


def plain(text: str) -> str:
    """Return the source of an expression without the casts around its first name: `(window as any).fetch`."""
    return _CAST.sub(lambda found: found.group(1) or found.group(2), text)


def arguments(call: Node) -> list[Node]:
    """Return the arguments of a call, without comments."""
    found = call.child_by_field_name("arguments")
    return [item for item in found.named_children if item.type != "comment"] if found is not None else []
