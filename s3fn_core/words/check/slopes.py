"""Rises, falls and plateaus that a text claims, held against the measured spectrum."""

from __future__ import annotations

import numpy as np

from s3fn_core.languages import tr
from s3fn_core.words.check.findings import Answer, nm
from s3fn_core.words.check.levels import percent
from s3fn_core.words.check.measurements import Measured, Measurements, Values
from s3fn_core.words.claims import Slope

MOST_UNSEEN = 0.5
"""Share of a stated range that the cube may lack."""
LEAST_CHANGE = 0.03
"""Share of the level by which a spectrum rises or falls at least."""
CERTAIN = 2.0
"""A change is larger than that many times its noise."""
FLAT, FLAT_POINTS = 0.3, 0.05
"""Between lowest and highest value of what is called flat: a share of the level or, where
reflectance is known, five points, whichever is more.  Our choice: the plateau of leaves between 750
and 1300 nm, which everybody calls flat, varies by that with the water absorptions in it."""


def check_slope(claim: Slope, own: Measured, scene: Measurements) -> Answer:
    """Whether the mean of the class rises, falls or stays level there."""
    inside = own.within(claim.low_nm, claim.high_nm)
    bands = own.bands[inside]
    if hidden := _hidden(claim, bands):
        return Answer("outside", hidden)
    ends = _ends(claim, own)
    weights = [own.weights(end, end) for end in ends]
    first, last = (float(own.mean @ one) for one in weights)
    level = (abs(first) + abs(last)) / 2
    noise = own.noise(weights[1] - weights[0])
    change = last - first
    if claim.sign == 0:
        low, high = np.percentile(own.mean[inside], [5, 95])
        points = 0.0 if scene.scale is None else FLAT_POINTS / scene.scale
        fits = bool(high - low <= max(FLAT * level, points, CERTAIN * noise))
    else:
        fits = change * claim.sign > max(LEAST_CHANGE * level, CERTAIN * noise)
    return Answer(
        "supported" if fits else "contradicted", f"{_measured(first, last, ends, scene)} {_said(claim)}"
    )


def _hidden(claim: Slope, bands: Values) -> str:
    """Why too little of the range is measured; empty if enough is."""
    span = float(bands[-1] - bands[0])
    if span <= 0:
        return tr("The cube has one band only at {where}.", where=nm(claim.low_nm, claim.high_nm))
    if claim.low_nm is None or claim.high_nm is None or claim.high_nm <= claim.low_nm:
        return ""
    if span < (1 - MOST_UNSEEN) * (claim.high_nm - claim.low_nm):
        return tr(
            "Of {stated} the cube shows only {shown}: too little to tell a slope.",
            stated=nm(claim.low_nm, claim.high_nm),
            shown=nm(float(bands[0]), float(bands[-1])),
        )
    return ""


def _ends(claim: Slope, own: Measured) -> tuple[float, float]:
    """Where the range begins and ends, or the measured part of it."""
    first, last = float(own.bands[0]), float(own.bands[-1])
    low = first if claim.low_nm is None else max(claim.low_nm, first)
    high = last if claim.high_nm is None else min(claim.high_nm, last)
    return low, high


def _measured(first: float, last: float, ends: tuple[float, float], scene: Measurements) -> str:
    """Both ends in words; as a ratio where the values are not reflectance."""
    low, high = nm(ends[0]), nm(ends[1])
    if scene.scale is not None:
        before, after = percent(first * scene.scale), percent(last * scene.scale)
        return tr(
            "Measured: {before} % at {low}, {after} % at {high}.",
            before=before,
            low=low,
            after=after,
            high=high,
        )
    if first > 0:
        ratio = last / first
        return tr(
            "Measured: at {high} {ratio:.2g} times the value at {low}.", high=high, ratio=ratio, low=low
        )
    return tr(
        "Measured: {before:.3g} at {low}, {after:.3g} at {high}.",
        before=first,
        low=low,
        after=last,
        high=high,
    )


def _said(claim: Slope) -> str:
    if claim.sign > 0:
        return tr("The text says that it rises.")
    if claim.sign < 0:
        return tr("The text says that it falls.")
    return tr("The text says that it stays level.")
