"""Fuzzes the reader of compose files."""

from __future__ import annotations

from fuzz.harness import check_kind, files, run
from tests.properties import FRAGMENTS

if __name__ == "__main__":
    run(check_kind("compose"), (data for kind, data in files() if kind == "compose"), FRAGMENTS)
