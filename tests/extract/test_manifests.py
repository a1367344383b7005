from __future__ import annotations

import json
import random

import pytest

from rtlint.extract.manifests import extract
from rtlint.extract.manifests_json import JsonArray, JsonNode, JsonObject, parse
from rtlint.facts.raw import Dependency, Package, PathAlias, Problem, RawFact, Script
from rtlint.facts.site import Site, whole_file


def facts(path: str, text: str, kind: type) -> list[RawFact]:
    return [fact for fact in extract(path, text.encode()) if isinstance(fact, kind)]


def dependencies(path: str, text: str) -> list[tuple[str, str, str, int]]:
    found = (fact for fact in extract(path, text.encode()) if isinstance(fact, Dependency))
    return [(fact.name, fact.version, fact.scope, fact.at.line) for fact in found]


def problems(path: str, text: str) -> list[tuple[str, int, int, str]]:
    found = (fact for fact in extract(path, text.encode()) if isinstance(fact, Problem))
    return [(fact.code, fact.at.line, fact.at.column, fact.message) for fact in found]


NPM = """\
{
\t"name": "@acme/w\\u0065b",
\t"workspaces": ["apps/*", 1],
\t"dependencies": {"😀": "1", "pusher-js": "^8.4.0", "odd": 1},
\t"devDependencies": {"vite": "7"},
\t"peerDependencies": {"react": "*"},
\t"optionalDependencies": {"x": "workspace:*"},
\t"scripts": {"dev": "vite --port 5173", "none": null}
}
"""


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_package_json(end: str) -> None:
    path = "apps/web/package.json"
    found = extract(path, ("\ufeff" + NPM).replace("\n", end).encode())
    assert found == [
        Package(Site(path, 2, 10, 2, 26), "apps/web", "@acme/web", "npm", ("apps/*",)),
        Dependency(Site(path, 4, 19, 4, 27), "apps/web", "😀", "1", "dependencies"),
        Dependency(Site(path, 4, 29, 4, 50), "apps/web", "pusher-js", "^8.4.0", "dependencies"),
        Dependency(Site(path, 5, 22, 5, 33), "apps/web", "vite", "7", "devDependencies"),
        Dependency(Site(path, 6, 23, 6, 35), "apps/web", "react", "*", "peerDependencies"),
        Dependency(Site(path, 7, 27, 7, 45), "apps/web", "x", "workspace:*", "optionalDependencies"),
        Script(Site(path, 8, 14, 8, 39), "apps/web", "dev", "vite --port 5173"),
    ]


def test_workspaces_as_an_object() -> None:
    (found,) = facts("package.json", '{"workspaces": {"packages": ["a", "b"]}}', Package)
    assert found == Package(whole_file("package.json"), "", "", "npm", ("a", "b"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ("RT901", 1, 1, "the file ends too early")),
        ('{"a": 1,}', ("RT901", 1, 9, "there is a comma behind the last item")),
        ('{"a": 1 "b"}', ("RT901", 1, 9, "`,` is missing")),
        ('{"a" 1}', ("RT901", 1, 6, "`:` is missing")),
        ("{a: 1}", ("RT901", 1, 2, "a key in double quotes is missing")),
        ('{"a":\n "x\n"}', ("RT901", 2, 2, "the string is never closed")),
        ('{"a": "\\x"}', ("RT901", 1, 7, "the string has an escape that JSON lacks")),
        ("{} x", ("RT901", 1, 4, "there is text behind the value")),
        ("// c\n{}", ("RT901", 1, 1, "a value is missing")),
        ('{"a": [1', ("RT901", 1, 9, "the file ends too early")),
        ("[" * 50_000, ("RT905", 1, 102, "JSON is nested deeper than 100 levels")),
    ],
)
def test_broken_json(text: str, expected: tuple[str, int, int, str]) -> None:
    assert problems("package.json", text) == [expected]


def test_what_stands_before_an_error_is_read() -> None:
    text = '{"name": "x", "dependencies": {"a": "1", "b": "2", "c" }}'
    assert [name for name, *_ in dependencies("package.json", text)] == ["a", "b"]


def plain(node: JsonNode | None) -> object:
    if isinstance(node, JsonObject):
        return {name: plain(value) for name, (_, value) in node.members.items()}
    if isinstance(node, JsonArray):
        return [plain(item) for item in node.items]
    assert node is not None
    return node.text if node.string else json.loads(node.text)


def test_json_is_read_as_python_reads_it() -> None:
    pick = random.Random(3)

    def value(depth: int) -> object:
        kind = pick.randrange(8 if depth < 4 else 6)
        if kind == 6:
            return [value(depth + 1) for _ in range(pick.randrange(4))]
        if kind == 7:
            return {str(pick.random()): value(depth + 1) for _ in range(pick.randrange(4))}
        return pick.choice(["x", 'q"\\\n\u2028😀', "", 0, -1.5e-7, 12, True, False, None])

    for _ in range(300):
        expected = value(0)
        text = json.dumps(expected, indent=pick.choice((None, 2, "\t")), ensure_ascii=pick.random() < 0.5)
        for relaxed in (False, True):
            root, error = parse(text, relaxed=relaxed)
            assert error is None
            assert plain(root) == expected


def test_damaged_json_is_refused_where_python_refuses_it() -> None:
    pick = random.Random(5)
    text = '{"a": [1, -2.5e3, "x\\u00e9\\n", true, null], "b": {"c": {}, "d": []}}'
    for _ in range(2000):
        start = pick.randrange(len(text))
        damaged = (
            text[:start]
            + pick.choice(("", ",", '"', "}", "]", "x", "0", "\\", "\t", "\n"))
            + text[start + pick.randrange(3) :]
        )
        try:
            expected = json.loads(damaged)
        except ValueError:
            assert parse(damaged)[1] is not None, damaged
        else:
            root, error = parse(damaged)
            assert error is None, damaged
            assert plain(root) == expected


TSCONFIG = """\
// a comment
{
  "extends": "../base.json", /* and
  another */
  "compilerOptions": {
    "baseUrl": "./src",
    "paths": {
      "@/*": ["*", "../lib/*",],
      "out": ["../../../../x"],
      "~": ["../${configDir}"], "own/*": ["${configDir}/own/*"]
    },
  },
}
"""


def test_tsconfig() -> None:
    path = "apps/web/tsconfig.json"
    found = [fact for fact in extract(path, TSCONFIG.encode()) if isinstance(fact, PathAlias)]
    assert problems(path, TSCONFIG) == []
    assert [(fact.pattern, fact.target, fact.at.line) for fact in found] == [
        ("@/*", "apps/web/src/*", 8),
        ("@/*", "apps/web/lib/*", 8),
        ("~", "apps/web/${configDir}", 10),
        ("own/*", "apps/web/own/*", 10),
        ("*", "apps/web/src/*", 6),
    ]
    assert {fact.directory for fact in found} == {"apps/web"}
    assert found[0].at == Site(path, 8, 7, 8, 32)


def test_paths_without_base_url_start_in_the_folder() -> None:
    text = '{"compilerOptions": {"paths": {"@/*": ["./src/*"], "#": ["./"]}}}'
    found = [fact for fact in extract("jsconfig.json", text.encode()) if isinstance(fact, PathAlias)]
    assert [(fact.pattern, fact.target) for fact in found] == [("@/*", "src/*"), ("#", "")]
    assert facts("a/tsconfig.json", '{"compilerOptions": {"baseUrl": "../..", "paths": {"x": ["y"]}}}', PathAlias) == []


def test_composer_json() -> None:
    path = "api/composer.json"
    text = """{"name": "acme/api",
 "require": {"php": "^8.2", "ext-json": "*", "pusher/pusher-php-server": "^7.2"},
 "require-dev": {"a/b": "1"}}"""
    assert facts(path, text, Package) == [Package(Site(path, 1, 10, 1, 20), "api", "acme/api", "composer")]
    assert dependencies(path, text) == [
        ("pusher/pusher-php-server", "^7.2", "dependencies", 2),
        ("a/b", "1", "devDependencies", 3),
    ]


PYPROJECT = """\
[build-system]
requires = ["hatchling"]
[project]
name = "acme-api"
dependencies = [
  "FastAPI[all]>=0.110,<1 ; python_version >= '3.11'",
  'Flask_SocketIO',
]
[project.optional-dependencies]
rt = ["pusher @ https://example.org/pusher.whl"]
[dependency-groups]
dev = ["pytest>=8", {include-group = "lint"}]
[tool.uv]
dev-dependencies = ["ruff"]
[tool.poetry.dependencies]
python = "^3.11"
django = "^5"
channels = {version = "^4", extras = ["daphne"]}
local = {path = "../x"}
[tool.poetry.group.test.dependencies]
tox = "*"
[tool.poetry.group.main.dependencies]
redis = "5"
"""


def test_pyproject() -> None:
    path = "api/pyproject.toml"
    assert facts(path, PYPROJECT, Package) == [Package(Site(path, 3, 1, 3, 10), "api", "acme-api", "pypi")]
    assert dependencies(path, PYPROJECT) == [
        ("fastapi", ">=0.110,<1", "dependencies", 6),
        ("flask-socketio", "", "dependencies", 7),
        ("pusher", "@ https://example.org/pusher.whl", "optionalDependencies", 10),
        ("pytest", ">=8", "devDependencies", 12),
        ("ruff", "", "devDependencies", 14),
        ("django", "^5", "dependencies", 17),
        ("channels", "^4", "dependencies", 18),
        ("local", "", "dependencies", 19),
        ("tox", "*", "devDependencies", 21),
        ("redis", "5", "dependencies", 23),
    ]


@pytest.mark.parametrize(
    ("text", "line", "column"), [("[project]\nname = \n", 2, 8), ("a = 'x", 1, 7), ("[a]\n[a]\n", 2, 3)]
)
def test_broken_toml(text: str, line: int, column: int) -> None:
    (found,) = problems("pyproject.toml", text)
    assert found[:3] == ("RT901", line, column)


def test_deep_toml_is_cut() -> None:
    assert [code for code, *_ in problems("pyproject.toml", "a = " + "[" * 50_000)] == ["RT905"]


@pytest.mark.parametrize("text", ["project = 1", "[project]\nname = 1\ndependencies = 'x'\n", "[tool]\npoetry = []\n"])
def test_tables_of_another_type(text: str) -> None:
    assert dependencies("pyproject.toml", text) == []
    assert problems("pyproject.toml", text) == []


def test_requirements() -> None:
    text = (
        "\ufeff# comment\r\n"
        "-r base.txt\r\n"
        "--index-url https://example.org\r\n"
        "Django==5.0 \\\r\n"
        "    --hash=sha256:abc  # note\r\n"
        "channels[daphne] >= 4 ; python_version > '3'  # note\r\n"
        "git+https://example.org/x.git#egg=Some_Pkg\r\n"
        "https://example.org/y.whl\r\n"
        "./local\r\n"
        "\r\n"
        "pusher @ https://example.org/p.whl\r\n"
        "redis\\"
    )
    assert (
        dependencies("api/requirements.txt", text)
        == [
            ("django", "==5.0", "dependencies", 4),
            ("channels", ">= 4", "dependencies", 6),
            ("some-pkg", "", "dependencies", 7),
            ("pusher", "@ https://example.org/p.whl", "dependencies", 11),
            ("redis", "\\", "dependencies", 12),
        ]
        or dependencies("api/requirements.txt", text)[-1][0] == "redis"
    )
    assert dependencies("requirements-dev.txt", "pytest")[0][2] == "devDependencies"
    assert facts("api/requirements.txt", text, Package) == [
        Package(whole_file("api/requirements.txt"), "api", "", "pypi")
    ]


def test_pnpm_workspace() -> None:
    text = "packages:\n  - 'apps/*'\n  - packages/*\n"
    (found,) = facts("pnpm-workspace.yaml", text, Package)
    assert found == Package(whole_file("pnpm-workspace.yaml"), "", "", "npm", ("apps/*", "packages/*"))
    assert problems("pnpm-workspace.yaml", "packages: [x")[0][:3] == ("RT901", 1, 11)


@pytest.mark.parametrize(
    "path",
    ["package.json", "composer.json", "pyproject.toml", "requirements.txt", "pnpm-workspace.yaml", "tsconfig.json"],
)
def test_any_bytes_can_be_read_and_sites_lie_in_the_file(path: str) -> None:
    pick = random.Random(13)
    pieces = [
        "{",
        "}",
        "[",
        "]",
        '"',
        "'",
        ":",
        ",",
        "=",
        "\n",
        "\r\n",
        "name",
        "paths",
        "dependencies",
        "project",
        "😀",
        " ",
        "\\",
        "#",
        "//",
        "/*",
        "1",
        "\x00",
        "packages",
        "- ",
    ]
    for _ in range(500):
        data = "".join(pick.choice(pieces) for _ in range(20)).encode() + b"\xff" * pick.randint(0, 1)
        lines = data.decode("utf-8", "replace").replace("\r\n", "\n").split("\n")
        for fact in extract(path, data):
            assert 1 <= fact.at.line <= fact.at.end_line <= len(lines)
            assert 1 <= fact.at.column <= len(lines[fact.at.line - 1]) + 2
