"""judge: facts to findings. Rules give rows; the engine merges, orders, fills in messages and expands the evidence."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterable, Mapping, Sequence

from rtlint.compiled import compiled
from rtlint.database import Database, LimitError, QueryError, Result, make_database_ready, tables_read
from rtlint.dialect import stages
from rtlint.facts.derived import Step
from rtlint.facts.files import SourceFile
from rtlint.facts.raw import Suppression
from rtlint.facts.records import dataclass, replace
from rtlint.facts.site import Site, whole_file
from rtlint.findings import LEVELS, Evidence, Finding, Proposal
from rtlint.rules import CHAIN, FixTemplate, Rule, RuleError, builtin_rules

UNUSED_SUPPRESSION, RULE_FAILED, ANALYSIS_LIMIT = "RT902", "RT904", "RT905"

JOINED = {"allow-host": "host"}
"""The argument of an operation that the rows of one finding may give several times: it gets all, parted by blanks."""


@dataclass(frozen=True, slots=True)
class _Row:
    """One row of a rule's query, by column."""

    rule: Rule
    cells: Mapping[str, object]


def judge(facts: Sequence[object], rules: Sequence[Rule], failed: Iterable[RuleError] = ()) -> list[Finding]:
    """Run rules over facts.

    Args:
        facts: raw and derived facts.
        rules: the rules that are enabled.
        failed: rules of the repository that could not be loaded: each is a finding RT904.

    Returns:
        Findings sorted by place and code, each with its rule's level. Suppressed ones are marked, not left out; an
        inline suppression that silences nothing is a finding RT902.

    Raises:
        RuleError: a built-in rule can't run.
    """
    by_code = {rule.code: rule for rule in rules}
    queries = [rule for rule in rules if not rule.made_by_engine]
    database = Database(facts, tables(queries))
    chains = _chains(facts)
    found: list[Finding] = []
    errors = list(failed)
    for rule in queries:
        try:
            found += _findings(database, chains, rule)
        except LimitError as error:
            if not rule.trusted:
                errors.append(RuleError(rule.path, 1, f"{rule.code} can't run: {error}"))
                continue
            kept = _of_rows(database, chains, rule, error.found) if error.found else []
            found += kept
            if ANALYSIS_LIMIT in by_code:
                found.append(_cut(by_code[ANALYSIS_LIMIT], rule, error, kept[0].at if kept else _somewhere(facts)))
        except QueryError as error:
            problem = RuleError(rule.path, 1, f"{rule.code} can't run: {error}")
            if rule.trusted:
                raise problem from error
            errors.append(problem)
    if RULE_FAILED in by_code:
        found += [_failed(by_code[RULE_FAILED], error) for error in errors]
    suppressions = [fact for fact in facts if isinstance(fact, Suppression)]
    return sorted(_suppressed(found, suppressions, by_code), key=lambda finding: (finding.at, finding.code))


def make_ready(rules: Iterable[Rule]) -> None:
    """Do what `judge` needs whatever the facts are, so that it has less to do then.

    Raises:
        RuleError: a rule can't run.
    """
    tables(rules)
    make_database_ready()


def tables(rules: Iterable[Rule]) -> frozenset[str]:
    """Return the tables that rules read.

    Raises:
        RuleError: a rule can't run.
    """
    known = compiled("tables", _tables_of_own)
    found: set[str] = set()
    for rule in rules:
        if rule.made_by_engine:
            continue
        try:
            found |= known.get(rule.query) or tables_read(rule.query)
        except sqlite3.Error as error:
            raise RuleError(rule.path, 1, f"{rule.code} can't run: {error}") from error
    return frozenset(found)


def _tables_of_own() -> dict[str, frozenset[str]]:
    """Return the tables that rtlint's own rules read, by query; of those that can run."""
    found = {}
    for rule in builtin_rules():
        with contextlib.suppress(sqlite3.Error):
            found[rule.query] = tables_read(rule.query)
    return found


def findings_of(database: Database, facts: Iterable[object], rule: Rule, query: str) -> list[Finding]:
    """Return the findings of one rule with another query in the place of its own: for the mutation check.

    Raises:
        QueryError: the query can't run.
    """
    return _findings(database, _chains(facts), replace(rule, query=query))


def _findings(database: Database, chains: Mapping[int, tuple[Evidence, ...]], rule: Rule) -> list[Finding]:
    return _of_rows(database, chains, rule, database.run(rule.query))


def _of_rows(
    database: Database, chains: Mapping[int, tuple[Evidence, ...]], rule: Rule, result: Result
) -> list[Finding]:
    groups: dict[object, list[_Row]] = {}
    for cells in result.rows:
        row = _Row(rule, dict(zip(result.columns, cells, strict=True)))
        groups.setdefault(row.cells["at"], []).append(row)
    return [_finding(database, chains, rule, rows) for rows in groups.values()]


def _finding(database: Database, chains: Mapping[int, tuple[Evidence, ...]], rule: Rule, rows: list[_Row]) -> Finding:
    """Make one finding of all rows with one place: the highest level speaks, the others add to it."""
    at = database.site(rows[0].cells["at"])
    if at is None:
        raise QueryError("the column at is no site")
    rows.sort(key=lambda row: (-LEVELS.index(_level(row)), [str(cell) for cell in row.cells.values()]))
    top = [row for row in rows if _level(row) == _level(rows[0]) and _variant(row) == _variant(rows[0])]
    words = {name: _listed(row.cells[name] for row in top) for name in rows[0].cells}
    variant = _variant(rows[0])
    if variant not in rule.messages:
        raise QueryError(f"there is no message for the variant {variant!r}")
    return Finding(
        code=rule.code,
        name=rule.name,
        level=_level(rows[0]),
        at=at,
        message=_filled(rule.messages[variant], words),
        symptom=_filled(rule.symptom, words),
        remedy=_filled(rule.remedy, words),
        chain=_chain(rule, rows, chains),
        related=tuple(_related(database, rule, rows, words, at)),
        proposals=tuple(_proposals(database, rule, top)),
    )


def _level(row: _Row) -> str:
    level = str(row.cells.get("level", row.rule.level))
    if level not in LEVELS:
        raise QueryError(f"{level!r} is no level")
    return level


def _variant(row: _Row) -> str:
    return str(row.cells.get("variant", "default"))


def _listed(values: Iterable[object]) -> object:
    """Return the distinct values of merged rows as a person would list them: `a, b and c`."""
    found = list(dict.fromkeys(str(value) for value in values if value is not None))
    if not found:
        return None
    return found[0] if len(found) == 1 else f"{', '.join(found[:-1])} and {found[-1]}"


def _filled(template: str, words: Mapping[str, object]) -> str:
    """Fill in a template; a missing value is an error, never the word None in a message."""
    present = {name: value for name, value in words.items() if value is not None}
    try:
        return template.format_map(present)
    except (KeyError, IndexError, ValueError) as error:
        raise QueryError(f"a placeholder has no value: {error}") from error


def _proposals(database: Database, rule: Rule, rows: list[_Row]) -> Iterable[Proposal]:
    """Return what a rule proposes for merged rows: nothing where the rows propose different things."""
    for fix in rule.fixes:
        fitting = [row for row in rows if not fix.given or row.cells[fix.given]]
        sites = {database.site(row.cells[fix.at]) for row in rows}
        at = sites.pop() if len(sites) == 1 else None
        if at is None or len(fitting) < len(rows) or (fix.when and _variant(rows[0]) not in fix.when):
            continue
        arguments = _arguments(fix, rows)
        if arguments is not None:
            words = {name: _listed(row.cells[name] for row in rows) for name in rows[0].cells}
            yield Proposal(_filled(fix.title, words), fix.safe, fix.operation, at, arguments)


def _arguments(fix: FixTemplate, rows: list[_Row]) -> dict[str, str] | None:
    """Fill in the arguments; those that differ between rows are joined by blanks where the operation takes several."""
    filled = {name: _filled_once(text, rows) for name, text in fix.arguments.items()}
    several = [name for name, texts in filled.items() if len(texts) > 1]
    if any(name != JOINED.get(fix.operation) for name in several):
        return None
    return {name: " ".join(texts) for name, texts in filled.items()}


def _filled_once(template: str, rows: list[_Row]) -> list[str]:
    return list(dict.fromkeys(_filled(template, row.cells) for row in rows))


def _chain(rule: Rule, rows: list[_Row], chains: Mapping[int, tuple[Evidence, ...]]) -> tuple[Evidence, ...]:
    columns = [column for column, label in rule.evidence.items() if label == CHAIN]
    numbers = [row.cells[column] for row in rows for column in columns]
    steps = [step for number in numbers if isinstance(number, int) for step in chains.get(number, ())]
    return tuple(dict.fromkeys(steps))


def _related(
    database: Database, rule: Rule, rows: list[_Row], words: Mapping[str, object], at: Site
) -> Iterable[Evidence]:
    """Return the evidence sites of all rows, each once, without the primary place itself."""
    seen = {at}
    for column, label in rule.evidence.items():
        for row in rows:
            site = database.site(row.cells[column]) if label != CHAIN else None
            if site and site not in seen:
                seen.add(site)
                yield Evidence(site, _filled(label, words))


def _chains(facts: Iterable[object]) -> dict[int, tuple[Evidence, ...]]:
    steps: dict[int, list[Step]] = {}
    for fact in facts:
        if isinstance(fact, Step):
            steps.setdefault(fact.value, []).append(fact)
    return {
        number: tuple(Evidence(step.at, step.label) for step in sorted(found, key=lambda step: step.ordinal))
        for number, found in steps.items()
    }


def _cut(limit: Rule, rule: Rule, error: LimitError, at: Site) -> Finding:
    """Return that a rule did not see everything: never a clean result that is none."""
    message = f"{rule.code} {rule.name} was cut short: {error}"
    remedy = (
        f"exclude generated files, or check parts of the repository by themselves; `--ignore {rule.code}` leaves it out"
    )
    return Finding(limit.code, limit.name, limit.level, at, message, "further places of this kind are missing", remedy)


def _somewhere(facts: Iterable[object]) -> Site:
    """Return the place of what is true of the whole repository: its first file."""
    paths = sorted(fact.path for fact in facts if isinstance(fact, SourceFile))
    return whole_file(paths[0] if paths else "rtlint.toml")


def _failed(rule: Rule, error: RuleError) -> Finding:
    at = Site(error.path, error.line, 1, error.line, 1)
    message = rule.messages["default"].format(problem=error.message)
    return Finding(rule.code, rule.name, rule.level, at, message, rule.symptom, rule.remedy)


def _suppressed(found: list[Finding], suppressions: list[Suppression], rules: Mapping[str, Rule]) -> Iterable[Finding]:
    """Mark what an inline comment silences, at the primary place or at any place of the evidence."""
    used: set[Suppression] = set()
    for finding in found:
        lines = {(site.path, line) for site in finding.places for line in range(site.line, site.end_line + 1)}
        silencing = [
            item
            for item in suppressions
            if item.selector in {finding.code, finding.name} and (item.at.path, item.line) in lines
        ]
        used.update(silencing)
        yield replace(finding, suppressed=True) if silencing else finding
    if UNUSED_SUPPRESSION in rules:
        rule = rules[UNUSED_SUPPRESSION]
        enabled = {word for item in rules.values() for word in (item.code, item.name)}
        for item in suppressions:
            if item not in used:
                variant = "unused" if item.selector in enabled else "unknown"
                message = rule.messages["default"].format(selector=item.selector, state=_STATES[variant])
                proposals = tuple(_of_engine(rule, item.at, {"selector": item.selector}))
                yield Finding(
                    rule.code,
                    rule.name,
                    rule.level,
                    item.at,
                    message,
                    rule.symptom,
                    rule.remedy,
                    proposals=proposals,
                )


def _of_engine(rule: Rule, at: Site, words: Mapping[str, str]) -> Iterable[Proposal]:
    """Return what a rule without a query proposes for a finding of the engine."""
    for fix in rule.fixes:
        arguments = {name: _filled(text, words) for name, text in fix.arguments.items()}
        yield Proposal(_filled(fix.title, words), fix.safe, fix.operation, at, arguments)


_STATES = {"unused": "silences nothing", "unknown": "names no rule that runs"}


def why(facts: Sequence[object], rule: Rule, file: str) -> str:
    """Tell, stage by stage, how many rows of a rule's query lie in a file, and which the next stage dropped.

    Raises:
        QueryError: the rule has no query, or it can't run.
    """
    if rule.made_by_engine:
        raise QueryError(f"{rule.code} is made by the engine and has no query")
    database = Database(facts)
    lines: list[str] = []
    before: dict[str, str] = {}
    for name, query in stages(rule.query):
        rows = _rows_in(database, query, file)
        lines.append(f"{name}: {len(rows)} row{'' if len(rows) == 1 else 's'} in {file}")
        lines += [f"  dropped: {text}" for site, text in before.items() if site not in rows][:5]
        before = rows
    lines += [f"  reported: {text}" for text in before.values()]
    return "\n".join(lines) + "\n"


def _rows_in(database: Database, query: str, file: str) -> dict[str, str]:
    """Return the rows of a query whose place lies in a file, by place."""
    result = database.run(query)
    found = {}
    for cells in result.rows:
        sites = [
            site for name, cell in zip(result.columns, cells, strict=True) if (site := _site(database, name, cell))
        ]
        at = next((site for site in sites if site.path == file), None)
        if at:
            shown = (_shown(database, name, cell) for name, cell in zip(result.columns, cells, strict=True))
            found[f"{at.path}:{at.line}:{at.column}"] = "  ".join(shown)
    return found


def _site(database: Database, name: str, cell: object) -> Site | None:
    return database.site(cell) if name == "at" or name.endswith("_at") else None


def _shown(database: Database, name: str, cell: object) -> str:
    site = _site(database, name, cell)
    return f"{name}={site.path}:{site.line}:{site.column}" if site else f"{name}={cell}"


def query(facts: Sequence[object], sql: str) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Answer a question of the user: any SELECT over views and tables, under the limits of rules.

    Returns:
        The names of the columns, and the rows as text; sites are shown as path:line:column.

    Raises:
        QueryError: the query is wrong, forbidden or too slow.
    """
    database = Database(facts)
    result = database.run(sql)
    rows = [
        tuple(_cell(database, name, cell) for name, cell in zip(result.columns, cells, strict=True))
        for cells in result.rows
    ]
    return result.columns, rows


def _cell(database: Database, name: str, cell: object) -> str:
    site = _site(database, name, cell)
    if site:
        return f"{site.path}:{site.line}:{site.column}"
    return "" if cell is None else str(cell)
