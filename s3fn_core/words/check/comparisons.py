"""Comparisons with another class, held against the measured spectra of both."""

from __future__ import annotations

import numpy as np

from s3fn_core.languages import tr
from s3fn_core.words.check.findings import Answer, nm
from s3fn_core.words.check.levels import percent
from s3fn_core.words.check.measurements import ENOUGH, Measured, Measurements
from s3fn_core.words.claims import Comparison

LEAST_DIFFERENCE = 0.05
"""Share of the brighter class by which one is brighter at least."""
CERTAIN = 2.0
"""A difference is larger than that many times its standard error."""
ALIKE = 0.2
"""Share by which classes differ that a text calls equally bright, unless their pixels spread more:
the fifth that "about" means."""


def check_comparison(claim: Comparison, own: Measured, scene: Measurements) -> Answer:
    """Whether the class is brighter or darker than another one, by the means of their pixels."""
    other = scene.of(claim.other)
    if other is None:
        sentence = tr(
            "No pixel of {name} is labelled on this cube, so there is nothing to compare.", name=claim.other
        )
        return Answer("unchecked", sentence)
    ours, theirs = _brightness(own, claim), _brightness(other, claim)
    difference = ours[0] - theirs[0]
    error = float(np.hypot(ours[2], theirs[2]))
    level = max(abs(ours[0]), abs(theirs[0]))
    if claim.sign == 0:
        spread = float(np.hypot(ours[1], theirs[1]) / np.sqrt(2))
        fits = abs(difference) <= max(ALIKE * level, spread, CERTAIN * error)
    else:
        fits = difference * claim.sign > max(LEAST_DIFFERENCE * level, CERTAIN * error)
    bands = own.bands[own.within(claim.low_nm, claim.high_nm)]
    where = nm(float(bands[0]), float(bands[-1]))
    return Answer(
        "supported" if fits else "contradicted",
        f"{_measured(ours[0], theirs[0], claim.other, where, scene)} {_said(claim)}",
    )


def _brightness(curve: Measured, claim: Comparison) -> tuple[float, float, float]:
    """Mean over the range, its spread over the pixels and the standard error of the mean."""
    weights = curve.weights(claim.low_nm, claim.high_nm)
    spread, pixels = curve.spread(weights), max(len(curve.spectra), 1)
    error = spread / np.sqrt(pixels) if pixels >= ENOUGH else curve.noise(weights)
    return float(curve.mean @ weights), spread, float(error)


def _measured(ours: float, theirs: float, name: str, where: str, scene: Measurements) -> str:
    """Both in words; as a ratio where the values are not reflectance."""
    if scene.scale is not None:
        own, other = percent(ours * scene.scale), percent(theirs * scene.scale)
        return tr(
            "Measured: {own} % against {other} % of {name} at {where}.",
            own=own,
            other=other,
            name=name,
            where=where,
        )
    if theirs > 0:
        ratio = ours / theirs
        return tr(
            "Measured: {ratio:.2g} times the value of {name} at {where}.", ratio=ratio, name=name, where=where
        )
    return tr(
        "Measured: {own:.3g} against {other:.3g} of {name} at {where}.",
        own=ours,
        other=theirs,
        name=name,
        where=where,
    )


def _said(claim: Comparison) -> str:
    if claim.sign > 0:
        return tr("The text says brighter than {name}.", name=claim.other)
    if claim.sign < 0:
        return tr("The text says darker than {name}.", name=claim.other)
    return tr("The text says as bright as {name}.", name=claim.other)
