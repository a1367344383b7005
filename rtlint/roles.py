"""Roles: what a file is for, judged by the words of its path.

Rules judge app files; files of the other roles are evidence only. So a wrong role is silence or noise, and a word
counts only where it can't well mean something else: `src/pages/docs` is a page, `docs` is documentation.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from rtlint.patterns import regex

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

ROLES = ("app", "test", "tooling", "docs", "example", "vendored", "archive")
"""Every role."""

_OUTPUT, _SOURCE, _CONFIGURATION = "output", "source", "configuration"

_FOLDERS = {
    "vendored": "node_modules bower_components jspm_packages vendor vendors third_party third-party thirdparty "
    "site-packages .venv venv .yarn",
    _OUTPUT: "dist build out coverage .next .nuxt .output .svelte-kit .vercel .angular storybook-static",
    "archive": "archive archives archived backup backups",
    "test": "stories .storybook",
    "docs": "docs doc documentation",
    "tooling": ".github .gitlab .circleci .husky .vscode .idea scripts",
    _SOURCE: "src app pages components features modules views screens routes resources assets public static",
}
_ROLE_OF_FOLDER = {folder: role for role, folders in _FOLDERS.items() for folder in folders.split()}
_FEATURES = frozenset("archive archives archived backup backups stories docs doc documentation scripts".split())
"""Folder names that, below a source folder, are parts of the application: its archive page, its client scripts."""

_STORES = frozenset("archive archives archived backup backups".split())
_STORE_DEPTH = 2
"""How deep an archive of the whole repository or of its parts lies at most; `web/core/store/issue/archived` is code."""

_TEST_WORDS = frozenset(
    "test tests spec specs testing testdata testutils e2e cypress playwright fixture fixtures mock mocks stories "
    "storybook".split()
)
_BESIDE_TEST = frozenset(
    "unit integration functional acceptance api ui browser smoke util utils helper helpers support data setup shared "
    "common js php python component components visual regression contract system feature performance load end "
    "to".split()
)
_ARCHIVE_WORDS = frozenset("old deprecated archive archived backup".split())
_BESIDE_ARCHIVE = frozenset("src code file files version app legacy js".split())
_BY_WORDS = (("test", _TEST_WORDS, _BESIDE_TEST), ("archive", _ARCHIVE_WORDS, _BESIDE_ARCHIVE))
"""Role, words that give it to a folder, and words that may stand beside them: `integration-tests`, `old_src`."""

_EXAMPLE = r"(?:example|sample|template|tmpl|dist)"
_TESTING = r"(?:tests?|testing|e2e|ci|cypress|playwright|travis|dusk)"
_COMPOSE = r"(?:docker-)?compose"
_SCRIPT = r"[cm]?[jt]sx?"
_TOOLS = (
    "astro babel commitlint craco cypress drizzle esbuild eslint gatsby jest knip lint-staged metro next nuxt "
    "playwright postcss prettier quasar remix rollup rsbuild rspack stylelint svelte tailwind tsup unocss uno vite "
    "vitest vue webpack"
)
_NAMES = (
    (
        "vendored",
        regex(
            r"\.min\.\w+$|[.-]bundle\.js$|\.d\.[cm]?ts$"
            r"|[.-](?=[0-9a-f]*[a-f])(?=[a-f]*[0-9])[0-9a-f]{8,20}(?:\.\w+)?\.[cm]?js$"
        ),
    ),
    ("archive", regex(r"\.(?:bak|backup|old|orig|deprecated)(?:\.\w+)?$|[_-]bak\.\w+$|~$")),
    (
        "test",
        regex(
            rf"[._](?:tests?|specs?|e2e|cy|stories|story|mocks?|fixtures?)\.(?:{_SCRIPT}|vue|svelte|py|rb)$"
            rf"|-spec\.{_SCRIPT}$|^test_.*\.py$|^tests?\.py$|^conftest\.py$|(?-i:Test\.php$)"
            rf"|^(?:setup[._-]?tests?|tests?[._-]?setup|(?:vitest|jest|karma|cypress)[._-]setup|setup[._-](?:vi|j)est)\.{_SCRIPT}$"
            rf"|^\.env\.{_TESTING}(?:\.local)?$|^(?:[\w.-]+[._-])?{_TESTING}\.env$"
            rf"|^{_COMPOSE}[._-](?:[\w.-]+[._-])?{_TESTING}(?:[._-][\w.-]+)?\.ya?ml$"
            rf"|^(?:docker|container)file[._-]{_TESTING}$",
            re.IGNORECASE,
        ),
    ),
    (
        "example",
        regex(
            r"\.(?:example|sample|dist)(?:\.\w+)?$|(?<!\.conf)\.template$"
            rf"|^\.env[._-](?:[\w.-]+[._-])?{_EXAMPLE}(?:[._-].*)?$|^(?:[\w.-]+[._-])?{_EXAMPLE}(?:[._-][\w-]+)*\.env$"
            rf"|^(?:[\w.-]*env)[._-]{_EXAMPLE}$|^{_COMPOSE}[._-](?:[\w.-]+[._-])?{_EXAMPLE}(?:[._-][\w.-]+)?\.ya?ml",
            re.IGNORECASE,
        ),
    ),
    (
        "tooling",
        regex(
            rf"^(?:{'|'.join(_TOOLS.split())})\.config\.\w+$|^(?:webpack|rollup)\.[\w.-]+\.{_SCRIPT}$"
            r"|^(?:gulpfile|gruntfile|karma\.conf|protractor\.conf)\.[cm]?[jt]s$|^(?:setup|noxfile)\.py$"
            r"|^\.\w+rc(?:\.(?:[cm]?[jt]s|json|ya?ml))?$|^[jt]sconfig(?:[._-].*)?\.json$",
            re.IGNORECASE,
        ),
    ),
    (_CONFIGURATION, regex(r"\.config\.(?:[cm]?[jt]sx?|json|ya?ml|toml)$", re.IGNORECASE)),
    ("docs", regex(r"\.(?:md|mdx|rst|adoc)$", re.IGNORECASE)),
)
_DEPLOY = regex(
    rf"^(?:\.env(?:[._-].*)?|.*\.env|{_COMPOSE}(?:[._-].*)?\.ya?ml|(?:.*\.)?(?:docker|container)file(?:[._-].*)?)$",
    re.IGNORECASE,
)

_ORDINARY = regex(
    r"(?!tests?[._]|tests?-?setup|setup|conftest|vitest|jest|karma|cypress|gulp|grunt|noxfile|docker|container|caddy"
    r"|.*-[0-9a-f]{8,20}\.|.*_(?:tests?|specs?|e2e|cy|stories|story|mocks?|fixtures?)\.)"
    r"[a-z0-9][a-z0-9_-]*(?<!-bundle)(?<![_-]bak)(?<!-spec)(?<!test)"
    r"\.(?:[jt]sx?|vue|svelte|py|php|s?css|svg|png|jpe?g|webp)",
    re.IGNORECASE,
)
"""Names of which none of the patterns above can match any: looked at first, since most names are such."""


def role_of(path: str, overrides: Mapping[str, str] | None = None) -> str:
    """Return app, test, tooling, docs, example, vendored or archive for a path below the checked root.

    Dotenv, compose and Docker files deploy the application in whatever folder they stand, be it `docs` or `build`; only
    as examples, in tests, archives and other people's packages they are not its own.

    Args:
        path: the path, with `/`.
        overrides: roles by gitignore-style pattern, from the configuration; the last one that matches wins.
    """
    for pattern, role in reversed(tuple(overrides.items())) if overrides else ():
        if matches(pattern, path):
            return role
    folder, _, name = path.rpartition("/")
    return _role(_folder_roles(folder), *_name_roles(name))


@lru_cache(maxsize=1 << 10)
def _role(places: frozenset[str], named: str, deploys: bool) -> str:
    """Return the role of a file by what its folder says, what its name says, and whether it is a deploy file."""
    for role in ("vendored", "archive", "test"):
        if role in places or role == named:
            return role
    if named == "example":
        return "example"
    return "app" if deploys else _plain_role(places, named)


@lru_cache(maxsize=1 << 14)
def is_ordinary(name: str) -> bool:
    """Tell whether the name of a file says nothing of its role, and of its format no more than its ending does."""
    return bool(_ORDINARY.fullmatch(name))


@lru_cache(maxsize=1 << 14)
def _name_roles(name: str) -> tuple[str, bool]:
    """Return what the name of a file says, and whether it is that of a deploy file."""
    if is_ordinary(name):
        return "", False
    named = next((role for role, expression in _NAMES if expression.search(name)), "")
    return named, bool(_DEPLOY.match(name))


def _plain_role(places: frozenset[str], named: str) -> str:
    """Return the role of a file that is no deploy file, test, example, archive or foreign package."""
    if "docs" in places or named == "docs":
        return "docs"
    if named == "tooling" or (named == _CONFIGURATION and _SOURCE not in places):
        return "tooling"
    if _OUTPUT in places:
        return "vendored"
    return "tooling" if "tooling" in places else "app"


def is_foreign(folder: str) -> bool:
    """Tell whether a folder holds other people's packages or build output."""
    return not _folder_roles(folder).isdisjoint({"vendored", _OUTPUT})


@lru_cache(maxsize=1 << 14)
def _folder_roles(folder: str) -> frozenset[str]:
    """Return what the parts of a folder's path say, `source` and `output` included."""
    roles: set[str] = set()
    for depth, name in enumerate(folder.lower().split("/"), 1):
        role = _ROLE_OF_FOLDER.get(name) or _role_by_words(name)
        feature = (name in _FEATURES and _SOURCE in roles) or (name in _STORES and depth > _STORE_DEPTH)
        if role and not feature:
            roles.add(role)
    return frozenset(roles)


@lru_cache(maxsize=1 << 12)
def _role_by_words(name: str) -> str:
    """Return test or archive when all words of a name belong to that idea, else an empty text."""
    parts = [part for part in re.split(r"[-_. ]", name) if part and not part.isdigit()]
    for role, own, beside in _BY_WORDS:
        if not own.isdisjoint(parts) and own | beside >= set(parts):
            return role
    return ""


def matches(pattern: str, path: str) -> bool:
    """Tell whether a gitignore-style pattern covers a path; one that is no pattern covers nothing."""
    return _one(pattern).match_file(path)


def is_pattern(text: str, *, negation: bool = False) -> bool:
    """Tell whether a text is a gitignore-style pattern that can cover something.

    Args:
        text: the text.
        negation: whether `!pattern`, which takes paths out again, is fine too.
    """
    patterns = list(_one(text).patterns)
    return bool(patterns) and (patterns[0].include is True or (negation and patterns[0].include is False))


@lru_cache(maxsize=1024)
def _one(pattern: str) -> GitIgnoreSpec:
    return compiled([pattern])


def compiled(lines: Iterable[str]) -> GitIgnoreSpec:
    """Compile the lines of a .gitignore file; lines that are no patterns cover nothing, as with git.

    Source: https://git-scm.com/docs/gitignore, "Pattern format".
    """
    from pathspec import GitIgnoreSpec

    wanted = list(lines)
    try:
        return GitIgnoreSpec.from_lines(wanted)
    except (ValueError, re.error):
        return GitIgnoreSpec.from_lines([line for line in wanted if _compiles(line)])


def _compiles(line: str) -> bool:
    from pathspec import GitIgnoreSpec

    try:
        GitIgnoreSpec.from_lines([line])
    except (ValueError, re.error):
        return False
    return True
