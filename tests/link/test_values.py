from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import pytest

from rtlint.facts.expressions import (
    ArrayLiteral,
    Binary,
    Call,
    Conditional,
    Entry,
    EnvVar,
    Expr,
    Fallback,
    Function,
    Literal,
    Member,
    Name,
    Not,
    ObjectLiteral,
    Scalar,
    Template,
    Unknown,
)
from rtlint.facts.raw import Binding, Export, Import
from rtlint.facts.site import Site
from rtlint.link.modules import Module
from rtlint.link.outcomes import MAX_OUTCOMES, Outcome, Outcomes, Waypoint
from rtlint.link.values import Folder

AT = Site("a.ts", 1, 1, 1, 2)


def lit(value: Scalar) -> Literal:
    return Literal(AT, value)


def env(name: str) -> EnvVar:
    return EnvVar(AT, name, "import.meta.env")


class Variables:
    def __init__(self, values: Mapping[str, str]) -> None:
        self.values = values

    def variable(self, expr: EnvVar, fold: Callable[[str, Expr], Outcomes]) -> Outcomes:
        if expr.name not in self.values:
            return ()
        site = Site(".env", 1, 1, 1, 9)
        return (Outcome(self.values[expr.name], "known", (Waypoint(site, "set here"),)),)


class Files:
    def __init__(self, *modules: Module) -> None:
        self.modules = {module.path: module for module in modules}

    def module(self, path: str) -> Module | None:
        return self.modules.get(path)

    def resolve(self, path: str, specifier: str) -> str | None:
        name = specifier.removeprefix("./") + ".ts"
        return name if name in self.modules else None

    def locate(self, path: str, name: str) -> tuple[str, str] | None:
        return (path, name) if path in self.modules and name in self.modules[path].bindings else None

    def calls(self, path: str, owner: str) -> Sequence[tuple[str, tuple[Expr, ...]]]:
        return ()

    def constant(self, path: str, name: str) -> tuple[str, Expr] | None:
        return None


def fold(expr: Expr, *modules: Module, every: bool = False, **variables: str) -> Outcomes:
    return Folder(Files(*modules), Variables(variables), every=every).fold("a.ts", expr)


def shown(outcomes: Outcomes) -> list[str]:
    return [outcome.text if outcome.state == "known" else outcome.state for outcome in outcomes]


@pytest.mark.parametrize(
    ("expr", "expected"),
    [
        (lit("x"), ["x"]),
        (lit(None), ["unset"]),
        (env("MISSING"), ["unset"]),
        (env("KEY"), ["k"]),
        (Fallback(AT, "||", env("KEY"), lit("d")), ["k"]),
        (Fallback(AT, "||", env("MISSING"), lit("d")), ["d"]),
        (Fallback(AT, "||", env("BLANK"), lit("d")), ["d"]),
        (Fallback(AT, "??", env("BLANK"), lit("d")), [""]),
        (Fallback(AT, ":-", env("BLANK"), lit("d")), ["d"]),
        (Fallback(AT, "-", env("BLANK"), lit("d")), [""]),
        (Fallback(AT, "||", Unknown(AT, "prop"), lit("d")), ["unknown"]),
        (Template(AT, (lit("/api/"), env("KEY"), lit(1))), ["/api/k1"]),
        (Template(AT, (lit("/api/"), env("MISSING"))), ["unknown"]),
        (Conditional(AT, Binary(AT, "===", env("ON"), lit("true")), lit("a"), lit("b")), ["a"]),
        (Conditional(AT, Binary(AT, "!==", env("MISSING"), lit("true")), lit("a"), lit("b")), ["a"]),
        (Conditional(AT, Unknown(AT, "prop"), lit("a"), lit("b")), ["a", "b"]),
        (Not(AT, env("MISSING")), ["true"]),
        (Not(AT, Unknown(AT, "prop")), ["unknown"]),
        (Binary(AT, "&&", env("ON"), lit("yes")), ["yes"]),
        (Binary(AT, "&&", env("BLANK"), lit("yes")), [""]),
        (Call(AT, Name(AT, "String"), (lit(True),)), ["true"]),
        (Call(AT, Member(AT, env("SPACED"), "trim"), ()), ["x"]),
        (Call(AT, Member(AT, Name(AT, "JSON"), "parse"), (env("ON"),)), ["true"]),
        (Call(AT, Name(AT, "somewhere"), ()), ["unknown"]),
        (Member(AT, ObjectLiteral(AT, (Entry(AT, "a", lit("1")), Entry(AT, "a", lit("2")))), "a"), ["2"]),
        (Member(AT, ObjectLiteral(AT, ()), "a"), ["unset"]),
        (Member(AT, ObjectLiteral(AT, (), (Unknown(AT, "prop"),)), "a"), ["unknown"]),
        (Member(AT, ArrayLiteral(AT, (lit(1),)), "length"), ["1"]),
    ],
)
def test_folding(expr: Expr, expected: list[str]) -> None:
    assert shown(fold(expr, KEY="k", BLANK="", ON="true", SPACED=" x ")) == expected


def test_every_source_of_a_fallback_is_found() -> None:
    expr = Fallback(AT, "||", env("KEY"), lit("d"))
    assert shown(fold(expr, every=True, KEY="k")) == ["k", "d"]


def test_the_way_leads_from_the_source_to_the_read() -> None:
    (outcome,) = fold(env("KEY"), KEY="k")
    assert [(point.at.path, point.label) for point in outcome.way] == [(".env", "set here"), ("a.ts", "read here")]


def test_a_call_folds_a_function_of_the_program_with_its_default() -> None:
    body = Fallback(AT, "??", env("KEY"), Name(AT, "given"))
    module = Module("a.ts", {"pick": Binding(AT, "pick", Function(AT, ("given",), (lit("z"),), body))})
    assert shown(fold(Call(AT, Name(AT, "pick"), (lit("mine"),)), module)) == ["mine"]
    assert shown(fold(Call(AT, Name(AT, "pick"), ()), module)) == ["z"]


def test_names_lead_through_imports_reexports_and_stars() -> None:
    here = Module("a.ts", imports={"URL": Import(AT, "./barrel", "URL", "URL", "import")})
    barrel = Module("barrel.ts", stars=[Export(AT, "*", "", "./config")])
    config = Module(
        "config.ts", {"base": Binding(AT, "base", lit("/api"))}, exports={"URL": Export(AT, "URL", "base", "")}
    )
    assert shown(fold(Name(AT, "URL"), here, barrel, config)) == ["/api"]


def test_namespace_members_and_cycles() -> None:
    here = Module(
        "a.ts",
        {"loop": Binding(AT, "loop", Name(AT, "loop"))},
        {"config": Import(AT, "./config", "*", "config", "import")},
    )
    config = Module("config.ts", {}, exports={"KEY": Export(AT, "KEY", "", "", lit("k"))})
    assert shown(fold(Member(AT, Name(AT, "config"), "KEY"), here, config)) == ["k"]
    assert shown(fold(Name(AT, "loop"), here)) == ["unknown"]


def test_too_many_values_and_too_deep_trees_are_unknown() -> None:
    pick: Expr = lit("0")
    for number in range(MAX_OUTCOMES + 2):
        pick = Conditional(AT, Unknown(AT, "prop"), Literal(Site("a.ts", number, 1, 1, 1), str(number)), pick)
    assert "unknown" in shown(fold(pick))
    deep: Expr = lit(True)
    for _ in range(60):
        deep = Not(AT, deep)
    assert shown(fold(deep)) == ["unknown"]
