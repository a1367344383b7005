"""Interpolation and the forms of `environment` against Compose itself: `docker compose`, or docker-compose 1.29.

Compose 1.29 is older than the specification. It knows neither nesting nor `:+` and `+`, and refuses a `$` that begins
no name, which the specification leaves alone (https://github.com/compose-spec/compose-spec/blob/170098b/12-interpolation.md:
"In other circumstances, it will be preserved"). There rtlint follows the specification, and the cases below leave these
forms out for 1.29; tests/extract/test_interpolation.py has them.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from rtlint.extract import compose
from rtlint.extract.interpolation import InvalidInterpolationError, RequiredVariableError, interpolate
from rtlint.facts.expressions import Conditional, EnvVar, Expr, Fallback, Literal, Template
from rtlint.facts.raw import EnvSet, Problem

SEED = 20260102
NAMES = ("SET", "EMPTY", "UNSET", "_u", "lower9")
ENVIRONMENTS: tuple[dict[str, str], ...] = (
    {"SET": "value", "EMPTY": ""},
    {"SET": "wss://h:6001/x?y=$z", "_u": "ü 😀", "EMPTY": ""},
    {"lower9": "true", "UNSET": "no", "EMPTY": "full"},
    {},
)
TEXTS = ("a", " b ", "wss://h:6001/x", "üß😀", "#", "'", '"', "$$", "$$SET", "{", "}", "\\", ":-", "\n", "0")


def command() -> tuple[list[str], bool]:
    """Return how Compose is started, and whether it follows the specification."""
    if shutil.which("docker"):
        plugin = subprocess.run(["docker", "compose", "version"], capture_output=True)
        if plugin.returncode == 0:
            return ["docker", "compose"], True
    if shutil.which("docker-compose"):
        return ["docker-compose"], False
    pytest.skip("neither `docker compose` nor docker-compose is installed: run `make test-real`")


def config(file: Path, environ: dict[str, str], *overrides: Path) -> subprocess.CompletedProcess[bytes]:
    start, _ = command()
    files = [part for path in (file, *overrides) for part in ("--file", str(path))]
    home = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run([*start, *files, "config"], capture_output=True, env={**home, **environ})


def configured(file: Path, environ: dict[str, str]) -> dict[str, dict[str, str | None]]:
    """Return the environment of every service; Compose writes a literal `$` as `$$`."""
    done = config(file, environ)
    assert done.returncode == 0, done.stderr.decode()
    services = yaml.safe_load(done.stdout.decode())["services"]
    return {
        name: {
            key: None if value is None else str(value).replace("$$", "$") for key, value in found["environment"].items()
        }
        for name, found in services.items()
    }


def expression(pick: random.Random, specified: bool, depth: int = 0) -> str:
    name = pick.choice(NAMES)
    operators = ["", ":-", "-", *([":+", "+"] if specified else [])]
    if pick.random() < 0.25:
        return "$" + name + pick.choice(("", "", "-x", ".y"))
    operator = pick.choice(operators)
    operand = pick.choice(("", "d", "d e", ":-x", "a:b", "?")) if operator else ""
    if specified and operator and depth < 2 and pick.random() < 0.4:
        operand += expression(pick, specified, depth + 1)
    return "${" + name + operator + operand + "}"


def text(pick: random.Random, specified: bool) -> str:
    parts = [pick.choice(TEXTS) for _ in range(pick.randint(0, 3))] + [expression(pick, specified)]
    pick.shuffle(parts)
    return "".join(part if part[-1:].isalnum() else part + " " for part in parts)


def scalar(pick: random.Random, value: str) -> str:
    if "\n" not in value and pick.random() < 0.4:
        return "'" + value.replace("'", "''") + "'"
    return json.dumps(value, ensure_ascii=False)


def compose_file(pick: random.Random, texts: list[str]) -> str:
    """Write ten values into each service, in turn as a mapping and as a list."""
    lines = ["version: '3.7'", "services:"]
    for first in range(0, len(texts), 10):
        lines += [f"  s{first}:", "    image: x", "    environment:"]
        for index, value in enumerate(texts[first : first + 10], first):
            listed = first % 20 == 0
            lines.append(
                f"      - {scalar(pick, f'V{index}={value}')}" if listed else f"      V{index}: {scalar(pick, value)}"
            )
    return "\n".join(lines) + "\n"


def fold(value: Expr | None, environ: dict[str, str]) -> str | None:
    """Return what an expression is in an environment; a variable that is not set is None."""
    match value:
        case Literal():
            return str(value.value)
        case EnvVar():
            return environ.get(value.name)
        case Template():
            return "".join(fold(part, environ) or "" for part in value.parts)
        case Fallback():
            left = fold(value.left, environ)
            return fold(value.right, environ) if left is None or (not left and value.operator == ":-") else left
        case Conditional(test=EnvVar()):
            return fold(value.then if fold(value.test, environ) else value.otherwise, environ)
        case Conditional():
            variable = getattr(value.test, "left", None)
            return fold(value.then if fold(variable, environ) is not None else value.otherwise, environ)
    raise AssertionError(value)


@pytest.mark.real
@pytest.mark.parametrize("environ", ENVIRONMENTS)
def test_values_are_what_compose_gives_to_the_service(environ: dict[str, str], tmp_path: Path) -> None:
    pick = random.Random(SEED)
    _, specified = command()
    texts = [text(pick, specified) for _ in range(120)]
    file = tmp_path / "compose.yml"
    file.write_text(compose_file(pick, texts), encoding="utf-8")
    theirs = configured(file, environ)
    facts = compose.extract("compose.yml", file.read_bytes())
    assert [fact for fact in facts if isinstance(fact, Problem)] == []
    sets = {(fact.service, fact.name): fact.value for fact in facts if isinstance(fact, EnvSet)}
    assert len(sets) == len(texts)
    for index, value in enumerate(texts):
        service, name = f"s{index // 10 * 10}", f"V{index}"
        assert (value, theirs[service][name]) == (value, interpolate(value, environ))
        assert (value, theirs[service][name]) == (value, fold(sets[service, name], environ) or "")


FORMS = """
version: "3.7"
x-common: &common
  SHARED: from anchor
  REPEATED: from anchor
services:
  mapping:
    image: x
    environment:
      <<: *common
      REPEATED: own
      NUMBER: 3
      QUOTED: "true"
      EMPTY_TEXT: ""
      SET:
      UNSET: ~
      FOLDED: >-
        one ${SET}
        two

        $$three
      BLOCK: |
        a ${SET}
          b
  list:
    image: x
    environment:
      - SET
      - UNSET
      - NOTHING=
      - EQUALS=a=b=$SET
      - 'QUOTES="x"'
      - "SPACES= a b "
  merged:
    image: x
    environment:
      <<: [{A: first}, {A: second, B: second}]
"""


@pytest.mark.real
@pytest.mark.parametrize("environ", ENVIRONMENTS)
def test_forms_of_environment(environ: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "compose.yml"
    file.write_text(FORMS, encoding="utf-8")
    theirs = configured(file, environ)
    facts = compose.extract("compose.yml", file.read_bytes())
    ours: dict[str, dict[str, str | None]] = {}
    for fact in facts:
        if isinstance(fact, EnvSet):
            ours.setdefault(fact.service, {})[fact.name] = fold(fact.value, environ)
    assert ours == theirs


@pytest.mark.real
@pytest.mark.parametrize("value", ["${", "${}", "${1}", "${A B}", "${A", "x ${A:} y", "${A/b/c}", "${-x}", "${A!x}"])
def test_compose_refuses_what_is_invalid(value: str, tmp_path: Path) -> None:
    file = tmp_path / "compose.yml"
    file.write_text(f"version: '3.7'\nservices:\n  s:\n    image: x\n    environment:\n      V: '{value}'\n")
    assert config(file, {"A": "a"}).returncode != 0
    with pytest.raises(InvalidInterpolationError):
        interpolate(value, {"A": "a"})
    problems = [fact for fact in compose.extract("compose.yml", file.read_bytes()) if isinstance(fact, Problem)]
    assert [(problem.code, problem.at.line) for problem in problems] == [("RT901", 6)]


@pytest.mark.real
@pytest.mark.parametrize("value", ["${A:?why}", "${A?why}", "${A:?}", "${A?}"])
@pytest.mark.parametrize("environ", [{}, {"A": ""}, {"A": "a"}])
def test_required_variables(value: str, environ: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "compose.yml"
    file.write_text(f"version: '3.7'\nservices:\n  s:\n    image: x\n    environment:\n      V: '{value}'\n")
    done = config(file, environ)
    if done.returncode == 0:
        assert configured(file, environ)["s"]["V"] == interpolate(value, environ)
    else:
        with pytest.raises(RequiredVariableError) as caught:
            interpolate(value, environ)
        assert str(caught.value) in done.stderr.decode()
