"""What a variable inside a dotenv value stands for, in each dialect: as values and as expressions.

node: dotenv-expand 12.0.3 of npm as Vite vendors it
(https://github.com/motdotla/dotenv-expand/blob/v12.0.3/lib/main.js); it also expands what stands in single quotes,
because it gets the values without their quotes.
compose: the interpolation of compose files, except in single quotes.
python: python-dotenv 1.2 (https://github.com/theskumar/python-dotenv/blob/main/src/dotenv/variables.py), in any quotes,
with the precedence of `load_dotenv()`: the process wins.
"""

from __future__ import annotations

import re
from collections import ChainMap
from collections.abc import Iterator, Mapping

from rtlint.extract import interpolation
from rtlint.extract.dotenv_text import Placed
from rtlint.facts.expressions import Conditional, EnvVar, Expr, Fallback, Literal, Template, Unknown
from rtlint.patterns import regex

VIA = "dotenv"
MAX_DEPTH = 40
MAX_STEPS = 5000
MAX_LENGTH = 20_000
"""Bounds: nesting, replacements in all values together, and how long a value may be while variables in it are replaced.

dotenv-expand itself never ends on some cycles.
"""

_NODE = regex(r"(?<!\\)\$\{([^{}]+)\}|(?<!\\)\$([A-Za-z_][A-Za-z0-9_]*)")
_NODE_TOKEN = regex(r"\\\$|\$\{|\$([A-Za-z_][A-Za-z0-9_]*)|[{}]")
_NODE_OPERATOR = regex(r":\+|\+|:-|-")
_PYTHON_NAME = regex(r"\$\{[^}:]*")
_PYTHON_END = regex(r"(?::-(?P<default>[^}]*))?\}")
_JS_PATTERN = regex(r"\$([$&`'])")


def expand(values: Mapping[str, str], environ: Mapping[str, str], dialect: str) -> dict[str, str]:
    """Replace the variables in the values of a dotenv file, or of several that were merged.

    Args:
        values: what `parse` returns, in the order of the file. The node dialect expands after all lines are read; the
            others expand line by line, so a name that is set twice may have another value between its two lines.
        environ: the environment of the process.
        dialect: `node`, `compose` or `python`.

    Returns:
        The value that each name of `values` gets. In the node dialect a non-empty value of the process replaces that of
        the file; in the others it only decides what variables inside of values are.

    Raises:
        KeyError: there is no such dialect.
        InvalidInterpolationError: compose refuses a value.
        RequiredVariableError: a `${X:?error}` of the compose dialect has no value.
    """
    return _EXPAND[dialect](values, environ)


def expression(placed: Placed, dialect: str) -> interpolation.Interpolated:
    """Read a dotenv value as an expression, in which variables are `EnvVar` with `via="dotenv"`.

    Args:
        placed: the value as `tokenize` gives it.
        dialect: `node`, `compose` or `python`.

    Raises:
        KeyError: there is no such dialect.
    """
    if dialect == "compose":
        return interpolation.parse(placed, VIA)
    reader = {"node": _node_expression, "python": _python_expression}[dialect]
    return interpolation.Interpolated(reader(placed), (), ())


def _expand_node(values: Mapping[str, str], environ: Mapping[str, str]) -> dict[str, str]:
    running = {name: values[name] for name in sorted(values, key=_js_key_order)}
    steps = iter(range(MAX_STEPS))
    for name, value in running.items():
        process = environ.get(name)
        own = process if process and process != value else _expand_value(value, environ, running, steps)
        running[name] = own.replace("\\$", "$")
    return {name: running[name] for name in values}


def _js_key_order(name: str) -> tuple[int, int]:
    """Order names as JavaScript orders an object's keys: array indices first (ECMA-262, OrdinaryOwnPropertyKeys)."""
    index = name.isascii() and name.isdigit() and (name == "0" or name[0] != "0") and int(name[:12]) < 2**32 - 1
    return (0, int(name)) if index else (1, 0)


def _expand_value(value: str, environ: Mapping[str, str], running: Mapping[str, str], steps: Iterator[int]) -> str:
    """Follow `expandValue`: replace the first variable until there is none, a cycle shows or a bound is met."""
    seen: set[str] = set()
    while (found := _NODE.search(value)) and len(value) <= MAX_LENGTH and next(steps, None) is not None:
        seen.add(value)
        key, replacement = _node_replacement(found[1] or found[2], environ, running, seen)
        value = value.replace(found[0], _js_replacement(replacement, value, found[0]), 1)
        if key in running and value == running[key]:
            break
    return value


def _node_replacement(
    inner: str, environ: Mapping[str, str], running: Mapping[str, str], seen: set[str]
) -> tuple[str, str]:
    """Return the variable that an expression names, and its replacement."""
    operator = _NODE_OPERATOR.search(inner)
    # Without an operator dotenv-expand calls split(null), which JavaScript takes for split("null").
    key, *rest = inner.split(operator[0] if operator else "null")
    default = (operator[0] if operator else "null").join(rest)
    known = environ[key] if key in environ else running.get(key, "")
    if operator and operator[0].endswith("+"):
        return key, default if known else ""
    return key, known if known and known not in seen else default


def _js_replacement(replacement: str, value: str, template: str) -> str:
    """Resolve the `$` patterns that JavaScript's String.prototype.replace knows in a replacement text."""
    if "$" not in replacement:
        return replacement
    before, _, after = value.partition(template)
    meanings = {"$": "$", "&": template, "`": before, "'": after}
    return _JS_PATTERN.sub(lambda found: meanings[found[1]], replacement)


def _expand_compose(values: Mapping[str, str], environ: Mapping[str, str]) -> dict[str, str]:
    expanded: dict[str, str] = {}
    known = ChainMap(dict(environ), expanded)
    for name, value in values.items():
        expanded[name] = interpolation.interpolate(value, known)
    return expanded


def _expand_python(values: Mapping[str, str], environ: Mapping[str, str]) -> dict[str, str]:
    expanded: dict[str, str] = {}
    known = ChainMap(dict(environ), expanded)
    for name, value in values.items():
        parts: list[str] = []
        position = 0
        for start, end, variable, default in _python_variables(value):
            parts += [value[position:start], known.get(variable, default or "")]
            position = end
        expanded[name] = "".join([*parts, value[position:]])
    return expanded


def _python_variables(text: str) -> Iterator[tuple[int, int, str, str | None]]:
    """Yield start, end, name and default of each `${NAME}` and `${NAME:-default}`, in linear time."""
    position, last = 0, text.rfind("}")
    while (found := _PYTHON_NAME.search(text, position)) and found.end() <= last:
        behind = _PYTHON_END.match(text, found.end())
        if behind:
            yield found.start(), behind.end(), found[0][2:], behind["default"]
        position = behind.end() if behind else found.end()


_EXPAND = {"node": _expand_node, "compose": _expand_compose, "python": _expand_python}


def _node_expression(placed: Placed) -> Expr:
    return _NodeReader(placed).sequence(0, len(placed.text))


class _NodeReader:
    """Reads a value of the node dialect: variables, with defaults that may hold variables again."""

    def __init__(self, placed: Placed) -> None:
        self._placed = placed
        self._text = placed.text
        self._closes = _node_closes(placed.text)

    def sequence(self, start: int, end: int, depth: int = 0) -> Expr:
        """Return the value of a part of the text."""
        parts: list[Expr] = []
        position = literal = start
        while found := _NODE_TOKEN.search(self._text, position, end):
            position = self._behind(found, end)
            if position > found.end() or found[1]:
                self._literal(parts, literal, found.start())
                parts.append(self._variable(found, position, depth))
                literal = position
        self._literal(parts, literal, end)
        if len(parts) == 1:
            return parts[0]
        at = self._placed.site(start, end)
        return Template(at, tuple(parts)) if parts else Literal(at, "")

    def _behind(self, found: re.Match[str], end: int) -> int:
        """Return where a token ends: for a `${` that begins an expression, behind its brace."""
        close = self._closes.get(found.start(), end) if found[0] == "${" else end
        return close + 1 if close < end else found.end()

    def _literal(self, parts: list[Expr], start: int, end: int) -> None:
        if end > start:
            parts.append(Literal(self._placed.site(start, end), self._text[start:end].replace("\\$", "$")))

    def _variable(self, found: re.Match[str], behind: int, depth: int) -> Expr:
        at = self._placed.site(found.start(), behind)
        if found[1]:
            return EnvVar(at, found[1], VIA)
        if depth >= MAX_DEPTH:
            return Unknown(at, "variable nested too deep")
        start, end = found.end(), behind - 1
        operator = _NODE_OPERATOR.search(self._text, start, end)
        name = self._text[start : operator.start() if operator else end]
        if "$" in name or not name:
            return Unknown(at, "computed name of a variable")
        variable = EnvVar(at, name, VIA)
        if operator is None:
            return variable
        operand = self.sequence(operator.end(), end, depth + 1)
        # An empty variable counts as missing with either spelling of the operator.
        if operator[0].endswith("-"):
            return Fallback(at, ":-", variable, operand)
        return Conditional(at, variable, operand, Literal(at, ""))


def _node_closes(text: str) -> dict[int, int]:
    """Map each `${` to its `}`, for those with nothing but text, variables and such expressions in between."""
    closes: dict[int, int] = {}
    opened: list[int] = []
    for found in _NODE_TOKEN.finditer(text):
        if found[0] == "${":
            opened.append(found.start())
        elif found[0] == "{":
            opened.clear()
        elif found[0] == "}" and opened:
            start = opened.pop()
            if found.start() > start + 2:
                closes[start] = found.start()
            else:
                opened.clear()
    return closes


def _python_expression(placed: Placed) -> Expr:
    parts: list[Expr] = []
    position = 0
    for start, end, name, default in _python_variables(placed.text):
        if start > position:
            parts.append(Literal(placed.site(position, start), placed.text[position:start]))
        at = placed.site(start, end)
        variable = EnvVar(at, name, VIA)
        if default is None:
            parts.append(variable)
        else:
            # python-dotenv's `:-` tests for unset only, which compose spells `-`.
            right = Literal(placed.site(end - 1 - len(default), end - 1), default)
            parts.append(Fallback(at, "-", variable, right))
        position = end
    if position < len(placed.text) or not parts:
        parts.append(Literal(placed.site(position, len(placed.text)), placed.text[position:]))
    return parts[0] if len(parts) == 1 else Template(placed.whole(), tuple(parts))
