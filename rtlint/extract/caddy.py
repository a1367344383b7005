"""Caddyfiles: sites, and where each path of them goes.

Sources: https://caddyserver.com/docs/caddyfile/concepts, https://caddyserver.com/docs/caddyfile/directives#directive-order,
https://caddyserver.com/docs/caddyfile/directives/reverse_proxy. Caddy passes WebSockets on by itself. What stands in
`route` blocks and what depends on anything but the path is not understood.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from rtlint.extract.dotenv_text import Lines, decode
from rtlint.facts.proxies import ProxyHeader, ProxyRule, ProxyServer
from rtlint.facts.raw import Problem, RawFact
from rtlint.facts.records import dataclass, field
from rtlint.facts.rewrites import Rewrite
from rtlint.facts.site import Site
from rtlint.patterns import regex

MAX_DEPTH = 40
_TOKEN = regex(
    r"""(?P<end>\r?\n)|[ \t\f\r]++|(?P<comment>\#[^\n]*+)|"(?P<quoted>(?:[^"\\]|\\.)*+)"|`(?P<raw>[^`]*+)`"""
    r"""|(?P<word>[^\s]++)|(?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)
_ROUTES = {"handle", "handle_path", "reverse_proxy", "php_fastcgi", "redir", "respond", "file_server"}
_RANK = {
    "redir": 0,
    "handle": 1,
    "handle_path": 1,
    "respond": 2,
    "reverse_proxy": 3,
    "php_fastcgi": 4,
    "file_server": 5,
}
"""The order in which Caddy sorts directives."""

_UNREAD = frozenset({"route", "rewrite", "uri", "try_files", "import", "invoke", "method", "map", "abort", "error"})
_HANDLER_INSIDE = frozenset({"rewrite", "method", "handle_response", "replace_status", "to"})
_UPSTREAM = regex(r"(?:(?P<scheme>https?|h2c)://)?(?P<host>\[[^\]]*\]|[^:/]*)(?::(?P<port>[^/]*))?/?")


@dataclass(slots=True)
class _Line:
    """A directive: its words with their first and last offsets, and the lines of its block."""

    words: list[str]
    start: int
    end: int
    block: list[_Line] | None = None


def extract(path: str, data: bytes) -> list[RawFact]:
    """Read a Caddyfile: its sites and their rules; a Problem where its braces do not fit."""
    lines = Lines(path, decode(data))
    top, problem = _parse(lines)
    reader = _Reader(lines)
    snippets = {line.words[0][1:-1]: line.block or [] for line in top if line.words and line.words[0].startswith("(")}
    for line in _sites(top):
        line.block = _expanded(line.block or [], snippets)
        reader.site(line)
    return [*reader.facts, *([problem] if problem else [])]


def _parse(lines: Lines) -> tuple[list[_Line], Problem | None]:
    """Return the lines of a file as a tree."""
    top: list[_Line] = []
    stack = [top]
    for line in _logical(lines.text):
        closes = line.words == ["}"]
        if closes and len(stack) == 1:
            return top, Problem(lines.site(line.start, line.end), "RT901", "unexpected `}`")
        if closes:
            stack.pop()
            continue
        if line.words[-1] == "{":
            line.words.pop()
            line.block = []
            if not line.words and len(stack) > 1:
                # Only the file's global options have no name; inside of a block this is nothing that Caddy knows.
                line.words.append("")
        if len(stack) > MAX_DEPTH:
            return top, Problem(lines.site(line.start, line.end), "RT905", "blocks are nested too deeply")
        stack[-1].append(line)
        if line.block is not None:
            stack.append(line.block)
    open_at = lines.site(len(lines.text), len(lines.text))
    return top, Problem(open_at, "RT901", "a block is never closed") if len(stack) > 1 else None


def _expanded(block: list[_Line], snippets: Mapping[str, list[_Line]]) -> list[_Line]:
    """Return a block with the file's own snippets in place of their imports, as far as they have no arguments."""
    found: list[_Line] = []
    for line in block:
        own = snippets.get(line.words[1]) if line.words[:1] == ["import"] and len(line.words) == 2 else None
        found += own if own is not None else [line]
    return found


def _logical(text: str) -> Iterator[_Line]:
    """Yield the lines that hold anything; a backslash at the end joins a line with the next one."""
    line = _Line([], 0, 0)
    for found in _TOKEN.finditer(text):
        kind = found.lastgroup
        if kind == "end" and line.words and line.words[-1] == "\\":
            line.words.pop()
        elif kind == "end" and line.words:
            yield line
            line = _Line([], 0, 0)
        elif kind in {"quoted", "raw", "word", "other"}:
            if not line.words:
                line.start = found.start()
            line.words.append(found[kind])
            line.end = line.end if found[0] == "{" and len(line.words) > 1 else found.end()
    if line.words:
        yield line


def _sites(top: list[_Line]) -> Iterator[_Line]:
    """Yield the sites: blocks with addresses; a file without braces is one site, its first line the addresses."""
    blocks = [line for line in top if line.block is not None]
    addresses = [
        line for line in blocks if line.words and not line.words[0].startswith("(") and line.words[0] not in _ROUTES
    ]
    if top and top[0].block is None and top[0].words[0] not in _ROUTES and top[0].words[0] != "import":
        yield _Line(top[0].words, top[0].start, top[0].end, [line for line in top[1:] if line.words])
    elif addresses:
        yield from addresses
    elif top and not any(line.words and line.words[0].startswith("(") for line in blocks):
        yield _Line([], top[0].start, top[0].end, [line for line in top if line.words])


@dataclass(slots=True)
class _Reader:
    lines: Lines
    facts: list[RawFact] = field(default_factory=list)
    _servers: int = 0
    _rules: int = 0

    def site(self, line: _Line) -> None:
        """Read one site; its rules come in the order in which Caddy tries them."""
        self._servers += 1
        block = line.block or []
        names = [word.rstrip(",") for word in line.words]
        ports = dict.fromkeys(_port(name) for name in names)
        complete = not any(item.words[0] in _UNREAD for item in block if item.words)
        at = self._at(line)
        self.facts.append(ProxyServer(at, "caddy", self._servers, " ".join(names), " ".join(ports), complete))
        matchers = dict(_matchers(block))
        found = [(item, *_patterns(item, matchers)) for item in block if item.words and item.words[0] in _ROUTES]
        flat = [(item, pattern, known and complete) for item, patterns, known in found for pattern in patterns]
        flat.sort(key=lambda each: (_RANK[each[0].words[0]], -len(each[1])))
        for item, pattern, known in flat:
            self._rule(item, pattern, complete=known)
        self._headers(block, 0)

    def _at(self, line: _Line) -> Site:
        return self.lines.site(line.start, line.end)

    def _headers(self, block: list[_Line], rule: int) -> None:
        for item in block:
            words = [word for word in item.words if not word.startswith(("@", "/", "*"))]
            if words[:1] == ["header"]:
                inner = [*([[*words[1:]]] if len(words) > 2 else []), *(each.words for each in item.block or [])]
                for pair in inner:
                    if len(pair) > 1 and not pair[0].startswith("-"):
                        self.facts.append(
                            ProxyHeader(
                                self._at(item), self._servers, rule, pair[0].lstrip("+?>"), pair[1], always=True
                            )
                        )

    def _rule(self, item: _Line, pattern: str, *, complete: bool) -> None:
        self._rules += 1
        name = item.words[0]
        inner = item if not name.startswith("handle") else _only(item.block or [])
        changes, understood = _changes(item, pattern) if name.startswith("handle") else ((), True)
        passing = inner is not None and inner.words[0] in {"reverse_proxy", "php_fastcgi"}
        target = _upstream(inner) if inner is not None and passing else None
        action = "proxy" if passing else "return" if name in {"redir", "respond"} else "files"
        self.facts.append(
            ProxyRule(
                at=self._at(item),
                tool="caddy",
                server=self._servers,
                rule=self._rules,
                parent=0,
                matcher="glob",
                pattern=pattern,
                action=action,
                scheme=(target["scheme"] or "http") if target else "",
                host=_plain(target["host"]) if target else "",
                port=_plain(target["port"]) if target else "",
                websocket="yes" if passing else "no",
                serves_files=action == "files",
                complete=complete and understood and not (passing and target is None),
                target_at=self._at(inner) if inner is not None and passing else self._at(item),
                rewrites=changes,
            )
        )
        self._headers(item.block or [], self._rules)


def _port(name: str) -> str:
    found = re.search(r":(\d+)$", name)
    return found[1] if found else "80" if name.startswith("http://") else "443"


def _plain(text: str | None) -> str:
    return text if text and "{" not in text else ""


def _matchers(block: list[_Line]) -> Iterator[tuple[str, list[str] | None]]:
    """Yield the named matchers of a site with their paths; None for one that asks for anything else."""
    for item in block:
        if item.words and item.words[0].startswith("@"):
            conditions = [item.words[1:], *(each.words for each in item.block or [])]
            conditions = [words for words in conditions if words]
            paths = conditions[0][1:] if len(conditions) == 1 and conditions[0][0] == "path" else None
            yield item.words[0], paths


def _patterns(item: _Line, matchers: Mapping[str, list[str] | None]) -> tuple[list[str], bool]:
    """Return the paths that a directive is for, `*` for all, and whether they are all that decides."""
    word = item.words[1] if len(item.words) > 1 else "*"
    if word.startswith("@"):
        paths = matchers.get(word)
        return (paths, True) if paths else (["*"], False)
    return ([word], True) if word.startswith("/") else (["*"], True)


def _only(block: list[_Line]) -> _Line | None:
    """Return the directive that answers in a block, if there is exactly one and it is for all paths."""
    found = [item for item in block if item.words and item.words[0] in _ROUTES]
    proxies = [item for item in found if item.words[0] in {"reverse_proxy", "php_fastcgi"}]
    return (proxies or found or [None])[0]  # type: ignore[list-item]


def _changes(item: _Line, pattern: str) -> tuple[tuple[Rewrite, ...], bool]:
    """Return what a `handle` does to the path, and whether all of its block is understood."""
    block = [each for each in item.block or [] if each.words]
    found = [Rewrite("strip", pattern.rstrip("*"))] if item.words[0] == "handle_path" else []
    answers = [each for each in block if each.words[0] in _ROUTES]
    understood = len(answers) <= 1 and not any(_is_matched(each) for each in answers)
    # Caddy sorts `rewrite` before `uri`, wherever they stand.
    own = sorted((each.words for each in block if each.words[0] in {"rewrite", "uri"}), key=lambda words: words[0])
    found += map(_change, own)
    unread = _UNREAD - {"rewrite", "uri"} - (set() if any(_proxies(each) for each in answers) else {"try_files"})
    understood = understood and not any(change.kind == "opaque" for change in found)
    return tuple(found), understood and not any(each.words[0] in unread for each in block)


def _proxies(item: _Line) -> bool:
    return item.words[0] in {"reverse_proxy", "php_fastcgi"}


def _is_matched(item: _Line) -> bool:
    return len(item.words) > 1 and item.words[1].startswith(("@", "/"))


def _change(words: list[str]) -> Rewrite:
    """Return a `rewrite` or `uri` without a matcher of its own."""
    rest = words[2:] if len(words) > 2 and words[1] == "*" else words[1:]
    if words[0] == "uri" and rest[:1] == ["strip_prefix"] and len(rest) == 2 and "{" not in rest[1]:
        return Rewrite("strip", "/" + rest[1].lstrip("/"))
    if words[0] == "rewrite" and len(rest) == 1 and rest[0].startswith("/"):
        base, marked, _ = rest[0].partition("{uri}")
        if "{" not in base:
            return Rewrite("prepend", "", base) if marked else Rewrite("set", "", base.partition("?")[0])
    return Rewrite("opaque")


def _upstream(item: _Line) -> re.Match[str] | None:
    """Return the first address of a `reverse_proxy`; None where its block changes what is passed on."""
    inner = [each.words for each in item.block or [] if each.words]
    to = [word for words in inner if words[0] == "to" for word in words[1:]]
    if any(words[0] in _HANDLER_INSIDE - {"to"} for words in inner):
        return None
    addresses = [word for word in item.words[1:] if not word.startswith(("/", "@", "*"))] + to
    return _UPSTREAM.fullmatch(addresses[0]) if addresses else None
