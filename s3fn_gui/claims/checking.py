"""Reading what a description is held against, and the check: one operation for a worker thread."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.sampling import sample_of
from s3fn_core.labels.classes import ClassSet
from s3fn_core.labels.labelmap import LabelMap
from s3fn_core.progress import Operation, Progress
from s3fn_core.types import FloatArray
from s3fn_core.words.check import Measurements, check_text
from s3fn_core.words.claims import parse_claims
from s3fn_core.words.class_spectra import ClassSpectra, class_spectra
from s3fn_core.words.expectation import Evidence, expectations, expected_spectrum
from s3fn_gui.claims.state import Checked


@dataclass(frozen=True, eq=False)
class Reading:
    """What was read of a cube; a changed text is checked without reading anything again.

    `sample` are pixels of the whole scene, by which its brightness is judged; None where the cube
    holds reflectance.
    """

    cube: Cube
    spectra: Mapping[int, ClassSpectra]
    sample: FloatArray | None


def reading(
    cube: Cube, labels: LabelMap | None, classes: ClassSet, is_reflectance: bool
) -> Operation[Reading]:
    """The labelled spectra of a cube (`labels` None: nothing is labelled)."""
    yield Progress("claims", 0.0, "Reading the labelled pixels")
    spectra: Mapping[int, ClassSpectra] = {}
    if labels is not None:  # copied here, where nobody waits for it
        spectra = yield from class_spectra(cube, labels.ids.copy(), classes)
    sample = None
    if not is_reflectance and cube.wavelengths is not None:
        sample = sample_of(cube)
    return Reading(cube, spectra, sample)


def checking(known: Reading, classes: ClassSet, class_id: int) -> Operation[Checked]:
    """Check the description of a class."""
    yield Progress("claims", 0.9, "Checking the description")
    target, cube = classes[class_id], known.cube
    names = {i: classes[i].name for i in known.spectra if i in classes}
    scale = 1.0 if known.sample is None else _brightness(known.sample, classes, cube)
    scene = Measurements(
        cube.wavelengths, cube.good_bands, {name: known.spectra[i] for i, name in names.items()}, scale
    )
    others = [c.name for c in classes if c.id != class_id]
    return Checked(
        cube,
        class_id,
        target.text,
        check_text(target.text, target.name, others, scene),
        expected_spectrum(parse_claims(target.text, others)),
        scale,
    )


def _brightness(sample: FloatArray, classes: ClassSet, cube: Cube) -> float | None:
    """Factor from the cube's values to the reflectance that the words speak of."""
    if cube.wavelengths is None or not len(sample):
        return None
    evidence = Evidence.on(expectations(classes), cube.wavelengths, cube.good_bands)
    return None if evidence is None else evidence.scale(sample)


def read_and_check(
    known: Reading | None,
    cube: Cube,
    labels: LabelMap | None,
    classes: ClassSet,
    class_id: int,
    is_reflectance: bool,
) -> Operation[tuple[Reading, Checked]]:
    """Check the description of a class, on what was read before or is read now."""
    if known is None:
        known = yield from reading(cube, labels, classes, is_reflectance)
    checked = yield from checking(known, classes, class_id)
    return known, checked
