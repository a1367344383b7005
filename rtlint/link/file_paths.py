"""Paths by file names: how Next.js, Nuxt, SvelteKit, Remix and Astro turn the name of a file into the path it serves.

Pure functions of names. A path is given as `ServedRoute.path` shows it; several for optional parts.

Sources: https://nextjs.org/docs/app/api-reference/file-conventions/dynamic-routes,
https://nitro.build/guide/routing, https://svelte.dev/docs/kit/advanced-routing,
https://reactrouter.com/how-to/file-route-conventions, https://docs.astro.build/en/guides/routing/.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import product
from urllib.parse import unquote

from rtlint.patterns import regex

_NEXT_SEGMENT = regex(r"\[\[\.\.\.(?P<optional>[^\[\]]+)\]\]|\[\.\.\.(?P<rest>[^\[\]]+)\]|\[(?P<one>[^\[\]]+)\]")
_PARAMETER = regex(r"\[\[\.\.\.([^\[\]]*)\]\]|\[\.\.\.([^\[\]]*)\]|\[\[([^\[\]]+)\]\]|\[([^\[\]]+)\]")
_SVELTE_ESCAPE = regex(r"\[([xu])\+([0-9a-fA-F]{2,6}(?:-[0-9a-fA-F]{2,6})*)\]")
_NITRO_GROUP = regex(r"^\([^()]+\)$")
_GROUP = regex(r"^\([^().]+\)$")
_INTERCEPTS = regex(r"^\(\.{1,3}\)")
_MAX_OPTIONAL = 4

Paths = tuple[str, ...]


def _name(text: str) -> str:
    """Return a parameter's name as one word, which `ServedRoute.path` needs."""
    word = re.sub(r"\W", "_", text.partition("=")[0], flags=re.ASCII) or "rest"
    return word if not word[0].isdigit() else f"_{word}"


def _spelled(segments: Iterable[tuple[str, ...]]) -> Paths:
    """Return the paths of segments, each with its spellings; an empty spelling leaves the segment out."""
    known = list(segments)
    if sum(len(spellings) > 1 for spellings in known) > _MAX_OPTIONAL:
        return ("/{rest:path}",)
    chosen = ("/" + "/".join(part for part in parts if part) for parts in product(*known))
    return tuple(dict.fromkeys(chosen))


def next_path(segments: Iterable[str], *, app: bool) -> Paths | None:
    """Return the paths of a folder of Next.js; None for one that serves none.

    Args:
        segments: the folders below `app`, or folders and stem below `pages` without a last `index`.
        app: whether the app router reads them: groups, slots, private folders and intercepting routes are its own.
    """
    found: list[tuple[str, ...]] = []
    for segment in segments:
        if app and (segment.startswith("_") or _INTERCEPTS.match(segment)):
            return None
        if app and (segment.startswith("@") or _GROUP.match(segment)):
            continue
        found.append(_next_segment(unquote(segment) if app else segment))
    return _spelled(found)


def _next_segment(segment: str) -> tuple[str, ...]:
    parameter = _NEXT_SEGMENT.fullmatch(segment)
    if parameter is None:
        return (segment,)
    if parameter["optional"]:
        return ("", f"{{{_name(parameter['optional'])}:path}}")
    rest = parameter["rest"]
    return (f"{{{_name(rest)}:path}}",) if rest else (f"{{{_name(parameter['one'])}}}",)


def nitro_path(segments: Iterable[str]) -> Paths:
    """Return the paths of a file of Nuxt's `server/api` or `server/routes`, from folders and stem without method.

    A rest matches nothing, too: radix3 takes `/a/**` for `/a`. A last `index` is dropped.
    """
    return _generic(part for part in _without_index(segments) if not _NITRO_GROUP.match(part))


def nuxt_page(segments: Iterable[str]) -> Paths:
    """Return the paths of a page of Nuxt, from folders and stem."""
    return _generic(part for part in segments if part != "index" and not _NITRO_GROUP.match(part))


def svelte_path(segments: Iterable[str]) -> Paths:
    """Return the paths of a folder below SvelteKit's `src/routes`."""
    return _generic(part for part in segments if not _GROUP.match(part))


def astro_path(segments: Iterable[str]) -> Paths | None:
    """Return the paths of a file below Astro's `src/pages`, from folders and stem; None for one that is left out."""
    parts = list(segments)
    return None if any(part.startswith("_") for part in parts) else _generic(_without_index(parts))


def _without_index(segments: Iterable[str]) -> list[str]:
    parts = list(segments)
    return parts[:-1] if parts and parts[-1] == "index" else parts


def _generic(segments: Iterable[str]) -> Paths:
    """Return the paths of segments with `[id]`, `[id=matcher]`, `[[optional]]` and `[...rest]` anywhere in them."""
    return _spelled(_segment(part) for part in segments)


def _segment(segment: str) -> tuple[str, ...]:
    text = _SVELTE_ESCAPE.sub(_unescaped, segment)
    whole = _PARAMETER.fullmatch(text)
    if whole and whole[4] is None:
        name = next(group for group in whole.groups() if group is not None)
        return ("", f"{{{_name(name)}}}" if whole[3] else f"{{{_name(name)}:path}}")
    pieces: list[tuple[str, ...]] = []
    position = 0
    for found in _PARAMETER.finditer(text):
        pieces += [(text[position : found.start()],), _inside(found)]
        position = found.end()
    spellings = product(*pieces, (text[position:],))
    return tuple("".join(chosen) for chosen in spellings)[: 2**_MAX_OPTIONAL]


def _inside(found: re.Match[str]) -> tuple[str, ...]:
    """Return the spellings of a parameter that is a part of its segment."""
    if found[4] is not None:
        return (f"{{{_name(found[4])}}}",)
    if found[3] is not None:
        return ("", f"{{{_name(found[3])}}}")
    return (f"{{{_name(found[1] or found[2] or '')}:path}}",)


def _unescaped(found: re.Match[str]) -> str:
    """Return what SvelteKit's `[x+2e]` or `[u+1f600-fe0f]` stands for."""
    codes = [int(code, 16) for code in found[2].split("-")]
    return "".join(chr(code) for code in codes) if max(codes) <= 0x10FFFF else found[0]


def remix_path(stem: str) -> Paths | None:
    """Return the paths of a route of Remix's flat files, from its name below `app/routes` without extension.

    None for a layout, which serves nothing by itself. The reading of names is that of `getRouteSegments` and
    `createRoutePath` in @react-router/fs-routes.
    """
    index = stem.endswith("_index")
    parts = _remix_segments(stem)
    segments = [_remix_segment(*part) for part in (parts[:-1] if index else parts) if not _pathless(*part)]
    return _spelled(segments) if segments or index else None


def _pathless(segment: str, raw: str) -> bool:
    return segment.startswith("_") and raw.startswith("_")


def _remix_segment(segment: str, raw: str) -> tuple[str, ...]:
    if segment.endswith("_") and raw.endswith("_"):
        segment = segment[:-1]
    optional = segment.endswith("?")
    segment = segment[:-1] if optional else segment
    if segment == "*":
        return ("", "{splat:path}")
    spelled = f"{{{_name(segment[1:])}}}" if segment.startswith(":") else segment
    return ("", spelled) if optional else (spelled,)


def _remix_segments(stem: str) -> list[tuple[str, str]]:
    """Split a name at dots and slashes that are not in brackets: each segment with its text as written."""
    found: list[tuple[str, str]] = []
    segment = raw = ""
    escaped = optional = False
    for position, char in enumerate(stem):
        if char in "./" and not escaped and not optional:
            found.append((segment, raw))
            segment = raw = ""
            continue
        raw += char
        if escaped or char == "[":
            escaped = char != "]"
            segment += char if escaped and char != "[" else ""
        elif char in "()" and (char == "(") != optional:
            optional = char == "("
            segment += "" if optional else "?"
        elif char == "$" and not segment:
            segment = "*" if position == len(stem) - 1 else ":"
        else:
            segment += char
    return [part for part in (*found, (segment, raw)) if part[0]]
