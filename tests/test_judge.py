from __future__ import annotations

from dataclasses import replace

import pytest

from rtlint.database import MAX_ROWS, Database, QueryError, tables_read
from rtlint.facts.derived import ProviderCluster, Step, Value
from rtlint.facts.files import SourceFile
from rtlint.facts.raw import Problem, Suppression
from rtlint.facts.site import Site, whole_file
from rtlint.judge import judge, query, why
from rtlint.rules import Rule, RuleError, builtin_rules, parse_rule

RULE = """\
code: RT999
name: some-rule
level: warning
summary: Something
explanation: Why.
query: |
  SELECT at, problem, code, iif(code = 'RT903', 'error', 'note') AS level, at AS same_at
  FROM analysis_problem
message: "{problem} ({code})"
evidence: {same_at: the same place}
"""


def rule(text: str = RULE, *, trusted: bool = False) -> Rule:
    return parse_rule(text, ".rtlint/rules/x.yaml", trusted=trusted)


def site(line: int, path: str = "a.ts") -> Site:
    return Site(path, line, 1, line, 5)


def problem(line: int, code: str = "RT901", message: str = "odd") -> Problem:
    return Problem(site(line), code, message)


def engine_rules() -> list[Rule]:
    return [found for found in builtin_rules() if found.made_by_engine]


def test_rows_of_one_place_become_one_finding_at_the_highest_level() -> None:
    facts = [problem(3, "RT901", "b"), problem(3, "RT901", "a"), problem(3, "RT903", "c"), problem(1)]
    first, second = judge(facts, [rule()])
    assert (first.at.line, first.level, first.message) == (1, "note", "odd (RT901)")
    assert (second.at.line, second.level, second.message) == (3, "error", "c (RT903)")
    (merged,) = judge(facts[:2], [rule()])
    assert merged.message == "a and b (RT901)"


def test_evidence_is_listed_once_and_never_the_primary_place_itself() -> None:
    (found,) = judge([problem(1)], [rule()])
    assert found.related == ()


def test_the_chain_is_expanded_in_order() -> None:
    text = RULE.replace("at AS same_at", "7 AS value_id").replace("same_at: the same place", "value_id: chain")
    steps = [Step(7, 1, site(2), "read here"), Step(7, 0, site(1), "set here"), Value(7, "x", True)]
    (found,) = judge([problem(9), *steps], [rule(text)])
    assert [(step.at.line, step.label) for step in found.chain] == [(1, "set here"), (2, "read here")]


@pytest.mark.parametrize(
    ("selector", "line", "silent"),
    [("RT999", 3, True), ("some-rule", 3, True), ("RT999", 4, False), ("RT998", 3, False)],
)
def test_suppressions(selector: str, line: int, silent: bool) -> None:
    comment = Suppression(site(line - 1), selector, "why", line)
    found = judge([problem(3), comment], [rule(), *engine_rules()])
    assert [item.suppressed for item in found if item.code == "RT999"] == [silent]
    assert [item.code for item in found if item.code == "RT902"] == ([] if silent else ["RT902"])


def test_a_rule_of_the_repository_that_fails_is_said_and_the_others_go_on() -> None:
    slow = RULE.replace(
        "FROM analysis_problem", "FROM analysis_problem JOIN public_cluster JOIN public_cluster b JOIN public_cluster c"
    )
    slow = slow.replace("code = 'RT903'", "code = 'RT903' AND b.name = c.name").replace(
        "SELECT at, problem, code", "SELECT at, problem, code"
    )
    facts = [problem(n) for n in range(60)] + [ProviderCluster("p", str(n)) for n in range(60)]
    found = judge(facts, [rule(slow), *engine_rules()])
    assert [(item.code, item.at.path) for item in found] == [("RT904", ".rtlint/rules/x.yaml")]
    broken = RULE.replace("'error', 'note'", "'error', 'severe'")
    with pytest.raises(RuleError):
        judge(facts, [rule(broken.rstrip() + "\nreferences: []\nexamples: []\n", trusted=True)])


def test_a_rule_that_could_not_be_loaded_is_said_at_its_line() -> None:
    (found,) = judge([], engine_rules(), [RuleError(".rtlint/rules/y.yaml", 4, "query: bad")])
    assert (found.code, found.at.line) == ("RT904", 4)


@pytest.mark.parametrize(
    "sql",
    [
        "ATTACH DATABASE '/tmp/x' AS y",
        "PRAGMA table_info(site)",
        "SELECT load_extension('x')",
        "SELECT readfile('/etc/passwd')",
        "SELECT name FROM sqlite_master",
        "INSERT INTO site VALUES (1, 'a', 1, 1, 1, 1)",
        "DROP VIEW app_setting",
        "CREATE TABLE t (x)",
        "VACUUM INTO 'x.db'",
        "SELECT printf('%.*c', 900000000, 'x')",
        "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT * FROM c",
        "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c",
        "SELECT 1; SELECT 2",
        "nonsense",
        "SELECT '" + "x" * 30_000 + "'",
    ],
)
def test_queries_only_read_and_end(sql: str) -> None:
    with pytest.raises(QueryError):
        query([], sql)


def test_queries_show_sites_as_places() -> None:
    assert query([problem(3)], "SELECT at, problem FROM analysis_problem") == (("at", "problem"), [("a.ts:3:1", "odd")])


def test_too_many_rows_are_an_error_and_no_silent_cut() -> None:
    facts = [ProviderCluster("p", str(number)) for number in range(MAX_ROWS + 1)]
    with pytest.raises(QueryError, match="rows"):
        Database(facts).run("SELECT name FROM public_cluster")


def test_lone_surrogates_reach_the_database() -> None:
    assert query([problem(1, message="a\ud800b")], "SELECT problem FROM analysis_problem")[1] == [("a?b",)]


def test_tables_that_no_rule_reads_stay_empty() -> None:
    wanted = tables_read("SELECT at FROM analysis_problem")
    assert wanted == {"analysis_problem", "problem", "site", "source_file"}
    facts = [problem(1), *(SourceFile(name, "javascript", "app", False, 1) for name in ("a.ts", "b.ts"))]
    assert len(Database(facts).run("SELECT path FROM source_file").rows) == 2
    assert Database(facts, wanted).run("SELECT path FROM source_file").rows == (("a.ts",),)
    database = Database(facts, frozenset({"problem", "site"}))
    assert database.run("SELECT path FROM source_file").rows == ()
    assert len(database.run("SELECT code FROM problem").rows) == 1


def test_why_shows_each_stage_and_what_was_dropped() -> None:
    text = RULE.replace("FROM analysis_problem\n", "FROM analysis_problem\n  WHERE code = 'RT903'\n")
    shown = why([problem(1), problem(2, "RT903")], rule(text), "a.ts")
    assert "candidates: 2 rows in a.ts" in shown
    assert "result: 1 row in a.ts" in shown
    assert "dropped: at=a.ts:1:1" in shown
    assert "reported: at=a.ts:2:1" in shown
    with pytest.raises(QueryError):
        why([], engine_rules()[0], "a.ts")


def built_in(code: str) -> Rule:
    return next(rule for rule in builtin_rules() if rule.code == code)


def problems(count: int) -> list[object]:
    files = [SourceFile(f"f{number:03}.env", "dotenv", "app", False, 1) for number in range(count)]
    return [*files, *(Problem(whole_file(file.path), "RT901", "odd") for file in files)]


def test_a_built_in_rule_with_too_many_rows_keeps_them_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rtlint.database.MAX_ROWS", 3)
    found = judge(problems(5), [built_in("RT901"), built_in("RT905")])
    assert [finding.code for finding in found].count("RT901") == 3
    (cut,) = [finding for finding in found if finding.code == "RT905"]
    assert cut.message == "RT901 unparsable-file was cut short: it gives more than 3 rows"
    assert cut.at.path.startswith("f0")


def test_a_built_in_rule_that_takes_too_many_steps_ends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rtlint.database.MAX_STEPS", 1)
    rules = [built_in("RT306"), built_in("RT905")]
    found = judge([*problems(3_000)], [replace(rules[0], query=SLOW), rules[1]])
    assert {finding.code for finding in found} == {"RT905"}
    assert any("steps" in finding.message and finding.at.path == "f000.env" for finding in found)


SLOW = "SELECT a.at, a.problem AS name FROM analysis_problem a JOIN analysis_problem b ON b.problem > a.problem"
