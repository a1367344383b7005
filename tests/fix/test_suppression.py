"""Suppressing comments: put in by rtlint, and read by rtlint's own extractors."""

from __future__ import annotations

import pytest

from rtlint.discover import kind_of
from rtlint.facts.files import SourceFile
from rtlint.fix.changes import edited
from rtlint.fix.suppression import suppression


def silenced(path: str, text: str, line: int) -> str | None:
    file = SourceFile(path, kind_of(path), "app", False, len(text))
    edit = suppression(file, text.encode(), line, "RT101", "why")
    return edited([edit], {path: text.encode()})[path].decode() if edit else None


@pytest.mark.parametrize(
    ("path", "text", "line", "expected"),
    [
        ("a.ts", "a();\n  b();\n", 2, "a();\n  // rtlint: ignore[RT101]: why\n  b();\n"),
        ("a.ts", "a();\r\nb();\r\n", 2, "a();\r\n// rtlint: ignore[RT101]: why\r\nb();\r\n"),
        ("a.tsx", "const a = (\n  <p>\n    {x}\n  </p>\n);\n", 3, "{/* rtlint: ignore[RT101]: why */}"),
        ("a.py", "def a():\n    b()\n", 2, "def a():\n    # rtlint: ignore[RT101]: why\n    b()\n"),
        (".env", "A=1\nB=2\n", 2, "A=1\n# rtlint: ignore[RT101]: why\nB=2\n"),
        ("compose.yml", "a:\n  b: 1\n", 2, "a:\n  # rtlint: ignore[RT101]: why\n  b: 1\n"),
        ("a.html", "<p>\n  <b>\n</p>\n", 2, "<p>\n  <!-- rtlint: ignore[RT101]: why -->\n  <b>\n</p>\n"),
        (
            "a.html",
            "<script>\n  a();\n</script>\n",
            2,
            "<script>\n  // rtlint: ignore[RT101]: why\n  a();\n</script>\n",
        ),
        ("a.vue", "<script>\na();\n</script>\n", 2, "<script>\n// rtlint: ignore[RT101]: why\na();\n</script>\n"),
        ("a.php", "<?php\na();\n", 2, "<?php\n// rtlint: ignore[RT101]: why\na();\n"),
    ],
)
def test_the_comment_has_the_form_of_its_language(path: str, text: str, line: int, expected: str) -> None:
    found = silenced(path, text, line)
    assert found is not None
    assert expected in found
    assert len(found.splitlines()) == len(text.splitlines()) + 1


@pytest.mark.parametrize(
    ("path", "text", "line"),
    [
        ("package.json", '{\n  "a": 1\n}\n', 2),
        ("a.ts", "const a = `\n  text\n`;\n", 2),
        ("a.py", 'a = """\ntext\n"""\n', 2),
        ("compose.yml", "a: |\n  one\n  two\n", 3),
    ],
)
def test_where_no_comment_can_stand_none_is_put(path: str, text: str, line: int) -> None:
    assert silenced(path, text, line) is None
