"""Entries that a class names word for word; no text encoder is needed for it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from s3fn_core.words.library.entries import Entry

LITERAL = 0.9
"""Least score of an entry that is named word for word; it rises to 1 with its share of the name."""
OWN_WORDS = 0.02
"""Of two entries with equal words, the one that uses them as its name goes first."""


def word_for_word(entries: Sequence[Entry], name: str) -> dict[int, tuple[float, str]]:
    """Score and matching words of the entries that a class's name holds, by their place."""
    words = folded(name)
    found: dict[int, tuple[float, str]] = {}
    for i, entry in enumerate(entries):
        for text in entry.names:
            part = folded(text)
            if not part or not _holds(words, part):
                continue
            score = LITERAL + (1 - LITERAL - OWN_WORDS) * len(part) / len(words)
            score += OWN_WORDS * (text == entry.name)
            if score > found.get(i, (0.0, ""))[0]:
                found[i] = (score, text)
    return found


@lru_cache(maxsize=1 << 15)
def folded(name: str) -> tuple[str, ...]:
    """The words of a name in small letters and without a plural s."""
    words = re.findall(r"\w+", name.lower())
    return tuple(w[:-1] if len(w) > 3 and w.endswith("s") and not w.endswith("ss") else w for w in words)


def _holds(words: tuple[str, ...], part: tuple[str, ...]) -> bool:
    return any(words[i : i + len(part)] == part for i in range(len(words) - len(part) + 1))
