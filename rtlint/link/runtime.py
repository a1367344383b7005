"""Where a module runs: in the browser, on a server, or unknown."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable

from rtlint.facts.raw import Import
from rtlint.link.index import Index
from rtlint.patterns import regex

_NODE = frozenset(
    "assert buffer child_process cluster crypto dgram dns fs http http2 https module net os path perf_hooks process "
    "readline stream tls url util v8 vm worker_threads zlib".split()
)
"""Modules that Node.js brings along: https://nodejs.org/api/modules.html#built-in-modules."""

_SERVER = frozenset(
    "express fastify koa hono @hapi/hapi ws socket.io pusher uws uWebSockets.js @nestjs/core @nestjs/common "
    "@trpc/server ioredis redis pg mysql2 mongoose @prisma/client next/server server-only dotenv nodemailer".split()
)
_BROWSER = frozenset(
    "react react-dom vue svelte preact solid-js @angular/core next nuxt @remix-run/react jquery vite laravel-mix "
    "laravel-vite-plugin react-scripts @vue/cli-service parcel webpack webpack-dev-server @sveltejs/kit astro "
    "backbone lit alpinejs @inertiajs/react @inertiajs/vue3 esbuild rollup @rsbuild/core @angular/cli".split()
)
_BROWSER_SUFFIXES = (
    ".jsx",
    ".tsx",
    ".vue",
    ".svelte",
    ".html",
    ".htm",
    ".blade.php",
    ".ejs",
    ".erb",
    ".twig",
    ".hbs",
    ".j2",
    ".jinja",
    ".jinja2",
)
_SERVER_PATH = regex(
    r"^(?:scripts|tools|tasks)/|(?:^|/)(?:server|servers|backend|api|functions|lambda|bin|cli|migrations)(?:/|\.[cm]?[jt]s$)|"
    r"\.server\.[cm]?[jt]sx?$|(?:^|/)route\.[jt]s$|(?:^|/)(?:middleware|instrumentation)\.[jt]s$"
)
_BROWSER_PATH = regex(r"(?:^|/)(?:public|static|assets|resources/js|resources/assets|frontend|client|web|www)/")


class Runtimes:
    """Judges modules; the answers are remembered."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._known: dict[str, str] = {}

    def of(self, path: str, package: str) -> str:
        """Return browser, server or unknown for a file of the package in the folder `package`."""
        if path not in self._known:
            self._known[path] = self._judge(path, package)
        return self._known[path]

    def _judge(self, path: str, package: str) -> str:
        sources = {_root(item.source) for item in self._index.in_file(path, Import) if item.form != "type"}
        if any(source.startswith("node:") or source in _NODE or source in _SERVER for source in sources):
            return "server"
        if path.endswith(_BROWSER_SUFFIXES) or sources & _BROWSER:
            return "browser"
        own = set(self._index.dependencies(package))
        inside = path[len(package) :].lstrip("/") if package else path
        if _SERVER_PATH.search(inside) and not _BROWSER_PATH.search(inside):
            return "server"
        if own & _BROWSER or _BROWSER_PATH.search(inside):
            return "browser"
        return "server" if own & _SERVER else "unknown"


def _root(specifier: str) -> str:
    """Return the package of a specifier: `@scope/name` or the first part; `next/server` stays whole."""
    if specifier in _SERVER or specifier.startswith("."):
        return specifier
    parts = specifier.split("/")
    return "/".join(parts[: 2 if specifier.startswith("@") else 1])


def browser_packages(index: Index, packages: Iterable[str]) -> set[str]:
    """Return the folders among `packages` whose manifest depends on something that runs in a browser."""
    return {folder for folder in packages if set(index.dependencies(folder)) & _BROWSER}


def folder_of(path: str) -> str:
    """Return the folder of a file, empty for the root."""
    return posixpath.dirname(path)
