"""Origins: which package, or which global of the page, a callee comes from; and so which provider's client it makes."""

from __future__ import annotations

from rtlint.facts.expressions import Call, Expr, Literal, Member, Name, New
from rtlint.facts.raw import Construction, Import
from rtlint.facts.records import dataclass
from rtlint.link.index import Index
from rtlint.link.modules import Module, Modules
from rtlint.providers import Constructor, Provider, load_providers

_GLOBALS = frozenset({"window", "globalThis", "self", "global", "top", "parent"})
_LOADERS = {"require": "default", "import": "*"}
"""Functions that load a module, and what of it they give."""

_MAX_HOPS = 12


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a callee comes from: an export of a package, or (with an empty package) a global."""

    package: str
    name: str


class Origins:
    """Follows callees through bindings, imports and re-exports to a package from outside the repository."""

    def __init__(self, index: Index, modules: Modules) -> None:
        self._index = index
        self._modules = modules

    def client(self, fact: Construction) -> tuple[Provider, Constructor] | None:
        """Return the provider whose client the construction makes, with the constructor that was used."""
        origin = self.of(fact.at.path, fact.callee)
        if origin is None:
            return None
        for provider in load_providers().values():
            for constructor in provider.constructors:
                known = origin.package or fact.form == "new" or self._loaded(provider)
                if _fits(origin, constructor) and constructor.form == fact.form and known:
                    return provider, constructor
        return None

    def of(self, path: str, callee: Expr, hops: int = 0) -> Origin | None:
        """Return the origin of a callee; None when it is the repository's own or can't be followed."""
        if hops > _MAX_HOPS:
            return None
        if isinstance(callee, Name):
            return self._name(path, callee.name, hops)
        if isinstance(callee, New):
            made = self.of(path, callee.callee, hops + 1)
            return Origin(made.package, f"{made.name}()") if made else None
        if isinstance(callee, Call):
            return self._called(path, callee, hops + 1)
        return self._member(path, callee, hops + 1) if isinstance(callee, Member) else None

    def _member(self, path: str, callee: Member, hops: int) -> Origin | None:
        if isinstance(callee.object, Name) and callee.object.name in _GLOBALS:
            return Origin("", callee.name)
        base = self.of(path, callee.object, hops)
        if base is None:
            return None
        whole = base.package and (base.name == "*" or (base.name == "default" and callee.name == "default"))
        return Origin(base.package, callee.name if whole else f"{base.name}.{callee.name}")

    def _called(self, path: str, call: Call, hops: int) -> Origin | None:
        """Return the module that `require` or `import` gives; a method of a builder gives the builder again."""
        if isinstance(call.callee, Member):
            base = self.of(path, call.callee.object, hops)
            return base if base and base.name.endswith("()") else None
        first = call.arguments[0] if call.arguments else None
        function = call.callee.name if isinstance(call.callee, Name) else ""
        if function not in _LOADERS or not isinstance(first, Literal) or not isinstance(first.value, str):
            return None
        return None if self._modules.resolve(path, first.value) else Origin(first.value, _LOADERS[function])

    def _name(self, path: str, name: str, hops: int) -> Origin | None:
        module = self._modules.module(path)
        if module is None:
            return Origin("", name)
        if name in module.imports:
            return self._imported(path, module.imports[name], hops)
        if name in module.bindings:
            return self.of(path, module.bindings[name].value, hops + 1)
        return Origin("", name)

    def _imported(self, path: str, fact: Import, hops: int) -> Origin | None:
        if fact.form == "type":
            return None
        target = self._modules.resolve(path, fact.source)
        if target is None:
            return Origin(fact.source, fact.imported)
        if self._modules.declares(target, fact.imported):
            return None
        module = self._modules.module(target)
        return self._exported(module, fact.imported, hops + 1) if module else None

    def _exported(self, module: Module, name: str, hops: int) -> Origin | None:
        """Follow an export of the repository's own module to the package behind it."""
        found = module.exports.get(name)
        if hops > _MAX_HOPS or found is None:
            return None
        if found.value is not None:
            return self.of(module.path, found.value, hops + 1)
        if not found.source:
            return self._name(module.path, found.local, hops + 1)
        target = self._modules.resolve(module.path, found.source)
        if target is None:
            return Origin(found.source, found.local)
        inner = self._modules.module(target)
        return self._exported(inner, found.local, hops + 1) if inner else None

    def _loaded(self, provider: Provider) -> bool:
        """Tell whether a script tag loads the provider's library: else a global function of that name is one's own."""
        scripts = (fact.source for fact in self._index.of(Import) if fact.form == "script")
        return any(package in source or "socket.io.js" in source for source in scripts for package in provider.packages)


def _fits(origin: Origin, constructor: Constructor) -> bool:
    if not origin.package:
        return origin.name in constructor.names
    names = {origin.name, origin.name.removeprefix("default.")}
    return origin.package == constructor.package and not names.isdisjoint(constructor.exports)
