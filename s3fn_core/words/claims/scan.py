"""The tokenizer: text into numbers, words and marks, each with its place."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from s3fn_core.words.claims import vocabulary as v

TokenKind = Literal["word", "mark", "number", "unit", "wave", "value", "end"]


@dataclass(frozen=True, slots=True)
class Node:
    """A token, or a phrase that later steps made of several tokens.

    Attributes
    ----------
    kind : str
        "word", "mark", "number" and "unit" are tokens; "end" closes a sentence; "wave" is a
        place in the spectrum, "value" a share of 0 to 1 that may be a reflectance.
    text : str
        Lower case.  Of a phrase: its last token.
    start, stop : int
        Characters of the text.
    low, high : float or None
        Of a number, wave (nm) or value (fraction); None is an open end.
    unit : str
        "nm", "cm" (wavenumber), "%"; "" for a number without; "name" for a named region.
    placed : bool
        Whether a preposition introduces it ("between ...", "beyond ...").
    backwards : bool
        A range whose larger end was written first.
    about : bool
        Hedged by "about", "roughly" and the like.
    """

    kind: TokenKind
    text: str
    start: int
    stop: int
    low: float | None = None
    high: float | None = None
    unit: str = ""
    placed: bool = False
    backwards: bool = False
    about: bool = False

    @property
    def is_point(self) -> bool:
        return self.low is not None and self.low == self.high


# The alternatives are tried in this order and none can backtrack over more than a few characters,
# so that scanning takes linear time.
TOKEN = re.compile(
    r"""
      (?P<wavenumber> cm \s? (?: \^? \s? \{? \s? [-−–⁻] \s? [1¹] \}? ) (?![0-9]) )
    | (?P<number>
        [1-9][0-9]? [,\u00a0\u2009\u202f] [0-9]{3} (?![.,]?[0-9])  # 1,450: thousands
      | 0,[0-9]+ | [1-9][0-9]?,[0-9]{1,2} (?![.,]?[0-9])                # 0,45: decimal comma
      | [0-9]+ (?: \.[0-9]+ )?
      | (?<![\w.]) \.[0-9]+ )
    | (?P<word> [^\W\d_] \w* (?: ['’] \w+ )? )
    | (?P<break> \n\s* )
    | (?P<mark> [^\s*_`] )
    """,
    re.VERBOSE | re.IGNORECASE,
)
THOUSANDS = re.compile(r"[1-9][0-9]?[,\u00a0\u2009\u202f][0-9]{3}")


def scan(text: str) -> list[Node]:
    """The tokens of a text; the last one is an "end"."""
    nodes: list[Node] = []
    for match in TOKEN.finditer(text):
        make = MAKERS[match.lastgroup or "mark"]
        node = make(match, nodes[-1] if nodes else None)
        if node is not None:
            nodes.append(node)
    nodes.append(Node("end", "", len(text), len(text)))
    return nodes


def _number(match: re.Match[str], before: Node | None) -> Node:
    written = match.group()
    value = float(re.sub(r"\D", "", written) if THOUSANDS.fullmatch(written) else written.replace(",", "."))
    return Node("number", written, match.start(), match.end(), value, value)


def _wavenumber(match: re.Match[str], before: Node | None) -> Node:
    return Node("unit", "cm-1", match.start(), match.end())


def _word(match: re.Match[str], before: Node | None) -> Node:
    return Node("word", match.group().lower().replace("’", "'"), match.start(), match.end())


def _mark(match: re.Match[str], before: Node | None) -> Node:
    mark = match.group()
    ends = mark in "!?。" or (mark == "." and not (before and before.text in v.ABBREVIATIONS))
    return Node("end" if ends else "mark", mark, match.start(), match.end())


def _break(match: re.Match[str], before: Node | None) -> Node | None:
    """A new line ends a sentence unless the text was only wrapped there."""
    follows = match.string[match.end() : match.end() + 1]
    wrapped = match.group().count("\n") == 1 and (
        follows.islower() or (before is not None and before.text in v.CONNECTORS)
    )
    return None if wrapped else Node("end", "\n", match.start(), match.start() + 1)


MAKERS: dict[str, Callable[[re.Match[str], Node | None], Node | None]] = {
    "wavenumber": _wavenumber,
    "number": _number,
    "word": _word,
    "break": _break,
    "mark": _mark,
}
