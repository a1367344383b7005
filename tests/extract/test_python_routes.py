from __future__ import annotations

import pytest

from rtlint.extract.python import extract
from rtlint.extract.python.routes import _MAY_ROUTE
from rtlint.facts.expressions import Name
from rtlint.facts.raw import OpaqueRoutes, Problem, Route, RouteMount, RouterObject
from tests.extract.test_python import FASTAPI, FLASK, of, show, value


def routes(source: str) -> list[tuple[str, str, str, object]]:
    return [(fact.router, fact.method, fact.protocol, show(fact.path)) for fact in of(Route, source)]


VIEW = "from flask.views import MethodView\nclass V(MethodView):\n    def post(self): ...\n"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("@app.post('/x')\ndef f(): ...", [("app", "POST", "http", "/x")]),
        ("@app.get(path='/x')\ndef f(): ...", [("app", "GET", "http", "/x")]),
        ("@app.api_route('/x', methods=['PUT', 'head'])\ndef f(): ...", [("app", "PUT", "http", "/x")]),
        ("@app.api_route('/x')\ndef f(): ...", [("app", "GET", "http", "/x")]),
        ("@app.api_route('/x', methods=names())\ndef f(): ...", [("app", "*", "http", "/x")]),
        ("@router.websocket('/ws')\ndef f(): ...", [("router", "GET", "ws", "/ws")]),
        ("app.add_api_route('/x', f, methods=['POST'])", [("app", "POST", "http", "/x")]),
        ("app.add_api_websocket_route('/x', f)", [("app", "GET", "ws", "/x")]),
        ("app.post('/x')(f)", [("app", "POST", "http", "/x")]),
        ("app.router.add_api_route('/x', f)", [("app", "GET", "http", "/x")]),
        ("response = app.get('/x')", []),
        ("@app.options('/x')\ndef f(): ...", []),
        ("@app.exception_handler(404)\ndef f(): ...", []),
        ("@cache.get('key')\ndef f(): ...", []),
        ("@app.get(PATHS['x'])\ndef f(): ...", [("app", "GET", "http", ("member", ("name", "PATHS"), "x"))]),
    ],
)
def test_routes_of_fastapi(source: str, expected: object) -> None:
    assert routes(FASTAPI + source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("@app.route('/x')\ndef f(): ...", [("app", "GET", "http", "/x")]),
        ("@bp.route('/x', methods=('GET', 'POST'))\ndef f(): ...", [("bp", m, "http", "/x") for m in ("GET", "POST")]),
        ("M = ['POST']\n@bp.route('/x', methods=M)\ndef f(): ...", [("bp", "POST", "http", "/x")]),
        ("app.add_url_rule('/x', view_func=f)", [("app", "GET", "http", "/x")]),
        ("app.add_url_rule('/x', 'name', f, methods=['POST'])", [("app", "POST", "http", "/x")]),
        ("@app.get('/x', strict_slashes=False)\ndef f(): ...", [("app", "GET", "http", p) for p in ("/x", "/x/")]),
        (
            VIEW + "app.add_url_rule('/x', view_func=V.as_view('v'))",
            [("app", "POST", "http", "/x")],
        ),
        (
            "from views import V\napp.add_url_rule('/x', view_func=V.as_view('v'))",
            [("app", "*", "http", "/x")],
        ),
    ],
)
def test_routes_of_flask(source: str, expected: object) -> None:
    assert routes(FLASK + source) == expected


def test_lists_of_routes() -> None:
    source = """
        from starlette.applications import Starlette
        from starlette.routing import Mount, Route, WebSocketRoute
        from views import Page
        def view(request): ...
        more = [Route("/more", view, methods=["POST"])]
        app = Starlette(debug=True, routes=[
            Route("/", view),
            Route("/page", Page),
            WebSocketRoute("/ws", view),
            Mount("/m", routes=[Route("/inner", view)]),
            Mount("/static", app=StaticFiles(directory="s")),
            *more,
            make(),
        ])
    """
    found = routes(source)
    assert ("app", "GET", "http", "/") in found
    assert ("app", "*", "http", "/page") in found
    assert ("app", "GET", "ws", "/ws") in found
    assert ("more", "POST", "http", "/more") in found
    inner = next(fact for fact in of(RouterObject, source) if fact.name.startswith("app@"))
    assert (inner.name, "GET", "http", "/inner") in found
    mounts = {(show(fact.child), show(fact.prefix)) for fact in of(RouteMount, source) if isinstance(fact.child, Name)}
    assert mounts == {(("name", inner.name), "/m"), (("name", "more"), None)}
    assert [fact.reason for fact in of(OpaqueRoutes, source)] == ["a route that is made elsewhere"]


def test_a_folder_of_files_answers_every_get_below_it() -> None:
    source = FASTAPI + "from fastapi.staticfiles import StaticFiles\napp.mount('/s/', StaticFiles(directory='x'))"
    assert routes(source) == [("app", "GET", "http", ("text", "/s", "/{path:path}"))]


def test_objects() -> None:
    source = """
        import fastapi
        from flask import Blueprint
        class Own(fastapi.FastAPI):
            pass
        app = fastapi.FastAPI(root_path="/ignored")
        router: fastapi.APIRouter = fastapi.APIRouter(prefix=f"{BASE}/x")
        bp = Blueprint("b", __name__, None, None, None, "/sixth")
        own = Own()
        spread = fastapi.APIRouter(**options)
        def create():
            inner = fastapi.APIRouter()
            return inner
        class Server:
            def __init__(self):
                self.app = fastapi.FastAPI()
                self.app.add_api_route("/x", self.x)
    """
    found = {fact.name: (fact.framework, fact.root, show(fact.prefix)) for fact in of(RouterObject, source)}
    assert found == {
        "app": ("fastapi", True, None),
        "router": ("fastapi", False, ("text", ("name", "BASE"), "/x")),
        "bp": ("flask", False, "/sixth"),
        "own": ("fastapi", True, None),
        "spread": ("fastapi", False, ("unknown", "keyword arguments")),
        "create.inner": ("fastapi", False, None),
        "Server#app": ("fastapi", True, None),
    }
    assert [(fact.router, fact.reason) for fact in of(OpaqueRoutes, source)] == [
        ("own", "class Own may add routes of its own")
    ]
    assert routes(source) == [("Server#app", "GET", "http", "/x")]


def mounts(source: str) -> list[tuple[str, object, object]]:
    return [(fact.parent, show(fact.child), show(fact.prefix)) for fact in of(RouteMount, source)]


def test_mounts_of_fastapi() -> None:
    source = (
        FASTAPI
        + """
from api import users
app.include_router(router, prefix="/v1", tags=["x"])
app.include_router(users.router)
app.include_router(router, **options)
app.mount("/sub", FastAPI())
def create():
    from late import bp as local
    app = FastAPI()
    app.include_router(local)
    return app
"""
    )
    made = next(fact.name for fact in of(RouterObject, source) if fact.name.startswith("app@"))
    assert mounts(source) == [
        ("app", ("name", "router"), "/v1"),
        ("app", ("member", ("name", "users"), "router"), None),
        ("app", ("name", "router"), ("unknown", "keyword arguments")),
        ("app", ("name", made), "/sub"),
        ("create.app", ("name", "create.local"), None),
    ]
    assert [fact.bare for fact in of(RouteMount, source)] == [False, False, False, True, False]
    assert value(source, "create") == ("function", (), (), ("name", "create.app"))


def test_a_blueprints_prefix_is_overridden_only_where_one_is_given() -> None:
    source = FLASK + "app.register_blueprint(bp, url_prefix='/x')\napp.register_blueprint(bp, url_prefix=None)"
    assert [(show(fact.prefix), fact.overrides) for fact in of(RouteMount, source)] == [("/x", True), (None, False)]


@pytest.mark.parametrize(
    "loop",
    [
        "for r, p in [(a.router, '/a'), (b.router, '/b')]:\n    app.include_router(r, prefix=p)",
        "ALL = ((a.router, '/a'), (b.router, '/b'))\nfor r, p in ALL:\n    app.include_router(r, prefix=p)",
        "for p, r in {'/a': a.router, '/b': b.router}.items():\n    app.include_router(r, prefix=p)",
        "for m in (a, b):\n    app.include_router(m.router, prefix='/' + 'ab')",
        "[app.include_router(r) for r in (a.router, b.router)]",
    ],
)
def test_a_loop_over_a_literal_is_unrolled(loop: str) -> None:
    source = f"{FASTAPI}import a, b\n{loop}"
    members = [("member", ("name", name), "router") for name in "ab"]
    assert [child for _, child, _ in mounts(source)] == members
    assert of(OpaqueRoutes, source) == []


@pytest.mark.parametrize(
    "loop",
    [
        "for r in find():\n    app.include_router(r)",
        "found = []\nfound.append(router)\nfor r in found:\n    app.include_router(r)",
        "for r in [*others, router]:\n    app.include_router(r)",
        "for path in paths:\n    @app.get(path)\n    def f(): ...",
        "for r in routers:\n    setup(app, r)",
    ],
)
def test_any_other_loop_is_opaque(loop: str) -> None:
    source = FASTAPI + loop
    assert [(fact.router, fact.reason) for fact in of(OpaqueRoutes, source)] == [("app", "routes registered in a loop")]
    assert (routes(source), mounts(source)) == ([], [])


def test_functions_that_a_router_is_handed_to() -> None:
    source = """
        from fastapi import FastAPI
        from .parts import register
        def setup(server: FastAPI): server.include_router(router)
        app = FastAPI()
        register(app)
        setup(server=app)
        print(app)
        isinstance(app, FastAPI)
        app.add_middleware(Thing, app)
    """
    call = ("call", ("name", "register"), ("name", "app"))
    keyword = ("call", ("name", "setup"), ({"server": ("name", "app")},))
    found = mounts(source)
    assert ("setup.server", ("name", "router"), None) in found
    assert [child for parent, child, _ in found if parent == "app"] == [call, keyword]


def test_routes_on_an_imported_application() -> None:
    assert routes("from .main import app\n@app.post('/x')\ndef f(): ...") == [("app", "POST", "http", "/x")]
    assert routes("from . import main\n@main.app.post('/x')\ndef f(): ...") == [("main.app", "POST", "http", "/x")]


@pytest.mark.parametrize(
    ("code", "hides"),
    [
        ("@app.post('/x')\ndef f(): ...", True),
        ("app.include_router(r)", True),
        ("app.add_api_route('/x', f)", True),
        ("value = data.get('/x')", False),
        ("from fastapi import Depends", False),
    ],
)
def test_a_broken_file_may_hide_routes(code: str, hides: bool) -> None:
    found = extract("a.py", f"{code}\nx = = 1\n".encode())
    assert [type(fact) for fact in found] == ([Problem, OpaqueRoutes] if hides else [Problem])


def test_loops_that_grow_without_bound_are_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rtlint.extract.python.walk._MAX_NODES", 20_000)
    source = FASTAPI + "N = [" + "1," * 150 + "]\n"
    for depth, name in enumerate("abcd"):
        source += "    " * depth + f"for {name} in N:\n"
    found = extract("a.py", (source + "                app.include_router(router)\n").encode())
    assert [fact.code for fact in found if isinstance(fact, Problem)] == ["RT905"]
    assert {fact.router for fact in found if isinstance(fact, OpaqueRoutes)} == {"app", "router"}


@pytest.mark.parametrize("start", [".get( ", ".get(a)", "(app"])
def test_looking_for_routes_takes_linear_time(start: str) -> None:
    # In quadratic time, this would take hours.
    assert _MAY_ROUTE.search(start + " " * 500_000) is None
