from __future__ import annotations

import textwrap

import pytest

from rtlint.extract.python import extract
from rtlint.facts.files import FileFacts
from rtlint.link.modules import Modules
from rtlint.link.routes import served_routes
from tests.link.routing import routes_of, table


def lines(**sources: str) -> dict[str, str]:
    """Return sources by path: `a__b_py` stands for a/b.py."""
    return {
        name.replace("__", "/")
        .replace("_py", ".py")
        .replace("_js", ".js")
        .replace("INIT", "__init__"): textwrap.dedent(text)
        for name, text in sources.items()
    }


def test_fastapi_prefixes_add_up_along_the_includes() -> None:
    found = routes_of(
        lines(
            app__main_py="""
                from fastapi import FastAPI
                from app.api import router as api
                app = FastAPI()
                app.include_router(api, prefix="/api")
            """,
            app__api__INIT_py="""
                from fastapi import APIRouter
                from . import realtime
                router = APIRouter(prefix="/v1")
                router.include_router(realtime.router, prefix="/rt")
            """,
            app__api__realtime_py="""
                from fastapi import APIRouter
                router = APIRouter(prefix="/pusher")
                @router.post("/auth")
                def auth(): ...
                @router.websocket("/ws/{room}")
                async def ws(): ...
            """,
        )
    )
    assert table(found) == {("POST", "/api/v1/rt/pusher/auth"), ("WS", "/api/v1/rt/pusher/ws/{room}")}
    assert found.backends[0].routes_complete


def test_a_router_that_is_never_included_serves_nothing() -> None:
    found = routes_of(
        lines(
            main_py="""
                from fastapi import FastAPI, APIRouter
                app = FastAPI()
                lost = APIRouter()
                @lost.get("/lost")
                def lost_route(): ...
                @app.get("/kept")
                def kept(): ...
            """
        )
    )
    assert table(found) == {("GET", "/kept")}


@pytest.mark.parametrize(
    "line",
    [
        "app.include_router(load(), prefix='/x')",
        "app.include_router(router, prefix=settings.prefix)",
        "for r in discover():\n    app.include_router(r)",
    ],
)
def test_what_is_not_known_makes_the_list_incomplete(line: str) -> None:
    source = f"from fastapi import FastAPI, APIRouter\napp = FastAPI()\nrouter = APIRouter()\n{line}\n"
    assert [backend.routes_complete for backend in routes_of({"main.py": source}).backends] == [False]


def test_a_loop_over_a_literal_list_is_unrolled() -> None:
    source = """
        from fastapi import FastAPI, APIRouter
        app = FastAPI()
        a, b = APIRouter(), APIRouter()
        one = APIRouter(prefix="/one")
        two = APIRouter(prefix="/two")
        @one.get("/x")
        def x(): ...
        @two.get("/y")
        def y(): ...
        for router in [one, two]:
            app.include_router(router, prefix="/api")
    """
    assert table(routes_of(lines(main_py=source))) == {("GET", "/api/one/x"), ("GET", "/api/two/y")}


def test_a_factory_makes_the_application() -> None:
    source = """
        from flask import Flask, Blueprint
        bp = Blueprint("rt", __name__, url_prefix="/own")
        @bp.route("/auth", methods=["POST"])
        def auth(): ...
        def create_app():
            app = Flask(__name__)
            app.register_blueprint(bp, url_prefix="/given")
            return app
    """
    assert table(routes_of(lines(main_py=source))) == {("POST", "/given/auth")}


def test_express_routers_mount_by_require_and_import() -> None:
    found = routes_of(
        lines(
            server__index_js="""
                const express = require('express');
                const app = express();
                const { admin } = require('./admin');
                app.use(express.json());
                app.use('/api', require('./realtime'));
                app.use(['/a', '/b'], admin);
                app.route('/both').get(h).post(h);
                app.get('/users/:id', h);
            """,
            server__realtime_js="""
                const router = require('express').Router();
                router.post('/pusher/auth', h);
                module.exports = router;
            """,
            server__admin_js="""
                import { Router } from 'express';
                export const admin = Router();
                admin.all('/x', h);
            """,
        )
    )
    assert table(found) == {
        ("POST", "/api/pusher/auth"),
        ("*", "/a/x"),
        ("*", "/b/x"),
        ("GET", "/both"),
        ("POST", "/both"),
        ("GET", "/users/{id}"),
    }


def app(body: str, **more: str) -> dict[str, str]:
    """Return main.py with a FastAPI application and two routers, and further modules by name."""
    head = """
from fastapi import APIRouter, FastAPI
app = FastAPI(root_path="/ignored")
one = APIRouter(prefix="/one")
@one.post("/x")
def x(): ...
bare = APIRouter()
@bare.get("")
def empty(): ...
"""
    sources = {"main.py": head + textwrap.dedent(body)}
    return sources | {f"{name}.py": textwrap.dedent(text) for name, text in more.items()}


def served(sources: dict[str, str]) -> tuple[set[tuple[str, str]], list[bool]]:
    found = routes_of(sources)
    return table(found), [backend.routes_complete for backend in found.backends]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("app.include_router(one, prefix='/a')\napp.include_router(one, prefix='/b')", {"/a/one/x", "/b/one/x"}),
        ("app.include_router(bare, prefix='/p')", {"/p"}),
        ("app.mount('/m/', one)", {"/m/one/x"}),
        ("app.mount('', one)", {"/one/x"}),
        ("alias = one\napp.include_router(alias)", {"/one/x"}),
        ("app.include_router(one if flag else one)", {"/one/x"}),
        ("one.add_route('/plain', x)\napp.include_router(one, prefix='/p')", {"/p/one/x", "/p/plain"}),
        ("sub = FastAPI()\nsub.include_router(one)\none.mount('/in', sub)\napp.mount('/m', sub)", {"/m/one/x"}),
        ("def make(): return one\napp.include_router(make())", {"/one/x"}),
        ("P = '/a' if flag else '/b'\napp.include_router(one, prefix=P)", {"/a/one/x", "/b/one/x"}),
        ("P = '/a/'\napp.include_router(one, prefix=P.rstrip('/'))", {"/a/one/x"}),
        ("app.include_router(one, prefix='/v{}'.format('1'))", {"/v1/one/x"}),
        ("app.include_router(one, prefix='/t/{tenant:str}')", {"/t/{tenant}/one/x"}),
        ("import uvicorn\nuvicorn.run(app)\napp.include_router(one)", {"/one/x"}),
        ("from flask_cors import CORS\nCORS(app)\napp.include_router(one)", {"/one/x"}),
    ],
)
def test_what_fastapi_serves(body: str, expected: set[str]) -> None:
    found, complete = served(app(body))
    assert {path for _, path in found} == expected
    assert all(complete) or "one.mount" in body


@pytest.mark.parametrize(
    "body",
    [
        "app.include_router(one, prefix='no-slash')",
        "app.include_router(one, prefix='/slash/')",
        "app.include_router(bare)",
        "app.include_router(one, prefix=os.environ['P'])",
        "app.include_router(one, prefix=unknown())",
        "app.include_router(missing)",
        "from .nowhere import router\napp.include_router(router)",
        "import package\napp.include_router(package.router)",
        "from admin import Admin\nAdmin(app)",
        "def register(to, child): to.include_router(child)\nregister(app, one)",
        "@app.get(path())\ndef f(): ...",
        "one.include_router(one)\napp.include_router(one)",
        "a = APIRouter()\none.include_router(a, prefix='/a')\na.include_router(one)\napp.include_router(one)",
        "app.include_router(one)\napp = FastAPI(title='again')\napp.include_router(bare)",
        "class Own(APIRouter): pass\nown = Own()\napp.include_router(own)",
        "@unknown.app.get('/x')\ndef f(): ...",
        "for r in find():\n    r.include_router(one)",
    ],
)
def test_what_makes_the_routes_of_fastapi_incomplete(body: str) -> None:
    assert served(app(body))[1] == [False]


def test_a_mounted_application_is_no_backend_of_its_own() -> None:
    found = routes_of(app("sub = FastAPI()\n@sub.get('/in')\ndef f(): ...\napp.mount('/sub', sub)"))
    assert [backend.at.line for backend in found.backends] == [3]
    assert table(found) == {("GET", "/sub/in")}


def test_an_application_inside_a_router_that_is_never_included_is_no_backend() -> None:
    found = routes_of(app("sub = FastAPI()\n@sub.get('/in')\ndef f(): ...\none.mount('/sub', sub)"))
    assert (len(found.backends), table(found)) == (1, set())


def test_applications_that_only_mount_each_other_are_still_there() -> None:
    found = routes_of(app("sub = FastAPI()\napp.mount('/sub', sub)\nsub.mount('/app', app)"))
    assert [backend.routes_complete for backend in found.backends] == [False]


def test_routes_that_belong_to_no_known_object_may_be_any_python_backends() -> None:
    sources = app("@other.app.post('/lost')\ndef f(): ...\nimport other")
    sources["server.js"] = "const app = require('express')();\napp.get('/js', h);"
    complete = {backend.framework: backend.routes_complete for backend in routes_of(sources).backends}
    assert complete == {"fastapi": False, "express": True}


def test_routes_are_registered_from_another_module() -> None:
    sources = app("import views", views="from main import app\n@app.post('/view')\ndef f(): ...")
    assert served(sources) == ({("POST", "/view")}, [True])


def test_a_function_of_another_module_registers_routes() -> None:
    sources = app(
        "from setup import register\nregister(to=app)",
        setup="""
            def register(to):
                @to.get("/set")
                def f(): ...
                more(to)
            def more(app):
                app.get("/m")(f)
        """,
    )
    assert served(sources) == ({("GET", "/set"), ("GET", "/m")}, [True])


def test_prefixes_come_from_settings_and_constants_of_other_modules() -> None:
    sources = app(
        """
        from config import get_settings, settings, API
        app.include_router(one, prefix=settings.API)
        app.include_router(one, prefix=f"{get_settings().API}{API}")
        """,
        config="""
            from functools import lru_cache
            from pydantic_settings import BaseSettings
            class Settings(BaseSettings):
                API: str = "/set"
            settings = Settings()
            @lru_cache
            def get_settings(): return Settings()
            API = "/const"
        """,
    )
    assert served(sources) == ({("POST", "/set/one/x"), ("POST", "/set/const/one/x")}, [True])


@pytest.mark.parametrize(
    ("path", "statement"),
    [
        ("apps/api/src/server/main.py", "from server.parts import router"),
        ("apps/api/src/server/main.py", "from .parts import router"),
        ("apps/api/main.py", "from server.parts import router"),
        ("apps/api/main.py", "from server import router"),
        ("apps/api/main.py", "from server import *"),
        ("apps/api/main.py", "import server.parts\nrouter = server.parts.router"),
        ("apps/api/src/server/deep/main.py", "from ..parts import router"),
        ("apps/api/src/server/deep/main.py", "from .. import parts\nrouter = parts.router"),
    ],
)
def test_imports_of_python(path: str, statement: str) -> None:
    sources = {
        path: f"from fastapi import FastAPI\n{statement}\napp = FastAPI()\napp.include_router(router)",
        "apps/api/src/server/__init__.py": "from .parts import router",
        "apps/api/src/server/parts.py": "from fastapi import APIRouter\nrouter = APIRouter()\n"
        "@router.get('/found')\ndef f(): ...",
    }
    assert served(sources) == ({("GET", "/found")}, [True])


def test_a_file_that_was_passed_over_is_read_when_an_import_leads_there() -> None:
    sources = app("from middle import API, again\napp.include_router(again, prefix=API)")
    sources["other.py"] = "from fastapi import APIRouter\nother = APIRouter()\n@other.get('/o')\ndef f(): ..."
    facts = {path: FileFacts(path, tuple(extract(path, text.encode()))) for path, text in sources.items()}
    facts["middle.py"] = FileFacts("middle.py", (), relevant=False)
    loaded = FileFacts("middle.py", tuple(extract("middle.py", b"from other import other as again\nAPI = '/late'")))
    modules = Modules(facts, facts, {"middle.py": loaded}.get)
    found = served_routes(facts, modules, lambda path, expr: None)
    assert table(found) == {("GET", "/late/o")}


FLASK = """
from flask import Blueprint, Flask
app = Flask(__name__)
a = Blueprint("a", __name__, url_prefix="/a/")
b = Blueprint("b", __name__, url_prefix="/b")
@b.route("/x")
def x(): ...
@b.route("")
def empty(): ...
"""
OUTER = "from fastapi import FastAPI\nfrom a2wsgi import WSGIMiddleware\nouter = FastAPI()\n"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("app.register_blueprint(b)", {"/b/x", "/b"}),
        ("app.register_blueprint(b, url_prefix='/given/')", {"/given/x", "/given/"}),
        ("app.register_blueprint(b, url_prefix='/')", {"/x", "/"}),
        ("a.register_blueprint(b)\napp.register_blueprint(a)", {"/a/b/x", "/a/b"}),
        ("a.register_blueprint(b, url_prefix='/n')\napp.register_blueprint(a, url_prefix='/o')", {"/o/n/x", "/o/n"}),
        ("app.register_blueprint(b, url_prefix='/<int:id>/<path:p>')", {"/{id}/{p:path}/x", "/{id}/{p:path}"}),
        (OUTER + "app.register_blueprint(b)\nouter.mount('/wsgi', WSGIMiddleware(app))", {"/wsgi/b/x", "/wsgi/b"}),
    ],
)
def test_what_flask_serves(body: str, expected: set[str]) -> None:
    found, complete = served({"main.py": FLASK + body})
    assert ({path for _, path in found}, complete) == (expected, [True])


def test_extensions_that_add_no_routes_leave_the_list_complete() -> None:
    sources = {
        "main.py": "from flask import Flask\nfrom extensions import api, db\ndef create_app():\n    app = Flask('x')\n"
        "    db.init_app(app)\n    EXTRA\n    return app",
        "extensions.py": "from flask_sqlalchemy import SQLAlchemy\nfrom flask_restful import Api\n"
        "db = SQLAlchemy()\napi = Api()",
    }
    assert served({**sources, "main.py": sources["main.py"].replace("EXTRA", "pass")})[1] == [True]
    assert served({**sources, "main.py": sources["main.py"].replace("EXTRA", "api.init_app(app)")})[1] == [False]


@pytest.mark.parametrize(
    ("statement", "module", "complete"),
    [
        ("import r from './r'; app.use('/p', r)", "const r = Router(); r.get('/x', h); export default r;", True),
        ("import { r } from './r'; app.use('/p', r)", "export const r = Router(); r.get('/x', h);", True),
        ("import * as n from './r'; app.use('/p', n.r)", "export const r = Router(); r.get('/x', h);", True),
        (
            "import { s } from './star'; app.use('/p', s)",
            "const r = Router(); r.get('/x', h); export { r as s };",
            True,
        ),
        ("const { r } = require('./r'); app.use('/p', r)", "const r = Router(); r.get('/x', h); exports.r = r;", True),
        (
            "const n = require('./r'); app.use('/p', n.r)",
            "const r = Router(); r.get('/x', h); module.exports = { r };",
            True,
        ),
        ("app.use('/P/', require('./r'))", "const r = Router(); r.get('/x/', h); module.exports = r;", True),
        ("import { gone } from './r'; app.use('/p', gone)", "export const r = Router();", False),
        ("import r from 'package'; app.use('/p', r)", "", False),
    ],
)
def test_express_across_modules(statement: str, module: str, complete: bool) -> None:
    sources = {
        "server/app.js": f"import express from 'express';\nconst app = express();\n{statement};",
        "server/r.js": f"import {{ Router }} from 'express';\n{module}",
        "server/star.js": "export * from './r';",
    }
    found, known = served(sources)
    assert known == [complete]
    assert {path.lower() for _, path in found} == ({"/p/x"} if complete else set())


def test_middleware_of_the_repository_is_no_router() -> None:
    sources = {
        "app.js": "import express from 'express';\nimport { stamp } from './stamp';\nconst app = express();\n"
        "app.use(stamp);\napp.get('/x', h);",
        "stamp.js": "export function stamp(request, response, next) { request.at = Date.now(); next(); }",
    }
    assert served(sources) == ({("GET", "/x")}, [True])


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/u/:id/x", {"/u/{id}/x"}),
        ("/u/:id(\\\\d+)", {"/u/{id}"}),
        ("/u/:id?", {"/u", "/u/{id}"}),
        ("/u{/:id}", {"/u", "/u/{id}"}),
        ("/from-:a-to-:b", {"/from-{a}-to-{b}"}),
        ("/f/*", {"/f/{rest:path}"}),
        ("/f/*all", {"/f/{all:path}"}),
        ("*", {"/", "/{rest:path}"}),
        ("/a\\\\:b", {"/a:b"}),
        ("no-slash", set()),
        ("/ab?cd", None),
        ("/a(b)?c", None),
    ],
)
def test_paths_of_express(path: str, expected: set[str] | None) -> None:
    source = f"const app = require('express')();\napp.get('{path}', h);"
    found, complete = served({"app.js": source})
    assert ({route for _, route in found}, complete) == (expected or set(), [expected is not None])


def test_the_mount_that_shapes_a_path_is_named() -> None:
    found = routes_of(
        app("app.include_router(one)\napp.include_router(one, prefix='/p')\n@app.get('/own')\ndef f(): ...")
    )
    lines_of = {item.path: (item.at.line, item.mounted_at.line) for item in found.routes}
    assert lines_of == {"/one/x": (5, 4), "/p/one/x": (5, 11), "/own": (12, 12)}


def test_backends_are_numbered_and_placed() -> None:
    sources = {f"apps/{name}/main.py": "from fastapi import FastAPI\napp = FastAPI()" for name in "ba"}
    found = [(backend.id, backend.directory, backend.framework) for backend in routes_of(sources).backends]
    assert found == [(1, "apps/a", "fastapi"), (2, "apps/b", "fastapi")]
