from __future__ import annotations

from pathlib import Path

import pytest

from rtlint.config import Config
from rtlint.facts.derived import ServedRoute
from rtlint.facts.django import ViewSetClass
from rtlint.link.route_paths import matches
from rtlint.link.url_patterns import of_path, of_regex
from rtlint.pipeline import analyse
from tests.link.django_projects import routes_in
from tests.link.routing import table

SETTINGS = "ROOT_URLCONF = 'site.urls'\n"
HEAD = "from django.urls import include, path, re_path\nfrom django.conf.urls.i18n import i18n_patterns\n"


def project(urls: str, **more: str) -> dict[str, str]:
    """Return a project; `api__urls` stands for api/urls.py."""
    others = {name.replace("__", "/") + ".py": text for name, text in more.items()}
    return {"site/__init__.py": "", "site/settings.py": SETTINGS, "site/urls.py": HEAD + urls, **others}


def paths(urls: str, **more: str) -> set[str]:
    return {path for _, path in table(routes_in(project(urls, **more)))}


def complete(urls: str, **more: str) -> bool:
    return routes_in(project(urls, **more)).backends[0].routes_complete


def test_includes_add_their_prefixes() -> None:
    found = routes_in(
        project(
            "urlpatterns = [\n    path('é/', include('api.urls')),\n]\n",
            api__urls="from django.urls import path\nurlpatterns = [path('<int:pk>/auth/', view)]\n",
        )
    )
    assert table(found) == {("*", "/é/{pk}/auth/")}
    backend, route = found.backends[0], found.routes[0]
    assert (backend.at.path, backend.at.line, backend.at.column) == ("site/settings.py", 1, 16)
    assert (backend.framework, backend.directory, backend.routes_complete) == ("django", "site", True)
    assert route.at == ("api/urls.py", 2, 16, 2, 44)
    assert route.mounted_at == ("site/urls.py", 4, 5, 4, 36)


@pytest.mark.parametrize(
    ("urls", "expected"),
    [
        ("urlpatterns = [path('a/', v)] + [path('b/', v)]", {"/a/", "/b/"}),
        ("urlpatterns = []\nurlpatterns += [path('a/', v)]", {"/a/"}),
        ("urlpatterns = []\nurlpatterns.append(path('a/', v))", {"/a/"}),
        ("more = [path('a/', v)]\nurlpatterns = [*more, path('x/', include((more, 'x')))]", {"/a/", "/x/a/"}),
        ("urlpatterns = [path('a/', v)]\nurlpatterns = [path('b/', v)] + urlpatterns", {"/a/", "/b/"}),
        ("urlpatterns = i18n_patterns(path('a/', v))", {"/{lang}/a/"}),
        ("urlpatterns = i18n_patterns(path('a/', v), prefix_default_language=False)", {"/{lang}/a/", "/a/"}),
        ("B = 'a'\nurlpatterns = [path(f'{B}/b', v)]", {"/a/b"}),
        (r"urlpatterns = [re_path(r'^a/(?P<x>\d+)/?$', v)]", {"/a/{x}", "/a/{x}/"}),
        ("api = include('elsewhere')\nurlpatterns = [path('out/', api)]", {"/out/{rest:path}"}),
        ("urlpatterns = [path('out/', include('elsewhere.urls'))]", {"/out/{rest:path}"}),
        ("from django.contrib import admin\nurlpatterns = [path('admin/', admin.site.urls)]", {"/admin/{rest:path}"}),
    ],
)
def test_lists_of_patterns(urls: str, expected: set[str]) -> None:
    assert paths(urls) == expected
    assert complete(urls)


@pytest.mark.parametrize(
    "urls",
    [
        "urlpatterns = load()",
        "urlpatterns = [path(prefix(), v)]",
        "urlpatterns = [path('a/', v) for v in views]",
        "urlpatterns = [wrapped('a/', v)]",
        "urlpatterns = [re_path(r'^(?!admin).*$', v)]",
        "from lists import *\nurlpatterns += [path('a/', v)]",
        "urlpatterns = [path('a/', include(make()))]",
        "urlpatterns = [path('b/', include('api.urls'))]",
        "from rest_framework.routers import SimpleRouter as R\nrouter = R()\nextend(router)\nurlpatterns = router.urls",
        "urlpatterns = [",
    ],
)
def test_what_is_not_known_makes_the_list_incomplete(urls: str) -> None:
    circle = "from django.urls import include, path\nurlpatterns = [path('c/', include('site.urls'))]\n"
    assert not complete(urls, api__urls=circle)


def test_a_script_name_makes_the_list_incomplete() -> None:
    sources = project("urlpatterns = [path('a/', v)]")
    sources["site/settings.py"] += "FORCE_SCRIPT_NAME = '/app'\n"
    assert not routes_in(sources).backends[0].routes_complete


def test_without_settings_the_module_beside_wsgi_is_the_root() -> None:
    sources = {"p/urls.py": HEAD + "urlpatterns = [path('a/', v)]", "p/wsgi.py": "", "q/urls.py": "urlpatterns = []"}
    assert [backend.directory for backend in routes_in(sources).backends] == ["p"]


REST = "from rest_framework import routers\nfrom views import Things\n"
VIEWS = """from rest_framework.viewsets import ModelViewSet
from rest_framework.decorators import action
class Things(ModelViewSet):
    @action(detail=True, url_path='close-now')
    def close(self, request): ...
"""


def test_a_simple_router_serves_lists_objects_and_actions() -> None:
    urls = REST + "router = routers.SimpleRouter()\nrouter.register('things', Things)\n"
    urls += "urlpatterns = [path('api/', include(router.urls))]"
    assert paths(urls, views=VIEWS) == {"/api/things/", "/api/things/{pk}/", "/api/things/{pk}/close-now/"}
    assert complete(urls, views=VIEWS)
    assert "/api/things/{rest:path}/" in paths(urls)


def test_a_default_router_has_a_root_and_formats() -> None:
    urls = REST + "router = routers.DefaultRouter(trailing_slash=False)\nrouter.register('things', Things)\n"
    urls += "urlpatterns = router.urls"
    assert {"/", "/things", "/things.{format}", "/things/{pk}"} <= paths(urls, views=VIEWS)


def test_channels_serve_web_sockets() -> None:
    routing = "from django.urls import path\nwebsocket_urlpatterns = [path('ws/<room>/', C.as_asgi())]\n"
    asgi = (
        "from channels.routing import ProtocolTypeRouter, URLRouter\nfrom site import routing\n"
        "application = ProtocolTypeRouter({'websocket': Auth(URLRouter(routing.websocket_urlpatterns))})\n"
    )
    found = routes_in(project("urlpatterns = []", site__routing=routing, site__asgi=asgi))
    assert table(found) == {("WS", "/ws/{room}/")}
    assert found.backends[0].routes_complete


def test_web_sockets_that_other_code_routes_make_the_list_incomplete() -> None:
    asgi = "from channels.routing import ProtocolTypeRouter\napplication = Wrapped(ProtocolTypeRouter({}))\n"
    found = routes_in(project("urlpatterns = []", site__asgi=asgi))
    assert not found.backends[0].routes_complete


def test_a_slash_is_added_for_what_has_no_body() -> None:
    route = routes_in(project("urlpatterns = [path('auth/', v)]")).routes[0]
    assert matches(route, "GET", "/auth", "django")
    assert not matches(route, "POST", "/auth", "django")
    assert matches(route, "POST", "/auth/", "django")


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (r"^a/$", ("a/",)),
        (r"^a\.b/(?:x|y)$", ("a.b/x", "a.b/y")),
        (r"^(?P<y>[0-9]{4})/$", ("{y}/",)),
        (r"^a/(.*)$", ("a/{p1:path}",)),
        (r"^([!-~]+)$", ("{p1:path}",)),
        (r"^a", ("a{after:path}",)),
        (r"a", ("{before:path}a{after:path}",)),
        (r"^(a|b)+$", None),
        (r"^a|b$", None),
        (r"^(a", None),
        (r"^(?i)a$", None),
        ("^" + "(" * 5000, None),
        ("^" + "a?" * 30 + "$", None),
    ],
)
def test_regular_expressions(pattern: str, expected: tuple[str, ...] | None) -> None:
    assert of_regex(pattern, endpoint=True) == expected


def test_converters() -> None:
    assert of_path("<a>/<int:b>/<path:c>/<own:d>") == ("{a}/{b}/{c:path}/{d:path}",)
    assert of_path("a{b}") is None


def test_a_view_set_is_read_when_a_router_names_it(tmp_path: Path) -> None:
    urls = (
        HEAD + REST + "router = routers.SimpleRouter()\nrouter.register('things', Things)\nurlpatterns = router.urls\n"
    )
    sources = {"site/settings.py": "ROOT_URLCONF = 'urls'\n", "urls.py": urls, "views.py": VIEWS, "unused.py": VIEWS}
    for path, text in {**sources, "manage.py": ""}.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    found = analyse(tmp_path, Config())
    served = {fact.path for fact in found.facts if isinstance(fact, ServedRoute)}
    assert served == {"/things/", "/things/{pk}/", "/things/{pk}/close-now/"}
    assert not any(isinstance(fact, ViewSetClass) and fact.at.path == "unused.py" for fact in found.facts)
