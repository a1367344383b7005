"""The routes of Rails, with their full paths as far as one file says them.

Source: actionpack/lib/action_dispatch/routing/mapper.rb.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from tree_sitter import Node

from rtlint.extract.trees import Tree
from rtlint.facts.rails import OpaqueRailsRoutes, RailsDraw, RailsRoute
from rtlint.facts.raw import RawFact
from rtlint.facts.records import dataclass, replace
from rtlint.facts.site import Site
from rtlint.patterns import regex

_VERBS = {name: name.upper() for name in "get post put patch delete options".split()}
_TRANSPARENT = frozenset("authenticate authenticated unauthenticated constraints controller defaults".split())
_SILENT = frozenset("require require_relative direct resolve default_url_options puts".split())
_UNREAD_OPTIONS = frozenset({"concerns", "shallow", "path_names", "shallow_path", "**"})
_PLURAL = {
    "index": (("GET",), ""),
    "create": (("POST",), ""),
    "new": (("GET",), "/new"),
    "show": (("GET",), "/:id"),
    "edit": (("GET",), "/:id/edit"),
    "update": (("PATCH", "PUT"), "/:id"),
    "destroy": (("DELETE",), "/:id"),
}
_SINGULAR = {name: (methods, end.replace("/:id", "")) for name, (methods, end) in _PLURAL.items() if name != "index"}
_GROUP = regex(r"\(([^()]*)\)")
_DYNAMIC = regex(r"([:*])([A-Za-z_]\w*)")
_BLOCKS = frozenset({"do_block", "block"})
_FLOW = frozenset(
    "if unless else elsif then if_modifier unless_modifier body_statement block_body begin program".split()
)
_MAX_DEPTH = 30
_MAX_OPTIONAL = 4


@dataclass(frozen=True, slots=True)
class _Scope:
    """Where a statement stands.

    Attributes:
        path: that of the scopes around it.
        mounted: the outermost of them that shapes the path.
        collection: the path of the resource that the statement is about; empty outside of one.
        member: the path of one of its objects.
        nested: what stands in a resource's block, below one of its objects.
        depth: how many blocks are open.
    """

    path: str = ""
    mounted: Site | None = None
    collection: str = ""
    member: str = ""
    nested: str = ""
    depth: int = 0


@dataclass(frozen=True, slots=True)
class _Call:
    """A call of the routing language, with its options by name."""

    node: Node
    name: str
    given: list[Node]
    options: dict[str, Node]
    pairs: list[tuple[Node, Node]]
    block: Node | None


def routes(tree: Tree) -> Iterator[RawFact]:
    """Yield the routes of a file, in no order."""
    yield from _Reader(tree).statements(tree.root, _Scope())
    if tree.broken:
        yield OpaqueRailsRoutes(tree.site(tree.root), "a syntax error")


class _Reader:
    """Reads the calls of one file."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._text = tree.text

    def statements(self, node: Node, scope: _Scope) -> Iterator[RawFact]:
        """Yield the routes of the statements in a node."""
        if scope.depth > _MAX_DEPTH:
            yield self._opaque(node, "deep nesting")
            return
        for child in node.named_children:
            if child.type in _FLOW:
                yield from self.statements(child, _deeper(scope))
            elif child.type == "call":
                yield from self._call(child, scope)
            elif child.type == "identifier" and node.type not in {"if", "unless", "if_modifier", "unless_modifier"}:
                yield self._opaque(child, self._text(child))
            elif child.type in {"for", "while", "case", "until", "method", "rescue"}:
                yield self._opaque(child, child.type)

    def _opaque(self, node: Node, reason: str) -> OpaqueRailsRoutes:
        return OpaqueRailsRoutes(self._tree.site(node), reason)

    def _call(self, node: Node, scope: _Scope) -> Iterator[RawFact]:
        call = self._read(node)
        receiver = self._text(node.child_by_field_name("receiver"))
        if receiver:
            yield from self._on_receiver(call, receiver, scope)
        elif call.options.keys() & _UNREAD_OPTIONS:
            yield self._opaque(node, f"{call.name} with options that are not read")
        elif call.name in _VERBS or call.name == "match":
            yield from self._verb(call, scope)
        elif call.name in _TRANSPARENT or call.name == "devise_scope":
            yield from self._inside(call, scope)
        elif call.name in _HANDLERS:
            yield from _HANDLERS[call.name](self, call, scope)
        elif call.name not in _SILENT:
            yield self._opaque(node, call.name)

    def _on_receiver(self, call: _Call, receiver: str, scope: _Scope) -> Iterator[RawFact]:
        """Yield what a call on an object draws; a block or `self` handed to other code may draw anything."""
        if call.name == "draw" and receiver.endswith(".routes"):
            yield from self._inside(call, scope)
        elif call.block is not None or any(item.type == "self" for item in call.given):
            yield self._opaque(call.node, receiver)

    def _read(self, node: Node) -> _Call:
        around = node.child_by_field_name("arguments")
        given, options, pairs = [], {}, []
        for child in around.named_children if around is not None else ():
            if child.type == "pair":
                key, value = child.child_by_field_name("key"), child.child_by_field_name("value")
                name = self._text(key).strip(":'\"") if key is not None and key.type != "call" else ""
                if key is not None and key.type in {"hash_key_symbol", "simple_symbol"} and value is not None:
                    options[name] = value
                elif key is not None and value is not None:
                    pairs.append((key, value))
            elif child.type in {"hash_splat_argument", "splat_argument"}:
                options["**"] = child
            elif child.type != "comment":
                given.append(child)
        block = node.child_by_field_name("block")
        return _Call(node, self._text(node.child_by_field_name("method")), given, options, pairs, block)

    def _inside(self, call: _Call, scope: _Scope) -> Iterator[RawFact]:
        body = call.block.child_by_field_name("body") if call.block is not None else None
        if body is not None:
            yield from self.statements(body, _deeper(scope))

    def _word(self, node: Node | None) -> str | None:
        """Return the text of a string or a symbol; None for anything else."""
        text = self._text(node)
        if node is None or "#{" in text or node.type not in {"string", "simple_symbol", "bare_symbol", "bare_string"}:
            return None
        return {"string": text[1:-1], "simple_symbol": text[1:].strip("\"'")}.get(node.type, text)

    def _words(self, node: Node | None) -> list[str] | None:
        """Return the texts of a word, or of a list of words."""
        if node is None:
            return None
        items = node.named_children if node.type in {"array", "symbol_array", "string_array"} else [node]
        words = [self._word(item) for item in items if item.type != "comment"]
        return [word for word in words if word is not None] if None not in words else None

    def _serve(
        self, call: _Call, methods: Iterable[str], path: str, scope: _Scope, protocol: str = "http"
    ) -> Iterator[RawFact]:
        """Yield a route in all its spellings: `(.:format)` is part of every route of an application."""
        at = self._tree.site(call.node)
        wild = bool(re.search(r"\.[*+]", " ".join(self._text(node) for node in call.options.values())))
        found = spelled(path, wild=wild)
        if found is None:
            yield self._opaque(call.node, "a path that can't be read")
        formats = protocol == "http" and "format" not in call.options
        for one in found or ():
            ends = ("", ".{format}") if formats and not one.endswith((":path}", "/")) else ("",)
            for method in methods:
                yield from (RailsRoute(at, method, one + end, protocol, scope.mounted) for end in ends)

    def _verb(self, call: _Call, scope: _Scope) -> Iterator[RawFact]:
        """Yield the routes of `get 'path', to: ...`, `get 'path' => ...`, `match 'path', via: ...`."""
        base = self._base(call, scope)
        words = [self._word(item) for item in [*call.given, *(key for key, _ in call.pairs)]]
        methods = [_VERBS[call.name]] if call.name in _VERBS else self._via(call)
        if base is None or methods is None or None in words or not words:
            yield self._opaque(call.node, f"{call.name} with a path that can't be read")
            return
        chosen = self._word(call.options["path"]) if "path" in call.options else None
        for word in words:
            yield from self._serve(call, methods, _joined(base, chosen if chosen is not None else word or ""), scope)

    def _base(self, call: _Call, scope: _Scope) -> str | None:
        """Return the path that a route of a resource's block hangs on; None when it can't be told."""
        on = self._word(call.options["on"]) if "on" in call.options else ""
        found = {"": scope.path, "member": scope.member, "collection": scope.collection}
        return found.get(on) if on != "new" and on is not None else (scope.collection + "/new" if on else None)

    def _via(self, call: _Call) -> list[str] | None:
        words = self._words(call.options.get("via"))
        return ["*" if word == "all" else word.upper() for word in words] if words is not None else None

    def root(self, call: _Call, scope: _Scope) -> Iterator[RawFact]:
        """Yield the route of `root`."""
        yield from self._serve(call, ["GET"], _joined(scope.path, ""), scope)

    def namespace(self, call: _Call, scope: _Scope) -> Iterator[RawFact]:
        """Yield the routes below `namespace :admin` and `scope '/admin'`."""
        option = call.options.get("path")
        named = [option] if option is not None else call.given
        words = [self._word(item) for item in named]
        if option is not None and option.type == "nil":
            words = []
        # A scope in a resource's block stands before the whole resource, a namespace behind it.
        before = call.name == "scope" and scope.nested and scope.path == scope.nested and words
        if None in words or before:
            yield self._opaque(call.node, f"{call.name} with a path that can't be read")
            return
        path = scope.path
        for word in words:
            path = _joined(path, word or "")
        mounted = scope.mounted or (self._tree.site(call.node) if path != scope.path else None)
        yield from self._inside(call, replace(scope, path=path, mounted=mounted, nested=""))

    def resources(self, call: _Call, scope: _Scope) -> Iterator[RawFact]:
        """Yield the routes of `resources :a, :b` and `resource :a`, with those of the block."""
        names = [self._word(item) for item in call.given]
        path = self._word(call.options["path"]) if "path" in call.options else ""
        if None in names or path is None:
            yield self._opaque(call.node, call.name)
            return
        param = self._word(call.options.get("param")) or "id"
        for name in names:
            yield from self._resource(call, scope, path if "path" in call.options else name or "", param)

    def _resource(self, call: _Call, scope: _Scope, path: str, param: str) -> Iterator[RawFact]:
        plural = call.name == "resources"
        collection = _joined(scope.path, path)
        for name, (methods, end) in (_PLURAL if plural else _SINGULAR).items():
            if self._has(call, name):
                yield from self._serve(call, methods, collection + end.replace(":id", f":{param}"), scope)
        member = f"{collection}/:{param}" if plural else collection
        nested = f"{collection}/:parent_{param}" if plural else collection
        mounted = scope.mounted or self._tree.site(call.node)
        yield from self._inside(call, _Scope(nested, mounted, collection, member, nested, scope.depth))

    def _has(self, call: _Call, action: str) -> bool:
        """Tell whether `only` and `except` leave an action; unread ones leave all."""
        only, left_out = self._words(call.options.get("only")), self._words(call.options.get("except"))
        return (only is None or action in only) and (left_out is None or action not in left_out)

    def part(self, call: _Call, scope: _Scope) -> Iterator[RawFact]:
        """Yield the routes in `member do`, `collection do`, `new do` and `nested do`."""
        paths = {"member": scope.member, "collection": scope.collection, "new": scope.collection + "/new"}
        yield from self._inside(call, replace(scope, path=paths.get(call.name, scope.path)))

    def mount(self, call: _Call, scope: _Scope) -> Iterator[RawFact]:
        """Yield what `mount App => '/path'` and `mount App, at: '/path'` serve: Action Cable, or any rest."""
        found = list(call.pairs)
        if "at" in call.options and call.given:
            found.append((call.given[0], call.options["at"]))
        for app, place in found:
            word = self._word(place)
            if word is None:
                yield self._opaque(call.node, "mount at a path that can't be read")
                continue
            path = _joined(scope.path, word)
            if self._text(app) == "ActionCable.server":
                yield from self._serve(call, ["GET"], path, scope, "ws")
            else:
                yield RailsRoute(self._tree.site(call.node), "*", path, "http", scope.mounted)
                rest = path.rstrip("/") + "/{rest:path}"
                yield RailsRoute(self._tree.site(call.node), "*", rest, "http", scope.mounted)
        if not found:
            yield self._opaque(call.node, "mount")

    def draw(self, call: _Call, scope: _Scope) -> Iterator[RawFact]:
        """Yield the file that `draw(:admin)` reads, for each spelling of the path of its scopes."""
        word = self._word(call.given[0]) if len(call.given) == 1 and not scope.collection else None
        for prefix in spelled(scope.path) or ("",):
            yield RailsDraw(self._tree.site(call.node), word or "", prefix.rstrip("/"))


_HANDLERS: dict[str, Callable[[_Reader, _Call, _Scope], Iterator[RawFact]]] = {
    "root": _Reader.root,
    "namespace": _Reader.namespace,
    "scope": _Reader.namespace,
    "resources": _Reader.resources,
    "resource": _Reader.resources,
    **dict.fromkeys(("member", "collection", "new", "nested"), _Reader.part),
    "mount": _Reader.mount,
    "draw": _Reader.draw,
}


def _deeper(scope: _Scope) -> _Scope:
    return replace(scope, depth=scope.depth + 1)


def _joined(base: str, path: str) -> str:
    """Return a path below another one, with one slash at its start and none at its end."""
    if path.startswith("("):
        # An optional part brings its own slash along: `scope '(:locale)'` is `(/:locale)`.
        return f"{base}{path}" if path.startswith(("(/", "(.")) else f"{base}(/{path[1:]}"
    return f"{base.rstrip('/')}/{path.strip('/')}".rstrip("/")


def spelled(path: str, *, wild: bool = False) -> tuple[str, ...] | None:
    """Return a path of Rails as `ServedRoute` spells it, once for each choice of optional parts; None if it can't be.

    Args:
        path: such as `/photos/:id(/:kind)` or `/files/*path`.
        wild: whether parameters have patterns that may match a slash.
    """
    paths = [path.replace("(.:format)", "")]
    for _ in range(_MAX_OPTIONAL):
        paths = [one for item in paths for one in (_GROUP.sub("", item, 1), _GROUP.sub(r"\1", item, 1))]
    found = []
    for item in dict.fromkeys(paths):
        if re.search(r"[()\\{}|]", item):
            return None
        text = _DYNAMIC.sub(lambda part: _parameter(part[1], part[2], wild=wild), item)
        found.append("/" + re.sub(r"/{2,}", "/", text).strip("/"))
    return tuple(dict.fromkeys(found))


def _parameter(sign: str, name: str, *, wild: bool) -> str:
    return f"{{{name}:path}}" if sign == "*" or wild else f"{{{name}}}"
