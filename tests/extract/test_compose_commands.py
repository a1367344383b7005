from __future__ import annotations

import pytest

from rtlint.extract.compose_commands import commands, extract
from rtlint.facts.compose import ComposeCommand
from rtlint.facts.site import Site

AT = Site("package.json", 3, 5, 3, 20)


@pytest.mark.parametrize(
    ("command", "files", "env_files", "profiles"),
    [
        ("docker compose -f a.yml -f b.yml up -d", ("a.yml", "b.yml"), (), ()),
        ("docker-compose --file=a.yml --env-file .env.dev up", ("a.yml",), (".env.dev",), ()),
        ("docker compose -fa.yml --profile debug --profile x up", ("a.yml",), (), ("debug", "x")),
        ("echo cd; docker compose -p name --verbose -f a.yml build; docker compose -v", ("a.yml",), (), ()),
        ('docker compose -f "a b.yml" up', ("a b.yml",), (), ()),
    ],
)
def test_options(command: str, files: tuple[str, ...], env_files: tuple[str, ...], profiles: tuple[str, ...]) -> None:
    assert list(commands(command, AT, "web")) == [ComposeCommand(AT, "web", files, env_files, profiles)]


@pytest.mark.parametrize(
    "command",
    [
        "docker compose up -f x",
        "cd x && docker compose -f a.yml up",
        "docker compose -f $FILE up",
        "docker compose -f a.yml $(ARGS) up",
        "docker compose -f",
        "docker compose -f *.yml up",
        "mydocker compose -f a.yml up",
        "docker composes -f a.yml up",
    ],
)
def test_what_says_nothing(command: str) -> None:
    assert list(commands(command, AT, "")) == []


def test_a_makefile() -> None:
    text = (
        "COMPOSE := docker compose -f a.yml\n"
        "up:\n"
        "\t@docker compose \\\n"
        "\t  -f b.yml \\\n"
        "\t  --project-directory .. up\n"
        "# docker compose -f c.yml up\n"
    )
    first, second = extract("deploy/Makefile", text.encode())
    assert first == ComposeCommand(Site("deploy/Makefile", 1, 12, 1, 26), "deploy", ("a.yml",))
    assert second == ComposeCommand(Site("deploy/Makefile", 3, 3, 3, 17), "deploy", ("b.yml",), project_directory="..")


def test_any_bytes_can_be_read() -> None:
    for data in (b"\xff\xfe docker compose -f \x00", b"docker compose " * 10_000, b"docker compose -f '"):
        assert all(isinstance(fact, ComposeCommand) for fact in extract("x.sh", data))
