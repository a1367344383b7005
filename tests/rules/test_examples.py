from __future__ import annotations

from pathlib import Path

import pytest

from tests.rules.examples import Case, cases, run


@pytest.mark.parametrize("case", cases(), ids=str)
def test_every_rule_on_every_example(case: Case, tmp_path: Path) -> None:
    assert run(case, tmp_path) == []
