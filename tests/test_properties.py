"""Properties of every extractor, on texts that hypothesis makes of real fragments and of noise.

No extractor raises; every site lies inside of its file; and what a fact says stands at its site. `RTLINT_FUZZ` in the
environment sets how many examples are tried (`make fuzz`).
"""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.properties import (
    FRAGMENTS,
    KINDS,
    NAMED,
    POLICY_FRAGMENTS,
    check_names,
    check_policy,
    check_sites,
    facts,
    read_all,
)

EXAMPLES = int(os.environ.get("RTLINT_FUZZ", "60"))

texts = st.lists(st.sampled_from(FRAGMENTS) | st.text(max_size=6), max_size=25).map("".join)
policies = st.lists(st.sampled_from(POLICY_FRAGMENTS) | st.text(max_size=3), max_size=12).map("".join)


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=EXAMPLES, deadline=None, derandomize=EXAMPLES <= 60, suppress_health_check=list(HealthCheck))
@given(text=texts)
def test_sites_lie_inside_of_the_file(kind: str, text: str) -> None:
    data = text.encode("utf-8", "surrogatepass")
    check_sites(facts(kind, data), data)


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=EXAMPLES, deadline=None, derandomize=EXAMPLES <= 60, suppress_health_check=list(HealthCheck))
@given(data=st.binary(max_size=300))
def test_no_bytes_raise(kind: str, data: bytes) -> None:
    read_all(facts(kind, data))


@pytest.mark.parametrize("kind", sorted(NAMED))
@settings(max_examples=EXAMPLES, deadline=None, derandomize=EXAMPLES <= 60, suppress_health_check=list(HealthCheck))
@given(text=texts)
def test_what_a_fact_says_stands_at_its_site(kind: str, text: str) -> None:
    data = text.encode("utf-8", "surrogatepass")
    check_names(facts(kind, data), data)


@settings(max_examples=EXAMPLES, deadline=None, derandomize=EXAMPLES <= 60, suppress_health_check=list(HealthCheck))
@given(policy=policies)
def test_policies_are_read_as_written_and_fixed_without_side_effects(policy: str) -> None:
    check_policy(policy.encode("utf-8", "surrogatepass"))
