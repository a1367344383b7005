"""The documentation says what is so: its commands, keys, paths and links exist, and the output it shows is real.

Run as a program (`make docs`), this file brings the shown output up to date.
"""

from __future__ import annotations

import os
import re
import shlex
import sys
import tomllib
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from rtlint.cli import main
from rtlint.config import CONFIG_KEYS, Known, load_config
from rtlint.findings import FIX_OPERATIONS
from rtlint.providers import load_providers
from rtlint.rules import builtin_rules
from tests.docs_pages import RULES, with_options
from tests.docs_pages import pages as pages_made

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])
SHOWN = re.compile(r"(<!-- \$ (?P<command>[^\n]+) -->\n```text\n)(?P<output>.*?)(?=^```$)", re.DOTALL | re.MULTILINE)
TIME = re.compile(r"\b\d+\.\d+ s$", re.MULTILINE)
ENVIRONMENT = {"COLUMNS": "100", "NO_COLOR": "1", "FORCE_COLOR": "", "RTLINT_OUTPUT_FORMAT": ""}

commands = pytest.mark.parametrize("name", sorted(main.commands))
pages = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def run(command: str) -> str:
    """Return what a command of the documentation prints in the repository's root, without the time it took."""
    program, *arguments = shlex.split(command)
    assert program == "rtlint", f"only rtlint's own output is shown: {command}"
    here = Path.cwd()
    os.chdir(ROOT)
    try:
        result = CliRunner(env=ENVIRONMENT).invoke(main, arguments)
    finally:
        os.chdir(here)
    assert result.exit_code in {0, 1}, f"{command}: {result.output}"
    return TIME.sub("0.1 s", "\n".join(line.rstrip() for line in result.output.splitlines()) + "\n")


def section(name: str) -> str:
    """Return the part of docs/cli.md about one command."""
    parts = re.split(r"^## `rtlint ([\w-]+)[^\n]*$", text("docs/cli.md"), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))[name].partition("\n## ")[0]


@commands
def test_every_option_of_every_command_is_documented(name: str) -> None:
    documented = set(re.findall(r"`(--?[a-z][a-z-]*)", section(name)))
    options = {
        option
        for parameter in main.commands[name].params
        if isinstance(parameter, click.Option)
        for option in (*parameter.opts, *parameter.secondary_opts)
    }
    assert documented == options


@commands
def test_every_heading_shows_the_arguments_of_its_command(name: str) -> None:
    command = main.commands[name]
    usage = command.collect_usage_pieces(click.Context(command, info_name=name))
    heading = " ".join(["rtlint", name, *(piece for piece in usage if piece != "[OPTIONS]")])
    assert f"## `{heading}`\n" in text("docs/cli.md")


def test_pages_that_are_made_from_sources_are_fresh() -> None:
    made = pages_made()
    assert {path for path in made if not path.exists() or path.read_text(encoding="utf-8") != made[path]} == set(), (
        "run `make docs`"
    )
    assert set(RULES.glob("*.md")) <= set(made), "a page of a rule that is no more"


@pages
def test_shown_options_are_those_of_the_commands(page: Path) -> None:
    shown = page.read_text(encoding="utf-8")
    assert shown == with_options(shown), "run `make docs`"


def test_no_command_is_documented_that_does_not_exist() -> None:
    assert set(re.findall(r"^## `rtlint ([\w-]+)", text("docs/cli.md"), re.MULTILINE)) == set(main.commands)
    assert set(re.findall(r"^\| `rtlint ([\w-]+)", text("README.md"), re.MULTILINE)) == set(main.commands)


@pages
def test_shown_output_is_real(page: Path) -> None:
    for shown in SHOWN.finditer(page.read_text(encoding="utf-8")):
        assert shown["output"] == run(shown["command"]), "run `make docs`"


@pages
def test_links_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\((?!https?:)([^)#\s]+)", page.read_text(encoding="utf-8"))
    assert not [target for target in targets if not (page.parent / target).exists()]


@pages
def test_named_paths_exist(page: Path) -> None:
    named = re.findall(r"`((?:rtlint|rules|tests|docs|\.ci)/[\w./-]*)`", page.read_text(encoding="utf-8"))
    placeholder = re.compile(r"NAME|CONCERN")
    assert not [path for path in named if not placeholder.search(path) and not (ROOT / path).exists()]


@pages
def test_named_make_targets_exist(page: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", text("Makefile"), re.MULTILINE))
    named = set(re.findall(r"(?:`|^)make ([a-z-]+)", page.read_text(encoding="utf-8"), re.MULTILINE))
    assert named <= targets


def test_the_steps_of_the_contributing_guide_name_real_paths() -> None:
    named = re.findall(r"`((?:rtlint|rules|tests|docs|\.ci)/[\w./-]*)`", text("CONTRIBUTING.md"))
    assert {"rtlint/discover/", "rtlint/views.sql", "tests/rules/", "tests/projects/"} <= set(named)


def test_every_module_has_its_place_in_the_architecture() -> None:
    architecture = text("docs/architecture.md")
    modules = [
        path for path in ROOT.glob("rtlint/*") if path.suffix in {".py", ".sql"} or (path / "__init__.py").exists()
    ]
    names = {f"`rtlint/{path.name}{'/' if path.is_dir() else ''}`" for path in modules if path.name != "__init__.py"}
    assert not {name for name in names if name not in architecture}


def test_every_key_of_the_configuration_is_documented() -> None:
    rows = re.findall(r"^\| `([a-z-]+)` \|", text("docs/configuration.md"), re.MULTILINE)
    assert rows == [key.name for key in CONFIG_KEYS]


def test_the_shown_configuration_is_valid_and_uses_every_key(tmp_path: Path) -> None:
    (shown,) = re.findall(r"^```toml\n(.*?)^```$", text("docs/configuration.md"), re.DOTALL | re.MULTILINE)
    (tmp_path / "rtlint.toml").write_text(shown, encoding="utf-8")
    rules = frozenset((rule.code, rule.name) for rule in builtin_rules())
    config = load_config(tmp_path, Known(rules, frozenset(load_providers())))
    assert config.path == tmp_path / "rtlint.toml"
    assert set(tomllib.loads(shown)) == {key.name for key in CONFIG_KEYS}


def test_every_rule_that_the_documentation_names_exists() -> None:
    known = {rule.code for rule in builtin_rules()}
    named = {code for page in PAGES for code in re.findall(r"\bRT\d{3}\b", page.read_text(encoding="utf-8"))}
    assert named <= known


def test_every_operation_of_fixes_is_documented() -> None:
    assert set(re.findall(r"^\| `([a-z-]+)` \|", text("docs/fixes.md"), re.MULTILINE)) == FIX_OPERATIONS


def test_every_rule_is_in_the_changelog() -> None:
    changelog = text("CHANGELOG.md")
    ranges = [(int(low), int(high)) for low, high in re.findall(r"RT(\d{3}) to RT(\d{3})", changelog)]
    missing = [
        rule.code
        for rule in builtin_rules()
        if rule.code not in changelog and not any(low <= int(rule.code[2:]) <= high for low, high in ranges)
    ]
    assert not missing


def update() -> None:
    """Replace the output that the documentation shows by what the commands print now."""
    RULES.mkdir(exist_ok=True)
    for stale in set(RULES.glob("*.md")) - set(pages_made()):
        stale.unlink()
    for path, made in pages_made().items():
        if not path.exists() or path.read_text(encoding="utf-8") != made:
            path.write_text(made, encoding="utf-8")
            sys.stdout.write(f"{path.relative_to(ROOT)} made\n")
    for page in PAGES:
        before = page.read_text(encoding="utf-8")
        after = with_options(SHOWN.sub(lambda shown: shown[1] + run(shown["command"]), before))
        if after != before:
            page.write_text(after, encoding="utf-8")
            sys.stdout.write(f"{page.relative_to(ROOT)} brought up to date\n")


if __name__ == "__main__":
    update()
