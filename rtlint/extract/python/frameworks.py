"""What the web frameworks call things: FastAPI, Starlette and Flask.

Sources: https://fastapi.tiangolo.com/reference/apirouter/, https://www.starlette.io/routing/,
https://flask.palletsprojects.com/en/stable/api/#url-route-registrations.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from typing import NamedTuple

from rtlint.extract.python.origins import last, origin, package
from rtlint.extract.python.scopes import Scope
from rtlint.patterns import regex

PACKAGES = frozenset({"fastapi", "starlette", "flask"})


class Kind(NamedTuple):
    """What a constructor makes.

    Attributes:
        framework: fastapi, starlette or flask.
        root: whether it is an application.
        derived: whether it is a class of this file that derives from the framework's.
    """

    framework: str
    root: bool
    derived: str = ""


CONSTRUCTORS: Mapping[str, Kind] = {
    "FastAPI": Kind("fastapi", root=True),
    "APIRouter": Kind("fastapi", root=False),
    "Starlette": Kind("starlette", root=True),
    "Router": Kind("starlette", root=False),
    "Flask": Kind("flask", root=True),
    "Blueprint": Kind("flask", root=False),
}


class Form(NamedTuple):
    """A method that registers a route.

    Attributes:
        decorates: whether it takes the handler as a decorator does, and not as an argument.
        method: the HTTP method; empty where `methods=` names them.
        protocol: http or ws.
        bare: whether FastAPI's routers leave their own prefix out, because the method is Starlette's.
    """

    decorates: bool
    method: str = ""
    protocol: str = "http"
    bare: bool = False


VERBS = frozenset({"get", "post", "put", "patch", "delete", "trace"})
FORMS: Mapping[str, Form] = {
    **{verb: Form(decorates=True, method=verb.upper()) for verb in VERBS},
    "route": Form(decorates=True, bare=True),
    "api_route": Form(decorates=True),
    "websocket": Form(decorates=True, method="GET", protocol="ws"),
    "websocket_route": Form(decorates=True, method="GET", protocol="ws", bare=True),
    "add_url_rule": Form(decorates=False),
    "add_api_route": Form(decorates=False),
    "add_route": Form(decorates=False, bare=True),
    "add_api_websocket_route": Form(decorates=False, method="GET", protocol="ws"),
    "add_websocket_route": Form(decorates=False, method="GET", protocol="ws", bare=True),
}
MOUNTS = frozenset({"include_router", "register_blueprint", "mount", "host", "frontend"})
"""Methods that make one router part of another, or files part of a router."""

ROUTE_CLASSES: Mapping[str, Form] = {
    "Route": Form(decorates=False, bare=True),
    "APIRoute": Form(decorates=False, bare=True),
    "WebSocketRoute": Form(decorates=False, method="GET", protocol="ws", bare=True),
    "APIWebSocketRoute": Form(decorates=False, method="GET", protocol="ws", bare=True),
}
MOUNT_CLASSES = frozenset({"Mount", "Host"})

_ROUTERISH = regex(r"(?:^|_)(?:app|application|api|server|routers?|bp|blueprint)\d*$", re.IGNORECASE)


def constructor(node: ast.expr | None, scope: Scope) -> Kind | None:
    """Return what a call makes when it makes a router."""
    if not isinstance(node, ast.Call):
        return None
    found = _framework_class(origin(node.func, scope))
    if found is not None:
        return found
    return _derived(node.func, scope)


def _framework_class(dotted: str) -> Kind | None:
    return CONSTRUCTORS.get(last(dotted)) if package(dotted) in PACKAGES else None


def _derived(function: ast.expr, scope: Scope, depth: int = 0) -> Kind | None:
    """Return the kind of a class of this file that derives from a router's."""
    owner = scope.find(function.id) if isinstance(function, ast.Name) else None
    node = owner.classes.get(function.id) if owner and isinstance(function, ast.Name) else None
    if node is None or owner is None or depth > 10:
        return None
    for base in node.bases:
        found = _framework_class(origin(base, owner)) or _derived(base, owner, depth + 1)
        if found is not None:
            return found._replace(derived=node.name)
    return None


def is_routing_class(dotted: str) -> bool:
    """Tell whether a dotted origin is a class whose instances stand in a list of routes."""
    return package(dotted) in PACKAGES and (last(dotted) in ROUTE_CLASSES or last(dotted) in MOUNT_CLASSES)


def looks_like_router(name: str) -> bool:
    """Tell whether a name is one that people give to applications and routers."""
    return _ROUTERISH.search(name) is not None


def is_router_annotation(annotation: ast.expr | None, scope: Scope) -> bool:
    """Tell whether a parameter is annotated as an application or router."""
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        return annotation.value.rpartition(".")[2] in CONSTRUCTORS
    return annotation is not None and _framework_class(origin(annotation, scope)) is not None
