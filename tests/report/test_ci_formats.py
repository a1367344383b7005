"""The formats of CI servers: complete texts for a report made by hand."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest
from click.testing import CliRunner

from rtlint.cli import main
from rtlint.facts.site import Site
from rtlint.findings import Edit, Finding, Fix, Report
from rtlint.report import FORMATS, Options, write
from tests.report.sample import FLAG, MISMATCH, report

PLAIN = Options()
NOTE = Finding("RT101", "raw-websocket", "note", Site("src/config.ts", 1, 11, 1, 14), "a 100%; [note], with: all")
FIX = Fix("set the endpoint", True, (Edit(Site("src/config.ts", 1, 85, 1, 106), "'/api/pusher/auth'"),))


def test_the_command_line_offers_every_format() -> None:
    offered = " ".join(CliRunner().invoke(main, ["check", "--help"], terminal_width=100).output.split())
    assert f"Formats: {', '.join(FORMATS)}." in offered


GITHUB = """\
::error file=docker-compose.yml,line=4,endLine=4,col=7,endColumn=52,title=RT201 auth-endpoint-mismatch::the auth \
endpoint is '/api/pusher/auth' here and '/api/v1/pusher/auth' elsewhere%0AYou will see: `received status: 404`%0A\
Fix: name one path in every source
::warning file=docker-compose.yml,line=5,endLine=5,col=7,endColumn=36,title=RT405 unread-flag::************ is read by \
nothing
::notice file=src/config.ts,line=1,endLine=1,col=11,endColumn=14,title=RT101 raw-websocket::a 100%25; [note], with: all
rtlint: 1 error, 1 warning, 1 note in 12 files
"""


def test_github() -> None:
    assert write("github", report(NOTE, MISMATCH, FLAG), PLAIN) == GITHUB


def test_github_names_no_column_of_several_lines_and_keeps_quiet() -> None:
    finding = replace(FLAG, at=Site("a,b:c.yml", 2, 3, 4, 5))
    expected = (
        "::warning file=a%2Cb%3Ac.yml,line=2,endLine=4,title=RT405 unread-flag::************ is read by nothing\n"
    )
    assert write("github", report(finding), Options(quiet=True)) == expected


def test_azure() -> None:
    found = write(
        "azure", report(NOTE, replace(FLAG, at=Site("a;b].yml", 5, 7, 5, 9), message="50%", symptom="x\ny")), PLAIN
    )
    assert found.splitlines() == [
        (
            "##vso[task.logissue type=warning;sourcepath=a%3Bb%5D.yml;linenumber=5;columnnumber=7;code=RT405;]"
            "50%AZP25%0AYou will see: x␊y"
        ),
        "note: src/config.ts:1:11: RT101 a 100%; [note], with: all",
    ]


@pytest.mark.parametrize("name", ["github", "azure", "junit", "rdjson"])
def test_the_repository_adds_no_line_of_ours(name: str) -> None:
    """A value with a line break must not look like what rtlint says."""
    finding = replace(FLAG, at=Site("a\nFix: run this", 1, 1, 1, 2), message="x\nFix: run this")
    forged = re.search(r"(?:\n|%0A|\\n)Fix: run this", write(name, report(finding), PLAIN))
    assert forged is None


def test_gitlab() -> None:
    issues = json.loads(write("gitlab", report(MISMATCH, FLAG, FLAG, NOTE), PLAIN))
    assert [issue["severity"] for issue in issues] == ["major", "minor", "minor", "info"]
    assert len({issue["fingerprint"] for issue in issues}) == 4
    assert issues[1]["description"] == "************ is read by nothing"
    assert issues[0]["check_name"] == "RT201 auth-endpoint-mismatch"
    assert issues[0]["location"] == {"path": "docker-compose.yml", "lines": {"begin": 4, "end": 4}}


def test_a_whole_gitlab_report() -> None:
    (found,) = json.loads(write("gitlab", report(MISMATCH), PLAIN))
    assert re.fullmatch("[0-9a-f]{64}", found.pop("fingerprint"))
    assert found == {
        "description": "the auth endpoint is '/api/pusher/auth' here and '/api/v1/pusher/auth' elsewhere. "
        "You will see: `received status: 404`. Fix: name one path in every source",
        "check_name": "RT201 auth-endpoint-mismatch",
        "severity": "major",
        "location": {"path": "docker-compose.yml", "lines": {"begin": 4, "end": 4}},
    }


def test_gitlabs_fingerprints_move_with_their_lines() -> None:
    before = report(FLAG)
    text = "\n\n" + before.sources["docker-compose.yml"]
    moved = report(replace(FLAG, at=Site("docker-compose.yml", 7, 7, 7, 36)), sources={"docker-compose.yml": text})
    assert fingerprints(before) == fingerprints(moved)


def fingerprints(found: Report) -> list[str]:
    return [issue["fingerprint"] for issue in json.loads(write("gitlab", found, PLAIN))]


def test_junit() -> None:
    root = ET.fromstring(write("junit", report(MISMATCH, FLAG, NOTE), PLAIN))
    assert root.attrib == {"name": "rtlint", "tests": "3", "failures": "2", "errors": "0"}
    assert [suite.attrib["name"] for suite in root] == ["docker-compose.yml", "src/config.ts"]
    case = root[0][0]
    assert case.attrib["name"] == "org.rtlint.RT201.auth-endpoint-mismatch"
    assert (case.attrib["line"], case.attrib["column"]) == ("4", "7")
    failure = case[0]
    assert (failure.tag, failure.attrib["type"]) == ("failure", "error")
    assert failure.text is not None
    assert failure.text.startswith("docker-compose.yml:4:7: the auth endpoint is")
    assert root[1][0][0].tag == "system-out"


JUNIT = """\
<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="rtlint" tests="2" failures="1" errors="0">
  <testsuite name="a&amp;b&quot;.yml" tests="1" failures="1" errors="0">
    <testcase name="org.rtlint.RT405.unread-flag" classname="a&amp;b&quot;.yml" line="5" column="7">\
<failure type="warning" message="************ is &lt;read&gt; by ]]&gt; &quot;é😀&quot;">\
a&amp;b".yml:5:7: ************ is &lt;read&gt; by ]]&gt; "é😀"
You will see: ␛[31m</failure></testcase>
  </testsuite>
  <testsuite name="src/config.ts" tests="1" failures="0" errors="0">
    <testcase name="org.rtlint.RT101.raw-websocket" classname="src/config.ts" line="1" column="11">\
<system-out>src/config.ts:1:11: a 100%; [note], with: all</system-out></testcase>
  </testsuite>
</testsuites>
"""


def test_a_whole_junit_report() -> None:
    message = 's3cr3t-value is <read> by ]]> "é😀"'
    finding = replace(FLAG, at=Site('a&b".yml', 5, 7, 5, 9), message=message, symptom="\x1b[31m")
    assert write("junit", report(finding, NOTE), PLAIN) == JUNIT


def test_a_clean_run_has_a_passing_case() -> None:
    root = ET.fromstring(write("junit", report(), PLAIN))
    assert (root.attrib["tests"], root.attrib["failures"]) == ("1", "0")
    assert len(root[0]) == 1
    assert len(root[0][0]) == 0


def test_checkstyle() -> None:
    found = write("checkstyle", report(FLAG, NOTE), PLAIN)
    assert found == (
        '<?xml version="1.0" encoding="UTF-8"?>\n<checkstyle version="4.3">\n'
        '  <file name="docker-compose.yml">\n'
        '    <error line="5" column="7" severity="warning" message="************ is read by nothing" '
        'source="rtlint.RT405.unread-flag"/>\n  </file>\n'
        '  <file name="src/config.ts">\n'
        '    <error line="1" column="11" severity="info" message="a 100%; [note], with: all" '
        'source="rtlint.RT101.raw-websocket"/>\n  </file>\n</checkstyle>\n'
    )


def test_rdjson_counts_bytes() -> None:
    finding = replace(MISMATCH, fix=FIX)
    (found,) = json.loads(write("rdjson", report(finding), PLAIN))["diagnostics"]
    assert found["severity"] == "ERROR"
    assert found["code"] == {"value": "RT201"}
    assert found["location"]["range"] == {"start": {"line": 4, "column": 7}, "end": {"line": 4, "column": 52}}
    related = found["relatedLocations"][0]
    # One character before it has two bytes, one has four.
    assert related["location"]["range"]["start"] == {"line": 1, "column": 40 + 1 + 3}
    assert "suggestions" not in found, "a fix in another file is no suggestion of this one"


def test_a_whole_rdjson_report() -> None:
    place = {"start": {"line": 1, "column": 12}, "end": {"line": 1, "column": 18}}
    assert json.loads(write("rdjson", report(replace(NOTE, at=Site("src/config.ts", 1, 11, 1, 14))), PLAIN)) == {
        "source": {"name": "rtlint"},
        "diagnostics": [
            {
                "message": "a 100%; [note], with: all",
                "location": {"path": "src/config.ts", "range": place},
                "severity": "INFO",
                "code": {"value": "RT101"},
                "relatedLocations": [],
            }
        ],
    }


@pytest.mark.parametrize(
    "edits",
    [
        (Edit(Site("src/config.ts", 1, 1, 1, 2), "x"), Edit(Site("src/config.ts", 1, 5, 1, 6), "y")),
        (Edit(Site("docker-compose.yml", 1, 1, 1, 2), "x"),),
    ],
)
def test_rdjson_suggests_no_part_of_a_fix(edits: tuple[Edit, ...]) -> None:
    """Reviewdog offers each suggestion by itself, and only beside the lines of its finding."""
    found = report(replace(NOTE, fix=Fix("rename it", True, edits)))
    assert "suggestions" not in json.loads(write("rdjson", found, PLAIN))["diagnostics"][0]


def test_rdjson_suggests_a_fix_of_the_same_file() -> None:
    finding = replace(NOTE, fix=FIX)
    (found,) = json.loads(write("rdjson", report(finding), PLAIN))["diagnostics"]
    start = {"line": 1, "column": 85 + 4}
    expected = {"range": {"start": start, "end": {"line": 1, "column": 106 + 4}}, "text": "'/api/pusher/auth'"}
    assert found["suggestions"] == [expected]


def test_json_and_sarif_carry_fixes() -> None:
    found = report(replace(MISMATCH, fix=FIX))
    fix = json.loads(write("json", found, PLAIN))["findings"][0]["fix"]
    assert (fix["title"], fix["safe"], len(fix["edits"])) == ("set the endpoint", True, 1)
    (change,) = json.loads(write("sarif", found, PLAIN))["runs"][0]["results"][0]["fixes"][0]["artifactChanges"]
    assert change["artifactLocation"]["uri"] == "src/config.ts"
    replacement = change["replacements"][0]
    assert replacement["insertedContent"] == {"text": "'/api/pusher/auth'"}
    assert replacement["deletedRegion"] == {"startLine": 1, "startColumn": 86, "endLine": 1, "endColumn": 107}


def test_the_title_of_a_fix_is_no_markup_in_sarif() -> None:
    finding = replace(MISMATCH, fix=replace(FIX, title="rename '\x1b[x](1)'"))
    (fix,) = json.loads(write("sarif", report(finding), PLAIN))["runs"][0]["results"][0]["fixes"]
    assert fix["description"]["text"] == "rename '␛\\[x\\](1)'."


@pytest.mark.parametrize("name", FORMATS)
def test_a_fix_that_would_show_a_secret_is_in_no_format(name: str) -> None:
    edit = Edit(Site("docker-compose.yml", 5, 7, 5, 36), "SECRET: s3cr3t-value")
    found = report(replace(FLAG, fix=Fix("rename it", True, (edit,))))
    assert "s3cr3t-value" not in write(name, found, PLAIN)


def test_the_summary_counts_fixes() -> None:
    unsafe = replace(NOTE, fix=replace(FIX, safe=False))
    text = write("text", report(replace(MISMATCH, fix=FIX), FLAG, unsafe), PLAIN)
    assert text.endswith(" s\n1 fixable with --fix, 1 more with --fix --unsafe-fixes\n")
    assert write("text", report(unsafe), PLAIN).endswith(" s\n1 fixable with --fix --unsafe-fixes\n")
