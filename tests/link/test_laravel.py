from __future__ import annotations

from pathlib import Path

import pytest

from rtlint.link.backends import FoundBackend
from rtlint.pipeline import check
from tests.link.found import backends_of, table

COMPOSER = {"composer.json": '{"name": "acme/app", "require": {"laravel/framework": "^11.0"}}'}
AUTH = {("GET", "/broadcasting/auth"), ("POST", "/broadcasting/auth")}
PROVIDER = """<?php
namespace App\\Providers;
use Illuminate\\Support\\Facades\\Broadcast;
use Illuminate\\Support\\ServiceProvider;
class BroadcastServiceProvider extends ServiceProvider {
    public function boot() {
        Broadcast::routes();
        require base_path('routes/channels.php');
    }
}
"""
ROUTES_PROVIDER = """<?php
namespace App\\Providers;
use Illuminate\\Foundation\\Support\\Providers\\RouteServiceProvider as ServiceProvider;
use Illuminate\\Support\\Facades\\Route;
class RouteServiceProvider extends ServiceProvider {
    public function boot(): void {
        $this->routes(function () {
            Route::prefix('api')->middleware('api')->group(base_path('routes/api.php'));
            Route::middleware('web')->group(base_path('routes/web.php'));
        });
    }
}
"""
MAPPING_PROVIDER = """<?php
namespace App\\Providers;
use Illuminate\\Support\\Facades\\Route;
class RouteServiceProvider extends Base {
    public function map() { $this->mapApiRoutes(); /* $this->mapWebRoutes(); */ }
    function mapApiRoutes() { Route::group(['prefix' => 'api'], fn () => require base_path('routes/api.php')); }
    protected function mapWebRoutes() { Route::middleware('web')->group(base_path('routes/web.php')); }
}
"""
API, WEB = "<?php Route::post('/orders/{id?}', 'C@a');", "<?php\nRoute::get('/', 'C@b');"


def providers(*names: str) -> dict[str, str]:
    listed = "".join(f"    App\\Providers\\{name}::class,\n" for name in names)
    return {"config/app.php": f"<?php\nreturn ['name' => 'x', 'providers' => [\n{listed}]];\n"}


def web(text: str) -> FoundBackend:
    """Return the backend of an application whose routes/web.php has the statements."""
    (found,) = backends_of(
        {**COMPOSER, **bootstrap("web: __DIR__.'/../routes/web.php'"), "routes/web.php": "<?php\n" + text}
    )
    return found


def bootstrap(given: str, more: str = "") -> dict[str, str]:
    text = (
        f"<?php\nreturn Application::configure(basePath: dirname(__DIR__))\n->withRouting({given}){more}->create();\n"
    )
    return {"bootstrap/app.php": text}


def test_the_layout_of_laravel_10() -> None:
    sources = {
        **COMPOSER,
        **providers("BroadcastServiceProvider", "RouteServiceProvider"),
        "app/Providers/BroadcastServiceProvider.php": PROVIDER,
        "app/Providers/RouteServiceProvider.php": ROUTES_PROVIDER,
        "routes/api.php": API,
        "routes/web.php": WEB,
        "routes/lost.php": "<?php Route::get('/lost', 'C@c');",
        "routes/channels.php": "<?php Broadcast::channel('orders.{id}', fn () => true);",
    }
    (found,) = backends_of(sources)
    assert table(found) == AUTH | {("POST", "/api/orders/{id}"), ("POST", "/api/orders"), ("GET", "/")}
    assert (found.framework, found.directory, found.complete) == ("laravel", "", True)
    assert (found.at.path, found.at.line, found.at.column) == ("composer.json", 1, 10)
    (home,) = [route for route in found.routes if route.path == "/"]
    assert home.at == ("routes/web.php", 2, 1, 2, 23)
    order = next(route for route in found.routes if route.path == "/api/orders")
    assert order.mounted_at == ("app/Providers/RouteServiceProvider.php", 8, 27, 8, 32)


def test_a_provider_that_is_not_listed_serves_nothing() -> None:
    commented = providers("RouteServiceProvider")["config/app.php"].replace(
        "    App", "    // App\\Providers\\BroadcastServiceProvider::class,\n    App"
    )
    sources = {
        **COMPOSER,
        "config/app.php": commented,
        "app/Providers/BroadcastServiceProvider.php": PROVIDER,
        "app/Providers/RouteServiceProvider.php": MAPPING_PROVIDER,
        "routes/api.php": API,
        "routes/web.php": WEB,
    }
    (found,) = backends_of(sources)
    assert found.complete
    assert table(found) == {("POST", "/api/orders/{id}"), ("POST", "/api/orders")}


@pytest.mark.parametrize(
    ("listed", "complete"),
    [
        (
            "'providers' => S::defaultProviders()->merge([App\\Providers\\BroadcastServiceProvider::class])->toArray()",
            True,
        ),
        ("'providers' => [...load(), App\\Providers\\BroadcastServiceProvider::class]", False),
        ("'providers' => array_merge(load(), [])", False),
    ],
)
def test_lists_of_providers(listed: str, complete: bool) -> None:
    sources = {**COMPOSER, "config/app.php": f"<?php return [{listed}];"}
    (found,) = backends_of({**sources, "app/Providers/BroadcastServiceProvider.php": PROVIDER})
    assert found.complete == complete
    assert (table(found) == AUTH) == ("array_merge" not in listed)


def test_providers_of_laravel_11_and_those_that_others_register() -> None:
    sources = {
        **COMPOSER,
        **bootstrap("health: '/up'"),
        "bootstrap/providers.php": "<?php return [App\\Providers\\AppServiceProvider::class];",
        "app/Providers/AppServiceProvider.php": "<?php namespace App\\Providers; class AppServiceProvider extends X {"
        " function register() { $this->app->register(BroadcastServiceProvider::class); }"
        " function boot() { $this->loadRoutesFrom(__DIR__.'/../../routes/more.php'); } }",
        "app/Providers/BroadcastServiceProvider.php": PROVIDER,
        "routes/more.php": "<?php Route::view('/more', 'more');",
    }
    (found,) = backends_of(sources)
    assert found.complete
    assert table(found) == AUTH | {("GET", "/up"), ("GET", "/more")}


@pytest.mark.parametrize(
    ("given", "more", "expected"),
    [
        ("api: __DIR__.'/../routes/api.php', apiPrefix: 'api/v1'", "", {("POST", "/api/v1/x")}),
        ("api: [__DIR__.'/../routes/api.php']", "", {("POST", "/api/x")}),
        ("null, null, base_path('routes/api.php')", "", {("POST", "/api/x")}),
        ("channels: __DIR__.'/../routes/channels.php'", "", AUTH),
        ("commands: 'x'", "->withBroadcasting(__DIR__.'/c.php')", AUTH),
        (
            "commands: 'x'",
            "->withBroadcasting(__DIR__.'/c.php', ['prefix' => 'api', 'middleware' => ['auth:sanctum']])",
            {("GET", "/api/broadcasting/auth"), ("POST", "/api/broadcasting/auth")},
        ),
        (
            "then: function () { Route::prefix('hooks')->group(base_path('routes/api.php')); }",
            "",
            {("POST", "/hooks/x")},
        ),
        ("using: fn () => Route::get('u', 'C')", "", {("GET", "/u")}),
    ],
)
def test_the_layout_of_laravel_11(given: str, more: str, expected: set[tuple[str, str]]) -> None:
    sources = {**COMPOSER, **bootstrap(given, more), "routes/api.php": "<?php Route::post('x', 'C');"}
    (found,) = backends_of(sources)
    assert found.complete
    assert table(found) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Route::match(['get', 'POST'], '/a', 'C');", {("GET", "/a"), ("POST", "/a")}),
        ("Route::any('a/{id:slug}', 'C');", {("*", "/a/{id}")}),
        ("Route::get('{all}', 'C')->where('all', '.*');", {("GET", "/{all:path}")}),
        ("Route::get('{n}', 'C')->where('n', '[0-9]+');", {("GET", "/{n}")}),
        ("Route::fallback(fn () => 1);", {("GET", "/{fallbackPlaceholder:path}")}),
        ("use Illuminate\\Support\\Facades\\Route as R;\nR::get('a', 'C');", {("GET", "/a")}),
        ("\\Route::get('a', 'C');", {("GET", "/a")}),
        ("use Acme\\Route;\nRoute::get('a', 'C');", set()),
        ("$router->get('a', 'C');", {("GET", "/a")}),
        ("if (app()->isLocal()) { Route::get('a', 'C'); }", {("GET", "/a")}),
        ("Route::prefix('a')->group(function () { Route::prefix('b')->get('c', 'C'); });", {("GET", "/b/a/c")}),
        ("Route::prefix('a')->group(fn () => Broadcast::routes(['prefix' => 'b']));",
         {("GET", "/a/b/broadcasting/auth"), ("POST", "/a/b/broadcasting/auth")}),
        ("Broadcast::userRoutes();", {("GET", "/broadcasting/user-auth"), ("POST", "/broadcasting/user-auth")}),
        ("Route::singleton('profile', 'C');",
         {("GET", "/profile"), ("GET", "/profile/edit"), ("PUT", "/profile"), ("PATCH", "/profile")}),
        ("Route::resources(['a' => 'C'], ['x' => 1])->x;", set()),
        ("Route::get('a', function () { Route::get('b', 'C'); });", {("GET", "/a")}),
        ("// Route::get('a', 'C');", set()),
    ],
)  # fmt: skip
def test_statements(text: str, expected: set[tuple[str, str]]) -> None:
    found = web(text)
    assert found.complete
    if "resources" not in text:
        assert table(found) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Route::get($path, 'C');",
        "Route::prefix(prefix())->get('a', 'C');",
        "Route::get('a/{id}x{y?}{', 'C');",
        "Route::ownMacro('a');",
        "Route::resource($x, 'C');",
        "Route::resource('a', 'C')->shallow();",
        "Route::group(['prefix' => 'a', ...$more], function () { Route::get('b', 'C'); });",
        "Route::group($attributes, function () { Route::get('b', 'C'); });",
        "$route->middleware('web')->group(base_path('routes/x.php'));",
        "foreach (glob(__DIR__.'/more/*.php') as $file) { require $file; }",
        "Route::pattern('id', '.*');",
        "Route::middleware('a')->prefix('b')->get('c', 'C')->prefix('d');",
        "Route::get('a', ;;; ]",
    ],
)
def test_what_is_not_understood_is_incomplete(text: str) -> None:
    assert not web(text).complete


def test_prefixes_come_from_the_configuration_too() -> None:
    sources = {
        **COMPOSER,
        **bootstrap("web: __DIR__.'/../routes/web.php'"),
        "config/site.php": "<?php return ['paths' => ['hooks' => 'in', 'env' => env('P', 'd')]];",
        "routes/web.php": "<?php Route::post(config('site.paths.hooks').'/a', 'C'); Route::get(config('site.x'), 'C');",
    }
    (found,) = backends_of(sources)
    assert table(found) == {("POST", "/in/a")}
    assert not found.complete


def test_packages_that_register_routes() -> None:
    known = '{"require": {"laravel/framework": "*", "laravel/sanctum": "*"}}'
    (found,) = backends_of({"composer.json": known, **bootstrap("health: '/up'")})
    assert table(found) == {("GET", "/up"), ("*", "/sanctum/csrf-cookie")}
    assert found.complete
    unread = '{"require": {"laravel/framework": "*", "nwidart/laravel-modules": "*"}}'
    (found,) = backends_of({"composer.json": unread, **bootstrap("health: '/up'")})
    assert not found.complete


def test_a_package_in_the_repository_may_register_itself() -> None:
    inside = "<?php namespace Acme; class AcmeServiceProvider extends P { function boot() { \\Route::get('a', 'C'); } }"
    sources = {**COMPOSER, **bootstrap("health: '/up'"), "packages/acme/src/AcmeServiceProvider.php": inside}
    (found,) = backends_of(sources)
    assert not found.complete


def test_a_package_for_laravel_is_no_application() -> None:
    assert backends_of({**COMPOSER, "src/XServiceProvider.php": PROVIDER}) == []


CLIENT = "import P from 'pusher-js';\nnew P('a1b2c3d4e5', { cluster: 'eu', authEndpoint: '/broadcasting/auth' });\n"


@pytest.mark.parametrize(("listed", "codes"), [(True, set()), (False, {"RT202"})])
def test_the_missing_auth_route_of_a_commented_provider_is_found(tmp_path: Path, listed: bool, codes: set[str]) -> None:
    names = ["RouteServiceProvider", *(["BroadcastServiceProvider"] if listed else [])]
    sources = {
        **COMPOSER,
        **providers(*names),
        "package.json": '{"dependencies": {"pusher-js": "^8.4.0"}}',
        "resources/js/live.js": CLIENT,
        "app/Providers/BroadcastServiceProvider.php": PROVIDER,
        "app/Providers/RouteServiceProvider.php": ROUTES_PROVIDER,
        "routes/api.php": API,
    }
    for path, text in sources.items():
        target = tmp_path / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
    assert {finding.code for finding in check(tmp_path).report.findings} & {"RT202"} == codes
