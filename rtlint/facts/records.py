"""Dataclasses that are quick to define.

A run defines some 300 of them, and the standard library takes 0.4 ms for each: a tenth of a whole check. What is asked
of an instance is the same here as there (https://docs.python.org/3.11/library/dataclasses.html), and type checkers see
the real thing. What differs is when the work is done: constructors and field descriptions are made when they are first
needed, which for most classes is never.
"""

from __future__ import annotations

from functools import cache
from operator import attrgetter
from types import CodeType, FunctionType
from typing import TYPE_CHECKING, Any

__all__ = ["dataclass", "field", "replace"]

if TYPE_CHECKING:
    from dataclasses import dataclass, field, replace
else:

    def field(**given: Any) -> Any:
        """Return what `dataclasses.field` does, with the same arguments, for the dataclasses of this module."""
        return _Given(given)

    def replace(of: Any, /, **changes: Any) -> Any:
        """Do what `dataclasses.replace` does."""
        if not hasattr(of, "_record_names"):
            import dataclasses

            return dataclasses.replace(of, **changes)
        for name in of._record_names:
            if not _is_given(of._record_defaults.get(name)):
                if name in changes:
                    raise ValueError(f"field {name} is declared with init=False, it cannot be specified with replace()")
            elif name not in changes:
                changes[name] = getattr(of, name)
        return of.__class__(**changes)

    def dataclass(*, frozen: bool = False, slots: bool = False, eq: bool = True, **others: Any) -> Any:
        """Do what `dataclasses.dataclass` does, faster for classes with slots and plain fields."""

        def made(cls: Any) -> Any:
            if slots and not others and _is_plain(cls):
                return _record(cls, frozen, eq)
            import dataclasses

            for name, given in list(vars(cls).items()):
                if isinstance(given, _Given):
                    setattr(cls, name, dataclasses.field(**given.arguments))
            return dataclasses.dataclass(frozen=frozen, slots=slots, eq=eq, **others)(cls)

        return made


class _Given:
    """What a class says of a field."""

    __slots__ = ("arguments", "default", "default_factory", "init")

    def __init__(self, arguments: dict[str, Any]) -> None:
        self.arguments = arguments
        self.default = arguments.get("default", _MISSING)
        self.default_factory = arguments.get("default_factory", _MISSING)
        self.init = arguments.get("init", True)


_MISSING = object()
_KNOWN = {"default", "default_factory", "init"}


def _is_plain(cls: Any) -> bool:
    """Tell whether a class needs nothing that the standard library alone can do."""
    own = vars(cls)
    given = (own.get(name) for name in own.get("__annotations__", {}))
    special = any(_is_special(item) for item in given)
    named = {"__init__", "__eq__", "__hash__", "__repr__", "__setattr__"} & own.keys()
    bases = (base for base in cls.__mro__[1:-1] if "__dataclass_fields__" in vars(base))
    return not special and not named and all("_record_names" in vars(base) for base in bases)


def _is_special(default: Any) -> bool:
    """Tell whether a field is given by the standard library's `field`, or by one with options that only that knows."""
    if isinstance(default, _Given):
        return not default.arguments.keys() <= _KNOWN
    return type(default).__module__ == "dataclasses"


def _record(cls: Any, frozen: bool, eq: bool) -> Any:
    """Return a dataclass with slots in the place of a class."""
    inherited: Any = next((vars(base) for base in cls.__mro__[1:] if "_record_names" in vars(base)), {})
    own = dict(vars(cls))
    annotated = [name for name in own.get("__annotations__", {}) if name not in inherited.get("_record_names", ())]
    defaults = {name: own.pop(name) for name in list(own.get("__annotations__", {})) if name in own}
    names = (*inherited.get("_record_names", ()), *annotated)
    defaults = {**inherited.get("_record_defaults", {}), **defaults}
    for name in ("__dict__", "__weakref__"):
        own.pop(name, None)
    own |= {
        "__slots__": tuple(annotated),
        "__match_args__": tuple(name for name in names if _is_given(defaults.get(name))),
        "__dataclass_fields__": _Fields(),
        "__init__": _first_init,
        "__repr__": _repr,
        "_record_names": names,
        "_record_defaults": defaults,
        "_record_values": staticmethod(_getter(names)),
        "_record_held": lambda self: self._record_values(self),
    }
    if eq:
        own |= {"__eq__": _equals, "__hash__": _hash if frozen else None}
    if frozen:
        own |= {"__reduce__": _reduce, "__setattr__": _refuse_set, "__delattr__": _refuse_delete}
    made = type(cls)(cls.__name__, cls.__bases__, own)
    made.__qualname__ = cls.__qualname__
    deferrable = [name for name in annotated if _DEFERRABLE in own["__annotations__"][name]]
    return _defer(made, deferrable) if deferrable else made


def _is_given(default: Any) -> bool:
    """Tell whether the constructor takes a field, by the default of it."""
    return not isinstance(default, _Given) or default.init


_DEFERRABLE = "DEFERRABLE"
"""What marks the annotation of a field that may hold a `rtlint.facts.later.Later`."""


def _defer(cls: Any, names: list[str]) -> Any:
    """Let fields hold something that is read when they are asked for; it is pickled as it is held."""
    from rtlint.facts.later import Deferrable

    for name in names:
        setattr(cls, name, Deferrable(vars(cls)[name]))
    held = [getattr(cls, name).held if name in names else attrgetter(name) for name in cls._record_names]
    cls._record_held = lambda self: tuple([get(self) for get in held])
    return cls


def _getter(names: tuple[str, ...]) -> Any:
    """Return what gets the values of an instance as a tuple."""
    if len(names) > 1:
        return attrgetter(*names)
    return (lambda self, get=attrgetter(*names): (get(self),)) if names else (lambda _self: ())


class _Fields:
    """The descriptions of the fields, which `dataclasses.fields` and `replace` ask for."""

    def __get__(self, _instance: object, owner: Any) -> dict[str, Any]:
        kinds = {name: kind for base in reversed(owner.__mro__) for name, kind in _annotations(base).items()}
        found = {name: _field(name, kinds[name], owner._record_defaults) for name in owner._record_names}
        owner.__dataclass_fields__ = found
        return found


def _field(name: str, kind: Any, defaults: dict[str, Any]) -> Any:
    import dataclasses

    given = defaults.get(name, dataclasses.MISSING)
    made: Any = dataclasses.field(**given.arguments) if isinstance(given, _Given) else dataclasses.field(default=given)
    # What tells a field from an InitVar or a ClassVar: `dataclasses.fields` looks for it.
    made.name, made.type, made._field_type = name, kind, vars(dataclasses)["_FIELD"]
    made.kw_only = False
    return made


def _annotations(cls: type) -> dict[str, Any]:
    return dict(vars(cls).get("__annotations__", {}))


def _first_init(self: Any, *given: Any, **named: Any) -> None:
    """Make the constructor of a class, put it in the place of this one, and run it."""
    cls: Any = next(base for base in type(self).__mro__ if "_record_names" in vars(base))
    cls.__init__ = _constructor(cls)
    cls.__init__(self, *given, **named)


def _constructor(cls: Any) -> Any:
    scope: dict[str, Any] = {"_nothing": _NOTHING}
    lines, parameters, defaults = [], [], []
    for place, name in enumerate(cls._record_names):
        scope[f"_set_{place}"] = getattr(cls, name).__set__
        given = cls._record_defaults.get(name, _MISSING)
        factory = given.default_factory if isinstance(given, _Given) else _MISSING
        default = given.default if isinstance(given, _Given) else given
        value = f"_{place}"
        if factory is not _MISSING:
            scope[f"_make_{place}"], default = factory, _NOTHING
            value = f"_make_{place}() if {value} is _nothing else {value}" if _is_given(given) else f"_make_{place}()"
        if _is_given(given):
            parameters.append((place, name))
            defaults += [] if default is _MISSING else [default]
        elif factory is _MISSING:
            scope[f"_default_{place}"], value = default, f"_default_{place}"
        if default is not _MISSING or _is_given(given):
            lines.append(f"_set_{place}(self, {value})")
    if hasattr(cls, "__post_init__"):
        lines.append("self.__post_init__()")
    code = _code(tuple(place for place, _ in parameters), tuple(lines))
    taken = ("self", *(name for _, name in parameters))
    named = code.replace(co_varnames=taken, co_qualname=f"{cls.__qualname__}.__init__")
    return FunctionType(named, scope, "__init__", tuple(defaults))


@cache
def _code(parameters: tuple[int, ...], lines: tuple[str, ...]) -> CodeType:
    """Return the code of a constructor, which many classes share: to compile one takes 0.15 ms, and a run needs 150."""
    given = "".join(f", _{place}" for place in parameters)
    body = "\n".join(f"    {line}" for line in lines or ["pass"])
    scope: dict[str, Any] = {}
    exec(f"def __init__(self{given}) -> None:\n{body}", scope)  # noqa: S102 - nothing in it comes from outside.
    made: FunctionType = scope["__init__"]
    return made.__code__


_NOTHING = object()
"""What a constructor has for an argument that is made when it is not given."""


def _equals(self: Any, other: Any) -> Any:
    return (
        self._record_values(self) == other._record_values(other)
        if other.__class__ is self.__class__
        else NotImplemented
    )


def _hash(self: Any) -> int:
    return hash(self._record_values(self))


def _repr(self: Any) -> str:
    values = zip(self._record_names, self._record_values(self), strict=True)
    return f"{type(self).__qualname__}({', '.join(f'{name}={value!r}' for name, value in values)})"


def _reduce(self: Any) -> tuple[Any, ...]:
    return type(self), self._record_held()


def _refuse_set(_self: object, name: str, _value: object) -> None:
    import dataclasses

    raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_delete(_self: object, name: str) -> None:
    import dataclasses

    raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")
