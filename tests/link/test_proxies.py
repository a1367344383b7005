"""What arrives at a backend, for whole repositories of a few files."""

from __future__ import annotations

from pathlib import Path

import pytest

from rtlint.config import Config
from rtlint.link.proxies import Arrival, Proxies
from rtlint.pipeline import analyse

PACKAGE = '{"dependencies": {"vite": "^7.0.0"}}'
Files = dict[str, str]


def arriving(root: Path, files: Files, path: str, mode: str, package: str = "") -> list[str] | None:
    """Return the paths that arrive in a mode; None where they are not known."""
    found = arrivals(root, files, path, mode, package)
    return None if found is None else [item.path for item in found]


def arrivals(root: Path, files: Files, path: str, mode: str, package: str = "") -> tuple[Arrival, ...] | None:
    for name, text in {"package.json": PACKAGE, ".env": "A=1\n", **files}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    program = analyse(root, Config()).program
    place = next((place for place in program.environments.of(package) if place.mode == mode), None)
    assert (place is None) == (mode == "")
    found = Proxies(program).arrivals(package, place, path)
    return found.arrivals if found.known else None


def vite(rules: str) -> Files:
    return {"vite.config.ts": f"export default {{ server: {{ proxy: {{ {rules} }} }} }};\n"}


def nginx(server: str) -> Files:
    return {"deploy/nginx.conf": f"upstream back {{ server api:8000; }}\nserver {{ {server} }}\n"}


@pytest.mark.parametrize(
    ("rules", "path", "expected"),
    [
        ("", "/api/auth", ["/api/auth"]),
        ("'/api': 'http://localhost:8000'", "/api/auth", ["/api/auth"]),
        ("'/api': { target: 'http://localhost:8000/v1/' }", "/api/auth", ["/v1/api/auth"]),
        ("'/api': { target: 'http://h:1', rewrite: (p) => p.replace(/^\\/api/, '') }", "/api/auth", ["/auth"]),
        ("'/api': { target: 'http://h:1', rewrite: (p) => p.replace('/api', '/v2') }", "/api/auth", ["/v2/auth"]),
        ("'/api': { target: 'http://h:1', rewrite: (p) => p.slice(4) }", "/api/auth", None),
        ("'/api': { target: 'http://h:1', rewrite: (p) => p.slice(4) }", "/other", ["/other"]),
        ("'^/(api|rt)/': { target: 'http://h:1', rewrite: (p) => `/v1${p}` }", "/rt/auth", ["/v1/rt/auth"]),
        ("'/a': 'http://h:1', '/api': { target: 'http://h:1', rewrite: () => '/x' }", "/api/auth", ["/api/auth"]),
        ("'/api': 'https://api.example.com'", "/api/auth", None),
        ("'/api': { target: process.env.TARGET }", "/api/auth", None),
        ("'/api': { target: process.env.TARGET || 'http://h:1' }", "/api/auth", ["/api/auth"]),
        ("...more", "/api/auth", None),
    ],
)
def test_vite(tmp_path: Path, rules: str, path: str, expected: list[str] | None) -> None:
    assert arriving(tmp_path, vite(rules), path, "development") == expected


def test_vite_in_production_is_not_there(tmp_path: Path) -> None:
    plain, changing = "'/api': 'http://h:1'", "'/api': { target: 'http://h:1', rewrite: (p) => p.replace('/api', '') }"
    assert arriving(tmp_path, vite(plain), "/api/auth", "production") == ["/api/auth"]
    assert arriving(tmp_path, vite(changing), "/api/auth", "production") is None
    assert arriving(tmp_path, vite(changing), "/other", "production") == ["/other"]


@pytest.mark.parametrize(
    ("server", "path", "expected"),
    [
        ("location /api/ { proxy_pass http://back/; }", "/api/auth", ["/auth"]),
        ("location /api/ { proxy_pass http://back; }", "/api/auth", ["/api/auth"]),
        ("location /api/ { proxy_pass http://back/; }", "/other", ["/other"]),
        ("location /api/ { proxy_pass http://back/; }", "/api", None),
        ("location /api { proxy_pass http://back/; }", "/api/auth", None),
        ("location / { try_files $uri /index.html; }", "/api/auth", ["/api/auth"]),
        ("location / { try_files $uri @app; } location @app { proxy_pass http://back; }", "/api/auth", ["/api/auth"]),
        ("location ~ ^/api/(.*)$ { proxy_pass http://back/v1/$1$is_args$args; }", "/api/auth", ["/v1/auth"]),
        ("location /api/ { rewrite ^/api(/.*)$ $1 break; proxy_pass http://back; }", "/api/auth", ["/auth"]),
        ("location /api/ { access_by_lua_file x.lua; proxy_pass http://back/; }", "/api/auth", None),
        ("location / { try_files $uri @a; } location @a { try_files $uri @a; }", "/api/auth", None),
        ("location / { rewrite ^ /api/x last; }", "/api/auth", None),
        ("location / { return 301 https://$host$request_uri; }", "/api/auth", ["/api/auth"]),
        ("include unseen.conf; location / { proxy_pass http://back; }", "/api/auth", None),
        ("location /api/ { proxy_pass http://back/; } location ~ (?=x) { proxy_pass http://b; }", "/api/auth", None),
    ],
)
def test_nginx(tmp_path: Path, server: str, path: str, expected: list[str] | None) -> None:
    assert arriving(tmp_path, nginx(server), path, "production") == expected
    assert arriving(tmp_path, nginx(server), path, "development") == [path]


def test_an_arrival_tells_its_target_and_its_way(tmp_path: Path) -> None:
    found = arrivals(tmp_path, nginx("location /api/ { proxy_pass http://back/; }"), "/api/auth", "production")
    assert found is not None
    (arrival,) = found
    assert (arrival.path, arrival.host, arrival.port) == ("/auth", "api", "8000")
    assert [(point.at.path, point.at.line, point.label) for point in arrival.way] == [
        ("deploy/nginx.conf", 2, "rewritten here to /auth")
    ]


def test_an_include_of_the_repository(tmp_path: Path) -> None:
    files = {
        **nginx("include /etc/nginx/snippets/api.conf; include mime.types; location / { root /srv; }"),
        "deploy/nginx/snippets/api.conf": "location /api/ { proxy_pass http://api/; }\n",
    }
    assert arriving(tmp_path, files, "/api/auth", "production") == ["/auth"]


def test_proxies_that_disagree(tmp_path: Path) -> None:
    files = {
        **nginx("location /api/ { proxy_pass http://back/; }"),
        "Caddyfile": "a.com {\n  handle /api/* {\n    reverse_proxy api:8000\n  }\n}\n",
    }
    assert arriving(tmp_path, files, "/api/auth", "production") is None
    files["Caddyfile"] = files["Caddyfile"].replace("handle ", "handle_path ")
    assert arriving(tmp_path, files, "/api/auth", "production") == ["/auth"]


COMPOSE = """services:
  api:
    image: api
    labels:
      - traefik.http.routers.api.rule=Host(`a.com`) && PathPrefix(`/api`)
      - traefik.http.routers.api.middlewares=cut@docker
      - traefik.http.middlewares.cut.stripprefix.prefixes=/api
"""


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (("", ""), ["/auth"]),
        (("cut@docker", "other"), None),
        (("stripprefix.prefixes=/api", "headers.x=y"), ["/api/auth"]),
        (("stripprefix.prefixes=/api", "addprefix.prefix=/v1"), ["/v1/api/auth"]),
        (("Host(`a.com`) && PathPrefix(`/api`)", "PathPrefix(`/live`)"), ["/api/auth"]),
        (("Host(`a.com`) && PathPrefix(`/api`)", "PathRegexp(`/a`)"), None),
        (("PathPrefix(`/api`)", "! PathPrefix(`/x`)"), None),
        (("PathPrefix(`/api`)", "PathPrefix(`/x`)" * 200), None),
    ],
)
def test_traefik(tmp_path: Path, change: tuple[str, str], expected: list[str] | None) -> None:
    files = {"compose.prod.yaml": COMPOSE.replace(*change)}
    assert arriving(tmp_path, files, "/api/auth", "production") == expected


SETUP = """const { createProxyMiddleware } = require('http-proxy-middleware');
module.exports = (app) => { app.use('/api', createProxyMiddleware({ target: 'http://localhost:5000' })); };
"""


@pytest.mark.parametrize(("version", "expected"), [("^2.0.6", ["/api/auth"]), ("^3.0.0", ["/auth"]), ("latest", None)])
def test_a_mount_of_http_proxy_middleware(tmp_path: Path, version: str, expected: list[str] | None) -> None:
    package = f'{{"dependencies": {{"react-scripts": "5", "http-proxy-middleware": "{version}"}}}}'
    files = {"package.json": package, "src/setupProxy.js": SETUP}
    assert arriving(tmp_path, files, "/api/auth", "development") == expected


REWRITES = "module.exports = {{ async rewrites() {{ return [{}]; }} }};\n"
TO_BACK = "{ source: '/api/:path*', destination: 'http://api:8000/v1/:path*' }"


@pytest.mark.parametrize(
    ("files", "mode", "expected"),
    [
        ({"package.json": '{"proxy": "http://localhost:5000"}'}, "development", ["/api/auth"]),
        ({"next.config.js": REWRITES.format(TO_BACK)}, "production", ["/v1/auth"]),
        ({"next.config.js": REWRITES.format(TO_BACK)}, "development", ["/v1/auth"]),
        ({"next.config.js": REWRITES.format("...more")}, "development", None),
        (
            {"webpack.config.js": "module.exports = { devServer: { proxy: [{ context: ['/api'], target: 'http://h:1', "
            "pathRewrite: { '^/x': '/y', '^/api': '' } }] } };"},
            "development",
            ["/auth"],
        ),
        (
            {"vue.config.js": "module.exports = { devServer: { proxy: 'http://localhost:5000' } };"},
            "development",
            None,
        ),
        (
            {"proxy.conf.json": '{"/api/*": {"target": "http://localhost:5000", "pathRewrite": {"^/api": "/v3"}}}'},
            "development",
            ["/v3/auth"],
        ),
        (
            {"nuxt.config.ts": "export default { routeRules: { '/api/**': { proxy: 'http://api:1/b/**' } } };"},
            "production",
            ["/b/auth"],
        ),
        ({"_redirects": "/api/* http://api/:splat 200\n/* /index.html 200\n"}, "production", ["/auth"]),
        ({"_redirects": "/api/* /.netlify/functions/x 200\n"}, "production", None),
        (
            {"vercel.json": '{"rewrites": [{"source": "/(.*)", "destination": "/index.html"}]}'},
            "production",
            ["/api/auth"],
        ),
        ({"vercel.json": '{"routes": []}'}, "production", None),
        (
            {"netlify.toml": '[[redirects]]\nfrom = "/api/*"\nto = "https://api.example.com/:splat"\nstatus = 200\n'},
            "production",
            None,
        ),
        ({"firebase.json": "{}"}, "production", None),
    ],
)  # fmt: skip
def test_other_tools(tmp_path: Path, files: Files, mode: str, expected: list[str] | None) -> None:
    assert arriving(tmp_path, files, "/api/auth", mode) == expected
