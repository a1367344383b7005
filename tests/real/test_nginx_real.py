"""Generated locations and rewrites: the path that nginx itself passes on, and the one that rtlint says."""

from __future__ import annotations

import http.client
import random
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from rtlint.extract.nginx import extract
from rtlint.facts.proxies import ProxyRule, ProxyServer
from rtlint.link.nginx import Server, route

pytestmark = pytest.mark.real

NGINX = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin")
CASES = 240
PREFIXES = ["/", "/api", "/api/", "/api/v1/", "/rt", "/rt/auth", "/ws/", "/API/", "/a.b/"]
REGEXES = ["^/api/(.*)$", "/auth$", r"^/rt/(\\w+)/(.*)", r"\.b", "^/(ws|rt)", "^/api/v[0-9]+/", "/AUTH$"]
URIS = ["", "", "/", "/v1", "/v1/", "/deep/er/"]
VARIABLE_URIS = ["/fixed", "$request_uri", "/x$uri", "/q$uri$is_args$args", ""]
REWRITES = [
    ("^/api/(.*)$", "/$1"), ("^/rt(/.*)?$", "/live$1"), ("^/ws/", "/socket"), ("auth", "/login/auth"),
    ("^/(.*)$", "/all/$1"),    ("^/api/(v1)/(.*)", "/$2/$1?x=1"), ("^/a", "/api/b"),
]  # fmt: skip
PATHS = [
    "/", "/api", "/api/", "/api/auth", "/api/v1/auth", "/api/v1", "/API/auth", "/rt", "/rt/auth", "/rt/one/two", "/ws",
    "/ws/", "/ws/app/key", "/a.b/c", "/a.b", "/other", "/apix", "/login/auth", "/auth",
]  # fmt: skip


class Echo(BaseHTTPRequestHandler):
    """Answers with the path that arrived."""

    def do_GET(self) -> None:
        body = self.requestline.split(" ")[1].encode()  # self.path has leading slashes merged
        self.send_response(200)
        self.send_header("X-Arrived", "1")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Say nothing."""


def rewrite(rng: random.Random) -> str:
    pattern, replacement = rng.choice(REWRITES)
    return f"rewrite {pattern} {replacement}{rng.choice(['', ' last', ' break', ' break', ' permanent'])};"


def body(rng: random.Random, target: str, *, regex: bool) -> str:
    parts = [rewrite(rng) for _ in range(rng.choice([0, 0, 0, 1, 1, 2]))]
    if rng.random() < 0.1:
        return " ".join([*parts, "return 404;"])
    if rng.random() < 0.1:
        return " ".join([*parts, "try_files /missing @named;"])
    if rng.random() < 0.1:
        return " ".join([*parts, "root /nonexistent;"])
    if rng.random() < 0.2:
        return " ".join([f"set $to {target};", *parts, f"proxy_pass http://$to{rng.choice(VARIABLE_URIS)};"])
    if regex and rng.random() < 0.4:
        return " ".join([*parts, f"proxy_pass http://{target}/c/$1;"])
    return " ".join([*parts, f"proxy_pass http://{target}{'' if regex else rng.choice(URIS)};"])


def nested(rng: random.Random, target: str, prefix: str, depth: int) -> str:
    """Return the text of a prefix location, now and then with others in it."""
    inner = ""
    if depth < 2 and rng.random() < 0.25:
        inner = nested(rng, target, prefix.rstrip("/") + rng.choice(["/auth", "/v1/", "/v1"]), depth + 1)
    if rng.random() < 0.2:
        inner += f" location ~ {rng.choice(REGEXES)} {{ {body(rng, target, regex=True)} }}"
    sign = rng.choice(["", "", "^~ "])
    return f"location {sign}{prefix} {{ {body(rng, target, regex=False)} {inner} }}\n"


def case(rng: random.Random, number: int, target: str, port: int) -> str:
    locations = [nested(rng, target, prefix, 0) for prefix in rng.sample(PREFIXES, rng.randint(1, 4))]
    for expression in rng.sample(REGEXES, rng.randint(0, 2)):
        locations.append(f"location {rng.choice(['~', '~*'])} {expression} {{ {body(rng, target, regex=True)} }}\n")
    for exact in rng.sample(["/rt", "/api/auth", "/ws/", "/"], rng.randint(0, 1)):
        locations.append(f"location = {exact} {{ {body(rng, target, regex=False)} }}\n")
    rng.shuffle(locations)
    top = rewrite(rng) if rng.random() < 0.15 else ""
    named = f"location @named {{ {rewrite(rng) if rng.random() < 0.3 else ''} proxy_pass http://{target}; }}\n"
    return f"server {{ listen 127.0.0.1:{port}; server_name c{number};\n{top}\n{''.join(locations)}{named}}}\n"


@pytest.fixture(scope="module")
def target() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def ask(port: int, host: str, path: str) -> tuple[str, str]:
    """Return what nginx does with a request: proxied, redirect or ended, and the path."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("GET", path, headers={"Host": host})
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    if answer.getheader("X-Arrived"):
        return "proxied", text.partition("?")[0]
    if answer.status in {301, 302}:
        return "redirect", urlsplit(answer.getheader("Location") or "").path
    return "ended", ""


def start(folder: Path, config: str) -> subprocess.Popen[bytes]:
    (folder / "logs").mkdir()
    (folder / "nginx.conf").write_text(config)
    command = [str(NGINX), "-p", str(folder), "-c", "nginx.conf", "-e", "stderr"]
    checked = subprocess.run([*command, "-t"], capture_output=True, text=True, timeout=60)
    assert checked.returncode == 0, checked.stderr
    return subprocess.Popen(command, stderr=subprocess.DEVNULL)


def config_of(servers: list[str]) -> str:
    temp = "".join(f"{name}_temp_path temp_{name};\n" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    head = (
        "daemon off; master_process off; pid nginx.pid; error_log stderr emerg;\nevents { worker_connections 512; }\n"
    )
    return f"{head}http {{ access_log off; server_names_hash_max_size 4096;\n{temp}{''.join(servers)}}}\n"


def wait_for(port: int) -> None:
    for _ in range(2000):
        with socket.socket() as probe:
            probe.settimeout(5)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        threading.Event().wait(0.01)
    pytest.fail("nginx does not start")


def test_paths_that_arrive(tmp_path: Path, target: str) -> None:
    if NGINX is None:
        pytest.skip("nginx is not installed: make test-real installs it")
    rng, port = random.Random(1), free_port()
    texts = [case(rng, number, target, port) for number in range(CASES)]
    config = config_of(texts)
    facts = extract("nginx.conf", config.encode())
    process = start(tmp_path, config)
    try:
        wait_for(port)
        unknown = compare(facts, texts, port)
    finally:
        process.terminate()
        process.wait(20)
    assert unknown < 0.05 * CASES * len(PATHS)


def compare(facts: Sequence[object], texts: list[str], port: int) -> int:
    """Compare every path in every server; return for how many of them rtlint gives no answer."""
    unknown = 0
    for server in (fact for fact in facts if isinstance(fact, ProxyServer)):
        rules = tuple(fact for fact in facts if isinstance(fact, ProxyRule) and fact.server == server.server)
        for path in PATHS:
            mine = route(Server(rules, server.rewrites, server.complete, server.action == "return"), path)
            unknown += mine.state == "unknown"
            if mine.state != "unknown":
                real = ask(port, server.names, path)
                found = (mine.state, mine.path if mine.state != "ended" else "")
                assert found == real, f"{path}\n{texts[server.server - 1]}"
    return unknown
