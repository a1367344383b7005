"""GitHub's own fingerprint of lines, so that alerts stay the same when lines move.

Source: https://github.com/github/codeql-action/blob/main/src/fingerprints.ts. For each line a rolling hash (base 37,
modulo 2^64) of the 100 UTF-16 units from its start, blanks and tabs left out, CRLF as LF, the text followed by 65535
and zeros; then a colon and how many lines with this hash there have been.
"""

from __future__ import annotations

import struct

_BLOCK = 100
_BASE = 37
_MASK = (1 << 64) - 1
_END = 65535
_FIRST = pow(_BASE, _BLOCK, 1 << 64)


def line_hashes(text: str) -> list[str]:
    """Return the fingerprint of each line of a text, in order; a last line without content counts."""
    units, starts = _units(text)
    hashes: list[str] = []
    seen: dict[int, int] = {}
    rolling = 0
    window = units + [_END] + [0] * _BLOCK
    values = []
    for position in range(_BLOCK):
        rolling = (rolling * _BASE + window[position]) & _MASK if position < len(window) else rolling
    for start in range(len(units) + 1):
        values.append(rolling)
        leaving = window[start]
        entering = window[start + _BLOCK] if start + _BLOCK < len(window) else 0
        rolling = (rolling * _BASE + entering - _FIRST * leaving) & _MASK
    for start in starts:
        value = values[start]
        seen[value] = seen.get(value, 0) + 1
        hashes.append(f"{value:x}:{seen[value]}")
    return hashes


def _units(text: str) -> tuple[list[int], list[int]]:
    """Return the UTF-16 units that count, and the position at which each line begins."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    raw = plain.encode("utf-16-le", "surrogatepass")
    units, starts = [], [0]
    for unit in struct.unpack(f"<{len(raw) // 2}H", raw):
        if unit in {0x20, 0x09}:
            continue
        units.append(unit)
        if unit == 0x0A:
            starts.append(len(units))
    return units, starts
