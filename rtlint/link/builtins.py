"""JavaScript's own conversions, comparisons and text functions, as far as settings are made with them.

Sources: ECMA-262, sections 7.1 (type conversion), 7.2.14/15 (loose and strict equality), 22.1.3 (String.prototype).
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping

from rtlint.facts.expressions import Scalar


def text(value: Scalar) -> str:
    """Return `String(value)`."""
    if value is None:
        return "undefined"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def truthy(value: Scalar) -> bool:
    """Return `Boolean(value)`: every text but the empty one is true, `"false"` included."""
    return bool(value) and not (isinstance(value, float) and math.isnan(value))


def number(value: Scalar) -> float | int:
    """Return `Number(value)`; NaN for a text that is no number."""
    if isinstance(value, str):
        stripped = value.strip()
        try:
            return float(stripped) if stripped else 0
        except ValueError:
            return math.nan
    return math.nan if value is None else float(value)


def compare(operator: str, left: Scalar, right: Scalar) -> bool | None:
    """Return the result of `===`, `!==`, `==`, `!=`; None for other operators."""
    if operator in {"===", "!=="}:
        same = left == right and isinstance(left, str) == isinstance(right, str)
        same = same and isinstance(left, bool) == isinstance(right, bool)
        return same == (operator == "===")
    if operator in {"==", "!="}:
        return _loosely_equal(left, right) == (operator == "==")
    return None


def _loosely_equal(left: Scalar, right: Scalar) -> bool:
    if left is None or right is None:
        return left is right
    if isinstance(left, str) and isinstance(right, str):
        return left == right
    return number(left) == number(right)


def _parse(value: Scalar) -> Scalar:
    parsed = json.loads(text(value))
    if isinstance(parsed, (dict, list)):
        raise TypeError
    return parsed  # type: ignore[no-any-return]


def _replace(value: Scalar, old: Scalar, new: Scalar) -> str:
    return text(value).replace(text(old), text(new), 1)


FUNCTIONS: Mapping[str, Callable[..., Scalar]] = {
    "String": text,
    "Number": number,
    "Boolean": truthy,
    "parseInt": lambda value, _radix=10: int(number(value)),
    "parseFloat": number,
    "encodeURI": text,
    "JSON.parse": _parse,
}
"""Global functions by name."""

METHODS: Mapping[str, Callable[..., Scalar]] = {
    "toString": text,
    "trim": lambda value: text(value).strip(),
    "toLowerCase": lambda value: text(value).lower(),
    "toUpperCase": lambda value: text(value).upper(),
    "concat": lambda *parts: "".join(map(text, parts)),
    "replace": _replace,
    "replaceAll": lambda value, old, new: text(value).replace(text(old), text(new)),
    "startsWith": lambda value, start: text(value).startswith(text(start)),
    "endsWith": lambda value, end: text(value).endswith(text(end)),
    "includes": lambda value, part: text(part) in text(value),
}
"""Methods of strings by name; the receiver is the first argument."""
