"""Suppressing comments, put above a line in the form that the file's language has."""

from __future__ import annotations

from rtlint.extract import extract
from rtlint.facts.files import FileFacts, SourceFile
from rtlint.facts.raw import Problem, Suppression
from rtlint.findings import Edit
from rtlint.fix.source import open_source

REASON = "TODO: why"
_SLASHES, _JSX, _MARKUP, _HASH = "// {}", "{{/* {} */}}", "<!-- {} -->", "# {}"
_FORMS = {
    "javascript": (_SLASHES, _JSX),
    "vue": (_SLASHES, _MARKUP),
    "svelte": (_SLASHES, _MARKUP),
    "html": (_SLASHES, _MARKUP),
    "template": (_SLASHES, _MARKUP),
    "php": (_SLASHES,),
}


def suppression(file: SourceFile, data: bytes, line: int, code: str, reason: str = REASON) -> Edit | None:
    """Return the edit that silences a rule at a line by a comment of its own above it.

    The form is tried out: an edit is returned only when the extractor reads the comment as a suppression of that line.

    Args:
        file: the file.
        data: its content.
        line: the line, 1-based.
        code: the rule.
        reason: the text behind the colon.

    Returns:
        None for a file without comments (JSON), and for a place that can't take one (in the middle of a text).
    """
    source = open_source(file.path, data)
    if source is None or file.kind in {"manifest", "tsconfig", "lockfile"}:
        return None
    start = source.lines.offset(line)
    before = _problems(extract(file, data, force=True))
    for form in _FORMS.get(file.kind, (_HASH,)):
        comment = form.format(f"rtlint: ignore[{code}]: {reason}")
        edit = source.edit(start, start, f"{source.indent(start)}{comment}\n")
        after = source.text[:start] + edit.text + source.text[start:]
        found = extract(file, after.encode(), force=True)
        if _silences(found, code, line + 1) and _problems(found) <= before:
            return edit
    return None


def _silences(found: FileFacts, code: str, line: int) -> bool:
    return any(isinstance(fact, Suppression) and (fact.selector, fact.line) == (code, line) for fact in found.facts)


def _problems(found: FileFacts) -> int:
    return sum(isinstance(fact, Problem) for fact in found.facts)
