"""Facts in SQLite: the tables are filled, the views stand over them, and queries run under limits."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from functools import cache

from rtlint.compiled import compiled
from rtlint.ddl import SCHEMA_PATH, VIEWS_PATH, table_name
from rtlint.dialect import AGGREGATES, FUNCTIONS
from rtlint.errors import RtlintError
from rtlint.facts.files import SourceFile
from rtlint.facts.records import dataclass
from rtlint.facts.site import Site

MAX_ROWS = 10_000
MAX_STEPS = 5_000_000
MAX_SQL_LENGTH = 20_000
_GRAIN = 1_000


class QueryError(RtlintError):
    """A query is wrong, forbidden or too slow."""


class LimitError(QueryError):
    """A query takes more steps, or gives more rows, than it may.

    Attributes:
        found: the rows up to the limit; None where it is the steps that are too many.
    """

    def __init__(self, reason: str, found: Result | None = None) -> None:
        super().__init__(reason)
        self.found = found


@dataclass(frozen=True, slots=True)
class Result:
    """The rows of a query, and how many steps of SQLite's virtual machine it took (in grains of a thousand)."""

    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]
    steps: int


class Database:
    """An in-memory database of facts.

    Args:
        facts: raw and derived facts; what is no table's class is passed over.
        tables: the tables to fill; None for all.
    """

    def __init__(self, facts: Iterable[object], tables: frozenset[str] | None = None) -> None:
        self._sites: dict[Site, int] = {}
        self._connection = _ready.pop() if _ready else _laid_out()
        self._fill(facts, tables)
        self._connection.commit()
        self._connection.setlimit(sqlite3.SQLITE_LIMIT_SQL_LENGTH, MAX_SQL_LENGTH)
        self._connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 1 << 20)
        self._connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
        self._connection.set_authorizer(_authorize)
        self._by_number = {number: site for site, number in self._sites.items()}

    def _fill(self, facts: Iterable[object], tables: frozenset[str] | None) -> None:
        by_kind: dict[type, list[object]] = {}
        for fact in facts:
            by_kind.setdefault(type(fact), []).append(fact)
        listed = by_kind.pop(SourceFile, [])
        for kind, found in by_kind.items():
            name = table_name(kind)
            columns = self._columns(name) if kind.__module__.startswith("rtlint.facts.") else ()
            if columns and (tables is None or name in tables):
                marks = ", ".join("?" * len(columns))
                self._connection.executemany(f"INSERT INTO {name} VALUES ({marks})", self._rows(columns, found))
        sites = ((number, *site) for site, number in self._sites.items())
        self._connection.executemany("INSERT INTO site VALUES (?, ?, ?, ?, ?, ?)", sites)
        if tables is None or table_name(SourceFile) in tables:
            self._fill_files(listed, every=tables is None)

    def _fill_files(self, listed: list[object], *, every: bool) -> None:
        """Fill in the files; for rules those in which something is: the views get to files through places only."""
        named = {site.path for site in self._sites}
        found = listed if every else [file for file in listed if isinstance(file, SourceFile) and file.path in named]
        columns = self._columns(table_name(SourceFile))
        marks = ", ".join("?" * len(columns))
        self._connection.executemany(
            f"INSERT INTO {table_name(SourceFile)} VALUES ({marks})", self._rows(columns, found)
        )

    def _columns(self, table: str) -> tuple[str, ...]:
        """Return the columns of a table; nothing where there is no such table."""
        return tuple(name for (name,) in self._connection.execute("SELECT name FROM pragma_table_info(?)", (table,)))

    def _rows(self, columns: tuple[str, ...], facts: Iterable[object]) -> Iterator[tuple[object, ...]]:
        cell = self._cell
        for fact in facts:
            yield tuple([cell(getattr(fact, name)) for name in columns])

    def _cell(self, value: object) -> object:
        if isinstance(value, Site):
            return self._sites.setdefault(value, len(self._sites) + 1)
        if isinstance(value, str) and not value.isascii():
            return value.encode("utf-8", "replace").decode()
        return value

    def site(self, number: object) -> Site | None:
        """Return the site with a number, or None."""
        return self._by_number.get(number) if isinstance(number, int) else None

    def run(self, query: str) -> Result:
        """Run one SELECT under the limits.

        Raises:
            QueryError: the query is wrong, reads what it may not, or takes too many steps or rows.
        """
        steps = 0

        def count() -> int:
            nonlocal steps
            steps += 1
            return int(steps * _GRAIN > MAX_STEPS)

        self._connection.set_progress_handler(count, _GRAIN)
        try:
            cursor = self._connection.execute(query)
            rows = cursor.fetchmany(MAX_ROWS + 1)
        except sqlite3.Error as error:
            if str(error) == "interrupted":
                raise LimitError(f"it takes more than {MAX_STEPS:,} steps") from error
            raise QueryError(str(error)) from error
        finally:
            self._connection.set_progress_handler(None, 0)
        names = tuple(item[0] for item in cursor.description or ())
        found = Result(names, tuple(map(tuple, rows[:MAX_ROWS])), steps)
        if len(rows) > MAX_ROWS:
            raise LimitError(f"it gives more than {MAX_ROWS:,} rows", found)
        return found


_ALLOWED = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_RECURSIVE})
_ALLOWED_FUNCTIONS = FUNCTIONS | AGGREGATES | {"glob"}


def _authorize(action: int, first: str | None, second: str | None, _database: str | None, _source: str | None) -> int:
    """Let SELECTs read, with the functions of the dialect, and deny all else (https://sqlite.org/security.html)."""
    if action == sqlite3.SQLITE_FUNCTION:
        return sqlite3.SQLITE_OK if (second or "").lower() in _ALLOWED_FUNCTIONS else sqlite3.SQLITE_DENY
    if action == sqlite3.SQLITE_READ and (first or "").startswith(("sqlite_", "pragma_")):
        return sqlite3.SQLITE_DENY
    return sqlite3.SQLITE_OK if action in _ALLOWED else sqlite3.SQLITE_DENY


def tables_read(query: str) -> frozenset[str]:
    """Return the tables that a query reads, through the views: what no query reads need not be filled.

    Raises:
        sqlite3.Error: the query can't run.
    """
    return _described(query)[1]


def columns_of(query: str) -> tuple[str, ...]:
    """Return the names of the columns that a query gives.

    Raises:
        sqlite3.Error: the query can't run.
    """
    return _described(query)[0]


@cache
def _described(query: str) -> tuple[tuple[str, ...], frozenset[str]]:
    """Return the columns that a query gives, and the tables that it reads."""
    read: set[str] = set()

    def note(action: int, first: str | None, *_rest: str | None) -> int:
        if action == sqlite3.SQLITE_READ and first:
            read.add(first)
        return sqlite3.SQLITE_OK

    connection = _empty()
    connection.set_authorizer(note)
    try:
        found = connection.execute(query).description
    finally:
        connection.set_authorizer(None)
    return tuple(item[0] for item in found or ()), frozenset(read)


_ready: list[sqlite3.Connection] = []
"""Databases with all tables and views, and nothing in them, that were made ahead."""


def make_database_ready() -> None:
    """Make what the next `Database` begins with."""
    if _ready:
        return
    connection = _laid_out()
    connection.execute("SELECT * FROM site")  # Reads the definitions of all tables and views.
    _ready.append(connection)


@cache
def _empty() -> sqlite3.Connection:
    """Return the database that queries are tried on."""
    return _laid_out()


def _laid_out() -> sqlite3.Connection:
    """Return a new database with all tables and views, and nothing in them."""
    connection = sqlite3.connect(":memory:", check_same_thread=False)
    if hasattr(connection, "deserialize"):  # Not where SQLite was built without it.
        connection.deserialize(compiled("database", _image))
    else:
        _define(connection)
    return connection


def _image() -> bytes:
    connection = sqlite3.connect(":memory:")
    _define(connection)
    return connection.serialize()


def _define(connection: sqlite3.Connection) -> None:
    connection.executescript(SCHEMA_PATH.read_text(encoding="utf-8"))
    connection.executescript(VIEWS_PATH.read_text(encoding="utf-8"))
