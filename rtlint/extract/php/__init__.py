"""PHP of Laravel: variables read, configuration, classes and the statements that register routes.

Sources: https://laravel.com/docs/12.x/routing, https://laravel.com/docs/12.x/broadcasting,
https://laravel.com/docs/12.x/configuration.
"""

from __future__ import annotations

from collections.abc import Iterator

from rtlint.extract.php.config import config, env_reads
from rtlint.extract.php.expressions import Builder
from rtlint.extract.php.routes import routes
from rtlint.extract.trees import Tree
from rtlint.facts.raw import RawFact


def extract(path: str, data: bytes) -> Iterator[RawFact]:
    """Yield the facts of a PHP file."""
    builder = Builder(Tree(path, data, "php"))
    yield from env_reads(builder)
    yield from config(builder)
    yield from sorted(routes(builder), key=lambda fact: fact.at)
    yield from builder.tree.suppressions()
    yield from builder.tree.problems("PHP")
