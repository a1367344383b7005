"""Network patches: WebSocket, fetch, XMLHttpRequest and EventSource replaced, and how failures vanish thereby."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from tree_sitter import Node

from rtlint.extract.javascript.expressions import Builder
from rtlint.extract.javascript.parser import ancestors, bare, is_function, walk
from rtlint.extract.javascript.replacements import NETWORK, Paths, Replacements, arguments, plain
from rtlint.facts.raw import GlobalPatch, RawFact
from rtlint.facts.records import dataclass
from rtlint.patterns import regex

_TARGET = regex(
    r"^(?:(?:window|globalThis|self)(?:\.|\[['\"`]))?(WebSocket|fetch|XMLHttpRequest|EventSource)(?:['\"`]\])?"
    r"(?:\.prototype(?:\.(\w+))?)?$"
)
_WINDOW = regex(r"^(?:window|globalThis|self)$")
_OWN_REASON = regex(r"mock|\btest|e2e|playwright|cypress|webdriver|storybook|offline|demo", re.IGNORECASE)
_FILLS_IN = regex(r"!\s*\(?(?:window|globalThis|self|WebSocket|fetch|XMLHttpRequest|EventSource)|typeof|\bin\s")
_OTHER_WAYS = regex(
    r"\b(?:XMLHttpRequest|ActiveXObject|fetch|WebSocket|EventSource|sendBeacon|postMessage|import|require|Worker|axios|"
    r"dispatch\w*|emit)\b"
)
_FAILING = regex(r"\b(?:throw|reject|Response\.error)\b|\bon(?:error|close)\s*(?:\?\.)?\(|['\"`](?:error|close)['\"`]")
_HARMLESS = regex(
    r"^(?:Promise(?:\.resolve|\.all)?|Response|Event(?:Target)?|setTimeout|queueMicrotask|console\.(?:log|debug|info)|String|"
    r"JSON\.\w+|Object\.\w+|super|Map|Set|Date|URL|Error|Headers|Blob)$"
)
_EVENTS = frozenset({"error", "close"})
_STOPPING = (b"stopImmediatePropagation", b"stopPropagation")


def network_patches(builder: Builder, captures: Mapping[str, list[Node]], *, injected: bool) -> Iterator[RawFact]:
    """Yield the network APIs of the page that a script replaces, by assignment, `defineProperty` or `assign`."""
    reader = _Reader(builder)
    for node in captures.get("assign", ()):
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        target = reader.target(left) if left is not None else None
        if target and right is not None:
            yield from reader.patch(node, target, right, injected=injected)
    for node in captures.get("call", ()):
        for target, value in reader.defined(node):
            yield from reader.patch(node, target, value, injected=injected)


@dataclass(frozen=True, slots=True)
class _Target:
    """A network API, and the method of its prototype that is replaced, or an empty text."""

    name: str
    member: str = ""


class _Reader:
    """Judges the network patches of one script."""

    def __init__(self, builder: Builder) -> None:
        self._builder = builder
        self._text = builder.source.text
        self._replacements = Replacements(builder)

    def target(self, node: Node) -> _Target | None:
        """Return the API that the left side of an assignment is; a name of the file's own is none."""
        text = plain(self._text(node))
        found = _TARGET.match(text)
        root = re.split(r"[.\[]", text)[0]
        if found is None or self._builder.scopes.find(root, node) is not None:
            return None
        return _Target(found.group(1), found.group(2) or "")

    def defined(self, node: Node) -> Iterator[tuple[_Target, Node]]:
        """Yield what `Object.defineProperty(window, "fetch", ...)` and its relatives replace, with the new values."""
        text, given = self._text(node.child_by_field_name("function")), arguments(node)
        if not text.startswith(("Object.assign", "Object.defineP", "Reflect.set", "Reflect.defineP")) or len(given) < 2:
            return
        owner = self._text(given[0])
        if len(given) > 2:
            name = self._builder.string(given[1])
            entries = {name: given[2]} if name else {}
        else:
            entries = self._replacements.members(given[1])
        for name, value in entries.items():
            described = self._replacements.members(value) if "define" in text else {}
            target = self._of_owner(owner, name)
            if target:
                yield target, described.get("value", value)

    def _of_owner(self, owner: str, name: str) -> _Target | None:
        if _WINDOW.match(owner):
            return _Target(name) if name in NETWORK else None
        found = _TARGET.match(owner)
        return _Target(found.group(1), name) if found and owner.endswith(".prototype") else None

    def patch(self, node: Node, target: _Target, value: Node, *, injected: bool) -> Iterator[RawFact]:
        """Yield the patch; a value that is the API itself again is none."""
        value = bare(value)
        if self._text(value).rpartition(".")[2] in NETWORK:
            return
        forwards = self._forwards(value)
        losing, at = ("", None) if self._excused(node) else self._losing(target, value)
        site = self._builder.source.site
        yield GlobalPatch(
            site(node), target.name, target.member, forwards, losing, site(at) if at is not None else None, injected
        )

    def _forwards(self, value: Node) -> str:
        function = self._replacements.function(value)
        if function is not None and not is_function(function):
            return "all" if _heritage(function) is not None else "unknown"
        found = self._replacements.forwarding(value)
        return "unknown" if value.type == "object" else found

    def _excused(self, node: Node) -> bool:
        """Tell whether the patch fills a gap of the browser, or stands under a test for a mock or a test runner."""
        around = [item for item in ancestors(node) if item.type in {"if_statement", "ternary_expression"}]
        around = around[:6]
        conditions = [self._text(item.child_by_field_name("condition")) for item in around]
        owners = [self._text(item.child_by_field_name("name")) for item in ancestors(node) if is_function(item)]
        if any(_FILLS_IN.search(text) or _OWN_REASON.search(text) for text in conditions):
            return True
        parent = node.parent
        shortened = parent is not None and parent.type == "binary_expression"
        return shortened or any(_OWN_REASON.search(name) for name in owners)

    def _losing(self, target: _Target, value: Node) -> tuple[str, Node | None]:
        """Return how failures vanish: stub, some, catch, events, or an empty text; with the place where they do."""
        traps = self._replacements.traps(value)
        single = self._replacements.function(value)
        for function in traps.values() if traps else filter(None, [single]):
            found = self._of_function(target, function) if is_function(function) else self._of_class(target, function)
            if found[0]:
                return found
        return "", None

    def _of_class(self, target: _Target, made: Node) -> tuple[str, Node | None]:
        if _heritage(made) is None:
            return ("stub", None) if self._is_stub(made) else ("", None)
        body = made.child_by_field_name("body")
        for child in body.named_children if body is not None else ():
            name = self._text(child.child_by_field_name("name"))
            if child.type == "method_definition" and name in {"constructor", "send", "open", "addEventListener"}:
                found = self._of_function(_Target(target.name, "" if name == "constructor" else name), child)
                if found[0]:
                    return found
        return "", None

    def _of_function(self, target: _Target, function: Node) -> tuple[str, Node | None]:
        paths = self._replacements.paths(function)
        if not paths.originals:
            return ("stub", None) if self._is_stub(function) else ("", None)
        for look in (self._caught, self._stopped):
            at = look(function, paths)
            if at is not None:
                return ("catch" if look == self._caught else "events"), at
        at = next((node for node in paths.lost if self._is_loss(target, node)), None)
        return ("some", at) if at is not None else ("", None)

    def _is_stub(self, made: Node) -> bool:
        """Tell whether a replacement reaches nothing: no other way to the network, no failure, no unknown function."""
        text = self._text(made)
        if _OTHER_WAYS.search(text) or _FAILING.search(text):
            return False
        return all(
            self._is_harmless(item, made) for item in walk(made) if item.type.endswith(("l_expression", "w_expression"))
        )

    def _is_harmless(self, item: Node, made: Node) -> bool:
        callee = item.child_by_field_name("function") or item.child_by_field_name("constructor")
        text = self._text(callee)
        if callee is None or _HARMLESS.match(text):
            return True
        given = item.child_by_field_name("arguments")
        if callee.type == "member_expression" and (given is None or not given.named_children):
            return True
        found = self._replacements.function(callee)
        return found is not None and found != made and self._is_flat(found)

    def _is_flat(self, function: Node) -> bool:
        return not any(item.type in {"call_expression", "new_expression"} for item in walk(function))

    def _is_loss(self, target: _Target, node: Node) -> bool:
        """Tell whether a path without the original ends in a stand-in: nothing, or an object that can't fail."""
        if is_function(node):
            return bool(target.member) or target.name in {"WebSocket", "EventSource"}
        value = bare(node.named_children[0]) if node.named_children else None
        if value is None:
            return True
        text = self._text(value)
        if value.type in {"object", "null", "undefined", "true", "false"}:
            return not _FAILING.search(text) or target.name != "fetch"
        return bool(re.match(r"(?:Promise\.resolve\(|new (?:Response|Promise|EventTarget)\()", text)) and not (
            _FAILING.search(text) or _mentions_state(text)
        )

    def _caught(self, function: Node, paths: Paths) -> Node | None:
        """Return the catch around an original, or behind it, that tells nobody."""
        for item in walk(function):
            if item.type == "try_statement":
                handler, body = item.child_by_field_name("handler"), item.child_by_field_name("body")
                caught = handler.child_by_field_name("body") if handler is not None else None
                if caught is not None and body is not None and _holds(body, paths) and self._is_mute(caught, paths):
                    return handler
            elif item.type == "call_expression" and self._is_catch(item, paths):
                return item
        return None

    def _is_catch(self, item: Node, paths: Paths) -> bool:
        callee, given = item.child_by_field_name("function"), arguments(item)
        if callee is None or len(given) != 1 or not self._text(callee).endswith(".catch") or not _holds(callee, paths):
            return False
        stands = item.parent is not None and item.parent.type == "expression_statement"
        handler = self._replacements.function(given[0])
        body = handler.child_by_field_name("body") if handler is not None else None
        return not stands and body is not None and self._is_mute(body, paths)

    def _is_mute(self, body: Node, paths: Paths) -> bool:
        """Tell whether a catch neither throws, nor tries again, nor hands the error to anybody."""
        if _FAILING.search(self._text(body)) or _holds(body, paths):
            return False
        for item in walk(body):
            callee = item.child_by_field_name("function") or item.child_by_field_name("constructor")
            if item.type in {"call_expression", "new_expression"} and not _HARMLESS.match(self._text(callee)):
                return False
        return body.type == "statement_block" or body.type not in {"identifier", "member_expression"}

    def _stopped(self, function: Node, _: Paths) -> Node | None:
        """Return the listener by which a replacement keeps error events from all later listeners."""
        for item in walk(function):
            given = arguments(item) if item.type == "call_expression" else []
            callee = self._text(item.child_by_field_name("function")) if given else ""
            if callee.endswith(".addEventListener") and len(given) > 1 and self._builder.string(given[0]) in _EVENTS:
                listener = self._replacements.function(given[1])
                text = (listener.text or b"") if listener is not None else b""
                if any(name in text for name in _STOPPING):
                    return item
        return None


def _holds(node: Node, paths: Paths) -> bool:
    return any(node.start_byte <= call.start_byte and call.end_byte <= node.end_byte for call in paths.originals)


def _heritage(made: Node) -> Node | None:
    return next((child for child in made.named_children if child.type == "class_heritage"), None)


def _mentions_state(text: str) -> bool:
    """Tell whether a stand-in carries something from elsewhere, as a cache does: `Promise.resolve(cached)`."""
    inner = re.match(r"(?:Promise\.resolve|new Response)\(\s*([A-Za-z_$][\w$.]*)", text)
    return inner is not None and inner.group(1) not in {
        "null",
        "undefined",
        "new",
        "true",
        "false",
        "JSON.stringify",
    }
