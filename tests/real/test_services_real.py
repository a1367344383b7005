"""Whole compose projects against docker-compose itself: what every service gets after merging.

Generated projects with an override file, services that extend others (of the same file and of one in another folder),
lists of env files, both forms of `environment`, arguments and hosts, short and long ports and volumes, builds, aliases,
anchors, and variables from the project's `.env`.
"""

from __future__ import annotations

import os
import random
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from rtlint.facts.expressions import EnvVar
from rtlint.facts.site import Site
from rtlint.link.environments import Place
from rtlint.link.outcomes import Outcomes
from rtlint.link.program import Program
from rtlint.link.values import Folder
from rtlint.pipeline import Overrides, analyse, prepare
from tests.real.test_compose_real import config

pytestmark = pytest.mark.real

PROJECTS, SERVICES = 12, 21
NAMES = ("A", "B", "C", "KEY", "HOST")
VALUES = ("one", "two words", "", "0", "${KEY}", "${HOST:-d}", "${NONE-d}", "x-${KEY}", "$$literal", "${EMPTY:-e}")


def environment(rng: random.Random) -> object:
    names = rng.sample(NAMES, rng.randint(1, 4))
    chosen = {name: rng.choice(VALUES) for name in names}
    return chosen if rng.random() < 0.5 else [f"{name}={value}" for name, value in chosen.items()]


def ports(rng: random.Random, number: int) -> list[object]:
    short = [
        f"{8000 + number}:{rng.choice([80, 3000])}",
        f"127.0.0.1:{8000 + number}:80",
        "9000-9001:90-91",
        "53:53/udp",
    ]
    long = {"target": 80, "published": 8000 + number, "protocol": "tcp"}
    return rng.sample([*short, long, "${PORT:-7000}:70", "${HIGH-}7001:71"], rng.randint(1, 3))


def volumes(rng: random.Random) -> list[object]:
    long = {"type": "bind", "source": "./long", "target": rng.choice(["/app", "/data"])}
    choices = ["./src:/app", "./other:/app:ro", "named:/data", "./data:/data", "/cache", "./x/../y:/y", long]
    return rng.sample(choices, rng.randint(1, 2))


def build(rng: random.Random) -> object:
    if rng.random() < 0.3:
        return rng.choice([".", "./web", "api"])
    found: dict[str, object] = {"context": rng.choice([".", "./web", "api"])}
    if rng.random() < 0.5:
        found["dockerfile"] = rng.choice(["dev.Dockerfile", "docker/Dockerfile"])
    if rng.random() < 0.5:
        found["target"] = rng.choice(["one", "two"])
    if rng.random() < 0.6:
        found["args"] = environment(rng)
    return found


def hosts(rng: random.Random) -> object:
    chosen = rng.sample(["h1", "h2", "h3"], 2)
    return (
        {name: f"10.0.0.{name[1]}" for name in chosen} if rng.random() < 0.5 else [f"{n}:10.0.0.{n[1]}" for n in chosen]
    )


def service(
    rng: random.Random, number: int, files: list[str], parents: list[dict[str, str] | str]
) -> dict[str, object]:
    options: dict[str, object] = {"image": f"image{number}"} if rng.random() < 0.8 else {"image": "shared"}
    if rng.random() < 0.8:
        options["environment"] = environment(rng)
    if files and rng.random() < 0.5:
        options["env_file"] = files[0] if rng.random() < 0.5 else files
    optional: dict[str, object] = {
        "ports": ports(rng, number),
        "volumes": volumes(rng),
        "build": build(rng),
        "extra_hosts": hosts(rng),
        "command": rng.choice(["run it", "serve --now", ["sh", "-c", "a b"]]),
        "entrypoint": rng.choice(["start", ["start", "-x"]]),
        "working_dir": rng.choice(["/app", "/srv"]),
        "expose": rng.sample(["80", "81", "82"], 2),
        "deploy": {"replicas": rng.randint(1, 4)},
        "networks": {"default": {"aliases": [f"alias{rng.randint(1, 3)}"]}},
        "container_name": f"box{rng.randint(1, 3)}",
        "x-note": {"image": "no"},
    }
    options |= {name: value for name, value in optional.items() if rng.random() < 0.3}
    if parents and rng.random() < 0.4:
        options["extends"] = rng.choice(parents)
    return options


def env_files(rng: random.Random, folder: Path, prefix: str) -> list[str]:
    """Write two env files. Each service has its own: 1.29 orders a file that is named twice in another way than 2.x."""
    names = [f"{prefix}-{part}.env" for part in "ab"]
    for name in names:
        (folder / name).write_text("".join(f"{key}={name}-{key}\n" for key in rng.sample(NAMES, 3)))
    return names


ANCHORS = """\
x-first: &first {A: first, B: first}
x-second: &second {B: second, C: second}
x-common: &common
  image: anchored
  environment: &env
    <<: [*first, *second]
    A: own
  ports: ["81:81"]
"""
ANCHORED = """\
  anchored1: *common
  anchored2:
    <<: *common
    image: own
  anchored3:
    <<: *common
    environment:
      <<: *env
      HOST: own
  anchored4:
    image: plain
    extends: anchored3
    environment:
      KEY:
      C:
"""


def written(rng: random.Random, folder: Path) -> None:
    folder.mkdir()
    (folder / ".env").write_text("KEY=from-env\nHOST=host\nEMPTY=\n")
    common = {
        f"base{n}": service(rng, n, env_files(rng, folder, f"c{n}"), [f"base{n - 1}"] if n else []) for n in range(3)
    }
    for name in ("api", "web", "parts/api", "parts/web"):
        (folder / name).mkdir(parents=True)
    (folder / "parts" / "common.yml").write_text(dump(common))
    for path in folder.glob("c*.env"):
        path.rename(folder / "parts" / path.name)
    parents: list[dict[str, str] | str] = [{"file": "parts/common.yml", "service": name} for name in common]
    base: dict[str, object] = {}
    for number in range(SERVICES - 4):
        base[f"s{number}"] = service(rng, number, env_files(rng, folder, f"s{number}"), [*parents, *base])
    names = rng.sample(sorted(base), SERVICES // 2)
    override = {name: service(rng, 50, env_files(rng, folder, f"o{name}"), []) for name in names}
    (folder / "docker-compose.yml").write_text(ANCHORS + dump(base).rstrip("\n") + "\n" + ANCHORED)
    (folder / "docker-compose.override.yml").write_text(dump(override))


def dump(services: Mapping[str, object]) -> str:
    """Return a compose file that ends with its services."""
    head = {"version": "3.9", "volumes": {"named": {}}}
    return yaml.safe_dump(head) + yaml.safe_dump({"services": dict(services)})


Merged = dict[str, dict[str, object]]


def theirs(folder: Path) -> Merged:
    """Return what docker-compose says of each service."""
    done = config(folder / "docker-compose.yml", {"COMPOSE_FILE": ""}, folder / "docker-compose.override.yml")
    assert done.returncode == 0, done.stderr.decode()
    found = yaml.safe_load(done.stdout.decode())["services"]
    return {name: their_service(folder, options) for name, options in found.items()}


def their_service(folder: Path, options: dict[str, Any]) -> dict[str, object]:
    made = options.get("build")
    aliases = (options.get("networks") or {}).get("default") or {}
    return {
        "image": options["image"],
        "command": one_line(options.get("command")),
        "entrypoint": one_line(options.get("entrypoint")),
        "working_dir": options.get("working_dir", ""),
        "replicas": str(options.get("deploy", {}).get("replicas", "")),
        "expose": sorted(options.get("expose", [])),
        "hosts": sorted(f"{host}={address}" for host, address in options.get("extra_hosts", {}).items()),
        "aliases": sorted({*aliases.get("aliases", []), *filter(None, [options.get("container_name")])}),
        # 1.29 keeps both spellings of one port, the short and the long one; 2.x keeps one.
        "ports": sorted({written_port(item) for item in options.get("ports", [])}),
        "mounts": sorted(filter(None, (bind(folder, item) for item in options.get("volumes", [])))),
        "build": (inside(folder, made["context"]), made.get("dockerfile", ""), made.get("target", ""))
        if made
        else None,
        "args": plain(made.get("args", {}) if made else {}),
        "environment": plain(options.get("environment", {})),
    }


def one_line(command: object) -> str:
    return shlex.join(command) if isinstance(command, list) else str(command or "")


def plain(values: dict[str, object]) -> dict[str, str]:
    return {key: ("" if value is None else str(value)).replace("$$", "$") for key, value in values.items()}


def written_port(port: object) -> str:
    if isinstance(port, dict):
        address = f"{port['host_ip']}:" if port.get("host_ip") else ""
        return f"{address}{port['published']}:{port['target']}/{port.get('protocol', 'tcp')}"
    return str(port) if "/" in str(port) else f"{port}/tcp"


def bind(folder: Path, volume: object) -> str:
    if isinstance(volume, dict):
        is_bind = volume["type"] == "bind"
        return f"{inside(folder, volume['source'])}:{volume['target']}" if is_bind else ""
    source, _, target = str(volume).partition(":")
    return f"{inside(folder, source)}:{target.partition(':')[0]}" if source.startswith("/") and target else ""


def inside(folder: Path, path: str) -> str:
    relative = os.path.relpath(path, folder)
    return "" if relative == "." else relative


def ours(folder: Path) -> Merged:
    program = analyse(folder, prepare(folder, Overrides()).config).program
    places = [place for place in program.environments.holders() if place.service is not None]
    return {place.service.name: our_service(program, place) for place in places if place.service}


def our_service(program: Program, place: Place) -> dict[str, object]:
    service = place.service
    assert service is not None
    names = sorted({name for layer in program.environments.run_time(service) for name in layer})
    args = {fact.name: fact for fact in reversed(service.variables) if fact.source == "compose.args"}
    values = Folder(program.modules, place)
    made = service.builds[0] if service.builds else None
    # 1.29 says nothing of a Dockerfile that is called so and lies in the context.
    named = made.dockerfile.removeprefix(made.context + "/" if made.context else "") if made else ""
    return {
        "image": service.image,
        "command": service.command,
        "entrypoint": service.entrypoint,
        "working_dir": service.working_dir,
        "replicas": service.replicas,
        "expose": sorted(service.expose),
        "hosts": sorted(service.extra_hosts),
        "aliases": sorted(set(service.aliases)),
        "ports": sorted(
            f"{port.host_ip + ':' if port.host_ip else ''}{port.published}:{port.target}/{port.protocol}"
            for port in service.ports
        ),
        "mounts": sorted(f"{mount.source}:{mount.target}" for mount in service.mounts),
        "build": (made.context, "" if named == "Dockerfile" else named, made.target) if made else None,
        "args": {name: folded(values.fold(fact.at.path, fact.value)) for name, fact in args.items() if fact.value},
        "environment": {name: value(values, name) for name in names},
    }


def value(folder: Folder, name: str) -> str:
    return folded(folder.fold("a.ts", EnvVar(Site("a.ts", 1, 1, 1, 1), name, "process.env")))


def folded(outcomes: Outcomes) -> str:
    """Return a value as text; empty for what compose passes on from the shell, where the test sets nothing."""
    shell = "variable that compose passes on from the shell"
    silent = [one.state == "unset" or one.reason == shell for one in outcomes]
    texts = ["" if no else one.text if one.state == "known" else "?" for no, one in zip(silent, outcomes, strict=True)]
    return "|".join(texts)


@pytest.mark.parametrize("number", range(PROJECTS))
def test_services_after_merging(number: int, tmp_path: Path) -> None:
    written(random.Random(number), tmp_path / "project")
    expected = theirs(tmp_path / "project")
    assert len(expected) == SERVICES
    assert ours(tmp_path / "project") == expected
