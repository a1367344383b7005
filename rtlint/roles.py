"""Roles: what a file is for, judged by the words of its path."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping

_FOLDERS = {
    "test": "test tests __tests__ __test__ spec specs __specs__ __mocks__ mocks e2e cypress playwright fixtures "
    "__fixtures__ testing testdata stories __stories__ test-utils testutils test-helpers storybook .storybook",
    "vendored": "node_modules vendor vendors third_party third-party thirdparty bower_components dist build out .next "
    ".nuxt .output .svelte-kit .venv venv site-packages jspm_packages",
    "docs": "docs doc documentation",
    "archive": "archive archives archived old backup backups deprecated legacy_backup",
    "tooling": ".github .gitlab .circleci .husky scripts",
}
_FOLDER_ROLE = {folder: role for role, folders in _FOLDERS.items() for folder in folders.split()}
_ORDER = ("vendored", "archive", "test", "docs", "tooling")

_NAMES = (
    ("vendored", re.compile(r"\.min\.(?:js|mjs|css)$|[.-]bundle\.js$|\.d\.[cm]?ts$")),
    ("archive", re.compile(r"\.(?:bak|old|orig)$|~$")),
    (
        "example",
        re.compile(r"[._-](?:example|sample|template|dist|tmpl|tpl|default)(?:\.[\w]+)?$|^(?:example|sample)\.env$"),
    ),
    (
        "test",
        re.compile(
            r"[._-](?:test|tests|spec|e2e|cy|stories|story|mock)\.[cm]?[jt]sx?$|^test_.*\.py$|_test\.py$|^conftest\.py$"
        ),
    ),
    ("test", re.compile(r"^(?:setup-?tests?|tests?-?setup|vitest\.setup|jest\.setup)\.[cm]?[jt]sx?$", re.IGNORECASE)),
    ("test", re.compile(r"^\.env\.test(?:\.local)?$|^(?:docker-)?compose[.-](?:test|e2e|ci)[.\w-]*\.ya?ml$")),
    (
        "tooling",
        re.compile(
            r"\.config\.[cm]?[jt]s$|^(?:gulpfile|gruntfile|webpack\.mix|craco\.config)\.[cm]?js$", re.IGNORECASE
        ),
    ),
    ("docs", re.compile(r"\.(?:md|mdx|rst|adoc)$")),
)
_DEPLOY = re.compile(r"^(?:\.env.*|.*\.env|(?:docker-)?compose.*\.ya?ml|.*[Dd]ockerfile.*|[Cc]ontainerfile)$")


def role_of(path: str, overrides: Mapping[str, str] | None = None) -> str:
    """Return app, test, tooling, docs, example, vendored or archive for a path below the checked root.

    Args:
        path: the path, with `/`.
        overrides: roles by gitignore-style pattern, from the configuration; the last one that matches wins.
    """
    for pattern, role in reversed(list((overrides or {}).items())):
        if matches(pattern, path):
            return role
    folder, name = posixpath.split(path)
    by_folder = _by_folder(folder)
    by_name = next((role for role, expression in _NAMES if expression.search(name)), "")
    if _DEPLOY.match(name):
        return by_folder if by_folder in {"vendored", "archive", "test"} else by_name or "app"
    return by_folder or by_name or "app"


def _by_folder(folder: str) -> str:
    found = {_FOLDER_ROLE[part] for part in folder.lower().split("/") if part in _FOLDER_ROLE}
    return next((role for role in _ORDER if role in found), "")


def matches(pattern: str, path: str) -> bool:
    """Tell whether a gitignore-style pattern covers a path."""
    import pathspec

    return pathspec.GitIgnoreSpec.from_lines([pattern]).match_file(path)
