"""Reflectances that a text states, held against the measured ones."""

from __future__ import annotations

import numpy as np

from s3fn_core.languages import tr
from s3fn_core.words.check.findings import Answer, nm
from s3fn_core.words.check.measurements import Measured, Measurements
from s3fn_core.words.claims import Level

CALIBRATION = (0.005, 0.05)
"""Uncertainty of measured reflectance: 0.005 + 0.05 of it, the aim of MODIS' surface reflectance
(Vermote and Kotchenova, J. Geophys. Res. 113, D23S90, 2008)."""
BRIGHTNESS = 0.3
"""Share by which a level may be wrong where the scene's brightness was only brought to that of the
words: as much as rough words may be wrong and still help (METHOD.md)."""
SPREADS = 1.0
"""Standard deviations over the pixels that the class is mostly like; with two, descriptions of
low vegetation are true of trees."""


def check_level(claim: Level, own: Measured, scene: Measurements) -> Answer:
    """Whether the class reflects as much as the text says.

    It does where the difference is within the text's tolerance, the spread of the class's pixels
    and the uncertainty of the measurement, added as independent errors.
    """
    if scene.scale is None:
        return Answer(
            "unchecked",
            tr(
                "The values of this cube are not reflectance; levels are compared once two descriptions "
                "expect spectra, which tell how bright the scene is."
            ),
        )
    weights = own.weights(claim.low_nm, claim.high_nm)
    value = float(own.mean @ weights) * scene.scale
    spread = own.spread(weights) * scene.scale
    offset, share = CALIBRATION
    errors = [
        claim.allowance,
        SPREADS * spread,
        offset + share * abs(value),
        BRIGHTNESS * abs(value) if scene.is_scaled else 0.0,
    ]
    allowed = float(np.sqrt(np.sum(np.square(errors))))
    fits = abs(value - claim.reflectance) <= allowed
    known = {"value": percent(value), "spread": percent(spread), "where": nm(*_seen(claim, own))}
    if scene.is_scaled:
        found = tr("Measured: {value} ± {spread} % at {where}, by the scene's brightness.", **known)
    else:
        found = tr("Measured: {value} ± {spread} % at {where}.", **known)
    return Answer("supported" if fits else "contradicted", f"{found} {_said(claim)}")


def _said(claim: Level) -> str:
    if claim.tolerance is None:
        return tr("The text says {value} %.", value=percent(claim.reflectance))
    low, high = claim.reflectance - claim.tolerance, claim.reflectance + claim.tolerance
    return tr("The text says {low} to {high} %.", low=percent(max(low, 0.0)), high=percent(high))


def _seen(claim: Level, own: Measured) -> tuple[float, float]:
    """Where it was measured."""
    if claim.low_nm == claim.high_nm:
        return claim.low_nm, claim.high_nm
    bands = own.bands[own.within(claim.low_nm, claim.high_nm)]
    return float(bands[0]), float(bands[-1])


def percent(share: float) -> str:
    """A share as a number of per cent: two digits, more where it is large."""
    number = 100 * share
    return f"{number:.0f}" if abs(number) >= 10 else f"{number:.1f}".removesuffix(".0")
