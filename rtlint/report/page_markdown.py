"""`rtlint report` as Markdown of GitHub's flavour: https://github.github.com/gfm/.

Texts of the repository stand in code spans, in which nothing has a meaning.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rtlint.facts.site import Site
from rtlint.findings import EnvironmentView, Evidence, Finding, SettingView
from rtlint.portraits import Answer, PackagePortrait, Portrait
from rtlint.report.markdown import code
from rtlint.report.page_words import ABOUT, BADGES, COLUMNS, SIGNS, package_title, setting_value
from rtlint.report.visible import visible


def write(portrait: Portrait) -> str:
    """Return the document."""
    return _Document(portrait).text()


class _Document:
    def __init__(self, portrait: Portrait) -> None:
        self._portrait = portrait
        self._report = portrait.report

    def text(self) -> str:
        verdict = self._portrait.verdict
        lines = [f"# Real-time setup of {code(visible(self._portrait.name))}", ""]
        lines += [f"**{SIGNS[verdict]} {BADGES[verdict]}** {self._portrait.sentence}", "", ABOUT, "", "## Is it true?"]
        for package in self._portrait.packages:
            lines += ["", *self._package(package)]
        lines += ["", "## Environments and settings"]
        for place in self._portrait.environments:
            lines += ["", *self._environment(place)]
        if self._portrait.map.nodes:
            lines += ["", "## From clients to routes", "", *self._map()]
        lines += ["", "## Files that take part", ""]
        lines += [
            f"- {part}: {', '.join(code(visible(path)) for path in paths)}" for part, paths in self._portrait.files
        ]
        lines += ["", "## Findings"]
        for finding in self._report.findings:
            lines += ["", *self._finding(finding)]
        if not self._report.findings:
            lines += ["", "No findings."]
        return "\n".join(lines) + "\n"

    def _code(self, text: str) -> str:
        return code(visible(self._report.mask(text)))

    def _place(self, site: Site) -> str:
        return code(visible(f"{site.path}:{site.line}:{site.column}"))

    def _package(self, package: PackagePortrait) -> Iterator[str]:
        yield f"### {code(visible(package_title(package.folder)))} ({package.clients})"
        yield ""
        yield "| statement | verdict | why |"
        yield "| --- | --- | --- |"
        yield from map(self._answer, package.answers)

    def _answer(self, answer: Answer) -> str:
        codes = f" ({', '.join(answer.codes)})" if answer.codes else ""
        places = "".join(f"<br>{self._place(item.at)} {self._code(item.label)}" for item in answer.places)
        badge = f"{SIGNS[answer.verdict]} {BADGES[answer.verdict]}"
        return f"| {answer.question} | {badge} | {self._code(answer.text)}{codes}{places} |"

    def _environment(self, place: EnvironmentView) -> Iterator[str]:
        yield f"### {self._code(place.name)}, {code(visible(package_title(place.package)))}"
        yield ""
        yield "| setting | of | value | decided at |"
        yield "| --- | --- | --- | --- |"
        for name, _, settings in place.clients:
            for row in settings:
                yield self._setting(name, row)
        for row in place.variables:
            yield self._setting("variable", row)

    def _setting(self, group: str, row: SettingView) -> str:
        return f"| {self._code(row.name)} | {group} | {self._code(setting_value(row))} | {self._place(row.at)} |"

    def _map(self) -> Iterator[str]:
        for edge in self._portrait.map.edges:
            label = f" **({edge.label})**" if edge.label else ""
            yield f"- {self._node(edge.start)} → {self._node(edge.end)}{label}"
        if self._portrait.map.cut:
            yield f"- and {self._portrait.map.cut} more"

    def _node(self, number: int) -> str:
        node = self._portrait.map.nodes[number]
        detail = f" ({self._code(node.detail)})" if node.detail.strip() else ""
        return f"{COLUMNS[node.column].lower()} {self._code(node.title)}{detail}"

    def _finding(self, finding: Finding) -> Iterator[str]:
        yield f"### {finding.level} {finding.code} {finding.name}"
        yield ""
        yield self._code(finding.message)
        yield ""
        places: Iterable[Evidence] = (Evidence(finding.at, ""), *finding.chain, *finding.related)
        for site, label in {item.at: item.label for item in places}.items():
            yield f"- {self._place(site)} {self._code(label)}".rstrip()
        for name, text in (("What you will see", finding.symptom), ("What to change", finding.remedy)):
            if text:
                yield f"- {name}: {self._code(text)}"
