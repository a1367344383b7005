"""When a browser variable gets its value in an image: projects written out, asked through the views."""

from __future__ import annotations

from pathlib import Path

import pytest

from rtlint.extract.dockerignore import extract as read_ignore
from rtlint.facts.files import FileFacts, SourceFile
from rtlint.judge import query
from rtlint.link.contexts import Context
from rtlint.link.index import Index
from rtlint.pipeline import Overrides, analyse, prepare
from tests.link.test_environments import NEXT_CLIENT, SERVICE, keys, vite

SCRIPTS = '"scripts": {"dev": "vite", "build": "vite build", "qa": "vite build --mode qa"}'
VITE = '{"name": "web", "dependencies": {"vite": "^7.0.0", "pusher-js": "^8.4.0"}, ' + SCRIPTS + "}"
NEXT = (
    '{"name": "web", "dependencies": {"next": "^16.0.0", "pusher-js": "^8.4.0"}, '
    '"scripts": {"build": "next build", "start": "next start"}}'
)
IMAGE = """\
ARG VITE_KEY=global
FROM node:22 AS build
{above}
COPY {copied} ./
RUN npm run build
{below}
FROM nginx:alpine
COPY --from=build /app/dist /usr/share/nginx/html
"""
ARGS = "build: {context: ., args: {VITE_KEY: argument}}"
LATE = "environment: {VITE_KEY: late}"


def image(above: str = "", copied: str = ".", below: str = "") -> str:
    return IMAGE.format(above=above, copied=copied, below=below)


def compose(*lines: str) -> str:
    return "services:\n  web:\n" + "".join(f"    {line}\n" for line in lines)


def key(root: Path, service: str, dockerfile: str, **more: str) -> str:
    """Return the client's key in the one service; `fallback` is what the code has where nothing reaches it."""
    files = {"package.json": VITE, "Dockerfile": dockerfile, "compose.yaml": service, **more}
    return keys(root, vite(**files))[SERVICE]


@pytest.mark.parametrize(
    ("service", "dockerfile", "expected"),
    [
        (compose("build: .", LATE), image(), "fallback"),
        (compose(ARGS, LATE), image("ARG VITE_KEY"), "argument"),
        (compose(ARGS), image("ARG VITE_KEY=default"), "argument"),
        (compose(ARGS), image("ARG VITE_KEY\nENV VITE_KEY=$VITE_KEY"), "argument"),
        (compose(ARGS), image("ARG VITE_KEY\nENV VITE_KEY=env"), "env"),
        (compose(ARGS), image("ENV VITE_KEY=env\nARG VITE_KEY"), "env"),
        (compose(ARGS), image(), "fallback"),
        (compose(ARGS), image(below="ARG VITE_KEY"), "fallback"),
        (compose(ARGS), image(below="FROM build AS other\nARG VITE_KEY"), "fallback"),
        (compose("build: ."), image("ARG VITE_KEY"), "global"),
        (compose("build: ."), image("ARG VITE_KEY=default"), "default"),
        (compose("build: ."), image("ARG K=a\nENV VITE_KEY=${K}-${NONE:-x}"), "unknown"),
        (compose("build: ."), image("ARG K=a NONE\nENV VITE_KEY=${K}-${NONE:-x}"), "a-x"),
        (compose("build: ."), image("ARG K=a\nENV VITE_KEY=${K:+there}"), "there"),
        (compose("build: ."), image("ENV VITE_KEY=$HOSTNAME"), "unknown"),
        (compose("build: ."), image("ENV A=1 VITE_KEY=old\nENV VITE_KEY=new$A"), "new1"),
        (compose("build: ."), image().replace("RUN ", "RUN VITE_KEY=shell "), "unknown"),
        (
            compose("build: ."),
            "FROM node:22 AS base\nENV VITE_KEY=below\n" + image().replace("node:22", "base"),
            "below",
        ),
        (
            compose("build: ."),
            "FROM node:22 AS base\nARG VITE_KEY=no\n" + image().replace("node:22", "base"),
            "fallback",
        ),
    ],
)
def test_what_a_build_sees(tmp_path: Path, service: str, dockerfile: str, expected: str) -> None:
    assert key(tmp_path, service, dockerfile) == expected


@pytest.mark.parametrize(
    ("copied", "ignored", "expected"),
    [
        (".", "", "dotenv"),
        (".env* package.json", "", "dotenv"),
        ("$FILES", "", "dotenv"),
        ("src package.json", "", "fallback"),
        (".", ".env*", "fallback"),
        (".", "*\n!src\n!.env.production", "dotenv"),
        (".", "**/.env.production", "fallback"),
        (".", "web/.env.production", "dotenv"),
    ],
)
def test_dotenv_files_of_a_build(tmp_path: Path, copied: str, ignored: str, expected: str) -> None:
    more = {".env.production": "VITE_KEY=dotenv", ".dockerignore": ignored}
    assert key(tmp_path, compose("build: .", LATE), image(copied=copied), **more) == expected


def test_env_beats_a_dotenv_file_and_the_mode_of_the_build_counts(tmp_path: Path) -> None:
    more = {".env.production": "VITE_KEY=production", ".env.qa": "VITE_KEY=qa"}
    built = image().replace("run build", "run qa")
    assert key(tmp_path / "a", compose("build: ."), built, **more) == "qa"
    assert key(tmp_path / "b", compose("build: ."), image("ENV VITE_KEY=env"), **more) == "env"


def test_a_dotenv_file_that_may_come_through_another_stage_is_unknown(tmp_path: Path) -> None:
    pruned = "FROM node:22 AS prune\nCOPY . .\n" + image(copied="--from=prune /out/")
    assert key(tmp_path, compose("build: ."), pruned, **{".env": "VITE_KEY=dotenv"}) == "unknown"


ONE_STAGE = "FROM node:22\nCOPY . .\nRUN npm run build\n"


@pytest.mark.parametrize(
    ("service", "dockerfile", "expected"),
    [
        (compose("build: .", "command: npm run dev", LATE), image(), "late"),
        (compose("build: .", "command: sh -c 'npm run build && npx serve dist'", LATE), ONE_STAGE, "late"),
        (compose("build: .", LATE), ONE_STAGE + "CMD npm run dev", "late"),
        (compose("build: {context: ., target: dev}", LATE), image(below="FROM build AS dev\nCMD npx vite"), "late"),
        (compose("build: {context: ., target: none}", LATE), image(), "late"),
        (compose("build: .", LATE), ONE_STAGE + "CMD npx serve dist", "fallback"),
        (compose("build: .", LATE), ONE_STAGE + 'CMD ["npx", "vite", "preview"]', "fallback"),
        (compose("build: .", LATE), ONE_STAGE + 'ENTRYPOINT ["node"]\nCMD ["server.js"]', "fallback"),
        (compose("build: .", LATE), ONE_STAGE + 'CMD nginx\nFROM node:22\nENTRYPOINT ["/entrypoint.sh"]', "late"),
        (compose("build: .", LATE), ONE_STAGE + 'ENTRYPOINT ["/entrypoint.sh"]\nCMD nginx', "late"),
        (compose("build: .", "entrypoint: /env.sh", LATE), image(), "late"),
        (compose("build: .", LATE), ONE_STAGE, "late"),
        (compose("build: .", LATE), ONE_STAGE.replace("npm run build", "npm ci") + "CMD npx serve dist", "late"),
        (compose("build: .", LATE), image().replace("node:22", "$BASE"), "late"),
        (compose("build: .", LATE), image("ONBUILD ENV VITE_KEY=x"), "late"),
        (compose("build: .", "volumes: ['.:/app']", LATE), image(), "late"),
        (compose("build: .", "volumes: ['./env.js:/usr/share/nginx/html/env.js']", LATE), image(), "late"),
        (compose("build: {context: ., dockerfile: Other}", LATE), image(), "late"),
    ],
)
def test_which_images_hold_a_finished_bundle(tmp_path: Path, service: str, dockerfile: str, expected: str) -> None:
    assert key(tmp_path, service, dockerfile) == expected


@pytest.mark.parametrize(
    ("dockerfile", "more"),
    [
        (image() + "CMD envsubst < a > b && nginx -g 'daemon off;'", {}),
        (image() + "RUN printf 'sed -i s/a/$VITE_KEY/ x' > /docker-entrypoint.d/1", {}),
        (image() + "COPY x.sh /docker-entrypoint.d/", {}),
        (image("RUN echo VITE_KEY=1 > .env"), {}),
        (image("COPY .env.example .env"), {}),
        (image().replace("RUN ", "RUN --mount=type=secret,id=env "), {}),
        (image(), {"public/env-config.js": "window.env = {}"}),
        (image(), {"package.json": VITE.replace('"vite":', '"vite-envs": "4", "vite":')}),
    ],
)
def test_values_that_may_be_injected_are_unknown(tmp_path: Path, dockerfile: str, more: dict[str, str]) -> None:
    assert key(tmp_path, compose("build: .", LATE), dockerfile, **more) == "unknown"


def test_images_that_no_service_builds(tmp_path: Path) -> None:
    baked = image("ARG NOTHING\nENV VITE_KEY=baked")
    assert keys(tmp_path / "a", vite(**{"package.json": VITE, "Dockerfile": baked})) == {
        "any environment": "fallback",
        "image of Dockerfile": "baked",
    }
    given = keys(tmp_path / "b", vite(**{"package.json": VITE, "Dockerfile": image("ARG VITE_KEY")}))
    assert given["image of Dockerfile"] == "global"
    outside = image("ARG VITE_KEY").replace("ARG VITE_KEY=global\n", "")
    found = keys(tmp_path / "c", vite(**{"package.json": VITE, "Dockerfile": outside}))
    assert found["image of Dockerfile"] == "unknown"


def test_next_on_the_server_may_still_see_what_the_container_is_given(tmp_path: Path) -> None:
    dockerfile = "FROM node:22\nCOPY . .\nRUN npm run build\nCMD npm start\n"
    files = {"package.json": NEXT, "rt.tsx": NEXT_CLIENT, "Dockerfile": dockerfile}
    late = compose("build: .", "environment: {NEXT_PUBLIC_KEY: late}")
    assert keys(tmp_path / "a", {**files, "compose.yaml": late})[SERVICE] == "unknown"
    args = compose("build: {context: ., args: {NEXT_PUBLIC_KEY: argument}}", "environment: {NEXT_PUBLIC_KEY: late}")
    declared = dockerfile.replace("COPY", "ARG NEXT_PUBLIC_KEY\nCOPY")
    assert keys(tmp_path / "b", {**files, "Dockerfile": declared, "compose.yaml": args})[SERVICE] == "argument"


def test_doubling_values_end(tmp_path: Path) -> None:
    doubled = "ENV A=aa\n" + "ENV A=$A$A\n" * 60 + "ENV VITE_KEY=$A"
    assert key(tmp_path, compose("build: ."), image(doubled)) == "unknown"


def test_a_value_comes_from_the_argument_and_is_passed_on_by_env(tmp_path: Path) -> None:
    files = {"Dockerfile": image("ARG VITE_KEY\nENV VITE_KEY=$VITE_KEY"), "compose.yaml": compose(ARGS)}
    for path, text in vite(**{"package.json": VITE, **files}).items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    analysis = analyse(tmp_path, prepare(tmp_path, Overrides()).config)
    (row,) = query(analysis.facts, f"SELECT at FROM app_setting WHERE name = 'key' AND environment = '{SERVICE}'")[1]
    assert str(row[0]).startswith("compose.yaml:3")


@pytest.mark.parametrize(
    ("patterns", "path", "held"),
    [
        ("", "web/.env", True),
        (".env", "web/.env", False),
        (".env", "web/deep/.env", True),
        ("/.env", "web/.env", False),
        ("**/.env", "web/deep/.env", False),
        ("deep", "web/deep/.env", False),
        ("deep/", "web/deep/.env", False),
        ("deep/*\n!deep/.env", "web/deep/.env", True),
        (".", "web/.env", True),
        ("", "other/.env", False),
    ],
)
def test_what_a_context_holds(patterns: str, path: str, held: bool) -> None:
    ignore = "web/.dockerignore"
    facts = FileFacts(ignore, tuple(read_ignore(ignore, patterns.encode())))
    context = Context(Index({}, {ignore: facts}), "web", "web/Dockerfile")
    assert context.holds(path) is held


def test_the_ignore_file_beside_a_dockerfile_comes_first() -> None:
    names = ("web/.dockerignore", "web/Dockerfile.dockerignore")
    texts = (b".env", b".other")
    facts = {name: FileFacts(name, tuple(read_ignore(name, text))) for name, text in zip(names, texts, strict=True)}
    files = {name: SourceFile(name, "dockerignore", "app", local=False, size=9) for name in names}
    context = Context(Index(files, facts), "web", "web/Dockerfile")
    assert context.holds("web/.env")
    assert not context.holds("web/.other")
