"""Suppression: which real errors the page's own filters hide.

The patterns of the analysed program run here, under RE2 (https://github.com/google/re2): time linear in the text,
so that a hostile pattern can't hang the run. What RE2 has no equal for (look-around, back-references) is reported
as not understood.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from rtlint.facts.derived import HiddenError, Suppressor
from rtlint.facts.page import LossyPatch, PageTrap
from rtlint.facts.raw import ConsolePatch, ErrorTrap, GlobalPatch, MessageFilter
from rtlint.findings import Unresolved
from rtlint.link import regexes
from rtlint.link.program import Program
from rtlint.providers import Provider, load_providers

_NATIVE = "WebSocket"
"""The title of the provider that every page has: its errors are named after those of the provider that is used."""

_SERIOUS = frozenset({"error", "warn", "*"})
"""The methods that libraries and browsers print errors with."""

_NOTICE = "ResizeObserver"
"""The browser's notice that a layout took more than one frame: an `error` event that means no error.
https://drafts.csswg.org/resize-observer/#deliver-resize-error"""

_STRENGTH = {"none": 0, "some": 1, "all": 2}


def hidden_errors(program: Program, present: Iterable[Provider]) -> Iterator[HiddenError]:
    """Yield each real error text that a filter of a console patch or an error trap would hide."""
    own = {provider.name for provider in present} | {"websocket"}
    channels = _channels(program)
    for fact in program.index.of(MessageFilter):
        if fact.syntax == "unknown":
            program.unresolved.append(Unresolved(fact.at, "a filter of messages whose patterns another file holds"))
        matches = _matcher(program, fact) if fact.syntax != "unknown" else None
        if matches is None:
            continue
        wanted = channels.get((fact.at.path, fact.group), frozenset())
        for provider in load_providers().values():
            if provider.kind == "platform" or provider.name in own:
                for error in provider.errors:
                    if _same_channel(error.channel, wanted) and matches(error.text):
                        yield HiddenError(
                            file=fact.at.path,
                            group=fact.group,
                            at=fact.at,
                            provider=provider.title,
                            text=_quote(error.text),
                            own=provider.kind != "platform",
                        )


def _channels(program: Program) -> dict[tuple[str, int], frozenset[str]]:
    """Return, for each group, the channels of messages that it can hide: console.error, error, ..."""
    found: dict[tuple[str, int], frozenset[str]] = {}
    for patch in program.index.of(ConsolePatch):
        key = (patch.at.path, patch.group)
        found[key] = found.get(key, frozenset()) | {"console." + patch.method}
    for trap in program.index.of(ErrorTrap):
        key = (trap.at.path, trap.group)
        found[key] = found.get(key, frozenset()) | {trap.event}
    return found


def _same_channel(channel: str, wanted: frozenset[str]) -> bool:
    return channel in wanted or (channel.startswith("console.") and "console.*" in wanted)


def _matcher(program: Program, fact: MessageFilter) -> Callable[[str], bool] | None:
    """Return a test for the filter, or None when its pattern can't be translated."""
    if fact.syntax == "regex":
        return _regex(program, fact)
    pattern = fact.pattern.lower() if "i" in fact.flags else fact.pattern
    tests: dict[str, Callable[[str], bool]] = {
        "includes": lambda text: pattern in text,
        "startsWith": lambda text: text.startswith(pattern),
        "endsWith": lambda text: text.endswith(pattern),
        "equals": lambda text: text == pattern,
    }
    test = tests[fact.syntax]
    return (lambda text: test(text.lower())) if "i" in fact.flags else test


def _regex(program: Program, fact: MessageFilter) -> Callable[[str], bool] | None:
    compiled = regexes.compiled(fact.pattern, fact.flags)
    if compiled is None:
        program.unresolved.append(Unresolved(fact.at, "a regular expression with look-around or back-references"))
        return None
    return lambda text: compiled.search(text) is not None


def _quote(text: str) -> str:
    """Return the part of an error text by which a person knows it: at most 90 characters, no query of a URL."""
    said = re.search(r'"message":"([^"]+)"|\["Error: (.+)"\]$', text)
    text = next(filter(None, said.groups()), text) if said else text
    text = re.sub(r"^(?:\[[\dT:.Z-]+\]|[\d:.]+) ", "", text)
    short = text.split("?")[0] + "' failed" if text.startswith("WebSocket connection") and "?" in text else text.strip()
    return short if len(short) <= 90 else short[:87].rstrip() + "..."


def _quoted(errors: list[HiddenError]) -> str:
    """Return the first two hidden texts in quotation marks, and how many more there are."""
    texts = list(dict.fromkeys(error.text for error in errors))
    shown = " and ".join(f'"{text}"' for text in texts[:2])
    return shown if len(texts) <= 2 else f"{shown} and {len(texts) - 2} more"


def suppressors(program: Program, hidden: list[HiddenError]) -> Iterator[Suppressor]:
    """Yield each group of console patches with the real errors that it hides."""
    groups: dict[tuple[str, int], list[ConsolePatch]] = {}
    for fact in program.index.of(ConsolePatch):
        if fact.forwards == "unknown":
            program.unresolved.append(Unresolved(fact.at, "what replaces a console method is not in this file"))
        else:
            groups.setdefault((fact.at.path, fact.group), []).append(fact)
    for (path, group), patches in groups.items():
        errors = [error for error in hidden if (error.file, error.group) == (path, group) and error.own]
        errors.sort(key=lambda error: error.provider == _NATIVE)
        weakest = min((item.forwards for item in patches), key=_STRENGTH.__getitem__)
        worst = [item for item in patches if item.forwards == weakest]
        yield Suppressor(
            file=path,
            group=group,
            at=worst[0].at,
            other_at=next((item.at for item in worst if item.at != worst[0].at), None),
            methods=_listed("the whole console" if item.method == "*" else f"console.{item.method}" for item in worst),
            forwards=weakest,
            serious=any(item.method in _SERIOUS for item in worst),
            role=page_role(program, path, injected=worst[0].injected),
            runtime="browser" if worst[0].injected else program.runtime(path),
            hides=_listed(error.provider for error in errors),
            sample=_quoted(errors),
            filter_at=errors[0].at if errors else None,
        )


def page_role(program: Program, path: str, *, injected: bool) -> str:
    """Return the role of a script: one that a build tool's configuration writes into the page belongs to the app."""
    role = program.index.role(path)
    return "app" if injected and role == "tooling" else role


def error_swallows(program: Program) -> Iterator[PageTrap]:
    """Yield the window-wide handlers that keep errors back, with the role of the page that they belong to."""
    for fact in program.index.of(ErrorTrap):
        role = page_role(program, fact.at.path, injected=fact.injected)
        kept = [item for item in program.index.in_file(fact.at.path, MessageFilter) if item.group == fact.group]
        harmless = bool(kept) and all(_NOTICE in item.pattern for item in kept)
        yield PageTrap(fact.at, fact.event, fact.effect, fact.conditional, fact.reports, harmless, role)


def network_patches(program: Program) -> Iterator[LossyPatch]:
    """Yield the network APIs that a script replaces so that failures vanish."""
    for fact in program.index.of(GlobalPatch):
        if fact.losing:
            yield LossyPatch(
                at=fact.at,
                target=f"{fact.target}.prototype.{fact.member}" if fact.member else fact.target,
                losing=fact.losing,
                losing_at=fact.losing_at if fact.losing_at != fact.at else None,
                role=page_role(program, fact.at.path, injected=fact.injected),
                runtime="browser" if fact.injected else program.runtime(fact.at.path),
            )


def _listed(items: Iterable[str]) -> str:
    names = list(dict.fromkeys(items))
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else ""
