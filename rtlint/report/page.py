"""`rtlint report` as one HTML file: no script, nothing from elsewhere, light and dark, readable on a phone.

Accessibility follows https://www.w3.org/TR/WCAG22/ at level AA; a test runs axe over it. Texts of the repository are
masked, made visible and escaped, and no id or attribute is made of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from pathlib import Path

from rtlint.facts.site import Site
from rtlint.findings import EnvironmentView, Evidence, Finding, SettingView
from rtlint.portraits import Answer, PackagePortrait, Portrait
from rtlint.report.page_frames import frame
from rtlint.report.page_map import svg
from rtlint.report.page_words import ABOUT, BADGES, COLUMNS, SIGNS, package_title, setting_value, title
from rtlint.report.visible import visible

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def write(portrait: Portrait) -> str:
    """Return the page."""
    return _Page(portrait).html()


class _Page:
    def __init__(self, portrait: Portrait) -> None:
        self._portrait = portrait
        self._report = portrait.report

    def html(self) -> str:
        name = escape(visible(title(self._portrait)))
        styles = (Path(__file__).parent / "page.css").read_text(encoding="utf-8")
        parts = [self._questions(), self._environments(), self._map(), self._files(), self._findings()]
        verdict = self._portrait.verdict
        return (
            '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
            f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            f"<title>{name}</title>\n<style>\n{styles}</style>\n</head>\n<body>\n"
            '<a class="skip" href="#content">Skip to the content</a>\n'
            f'<header>\n<h1>{name}</h1>\n<p class="verdict {verdict}">'
            f'<span class="badge">{SIGNS[verdict]} {BADGES[verdict]}</span> {self._show(self._portrait.sentence)}</p>\n'
            f'<p class="soft">{ABOUT}</p>\n</header>\n<main id="content">\n{"".join(parts)}</main>\n'
            f"<footer>Made by rtlint {escape(self._report.version)} from {self._report.files} files.</footer>\n"
            "</body>\n</html>\n"
        )

    def _show(self, text: str) -> str:
        return escape(self._plain(text))

    def _plain(self, text: str) -> str:
        return visible(self._report.mask(text))

    def _place(self, site: Site) -> str:
        """Return a place; paths are shown as they are, as in every format."""
        return f'<span class="place">{escape(visible(site.path))}:{site.line}:{site.column}</span>'

    def _questions(self) -> str:
        packages = self._portrait.packages
        body = "".join(map(self._package, packages)) or "<p>There is no client to ask about.</p>\n"
        return f"<section>\n<h2>Is it true?</h2>\n{body}</section>\n"

    def _package(self, package: PackagePortrait) -> str:
        rows = (self._answer(answer) for answer in package.answers)
        clients = f'<span class="soft">({self._show(package.clients)})</span>'
        name = f"{escape(visible(package_title(package.folder)))} {clients}"
        return f"<h3>{name}</h3>\n{_table('Statements', ('Statement', 'Verdict', 'Why'), rows)}"

    def _answer(self, answer: Answer) -> str:
        badge = f'<span class="badge {answer.verdict}">{SIGNS[answer.verdict]} {BADGES[answer.verdict]}</span>'
        codes = ", ".join(f'<a href="#{code}">{code}</a>' for code in answer.codes)
        why = self._show(answer.text) + (f" ({codes})" if codes else "")
        return _row(escape(answer.question), badge, why + self._places(answer.places))

    def _places(self, places: Iterable[Evidence]) -> str:
        items = "".join(f"<li>{self._place(item.at)} {self._show(item.label)}</li>" for item in places)
        return f'<ul class="places">{items}</ul>' if items else ""

    def _environments(self) -> str:
        tables = "".join(
            self._environment(number, place) for number, place in enumerate(self._portrait.environments, 1)
        )
        body = tables or "<p>No environment with real-time settings was found.</p>\n"
        return f"<section>\n<h2>Environments and settings</h2>\n{body}</section>\n"

    def _environment(self, number: int, place: EnvironmentView) -> str:
        rows = [(name, row) for name, _, settings in place.clients for row in settings]
        rows += [("Variable", row) for row in place.variables]
        body = (self._setting(group, row) for group, row in rows)
        caption = f"{self._show(place.name)}, {escape(visible(package_title(place.package)))}"
        columns = ("Setting", "Of", "Value", "Decided at")
        return _table(f"Settings of environment {number}", columns, body, caption)

    def _setting(self, group: str, row: SettingView) -> str:
        value = f"<code>{self._show(setting_value(row))}</code>"
        return _row(self._show(row.name), self._show(group), value, self._place(row.at))

    def _map(self) -> str:
        found = self._portrait.map
        if not found.nodes:
            return ""
        items = "".join(
            f"<li>{self._node(edge.start)} → {self._node(edge.end)}"
            f"{f' <strong class=no>({escape(edge.label)})</strong>' if edge.label else ''}</li>\n"
            for edge in found.edges
        )
        cut = f"<p>{found.cut} more are left out of the picture.</p>\n" if found.cut else ""
        return (
            "<section>\n<h2>From clients to routes</h2>\n"
            f"{_scroll('Map')}{svg(found, self._plain)}</div>\n{cut}"
            f"<details>\n<summary>The map as a list</summary>\n<ul>\n{items}</ul>\n</details>\n</section>\n"
        )

    def _node(self, number: int) -> str:
        node = self._portrait.map.nodes[number]
        place = f" {self._place(node.at)}" if node.at else ""
        detail = f'<span class="soft">({self._show(node.detail)})</span>' if node.detail.strip() else ""
        return f"{COLUMNS[node.column]} {self._show(node.title)} {detail}{place}"

    def _files(self) -> str:
        listed = {
            part: "".join(f"<li><code>{escape(visible(path))}</code></li>" for path in paths)
            for part, paths in self._portrait.files
        }
        groups = "".join(f"<h3>{escape(part)}</h3>\n<ul>{items}</ul>\n" for part, items in listed.items())
        return f"<section>\n<h2>Files that take part</h2>\n{groups or '<p>None.</p>'}</section>\n"

    def _findings(self) -> str:
        first: set[str] = set()
        articles = []
        for finding in self._report.findings:
            anchor = "" if finding.code in first else f' id="{finding.code}"'
            first.add(finding.code)
            articles.append(self._finding(finding, anchor))
        body = "".join(articles) or "<p>No findings.</p>\n"
        return f"<section>\n<h2>Findings</h2>\n{body}</section>\n"

    def _finding(self, finding: Finding, anchor: str) -> str:
        level = {"error": "no", "warning": "unknown", "note": "none"}[finding.level]
        head = f'<span class="badge {level}">{finding.level}</span> {finding.code} {escape(finding.name)}'
        places = [Evidence(finding.at, ""), *(item for item in (*finding.chain, *finding.related))]
        frames = "".join(frame(self._report, item, primary=item.at == finding.at) for item in _distinct(places))
        parts = [("What you will see", finding.symptom), ("What to change", finding.remedy)]
        if finding.fix is not None:
            option = "--fix" if finding.fix.safe else "--fix --unsafe-fixes"
            parts.append((f"rtlint check {option}", finding.fix.title))
        rows = "".join(f"<dt>{escape(name)}</dt><dd>{self._show(text)}</dd>" for name, text in parts if text)
        return (
            f"<article{anchor}>\n<h3>{head}</h3>\n<p>{self._show(finding.message)}.</p>\n{frames}"
            f"{f'<dl>{rows}</dl>' if rows else ''}\n</article>\n"
        )


def _scroll(label: str) -> str:
    return f'<div class="scroll" role="region" aria-label="{label}" tabindex="0">'


def _table(label: str, columns: tuple[str, ...], rows: Iterable[str], caption: str = "") -> str:
    """Return a table in a region that scrolls. Roles are written out: stacked rows on a phone would lose them."""
    head = "".join(f'<th scope="col" role="columnheader">{name}</th>' for name in columns)
    named = f"<caption>{caption}</caption>\n" if caption else ""
    return (
        f'{_scroll(label)}<table role="table">\n{named}<thead role="rowgroup"><tr role="row">{head}</tr></thead>\n'
        f'<tbody role="rowgroup">\n{"".join(rows)}</tbody>\n</table></div>\n'
    )


def _row(head: str, *cells: str) -> str:
    rest = "".join(f'<td role="cell">{cell}</td>' for cell in cells)
    return f'<tr role="row"><th scope="row" role="rowheader">{head}</th>{rest}</tr>\n'


def _distinct(places: Iterable[Evidence]) -> list[Evidence]:
    """Return the places, each once, with the first label that says something."""
    labels: dict[Site, str] = {}
    for item in places:
        labels[item.at] = labels.get(item.at) or item.label
    return [Evidence(site, label) for site, label in labels.items()]
