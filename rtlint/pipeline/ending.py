"""How this process ends: as usual, or at once, without taking itself apart (`rtlint.start`)."""

from __future__ import annotations

left_open: list[object] | None = None
"""Where things stay that need no closing because the process ends at once; None where it ends as usual."""


def end_at_once() -> None:
    """Say that the process will end at once."""
    global left_open  # noqa: PLW0603 - there is one process.
    left_open = []
