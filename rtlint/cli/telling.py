"""Telling the reader something: what is printed, what went wrong, and the exit codes of commands."""

from __future__ import annotations

import io
import os
import sys

from rtlint.errors import RtlintError

EXIT_FINDINGS, EXIT_ERROR = 1, 2


def accept_any_text() -> None:
    """Let standard output take what a repository says: its encoding may lack characters (cp1252 on Windows)."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def echo(text: str | bytes) -> None:
    """Print to standard output as `click.echo` does with colours on: at once, and bytes as they are."""
    if os.name == "nt":  # There, colours are translated.
        import click

        click.echo(text, nl=False, color=True)
        return
    buffer = getattr(sys.stdout, "buffer", None)
    if isinstance(text, bytes) and buffer is not None:
        sys.stdout.flush()
        buffer.write(text)
        buffer.flush()
        return
    sys.stdout.write(text.decode("utf-8", "replace") if isinstance(text, bytes) else text)
    sys.stdout.flush()


def tell(error: Exception) -> None:
    """Say on standard error what ended a command: an error that is meant for the user, or one of rtlint's own.

    Raises:
        Exception: the same, where RTLINT_TRACEBACK asks for it and it is one of rtlint's own.
    """
    if isinstance(error, RtlintError):
        sys.stderr.write(f"rtlint: {error}\n")
        return
    # A crash must not look like findings: exit code 1 means those.
    if os.environ.get("RTLINT_TRACEBACK"):
        raise error
    sys.stderr.write(
        f"rtlint: internal error: {type(error).__name__}: {error}\n"
        "Set RTLINT_TRACEBACK=1 to see where; please report it with the file that causes it.\n"
    )
