"""Descriptions composed from measurements, without any language model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.facts import RangeSlope, SpectralFacts, spectral_facts
from s3fn_core.cubes.quantity import is_reflectance
from s3fn_core.labels.classes import ClassSet, Description
from s3fn_core.languages import tr
from s3fn_core.progress import Operation, Progress, scaled
from s3fn_core.types import IdArray
from s3fn_core.words.check import Measurements
from s3fn_core.words.check.features import check_feature
from s3fn_core.words.check.measurements import Measured
from s3fn_core.words.check.slopes import check_slope
from s3fn_core.words.claims import Feature, Slope
from s3fn_core.words.class_spectra import class_spectra
from s3fn_core.words.sentences import Compared, closing_line, pixels, sentences


def class_facts(cube: Cube, ids: IdArray, classes: ClassSet) -> Operation[dict[int, SpectralFacts]]:
    """Spectral facts of every class that has labels on measured pixels, by id.

    Slopes, absorptions and maxima are only told where the check of claims supports them, which
    judges by its own rules: a measured text must not be contradicted beside itself.

    Raises
    ------
    LabelError
        When the labels do not have the cube's extent.
    """
    found = yield from scaled(class_spectra(cube, ids, classes), 0.0, 0.8)
    yield Progress("facts", 0.8, tr("Measuring the classes"))
    spectra = {class_id: one.spectra for class_id, one in found.items()}
    facts = spectral_facts(spectra, cube.wavelengths, cube.good_bands, is_reflectance(cube))
    yield Progress("facts", 0.9, tr("Measuring the classes"))
    scene = Measurements(
        cube.wavelengths, cube.good_bands, {classes[i].name: one for i, one in found.items()}
    )
    return {i: _confirmed(one, scene.of(classes[i].name), scene) for i, one in facts.items()}


def _confirmed(facts: SpectralFacts, own: Measured | None, scene: Measurements) -> SpectralFacts:
    """The facts without features and slopes that are doubtful."""
    if own is None:
        return facts

    def seen(one: RangeSlope) -> RangeSlope:
        claim = Slope(one.low_nm, one.high_nm, one.sign, start=0, stop=0)
        clear = check_slope(claim, own, scene).verdict == "supported"
        return one if clear else replace(one, sign=0, level=False)

    def is_clear(kind: Literal["dip", "peak"], nm: float) -> bool:
        claim = Feature(kind, float(round(nm)), start=0, stop=0)
        return check_feature(claim, own).verdict == "supported"

    return replace(
        facts,
        slopes=tuple(seen(one) for one in facts.slopes),
        absorptions=tuple(one for one in facts.absorptions if is_clear("dip", one.centre_nm)),
        peaks=tuple(one for one in facts.peaks if is_clear("peak", one.nm)),
    )


def measured_descriptions(cube: Cube, ids: IdArray, classes: ClassSet) -> Operation[dict[int, Description]]:
    """One paragraph for every class that has labels on measured pixels, by id.

    Parameters
    ----------
    cube : Cube
    ids : array of uint8, shape (lines, samples)
        Its labels.
    classes : ClassSet

    Raises
    ------
    LabelError
        When the labels do not have the cube's extent.
    """
    facts = yield from class_facts(cube, ids, classes)
    return {key: measured_description(key, facts, classes, cube.name) for key in facts}


def measured_description(
    class_id: int, facts: Mapping[int, SpectralFacts], classes: ClassSet, scene: str
) -> Description:
    """The paragraph of one class, from the facts of all; `scene` is where they were measured."""
    where = f"measured on {pixels(facts[class_id].pixels)} of {scene}"
    return Description.now(measured_text(class_id, facts, classes), "measured", model=where)


def measured_text(class_id: int, facts: Mapping[int, SpectralFacts], classes: ClassSet) -> str:
    """What was measured of a class, closed by its expected reflectance.

    ``parse_claims`` reads it, and what it reads holds for the measured spectra.
    """
    name, own = classes[class_id].name, facts[class_id]
    first = f'This is the class "{name}" as measured on {pixels(own.pixels)}{_reach(own)}.'
    body = sentences(name, own, _compared(own, classes))
    text = " ".join(_capital(sentence) for sentence in (first, *body))
    return f"{text} {closing_line(own)}".strip()


def facts_text(class_id: int, facts: Mapping[int, SpectralFacts], classes: ClassSet) -> str:
    """The facts of a class in short, for the prompt of a language model; "" without any."""
    if class_id not in facts:
        return ""
    own = facts[class_id]
    body = sentences("the class", own, _compared(own, classes))
    line = closing_line(own).replace("Expected reflectance", "Mean spectrum")
    return " ".join(_capital(part) for part in (*body, line) if part).removesuffix(".")


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def _reach(facts: SpectralFacts) -> str:
    if facts.range_nm is None:
        return ""
    low, high = facts.range_nm
    return f" between {low:.0f} and {high:.0f} nm"


def _compared(facts: SpectralFacts, classes: ClassSet) -> Compared:
    """Contrasts with other classes' names, the most alike first."""
    known = [contrast for contrast in facts.contrasts if contrast.other in classes]
    hardest = sorted(known, key=lambda c: 2.0 if c.distance is None else c.distance)
    return [(contrast, classes[contrast.other].name) for contrast in hardest]
