"""Fuzzes the reader of HTML pages, with the scripts in them."""

from __future__ import annotations

from fuzz.harness import check_kind, files, run
from tests.properties import FRAGMENTS

if __name__ == "__main__":
    run(check_kind("html"), (data for kind, data in files() if kind == "html"), FRAGMENTS)
