"""Options of bundlers that remove the calls of console methods."""

from __future__ import annotations

from pathlib import Path

import pytest

from rtlint import pipeline


@pytest.mark.parametrize(
    ("path", "config", "expected"),
    [
        ("vite.config.js", "export default { esbuild: { drop: ['console'] } }", ["esbuild.drop", "the whole console"]),
        ("vite.config.js", "export default { esbuild: { drop: ['debugger'], pure: ['console.log'] } }", []),
        (
            "vite.config.js",
            "export default { build: { terserOptions: { compress: { pure_funcs: ['console.warn'] } } } }",
            ["build.terserOptions.compress.pure_funcs", "console.warn"],
        ),
        (
            "vite.config.js",
            "export default { build: { terserOptions: { compress: { drop_console: true } } } }",
            ["build.terserOptions.compress.drop_console", "the whole console"],
        ),
        (
            "vite.config.js",
            "export default ({ mode }) => ({ build: { terserOptions: { compress: { drop_console: mode === 'x' } } } })",
            ["build.terserOptions.compress.drop_console", "the whole console"],
        ),
        ("vite.config.js", "export default { build: { terserOptions: { compress: { drop_console: false } } } }", []),
        (
            "next.config.js",
            "export default { compiler: { removeConsole: true } }",
            ["compiler.removeConsole", "the whole console"],
        ),
        (
            "next.config.js",
            "export default { compiler: { removeConsole: { exclude: ['error'] } } }",
            ["compiler.removeConsole", "console.warn"],
        ),
        ("next.config.js", "export default { compiler: { removeConsole: { exclude: ['error', 'warn'] } } }", []),
    ],
)
def test_what_is_removed(path: str, config: str, expected: list[str], tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text('{"dependencies": {"vite": "7", "next": "16"}}')
    (tmp_path / path).write_text(config)
    found = [item for item in pipeline.check(tmp_path).report.findings if item.code == "RT501"]
    assert [item.level for item in found] == ["note"] * bool(expected)
    assert all(text in item.message for item in found for text in expected)
