"""The stages by themselves, measured by pytest-benchmark: `make bench-library`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from benchmarks import corpus
from rtlint.config import Config
from rtlint.discover import discover, read_bytes
from rtlint.extract import extract
from rtlint.facts.expressions import Binary, EnvVar, Fallback, Literal, Member, ObjectLiteral
from rtlint.facts.files import SourceFile
from rtlint.facts.site import Site
from rtlint.judge import judge
from rtlint.link import link
from rtlint.link.policy import NONE
from rtlint.pipeline import Overrides, analyse, prepare

SCENARIO = Path(__file__).parent.parent / "tests" / "projects" / "scenario"


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("repository")
    corpus.make(root, 1_000)
    return root


def test_discover(benchmark: Any, repository: Path) -> None:
    found = benchmark(discover, repository, Config())
    assert len(found.files) > 900


@pytest.mark.parametrize("times", [1, 20])
def test_parse(benchmark: Any, times: int) -> None:
    """Extract the largest script of the sample, and one that says the same many times."""
    files = [file for file in discover(SCENARIO, Config()).files if file.kind == "javascript"]
    largest = max(files, key=lambda file: file.size)
    data = read_bytes(SCENARIO, largest.path)
    assert isinstance(data, bytes)
    text = data * times
    found = benchmark(extract, SourceFile("src/realtime.ts", "javascript", "app", False, len(text)), text, force=True)
    assert found.facts


def test_fold(benchmark: Any) -> None:
    """Fold an expression of 400 parts in an environment."""
    analysis = analyse(SCENARIO, Config())
    at = Site("apps/dashboard/src/config/index.ts", 1, 1, 1, 2)
    expr: Any = Fallback(at, "||", EnvVar(at, "VITE_PUSHER_KEY", "import.meta.env"), Literal(at, "key"))
    for number in range(100):
        expr = Member(at, ObjectLiteral(at, (), (Binary(at, "&&", expr, expr) if number % 50 == 49 else expr,)), "x")
    program = analysis.program

    def fold() -> object:
        program._folders.clear()
        program._leaves.clear()
        return program.leaves("apps/dashboard", at.path, expr)

    assert benchmark(fold)


def test_link(benchmark: Any) -> None:
    discovery = discover(SCENARIO, Config())
    files = {file.path: file for file in discovery.files}
    contents = {path: read_bytes(SCENARIO, path) for path in files}
    facts = {path: extract(file, data) for path, file in files.items() if isinstance(data := contents[path], bytes)}

    def mentions(names: Any) -> dict[str, frozenset[str]]:
        return {name: frozenset() for name in names}

    found = benchmark(lambda: link(files, dict(facts), lambda _path, _kind="": None, mentions, NONE))
    assert found.facts


def test_judge(benchmark: Any) -> None:
    analysis = analyse(SCENARIO, Config())
    rules = prepare(SCENARIO, Overrides()).enabled()
    assert benchmark(judge, analysis.facts, rules)
