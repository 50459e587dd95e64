"""Rises, falls and plateaus that a text claims, held against the measured spectrum."""

from __future__ import annotations

import numpy as np

from s3fn_core.words.check.findings import Answer, nm
from s3fn_core.words.check.levels import percent
from s3fn_core.words.check.measurements import Measured, Measurements, Values
from s3fn_core.words.claims import Slope

END = 0.1
"""Share of a range that is averaged at each of its ends."""
MOST_UNSEEN = 0.5
"""Share of a stated range that the cube may lack."""
LEAST_CHANGE = 0.03
"""Share of the level by which a spectrum rises or falls at least."""
CERTAIN = 2.0
"""A change is larger than that many times its noise."""
FLAT, FLAT_POINTS = 0.3, 0.05
"""Between lowest and highest value of what is called flat: a share of the level or, where
reflectance is known, five points, whichever is more.  Soil scientists and botanists call spectra
flat that vary by that, such as the plateau of leaves with the water absorptions in it."""
WORDS = {1: "rises", -1: "falls", 0: "stays level"}


def check_slope(claim: Slope, own: Measured, scene: Measurements) -> Answer:
    """Whether the mean of the class rises, falls or stays level there."""
    inside = own.within(claim.low_nm, claim.high_nm)
    bands = own.bands[inside]
    if hidden := _hidden(claim, bands):
        return Answer("outside", hidden)
    weights = _ends(own, inside)
    first, last = float(own.mean @ weights[0]), float(own.mean @ weights[1])
    level = (abs(first) + abs(last)) / 2
    noise = own.noise(weights[1] - weights[0])
    change = last - first
    numbers = _numbers(first, last, bands, scene)
    if claim.sign == 0:
        low, high = np.percentile(own.mean[inside], [5, 95])
        points = 0.0 if scene.scale is None else FLAT_POINTS / scene.scale
        fits = bool(high - low <= max(FLAT * level, points, CERTAIN * noise))
    else:
        fits = change * claim.sign > max(LEAST_CHANGE * level, CERTAIN * noise)
    return Answer(
        "supported" if fits else "contradicted",
        f"Measured: {numbers}; the text says that it {WORDS[claim.sign]}.",
    )


def _hidden(claim: Slope, bands: Values) -> str:
    """Why too little of the range is measured; empty if enough is."""
    span = float(bands[-1] - bands[0])
    if span <= 0:
        return f"The cube has one band only at {nm(claim.low_nm, claim.high_nm)}."
    if claim.low_nm is None or claim.high_nm is None or claim.high_nm <= claim.low_nm:
        return ""
    if span < (1 - MOST_UNSEEN) * (claim.high_nm - claim.low_nm):
        return (
            f"Of {nm(claim.low_nm, claim.high_nm)} the cube shows only "
            f"{nm(float(bands[0]), float(bands[-1]))}: too little to tell a slope."
        )
    return ""


def _ends(own: Measured, inside: np.ndarray[tuple[int], np.dtype[np.intp]]) -> Values:
    """Weights (2, used) of the bands at the beginning and at the end of a range."""
    bands = own.bands[inside]
    width = END * (bands[-1] - bands[0])
    weights = np.zeros((2, len(own.bands)))
    weights[0, inside[bands <= bands[0] + width]] = 1
    weights[1, inside[bands >= bands[-1] - width]] = 1
    normal: Values = weights / weights.sum(1, keepdims=True)
    return normal


def _numbers(first: float, last: float, bands: Values, scene: Measurements) -> str:
    """Both ends in words; as a ratio where the values are no reflectance."""
    low, high = nm(float(bands[0])), nm(float(bands[-1]))
    if scene.scale is not None:
        a, b = percent(first * scene.scale), percent(last * scene.scale)
        return f"{a} % at {low}, {b} % at {high}"
    if first > 0:
        return f"at {high} {last / first:.2g} times the value at {low}"
    return f"{first:.3g} at {low}, {last:.3g} at {high}"
