from __future__ import annotations

import asyncio
import shutil
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

from rtlint.errors import RtlintError
from rtlint.extract import extract
from rtlint.facts.files import FileFacts, SourceFile
from rtlint.link.explain import Explanation, InEnvironment, Source
from rtlint.report.markdown import code
from rtlint.server import serve
from rtlint.server.actions import Actions
from rtlint.server.app import RtlintServer, make_server
from rtlint.server.diagnostics import Converter
from rtlint.server.hover import hover_text
from rtlint.server.positions import Encoding
from rtlint.server.project import Project, Snapshot, root_of
from tests.report.test_hostile import CONTROL, EVIL

SCENARIO = Path(__file__).parents[1] / "projects" / "scenario"
COMPOSE = "docker-compose.dev.yml"
UTF16 = Encoding("utf-16")
EVERYWHERE = types.Range(types.Position(0, 0), types.Position(10_000, 0))


@pytest.fixture
def project(tmp_path: Path) -> Project:
    shutil.copytree(SCENARIO, tmp_path / "project")
    return Project(tmp_path / "project")


def actions(
    project: Project, path: str, kinds: list[str] | None = None, versions: bool = True
) -> list[types.CodeAction]:
    snapshot = project.check({})
    return Actions(project, snapshot, UTF16, lambda _: 7, versions).of(path, EVERYWHERE, kinds)


def test_an_overlay_stands_in_for_the_disk_and_only_it_is_read_anew(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert project.check({}).report is not None
    read: list[str] = []

    def noted(file: SourceFile, *arguments: Any, **named: Any) -> FileFacts:
        read.append(file.path)
        return extract(file, *arguments, **named)

    monkeypatch.setattr("rtlint.pipeline.memory.extract", noted)
    monkeypatch.setattr("rtlint.pipeline.reading.extract", noted)
    text = (project.root / COMPOSE).read_text().replace("VITE_ENABLE_PUSHER", "VITE_PUSHER_ENABLED")
    report = project.check({COMPOSE: text.encode()}).report
    assert report is not None
    assert "RT306" not in {finding.code for finding in report.findings}
    assert read == [COMPOSE]


def test_an_error_is_kept_and_not_raised(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    (project.root / "rtlint.toml").write_text("select = 1\n")
    assert "select" in project.check({}).error
    monkeypatch.setattr("rtlint.server.project.judged", lambda *_, **__: 1 / 0)
    assert project.check({}).error == "internal error: ZeroDivisionError: division by zero"


def test_diagnostics_stand_in_every_file(project: Project) -> None:
    report = project.check({}).report
    assert report is not None
    found = Converter(report, UTF16, project.uri).by_uri()
    assert {Path(uri).name for uri in found} == {COMPOSE, "index.html", "vite.config.ts"}
    assert sum(map(len, found.values())) == len(report.findings)


def test_kinds_of_actions(project: Project) -> None:
    quick = actions(project, COMPOSE, ["quickfix"])
    assert {action.kind for action in quick} == {"quickfix"}
    assert [action.kind for action in actions(project, COMPOSE, ["source.fixAll"])] == ["source.fixAll.rtlint"]
    assert actions(project, COMPOSE, ["refactor"]) == []
    assert actions(project, "README.md", ["quickfix"]) == []


def test_edits_carry_versions_only_where_the_client_takes_them(project: Project) -> None:
    (fix_all,) = actions(project, COMPOSE, ["source"])
    assert fix_all.edit is not None
    assert fix_all.edit.document_changes is not None
    change = fix_all.edit.document_changes[0]
    assert isinstance(change, types.TextDocumentEdit)
    assert change.text_document.version == 7
    (plain,) = actions(project, COMPOSE, ["source"], versions=False)
    assert plain.edit is not None
    assert plain.edit.changes is not None
    assert list(plain.edit.changes) == [project.uri(COMPOSE)]


def test_outdated_results_are_dropped(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    server = RtlintServer()
    checked: list[int] = []
    published: list[Snapshot] = []

    def check(_self: Project, _overlay: object) -> Snapshot:
        checked.append(project.generation)
        if len(checked) == 1:
            project.generation += 1
        return Snapshot(None, None, f"result {len(checked)}")

    monkeypatch.setattr(Project, "check", check)
    monkeypatch.setattr(RtlintServer, "_overlay", lambda *_: {})
    monkeypatch.setattr(RtlintServer, "_publish", lambda _self, _project, snapshot: published.append(snapshot))

    async def run() -> None:
        project.generation = 1
        await server.settle(project)
        await server.settle(project)

    asyncio.run(run())
    assert checked == [1, 2]
    assert [snapshot.error for snapshot in published] == ["result 2"]


def test_the_root_of_a_file_without_a_workspace(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "package.json").write_text("{}")
    assert root_of(tmp_path / "a" / "b" / "x.ts") == tmp_path / "a"


def test_a_file_outside_of_the_project_has_no_path(project: Project) -> None:
    assert project.path(project.uri("src/a b.ts")) == "src/a b.ts"
    assert project.path((project.root.parent / "x.ts").as_uri()) is None
    assert project.path("untitled:1") is None


@pytest.mark.parametrize("evil", EVIL)
def test_hover_is_harmless(evil: str) -> None:
    from rtlint.facts.site import Site

    source = Source(Site(evil, 1, 1, 1, 2), evil, ())
    found = Explanation("X", (InEnvironment(evil, (source, source)),), (), (), ())
    text = hover_text(found, str)
    assert not CONTROL.search(text.replace("\n", ""))
    (row,) = [line for line in text.splitlines() if line.startswith("| `") and "environment" not in line]
    assert row.count("|") == 4
    assert "(hides 1 more)" in row


@pytest.mark.parametrize(
    ("text", "span"), [("a", "`a`"), ("a`b", "``a`b``"), ("`", "`` ` ``"), (" ", ""), ("|", "`｜`")]
)
def test_code_spans(text: str, span: str) -> None:
    assert code(text) == span


def test_the_server_has_its_features() -> None:
    features = make_server().protocol.fm.features
    assert {"textDocument/hover", "textDocument/definition", "textDocument/references"} <= set(features)
    assert {"textDocument/codeAction", "workspace/didChangeWatchedFiles"} <= set(features)


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "pygls", None)
    with pytest.raises(RtlintError, match=r"pip install 'rtlint\[lsp\]'"):
        serve()
