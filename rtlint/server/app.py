"""The server: what a client says, and what it is told."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterable
from pathlib import Path

from lsprotocol import types
from pygls import uris
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer

from rtlint import __version__
from rtlint.facts.site import Site
from rtlint.link.explain import Explanation
from rtlint.server.actions import FIX_ALL, Actions
from rtlint.server.diagnostics import SOURCE, Converter
from rtlint.server.hover import all_places, hover_text, set_places
from rtlint.server.positions import Encoding, lines_of
from rtlint.server.project import Project, Snapshot, root_of

DEBOUNCE_SECONDS = 0.15
"""How long a pause in typing is waited for."""

_WATCHED = (
    "**/*.{js,jsx,mjs,cjs,ts,tsx,mts,cts,vue,svelte,html,htm,py,php,rb,json,toml,yml,yaml,conf}",
    "**/.env*",
    "**/*.env",
    "**/*Dockerfile*",
    "**/Caddyfile",
    "**/.gitignore",
)


class RtlintServer(LanguageServer):
    """The projects of a workspace, and the client."""

    def __init__(self) -> None:
        super().__init__("rtlint", __version__)
        self.projects: dict[Path, Project] = {}
        self._told = ""
        self._tasks: set[asyncio.Task[None]] = set()

    def encoding(self) -> Encoding:
        """Return the units that client and server have agreed on."""
        agreed = self.workspace.position_encoding
        return Encoding(str(getattr(agreed, "value", agreed)))

    def project_of(self, uri: str) -> Project | None:
        """Return the project of a file: the innermost workspace folder around it, else one of its own."""
        target = uris.to_fs_path(uri)
        if target is None:
            return None
        around = [project for root, project in self.projects.items() if Path(target).is_relative_to(root)]
        if around:
            return max(around, key=lambda project: len(project.root.parts))
        return self.add(root_of(Path(target)))

    def add(self, root: Path) -> Project:
        """Return the project of a folder, a new one if there is none."""
        return self.projects.setdefault(root, Project(root))

    def add_folders(self) -> None:
        """Make a project of each workspace folder."""
        folders = [folder.uri for folder in self.workspace.folders.values()]
        for uri in folders or [self.workspace.root_uri or ""]:
            target = uris.to_fs_path(uri) if uri else None
            if target:
                self.add(Path(target))

    def changed(self, project: Project | None, delay: float = DEBOUNCE_SECONDS) -> None:
        """Check a project again, once nothing has changed for a while."""
        if project is None:
            return
        project.generation += 1
        task = asyncio.get_running_loop().create_task(self._check(project, project.generation, delay))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _check(self, project: Project, generation: int, delay: float) -> None:
        await asyncio.sleep(delay)
        if generation == project.generation:
            await self.settle(project)

    async def settle(self, project: Project) -> None:
        """Check a project unless the newest result is of what it is now; results that are outdated are dropped."""
        async with project.lock:
            while project.checked != project.generation:
                generation = project.generation
                snapshot = await asyncio.to_thread(project.check, self._overlay(project))
                if generation == project.generation:
                    project.checked = generation
                    project.snapshot = snapshot if snapshot.report else project.snapshot
                    self._publish(project, snapshot)

    def _overlay(self, project: Project) -> dict[str, bytes]:
        """Return the texts of the project's open files."""
        found = {}
        for uri, document in self.workspace.text_documents.items():
            path = project.path(uri)
            if path is not None and self.project_of(uri) is project:
                found[path] = document.source.encode("utf-8", "surrogatepass")
        return found

    def _publish(self, project: Project, snapshot: Snapshot) -> None:
        """Tell the client what is new; files whose diagnostics are as they were are left out."""
        if snapshot.error:
            self._tell(snapshot.error)
            return
        self._told = ""
        assert snapshot.report is not None  # noqa: S101
        found = Converter(snapshot.report, self.encoding(), project.uri).by_uri()
        for uri in sorted({*found, *project.published}):
            diagnostics = found.get(uri, [])
            if diagnostics != project.published.get(uri, []):
                self._send(uri, diagnostics)
        project.published = dict(found)

    def _send(self, uri: str, diagnostics: list[types.Diagnostic]) -> None:
        version = self.version_of(uri)
        self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, diagnostics, version))

    def version_of(self, uri: str) -> int | None:
        """Return the version of an open document; None for a file that is not open."""
        document = self.workspace.text_documents.get(uri)
        return document.version if document else None

    def _tell(self, error: str) -> None:
        """Show an error once, and again only after it was gone."""
        if error != self._told:
            self._told = error
            self.window_show_message(types.ShowMessageParams(types.MessageType.Error, f"{SOURCE}: {error}"))

    def explained(self, uri: str, position: types.Position) -> tuple[Project, Explanation] | None:
        """Return what is known of the variable at a position."""
        project = self.project_of(uri)
        lines = lines_of(self.workspace.get_text_document(uri).source)
        if project is None or position.line >= len(lines):
            return None
        text = lines[position.line]
        variable = project.snapshot.variable(text, self.encoding().column(text, position.character))
        found = project.snapshot.explained(variable) if variable else None
        return (project, found) if found else None

    def locations(self, project: Project, sites: Iterable[Site]) -> list[types.Location]:
        """Return places of a project as the client counts them."""
        found = project.snapshot.found
        encoding = self.encoding()
        listed = []
        for site in sites:
            data = (found.analysis.content(site.path) if found else None) or b""
            lines = lines_of(data.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace"))
            listed.append(types.Location(uri=project.uri(site.path), range=encoding.range(lines, site)))
        return listed


def make_server() -> RtlintServer:
    """Return a server with all its features, not started yet."""
    server = RtlintServer()
    _lifecycle(server)
    _documents(server)
    _variables(server)

    @server.feature(
        types.TEXT_DOCUMENT_CODE_ACTION,
        types.CodeActionOptions(code_action_kinds=[types.CodeActionKind.QuickFix, FIX_ALL]),
    )
    async def code_action(ls: RtlintServer, params: types.CodeActionParams) -> list[types.CodeAction]:
        return await _code_actions(ls, params)

    return server


async def _code_actions(ls: RtlintServer, params: types.CodeActionParams) -> list[types.CodeAction]:
    project = ls.project_of(params.text_document.uri)
    path = project.path(params.text_document.uri) if project else None
    if project is None or path is None:
        return []
    await ls.settle(project)
    edits = ls.client_capabilities.workspace and ls.client_capabilities.workspace.workspace_edit
    kinds = params.context.only
    actions = Actions(project, project.snapshot, ls.encoding(), ls.version_of, bool(edits and edits.document_changes))
    return actions.of(path, params.range, [str(getattr(kind, "value", kind)) for kind in kinds] if kinds else None)


def _lifecycle(server: RtlintServer) -> None:
    @server.feature(types.INITIALIZED)
    async def initialized(ls: RtlintServer, _params: types.InitializedParams) -> None:
        ls.add_folders()
        for project in ls.projects.values():
            ls.changed(project, 0)
        await _watch_files(ls)

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    async def watched(ls: RtlintServer, params: types.DidChangeWatchedFilesParams) -> None:
        for project in {
            id(item): item for item in map(ls.project_of, (change.uri for change in params.changes))
        }.values():
            ls.changed(project)

    @server.feature(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    async def folders(ls: RtlintServer, _params: types.DidChangeWorkspaceFoldersParams) -> None:
        ls.add_folders()
        for project in ls.projects.values():
            ls.changed(project)

    @server.feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)
    async def configuration(ls: RtlintServer, _params: types.DidChangeConfigurationParams) -> None:
        for project in ls.projects.values():
            ls.changed(project)


async def _watch_files(ls: RtlintServer) -> None:
    """Ask the client to tell of files that change outside of it, where it can."""
    workspace = ls.client_capabilities.workspace
    watched = workspace.did_change_watched_files if workspace else None
    if not (watched and watched.dynamic_registration):
        return
    options = types.DidChangeWatchedFilesRegistrationOptions(
        watchers=[types.FileSystemWatcher(glob_pattern=pattern) for pattern in _WATCHED]
    )
    registration = types.Registration("rtlint-files", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)
    # A client may say that it can and still refuse: then files count as changed when they are opened or saved in it.
    with contextlib.suppress(JsonRpcException):
        await ls.client_register_capability_async(types.RegistrationParams([registration]))


def _documents(server: RtlintServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    async def opened(ls: RtlintServer, params: types.DidOpenTextDocumentParams) -> None:
        ls.changed(ls.project_of(params.text_document.uri))

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    async def edited(ls: RtlintServer, params: types.DidChangeTextDocumentParams) -> None:
        ls.changed(ls.project_of(params.text_document.uri))

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    async def saved(ls: RtlintServer, params: types.DidSaveTextDocumentParams) -> None:
        ls.changed(ls.project_of(params.text_document.uri))

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    async def closed(ls: RtlintServer, params: types.DidCloseTextDocumentParams) -> None:
        ls.changed(ls.project_of(params.text_document.uri))


def _variables(server: RtlintServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_HOVER)
    def hover(ls: RtlintServer, params: types.HoverParams) -> types.Hover | None:
        found = ls.explained(params.text_document.uri, params.position)
        report = found[0].snapshot.report if found else None
        if found is None or report is None:
            return None
        return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, hover_text(found[1], report.mask)))

    @server.feature(types.TEXT_DOCUMENT_DEFINITION)
    def definition(ls: RtlintServer, params: types.DefinitionParams) -> list[types.Location] | None:
        found = ls.explained(params.text_document.uri, params.position)
        return ls.locations(found[0], set_places(found[1])) if found else None

    @server.feature(types.TEXT_DOCUMENT_REFERENCES)
    def references(ls: RtlintServer, params: types.ReferenceParams) -> list[types.Location] | None:
        found = ls.explained(params.text_document.uri, params.position)
        return ls.locations(found[0], all_places(found[1])) if found else None
