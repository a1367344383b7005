"""JSON as all formats write it."""

from __future__ import annotations

import json


def dumped(document: object) -> str:
    """Return a document in ASCII, indented by two, with a line end.

    The marks of CI servers' commands (`##[`, `##vso[`) are spelled with an escape, since JSON may be printed in a log.
    """
    text = json.dumps(document, indent=2, ensure_ascii=True)
    return text.replace("##[", "##\\u005b").replace("##vso[", "##vso\\u005b") + "\n"
