"""Files that keep parts of a folder out of a build: .dockerignore, and the one beside a Dockerfile.

Source: https://docs.docker.com/build/concepts/context/#dockerignore-files.
"""

from __future__ import annotations

from rtlint.extract.dotenv_text import Lines, decode
from rtlint.facts.docker import ContextExclusion
from rtlint.facts.raw import RawFact


def extract(path: str, data: bytes) -> list[RawFact]:
    """Return a fact for each pattern, in the order of the file; `#` begins a comment only at the start of a line."""
    lines = Lines(path, decode(data))
    facts: list[RawFact] = []
    offset = 0
    for line in lines.text.split("\n"):
        pattern = line.strip()
        if pattern and not line.startswith("#"):
            facts.append(ContextExclusion(lines.whole_line(offset), pattern))
        offset += len(line) + 1
    return facts
