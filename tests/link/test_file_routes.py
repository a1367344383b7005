from __future__ import annotations

import pytest

from rtlint.link.file_paths import astro_path, next_path, nitro_path, nuxt_page, remix_path, svelte_path
from tests.link.found import backends_of, manifest, table

HANDLERS = "export async function GET() {}\nexport const POST = () => 1;\nexport const helper = 1;\n"


def test_next_serves_files_of_both_routers() -> None:
    sources = {
        **manifest("web", "next"),
        "web/pages/api/pusher/[id].ts": "export default function handler() {}",
        "web/pages/api/index.ts": "export default function handler() {}",
        "web/pages/_app.tsx": "export default function App() {}",
        "web/pages/about.tsx": "export default function About() {}",
        "web/app/(group)/api/x/[...rest]/route.ts": HANDLERS,
        "web/app/_private/route.ts": HANDLERS,
        "web/app/@slot/(.)photo/page.tsx": "export default function P() {}",
        "web/app/%5Fkept/page.tsx": "export default function P() {}",
        "web/src/app/lost/route.ts": HANDLERS,
    }
    (found,) = backends_of(sources)
    assert table(found) == {
        ("*", "/api/pusher/{id}"),
        ("*", "/api"),
        ("GET", "/about"),
        ("GET", "/api/x/{rest:path}"),
        ("POST", "/api/x/{rest:path}"),
        ("GET", "/_kept"),
    }
    assert (found.framework, found.directory, found.complete) == ("next", "web", True)
    assert (found.at.path, found.at.line, found.at.column) == ("web/package.json", 1, 10)
    assert {route.at.line for route in found.routes} == {1}


def test_methods_are_followed_through_re_exports() -> None:
    sources = {
        **manifest("", "next"),
        "app/a/route.ts": "export * from '../../shared';",
        "app/b/route.ts": "import { handlers } from '../../auth';\nexport const { GET, POST } = handlers;",
        "app/c/route.ts": "const handler = auth();\nexport { handler as GET, handler as PUT };",
        "shared.ts": "export const DELETE = () => 1;",
    }
    (found,) = backends_of(sources)
    assert table(found) == {("DELETE", "/a"), ("GET", "/b"), ("POST", "/b"), ("GET", "/c"), ("PUT", "/c")}
    assert found.complete
    (unknown,) = backends_of({**manifest("", "next"), "app/a/route.ts": "export * from 'somewhere';"})
    assert not unknown.complete


API = {"pages/api/x.ts": "export default function handler() {}"}


@pytest.mark.parametrize(
    ("config", "path", "complete"),
    [
        ("module.exports = { basePath: '/base' }", "/base/api/x", True),
        ("const c = { basePath: '/base' };\nexport default withPlugin(c);", "/base/api/x", True),
        ("module.exports = withSentry({}, { silent: true })", "/api/x", True),
        ("module.exports = { basePath: process.env.BASE }", "/api/x", False),
        ("module.exports = { async rewrites() { return []; } }", "/api/x", False),
        ("module.exports = { i18n: { locales: ['de'] } }", "/api/x", False),
        ("module.exports = { ...load() }", "/api/x", False),
        ("module.exports = load()", "/api/x", False),
        ("module.exports = { pageExtensions: ['ts', 'tsx'] }", "/api/x", True),
    ],
)
def test_the_configuration_of_next(config: str, path: str, complete: bool) -> None:
    (found,) = backends_of({**manifest("", "next"), **API, "next.config.js": config})
    assert table(found) == {("*", path)}
    assert found.complete is complete


def test_page_extensions_decide_what_is_a_page() -> None:
    sources = {**manifest("", "next"), **API, "pages/api/y.api.ts": "export default function y() {}"}
    sources["next.config.js"] = "module.exports = { pageExtensions: ['api.ts'] }"
    assert table(backends_of(sources)[0]) == {("*", "/api/y")}


def test_a_server_of_its_own_makes_next_incomplete() -> None:
    (found,) = backends_of({**manifest("", "next", "express"), **API, "server.js": "const next = require('next');"})
    assert not found.complete


def test_pages_alone_are_no_backend() -> None:
    assert backends_of({**manifest("", "next"), "pages/index.tsx": "export default function P() {}"}) == []
    assert backends_of({**manifest("", "react"), **API}) == []


def test_nuxt_reads_methods_from_names() -> None:
    sources = {
        **manifest("", "nuxt"),
        "server/api/pusher/auth.post.ts": "export default defineEventHandler(() => 1);",
        "server/api/index.ts": "",
        "server/api/a.test.ts": "",
        "server/api/[...rest].get.ts": "",
        "server/routes/health/[id].ts": "",
        "server/middleware/log.ts": "",
        "app/pages/users/[[id]].vue": "<template />",
        "nuxt.config.ts": "export default defineNuxtConfig({ app: { baseURL: '/b/' }, modules: ['@pinia/nuxt'] })",
    }
    (found,) = backends_of(sources)
    assert table(found) == {
        ("POST", "/b/api/pusher/auth"),
        ("*", "/b/api"),
        ("GET", "/b/api"),
        ("GET", "/b/api/{rest:path}"),
        ("*", "/b/health/{id}"),
        ("GET", "/b/users"),
        ("GET", "/b/users/{id}"),
    }
    assert found.complete


@pytest.mark.parametrize(
    "option", ["modules: ['nuxt-auth-utils']", "routeRules: { '/x': { proxy: 'y' } }", "extends: ['./base']"]
)
def test_what_adds_routes_to_nuxt_is_not_guessed(option: str) -> None:
    sources = {**manifest("", "nuxt"), "server/api/a.ts": "", "nuxt.config.ts": f"export default {{ {option} }}"}
    assert not backends_of(sources)[0].complete


def test_sveltekit() -> None:
    sources = {
        **manifest("", "@sveltejs/kit"),
        "src/routes/(app)/api/[id=int]/+server.ts": HANDLERS,
        "src/routes/any/+server.js": "export const fallback = () => 1;",
        "src/routes/login/+page.server.ts": "export const actions = {};",
        "src/routes/login/+page.svelte": "<form />",
        "src/routes/+layout.svelte": "<slot />",
        "svelte.config.js": "export default { kit: { adapter: adapter(), paths: { base: '/base' } } };",
    }
    (found,) = backends_of(sources)
    assert table(found) == {
        ("GET", "/base/api/{id}"),
        ("POST", "/base/api/{id}"),
        ("*", "/base/any"),
        ("GET", "/base/login"),
        ("POST", "/base/login"),
    }
    assert found.complete
    rerouted = sources | {"src/hooks.ts": "export const reroute = () => '/x';"}
    assert not backends_of(rerouted)[0].complete


def test_remix() -> None:
    sources = {
        **manifest("", "@remix-run/dev"),
        "app/routes/api.pusher.auth.ts": "export const action = () => 1;",
        "app/routes/users.$id/route.tsx": "export const loader = () => 1;\nexport default function P() {}",
        "app/routes/_layout.tsx": "export default function L() {}",
        "app/routes/users.$id/helper.ts": "",
        "vite.config.ts": "import { vitePlugin as remix } from '@remix-run/dev';\n"
        "export default defineConfig({ plugins: [remix({ future: { v3: true } }), paths()] });",
    }
    (found,) = backends_of(sources)
    actions = {(method, "/api/pusher/auth") for method in ("POST", "PUT", "PATCH", "DELETE")}
    assert table(found) == actions | {("GET", "/users/{id}")}
    assert found.complete
    moved = sources | {"vite.config.ts": sources["vite.config.ts"].replace("future: { v3: true }", "basename: '/x'")}
    assert not backends_of(moved)[0].complete


def test_react_router_needs_flat_routes() -> None:
    base = {**manifest("", "@react-router/dev"), "app/routes/a.ts": "export const action = () => 1;"}
    flat = "import { flatRoutes } from '@react-router/fs-routes';\nexport default flatRoutes() satisfies RouteConfig;"
    listed = "import { route } from '@react-router/dev/routes';\nexport default [route('a', './routes/a.ts')];"
    (found,) = backends_of(base | {"app/routes.ts": flat})
    assert ("POST", "/a") in table(found)
    assert found.complete
    (other,) = backends_of(base | {"app/routes.ts": listed})
    assert (table(other), other.complete) == (set(), False)
    config = {"react-router.config.ts": "export default { appDirectory: 'app', ssr: false } satisfies Config;"}
    assert backends_of(base | config | {"app/routes.ts": listed}) == []


def test_astro() -> None:
    sources = {
        **manifest("", "astro"),
        "src/pages/api/[...rest].ts": "export const ALL = () => 1;",
        "src/pages/feed.json.ts": "export const GET = () => 1;",
        "src/pages/_hidden.ts": HANDLERS,
        "src/pages/index.astro": "",
        "astro.config.mjs": "import react from '@astrojs/react';\n"
        "export default defineConfig({ base: 'docs', integrations: [react()] });",
    }
    (found,) = backends_of(sources)
    assert table(found) == {
        ("*", "/docs/api"),
        ("*", "/docs/api/{rest:path}"),
        ("GET", "/docs/feed.json"),
        ("GET", "/docs"),
    }
    assert found.complete
    other = sources | {"astro.config.mjs": "import x from 'x';\nexport default { integrations: [x()] };"}
    assert not backends_of(other)[0].complete


@pytest.mark.parametrize(
    ("found", "paths"),
    [
        (next_path(["docs", "[[...slug]]"], app=True), ("/docs", "/docs/{slug:path}")),
        (next_path(["(.)photo"], app=True), None),
        (next_path(["(a)", "@b", "c"], app=True), ("/c",)),
        (next_path(["(a)"], app=False), ("/(a)",)),
        (nitro_path(["(group)", "[id]", "index"]), ("/{id}",)),
        (nitro_path(["[...]"]), ("/", "/{rest:path}")),
        (nuxt_page(["users", "[id]", "index"]), ("/users/{id}",)),
        (svelte_path(["[[lang]]", "about"]), ("/about", "/{lang}/about")),
        (svelte_path(["a-[x]-[y=m]"]), ("/a-{x}-{y}",)),
        (svelte_path(["[x+2e]well-known"]), ("/.well-known",)),
        (astro_path(["a", "_b"]), None),
        (remix_path("_index"), ("/",)),
        (remix_path("_auth.login"), ("/login",)),
        (remix_path("_auth"), None),
        (remix_path("users_.$user-id.edit"), ("/users/{user_id}/edit",)),
        (remix_path("sitemap[.]xml"), ("/sitemap.xml",)),
        (remix_path("($lang).about"), ("/about", "/{lang}/about")),
        (remix_path("files.$"), ("/files", "/files/{splat:path}")),
    ],
)
def test_names_of_files(found: tuple[str, ...] | None, paths: tuple[str, ...] | None) -> None:
    assert found == paths


def test_odd_names_raise_nothing() -> None:
    for name in (
        "[",
        "]",
        "[]",
        "[[]]",
        "[...]",
        "[[...]]",
        "()",
        "$",
        "$$",
        "[u+ffffff]",
        "[x+zz]",
        "(((",
        "%",
        "é[ü]",
    ):
        for read in (nitro_path, nuxt_page, svelte_path, astro_path):
            read([name, name])
        next_path([name], app=True)
        remix_path(name)
    assert remix_path("a" * 10_000) == ("/" + "a" * 10_000,)
