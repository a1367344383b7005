"""The portrait of a repository's real-time setup: what its facts prove, contradict, or leave open."""

from __future__ import annotations

from pathlib import Path

from rtlint.facts.records import replace
from rtlint.findings import Report
from rtlint.link.overview import overview
from rtlint.pipeline.checking import judged
from rtlint.pipeline.overrides import Overrides
from rtlint.pipeline.portrait.answers import Case, answers
from rtlint.pipeline.portrait.mapping import drawn
from rtlint.pipeline.portrait.parts import files_by_part
from rtlint.pipeline.verdicts import concluded
from rtlint.portraits import NO, NONE, UNKNOWN, YES, PackagePortrait, Portrait


def portray(root: Path) -> Portrait:
    """Return the portrait of a folder; what a baseline lists is shown too.

    Raises:
        RtlintError: the configuration or a built-in rule is wrong.
    """
    overrides = Overrides(no_baseline=True)
    found = judged(root, overrides, complete=True)
    report = replace(concluded(root, found.verdicts(), overrides).report, seconds=0.0)
    case = Case.of(found, report)
    packages = tuple(
        PackagePortrait(folder, case.clients_in_words(folder), tuple(answers(case, folder))) for folder in case.folders
    )
    every = overview(found.analysis.program, found.analysis.facts) if packages else []
    environments = tuple(place for place in every if place.clients or place.kind != "default")
    verdict, sentence = _verdict(packages, report)
    return Portrait(
        name=root.resolve().name,
        sentence=sentence,
        verdict=verdict,
        packages=packages,
        environments=environments,
        map=drawn(case, environments),
        files=files_by_part(case, report) if packages else (),
        report=report,
    )


def _verdict(packages: tuple[PackagePortrait, ...], report: Report) -> tuple[str, str]:
    verdicts = [answer.verdict for package in packages for answer in package.answers]
    errors = sum(finding.level == "error" for finding in report.findings)
    warnings = sum(finding.level == "warning" for finding in report.findings)
    if not packages:
        return NONE, "No real-time client that rtlint knows was found in the application's code."
    if errors or warnings:
        parts = [f"{errors} that break it" if errors else "", f"{warnings} that may" if warnings else ""]
        return NO, f"The real-time setup is not true: there are contradictions, {' and '.join(filter(None, parts))}."
    if NO in verdicts:
        return NO, "The real-time setup has gaps: see the answers below."
    if UNKNOWN in verdicts:
        open_questions = verdicts.count(UNKNOWN)
        left = "one statement is" if open_questions == 1 else f"{open_questions} statements are"
        return UNKNOWN, f"Nothing contradicts itself, and {left} left open by the repository."
    return YES, "The real-time setup is true, as far as the repository tells."
