"""Pages: what their attributes stand for."""

from __future__ import annotations

import pytest

from rtlint.facts.csp import CspMeta
from rtlint.facts.raw import Import
from tests.extract.scripts import of


@pytest.mark.parametrize(
    ("value", "policy"),
    [
        ("\"default-src 'self'\"", "default-src 'self'"),
        ("'default-src x'", "default-src x"),
        ("default-src", "default-src"),
        ('"default-src &#39;self&#x27;; connect-src a?b&amp;c"', "default-src 'self'; connect-src a?b&c"),
        ('"report-uri /a?b&copy=c"', "report-uri /a?b&copy=c"),
        ('"default-src a" content="default-src b"', "default-src a"),
    ],
)
def test_a_policy_is_read_as_browsers_read_it(value: str, policy: str) -> None:
    page = f'<meta http-equiv="Content-Security-Policy" content={value}>'
    assert [fact.policy for fact in of(CspMeta, page, "index.html")] == [policy]


def test_the_address_of_a_script_is_read_without_references() -> None:
    page = '<script src="/a.js?b=1&amp;c=2"></script>'
    assert [fact.source for fact in of(Import, page, "index.html")] == ["/a.js?b=1&c=2"]
