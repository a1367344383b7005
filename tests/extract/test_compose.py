from __future__ import annotations

import random

import pytest

from rtlint.extract.compose import extract
from rtlint.extract.yaml_nodes import MAX_NODES, MAX_VISITS, Budget
from rtlint.facts.compose import ComposeInclude, ComposeReset, ComposeResource
from rtlint.facts.expressions import EnvVar, Fallback, Literal, Template
from rtlint.facts.proxies import ComposeLabel
from rtlint.facts.raw import (
    ComposeBuild,
    ComposeEnvFile,
    ComposeMount,
    ComposePort,
    ComposeService,
    EnvSet,
    Interpolation,
    Problem,
    RawFact,
    Suppression,
)
from rtlint.facts.site import Site

PATH = "deploy/compose.yml"


def service(body: str, name: str = "web") -> str:
    """Return a file with one service; the first line of the body is line 3."""
    return f"services:\n  {name}:\n" + "\n".join("    " + line for line in body.splitlines()) + "\n"


def facts(text: str, kind: type, path: str = PATH) -> list[RawFact]:
    return [fact for fact in extract(path, text.encode()) if isinstance(fact, kind)]


def only(text: str, kind: type, path: str = PATH) -> RawFact:
    (found,) = facts(text, kind, path)
    return found


def problems(text: str) -> list[tuple[str, int, int]]:
    found = (fact for fact in extract(PATH, text.encode()) if isinstance(fact, Problem))
    return [(fact.code, fact.at.line, fact.at.column) for fact in found]


def site(line: int, start: int, end: int, end_line: int = 0) -> Site:
    return Site(PATH, line, start, end_line or line, end)


def sets(text: str) -> dict[str, EnvSet]:
    return {fact.name: fact for fact in extract(PATH, text.encode()) if isinstance(fact, EnvSet)}


def test_services() -> None:
    text = service(
        "image: 'node:22'\n"
        'command: ["sh", "-c", "npm run dev"]\n'
        "working_dir: /app\n"
        "network_mode: host\n"
        "container_name: box\n"
        "networks: {default: {aliases: [w, v]}, other: }"
    )
    at = site(2, 3, 6)
    expected = ComposeService(at, "web", "node:22", "sh -c 'npm run dev'", "/app", "host", ("box", "w", "v"), "", "box")
    assert only(text, ComposeService) == expected


@pytest.mark.parametrize(
    ("command", "expected"),
    [("npm run dev", "npm run dev"), (">-\n  npm\n  run", "npm run"), ("|\n  a\n  b\n", "a b"), ("~", ""), ("", "")],
)
def test_commands_become_one_line(command: str, expected: str) -> None:
    found = only(service(f"image: x\ncommand: {command}"), ComposeService)
    assert isinstance(found, ComposeService)
    assert found.command == expected


def port(entry: str) -> list[tuple[str, str, str]]:
    found = facts(service(f"ports:\n  - {entry}"), ComposePort)
    return [(each.published, each.target, each.protocol) for each in found if isinstance(each, ComposePort)]


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ("3000", [("", "3000", "tcp")]),
        ('"3000:5173"', [("3000", "5173", "tcp")]),
        ("127.0.0.1:3000:5173/udp", [("3000", "5173", "udp")]),
        ('"[::1]:3000:5173"', [("3000", "5173", "tcp")]),
        ("127.0.0.1::5173", [("", "5173", "tcp")]),
        ("3000-3001:5000-5001", [("3000", "5000", "tcp"), ("3001", "5001", "tcp")]),
        ("5000-5001", [("", "5000", "tcp"), ("", "5001", "tcp")]),
        ("3000-3001:80", [("3000", "80", "tcp"), ("3001", "80", "tcp")]),
        ("${PORT:-3000}:${IN:-80}", [("3000", "80", "tcp")]),
        ("${PORT}:80", [("", "80", "tcp")]),
        ("80:$PORT", [("80", "", "tcp")]),
        ("${PORTS:-1:2}", [("1", "2", "tcp")]),
        ("${IP:-127.0.0.1:}80:81", [("80", "81", "tcp")]),
        ('"80:81/${P:-udp}"', [("80", "81", "udp")]),
        ("{target: 80, published: '8080', protocol: udp}", [("8080", "80", "udp")]),
        ("{target: 80, published: 8080-8081, mode: host}", [("8080", "80", "tcp"), ("8081", "80", "tcp")]),
        ("{target: 80}", [("", "80", "tcp")]),
        ("{published: 80}", []),
        ("junk", []),
        ("''", []),
        ("[80]", []),
    ],
)
def test_ports(entry: str, expected: list[tuple[str, str, str]]) -> None:
    assert port(entry) == expected


def test_place_and_expression_of_a_port() -> None:
    found = only(service('ports:\n  - "${P:-1}:80"'), ComposePort)
    assert isinstance(found, ComposePort)
    at = site(4, 10, 17)
    assert found.at == site(4, 9, 21)
    assert found.published_value == Fallback(at, ":-", EnvVar(at, "P", "compose"), Literal(site(4, 15, 16), "1"))
    assert found.target_value is None


def test_a_long_range_is_cut() -> None:
    text = service("ports: ['1-65535:1-65535']")
    assert len(facts(text, ComposePort)) == 1000
    assert problems(text) == [("RT905", 3, 13)]


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        (".:/app", ("deploy", "/app")),
        ("./src/:/app:ro", ("deploy/src", "/app")),
        ("../apps/web:/app", ("apps/web", "/app")),
        ("..:/app", ("", "/app")),
        ("${PWD}/src:/app", ("deploy/src", "/app")),
        ("$PWD:/app", ("deploy", "/app")),
        ("${DIR:-./x}:/app", ("deploy/x", "/app")),
        ("{type: bind, source: ./x, target: /app}", ("deploy/x", "/app")),
        ("{type: bind, source: x, target: /app}", ("deploy/x", "/app")),
        ('".\\\\x:/app"', ("deploy/x", "/app")),
        ("../../x:/app", None),
        ("/etc:/app", None),
        ("~/x:/app", None),
        ("data:/app", None),
        ("./x", None),
        ("/app", None),
        ("${DIR}:/app", None),
        ("'C:\\x:/app'", None),
        ("{type: volume, source: ./x, target: /app}", None),
    ],
)
def test_mounts(entry: str, expected: tuple[str, str] | None) -> None:
    found = facts(service(f"volumes:\n  - {entry}"), ComposeMount)
    assert [(each.source, each.target) for each in found if isinstance(each, ComposeMount)] == [expected] * bool(
        expected
    )


@pytest.mark.parametrize(
    ("build", "expected"),
    [
        (". ", ("deploy", "deploy/Dockerfile", "")),
        ("../web", ("web", "web/Dockerfile", "")),
        ("{context: .., dockerfile: docker/Dev, target: dev}", ("", "docker/Dev", "dev")),
        ("{dockerfile: Dev}", ("deploy", "deploy/Dev", "")),
        ("{context: ., dockerfile: ../../../Dev}", ("deploy", "", "")),
        ("{context: ., dockerfile_inline: FROM x}", ("deploy", "", "")),
        ("{context: '${CTX:-../a}'}", ("a", "a/Dockerfile", "")),
        ("https://h/x.git", None),
        ("git@h:x.git", None),
        ("/abs", None),
        ("../../x", None),
        ("{context: '${CTX}'}", None),
    ],
)
def test_builds(build: str, expected: tuple[str, str, str] | None) -> None:
    found = facts(service(f"build: {build}"), ComposeBuild)
    shown = [(each.context, each.dockerfile, each.target) for each in found if isinstance(each, ComposeBuild)]
    assert shown == [expected] * bool(expected)


def test_place_of_a_build() -> None:
    found = [only(service(f"build:{body}"), ComposeBuild) for body in (" ../web", "\n  context: .")]
    assert [each.at for each in found if isinstance(each, ComposeBuild)] == [site(3, 5, 18), site(3, 5, 10)]


@pytest.mark.parametrize(
    ("env_file", "expected"),
    [
        (".env", [("deploy/.env", True, 0)]),
        ("[a.env, ../b.env]", [("deploy/a.env", True, 0), ("b.env", True, 1)]),
        ("[{path: a.env, required: false}, {path: ./b.env}]", [("deploy/a.env", False, 0), ("deploy/b.env", True, 1)]),
        (
            "['${F:-x.env}', '${G}', /abs, ../../out]",
            [("deploy/x.env", True, 0), ("", True, 1), ("", True, 2), ("", True, 3)],
        ),
        ("", []),
    ],
)
def test_env_files(env_file: str, expected: list[tuple[str, bool, int]]) -> None:
    found = facts(service(f"env_file: {env_file}"), ComposeEnvFile)
    assert [(each.path, each.required, each.rank) for each in found if isinstance(each, ComposeEnvFile)] == expected


def test_the_format_of_an_env_file() -> None:
    text = service("env_file: [a.env, {path: b.env, format: raw}]")
    assert [each.raw for each in facts(text, ComposeEnvFile) if isinstance(each, ComposeEnvFile)] == [False, True]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("env_file: [a.env, ../../x.env]", [("RT905", 3, 23)]),
        ("env_file: /etc/x.env", [("RT905", 3, 15)]),
        ("env_file: ${FILE}", []),
        ("extends: {file: ../../base.yml, service: base}", [("RT905", 3, 5)]),
        ("extends: {file: ../base.yml, service: base}", []),
        ("volumes: ['../../x:/x']\nbuild: ../../y", []),
    ],
)
def test_files_outside_of_the_root_are_told(body: str, expected: list[tuple[str, int, int]]) -> None:
    assert problems(service(body)) == expected


@pytest.mark.parametrize(
    ("body", "field", "expected"),
    [
        ("deploy: {replicas: 3}", "replicas", "3"),
        ("scale: 2", "replicas", "2"),
        ("deploy: {replicas: 3}\nscale: 2", "replicas", "3"),
        ("deploy: {labels: {a: b}}", "replicas", ""),
        (
            "extra_hosts: ['a:1.2.3.4', 'b=host-gateway', 'c:::1']",
            "extra_hosts",
            ("a=1.2.3.4", "b=host-gateway", "c=::1"),
        ),
        ("extra_hosts: {a: 1.2.3.4, b: [x, y]}", "extra_hosts", ("a=1.2.3.4", "b=x", "b=y")),
        ("profiles: [dev, debug]", "profiles", ("dev", "debug")),
        ("expose: [80, '81-82']", "expose", ("80", "81-82")),
        ("depends_on: [db, cache]", "depends_on", ("db", "cache")),
        ("depends_on: {db: {condition: service_healthy}}", "depends_on", ("db",)),
    ],
)
def test_plain_options(body: str, field: str, expected: object) -> None:
    assert getattr(only(service(body), ComposeService), field) == expected


def test_what_is_taken_away_from_weaker_files() -> None:
    text = service(
        "ports: !reset []\n"
        "environment:\n"
        "  A: !reset null\n"
        "  B: !override x\n"
        "build:\n"
        "  args: !override {C: c}\n"
        "command:\n"
        "image: '!override'"
    )
    found = [each for each in facts(text, ComposeReset) if isinstance(each, ComposeReset)]
    assert {(each.key, each.at.line, each.at.column) for each in found} == {
        ("ports", 3, 5), ("environment.A", 5, 7), ("environment.B", 6, 7), ("build.args", 8, 7), ("command", 9, 5),
    }  # fmt: skip
    assert set(sets(text)) == {"B", "C"}


def test_a_whole_service_is_taken_away() -> None:
    found = only("services:\n  web: !reset null\n", ComposeReset)
    assert isinstance(found, ComposeReset)
    assert (found.service, found.key, found.at) == ("web", "", site(2, 3, 6))


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ("a.yml", ("deploy", ("deploy/a.yml",), None)),
        ("{path: [../a.yml, b.yml], env_file: x.env}", ("", ("a.yml", "deploy/b.yml"), ("deploy/x.env",))),
        ("{path: a/b.yml, project_directory: .., env_file: [/dev/null]}", ("", ("deploy/a/b.yml",), ())),
        ("{path: [a.yml, '${X}']}", ("", (), None)),
    ],
)
def test_includes(entry: str, expected: object) -> None:
    found = only(f"include:\n  - {entry}\n", ComposeInclude)
    assert isinstance(found, ComposeInclude)
    assert (found.directory, found.files, found.env_files) == expected
    assert found.path == (found.files[0] if found.files else "")


def test_an_included_file_outside_of_the_root() -> None:
    text = "include:\n  - ../../a.yml\n  - {path: a.yml, env_file: /etc/x.env}\n  - https://h/x.git\n  - ${A}\n"
    assert problems(text) == [("RT905", 2, 5), ("RT905", 3, 5), ("RT905", 4, 5)]


def test_secrets_and_configs() -> None:
    text = "secrets:\n  key: {file: ../key.txt}\n  token: {environment: TOKEN}\nconfigs:\n  c: {external: true}\n"
    found = [each for each in facts(text, ComposeResource) if isinstance(each, ComposeResource)]
    assert [(each.kind, each.name, each.path, each.variable, each.at.line) for each in found] == [
        ("secrets", "key", "key.txt", "", 2), ("secrets", "token", "", "TOKEN", 3), ("configs", "c", "", "", 5),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ("127.0.0.1:80:80", "127.0.0.1"),
        ("'[::1]:80:80'", "::1"),
        ("80:80", ""),
        ("{target: 80, host_ip: 127.0.0.1}", "127.0.0.1"),
    ],
)
def test_the_address_that_a_port_is_bound_to(entry: str, expected: str) -> None:
    found = only(service(f"ports:\n  - {entry}"), ComposePort)
    assert isinstance(found, ComposePort)
    assert found.host_ip == expected


def test_environment_as_a_mapping() -> None:
    text = service("environment:\n  A: x  # note\n  B: 1.10\n  C: true\n  D:\n  E: ~\n  F: ''\n  G: '~'\n  H: [a]")
    found = sets(text)
    assert found["A"] == EnvSet(
        site(4, 7, 11), "A", "compose.environment", "web", site(4, 10, 11), Literal(site(4, 10, 11), "x")
    )
    literals = {name: each.value.value for name, each in found.items() if isinstance(each.value, Literal)}
    assert literals == {"A": "x", "B": "1.10", "C": "true", "F": "", "G": "~"}
    assert found["D"].value == EnvVar(found["D"].at, "D", "compose")
    assert found["D"].at == found["D"].value_at == site(7, 7, 9)
    assert found["E"].value == EnvVar(found["E"].at, "E", "compose")
    assert found["F"].value_at == found["F"].at == site(9, 7, 12)
    assert "H" not in found


def test_environment_as_a_list() -> None:
    found = sets(service('environment:\n  - A=b=${C}\n  - "B"\n  - D=\n  - "${X}=1"\n  - 😀="q"\n  - E F'))
    assert list(found) == ["A", "B", "D", "😀"]
    at = site(4, 9, 17)
    assert found["A"] == EnvSet(
        at,
        "A",
        "compose.environment",
        "web",
        site(4, 11, 17),
        Template(site(4, 11, 17), (Literal(site(4, 11, 13), "b="), EnvVar(site(4, 13, 17), "C", "compose"))),
    )
    assert found["B"].value == EnvVar(site(5, 9, 12), "B", "compose")
    assert found["D"].value == Literal(site(6, 11, 11), "")
    assert found["😀"].value_at == site(8, 11, 14)


@pytest.mark.parametrize("args", ["{A: '${B}', C: }", "['A=${B}', C]"])
def test_build_arguments(args: str) -> None:
    found = sets(service(f"build:\n  context: .\n  args: {args}"))
    assert {name: each.source for name, each in found.items()} == {"A": "compose.args", "C": "compose.args"}
    assert isinstance(found["A"].value, EnvVar)
    assert found["A"].value.name == "B"
    assert isinstance(found["C"].value, EnvVar)
    keys = [
        each.key
        for each in facts(service(f"build:\n  context: .\n  args: {args}"), Interpolation)
        if isinstance(each, Interpolation)
    ]
    assert keys == ["build.args.A"]


MERGED = """\
x-a: &a
  A: from a ${V}
  B: from a
x-b: &b {B: from b, C: "${W-}"}
x-rest: ${R}
services:
  one:
    environment:
      <<: [*a, *b]
      D: own
      B: own
  two:
    environment: *a
networks:
  n: {name: "${N:?e}"}
"""


def test_merge_keys_and_aliases_keep_the_place_of_the_anchor() -> None:
    found = [fact for fact in extract(PATH, MERGED.encode()) if isinstance(fact, EnvSet)]
    assert sorted((each.service, each.name, each.at.line) for each in found) == [
        ("one", "A", 2),
        ("one", "B", 11),
        ("one", "C", 4),
        ("one", "D", 10),
        ("two", "A", 2),
        ("two", "B", 3),
    ]
    assert problems(MERGED) == []


def test_a_value_behind_an_alias() -> None:
    found = sets("x: &v text\nservices:\n  web:\n    environment:\n      A: *v\n")["A"]
    assert (found.at, found.value_at) == (site(5, 7, 8), site(1, 7, 11))


def test_interpolations_of_the_whole_file() -> None:
    found = [fact for fact in extract(PATH, MERGED.encode()) if isinstance(fact, Interpolation)]
    assert [(each.service, each.key, each.name, each.operator, each.default, each.at.line) for each in found] == [
        ("one", "environment.A", "V", "", "", 2),
        ("one", "environment.C", "W", "-", "", 4),
        ("two", "environment.A", "V", "", "", 2),
        ("", "x-rest", "R", "", "", 5),
        ("", "networks.n.name", "N", ":?", "e", 15),
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_places_inside_of_every_kind_of_scalar(end: str) -> None:
    body = [
        "\ufeffservices:",
        "  😀:",
        "    labels:",
        "      plain: ü $A",
        "        more ${A}",
        "      single: 'it''s ${A}",
        "",
        "        x ${A}'",
        '      double: "\\u00fc\\n\\"${A} \\',
        '        \\x41${A}"',
        "      literal: |-  # ${A}",
        "        one ${A}",
        "          two ${A}",
        "      folded: >",
        "        one ${A}",
        "",
        "          two ${A}",
        "      tagged: !t &x ${A}",
    ]
    found = [fact for fact in extract("f", end.join(body).encode()) if isinstance(fact, Interpolation)]
    places = [(each.at.line, each.at.column) for each in found]
    assert places == [
        (4, 16),
        (5, 14),
        (6, 22),
        (8, 11),
        (9, 26),
        (10, 13),
        (12, 13),
        (13, 15),
        (15, 13),
        (17, 15),
        (18, 21),
    ]
    for each in found:
        assert body[each.at.line - 1].removeprefix("\ufeff")[each.at.column - 1 : each.at.end_column - 1] in {
            "$A",
            "${A}",
        }
    assert facts(end.join(body), ComposeService, "f")[0].at == Site("f", 2, 3, 2, 4)


def test_tags() -> None:
    text = service("ports: !reset []\nenvironment: !override\n  A: !reset null\n  B: x\nvolumes: !override ['.:/a']")
    assert facts(text, ComposePort) == []
    assert list(sets(text)) == ["B"]
    assert len(facts(text, ComposeMount)) == 1


def test_several_documents() -> None:
    found = facts(service("image: a") + "---\n" + service("image: b"), ComposeService)
    assert [each.image for each in found if isinstance(each, ComposeService)] == ["a", "b"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("services:\n  a: [\n", [("RT901", 3, 1)]),
        ("services:\n\ta: 1\n", [("RT901", 2, 1)]),
        ("a: '\n", [("RT901", 2, 1)]),
        ("a: *b\n", [("RT901", 1, 4)]),
        ("😀: \x01", [("RT901", 1, 4)]),
        ("services:\n  a: {image: x}\n  a: {image: y}\n", [("RT901", 3, 3)]),
        (service("image: '${'"), [("RT901", 3, 13)]),
        ("", []),
        ("just text", []),
        ("services: [a]", [("RT901", 1, 1)]),
        ("services:\n  a:\n  b: x", []),
    ],
)
def test_problems(text: str, expected: list[tuple[str, int, int]]) -> None:
    assert problems(text) == expected


def test_what_stands_before_an_error_is_read() -> None:
    text = service("image: x\nports: [80]") + "  b: }\n"
    assert [each.code for each in facts(text, Problem) if isinstance(each, Problem)] == ["RT901"]
    assert len(facts(text, ComposePort)) == 1


def test_a_problem_of_a_shared_value_is_told_once() -> None:
    assert problems("x: &x '${'\nservices:\n  a: {image: *x}\n  b: {image: *x}\n") == [("RT901", 1, 8)]


@pytest.fixture
def small_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a walk give up after a tenth of the nodes: what is cut is the same."""
    monkeypatch.setattr("rtlint.extract.compose.Budget", lambda: Budget(MAX_VISITS // 10))


@pytest.mark.usefixtures("small_budget")
def test_alias_bombs_are_cut() -> None:
    levels = "".join(f"x{n}: &x{n} [{', '.join([f'*x{n - 1}'] * 10)}]\n" for n in range(1, 12))
    text = "x0: &x0 ['${A}']\n" + levels + "services:\n  a:\n    labels: *x11\n"
    assert ("RT905", 1, 1) in problems(text)


@pytest.mark.usefixtures("small_budget")
def test_aliases_that_contain_themselves() -> None:
    assert ("RT905", 1, 1) in problems("services:\n  a: &a\n    labels: &l [*l, *l, '$X']\n    <<: *a\n")


@pytest.mark.parametrize("text", ["[" * 50_000, "- " * 50_000, "{a: " * 50_000, "a:\n" + "- - \n" * MAX_NODES])
def test_depth_and_size_are_bounded(text: str) -> None:
    assert problems(text)[0][0] == "RT905"


def test_suppressions() -> None:
    text = service(
        "image: x # rtlint: ignore[RT101]: here\n"
        "# rtlint: ignore[a, b]\n"
        "# more\n"
        "\n"
        "command: 'no # rtlint: ignore[text]' # rtlint: ignore[c]: 😀\n"
        "hostname: x#rtlint:ignore[no]\n"
        "working_dir: |\n"
        "  # rtlint: ignore[text]"
    )
    found = [fact for fact in facts(text, Suppression) if isinstance(fact, Suppression)]
    assert [(each.selector, each.reason, each.line, each.at.line, each.at.column) for each in found] == [
        ("RT101", "here", 3, 3, 14),
        ("a", "", 7, 4, 5),
        ("b", "", 7, 4, 5),
        ("c", "😀", 7, 7, 42),
    ]


def test_any_bytes_can_be_read_and_sites_lie_in_the_file() -> None:
    pick = random.Random(11)
    pieces = [
        "a",
        ": ",
        "- ",
        "\n",
        "\r\n",
        "  ",
        "'",
        '"',
        "|",
        ">",
        "&x ",
        "*x",
        "<<",
        "[",
        "]",
        "{",
        "}",
        ",",
        "#",
        "${A",
        ":-",
        "$B",
        "😀",
        "!t ",
        "\\",
        "services",
        "---\n",
        "\x00",
        "?",
    ]
    for _ in range(1500):
        text = "services:\n  s:\n    environment: " + "".join(pick.choice(pieces) for _ in range(25))
        lines = text.replace("\r\n", "\n").split("\n")
        for fact in extract(PATH, text.encode() + b"\xff" * pick.randint(0, 1)):
            assert 1 <= fact.at.line <= fact.at.end_line <= len(lines)
            assert 1 <= fact.at.column <= len(lines[fact.at.line - 1]) + 2
            if isinstance(fact, Interpolation):
                assert lines[fact.at.line - 1][fact.at.column - 1] == "$"


@pytest.mark.parametrize("labels", ["{a.b: x=1, c: ''}", "[a.b=x=1, c]"])
def test_labels(labels: str) -> None:
    facts = extract("compose.yaml", f"services:\n  web:\n    labels: {labels}\n".encode())
    found = [fact for fact in facts if isinstance(fact, ComposeLabel)]
    assert [(fact.service, fact.key, fact.value) for fact in found] == [("web", "a.b", "x=1"), ("web", "c", "")]
    assert found[0].at == Site("compose.yaml", 3, 14, 3, 22 if labels[0] == "{" else 21)


@pytest.mark.parametrize(("written", "expected"), [("/env.sh", "/env.sh"), ("[node, 'a b']", "node 'a b'"), ("~", "")])
def test_entrypoints_become_one_line(written: str, expected: str) -> None:
    found = only(service(f"entrypoint: {written}"), ComposeService)
    assert isinstance(found, ComposeService)
    assert found.entrypoint == expected
