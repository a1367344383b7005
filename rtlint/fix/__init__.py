"""fix: from a proposal of a rule to edits of exact ranges. One module for each kind of file or change.

An operation looks at the text around one place and returns the edits that make the change there, or None where the text
does not have the form that the operation knows: no fix is better than a wrong one. Everything outside of the edited
ranges stays as it is, byte for byte.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from typing import TypeAlias

from rtlint.facts.site import Site
from rtlint.findings import Edit, Fix, Proposal
from rtlint.fix.source import Source, open_source

Operation: TypeAlias = "Callable[[Source, Site, Mapping[str, str]], list[Edit] | None]"

OPERATIONS = {
    "add-variable": "entries",
    "allow-host": "policies",
    "follow-page-scheme": "values",
    "pass-upgrade": "upgrades",
    "publish-port": "compose",
    "remove-entry": "removal",
    "remove-suppression": "removal",
    "remove-suppressor": "suppressors",
    "rename": "entries",
    "replace": "values",
    "require-variable": "compose",
    "secure-scheme": "values",
    "set-option": "options",
    "set-value": "values",
}
"""The module of each operation; its function has the same name with underscores."""


def resolve(proposals: Iterable[Proposal], load: Callable[[str], bytes | None]) -> Fix | None:
    """Return the first proposal that can be carried out, as a fix with edits.

    Args:
        proposals: what a rule proposes, the best first.
        load: returns the content of a file below the root, or None.
    """
    for proposal in proposals:
        edits = _edits(proposal, load)
        if edits:
            return Fix(proposal.title, proposal.safe, tuple(sorted(edits, key=lambda edit: edit.at)))
    return None


def _edits(proposal: Proposal, load: Callable[[str], bytes | None]) -> list[Edit] | None:
    data = load(proposal.at.path)
    source = open_source(proposal.at.path, data) if data is not None else None
    if source is None or not source.covers(proposal.at):
        return None
    edits = operation(proposal.operation)(source, proposal.at, proposal.arguments)
    return [edit for edit in edits if source.text_at(edit.at) != edit.text] if edits else None


def operation(name: str) -> Operation:
    """Return the function of an operation.

    Raises:
        KeyError: there is no such operation.
    """
    found: Operation = getattr(import_module(f"rtlint.fix.{OPERATIONS[name]}"), name.replace("-", "_"))
    return found
