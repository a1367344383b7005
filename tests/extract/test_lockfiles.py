from __future__ import annotations

import random

import pytest

from rtlint.discover.kinds import kind_of
from rtlint.extract.lockfiles import extract
from rtlint.facts.locks import LockedDependency

NPM_3 = """\
{
  "name": "shop",
  "lockfileVersion": 3,
  "packages": {
    "": {"dependencies": {"pusher-js": "^8.4.0"}},
    "apps/old/node_modules/pusher-js": {
      "version": "7.6.0",
      "resolved": "https://registry.npmjs.org/pusher-js/-/pusher-js-7.6.0.tgz"
    },
    "node_modules/laravel-echo/node_modules/socket.io-client": {
      "version": "2.5.0"
    },
    "node_modules/pusher-js": {
      "version": "8.4.0"
    },
    "node_modules/pusher-js-mock": {
      "version": "0.3.8"
    }
  }
}
"""
NPM_1 = """\
{
  "lockfileVersion": 1,
  "dependencies": {
    "laravel-echo": {
      "version": "1.11.3",
      "requires": {"pusher-js": "1"}
    },
    "other": {
      "version": "1.0.0",
      "dependencies": {
        "pusher-js": {
          "version": "4.4.0"
        }
      }
    }
  }
}
"""
YARN_1 = """\
pusher-js@^4.3.1, pusher-js@^4.4.0:
  version "4.4.0"
  resolved "https://registry.yarnpkg.com/pusher-js/-/pusher-js-4.4.0.tgz"

"@hotwired/turbo@^8.0.0":
  version "8.0.0"

socket.io-client@^2.1.0:
  version "2.5.0"
"""
YARN_4 = """\
"pusher-js@npm:8.4.0, pusher-js@npm:^8.3.0":
  version: 8.4.0
  resolution: "pusher-js@npm:8.4.0"

"laravel-echo@workspace:packages/echo":
  version: 0.0.0-use.local
"""
PNPM = """\
lockfileVersion: '9.0'

importers:

  .:
    dependencies:
      socket.io-client:
        specifier: ^4.8.0
        version: 4.8.1(bufferutil@4.0.8)

  apps/web:
    dependencies:
      pusher-js:
        specifier: '8'
        version: 8.4.0

packages:

  pusher-js@8.4.0:
    resolution: {integrity: sha512-x}
"""
UV = """\
[[package]]
name = "python-socketio"
version = "5.11.2"

[[package]]
name = "other"
version = "1.0"
"""


def locked(path: str, text: str) -> list[tuple[str, str, str, str, int, int]]:
    found = (fact for fact in extract(path, text.encode()) if isinstance(fact, LockedDependency))
    return [(fact.directory, fact.name, fact.ranges, fact.version, fact.at.line, fact.at.column) for fact in found]


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        (
            "package-lock.json",
            NPM_3,
            [("apps/old", "pusher-js", "", "7.6.0", 7, 19), ("", "pusher-js", "", "8.4.0", 14, 19)],
        ),
        ("web/package-lock.json", NPM_1, [("web", "laravel-echo", "", "1.11.3", 5, 19)]),
        (
            "yarn.lock",
            YARN_1,
            [("", "pusher-js", "^4.3.1, ^4.4.0", "4.4.0", 2, 12), ("", "socket.io-client", "^2.1.0", "2.5.0", 9, 12)],
        ),
        ("a/yarn.lock", YARN_4, [("a", "pusher-js", "8.4.0, ^8.3.0", "8.4.0", 2, 12)]),
        (
            "pnpm-lock.yaml",
            PNPM,
            [("", "socket.io-client", "^4.8.0", "4.8.1", 9, 18), ("apps/web", "pusher-js", "8", "8.4.0", 15, 18)],
        ),
        ("uv.lock", UV, [("", "python-socketio", "", "5.11.2", 3, 12)]),
        ("api/poetry.lock", UV, [("api", "python-socketio", "", "5.11.2", 3, 12)]),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_versions(path: str, text: str, expected: list[tuple[str, str, str, str, int, int]], newline: str) -> None:
    assert kind_of(path) == "lockfile"
    assert locked(path, text.replace("\n", newline)) == expected


def test_broken_files_give_no_facts_and_no_error() -> None:
    rng = random.Random(1)
    for text in (NPM_3, NPM_1, YARN_1, YARN_4, PNPM, UV):
        for name in ("package-lock.json", "yarn.lock", "pnpm-lock.yaml", "uv.lock"):
            data = bytearray(text.encode())
            for _ in range(20):
                data[rng.randrange(len(data))] = rng.randrange(256)
            extract(name, bytes(data[: rng.randrange(len(data))]))
    assert extract("yarn.lock", b"\xff\x00pusher-js@^1:\n version") == []


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("package-lock.json", NPM_3),
        ("package-lock.json", NPM_1),
        ("yarn.lock", YARN_1),
        ("yarn.lock", YARN_4),
        ("yarn.lock", YARN_1.replace("\n", "\r\n")),
        ("uv.lock", UV),
        ("uv.lock", UV.replace("\n", "\r\n")),
        ("pnpm-lock.yaml", PNPM),
    ],
)
@pytest.mark.parametrize("times", [1, 3])
def test_a_text_that_is_not_ascii_gives_the_same(path: str, text: str, times: int) -> None:
    """Those that are ASCII are searched for names first."""
    found = locked(path, text * times)
    assert found
    assert locked(path, text * times + "\n# é\n") == found
