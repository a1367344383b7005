from __future__ import annotations

import pytest

from rtlint.discover import kinds
from rtlint.discover.kinds import kind_of
from rtlint.roles import (
    _DEPLOY,
    _NAMES,
    _ORDINARY,
    ROLES,
    compiled,
    is_foreign,
    is_ordinary,
    is_pattern,
    matches,
    role_of,
)


@pytest.mark.parametrize(
    ("path", "role"),
    [
        ("src/services/pusher.ts", "app"),
        ("examples/chat/src/rt.ts", "app"),
        ("src/latest/contest.ts", "app"),
        ("src/services/attestation.ts", "app"),
        ("apps/typing-test/src/rt.ts", "app"),
        ("src/pages/docs/index.tsx", "app"),
        ("src/components/stories/Bar.tsx", "app"),
        ("apps/web/core/store/issue/archived/store.ts", "app"),
        ("assets/scripts/chat.js", "app"),
        ("src/household/how-old.ts", "app"),
        ("src/config/pusher.config.ts", "app"),
        ("src/templates/email-template.html", "app"),
        ("app/Latest.php", "app"),
        ("src/services/__tests__/pusher.ts", "test"),
        ("src/services/__mocks__/pusher.ts", "test"),
        ("integration-tests/rt.ts", "test"),
        ("e2e/.env", "test"),
        ("tests/docker-compose.yml", "test"),
        ("cypress/support/rt.ts", "test"),
        ("src/pusher.test.ts", "test"),
        ("src/pusher.stories.tsx", "test"),
        ("api/app.e2e-spec.ts", "test"),
        ("api/test_auth.py", "test"),
        ("api/auth_test.py", "test"),
        ("api/conftest.py", "test"),
        ("app/PusherTest.php", "test"),
        ("src/setupTests.ts", "test"),
        ("vitest.setup.ts", "test"),
        (".env.test", "test"),
        (".env.testing.local", "test"),
        ("local-test.env", "test"),
        ("docker-compose.ci.yml", "test"),
        ("docker-compose.cypress.yml", "test"),
        ("tests/fixtures/.env.example", "test"),
        ("vite.config.ts", "tooling"),
        ("src/vite.config.ts", "tooling"),
        ("app.config.ts", "tooling"),
        (".eslintrc.cjs", "tooling"),
        ("webpack.prod.js", "tooling"),
        ("build/webpack.dev.conf.js", "tooling"),
        ("tsconfig.json", "tooling"),
        ("scripts/deploy.js", "tooling"),
        (".github/workflows/ci.yml", "tooling"),
        (".env.example", "example"),
        (".env.production.sample", "example"),
        (".env.example.local", "example"),
        (".env-sample", "example"),
        ("env.template", "example"),
        ("example.env", "example"),
        ("docs/.env.example", "example"),
        ("docker-compose.example.yml", "example"),
        ("docker-compose.custom-ca-example.yaml", "example"),
        ("compose.yml.dist", "example"),
        ("config/app.sample.php", "example"),
        ("nginx/default.conf.template", "app"),
        ("docs/api.ts", "docs"),
        ("documentation/rt.js", "docs"),
        ("packages/ui/README.md", "docs"),
        ("src/guide.mdx", "docs"),
        ("node_modules/pusher-js/index.js", "vendored"),
        ("vendor/laravel/.env", "vendored"),
        ("src/vendor/jquery.js", "vendored"),
        ("public/pusher.min.js", "vendored"),
        ("src/vite-env.d.ts", "vendored"),
        ("dist/app.js", "vendored"),
        ("public/workbox-9f2f79cf.js", "vendored"),
        ("public/main.0a1b2c3d4e5f.chunk.js", "vendored"),
        ("src/migration-20240101.js", "app"),
        ("src/deadbeef.js", "app"),
        ("src/facade-decadeaf.js", "app"),
        ("apps/web/build/static/main.js", "vendored"),
        ("archive/rt.ts", "archive"),
        ("apps/archive/docker-compose.yml", "archive"),
        ("src/old/rt.ts", "archive"),
        ("backup-2023/rt.ts", "archive"),
        ("_deprecated/rt.ts", "archive"),
        ("src/rt.ts.bak", "archive"),
        (".env.old", "archive"),
        ("docker-compose.old.yml", "archive"),
        ("src/rt.ts~", "archive"),
        ("Dockerfile", "app"),
        ("docs/docker-compose.yml", "app"),
        ("build/Dockerfile", "app"),
        ("scripts/.env", "app"),
        ("deploy/production.env", "app"),
        (".env.defaults", "app"),
    ],
)
def test_roles(path: str, role: str) -> None:
    assert role_of(path) == role


def test_every_role_is_known() -> None:
    paths = ["a", "test/a", "scripts/a", "docs/a", ".env.example", "vendor/a", "old/a"]
    assert {role_of(path) for path in paths} == set(ROLES)


def test_the_last_override_that_matches_wins() -> None:
    overrides = {"tools/**": "test", "tools/live/": "app", "*.md": "app"}
    assert role_of("tools/a.ts", overrides) == "test"
    assert role_of("tools/live/a.ts", overrides) == "app"
    assert role_of("README.md", overrides) == "app"
    assert role_of("docs/a.ts", overrides) == "docs"


def test_foreign_folders() -> None:
    assert is_foreign("apps/web/.next/standalone")
    assert is_foreign("vendor/laravel")
    assert not is_foreign("")
    assert not is_foreign("envs")


def test_very_deep_paths() -> None:
    assert role_of("a/" * 2000 + "tests/" + "b.ts") == "test"


@pytest.mark.parametrize("text", ["", " ", "#x", "!", "/", "\\", "[z-a]", "!a"])
def test_texts_that_are_no_patterns(text: str) -> None:
    assert not is_pattern(text)


def test_only_lists_of_patterns_take_paths_back() -> None:
    assert is_pattern("!a", negation=True)
    assert not is_pattern("!", negation=True)
    assert is_pattern("src/**/*.ts")


def test_patterns_cover_folders_with_all_that_is_in_them() -> None:
    assert matches("legacy/", "legacy/a/b.ts")
    assert not matches("/a.ts", "src/a.ts")
    assert not matches("[z-a]", "a")


def test_lines_that_are_no_patterns_cover_nothing() -> None:
    spec = compiled(["!", "[z-a]", "a\\", "*.js"])
    assert spec.match_file("x.js")
    assert not spec.match_file("a")


_PARTS = (
    "a test Test tests spec -spec _spec bundle -bundle min bak -bak _bak old orig setup setup-test test-setup conftest "
    "latest vitest-setup jest-setup setup-jest gulpfile Gruntfile noxfile docker dockerfile Containerfile compose env "
    "example sample my-env .env config vite webpack rollup stories e2e mock fixture d x-y 1 T backup deprecated dist "
    "rc 9f2f79cf -9f2f79cf"
).split()
_ENDINGS = "ts tsx js jsx vue svelte py php css scss svg png md json yml env bak html".split()


@pytest.mark.parametrize("first", [*_PARTS, ""])
def test_ordinary_names_are_those_that_say_nothing(first: str) -> None:
    stems = {f"{first}{joint}{second}" for joint in ("", ".", "-", "_") for second in (*_PARTS, "")}
    names = {f"{stem}.{ending}" for stem in stems for ending in _ENDINGS}
    ordinary = {name for name in names if _ORDINARY.fullmatch(name)}
    telling = {name for name in names if _DEPLOY.match(name) or any(found.search(name) for _, found in _NAMES)}
    assert not ordinary & telling


@pytest.mark.parametrize("first", [*_PARTS, "caddyfile", "requirements", "nginx", "docker-compose", "proxy"])
def test_ordinary_names_have_the_kind_of_their_ending(first: str) -> None:
    stems = {f"{first}{joint}{second}" for joint in ("", "-", "_") for second in (*_PARTS, "")}
    names = {f"{stem}.{ending}" for stem in stems for ending in (*_ENDINGS, "jpg", "webp")}
    ordinary = {name for name in names if is_ordinary(name)}
    odd = {name: kind_of(f"a/{name}") for name in ordinary if kinds._BY_NAME.fullmatch(name.lower())}
    telling = {name for name in odd if not name.lower().endswith(tuple(_foreign_endings(name)))}
    assert not telling


def _foreign_endings(name: str) -> list[str]:
    found = kinds._BY_NAME.fullmatch(name.lower())
    assert found is not None
    return [f".{ending}" for ending in kinds._FOREIGN_ENDINGS.get(found.lastgroup or "", ())]


@pytest.mark.parametrize("name", ["page.tsx", "use-socket.ts", "Button.vue", "views.py", "logo.svg"])
def test_most_names_are_ordinary(name: str) -> None:
    assert _ORDINARY.fullmatch(name)
