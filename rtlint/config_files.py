"""Where the configuration may stand: the names of its files, and the folders that are looked into."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

FILE_NAME, SHARED_FILE_NAME = "rtlint.toml", "pyproject.toml"


def folders(root: Path) -> Iterator[Path]:
    """Yield the folders whose configuration may hold in a folder: it and those above, up to the git top."""
    here = root.resolve()
    for folder in (here, *here.parents):
        yield folder
        if (folder / ".git").exists():
            return


def candidates(root: Path) -> Iterator[Path]:
    """Yield the files that may hold the configuration of a folder, whether they exist or not."""
    for folder in folders(root):
        yield folder / FILE_NAME
        yield folder / SHARED_FILE_NAME
