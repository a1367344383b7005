"""What holds in all tests: nothing is remembered between runs, unless a test is about that."""

from __future__ import annotations

import os

os.environ["RTLINT_NO_CACHE"] = "1"
