"""The dotenv dialects against the tools that define them: Vite's own loadEnv, and python-dotenv."""

from __future__ import annotations

import io
import json
import os
import random
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from rtlint.extract.dotenv import expand, parse, tokenize

HERE = Path(__file__).parent
SEED = 20260101
NAMES = ("VITE_A", "VITE_B", "VITE_C", "KEY", "HOST", "a.b-c", "X1", "_u", "7")
WORDS = (
    "one",
    "two words",
    "wss://h:6001/x?y=1&z",
    "über",
    "😀",
    "true",
    "",
    "0",
    "a=b",
    "it's",
    'say "x"',
    "`t`",
    "\\t",
)

# Vite's loadEnv for every case, in one process. An empty prefix returns all names.
LOAD_ENV = """
import { readFileSync } from "node:fs";
const [entry, requests] = process.argv.slice(1);
const { loadEnv } = await import(entry);
const results = [];
for (const { directory, mode, environ } of JSON.parse(readFileSync(requests, "utf-8"))) {
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, environ);
  results.push(loadEnv(mode, directory, ""));
}
process.stdout.write(JSON.stringify(results));
"""


@dataclass(frozen=True)
class Case:
    """Files of one folder, the mode, and the environment of the process."""

    files: dict[str, str]
    mode: str
    environ: dict[str, str]


def reference(pick: random.Random, depth: int = 0, names: tuple[str, ...] = (*NAMES[:5], "MISSING")) -> str:
    name = pick.choice(names)
    if pick.random() < 0.4:
        return "$" + name
    operator = pick.choice(("", "", ":-", "-", ":+", "+"))
    operand = (
        ""
        if not operator
        else reference(pick, depth + 1, names)
        if depth < 2 and pick.random() < 0.4
        else pick.choice(("d", "", "d e"))
    )
    return "${" + name + operator + operand + "}"


def text(pick: random.Random, variables: bool) -> str:
    parts = [pick.choice(WORDS) for _ in range(pick.randint(1, 3))]
    if variables:
        parts += [pick.choice((reference(pick), reference(pick), "\\" + reference(pick), "$", "$5", "${}", "\\n"))]
    pick.shuffle(parts)
    return "".join(parts)


def plain_line(pick: random.Random) -> str:
    """One assignment that every reader takes alike: no cycles, because only two constants are referred to."""
    if pick.random() < 0.4:
        return f"{pick.choice(('BASE', 'PORT'))}={pick.choice(('localhost', '6001', ''))}"
    name, quote = pick.choice(NAMES[:3]), pick.choice(("", "'", '"'))
    words = ("one", "two", "wss://h:6001/x", "über", "😀", "0", "-", reference(pick, names=("BASE", "PORT", "MISSING")))
    return f"{name}={quote}{''.join(pick.choice(words) for _ in range(3))}{quote}{pick.choice(('', '  # note'))}"


def line(pick: random.Random) -> str:
    name = pick.choice(NAMES)
    kind = pick.randrange(12)
    if kind == 0:
        return pick.choice(("# comment", "", "   ", "junk", "export", "A B=c", "=x", "#A=1", "\ufeff", "$X=1", "'q'=1"))
    value = text(pick, variables=kind % 2 == 0)
    quote = pick.choice(("", "", "'", '"', '"', "`"))
    if quote and pick.random() < 0.2:
        value += pick.choice(("\nnext line", "\n\n# no comment\n", "\\" + quote, quote, "\r\nmore"))
    if pick.random() < 0.08:
        return f"{name}={quote}{value}"
    separator = pick.choice(("=", "=", "=", " = ", "= ", ": ", ":", " =\t"))
    tail = pick.choice(("", "", "", " # note", "#note", "  ", " x", " # it's", " 'y'"))
    return f"{pick.choice(('', '', 'export ', '  '))}{name}{separator}{quote}{value}{quote}{tail}"


def generated(count: int, make: Callable[[random.Random], str] = line) -> list[Case]:
    pick = random.Random(SEED)
    cases: list[Case] = []
    while len(cases) < count:
        mode = pick.choice(("development", "production", "staging"))
        names = [".env", ".env.local", f".env.{mode}", f".env.{mode}.local"]
        chosen = [name for name in names if name == ".env" or pick.random() < 0.4]
        ends = pick.choice(("\n", "\n", "\n", "\r\n", "\r" if make is line else "\n"))
        files = {
            name: ends.join(make(pick) for _ in range(pick.randint(1, 6))) + pick.choice(("", ends)) for name in chosen
        }
        environ = {name: pick.choice(("from process", "", "$KEY")) for name in NAMES[:5] if pick.random() < 0.12}
        case = Case(files, mode, environ)
        # On some cycles dotenv-expand replaces until the memory is full; such a case can't be compared.
        if max(map(len, ours(case).values()), default=0) < 500:
            cases.append(case)
    return cases


HAND_PICKED = [
    Case({".env": "VITE_A=${VITE_B}\nVITE_B=late\n"}, "development", {}),
    Case({".env": "A=${B}\nB=${C}\nC=x\nD=-${B}\nE=-${F}\nF=${C}\n"}, "development", {}),
    Case({".env": "VITE_A='$VITE_B'\nVITE_B=x\n"}, "development", {}),
    Case({".env": "VITE_A=a\\$b\\${c}\nPASSWORD=pa$$word\n"}, "development", {}),
    Case(
        {".env": "A=1", ".env.local": "A=2\nB=$A", ".env.production": "A=3", ".env.production.local": "C=$A"},
        "production",
        {},
    ),
    Case({".env": "A=1", ".env.staging": "A=2"}, "production", {"A": ""}),
    Case({".env": "A=file\nB=$A"}, "production", {"A": "process"}),
    Case({".env": "A=$A\nB=${C}\nC=${B}\n"}, "development", {}),
    Case({".env": 'A="line\nbreak"\nB="a\\nb\\rc\\td"\nC=\'a\\nb\'\n'}, "development", {}),
    Case({".env": 'A="open\nB=2\n'}, "development", {}),
    Case({".env": "A= 'x' # c\nB=x#y\nC='x#y'\nD=#z\nE= # z\n"}, "development", {}),
    Case({".env": "A=\n'next'\nB:\nC=3"}, "development", {}),
    Case({".env": 'A="x" "y"\nB="\\"q\\""\nC="\\\\"\n'}, "development", {}),
    Case({".env": 'A="x\\" # c"\nB=\'y\\\' z\'\nC="\\" # "\nD="\\"\n'}, "development", {}),
    Case({".env": "B=1${A}2\nC=${D}3\nD=\\$\\$4\n"}, "development", {"A": "p$$.r$`.s$'."}),
    Case({".env": "\ufeffA=1\nB=2\n"}, "development", {}),
    Case({".env": "A=1\u2028B=2\nC=\u00a0x\u00a0\n"}, "development", {}),
    Case({".env": "A=${nullable}\nB=${X:-null}\nC=${X:-a:-b}${X-c-d}\n"}, "development", {}),
    Case({".env": "A=x$$y\nB=${A}\nC=${A}$&\n"}, "development", {}),
    Case({".env": "2=b\n1=$2\nA=$1 ${1}\n"}, "development", {}),
    Case({".env": "A=\\$X ${X:-$X}$X\nX=v"}, "development", {}),
]


def entry(package: str) -> Path:
    path = HERE / "node_modules" / package / "dist" / "node" / "index.js"
    if shutil.which("node") is None:
        pytest.skip("node is not installed")
    if not path.exists():
        pytest.skip(f"{package} is not installed: run `make test-real`")
    return path


def load_env(package: str, cases: list[Case], folder: Path) -> list[dict[str, str]]:
    module = entry(package)
    requests = []
    for number, case in enumerate(cases):
        directory = folder / str(number)
        directory.mkdir()
        for name, content in case.files.items():
            (directory / name).write_bytes(content.encode())
        requests.append({"directory": str(directory), "mode": case.mode, "environ": case.environ})
    (folder / "requests.json").write_text(json.dumps(requests), encoding="utf-8")
    done = subprocess.run(
        ["node", "--input-type=module", "--eval", LOAD_ENV, module.as_uri(), str(folder / "requests.json")],
        capture_output=True,
        env={"PATH": os.environ["PATH"]},
    )
    assert done.returncode == 0, done.stderr.decode()
    return [dict(result) for result in json.loads(done.stdout)]


def ours(case: Case) -> dict[str, str]:
    merged: dict[str, str] = {}
    for name in (".env", ".env.local", f".env.{case.mode}", f".env.{case.mode}.local"):
        merged.update(parse(case.files.get(name, ""), "node"))
    return {**expand(merged, case.environ, "node"), **case.environ}


def compare(package: str, cases: list[Case], folder: Path) -> None:
    theirs = load_env(package, cases, folder)
    assert len(theirs) == len(cases)
    differences = [(case, ours(case), their) for case, their in zip(cases, theirs, strict=True) if ours(case) != their]
    assert not differences, f"{len(differences)} of {len(cases)}, the first: {differences[0]}"


@pytest.mark.real
def test_node_dialect_is_what_vite_7_reads(tmp_path: Path) -> None:
    compare("vite", [*HAND_PICKED, *generated(600)], tmp_path)


@pytest.mark.real
def test_node_dialect_is_what_vite_8_reads_in_plain_files(tmp_path: Path) -> None:
    # Vite 8 parses with node's util.parseEnv, which reads odd lines in its own way and, in Node 20, sorts the names.
    # The expansion is the same.
    compare("vite-8", generated(300, plain_line), tmp_path)


def python_dotenv(content: str, environ: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> dict[str, str | None]:
    main = pytest.importorskip("dotenv.main")
    for name in list(os.environ):
        monkeypatch.delenv(name)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    # Python opens the file with universal line ends; override=False is what load_dotenv() does.
    stream = io.StringIO(content, newline=None)
    result = dict(main.DotEnv(dotenv_path=None, stream=stream, override=False, encoding="utf-8").dict())
    monkeypatch.undo()
    return result


@pytest.mark.real
def test_python_dialect_is_what_python_dotenv_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    cases = [*HAND_PICKED, *generated(600)]
    compared = 0
    for case in cases:
        for content in case.files.values():
            theirs = python_dotenv(content, case.environ, monkeypatch)
            values = parse(content, "python")
            assert values.keys() == {name for name, value in theirs.items() if value is not None}, content
            names = [each.name for each in tokenize(content, "python") if each.value is not None]
            if len(names) == len(set(names)):
                compared += 1
                assert expand(values, case.environ, "python") == {name: theirs[name] for name in values}, content
    # `expand` takes each name once; python-dotenv gives a name that is set twice its first value for a while.
    assert compared >= 200
