"""What differs between two texts, word by word."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import groupby
from typing import Literal

Change = Literal["same", "gone", "new"]
Piece = tuple[Change, str]
ISLAND = 2  # fewer words that agree between two changes would only make the change hard to read


def difference(before: str, after: str) -> list[Piece]:
    """The pieces of which `before` is made (all but "new") and `after` (all but "gone").

    Blanks belong to the word before them.  Between words that agree they are those of `after`.
    """
    old, new = _words(before), _words(after)
    matcher = SequenceMatcher(None, [w.rstrip() for w in old], [w.rstrip() for w in new], autojunk=False)
    pieces: list[Piece] = []
    gap = ("", "")  # blanks before a change that belong to it, since they differ
    for kind, i, i_end, j, j_end in _joined(matcher.get_opcodes()):
        was, becomes = "".join(old[i:i_end]), "".join(new[j:j_end])
        if kind == "equal":
            ends = [text[len(text.rstrip()) :] for text in (was, becomes)]
            gap = (ends[0], ends[1]) if ends[0] != ends[1] else ("", "")
            pieces.append(("same", becomes.rstrip() if any(gap) else becomes))
        else:
            pieces += [("gone", gap[0] + was), ("new", gap[1] + becomes)]
            gap = ("", "")
    pieces.append(("new", gap[1]))
    return [piece for piece in pieces if piece[1]]


def _words(text: str) -> list[str]:
    """Words (numbers with their decimals) and signs, each with the blanks behind it."""
    return re.findall(r"\A\s+|(?:\w+(?:[.,]\w+)*|[^\w\s])\s*", text)


def _joined(opcodes: Sequence[tuple[str, int, int, int, int]]) -> list[tuple[str, int, int, int, int]]:
    """With neighbouring changes as one, also across a few words that agree."""
    last = len(opcodes) - 1
    kinds = [
        "equal" if kind == "equal" and (i_end - i >= ISLAND or place in (0, last)) else "replace"
        for place, (kind, i, i_end, _, _) in enumerate(opcodes)
    ]
    result = []
    for kind, group in groupby(zip(kinds, opcodes, strict=True), key=lambda pair: pair[0]):
        run = [opcode for _, opcode in group]
        result.append((kind, run[0][1], run[-1][2], run[0][3], run[-1][4]))
    return result
