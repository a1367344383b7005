"""Quick dataclasses do what those of the standard library do."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from collections.abc import Callable
from typing import Annotated, Any

import pytest

from rtlint.facts import records


class Marked:
    __slots__ = ()
    at: int


def classes(make: Callable[..., Any], field: Callable[..., Any]) -> dict[str, Any]:
    """Return the same classes, made by one maker with its fields."""

    @make(frozen=True, slots=True)
    class Point(Marked):
        """A point."""

        at: Annotated[int, "place"]
        name: str = "origin"
        others: tuple[int, ...] = ()

        @property
        def twice(self) -> int:
            return self.at * 2

    @make(frozen=True, slots=True)
    class Point3(Point):
        depth: int = 3
        name: str = "deep"

    @make(frozen=True, slots=True)
    class Empty:
        pass

    @make(frozen=True, slots=True)
    class One:
        value: object

    @make(frozen=True, slots=True)
    class Special:
        value: int = field(default=1, compare=False)
        values: list[int] = field(default_factory=list)

    @make(slots=True)
    class Changing:
        """A state."""

        _names: str
        found: list[int] = field(default_factory=list)
        _values: dict[str, int] = field(default_factory=dict, init=False)
        count: int = 0
        _held: int = field(init=False)
        kept: tuple[int, ...] = field(default=(1,))

        def __post_init__(self) -> None:
            self._held = self.count * 2

    @make(slots=True, eq=False)
    class Itself:
        value: int = 1

    return {item.__name__: item for item in (Point, Point3, Empty, One, Special, Changing, Itself)}


OURS = classes(records.dataclass, records.field)
THEIRS = classes(dataclasses.dataclass, dataclasses.field)
CALLS: list[tuple[str, tuple[object, ...], dict[str, object]]] = [
    ("Point", (1,), {}),
    ("Point", (1, "a"), {"others": (2, 3)}),
    ("Point", (), {"name": "a", "at": 5}),
    ("Point", (), {}),
    ("Point", (1, 2, 3, 4), {}),
    ("Point", (1,), {"at": 2}),
    ("Point", (1,), {"unknown": 2}),
    ("Point", ([],), {}),
    ("Point3", (1,), {}),
    ("Point3", (1, "b", (), 9), {}),
    ("Empty", (), {}),
    ("One", ((1, 2),), {}),
    ("Changing", ("a",), {}),
    ("Changing", ("a", [1], 5), {"kept": ()}),
    ("Changing", (), {}),
    ("Changing", ("a",), {"_values": {}}),
    ("Changing", ("a",), {"_held": 1}),
    ("Special", (), {}),
    ("Special", (2, [3]), {}),
]


def done(action: Callable[[], object]) -> str:
    """Return what an action gives, or the kind of its error, as a text without the names of test functions."""
    try:
        return repr(action())
    except Exception as error:  # noqa: BLE001 - whatever it is, both must raise the same.
        return type(error).__name__


QUESTIONS: dict[str, Callable[[Any], object]] = {
    "repr": repr,
    "hash": hash,
    "fields": lambda it: [(item.name, item.type, item.default) for item in dataclasses.fields(it)],
    "is a dataclass": dataclasses.is_dataclass,
    "as a tuple": dataclasses.astuple,
    "replaced": lambda it: dataclasses.replace(it, **{dataclasses.fields(it)[0].name: 7}),
    "replaced here": lambda it: records.replace(it, **{dataclasses.fields(it)[0].name: 7}),
    "replaced but for what is not given": lambda it: records.replace(it, _held=7),
    "equal to itself": lambda it: it == copy.copy(it),
    "equal to another": lambda it: it == 5,
    "copied": copy.deepcopy,
    "set": lambda it: setattr(it, "at", 3),
    "set something else": lambda it: setattr(it, "elsewhere", 3),
    "deleted": lambda it: delattr(it, "at"),
    "matched": lambda it: type(it).__match_args__,
    "without a dictionary": lambda it: hasattr(it, "__dict__"),
    "documented": lambda it: (type(it).__doc__ or "").startswith("A point"),
    "computed": lambda it: it.twice,
}


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize(("name", "given", "named"), CALLS)
def test_both_answer_the_same(name: str, given: tuple[object, ...], named: dict[str, object], question: str) -> None:
    def ask(made: dict[str, Any]) -> str:
        return done(lambda: QUESTIONS[question](made[name](*given, **named)))

    if name != "Changing" and question in {"set", "set something else", "deleted"}:
        # The standard library stumbles over its own refusal in classes with slots.
        assert ask(OURS) in {"FrozenInstanceError", "TypeError"}
        assert ask(THEIRS) in {"FrozenInstanceError", "TypeError"}
    else:
        assert ask(OURS) == ask(THEIRS)


def test_equal_values_of_different_classes_differ() -> None:
    assert OURS["Point"](1) != OURS["Point3"](1)
    assert OURS["Point"](1) == OURS["Point"](1, "origin")
    assert len({OURS["Point"](1), OURS["Point"](1), OURS["Point"](2)}) == 2


def test_without_eq_each_instance_is_itself() -> None:
    one, other = OURS["Itself"](2), OURS["Itself"](2)
    assert one == one
    assert one != other
    assert len({one, other, one}) == 2


def test_a_fact_can_be_pickled() -> None:
    from rtlint.facts.expressions import Literal, Template
    from rtlint.facts.site import Site

    at = Site("a", 1, 1, 1, 2)
    fact = Template(at, (Literal(at, "x"), Literal(at, None)))
    assert pickle.loads(pickle.dumps(fact)) == fact  # noqa: S301 - what was pickled a moment ago
    match fact:
        case Template(place, parts):
            assert (place, len(parts)) == (at, 2)
