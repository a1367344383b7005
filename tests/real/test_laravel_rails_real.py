"""The routes of generated Laravel and Rails applications, as the frameworks' own routers have them, and as rtlint does.

Debian's php-laravel-framework holds Laravel 8, its ruby-actionpack Rails 6.1.
"""

from __future__ import annotations

import json
import random
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from rtlint.facts.derived import Backend, ServedRoute
from rtlint.facts.site import whole_file
from rtlint.link.backends import FoundBackend
from rtlint.link.route_paths import find, glob
from tests.link.found import backends_of

pytestmark = pytest.mark.real

HERE = Path(__file__).parent
CASES = 200
SEGMENTS = ["api", "v1", "pusher", "auth", "orders", "rt", "Users", "hooks"]
VERBS = ["get", "post", "put", "patch", "delete"]


def run(command: list[str], given: Any) -> Any:
    done = subprocess.run(command, input=json.dumps(given), capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


def available(program: str, check: list[str]) -> bool:
    return bool(shutil.which(program)) and subprocess.run([program, *check], capture_output=True).returncode == 0


def some(rng: random.Random, most: int = 2) -> list[str]:
    return [rng.choice(SEGMENTS) for _ in range(rng.randint(1, most))]


def php_uri(rng: random.Random) -> str:
    parts = [*some(rng), *(["{id}"] if rng.random() < 0.3 else []), *(["{kind?}"] if rng.random() < 0.2 else [])]
    return rng.choice(["", "/"]) + "/".join(parts) + rng.choice(["", "", "/"])


def php_statement(rng: random.Random, depth: int) -> str:
    prefix = "/".join(some(rng))
    action = "function () { return 1; }"
    form = rng.randrange(9 if depth else 6)
    if form == 0:
        return f"Route::match(['get', 'PUT'], '{php_uri(rng)}', {action});"
    if form == 1:
        kind = rng.choice(["resource", "apiResource"])
        limit = rng.choice(["", "->only(['index', 'show'])", "->except('destroy')", "->only('index', 'store')"])
        return f"Route::{kind}('{rng.choice(['orders', 'orders.hooks', 'api/orders'])}', 'C'){limit};"
    if form == 2:
        lead = f"->prefix('{prefix}')" if rng.random() < 0.5 else ""
        return f"Route::middleware('web'){lead}->{rng.choice(VERBS)}('{php_uri(rng)}', {action})->name('x');"
    if form == 3:
        return rng.choice([f"Route::any('{php_uri(rng)}', {action});", f"Route::redirect('{php_uri(rng)}', '/x');"])
    if form < 6:
        if rng.random() < 0.2:
            # Unlike any other one: the router forgets a route whose URI another one had before its prefix.
            return f"Route::get('late{rng.randrange(10**9)}', {action})->prefix('{prefix}');"
        return f"Route::{rng.choice(VERBS)}('{php_uri(rng)}', {action});"
    inside = "\n".join(php_statement(rng, depth - 1) for _ in range(rng.randint(1, 3)))
    opening = rng.choice(
        [
            f"Route::prefix('{prefix}')->middleware('api')->group(function () {{",
            f"Route::group(['prefix' => '/{prefix}/', 'middleware' => 'web'], function () {{",
            f"Route::middleware('web')->prefix(\"{prefix}\")->group(function ($router) {{",
            "Route::middleware('web')->group(function () {",
            "Route::group(['middleware' => 'web'], function ($router) {",
        ]
    )
    return f"{opening}\n{inside}\n}});"


LARAVEL = {
    "composer.json": '{"require": {"laravel/framework": "^8.0"}}',
    "bootstrap/app.php": "<?php return Application::configure()->withRouting(web: __DIR__.'/../routes/web.php');",
}


@pytest.mark.skipif(not shutil.which("php"), reason="php is not installed")
def test_laravel_routes_are_those_of_its_router(tmp_path: Path) -> None:
    if not available("php", ["-r", "require '/usr/share/php/Illuminate/autoload.php';"]):
        pytest.skip("php-laravel-framework is not installed")
    rng = random.Random(1)
    texts = ["<?php\n" + "\n".join(php_statement(rng, 3) for _ in range(rng.randint(1, 4))) for _ in range(CASES)]
    paths = []
    for number, text in enumerate(texts):
        paths.append(str(tmp_path / f"{number}.php"))
        Path(paths[-1]).write_text(text)
    compared = 0
    for text, table in zip(
        texts, run(["php", "-d", "error_reporting=0", str(HERE / "laravel_probe.php")], paths), strict=True
    ):
        (found,) = backends_of({**LARAVEL, "routes/web.php": text})
        real = {
            (method, shown) for methods, uri in table for method in methods if method != "HEAD" for shown in uris(uri)
        }
        ours = {(method, blank(route.path)) for route in found.routes for method in methods_of(route.method)}
        assert found.complete, text
        assert ours == real, text
        compared += len(real)
    assert compared > CASES


def methods_of(method: str) -> list[str]:
    return ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] if method == "*" else [method]


def uris(uri: str) -> set[str]:
    """Return a URI of Laravel with and without its last parameter where that is optional."""
    whole = "/" + uri.strip("/")
    short = re.sub(r"/\{\w+\?\}$", "", whole) or "/"
    return {blank(whole), blank(short)}


def blank(path: str) -> str:
    return re.sub(r"\{[^}]*\}", "{}", path)


def ruby_path(rng: random.Random) -> str:
    parts = [*some(rng), *([":id"] if rng.random() < 0.3 else [])]
    tail = rng.choice(["", "", "", "(/:kind)", "/*rest"])
    return rng.choice(["", "/"]) + "/".join(parts) + tail


_INSIDE = {5: "resources", 6: "resources", 7: "resource"}


def ruby_statement(rng: random.Random, depth: int, *, inside: str = "") -> str:
    form = rng.randrange(11 if depth else 5)
    name = rng.choice(["orders", "hooks", "users"])
    limit = rng.choice(["", ", only: [:index, :show]", ", except: %i[destroy new]", ", only: :create"])
    on = rng.choice(["", ", on: :member", ", on: :collection"]) if inside == "resources" else ""
    if form == 0:
        return f"match '{ruby_path(rng)}', to: 'a#b', via: [:get, :post]{on}"
    if form == 1:
        return f"get '{'/'.join(some(rng))}' => 'a#b'"
    if form < 4:
        return f"{rng.choice(VERBS)} '{ruby_path(rng)}', to: 'a#b'{on}"
    if form == 4:
        return f"resources :{name}{limit}"
    body = "\n".join(ruby_statement(rng, depth - 1, inside=_INSIDE.get(form, "")) for _ in range(2))
    if form > 8 and inside:
        form = 8
    opening = [
        f"resources :{name}{limit} do",
        f"resources :{name}, param: :slug, path: '{rng.choice(SEGMENTS)}' do",
        f"resource :profile{limit.replace(':index, ', '')} do",
        f"namespace :{name} do",
        f"scope '/{'/'.join(some(rng))}', module: 'x' do",
        "scope '(:locale)' do",
    ][form - 5]
    return f"{opening}\n{body}\nend"


def requests_of(rng: random.Random, paths: list[str]) -> list[tuple[str, str]]:
    """Return requests that some route may answer, and some that are a little off."""
    found = []
    for path in [*paths, "/" + "/".join(some(rng, 3))]:
        filled = re.sub(r"\{\w+:path\}", "x/y", path)
        filled = re.sub(r"\{\w+\}", lambda _: rng.choice(["7", "new", "abc"]), filled)
        # A parameter takes no dot in Rails, which rtlint does not know: dots stand before formats only.
        more = filled if "." in filled else filled + "/more"
        filled = rng.choice([filled, filled, filled, filled + "/", more, filled.upper()])
        found.append((rng.choice([*VERBS]).upper(), filled))
    return found


@pytest.mark.skipif(not shutil.which("ruby"), reason="ruby is not installed")
def test_rails_answers_what_rtlint_says() -> None:
    if not available("ruby", ["-e", "require 'action_dispatch'"]):
        pytest.skip("ruby-actionpack is not installed")
    rng = random.Random(1)
    texts = ["\n".join(ruby_statement(rng, 2) for _ in range(rng.randint(1, 3))) for _ in range(CASES)]
    backends = [one(f"Rails.application.routes.draw do\n{text}\nend\n") for text in texts]
    asked = [
        requests_of(rng, [route.path for route in found.routes if route.path != "/rails/{rest:path}"])
        for found in backends
    ]
    answers = run(["ruby", "-W0", str(HERE / "rails_probe.rb")], list(zip(texts, asked, strict=True)))
    seen = set()
    for text, found, requests, served in zip(texts, backends, asked, answers, strict=True):
        assert found.complete, text
        for (method, path), real in zip(requests, served, strict=True):
            assert answered(found, method, path) == real, f"{method} {path}\n{text}"
            seen.add(real)
    assert seen == {True, False}


def one(text: str) -> FoundBackend:
    (found,) = backends_of({"config/routes.rb": text})
    return found


def answered(found: FoundBackend, method: str, path: str) -> bool:
    at = whole_file("config/routes.rb")
    routes = [ServedRoute(1, at, item.method, item.protocol, item.path, glob(item.path), at) for item in found.routes]
    return bool(find(routes, method, path, [Backend(1, at, found.framework, "", True)]))
