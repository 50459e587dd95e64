"""What the words of a class set say of the pixels of one cube, as log-probabilities."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import scipy

from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.quantity import is_reflectance
from s3fn_core.cubes.windows import SAMPLE_LINES, sample_of
from s3fn_core.errors import ModelError
from s3fn_core.labels.classes import ClassSet
from s3fn_core.languages import tr
from s3fn_core.model.preprocess import Bands
from s3fn_core.types import FloatArray
from s3fn_core.words.expectation import Evidence, expectations, hindrance

SHARPNESS = 2.0
"""Log-probability for a unit of evidence."""
DOUBT = 0.1
"""Share of pixels that even right words do not explain: mixed, shaded or mislabelled ones.

It also bounds what words can say against a class, at log(DOUBT / classes)."""
BRIGHTNESS = 0.25
"""How far the scene may move the brightness of reflectances, as a power of what it suggests.

0 is to believe the values and 1 to believe that the brightest of the scene is the brightest in the words,
which a tile full of water belies.  It was chosen on Samson, EnMAP (random tiles) and the simulated fruit."""
HARDLY = 0.1
"""Nats below which words are said to hardly tell the classes apart."""


@dataclass(frozen=True)
class SceneEvidence:
    """The words' opinion of the spectra of one cube.

    Attributes
    ----------
    evidence : Evidence
    scale : float
        A value of the cube times `scale` is as bright as the words mean it.
    reflectance : bool
        Whether the cube's values are what the words speak of.
    """

    evidence: Evidence
    scale: float
    reflectance: bool = True

    def __call__(self, spectra: FloatArray) -> FloatArray:
        """Log-probabilities (..., classes) of spectra (..., bands)."""
        return self.bounded(self.evidence.of(spectra, self.scale))

    def bounded(self, evidence: FloatArray) -> FloatArray:
        """Log-probabilities (..., classes) from the evidence for each class."""
        agreement = scipy.special.softmax(SHARPNESS * evidence, axis=-1)
        bounded: FloatArray = np.log((1 - DOUBT) * agreement + DOUBT / agreement.shape[-1])
        return bounded.astype(np.float32)

    def probability(self, spectra: FloatArray) -> FloatArray:
        """Class probabilities (..., classes) of spectra (..., bands) by the words alone."""
        probability: FloatArray = np.exp(self(spectra))
        return probability

    def guesses(self, cube: Cube) -> tuple[str, ...]:
        """What to say of a map of `cube` that rests on the words alone."""
        notes = [tr("A guess from the descriptions alone: no label was used, and no accuracy measured.")]
        if not self.reflectance:
            notes.append(
                tr(
                    "Do not rely on it: the values of {name} are not reflectance, but the descriptions "
                    "state reflectance. Calibrate the cube, state its scale factor, or label pixels and "
                    "train.",
                    name=cube.name,
                )
            )
        if clarity_of(self(sample_of(cube))) < HARDLY:
            notes.append(
                tr(
                    "The descriptions hardly tell the classes apart here: to most pixels the spectra that "
                    "they expect fit about equally well."
                )
            )
        return tuple(notes)


def scene_evidence(classes: ClassSet, cube: Cube) -> SceneEvidence | None:
    """The words' evidence on `cube`; None where they say nothing of it."""
    evidence = evidence_or_reason(classes, cube)
    return None if isinstance(evidence, str) else evidence


def evidence_or_reason(
    classes: ClassSet, cube: Cube, sample: FloatArray | None = None
) -> SceneEvidence | str:
    """The words' evidence on `cube`, or as half a sentence why they say nothing of it.

    The brightness is calibrated on unlabelled pixels of some lines spread over the cube, or on
    the spectra (n, bands) of :func:`~s3fn_core.cubes.windows.sample_of` that were read before.
    That of reflectances hardly changes.
    """
    if cube.wavelengths is None:
        return tr("it has no wavelengths")
    expected = expectations(classes)
    evidence = Evidence.on(expected, cube.wavelengths, cube.good_bands)
    if evidence is None:
        return hindrance(expected, cube.wavelengths, cube.good_bands) or ""
    spectra = sample_of(cube) if sample is None else sample
    if not len(spectra):
        return tr("{count} lines spread over it hold background only", count=min(SAMPLE_LINES, cube.lines))
    suggested, known = evidence.scale(spectra), is_reflectance(cube)
    return SceneEvidence(evidence, suggested**BRIGHTNESS if known else suggested, known)


def evidence_of_words(classes: ClassSet, cube: Cube, sample: FloatArray | None = None) -> SceneEvidence:
    """The words' evidence on a cube; raises ModelError where they say nothing of it."""
    words = evidence_or_reason(classes, cube, sample)
    if isinstance(words, str):
        raise ModelError("The words alone cannot classify {name}: {reason}.", name=cube.name, reason=words)
    return words


def with_wavelengths(cube: Cube, bands: Bands) -> tuple[Cube, tuple[str, ...]]:
    """A cube without wavelengths gets those of a model's `bands`, and a note says so.

    The network takes its bands for the model's anyway (``match_bands``), so the words may too.
    """
    known = bands.wavelengths
    if cube.wavelengths is not None or known is None or cube.bands != len(bands):
        return cube, ()
    note = tr(
        "No wavelengths are known; its bands are taken for those of the model, {first:.0f} to {last:.0f} nm.",
        first=known.min(),
        last=known.max(),
    )
    return cube.with_(wavelengths=known, good_bands=cube.good_bands & bands.good), (note,)


def unheard(classes: ClassSet, cubes: Iterable[Cube]) -> tuple[str, ...]:
    """A note for each cube that the words say nothing of, where they do expect spectra."""
    if sum(e is not None for e in expectations(classes)) < 2:
        return ()
    heard = ((cube.name, evidence_or_reason(classes, cube)) for cube in cubes)
    return tuple(
        tr(
            "The spectra that the descriptions expect are not used because of {name}: {reason}.",
            name=name,
            reason=reason,
        )
        for name, reason in heard
        if isinstance(reason, str)
    )


def unproven(cubes: Iterable[Cube]) -> tuple[str, ...]:
    """A note on cubes whose values are not reflectance, for classes whose words expect spectra."""
    names = [cube.name for cube in cubes if not is_reflectance(cube)]
    if not names:
        return ()
    return (
        tr(
            "The values of {names} are not reflectance, but the descriptions state reflectance: the "
            "spectra that they expect count only as far as labels confirm them. Calibrate, or state "
            "the scale factor.",
            names=", ".join(names),
        ),
    )


def clarity_of(words: FloatArray) -> float:
    """Mean information in nats of log-probabilities (n, classes): 0 when no class is preferred."""
    if not len(words):
        return 0.0
    uncertainty = scipy.special.entr(np.exp(words.astype(np.float64))).sum(1).mean()
    return float(max(0.0, np.log(words.shape[1]) - uncertainty))
