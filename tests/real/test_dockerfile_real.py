"""Dockerfiles against Docker's own parser (the PyPI package `dockerfile`), and their values against a shell.

Docker's parser gives instructions with their lines, flags and undecoded words. What a word means is compared with `sh`,
whose quotes, escapes and `${X:-default}` BuildKit follows in what is generated here.
"""

from __future__ import annotations

import random
import re
import shlex
import shutil
import subprocess
from typing import Any

import pytest

from rtlint.extract.dockerfile import extract
from rtlint.extract.dockerfile_lines import Source
from rtlint.extract.dotenv_text import Lines
from rtlint.facts.docker import DockerArg, DockerCopy, DockerExpose, DockerRun, DockerStage
from rtlint.facts.expressions import Conditional, EnvVar, Expr, Fallback, Literal, Template
from rtlint.facts.raw import EnvSet, Problem

pytestmark = pytest.mark.real

PATH = "Dockerfile"
COUNT = 250
VARIABLES = {"SET": "value", "EMPTY": "", "_u": "ü 😀", "lower9": "a=b"}
PIECES = ("a", "b1", "wss://h:6001/x", "üß😀", "%", "x=y", "1.2", ",", "@", "+")
COMMANDS = ("npm ci", "npm run build", "cat <file", "a && b", "echo 'x  y' \"z\"", "true # no comment", "[ -f x ]")


def oracle() -> Any:
    return pytest.importorskip("dockerfile", reason="the package dockerfile is not installed: run `make test-real`")


def variable(pick: random.Random, depth: int = 0) -> str:
    name = pick.choice([*VARIABLES, "UNSET"])
    if pick.random() < 0.3:
        return "$" + name
    operator = pick.choice(("", ":-", "-", ":+", "+"))
    operand = pick.choice(("", "d", "d-e", "a:b")) if operator else ""
    if operator and depth < 2 and pick.random() < 0.3:
        operand += variable(pick, depth + 1)
    return "${" + name + operator + operand + "}"


def piece(pick: random.Random, escape: str) -> str:
    kind = pick.randrange(6)
    if kind == 0:
        return "'" + pick.choice(("a b", '"', "$SET", "\\", "")) + "'"
    if kind == 1:
        inner = pick.choice(("a  b", "'", f"{escape}$SET", f'{escape}"', f"{escape}{escape}", "#", "", variable(pick)))
        return f'"{inner}"'
    if kind == 2:
        return escape + pick.choice((" ", "'", '"', "$", escape, "n"))
    return variable(pick) if kind == 3 else pick.choice(PIECES)


def word(pick: random.Random, escape: str) -> str:
    # `$SET` before a letter would be another name.
    return "".join(
        found + ("-" if found.startswith("$") and not found.endswith("}") else "")
        for found in (piece(pick, escape) for _ in range(pick.randint(0, 3)))
    )


def gap(pick: random.Random, escape: str) -> str:
    if pick.random() < 0.7:
        return pick.choice((" ", "  ", "\t"))
    between = pick.choice(("", "# a comment\n", "\n", "   # indented 'one\n", "# two\n\n# three\n"))
    return f" {escape}{pick.choice(('', ' ', chr(9)))}\n{between}  "


def assignments(pick: random.Random, escape: str) -> list[str]:
    return [f"{pick.choice('ABC')}{index}={word(pick, escape)}" for index in range(pick.randint(1, 4))]


def instruction(pick: random.Random, escape: str) -> str:
    kind = pick.randrange(13)
    if kind == 0:
        return gap(pick, escape).join(["FROM", pick.choice(("node:22", "scratch")), pick.choice(("AS", "as")), "Build"])
    if kind in {1, 2, 3}:
        return gap(pick, escape).join([pick.choice(("ENV", "env", "ARG")), *assignments(pick, escape)])
    if kind == 4:
        return pick.choice(("ENV OLD some  value", "ARG PLAIN", "ARG P=1 Q", "ENV OLD 'a b' c"))
    if kind == 5:
        return gap(pick, escape).join(
            ["RUN", "--mount=type=cache,target=/x", '--network="none"', pick.choice(COMMANDS)]
        )
    if kind == 6:
        dash = pick.choice(("", "-"))
        name = pick.choice(("EOF", "'EOF'", '"E F"'.replace(" ", "")))
        bare = name.strip("'\"")
        return f"RUN <<{dash}{name} sh\nENV NOT=this\n# nor this\nEOFX\n{chr(9) if dash else ''}{bare}"
    if kind == 7:
        return "COPY <<A <<B /dest/\nFROM nothing\nA\nb\nB"
    if kind == 8:
        return pick.choice(('CMD ["npm", "start"]', "CMD npm  start", "CMD ['no', 'json']", 'ENTRYPOINT ["a b"]'))
    if kind == 9:
        return pick.choice(("COPY --from=build a b c/", 'COPY --from=0 ["a b", "c"]', "ADD --chown=1:1 x y"))
    if kind == 10:
        return pick.choice(("EXPOSE 80 443/tcp", "expose 3000", "WORKDIR /a b", "USER node", "ONBUILD RUN x"))
    if kind == 11:
        return pick.choice(("# comment", "", "   # indented", "  RUN indented", f"RUN a{escape}{escape}\nRUN b"))
    return gap(pick, escape).join(["RUN", *pick.sample(COMMANDS, 2)])


def generated() -> list[tuple[str, str]]:
    """Return Dockerfiles with their escape characters."""
    pick = random.Random(1)
    found = []
    for _ in range(COUNT):
        escape = "`" if pick.random() < 0.2 else "\\"
        head = pick.choice(("", "# syntax=docker/dockerfile:1\n")) + ("# escape=`\n" if escape == "`" else "")
        lines = ["ARG TAG=1", "FROM node:$TAG", *(instruction(pick, escape) for _ in range(pick.randint(1, 12)))]
        end = pick.choice(("\n", "\r\n"))
        found.append((head.replace("\n", end) + end.join(lines).replace("\r\n", "\n").replace("\n", end) + end, escape))
    return found


@pytest.fixture(scope="module")
def files() -> list[tuple[str, str, Any]]:
    return [(text, escape, oracle().parse_string(text)) for text, escape in generated()]


def test_instructions_lines_and_flags(files: list[tuple[str, str, Any]]) -> None:
    for text, _, expected in files:
        lines = Lines(PATH, text)
        found = [(each.keyword, lines.line(each.start), each.flags) for each in Source(lines).instructions()]
        assert found == [(each.cmd.upper(), each.start_line, each.flags) for each in expected], text
        assert not [fact for fact in extract(PATH, text.encode()) if isinstance(fact, Problem)], text


def test_stages_copies_commands_and_ports(files: list[tuple[str, str, Any]]) -> None:
    for text, _, expected in files:
        assert list(told(text)) == [item for each in expected for item in read(each)], text


def told(text: str) -> Any:
    """Yield what the facts say, in the form of `read`."""
    for fact in extract(PATH, text.encode()):
        if isinstance(fact, DockerStage):
            yield "FROM", fact.base, fact.name
        elif isinstance(fact, DockerCopy):
            yield "COPY", *fact.sources, fact.dest
        elif isinstance(fact, DockerRun) and fact.kind != "onbuild":
            yield fact.kind, fact.command
        elif isinstance(fact, DockerExpose):
            yield "EXPOSE", fact.port


def read(command: Any) -> Any:
    """Yield what Docker's parser says of an instruction."""
    keyword, value = command.cmd.upper(), command.value
    if keyword == "FROM":
        yield "FROM", value[0], value[2].lower() if len(value) == 3 else ""
    elif keyword in {"COPY", "ADD"}:
        yield "COPY", *(part for part in value if not part.startswith("<<"))
    elif keyword in {"RUN", "CMD", "ENTRYPOINT"}:
        texts = [heredoc.content.replace("\r\n", "\n").removesuffix("\n") for heredoc in command.heredocs]
        yield keyword.lower(), "\n".join([shlex.join(value) if command.json else value[0], *texts])
    elif keyword == "EXPOSE":
        yield from (("EXPOSE", port) for port in value)


def test_values(files: list[tuple[str, str, Any]]) -> None:
    if shutil.which("sh") is None:
        pytest.skip("there is no sh")
    names, written, found = [], [], []
    for text, escape, expected in files:
        if escape == "\\":
            pairs = [pair for each in expected for pair in assigned(each)]
            facts = [fact for fact in extract(PATH, text.encode()) if isinstance(fact, EnvSet) and fact.name != "OLD"]
            assert [fact.name for fact in facts] == [name for name, _ in pairs], text
            names += [(text, name) for name, _ in pairs]
            written += [value for _, value in pairs]
            found += [fold(fact.value) for fact in facts]
    assert len(written) > 500
    for where, raw, mine, theirs in zip(names, written, found, in_shell(written), strict=True):
        assert mine == theirs, (*where, raw)


def test_declared_arguments(files: list[tuple[str, str, Any]]) -> None:
    for text, _, expected in files:
        words = [item for each in expected if each.cmd.upper() == "ARG" for item in each.value]
        found = [fact.name for fact in extract(PATH, text.encode()) if isinstance(fact, DockerArg)]
        assert found == [item.partition("=")[0] for item in words], text


def assigned(command: Any) -> list[tuple[str, str]]:
    """Return names and undecoded values of ENV, in its new form, and ARG."""
    if command.cmd.upper() == "ARG":
        return [tuple(item.split("=", 1)) for item in command.value if "=" in item]
    if command.cmd.upper() != "ENV" or re.match(r"(?i)env\s+OLD", command.original):
        return []
    return list(zip(command.value[::2], command.value[1::2], strict=True))


def in_shell(values: list[str]) -> list[str]:
    """Return what a shell makes of some words."""
    lines = [f"{name}={shlex.quote(value)}" for name, value in VARIABLES.items()]
    lines += [f"v={value}\nprintf '%s\\0' \"$v\"" for value in values]
    done = subprocess.run(["sh"], input="\n".join(lines).encode(), capture_output=True, check=True, env={})
    return done.stdout.decode().split("\0")[:-1]


def fold(value: Expr | None) -> str:
    """Return what an expression is with the variables above."""
    match value:
        case Literal():
            return str(value.value)
        case EnvVar():
            return VARIABLES.get(value.name, "")
        case Template():
            return "".join(fold(part) for part in value.parts)
        case Fallback(left=EnvVar() as left):
            there = fold(left) if value.operator == ":-" else left.name in VARIABLES
            return fold(left) if there else fold(value.right)
        case Conditional(test=EnvVar() as test):
            return fold(value.then if fold(test) else value.otherwise)
        case Conditional():
            variable = getattr(value.test, "left", None)
            return fold(value.then if isinstance(variable, EnvVar) and variable.name in VARIABLES else value.otherwise)
    raise AssertionError(value)
