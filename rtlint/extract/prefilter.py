"""The prefilter's look at one file: whether its name or a pattern says that it may matter. Nothing is decoded."""

from __future__ import annotations

import re
from typing import NamedTuple

from rtlint.patterns import regex
from rtlint.words import searcher


class Trigger(NamedTuple):
    """Something that a file must hold one of to be worth parsing.

    Attributes:
        pattern: in RE2's syntax.
        needs: sets of texts; every match holds one of each set, so that most files need no search for the pattern.
        harmless: texts that hold the one text of the first set and match nothing: where it stands in no other way,
            there is no match either.
    """

    pattern: bytes
    needs: tuple[tuple[bytes, ...], ...]
    harmless: tuple[bytes, ...] = ()


Waiting = tuple[bytes, bytes, bytes]
"""Patterns: of what matters by itself, of reads of variables, and of the names of real-time ones."""

SCRIPTS = frozenset({"javascript", "vue", "svelte"})
PAGES = frozenset({"html", "template"})
PREFILTERED = SCRIPTS | PAGES | {"python", "php", "ruby", "shell"}
"""Kinds of which most files can't matter: they are parsed only when the prefilter finds something in them."""

PUT_OFF = SCRIPTS | {"python", "php", "ruby"}
"""Of these, the kinds that `rtlint.extract.can_wait` judges."""

_CONFIG_FILE = regex(
    r"(?:^|/)(?:vite|next|nuxt|svelte|astro|webpack|rspack|vue|quasar|remix|react-router|electron\.vite)\.config(?:\.[\w-]+)*\.[cm]?[jt]s$"
    r"|(?:^|/)(?:setupProxy\.[cm]?[jt]s|proxy\.conf(?:ig)?\.[cm]?js)$"
)
_FRAMEWORK_FILE = regex(
    r"(?:^|/)(?:routes|Routes|bootstrap|config)/[^/]+\.php$|ServiceProvider\.php$"
    r"|(?:^|/)config/(?:routes\.rb|routes/.+\.rb|application\.rb|environments/[^/]+\.rb)$"
)
"""Files of Laravel and of Rails that matter whatever words are in them."""


_MINIFIED_BYTES = 10_000
_MINIFIED_LINE = 250
"""Bytes of the average line from which a script was written by a program: linguist takes 110 for minified, whatever the
size (https://github.com/github-linguist/linguist/blob/main/lib/linguist/generated.rb)."""


_COMMENTED = (".ts", ".tsx", ".js", ".jsx", ".mts", ".cts", ".mjs", ".cjs")


def without_comments(data: bytes) -> bytes:
    """Return a script without the comments that fill whole lines: what only they speak of happens nowhere.

    Blocks have to be written with a star before each line, as documentation is; what is written otherwise may be a text
    over several lines, and is left alone.
    """
    kept: list[bytes] = []
    inside = False
    for line in data.split(b"\n"):
        text = line.strip()
        if inside:
            if not text.startswith(b"*"):
                return data
            inside = not text.endswith(b"*/")
            if inside and b"*/" in text:
                return data
        elif text.startswith(b"/*"):
            end = text.find(b"*/", 2)
            inside = end < 0
            if not inside and end + 2 < len(text):
                kept.append(line)
        elif not text.startswith(b"//") or b"\r" in text:
            kept.append(line)
    return data if inside else b"\n".join(kept)


_TYPE_IMPORT = regex(rb"^[ \t]*(?:import|export)[ \t]+type[ \t\r\n]+(?=[A-Za-z_$*{])", re.MULTILINE)
_QUOTE = regex(rb"[\"';]")


def without_type_imports(data: bytes) -> bytes:
    """Return a script without `import type ... from "x"` and `export type ... from "x"`, which are gone when it runs.

    https://www.typescriptlang.org/docs/handbook/release-notes/typescript-3-8.html#type-only-imports-and-export
    """
    kept: list[bytes] = []
    end = 0
    for found in _TYPE_IMPORT.finditer(data):
        if found.start() < end:
            continue
        opening = _QUOTE.search(data, found.end())
        if opening is None:
            break
        kept.append(data[end : found.start()])
        end = opening.end()
        names = data[found.end() : opening.start()].split()
        closing = data.find(opening.group(), end) if names[-1:] == [b"from"] and len(names) > 1 else -1
        if closing < 0 or b"\n" in data[end:closing]:
            kept.append(data[found.start() : end])
        else:
            end = closing + 1
    return b"".join((*kept, data[end:])) if kept else data


_NAME = regex(r"[A-Za-z_$][\w$]*")
_DECLARING = rb"^(?:export[ \t]+)?(?:default[ \t]+)?(?:abstract[ \t]+)?(?:async[ \t]+)?(?:class|function\*?)[ \t]+%b\b"
_DEFAULT = regex(
    rb"^(?:export[ \t]+default|module\.exports[ \t]*=)[ \t]+(?:(?:abstract[ \t]+)?(?:async[ \t]+)?(?:class|function)\b|"
    rb"(?P<name>[A-Za-z_$][\w$]*)[ \t]*;?[ \t\r]*$)",
    re.MULTILINE,
)


def declares_itself(data: bytes, name: str) -> bool:
    """Tell, without parsing, whether a script declares the function or class that it exports under a name.

    Args:
        data: the script.
        name: the exported name; `default` for the default export, of CommonJS too.
    """
    if name == "default":
        found = _DEFAULT.search(data)
        if found is None:
            return False
        return found["name"] is None or declares_itself(data, found["name"].decode())
    if not _NAME.fullmatch(name):
        return False
    return bool(re.search(_DECLARING % re.escape(name).encode(), data, re.MULTILINE))


def is_minified(path: str, data: bytes) -> bool:
    """Tell whether a script was made by a bundler or minifier, though its name does not say so."""
    if len(data) < _MINIFIED_BYTES or not path.endswith((".js", ".mjs", ".cjs")):
        return False
    return len(data) > _MINIFIED_LINE * (data.count(b"\n") + 1)


def is_config(path: str) -> bool:
    """Tell whether a file is the configuration of a build tool: its options matter whatever words are in it."""
    return ("config" in path or "roxy" in path) and bool(_CONFIG_FILE.search(path))


def is_framework_file(path: str) -> bool:
    """Tell whether a file registers routes, or configures a framework, by where it stands."""
    return path.endswith((".php", ".rb")) and bool(_FRAMEWORK_FILE.search(path))


def may_matter(path: str, data: bytes, pattern: bytes) -> bool:
    """Tell whether a file of a prefiltered kind may hold anything that matters.

    Args:
        path: the file.
        data: the content.
        pattern: what `rtlint.extract.triggers.pattern_of` returned for the kind.
    """
    return is_config(path) or is_framework_file(path) or holds(path, data, pattern)


def waits(path: str, data: bytes, waiting: Waiting) -> bool:
    """Tell whether a file that matters does so only beside something real-time elsewhere.

    Args:
        path: the file.
        data: the content.
        waiting: what `rtlint.extract.triggers.waiting_of` returned for the kind.
    """
    own, reads, spoken = waiting
    if is_config(path) or holds(path, data, own):
        return False
    return not (searcher(reads)(data) and searcher(spoken)(data))


def holds(path: str, data: bytes, pattern: bytes) -> bool:
    """Tell whether the text of a file holds a pattern, the arguments being those of `may_matter`."""
    search = searcher(pattern)
    if not search(data):
        return False
    if not path.endswith(_COMMENTED) or b"rtlint:" in data:
        return True
    code = without_type_imports(without_comments(data))
    return len(code) == len(data) or bool(search(code))
