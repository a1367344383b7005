"""What judge hands to report: findings, and what a writer needs to know to show them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from rtlint.facts.records import dataclass, field
from rtlint.facts.site import Site

LEVELS = ("note", "warning", "error")
"""All levels, weakest first: SARIF's words."""


FIX_OPERATIONS = frozenset(
    {
        "add-variable",
        "allow-host",
        "follow-page-scheme",
        "pass-upgrade",
        "publish-port",
        "remove-entry",
        "remove-suppression",
        "remove-suppressor",
        "rename",
        "replace",
        "require-variable",
        "secure-scheme",
        "set-option",
        "set-value",
    }
)
"""What a proposal may ask for; `rtlint.fix` carries it out."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A place that takes part in a finding, with a short label that says how (`read here`, `the closest route`)."""

    at: Site
    label: str


@dataclass(frozen=True, slots=True)
class Edit:
    """A text that takes the place of what a site covers; a site that covers nothing is where it is inserted."""

    at: Site
    text: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a rule proposes to change, before anybody has looked at the text.

    Attributes:
        title: as in `Fix`.
        safe: as in `Fix`.
        operation: the name of an operation of `rtlint.fix`.
        at: the place that it works on.
        arguments: its arguments by name.
    """

    title: str
    safe: bool
    operation: str
    at: Site
    arguments: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Fix:
    """A change of files that makes a finding go away.

    Attributes:
        title: what it does, as an imperative without a full stop: `set the endpoint to '/api/v1/pusher/auth'`.
        safe: whether it can't break what works: such fixes are what `--fix` applies. The others need `--unsafe-fixes`.
        edits: the changes, sorted by place; they do not overlap. None of them is outside of the checked folder.
    """

    title: str
    safe: bool
    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """One defect at one primary place.

    Attributes:
        code: the rule's code, `RT201`.
        name: the rule's name, `auth-endpoint-mismatch`.
        level: error, warning or note, after configuration.
        at: the primary place, the one to change.
        message: the contradiction, with both values; one sentence without a full stop.
        symptom: what the user will see at run time; may be empty.
        remedy: what to change; may be empty.
        chain: the way of the value, in order: set here, read there, used here. Empty when there is none.
        related: the other places: the route that is served, the switch that is read.
        suppressed: whether an inline comment silences it; writers leave such findings out.
        proposals: what its rule proposes to change, the best first.
        fix: the first proposal that can be carried out; None where only a person can decide.
    """

    code: str
    name: str
    level: str
    at: Site
    message: str
    symptom: str = ""
    remedy: str = ""
    chain: tuple[Evidence, ...] = ()
    related: tuple[Evidence, ...] = ()
    suppressed: bool = False
    proposals: tuple[Proposal, ...] = ()
    fix: Fix | None = None

    @property
    def places(self) -> tuple[Site, ...]:
        """Every place that takes part in it, the primary one first."""
        return (self.at, *(item.at for item in (*self.chain, *self.related)))


@dataclass(frozen=True, slots=True)
class RuleInfo:
    """A rule as writers and `rtlint rule` show it.

    `explanation` is Markdown. `url` leads to the rule's file on this machine: for links on a terminal, not for files.
    `fixable` is safe, unsafe, or empty where the rule proposes no fix.
    """

    code: str
    name: str
    level: str
    summary: str
    explanation: str
    references: tuple[str, ...]
    url: str
    fixable: str = ""


@dataclass(frozen=True, slots=True)
class Unresolved:
    """A construct that decides a setting and was not understood (`rtlint check -v` lists them)."""

    at: Site
    reason: str


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that one run found.

    Attributes:
        findings: sorted by path, line, column, code; suppressed ones are left out.
        rules: every rule that was enabled, sorted by code.
        sources: the decoded text of each file that findings and fixes name (without BOM, line ends as in the file).
        files: number of files known to the run; `read` is how many were parsed.
        seconds: wall time of the run.
        version: rtlint's version.
        mask: replaces each secret of the repository in a text by asterisks of the same length. Writers pass every text
            that came from the repository (messages, labels, source lines) through it.
        unresolved: what was not understood.
        baselined: number of findings that the baseline lists, and that are left out.
        stale: number of findings that the baseline lists and that are no more.
    """

    findings: tuple[Finding, ...]
    rules: tuple[RuleInfo, ...]
    sources: Mapping[str, str]
    files: int
    read: int
    seconds: float
    version: str
    mask: Callable[[str], str] = field(default=str)
    unresolved: tuple[Unresolved, ...] = ()
    baselined: int = 0
    stale: int = 0


@dataclass(frozen=True, slots=True)
class SettingView:
    """A setting, a request or a variable in one environment.

    Attributes:
        name: the option, `channel-auth request`, or the variable.
        value: its value; empty when there is none.
        state: known, unset, unknown, or what is known besides (`served`, `the library's default`).
        at: the place that decides it; where it is read when nothing sets it.
    """

    name: str
    value: str
    state: str
    at: Site


@dataclass(frozen=True, slots=True)
class EnvironmentView:
    """The effective real-time configuration of a package in one environment.

    Attributes:
        name: how messages call the environment.
        kind: compose, docker, dotenv, deploy, ci, example or default.
        package: the folder of the package; empty for the root.
        clients: title, place and settings of each client.
        variables: the real-time variables that the package reads.
    """

    name: str
    kind: str
    package: str
    clients: tuple[tuple[str, Site, tuple[SettingView, ...]], ...]
    variables: tuple[SettingView, ...]
