"""The pages of the documentation that are made from sources: rules, options of commands, views.

`make docs` writes them, and tests/test_docs.py fails when one is stale.
"""

from __future__ import annotations

import re
from pathlib import Path

import click

from rtlint.cli import main
from rtlint.cli.questions import FIXES
from rtlint.pipeline import schema
from rtlint.rules import Rule, builtin_rules

ROOT = Path(__file__).parent.parent
RULES = ROOT / "docs" / "rules"
_MADE = "<!-- Made by `make docs` from {}: change that. -->"
_MARKED = re.compile(r"(<!-- options of (?P<name>[\w-]+) -->\n).*?(?=<!-- end of options -->)", re.DOTALL)
_VIEW = re.compile(r"^((?:--[^\n]*\n)+)CREATE VIEW (\w+)", re.MULTILINE)


_ABOUT_VIEWS = (
    "What rules and `rtlint query` read. Columns that end in `_at`, and `at`, are places. Views are a promise to the\n"
    "rules of other repositories; the tables behind them (`rtlint schema --tables`) may change."
)


def pages() -> dict[Path, str]:
    """Return every page that is made whole, by its path."""
    found = {RULES / f"{rule.name}.md": rule_page(rule) for rule in builtin_rules(examples=True)}
    return found | {ROOT / "docs" / "schema.md": schema_page()}


def rule_page(rule: Rule) -> str:
    """Return the page of a rule: what it says, how it is fixed, and its examples."""
    fixable = f" Fixed by `rtlint check {FIXES[rule.info.fixable]}`." if rule.fixes else ""
    parts = [
        _MADE.format(f"rules/{rule.path}"),
        f"# {rule.code} {rule.name}",
        f"{rule.summary}. Level: {rule.level}.{fixable}",
        rule.explanation.strip(),
    ]
    parts += ["## Examples"] + [_example(rule, number) for number in range(len(rule.examples))]
    if rule.references:
        parts += ["## References", "\n".join(f"- <{reference}>" for reference in rule.references)]
    return "\n\n".join(parts) + "\n"


def _example(rule: Rule, number: int) -> str:
    example = rule.examples[number]
    marked = any(re.search(rf"\b{rule.code}\b", text) for text in (*example.files.values(), *example.expect))
    title = f"### {'Reported' if marked else 'Not reported'}: {example.name}"
    blocks = [f"`{path}`\n\n{_fenced(_without_marks(text))}" for path, text in example.files.items()]
    return "\n\n".join([title, *blocks])


def _without_marks(text: str) -> str:
    """Return the text of an example without the marks that its tests read."""
    marks = r"RT\d{3}(?: (?:chain|[a-z]\w*_at|value_id)\b)?(?: RT\d{3}(?: (?:chain|[a-z]\w*_at|value_id)\b)?)*"
    return re.sub(rf"[ \t]*(?://|#|<!--|/\*|\{{/\*)\s*{marks}\s*(?:-->|\*/\}}?)?[ \t]*$", "", text, flags=re.MULTILINE)


def _fenced(text: str) -> str:
    fence = "`" * max(3, *(len(found) + 1 for found in re.findall(r"`{3,}", text)), 3)
    return f"{fence}text\n{text.rstrip()}\n{fence}"


def schema_page() -> str:
    """Return the page of the views that rules and queries read."""
    parts = [_MADE.format("rtlint/views.sql"), "# Views", _ABOUT_VIEWS]
    for comment, name in _VIEW.findall(schema(tables=False)):
        lines = [line.removeprefix("--").removeprefix(" ") for line in comment.splitlines()]
        meaning = lines[0].partition(": ")[2]
        parts += [f"## {name}", meaning[:1].upper() + meaning[1:], _columns(lines[1:])]
    return "\n\n".join(parts) + "\n"


def _columns(lines: list[str]) -> str:
    rows: list[list[str]] = []
    for line in lines:
        found = re.match(r"\s*(\w+): (.*)", line)
        if found:
            rows.append([found[1], found[2]])
        elif rows:
            rows[-1][1] += " " + line.strip()
    table = "\n".join(f"| `{name}` | {meaning} |" for name, meaning in rows)
    return f"| column | meaning |\n| --- | --- |\n{table}"


def with_options(text: str) -> str:
    """Return a page with the options of commands between their marks."""
    return _MARKED.sub(lambda found: f"{found[1]}{options(found['name'])}", text)


def options(name: str) -> str:
    """Return the options of a command as a table, from its own help."""
    command = main.commands[name]
    context = click.Context(command, info_name=name)
    records = [
        parameter.get_help_record(context) for parameter in command.params if isinstance(parameter, click.Option)
    ]
    rows = [f"| {_spans(record[0])} | {_escaped(record[1])} |" for record in records if record]
    return "| option | meaning |\n| --- | --- |\n" + "\n".join(rows) + "\n"


def _spans(text: str) -> str:
    """Return the spellings of an option as code spans."""
    return ", ".join(f"`{_escaped(part)}`" for part in text.split(", "))


def _escaped(text: str) -> str:
    return text.replace("|", "\\|")
