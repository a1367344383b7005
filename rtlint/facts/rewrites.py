"""Changes that a proxy makes to a path."""

from __future__ import annotations

from rtlint.facts.records import dataclass


@dataclass(frozen=True, slots=True)
class Rewrite:
    """One change of a path.

    Attributes:
        kind: `nginx` (its `rewrite`), `strip` (a prefix), `replace` (a text, once), `regex`, `first` (a regex; of
            several in a row only the first that matches), `prepend` (the replacement goes in front), `set` (the whole
            path), `pattern` (`:name`, `:name*`, `*` and `**` of `pattern` stand in `replacement`), `mount` (a prefix
            that http-proxy-middleware strips from version 3 on), or `opaque` (not understood).
        pattern: what is looked for.
        replacement: what stands there afterwards.
        flag: nginx: last, break, redirect, permanent or empty; regex: JavaScript's flags.
    """

    kind: str
    pattern: str = ""
    replacement: str = ""
    flag: str = ""
