"""Silent handlers: the empty error handlers of real-time objects, and the names and expressions that hold these."""

from __future__ import annotations

from collections.abc import Iterator

from rtlint.facts.derived import SilentHandler
from rtlint.facts.expressions import (
    Call,
    Conditional,
    Expr,
    Fallback,
    Function,
    Index,
    Member,
    Name,
    New,
    ObjectLiteral,
)
from rtlint.facts.raw import Construction, EventHandler
from rtlint.facts.records import dataclass
from rtlint.facts.site import Site
from rtlint.link.clients import Made
from rtlint.link.program import Program

_CONNECTING = frozenset(
    {"connect", "start", "open", "subscribe", "join", "channel", "private", "signin", "listen", "attach"}
)
_MAX_STEPS = 40


@dataclass(frozen=True, slots=True)
class _Holder:
    """What holds a client: the provider's title, and where the client is made."""

    title: str
    at: Site


def silent_handlers(program: Program, made: list[Made]) -> Iterator[SilentHandler]:
    """Yield the empty error handlers of real-time objects: of a client, its connection, its channels, its making."""
    holders = _Holders(program, made)
    seen: set[Site] = set()
    for fact in program.index.of(EventHandler):
        if fact.body in {"empty", "comment"} and (fact.event != "catch" or _connects(fact.receiver)):
            holder = holders.of(fact)
            if holder and fact.at not in seen:
                seen.add(fact.at)
                yield SilentHandler(
                    at=fact.at,
                    receiver=_on_one_line(fact.receiver),
                    event=fact.event,
                    role=program.index.role(fact.at.path),
                    client=holder.title,
                    client_at=holder.at,
                )


class _Holders:
    """Finds the client that an expression belongs to, by the name that it starts with and by what that is bound to."""

    def __init__(self, program: Program, made: list[Made]) -> None:
        self._program = program
        self._sites = {client.fact.at: _Holder(client.provider.title, client.fact.at) for client in made}
        self._names: dict[tuple[str, str], _Holder] = {}
        for client in made:
            name = client.construction.assigned
            if name:
                self._names[client.path, _own_name(name)] = self._sites[client.fact.at]
        for fact in program.index.of(Construction):
            holder = self._named(fact.at.path, _first_name(fact.text)) if "." in fact.text else None
            if holder and fact.assigned:
                self._names.setdefault((fact.at.path, _own_name(fact.assigned)), holder)

    def of(self, fact: EventHandler) -> _Holder | None:
        """Return the client that a handler's object belongs to."""
        found = self._bound(fact.at.path, fact.object)
        return found or self._named(fact.at.path, _first_name(fact.receiver))

    def _named(self, path: str, name: str) -> _Holder | None:
        """Return the client that a name of a file holds, its own or one that it imports from another file."""
        if (path, name) in self._names:
            return self._names[path, name]
        module = self._program.modules.module(path)
        imported = module.imports.get(name) if module else None
        target = self._program.modules.resolve(path, imported.source) if imported else None
        inner = self._program.modules.module(target) if target else None
        if imported is None or target is None or inner is None:
            return None
        export = inner.exports.get(imported.imported)
        return self._names.get((target, export.local)) if export and not export.source else None

    def _bound(self, path: str, expr: Expr) -> _Holder | None:
        """Return the client that an expression leads to: through members, calls of methods, names and factories."""
        pending = [(path, expr)]
        for _ in range(_MAX_STEPS):
            if not pending:
                return None
            where, current = pending.pop()
            if isinstance(current, New | Call) and current.at in self._sites:
                return self._sites[current.at]
            pending.extend(self._next(where, current))
        return None

    def _next(self, path: str, expr: Expr) -> Iterator[tuple[str, Expr]]:
        if isinstance(expr, Conditional):
            yield from ((path, expr.then), (path, expr.otherwise))
        elif isinstance(expr, Fallback):
            yield from ((path, expr.left), (path, expr.right))
        elif isinstance(expr, Index):
            yield path, expr.object
        elif isinstance(expr, Member):
            yield from self._member(path, expr)
        elif isinstance(expr, Call):
            found = self._definition(path, expr.callee)
            if found is not None and isinstance(found[1], Function):
                yield found[0], found[1].result
            elif isinstance(expr.callee, Member):
                yield path, expr.callee.object
        else:
            found = self._definition(path, expr)
            if found is not None:
                yield found

    def _member(self, path: str, expr: Member) -> Iterator[tuple[str, Expr]]:
        """Yield what a member may be: of an object of the repository's own class that entry alone, else its owner."""
        owner = self._definition(path, expr.object) or (path, expr.object)
        if isinstance(owner[1], ObjectLiteral):
            yield from ((owner[0], entry.value) for entry in owner[1].entries if entry.key == expr.name)
        elif isinstance(owner[1], New) and owner[1].at not in self._sites and isinstance(owner[1].callee, Name):
            place = self._program.modules.locate(owner[0], owner[1].callee.name)
            module = self._program.modules.module(place[0]) if place else None
            binding = module.bindings.get(f"{place[1]}#{expr.name}") if place and module else None
            if place and binding is not None:
                yield place[0], binding.value
        else:
            yield path, expr.object

    def _definition(self, path: str, expr: Expr) -> tuple[str, Expr] | None:
        return self._program.modules.definition(path, expr.name) if isinstance(expr, Name) else None


def _own_name(assigned: str) -> str:
    """Return the name by which a file speaks of what it assigned: `Class#socket` and `socket.current` give `socket`."""
    return assigned.rpartition("#")[2].removesuffix(".current")


def _connects(receiver: str) -> bool:
    """Tell whether the caught call connects or subscribes: an error while closing is worth no word."""
    called = receiver.split("(")[0]
    return called.replace("?.", ".").rpartition(".")[2].strip() in _CONNECTING or called.startswith("new ")


def _first_name(text: str) -> str:
    """Return the name that a receiver starts with: `this.pusher.connection` gives `pusher`."""
    parts = text.replace("?.", ".").replace("!", "").split("(")[0].split(".")
    name = parts[1] if parts[0] == "this" and len(parts) > 1 else parts[0].removeprefix("new ")
    return name.strip()


def _on_one_line(text: str) -> str:
    return "".join(line.strip() for line in text.splitlines())
