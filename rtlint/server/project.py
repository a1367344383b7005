"""A project: one folder of the workspace, checked again and again."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from pathlib import Path

from pygls import uris

from rtlint.discover import real_name
from rtlint.errors import RtlintError
from rtlint.facts.records import dataclass, field
from rtlint.findings import Report
from rtlint.link.explain import Explanation, explain, names
from rtlint.patterns import regex
from rtlint.pipeline.checking import Judged, judged
from rtlint.pipeline.memory import LivingMemory
from rtlint.pipeline.overrides import Overrides
from rtlint.pipeline.verdicts import concluded

_WORD = regex(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a check found, or why there was none."""

    found: Judged | None
    report: Report | None
    error: str = ""

    def variable(self, line: str, column: int) -> str | None:
        """Return the variable that the word at a column of a line names."""
        if self.found is None:
            return None
        word = next((item[0] for item in _WORD.finditer(line) if item.start() < column <= item.end() + 1), None)
        return word if word is not None and word in names(self.found.analysis.program) else None

    def explained(self, variable: str) -> Explanation | None:
        """Return everything that is known about a variable."""
        return explain(self.found.analysis.program, variable) if self.found else None


@dataclass(slots=True)
class Project:
    """A folder, with what is known of it.

    Attributes:
        root: the folder.
        snapshot: the newest result.
        generation: raised by each change; a result of an older one is dropped.
        checked: the generation of the newest result.
        published: the diagnostics that the client has, by URI.
        lock: held by the check that runs.
    """

    root: Path
    snapshot: Snapshot = field(default_factory=lambda: Snapshot(None, None))
    generation: int = 0
    checked: int = 0
    published: dict[str, object] = field(default_factory=dict)
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    _memory: LivingMemory = field(default_factory=LivingMemory)

    def check(self, overlay: Mapping[str, bytes]) -> Snapshot:
        """Check the folder, with the texts of open files in place of those on the disk; never raises."""
        try:
            found = judged(self.root, Overrides(), overlay, memory=self._memory)
            return Snapshot(found, concluded(self.root, found.verdicts(), Overrides()).report)
        except RtlintError as error:
            return Snapshot(None, None, str(error))
        except Exception as error:  # noqa: BLE001 - a server lives on; the client is told.
            return Snapshot(None, None, f"internal error: {type(error).__name__}: {error}")

    def uri(self, path: str) -> str:
        """Return the URI of a file of the project."""
        return uris.from_fs_path(os.path.join(os.fspath(self.root), real_name(path))) or ""  # noqa: PTH118

    def path(self, uri: str) -> str | None:
        """Return the path, below the root, of a file; None for one that lies elsewhere."""
        target = uris.to_fs_path(uri)
        if target is None:
            return None
        relative = os.path.relpath(target, self.root)
        return None if relative.startswith("..") else relative.replace(os.sep, "/")


def root_of(file: Path) -> Path:
    """Return the folder that a file without a workspace belongs to: the nearest one with a repository or a package."""
    for folder in file.parents:
        if (folder / ".git").exists() or (folder / "package.json").exists():
            return folder
    return file.parent
