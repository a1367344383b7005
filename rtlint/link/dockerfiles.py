"""Dockerfiles as stages: which stage stands on which, and what each variable is at an instruction.

Source: https://docs.docker.com/reference/dockerfile/, sections ENV, ARG and "Understand how ARG and FROM interact".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rtlint.facts.docker import DockerArg, DockerCopy, DockerRun, DockerStage
from rtlint.facts.expressions import Binary, Conditional, EnvVar, Expr, Fallback, Literal, Template, Unknown
from rtlint.facts.raw import EnvSet, RawFact
from rtlint.facts.records import dataclass, field, replace
from rtlint.link.index import Index

MAX_SIZE = 500
"""How many parts a value may have; `ENV A=$A$A` doubles it, so that a few lines would fill the memory."""

_OUTSIDE = "variable that the base image may set"


@dataclass(slots=True, eq=False)
class Stage:
    """One stage. `parent` is the stage that it starts from, None when that is an image."""

    fact: DockerStage
    parent: Stage | None
    steps: list[RawFact] = field(default_factory=list)

    def chain(self) -> list[Stage]:
        """Return the stages that it stands on, the lowest first, and itself."""
        found = [self]
        while found[-1].parent is not None:
            found.append(found[-1].parent)
        return found[::-1]

    def commands(self, kind: str) -> list[DockerRun]:
        """Return its commands of a kind: run, cmd, entrypoint or onbuild."""
        return [step for step in self.steps if isinstance(step, DockerRun) and step.kind == kind]

    def copies(self) -> list[DockerCopy]:
        """Return what it copies."""
        return [step for step in self.steps if isinstance(step, DockerCopy)]


@dataclass(slots=True)
class Dockerfile:
    """A Dockerfile. `head` are the instructions above its first FROM."""

    path: str
    head: list[RawFact]
    stages: list[Stage]

    def stage(self, name: str, before: Stage | None = None) -> Stage | None:
        """Return a stage by name or number, the last of that name; only those before another stage if one is given."""
        stages = self.stages if before is None else self.stages[: before.fact.number]
        if name.isdecimal():
            return stages[int(name)] if len(name) < 6 and int(name) < len(stages) else None
        return next((stage for stage in reversed(stages) if stage.fact.name == name.lower()), None)

    def needed(self, target: Stage) -> list[Stage]:
        """Return the stages that a target is made from, itself included, in their order."""
        found: set[int] = set()
        waiting = [target]
        while waiting:
            stage = waiting.pop()
            if stage.fact.number not in found:
                found.add(stage.fact.number)
                copied = (self.stage(copy.from_stage, stage) for copy in stage.copies() if copy.from_stage)
                waiting += [other for other in (stage.parent, *copied) if other is not None]
        return [stage for stage in self.stages if stage.fact.number in found]


def dockerfile(index: Index, path: str) -> Dockerfile | None:
    """Return a Dockerfile of the repository; None when it is missing or has no stage."""
    found = index.facts.get(path)
    result = Dockerfile(path, [], [])
    names: dict[str, Stage] = {}
    for fact in found.facts if found else ():
        if isinstance(fact, DockerStage):
            base = fact.image.value if isinstance(fact.image, Literal) else None
            result.stages.append(Stage(fact, names.get(str(base).lower())))
            names |= {fact.name: result.stages[-1]} if fact.name else {}
        else:
            (result.stages[-1].steps if result.stages else result.head).append(fact)
    return result if result.stages else None


@dataclass(slots=True)
class Scope:
    """The variables at one place of a Dockerfile, with values that name no other variable of it.

    Attributes:
        given: the build arguments by name; None when it is not known who builds the image and with which.
        env: what ENV sets; it beats an ARG of the same name.
        args: what ARG declares and something gives a value to.
        declared: the names that ARG declares.
    """

    given: Mapping[str, EnvSet] | None
    env: dict[str, EnvSet] = field(default_factory=dict)
    args: dict[str, EnvSet] = field(default_factory=dict)
    declared: set[str] = field(default_factory=set)

    def take(self, step: RawFact, outer: Scope | None) -> None:
        """Apply one instruction. `outer` holds the arguments above the first FROM."""
        if isinstance(step, EnvSet) and step.source == "dockerfile.env":
            self.env[step.name] = self._bound(step)
        elif isinstance(step, EnvSet) and step.source == "dockerfile.arg" and step.name not in (self.given or {}):
            self.args[step.name] = self._bound(step)
        elif isinstance(step, DockerArg):
            self._declare(step, outer)

    def _declare(self, step: DockerArg, outer: Scope | None) -> None:
        self.declared.add(step.name)
        if self.given is not None and step.name in self.given:
            self.args[step.name] = self.given[step.name]
        elif outer is not None and step.default is None and step.name in outer.args:
            self.args[step.name] = outer.args[step.name]
        elif self.given is None and step.default is None:
            value = Unknown(step.at, "build argument that is given from outside")
            self.args[step.name] = EnvSet(step.at, step.name, "dockerfile.arg", "", step.at, value)

    def _bound(self, fact: EnvSet) -> EnvSet:
        if fact.value is None or isinstance(fact.value, Literal):
            return fact
        value = self._expr(fact.value, "")
        return replace(fact, value=value if _is_small(value) else Unknown(fact.at, "very long value"))

    def _expr(self, expr: Expr, missing: str | None) -> Expr:
        """Return an expression with the values of its variables in it; `missing` stands for one without any."""
        if isinstance(expr, EnvVar) and expr.via == "dockerfile":
            return self._variable(expr, missing)
        if isinstance(expr, Template):
            return replace(expr, parts=tuple(self._expr(part, "") for part in expr.parts))
        if isinstance(expr, Fallback):
            return replace(expr, left=self._expr(expr.left, None), right=self._expr(expr.right, ""))
        if isinstance(expr, Conditional):
            then, otherwise = self._expr(expr.then, ""), self._expr(expr.otherwise, "")
            return replace(expr, test=self._expr(expr.test, None), then=then, otherwise=otherwise)
        return replace(expr, left=self._expr(expr.left, None)) if isinstance(expr, Binary) else expr

    def _variable(self, expr: EnvVar, missing: str | None) -> Expr:
        found = self.env.get(expr.name) or self.args.get(expr.name)
        if found is None or found.value is None:
            absent = Unknown(expr.at, _OUTSIDE)
            return Literal(expr.at, missing) if expr.name in self.declared else absent
        # A constant alone would lose its place: the way of a value begins where the variable is set.
        return Template(found.at, (found.value,)) if isinstance(found.value, Literal) else found.value


def scope_at(file: Dockerfile, stage: Stage, until: RawFact | None, given: Mapping[str, EnvSet] | None) -> Scope:
    """Return the variables before an instruction of a stage, or at the stage's end.

    ENV comes down from the stages below, ARG holds in its own stage alone, and what stands above the first FROM holds
    where an ARG without a default takes it up.
    """
    outer = _applied(Scope(given), file.head, None)
    env: dict[str, EnvSet] = {}
    for link in stage.chain():
        scope = Scope(given, dict(env))
        for step in link.steps:
            if step is until:
                return scope
            scope.take(step, outer)
        env = scope.env
    return scope


def _applied(scope: Scope, steps: Iterable[RawFact], outer: Scope | None) -> Scope:
    for step in steps:
        scope.take(step, outer)
    return scope


def _is_small(expr: Expr) -> bool:
    waiting, count = [expr], 0
    while waiting and count <= MAX_SIZE:
        found = waiting.pop()
        count += 1
        if isinstance(found, Template):
            waiting += found.parts
        elif isinstance(found, Fallback):
            waiting += [found.left, found.right]
        elif isinstance(found, Conditional):
            waiting += [found.test, found.then, found.otherwise]
        elif isinstance(found, Binary):
            waiting += [found.left, found.right]
    return count <= MAX_SIZE
