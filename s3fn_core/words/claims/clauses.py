"""Sentences into clauses, the words in them that say something, and the waves these speak of.

A *head* is a word that makes a claim: absorbs, peak, rises, flat, brighter ...  Each wave belongs
to one head: the one it qualifies ("the 970 nm absorption"), else the nearest before it in its
clause ("absorbs at 430 nm"), else the next one in the clause ("at 970 nm water absorbs"), else the
last one before the clause ("..., and again at 1200 nm").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from s3fn_core.words.claims import vocabulary as v
from s3fn_core.words.claims.scan import Node

Family = Literal["dip", "peak", "slope", "compare", "neutral"]
LONGEST_SENTENCE = 300  # nodes; longer ones are cut, so that searching in one stays cheap


@dataclass
class Head:
    """A claiming word at ``nodes[start:stop]`` and the waves that belong to it."""

    family: Family
    start: int
    stop: int
    sign: int = 0
    absent: bool = False
    default: tuple[float, float] | None = None  # where it is when the text does not say
    others: tuple[str, ...] = ()
    waves: list[Node] = field(default_factory=list)


@dataclass(frozen=True)
class Clause:
    start: int
    stop: int


def sentences(nodes: Sequence[Node]) -> list[list[Node]]:
    result: list[list[Node]] = [[]]
    for node in nodes:
        if node.kind == "end" or len(result[-1]) >= LONGEST_SENTENCE:
            result.append([])
        if node.kind != "end":
            result[-1].append(node)
    return [sentence for sentence in result if sentence]


def clauses(nodes: Sequence[Node]) -> list[Clause]:
    """Cut at commas and conjunctions, but not inside a list of wavelengths."""
    starts = [0]
    for i, node in enumerate(nodes):
        if i and node.text in v.CLAUSE_STARTS and node.kind != "wave" and not _in_list(nodes, i):
            starts.append(i)
    return [Clause(a, b) for a, b in zip(starts, [*starts[1:], len(nodes)], strict=True)]


def _in_list(nodes: Sequence[Node], i: int) -> bool:
    """Whether the comma or "and" at `i` stands between two waves, or two values."""
    if nodes[i].text not in (",", "and"):
        return False
    before, after = i - 1, i + 1
    if nodes[i].text == "and" and nodes[before].text == ",":
        before -= 1
    if nodes[i].text == "," and after < len(nodes) and nodes[after].text in ("and", "or"):
        after += 1
    if before < 0 or after >= len(nodes):
        return False
    return nodes[before].kind == nodes[after].kind and nodes[before].kind in ("wave", "value")


def is_negated(nodes: Sequence[Node], clause: Clause, start: int) -> bool:
    """Whether a negation stands before `start` in its clause."""
    for i in range(start - 1, max(clause.start, start - 9) - 1, -1):
        text = nodes[i].text
        if text in v.NEGATIONS or text.endswith("n't"):
            follows = nodes[i + 1].text if i + 1 < len(nodes) else ""
            return follows not in ("only", "just", "doubt")
    return False


def attach(nodes: Sequence[Node], parts: Sequence[Clause], heads: list[Head], paired: set[int]) -> None:
    """Hand each wave to its head.

    Parameters
    ----------
    nodes : sequence of Node
    parts : sequence of Clause
    heads : list of Head
        In the order of the text; their ``waves`` are filled.
    paired : set of int
        Starts of waves that already have a reflectance: those look no further than their clause.
    """
    of_clause = [[h for h in heads if part.start <= h.start < part.stop] for part in parts]
    last: Head | None = None
    for k, part in enumerate(parts):
        inside = of_clause[k]
        claiming = [head for head in inside if head.family != "neutral"]
        for i in range(part.start, part.stop):
            if nodes[i].kind != "wave":
                continue
            if claiming:
                head = _head_in_clause(nodes, claiming, i)
            elif inside or nodes[i].start in paired:
                head = None
            else:
                head = _head_elsewhere(nodes, parts, of_clause, k, last)
            if head is not None:
                head.waves.append(nodes[i])
        if inside:
            last = claiming[-1] if claiming else inside[-1]


def _head_in_clause(nodes: Sequence[Node], heads: Sequence[Head], i: int) -> Head:
    first, last = _list_around(nodes, i)
    left = [head for head in heads if head.stop <= first]
    right = [head for head in heads if head.start > last]
    if right and not _is_placed(nodes, first) and right[0].start - last <= 5:
        return right[0]
    return left[-1] if left else (right or list(heads))[0]


def _list_around(nodes: Sequence[Node], i: int) -> tuple[int, int]:
    """First and last wave of the list that the wave at `i` is in."""
    first = last = i
    while first >= 2 and nodes[first - 1].text in v.SEPARATORS and nodes[first - 2].kind == "wave":
        first -= 2
    while last + 2 < len(nodes) and nodes[last + 1].text in v.SEPARATORS and nodes[last + 2].kind == "wave":
        last += 2
    return first, last


def _is_placed(nodes: Sequence[Node], i: int) -> bool:
    """Whether a preposition comes before the wave at `i`."""
    if nodes[i].placed:
        return True
    before = i - 1
    while before >= 0 and nodes[before].text in ("the", "wavelengths", "wavelength", "exactly"):
        before -= 1
    return before >= 0 and nodes[before].text in v.PLACES


def _head_elsewhere(
    nodes: Sequence[Node],
    parts: Sequence[Clause],
    of_clause: Sequence[Sequence[Head]],
    k: int,
    last: Head | None,
) -> Head | None:
    """Head of a wave in a clause without any: the last one, or the one of the next clause."""
    following = of_clause[k + 1] if k + 1 < len(parts) else []
    if following:
        start = parts[k + 1].start
        introduces = nodes[start].text == "," and start + 1 < len(nodes)
        introduces = introduces and nodes[start + 1].text not in v.CLAUSE_STARTS
        waveless = not any(node.kind == "wave" for node in nodes[start : parts[k + 1].stop])
        if last is None or (introduces and waveless):
            return next((head for head in following if head.family != "neutral"), None)
    return last if last is not None and last.family != "neutral" else None
