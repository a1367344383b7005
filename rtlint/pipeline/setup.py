"""What holds in a run: the configuration, the command line, and the rules."""

from __future__ import annotations

from pathlib import Path

from rtlint.config import Config, Known, load_config, nearest_name, override, selects
from rtlint.errors import RtlintError
from rtlint.facts.records import dataclass
from rtlint.pipeline.overrides import Overrides
from rtlint.providers import load_providers
from rtlint.rules import Rule, RuleError, builtin_rules, checked, load_rule

PROJECT_RULES = ".rtlint/rules"
"""The folder of a repository's own rules."""


RAW_SOCKETS = "RT101"
"""The rule that `transport.allow-raw-websocket` switches off."""


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
