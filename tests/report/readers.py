"""Readers of every format, written from its documentation and not from the writers: what a server or an editor sees.

Each returns a row for each finding, in the order of the text. A new format needs a reader here.
"""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from typing import Any, NamedTuple
from urllib.parse import unquote_to_bytes


class Row(NamedTuple):
    """What a format says of one finding; `message` may go on with what else the format tells."""

    path: str
    line: int
    code: str
    message: str


def text_rows(text: str) -> list[Row]:
    found = re.findall(r"^\w+\[(RT\d{3})\] [a-z0-9-]+: (.*)\n +--> (.*):(\d+):\d+$", text, re.MULTILINE)
    return [Row(path, int(line), code, message) for code, message, path, line in found]


def concise_rows(text: str) -> list[Row]:
    found = [re.fullmatch(r"(.*?):(\d+):\d+: \w+: (RT\d{3}) (.*)", line) for line in text.split("\n")[:-1]]
    return [Row(match[1], int(match[2]), match[3], match[4]) for match in found if match]


def github_rows(text: str) -> list[Row]:
    """Read as https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs does."""
    rows = []
    for line in text.split("\n"):
        if line.lstrip().startswith("::"):
            head, _, data = line.lstrip()[2:].partition("::")
            command, _, properties = head.partition(" ")
            assert command in {"error", "warning", "notice"}
            fields = dict(pair.split("=", 1) for pair in properties.split(",") if "=" in pair)
            assert set(fields) <= {"file", "line", "endLine", "col", "endColumn", "title"}
            code = fields["title"].split(" ")[0]
            rows.append(Row(github_text(fields["file"]), int(fields["line"]), code, github_text(data)))
    return rows


def github_text(text: str) -> str:
    return replaced(text, {"%0D": "\r", "%0A": "\n", "%3A": ":", "%2C": ",", "%25": "%"})


def azure_rows(text: str) -> list[Row]:
    """Read as Command.cs of https://github.com/microsoft/azure-pipelines-agent does; notes are plain lines."""
    rows = []
    for line in text.split("\n")[:-1]:
        if "##vso[" not in line:
            match = re.fullmatch(r"note: (.*?):(\d+):\d+: (RT\d{3}) (.*)", line)
            assert match
            rows.append(Row(match[1], int(match[2]), match[3], match[4]))
            continue
        head, _, data = line[line.index("##vso[") + len("##vso[") :].partition("]")
        command, _, properties = head.partition(" ")
        assert command == "task.logissue"
        fields = dict(pair.split("=", 1) for pair in properties.split(";") if "=" in pair)
        assert set(fields) == {"type", "sourcepath", "linenumber", "columnnumber", "code"}
        rows.append(Row(azure_text(fields["sourcepath"]), int(fields["linenumber"]), fields["code"], azure_text(data)))
    return rows


def azure_text(text: str) -> str:
    return replaced(text, {"%3B": ";", "%0D": "\r", "%0A": "\n", "%5D": "]", "%AZP25": "%"})


def replaced(text: str, marks: dict[str, str]) -> str:
    for mark, char in marks.items():
        text = text.replace(mark, char)
    return text


def junit_rows(text: str) -> list[Row]:
    root = ET.fromstring(text)
    assert {element.tag for element in root.iter()} <= {
        "testsuites", "testsuite", "testcase", "failure", "system-out",
    }  # fmt: skip
    rows = []
    for case in root.iter("testcase"):
        (said,) = case
        place = f"{case.attrib['classname']}:{case.attrib['line']}:{case.attrib['column']}: "
        assert (said.text or "").startswith(place)
        code = case.attrib["name"].split(".")[2]
        message = (said.text or "").removeprefix(place)
        rows.append(Row(case.attrib["classname"], int(case.attrib["line"]), code, message))
    return rows


def checkstyle_rows(text: str) -> list[Row]:
    root = ET.fromstring(text)
    assert {element.tag for element in root.iter()} <= {"checkstyle", "file", "error"}
    return [
        Row(
            file.attrib["name"],
            int(error.attrib["line"]),
            error.attrib["source"].split(".")[1],
            error.attrib["message"],
        )
        for file in root
        for error in file
    ]


def json_rows(text: str) -> list[Row]:
    return [
        Row(item["at"]["path"], item["at"]["line"], item["code"], item["message"])
        for item in ascii_json(text)["findings"]
    ]


def sarif_rows(text: str) -> list[Row]:
    rows = []
    for result in ascii_json(text)["runs"][0]["results"]:
        place = result["locations"][0]["physicalLocation"]
        path = unquote_to_bytes(place["artifactLocation"]["uri"]).decode("utf-8", "surrogateescape")
        message = re.sub(r"\\([\[\]\\])", r"\1", result["message"]["text"])
        rows.append(Row(path, place["region"]["startLine"], result["ruleId"], message))
    return rows


def gitlab_rows(text: str) -> list[Row]:
    issues = ascii_json(text)
    assert len({issue["fingerprint"] for issue in issues}) == len(issues)
    return [
        Row(
            issue["location"]["path"],
            issue["location"]["lines"]["begin"],
            issue["check_name"].split(" ")[0],
            issue["description"],
        )
        for issue in issues
    ]


def rdjson_rows(text: str) -> list[Row]:
    return [
        Row(
            item["location"]["path"],
            item["location"]["range"]["start"]["line"],
            item["code"]["value"],
            item["message"],
        )
        for item in ascii_json(text)["diagnostics"]
    ]


def ascii_json(text: str) -> Any:
    assert text.isascii()
    return json.loads(text)


READERS: dict[str, Callable[[str], list[Row]]] = {
    "text": text_rows,
    "concise": concise_rows,
    "json": json_rows,
    "sarif": sarif_rows,
    "github": github_rows,
    "gitlab": gitlab_rows,
    "junit": junit_rows,
    "checkstyle": checkstyle_rows,
    "rdjson": rdjson_rows,
    "azure": azure_rows,
}

EXACT_PATHS = frozenset({"json", "sarif"})
"""Formats that give a path as it is, since they escape it; the others show what is invisible."""

STRONGEST_FIRST = frozenset({"github", "azure"})
