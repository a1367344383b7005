"""What a project's configuration says of its transport: the part that link needs to know."""

from __future__ import annotations

from collections.abc import Mapping

from rtlint.facts.records import dataclass, field


@dataclass(frozen=True, slots=True)
class Policy:
    """The transport policy of a project.

    Attributes:
        managed: the provider whose client the team has settled on; every package counts as having it.
        hosts: servers of the project's own, which count as private whatever their names are.
        clusters: dedicated clusters, by provider.
    """

    managed: str = ""
    hosts: frozenset[str] = frozenset()
    clusters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


NONE = Policy()
"""The policy of a project without configuration."""
