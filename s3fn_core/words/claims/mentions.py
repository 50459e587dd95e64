"""Wavelengths that a text names without a claim that any rule reads: "measured near 970 nm"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from s3fn_core.words.claims.bounds import bounded
from s3fn_core.words.claims.kinds import LONGEST_NM, SHORTEST_NM, Claim, Marked
from s3fn_core.words.claims.quantities import quantities
from s3fn_core.words.claims.scan import scan


@dataclass(frozen=True)
class Mention(Marked):
    """A wavelength (``low_nm == high_nm``) or a range, in nm; nothing is claimed of it."""

    low_nm: float
    high_nm: float


def find_mentions(text: str, claims: Sequence[Claim]) -> tuple[Mention, ...]:
    """Wavelengths in numbers that lie in none of the `claims` of a text, in its order.

    Examples
    --------
    >>> find_mentions("The sensor ends at 1.7 µm.", ())  # doctest: +ELLIPSIS
    (Mention(start=19, stop=25, low_nm=1700.0, high_nm=1700.0),)
    """
    found = []
    claims = sorted(claims, key=lambda claim: claim.start)
    ahead, reached = 0, 0  # claims that begin before the wave, and how far these reach
    for node in bounded(quantities(scan(text))):
        if node.kind != "wave":
            continue
        while ahead < len(claims) and claims[ahead].start < node.stop:
            reached = max(reached, claims[ahead].stop)
            ahead += 1
        if reached <= node.start:
            low = min(SHORTEST_NM, node.high or SHORTEST_NM) if node.low is None else node.low
            high = max(LONGEST_NM, low) if node.high is None else node.high
            found.append(Mention(low_nm=low, high_nm=high, start=node.start, stop=node.stop))
    return tuple(found)
