"""`python -m rtlint` does what `rtlint` does."""

from __future__ import annotations

import sys
from pathlib import Path

# `python -m` looks for modules in the current folder first. When that is the analysed repository, its click.py or
# yaml.py would run in place of the real ones; `rtlint` and `python -P -m rtlint` look nowhere in it.
if sys.path and sys.path[0] in {"", str(Path.cwd())} and Path(__file__).parent.parent != Path.cwd():
    del sys.path[0]

from rtlint.cli import main

main(prog_name="rtlint")
