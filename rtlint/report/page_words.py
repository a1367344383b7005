"""What the report says in HTML and in Markdown alike."""

from __future__ import annotations

from rtlint.findings import SettingView
from rtlint.portraits import NO, NONE, UNKNOWN, YES, Portrait

BADGES = {YES: "true", NO: "not true", UNKNOWN: "unknown", NONE: "does not arise"}
"""The verdicts in words; `SIGNS` go before them, so that colour is not all that tells them apart."""

SIGNS = {YES: "✓", NO: "✗", UNKNOWN: "?", NONE: "–"}
COLUMNS = ("Client", "Setting", "Environment", "Request", "Proxy", "Route")
"""The columns of the map."""

ABOUT = (
    "Each verdict rests on places in the repository: a statement is true only where they prove it, and unknown where "
    "the repository does not say."
)


def title(portrait: Portrait) -> str:
    """Return the title of the report."""
    return f"Real-time setup of {portrait.name}"


def package_title(folder: str) -> str:
    """Return how a package is called."""
    return f"{folder}/" if folder else "the root package"


def setting_value(row: SettingView) -> str:
    """Return a setting's value in words: quoted when known, else what is known besides."""
    text = f"'{row.value}'" if row.value or row.state == "known" else ""
    note = row.state if row.state != "known" else ""
    return f"{text} ({note})" if text and note else text or note
