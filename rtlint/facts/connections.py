"""Facts about the sockets that clients of hosted and self-hosted services open: host, ports, TLS and cluster."""

from __future__ import annotations

from typing import Annotated

from rtlint.facts.columns import Column
from rtlint.facts.records import dataclass
from rtlint.facts.site import Site


@dataclass(frozen=True, slots=True)
class Connection:
    """Where one client connects to in one environment.

    The states are known, blank (an empty text), unset (a variable that only other environments set), absent (not
    given), filled (given by the library itself) and unknown, which also stands for several values.
    """

    client: Annotated[int, Column("The client.", "1", index=True)]
    environment: Annotated[int, Column("The environment.", "1")]
    tls: Annotated[str, Column("yes, no or unknown: whether the page's protocol aside TLS is on.", "yes")]
    host_state: Annotated[str, Column("State of the host.", "absent")]
    host: Annotated[str, Column("The host when known.", "localhost")]
    host_option: Annotated[str, Column("The option for it.", "wsHost")]
    host_at: Annotated[Site, Column("What decides the host; the constructor when it is absent.")]
    host_value_id: Annotated[int, Column("The host with its provenance.", "7")]
    host_is: Annotated[str, Column("What the host really is when it can't be right here, or empty.", "a cluster")]
    cluster_state: Annotated[str, Column("State of the cluster.", "known")]
    cluster: Annotated[str, Column("The cluster when known.", "eu")]
    cluster_at: Annotated[Site, Column("What decides the cluster; the constructor when it is absent.")]
    cluster_value_id: Annotated[int, Column("The cluster with its provenance.", "8")]
    cluster_public: Annotated[bool, Column("Whether it is a public cluster, or one that the configuration names.")]
    cluster_required: Annotated[bool, Column("Whether the version in use is known to throw without a cluster.")]
    port_state: Annotated[str, Column("State of the port for plain connections.", "known")]
    port: Annotated[str, Column("That port when known.", "6001")]
    port_at: Annotated[Site, Column("What decides it.")]
    port_value_id: Annotated[int, Column("That port with its provenance.", "9")]
    tls_port_state: Annotated[str, Column("State of the port for TLS connections.", "absent")]
    tls_port: Annotated[str, Column("That port when known, or the default.", "443")]
    tls_port_at: Annotated[Site, Column("What decides it.")]
    tls_port_value_id: Annotated[int, Column("That port with its provenance.", "10")]
    server: Annotated[
        str, Column("The project's own server, which no client here is given the host of; or empty.", "Soketi")
    ]
    server_at: Annotated[Site | None, Column("What says so: the compose service, the variable, or the option.")]
    library_at: Annotated[Site | None, Column("What says which version of the library is in use.")]
