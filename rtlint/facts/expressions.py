"""Value expressions: the part of a program that decides a setting, as a small tree.

An extractor writes down what it reads and concludes nothing; link folds the tree for each environment. Whatever has no
node of its own here is `Unknown`, with the reason, so that `rtlint check -v` can list what was not understood.
"""

from __future__ import annotations

from typing import TypeAlias

from rtlint.facts.records import dataclass
from rtlint.facts.site import Site

Scalar: TypeAlias = str | int | float | bool | None


GIVEN_LATER = "given when compose starts"
"""The reason of what whoever runs the project has to give: nothing that was not understood."""


@dataclass(frozen=True, slots=True)
class Literal:
    """A constant: string, number, boolean, or None for `null`, `undefined` and Python's `None`."""

    at: Site
    value: Scalar


@dataclass(frozen=True, slots=True)
class EnvVar:
    """A read of an environment variable.

    `via` names the interface as the language spells it: `import.meta.env`, `process.env`, `os.environ`, `dotenv` and
    `compose` (interpolation), `html` (`%VITE_X%`).
    """

    at: Site
    name: str
    via: str


@dataclass(frozen=True, slots=True)
class Name:
    """A name of the module's scope: a binding of this file or something imported."""

    at: Site
    name: str


@dataclass(frozen=True, slots=True)
class Member:
    """`object.name` or `object["name"]`."""

    at: Site
    object: Expr
    name: str


@dataclass(frozen=True, slots=True)
class Template:
    """A concatenation: template literal, `a + b` of strings, f-string, text with `${X}` in it."""

    at: Site
    parts: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Fallback:
    """`left`, or `right` when `left` is missing.

    `operator` says what missing means: `||` and Python's `or` (falsy), `??` and `default` (null or undefined, which is
    also what a default argument or a destructuring default tests), compose's `:-` (unset or empty), `-` (unset).
    """

    at: Site
    operator: str
    left: Expr
    right: Expr


@dataclass(frozen=True, slots=True)
class Conditional:
    """`test ? then : otherwise`."""

    at: Site
    test: Expr
    then: Expr
    otherwise: Expr


@dataclass(frozen=True, slots=True)
class Binary:
    """A comparison or `&&`, with the operator as written in JavaScript (`===`, `!==`, `==`, `!=`, `&&`)."""

    at: Site
    operator: str
    left: Expr
    right: Expr


@dataclass(frozen=True, slots=True)
class Not:
    """Logical negation."""

    at: Site
    operand: Expr


@dataclass(frozen=True, slots=True)
class Entry:
    """One key of an object literal; `at` is the whole entry, from key to value."""

    at: Site
    key: str
    value: Expr


@dataclass(frozen=True, slots=True)
class ObjectLiteral:
    """An object or dict literal. `spreads` are the `...x` in it: while one is unknown, an absent key is unknown too."""

    at: Site
    entries: tuple[Entry, ...]
    spreads: tuple[Expr, ...] = ()


@dataclass(frozen=True, slots=True)
class ArrayLiteral:
    """An array, list or tuple literal."""

    at: Site
    items: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """A call, kept because link may know what the callee returns (`getEnv("X")`, `String(x)`, `x.trim()`)."""

    at: Site
    callee: Expr
    arguments: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Function:
    """A function whose body does nothing but return a value; calling it is folding `result`.

    `parameters` are names, with `` for a pattern; `defaults` runs parallel, None where there is no default.
    """

    at: Site
    parameters: tuple[str, ...]
    defaults: tuple[Expr | None, ...]
    result: Expr


@dataclass(frozen=True, slots=True)
class Regex:
    """A regular expression literal: `/pattern/flags`."""

    at: Site
    pattern: str
    flags: str


@dataclass(frozen=True, slots=True)
class EnvObject:
    """The object of all environment variables (`process.env`), passed on as a whole; `via` as in `EnvVar`."""

    at: Site
    via: str


@dataclass(frozen=True, slots=True)
class Index:
    """`object[key]` where the key is computed."""

    at: Site
    object: Expr
    key: Expr


@dataclass(frozen=True, slots=True)
class New:
    """`new callee(...)`, where it decides a value: an instance of a class of the repository, or a `URL`."""

    at: Site
    callee: Expr
    arguments: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a function of the module's scope, or of a class's constructor, whose calls decide the value.

    `owner` is the name of the function or class, `index` the position of the parameter from 0.
    """

    at: Site
    owner: str
    index: int


@dataclass(frozen=True, slots=True)
class Unknown:
    """Something that decides a value and is not understood; `reason` is a noun phrase (`await`, `loop variable`)."""

    at: Site
    reason: str


Expr: TypeAlias = (
    Literal
    | EnvVar
    | Name
    | Member
    | Template
    | Fallback
    | Conditional
    | Binary
    | Not
    | ObjectLiteral
    | ArrayLiteral
    | Call
    | Function
    | Regex
    | EnvObject
    | Index
    | New
    | Parameter
    | Unknown
)
