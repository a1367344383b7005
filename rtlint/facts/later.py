"""Expressions that are read from their script when somebody asks for them.

Of the expressions that a repository's scripts bind and pass on, link follows few. So a fact may hold a `Later`: the
place of an expression and how it is read there. Who asks the fact gets the expression and never sees the difference,
except in time. A `Later` can be sent to another process or kept; whoever loads it says how scripts are
opened.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Read = Callable[["Later"], Any]


class Script:
    """A script whose expressions are read later.

    Args:
        path: the file.
        grammar: what it is parsed with.
        parts: the parts of the file that are the script, as `tree_sitter.Range` takes them; empty for the whole file.
        digest: of the file's content: of another one nothing is read.
        open: parses the script, and returns what reads its expressions.

    Attributes:
        opened: how often it was parsed for that.
        spent: how many nodes its expressions had that were read.
    """

    __slots__ = ("digest", "grammar", "open", "opened", "parts", "path", "spent")

    def __init__(
        self,
        path: str,
        grammar: str,
        parts: tuple[tuple[Any, ...], ...],
        digest: bytes,
        open: Callable[[Script], Read],  # noqa: A002
    ) -> None:
        self.path = path
        self.grammar = grammar
        self.parts = parts
        self.digest = digest
        self.open = open
        self.opened = 0
        self.spent = 0

    def __reduce__(self) -> tuple[Any, ...]:
        """Leave out `open`: whoever loads a script knows how."""
        return Script, (self.path, self.grammar, self.parts, self.digest)


class Later:
    """An expression, or several, to be read from a script.

    Args:
        script: where it stands.
        form: how it is read there, one of the forms that the extractor knows.
        name: the name that is bound to it, where that decides.
        start: offset of the first byte of its node.
        end: offset behind the last byte.
        kind: the node's type.
    """

    __slots__ = ("end", "form", "kind", "name", "script", "start")

    def __init__(self, script: Script, form: str, name: str, start: int, end: int, kind: str) -> None:
        self.script = script
        self.form = form
        self.name = name
        self.start = start
        self.end = end
        self.kind = kind

    def __reduce__(self) -> tuple[Any, ...]:
        """Return what makes it again."""
        return Later, (self.script, self.form, self.name, self.start, self.end, self.kind)

    def read(self) -> Any:
        """Return the expression."""
        return self.script.open(self.script)(self)


DEFERRABLE = "deferrable"
"""Marks the annotation of a field that may hold a `Later`: `Annotated[Expr, DEFERRABLE]`."""


class Deferrable:
    """The descriptor of a field that may hold a `Later`: whoever asks for the field gets what is read.

    Args:
        slot: the descriptor of the field's slot.

    Attributes:
        held: returns the value of an instance, or the `Later` that stands for it.
    """

    def __init__(self, slot: Any) -> None:
        self.held = slot.__get__
        self.__set__ = slot.__set__

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        """Return the value, read now if it was to be read later."""
        if instance is None:
            return self
        value = self.held(instance)
        if value.__class__ is Later:
            value = value.read()
            self.__set__(instance, value)
        return value
