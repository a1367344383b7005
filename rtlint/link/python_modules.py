"""Modules of Python: which file a dotted name leads to."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable


class PythonModules:
    """Resolves imports among the files of a repository.

    Args:
        paths: every file of the repository.
    """

    def __init__(self, paths: Iterable[str]) -> None:
        self._paths = frozenset(path for path in paths if path.endswith(".py"))

    def resolve(self, path: str, source: str) -> str | None:
        """Return the file of a dotted module as seen from a file, or None for one from outside.

        Relative names count from the file's package. Absolute ones are tried in every folder above the file, the
        nearest first, and in its `src`: where a backend is started decides, and that is one of them.
        """
        level = len(source) - len(source.lstrip("."))
        parts = [part for part in source[level:].split(".") if part]
        folder = posixpath.dirname(path)
        if level:
            for _ in range(level - 1):
                folder = posixpath.dirname(folder)
            return self._file(folder, parts)
        while True:
            for root in (folder, posixpath.join(folder, "src")):
                found = self._file(root, parts)
                if found and found != path:
                    return found
            if not folder:
                return None
            folder = posixpath.dirname(folder)

    def member(self, path: str, source: str, name: str) -> tuple[str, str] | None:
        """Return where `from source import name` leads: a submodule (with an empty name), or a module and the name."""
        dotted = f"{source}{name}" if source.endswith(".") else f"{source}.{name}"
        submodule = self.resolve(path, dotted)
        if submodule is not None:
            return submodule, ""
        module = self.resolve(path, source)
        return (module, name) if module is not None else None

    def _file(self, folder: str, parts: list[str]) -> str | None:
        base = posixpath.join(folder, *parts)
        candidates = [f"{base}.py"] if parts else []
        candidates.append(posixpath.join(base, "__init__.py"))
        return next((candidate for candidate in candidates if candidate in self._paths), None)
