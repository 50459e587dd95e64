"""Open ranges and vague shares: "beyond 700 nm", "less than 5 %", "near zero", "about 12 %"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from s3fn_core.words.claims import vocabulary as v
from s3fn_core.words.claims.scan import Node

# What an open statement about reflectance allows, as factors of the number.  "More than 40 %"
# means somewhat more: nobody would say it of 90 %.
MORE_THAN, LESS_THAN, UP_TO = (1.0, 1.5), (0.0, 1.0), (0.5, 1.0)
NEAR_ZERO = 0.02  # upper end of "near zero", "negligible"
ZERO_BEFORE = frozenset(("near", "to", "nearly", "almost", "is", "practically"))
NOTHING = frozenset(("zero", "nil", "null"))
VAGUE = frozenset(("negligible", "vanishing"))
VALUE_HEDGES = frozenset(("around", "near"))  # before wavelengths they only say where
OPEN_ENDED = frozenset(("wave", "value"))


def bounded(nodes: list[Node]) -> list[Node]:
    """Merge quantities with the words before and after them that open or blur them."""
    result: list[Node] = []
    i = 0
    while i < len(nodes):
        node = nodes[i]
        i += 1
        if node.kind in OPEN_ENDED:
            node = _hedged(node, result)
            node = _past_region(node, result) if node.unit == "name" else _opened(node, result)
            node, i = _opened_after(node, nodes, i)
        elif node.text in NOTHING or node.text in VAGUE:
            node = _near_zero(node, result, nodes[i : i + 1])
        result.append(node)
    return result


def _hedged(node: Node, result: list[Node]) -> Node:
    hedges = v.HEDGES | VALUE_HEDGES if node.kind == "value" else v.HEDGES
    while result and result[-1].text in hedges:
        # "around" and "about" also say where; as place words they need no other.
        placed = node.placed or result[-1].text == "about"
        node = replace(node, about=True, start=result.pop().start, placed=placed)
    return node


def _opened(node: Node, result: list[Node]) -> Node:
    """Take in the words before a point that make it one end of an open range."""
    if not node.is_point or not result:
        return node
    words = [before.text for before in result[-3:]]
    taken, side = _opening(words, node.kind)
    if not taken:
        return replace(node, text="to") if words[-1] == "to" else node
    if taken < len(result) and result[-taken - 1].text in v.NUMBER_NEGATIONS:
        taken, side = taken + 1, {"more": "less", "less": "more"}.get(side, side)
    elif taken + 1 < len(result) and result[-taken - 1].text == "exceed":
        taken += 1
    start = result[-taken].start
    del result[-taken:]
    if side == "from":  # its end may come later: "from 450 nm (5 %) to 900 nm (30 %)"
        return replace(node, start=start, placed=True, text="from")
    return replace(_open(node, side), start=start, placed=True)


def _past_region(node: Node, result: list[Node]) -> Node:
    """Read "beyond the visible" as what lies past its end."""
    last = 2 if len(result) > 1 and result[-1].text == "the" else 1
    if node.high is None or len(result) < last or result[-last].text not in ("beyond", "past"):
        return node
    start = result[-last].start
    del result[-last:]
    return replace(node, start=start, low=node.high, high=None, placed=True)


def _opening(words: list[str], kind: str) -> tuple[int, str]:
    """How many of the last words open a range, and to which side."""
    last = words[-1]
    before = words[-2] if len(words) > 1 else ""
    if last == "than" and (before in v.BEYOND or before in v.BELOW or before in v.MORE_OR_LESS):
        return 2, "more" if before in v.BEYOND or v.MORE_OR_LESS.get(before) else "less"
    if last == "to" and before == "up":
        return 2, "upto"
    if last in ("least", "most") and before == "at":
        return 2, "more" if last == "least" else "upto"
    if last == "from" and kind == "wave":
        return 1, "from"
    if last == "than" or last in v.MORE_OR_LESS:
        return 0, ""
    if last in v.BEYOND or last in v.BELOW:
        return 1, "more" if last in v.BEYOND else "less"
    return 0, ""


def _opened_after(node: Node, nodes: Sequence[Node], i: int) -> tuple[Node, int]:
    """Take in "and beyond", "onwards", "or less" after a point."""
    if not node.is_point:
        return node, i
    j = i + 1 if nodes[i].text in ("and", "or") else i
    word = nodes[j].text if j < len(nodes) else ""
    joined = j > i or word in ("onwards", "onward", "upwards", "upward", "downwards")
    if not joined:
        return node, i
    if node.kind == "wave" and (word in v.ONWARDS or word in v.DOWNWARDS):
        side = "more" if word in v.ONWARDS else "less"
    elif node.kind == "value" and word in (*v.MORE_OR_LESS, "below", "above"):
        side = "more" if word == "above" or v.MORE_OR_LESS.get(word) else "less"
    else:
        return node, i
    return replace(_open(node, side), stop=nodes[j].stop), j + 1


def _open(node: Node, side: str) -> Node:
    assert node.low is not None
    if node.kind == "value":
        low, high = {"more": MORE_THAN, "less": LESS_THAN, "upto": UP_TO}[side]
        return replace(node, low=min(1.0, low * node.low), high=min(1.0, high * node.low))
    if (side == "more") != (node.unit == "cm"):  # wavenumbers count the other way
        return replace(node, high=None)
    return replace(node, low=None)


def _near_zero(node: Node, result: list[Node], following: Sequence[Node]) -> Node:
    """Read "near zero", "close to zero", "negligible reflectance" as a share."""
    previous = result[-1].text if result else ""
    if following and following[0].text in ("absorption", "slope"):
        return node
    if node.text in NOTHING and previous not in ZERO_BEFORE | v.DASHES:
        return node
    start = node.start
    if previous in v.DASHES and len(result) > 1 and result[-2].text == "near":
        result.pop()
        previous = "near"
    if previous in ("near", "nearly", "almost", "practically"):
        start = result.pop().start
    return replace(node, kind="value", low=0.0, high=NEAR_ZERO, unit="%", start=start)
