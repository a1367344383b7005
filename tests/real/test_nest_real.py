"""The routes of generated NestJS applications, as NestJS registers them with Express, and as rtlint sees them."""

from __future__ import annotations

import json
import random
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.link.found import backends_of

pytestmark = pytest.mark.real

HERE = Path(__file__).parent
CASES = 200
WORDS = ["api", "pusher", "auth", "users", "rt", "hooks", "v1", "Orders"]
VERBS = ["Get", "Post", "Put", "Delete", "Patch", "All", "Head", "Options", "Sse"]
HEAD = (
    "import { All, Controller, Delete, Get, Head, Module, Options, Patch, Post, Put, RequestMethod, Sse, Version, "
    "VersioningType, VERSION_NEUTRAL, forwardRef } from '@nestjs/common';\n"
)


def path_of(rng: random.Random, most: int = 2) -> str:
    parts = [rng.choice([*WORDS, f":id{index}"]) for index in range(rng.randint(1, most))]
    return rng.choice(["", "", "/"]) + "/".join(parts) + rng.choice(["", "", "", "/", "/*rest"])


def paths_of(rng: random.Random) -> str:
    form = rng.randrange(6)
    if form == 0:
        return ""
    if form == 1:
        return json.dumps([path_of(rng), path_of(rng)])
    return json.dumps(rng.choice([path_of(rng), path_of(rng), "", "/"]))


def version_of(rng: random.Random) -> str:
    return rng.choice(["'1'", "'2'", "['1', '3']", "VERSION_NEUTRAL", "[VERSION_NEUTRAL, '2']"])


def controller(rng: random.Random, name: str, base: str) -> str:
    form = rng.randrange(3)
    if form == 0:
        version = f", version: {version_of(rng)}" if rng.random() < 0.5 else ""
        options = f"{{ path: {paths_of(rng) or repr('x')}{version} }}"
    else:
        options = paths_of(rng)
    body = []
    for index in range(rng.randint(1, 3)):
        if rng.random() < 0.2:
            body.append(f"  @Version({version_of(rng)})")
        verb = rng.choice(VERBS)
        body.append(
            f"  @{verb}({paths_of(rng)})\n  {rng.choice(['async ', ''])}{name.lower()}h{index}() {{ return ''; }}"
        )
    if base and rng.random() < 0.5:
        body.append("  inherited() { return ''; }")
    extends = f" extends {base}" if base else ""
    return f"@Controller({options})\nexport class {name}{extends} {{\n" + "\n".join(body) + "\n}\n"


BASE = "export abstract class Base {\n  @Get('inherited')\n  inherited() { return ''; }\n  @Post() own() {}\n}\n"


def module(rng: random.Random, index: int) -> str:
    """Return a module with controllers that imports some of those before it."""
    names = [f"C{index}x{number}" for number in range(rng.randint(0, 2))]
    lines = [HEAD, "import { Base } from './base';"]
    lines += [controller(rng, name, "Base" if rng.random() < 0.2 else "") for name in names]
    inner = [number for number in range(index) if rng.random() < 0.5]
    lines += [f"import {{ M{number} }} from './m{number}';" for number in inner]
    forms = [rng.choice([f"M{number}", f"forwardRef(() => M{number})", f"{{ module: M{number} }}"]) for number in inner]
    listed = "listed" if rng.random() < 0.3 else f"[{', '.join(names)}]"
    lines.append(f"const listed = [{', '.join(names)}];")
    options = f"{{ controllers: {listed}, imports: [{', '.join(forms)}] }}"
    if rng.random() < 0.2:
        lines.append(
            f"@Module({{}})\nexport class M{index} {{\n  static forRoot() {{ return {{ module: M{index} }}; }}\n}}"
        )
    else:
        lines.append(f"@Module({options})\nexport class M{index} {{}}")
    return "\n".join(lines) + "\n"


def main(rng: random.Random, count: int) -> str:
    lines = [HEAD, "import { NestFactory, RouterModule } from '@nestjs/core';"]
    used = [index for index in range(count) if rng.random() < 0.8]
    lines += [f"import {{ M{index} }} from './m{index}';" for index in used]
    imports = [f"M{index}" for index in used]
    if used and rng.random() < 0.4:
        inner = f", children: [M{used[0]}]" if rng.random() < 0.5 else f", module: M{used[0]}"
        imports.append(f"RouterModule.register([{{ path: {path_of(rng)!r}{inner} }}])")
    lines.append(f"@Module({{ imports: [{', '.join(imports)}] }})\nclass AppModule {{}}")
    setup = []
    if rng.random() < 0.6:
        excluded = rng.choice(
            ["'pusher'", "'users/:id0'", "{ path: '/auth', method: RequestMethod.GET }", "'rt/{*rest}'"]
        )
        given = f", {{ exclude: [{excluded}] }}" if rng.random() < 0.5 else ""
        setup.append(f"  app.setGlobalPrefix({rng.choice(['api', '/api/', 'a/b'])!r}{given});")
    if rng.random() < 0.5:
        options = ["type: VersioningType.URI"]
        options += [
            rng.choice(["prefix: 'version-'", "prefix: false", "defaultVersion: '1'", "defaultVersion: ['1', '2']"])
        ]
        setup.append(f"  app.enableVersioning({rng.choice(['', '{ ' + ', '.join(options) + ' }'])});")
    body = "\n".join(["  const app = await NestFactory.create(AppModule, { logger: false });", *setup, "  return app;"])
    return "\n".join(lines) + f"\nexport async function start() {{\n{body}\n}}\n"


def case(rng: random.Random) -> dict[str, str]:
    count = rng.randint(1, 4)
    head = "import { Get, Post } from '@nestjs/common';\n"
    sources = {"main.ts": main(rng, count), "base.ts": head + BASE}
    return sources | {f"m{index}.ts": module(rng, index) for index in range(count)}


def shape(method: str, path: str) -> tuple[str, str]:
    text = re.sub(r"\*rest|\{\w+:path\}", "{:path}", path)
    return method, re.sub(r":id\d+\b|\{id\d+\}", "{}", text).rstrip("/") or "/"


def test_nest(tmp_path: Path) -> None:
    modules = HERE / "node_modules"
    if not (modules / "@nestjs" / "platform-express").is_dir() or not shutil.which("node"):
        pytest.skip("npm package @nestjs/platform-express is not installed: make test-real installs it")
    (tmp_path / "node_modules").symlink_to(modules)
    (tmp_path / "package.json").write_text("{}")
    rng = random.Random(1)
    cases = [case(rng) for _ in range(CASES)]
    for number, sources in enumerate(cases):
        (tmp_path / f"case{number}").mkdir()
        for path, text in sources.items():
            (tmp_path / f"case{number}" / path).write_text(text)
    (tmp_path / "cases.json").write_text(json.dumps([f"case{number}" for number in range(CASES)]))
    command = ["node", str(HERE / "nest_probe.cjs"), str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    served = 0
    for sources, real in zip(cases, json.loads(done.stdout), strict=True):
        text = "\n".join(f"// {path}\n{source}" for path, source in sources.items())
        (backend,) = backends_of(sources)
        mine = {shape(route.method, route.path) for route in backend.routes}
        want = {shape(method, path) for method, path in real}
        assert mine == want, f"{sorted(mine - want)} {sorted(want - mine)}\n{text}"
        assert backend.complete, text
        served += len(mine)
    assert served > CASES
