"""Frozen dataclasses that are quick to define.

A run defines some 270 of them, and the standard library takes 0.4 ms for each: a tenth of a whole check. What is asked
of an instance is the same here as there (https://docs.python.org/3.11/library/dataclasses.html), and type checkers see
the real thing. What differs is when the work is done: constructors and field descriptions are made when they are first
needed, which for most classes is never.
"""

from __future__ import annotations

import dataclasses
from operator import attrgetter
from typing import TYPE_CHECKING, Any

__all__ = ["dataclass"]

if TYPE_CHECKING:
    from dataclasses import dataclass
else:

    def dataclass(*, frozen: bool = False, slots: bool = False, **others: Any) -> Any:
        """Do what `dataclasses.dataclass` does, faster for frozen classes with slots and plain defaults."""
        if not (frozen and slots) or others:
            return dataclasses.dataclass(frozen=frozen, slots=slots, **others)
        return lambda cls: _record(cls) if _is_plain(cls) else dataclasses.dataclass(frozen=True, slots=True)(cls)


def _is_plain(cls: Any) -> bool:
    """Tell whether a class needs nothing that the standard library alone can do."""
    own = vars(cls)
    special = any(isinstance(own.get(name), dataclasses.Field) for name in own.get("__annotations__", {}))
    named = {"__post_init__", "__init__", "__eq__", "__hash__", "__repr__", "__setattr__"} & own.keys()
    bases = (base for base in cls.__mro__[1:-1] if "__dataclass_fields__" in vars(base))
    return not special and not named and all("_names" in vars(base) for base in bases)


def _record(cls: Any) -> Any:
    """Return a frozen dataclass with slots in the place of a class."""
    inherited: Any = next((vars(base) for base in cls.__mro__[1:] if "_names" in vars(base)), {})
    own = dict(vars(cls))
    annotated = [name for name in own.get("__annotations__", {}) if name not in inherited.get("_names", ())]
    defaults = {name: own.pop(name) for name in list(own.get("__annotations__", {})) if name in own}
    names = (*inherited.get("_names", ()), *annotated)
    for name in ("__dict__", "__weakref__"):
        own.pop(name, None)
    own |= {
        "__slots__": tuple(annotated),
        "__match_args__": names,
        "__dataclass_fields__": _Fields(),
        "__init__": _first_init,
        "__eq__": _equals,
        "__hash__": _hash,
        "__repr__": _repr,
        "__reduce__": _reduce,
        "__setattr__": _refuse_set,
        "__delattr__": _refuse_delete,
        "_names": names,
        "_defaults": {**inherited.get("_defaults", {}), **defaults},
        "_values": staticmethod(_getter(names)),
        "_held": lambda self: self._values(self),
    }
    made = type(cls)(cls.__name__, cls.__bases__, own)
    made.__qualname__ = cls.__qualname__
    deferrable = [name for name in annotated if _DEFERRABLE in own["__annotations__"][name]]
    return _defer(made, deferrable) if deferrable else made


_DEFERRABLE = "DEFERRABLE"
"""What marks the annotation of a field that may hold a `rtlint.facts.later.Later`."""


def _defer(cls: Any, names: list[str]) -> Any:
    """Let fields hold something that is read when they are asked for; it is pickled as it is held."""
    from rtlint.facts.later import Deferrable

    for name in names:
        setattr(cls, name, Deferrable(vars(cls)[name]))
    held = [getattr(cls, name).held if name in names else attrgetter(name) for name in cls._names]
    cls._held = lambda self: tuple([get(self) for get in held])
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
        found = {name: _field(name, kinds[name], owner._defaults) for name in owner._names}
        owner.__dataclass_fields__ = found
        return found


def _field(name: str, kind: Any, defaults: dict[str, Any]) -> Any:
    made: Any = dataclasses.field(default=defaults.get(name, dataclasses.MISSING))
    made.name, made.type, made._field_type = name, kind, _FIELD
    return made


_FIELD: Any = vars(dataclasses)["_FIELD"]
"""What tells a field from an InitVar or a ClassVar: `fields` and `replace` look for it."""


def _annotations(cls: type) -> dict[str, Any]:
    return dict(vars(cls).get("__annotations__", {}))


def _first_init(self: Any, *given: Any, **named: Any) -> None:
    """Make the constructor of a class, put it in the place of this one, and run it."""
    cls: Any = next(base for base in type(self).__mro__ if "_names" in vars(base))
    parameters = (f"{name}=_default_{name}" if name in cls._defaults else name for name in cls._names)
    lines = [f"def __init__(self, {', '.join(parameters)}) -> None:"]
    lines += [f"    _set_{name}(self, {name})" for name in cls._names] or ["    pass"]
    scope = {f"_set_{name}": getattr(cls, name).__set__ for name in cls._names}
    scope |= {f"_default_{name}": value for name, value in cls._defaults.items()}
    exec("\n".join(lines), scope)  # noqa: S102 - made of the names of our own fields, as dataclasses does it.
    cls.__init__ = scope["__init__"]
    scope["__init__"](self, *given, **named)


def _equals(self: Any, other: Any) -> Any:
    return self._values(self) == other._values(other) if other.__class__ is self.__class__ else NotImplemented


def _hash(self: Any) -> int:
    return hash(self._values(self))


def _repr(self: Any) -> str:
    values = zip(self._names, self._values(self), strict=True)
    return f"{type(self).__qualname__}({', '.join(f'{name}={value!r}' for name, value in values)})"


def _reduce(self: Any) -> tuple[Any, ...]:
    return type(self), self._held()


def _refuse_set(_self: object, name: str, _value: object) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_delete(_self: object, name: str) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")
