"""The dialect of rule queries: a subset of SQLite's SQL in which silence can only mean clean.

What SQLite takes without a word and answers with nothing is refused here: names in double quotes (a typo becomes a
text), LIKE (case-blind, `_` is a wildcard), outer joins with IS NULL (an unknown would be reported), aggregates beside
bare columns. Absence may be asked of closed views only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from rtlint.ddl import VIEWS_PATH
from rtlint.facts.records import dataclass
from rtlint.patterns import regex

_TOKEN = regex(
    r"(?P<space>\s+|--[^\n]*)|(?P<text>'(?:[^']|'')*')|(?P<quoted>\"[^\"]*\"?|`[^`]*`?|\[[^\]]*\]?)|"
    r"(?P<number>\d+(?:\.\d+)?)|(?P<word>[A-Za-z_]\w*)|(?P<operator>\|\||<=|>=|<>|!=|==|[-+*/%<>=(),.;?:@$&|~])|(?P<other>.)",
    re.DOTALL,
)
FUNCTIONS = frozenset(
    {"coalesce", "ifnull", "iif", "nullif", "lower", "upper", "length", "substr", "instr", "replace", "trim", "abs"}
)
AGGREGATES = frozenset({"count", "min", "max", "sum", "total", "avg", "group_concat"})
_FORBIDDEN = {
    "LIKE": "LIKE is case-blind and takes _ for a wildcard: use GLOB",
    "REGEXP": "no regular expressions in rules: match in link and offer a column",
    "MATCH": "MATCH needs a table of its own kind: compare columns",
    "ORDER": "the engine orders findings: leave ORDER BY out",
    "LIMIT": "the engine bounds rows: leave LIMIT out",
    "OFFSET": "the engine bounds rows: leave OFFSET out",
    "GROUP": "the engine merges rows: leave GROUP BY out",
    "LEFT": "an outer join reports what is unknown: ask a closed view with NOT EXISTS",
    "RIGHT": "an outer join reports what is unknown: ask a closed view with NOT EXISTS",
    "FULL": "an outer join reports what is unknown: ask a closed view with NOT EXISTS",
    "NATURAL": "name the columns of a join",
    "EXCEPT": "ask a closed view with NOT EXISTS",
    "PRAGMA": "a rule is one SELECT",
    "ATTACH": "a rule is one SELECT",
    "RECURSIVE": "no recursion in rules: offer the closure as a view",
    "NULL": "columns of views are not null: test the flag or text that says so",
}
_CLAUSE_ENDS = frozenset({"UNION", "INTERSECT", "GROUP", "ORDER", "LIMIT", "WHERE", "JOIN", "INNER", "CROSS"})


class Token(NamedTuple):
    """One token of a query; `start` is its offset in characters."""

    kind: str
    text: str
    start: int

    @property
    def word(self) -> str:
        """The token in upper case when it is a word, else empty."""
        return self.text.upper() if self.kind == "word" else ""

    @property
    def end(self) -> int:
        """The offset behind the token."""
        return self.start + len(self.text)


@dataclass(frozen=True, slots=True)
class View:
    """A view as its comment documents it; `closed_by` is its flag column, `always`, or empty for an open one."""

    name: str
    summary: str
    columns: Mapping[str, str]
    closed_by: str


@dataclass(frozen=True, slots=True)
class Complaint:
    """Something in a query that the dialect refuses, at an offset in characters."""

    offset: int
    message: str


def tokens(query: str) -> list[Token]:
    """Take a query apart, without white space and comments."""
    found = (Token(str(item.lastgroup), item.group(), item.start()) for item in _TOKEN.finditer(query))
    return [token for token in found if token.kind != "space"]


@cache
def load_views(text: str | None = None) -> Mapping[str, View]:
    """Return the views by name, as the comments of `views.sql` (or of another text) describe them."""
    source = VIEWS_PATH.read_text(encoding="utf-8") if text is None else text
    blocks = re.findall(r"((?:^--[^\n]*\n)+)CREATE VIEW (\w+)", source, re.MULTILINE)
    return {name: _view(name, comment) for comment, name in blocks}


def _view(name: str, comment: str) -> View:
    summary, closed, found = "", "", {}
    for line in comment.splitlines():
        entry = re.match(r"--(\s*)(\w+): (.*)", line)
        if entry and entry.group(2) == name:
            summary = entry.group(3)
        elif entry and entry.group(2) == "closed_by":
            closed = entry.group(3).strip()
        elif entry and len(entry.group(1)) > 1:
            found[entry.group(2)] = entry.group(3)
    return View(name, summary, found, closed)


def complaints(query: str, views: Mapping[str, View]) -> list[Complaint]:
    """Return everything in a query that the dialect refuses."""
    found = tokens(query)
    return [*_words(found), *_statement(found), *_functions(found), *_sources(found, views), *_absences(found, views)]


def _words(found: list[Token]) -> Iterator[Complaint]:
    for token in found:
        if token.kind == "quoted":
            yield Complaint(
                token.start, f"{token.text}: a name in quotes becomes a text when it is misspelt; write it bare"
            )
        elif token.kind == "other" or token.text in {";", "?", "@", "$", ":"}:
            yield Complaint(token.start, f"{token.text!r} has no place in a rule's query")
        elif token.word in _FORBIDDEN:
            yield Complaint(token.start, f"{token.word}: {_FORBIDDEN[token.word]}")


def _statement(found: list[Token]) -> Iterator[Complaint]:
    if not found or found[0].word not in {"SELECT", "WITH"}:
        yield Complaint(0, "a rule's query is one SELECT, or WITH ... SELECT")
    for before, token in pairwise(found):
        star = token.text == "*" and (before.word == "SELECT" or before.text in {"(", "."})
        if token.text in {"+", "-", "*", "/", "%"} and not star:
            yield Complaint(token.start, f"no arithmetic ({token.text}): an expression has no type; offer a column")


def _functions(found: list[Token]) -> Iterator[Complaint]:
    for position, token in enumerate(found[:-1]):
        name = token.text.lower()
        if token.kind != "word" or found[position + 1].text != "(" or token.word in _KEYWORDS_BEFORE_PAREN:
            continue
        alone = _is_alone(found, position)
        if name in AGGREGATES and not alone:
            yield Complaint(token.start, f"{name}() may stand only alone in a subquery: (SELECT {name}(...) FROM ...)")
        elif name not in FUNCTIONS | AGGREGATES:
            yield Complaint(
                token.start, f"{name}() is not among the functions of rules: {', '.join(sorted(FUNCTIONS))}"
            )


def _is_alone(found: list[Token], position: int) -> bool:
    """Tell whether a call is the only thing that a subquery selects: `(SELECT count(*) FROM ...)`."""
    after = _closing(found, position + 1) + 1
    opened = position >= 2 and found[position - 1].word == "SELECT" and found[position - 2].text == "("
    return opened and after < len(found) and found[after].word == "FROM"


_KEYWORDS_BEFORE_PAREN = frozenset(
    "IN EXISTS AS AND OR NOT WHERE ON SELECT WHEN THEN ELSE FROM JOIN CASE UNION ALL USING GLOB BETWEEN VALUES".split()
)


def _sources(found: list[Token], views: Mapping[str, View]) -> Iterator[Complaint]:
    known = set(views) | {name for name, _ in _stage_spans(found)}
    for before, token in pairwise(found):
        if before.word in {"FROM", "JOIN"} and token.kind == "word" and token.text not in known:
            yield Complaint(token.start, f"there is no view {token.text}: `rtlint schema` lists them")


def _absences(found: list[Token], views: Mapping[str, View]) -> Iterator[Complaint]:
    """Demand the flag of every view over which a query asks for absence."""
    flags = {token.text for token in found if token.kind == "word"}
    for start, inside in _negations(found):
        for name in _read_views(inside, found, views):
            closed = views[name].closed_by
            if not closed:
                yield Complaint(start, f"{name} is open: that a row is not there says nothing; ask a closed view")
            elif closed != "always" and closed not in flags:
                yield Complaint(start, f"absence from {name} counts only where {closed} = 1: name it in the query")


def _negations(found: list[Token]) -> Iterator[tuple[int, list[Token]]]:
    """Yield the tokens inside each NOT EXISTS (...) and NOT IN (SELECT ...)."""
    for position, token in enumerate(found[:-2]):
        if token.word == "NOT" and found[position + 1].word in {"EXISTS", "IN"} and found[position + 2].text == "(":
            inside = found[position + 3 : _closing(found, position + 2)]
            if found[position + 1].word == "EXISTS" or (inside and inside[0].word in {"SELECT", "WITH"}):
                yield token.start, inside


def _closing(found: list[Token], opening: int) -> int:
    depth = 0
    for position in range(opening, len(found)):
        depth += {"(": 1, ")": -1}.get(found[position].text, 0)
        if depth == 0:
            return position
    return len(found)


def _read_views(inside: list[Token], found: list[Token], views: Mapping[str, View]) -> set[str]:
    """Return the views that some tokens read, through the named stages of the query."""
    stages = dict(_stage_spans(found))
    pending = [token.text for before, token in pairwise(inside) if before.word in {"FROM", "JOIN"}]
    seen: set[str] = set()
    while pending:
        name = pending.pop()
        if name in seen:
            continue
        seen.add(name)
        body = stages.get(name, [])
        pending += [token.text for before, token in pairwise(body) if before.word in {"FROM", "JOIN"}]
    return seen & set(views)


def _stage_spans(found: list[Token]) -> list[tuple[str, list[Token]]]:
    """Return the named stages of `WITH a AS (...), b AS (...)` with the tokens inside."""
    stages = []
    position = 1 if found and found[0].word == "WITH" else len(found)
    while position + 2 < len(found) and found[position + 1].word == "AS" and found[position + 2].text == "(":
        end = _closing(found, position + 2)
        stages.append((found[position].text, found[position + 3 : end]))
        if end + 1 >= len(found) or found[end + 1].text != ",":
            break
        position = end + 2
    return stages


def stages(query: str) -> list[tuple[str, str]]:
    """Return the stages of a query for `rtlint why`: each named one as a query of its own, the whole as `result`."""
    found = tokens(query)
    spans = _stage_spans(found)
    if not spans:
        return [*_unfiltered(query, found), ("result", query)]
    heads = []
    for name, inside in spans:
        end = query.index(")", inside[-1].end) + 1
        heads.append((name, f"{query[:end]} SELECT * FROM {name}"))
    return [*heads, ("result", query)]


def _unfiltered(query: str, found: list[Token]) -> list[tuple[str, str]]:
    """Return the query without its outermost WHERE, as the stage `candidates`."""
    depth = 0
    for token in found:
        depth += {"(": 1, ")": -1}.get(token.text, 0)
        if token.word == "WHERE" and depth == 0:
            return [("candidates", query[: token.start])]
    return []


def and_terms(query: str) -> list[tuple[int, int]]:
    """Return the span of every term of every WHERE and ON, subqueries included: what the mutation check removes."""
    found = tokens(query)
    spans: list[tuple[int, int]] = []
    for position, token in enumerate(found):
        before = found[position - 1] if position else token
        grouped = token.text == "(" and (before.word in {"AND", "OR", "NOT"} or before.text == "(")
        if token.word in {"WHERE", "ON"}:
            spans += _terms(found, position + 1)
        elif grouped:
            inner = list(_terms(found, position + 1))
            spans += inner if len(inner) > 1 else []
    return spans


def _terms(found: list[Token], start: int) -> Iterable[tuple[int, int]]:
    depth, first, between = 0, start, False
    for position in range(start, len(found) + 1):
        token = found[position] if position < len(found) else Token("end", ")", 0)
        depth += {"(": 1, ")": -1}.get(token.text, 0)
        ends = depth < 0 or (depth == 0 and (token.word in _CLAUSE_ENDS or token.word == "ON"))
        if ends or (depth == 0 and token.word == "AND" and not between):
            if position > first:
                yield found[first].start, found[position - 1].end
            first = position + 1
        if depth == 0 and token.word in {"BETWEEN", "AND"}:
            between = token.word == "BETWEEN"
        if ends:
            return
