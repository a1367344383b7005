"""Constants: names that a build tool replaces, and what its configuration gives at run time.

Vite and esbuild: `define`; webpack: `DefinePlugin` (https://vite.dev/config/shared-options#define,
https://webpack.js.org/plugins/define-plugin/). Nuxt: `useRuntimeConfig()`, whose keys variables override
(https://nuxt.com/docs/guide/going-further/runtime-config).
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Mapping

from rtlint.facts.expressions import Call, Entry, EnvVar, Expr, Fallback, Literal, Member, Name, ObjectLiteral
from rtlint.facts.files import FileFacts
from rtlint.facts.raw import ConfigOption
from rtlint.facts.site import Site

_RUNTIME = "runtimeConfig."


def nuxt_variable(key: str) -> str:
    """Return the variable that overrides a key of runtimeConfig: NUXT_PUBLIC_PUSHER_KEY for `public.pusherKey`."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", key.replace(".", "_"))
    return f"NUXT_{words.upper()}"


class Constants:
    """The constants of each package, by its folder."""

    def __init__(self, facts: Mapping[str, FileFacts]) -> None:
        self._options: dict[str, list[ConfigOption]] = {}
        for path, found in facts.items():
            options = [fact for fact in found.facts if isinstance(fact, ConfigOption)]
            if options:
                self._options.setdefault(posixpath.dirname(path), []).extend(options)
        self._known: dict[str, dict[str, tuple[str, Expr]]] = {}

    def of(self, package: str, name: str) -> tuple[str, Expr] | None:
        """Return the expression that stands for a name in a package, with the file that it is written in."""
        if package not in self._options:
            return None
        if package not in self._known:
            self._known[package] = dict(_constants(self._options[package]))
        return self._known[package].get(name)


def _constants(options: list[ConfigOption]) -> Iterable[tuple[str, tuple[str, Expr]]]:
    for option in options:
        name = option.key.removeprefix("define.")
        if name != option.key:
            code = _code(option.value)
            if code is not None:
                yield name, (option.at.path, code)
    runtime = [option for option in options if option.key.startswith(_RUNTIME)]
    if runtime:
        at = runtime[0].at
        keys = {option.key.removeprefix(_RUNTIME): option for option in runtime}
        yield "useRuntimeConfig()", (at.path, _tree(at, keys, ""))


def _code(value: Expr) -> Expr | None:
    """Return the expression that a replacement means: a text is code, `JSON.stringify(x)` is the value of x."""
    if isinstance(value, Call):
        callee = value.callee
        stringified = isinstance(callee, Member) and isinstance(callee.object, Name) and callee.name == "stringify"
        return value.arguments[0] if stringified and value.arguments else None
    if not isinstance(value, Literal):
        return value if isinstance(value, ObjectLiteral | Member | EnvVar | Fallback) else None
    if not isinstance(value.value, str):
        return value
    quoted = re.fullmatch(r"""(["'])([^"'\\]*)\1""", value.value.strip())
    if quoted:
        return Literal(value.at, quoted.group(2))
    word = value.value.strip()
    return Literal(value.at, word == "true") if word in {"true", "false"} else None


def _tree(at: Site, options: Mapping[str, ConfigOption], prefix: str) -> ObjectLiteral:
    """Return the runtime configuration as an object; each leaf gives way to its variable."""
    entries = []
    for key, option in options.items():
        if not key.startswith(prefix) or "." in key[len(prefix) :]:
            continue
        inner = any(other.startswith(f"{key}.") for other in options)
        variable = EnvVar(option.at, nuxt_variable(key), "process.env")
        leaf = Fallback(option.at, "??", variable, option.value)
        value = _tree(option.at, options, f"{key}.") if inner else leaf
        entries.append(Entry(option.at, key[len(prefix) :], value))
    return ObjectLiteral(at, tuple(entries))
