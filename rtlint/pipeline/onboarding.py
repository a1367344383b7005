"""What `rtlint init` writes: a configuration, a hook and a CI job for the project that it finds."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from rtlint import __version__
from rtlint.config_files import FILE_NAME, SHARED_FILE_NAME
from rtlint.errors import RtlintError
from rtlint.facts.derived import Client
from rtlint.facts.records import dataclass
from rtlint.pipeline.checking import judged
from rtlint.pipeline.files import write_file
from rtlint.pipeline.overrides import Overrides

HOOK_FILES = (
    r"\.(?:[cm]?[jt]sx?|vue|svelte|html?|py|php|rb)$"
    r"|(?:^|/)(?:\.env[^/]*|[^/]*\.env|(?:docker-)?compose[^/]*\.ya?ml|(?:[^/]*\.)?(?:Docker|Container)file[^/]*"
    r"|package\.json|pyproject\.toml|requirements[^/]*\.txt|[tj]sconfig[^/]*\.json|[^/]*\.conf|Caddyfile|rtlint\.toml"
    r"|rtlint-baseline\.json)$|(?:^|/)\.rtlint/"
)
"""The files of which a change makes the hook run."""

_OTHER_CI = ("azure-pipelines.yml", ".circleci", "Jenkinsfile", "bitbucket-pipelines.yml", ".drone.yml", ".travis.yml")
_CONFIGURATION = """\
# Configuration of rtlint. Every key may be left out; `rtlint rules` lists the rules.

# ignore = ["RT101"]          # rules that do not run: codes, names, prefixes such as "RT4"
# exclude = ["legacy/**"]     # files that are not looked at, as in .gitignore
# fail-level = "warning"      # the lowest level that gives exit code 1: note, warning or error
"""
_MANAGED = """
[transport]
managed = "{provider}"        # the client that this project has settled on
"""
_HOOK = """\
  - repo: local
    hooks:
      - id: rtlint
        name: rtlint
        entry: rtlint check
        language: python
        additional_dependencies: ["rtlint=={version}"]
        pass_filenames: false
        require_serial: true
        types: [text]
        files: '{files}'
"""
_WORKFLOW = """\
name: rtlint

on:
  push:
    branches: [{branch}]
  pull_request:

permissions:
  contents: read

jobs:
  rtlint:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v5
        with:
          persist-credentials: false
      - uses: actions/setup-python@v6
        with:
          python-version: "3.12"
      - run: python -m pip install rtlint=={version}
      - run: rtlint check --output-format github
"""
GITLAB_JOB = """\
rtlint:
  image: python:3.12-slim
  script:
    - python -m pip install --quiet rtlint=={version}
    - rtlint check --output-format gitlab=rtlint-codequality.json --output-format text
  artifacts:
    when: always
    reports:
      codequality: rtlint-codequality.json
"""


@dataclass(frozen=True, slots=True)
class Piece:
    """Something that `rtlint init` sets up.

    Attributes:
        path: the file, relative to the folder.
        text: its content.
        advice: what the user does by hand where the file is there already, or besides.
        written: whether the file was, or would be, written.
    """

    path: str
    text: str
    advice: str
    written: bool


@dataclass(frozen=True, slots=True)
class Onboarding:
    """What was set up, and the number of findings that a first run has."""

    pieces: tuple[Piece, ...]
    findings: int


def onboard(root: Path, *, write: bool) -> Onboarding:
    """Set a project up for rtlint, overwriting nothing.

    Args:
        root: the folder.
        write: False to find out only what would be written.

    Raises:
        RtlintError: a file can't be written, or lies behind a link.
    """
    found = judged(root, Overrides())
    providers = {fact.provider for fact in found.analysis.facts if isinstance(fact, Client) and _is_managed(fact)}
    pieces = tuple(_pieces(root, providers))
    for piece in pieces:
        if piece.written and write:
            _write(root, piece)
    return Onboarding(pieces, len(found.findings))


def _is_managed(client: Client) -> bool:
    return client.kind == "managed" and client.role == "app"


def _pieces(root: Path, providers: set[str]) -> Iterable[Piece]:
    yield _configuration(root, providers)
    hook = _HOOK.format(version=__version__, files=HOOK_FILES)
    advice = f"add this to the list of repos:\n{hook}"
    yield _piece(root, ".pre-commit-config.yaml", f"repos:\n{hook}", advice)
    yield _job(root)


def _configuration(root: Path, providers: set[str]) -> Piece:
    text = _CONFIGURATION
    if len(providers) == 1:
        text += _MANAGED.format(provider=next(iter(providers)))
    piece = _piece(root, FILE_NAME, text, "")
    shared = root / SHARED_FILE_NAME
    known = shared.is_file() and re.search(rb"^\[tool\.rtlint\b", shared.read_bytes(), re.MULTILINE)
    return Piece(SHARED_FILE_NAME, "", "", written=False) if known else piece


def _job(root: Path) -> Piece:
    if (root / ".gitlab-ci.yml").exists():
        text = GITLAB_JOB.format(version=__version__)
        advice = "include it in .gitlab-ci.yml:\ninclude:\n  - local: rtlint.gitlab-ci.yml\n"
        return _piece(root, "rtlint.gitlab-ci.yml", text, advice, always=True)
    other = next((name for name in _OTHER_CI if (root / name).exists()), None)
    if other is not None and not (root / ".github").exists():
        command = f"python -m pip install rtlint=={__version__}\nrtlint check --output-format junit=rtlint.xml\n"
        return Piece(other, "", f"add these commands to a job:\n{command}", written=False)
    text = _WORKFLOW.format(version=__version__, branch=_branch(root))
    return _piece(root, ".github/workflows/rtlint.yml", text, "")


def _branch(root: Path) -> str:
    """Return the branch that the work tree is on, when its name needs no quotes; else `main`."""
    head = root / ".git" / "HEAD"
    text = head.read_text(encoding="utf-8", errors="replace")[:200] if head.is_file() and not head.is_symlink() else ""
    found = re.fullmatch(r"ref: refs/heads/(main|master|develop|trunk)\n?", text)
    return found[1] if found else "main"


def _piece(root: Path, path: str, text: str, advice: str, *, always: bool = False) -> Piece:
    """Return a piece: written where nothing is; `always` for advice that holds in either case."""
    target = root / path
    free = not target.exists() and not target.is_symlink()
    known = target.is_file() and b"rtlint" in target.read_bytes()
    return Piece(path, text, advice if always or not (free or known) else "", written=free)


def _write(root: Path, piece: Piece) -> None:
    target = root / piece.path
    folder = root
    for part in Path(piece.path).parent.parts:
        folder = folder / part
        if folder.is_symlink():
            raise RtlintError(f"{piece.path} is not written: it lies behind a link")
        try:
            folder.mkdir(exist_ok=True)
        except OSError as error:
            raise RtlintError(f"can't write {piece.path}: {error.strerror}") from error
    write_file(target, piece.text.encode())
