"""The routes of generated Django projects, as Django's own resolver answers them, and as rtlint does."""

from __future__ import annotations

import json
import random
import re
import subprocess
import sys
from pathlib import Path

import pytest

from rtlint.facts.derived import ServedRoute
from rtlint.link.route_paths import matches
from tests.link.django_projects import routes_in

pytestmark = pytest.mark.real

CASES = 220
PROBES = 16
WORDS = ["api", "v1", "orders", "rt", "auth", "Users", "hooks", "x-y", "a.b"]
CONVERTERS = ["<int:{}>", "<str:{}>", "<{}>", "<slug:{}>", "<uuid:{}>", "<path:{}>"]
CLASSES = [r"\d+", r"[^/]+", r"[\w-]+", r"[a-z]{2,4}", r"\w+", r".+", r"\d*", "(?:on|off)", "[0-9]{4}-[0-9]{2}"]
VALUES = ["1", "42", "abc", "on", "2024-01", "a/b", "a_b", "", "550e8400-e29b-41d4-a716-446655440000", "zz"]

EXACT_CONVERTERS = ["<str:{}>", "<{}>"]
EXACT_CLASSES = ["[^/]+", "(?:on|off)"]

Sources = dict[str, str]


class Dice(random.Random):
    """`exact` keeps to parameters whose type a path of rtlint's tells in full."""

    exact = False


def path_text(rng: Dice, most: int = 2) -> str:
    parts = []
    for index in range(rng.randint(1, most)):
        dynamic = rng.random() < 0.35
        parts.append(
            rng.choice(EXACT_CONVERTERS if rng.exact else CONVERTERS).format(f"p{rng.randrange(10**6)}_{index}")
            if dynamic
            else rng.choice(WORDS)
        )
    return "/".join(parts)


def regex_text(rng: Dice, most: int = 2) -> str:
    parts = []
    for index in range(rng.randint(1, most)):
        name = rng.choice(["", f"?P<q{rng.randrange(10**6)}_{index}>"])
        dynamic = rng.random() < 0.5
        parts.append(
            f"({name}{rng.choice(EXACT_CLASSES if rng.exact else CLASSES)})"
            if dynamic
            else re.escape(rng.choice(WORDS))
        )
    return rng.choice(["^", "^", "^" * rng.exact]) + "/".join(parts)


def leaf(rng: Dice) -> str:
    if rng.random() < 0.6:
        return f"path({path_text(rng) + rng.choice(['', '/', '/'])!r}, view)"
    return f"re_path({regex_text(rng) + rng.choice(['$', '/$', '/?$', '', '/'])!r}, view)"


def inclusion(rng: Dice, name: str, inner: int) -> str:
    """Return an entry that includes another module, in one of the ways to say so."""
    other = f"{name}.part{inner}"
    target = rng.choice(
        [
            f"include({other!r})",
            f"include(BASE + '.part{inner}')",
            f"include(f'{{BASE}}.part{inner}')",
            f"include(part{inner})",
            f"include(({other!r}, 'app{rng.randrange(10**6)}'))",
            f"include((part{inner}.urlpatterns, 'app{rng.randrange(10**6)}'))",
            f"include(part{inner}.urlpatterns)",
        ]
    )
    # Django never goes back to an outer pattern that took too much: without a slash, paths say more than it answers.
    prefix = rng.choice(["", path_text(rng, 1) + "/", path_text(rng, 1) + "/" * rng.exact])
    if rng.random() < 0.3:
        return f"re_path({regex_text(rng, 1) + '/'!r}, {target})"
    return f"path({prefix!r}, {target})"


def routers(rng: Dice) -> str:
    options = rng.choice(["", "", "trailing_slash=False", "trailing_slash=True"])
    lines = [f"router = routers.{rng.choice(['DefaultRouter', 'SimpleRouter'])}({options})"]
    for index in range(rng.randint(1, 3)):
        prefix = rng.choice(["", "items", "a/b", r"(?P<own>[^/.]+)/things"]) if index else "first"
        lines.append(f"router.register({prefix!r}, {rng.choice(['Things', 'Derived', 'Bare'])}, basename='b{index}')")
    return "\n".join(lines)


def part(rng: Dice, name: str, index: int) -> str:
    """Return a module with patterns that includes some of the modules before it."""
    entries = [leaf(rng) for _ in range(rng.randint(1, 3))]
    entries += [inclusion(rng, name, inner) for inner in range(index) if rng.random() < 0.5]
    lines = [HEAD.format(name=name), *(f"from {name} import part{inner}" for inner in range(index))]
    if rng.random() < 0.35 and not rng.exact:
        lines += [f"from {name}.views import Bare, Derived, Things", routers(rng)]
        prefix = rng.choice(["", "rest/"])
        tail = rng.choice([f"urlpatterns += [path({prefix!r}, include(router.urls))]", "urlpatterns += router.urls"])
    else:
        tail = ""
    rng.shuffle(entries)
    cut = rng.randint(0, len(entries))
    first, second = ", ".join(entries[:cut]), ", ".join(entries[cut:])
    lines += rng.choice(
        [
            [f"urlpatterns = [{first}]", f"urlpatterns += [{second}]"],
            [f"urlpatterns = [{first}] + [{second}]"],
            [f"more = [{second}]", f"urlpatterns = [{first}{', ' if first else ''}*more]"],
            [f"more = ({second}{',' if second else ''})", f"urlpatterns = [{first}]", "urlpatterns.extend(more)"],
            [f"urlpatterns = [{second}]", *(f"urlpatterns.append({entry})" for entry in entries[:cut])],
            [f"urlpatterns = [path('in/', include([{first}])), {second}]"],
        ]
    )
    return "\n".join([*lines, tail]) + "\n"


HEAD = """from django.urls import include, path, re_path
from rest_framework import routers
BASE = {name!r}
def view(request, *args, **kwargs): ...
"""
VIEWS = """from rest_framework.decorators import action
from rest_framework.viewsets import ModelViewSet
class Base(ModelViewSet):
    @action(detail=True, methods=['post'])
    def publish(self, request, pk=None): ...
class Things(ModelViewSet):
    @action(detail=False, url_path='by-day/(?P<day>[0-9]+)')
    def by_day(self, request, day): ...
    @action(detail=True, url_path='close')
    def finish(self, request, pk=None): ...
class Derived(Base):
    @action(detail=False)
    def recent(self, request): ...
class Bare(ModelViewSet): ...
"""


def case(rng: Dice, number: int) -> Sources:
    rng.exact = number % 2 == 1
    name, count = f"case{number}", rng.randint(1, 4)
    sources = {f"{name}/__init__.py": "", f"{name}/views.py": VIEWS}
    sources |= {f"{name}/part{index}.py": part(rng, name, index) for index in range(count)}
    sources[f"{name}/settings.py"] = f"ROOT_URLCONF = '{name}.part{count - 1}'\n"
    return sources


def probe(rng: Dice, routes: list[ServedRoute]) -> str:
    """Return a path near to a served one: parameters filled in, at times with a change."""
    path = re.sub(r"\{[^}]+\}", lambda _: rng.choice(VALUES), rng.choice(routes).path)
    kind = rng.randrange(6)
    if kind == 0:
        return path.rstrip("/") if path.endswith("/") else path + "/"
    if kind == 1:
        return path + rng.choice(["x", "/extra", ".json"])
    return "/" + rng.choice(WORDS) + path if kind == 2 else path


RUN = """
import importlib, json, sys
import django
from django.conf import settings
sys.path.insert(0, '.')
settings.configure(INSTALLED_APPS=['rest_framework'], DATABASES={}, SECRET_KEY='x', SILENCED_SYSTEM_CHECKS=['*'])
django.setup()
from django.urls import Resolver404, get_resolver

def answers(urlconf, path):
    try:
        get_resolver(urlconf).resolve(path)
    except Resolver404:
        return False
    return True

result = []
for urlconf, paths in json.load(open('probes.json')):
    result.append([answers(urlconf, path) for path in paths])
print(json.dumps(result))
"""


def resolved(folder: Path, probes: list[tuple[str, list[str]]]) -> list[list[bool]]:
    (folder / "probes.json").write_text(json.dumps(probes))
    done = subprocess.run([sys.executable, "-c", RUN], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    answers: list[list[bool]] = json.loads(done.stdout)
    return answers


def test_django_answers_exactly_what_is_served(tmp_path: Path) -> None:
    pytest.importorskip("django", reason="Django is not installed")
    pytest.importorskip("rest_framework", reason="Django REST framework is not installed")
    rng = Dice(1)
    probes, served = [], []
    for number in range(CASES):
        sources = case(rng, number)
        for path, text in sources.items():
            (tmp_path / path).parent.mkdir(exist_ok=True)
            (tmp_path / path).write_text(text)
        found = routes_in(sources)
        assert [backend.routes_complete for backend in found.backends] == [True], sources
        served.append(list(found.routes))
        urlconf = sources[f"case{number}/settings.py"].split("'")[1]
        probes.append((urlconf, [probe(rng, served[-1]) for _ in range(PROBES)]))
    answers = resolved(tmp_path, probes)
    missed, invented, right = [], [], 0
    for (urlconf, paths), truth, routes in zip(probes, answers, served, strict=True):
        for path, answered in zip(paths, truth, strict=True):
            said = any(matches(route, "POST", path, "django") for route in routes)
            missed += [(urlconf, path)] if answered and not said else []
            invented += [(urlconf, path)] if said and not answered else []
            right += answered and said
    assert not missed
    assert right > CASES * PROBES // 3
    # Types of parameters are left out on purpose: elsewhere a route may seem to answer more than it does.
    exact = re.compile(r"case\d*[13579]\.")
    assert not [found for found in invented if exact.match(found[0])]
