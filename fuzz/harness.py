"""What all targets share: instrumentation, seeds from the repository's own test data, a dictionary, the run."""

from __future__ import annotations

import importlib
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NoReturn

import atheris

ROOT = Path(__file__).parent.parent
FOUND = ROOT / ".cache" / "fuzz"
"""Where libFuzzer leaves the inputs that fail."""

# Readers are imported when a file of their kind comes, which is too late for instrumentation.
with atheris.instrument_imports(include=["rtlint"]):
    from rtlint.discover.kinds import kind_of
    from rtlint.facts.files import FileFacts
    from rtlint.rules import builtin_rules
    from tests import properties

    for _name in ("dotenv", "compose", "html", "javascript"):
        importlib.import_module(f"rtlint.extract.{_name}")
    importlib.import_module("rtlint.fix.policies")


def files() -> Iterator[tuple[str, bytes]]:
    """Yield the kind and the content of every file in the sample repositories and in the examples of rules."""
    for path in sorted(ROOT.glob("tests/projects/*/**/*")):
        if path.is_file():
            yield kind_of(path.relative_to(ROOT).as_posix()), path.read_bytes()
    for rule in builtin_rules(examples=True):
        for example in rule.examples:
            for name, text in example.files.items():
                yield kind_of(name), text.encode()


def check_facts(found: FileFacts, data: bytes) -> None:
    """Check all properties that hold for the facts of a file."""
    properties.check_sites(found, data)
    properties.check_names(found, data)


def check_kind(kind: str) -> Callable[[bytes], None]:
    """Return the check of all properties that hold for files of a kind."""

    def check(data: bytes) -> None:
        check_facts(properties.facts(kind, data), data)

    return check


def run(check: Callable[[bytes], None], seeds: Iterable[bytes], words: Iterable[str]) -> NoReturn:
    """Try a check on inputs that grow from seeds, with the options of the command line; ends the process.

    Args:
        check: raises when an input violates a property; more than five seconds for one input are a violation, too.
        seeds: inputs to begin with.
        words: texts that are put into inputs as a whole.
    """
    FOUND.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="rtlint-fuzz-"))
    # libFuzzer ends its process without giving Python the chance to remove the folder.
    child = os.fork()
    if not child:
        _fuzz(check, folder, seeds, words)
    try:
        _, status = os.waitpid(child, 0)
    finally:
        shutil.rmtree(folder)
    sys.exit(os.waitstatus_to_exitcode(status))


def _fuzz(check: Callable[[bytes], None], folder: Path, seeds: Iterable[bytes], words: Iterable[str]) -> NoReturn:
    corpus = folder / "corpus"
    corpus.mkdir()
    for number, seed in enumerate(sorted(set(seeds))):
        corpus.joinpath(f"seed-{number}").write_bytes(seed)
    dictionary = folder / "dictionary"
    dictionary.write_text("".join(f'"{_escaped(word)}"\n' for word in words), encoding="ascii")
    options = [f"-artifact_prefix={FOUND}/", f"-dict={dictionary}", "-timeout=5", "-max_len=4096"]
    # Given files are run one by one, which libFuzzer does only where no folder is named beside them.
    inputs = [] if any(Path(given).is_file() for given in sys.argv[1:]) else [str(corpus)]
    atheris.Setup([sys.argv[0], *options, *sys.argv[1:], *inputs], check)
    atheris.Fuzz()
    sys.exit()


def _escaped(word: str) -> str:
    return "".join(f"\\x{byte:02X}" for byte in word.encode())
