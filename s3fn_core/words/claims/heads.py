"""Which words of a sentence claim something: absorptions, peaks, slopes, comparisons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from s3fn_core.words.claims import vocabulary as v
from s3fn_core.words.claims.clauses import Clause, Family, Head, is_negated
from s3fn_core.words.claims.regions import RED_EDGE
from s3fn_core.words.claims.scan import Node

# Words between an absorption and its extreme: "absorption of water has its maximum".
NEARBY = 4
APART = frozenset(("and", "between", "but", ",", "reflectance", "with", "flanked"))


def find_heads(nodes: Sequence[Node], parts: Sequence[Clause]) -> list[Head]:
    """Heads of a sentence in the order of the text, comparisons left out."""
    heads: list[Head] = []
    wide_negation = False
    for part in parts:
        inside = [head for i in range(part.start, part.stop) if (head := _head(nodes, i)) is not None]
        inside = _merged(nodes, inside)
        continued = nodes[part.start].text in ("and", ",") and not _has_verb(nodes, part)
        for head in inside:
            if head.family == "neutral" and nodes[head.start].text in v.PRONOUNS:
                head.family = _meant_by_one(heads)
            inherited = wide_negation and continued
            head.absent = inherited or is_negated(nodes, part, head.start) or _vanishes(nodes, part, head)
        words = {node.text for node in nodes[part.start : part.stop]}
        wide_negation = bool(words & v.WIDE_NEGATIONS) or (wide_negation and continued)
        for head in inside:
            if nodes[head.start].text in v.FADES and any(nodes[h.start].text in v.ABSORB for h in heads[-2:]):
                head.sign = -head.sign  # "absorbs most in the blue and fades towards 700 nm"
        heads += [_silenced(nodes, part, head) for head in inside]
    return heads


def _has_verb(nodes: Sequence[Node], part: Clause) -> bool:
    return any(node.text in v.VERBS for node in nodes[part.start : part.stop])


def _text(nodes: Sequence[Node], i: int) -> str:
    return nodes[i].text if 0 <= i < len(nodes) else ""


def _head(nodes: Sequence[Node], i: int) -> Head | None:
    """The head that begins at `i`, read word by word."""
    text, before, after = nodes[i].text, _text(nodes, i - 1), _text(nodes, i + 1)
    if nodes[i].kind != "word":
        return None
    if text == "red" and (after == "edge" or (after in v.DASHES and _text(nodes, i + 2) == "edge")):
        return _red_edge(nodes, i, i + (2 if after == "edge" else 3))
    if text in v.ABSORB or text in v.DIPS:
        return Head("dip", i, i + 1)
    if text in v.PEAKS:
        return Head("peak", i, i + 1)
    if text in v.BANDS and _is_absorber(nodes, i):
        return Head("dip", i, i + 1)
    if text in v.SLOPE_NOUNS and before in ("positive", "negative", "rising", "falling"):
        return Head("slope", i, i + 1, 1 if before in ("positive", "rising") else -1)
    if after in ("wavelength", "wavelengths"):
        return None  # "with increasing wavelength"
    if text in v.RISES or text in v.FALLS:
        return Head("slope", i, i + 1, 1 if text in v.RISES else -1)
    if text in ("goes", "going") and after in ("up", "down"):
        return Head("slope", i, i + 2, 1 if after == "up" else -1)
    if text in v.FLATS:
        return Head("slope", i, i + 1, 0)
    if text in v.LEVELLING and after in ("off", "out"):
        return Head("slope", i, i + 2, 0)
    if text in v.PRONOUNS and after != "of":
        return Head("neutral", i, i + 1)
    return Head("neutral", i, i + 1) if text in v.NEUTRAL else None


def _meant_by_one(heads: Sequence[Head]) -> Family:
    """What "one" in "... and a weak one near 970 nm" stands for: the last feature."""
    return next((h.family for h in reversed(heads) if h.family in ("dip", "peak")), "neutral")


def _is_absorber(nodes: Sequence[Node], i: int) -> bool:
    """Whether "band" or "feature" at `i` is one of a substance, not of a sensor."""
    if _text(nodes, i + 1) in ("of", "by", "from") and _text(nodes, i + 2) in v.ABSORBERS:
        return True
    return any(_text(nodes, j) in v.ABSORBERS for j in range(max(0, i - 3), i))


def _red_edge(nodes: Sequence[Node], start: int, stop: int) -> Head | None:
    if _text(nodes, stop) in ("band", "bands", "region", "position", "index"):
        return Head("neutral", start, stop)
    return Head("slope", start, stop, 1, default=RED_EDGE)


def _merged(nodes: Sequence[Node], heads: Sequence[Head]) -> list[Head]:
    """Join words that speak of one thing: "absorption maximum", "steep rise of the red edge"."""
    result: list[Head] = []
    for head in heads:
        joined = _joined(nodes, result[-1], head) if result else None
        if joined is None:
            result.append(head)
        else:
            result[-1] = joined
    return result


def _joined(nodes: Sequence[Node], first: Head, second: Head) -> Head | None:
    gap = nodes[first.stop : second.start]
    if len(gap) > NEARBY or any(node.kind == "wave" or node.text in APART for node in gap):
        return None
    whole = replace(first, stop=second.stop)
    words = {nodes[first.start].text, nodes[second.start].text}
    families = {first.family, second.family}
    if words & v.ABSORB:
        if families == {"dip", "peak"}:  # absorption peaks: reflectance has a dip
            return replace(whole, family="dip")
        if families == {"dip"}:
            low = nodes[first.start].text in ("minimum", "lowest")
            return replace(whole, family="peak" if low else "dip")
        if "slope" in families and second.family == "slope" and second.default is None:
            return replace(second, sign=-second.sign)  # less absorption: more reflectance
        if first.family == "slope" and second.family == "dip" and len(gap) <= 1:
            return replace(whole, sign=-first.sign)
        return None
    if "slope" in families and (first.default or second.default) and families == {"slope"}:
        sign = first.sign or second.sign
        return replace(whole, sign=sign, default=first.default or second.default) if sign > 0 else None
    if families == {"slope", "peak"} or families == {"slope", "dip"}:
        # "rises to a peak at 550 nm" places the peak, not the rise.
        return second if second.family != "slope" else None
    return whole if families in ({"dip"}, {"peak"}) else None


def _vanishes(nodes: Sequence[Node], part: Clause, head: Head) -> bool:
    """Whether the rest of the clause says that it is gone: "the dip at 675 nm has vanished"."""
    for i in range(head.stop, min(part.stop, head.stop + 12)):
        if nodes[i].text in v.VANISHED:
            if nodes[i].text == "not":
                return _text(nodes, i + 1) in v.SEEN
            return _text(nodes, i - 1) != "not"
    return False


def _silenced(nodes: Sequence[Node], part: Clause, head: Head) -> Head:
    """Heads that do not speak of reflectance, or only deny that there is much to see."""
    words = {node.text for node in nodes[part.start : part.stop]}
    around = {_text(nodes, head.start - 1), _text(nodes, head.stop)}
    if head.family in ("dip", "peak") and (words & v.OTHER_LIGHT or around & v.LITTLE):
        return replace(head, family="neutral")
    return head
