"""Modules: imports, exports, and the names of the module's own scope."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

from tree_sitter import Node

from rtlint.extract.javascript.classes import members
from rtlint.extract.javascript.expressions import REASSIGNED, Builder
from rtlint.extract.javascript.parser import ancestors, bare
from rtlint.extract.javascript.scope import Definition
from rtlint.facts.expressions import Entry, Expr, ObjectLiteral, Unknown
from rtlint.facts.raw import Binding, Export, Import, RawFact


def modules(builder: Builder, calls: Iterable[Node], assignments: Iterable[Node]) -> Iterator[RawFact]:
    """Yield the imports, exports and bindings of a file."""
    yield from imported(builder, calls)
    for node in builder.source.root.named_children:
        if node.type == "export_statement":
            yield from _export(builder, node)
    yield from _assigned_exports(builder, assignments)
    yield from _bindings(builder)


def imported(builder: Builder, calls: Iterable[Node]) -> Iterator[Import]:
    """Yield the imports of a file."""
    for node in builder.source.root.named_children:
        if node.type == "import_statement":
            yield from _import(builder, node)
    yield from _required(builder, calls)


def _specifier(builder: Builder, node: Node) -> str:
    found = node.child_by_field_name("source")
    return builder.string(found) or "" if found is not None else ""


def _import(builder: Builder, node: Node) -> Iterator[Import]:
    source, specifier = builder.source, _specifier(builder, node)
    form = "type" if any(child.type == "type" for child in node.children) else "import"
    clause = next((child for child in node.named_children if child.type == "import_clause"), None)
    if clause is None:
        yield Import(source.site(node), specifier, "", "", form)
        return
    for child in clause.named_children:
        if child.type == "identifier":
            yield Import(source.site(child), specifier, "default", source.text(child), form)
        elif child.type == "namespace_import":
            yield Import(source.site(child), specifier, "*", source.text(child.named_children[-1]), form)
        elif child.type == "named_imports":
            for item in child.named_children:
                if item.type == "import_specifier":
                    own = "type" if any(part.type == "type" for part in item.children) else form
                    name = source.text(item.child_by_field_name("name"))
                    local = source.text(item.child_by_field_name("alias")) or name
                    yield Import(source.site(item), specifier, name, local, own)


def _export(builder: Builder, node: Node) -> Iterator[RawFact]:
    source, at = builder.source, builder.source.site(node)
    declaration = node.child_by_field_name("declaration")
    value = node.child_by_field_name("value")
    default = any(child.type == "default" for child in node.children)
    if default:
        yield from _default(builder, node, declaration if declaration is not None else value)
    elif declaration is not None:
        yield from (Export(at, name, name, "") for name in _declared_names(builder, declaration))
    specifier = _specifier(builder, node)
    for child in node.named_children:
        if child.type == "export_clause":
            for item in child.named_children:
                local = source.text(item.child_by_field_name("name"))
                exported = source.text(item.child_by_field_name("alias")) or local
                yield Export(source.site(item), exported, local, specifier)
        elif child.type == "namespace_export":
            yield Export(at, source.text(child.named_children[-1]), "*", specifier)
    if any(child.type == "*" for child in node.children):
        yield Export(at, "*", "", specifier)


def _default(builder: Builder, node: Node, value: Node | None) -> Iterator[RawFact]:
    at = builder.source.site(node)
    if value is None:
        return
    name = value.child_by_field_name("name") if value.type.endswith("_declaration") else None
    if name is not None:
        yield Export(at, "default", builder.source.text(name), "")
    elif value.type == "identifier":
        yield Export(at, "default", builder.source.text(value), "")
    else:
        yield Export(at, "default", "", "", builder.later("expression", value, lambda: builder.build(value)))


def _declared_names(builder: Builder, declaration: Node) -> list[str]:
    start, end = declaration.start_byte, declaration.end_byte
    names = builder.scopes.module().items()
    return [name for name, found in names if start <= found.node.start_byte < end and found.kind != "import"]


def _required(builder: Builder, calls: Iterable[Node]) -> Iterator[Import]:
    """Yield what `require("x")` and `import("x")` bring in, under the names that it is bound to."""
    source = builder.source
    for call in calls:
        callee = call.child_by_field_name("function")
        text = source.text(callee)
        if text not in {"require", "import"} or (text == "require" and builder.scopes.find("require", call)):
            continue
        arguments = call.child_by_field_name("arguments")
        first = arguments.named_children[0] if arguments is not None and arguments.named_children else None
        specifier = builder.string(first) if first is not None else None
        if specifier is not None:
            yield from _bound(builder, call, specifier, "require" if text == "require" else "dynamic")


def _bound(builder: Builder, call: Node, specifier: str, form: str) -> Iterator[Import]:
    source, node, imported = builder.source, call, "*" if form == "dynamic" else "default"
    for parent in ancestors(call):
        if parent.type == "member_expression" and parent.child_by_field_name("object") == node:
            imported = source.text(parent.child_by_field_name("property"))
        elif parent.type not in {
            "await_expression",
            "parenthesized_expression",
            "non_null_expression",
            "as_expression",
        }:
            break
        node = parent
    target = parent.child_by_field_name("name") if parent.type == "variable_declarator" else None
    if target is None:
        yield Import(source.site(call), specifier, imported, "", form)
    elif target.type == "identifier":
        yield Import(source.site(target), specifier, imported, source.text(target), form)
    else:
        for name, found in builder.scopes.module().items():
            if found.node == parent and found.key:
                yield Import(source.site(target), specifier, found.key, name, form)


def _assigned_exports(builder: Builder, assignments: Iterable[Node]) -> Iterator[RawFact]:
    """Yield CommonJS exports: `module.exports = x`, `module.exports = {a, b}`, `exports.x = y`."""
    source = builder.source
    for node in assignments:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        text = source.text(left)
        if right is None or not text.startswith(("module.exports", "exports.")):
            continue
        at = source.site(node)
        name = text.removeprefix("module.").removeprefix("exports").removeprefix(".")
        value = bare(right)
        local = source.text(value) if value.type == "identifier" else ""
        expr = None if local else builder.build(value)
        yield Export(at, name or "default", local, "", expr)
        if not name and isinstance(expr, ObjectLiteral):
            yield from (Export(entry.at, entry.key, "", "", entry.value) for entry in expr.entries)


def _bindings(builder: Builder) -> Iterator[RawFact]:
    source = builder.source
    for name, found in builder.scopes.module().items():
        at = source.site(found.node)
        if found.kind == "variable":
            if not _is_require(builder, found.node.child_by_field_name("value")):
                yield Binding(at, name, _later(builder, name, found))
        elif found.kind == "function":
            yield Binding(at, name, builder.later("expression", found.node, partial(builder.build, found.node)))
        elif found.kind == "enum":
            yield Binding(at, name, builder.later("enum", found.node, partial(enum, builder, found.node)))
        elif found.kind == "class":
            yield Binding(at, name, Unknown(at, "class"))
            yield from members(builder, name, found.node)
        elif found.kind in {"pattern", "loop"}:
            yield Binding(at, name, Unknown(at, "pattern"))


def _later(builder: Builder, name: str, found: Definition) -> Expr:
    return builder.later("declared", found.node, partial(declared, builder, name, found), name)


def declared(builder: Builder, name: str, found: Definition) -> Expr:
    """Return the expression that a name of the module's scope is bound to."""
    if name not in builder.reassigned:
        return builder.declared(found, name=name)
    value = builder.changes.assigned(builder, None, name, found, 0)
    return value or Unknown(builder.source.site(found.node), REASSIGNED)


def _is_require(builder: Builder, value: Node | None) -> bool:
    """Tell whether a name is bound to another module, so that it is an import and no binding."""
    while value is not None and value.type in {"member_expression", "await_expression", "parenthesized_expression"}:
        value = value.child_by_field_name("object") or next(iter(value.named_children), None)
    if value is None or value.type != "call_expression":
        return False
    return builder.source.text(value.child_by_field_name("function")) in {"require", "import"}


def enum(builder: Builder, node: Node) -> Expr:
    """Return the members of an enum as an object."""
    source, entries = builder.source, []
    body = node.child_by_field_name("body")
    for child in body.named_children if body is not None else ():
        if child.type == "enum_assignment":
            key = builder.key(child.child_by_field_name("name"))
            value = builder.build(child.child_by_field_name("value"))
            entries.append(Entry(source.site(child), key or "", value))
    return ObjectLiteral(source.site(node), tuple(entries))
