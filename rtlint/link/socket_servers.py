"""Backends of plain WebSocket servers: the package ws, by its own path or by the paths of an `upgrade` handler.

Source: https://github.com/websockets/ws/blob/master/doc/ws.md (`path`, `noServer`), lib/websocket-server.js
(`shouldHandle`: the path is compared as it stands).
"""

from __future__ import annotations

from collections.abc import Iterable

from rtlint.facts.expressions import Expr, Literal, ObjectLiteral
from rtlint.facts.servers import ServerObject, UpgradeHandler
from rtlint.link.backends import FoundBackend, FoundRoute, Sources
from rtlint.link.server_graph import ROLES

_ANY = "/{rest:path}"


def find_backends(sources: Sources) -> Iterable[FoundBackend]:
    """Yield the WebSocket servers."""
    for made in sources.index.of_role(ServerObject, *ROLES):
        if made.maker == "ws":
            yield _server(sources, made)


def _server(sources: Sources, made: ServerObject) -> FoundBackend:
    options = made.arguments[0] if made.arguments else None
    given = {entry.key: entry.value for entry in options.entries} if isinstance(options, ObjectLiteral) else {}
    known = isinstance(options, ObjectLiteral) and not options.spreads
    detached = "noServer" in given
    routes: list[FoundRoute] = []
    if detached:
        handlers = sources.index.in_file(made.at.path, UpgradeHandler)
        known &= bool(handlers) and all(handler.known for handler in handlers)
        for handler in handlers:
            found, texts = _texts(sources, handler.at.path, handler.paths)
            known &= found
            paths = texts or ([_ANY] if handler.known and not handler.paths else [])
            routes += (FoundRoute(handler.at, "GET", path, "ws") for path in paths)
    elif known:
        found, texts = _texts(sources, made.at.path, (given["path"],) if "path" in given else ())
        known &= found
        routes += (FoundRoute(made.at, "GET", path, "ws") for path in texts or ([] if "path" in given else [_ANY]))
    directory = sources.modules.package_directory(made.at.path)
    return FoundBackend(made.at, "ws", directory, known, tuple(dict.fromkeys(routes)))


def _texts(sources: Sources, path: str, exprs: Iterable[Expr]) -> tuple[bool, list[str]]:
    """Return whether all expressions are known, and their texts; `null` stands for no path."""
    found: list[str] = []
    known = True
    for expr in exprs:
        texts = sources.fold(path, expr) if not (isinstance(expr, Literal) and expr.value is None) else frozenset()
        known &= texts is not None and all(text.startswith("/") for text in texts)
        found += sorted(text for text in texts or () if text.startswith("/"))
    return known, found
