from __future__ import annotations

import random
import textwrap
from typing import TypeVar

import pytest

from rtlint.extract.python import extract
from rtlint.extract.python_words import TRIGGERS
from rtlint.facts.expressions import (
    ArrayLiteral,
    Binary,
    Call,
    Conditional,
    EnvVar,
    Expr,
    Fallback,
    Function,
    Literal,
    Member,
    Name,
    Not,
    ObjectLiteral,
    Template,
    Unknown,
)
from rtlint.facts.raw import (
    Binding,
    EnvRead,
    Import,
    Problem,
    RawFact,
    Suppression,
)
from rtlint.facts.site import Site

Fact = TypeVar("Fact")


FASTAPI = "from fastapi import FastAPI, APIRouter\napp = FastAPI()\nrouter = APIRouter(prefix='/p')\n"
FLASK = "from flask import Flask, Blueprint\napp = Flask(__name__)\nbp = Blueprint('b', __name__, url_prefix='/b')\n"


def facts(source: str) -> list[RawFact]:
    return extract("app/main.py", textwrap.dedent(source).encode())


def of(kind: type[Fact], source: str) -> list[Fact]:
    return [fact for fact in facts(source) if isinstance(fact, kind)]


def show(expr: Expr | None) -> object:
    """Return an expression as nested tuples without its sites."""
    match expr:
        case None:
            return None
        case Literal():
            return expr.value
        case EnvVar():
            return f"${expr.name}"
        case Name():
            return ("name", expr.name)
        case Member():
            return ("member", show(expr.object), expr.name)
        case Template():
            return ("text", *map(show, expr.parts))
        case Fallback():
            return (expr.operator, show(expr.left), show(expr.right))
        case Conditional():
            return ("if", show(expr.test), show(expr.then), show(expr.otherwise))
        case Binary():
            return (expr.operator, show(expr.left), show(expr.right))
        case Not():
            return ("not", show(expr.operand))
        case ObjectLiteral():
            return ({entry.key: show(entry.value) for entry in expr.entries}, *map(show, expr.spreads))
        case ArrayLiteral():
            return [show(item) for item in expr.items]
        case Call():
            return ("call", show(expr.callee), *map(show, expr.arguments))
        case Function():
            return ("function", expr.parameters, tuple(map(show, expr.defaults)), show(expr.result))
        case Unknown():
            return ("unknown", expr.reason)
        case _:
            raise AssertionError(expr)


def value(source: str, name: str = "x") -> object:
    return next(show(fact.value) for fact in of(Binding, source) if fact.name == name)


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("import os", [("os", "*", "os")]),
        ("import a.b", [("a.b", "*", "a")]),
        ("import a.b as c", [("a.b", "*", "c")]),
        ("from a.b import c, d as e", [("a.b", "c", "c"), ("a.b", "d", "e")]),
        ("from . import a", [(".", "a", "a")]),
        ("from ..b.c import d", [("..b.c", "d", "d")]),
        ("from a import *", [("a", "*", "")]),
        ("def f():\n    from a import b", [("a", "b", "f.b")]),
        ("try:\n    import a\nexcept ImportError:\n    import b as a", [("a", "*", "a"), ("b", "*", "a")]),
    ],
)
def test_imports(statement: str, expected: list[tuple[str, str, str]]) -> None:
    found = of(Import, statement)
    assert [(fact.source, fact.imported, fact.local) for fact in found] == expected
    assert {fact.form for fact in found} == {"python"}


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("'a' 'b'", "ab"),
        ("-3", -3),
        ("None", None),
        ("f'{a}/v{1}'", ("text", ("name", "a"), "/v", 1)),
        ("f'{a!r}'", ("text", ("unknown", "formatted value"))),
        ("a + '/b'", ("text", ("name", "a"), "/b")),
        ("1 + 2", ("unknown", "arithmetic")),
        ("'/%s/%s' % (a, 'b')", ("text", "/", ("name", "a"), "/", "b", "")),
        ("'100%% %s' % a", ("text", "100", "%", " ", ("name", "a"), "")),
        ("'%d' % a", ("unknown", "formatted text")),
        ("'/{}/{0}'.format(a)", ("text", "/", ("name", "a"), "/", ("name", "a"), "")),
        ("a or b or 'c'", ("||", ("name", "a"), ("||", ("name", "b"), "c"))),
        ("a and b", ("&&", ("name", "a"), ("name", "b"))),
        ("not a", ("not", ("name", "a"))),
        ("a == 'b'", ("===", ("name", "a"), "b")),
        ("a is not None", ("!==", ("name", "a"), None)),
        ("a < 1", ("unknown", "comparison")),
        ("'b' if a else 'c'", ("if", ("name", "a"), "b", "c")),
        ("{'a': 1, **b}", ({"a": 1}, ("name", "b"))),
        ("{a: 1}", ({}, ("unknown", "computed key"))),
        ("dict(a=1)", ({"a": 1},)),
        ("['a', ('b',)]", ["a", ["b"]]),
        ("a.b['c']", ("member", ("member", ("name", "a"), "b"), "c")),
        ("a[0]", ("unknown", "computed member")),
        ("a.strip('/')", ("call", ("member", ("name", "a"), "strip"), "/")),
        ("lambda p, q='d': p + q", ("function", ("p", "q"), (None, "d"), ("text", ("name", "p"), ("name", "q")))),
        ("await_me", ("name", "await_me")),
        ("[i for i in a]", ("unknown", "list comprehension")),
        ("b'x'", ("unknown", "bytes")),
    ],
)
def test_expressions(expression: str, expected: object) -> None:
    assert value(f"x = {expression}") == expected


def test_names_of_the_module() -> None:
    source = """
        a = 1
        a = 2
        b: str = "b"
        c = d = "cd"
        e, (f, *g) = "e", ("f", 1)
        if a:
            h = "h"
        for i in a:
            pass
        j = 1
        j += 1
        k = 1
        def reset():
            global k
            k = 2
    """
    found = {fact.name: show(fact.value) for fact in of(Binding, source)}
    again = ("unknown", "assigned more than once")
    assert found["a"] == found["j"] == found["k"] == again
    assert [found[name] for name in "bcdeh"] == ["b", "cd", "cd", "e", "h"]
    assert found["f"] == found["g"] == found["i"] == ("unknown", "loop variable")


def test_functions_that_return_a_value() -> None:
    source = """
        import functools
        def url(base, path="/x"):
            full = base + path
            return full
        @functools.lru_cache
        def cached(): return Settings()
        @other
        def decorated(): return 1
        async def later(): return 1
        def two(a):
            if a: return 1
            return 2
        def many(): yield 1
    """
    found = {fact.name: show(fact.value) for fact in of(Binding, source)}
    parameters = ("base", "path")
    assert found["url"] == ("function", parameters, (None, "/x"), ("text", ("name", "base"), ("name", "path")))
    assert found["cached"] == ("function", (), (), ("call", ("name", "Settings")))
    reasons = {name: found[name][3] for name in ("decorated", "later", "two", "many")}  # type: ignore[index]
    assert reasons == {
        "decorated": ("unknown", "decorated function"),
        "later": ("unknown", "coroutine"),
        "two": ("unknown", "function"),
        "many": ("unknown", "function"),
    }


def test_members_of_classes() -> None:
    source = """
        class Paths:
            BASE = "/api"
            AUTH = BASE + "/auth"
            def __init__(self, given):
                self.own = "/own"
                self.given = given
                self.twice = 1
            def change(self):
                self.twice = 2
                self.late = 3
    """
    found = {fact.name: show(fact.value) for fact in of(Binding, source)}
    assert found == {
        "Paths": ("unknown", "class"),
        "Paths.BASE": "/api",
        "Paths.AUTH": ("text", "/api", "/auth"),
        "Paths#own": "/own",
        "Paths#given": ("unknown", "parameter"),
        "Paths#twice": ("unknown", "assigned more than once"),
        "Paths#late": ("unknown", "assigned in a method"),
    }


@pytest.mark.parametrize(
    ("source", "name", "fallback", "guarded"),
    [
        ("import os\nx = os.getenv('A')", "A", False, False),
        ("import os\nx = os.getenv('A', 'd')", "A", True, False),
        ("import os\nx = os.getenv('A', None)", "A", False, False),
        ("import os\nx = os.getenv(default='d', key='A')", "A", True, False),
        ("import os as o\nx = o.environ['A']", "A", False, True),
        ("from os import environ as e\nx = e.get('A') or 'd'", "A", True, False),
        ("import os\nx = 'd' or os.getenv('A')", "A", False, False),
        ("from os import getenv\nKEY = 'A'\nx = getenv(KEY)", "A", False, False),
        ("import os\nx = os.getenv('A')\nif not x:\n    raise ValueError", "A", False, True),
        ("import os\ndef f():\n    x = os.getenv('A')\n    assert x", "A", False, True),
        ("import os\nif (x := os.getenv('A')) is None: pass", "A", False, True),
        ("import os\nx = 1 if 'A' in os.environ else 2", "A", False, True),
        ("import os\nx = os.getenv(f'A_{b}')", "", False, False),
        ("import os\nrun(env=os.environ)", "", False, False),
        ("import os\nx = {**os.environ}", "", False, False),
        ("import os\nfor k in os.environ.items(): pass", "", False, False),
        ("from decouple import config\nx = config('A')", "A", False, True),
        ("from decouple import config as c\nx = c('A', default='d', cast=str)", "A", True, False),
        ("from starlette.config import Config\nc = Config('.env')\nx = c('A', str, 'd')", "A", True, False),
        ("from environs import Env\nenv = Env()\nx = env.str('A')", "A", False, True),
        ("from environs import Env\nenv = Env()\nx = env.int('A', 3)", "A", True, False),
        ("import environ\nenv = environ.Env()\nx = env('A', default='d')", "A", True, False),
    ],
)
def test_reads_of_variables(source: str, name: str, fallback: bool, guarded: bool) -> None:
    found = [(fact.name, fact.via, fact.fallback, fact.guarded) for fact in of(EnvRead, source)]
    assert found == [(name, "os.environ", fallback, guarded)]


@pytest.mark.parametrize(
    "source",
    [
        "x = os.getenv('A')",
        "from mine import config\nx = config('A')",
        "import os\nos.environ['A'] = 'b'",
        "import os\nenv = os.environ",
        "def f(os): return os.getenv('A')",
        "from environs import Env\nenv = Env()\nenv.read_env('A')",
    ],
)
def test_what_reads_no_variable(source: str) -> None:
    assert of(EnvRead, source) == []


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("os.getenv('A', 'd')", ("default", "$A", "d")),
        ("os.environ['A']", "$A"),
        ("os.environ.get('A') or 'd'", ("||", "$A", "d")),
        ("f\"{os.getenv('A')}/x\"", ("text", "$A", "/x")),
        ("os.getenv(name())", ("unknown", "computed variable name")),
    ],
)
def test_values_of_variables(expression: str, expected: object) -> None:
    assert value(f"import os\nx = {expression}") == expected


def test_settings_of_pydantic() -> None:
    source = """
        from typing import Annotated, ClassVar
        from pydantic import AliasChoices, Field
        from pydantic_settings import BaseSettings, SettingsConfigDict
        class Base(BaseSettings):
            model_config = SettingsConfigDict(env_prefix="app_", env_file=".env")
            inherited: str = "i"
        class Nested(BaseSettings):
            x: int
        class Settings(Base):
            key: str
            cluster: str = "us2"
            other: str | None = None
            required: str = Field(..., description="d")
            aliased: str = Field("d", alias="PUSHER_KEY")
            chosen: Annotated[str, Field(validation_alias=AliasChoices("ONE", "two"))]
            made: list[str] = Field(default_factory=list)
            nested: Nested = Nested()
            shared: ClassVar[int] = 3
            _private: int = 1
        settings = Settings()
    """
    found = {fact.name: show(fact.value) for fact in of(Binding, source) if fact.name.startswith(("S", "s"))}
    assert found == {
        "Settings": ("unknown", "class"),
        "Settings#key": "$APP_KEY",
        "Settings#cluster": ("default", "$APP_CLUSTER", "us2"),
        "Settings#other": ("default", "$APP_OTHER", None),
        "Settings#required": "$APP_REQUIRED",
        "Settings#aliased": ("default", "$PUSHER_KEY", "d"),
        "Settings#chosen": ("default", "$ONE", "$TWO"),
        "Settings#made": ("default", "$APP_MADE", ("unknown", "default factory")),
        "Settings#nested": ("call", ("name", "Nested")),
        "Settings#inherited": ("default", "$APP_INHERITED", "i"),
        "settings": ("call", ("name", "Settings")),
    }
    reads = {fact.name: (fact.fallback, fact.guarded) for fact in of(EnvRead, source)}
    assert reads == {
        "APP_INHERITED": (True, False),
        "X": (False, True),
        "APP_KEY": (False, True),
        "APP_CLUSTER": (True, False),
        "APP_OTHER": (True, False),
        "APP_REQUIRED": (False, True),
        "PUSHER_KEY": (True, False),
        "ONE": (False, True),
        "TWO": (False, True),
        "APP_MADE": (True, False),
    }
    assert {fact.via for fact in of(EnvRead, source)} == {"settings"}


@pytest.mark.parametrize(
    ("body", "variable"),
    [
        ("class S(BaseSettings):\n    key: str\n    class Config:\n        env_prefix = 'V1_'", "$V1_KEY"),
        ("class S(BaseSettings, env_prefix='KW_'):\n    key: str", "$KW_KEY"),
        ("class S(BaseSettings):\n    model_config = {'env_prefix': 'D_'}\n    key: str", "$D_KEY"),
        ("class S(BaseSettings):\n    key: str = Field(env='FROM_ENV')", "$FROM_ENV"),
        ("class S(BaseSettings):\n    model_config = dict(case_sensitive=True)\n    key: str", "$key"),
    ],
)
def test_names_of_settings(body: str, variable: str) -> None:
    assert value(f"from pydantic import BaseSettings, Field\n{body}", "S#key") == variable


def test_a_computed_prefix_of_settings_hides_the_names() -> None:
    source = "from pydantic_settings import BaseSettings\nclass S(BaseSettings, env_prefix=make()):\n    key: str"
    assert value(source, "S#key") == ("unknown", "computed variable name")
    assert [fact.name for fact in of(EnvRead, source)] == [""]


def test_suppressions() -> None:
    source = """
        x = 1  # rtlint: ignore[RT101]: trailing
        # rtlint: ignore[RT202, unread-flag]: own line
        y = "# rtlint: ignore[RT303]: a text"
    """
    found = [(fact.selector, fact.reason, fact.line) for fact in of(Suppression, source)]
    assert found == [("RT101", "trailing", 2), ("RT202", "own line", 4), ("unread-flag", "own line", 4)]


@pytest.mark.parametrize(
    ("data", "site"),
    [
        (b"import os\nx = os.getenv('A')\n", (2, 5, 2, 19)),
        ("import os\nx = '\N{GRINNING FACE}é', os.getenv('A')\n".encode(), (2, 11, 2, 25)),
        (b"\xef\xbb\xbfimport os; x = os.getenv('A')\n", (1, 16, 1, 30)),
        (b"import os\r\n\r\nx = os.getenv('A')\r\n", (3, 5, 3, 19)),
        (b"# -*- coding: latin-1 -*-\nimport os\nx = '\xe9', os.getenv('A')\n", (3, 10, 3, 24)),
        (b"import os\nx = '\xff', os.getenv('A')\n", (2, 10, 2, 24)),
        (b"import os\nif x:\n\ty = os.getenv('A')\n", (3, 6, 3, 20)),
        (b"import os\nx = '\x0c', os.getenv('A')\n", (2, 10, 2, 24)),
    ],
    ids=["plain", "astral", "bom", "crlf", "latin-1", "not utf-8", "tab", "form feed"],
)
def test_columns_are_characters(data: bytes, site: tuple[int, int, int, int]) -> None:
    assert [fact.at for fact in extract("a.py", data) if isinstance(fact, EnvRead)] == [Site("a.py", *site)]


@pytest.mark.parametrize(
    ("data", "code", "place"),
    [
        (b"x = 1\ny = = 2\n", "RT901", (2, 5)),
        (b"x = 'never closed\n", "RT901", (1, 5)),
        (b"print 'two'\n", "RT901", (1, 1)),
        (b"# coding: nonsense\nx = = 1\n", "RT901", (2, 5)),
        (b"x = 1\0", "RT901", None),
        (b"x = " + b"(" * 500 + b")" * 500, "RT901", None),
        (b"x = " + b"-" * 200_000 + b"1", "RT905", None),
        (b"x = " + b"a." * 20_000 + b"b", "RT905", None),
    ],
    ids=["syntax", "string", "python 2", "encoding", "null", "parentheses", "signs", "members"],
)
def test_problems(data: bytes, code: str, place: tuple[int, int] | None) -> None:
    found = [fact for fact in extract("a.py", data) if isinstance(fact, Problem)]
    assert [fact.code for fact in found] == [code]
    if place:
        assert found[0].at[1:3] == place


def test_expressions_that_grow_without_bound_are_cut() -> None:
    lines = "".join(f"    v{number} = v{number - 1} + v{number - 1}\n" for number in range(1, 60))
    found = extract("a.py", f"def f():\n    v0 = ''\n{lines}    return v59\n".encode())
    assert "nested too deeply" in str(found)


def test_no_bytes_raise() -> None:
    rng = random.Random(20260711)
    whole = textwrap.dedent(FASTAPI + FLASK + "import os\nfor a in [1]:\n    app.mount('/x', b)\nx = os.environ['é']\n")
    data = whole.encode()
    for _ in range(300):
        start, end = sorted(rng.sample(range(len(data)), 2))
        noise = bytes(rng.randrange(256) for _ in range(rng.randint(0, 4)))
        for fact in extract("a.py", data[:start] + noise + data[end:]):
            assert fact.at.line >= 1
            assert fact.at.column >= 1
            assert (fact.at.end_line, fact.at.end_column) >= (fact.at.line, fact.at.column)


def test_triggers_are_tokens_in_bytes() -> None:
    assert all(isinstance(token, bytes) and token for token in TRIGGERS)
    for source in (FASTAPI, FLASK, "import os\nos.environ['A']", "from pydantic import BaseSettings"):
        assert any(token in source.encode() for token in TRIGGERS)
