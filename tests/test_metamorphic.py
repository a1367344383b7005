"""Changes that mean nothing change no finding: line ends, comments, order, names, indentation, other files.

Each rule's first example with a finding is changed in each of these ways, and for each way the first examples that it
fits; all examples are when RTLINT_METAMORPHIC is set.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

import pytest

from rtlint.judge import judge
from rtlint.pipeline import Overrides, analyse, prepare
from rtlint.rules import builtin_rules
from tests.rules.examples import cases

Files = Mapping[str, str]

_SCRIPTS = (".js", ".jsx", ".ts", ".tsx", ".mjs", ".cjs", ".mts", ".cts")
_PAGES = (".html", ".vue", ".svelte")
_LINE_COMMENTS = re.compile(r"(?:^|/)(?:\.env[^/]*|[^/]+\.(?:ya?ml|py|conf|toml)|Caddyfile|(?:.*\.)?Dockerfile[^/]*)$")
_DIRECTIVE = re.compile(r"#\s*(?:syntax|escape|check)\s*=", re.IGNORECASE)
_LOCAL = re.compile(r"^[ \t]+(?:const|let) ([a-z]\w*) = ", re.MULTILINE)


EXAMPLES = {str(case): case.example for case in cases()}
_FITTING = 5


def with_windows_line_ends(files: Files) -> Files:
    return {path: text.replace("\n", "\r\n") for path, text in files.items()}


def with_a_comment_on_top(files: Files) -> Files:
    return {path: _on_top(path, text, comment=True) for path, text in files.items()}


def with_blank_lines(files: Files) -> Files:
    return {path: _on_top(path, text, comment=False) for path, text in files.items()}


def _on_top(path: str, text: str, *, comment: bool) -> str:
    if text.startswith(("#!", "<?", "---")) or _DIRECTIVE.match(text) or "\0" in text:
        return text
    end = "" if comment else "\n  \n"
    if path.endswith(_SCRIPTS):
        return ("// What this is about.\n" if comment else "\n\n") + text + end
    if path.endswith(_PAGES):
        return ("<!-- What this is about. -->\n" if comment else "\n\n") + text + end
    if _LINE_COMMENTS.search(path):
        return ("# What this is about.\n" if comment else "\n\n") + text + ("" if comment else "\n\n")
    return text


def with_services_in_another_order(files: Files) -> Files:
    """Turn the order of the services of compose files around; an anchor has to stand before its aliases."""
    changed = dict(files)
    for path, text in files.items():
        if re.search(r"compose[^/]*\.ya?ml$", path) and not re.search(r"[&*<]|\brtlint:", text):
            head, services, rest = text.partition("services:\n")
            blocks = re.split(r"(?m)^(?=  [\w\"'])", re.split(r"(?m)^(?=\w)", rest)[0])
            tail = rest[sum(map(len, blocks)) :]
            if services and not blocks[0] and all(block.endswith("\n") for block in blocks[1:]):
                changed[path] = head + services + "".join(reversed(blocks)) + tail
    return changed


def with_manifest_keys_in_another_order(files: Files) -> Files:
    """Turn the order of the keys of flat package.json files around."""
    changed = dict(files)
    for path, text in files.items():
        flat = re.fullmatch(r"\s*\{(.*)\}\s*", text, re.DOTALL) if path.endswith("package.json") else None
        parts = (
            re.split(r",\s*(?=\"(?:[^\"]+)\": [{\[\"])(?![^{]*\}[^{]*$)", flat[1])
            if flat and "\n" not in flat[1]
            else []
        )
        if len(parts) > 1 and all(part.count("{") == part.count("}") for part in parts):
            changed[path] = "{" + ", ".join(reversed(parts)) + "}\n"
    return changed


def with_a_local_renamed(files: Files) -> Files:
    changed = dict(files)
    for path, text in files.items():
        if path.endswith(_SCRIPTS):
            for name in dict.fromkeys(_LOCAL.findall(text)):
                if _can_be_renamed(name, text):
                    changed[path] = re.sub(rf"\b{name}\b", f"{name}Again", text)
                    break
    return changed


def _can_be_renamed(name: str, text: str) -> bool:
    """Tell whether every place that spells a name is the name itself: no key, member, text or comment."""
    spelled = len(re.findall(rf"\b{name}\b", text))
    plain = len(re.findall(rf"(?<![.'\"`/#\w$-])\b{name}\b(?!\s*:|['\"`/\w-])", text))
    in_braces = re.search(rf"[{{,]\s*{name}\s*[,}}]", text)
    in_comment = re.search(rf"(?://|/\*|\* ).*\b{name}\b", text)
    bound = len(re.findall(rf"\b(?:const|let|var|function|class)\s+{name}\b|\({name}\b[^()]*\)\s*(?:=>|\{{)", text))
    return spelled == plain and bound == 1 and not in_braces and not in_comment


def with_tabs(files: Files) -> Files:
    """Indent scripts with tabs; a template over several lines would change its text."""
    return {
        path: re.sub(r"(?m)^(?:  )+", lambda found: "\t" * (len(found[0]) // 2), text)
        if path.endswith(_SCRIPTS) and not re.search(r"`[^`]*\n[^`]*`", text)
        else text
        for path, text in files.items()
    }


def with_files_that_nothing_reaches(files: Files) -> Files:
    more = {
        "scratch/unrelated.ts": "export function sum(a: number, b: number): number {\n  return a + b;\n}\n",
        "scratch/notes.txt": "Nothing of importance.\n",
        "scratch/table.py": "def double(value):\n    return value * 2\n",
    }
    return {**files, **more}


CHANGES: dict[str, Callable[[Files], Files]] = {
    change.__name__.replace("_", " "): change
    for change in (
        with_windows_line_ends,
        with_a_comment_on_top,
        with_blank_lines,
        with_services_in_another_order,
        with_manifest_keys_in_another_order,
        with_a_local_renamed,
        with_tabs,
        with_files_that_nothing_reaches,
    )
}


def pairs() -> list[tuple[str, str]]:
    """Return the examples to be changed, each with the change."""
    everything = [(name, change) for name in EXAMPLES for change in CHANGES if fits(name, change)]
    if os.environ.get("RTLINT_METAMORPHIC"):
        return everything
    first: dict[str, str] = {}
    for case in cases():
        texts = (*case.example.files.values(), *case.example.expect)
        if any(re.search(rf"\b{case.rule.code}\b", text) for text in texts):
            first.setdefault(case.rule.code, str(case))
    names = set(first.values())
    of_change = {change: [pair for pair in everything if pair[1] == change] for change in CHANGES}
    fitting = {pair for found in of_change.values() for pair in found[:_FITTING]}
    return [pair for pair in everything if pair[0] in names or pair in fitting]


def fits(name: str, change: str) -> bool:
    return CHANGES[change](EXAMPLES[name].files) != EXAMPLES[name].files


def findings(files: Files, folder: Path) -> Counter[tuple[str, str, str]]:
    """Return what is found: code, path, and the words of the line without blanks."""
    for path, text in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text.encode())
    setup = prepare(folder, Overrides())
    rules = [*builtin_rules(), *(rule for rule in setup.rules if not rule.trusted)]
    triggers = {token.encode() for rule in rules for token in rule.triggers}
    found = judge(analyse(folder, setup.config, triggers).facts, rules, setup.failed)
    lines = {path: text.splitlines() for path, text in files.items()}

    def words(path: str, line: int) -> str:
        shown = lines.get(path, [])
        return re.sub(r"Again\b|\s", "", shown[line - 1]) if 0 < line <= len(shown) else ""

    # What is true of a whole file stands at its first line, whatever that is.
    shown = (
        (item.code, item.at.path, "" if item.code[:3] == "RT9" else words(item.at.path, item.at.line))
        for item in found
        if not item.suppressed
    )
    return Counter(shown)


@cache
def unchanged(name: str, folder: Path) -> Counter[tuple[str, str, str]]:
    return findings(EXAMPLES[name].files, folder / re.sub(r"\W", "-", name))


@pytest.fixture(scope="session")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("before")


@pytest.mark.parametrize(("name", "change"), pairs())
def test_what_means_nothing_changes_no_finding(name: str, change: str, tmp_path: Path, before: Path) -> None:
    assert findings(CHANGES[change](EXAMPLES[name].files), tmp_path) == unchanged(name, before)


@pytest.mark.parametrize("change", CHANGES)
def test_each_change_fits_some_examples(change: str) -> None:
    assert sum(fits(name, change) for name in EXAMPLES) > 1
