"""Runs rtlint and its peers in turn on the same tree, and writes medians, ratios, CPU time and peak memory.

    python -m benchmarks.run                    made-up repositories of 1,000, 10,000 and 100,000 files
    python -m benchmarks.run FOLDER             a copy of that repository
    python -m benchmarks.run --sizes 1000       other sizes
    python -m benchmarks.run --rounds 7         more rounds

The question is the same for all (benchmarks/peers/): new WebSocket, assignments to console methods, reads of
environment variables, new Pusher. Peers that are not installed are left out. RTLINT_BENCH_NODE names the folder with
node_modules in which oxlint and eslint are. Nothing is fetched.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
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


def contenders(root: Path, cache: Path) -> Iterator[Contender]:
    """Yield rtlint cold, warm and with one changed file, and the peers that are installed."""
    rtlint = [sys.executable, "-m", "rtlint", "check", "-q"]
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


def measure(root: Path, rounds: int, title: str) -> str:
    """Return the table of a tree: every contender runs once a round, in turn."""
    with tempfile.TemporaryDirectory() as folder:
        found = list(contenders(root, Path(folder) / "cache"))
        os.chdir(root)
        for _ in range(rounds):
            for contender in found:
                if contender.name in {"eslint --cache, warm", "semgrep"} and len(contender.seconds) >= min(rounds, 2):
                    continue
                contender.run(root)
        for contender in found:
            # The first run of these filled caches.
            if contender.name in {"rtlint warm", "eslint --cache, warm"} and len(contender.seconds) > 1:
                contender.seconds, contender.cpu = contender.seconds[1:], contender.cpu[1:]
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


def plot(found: list[Contender]) -> str:
    """Return the medians as bars of text, the longest 50 characters long."""
    longest = max(item.median for item in found)
    bars = (f"{item.name:<26} {'█' * max(1, round(50 * item.median / longest))} {item.median:.3f} s" for item in found)
    return "```text\n" + "\n".join(bars) + "\n```\n"


def main() -> None:
    """Measure, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, help="a repository; it is copied")
    parser.add_argument("--sizes", nargs="*", type=int, default=[1_000, 10_000, 100_000])
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if options.folder:
            target = Path(folder) / "tree"
            shutil.copytree(options.folder, target, symlinks=True)
            sys.stdout.write(measure(target, options.rounds, options.folder.resolve().name))
        for size in [] if options.folder else options.sizes:
            target = Path(folder) / str(size)
            corpus.make(target, size)
            sys.stdout.write(measure(target, options.rounds, f"{size:,} files"))
            sys.stdout.flush()
            shutil.rmtree(target)


if __name__ == "__main__":
    main()
