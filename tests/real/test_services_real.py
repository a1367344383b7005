"""Whole compose projects against docker-compose itself: what every service gets after merging.

Generated projects with an override file, services that extend others (of the same file and of another one), lists of
env files, both forms of `environment`, anchors, and variables from the project's `.env`.
"""

from __future__ import annotations

import random
from pathlib import Path

import pytest
import yaml

from rtlint.facts.expressions import EnvVar
from rtlint.facts.site import Site
from rtlint.link.values import Folder
from rtlint.pipeline import Overrides, analyse, prepare
from tests.real.test_compose_real import config

pytestmark = pytest.mark.real

PROJECTS, SERVICES = 10, 21
NAMES = ("A", "B", "C", "KEY", "HOST")
VALUES = ("one", "two words", "", "0", "${KEY}", "${HOST:-d}", "${NONE-d}", "x-${KEY}", "$$literal", "${EMPTY:-e}")


def environment(rng: random.Random) -> object:
    names = rng.sample(NAMES, rng.randint(1, 4))
    chosen = {name: rng.choice(VALUES) for name in names}
    return chosen if rng.random() < 0.5 else [f"{name}={value}" for name, value in chosen.items()]


def service(
    rng: random.Random, number: int, files: list[str], parents: list[dict[str, str] | str]
) -> dict[str, object]:
    options: dict[str, object] = {"image": f"image{number}"} if rng.random() < 0.8 else {"image": "shared"}
    if rng.random() < 0.8:
        options["environment"] = environment(rng)
    if rng.random() < 0.4:
        chosen = rng.sample(files, rng.randint(1, 2))
        options["env_file"] = chosen[0] if len(chosen) == 1 else chosen
    if rng.random() < 0.3:
        options["ports"] = [f"{8000 + number}:{rng.choice([80, 3000])}"]
    if rng.random() < 0.3:
        options["command"] = rng.choice(["run it", "serve --now"])
    if parents and rng.random() < 0.4:
        options["extends"] = rng.choice(parents)
    return options


def written(rng: random.Random, folder: Path) -> None:
    folder.mkdir()
    (folder / ".env").write_text("KEY=from-env\nHOST=host\nEMPTY=\n")
    files = ["a.env", "b.env", "c.env"]
    for name in files:
        (folder / name).write_text("".join(f"{key}={name[0]}-{key}\n" for key in rng.sample(NAMES, 3)))
    common = {f"base{n}": service(rng, n, files, [f"base{n - 1}"] if n else []) for n in range(3)}
    (folder / "common.yml").write_text(yaml.safe_dump({"version": "3.7", "services": common}))
    parents: list[dict[str, str] | str] = [{"file": "common.yml", "service": name} for name in common]
    base: dict[str, object] = {}
    for number in range(SERVICES):
        base[f"s{number}"] = service(rng, number, files, [*parents, *base])
    override = {name: service(rng, 50, files, []) for name in rng.sample(sorted(base), SERVICES // 2)}
    (folder / "docker-compose.yml").write_text(yaml.safe_dump({"version": "3.7", "services": base}))
    (folder / "docker-compose.override.yml").write_text(yaml.safe_dump({"version": "3.7", "services": override}))


Merged = dict[str, tuple[str, str, frozenset[str], tuple[tuple[str, str], ...]]]


def theirs(folder: Path) -> Merged:
    """Return what docker-compose says of each service: image, command, ports and environment."""
    done = config(folder / "docker-compose.yml", {"COMPOSE_FILE": ""}, folder / "docker-compose.override.yml")
    assert done.returncode == 0, done.stderr.decode()
    return {
        name: (
            options["image"],
            options.get("command", ""),
            frozenset(written_port(port) for port in options.get("ports", [])),
            tuple(
                sorted(
                    (key, ("" if value is None else str(value)).replace("$$", "$"))
                    for key, value in given(options).items()
                )
            ),
        )
        for name, options in yaml.safe_load(done.stdout.decode())["services"].items()
    }


def written_port(port: object) -> str:
    if isinstance(port, dict):
        return f"{port['published']}:{port['target']}"
    return str(port).removesuffix("/tcp")


def given(options: dict[str, object]) -> dict[str, object]:
    found = options.get("environment", {})
    assert isinstance(found, dict)
    return found


def ours(folder: Path) -> Merged:
    program = analyse(folder, prepare(folder, Overrides()).config).program
    found: Merged = {}
    for place in program.environments.holders():
        service = place.service
        if service is not None:
            names = {name for layer in program.environments.run_time(service) for name in layer}
            values = tuple((name, value(Folder(program.modules, place), name)) for name in sorted(names))
            ports = frozenset(f"{port.published}:{port.target}" for port in service.ports)
            found[service.name] = (service.image, service.command, ports, values)
    return found


def value(folder: Folder, name: str) -> str:
    outcomes = folder.fold("a.ts", EnvVar(Site("a.ts", 1, 1, 1, 1), name, "process.env"))
    return "|".join("" if one.state == "unset" else one.text if one.state == "known" else "?" for one in outcomes)


@pytest.mark.parametrize("number", range(PROJECTS))
def test_services_after_merging(number: int, tmp_path: Path) -> None:
    written(random.Random(number), tmp_path / "project")
    expected = theirs(tmp_path / "project")
    assert len(expected) == SERVICES
    assert ours(tmp_path / "project") == expected
