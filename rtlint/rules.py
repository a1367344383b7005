"""Rule files: one YAML file is a rule, its documentation and its tests."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from rtlint.compiled import compiled
from rtlint.database import columns_of
from rtlint.dialect import complaints, load_views
from rtlint.errors import RtlintError
from rtlint.facts.records import dataclass
from rtlint.findings import FIX_OPERATIONS, LEVELS, RuleInfo
from rtlint.patterns import regex
from rtlint.providers import rules_directory

CHAIN = "chain"
"""The label of an evidence column that holds a value: its steps are the evidence."""

MAX_PROJECT_RULE = 100_000
"""Characters of a repository's own rule file that are read."""

_REQUIRED = ("code", "name", "level", "summary", "explanation", "query", "message", "references", "examples")
_OPTIONAL = ("symptom", "remedy", "evidence", "triggers", "fix")
_FIX_KEYS = ("title", "operation", "at", "with", "safe", "when", "given")
_EXAMPLES = "\nexamples:\n"
_SPECIAL = frozenset({"at", "level", "variant"})
_ENGINE = "engine"
_CODE = regex(r"RT\d{3}")
_NAME = regex(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)+")
_PLACEHOLDER = regex(r"\{(\w+)\}")

_Document = tuple[dict[str, Any], dict[str, int], dict[str, int]]
"""A rule file: what is in it, the line of each key, and the line of each value."""


class RuleError(RtlintError):
    """A rule file is wrong. The text names file, line and key."""

    def __init__(self, path: str, line: int, message: str) -> None:
        """Keep the place: `path` as shown to the user, `line` 1-based."""
        super().__init__(f"{path}:{line}: {message}")
        self.path = path
        self.line = line
        self.message = message


@dataclass(frozen=True, slots=True)
class Example:
    """A small repository on which every rule runs.

    `files` carry marks; `expect` lists those that can't stand in the text, in the same words: `RT101 label path:line`.
    """

    name: str
    files: Mapping[str, str]
    expect: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FixTemplate:
    """How a rule proposes to make a finding go away.

    Attributes:
        title: template of the fix's title.
        operation: an operation of `rtlint.fix`.
        at: the column of the place that it works on.
        arguments: templates by argument.
        safe: whether `--fix` applies it.
        when: the variants for which it holds; empty for all.
        given: a column that must not be empty, or an empty text.
    """

    title: str
    operation: str
    at: str
    arguments: Mapping[str, str]
    safe: bool
    when: tuple[str, ...]
    given: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule.

    Attributes:
        messages: templates by variant; a rule without variants has the one key `default`.
        evidence: label templates by column; `chain` for a column that holds a value.
        fixes: what it proposes, the best first.
        path: the file, as a person would name it.
        trusted: whether it comes with rtlint; the rules of a repository run under limits.
    """

    code: str
    name: str
    level: str
    summary: str
    explanation: str
    query: str
    messages: Mapping[str, str]
    symptom: str
    remedy: str
    evidence: Mapping[str, str]
    references: tuple[str, ...]
    triggers: tuple[str, ...]
    examples: tuple[Example, ...]
    fixes: tuple[FixTemplate, ...]
    path: str
    trusted: bool = True

    @property
    def made_by_engine(self) -> bool:
        """Whether the engine reports it without a query."""
        return self.query == _ENGINE

    @property
    def info(self) -> RuleInfo:
        """What writers show of the rule."""
        url = (rules_directory() / self.path).as_uri() if self.trusted else ""
        fixable = "" if not self.fixes else "safe" if any(fix.safe for fix in self.fixes) else "unsafe"
        return RuleInfo(self.code, self.name, self.level, self.summary, self.explanation, self.references, url, fixable)


@cache
def builtin_rules(*, examples: bool = False) -> tuple[Rule, ...]:
    """Return the rules that come with rtlint, sorted by code.

    Args:
        examples: whether to read their examples too. These are three quarters of the text, and no run needs them.

    Raises:
        RuleError: a rule file is wrong; a rule that can't run must never look like a clean result.
    """
    if examples:
        return checked(load_rule(path, shown) for path, shown in _paths())
    documents = compiled("rules", lambda: [(shown, _read(_text_of(path, shown), shown)) for path, shown in _paths()])
    return checked(_Parser(document, shown, trusted=True, query=False).rule() for shown, document in documents)


def _paths() -> list[tuple[Path, str]]:
    """Return the files of the rules that come with rtlint, and how messages name them."""
    root = rules_directory()
    paths = sorted(path for path in root.glob("*/*.yaml") if path.parent.name != "providers")
    return [(path, path.relative_to(root).as_posix()) for path in paths]


def checked(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    """Return rules sorted by code.

    Raises:
        RuleError: two rules share a code or a name.
    """
    seen: dict[str, Rule] = {}
    found = sorted(rules, key=lambda rule: rule.code)
    for rule in found:
        for key in (rule.code, rule.name):
            if key in seen:
                raise RuleError(rule.path, 1, f"{key} is also the rule of {seen[key].path}")
            seen[key] = rule
    return tuple(found)


def load_rule(path: Path, shown: str, *, trusted: bool = True) -> Rule:
    """Read and check one rule file.

    Args:
        path: the file.
        shown: how messages name it.
        trusted: False for a rule of the analysed repository.

    Raises:
        RuleError: the file can't be read, or is no rule.
    """
    return parse_rule(_text_of(path, shown, examples=True), shown, trusted=trusted)


def _text_of(path: Path, shown: str, *, examples: bool = False) -> str:
    """Return the text of a rule file, with its examples or without: they are the last key of a file."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise RuleError(shown, 1, f"the rule can't be read: {error}") from error
    head, key, _ = text.partition(_EXAMPLES)
    return head + "\nexamples: []\n" if key and not examples else text


def parse_rule(text: str, shown: str, *, trusted: bool = True) -> Rule:
    """Make a rule from the text of its file, and check it.

    Args:
        text: the text.
        shown: how messages name the file.
        trusted: False for a rule of the analysed repository.

    Raises:
        RuleError: the text is no rule.
    """
    return _Parser(_read(text, shown, trusted=trusted), shown, trusted=trusted, query=True).rule()


def _read(text: str, shown: str, *, trusted: bool = True) -> _Document:
    """Return what is in a rule file, and where."""
    import yaml

    def error(line: int, message: str) -> RuleError:
        return RuleError(shown, line, message)

    try:
        # The C loader has no bound on nesting and would crash on a hostile file; a repository's rules are small.
        quick = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        loader = quick(text) if trusted else yaml.SafeLoader(text[:MAX_PROJECT_RULE])
        try:
            node = loader.get_single_node()
            if not isinstance(node, yaml.MappingNode):
                raise error(1, "a rule is a mapping of keys")
            raw = loader.construct_document(node)
        finally:
            loader.dispose()
    except RecursionError as reason:
        raise error(1, "nested too deeply") from reason
    except yaml.YAMLError as reason:
        mark = getattr(reason, "problem_mark", None)
        raise error(mark.line + 1 if mark else 1, f"not valid YAML: {reason}") from reason
    lines = {str(key.value): key.start_mark.line + 1 for key, _ in node.value}
    values = {str(key.value): value.start_mark.line + 1 for key, value in node.value}
    return raw, lines, values


class _Parser:
    """Checks one rule file key by key.

    Args:
        document: the file.
        shown: how messages name it.
        trusted: False for a rule of the analysed repository.
        query: whether the query is checked, too: no run needs that of rtlint's own rules.
    """

    def __init__(self, document: _Document, shown: str, *, trusted: bool, query: bool) -> None:
        self._shown = shown
        self._trusted = trusted
        self._query = query
        self._raw, self._lines, self._nodes = document

    def _error(self, line: int, message: str) -> RuleError:
        return RuleError(self._shown, line, message)

    def _fail(self, key: str, message: str) -> RuleError:
        return self._error(self._lines.get(key, 1), f"{key}: {message}")

    def rule(self) -> Rule:
        self._keys()
        query = self._text("query").strip()
        messages = self._messages()
        evidence = self._texts_by_name("evidence")
        rule = Rule(
            code=self._text("code"),
            name=self._text("name"),
            level=self._text("level"),
            summary=self._text("summary"),
            explanation=self._text("explanation"),
            query=query,
            messages=messages,
            symptom=self._text("symptom"),
            remedy=self._text("remedy"),
            evidence=evidence,
            references=self._list("references"),
            triggers=self._list("triggers"),
            examples=self._examples(),
            fixes=tuple(self._fixes()),
            path=self._shown,
            trusted=self._trusted,
        )
        self._check(rule)
        return rule

    def _keys(self) -> None:
        for key in self._raw:
            if key not in _REQUIRED + _OPTIONAL:
                raise self._fail(key, f"unknown key; a rule has {', '.join(_REQUIRED + _OPTIONAL)}")
        for key in _REQUIRED:
            if key not in self._raw and (self._trusted or key not in {"references", "examples"}):
                raise self._error(1, f"the key {key} is missing")

    def _text(self, key: str) -> str:
        value = self._raw.get(key, "")
        if not isinstance(value, str):
            raise self._fail(key, "must be a text")
        return value

    def _list(self, key: str) -> tuple[str, ...]:
        value = self._raw.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self._fail(key, "must be a list of texts")
        return tuple(value)

    def _texts_by_name(self, key: str) -> dict[str, str]:
        value = self._raw.get(key, {})
        if not isinstance(value, dict) or not all(isinstance(item, str) for pair in value.items() for item in pair):
            raise self._fail(key, "must be a mapping of names to texts")
        return value

    def _messages(self) -> dict[str, str]:
        if isinstance(self._raw.get("message"), str):
            return {"default": self._raw["message"]}
        return self._texts_by_name("message")

    def _examples(self) -> tuple[Example, ...]:
        found = []
        for item in self._raw.get("examples", []):
            if (
                not isinstance(item, dict)
                or set(item) - {"name", "files", "expect"}
                or not {"name", "files"} <= set(item)
            ):
                raise self._fail("examples", "each one has a name, files, and perhaps expect")
            found.append(Example(item["name"], item["files"], tuple(item.get("expect", ()))))
        return tuple(found)

    def _fixes(self) -> Iterable[FixTemplate]:
        value = self._raw.get("fix", [])
        for item in value if isinstance(value, list) else [value]:
            if (
                not isinstance(item, dict)
                or set(item) - set(_FIX_KEYS)
                or not {"title", "operation", "safe"} <= set(item)
            ):
                raise self._fail("fix", "each one has a title, an operation, safe, and perhaps at, with, when, given")
            if item["operation"] not in FIX_OPERATIONS:
                raise self._fail("fix", f"there is no operation {item['operation']!r}")
            when = item.get("when", [])
            yield FixTemplate(
                title=str(item["title"]),
                operation=str(item["operation"]),
                at=str(item.get("at", "at")),
                arguments={str(key): str(text) for key, text in item.get("with", {}).items()},
                safe=item["safe"] is True,
                when=(when,) if isinstance(when, str) else tuple(when),
                given=str(item.get("given", "")),
            )

    def _columns(self, query: str) -> tuple[str, ...]:
        for complaint in complaints(query, load_views()):
            raise self._error(self._query_line(query, complaint.offset), f"query: {complaint.message}")
        try:
            return columns_of(query)
        except sqlite3.Error as error:
            word = str(error).rpartition(" ")[2]
            offset = max(query.find(word), 0)
            raise self._error(self._query_line(query, offset), f"query: {error}") from error

    def _query_line(self, query: str, offset: int) -> int:
        head = 1 if self._raw["query"].count("\n") else 0
        return self._nodes["query"] + head + query.count("\n", 0, offset)

    def _check(self, rule: Rule) -> None:
        if not _CODE.fullmatch(rule.code):
            raise self._fail("code", f"{rule.code!r} is not RT and three digits")
        if not _NAME.fullmatch(rule.name):
            raise self._fail("name", f"{rule.name!r} is not two or more lower-case words with hyphens")
        if rule.level not in LEVELS:
            raise self._fail("level", f"{rule.level!r} is none of {', '.join(LEVELS)}")
        if self._query and not rule.made_by_engine:
            self._check_columns(rule, set(self._columns(rule.query)))

    def _check_columns(self, rule: Rule, columns: set[str]) -> None:
        if "at" not in columns:
            raise self._fail("query", "the column at is missing: it is the place of the finding")
        for column in rule.evidence:
            if column not in columns:
                raise self._fail("evidence", f"{column} is no column of the query")
        templates = [*rule.messages.values(), rule.symptom, rule.remedy, *rule.evidence.values()]
        templates += [text for fix in rule.fixes for text in (fix.title, *fix.arguments.values())]
        named = {name for fix in rule.fixes for name in (fix.at, fix.given) if name}
        for name in sorted(named - columns):
            raise self._fail("fix", f"{name} is no column of the query")
        placeholders = {name for template in templates for name in _PLACEHOLDER.findall(_unescaped(template))}
        for name in sorted(placeholders - columns):
            raise self._fail("message", f"{{{name}}} is no column of the query")
        for name in sorted(columns - placeholders - named - set(rule.evidence) - _SPECIAL):
            raise self._fail("query", f"the column {name} is used nowhere")
        if ("variant" in columns) == ("default" in rule.messages):
            raise self._fail("message", "a query with a variant column has a message for each variant, others have one")


def _unescaped(template: str) -> str:
    """Return a template without its doubled braces, as `str.format` reads them."""
    return template.replace("{{", "").replace("}}", "")
