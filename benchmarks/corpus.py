"""A made-up repository of any size: a realistic mix of files, the same for the same size.

Most files have nothing to do with real-time, as in a real repository: components, helpers, styles, tests, documents.
One in twelve scripts has a token that the prefilter looks for, one in sixty reads a variable.
"""

from __future__ import annotations

import random
import subprocess
from pathlib import Path

_PART_BYTES = 375
_WORDS = (
    "account order invoice project member billing report setting search upload avatar theme layout editor table".split()
)


def make(root: Path, files: int, seed: int = 1, script_bytes: int = 3_000) -> None:
    """Write a repository with about so many files into a folder, and make it a git work tree.

    Args:
        root: a folder that is empty or does not exist.
        files: how many files, of all kinds.
        seed: of the random choices.
        script_bytes: how large a script is on average.
    """
    parts = max(1, round(script_bytes / _PART_BYTES))
    rng = random.Random(seed)  # noqa: S311
    packages = max(1, files // 1500)
    for number in range(packages):
        _package(root / "apps" / f"app{number}", rng, max(10, files // packages - 8), parts)
    _service(root, packages)
    for command in (["init", "-q"], ["add", "-A"]):
        subprocess.run(["git", *command], cwd=root, check=True, capture_output=True)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _package(root: Path, rng: random.Random, files: int, parts: int) -> None:
    _write(
        root / "package.json",
        '{"dependencies": {"vite": "^7.0.0", "pusher-js": "^8.4.0"}, "scripts": {"dev": "vite"}}\n',
    )
    _write(root / ".env", "VITE_PUSHER_KEY=a1b2c3d4\nVITE_PUSHER_CLUSTER=eu\nVITE_API_URL=/api\n")
    _write(root / "vite.config.ts", "import { defineConfig } from 'vite';\nexport default defineConfig({});\n")
    _write(root / "src" / "realtime.ts", _CLIENT)
    for number in range(files):
        kind = rng.choices(("tsx", "ts", "test.ts", "css", "md", "json", "py"), (40, 25, 10, 8, 7, 6, 4))[0]
        folder = root / "src" / rng.choice(_WORDS) / rng.choice(_WORDS)
        _write(folder / f"{rng.choice(_WORDS)}{number}.{kind}", _text(kind, rng, number, parts))


_CLIENT = """\
import Pusher from 'pusher-js';

export const realtime = new Pusher(import.meta.env.VITE_PUSHER_KEY, {
  cluster: import.meta.env.VITE_PUSHER_CLUSTER,
  authEndpoint: '/api/pusher/auth',
});
realtime.subscribe('private-orders');
"""


def _text(kind: str, rng: random.Random, number: int, parts: int) -> str:
    if kind == "css":
        return "".join(f".{rng.choice(_WORDS)}-{n} {{ margin: {n}px; color: #{n:06x}; }}\n" for n in range(40))
    if kind == "md":
        return "".join(f"## {rng.choice(_WORDS)}\n\nHow the {rng.choice(_WORDS)} works.\n\n" for _ in range(15))
    if kind == "json":
        return "{" + ", ".join(f'"{rng.choice(_WORDS)}{n}": {n}' for n in range(60)) + "}\n"
    if kind == "py":
        return "".join(
            f"def {rng.choice(_WORDS)}_{n}(value: int) -> int:\n    return value + {n}\n\n\n" for n in range(25)
        )
    return _script(rng, number, parts)


def _script(rng: random.Random, number: int, parts: int) -> str:
    lines = [
        "import React from 'react';",
        f"import {{ {rng.choice(_WORDS)} }} from '../{rng.choice(_WORDS)}/helpers';",
        "",
    ]
    if rng.random() < 1 / 60:
        lines.append(f"const url = import.meta.env.VITE_API_URL + '/{number}';")
    elif rng.random() < 1 / 12:
        lines.append(f"// the socket of pusher number {number}")
    for part in range(rng.randint(parts // 2, parts + parts // 2)):
        name = rng.choice(_WORDS)
        lines += [
            f"export function {name}{number}x{part}(props: {{ value: number; onChange(v: number): void }}) {{",
            f"  const [{name}, set] = React.useState(props.value * {part});",
            f"  const items = [1, 2, 3].map((item) => ({{ id: item, label: `{name} ${{item}}` }}));",
            f"  if ({name} > {part}) props.onChange(items.reduce((sum, each) => sum + each.id, {name}));",
            "  return items.filter((each) => each.label !== '').length;",
            "}",
            "",
        ]
    return "\n".join(lines) + "\n"


def _service(root: Path, packages: int) -> None:
    services = "".join(
        f"  app{n}:\n    build: apps/app{n}\n    command: npm run dev -- --host\n    ports: ['{3000 + n}:5173']\n"
        for n in range(packages)
    )
    _write(root / "docker-compose.yml", f"services:\n{services}  api:\n    build: api\n    ports: ['8000:8000']\n")
    _write(
        root / "api" / "main.py",
        "from fastapi import FastAPI\n\napp = FastAPI()\n\n\n@app.post('/api/pusher/auth')\ndef auth() -> None: ...\n",
    )
    _write(root / "package.json", '{"private": true, "workspaces": ["apps/*"]}\n')
