"""Python backends: imports, constants, environment variables, and the routes of FastAPI, Starlette and Flask."""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterator

from rtlint.extract.python.expressions import Builder
from rtlint.extract.python.routes import routes
from rtlint.extract.suppressions import suppressions
from rtlint.facts.expressions import Unknown
from rtlint.facts.raw import Binding, EnvRead, Import, Problem, RawFact
from rtlint.facts.site import Site, whole_file

TRIGGERS = (
    b"fastapi",
    b"starlette",
    b"flask",
    b"Flask",
    b"Blueprint",
    b"APIRouter",
    b"os.environ",
    b"getenv",
    b"BaseSettings",
    b"decouple",
    b"environs",
    b"include_router",
)
"""Tokens without which a Python file can't matter."""


def extract(path: str, data: bytes) -> list[RawFact]:
    """Return the facts of a Python file.

    The file is parsed by the running Python's own grammar, never imported. What it can't parse is a problem RT901, what
    is too deeply nested RT905.
    """
    try:
        tree = ast.parse(data, filename=path)
    except SyntaxError as error:
        line, column = error.lineno or 1, max(error.offset or 1, 1)
        return [Problem(Site(path, line, column, line, column), "RT901", f"not valid Python: {error.msg}")]
    except (RecursionError, MemoryError):
        return [Problem(whole_file(path), "RT905", "nested too deeply to be read")]
    except ValueError as error:
        return [Problem(whole_file(path), "RT901", f"not valid Python: {error}")]
    try:
        return list(_facts(path, data, tree))
    except RecursionError:
        return [Problem(whole_file(path), "RT905", "nested too deeply to be read")]


def _facts(path: str, data: bytes, tree: ast.Module) -> Iterator[RawFact]:
    builder = Builder(path, data)
    yield from _imports(builder, tree)
    yield from _bindings(builder, tree)
    yield from _settings(builder, tree)
    for node in ast.walk(tree):
        read = builder.env_read(node)
        if read is not None:
            yield read
    yield from routes(builder, tree)
    if b"rtlint:" in data:
        yield from _comments(path, data)


def _imports(builder: Builder, tree: ast.Module) -> Iterator[RawFact]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            source = "." * node.level + (node.module or "")
            for alias in node.names:
                local = "" if alias.name == "*" else alias.asname or alias.name
                yield Import(builder.site(node), source, alias.name, local, "python")
        elif isinstance(node, ast.Import):
            for alias in node.names:
                local = alias.asname or alias.name
                yield Import(builder.site(node), alias.name, "*", local, "python")


def _bindings(builder: Builder, tree: ast.Module) -> Iterator[RawFact]:
    """Yield the constants of the module; a name that is bound twice is unknown."""
    found: dict[str, Binding] = {}
    for node in _top_level(tree):
        target, value = _assignment(node)
        if target is None or value is None:
            continue
        at = builder.site(node)
        again = target in found
        found[target] = Binding(at, target, Unknown(at, "assigned more than once") if again else builder.build(value))
    yield from found.values()


def _top_level(tree: ast.Module) -> Iterator[ast.stmt]:
    """Yield the statements of the module, those inside `if` and `try` included."""
    pending: list[ast.stmt] = list(tree.body)
    while pending:
        node = pending.pop(0)
        yield node
        if isinstance(node, ast.If):
            pending[:0] = [*node.body, *node.orelse]
        elif isinstance(node, ast.Try):
            pending[:0] = [*node.body, *(item for handler in node.handlers for item in handler.body), *node.orelse]


def _assignment(node: ast.stmt) -> tuple[str | None, ast.expr | None]:
    if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
        return node.targets[0].id, node.value
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        return node.target.id, node.value
    return None, None


def _settings(builder: Builder, tree: ast.Module) -> Iterator[RawFact]:
    """Yield pydantic settings as variables: https://docs.pydantic.dev/latest/concepts/pydantic_settings/."""
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and any(_last(base).endswith("BaseSettings") for base in node.bases):
            prefix = _env_prefix(node)
            for item in node.body:
                name, value = _assignment(item)
                if isinstance(item, ast.AnnAssign) and name and name != "model_config":
                    variable, default = _field(prefix + name.upper(), value)
                    at = builder.site(item)
                    yield EnvRead(at, variable, "settings", fallback=default is not None, guarded=True)
                    yield Binding(at, f"{node.name}#{name}", builder.setting(item, variable, default))


def _last(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _env_prefix(node: ast.ClassDef) -> str:
    for item in ast.walk(node):
        if isinstance(item, ast.keyword) and item.arg == "env_prefix" and isinstance(item.value, ast.Constant):
            return str(item.value.value).upper()
        if (
            isinstance(item, ast.Assign)
            and isinstance(item.targets[0], ast.Name)
            and item.targets[0].id == "env_prefix"
        ):
            return str(getattr(item.value, "value", "")).upper()
    return ""


def _field(name: str, value: ast.expr | None) -> tuple[str, ast.expr | None]:
    """Return the variable and the default of a field: `= "d"`, `= Field("d", alias="X")`, `= Field(..., env="X")`."""
    if not isinstance(value, ast.Call) or _last(value.func) != "Field":
        return name, value
    keywords = {keyword.arg: keyword.value for keyword in value.keywords}
    for key in ("validation_alias", "alias", "env"):
        given = keywords.get(key)
        if isinstance(given, ast.Constant) and isinstance(given.value, str):
            name = given.value.upper()
    default = value.args[0] if value.args else keywords.get("default")
    required = isinstance(default, ast.Constant) and default.value is Ellipsis
    return name, None if required else default


def _comments(path: str, data: bytes) -> Iterator[RawFact]:
    try:
        for token in tokenize.tokenize(io.BytesIO(data).readline):
            if token.type == tokenize.COMMENT and "rtlint:" in token.string:
                line, column = token.start
                alone = not token.line[:column].strip()
                at = Site(path, line, column + 1, line, column + 1 + len(token.string))
                yield from suppressions(token.string, at, line + 1 if alone else line)
    except (tokenize.TokenError, SyntaxError):
        return
