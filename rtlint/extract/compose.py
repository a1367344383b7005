"""Docker Compose files: services, ports, mounts, builds, and where variables come from.

Source: https://github.com/compose-spec/compose-spec/blob/170098b/05-services.md. Values are read as written; link
follows `extends` and `include`.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator

from rtlint.extract import interpolation
from rtlint.extract.compose_options import includes, resets, resources, summary, text
from rtlint.extract.compose_paths import build, env_files, mounts, outside, resolve
from rtlint.extract.compose_ports import ports
from rtlint.extract.dotenv_text import Placed, decode
from rtlint.extract.interpolation import Interpolated
from rtlint.extract.yaml_nodes import (
    MAX_DEPTH,
    Budget,
    Mapping,
    Node,
    Scalar,
    Sequence,
    YamlFile,
    comments,
    entries,
    read,
)
from rtlint.facts.expressions import EnvVar, Expr
from rtlint.facts.proxies import ComposeLabel
from rtlint.facts.raw import ComposeExtends, EnvSet, Interpolation, Problem, RawFact
from rtlint.facts.site import Site, whole_file
from rtlint.patterns import regex

_ASSIGNMENT = regex(r"([^\s=$]+)(=)?")


def extract(path: str, data: bytes) -> list[RawFact]:
    """Read a compose file.

    Args:
        path: the path that the sites get; relative paths in the file start in its folder.
        data: the file.

    Returns:
        The facts of its services, every variable in any value, its suppressions, and its problems: RT901 where it is
        no YAML, gives a key twice or has a broken interpolation; RT905 where a bound cut something.
    """
    file = read(path, decode(data))
    facts: list[RawFact] = list(file.problems)
    reader = _Reader(file)
    for document in file.documents:
        facts += reader.document(document)
    if reader.budget.spent:
        facts.append(Problem(whole_file(path), "RT905", "aliases make the file too large to be followed"))
    return [*facts, *comments(file)]


class _Reader:
    """Reads the documents of one file."""

    def __init__(self, file: YamlFile) -> None:
        self.file = file
        self.budget = Budget()
        self._directory = posixpath.dirname(file.lines.path)
        self._read: set[int] = set()
        self._values: dict[int, Interpolated] = {}

    def _value(self, node: Scalar) -> Interpolated:
        """Return what a value means; services that share it through an alias share that, too."""
        if id(node) not in self._values:
            self._values[id(node)] = interpolation.parse(self.file.placed(node))
        return self._values[id(node)]

    def document(self, root: Node) -> Iterator[RawFact]:
        """Read one document: its services, then the variables in the rest of it."""
        sections = entries(root, self.budget)
        if "services" in sections:
            key, services = sections["services"]
            if isinstance(services, Sequence) or (isinstance(services, Scalar) and not services.null):
                yield Problem(
                    self.file.site(key), "RT901", "`services` is no mapping, so that compose refuses the file"
                )
            for name, (key, service) in entries(services, self.budget).items():
                if isinstance(service, Mapping):
                    yield from self._service(name, key, service)
            yield from resets(self.file, sections["services"][1], self.budget)
        yield from self._files(sections)
        for name, (_, section) in sections.items():
            if name != "services":
                yield from self._variables(section, "", (name,))

    def _files(self, sections: dict[str, tuple[Scalar, Node]]) -> Iterator[RawFact]:
        """Read what the file takes from others: `include`, `secrets` and `configs`."""
        if "include" in sections:
            yield from includes(self.file, self._directory, sections["include"][1], self.budget)
        for kind in ("secrets", "configs"):
            if kind in sections:
                yield from resources(self.file, self._directory, kind, sections[kind][1], self.budget)

    def _service(self, name: str, key: Scalar, node: Mapping) -> Iterator[RawFact]:
        options = entries(node, self.budget)
        yield summary(self.file, name, key, {option: value for option, (_, value) in options.items()}, self.budget)
        for option, (option_key, value) in options.items():
            yield from self._option(name, option, option_key, value)
            yield from self._variables(value, name, (option,))

    def _option(self, service: str, option: str, key: Scalar, node: Node) -> Iterable[RawFact]:
        file, directory, budget = self.file, self._directory, self.budget
        items = [item for item in node.items if budget.visit()] if isinstance(node, Sequence) else []
        if option == "ports":
            return [fact for item in items for fact in ports(file, service, item, budget)]
        if option == "volumes":
            return [fact for item in items for fact in mounts(file, service, directory, item, budget)]
        if option == "env_file":
            return env_files(file, service, directory, node, budget)
        if option == "environment":
            return self._assignments(service, "compose.environment", node)
        if option == "extends":
            return self._extends(service, key, node)
        if option == "labels":
            return self._labels(service, node)
        if option == "build":
            return self._build(service, key, node)
        return ()

    def _build(self, service: str, key: Scalar, node: Node) -> Iterator[RawFact]:
        at = self._pair(key, node) if isinstance(node, Scalar) else self.file.site(key)
        yield from build(service, self._directory, at, node, self.budget)
        options = entries(node, self.budget)
        if "args" in options:
            yield from self._assignments(service, "compose.args", options["args"][1])

    def _extends(self, service: str, key: Scalar, node: Node) -> Iterator[ComposeExtends | Problem]:
        """Read `extends`: the name of a service of this file, or a service and its file."""
        options = {option: value for option, (_, value) in entries(node, self.budget).items()}
        target = text(node) or text(options.get("service"))
        written = text(options.get("file"))
        path = resolve(self._directory, written) if written else self.file.lines.path
        if target:
            yield ComposeExtends(self._pair(key, node), service, path or "", target)
        if outside(self._directory, written):
            at = self._pair(key, node)
            yield Problem(at, "RT905", f"the service that {service} extends lies outside of the checked folder")

    def _labels(self, service: str, node: Node) -> Iterator[ComposeLabel]:
        """Read `labels`: a mapping, or a list of `name=value`."""
        for name, (key, value) in entries(node, self.budget).items():
            if isinstance(value, Scalar):
                yield ComposeLabel(self._pair(key, value), service, name, value.value)
        for item in node.items if isinstance(node, Sequence) else ():
            if isinstance(item, Scalar) and self.budget.visit():
                name, _, given = item.value.partition("=")
                yield ComposeLabel(self.file.site(item), service, name, given)

    def _assignments(self, service: str, source: str, node: Node) -> Iterator[EnvSet]:
        """Read `environment` or `args`: a mapping, or a list of `NAME=value`; without a value the caller's counts."""
        for name, (key, value) in entries(node, self.budget).items():
            if isinstance(value, Scalar):
                at = self._pair(key, value)
                placed = None if value.null else self.file.placed(value)
                expr = None if value.null else self._value(value).value
                yield self._assignment(at, name, source, service, placed, expr)
        for item in node.items if isinstance(node, Sequence) else ():
            found = _ASSIGNMENT.match(item.value) if isinstance(item, Scalar) and self.budget.visit() else None
            if found and isinstance(item, Scalar) and (found[2] or found.end() == len(item.value)):
                placed = self.file.placed(item).part(found.end(), len(item.value)) if found[2] else None
                expr = None if placed is None else interpolation.parse(placed).value
                yield self._assignment(self.file.site(item), found[1], source, service, placed, expr)

    def _assignment(
        self, at: Site, name: str, source: str, service: str, placed: Placed | None, expr: Expr | None
    ) -> EnvSet:
        if placed is None or expr is None:
            return EnvSet(at, name, source, service, at, EnvVar(at, name, "compose"))
        value_at = placed.whole() if placed.text else at
        return EnvSet(at, name, source, service, value_at, expr)

    def _pair(self, key: Scalar, value: Node) -> Site:
        """Return the site of a pair; of its key alone when the value stands elsewhere, behind an alias."""
        return self.file.lines.site(key.start, value.end if value.start >= key.end else key.end)

    def _variables(self, node: Node, service: str, keys: tuple[str, ...]) -> Iterator[RawFact]:
        """Yield the variables in all values below a node; outside of services those that no service has merged."""
        if (not service and id(node) in self._read) or len(keys) > MAX_DEPTH or not self.budget.visit():
            return
        if isinstance(node, Scalar):
            yield from self._scalar(node, service, keys)
        elif isinstance(node, Sequence):
            for item in node.items:
                yield from self._variables(item, service, (*keys, _item_key(item, keys)))
        elif service:
            for key, (_, value) in entries(node, self.budget).items():
                yield from self._variables(value, service, (*keys, key))
        else:
            for name, value in node.pairs:
                yield from self._variables(value, service, (*keys, name.value if isinstance(name, Scalar) else ""))
        self._read.add(id(node))

    def _scalar(self, node: Scalar, service: str, keys: tuple[str, ...]) -> Iterator[RawFact]:
        if "$" in node.value:
            found = self._value(node)
            if id(node) not in self._read:
                yield from found.problems
            key = ".".join(part for part in keys if part)
            for each in found.references:
                yield Interpolation(each.at, each.name, each.operator, each.default, service, key)


def _item_key(item: Node, keys: tuple[str, ...]) -> str:
    """Return the variable that an item of `environment` or `args` sets; other items have no key of their own."""
    found = _ASSIGNMENT.match(item.value) if keys[-1] in {"environment", "args"} and isinstance(item, Scalar) else None
    return found[1] if found else ""
