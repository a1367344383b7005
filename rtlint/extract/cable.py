"""config/cable.yml of Rails: the adapter of Action Cable in each environment.

Source: https://guides.rubyonrails.org/action_cable_overview.html#configuration.
"""

from __future__ import annotations

from collections.abc import Iterator

from rtlint.extract.yaml_nodes import Mapping, Scalar, read
from rtlint.facts.expressions import Expr, Literal, Unknown
from rtlint.facts.rails import CableSetting
from rtlint.facts.raw import RawFact


def extract(path: str, data: bytes) -> Iterator[RawFact]:
    """Yield the settings of every environment; values with ERB in them are unknown."""
    file = read(path, data.decode("utf-8", "replace").removeprefix("\ufeff"))
    yield from (problem for problem in file.problems if b"<%" not in data)
    for document in file.documents:
        for environment, settings in document.pairs if isinstance(document, Mapping) else ():
            for key, value in settings.pairs if isinstance(settings, Mapping) else ():
                if isinstance(environment, Scalar) and isinstance(key, Scalar) and isinstance(value, Scalar):
                    at = file.site(value)
                    known = "<%" not in value.value
                    found: Expr = Literal(at, value.value) if known else Unknown(at, "ERB")
                    yield CableSetting(file.site(key), environment.value, key.value, found)
