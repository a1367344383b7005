from __future__ import annotations

from pathlib import Path

import pytest

from rtlint.rules import MAX_PROJECT_RULE, RuleError, builtin_rules, checked, load_rule, parse_rule

GOOD = """\
code: RT999
name: some-rule
level: warning
summary: Something
explanation: |
  Why.
query: |
  SELECT at, value, client_at
  FROM app_setting
  WHERE name = 'cluster'
message: "cluster {value}"
evidence:
  client_at: made here
references: [https://example.com]
examples: []
"""


def error(text: str, *, trusted: bool = True) -> RuleError:
    with pytest.raises(RuleError) as found:
        parse_rule(text, "rules/x.yaml", trusted=trusted)
    return found.value


def test_a_good_rule() -> None:
    rule = parse_rule(GOOD, "x.yaml")
    assert rule.messages == {"default": "cluster {value}"}


@pytest.mark.parametrize(
    ("old", "new", "line", "part"),
    [
        ("level: warning", "level: bad", 3, "none of note, warning, error"),
        ("code: RT999", "code: X1", 1, "RT and three digits"),
        ("name: some-rule", "name: Some", 2, "lower-case words"),
        ("summary: Something", "sumary: Something", 4, "unknown key"),
        ("summary: Something\n", "", 1, "the key summary is missing"),
        ("FROM app_setting", "FROM app_settings", 9, "no view app_settings"),
        ("name = 'cluster'", "nmae = 'cluster'", 10, "no such column: nmae"),
        ("name = 'cluster'", "name LIKE 'c%'", 10, "use GLOB"),
        ("SELECT at, value", "SELECT value", 7, "the column at is missing"),
        ("SELECT at, value", "SELECT at, provider, value", 7, "provider is used nowhere"),
        ('"cluster {value}"', '"cluster {valeu}"', 11, "{valeu} is no column"),
        ("  client_at: made here", "  clent_at: made here", 12, "clent_at is no column"),
        ('message: "cluster {value}"', "message: {a: '{value}'}", 11, "a message for each variant"),
        ("references: [https://example.com]", "references: 3", 14, "list of texts"),
        ("examples: []", "examples: [{name: x}]", 15, "a name, files"),
        ("code: RT999", "code: [", 1, "not valid YAML"),
    ],
)
def test_errors_name_file_line_and_key(old: str, new: str, line: int, part: str) -> None:
    found = error(GOOD.replace(old, new, 1))
    assert part in found.message
    if "YAML" not in part:
        assert (found.path, found.line) == ("rules/x.yaml", line)
    assert str(found).startswith("rules/x.yaml:")


def test_a_file_that_is_no_mapping() -> None:
    assert "a mapping" in error("- 1").message
    assert "a mapping" in error("").message


def test_two_rules_may_not_share_a_code() -> None:
    rule = parse_rule(GOOD, "x.yaml")
    with pytest.raises(RuleError, match=r"RT999 is also the rule of x\.yaml"):
        checked([rule, rule])


def test_rules_of_a_repository_need_no_examples_and_can_not_crash_the_reader() -> None:
    short = GOOD.replace("references: [https://example.com]\nexamples: []\n", "")
    assert parse_rule(short, "x.yaml", trusted=False).info.url == ""
    assert "missing" in error(short).message
    assert error("[" * 50_000, trusted=False).line == 1
    assert "not valid YAML" in error(GOOD + "\x05", trusted=False).message
    assert error("# " + "x" * MAX_PROJECT_RULE, trusted=False)


def test_an_unreadable_rule_file(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match="can't be read"):
        load_rule(tmp_path / "none.yaml", "none.yaml")


def test_builtin_rules_are_sorted_and_of_known_levels() -> None:
    codes = [rule.code for rule in builtin_rules()]
    assert codes == sorted(codes)
    assert len(codes) >= 20
