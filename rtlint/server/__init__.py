"""The language server: findings of the whole workspace, as they are with what is typed and not saved yet.

One `Project` for each workspace folder keeps the facts of its files, so that an edit reads one file anew. Diagnostics
are pushed, for files that are not open too: a finding may stand in any file that takes part. They are not offered for
pulling: clients that do both would show each twice, and few clients pull for files that are not open.
"""

from __future__ import annotations

from rtlint.errors import RtlintError


def serve() -> None:
    """Serve over standard input and output until the client ends it.

    Raises:
        RtlintError: the package that speaks the protocol is not installed.
    """
    try:
        import pygls  # noqa: F401
    except ImportError as error:
        raise RtlintError("the language server needs the package pygls: pip install 'rtlint[lsp]'") from error
    from rtlint.server.app import make_server

    make_server().start_io()
