"""`python -m rtlint` does what `rtlint` does."""

from __future__ import annotations

from rtlint.cli import main

main(prog_name="rtlint")
