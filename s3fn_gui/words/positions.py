"""Places in a text: Python counts characters, Qt counts units of UTF-16."""

from __future__ import annotations


def qt_position(text: str, place: int) -> int:
    """Where Qt has the character that Python has at `place`."""
    return place if text.isascii() else _units(text[:place])


def common_ends(one: str, other: str) -> tuple[int, int]:
    """How many characters two texts share at their start, and (beyond that) at their end."""
    shorter = min(len(one), len(other))
    start = next((i for i in range(shorter) if one[i] != other[i]), shorter)
    rest = shorter - start
    stop = next((i for i in range(rest) if one[-1 - i] != other[-1 - i]), rest)
    return start, stop


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
