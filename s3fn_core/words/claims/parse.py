"""From a text to its claims, in the order in which they stand."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

from s3fn_core.words.claims.bounds import bounded
from s3fn_core.words.claims.clauses import Head, attach, clauses, sentences
from s3fn_core.words.claims.closing_line import closing_lines
from s3fn_core.words.claims.comparisons import NameTable, find_comparisons, name_table, without_others
from s3fn_core.words.claims.heads import find_heads
from s3fn_core.words.claims.kinds import Claim, Level, Slope
from s3fn_core.words.claims.levels import Pair, find_pairs, level
from s3fn_core.words.claims.quantities import quantities
from s3fn_core.words.claims.regions import named, refined
from s3fn_core.words.claims.rules import claims_of
from s3fn_core.words.claims.scan import Node, scan


def parse_claims(text: str, names: Sequence[str] = ()) -> tuple[Claim, ...]:
    """What a description claims about the spectrum of its class.

    Parameters
    ----------
    text : str
        A description in English; any text is accepted.
    names : sequence of str
        Names of the *other* classes, which comparisons may mention.  What a sentence says of one
        of them ("..., whereas soil rises steadily") is left out.

    Returns
    -------
    tuple of Level, Slope, Feature and Comparison
        In the order of their places in the text.

    Examples
    --------
    >>> parse_claims("It absorbs at 0.97 µm.")  # doctest: +ELLIPSIS
    (Feature(start=14, stop=21, kind='dip', centre_nm=970.0, ...),)
    """
    stated, rest = closing_lines(scan(text))
    table = name_table(names)
    found: list[Claim] = [*stated]
    for sentence in sentences(refined(bounded(named(quantities(rest))))):
        found += _claims_of_sentence(without_others(sentence, table), table)
    unique = dict.fromkeys(found)
    return tuple(sorted(unique, key=lambda claim: (claim.start, claim.stop)))


def _claims_of_sentence(nodes: Sequence[Node], table: NameTable) -> list[Claim]:
    if len(nodes) < 2:  # one word claims nothing
        return []
    pairs = find_pairs(nodes)
    values = {nodes[pair.wave].start: nodes[pair.value] for pair in pairs}
    parts = clauses(nodes)
    compared = find_comparisons(nodes, table)
    inside = {i for head in compared for i in range(head.start, head.stop)}
    heads = [head for head in find_heads(nodes, parts) if head.start not in inside] + compared
    heads.sort(key=lambda head: head.start)
    attach(nodes, parts, heads, set(values))
    found: list[Claim] = [claim for pair in pairs for claim in _levels(nodes, pair, heads)]
    for head in heads:
        found += claims_of(nodes, head, values)
    return _without_echoes(found, heads, nodes)


def _without_echoes(found: Sequence[Claim], heads: Sequence[Head], nodes: Sequence[Node]) -> list[Claim]:
    """Drop the red edge in "rises from 690 to 740 nm, forming the red edge"."""
    edges = {(nodes[h.start].start, nodes[h.stop - 1].stop) for h in heads if h.default}
    rises = [c for c in found if isinstance(c, Slope) and c.sign > 0]
    echoes = [
        claim
        for claim in rises
        if (claim.start, claim.stop) in edges
        and any(other is not claim and _overlap(other, claim) for other in rises)
    ]
    return [claim for claim in found if claim not in echoes]


def _overlap(one: Slope, other: Slope) -> bool:
    low = max(one.low_nm or 0.0, other.low_nm or 0.0)
    return low < min(one.high_nm or inf, other.high_nm or inf)


def _levels(nodes: Sequence[Node], pair: Pair, heads: Sequence[Head]) -> list[Level]:
    """The level of a pair; two for "rises from 5 % to 40 % between 680 and 750 nm"."""
    value, wave = nodes[pair.value], nodes[pair.wave]
    one = level(nodes, pair)
    rising = any(head.family == "slope" and head.sign and wave in head.waves for head in heads)
    if not (rising and value.text == "from" and not wave.is_point and wave.low and wave.high):
        return [one]
    assert value.low is not None
    assert value.high is not None
    ends = [value.low, value.high]
    if value.backwards != wave.backwards:
        ends.reverse()
    return [
        Level(nm, nm, round(share, 6), start=one.start, stop=one.stop)
        for nm, share in zip((wave.low, wave.high), ends, strict=True)
    ]
