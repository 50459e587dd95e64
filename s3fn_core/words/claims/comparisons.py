"""Comparisons with another class: "brighter than water beyond 700 nm"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from s3fn_core.words.claims import vocabulary as v
from s3fn_core.words.claims.clauses import Head
from s3fn_core.words.claims.scan import Node, scan

BACK, AHEAD = 10, 9  # how far from "than" the comparative and the names may stand
BEFORE_SUBJECT = v.CONTRASTS | {"the", "a", "an", "both"}
NameTable = Mapping[str, Sequence[tuple[tuple[str, ...], str]]]


def name_table(names: Sequence[str]) -> NameTable:
    """Class names by their first word, longest first, in the singular."""
    table: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for name in names:
        words = tuple(_singular(node.text) for node in scan(name) if node.kind != "end")
        if words:
            table.setdefault(words[0], []).append((words, name))
    return {first: sorted(found, key=lambda x: -len(x[0])) for first, found in table.items()}


def _singular(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("ses", "xes", "ches", "shes", "zes")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us")):
        return word[:-1]
    return word


def name_at(nodes: Sequence[Node], i: int, table: NameTable) -> tuple[str, int] | None:
    """The class whose name begins at `i`, and the index after it."""
    for words, name in table.get(_singular(nodes[i].text), ()):
        there = tuple(_singular(node.text) for node in nodes[i : i + len(words)])
        if there == words:
            return name, i + len(words)
    return None


def find_comparisons(nodes: Sequence[Node], table: NameTable) -> list[Head]:
    """Heads of the family "compare", also of classes that are not in the table."""
    return [
        head
        for i, node in enumerate(nodes)
        if node.kind == "word" and (head := _comparison(nodes, i, table)) is not None
    ]


def _comparison(nodes: Sequence[Node], i: int, table: NameTable) -> Head | None:
    text, after = nodes[i].text, nodes[i + 1].text if i + 1 < len(nodes) else ""
    if text in ("exceeds", "exceed", "exceeding", "surpasses"):
        others, stop = _names(nodes, i + 1, table)
        return Head("compare", i, stop, 1, others=others) if others else None
    if text == "than":
        first = i + 1
    elif text in ("compared", "relative", "comparison") and after in ("to", "with"):
        first = i + 2
    elif text in ("below", "above") and after in ("that", "those"):
        others, stop = _names(nodes, i + 1, table)
        sign = 1 if text == "above" else -1
        return Head("compare", i, stop, sign, others=others) if others else None
    elif text in ("as", "to") and (same := _equality(nodes, i)) is not None:
        others, stop = _names(nodes, i + 1, table)
        return Head("compare", same[0], stop, same[1], others=others) if others else None
    else:
        return None
    others, stop = _names(nodes, first, table, over_commas=text == "than")
    start, sign = _comparative(nodes, range(i - 1, max(-1, i - BACK - 1), -1))
    if not sign and text != "than":
        start, sign = _comparative(nodes, range(stop, min(len(nodes), stop + BACK + 4)))
        return Head("compare", i, start + 1, sign, others=others) if sign else None
    return Head("compare", start, max(stop, i + 1), sign, others=others) if sign else None


def _comparative(nodes: Sequence[Node], places: range) -> tuple[int, int]:
    """Place and sign of the first comparative about brightness; sign 0 if there is none."""
    for i in places:
        text = nodes[i].text
        if text in v.ABOUT_SOMETHING_ELSE or text in ("than", ";"):
            break
        if text in v.BRIGHTER or text in v.DARKER:
            return i, 1 if text in v.BRIGHTER else -1
        if (text in v.HIGHER or text in v.LOWER) and _is_about_light(nodes, i):
            return i, 1 if text in v.HIGHER else -1
    return 0, 0


def _is_about_light(nodes: Sequence[Node], i: int) -> bool:
    """Whether "higher" or "more" at `i` compares reflectances."""
    near = [node.text for node in nodes[max(0, i - 6) : i + 5]]
    before = nodes[i - 1].text if i else ""
    if set(near) & v.ABOUT_SOMETHING_ELSE or before in v.RISES | v.FALLS:
        return False
    if nodes[i].text in ("more", "less"):
        close = {node.text for node in nodes[max(0, i - 2) : i + 3]}
        return bool(close & (v.REFLECTANCE | {"reflective", "bright", "light", "dark"}))
    context = {node.text for node in nodes[max(0, i - 12) : i + 12]}
    return bool(context & (v.REFLECTANCE | {"plateau", "bright", "values", "nir", "signal", "much"}))


def _equality(nodes: Sequence[Node], i: int) -> tuple[int, int] | None:
    """Start and sign of "as bright as", "not as bright as", "similar reflectance to"."""
    before = [node.text for node in nodes[max(0, i - 4) : i]]
    if nodes[i].text == "as" and before[-1:] and before[-1] in ("bright", "reflective", "dark"):
        if "as" not in before and "so" not in before:
            return None
        if {"twice", "times", "half"} & set(before):
            return i - 2, -1 if "half" in before else 1
        negated = any(word == "not" or word.endswith("n't") for word in before)
        unlike = 1 if before[-1] == "dark" else -1
        return i - 2, unlike if negated else 0
    if nodes[i].text == "to" and before and {"similar", "identical", "equal"} & set(before):
        about = v.REFLECTANCE | {"bright", "brightness", "spectrally"}
        return (i - 1, 0) if about & {node.text for node in nodes[max(0, i - 8) : i + 4]} else None
    return None


def _names(
    nodes: Sequence[Node], i: int, table: NameTable, over_commas: bool = True
) -> tuple[tuple[str, ...], int]:
    """Classes named from `i` on, and the index after the last."""
    found: list[str] = []
    stop, end = i, min(len(nodes), i + AHEAD)
    while i < end and nodes[i].kind in ("word", "mark") and nodes[i].text not in v.CONTRASTS:
        named = name_at(nodes, i, table)
        if named is None:
            if nodes[i].text == "," and not over_commas:
                break
            if found and nodes[i].text not in ("and", "or", ",", "the", "in", "both", "of", "that"):
                break
            i += 1
            continue
        name, i = named
        stop = i
        if name not in found:
            found.append(name)
        end = min(len(nodes), i + AHEAD)
    return tuple(found), stop


def without_others(nodes: Sequence[Node], table: NameTable) -> list[Node]:
    """A sentence without what it says about other classes ("..., whereas soil rises steadily")."""
    result: list[Node] = []
    skipping = False
    for i, node in enumerate(nodes):
        before = nodes[i - 1].text if i else ""
        begins = i == 0 or before in v.CONTRASTS or node.text in v.CONTRASTS
        begins = begins or (before == "," and nodes[0].text in ("unlike", "compared"))
        if begins:
            skipping = _subject_is_other(nodes, i, table)
        if not skipping:
            result.append(node)
    return result


def _subject_is_other(nodes: Sequence[Node], i: int, table: NameTable) -> bool:
    """Whether the other class itself, not some "bare soil" or "leaf water", begins a clause."""
    while i < len(nodes) and nodes[i].text in BEFORE_SUBJECT:
        i += 1
    named = name_at(nodes, i, table) if i < len(nodes) else None
    return named is not None and named[1] < len(nodes) and nodes[named[1]].text in v.VERBS
