"""The report for people: each finding with its places, what the user will see, and what to change."""

from __future__ import annotations

from collections.abc import Iterable

from rtlint.findings import Evidence, Finding, Report
from rtlint.report import Options
from rtlint.report.frames import Frames, Label
from rtlint.report.visible import harmless, visible
from rtlint.report.words import counted, plural

_COLORS = {
    "error": "1;31",
    "warning": "1;33",
    "note": "1;36",
    "primary": "1;31",
    "secondary": "36",
    "gutter": "34",
    "path": "1",
    "strong": "1",
}


def write(report: Report, options: Options) -> str:
    """Return the whole report, with a summary at its end."""
    return _Writer(report, options).text()


class _Writer:
    def __init__(self, report: Report, options: Options) -> None:
        self._report = report
        self._options = options
        self._urls = {rule.code: rule.url for rule in report.rules}
        self._frames = Frames(lambda path: report.sources.get(path, ""), report.mask, self._paint, options.width)

    def _paint(self, role: str, text: str) -> str:
        return f"\x1b[{_COLORS[role]}m{text}\x1b[0m" if self._options.color else text

    def text(self) -> str:
        blocks = ["\n".join(self._finding(finding)) for finding in self._report.findings]
        if self._options.verbose:
            blocks += self._unresolved()
        if not self._options.quiet:
            blocks.append(self._summary())
        return "\n\n".join(blocks) + "\n" if blocks else ""

    def _finding(self, finding: Finding) -> Iterable[str]:
        head = self._paint(finding.level, f"{finding.level}[{self._link(finding.code)}]")
        yield f"{head} {self._paint('strong', finding.name)}: {self._safe(finding.message)}"
        for labels in self._groups(finding):
            yield from self._frames.render(labels)
        for title, text in (("You will see", finding.symptom), ("Fix", finding.remedy)):
            if text:
                yield from self._paragraph(title, text)

    def _link(self, code: str) -> str:
        """Return a rule's code, as a link to its page where the terminal takes links (OSC 8)."""
        url = self._urls.get(code, "")
        return f"\x1b]8;;{url}\x1b\\{code}\x1b]8;;\x1b\\" if self._options.links and url else code

    def _groups(self, finding: Finding) -> list[list[Label]]:
        """Return the places in order: the primary one, the way of the value, the others; neighbours share a frame."""
        steps = [item for item in finding.chain if item.at != finding.at]
        own = next((item.label for item in finding.chain if item.at == finding.at), "")
        groups = [[Label(finding.at, own, primary=True)]]
        seen = {finding.at}
        for item in (*steps, *finding.related):
            if item.at not in seen:
                seen.add(item.at)
                self._add(groups, item)
        return groups

    def _add(self, groups: list[list[Label]], item: Evidence) -> None:
        last = groups[-1]
        near = any(label.at.path == item.at.path and abs(label.at.line - item.at.line) <= 3 for label in last)
        if near:
            last.append(Label(item.at, item.label))
        else:
            groups.append([Label(item.at, item.label)])

    def _paragraph(self, title: str, text: str) -> list[str]:
        import textwrap

        wrapped = textwrap.wrap(
            self._safe(text),
            max(self._options.width - len(title) - 6, 40),
            break_on_hyphens=False,
            break_long_words=False,
        )
        indent = " " * (len(title) + 6)
        first, *rest = wrapped or [""]
        return [f"  = {self._paint('strong', title + ':')} {first}", *(harmless(indent + line) for line in rest)]

    def _safe(self, text: str) -> str:
        return visible(self._report.mask(text))

    def _unresolved(self) -> list[str]:
        found = self._report.unresolved
        if not found:
            return ["Everything that decides a real-time setting was understood."]
        lines = [f"{len(found)} place{plural(len(found))} not understood:"]
        lines += [
            f"  {visible(item.at.path)}:{item.at.line}:{item.at.column} {self._safe(item.reason)}" for item in found
        ]
        return ["\n".join(lines)]

    def _summary(self) -> str:
        found = counted(self._report)
        files = f"{self._report.files} file{plural(self._report.files)} ({self._report.read} read)"
        known = f", {self._report.baselined} in the baseline" if self._report.baselined else ""
        return f"{found[0].upper()}{found[1:]} in {files}{known}, {self._report.seconds:.2f} s{self._fixable()}"

    def _fixable(self) -> str:
        """Say how many findings have a fix, in the words of the options that make it."""
        fixes = [finding.fix for finding in self._report.findings if finding.fix]
        safe = sum(fix.safe for fix in fixes)
        parts = [f"{safe} fixable with --fix"] if safe else []
        if len(fixes) > safe:
            parts.append(f"{len(fixes) - safe}{' more' if safe else ' fixable'} with --fix --unsafe-fixes")
        return f"\n{', '.join(parts)}" if parts else ""
