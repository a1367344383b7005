from __future__ import annotations

from pathlib import Path

import pytest

from rtlint.facts.derived import BlankInterpolation
from rtlint.facts.expressions import EnvVar
from rtlint.facts.site import Site
from rtlint.link.merging import services
from rtlint.link.services import Service
from rtlint.link.stacks import rebased
from rtlint.link.values import Folder
from rtlint.pipeline import Overrides, analyse, prepare


def merged(root: Path, files: dict[str, str]) -> dict[tuple[str, ...], Service]:
    """Return the services by name and files."""
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    program = analyse(root, prepare(root, Overrides()).config).program
    return {(service.name, *service.files): service for service in services(program.index)}


BASE = "services:\n  web:\n    image: base\n    command: one\n  db:\n    image: postgres\n"


def test_an_override_wins_and_keeps_the_rest(tmp_path: Path) -> None:
    override = "services:\n  web:\n    image: other\n"
    found = merged(tmp_path, {"compose.yaml": BASE, "compose.override.yaml": override})
    web = found["web", "compose.override.yaml", "compose.yaml"]
    assert (web.image, web.command) == ("other", "one")
    assert ("db", "compose.yaml") in found


def test_compose_file_names_the_stack(tmp_path: Path) -> None:
    files = {
        "compose-a.yaml": BASE,
        "compose-b.yaml": "services:\n  web:\n    image: b\n",
    }
    files[".env"] = "COMPOSE_FILE=compose-a.yaml:compose-b.yaml\n"
    web = merged(tmp_path, files)["web", "compose-b.yaml", "compose-a.yaml"]
    assert (web.image, web.command) == ("b", "one")


def test_a_file_that_is_not_there_leaves_the_usual_stack(tmp_path: Path) -> None:
    found = merged(tmp_path, {".env": "COMPOSE_FILE=compose.yaml:missing.yaml\n", "compose.yaml": BASE})
    assert ("web", "compose.yaml") in found


@pytest.mark.parametrize(
    ("extends", "image"),
    [
        ("db", "postgres"),
        ("{service: db}", "postgres"),
        ("{service: base, file: parts/common.yml}", "common"),
        ("{service: base, file: ../outside.yml}", ""),
        ("{service: missing}", ""),
        ("loop", ""),
    ],
)
def test_extends(tmp_path: Path, extends: str, image: str) -> None:
    text = f"services:\n  loop:\n    extends: web\n  web:\n    extends: {extends}\n  db:\n    image: postgres\n"
    common = "services:\n  base:\n    image: common\n"
    found = merged(tmp_path, {"compose.yaml": text, "parts/common.yml": common})
    assert found["web", "compose.yaml"].image == image


@pytest.mark.parametrize(
    "env",
    [
        "COMPOSE_FILE=compose-a.yaml;compose-b.yaml\n",
        "COMPOSE_FILE=compose-a.yaml,compose-b.yaml\nCOMPOSE_PATH_SEPARATOR=,\n",
    ],
)
def test_separators_of_compose_file(tmp_path: Path, env: str) -> None:
    found = merged(tmp_path, {".env": env, "compose-a.yaml": BASE, "compose-b.yaml": BASE})
    assert ("web", "compose-b.yaml", "compose-a.yaml") in found


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("Makefile", "up:\n\tdocker compose -f compose.yaml -f extra/more.yml --env-file prod.vars up\n"),
        (
            "package.json",
            '{"scripts": {"up": "docker compose -f compose.yaml -f extra/more.yml --env-file prod.vars up"}}',
        ),
        ("bin/up.sh", "docker compose -f compose.yaml -f extra/more.yml --env-file prod.vars up\n"),
    ],
)
def test_a_command_names_the_stack(tmp_path: Path, file: str, text: str) -> None:
    more = "services:\n  web:\n    build: ./app\n    volumes: [./src:/src]\n    env_file: own.env\n"
    found = merged(tmp_path, {file: text, "compose.yaml": BASE, "extra/more.yml": more, "prod.vars": "A=b\n"})
    web = found["web", "extra/more.yml", "compose.yaml"]
    assert (web.image, web.directory, web.interpolated) == ("base", "", ("prod.vars",))
    assert (web.builds[0].context, web.mounts[0].source, web.env_files[0].path) == ("app", "src", "own.env")
    assert ("web", "compose.yaml") in found


def test_a_command_decides_whether_a_file_needs_the_base(tmp_path: Path) -> None:
    files = {"compose.yaml": BASE, "compose.dev.yaml": "services:\n  web:\n    build: .\n"}
    assert ("web", "compose.dev.yaml", "compose.yaml") in merged(tmp_path, files)
    found = merged(tmp_path, {**files, "Makefile": "up:\n\tdocker compose -f compose.dev.yaml up\n"})
    assert ("web", "compose.dev.yaml") in found
    assert ("web", "compose.dev.yaml", "compose.yaml") not in found


OVERRIDE = ("compose.override.yaml", "compose.yaml")


def overridden(root: Path, base: str, override: str) -> Service:
    files = {"compose.yaml": f"services:\n  web:\n{base}", "compose.override.yaml": f"services:\n  web:\n{override}"}
    return merged(root, files)["web", *OVERRIDE]


def test_resets(tmp_path: Path) -> None:
    base = (
        "    command: run\n    ports: ['80:80']\n    volumes: [./a:/a]\n    env_file: a.env\n    image: base\n"
        "    environment: {A: a, B: b}\n    build: {context: ., target: one, args: {C: c, D: d}}\n    profiles: [x]\n"
    )
    override = (
        "    command:\n    ports: !reset []\n    volumes: !override [./b:/b]\n    env_file: !reset null\n"
        "    environment: {A: !reset null}\n    build: {target: !reset null, args: !override {E: e}}\n"
        "    profiles: !override [y]\n"
    )
    web = overridden(tmp_path, base, override)
    assert (web.image, web.command, web.ports, web.env_files, web.profiles) == ("base", "", [], [], ["y"])
    assert [mount.source for mount in web.mounts] == ["b"]
    assert {fact.name for fact in web.variables} == {"B", "E"}
    assert (web.builds[0].context, web.builds[0].target) == ("", "")


def test_a_service_that_is_reset_keeps_nothing(tmp_path: Path) -> None:
    override = "services:\n  web: !override\n    image: new\n"
    web = merged(tmp_path, {"compose.yaml": BASE, "compose.override.yaml": override})["web", *OVERRIDE]
    assert (web.image, web.command) == ("new", "")


def test_resets_of_an_extending_service(tmp_path: Path) -> None:
    text = (
        "services:\n  base:\n    ports: ['80:80']\n    environment: {A: a}\n"
        "  web:\n    extends: base\n    ports: !override ['81:81']\n"
    )
    found = merged(tmp_path, {"compose.yaml": text})
    assert [port.published for port in found["web", "compose.yaml"].ports] == ["81"]
    assert [port.published for port in found["base", "compose.yaml"].ports] == ["80"]
    assert [fact.name for fact in found["web", "compose.yaml"].variables] == ["A"]


def test_a_build_is_put_together(tmp_path: Path) -> None:
    web = overridden(
        tmp_path, "    build: {context: app, dockerfile: Dev}\n", "    build: {target: two, args: [A=1]}\n"
    )
    assert [(each.context, each.dockerfile, each.target) for each in web.builds] == [("app", "app/Dev", "two")]
    assert overridden(tmp_path, "    build: app\n", "    build: ../outside\n").builds == []


def test_ports_and_volumes_are_unique(tmp_path: Path) -> None:
    base = "    ports: ['80:80', '${P:-81}:81', '127.0.0.1:80:80']\n    volumes: ['./a:/x', './b:/y']\n"
    override = "    ports: ['80:80', '81:81', '${P:-81}:81']\n    volumes: ['data:/x']\n"
    web = overridden(tmp_path, base, override)
    shown = [(port.at.path, port.host_ip, port.published) for port in web.ports]
    assert shown == [
        (OVERRIDE[0], "", "80"), (OVERRIDE[0], "", "81"), (OVERRIDE[0], "", "81"), (OVERRIDE[1], "127.0.0.1", "80"),
    ]  # fmt: skip
    assert [mount.target for mount in web.mounts] == ["/y"]


def test_an_env_file_that_is_named_again_keeps_its_position(tmp_path: Path) -> None:
    web = overridden(tmp_path, "    env_file: [a.env, b.env]\n", "    env_file: [a.env]\n")
    assert [item.path for item in web.env_files] == ["b.env", "a.env"]


def test_plain_options_are_merged(tmp_path: Path) -> None:
    base = "    container_name: old\n    extra_hosts: ['a:1', 'b:2']\n    deploy: {replicas: 2}\n    expose: ['1']\n"
    override = "    container_name: new\n    extra_hosts: ['a:1', 'c:3']\n    scale: 3\n    expose: ['2']\n"
    web = overridden(tmp_path, base, override)
    assert (web.aliases, web.extra_hosts, web.replicas) == (["new"], ["a=1", "c=3", "b=2"], "3")
    assert web.expose == ["2", "1"]


def test_profiles(tmp_path: Path) -> None:
    text = "services:\n  a: {image: x, profiles: [dev]}\n  b: {image: x, profiles: [other]}\n  c: {image: x}\n"
    for files, expected in (
        ({}, [False, False, True]),
        ({".env": "COMPOSE_PROFILES=dev, more\n"}, [True, False, True]),
        ({".env": "", "Makefile": "x:\n\tdocker compose --profile other up\n"}, [False, True, True]),
        ({"Makefile": "x:\n\tdocker compose --profile '*' up\n"}, [True, True, True]),
        ({".env": "COMPOSE_PROFILES=*\n"}, [True, True, True]),
    ):
        found = merged(tmp_path, {"compose.yaml": text, **files})
        assert [found[name, "compose.yaml"].enabled for name in "abc"] == expected


def test_included_services_belong_to_the_project(tmp_path: Path) -> None:
    files = {
        "compose.yaml": "include:\n  - db/stack.yml\n  - path: [api/compose.yaml, api/more.yml]\n"
        "    project_directory: home\n    env_file: api.env\nservices:\n  web: {image: web}\n  cache: {image: own}\n",
        ".env": "A=root\n",
        "api.env": "A=api\n",
        "db/stack.yml": "include: [../compose.yaml, deep.yml]\nservices:\n  db: {image: pg, env_file: x.env}\n",
        "db/.env": "A=db\n",
        "db/deep.yml": "services:\n  cache: {image: weak, command: run}\n",
        "api/compose.yaml": "services:\n  api: {image: api, build: ./app}\n",
        "api/more.yml": "services:\n  api: {image: more}\n",
    }
    found = merged(tmp_path, files)
    assert set(found) == {
        ("web", "compose.yaml"),
        ("db", "db/stack.yml"),
        ("cache", "compose.yaml", "db/deep.yml"),
        ("api", "api/more.yml", "api/compose.yaml"),
    }
    assert {service.root for service in found.values()} == {"compose.yaml"}
    db, api = found["db", "db/stack.yml"], found["api", "api/more.yml", "api/compose.yaml"]
    cache = found["cache", "compose.yaml", "db/deep.yml"]
    assert (db.interpolated, db.env_files[0].path) == ((".env", "db/.env"), "db/x.env")
    assert (api.image, api.interpolated, api.builds[0].context) == ("more", (".env", "api.env"), "home/app")
    assert (cache.image, cache.command) == ("own", "run")


def test_paths_that_leave_the_root_in_another_project_directory() -> None:
    assert rebased("a/x", "a/compose.yaml", "b/c") == "b/c/x"
    assert rebased("a", "a/compose.yaml", "b") == "b"
    assert rebased("x", "a/compose.yaml", "b/c") == "b/x"
    assert rebased("x", "a/compose.yaml", "") is None


def values(root: Path, files: dict[str, str], *names: str) -> list[str]:
    """Return what a service `web` gets for some variables; the state where a value is not known."""
    merged(root, files)
    program = analyse(root, prepare(root, Overrides()).config).program
    (place,) = [one for one in program.environments.holders() if one.service and one.service.name == "web"]
    folder, at = Folder(program.modules, place), Site("a.ts", 1, 1, 1, 1)
    found = [folder.fold("a.ts", EnvVar(at, name, "process.env")) for name in names]
    return ["|".join(one.text if one.state == "known" else one.state for one in outcomes) for outcomes in found]


def test_a_variable_from_the_shell_is_unknown_and_not_blank(tmp_path: Path) -> None:
    text = "services:\n  web:\n    environment:\n      A:\n      B:\n      C: ${C}\n      D: ''\n    env_file: a.env\n"
    files = {"compose.yaml": text, ".env": "B=b\n", "a.env": "A=hidden\nE=e\n"}
    assert values(tmp_path, files, *"ABCDEF") == ["unknown", "b", "unset", "", "e", "unset"]


@pytest.mark.parametrize(
    ("env_file", "expected"),
    [
        ("[a.env, ../x.env]", ["own", "unknown", "unknown", "unknown"]),
        ("[../x.env, a.env]", ["own", "a", "unknown", "unknown"]),
        ("[a.env, '${WHICH}']", ["own", "unknown", "unknown", "unknown"]),
        ("[a.env, missing.env]", ["own", "a", "unset", "unset"]),
        ("[a.env, settings]", ["own", "a", "settings", "unset"]),
        ("[a.env, {path: settings, format: raw}]", ["own", "a", "unknown", "unset"]),
    ],
)
def test_env_files_that_are_not_read_as_they_stand(tmp_path: Path, env_file: str, expected: list[str]) -> None:
    text = f"services:\n  web:\n    environment: {{A: own}}\n    env_file: {env_file}\n"
    files = {"compose.yaml": text, "a.env": "A=a\nB=a\n", "settings": "A=settings\nC=settings\n"}
    assert values(tmp_path, files, *"ABCD") == expected


def test_the_variables_of_an_included_project(tmp_path: Path) -> None:
    text = (
        "services:\n  web:\n    environment: {A: '$A', B: '${B}', C: '${C:-${A:+x}}', D: '$$A', E: '${E:-${F:-f}}'}\n"
    )
    files = {"compose.yaml": "include: [in/compose.yaml]\n", "in/compose.yaml": text}
    files |= {".env": "A=outer\n", "in/.env": "A=inner\nB=inner\n"}
    assert values(tmp_path, files, *"ABCDE") == ["outer", "inner", "x", "$A", "f"]


def test_the_later_entry_of_a_list_counts(tmp_path: Path) -> None:
    text = "services:\n  web:\n    environment: [A=first, A=second]\n"
    assert values(tmp_path, {"compose.yaml": text}, "A") == ["second"]


def test_a_variable_from_an_env_file_of_a_command_is_not_blank(tmp_path: Path) -> None:
    files = {
        "compose.yaml": "services:\n  web:\n    environment: {A: '${PUSHER_KEY}', B: '${PUSHER_ID}'}\n",
        "Makefile": "up:\n\tdocker compose --env-file env/prod.env up\n",
        "env/prod.env": "PUSHER_KEY=key\n",
        "package.json": '{"dependencies": {"pusher-js": "8.4.0"}}',
    }
    merged(tmp_path, files)
    found = analyse(tmp_path, prepare(tmp_path, Overrides()).config).facts
    assert [fact.name for fact in found if isinstance(fact, BlankInterpolation)] == ["PUSHER_ID"]
