"""`python -m rtlint` does what `rtlint` does."""

from __future__ import annotations

import os
import sys

# `python -m` looks for modules in the current folder first. When that is the analysed repository, its click.py or
# yaml.py would run in place of the real ones; `rtlint` and `python -P -m rtlint` look nowhere in it.
HERE = os.getcwd()  # noqa: PTH109 - pathlib is not loaded by a run with a remembered answer.
if sys.path and sys.path[0] in {"", HERE} and os.path.dirname(os.path.dirname(os.path.abspath(__file__))) != HERE:  # noqa: PTH100, PTH120
    del sys.path[0]

from rtlint.start import main  # noqa: E402

main()
