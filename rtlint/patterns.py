"""Regular expressions that are compiled when they are first used.

The modules of a check define some 260, and compiling them takes as long as a tenth of the check of a large repository;
one run needs a third of them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, AnyStr

if TYPE_CHECKING:

    def regex(text: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
        """Return what `re.compile` does, with the same arguments. It is compiled when anything is asked of it."""

else:

    class regex:  # noqa: N801 - it is called like a function, and stands for one.
        """A regular expression: what is asked of it for the first time is looked up, and kept."""

        def __init__(self, text: AnyStr, flags: int = 0) -> None:
            self._given = (text, flags)

        def __getattr__(self, name: str) -> Any:
            """Return what a compiled expression has under a name."""
            if name.startswith("_"):  # What copies and inspects objects asks before anything is there.
                raise AttributeError(name)
            found = getattr(re.compile(*self._given), name)
            self.__dict__[name] = found
            return found
