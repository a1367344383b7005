"""The flow from a folder to a report: discover, extract, link, judge."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from rtlint import __version__
from rtlint.config import Config, Known, level_of, load_config, nearest_name, override, selects
from rtlint.ddl import SCHEMA_PATH, VIEWS_PATH
from rtlint.discover import MAX_FILE_BYTES, Discovery, discover, read_bytes
from rtlint.errors import RtlintError
from rtlint.extract import extract, handles
from rtlint.facts.expressions import Literal
from rtlint.facts.files import FileFacts, SourceFile
from rtlint.facts.raw import EnvSet, Problem
from rtlint.facts.site import Site
from rtlint.findings import LEVELS, EnvironmentView, Finding, Report, Unresolved
from rtlint.judge import judge
from rtlint.judge import query as run_query
from rtlint.judge import why as run_why
from rtlint.link import Linked, link
from rtlint.link.explain import Explanation, names
from rtlint.link.explain import explain as explain_variable
from rtlint.link.policy import Policy
from rtlint.link.program import Program
from rtlint.masking import Masker, is_secret_name, is_secret_value
from rtlint.providers import load_providers
from rtlint.roles import matches
from rtlint.rules import Rule, RuleError, builtin_rules, checked, load_rule

_NO_MENTION_ROLES = frozenset({"docs", "vendored", "archive"})
_TYPE_DECLARATIONS = (".d.ts", ".d.mts", ".d.cts")
_BINARY = re.compile(
    r"\.(?:png|jpe?g|gif|webp|avif|ico|svg|pdf|zip|gz|tgz|woff2?|ttf|otf|eot|mp[34]|webm|wasm|so|dll|map|lock|css|scss|less)$|"
    r"(?:package-lock\.json|pnpm-lock\.yaml)$",
    re.IGNORECASE,
)
"""Files whose text can't use a variable."""
_WORD = rb"[A-Za-z0-9_]"


PROJECT_RULES = ".rtlint/rules"
"""The folder of a repository's own rules."""

RAW_SOCKETS = "RT101"
"""The rule that `transport.allow-raw-websocket` switches off."""


@dataclass(frozen=True, slots=True)
class Overrides:
    """What the command line says on top of the configuration file."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    fail_level: str | None = None


@dataclass(frozen=True, slots=True)
class CheckResult:
    """A report, and whether it has a finding from the fail level up."""

    report: Report
    failed: bool


@dataclass(frozen=True, slots=True)
class Setup:
    """The configuration of a run and the rules that it knows."""

    config: Config
    rules: tuple[Rule, ...]
    failed: tuple[RuleError, ...]

    def enabled(self) -> list[Rule]:
        """Return the rules that run."""
        allowed = {RAW_SOCKETS} if self.config.transport.allow_raw_websocket else set()
        return [rule for rule in self.rules if rule.code not in allowed and selects(self.config, rule.code, rule.name)]


@dataclass(slots=True)
class Analysis:
    """What is known of a repository before any rule runs.

    Attributes:
        root: the checked folder.
        files: every file, by path.
        facts: raw and derived facts.
        unresolved: what was not understood.
        read: the number of files that were parsed.
        seconds: wall time so far.
        content: returns the bytes of a file, None when it can't be read.
        program: the linked program, for `rtlint explain`.
    """

    root: Path
    files: Mapping[str, SourceFile]
    facts: tuple[object, ...]
    unresolved: tuple[Unresolved, ...]
    read: int
    seconds: float
    content: Callable[[str], bytes | None]
    program: Program


@dataclass(slots=True)
class _Reader:
    """Reads each file once, and keeps what went wrong."""

    root: Path
    problems: list[Problem] = field(default_factory=list)
    _bytes: dict[str, bytes | None] = field(default_factory=dict)

    def bytes(self, path: str) -> bytes | None:
        """Return the content of a file, or None when it can't be read."""
        if path not in self._bytes:
            found = read_bytes(self.root, path)
            if isinstance(found, Problem):
                self.problems.append(found)
            self._bytes[path] = None if isinstance(found, Problem) else found
        return self._bytes[path]


def analyse(root: Path, config: Config, triggers: Iterable[bytes] = ()) -> Analysis:
    """Find out everything that rules may ask about a folder.

    Args:
        root: the folder.
        config: the configuration that holds there.
        triggers: tokens of rules that make a file worth parsing, beside those of extractors and providers.
    """
    start = time.perf_counter()
    discovery = discover(root, config)
    files = {file.path: file for file in discovery.files}
    reader = _Reader(root)
    facts = _extract_all(discovery, reader, tuple(triggers))
    linked = _link(files, facts, reader, config)
    raw = (fact for path in sorted(facts) for fact in facts[path].facts)
    everything = (*discovery.files, *discovery.problems, *reader.problems, *raw, *linked.facts)
    read = sum(found.relevant for found in facts.values())
    seconds = time.perf_counter() - start
    return Analysis(root, files, everything, linked.unresolved, read, seconds, reader.bytes, linked.program)


def _extract_all(discovery: Discovery, reader: _Reader, triggers: tuple[bytes, ...]) -> dict[str, FileFacts]:
    facts = {}
    for file in discovery.files:
        huge = file.kind == "lockfile" and file.size > MAX_FILE_BYTES  # The manifest's range has to do then.
        if huge or file.role in {"vendored", "archive", "docs"} or not handles(file.kind):
            continue
        data = reader.bytes(file.path)
        if data is not None:
            facts[file.path] = extract(file, data, triggers)
    return facts


def _link(files: Mapping[str, SourceFile], facts: dict[str, FileFacts], reader: _Reader, config: Config) -> Linked:
    def load(path: str, kind: str = "") -> FileFacts | None:
        data = reader.bytes(path) if path in files else None
        if data is None:
            return None
        facts[path] = extract(replace(files[path], kind=kind or files[path].kind), data, force=True)
        return facts[path]

    return link(files, facts, load, lambda names: mentions(files, reader.bytes, names), _policy(config))


def _policy(config: Config) -> Policy:
    return Policy(
        managed=config.transport.managed,
        hosts=frozenset(host for policy in config.providers.values() for host in policy.hosts),
        clusters={name: policy.clusters for name, policy in config.providers.items()},
    )


def mentions(
    files: Mapping[str, SourceFile], content: Callable[[str], bytes | None], names: Iterable[str]
) -> dict[str, frozenset[str]]:
    """Return, for each name, the files whose text names it as a whole word.

    Documentation, archives and type declarations do not count: they describe a variable and do not use it.
    """
    wanted = {name.encode() for name in names}
    found: dict[bytes, set[str]] = {name: set() for name in wanted}
    if not wanted:
        return {}
    pattern = re.compile(rb"(?<!%b)(?:%b)(?!%b)" % (_WORD, b"|".join(map(re.escape, sorted(wanted))), _WORD))
    for path, file in files.items():
        silent = file.role in _NO_MENTION_ROLES or file.size > MAX_FILE_BYTES or _BINARY.search(path)
        if silent or path.endswith(_TYPE_DECLARATIONS):
            continue
        data = content(path)
        for name in set(pattern.findall(data)) if data else ():
            found[name].add(path)
    return {name.decode(): frozenset(paths) for name, paths in found.items()}


def check(root: Path, overrides: Overrides | None = None, within: tuple[str, ...] = ()) -> CheckResult:
    """Check a folder.

    Args:
        root: the folder.
        overrides: what the command line says.
        within: paths below the root; only findings with a place in one of them count. Empty for all.

    Raises:
        RtlintError: the configuration or a built-in rule is wrong.
    """
    start = time.perf_counter()
    setup = prepare(root, overrides or Overrides())
    rules = setup.enabled()
    triggers = {token.encode() for rule in rules for token in rule.triggers}
    analysis = analyse(root, setup.config, triggers)
    found = judge(analysis.facts, rules, setup.failed)
    shown = [_leveled(setup.config, finding) for finding in found if _counts(setup.config, finding, within)]
    report = _report(analysis, rules, shown, time.perf_counter() - start)
    lowest = LEVELS.index(setup.config.fail_level)
    return CheckResult(report, any(LEVELS.index(finding.level) >= lowest for finding in shown))


def prepare(root: Path, overrides: Overrides) -> Setup:
    """Load the rules and the configuration that hold in a folder.

    Raises:
        RtlintError: the configuration or a built-in rule is wrong.
    """
    builtin = builtin_rules()
    own, failed = _project_rules(root, builtin)
    rules = (*builtin, *own)
    known = Known(frozenset((rule.code, rule.name) for rule in rules), frozenset(load_providers()))
    config = load_config(root, known)
    config = override(config, known, overrides.select, overrides.ignore, overrides.fail_level)
    return Setup(config, rules, tuple(failed))


def _project_rules(root: Path, builtin: tuple[Rule, ...]) -> tuple[list[Rule], list[RuleError]]:
    """Load the rules of the repository itself; one that is wrong stops itself, not the run."""
    found: list[Rule] = []
    failed: list[RuleError] = []
    folder = root / PROJECT_RULES
    for path in sorted(folder.glob("*.yaml")) if folder.is_dir() and not folder.is_symlink() else ():
        if path.is_symlink():
            continue
        try:
            rule = load_rule(path, f"{PROJECT_RULES}/{path.name}", trusted=False)
            checked([*builtin, *found, rule])
            found.append(rule)
        except RuleError as error:
            failed.append(error)
    return found, failed


def _counts(config: Config, finding: Finding, within: tuple[str, ...]) -> bool:
    """Tell whether a finding is shown: not suppressed, not ignored for its file, and in one of the wanted paths."""
    if finding.suppressed:
        return False
    for pattern, selectors in config.per_file_ignores.items():
        ignored = any(selector in {"ALL", finding.name} or finding.code.startswith(selector) for selector in selectors)
        if ignored and matches(pattern, finding.at.path):
            return False
    places = (finding.at, *(item.at for item in (*finding.chain, *finding.related)))
    return not within or any(
        site.path == path or site.path.startswith(path + "/") for site in places for path in within
    )


def _leveled(config: Config, finding: Finding) -> Finding:
    return replace(finding, level=level_of(config, finding.code, finding.name, finding.level))


def _report(analysis: Analysis, rules: list[Rule], found: list[Finding], seconds: float) -> Report:
    paths = {site.path for finding in found for site in _sites(finding)}
    sources = {path: _text(analysis, path) for path in sorted(paths)}
    return Report(
        findings=tuple(found),
        rules=tuple(rule.info for rule in rules),
        sources=sources,
        files=len(analysis.files),
        read=analysis.read,
        seconds=seconds,
        version=__version__,
        mask=masker(analysis).mask,
        unresolved=analysis.unresolved,
    )


def _sites(finding: Finding) -> Iterable[Site]:
    return (finding.at, *(item.at for item in (*finding.chain, *finding.related)))


def _text(analysis: Analysis, path: str) -> str:
    data = analysis.content(path)
    return (data or b"").removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace")


def masker(analysis: Analysis) -> Masker:
    """Return what hides the secrets of a repository: values of variables that are secrets by name or by their form."""
    values = set()
    for fact in analysis.facts:
        literal = fact.value if isinstance(fact, EnvSet) else None
        text = literal.value if isinstance(literal, Literal) and isinstance(literal.value, str) else ""
        if isinstance(fact, EnvSet) and text and (is_secret_name(fact.name) or is_secret_value(text)):
            values.add(text)
    return Masker(values)


def known_rules(root: Path) -> tuple[Rule, ...]:
    """Return every rule that holds in a folder, the repository's own included."""
    return tuple(sorted(prepare(root, Overrides()).rules, key=lambda rule: rule.code))


def known_rule(root: Path, code_or_name: str) -> Rule:
    """Return a rule by its code or name.

    Raises:
        RtlintError: there is none; the text names the nearest one.
    """
    rules = known_rules(root)
    found = next((rule for rule in rules if code_or_name in {rule.code, rule.name}), None)
    if found is None:
        nearest = nearest_name(code_or_name, [word for rule in rules for word in (rule.code, rule.name)])
        raise RtlintError(f"there is no rule {code_or_name!r}" + (f", did you mean '{nearest}'?" if nearest else ""))
    return found


def explain(root: Path, variable: str) -> tuple[Explanation, Callable[[str], str]]:
    """Return the story of a variable, and what makes texts of the repository fit to print.

    Raises:
        RtlintError: nothing in the repository names the variable.
    """
    from rtlint.report.visible import visible

    analysis = analyse(root, prepare(root, Overrides()).config)
    known = names(analysis.program)
    if variable not in known:
        nearest = nearest_name(variable, known)
        hint = f", did you mean {nearest}?" if nearest else ""
        raise RtlintError(f"nothing here reads or sets {variable}{hint}")
    found = explain_variable(analysis.program, variable)
    mask = masker(analysis).mask
    return found, lambda text: visible(mask(text))


def environments(root: Path, wanted: str | None) -> tuple[list[EnvironmentView], Callable[[str], str]]:
    """Return the effective real-time configuration, and what makes texts of the repository fit to print.

    Args:
        root: the folder.
        wanted: an environment's name or a part of it; None for all.

    Raises:
        RtlintError: there is no such environment.
    """
    from rtlint.link.overview import overview
    from rtlint.report.visible import visible

    analysis = analyse(root, prepare(root, Overrides()).config)
    every = overview(analysis.program, analysis.facts)
    found = [place for place in every if wanted is None or wanted.lower() in place.name.lower()]
    if wanted is not None and not found:
        names = ", ".join(dict.fromkeys(place.name for place in every)) or "none"
        raise RtlintError(f"no environment with real-time settings is called {wanted}; there are: {visible(names)}")
    mask = masker(analysis).mask
    return found, lambda text: visible(mask(text))


def query(root: Path, sql: str) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Answer a question about a folder in SQL; texts are masked and fit to print.

    Raises:
        RtlintError: the query is wrong, forbidden or too slow.
    """
    from rtlint.report.visible import visible

    analysis = analyse(root, prepare(root, Overrides()).config)
    mask = masker(analysis).mask
    columns, rows = run_query(analysis.facts, sql)
    return columns, [tuple(visible(mask(cell)) for cell in row) for row in rows]


def why(root: Path, code_or_name: str, file: str) -> str:
    """Tell stage by stage what a rule's query sees in a file.

    Raises:
        RtlintError: there is no such rule or file.
    """
    from rtlint.report.visible import visible

    rule = known_rule(root, code_or_name)
    analysis = analyse(root, prepare(root, Overrides()).config)
    if file not in analysis.files:
        nearest = nearest_name(file, analysis.files)
        raise RtlintError(
            f"there is no file {file!r} below the root" + (f", did you mean '{nearest}'?" if nearest else "")
        )
    mask = masker(analysis).mask
    return "\n".join(visible(mask(line)) for line in run_why(analysis.facts, rule, file).splitlines()) + "\n"


def schema(*, tables: bool) -> str:
    """Return the SQL of the views, and of the tables when wanted, with their documentation."""
    parts = [SCHEMA_PATH] if tables else []
    return "\n".join(path.read_text(encoding="utf-8") for path in (*parts, VIEWS_PATH))
