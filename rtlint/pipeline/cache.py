"""What is remembered between runs: the verdicts on a tree that is as it was, and the facts of files that are.

One SQLite file for each checked folder, in the user's own cache and never in the analysed repository: nobody who can
change the repository can change it. Whatever is wrong with it (missing, locked, broken, of another version, on a full
or read-only disk), a run does without it.

No secret is kept: what would hold one is worked out anew each time.
"""

from __future__ import annotations

import contextlib
import io
import os
import pickle
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from rtlint import watched
from rtlint.config_files import candidates
from rtlint.digests import blake2b
from rtlint.discover import TreeState, read_bytes, tree_state
from rtlint.facts.records import replace
from rtlint.pipeline import ending
from rtlint.pipeline.ahead import is_begun, state_of
from rtlint.pipeline.ground import Ground
from rtlint.pipeline.overrides import Overrides
from rtlint.pipeline.progress import Progress

if TYPE_CHECKING:
    from rtlint.pipeline.ahead import Look
    from rtlint.pipeline.verdicts import Verdicts

MAX_VERDICTS = 8
"""Verdicts that are kept for one folder: of several branches, or of several sets of rules."""

_BUSY_MS = 200
_ALLOWED = {
    ("rtlint.facts.site", "Site"),
    ("rtlint.findings", "Edit"),
    ("rtlint.findings", "Evidence"),
    ("rtlint.findings", "Finding"),
    ("rtlint.findings", "Fix"),
    ("rtlint.findings", "RuleInfo"),
    ("rtlint.findings", "Unresolved"),
}
_TABLES = """
CREATE TABLE IF NOT EXISTS verdicts (
  key BLOB PRIMARY KEY, setup BLOB NOT NULL, used INTEGER NOT NULL, data BLOB NOT NULL, tree BLOB NOT NULL,
  numbers BLOB NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS listing (id INTEGER PRIMARY KEY CHECK (id = 0), data BLOB NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS facts (key BLOB PRIMARY KEY, used INTEGER NOT NULL, data BLOB NOT NULL) STRICT;
"""


def cache_folder() -> Path | None:
    """Return the folder of the cache, as `rtlint.watched.cache_folder` does."""
    found = watched.cache_folder()
    return Path(found) if found else None


class Cache:
    """The cache of one checked folder.

    Args:
        connection: the open file; None where there is none to use.
    """

    def __init__(self, connection: sqlite3.Connection | None) -> None:
        self._connection = connection

    @classmethod
    def of(cls, root: Path) -> Cache:
        """Open the cache of a folder; what can't be opened is a cache that remembers nothing."""
        folder = cache_folder()
        if folder is None:
            return cls(None)
        path = Path(watched.database_of(os.fspath(folder), os.fspath(root.resolve())))
        for _ in range(2):
            try:
                folder.mkdir(parents=True, exist_ok=True, mode=0o700)
                return cls(_opened(path))
            except sqlite3.DatabaseError as error:
                if not _is_broken(error):
                    break
                _remove(path)
            except OSError:
                break
        return cls(None)

    def __enter__(self) -> Cache:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        if self._connection is None:
            return
        if ending.left_open is not None:
            # To close it takes 6 ms: SQLite's log is written through into the database. Now a later run does that, or
            # the one with which the log gets large (https://sqlite.org/wal.html#ckpt).
            ending.left_open.append(self._connection)
            return
        with contextlib.suppress(sqlite3.Error):
            self._connection.close()

    @property
    def usable(self) -> bool:
        """Whether there is a file to remember anything in."""
        return self._connection is not None

    def verdicts(self, root: Path, overrides: Overrides, progress: Progress) -> Verdicts | None:
        """Return the verdicts on a folder: remembered ones when nothing has changed, else new ones.

        Raises:
            RtlintError: the configuration or a built-in rule is wrong.
        """
        setup = _setup(root, overrides)
        if is_begun(root):
            return self._new(root, overrides, progress, setup, lambda *given: state_of(*given) or tree_state(root))
        before = tree_state(root, self._get("SELECT data FROM listing WHERE id = ?", 0) or b"")
        if before:
            data = self._get("SELECT data FROM verdicts WHERE key = ?", _key(setup, before))
            found = _loaded(root, data) or self._near(root, setup, before)
            if found is not None:
                tree = self._get("SELECT tree FROM verdicts WHERE key = ?", _key(setup, before)) or b""
                return replace(found, ground=Ground(root, before, self._put_listing(before), tree))
        return self._new(root, overrides, progress, setup, lambda *_: before)

    def _near(self, root: Path, setup: bytes, state: TreeState) -> Verdicts | None:
        """Return the newest verdicts of this setup when what has changed since can't change them."""
        newest = "SELECT {} FROM verdicts WHERE setup = ? ORDER BY used DESC LIMIT 1"
        tree, numbers = (self._get(newest.format(column), setup) for column in ("tree", "numbers"))
        if tree is None or numbers is None:
            return None
        from rtlint.pipeline.unchanged import verdicts_hold

        if not verdicts_hold(root, tree, numbers, state):
            return None
        data = self._get(newest.format("data"), setup)
        if data is not None and not state.racy:
            self._renew(setup, state)
        return _loaded(root, data)

    def _new(self, root: Path, overrides: Overrides, progress: Progress, setup: bytes, look: Look) -> Verdicts:
        """Work verdicts out, and keep them under the state that the tree had before anything of it was read.

        What changes meanwhile gives the tree another state: the next run looks at it anew.
        """
        from rtlint.pipeline.checking import judged
        from rtlint.pipeline.remembering import Remembering

        memory = Remembering(self)
        case = judged(root, overrides, progress=progress, memory=memory, look=look)
        before = case.state
        made = case.verdicts()
        memory.keep(case)
        data = memory.dumped(made, case)
        if not data or not before or before.racy:
            return made
        tree = memory.tree(case, before)
        self._put_verdicts(setup, before, data, tree)
        return replace(made, ground=Ground(root, before, self._put_listing(before), tree))

    def fact_keys(self) -> frozenset[bytes]:
        """Return the keys of the files whose facts are kept."""
        if self._connection is None:
            return frozenset()
        with contextlib.suppress(sqlite3.Error):
            return frozenset(key for (key,) in self._connection.execute("SELECT key FROM facts"))
        return frozenset()

    def fact(self, key: bytes) -> bytes | None:
        """Return what is kept of a file."""
        return self._get("SELECT data FROM facts WHERE key = ?", key)

    def keep_facts(self, new: dict[bytes, bytes], used: list[bytes]) -> None:
        """Keep the facts of files, and forget those that no run has used for long."""
        if self._connection is None or not new:
            return
        now = int(time.time())
        with contextlib.suppress(sqlite3.Error), self._connection:
            self._connection.executemany(
                "INSERT OR REPLACE INTO facts VALUES (?, ?, ?)", [(key, now, data) for key, data in new.items()]
            )
            self._connection.executemany("UPDATE facts SET used = ? WHERE key = ?", [(now, key) for key in used])
            self._connection.execute("DELETE FROM facts WHERE used < ?", (now - 30 * 86_400,))

    def _get(self, query: str, key: bytes | int) -> bytes | None:
        if self._connection is None:
            return None
        with contextlib.suppress(sqlite3.Error):
            row = self._connection.execute(query, (key,)).fetchone()
            return bytes(row[0]) if row else None
        return None

    def _put_verdicts(self, setup: bytes, state: TreeState, data: bytes, tree: bytes) -> None:
        """Keep verdicts, and forget the oldest beyond a limit."""
        if self._connection is None:
            return
        row = (_key(setup, state), setup, time.time_ns(), data, tree, state.numbers.tobytes())
        oldest = "SELECT key FROM verdicts ORDER BY used DESC LIMIT -1 OFFSET ?"
        with contextlib.suppress(sqlite3.Error), self._connection:
            self._connection.execute("INSERT OR REPLACE INTO verdicts VALUES (?, ?, ?, ?, ?, ?)", row)
            self._connection.execute(f"DELETE FROM verdicts WHERE key IN ({oldest})", (MAX_VERDICTS,))  # noqa: S608

    def _renew(self, setup: bytes, state: TreeState) -> None:
        """Let the newest verdicts of a setup stand for a changed tree."""
        if self._connection is None:
            return
        newest = "(SELECT key FROM verdicts WHERE setup = ? ORDER BY used DESC LIMIT 1)"
        change = f"UPDATE OR REPLACE verdicts SET key = ?, used = ?, numbers = ? WHERE key = {newest}"  # noqa: S608
        row = (_key(setup, state), time.time_ns(), state.numbers.tobytes(), setup)
        with contextlib.suppress(sqlite3.Error), self._connection:
            self._connection.execute(change, row)

    def _put_listing(self, state: TreeState) -> bytes:
        """Keep what lists the tree faster the next time, where it is new, and return it."""
        note = state.note()
        if self._connection is not None and note and not state.recalled:
            with contextlib.suppress(sqlite3.Error), self._connection:
                self._connection.execute("INSERT OR REPLACE INTO listing VALUES (0, ?)", (note,))
        return note


def _opened(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=_BUSY_MS / 1000)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.executescript(_TABLES)
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _is_broken(error: sqlite3.DatabaseError) -> bool:
    """Tell whether a file is no database, or one that is damaged: https://sqlite.org/rescode.html."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


def _remove(path: Path) -> None:
    for name in (path, Path(f"{path}-wal"), Path(f"{path}-shm")):
        with contextlib.suppress(OSError):
            name.unlink()


def _setup(root: Path, overrides: Overrides) -> bytes:
    """Return what verdicts depend on beside the tree: the configuration, the command line, and rtlint itself."""
    digest = blake2b(digest_size=32)
    said = (overrides.select, overrides.ignore, overrides.fail_level, sys.version_info[:3], watched.DATABASE_FORMAT)
    digest.update(repr(said).encode())
    for path in _beside(root):
        digest.update(watched.stat_of(os.fspath(path)))
    digest.update(watched.program_state())
    return digest.digest()


def _key(setup: bytes, state: TreeState) -> bytes:
    return blake2b(setup + state.digest, digest_size=32).digest()


def _beside(root: Path) -> Iterator[Path]:
    """Yield what decides and may be no part of the tree: configurations, and the folder's own rules."""
    yield from candidates(root)
    rules = root / ".rtlint" / "rules"
    with contextlib.suppress(OSError):
        yield from sorted(rules.glob("*.yaml"))


class _Unpickler(pickle.Unpickler):
    """Makes nothing but what verdicts consist of."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in _ALLOWED:
            raise pickle.UnpicklingError(f"{module}.{name} is no part of verdicts")
        return super().find_class(module, name)


def _loaded(root: Path, data: bytes | None) -> Verdicts | None:
    """Return remembered verdicts; None where there are none, or what is kept can't be read."""
    if data is None:
        return None
    from rtlint.pipeline.verdicts import Verdicts

    try:
        kept = _Unpickler(io.BytesIO(data)).load()
        found = Verdicts(*kept[:7], _reader(root), _late_mask(root, kept[7]))  # type: ignore[call-arg]
    except Exception:  # noqa: BLE001 - whatever a damaged file makes of unpickling, the run does without it.
        return None
    return found


def _reader(root: Path) -> Callable[[str], bytes | None]:
    def content(path: str) -> bytes | None:
        found = read_bytes(root, path)
        return found if isinstance(found, bytes) else None

    return content


def _late_mask(root: Path, files: tuple[tuple[str, str], ...]) -> Callable[[str], str]:
    """Return a mask that reads the files with secrets only when something is shown.

    Args:
        root: the checked folder.
        files: path and kind of each file that sets a secret.
    """
    masks: list[Callable[[str], str]] = []

    def mask(text: str) -> str:
        if not masks:
            from rtlint.pipeline.remembering import mask_of

            masks.append(mask_of(root, files))
        return masks[0](text)

    return mask if files else str
