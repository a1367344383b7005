"""Runs rtlint and its peers in turn on the same tree, and writes medians, ratios, CPU time and peak memory.

    python -m benchmarks.run                    made-up repositories of 1,000, 10,000 and 100,000 files
    python -m benchmarks.run FOLDER             a copy of that repository
    python -m benchmarks.run --sizes 1000       other sizes
    python -m benchmarks.run --large            18,000 files of 100 MB
    python -m benchmarks.run --svg plot.svg     the medians as a picture, too
    python -m benchmarks.run --rounds 7         more rounds

The question is the same for all (benchmarks/peers/): new WebSocket, assignments to console methods, reads of
environment variables, new Pusher. Peers that are not installed are left out. RTLINT_BENCH_NODE names the folder with
node_modules in which oxlint, biome and eslint are. Nothing is fetched.
"""

from __future__ import annotations

import argparse
import compileall
import html
import math
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import corpus

HERE = Path(__file__).parent
PEERS = HERE / "peers"
_SCRIPTS = "*.{ts,tsx,js,jsx,mjs,cjs,mts,cts}"
_TOKENS = r"WebSocket|console\.|import\.meta\.env|process\.env|Pusher"
_ALL = ["--max-diagnostics=none"]
_WARM = frozenset({"rtlint warm", "eslint --cache, warm"})
"""A first run of these fills their caches, and does not count."""
_IGNORES = [f"--no-ignore={kind}" for kind in ("hidden", "dot", "vcs", "parent", "global", "exclude")]


@dataclass
class Contender:
    """A command, what is done before each run of it, and what was measured."""

    name: str
    command: list[str]
    prepare: Callable[[], None] = lambda: None
    environment: dict[str, str] = field(default_factory=dict)
    seconds: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    peak: int = 0

    def run(self, folder: Path) -> None:
        """Run once: wall time, CPU time of the process and its children, peak memory."""
        self.prepare()
        start = time.perf_counter()
        pid = os.posix_spawnp(
            self.command[0],
            self.command,
            {**os.environ, **self.environment, "PWD": str(folder)},
            file_actions=[
                (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0o600),
                (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0o600),
            ],
        )
        _, status, usage = os.wait4(pid, 0)
        self.seconds.append(time.perf_counter() - start)
        self.cpu.append(usage.ru_utime + usage.ru_stime)
        self.peak = max(self.peak, usage.ru_maxrss)
        if os.waitstatus_to_exitcode(status) not in {0, 1}:
            raise SystemExit(f"{self.name} failed: {' '.join(self.command)}")

    @property
    def median(self) -> float:
        """The median of the wall times, in seconds."""
        return statistics.median(self.seconds)


def program() -> list[str]:
    """Return the command that runs rtlint."""
    script = Path(sys.executable).with_name("rtlint")
    return [str(script)] if script.exists() else [sys.executable, "-m", "rtlint"]


def contenders(root: Path, cache: Path) -> Iterator[Contender]:
    """Yield rtlint cold, warm and with one changed file, and the peers that are installed."""
    rtlint = [*program(), "check", "-q"]
    own = {"RTLINT_CACHE_DIR": str(cache), "PYTHONPATH": str(HERE.parent)}
    changed = next(iter(sorted((root).rglob("*.tsx"))), root / "package.json")
    yield Contender("python -I -c pass", [sys.executable, "-I", "-c", "pass"])
    yield Contender("rtlint cold", rtlint, lambda: shutil.rmtree(cache, ignore_errors=True), own)
    yield Contender("rtlint warm", rtlint, lambda: None, own)
    yield Contender("rtlint, one file changed", rtlint, lambda: _edit(changed), own)
    if shutil.which("rg"):
        yield Contender("rg (the floor)", ["rg", "-uu", "-g", _SCRIPTS, "-l", _TOKENS, "."])
    if shutil.which("ast-grep"):
        yield Contender("ast-grep", ["ast-grep", "scan", "-c", str(PEERS / "ast-grep" / "sgconfig.yml"), *_IGNORES])
    node = Path(os.environ.get("RTLINT_BENCH_NODE", "nowhere")) / "node_modules" / ".bin"
    if (node / "oxlint").exists():
        flags = ["--no-ignore", "--disable-nested-config", "."]
        for name, config in (("built-in rules", "native"), ("JS plugin", "jsplugin")):
            file = PEERS / "oxlint" / f"{config}.oxlintrc.json"
            yield Contender(f"oxlint, {name}", [str(node / "oxlint"), "-c", str(file), *flags])
    if (node / "biome").exists():
        config = str(PEERS / "biome" / "native")
        yield Contender("biome, built-in rules", [str(node / "biome"), "lint", f"--config-path={config}", *_ALL, "."])
    if (node / "eslint").exists():
        config = str(PEERS / "eslint" / "eslint.config.mjs")
        flags = ["--no-config-lookup", "--no-inline-config", "-c", config, "--cache", "--cache-location"]
        yield Contender("eslint --cache, warm", [str(node / "eslint"), *flags, str(cache.parent / "eslint"), "."])
    if shutil.which("semgrep"):
        flags = ["--metrics=off", "--disable-version-check", "--no-git-ignore", "--max-target-bytes=0", "--timeout=30"]
        yield Contender("semgrep", ["semgrep", "scan", *flags, "--config", str(PEERS / "semgrep" / "rules.yml"), "."])


def _edit(path: Path) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write("// changed\n")
    # What was written at the very moment of a run is never trusted.
    time.sleep(0.05)


def measure(root: Path, rounds: int) -> list[Contender]:
    """Run every contender on a tree once a round, in turn, and return them with what was measured."""
    with tempfile.TemporaryDirectory() as folder:
        found = list(contenders(root, Path(folder) / "cache"))
        before = Path.cwd()
        os.chdir(root)
        for number in range(rounds):
            for contender in found:
                if number == 0 and contender.name in _WARM:
                    contender.run(root)
                    contender.seconds, contender.cpu = [], []
                contender.run(root)
        os.chdir(before)
    return found


def table(found: list[Contender], title: str) -> str:
    """Return what was measured on a tree as a table, with a plot of the medians."""
    cold = next(item.median for item in found if item.name == "rtlint cold")
    warm = next(item.median for item in found if item.name == "rtlint warm")
    rows = [
        f"| {item.name} | {item.median:.3f} | {cold / item.median:.2f} | {warm / item.median:.2f} "
        f"| {statistics.median(item.cpu):.2f} | {item.peak // 1024} |"
        for item in found
    ]
    head = (
        "| | seconds | rtlint cold / it | rtlint warm / it | CPU s | peak MiB |\n| --- | --- | --- | --- | --- | --- |"
    )
    return f"## {title}\n\n{head}\n" + "\n".join(rows) + "\n\n" + plot(found) + "\n"


def growth(measured: dict[int, list[Contender]]) -> str:
    """Return how rtlint's times and memory grow with the number of files."""
    sizes = sorted(measured)
    lines = [
        "## Growth",
        "",
        "| files | cold s | times | warm s | times | peak MiB |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    before: tuple[float, float] | None = None
    for size in sizes:
        cold, warm = (
            next(item for item in measured[size] if item.name == name) for name in ("rtlint cold", "rtlint warm")
        )
        times = (cold.median / before[0], warm.median / before[1]) if before else None
        shown = (f"{times[0]:.1f}", f"{times[1]:.1f}") if times else ("", "")
        lines.append(
            f"| {size:,} | {cold.median:.3f} | {shown[0]} | {warm.median:.3f} | {shown[1]} | {cold.peak // 1024} |"
        )
        before = cold.median, warm.median
    return "\n".join(lines) + "\n"


def plot(found: list[Contender]) -> str:
    """Return the medians as bars of text, the longest 50 characters long."""
    longest = max(item.median for item in found)
    bars = (f"{item.name:<26} {'█' * max(1, round(50 * item.median / longest))} {item.median:.3f} s" for item in found)
    return "```text\n" + "\n".join(bars) + "\n```\n"


def picture(measured: dict[str, list[Contender]]) -> str:
    """Return the medians as an SVG picture: a group of bars for each tree, on a logarithmic scale from 1 ms."""
    parts: list[str] = []
    y = 24
    for title, found in measured.items():
        parts.append(f'<text x="8" y="{y}" font-weight="bold">{html.escape(title)}</text>')
        for item in found:
            y += 20
            width = max(1.0, 130 * math.log10(max(item.median, 0.001) / 0.001))
            fill = "#0b62a4" if item.name.startswith("rtlint") else "#9aa5b1"
            parts.append(f'<text x="196" y="{y}" text-anchor="end">{html.escape(item.name)}</text>')
            parts.append(f'<rect x="204" y="{y - 11}" width="{width:.0f}" height="14" fill="{fill}"/>')
            parts.append(f'<text x="{210 + width:.0f}" y="{y}">{item.median:.3f} s</text>')
        y += 40
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="960" height="{y}" font-family="sans-serif" font-size="12">'
    return "\n".join([head, '<rect width="100%" height="100%" fill="white"/>', *parts, "</svg>"]) + "\n"


def compile_program() -> None:
    """Compile modules and rules: PYTHONDONTWRITEBYTECODE may keep the runs from doing it."""
    compileall.compile_dir(HERE.parent / "rtlint", quiet=1)
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    with tempfile.TemporaryDirectory() as empty:
        command = [*program(), "check", "--no-cache", "--quiet", empty]
        subprocess.run(command, env=environment | {"PYTHONPATH": str(HERE.parent)}, check=True)


def main() -> None:
    """Measure, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, help="a repository; it is copied")
    parser.add_argument("--sizes", nargs="*", type=int, default=[1_000, 10_000, 100_000])
    parser.add_argument("--large", action="store_true", help="18,000 files of 100 MB in place of the sizes")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--svg", type=Path, help="write the medians as a picture to this file")
    options = parser.parse_args()
    compile_program()
    measured: dict[str, list[Contender]] = {}
    sized: dict[int, list[Contender]] = {}
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "tree"
        if options.folder:
            shutil.copytree(options.folder, target, symlinks=True)
            measured[options.folder.resolve().name] = measure(target, options.rounds)
        elif options.large:
            corpus.make(target, 18_000, script_bytes=7_400)
            measured["18,000 files, 100 MB"] = measure(target, options.rounds)
        for size in [] if options.folder or options.large else options.sizes:
            corpus.make(target, size)
            measured[f"{size:,} files"] = sized[size] = measure(target, options.rounds)
            shutil.rmtree(target)
    for title, found in measured.items():
        sys.stdout.write(table(found, title))
    if len(sized) > 1:
        sys.stdout.write(growth(sized))
    if options.svg:
        options.svg.write_text(picture(measured), encoding="utf-8")


if __name__ == "__main__":
    main()
