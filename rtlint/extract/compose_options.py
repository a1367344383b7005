"""What a compose file says of services beside variables, ports and volumes, and of other files and their values.

Sources: https://github.com/compose-spec/compose-spec/blob/170098b/05-services.md,
https://github.com/compose-spec/compose-spec/blob/170098b/14-include.md.
"""

from __future__ import annotations

import posixpath
import shlex
from collections.abc import Iterator
from collections.abc import Mapping as Options

from rtlint.extract.compose_paths import outside, resolve
from rtlint.extract.yaml_nodes import MAX_DEPTH, Budget, Mapping, Node, Scalar, Sequence, YamlFile, entries
from rtlint.facts.compose import ComposeInclude, ComposeReset, ComposeResource
from rtlint.facts.raw import ComposeService, Problem

_REPLACED = ("command", "entrypoint")
"""Options that a stronger file replaces even when it leaves them empty."""


def summary(file: YamlFile, name: str, key: Scalar, options: Options[str, Node], budget: Budget) -> ComposeService:
    """Return the service with its plain options."""
    container = text(options.get("container_name"))
    return ComposeService(
        file.site(key),
        name,
        text(options.get("image")),
        _command(options.get("command")),
        text(options.get("working_dir")),
        text(options.get("network_mode")),
        (*([container] if container else []), *_aliases(options, budget)),
        _command(options.get("entrypoint")),
        container,
        _replicas(options, budget),
        tuple(_extra_hosts(options.get("extra_hosts"), budget)),
        tuple(_names(options.get("profiles"), budget)),
        tuple(_names(options.get("expose"), budget)),
        tuple(_names(options.get("depends_on"), budget)),
    )


def text(node: Node | None) -> str:
    """Return the text of a scalar; empty for null and for anything else."""
    return node.value if isinstance(node, Scalar) and not node.null else ""


def _command(node: Node | None) -> str:
    """Return a command as one line; the parts of a list are quoted where a shell would need it."""
    if isinstance(node, Sequence):
        return shlex.join(item.value for item in node.items if isinstance(item, Scalar))
    return " ".join(part.strip() for part in text(node).splitlines() if part.strip())


def _aliases(options: Options[str, Node], budget: Budget) -> Iterator[str]:
    """Yield the aliases in networks, which reach the service as its name does."""
    for _, network in entries(options.get("networks"), budget).values():
        for key, (_, names) in entries(network, budget).items():
            if key == "aliases" and isinstance(names, Sequence):
                yield from (item.value for item in names.items if isinstance(item, Scalar))


def _replicas(options: Options[str, Node], budget: Budget) -> str:
    """Return how many containers are asked for, as written: `deploy.replicas`, else `scale`."""
    deploy = entries(options.get("deploy"), budget)
    return text(deploy["replicas"][1]) if "replicas" in deploy else text(options.get("scale"))


def _names(node: Node | None, budget: Budget) -> Iterator[str]:
    """Yield the items of a list, or the keys of a mapping."""
    if isinstance(node, Sequence):
        yield from (item.value for item in node.items if isinstance(item, Scalar) and budget.visit())
    yield from entries(node, budget)


def _extra_hosts(node: Node | None, budget: Budget) -> Iterator[str]:
    """Yield `host=address`, whichever of its three forms each entry has."""
    for item in _names(node, budget) if isinstance(node, Sequence) else ():
        yield item if "=" in item else item.replace(":", "=", 1)
    for name, (_, value) in entries(node, budget).items():
        for each in value.items if isinstance(value, Sequence) else [value]:
            yield f"{name}={text(each)}"


def includes(file: YamlFile, directory: str, node: Node, budget: Budget) -> Iterator[ComposeInclude | Problem]:
    """Read `include`: a list of paths and of mappings with `path`, `project_directory` and `env_file`."""
    for item in node.items if isinstance(node, Sequence) else ():
        if not budget.visit():
            return
        options = {"path": item} if isinstance(item, Scalar) else {k: v for k, (_, v) in entries(item, budget).items()}
        yield _include(file, directory, item, options)
        for name in ("path", "env_file"):
            if any(outside(directory, written) for written in _listed(options.get(name))):
                yield Problem(file.site(item), "RT905", "a file that is included lies outside of the checked folder")
                break


def _include(file: YamlFile, directory: str, item: Node, options: Options[str, Node]) -> ComposeInclude:
    paths = [resolve(directory, written) for written in _listed(options.get("path"))]
    home = resolve(directory, text(options["project_directory"])) if text(options.get("project_directory")) else None
    variables = [resolve(directory, written) for written in _listed(options.get("env_file")) if written != "/dev/null"]
    lost = None in paths or None in variables or (home is None and bool(text(options.get("project_directory"))))
    files = () if lost else tuple(path for path in paths if path)
    if home is None:
        home = posixpath.dirname(files[0]) if files else ""
    read = tuple(path for path in variables if path) if options.get("env_file") is not None else None
    return ComposeInclude(file.site(item), files[0] if files else "", home, files, read)


def _listed(node: Node | None) -> list[str]:
    items = node.items if isinstance(node, Sequence) else [node]
    return [text(item) for item in items if text(item)]


def resources(file: YamlFile, directory: str, kind: str, node: Node, budget: Budget) -> Iterator[ComposeResource]:
    """Read the top-level `secrets` or `configs`: names, and where the values come from; not the values."""
    for name, (key, value) in entries(node, budget).items():
        options = {option: text(item) for option, (_, item) in entries(value, budget).items()}
        path = resolve(directory, options["file"]) if options.get("file") else ""
        yield ComposeResource(file.site(key), kind, name, path or "", options.get("environment", ""))


def resets(file: YamlFile, services: Node, budget: Budget) -> Iterator[ComposeReset]:
    """Yield what the file takes away from weaker ones: by `!reset`, `!override`, or an empty command.

    Source: https://github.com/compose-spec/compose-spec/blob/170098b/13-merge.md, sections Reset value, Replace value.
    """
    for name, (key, service) in entries(services, budget, removed=True).items():
        if "!" in file.lines.text:
            yield from _tagged(file, name, key, service, (), budget)
        for option, (option_key, value) in entries(service, budget).items():
            if option in _REPLACED and not _command(value):
                yield ComposeReset(file.site(option_key), name, option)


def _tagged(
    file: YamlFile, service: str, key: Scalar, node: Node, keys: tuple[str, ...], budget: Budget
) -> Iterator[ComposeReset]:
    if node.tag in {"!reset", "!override"}:
        yield ComposeReset(file.site(key), service, ".".join(keys))
    elif isinstance(node, Mapping) and len(keys) < MAX_DEPTH and budget.visit():
        for name, (inner, value) in entries(node, budget, removed=True).items():
            yield from _tagged(file, service, inner, value, (*keys, name), budget)
