"""The check of one description on one cube: what is read of the cube, and what comes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.quantity import is_reflectance
from s3fn_core.cubes.windows import sample_of
from s3fn_core.labels.classes import ClassSet
from s3fn_core.languages import tr
from s3fn_core.progress import Operation, Progress
from s3fn_core.types import FloatArray, IdArray
from s3fn_core.words.check import Measurements, check_text
from s3fn_core.words.check.findings import Finding
from s3fn_core.words.claims import parse_claims
from s3fn_core.words.class_spectra import ClassSpectra, class_spectra
from s3fn_core.words.expectation import Evidence, Expectation, expectations, expected_spectrum
from s3fn_core.words.library.checking import against_library


@dataclass(frozen=True, eq=False)
class Checked:
    """The check of one text on one cube.

    Attributes
    ----------
    cube : Cube
    class_id : int
    text : str
        As it was checked: places of the findings are characters of it.
    findings : tuple of Finding
    expected : Expectation or None
        The spectrum that the text expects; None where it states too little.
    scale : float or None
        A value of the cube times `scale` is reflectance, or as bright as the words say.
    """

    cube: Cube
    class_id: int
    text: str
    findings: tuple[Finding, ...]
    expected: Expectation | None
    scale: float | None


@dataclass(frozen=True, eq=False)
class SceneReading:
    """What was read of a cube; a changed text is checked without reading anything again.

    `sample` are pixels of the whole scene, by which its brightness is judged; None where the cube
    holds reflectance.
    """

    cube: Cube
    spectra: Mapping[int, ClassSpectra]
    sample: FloatArray | None


def read_scene(cube: Cube, ids: IdArray | None, classes: ClassSet) -> Operation[SceneReading]:
    """The labelled spectra of a cube.

    Parameters
    ----------
    cube : Cube
    ids : array of uint8, shape (lines, samples), or None
        Its labels; None where nothing is labelled.
    classes : ClassSet
    """
    yield Progress("claims", 0.0, tr("Reading the labelled pixels"))
    spectra: Mapping[int, ClassSpectra] = {}
    if ids is not None:
        spectra = yield from class_spectra(cube, ids, classes)
    sample = None
    if cube.wavelengths is not None and not is_reflectance(cube):
        sample = sample_of(cube)
    return SceneReading(cube, spectra, sample)


def check_description(known: SceneReading, classes: ClassSet, class_id: int) -> Checked:
    """Hold the description of a class against what was read of a cube."""
    target, cube = classes[class_id], known.cube
    names = {i: classes[i].name for i in known.spectra if i in classes}
    scale = 1.0 if known.sample is None else _brightness(known.sample, classes, cube)
    scene = Measurements(
        cube.wavelengths, cube.good_bands, {name: known.spectra[i] for i, name in names.items()}, scale
    )
    others = [c.name for c in classes if c.id != class_id]
    findings = check_text(target.text, target.name, others, scene)
    return Checked(
        cube,
        class_id,
        target.text,
        findings if class_id in known.spectra else against_library(findings, target.name),
        expected_spectrum(parse_claims(target.text, others)),
        scale,
    )


def _brightness(sample: FloatArray, classes: ClassSet, cube: Cube) -> float | None:
    """Factor from the cube's values to the reflectance that the words speak of."""
    if cube.wavelengths is None or not len(sample):
        return None
    evidence = Evidence.on(expectations(classes), cube.wavelengths, cube.good_bands)
    return None if evidence is None else evidence.scale(sample)
