"""How a message quotes what a file says, and names several things."""

from __future__ import annotations

from collections.abc import Sequence

_NAMED = 4  # things named one by one in a note


def shortened(text: str) -> str:
    """A value as quoted in a message."""
    return text if len(text) <= 40 else text[:40] + "..."


def named(things: Sequence[object]) -> str:
    """The first few of a list by name, the others by number."""
    rest = len(things) - _NAMED
    return ", ".join(map(str, things[:_NAMED])) + (f" and {rest} more" if rest > 0 else "")


def listed(names: Sequence[str]) -> str:
    """Names as in a sentence."""
    if len(names) == 1:
        return names[0]
    return f"{', '.join(names[:-1])} and {names[-1]}"
