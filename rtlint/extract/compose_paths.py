"""Paths that a compose file names: volumes, build contexts and env files, from the root of the repository."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from rtlint.extract import interpolation
from rtlint.extract.yaml_nodes import Budget, Mapping, Node, Scalar, Sequence, YamlFile, entries
from rtlint.facts.compose import ComposeBuildOptions, ComposeVolume
from rtlint.facts.raw import ComposeBuild, ComposeEnvFile, ComposeMount, Problem
from rtlint.facts.site import Site
from rtlint.patterns import regex

_WORKING_DIRECTORY = regex(r"\$(?:PWD\b|\{PWD(?::?[-?][^}]*)?\})")
_ELSEWHERE = regex(r"[/~]|[A-Za-z]:[\\/]|[A-Za-z][A-Za-z0-9+.-]*://|git@|github\.com/")


def resolve(directory: str, written: str) -> str | None:
    """Return the path from the root that a compose file means.

    Args:
        directory: the folder that relative paths start in; empty for the root.
        written: the path as written. Variables count with their defaults; `$PWD` at the start is the folder, because
            that is where compose is started as a rule.

    Returns:
        The path, empty for the root; None when it is absolute, a URL, leaves the root or is not known.
    """
    text = _WORKING_DIRECTORY.sub(".", written, count=1) if _WORKING_DIRECTORY.match(written) else written
    if not interpolation.has_only_defaults(text):
        return None
    text = interpolation.interpolate(text, {})
    if not text or _ELSEWHERE.match(text):
        return None
    path = posixpath.normpath(posixpath.join(directory, text.replace("\\", "/")))
    if path.startswith("../") or path == "..":
        return None
    return "" if path == "." else path


def outside(directory: str, written: str) -> bool:
    """Tell whether a path leads out of the root, or nobody knows where: a file there would matter, and is not read."""
    return bool(written) and interpolation.has_only_defaults(written) and resolve(directory, written) is None


def mounts(
    file: YamlFile, service: str, directory: str, node: Node, budget: Budget
) -> Iterator[ComposeMount | ComposeVolume]:
    """Read one entry of `volumes`; bind mounts of a folder or file of the repository give a fact of their own.

    Source: https://github.com/compose-spec/compose-spec/blob/170098b/05-services.md, section volumes.
    """
    source = target = hidden = ""
    if isinstance(node, Scalar):
        parts = [node.value[slice(*bounds)] for bounds in interpolation.split_outside(node.value, ":")]
        bound = parts[0].startswith(".") or bool(_WORKING_DIRECTORY.match(parts[0])) or _defaults_to_path(parts[0])
        source, target = (parts[0], parts[1]) if len(parts) > 1 and bound else ("", "")
        hidden = parts[min(1, len(parts) - 1)]
    elif isinstance(node, Mapping):
        found = _texts(node, budget)
        hidden = found.get("target", "")
        source, target = (found.get("source", ""), hidden) if found.get("type") == "bind" else ("", "")
    path = resolve(directory, source) if source else None
    if path is not None:
        yield ComposeMount(file.site(node), service, path, target)
    if hidden:
        yield ComposeVolume(file.site(node), service, hidden)


def _defaults_to_path(source: str) -> bool:
    return interpolation.has_only_defaults(source) and interpolation.interpolate(source, {}).startswith(".")


def build(
    service: str, directory: str, at: Site, node: Node, budget: Budget
) -> Iterator[ComposeBuild | ComposeBuildOptions]:
    """Read `build`, a path or a mapping. A context outside of the repository gives no `ComposeBuild`.

    Source: https://github.com/compose-spec/compose-spec/blob/170098b/build.md.
    """
    found = {"context": node.value} if isinstance(node, Scalar) else _texts(node, budget)
    context = resolve(directory, found.get("context", "."))
    inline = "dockerfile_inline" in found
    if context is not None:
        path = None if inline else resolve(context, found.get("dockerfile", "Dockerfile"))
        yield ComposeBuild(at, service, context, path or "", found.get("target", ""))
    given, known = context if "context" in found else None, context is not None
    dockerfile = _relative(found["dockerfile"]) if "dockerfile" in found else None
    yield ComposeBuildOptions(at, service, given, dockerfile, found.get("target"), known, inline)


def _relative(written: str) -> str:
    """Return a path with the defaults of its variables; empty when it is not relative or not known."""
    text = interpolation.interpolate(written, {}) if interpolation.has_only_defaults(written) else ""
    return "" if _ELSEWHERE.match(text) else text.replace("\\", "/")


def env_files(
    file: YamlFile, service: str, directory: str, node: Node, budget: Budget
) -> Iterator[ComposeEnvFile | Problem]:
    """Read `env_file`: a path, or a list of paths and of mappings with `path`, `required` and `format`.

    Source: https://github.com/compose-spec/compose-spec/blob/170098b/05-services.md, section env_file.
    """
    for rank, item in enumerate(node.items if isinstance(node, Sequence) else [node]):
        if not budget.visit():
            return
        found = {"path": "" if item.null else item.value} if isinstance(item, Scalar) else _texts(item, budget)
        if not found.get("path"):
            continue
        path = resolve(directory, found["path"])
        required = found.get("required", "true").lower() not in {"false", "no", "off"}
        raw = found.get("format", "") == "raw"
        yield ComposeEnvFile(file.site(item), service, path or "", required, rank, raw)
        if outside(directory, found["path"]):
            message = f"the env file of {service} lies outside of the checked folder"
            yield Problem(file.site(item), "RT905", message)


def _texts(node: Node, budget: Budget) -> dict[str, str]:
    """Return the scalar values of a mapping as written; null is left out."""
    return {
        key: value.value
        for key, (_, value) in entries(node, budget).items()
        if isinstance(value, Scalar) and not value.null
    }
