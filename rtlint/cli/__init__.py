"""The command line: commands and options, nothing else. One module for each group of commands, loaded at the start."""

from rtlint.cli import check, init, questions, report, server
from rtlint.cli.main import main

__all__ = ["check", "init", "main", "questions", "report", "server"]
