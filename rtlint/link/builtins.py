"""JavaScript's own conversions, comparisons and text functions, as far as settings are made with them.

Sources: ECMA-262, sections 7.1 (type conversion), 7.2.14/15 (loose and strict equality), 22.1.3 (String.prototype).
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping
from urllib.parse import urljoin, urlsplit

from rtlint.facts.expressions import Scalar
from rtlint.facts.records import dataclass
from rtlint.link import regexes


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


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression of the analysed program; it runs under RE2, in time linear in the text."""

    body: str
    flags: str

    def substituted(self, value: str, new: str, *, every: bool) -> str:
        """Return the text with the first or every match replaced; `$1` in `new` is a group.

        Raises:
            ValueError: RE2 can't run the expression.
        """
        found = regexes.compiled(self.body, self.flags)
        if found is None:
            raise ValueError(self.body)
        rewritten = re.sub(r"\$(\d)", r"\\\1", new.replace("\\", "\\\\"))
        return str(found.sub(rewritten, value, count=0 if every or "g" in self.flags else 1))


class Items(tuple[str, ...]):
    """The texts of an array."""

    __slots__ = ()


class UrlText(str):
    """The text of a `URL` object: https://url.spec.whatwg.org/#url-class."""

    __slots__ = ()

    def part(self, name: str) -> str | None:
        """Return `href`, `origin`, `host`, ...; None for a property that a URL lacks."""
        parts = urlsplit(self)
        scheme = f"{parts.scheme}:" if parts.scheme else ""
        return {
            "href": str(self),
            "origin": f"{scheme}//{parts.netloc}",
            "host": parts.netloc,
            "hostname": parts.hostname or "",
            "port": str(parts.port or ""),
            "pathname": parts.path or "/",
            "protocol": scheme,
            "search": f"?{parts.query}" if parts.query else "",
        }.get(name)


def url(value: Scalar, base: Scalar = None) -> UrlText:
    """Return `new URL(value, base)`.

    Raises:
        ValueError: it is no URL.
    """
    joined = urljoin(text(base), text(value)) if base is not None else text(value)
    parts = urlsplit(joined)
    if not parts.netloc:
        raise ValueError(joined)
    return UrlText(parts._replace(path=parts.path or "/").geturl())


def _replace(value: Scalar, old: Scalar | Pattern, new: Scalar) -> str:
    if isinstance(old, Pattern):
        return old.substituted(text(value), text(new), every=False)
    return text(value).replace(text(old), text(new), 1)


def _replace_all(value: Scalar, old: Scalar | Pattern, new: Scalar) -> str:
    if isinstance(old, Pattern):
        return old.substituted(text(value), text(new), every=True)
    return text(value).replace(text(old), text(new))


def _join(value: Scalar | Items, separator: Scalar = ",") -> str:
    if not isinstance(value, Items):
        raise TypeError
    return text(separator).join(value)


def _slice(value: Scalar, start: Scalar = 0, end: Scalar = None) -> str:
    return text(value)[_whole(start) : None if end is None else _whole(end)]


def _substring(value: Scalar, start: Scalar = 0, end: Scalar = None) -> str:
    length = len(text(value))
    bounds = sorted(max(0, min(length, length if one is None else _whole(one))) for one in (start, end))
    return text(value)[bounds[0] : bounds[1]]


def _whole(value: Scalar) -> int:
    return int(number(value))


def _stringify(value: Scalar) -> str:
    return json.dumps(value, ensure_ascii=False)


FUNCTIONS: Mapping[str, Callable[..., Scalar]] = {
    "String": text,
    "Number": number,
    "Boolean": truthy,
    "parseInt": lambda value, _radix=10: int(number(value)),
    "parseFloat": number,
    "encodeURI": text,
    "JSON.parse": _parse,
    "JSON.stringify": _stringify,
}
"""Global functions by name."""

METHODS: Mapping[str, Callable[..., Scalar]] = {
    "toString": text,
    "trim": lambda value: text(value).strip(),
    "toLowerCase": lambda value: text(value).lower(),
    "toUpperCase": lambda value: text(value).upper(),
    "concat": lambda *parts: "".join(map(text, parts)),
    "replace": _replace,
    "replaceAll": _replace_all,
    "join": _join,
    "slice": _slice,
    "substring": _substring,
    "trimEnd": lambda value: text(value).rstrip(),
    "trimStart": lambda value: text(value).lstrip(),
    "startsWith": lambda value, start: text(value).startswith(text(start)),
    "endsWith": lambda value, end: text(value).endswith(text(end)),
    "includes": lambda value, part: (text(part) in value) if isinstance(value, Items) else text(part) in text(value),
}
"""Methods of strings by name; the receiver is the first argument."""
