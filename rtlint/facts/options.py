"""Facts about the options that clients are given."""

from __future__ import annotations

from typing import Annotated

from rtlint.facts.columns import Column
from rtlint.facts.records import dataclass
from rtlint.facts.site import Site


@dataclass(frozen=True, slots=True)
class IgnoredOption:
    """An option that stands in the options of a client and that its library does not read."""

    at: Annotated[Site, Column("The option.")]
    client: Annotated[int, Column("The client.", "1", index=True)]
    library: Annotated[str, Column("Title of the library.", "Pusher Channels")]
    name: Annotated[str, Column("The option, with the keys that lead to it.", "auth.endpoint")]
    reason: Annotated[str, Column("listed (known to be ignored), typo, or beside (another option is read instead).")]
    instead: Annotated[str, Column("The option that is meant, or what to do, or empty.", "wsHost")]
    why: Annotated[str, Column("Why it is not read, as a clause.", "pusher-js has no such option")]
    other_at: Annotated[Site | None, Column("The option beside which it is not read.")]
    harmless: Annotated[bool, Column("Whether the library behaves as the option says all the same.")]


@dataclass(frozen=True, slots=True)
class MisplacedCredential:
    """A variable that a client reads for one field and that is named after another one."""

    at: Annotated[Site, Column("The option.")]
    client: Annotated[int, Column("The client.", "1", index=True)]
    option: Annotated[str, Column("The option.", "key")]
    variable: Annotated[str, Column("The variable.", "VITE_PUSHER_APP_ID")]
    field: Annotated[str, Column("What its name says that it is.", "the app id")]
    read_at: Annotated[Site, Column("Where the variable is read.")]
