"""Generated rules of `server.proxy`: the path that Vite passes on, and the one that rtlint says."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
from pathlib import Path

import pytest

from rtlint.extract.javascript import extract
from rtlint.facts.expressions import Literal
from rtlint.facts.proxies import ProxyRule
from rtlint.link import urls
from rtlint.link.path_rules import joined, matches, rewritten

pytestmark = pytest.mark.real

HERE = Path(__file__).parent
CASES = 60
KEYS = ["/api", "/api/", "/rt", "^/api/v[0-9]+/", "^/(rt|ws)/", "/ws/app", "^.*/auth$", "/"]
CHANGES = [
    "", "", "rewrite: (path) => path.replace(/^\\/api/, '')", "rewrite: (p) => p.replace('/rt', '/live')",
    "rewrite: (path) => path.replace(/^\\/(\\w+)\\//, '/$1/v1/')", "rewrite: (path) => `/base${path}`",
    "rewrite: (path) => path.replace(/AUTH/gi, 'x').replace(/^\\/api\\/v\\d/, '/v')", "changeOrigin: true",
]  # fmt: skip
PATHS = [
    "/",
    "/api",
    "/api/",
    "/api/auth",
    "/apix",
    "/api/v1/auth/auth",
    "/rt/auth",
    "/rt",
    "/ws/app/key",
    "/other/auth",
]


def case(rng: random.Random) -> str:
    rules = []
    for key in rng.sample(KEYS, rng.randint(1, 4)):
        target = "TARGET" + rng.choice(["", "", "/", "/deep", "/deep/"])
        change = rng.choice(CHANGES)
        plain = f"'{target}'" if rng.random() < 0.3 else f"{{ target: '{target}'{', ' if change else ''}{change} }}"
        rules.append(f"'{key}': {plain}")
    return ", ".join(rules)


def said(rules: list[ProxyRule], path: str) -> str | None:
    """Return the path that rtlint says arrives; None where no rule is for it."""
    rule = next((rule for rule in rules if matches(rule, path)), None)
    if rule is None:
        return None
    assert rule.complete
    assert isinstance(rule.target, Literal)
    result = rewritten(rule.rewrites, path)
    assert result is not None
    return joined(urls.split(str(rule.target.value)).path, result)


def test_paths_that_arrive(tmp_path: Path) -> None:
    if not (HERE / "node_modules" / "vite").is_dir() or not shutil.which("node"):
        pytest.skip("npm package vite is not installed: make test-real installs it")
    (tmp_path / "node_modules").symlink_to(HERE / "node_modules")
    (tmp_path / "probe.mjs").write_text((HERE / "vite_probe.mjs").read_text())
    rng = random.Random(1)
    cases = [case(rng) for _ in range(CASES)]
    (tmp_path / "cases.json").write_text(json.dumps({"cases": cases, "paths": PATHS}))
    done = subprocess.run(["node", "probe.mjs"], cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    for text, answers in zip(cases, json.loads(done.stdout), strict=True):
        config = f"export default {{ server: {{ proxy: {{ {text.replace('TARGET', 'http://h:1')} }} }} }};"
        rules = [fact for fact in extract("vite.config.ts", config.encode()) if isinstance(fact, ProxyRule)]
        assert [said(rules, path) for path in PATHS] == answers, text
