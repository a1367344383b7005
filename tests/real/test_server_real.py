"""The language server, driven by pytest-lsp as three editors would, and by a real Neovim."""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.real

pytest_lsp = pytest.importorskip("pytest_lsp", reason="pytest-lsp is not installed: make test-real installs it")
types = pytest.importorskip("lsprotocol.types", reason="pygls is not installed: make test-real installs it")

SCENARIO = Path(__file__).parents[1] / "projects" / "scenario"
COMMAND = [sys.executable, "-m", "rtlint", "server"]
PROFILES = {"neovim": "utf-8", "visual-studio-code": "utf-16", "emacs": "utf-32"}
COMPOSE, CONFIG, PAGE = "docker-compose.dev.yml", "apps/dashboard/src/config/index.ts", "apps/dashboard/index.html"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    target = tmp_path / "project"
    shutil.copytree(SCENARIO, target)
    # A character beyond the basic plane before a finding tells the three encodings apart.
    compose = target / COMPOSE
    text = compose.read_text(encoding="utf-8")
    text = text.replace('      VITE_ENABLE_PUSHER: "true"', '      VITE_ENABLE_PUSHER: "true" # \U0001f600 é', 1)
    compose.write_text(text, encoding="utf-8")
    return target


class Editor:
    """A client for one test, with what it was told."""

    def __init__(self, client: Any, root: Path) -> None:
        self.client = client
        self.root = root

    def uri(self, path: str) -> str:
        return (self.root / path).as_uri()

    def codes(self, path: str) -> list[str]:
        return [str(item.code) for item in self.client.diagnostics.get(self.uri(path), [])]

    def open(self, path: str) -> str:
        text = (self.root / path).read_text(encoding="utf-8")
        item = types.TextDocumentItem(uri=self.uri(path), language_id="plaintext", version=1, text=text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(text_document=item))
        return text

    def edit(self, path: str, version: int, text: str) -> None:
        identifier = types.VersionedTextDocumentIdentifier(uri=self.uri(path), version=version)
        change = types.TextDocumentContentChangeWholeDocument(text=text)
        self.client.text_document_did_change(
            types.DidChangeTextDocumentParams(text_document=identifier, content_changes=[change])
        )

    async def until(self, path: str, condition: Any) -> None:
        """Wait for diagnostics of a file that fulfil a condition; the server sends them when they change."""
        for _ in range(40):
            if condition(self.codes(path)):
                return
            waiting = self.client.wait_for_notification("textDocument/publishDiagnostics")
            await asyncio.wait_for(waiting, timeout=20)
        pytest.fail(f"{path}: {self.codes(path)}")


async def opened(profile: str, root: Path) -> Any:
    client = pytest_lsp.make_test_lsp_client()
    await client.start_io(*COMMAND)
    capabilities = pytest_lsp.client_capabilities(profile)
    general = capabilities.general or types.GeneralClientCapabilities()
    general.position_encodings = [types.PositionEncodingKind(PROFILES[profile])]
    capabilities.general = general
    folder = types.WorkspaceFolder(uri=root.as_uri(), name="project")
    await client.initialize_session(
        types.InitializeParams(capabilities=capabilities, root_uri=root.as_uri(), workspace_folders=[folder])
    )
    return client


@pytest.fixture(params=PROFILES)
def profile(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def session(profile: str, root: Path, test: Any) -> None:
    async def run() -> None:
        client = await opened(profile, root)
        try:
            await test(Editor(client, root))
        finally:
            await client.shutdown_session()
            await client.stop()

    asyncio.run(run())


def test_the_whole_workspace_is_diagnosed(profile: str, project: Path) -> None:
    async def test(editor: Editor) -> None:
        await editor.until(COMPOSE, lambda codes: "RT201" in codes)
        await editor.until(PAGE, lambda codes: "RT501" in codes)
        assert sorted(editor.codes(COMPOSE)) == ["RT201", "RT202", "RT302", "RT306", "RT405"]
        mismatch = next(item for item in editor.client.diagnostics[editor.uri(COMPOSE)] if item.code == "RT201")
        assert (mismatch.range.start.line, mismatch.range.start.character) == (14, 6)
        assert mismatch.severity == types.DiagnosticSeverity.Error
        assert mismatch.source == "rtlint"
        assert editor.uri(CONFIG) in {item.location.uri for item in mismatch.related_information}

    session(profile, project, test)


def test_columns_are_counted_as_the_client_counts(profile: str, project: Path) -> None:
    (project / "apps/dashboard/src/wide.ts").write_text(
        "const é = '\U0001f600'; export const live = new WebSocket('wss://live.example.com');\n", encoding="utf-8"
    )
    expected = {"utf-8": 39, "utf-16": 36, "utf-32": 35}[PROFILES[profile]]

    async def test(editor: Editor) -> None:
        path = "apps/dashboard/src/wide.ts"
        await editor.until(path, lambda codes: "RT101" in codes)
        (found,) = editor.client.diagnostics[editor.uri(path)]
        assert found.range.start.character == expected

    session(profile, project, test)


def test_editing_one_file_updates_the_findings_of_another(profile: str, project: Path) -> None:
    async def test(editor: Editor) -> None:
        await editor.until(COMPOSE, lambda codes: "RT306" in codes)
        text = editor.open(CONFIG)
        editor.edit(CONFIG, 2, text.replace("VITE_PUSHER_ENABLED", "VITE_ENABLE_PUSHER"))
        await editor.until(COMPOSE, lambda codes: "RT306" not in codes)
        editor.edit(CONFIG, 3, text)
        await editor.until(COMPOSE, lambda codes: "RT306" in codes)

    session(profile, project, test)


def test_hover_definition_and_references_of_a_variable(profile: str, project: Path) -> None:
    async def test(editor: Editor) -> None:
        await editor.until(COMPOSE, lambda codes: "RT201" in codes)
        text = editor.open(CONFIG)
        line = next(n for n, row in enumerate(text.splitlines()) if "VITE_PUSHER_AUTH_ENDPOINT" in row)
        character = text.splitlines()[line].index("VITE_PUSHER_AUTH_ENDPOINT") + 3
        place = {"text_document": types.TextDocumentIdentifier(uri=editor.uri(CONFIG))}
        position = types.Position(line=line, character=character)
        hover = await editor.client.text_document_hover_async(types.HoverParams(**place, position=position))
        assert "| `service dashboard of docker-compose.dev.yml` | `/api/pusher/auth` |" in hover.contents.value
        (target,) = await editor.client.text_document_definition_async(
            types.DefinitionParams(**place, position=position)
        )
        assert (target.uri, target.range.start.line) == (editor.uri(COMPOSE), 14)
        context = types.ReferenceContext(include_declaration=True)
        references = await editor.client.text_document_references_async(
            types.ReferenceParams(**place, position=position, context=context)
        )
        assert {item.uri for item in references} == {editor.uri(COMPOSE), editor.uri(CONFIG)}

    session(profile, project, test)


def test_code_actions_fix_and_ignore(profile: str, project: Path) -> None:
    async def test(editor: Editor) -> None:
        await editor.until(COMPOSE, lambda codes: "RT306" in codes)
        text = editor.open(COMPOSE)
        found = next(item for item in editor.client.diagnostics[editor.uri(COMPOSE)] if item.code == "RT306")
        actions = await editor.client.text_document_code_action_async(
            types.CodeActionParams(
                text_document=types.TextDocumentIdentifier(uri=editor.uri(COMPOSE)),
                range=found.range,
                context=types.CodeActionContext(diagnostics=[found]),
            )
        )
        titles = [action.title for action in actions]
        assert "rtlint: rename VITE_ENABLE_PUSHER to VITE_PUSHER_ENABLED" in titles
        assert "rtlint: make all safe fixes" in titles
        ignore = next(action for action in actions if action.title == "rtlint: ignore RT306 here, with a reason")
        lines = text.splitlines(keepends=True)
        for edit in edits_of(ignore, editor.uri(COMPOSE)):
            assert edit.range.start == edit.range.end
            lines.insert(edit.range.start.line, edit.new_text)
        editor.edit(COMPOSE, 2, "".join(lines))
        await editor.until(COMPOSE, lambda codes: "RT306" not in codes)
        assert "RT902" not in editor.codes(COMPOSE)

    session(profile, project, test)


def edits_of(action: Any, uri: str) -> list[Any]:
    if action.edit.document_changes:
        return [
            edit for change in action.edit.document_changes if change.text_document.uri == uri for edit in change.edits
        ]
    return list(action.edit.changes[uri])


def test_a_broken_configuration_is_told_and_the_server_lives_on(project: Path) -> None:
    (project / "rtlint.toml").write_text('select = ["RT999"]\n')

    async def test(editor: Editor) -> None:
        while not any("unknown rule 'RT999'" in item.message for item in editor.client.messages):
            await asyncio.wait_for(editor.client.wait_for_notification("window/showMessage"), timeout=20)
        (project / "rtlint.toml").unlink()
        editor.client.workspace_did_change_configuration(types.DidChangeConfigurationParams(settings={}))
        await editor.until(COMPOSE, lambda codes: "RT201" in codes)

    session("visual-studio-code", project, test)


NEOVIM = """
local function wait(what, condition)
  assert(vim.wait(20000, condition, 50), 'timed out: ' .. what)
end
vim.cmd('edit ' .. vim.fn.fnameescape(vim.env.RTLINT_FILE))
local folders = { { uri = vim.uri_from_fname(vim.env.RTLINT_ROOT), name = 'project' } }
local client = vim.lsp.start_client({ name = 'rtlint', cmd = vim.json.decode(vim.env.RTLINT_COMMAND),
  root_dir = vim.env.RTLINT_ROOT, workspace_folders = folders })
vim.lsp.buf_attach_client(0, client)
local function codes()
  local found = {}
  for _, item in ipairs(vim.diagnostic.get(0)) do found[item.code or item.user_data.lsp.code] = item end
  return found
end
wait('the diagnostic', function() return codes()['RT306'] ~= nil end)
local item = codes()['RT306']
local place = { line = item.lnum, character = item.col }
local params = { textDocument = { uri = vim.uri_from_bufnr(0) }, context = { diagnostics = {} },
  range = { start = place, ['end'] = place } }
local answer = vim.lsp.buf_request_sync(0, 'textDocument/codeAction', params, 20000)
local applied = false
for _, reply in pairs(answer) do
  for _, action in ipairs(reply.result or {}) do
    if action.title:find('rename VITE_ENABLE_PUSHER', 1, true) then
      vim.lsp.util.apply_workspace_edit(action.edit, vim.lsp.get_client_by_id(client).offset_encoding)
      applied = true
    end
  end
end
assert(applied, 'no such action')
wait('the diagnostic to go', function() return codes()['RT306'] == nil end)
vim.cmd('silent write')
io.stdout:write('done\\n')
vim.cmd('qall!')
"""


def test_neovim_shows_a_finding_applies_its_fix_and_the_finding_is_gone(project: Path, tmp_path: Path) -> None:
    if shutil.which("nvim") is None:
        pytest.skip("Neovim is not installed: as root on Debian, make test-real installs it")
    script = tmp_path / "drive.lua"
    script.write_text(
        f"local ok, message = pcall(function()\n{NEOVIM}\nend)\n"
        "if not ok then io.stdout:write(message) vim.cmd('cquit') end\n"
    )
    environment = {
        "PATH": "/usr/bin:/bin",
        "HOME": str(tmp_path),
        "RTLINT_FILE": str(project / COMPOSE),
        "RTLINT_ROOT": str(project),
        "RTLINT_COMMAND": json.dumps(COMMAND),
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    command = ["nvim", "--headless", "-u", "NONE", "-i", "NONE", "-n", "-c", f"luafile {script}"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=90, check=False)
    assert "done" in done.stdout, done.stdout + done.stderr
    assert "VITE_PUSHER_ENABLED:" in (project / COMPOSE).read_text(encoding="utf-8")
