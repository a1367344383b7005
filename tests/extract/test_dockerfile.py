"""What a Dockerfile says, written out from https://docs.docker.com/reference/dockerfile/."""

from __future__ import annotations

import random

import pytest

from rtlint.extract import dockerignore
from rtlint.extract.dockerfile import extract
from rtlint.extract.dockerfile_values import MAX_DEPTH
from rtlint.facts.docker import ContextExclusion, DockerArg, DockerCopy, DockerExpose, DockerRun, DockerStage
from rtlint.facts.expressions import Conditional, EnvVar, Expr, Fallback, Literal, Template, Unknown
from rtlint.facts.raw import EnvSet, Problem, RawFact, Suppression
from rtlint.facts.site import Site

PATH = "web/Dockerfile"


def facts(text: str, kind: type) -> list[RawFact]:
    return [fact for fact in extract(PATH, text.encode()) if isinstance(fact, kind)]


def values(text: str) -> dict[str, Expr | None]:
    return {fact.name: fact.value for fact in facts(text, EnvSet) if isinstance(fact, EnvSet)}


def value(text: str) -> Expr:
    """Return the value of a variable that is written as `text`."""
    found = values(f"FROM x\nENV V={text}\n")["V"]
    assert found is not None
    return found


def literal(text: str) -> object:
    found = value(text)
    assert isinstance(found, Literal)
    return found.value


def problems(text: str) -> list[tuple[str, int, int]]:
    found = (fact for fact in extract(PATH, text.encode()) if isinstance(fact, Problem))
    return [(fact.code, fact.at.line, fact.at.column) for fact in found]


def site(line: int, start: int, end: int, end_line: int = 0) -> Site:
    return Site(PATH, line, start, end_line or line, end)


def test_stages() -> None:
    text = "ARG TAG=22\nFROM --platform=$BUILDPLATFORM node:${TAG} AS Build\nfrom build as b\nFROM nginx\n"
    found = [
        (fact.at, fact.number, fact.name, fact.base)
        for fact in facts(text, DockerStage)
        if isinstance(fact, DockerStage)
    ]
    assert found == [
        (site(2, 1, 52), 0, "build", "node:${TAG}"),
        (site(3, 1, 16), 1, "b", "build"),
        (site(4, 1, 11), 2, "", "nginx"),
    ]


def test_arguments_know_their_stage() -> None:
    text = "ARG TAG=22 NONE\nFROM x\nARG KEY\nFROM y\nARG KEY=a\n"
    found = [(fact.stage, fact.name, fact.at) for fact in facts(text, DockerArg) if isinstance(fact, DockerArg)]
    assert found == [
        (-1, "TAG", site(1, 5, 11)),
        (-1, "NONE", site(1, 12, 16)),
        (0, "KEY", site(3, 5, 8)),
        (1, "KEY", site(5, 5, 10)),
    ]
    assert [fact.name for fact in facts(text, EnvSet) if isinstance(fact, EnvSet)] == ["TAG", "KEY"]


def test_sites_of_variables() -> None:
    text = '\ufeff# c\r\nFROM x\r\nENV\tA="😀 y" \\\r\n # c\r\n\r\n    B=$A\r\nENV OLD  the value \r\n'
    found = [fact for fact in extract(PATH, text.encode()) if isinstance(fact, EnvSet)]
    assert [(fact.name, fact.at, fact.value_at) for fact in found] == [
        ("A", site(3, 5, 12), site(3, 7, 12)),
        ("B", site(6, 5, 9), site(6, 7, 9)),
        ("OLD", site(7, 5, 19), site(7, 10, 19)),
    ]
    assert [fact.value for fact in found] == [
        Literal(site(3, 7, 12), "😀 y"),
        EnvVar(site(6, 7, 9), "A", "dockerfile"),
        Literal(site(7, 10, 19), "the value"),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a", "a"),
        ("", ""),
        ("'a b'", "a b"),
        ('"a b"', "a b"),
        ("a\\ b", "a b"),
        ("a'b c'\"d e\"f", "ab cd ef"),
        ("'\\'", "\\"),
        ('"\\""', '"'),
        ('"\\n"', "\\n"),
        ("\\n", "n"),
        ("\\$A", "$A"),
        ("'$A'", "$A"),
        ('"\\$A"', "$A"),
        ("a=b", "a=b"),
        ("a$", "a$"),
    ],
)
def test_quotes_and_escapes(text: str, expected: str) -> None:
    assert literal(text) == expected


def test_variables() -> None:
    at = site(2, 7, 11)
    assert value("${X}") == EnvVar(at, "X", "dockerfile")
    at = site(2, 7, 14)
    assert value("${X:-d}") == Fallback(at, ":-", EnvVar(at, "X", "dockerfile"), Literal(site(2, 12, 13), "d"))
    assert isinstance(value("${X:+d}"), Conditional)
    assert value("${X:?d}") == EnvVar(at, "X", "dockerfile")
    assert isinstance(value("${X%.js}"), Unknown)
    assert value('"$X/y"') == Template(
        site(2, 7, 13), (EnvVar(site(2, 8, 10), "X", "dockerfile"), Literal(site(2, 10, 12), "/y"))
    )
    nested = value("${X:-${Y:-'a}'}}")
    assert isinstance(nested, Fallback)
    assert isinstance(nested.right, Fallback)
    assert nested.right.right == Literal(site(2, 17, 21), "a}")


def test_the_escape_directive() -> None:
    text = "# syntax=docker/dockerfile:1\n# escape=`\nFROM x\nENV A=a` b `\n  B=c:\\d\n"
    found = values(text)
    assert [getattr(each, "value", None) for each in found.values()] == ["a b", "c:\\d"]


def test_directives_end_with_the_first_other_line() -> None:
    assert literal("a\\ b") == "a b"
    found = values("# a comment\n# escape=`\nFROM x\nENV A=a` B=b\n")
    assert [getattr(each, "value", None) for each in found.values()] == ["a`", "b"]


def test_commands() -> None:
    text = (
        "FROM x\n"
        "RUN --mount=type=cache,target=/c npm ci \\\n  && npm run build\n"
        'CMD ["npm", "run", "a b"]\n'
        "CMD ['no', 'json']\n"
        "ENTRYPOINT exec nginx\n"
        "ONBUILD RUN npm ci\n"
    )
    found = [
        (fact.kind, fact.command, fact.flags, fact.at.line, fact.at.end_line)
        for fact in facts(text, DockerRun)
        if isinstance(fact, DockerRun)
    ]
    assert found == [
        ("run", "npm ci   && npm run build", "--mount=type=cache,target=/c", 2, 3),
        ("cmd", "npm run 'a b'", "", 4, 4),
        ("cmd", "['no', 'json']", "", 5, 5),
        ("entrypoint", "exec nginx", "", 6, 6),
        ("onbuild", "RUN npm ci", "", 7, 7),
    ]


def test_heredocs() -> None:
    text = (
        "FROM x\n"
        "RUN <<EOF\nENV NOT=this\n# no comment\nEOF\n"
        "RUN <<-'A' cat\n\tone\n\tA\n"
        "COPY <<B <<C /to/\nRUN no\nB\nC\n"
        'RUN ["<<EOF"]\nENV REAL=1\n'
    )
    commands = [fact.command for fact in facts(text, DockerRun) if isinstance(fact, DockerRun)]
    assert commands == ["<<EOF\nENV NOT=this\n# no comment", "<<-'A' cat\n\tone", "'<<EOF'"]
    assert list(values(text)) == ["REAL"]
    (copy,) = facts(text, DockerCopy)
    assert isinstance(copy, DockerCopy)
    assert (copy.sources, copy.dest) == ((), "/to/")


def test_copies_and_ports() -> None:
    text = 'FROM x\nCOPY --from=build --chown=1:1 a b* ./\nADD ["a b", "/c"]\nEXPOSE 80 443/tcp\n'
    found = [
        (fact.sources, fact.from_stage, fact.dest) for fact in facts(text, DockerCopy) if isinstance(fact, DockerCopy)
    ]
    assert found == [(("a", "b*"), "build", "./"), (("a b",), "", "/c")]
    ports = [(fact.port, fact.at) for fact in facts(text, DockerExpose) if isinstance(fact, DockerExpose)]
    assert ports == [("80", site(4, 8, 10)), ("443/tcp", site(4, 11, 18))]


def test_two_backslashes_continue_no_line() -> None:
    text = "FROM x\nRUN a\\\\\nENV A=1\n"
    assert list(values(text)) == ["A"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FROM\n", [("RT901", 1, 1)]),
        ("FROM a b\n", [("RT901", 1, 1)]),
        ("FROM x\nRUNN y\n", [("RT901", 2, 1)]),
        ("FROM x\nENV A\n", [("RT901", 2, 1)]),
        ("FROM x\nENV A=1 B\n", [("RT901", 2, 9)]),
        ("FROM x\nENV A='b\n", [("RT901", 2, 7)]),
        ("FROM x\nENV A=${b\n", [("RT901", 2, 7)]),
        ("FROM x\nENV A=${}\n", [("RT901", 2, 7)]),
        ("FROM x\nCOPY a\n", [("RT901", 2, 1)]),
        ("FROM x\nRUN <<EOF\na\n", [("RT901", 2, 1)]),
        ("FROM x\nRUN a \\", []),
        ("", []),
    ],
)
def test_problems(text: str, expected: list[tuple[str, int, int]]) -> None:
    assert problems(text) == expected


def test_deep_nesting_is_cut() -> None:
    text = "FROM x\nENV A=" + "${X:-" * 100_000 + "}" * 100_000
    assert problems(text) == [("RT905", 2, 7)]
    assert isinstance(values(text)["A"], Unknown)
    shallow = "${X:-" * (MAX_DEPTH - 1) + "}" * (MAX_DEPTH - 1)
    assert problems(f"FROM x\nENV A={shallow}\n") == []


def test_suppressions() -> None:
    text = "FROM x\n# rtlint: ignore[RT201]: reason\n# more\nENV A=1\n"
    assert facts(text, Suppression) == [Suppression(site(2, 1, 32), "RT201", "reason", 4)]


def test_any_bytes_are_read() -> None:
    pick = random.Random(1)
    tokens = [
        b"FROM x",
        b"ENV ",
        b"ARG ",
        b"RUN <<A",
        b"A",
        b"\\",
        b"\n",
        b"\r\n",
        b"'",
        b'"',
        b"${",
        b":-",
        b"}",
        b"$",
    ]
    tokens += [
        b"=",
        b"[",
        b"]",
        b'["',
        b"--from=",
        b"\xff",
        b"\xf0\x9f\x98\x80",
        b"# escape=`",
        b"`",
        b"\t",
        b" ",
        b"<<-",
    ]
    for _ in range(2000):
        data = b"".join(pick.choice(tokens) for _ in range(pick.randint(0, 30)))
        lines = data.decode("utf-8", "replace").split("\n")
        for fact in extract(PATH, data):
            at = fact.at
            assert 1 <= at.line <= at.end_line <= len(lines)
            assert (at.line, at.column) <= (at.end_line, at.end_column)


def test_dockerignore() -> None:
    found = dockerignore.extract(".dockerignore", b"# c\r\nnode_modules\r\n\r\n  .env*  \n!.env.production\n #no\n")
    assert found == [
        ContextExclusion(Site(".dockerignore", 2, 1, 2, 13), "node_modules"),
        ContextExclusion(Site(".dockerignore", 4, 3, 4, 8), ".env*"),
        ContextExclusion(Site(".dockerignore", 5, 1, 5, 17), "!.env.production"),
        ContextExclusion(Site(".dockerignore", 6, 2, 6, 5), "#no"),
    ]
