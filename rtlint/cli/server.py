"""`rtlint server`."""

from __future__ import annotations

from rtlint.cli.group import main


@main.command()
def server() -> None:
    """Serve editors: a language server over standard input and output.

    Needs the package pygls (`pip install 'rtlint[lsp]'`).
    """
    from rtlint.server import serve

    serve()
