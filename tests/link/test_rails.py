from __future__ import annotations

import pytest

from rtlint.link.backends import FoundBackend
from tests.link.found import backends_of, table

OWN = ("*", "/rails/{rest:path}")


def drawn(text: str, **more: str) -> FoundBackend:
    files = {path.replace("__", "/") + ".rb": content for path, content in more.items()}
    (found,) = backends_of({"config/routes.rb": f"Rails.application.routes.draw do\n{text}\nend\n", **files})
    return found


def paths(found: FoundBackend) -> set[tuple[str, str]]:
    """Return the routes without those of formats."""
    return {(method, path) for method, path in table(found) if not path.endswith(".{format}")} - {OWN}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("root 'home#index'", {("GET", "/")}),
        ("post 'pusher/auth', to: 'pusher#auth'", {("POST", "/pusher/auth")}),
        ("get '/a' => 'a#b', as: :x", {("GET", "/a")}),
        ("match 'a', to: 'a#b', via: :all", {("*", "/a")}),
        ("match 'a', to: 'a#b', via: %i[get post]", {("GET", "/a"), ("POST", "/a")}),
        ("get 'a(/:kind)', to: 'a#b'", {("GET", "/a"), ("GET", "/a/{kind}")}),
        ("get 'a/*rest', to: 'a#b'", {("GET", "/a/{rest:path}")}),
        ("get 'a/:id', to: 'a#b', constraints: { id: /.+/ }", {("GET", "/a/{id:path}")}),
        ("resources :a, :b, only: :index", {("GET", "/a"), ("GET", "/b")}),
        ("resource :a, only: [:show, :destroy]", {("GET", "/a"), ("DELETE", "/a")}),
        ("resources :a, only: [], param: :slug do\npost :x, on: :member\nget 'y', on: :collection\nget 'z'\nend",
         {("POST", "/a/{slug}/x"), ("GET", "/a/y"), ("GET", "/a/{parent_slug}/z")}),
        ("resources :a, only: [] do\nmember { post :x }\ncollection do\nget :y\nend\nend",
         {("POST", "/a/{id}/x"), ("GET", "/a/y")}),
        ("namespace :admin, path: 'sek' do\nscope '/v1' do\nget 'a'\nend\nend", {("GET", "/sek/v1/a")}),
        ("scope module: 'x' do\nget 'a'\nend", {("GET", "/a")}),
        ("authenticate :user do\nmount Sidekiq::Web => '/jobs'\nend", {("*", "/jobs"), ("*", "/jobs/{rest:path}")}),
        ("mount ActionCable.server => '/live'", {("WS", "/live")}),
        ("mount ActionCable.server, at: '/live'", {("WS", "/live")}),
        ("get 'a' if Rails.env.development?", {("GET", "/a")}),
        ("# get 'a'", set()),
    ],
)  # fmt: skip
def test_statements(text: str, expected: set[tuple[str, str]]) -> None:
    found = drawn(text)
    assert found.complete
    assert paths(found) == expected


@pytest.mark.parametrize(
    "text",
    [
        "devise_for :users",
        "get path, to: 'a#b'",
        "get \"#{x}/a\", to: 'a#b'",
        "concern :c do\nget 'a'\nend",
        "resources :a, concerns: :c",
        "resources :a, shallow: true",
        "resources :a do\nscope '/x' do\nget 'y'\nend\nend",
        "%w[a b].each { |name| get name }",
        "match 'a', to: 'a#b', via: METHODS",
        "mount Engine",
        "Engine.draw(self)",
        "draw(:missing)",
        "draw(name)",
        "use_doorkeeper",
        "scope prefix do\nget 'a'\nend",
        "get 'a', ((",
    ],
)
def test_what_is_not_understood_is_incomplete(text: str) -> None:
    assert not drawn(text).complete


def test_sites_are_exact() -> None:
    found = drawn("  scope '/ä' do post 'x', to: 'a#b' end")
    (route,) = [route for route in found.routes if route.path == "/ä/x"]
    assert route.at == ("config/routes.rb", 2, 17, 2, 36)
    assert route.mounted_at == ("config/routes.rb", 2, 3, 2, 40)
    assert (found.framework, found.directory) == ("rails", "")


def test_drawn_files_stand_in_their_scope() -> None:
    found = drawn("scope '/in' do\ndraw :more\nend", config__routes__more="get 'a', to: 'a#b'\n")
    assert found.complete
    assert paths(found) == {("GET", "/in/a")}


def test_action_cable_is_mounted_where_the_configuration_says() -> None:
    routes = {"config/routes.rb": "Rails.application.routes.draw do\nend\n"}
    (bare,) = backends_of(routes)
    assert paths(bare) == set()
    (stock,) = backends_of({**routes, "config/cable.yml": "production:\n  adapter: redis\n"})
    assert paths(stock) == {("WS", "/cable")}
    moved = "Rails.application.configure do\n  config.action_cable.mount_path = '/ws'\nend\n"
    (found,) = backends_of({**routes, "config/cable.yml": "", "config/environments/production.rb": moved})
    assert paths(found) == {("WS", "/ws")}
    prefixed = "config.relative_url_root = '/app'\n"
    (found,) = backends_of({**routes, "config/application.rb": prefixed})
    assert not found.complete
