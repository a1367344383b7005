"""Manifests: packages, their dependencies and scripts, and the path aliases of TypeScript's configuration."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator

from rtlint.extract import manifests_python
from rtlint.extract.compose_commands import commands
from rtlint.extract.dotenv_text import Lines, decode
from rtlint.extract.manifests_json import JsonArray, JsonNode, JsonObject, JsonScalar, parse, text_of, texts
from rtlint.facts.raw import Dependency, Package, PathAlias, Problem, RawFact, Script
from rtlint.facts.site import Site, whole_file

SCOPES = ("dependencies", "devDependencies", "peerDependencies", "optionalDependencies")
_OWN_FOLDER = "${configDir}"
_COMPOSER_SCOPES = {"require": "dependencies", "require-dev": "devDependencies"}


def extract(path: str, data: bytes) -> list[RawFact]:
    """Read a manifest; the name of the file says which one.

    Args:
        path: the path of package.json, pnpm-workspace.yaml, composer.json, pyproject.toml, a requirements file, or a
            tsconfig or jsconfig, which every other name is taken for.
        data: the file.

    Returns:
        The facts of the file; a Problem RT901 with its place where the file can't be parsed, and what stands before it.
    """
    name = posixpath.basename(path)
    text = decode(data)
    if name == "pyproject.toml":
        return list(manifests_python.pyproject(path, text))
    if name.endswith((".txt", ".in")):
        return list(manifests_python.requirements(path, text))
    if name.endswith((".yaml", ".yml")):
        return list(_pnpm(path, text))
    return list(_json(path, text, {"package.json": _npm, "composer.json": _composer}.get(name, _typescript)))


def _json(path: str, text: str, reader: Callable[[Lines, JsonObject], Iterator[RawFact]]) -> Iterator[RawFact]:
    lines = Lines(path, text)
    root, error = parse(text, relaxed=reader is _typescript)
    if error:
        yield Problem(lines.site(error.offset, error.offset), error.code, str(error))
    if isinstance(root, JsonObject):
        yield from reader(lines, root)


def _npm(lines: Lines, root: JsonObject) -> Iterator[RawFact]:
    """Read package.json: https://docs.npmjs.com/cli/v11/configuring-npm/package-json."""
    directory = posixpath.dirname(lines.path)
    workspaces = root.get("workspaces")
    if isinstance(workspaces, JsonObject):
        workspaces = workspaces.get("packages")
    globs = tuple(item.text for item in texts(workspaces))
    yield Package(_name_site(lines, root), directory, text_of(root.get("name")), "npm", globs)
    for scope in SCOPES:
        for at, name, version in _pairs(lines, root.get(scope)):
            yield Dependency(at, directory, name, version, scope)
    for at, name, command in _pairs(lines, root.get("scripts")):
        yield Script(at, directory, name, command)
        yield from commands(command, at, directory)
    yield from _development_proxy(lines, root)


def _development_proxy(lines: Lines, root: JsonObject) -> Iterator[RawFact]:
    """Read `proxy` of Create React App: https://create-react-app.dev/docs/proxying-api-requests-in-development/."""
    value = root.get("proxy")
    if isinstance(value, JsonScalar) and value.string:
        from rtlint.facts.expressions import Literal
        from rtlint.facts.proxies import ProxyRule

        at = lines.site(root.members["proxy"][0].start, value.end)
        yield ProxyRule(
            at, "cra", 0, 1, 0, "prefix", "/", "proxy", "", "", "", "yes", serves_files=False, complete=True,
            target_at=at, target=Literal(lines.site(value.start, value.end), value.text),
        )  # fmt: skip


def _composer(lines: Lines, root: JsonObject) -> Iterator[RawFact]:
    """Read composer.json. Names without a vendor are the platform: https://getcomposer.org/doc/01-basic-usage.md."""
    directory = posixpath.dirname(lines.path)
    yield Package(_name_site(lines, root), directory, text_of(root.get("name")), "composer")
    for key, scope in _COMPOSER_SCOPES.items():
        for at, name, version in _pairs(lines, root.get(key)):
            if "/" in name:
                yield Dependency(at, directory, name, version, scope)


def _name_site(lines: Lines, root: JsonObject) -> Site:
    name = root.get("name")
    return lines.site(name.start, name.end) if isinstance(name, JsonScalar) else whole_file(lines.path)


def _pairs(lines: Lines, node: JsonNode | None) -> Iterator[tuple[Site, str, str]]:
    """Yield the pairs of an object whose values are strings, each from its key to its value."""
    for name, (key, value) in node.members.items() if isinstance(node, JsonObject) else ():
        if isinstance(value, JsonScalar) and value.string:
            yield lines.site(key.start, value.end), name, value.text


def _typescript(lines: Lines, root: JsonObject) -> Iterator[RawFact]:
    """Read `paths` and `baseUrl`: https://www.typescriptlang.org/tsconfig/#paths.

    A target with `${configDir}` starts in the folder of the file, others in `baseUrl`. A `baseUrl` also finds bare
    specifiers that no pattern matches: the alias `*`.
    """
    options = root.get("compilerOptions")
    if not isinstance(options, JsonObject):
        return
    directory = posixpath.dirname(lines.path)
    base = _inside(directory, text_of(options.get("baseUrl")) or ".")
    paths = options.get("paths")
    for pattern, (key, targets) in paths.members.items() if isinstance(paths, JsonObject) else ():
        for target in texts(targets):
            own, rest = target.text.startswith(_OWN_FOLDER), target.text.removeprefix(_OWN_FOLDER).lstrip("/")
            found = _inside(directory, rest) if own else None if base is None else _inside(base, target.text)
            end = targets.end if isinstance(targets, JsonArray) and targets.end > key.end else key.end
            if found is not None:
                yield PathAlias(lines.site(key.start, end), directory, pattern, found)
    entry = options.members.get("baseUrl")
    if entry and base is not None:
        yield PathAlias(lines.site(entry[0].start, entry[1].end), directory, "*", posixpath.join(base, "*"))


def _inside(directory: str, written: str) -> str | None:
    """Return a path from the root; None when it is absolute or leaves the root."""
    path = posixpath.normpath(posixpath.join(directory, written))
    if path.startswith(("../", "/")) or path == "..":
        return None
    return "" if path == "." else path


def _pnpm(path: str, text: str) -> Iterator[RawFact]:
    """Read pnpm-workspace.yaml: https://pnpm.io/pnpm-workspace_yaml."""
    from rtlint.extract.yaml_nodes import Budget, Scalar, Sequence, entries, read

    file = read(path, text)
    yield from file.problems
    for document in file.documents[:1]:
        _, packages = entries(document, Budget()).get("packages", (None, None))
        items = packages.items if isinstance(packages, Sequence) else []
        globs = tuple(item.value for item in items if isinstance(item, Scalar))
        yield Package(whole_file(path), posixpath.dirname(path), "", "npm", globs)
