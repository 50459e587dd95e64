"""What was done to a cube before it was classified, in sentences of a report."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from s3fn_core.cubes.treating.calibrate import Calibration
from s3fn_core.cubes.treating.features import Band, Feature, NormalisedDifference, Ratio
from s3fn_core.cubes.treating.treatment import Treatment
from s3fn_core.languages import plural, tr
from s3fn_core.quoting import per_cent
from s3fn_core.types import ObjectMap

STEPS = {
    "open": tr("opening"),
    "close": tr("closing"),
    "fill": tr("filling"),
    "erode": tr("erosion"),
    "dilate": tr("dilation"),
    "drop": tr("dropping"),
}
"""Steps of the recipe of a mask."""


def treatment_sentences(treatment: Treatment) -> Iterator[str]:
    """What was done to a cube before it was classified."""
    if (stated := treatment.metadata) is not None:
        yield tr(
            "Metadata edited by hand: scale factor {scale:g}, {bands} bands used.",
            scale=stated.scale,
            bands=sum(stated.good_bands),
        )
    if (calibration := treatment.calibration) is not None:
        yield from _calibration_sentences(calibration)
    if (mask := treatment.mask) is not None:
        yield plural(
            "Masked: {count:,} object, {share} of the pixels.",
            "Masked: {count:,} objects, {share} of the pixels.",
            count_of(mask.objects),
            share=per_cent(float((mask.objects > 0).mean())),
        )
        if mask.recipe is not None:
            steps = [f"{STEPS[step.kind]} {step.size:g} px" for step in mask.recipe.steps]
            yield tr("Recipe of the mask: {steps}.", steps="; ".join((_threshold(mask.recipe), *steps)))


def _calibration_sentences(calibration: Calibration) -> Iterator[str]:
    """By what a cube was calibrated."""
    white, dark, panel = calibration.white, calibration.dark, calibration.panel
    name = f"{white.name} ({white.integration_time})" if white.integration_time else white.name
    if dark.name:
        yield tr(
            "Calibrated to reflectance with the white reference {white} and the dark reference {dark}.",
            white=name,
            dark=dark.name,
        )
    else:
        yield tr("Calibrated to reflectance with the white reference {white}.", white=name)
    low, high = panel.min(), panel.max()
    if low == high:
        yield tr("Reflectance of the panel: {factor:.3g}.", factor=low)
    else:
        yield tr("Reflectance of the panel: {low:.3g} to {high:.3g}.", low=low, high=high)


def _threshold(recipe: Any) -> str:
    threshold = recipe.threshold
    if threshold is None:
        return tr("all measured pixels")
    feature, low, high = _feature(threshold.feature), threshold.low, threshold.high
    if low is None and high is None:
        return feature
    if low is None:
        return tr("{feature} to {high:.4g}", feature=feature, high=high)
    if high is None:
        return tr("{feature} from {low:.4g}", feature=feature, low=low)
    return tr("{feature} from {low:.4g} to {high:.4g}", feature=feature, low=low, high=high)


def _feature(feature: Feature) -> str:
    """The grey values that a mask is made of; bands count from 1."""
    match feature:
        case Band(band):
            return tr("band {number}", number=band + 1)
        case Ratio(above, below):
            return tr("band {first} / band {second}", first=above + 1, second=below + 1)
        case NormalisedDifference(first, second):
            return tr(
                "normalised difference of bands {first} and {second}", first=first + 1, second=second + 1
            )
        case _:
            return tr("principal component of {count} bands", count=len(feature.bands))


def count_of(numbers: ObjectMap) -> int:
    """How many objects a map of their numbers holds."""
    return len(np.unique(numbers[numbers > 0]))
