"""Stripping: options by which a bundler removes the calls of console methods from what it builds.

- esbuild's `drop` and `pure`: https://esbuild.github.io/api/#drop, https://esbuild.github.io/api/#pure
- terser's `drop_console` and `pure_funcs`: https://terser.org/docs/options/#compress-options
- Next.js's `removeConsole`: https://nextjs.org/docs/architecture/nextjs-compiler#remove-console
"""

from __future__ import annotations

from collections.abc import Iterator

from rtlint.facts.derived import Suppressor
from rtlint.facts.expressions import ArrayLiteral, Binary, Conditional, Expr, Fallback, Literal, Unknown
from rtlint.facts.raw import ConfigOption
from rtlint.link.program import Program
from rtlint.link.suppression import page_role

_SERIOUS = ("error", "warn")
_ALL = "the whole console"


def console_strippings(program: Program) -> Iterator[Suppressor]:
    """Yield each option that removes `console.error` or `console.warn` in some build."""
    kept = {fact.at.path: _texts(fact.value) for fact in program.index.of(ConfigOption) if _is_exclusion(fact)}
    for fact in program.index.of(ConfigOption):
        methods = _removed(fact)
        spared = kept.get(fact.at.path, frozenset()) if fact.key.endswith("removeConsole") else frozenset()
        left = [name for name in methods if name not in spared]
        if left:
            words = _ALL if len(left) == len(_SERIOUS) else f"console.{left[0]}"
            yield _suppressor(program, fact, words)


def _suppressor(program: Program, fact: ConfigOption, methods: str) -> Suppressor:
    return Suppressor(
        file=fact.at.path,
        group=0,
        at=fact.at,
        other_at=None,
        methods=methods,
        forwards="stripped",
        serious=True,
        role=page_role(program, fact.at.path, injected=True),
        runtime="browser",
        hides="",
        sample=fact.key,
        filter_at=None,
    )


def _is_exclusion(fact: ConfigOption) -> bool:
    return fact.key.endswith("compiler.removeConsole.exclude")


def _removed(fact: ConfigOption) -> tuple[str, ...]:
    """Return which of `console.error` and `console.warn` an option removes."""
    name = fact.key.rpartition(".")[2]
    if fact.key.endswith(("esbuild.drop", "esbuildOptions.drop")):
        return _SERIOUS if "console" in _texts(fact.value) else ()
    if name == "drop_console" or fact.key.endswith("compiler.removeConsole"):
        return _SERIOUS if _may_be_true(fact) else tuple(item for item in _SERIOUS if item in _texts(fact.value))
    if name == "pure_funcs" or fact.key.endswith("esbuild.pure"):
        return tuple(item for item in _SERIOUS if f"console.{item}" in _texts(fact.value))
    return ()


def _may_be_true(fact: ConfigOption) -> bool:
    """Tell whether a switch is on in some build: `true`, an object of options, or a test of the mode."""
    arms = list(_arms(fact.value))
    known = any(isinstance(arm, Literal) and arm.value is True for arm in arms)
    known = known or (isinstance(fact.value, Unknown) and fact.value.reason == "object")
    return known or any(isinstance(arm, Binary) and arm.operator in {"===", "!==", "==", "!="} for arm in arms)


def _arms(value: Expr, depth: int = 0) -> Iterator[Expr]:
    if depth < 8 and isinstance(value, Conditional):
        yield from _arms(value.then, depth + 1)
        yield from _arms(value.otherwise, depth + 1)
    elif depth < 8 and (isinstance(value, Fallback) or (isinstance(value, Binary) and value.operator == "&&")):
        yield from _arms(value.left, depth + 1)
        yield from _arms(value.right, depth + 1)
    else:
        yield value


def _texts(value: Expr) -> frozenset[str]:
    """Return the strings of a list, in each arm of a condition."""
    items = [item for arm in _arms(value) if isinstance(arm, ArrayLiteral) for item in arm.items]
    return frozenset(item.value for item in items if isinstance(item, Literal) and isinstance(item.value, str))
